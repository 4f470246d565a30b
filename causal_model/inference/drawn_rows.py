"""Rows of hard evidence under many tables at once.

Where a node is observed its state is picked out of the tables, row by row, so a batch is every draw of
the tables with every row of evidence. See `drawn_tables` for one question of any kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from causal_model.engine.contract import Tree, evaluate, grow
from causal_model.engine.plan import BATCH, Labels, make_plan
from causal_model.inference.drawn_tables import complete
from causal_model.network import Array, Network

__all__ = ["Joint"]

# Entries of all arrays of one pass that are alive at a time: 32 MB.
AT_ONCE = 1 << 22

Codes = Mapping[str, NDArray[np.intp]]


@dataclass(frozen=True, slots=True, eq=False)
class _Leaf:
    """A table of the contraction: its node, the nodes of its axes, and whether it differs by draw."""

    name: str
    family: tuple[str, ...]
    drawn: bool


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """The plan of P(targets, evidence) for rows of hard evidence under drawn tables.

    Attributes:
        network: the network; the tables that are not drawn are its own.
        targets: the nodes that are asked together, in this order; none of them observed.
        tree: the plan, with what is constant in place.
        fresh: the leaves that come with every question, by number.
        vectors: the leaves that hold weights, by number.
    """

    network: Network
    targets: tuple[str, ...]
    tree: Tree
    fresh: Mapping[int, _Leaf]
    vectors: Mapping[int, str]

    @classmethod
    def of(
        cls,
        network: Network,
        targets: Sequence[str],
        *,
        observed: Iterable[str] = (),
        weighted: Iterable[str] = (),
        do: Iterable[str] = (),
        drawn: Iterable[str] = (),
    ) -> "Joint":
        """Plan it.

        Args:
            network: the network.
            targets: the nodes that are asked together; none of them observed or set.
            observed: nodes whose state is known in every row.
            weighted: nodes that carry weights.
            do: nodes that somebody sets; their states come like those of the observed.
            drawn: nodes whose table differs from draw to draw.
        """
        cut, known, changing = frozenset(do), frozenset((*observed, *do)), frozenset(drawn)
        relevant = network.above([*targets, *known, *weighted, *network.inexact], cut)
        labels: dict[str, int] = {}
        leaves: list[Labels] = []
        arrays: list[Array | None] = []
        floors: list[float] = []
        fresh: dict[int, _Leaf] = {}
        for name in network.variables:
            if name not in relevant or name in cut:
                continue
            family = network.family(name)
            own = [labels.setdefault(each, len(labels)) for each in family if each not in known]
            leaf = _Leaf(name, family, name in changing)
            by_row = not known.isdisjoint(family)
            if leaf.drawn or by_row:
                fresh[len(leaves)] = leaf
            leaves.append((BATCH, *own) if leaf.drawn or by_row else tuple(own))
            arrays.append(None if leaf.drawn or by_row else network.tables[name])
            floors.append(0.0 if leaf.drawn else network.smallest_entries[name])
        vectors = {}
        for name in weighted:
            vectors[len(leaves)] = name
            leaves.append((labels[name],))
            arrays.append(None)
            floors.append(0.0)
        output: Labels = (BATCH,) if fresh else ()
        output = (*output, *(labels.setdefault(name, len(labels)) for name in targets))
        sizes = {label: network.variables[name].size for name, label in labels.items()}
        complete(leaves, arrays, floors, output, sizes)
        tree = grow(make_plan(leaves, output, sizes), None, arrays, floors)
        return cls(network, tuple(targets), tree, fresh, vectors)

    @property
    def entries(self) -> int:
        """Entries of the arrays that one row under one draw takes."""
        plan = self.tree.plan
        return sum(
            entries
            for entries, own in zip(plan.entries, plan.slots, strict=True)
            if BATCH in own or not own
        )

    def ask(
        self,
        tables: Mapping[str, Array],
        codes: Codes,
        weights: Mapping[str, Array] | None = None,
    ) -> tuple[Array, Array]:
        """Log P(evidence) of shape (draws, rows), and P(targets | evidence) of (draws, rows, *sizes).

        Args:
            tables: the drawn tables, each of shape (draws, *table shape).
            codes: for every node that is observed or set its states by row, shape (rows,).
            weights: for every weighted node its weights, at most 1, shape (states,).

        Where the evidence is impossible the former is -inf and the latter NaN.
        """
        draws = next((len(each) for each in tables.values()), 1)
        rows = next((len(each) for each in codes.values()), 1)
        wide = min(rows, max(1, AT_ONCE // max(1, self.entries)))
        deep = max(1, AT_ONCE // max(1, wide * self.entries))
        sizes = [self.network.variables[name].size for name in self.targets]
        logs, joint = np.empty((draws, rows)), np.empty((draws, rows, *sizes))
        for top in range(0, draws, deep):
            down = slice(top, min(draws, top + deep))
            some = {name: table[down] for name, table in tables.items()}
            for left in range(0, rows, wide):
                along = slice(left, min(rows, left + wide))
                own = {name: states[along] for name, states in codes.items()}
                extent = (down.stop - top, along.stop - left)
                logs[down, along], joint[down, along] = self._pass(some, own, weights or {}, extent)
        return logs, joint

    def _pass(
        self,
        tables: Mapping[str, Array],
        codes: Codes,
        weights: Mapping[str, Array],
        extent: tuple[int, int],
    ) -> tuple[Array, Array]:
        leaves = {}
        for at, leaf in self.fresh.items():
            table = tables[leaf.name] if leaf.drawn else self.network.tables[leaf.name][None]
            leaves[at] = _picked(table, leaf.family, codes, extent)
        for at, name in self.vectors.items():
            leaves[at] = weights[name]
        answer = evaluate(self.tree, leaves)
        sizes = [self.network.variables[name].size for name in self.targets]
        joint = answer.output.reshape(-1, *sizes)
        axes = tuple(range(1, joint.ndim))
        with np.errstate(invalid="ignore"):
            joint = joint / joint.sum(axis=axes, keepdims=True)
        logs = np.broadcast_to(answer.log_total.reshape(-1), (extent[0] * extent[1],))
        joint = np.broadcast_to(joint, (extent[0] * extent[1], *sizes))
        return logs.reshape(extent), joint.reshape(*extent, *sizes)


def _picked(table: Array, family: Sequence[str], codes: Codes, extent: tuple[int, int]) -> Array:
    """The table of every draw at the states of every row, shape (draws * rows, *open axes).

    Args:
        table: of shape (draws or 1, *table shape).
        family: the nodes of its axes.
        codes: states by row of the nodes that are known.
        extent: draws and rows.
    """
    known = [axis for axis, name in enumerate(family, start=1) if name in codes]
    open_ = [axis for axis, name in enumerate(family, start=1) if name not in codes]
    moved = table.transpose(0, *known, *open_)
    index: tuple[Any, ...] = (slice(None), *(codes[family[axis - 1]] for axis in known))
    found = moved[index] if known else moved[:, None]
    whole = np.broadcast_to(found, (*extent, *found.shape[2:]))
    return whole.reshape(extent[0] * extent[1], *found.shape[2:])
