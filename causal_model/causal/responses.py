"""Two worlds at once: how a node goes over from one to the other, as far as a table says it.

The first world is the one that evidence speaks of, or a baseline; in the second some nodes are set
[balke1994]. What the setting does not reach is the same node in both. All else has a version in each, and
both versions have one cause besides their parents, the response of the unit: a function from the states
of the parents to a state [balke1994]. A table gives the distribution of every value of that function and
says nothing of how they go together, so two versions need a coupling, a joint distribution of two rows
with these rows as its margins. Comonotone coupling lets one quantile decide both: a unit that is high
under one row, as its kind goes, is as high under the other (the ordinal response; monotonicity
[tian2000] where there are two states).

References:
    [balke1994] Balke, A. & Pearl, J. (1994). Probabilistic evaluation of counterfactual queries. AAAI.
    [tian2000] Tian, J. & Pearl, J. (2000). Probabilities of causation: bounds and identification.
        Annals of Mathematics and Artificial Intelligence 28.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import TooLarge
from causal_model.memory import in_words
from causal_model.network import Array, Network, Variable

__all__ = [
    "FIRST",
    "MOST_ENTRIES",
    "SECOND",
    "Arrow",
    "Coupling",
    "Versions",
    "Worlds",
    "comonotone",
    "is_unsettled",
]

Arrow = tuple[str, str]
Numbers = NDArray[np.intp]
# The number of a world.
FIRST, SECOND = 0, 1
# Entries of the table of a node in two versions.
MOST_ENTRIES = 1 << 24

# From a node, its rows of shape (rows, states, ...), and the numbers of the rows of both versions, of one
# shape (*rest), to the joint of the two, of shape (*rest, states * states, ...), the first being slower.
Coupling = Callable[[str, Array, Numbers, Numbers], Array]


def comonotone(name: str, rows: Array, first: Numbers, second: Numbers) -> Array:
    """One quantile decides both versions: the length of quantiles that both intervals share."""
    axis = first.ndim
    one, other = np.expand_dims(rows[first], axis + 1), np.expand_dims(rows[second], axis)
    upper, above = np.cumsum(one, axis=axis), np.cumsum(other, axis=axis + 1)
    shared = np.minimum(upper, above) - np.maximum(upper - one, above - other)
    np.clip(shared, 0.0, None, out=shared)
    flat = shared.reshape(*first.shape, -1, *shared.shape[axis + 2 :])
    return np.asarray(flat / flat.sum(axis=axis, keepdims=True))


@dataclass(frozen=True, eq=False)
class Worlds:
    """A network in two worlds that differ by what somebody sets.

    Attributes:
        network: the network.
        end: the nodes that are set in the second world, and their states there.
        start: those of them that are set in the first world as well, and their states there.
        closed: arrows that carry the first version of their source into the second world, too.
        switches: arrows of which that is decided by a further variable of two states, their switch: closed
            in the first, open in the second. Several arrows may have the same one.
    """

    network: Network
    end: Mapping[str, int]
    start: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    closed: Collection[Arrow] = ()
    switches: Mapping[Arrow, str] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def touched(self) -> frozenset[str]:
        """The nodes that are set, and those that this reaches through open arrows."""
        found = set(self.end)
        for name, above in self.network.parents.items():
            if any(each in found and (each, name) not in self.closed for each in above):
                found.add(name)
        return frozenset(found)

    def is_set(self, name: str, world: int) -> bool:
        """Whether this version of a node is what somebody sets it to."""
        return name in (self.start if world == FIRST else self.end)

    def heard(self, parent: str, name: str, world: int) -> tuple[int, ...]:
        """The worlds of the versions of a parent that a version of a node hears; two under a switch."""
        arrow = (parent, name)
        if world == FIRST or parent not in self.touched or arrow in self.closed:
            return (FIRST,)
        return (FIRST, SECOND) if arrow in self.switches else (SECOND,)

    def needed(self, asked: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
        """The versions that decide some nodes in some worlds, by node, parents first; none twice."""
        found: dict[str, set[int]] = {}
        stack = list(asked)
        while stack:
            name, world = stack.pop()
            world = world if name in self.touched else FIRST
            if world in found.setdefault(name, set()):
                continue
            found[name].add(world)
            if not self.is_set(name, world):
                stack += [
                    (parent, heard)
                    for parent in self.network.parents[name]
                    for heard in self.heard(parent, name, world)
                ]
        return {
            name: tuple(sorted(found[name])) for name in self.network.variables if name in found
        }

    def torn(self, asked: Iterable[tuple[str, int]]) -> tuple[str, ...]:
        """The nodes of which both versions decide what is asked, for some set of open switches.

        Args:
            asked: nodes and worlds.

        Sets of open switches are the bits of a number, so that one walk up the arrows looks at all.
        """
        network, switches = self.network, tuple(dict.fromkeys(self.switches.values()))
        everywhere = (1 << (1 << len(switches))) - 1
        under = {
            name: sum(1 << each for each in range(1 << len(switches)) if each >> at & 1)
            for at, name in enumerate(switches)
        }

        def is_open(arrow: Arrow) -> int:
            if arrow in self.closed:
                return 0
            return under[self.switches[arrow]] if arrow in self.switches else everywhere

        touched = dict.fromkeys(network.variables, 0) | dict.fromkeys(self.end, everywhere)
        for name, above in network.parents.items():
            for parent in above:
                touched[name] |= touched[parent] & is_open((parent, name))
        first, second = dict.fromkeys(touched, 0), dict.fromkeys(touched, 0)
        for name, world in asked:
            moved = touched[name] if world == SECOND else 0
            second[name] |= moved
            first[name] |= everywhere & ~moved
        for name in reversed(list(network.variables)):
            for parent in network.parents[name]:
                if not self.is_set(name, FIRST):
                    first[parent] |= first[name]
                if not self.is_set(name, SECOND):
                    moved = second[name] & touched[parent] & is_open((parent, name))
                    second[parent] |= moved
                    first[parent] |= second[name] & ~moved
        return tuple(
            name
            for name in network.variables
            if first[name] & second[name]
            and not self.is_set(name, FIRST)
            and not self.is_set(name, SECOND)
        )

    def versions(
        self, asked: Iterable[tuple[str, int]], *, most: int = MOST_ENTRIES, hint: str = ""
    ) -> "Versions":
        """The versions that decide some nodes in some worlds.

        Args:
            asked: nodes and worlds.
            most: entries that the table of a node may have.
            hint: what can be done where there are more.

        Raises:
            TooLarge: a node in two versions has too large a table; nothing was allocated.
        """
        needed = self.needed(asked)
        drawn = {
            name: tuple(world for world in own if not self.is_set(name, world))
            for name, own in needed.items()
        }
        found = Versions(self, {name: own for name, own in drawn.items() if own})
        for name in found.doubled:
            entries = math.prod(found.extents(name)) * self.network.variables[name].size ** 2
            if entries > most:
                raise TooLarge(
                    f"{name!r} is needed before and after the intervention at once, and its table of"
                    f" both has {entries:.3g} entries ({in_words(8 * entries)}){hint}",
                    8 * entries,
                    (name, *found.above(name)),
                )
        return found


@dataclass(frozen=True, eq=False)
class Versions:
    """The versions of nodes that take part in an answer, as the variables of one network.

    A node in one version is a variable as it was. One in two versions is a variable whose states are
    their pairs: state `first * size + second`.

    Attributes:
        worlds: the two worlds.
        drawn: the worlds of the versions by node; what somebody sets is no variable.
    """

    worlds: Worlds
    drawn: Mapping[str, tuple[int, ...]]

    @cached_property
    def doubled(self) -> tuple[str, ...]:
        """The nodes of which both versions take part."""
        return tuple(name for name, own in self.drawn.items() if len(own) > 1)

    @cached_property
    def families(self) -> dict[str, tuple[str, ...]]:
        """The parents of every variable, its switches last.

        They are those of the node, but for what hears only what somebody sets.
        """
        worlds, found = self.worlds, {}
        for name, own in self.drawn.items():
            above: list[str] = []
            switches: dict[str, None] = {}
            for parent in worlds.network.parents[name]:
                heard = {each for world in own for each in worlds.heard(parent, name, world)}
                if not all(worlds.is_set(parent, each) for each in heard):
                    above.append(parent)
                if any(len(worlds.heard(parent, name, world)) > 1 for world in own):
                    switches[worlds.switches[parent, name]] = None
            found[name] = (*above, *switches)
        return found

    @cached_property
    def switches(self) -> tuple[str, ...]:
        """The switches that take part."""
        known = set(self.worlds.switches.values())
        used = (each for family in self.families.values() for each in family if each in known)
        return tuple(dict.fromkeys(used))

    def above(self, name: str) -> tuple[str, ...]:
        """The parents of a variable."""
        return self.families[name]

    def size(self, name: str) -> int:
        """The number of states of a variable."""
        if name not in self.drawn:
            return 2
        states = self.worlds.network.variables[name].size
        return states * states if len(self.drawn[name]) > 1 else states

    def extents(self, name: str) -> list[int]:
        """The numbers of states of the parents of a variable."""
        return [self.size(parent) for parent in self.families[name]]

    def rows(self, name: str) -> list[Numbers]:
        """For each version of a node the number of its row, by the states of the variable's parents.

        Returns:
            Arrays of shape (*extents,) with numbers of rows of the node's own table, its parents' states
            counted through with the last one fastest.
        """
        worlds, above, extents = self.worlds, self.families[name], self.extents(name)
        own = worlds.network.tables[name]
        numbers = np.arange(math.prod(own.shape[:-1]), dtype=np.intp).reshape(own.shape[:-1])

        def along(variable: str, values: Numbers) -> Numbers:
            axis = above.index(variable)
            return values.reshape([-1 if each == axis else 1 for each in range(len(above))])

        def states(parent: str, world: int) -> Numbers:
            if worlds.is_set(parent, world):
                return np.array((worlds.start if world == FIRST else worlds.end)[parent])
            return along(parent, self.state(parent, world, np.arange(self.size(parent))))

        found = []
        for version in self.drawn[name]:
            at: list[Numbers] = []
            for parent in worlds.network.parents[name]:
                heard = worlds.heard(parent, name, version)
                if len(heard) == 1:
                    at.append(states(parent, heard[0]))
                else:
                    is_open = along(worlds.switches[parent, name], np.array([False, True]))
                    at.append(np.where(is_open, states(parent, SECOND), states(parent, FIRST)))
            found.append(np.broadcast_to(numbers[tuple(at)], tuple(extents)))
        return found

    def state(self, name: str, world: int, states: Numbers) -> Numbers:
        """The state of one version of a node at states of its variable."""
        if len(self.drawn[name]) == 1:
            return states
        size = self.worlds.network.variables[name].size
        return states // size if world == FIRST else states % size

    def spread(self, name: str, world: int, values: Array) -> Array:
        """Values by the states of a version (..., states) as values by those of its variable."""
        return np.asarray(values[..., self.state(name, world, np.arange(self.size(name)))])

    def collected(self, name: str, world: int, values: Array) -> Array:
        """Values by the states of a variable, on the last axis, summed up by those of a version."""
        if len(self.drawn[name]) == 1:
            return values
        size = self.worlds.network.variables[name].size
        pairs = values.reshape(*values.shape[:-1], size, size)
        return np.asarray(pairs.sum(axis=-1 if world == FIRST else -2))

    def table(self, name: str, coupling: Coupling = comonotone, own: Array | None = None) -> Array:
        """P(variable | its parents).

        Args:
            name: the variable.
            coupling: how two versions go together.
            own: drawn tables to take instead of the node's own, shape (draws, *its shape).

        Returns:
            Shape (*extents, states of the variable), with the draws in front if there are any. The draws
            are the last axis in memory, along which the engine runs.
        """
        table = self.worlds.network.tables[name]
        rows = table if own is None else np.moveaxis(own, 0, -1)
        rows = rows.reshape(-1, table.shape[-1], *rows.shape[table.ndim :])
        numbers = self.rows(name)
        found = rows[numbers[0]] if len(numbers) == 1 else coupling(name, rows, *numbers)
        return np.asarray(found if own is None else np.moveaxis(found, -1, 0))

    def joined(self, coupling: Coupling = comonotone) -> Network:
        """The network of all versions, and of the switches, whose states weigh the same."""
        tables = {name: np.full(2, 0.5) for name in self.switches}
        tables |= {name: self.table(name, coupling) for name in self.drawn}
        for each in tables.values():
            each.flags.writeable = False
        # Couplings of distributions are distributions: nothing is left to be checked.
        return Network(
            MappingProxyType({name: Variable(name, _names(self.size(name))) for name in tables}),
            MappingProxyType({name: self.families.get(name, ()) for name in tables}),
            MappingProxyType(tables),
        )

    def unsettled(self) -> tuple[str, ...]:
        """The nodes in two versions that the table leaves more than one way to go together."""
        return tuple(name for name in self.doubled if is_unsettled(self.worlds.network, name))


def is_unsettled(network: Network, name: str) -> bool:
    """Whether a table leaves two versions of its node more than one way to go together.

    Where at most one row leaves anything to chance there is one way only.
    """
    return bool((network.tables[name].max(axis=-1) < 1).sum() > 1)


def _names(size: int) -> tuple[str, ...]:
    return tuple(map(str, range(size)))
