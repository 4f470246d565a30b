"""The planned tensor networks of a question, with all that depends on the tables alone contracted."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from causal_model.engine.contract import Tree, grow
from causal_model.engine.plan import Plan
from causal_model.engine.pullback import Pullback
from causal_model.inference.guard import check_memory
from causal_model.inference.pattern import Pattern
from causal_model.inference.planning import Follower, PlannedParts, Slice
from causal_model.inference.tensor_network import TensorNetwork
from causal_model.network import Array, Network
from causal_model.threads import one_blas_thread

__all__ = ["Part", "Prepared", "prepare"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One tensor network of a question.

    Attributes:
        tree: the plan with the constant leaves in place.
        slices: leaves to be cut out of tables.
        vectors: leaf and the node whose weights, or states by row, it holds.
        labels: node to label.
        leaf_of: node to the leaf that holds its table.
        targets: the nodes that are answered here.
        direct: whether the forward pass alone answers, for a single target or several jointly.
        counts: whether its value is a factor of P(evidence).
    """

    tree: Tree
    slices: tuple[Slice, ...]
    vectors: tuple[tuple[int, str], ...]
    labels: Mapping[str, int]
    leaf_of: Mapping[str, int]
    targets: tuple[str, ...]
    direct: bool
    counts: bool


@dataclass(frozen=True, eq=False)
class Prepared:
    """A planned pattern.

    Attributes:
        parts: its tensor networks.
        numbers, followers: as in `PlannedParts`.
    """

    parts: tuple[Part, ...]
    numbers: tuple[Slice, ...]
    followers: tuple[Follower, ...]

    @cached_property
    def held(self) -> int:
        """Entries of the constant arrays, besides the tables themselves."""
        return sum(
            entries
            for part in self.parts
            for first in [len(part.tree.plan.leaves)]
            for entries, value in zip(
                part.tree.plan.entries[first:], part.tree.values[first:], strict=True
            )
            if value is not None
        )

    @property
    def operations(self) -> int:
        """Multiplications of all passes, for one row."""
        return sum(
            part.tree.plan.operations + (part.tree.back.operations if part.tree.back else 0)
            for part in self.parts
        )

    @cached_property
    def row_operations(self) -> int:
        """Those that every question does anew."""
        return sum(
            sum(step.pairing.operations for _, step in part.tree.steps)
            + (part.tree.back.operations if part.tree.back else 0)
            for part in self.parts
        )


def prepare(
    network: Network,
    pattern: Pattern,
    planned: PlannedParts,
    max_memory: int | None = None,
) -> Prepared:
    """Contract what depends on the tables alone.

    Args:
        network: the network.
        pattern: what is known and asked.
        planned: the plans for that.
        max_memory: bytes that the answer may take; default a share of what is free.

    Raises:
        TooLarge: the answer is predicted to take more memory; nothing was allocated.
    """
    check_memory(planned.plans, max_memory)
    with one_blas_thread(sum([plan.operations for _, plan, _ in planned.parts])):
        parts = tuple([_grown(network, pattern, *each) for each in planned.parts])
    return Prepared(parts, planned.numbers, planned.followers)


def _grown(
    network: Network,
    pattern: Pattern,
    sketch: TensorNetwork,
    plan: Plan,
    back: Pullback | None,
) -> Part:
    """Put the tables that no finding touches into the plan."""
    sliced = pattern.sliced
    slices = []
    leaves: list[Array | None] = []
    lowest = []
    for name, leaf in sketch.leaf_of.items():
        family = network.family(name)
        table = network.tables[name]
        if sliced.isdisjoint(family):
            leaves.append(table)
        else:
            nodes = tuple([each if each in sliced else None for each in family])
            slices.append(Slice(leaf, table, nodes))
            leaves.append(None)
        lowest.append(network.smallest_entries[name])
    weighed = dict(sketch.vectors)
    for leaf in range(len(leaves), len(plan.leaves)):
        shape = [plan.sizes[label] for label in plan.leaves[leaf]]
        leaves.append(None if leaf in weighed else np.ones(shape))
        lowest.append(0.0 if leaf in weighed else 1.0)
    return Part(
        tree=grow(plan, back, leaves, lowest),
        slices=tuple(slices),
        vectors=sketch.vectors,
        labels=sketch.labels,
        leaf_of=sketch.leaf_of,
        targets=sketch.targets,
        direct=sketch.direct,
        counts=sketch.counts,
    )
