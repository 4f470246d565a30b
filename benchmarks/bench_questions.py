"""Claims: the questions beyond a query take a small part of the same by looping pgmpy queries.

On the article graph: the range of the answer over the interval of every entry of every table, intervals of
all marginals under 2,000 draws of the tables, what every open node would tell about the outcome, and an
effect split by channel. pgmpy's variable elimination is handed the tables, makes them its own where the
loop changes them, and does a part of the loop, whose time is multiplied up; both sides run in turns, and
agree. Draws of tables and networks of versions are ready on both sides where it says so, or made by both.
Run: python -m benchmarks.bench_questions
"""

import argparse
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

import causal_model as cm
from benchmarks.timing import alternate
from causal_model.analysis.two_way import with_entries
from causal_model.build import row_confidences
from causal_model.causal.channels import ChannelEffects, channel_effects
from causal_model.causal.open_channels import CONTRAST, SET, OpenChannels
from causal_model.causal.responses import FIRST, SECOND, Worlds
from causal_model.network import Array, Network

DRAWS, LEVEL = 2_000, 0.9
# Seconds of a turn of either side.
TURN = 0.05
GIVEN = {"china_policy": "hard_mandate"}
Numbers = list[float]


@dataclass(frozen=True, slots=True)
class Race:
    """One question, asked both ways.

    Attributes:
        name: what is asked.
        ours: answers it.
        ours_too: the numbers of our answer that pgmpy's part gives as well.
        theirs: pgmpy's part of the loop, and its numbers.
        parts: how many such parts the loop has.
        besides: what the loop does once.
    """

    name: str
    ours: Callable[[], object]
    ours_too: Callable[[], Numbers]
    theirs: Callable[[], Numbers]
    parts: float
    besides: Callable[[], object] = lambda: None


class Pgmpy:
    """pgmpy's variable elimination on one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.net = cm.Model(network).to_pgmpy()
        self.prepare()

    def prepare(self) -> None:
        """Let variable elimination see the tables as they are."""
        with warnings.catch_warnings(action="ignore"):
            from pgmpy.inference import VariableElimination

            self.engine = VariableElimination(self.net)

    def change(self, tables: Mapping[str, Array]) -> None:
        """Put other tables in, as whoever loops over them would."""
        from pgmpy.factors.discrete import TabularCPD

        variables = self.network.variables
        for name, table in tables.items():
            parents = list(self.network.parents[name])
            cpd = TabularCPD(
                name,
                variables[name].size,
                table.reshape(-1, table.shape[-1]).T,
                evidence=parents or None,
                evidence_card=[variables[each].size for each in parents] or None,
                state_names={each: list(variables[each].states) for each in (name, *parents)},
            )
            self.net.remove_cpds(name)
            self.net.add_cpds(cpd)
        self.prepare()

    def query(self, target: str, evidence: dict[str, str] | None = None) -> dict[str, float]:
        """P(target | evidence) by state."""
        found = self.engine.query([target], evidence=evidence or {}, show_progress=False)
        return dict(zip(found.state_names[target], found.values.tolist(), strict=True))

    def joint(self, targets: Sequence[str], evidence: dict[str, str] | None = None) -> Any:
        """P(targets | evidence), axes in their order."""
        found = self.engine.query(list(targets), evidence=evidence or {}, show_progress=False)
        order = [found.variables.index(name) for name in targets]
        places = [
            [found.state_names[name].index(state) for state in self.network.variables[name].states]
            for name in targets
        ]
        return found.values.transpose(order)[np.ix_(*places)]


def tornado(model: cm.Model, *, part: int) -> Race:
    """The answer at both ends of the interval of every entry."""
    found = cm.sensitivity(model, kinds=["rows"], level=LEVEL)
    effects = list(found.effects())
    picked = effects[:: max(1, len(effects) // part)][:part]
    assert found.functions is not None
    engine = Pgmpy(model.network)
    changes = []
    for number in found.order[:: max(1, len(effects) // part)][:part]:
        place = found.functions.place(number)
        for end in found.effect(number).interval or ():
            moved = with_entries(model.network, {place: end})
            changes.append((place[0], moved.tables[place[0]]))

    def theirs() -> Numbers:
        numbers = []
        for name, table in changes:
            engine.change({name: table})
            answer = engine.query(found.target)
            numbers.append(sum(answer[state] for state in found.states))
            engine.change({name: model.network.tables[name]})
        return numbers

    return Race(
        f"tornado of {len(effects)} entries",
        lambda: list(cm.sensitivity(model, kinds=["rows"], level=LEVEL).effects()),
        lambda: [end for each in picked for end in each.answers or ()],
        theirs,
        len(effects) / part,
    )


def intervals(model: cm.Model, *, part: int) -> Race:
    """Intervals of all marginals under draws of all tables."""
    assert model.graph is not None
    rng = np.random.default_rng(0)
    confidences = row_confidences(model.graph)
    changes = []
    for _ in range(part):
        counts = {
            name: rng.gamma(confidences[name][..., None] * table)
            for name, table in model.network.tables.items()
        }
        changes.append(
            {name: own / own.sum(axis=-1, keepdims=True) for name, own in counts.items()}
        )
    engine = Pgmpy(model.network)

    def theirs() -> Numbers:
        numbers: Numbers = []
        for change in changes:
            engine.change(change)
            numbers += [p for name in model.nodes for p in engine.query(name).values()]
        return numbers

    def ours_too() -> Numbers:
        variables, parents = model.network.variables.values(), model.network.parents
        networks = [Network.of(variables, parents, change) for change in changes]
        answers = [cm.Model(each).query(model.nodes) for each in networks]
        return [each[name][state] for each in answers for name in each for state in each[name]]

    return Race(
        f"intervals by {DRAWS:,} draws",
        lambda: model.query(model.nodes, interval=LEVEL, draws=DRAWS),
        ours_too,
        theirs,
        DRAWS / part,
    )


def watching(model: cm.Model, *, part: int) -> Race:
    """What every open node would tell about the outcome, and which two and three tell most together."""
    found = cm.watch(model, given=GIVEN)
    outcome = found.outcome.node
    nodes = [each.node for each in found.watched]
    picked = [each for each in found.watched if each.node in nodes[:: max(1, len(nodes) // part)]]
    indicators = [each.node for each in found.watched if each.role == "indicator"]
    (best, *_), pair, _ = (each.nodes for each in found.together)
    engine = Pgmpy(model.network)

    def theirs() -> Numbers:
        numbers = []
        for each in picked:
            before = engine.query(each.node, GIVEN)
            for reading in each.readings:
                after = engine.query(outcome, {**GIVEN, each.node: reading.state})
                numbers += [before[reading.state], *after.values()]
        return numbers

    def together() -> None:
        for chosen in ((best,), pair):
            for name in indicators:
                if name not in chosen:
                    engine.joint([outcome, *chosen, name], GIVEN)

    def ours_too() -> Numbers:
        readings = [reading for each in picked for reading in each.readings]
        return [p for each in readings for p in (each.probability, *(each.outcome or {}).values())]

    return Race(
        f"watch list of {len(nodes)} nodes, and sets of three",
        lambda: cm.watch(model, given=GIVEN),
        ours_too,
        theirs,
        len(nodes) / len(picked),
        together,
    )


def channels(model: cm.Model, *, kept: bool) -> Race:
    """An effect split by channel: one network in two versions for each set of open channels.

    pgmpy is handed these networks, as it makes none itself. With `kept`, both sides have theirs ready, as
    for a second question; otherwise both make them of the tables.
    """
    assert model.graph is not None
    assert model.outcome is not None
    outcome = model.outcome
    named = {name: each.pairs for name, each in model.graph.channels.items()}
    states = model.states("china_policy")
    start, end = states.index("brief_pause"), states.index("hard_mandate")
    weights = np.array([float(state in ("strong_down", "down")) for state in model.states(outcome)])

    def versions() -> list[Network]:
        settings = {"china_policy": (end,)}
        asked = OpenChannels.of(model.network, {}, {"china_policy": start}, settings, outcome)
        networks = []
        for count in range(len(named) + 1):
            for opened in combinations(named, count):
                closed = {pair for name in named if name not in opened for pair in named[name]}
                worlds = Worlds(asked.network, {SET: 0}, asked.baseline, closed)
                networks.append(worlds.versions([(outcome, SECOND), (CONTRAST, FIRST)]).joined())
        return networks

    def split() -> ChannelEffects:
        network = model.network if kept else replace(model.network)
        return channel_effects(
            network,
            named,
            node="china_policy",
            start=start,
            end=end,
            outcome=outcome,
            weights=weights,
        )

    ready = [Pgmpy(each) for each in versions()]

    def theirs() -> Numbers:
        engines = ready if kept else [Pgmpy(each) for each in versions()]
        joints = [each.joint([CONTRAST, outcome]) for each in engines]
        return [float(each[1] / each[1].sum() @ weights) for each in joints]

    return Race(
        f"effect split by {len(named)} channels, {'asked again' if kept else 'from the tables'}",
        split,
        lambda: list(split().expected.values()),
        theirs,
        1,
    )


def main(rounds: int) -> dict[str, float]:
    """Print medians and ratios; return the ratio pgmpy / ours by question."""
    model = cm.load("article")
    some = 4 if rounds > 1 else 1
    races = [
        tornado(model, part=some),
        intervals(model, part=max(1, some // 2)),
        watching(model, part=some),
        channels(model, kept=True),
        channels(model, kept=False),
    ]
    ratios = {}
    for race in races:
        apart = np.abs(np.array(race.ours_too()) - np.array(race.theirs())).max()
        turns = [race.ours, race.theirs, race.besides]
        mine, theirs, once = alternate(
            turns, rounds=rounds, warmup=1, turn=TURN if rounds > 1 else 0.0
        )
        whole = theirs * race.parts + once
        ratios[race.name] = whole / mine
        print(
            f"{race.name}: ours {mine * 1e3:7.2f} ms, pgmpy {whole * 1e3:9.1f} ms,"
            f" ratio {ratios[race.name]:6.0f}, disagreement {apart:.1e}"
        )
    return ratios


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    main(parser.parse_args().rounds)
