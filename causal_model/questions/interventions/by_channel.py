"""Changes of the outcome split by channel: by those that a graph names, or by the first arrow of a path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np

from causal_model.analysis.credible import COPIES
from causal_model.causal.channels import ChannelSplit, drawn_split, first_arrows, split_by_channel
from causal_model.causal.effects import Setting
from causal_model.causal.responses import Arrow
from causal_model.graph import ancestors, cut, descendants
from causal_model.inference.dirichlets import BLOCK
from causal_model.inference.findings import Findings
from causal_model.inference.guard import BYTES, check_draws
from causal_model.inference.intervals import equal_tailed
from causal_model.model import Model
from causal_model.network import Array
from causal_model.questions.interventions.certainty import ChannelIntervals
from causal_model.questions.interventions.result import Channels, ChannelShares

__all__ = ["SplitQuestion"]


@dataclass(frozen=True, slots=True, eq=False)
class SplitQuestion:
    """What some settings change against a baseline, asked channel by channel.

    Attributes:
        model: the model.
        by: whether the graph names the channels.
        arrows: of every channel.
        baseline: the nodes that are set, and their states at the baseline.
        combinations: all combinations of their states.
        mixes: how probable each of these is under every setting, shape (settings, combinations).
        outcome: the node on which effects are measured.
        event: those of its states that are taken together.
        findings: what is known and set besides.
    """

    model: Model
    by: Literal["name", "first arrow"]
    arrows: Mapping[str, Sequence[Arrow]]
    baseline: Mapping[str, int]
    combinations: Sequence[Mapping[str, int]]
    mixes: Array
    outcome: str
    event: Sequence[str]
    findings: Findings

    @classmethod
    def of(
        cls,
        model: Model,
        start: Mapping[str, str],
        settings: Sequence[Setting],
        outcome: str,
        event: Sequence[str],
        bound: Findings,
    ) -> "SplitQuestion":
        """Ask for some settings of the nodes that have a state at the baseline."""
        causes = tuple(start)
        by, arrows = _channels(model, causes, outcome, bound)
        hard = [
            dict(zip(causes, each, strict=True))
            for each in product(*(range(len(model.states(name))) for name in causes))
        ]
        mixes = np.array([[_weight_of(each, states) for states in hard] for each in settings])
        baseline = {name: model.states(name).index(state) for name, state in start.items()}
        return cls(model, by, arrows, baseline, hard, mixes, outcome, event, bound)

    def answer(self) -> tuple[Channels, list[ChannelShares]]:
        """The split of every setting; of one with distributions, the mean over what they may give."""
        model, bound = self.model, self.findings
        if bound.beliefs:
            with_start = replace(bound, do={**bound.do, **self.baseline})
            _, met = model.compiled.met(with_start)
            bound = replace(met, do=bound.do)
        split = split_by_channel(
            model.network,
            self.arrows,
            self.baseline,
            self.combinations,
            outcome=self.outcome,
            findings=bound,
            max_memory=model.max_memory,
        )
        used = Channels(
            self.by,
            {name: tuple(each) for name, each in self.arrows.items()},
            split.witnesses,
            tuple(name for name in split.witnesses if not _has_order(model, name)),
        )
        states = model.states(self.outcome)
        return used, [_shares(split, mix, self._weights, states) for mix in self.mixes]

    def intervals(self, *, level: float, draws: int, seed: int) -> list[ChannelIntervals]:
        """How far the shares of every setting move with the tables.

        Args:
            level: the probability within an interval.
            draws: how many draws of the tables.
            seed: of the source of chance.

        Raises:
            TooLarge: it would take more memory than is allowed.
        """
        model, known = self.model, self.model.dirichlets
        plan = drawn_split(
            model.network,
            self.arrows,
            self.baseline,
            self.combinations,
            outcome=self.outcome,
            drawn=known.open,
            findings=self.findings,
            max_memory=model.max_memory,
        )
        sizes = sum(model.network.tables[name].size for name in plan.drawn)
        parts = 2 ** len(self.arrows) * (1 + len(self.combinations))
        answers = draws * parts * len(model.states(self.outcome))
        check_draws(COPIES * BYTES * (BLOCK * sizes + answers), model.max_memory)
        blocks = []
        for block, start in enumerate(range(0, draws, BLOCK)):
            size = min(BLOCK, draws - start)
            tables = {name: known.draw(name, block, seed)[:size] for name in plan.drawn}
            blocks.append(plan.ask(tables, size))
        samples = {
            name: np.concatenate([each.shares[name] for each in blocks]) for name in self.arrows
        }
        samples[""] = np.concatenate([each.other for each in blocks])
        return [self._intervals(samples, mix, level) for mix in self.mixes]

    def _intervals(
        self, samples: Mapping[str, Array], mix: Array, level: float
    ) -> ChannelIntervals:
        """Of one setting, from draws of shape (draws, combinations, states) by channel."""
        states = self.model.states(self.outcome)
        points = {name: 100 * np.einsum("c,dcs->ds", mix, each) for name, each in samples.items()}
        whole = {
            name: equal_tailed((each @ self._weights)[:, None], level)[0]
            for name, each in points.items()
        }
        by_state = {name: equal_tailed(each, level) for name, each in points.items()}
        return ChannelIntervals(
            shares={name: each for name, each in whole.items() if name},
            other=whole[""],
            by_state={
                state: {name: each[at] for name, each in by_state.items()}
                for at, state in enumerate(states)
            },
        )

    @property
    def _weights(self) -> Array:
        return np.array([float(each in self.event) for each in self.model.states(self.outcome)])


def _channels(
    model: Model, causes: Sequence[str], outcome: str, bound: Findings
) -> tuple[Literal["name", "first arrow"], dict[str, Sequence[Arrow]]]:
    """The channels of the graph that lie on the way; where there are none, paths by first arrow."""
    bare = cut(model.network.parents, into=(*causes, *bound.do))
    below = descendants(bare, causes) | set(causes)
    above = ancestors(bare, [outcome]) | {outcome}
    named = model.graph.channels if model.graph else {}
    # An arrow into a node that is set has gone, and with it what it could carry.
    on_the_way = {
        name: each.pairs
        for name, each in named.items()
        if any(a in below and b in above and a in bare[b] for a, b in each.pairs)
    }
    if on_the_way:
        return "name", dict(on_the_way)
    return "first arrow", dict(first_arrows(model.network, causes, outcome, tuple(bound.do)))


def _shares(
    split: ChannelSplit, mix: Array, weights: Array, states: Sequence[str]
) -> ChannelShares:
    def points(changes: Array) -> Array:
        return np.asarray(100 * (mix @ changes))

    parts = {name: points(each) for name, each in split.shares.items()} | {"": points(split.other)}
    return ChannelShares(
        total=float(points(split.total) @ weights),
        shares={name: float(each @ weights) for name, each in parts.items() if name},
        other=float(parts[""] @ weights),
        by_state={
            state: {name: float(each[at]) for name, each in parts.items()}
            for at, state in enumerate(states)
        },
    )


def _weight_of(setting: Setting, states: Mapping[str, int]) -> float:
    """How probable states are under a setting."""
    weight = 1.0
    for name, own in setting.items():
        weight *= float(own == states[name] if isinstance(own, int) else own[states[name]])
    return weight


def _has_order(model: Model, node: str) -> bool:
    """Whether the ordinal response of a node does not hang on how its states happen to be listed."""
    if len(model.states(node)) < 3:
        return True
    return model.graph is not None and model.graph.nodes[node].ordered
