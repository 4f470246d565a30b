"""One network that answers for every contrast and every set of open channels at once.

Which contrast is asked is a node of it, whose states are the baseline itself and every setting that is
compared with it; each channel is one, the switch of its arrows, whose states are closed and open (see
`responses` for versions of nodes and switches). P(outcome | contrast, switches) comes out of one
contraction. Where tables with all switches grow too large, sets are halved: one channel is closed, then
open, and the others are asked at once again.

Networks are kept, so that the same split given something else, or of other numbers, builds none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from types import MappingProxyType

import numpy as np

from causal_model.causal.responses import (
    FIRST,
    SECOND,
    Arrow,
    Versions,
    Worlds,
    is_unsettled,
)
from causal_model.errors import TooLarge
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.drawn_tables import DrawnQuestion
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable

__all__ = ["OpenChannels", "Opened"]

Opened = frozenset[str]

# Entries of the table of a node in two versions; with switches, above which sets are halved.
MOST_ENTRIES, MOST_WITH_SWITCHES = 1 << 24, 1 << 18
# Entries of drawn tables that are alive at a time: 32 MB.
AT_ONCE = 1 << 22
# The node that says which contrast is asked, and the one whose setting makes it so; no node of a graph is
# called like these.
CONTRAST, SET = "\0contrast", "\0set"


@dataclass(frozen=True, eq=False)
class _Expanded:
    """A network of versions, for the channels that may be open or not.

    Attributes:
        free: these channels.
        opened: those of the others that are open.
        versions: what its variables are.
        compiled: the network, ready for questions.
    """

    free: tuple[str, ...]
    opened: Opened
    versions: Versions
    compiled: CompiledNetwork

    @cached_property
    def sets(self) -> dict[Opened, dict[str, int]]:
        """Every set of open channels, with the states of the switches that take part, in their order."""
        found = {}
        for states in product((0, 1), repeat=len(self.free)):
            switches = dict(zip(map(_switch, self.free), states, strict=True))
            on = [name for name in self.free if switches[_switch(name)]]
            found[self.opened.union(on)] = {name: switches[name] for name in self.versions.switches}
        return found


@dataclass(frozen=True, eq=False)
class OpenChannels:
    """What is asked of all sets of open channels.

    Attributes:
        network: the network with a node that says which contrast is asked.
        contrasts: of every contrast, the baseline being the first, the states of the nodes that are set.
        baseline: the nodes that are set, and their states at the baseline.
        channels: the arrows of each channel; none belongs to two.
        outcome: the node on which effects are measured.
        known: the nodes on which there is evidence; none lies below those that are set.
    """

    network: Network
    contrasts: tuple[tuple[int, ...], ...]
    baseline: Mapping[str, int]
    channels: Mapping[str, Collection[Arrow]]
    outcome: str
    known: tuple[str, ...]
    _kept: dict[Opened, _Expanded] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        network: Network,
        channels: Mapping[str, Collection[Arrow]],
        baseline: Mapping[str, int],
        settings: Mapping[str, tuple[int, ...]],
        outcome: str,
        known: tuple[str, ...] = (),
    ) -> "OpenChannels":
        """Ask for some settings.

        Args:
            network: the network; what is set in all cases is set there.
            channels: the arrows of each channel.
            baseline: the nodes that are set, and their states at the baseline.
            settings: by these nodes, their states in every setting that is compared with it.
            outcome: the node on which effects are measured.
            known: the nodes on which there is evidence.
        """
        columns = {name: (start, *settings[name]) for name, start in baseline.items()}
        contrasts = tuple(zip(*columns.values(), strict=True))
        count = len(contrasts)
        added = {SET: np.ones(1), CONTRAST: np.full(count, 1 / count)}
        rows = {
            name: np.eye(network.variables[name].size)[None, list(own)]
            for name, own in columns.items()
        }
        for each in (*added.values(), *rows.values()):
            each.flags.writeable = False
        variables = {
            SET: Variable(SET, ("set",)),
            CONTRAST: Variable(CONTRAST, tuple(map(str, range(count)))),
        }
        parents = {**dict.fromkeys(added, ()), **network.parents}
        whole = Network(
            MappingProxyType({**variables, **network.variables}),
            MappingProxyType({**parents, **dict.fromkeys(rows, (SET, CONTRAST))}),
            MappingProxyType({**added, **network.tables, **rows}),
        )
        return cls(whole, contrasts, dict(baseline), dict(channels), outcome, known)

    def by_open(self, evidence: Mapping[str, Array]) -> dict[Opened, Array]:
        """P(outcome | evidence) under every contrast, by the set of open channels.

        Args:
            evidence: by the nodes that are known, weights of shape (states,).

        Returns:
            Arrays of shape (contrasts, states).

        Raises:
            TooLarge: a node in two versions has too large a table, or an answer takes too much memory.
        """
        found = {}
        for each in self._expanded(tuple(self.channels), frozenset()):
            found.update(self._answered(each, evidence))
        return found

    def _answered(self, expanded: _Expanded, evidence: Mapping[str, Array]) -> dict[Opened, Array]:
        asked = [*expanded.versions.switches, CONTRAST, self.outcome]
        try:
            _, joint = expanded.compiled.joint(Findings(weights=evidence), asked)
        except TooLarge:
            if not expanded.free:
                raise
            found = {}
            for each in self._halves(expanded.free, expanded.opened):
                found.update(self._answered(each, evidence))
            return found
        # Evidence that the intervention does not reach is as probable under every contrast.
        answers = joint / joint.sum(axis=-1, keepdims=True)
        return {
            opened: np.asarray(answers[tuple(states.values())])
            for opened, states in expanded.sets.items()
        }

    def drawn(
        self,
        evidence: Mapping[str, Array],
        tables: Mapping[str, Array],
        draws: int,
        beliefs: Mapping[str, Array],
    ) -> dict[Opened, Array]:
        """The same under every draw of some tables.

        Args:
            evidence: by the nodes that are known, weights of shape (states,).
            tables: by node its drawn tables, shape (draws, *table shape).
            draws: how many.
            beliefs: by node the distribution that its posterior shall be, under every draw.

        Returns:
            Arrays of shape (draws, contrasts, states); NaN where the evidence is impossible.

        Raises:
            TooLarge: see `by_open`.
        """
        found = {}
        for each in self._expanded(tuple(self.channels), frozenset()):
            found.update(self._drawn(each, evidence, tables, draws, beliefs))
        return found

    def _drawn(
        self,
        expanded: _Expanded,
        evidence: Mapping[str, Array],
        tables: Mapping[str, Array],
        draws: int,
        beliefs: Mapping[str, Array],
    ) -> dict[Opened, Array]:
        versions, joined = expanded.versions, expanded.compiled.network
        moving = [name for name in versions.drawn if name in tables and name not in self.baseline]
        # The baseline is the same whichever channels are open.
        start = self.contrasts[0]
        keys = {
            (opened, states): (expanded.opened if states == start else opened, states)
            for opened in expanded.sets
            for states in self.contrasts
        }
        questions = {}
        for opened, switches in expanded.sets.items():
            for states in self.contrasts:
                if keys[opened, states] == (opened, states):
                    do = dict(zip(self.baseline, states, strict=True))
                    findings = Findings(
                        switches,
                        evidence,
                        beliefs,
                        {name: state for name, state in do.items() if name in versions.drawn},
                    )
                    questions[opened, states] = DrawnQuestion.of(
                        joined, findings, [self.outcome], moving
                    )
        size = self.network.variables[self.outcome].size
        answers = {each: np.empty((draws, size)) for each in questions}
        # Tables of two versions are many times as large as those that they are made of.
        step = max(1, AT_ONCE // sum(joined.tables[name].size for name in moving or [self.outcome]))
        for at in range(0, draws, step):
            down = slice(at, min(draws, at + step))
            some = {name: versions.table(name, own=tables[name][down]) for name in moving}
            for each, question in questions.items():
                answers[each][down] = question.ask(some, down.stop - at).marginals[self.outcome]
        return {
            opened: np.stack([answers[keys[opened, each]] for each in self.contrasts], axis=1)
            for opened in expanded.sets
        }

    @cached_property
    def witnesses(self) -> tuple[str, ...]:
        """The nodes whose two versions both take part for some set of open channels, where that matters."""
        torn = self._worlds(tuple(self.channels), frozenset()).torn(self._wanted)
        return tuple(name for name in torn if is_unsettled(self.network, name))

    def _expanded(self, free: tuple[str, ...], opened: Opened) -> list[_Expanded]:
        """Networks that answer for all sets of the free channels, with some others open."""
        key = opened.union(_switch(name) for name in free)
        if key in self._kept:
            return [self._kept[key]]
        most = MOST_WITH_SWITCHES if free else MOST_ENTRIES
        worlds = self._worlds(free, opened)
        try:
            versions = worlds.versions(self._wanted, most=most, hint="; name fewer channels")
        except TooLarge:
            if not free:
                raise
            return self._halves(free, opened)
        made = _Expanded(free, opened, versions, CompiledNetwork(versions.joined()))
        if sum(each.size for each in made.compiled.network.tables.values()) <= MOST_WITH_SWITCHES:
            self._kept[key] = made
        return [made]

    def _halves(self, free: tuple[str, ...], opened: Opened) -> list[_Expanded]:
        """The same with the first of the free channels closed, and with it open."""
        one, *rest = free
        halves = (opened, opened | {one})
        return [each for half in halves for each in self._expanded(tuple(rest), half)]

    @property
    def _wanted(self) -> list[tuple[str, int]]:
        # Which contrast it is takes part in every answer, even where it decides nothing.
        return [(self.outcome, SECOND), *((name, FIRST) for name in (CONTRAST, *self.known))]

    def _worlds(self, free: tuple[str, ...], opened: Opened) -> Worlds:
        shut = [name for name in self.channels if name not in opened and name not in free]
        return Worlds(
            self.network,
            {SET: 0},
            self.baseline,
            closed=frozenset(arrow for name in shut for arrow in self.channels[name]),
            switches={arrow: _switch(name) for name in free for arrow in self.channels[name]},
        )


def _switch(channel: str) -> str:
    """The variable that opens a channel; no node of a graph is called like it."""
    return "\0open " + channel
