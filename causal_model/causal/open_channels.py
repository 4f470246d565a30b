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
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable

__all__ = ["Expanded", "OpenChannels", "Opened"]

Opened = frozenset[str]

# Entries of the table of a node in two versions; with switches, above which sets are halved.
MOST_ENTRIES, MOST_WITH_SWITCHES = 1 << 24, 1 << 18
# The node that says which contrast is asked, and the one whose setting makes it so; no node of a graph is
# called like these.
CONTRAST, SET = "\0contrast", "\0set"


@dataclass(frozen=True, eq=False)
class Expanded:
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
        do: what is set in all cases.
        known: the nodes on which there is evidence; none lies below those that are set.
        max_memory: bytes that one answer may take; None for a share of what is free.
    """

    network: Network
    contrasts: tuple[tuple[int, ...], ...]
    baseline: Mapping[str, int]
    channels: Mapping[str, Collection[Arrow]]
    outcome: str
    do: Mapping[str, int]
    known: tuple[str, ...]
    max_memory: int | None
    _kept: dict[Opened, Expanded] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        network: Network,
        channels: Mapping[str, Collection[Arrow]],
        baseline: Mapping[str, int],
        settings: Mapping[str, tuple[int, ...]],
        outcome: str,
        do: Mapping[str, int] = MappingProxyType({}),
        known: tuple[str, ...] = (),
        max_memory: int | None = None,
    ) -> "OpenChannels":
        """Ask for some settings.

        Args:
            network: the network.
            channels: the arrows of each channel.
            baseline: the nodes that are set, and their states at the baseline.
            settings: by these nodes, their states in every setting that is compared with it.
            outcome: the node on which effects are measured.
            do: what is set in all cases.
            known: the nodes on which there is evidence.
            max_memory: bytes that one answer may take; None for a share of what is free.
        """
        network = network.do(do)
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
        return cls(
            *(whole, contrasts, dict(baseline), dict(channels), outcome),
            *(dict(do), known, max_memory),
        )

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
        for each in self.expanded():
            found.update(self._answered(each, evidence))
        return found

    def _answered(self, expanded: Expanded, evidence: Mapping[str, Array]) -> dict[Opened, Array]:
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

    def expanded(self) -> "list[Expanded]":
        """Networks that together answer for all sets of open channels.

        Raises:
            TooLarge: a node in two versions has too large a table.
        """
        return self._expanded(tuple(self.channels), frozenset())

    @cached_property
    def witnesses(self) -> tuple[str, ...]:
        """The nodes whose two versions both take part for some set of open channels, where that matters."""
        torn = self._worlds(tuple(self.channels), frozenset()).torn(self._wanted)
        return tuple(name for name in torn if is_unsettled(self.network, name))

    def _expanded(self, free: tuple[str, ...], opened: Opened) -> list[Expanded]:
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
        made = Expanded(free, opened, versions, CompiledNetwork(versions.joined(), self.max_memory))
        if sum(each.size for each in made.compiled.network.tables.values()) <= MOST_WITH_SWITCHES:
            self._kept[key] = made
        return [made]

    def _halves(self, free: tuple[str, ...], opened: Opened) -> list[Expanded]:
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
