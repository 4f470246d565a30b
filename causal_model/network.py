"""A Bayesian network as a value: variables, parents, and one array per variable."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import CptError, GraphFileError

__all__ = ["Array", "Network", "Variable", "topological_order"]

Array = NDArray[np.float64]

# A row may miss 1 by this much without a word: published networks print six digits.
ROW_SUM_TOLERANCE = 1e-6
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Variable:
    """A discrete variable.

    Attributes:
        name: its name.
        states: the names of its states, low to high where ordered.
        is_decision: whether somebody decides it. Its table then stands for the status quo, that the
            first state is certain, and it can be set, but not observed.
    """

    name: str
    states: tuple[str, ...]
    is_decision: bool = False

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.states)


@dataclass(frozen=True, eq=False)
class Network:
    """A Bayesian network, frozen.

    Attributes:
        variables: by name, in topological order (parents before children).
        parents: the parents of each variable, in the order of the axes of its table.
        tables: P(variable | parents) as float64 of shape (*parent sizes, own size); the last axis
            sums to one. Arrays are read-only.
    """

    variables: Mapping[str, Variable]
    parents: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Array] = field(repr=False)

    @classmethod
    def of(
        cls,
        variables: Iterable[Variable],
        parents: Mapping[str, Iterable[str]],
        tables: Mapping[str, Array],
    ) -> "Network":
        """Check, order and freeze a network.

        Numbers stay as they are, so a network is written as it was read; the input arrays are not
        touched. See `inexact` for rows that miss 1 a little.

        Raises:
            GraphFileError: a node or a parent comes twice, a parent is unknown, states are not
                different, or the arrows run in a circle.
            CptError: a table is missing, has the wrong shape, or a row is no distribution.
        """
        listed = list(variables)
        by_name = {variable.name: variable for variable in listed}
        for name, count in Counter(variable.name for variable in listed).items():
            if count > 1:
                raise GraphFileError(f"node {name!r} is given {count} times")
        for name, variable in by_name.items():
            if not variable.states or len(set(variable.states)) < len(variable.states):
                raise GraphFileError(
                    f"node {name!r}: states must be at least one, and different: {variable.states}"
                )
        for name in (*parents, *tables):
            if name not in by_name:
                raise GraphFileError(
                    f"parents or a table are given for {name!r}, which is not a node"
                )
        above = {name: tuple(parents.get(name, ())) for name in by_name}
        for name, own in above.items():
            if name not in tables:
                raise CptError(f"node {name!r} has no table")
            if len(set(own)) < len(own):
                raise GraphFileError(f"node {name!r} has a parent twice: {', '.join(own)}")
            for parent in own:
                if parent not in by_name:
                    raise GraphFileError(f"node {name!r}: parent {parent!r} is not a node")
        order = topological_order(above)
        network = cls(
            variables=MappingProxyType({name: by_name[name] for name in order}),
            parents=MappingProxyType({name: above[name] for name in order}),
            tables=MappingProxyType(
                {name: _checked(name, tables[name], _shape(name, by_name, above)) for name in order}
            ),
        )
        # Looked at once, as the network is read, so that questions need not.
        _ = network.smallest_entries, network.inexact
        return network

    @cached_property
    def smallest_entries(self) -> Mapping[str, float]:
        """The smallest positive entry of every table; what products of tables can fall to."""
        found = {}
        for name, table in self.tables.items():
            least = float(table.min(initial=1.0))
            found[name] = least or float(np.min(table, initial=1.0, where=table > 0))
        return found

    @cached_property
    def inexact(self) -> frozenset[str]:
        """The variables with a row that misses 1 by more than rounding, as printed digits do.

        A network is the product of its tables as they are. Leaving out a barren variable whose rows
        do not sum to one would change that product, so these are never left out.
        """
        return frozenset(
            name
            for name, table in self.tables.items()
            if (np.abs(table.sum(axis=-1) - 1) > ROUNDING).any()
        )

    def normalised(self) -> "Network":
        """The network with every row divided by its sum."""
        tables = dict(self.tables)
        for name in self.inexact:
            tables[name] = tables[name] / tables[name].sum(axis=-1, keepdims=True)
            tables[name].flags.writeable = False
        return replace(self, tables=MappingProxyType(tables))

    def family(self, name: str) -> tuple[str, ...]:
        """The parents of a variable and itself: the axes of its table."""
        return (*self.parents[name], name)

    def above(self, names: Iterable[str], cut: Container[str] = ()) -> set[str]:
        """These variables and all above them.

        Args:
            names: where to begin.
            cut: variables that somebody sets, so that nothing above them counts.
        """
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                if name not in cut:
                    stack.extend(self.parents[name])
        return found

    def do(self, interventions: Mapping[str, int]) -> "Network":
        """Cut the arrows into each named variable and fix its state [pearl2009, ch. 3].

        Args:
            interventions: variable name to the index of the state that it is set to.
        """
        fixed = {name: np.eye(self.variables[name].size)[at] for name, at in interventions.items()}
        for array in fixed.values():
            array.flags.writeable = False
        return replace(
            self,
            parents=MappingProxyType({**self.parents, **dict.fromkeys(fixed, ())}),
            tables=MappingProxyType({**self.tables, **fixed}),
        )

    def __reduce__(self) -> "tuple[Any, ...]":
        """Mapping proxies cannot be copied or sent to another process, so plain mappings are."""
        return _restored, (dict(self.variables), dict(self.parents), dict(self.tables))


def topological_order(parents: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Order names so that parents come before children, else in the order given.

    Raises:
        GraphFileError: the arrows run in a circle; the message names it.

    >>> topological_order({"c": ["a", "b"], "a": [], "b": ["a"]})
    ('a', 'b', 'c')
    """
    try:
        return tuple(TopologicalSorter(parents).static_order())
    except CycleError as error:
        circle = error.args[1][::-1]
        raise GraphFileError("the arrows run in a circle: " + " -> ".join(circle)) from None


def _restored(
    variables: dict[str, Variable], parents: dict[str, tuple[str, ...]], tables: dict[str, Array]
) -> Network:
    for table in tables.values():
        table.flags.writeable = False
    return Network(MappingProxyType(variables), MappingProxyType(parents), MappingProxyType(tables))


def _shape(
    name: str, variables: Mapping[str, Variable], parents: Mapping[str, tuple[str, ...]]
) -> tuple[int, ...]:
    return tuple(variables[other].size for other in (*parents[name], name))


def _checked(name: str, table: Array, shape: tuple[int, ...]) -> Array:
    try:
        array = np.array(table, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CptError(f"node {name!r}: the table is no array of numbers: {error}") from None
    if array.shape != shape:
        raise CptError(f"node {name!r}: the table has shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all() or (array < 0).any():
        raise CptError(
            f"node {name!r}: every entry of the table must be a number that is not negative"
        )
    sums = array.sum(axis=-1, keepdims=True)
    if (np.abs(sums - 1) > ROW_SUM_TOLERANCE).any():
        worst = sums.flat[np.abs(sums - 1).argmax()]
        raise CptError(f"node {name!r}: a row of the table sums to {worst:.6g}, expected 1")
    array.flags.writeable = False
    return array
