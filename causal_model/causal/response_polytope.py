"""What the response of one node may be: joints of the values at pairs of rows, as a polytope.

A response is a function from rows to states. Only pairs of rows that two worlds can bring about together
matter; they are the edges of a graph on rows. Its connected parts, the blocks, may be arranged apart.

- A block that is a tree: any joints of its pairs with the rows as margins belong to some response, as they
  can be glued together along the tree, each independent of the others given the row that they share. So
  each pair has a transport polytope of its own.
- A block with a circle: the variables are the probabilities of all functions on its rows, states^rows.

References:
    [vorobev1962] Vorob'ev, N.N. (1962). Consistent families of measures and their extensions. Theory of
        Probability and its Applications 7(2). (Margins along a tree can always be extended.)
    [klee1968] Klee, V. & Witzgall, C. (1968). Facets and vertices of transportation polytopes. Mathematics
        of the Decision Sciences 1. (The support of a vertex is a forest.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from causal_model.causal.responses import Numbers
from causal_model.network import Array

__all__ = ["Block", "Choice", "Edge", "Mechanism", "mechanism_of", "transport_vertices"]

Edge = tuple[int, int]
# The joints of pairs of rows, by node.
Choice = Mapping[str, Mapping[Edge, Array]]

# Functions on the rows of one block, and states of a node whose vertices are listed.
MOST_FUNCTIONS, MOST_STATES = 4096, 3
# Less than this is left over by rounding.
ROUNDING = 1e-14


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that hang together by pairs, and these pairs."""

    rows: tuple[int, ...]
    edges: tuple[Edge, ...]

    @property
    def is_tree(self) -> bool:
        """Whether the pairs make no circle."""
        return len(self.edges) == len(self.rows) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Mechanism:
    """How one node may respond.

    Attributes:
        name: the node.
        rows: its rows, shape (rows, states).
        blocks: the rows whose values have to be arranged.
    """

    name: str
    rows: Array
    blocks: tuple[Block, ...]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The pairs of rows of all blocks."""
        return tuple(edge for block in self.blocks for edge in block.edges)

    def vertices(self, most: int) -> list[dict[Edge, Array]] | None:
        """The joints at all vertices; None where there is a circle, or where they are too many."""
        if self.rows.shape[-1] > MOST_STATES or not all(each.is_tree for each in self.blocks):
            return None
        lists = []
        count = 1
        for one, other in self.edges:
            own = transport_vertices(self.rows[one], self.rows[other])
            count *= len(own)
            if count > most:
                return None
            lists.append(own)
        return [dict(zip(self.edges, chosen, strict=True)) for chosen in product(*lists)]

    def range(self, gains: Mapping[Edge, Array]) -> tuple[float, float]:
        """The least and the greatest of a linear function of the joints.

        Args:
            gains: its coefficients for every pair of rows, shape (states, states) each.
        """
        # SciPy takes long to import, and only bounds need it.
        from scipy.optimize import linprog
        from scipy.sparse import block_diag

        costs, matrices, margins = [], [], []
        for block in self.blocks:
            for cost, matrix, margin in self._programs(block, gains):
                costs.append(cost)
                matrices.append(matrix)
                margins.append(margin)
        cost, margin = np.concatenate(costs), np.concatenate(margins)
        if not cost.any():
            return 0.0, 0.0
        # Of coefficients far from one the solver would take the small ones for zero.
        scale = float(np.abs(cost).max())
        matrix = block_diag(matrices, format="csr")
        ends = []
        for sign in (1.0, -1.0):
            found: Any = linprog(
                sign * cost / scale, A_eq=matrix, b_eq=margin, bounds=(0, None), method="highs"
            )
            assert found.status == 0, found.message  # a product of the rows is always feasible
            ends.append(scale * sign * float(found.fun))
        return ends[0], ends[1]

    def _programs(
        self, block: Block, gains: Mapping[Edge, Array]
    ) -> list[tuple[Array, Array, Array]]:
        """Costs, and constraints with their right-hand sides, of a block."""
        states = self.rows.shape[-1]
        if block.is_tree:
            # The sums over the lines of a joint, and over its columns.
            matrix = np.vstack(
                [
                    np.kron(np.eye(states), np.ones(states)),
                    np.kron(np.ones(states), np.eye(states)),
                ]
            )
            return [
                (
                    gains[(one, other)].reshape(-1),
                    matrix,
                    np.concatenate([self.rows[one], self.rows[other]]),
                )
                for one, other in block.edges
            ]
        functions = np.indices((states,) * len(block.rows)).reshape(len(block.rows), -1)
        place = {row: at for at, row in enumerate(block.rows)}
        cost = np.zeros(functions.shape[-1])
        for one, other in block.edges:
            cost += gains[(one, other)][functions[place[one]], functions[place[other]]]
        matrix = np.vstack(
            [(line == state).astype(np.float64) for line in functions for state in range(states)]
        )
        return [(cost, matrix, np.concatenate([self.rows[row] for row in block.rows]))]


def mechanism_of(name: str, rows: Array, pairs: Sequence[Numbers]) -> Mechanism | None:
    """The response of a node whose two versions can be at some pairs of rows.

    Args:
        name: the node.
        rows: its rows, shape (rows, states).
        pairs: the numbers of the rows of the first version and of the second, of one shape.

    Returns:
        None where a block has too many functions.
    """
    edges: set[Edge] = set()
    chance = rows.max(axis=-1) < 1
    first, second = pairs
    for one, other in set(
        zip(first.reshape(-1).tolist(), second.reshape(-1).tolist(), strict=True)
    ):
        # What a row without chance goes together with is settled, and ties nothing.
        if one != other and chance[one] and chance[other]:
            edges.add((min(one, other), max(one, other)))
    blocks = tuple(_blocks(sorted(edges)))
    for block in blocks:
        if not block.is_tree and rows.shape[-1] ** len(block.rows) > MOST_FUNCTIONS:
            return None
    return Mechanism(name, rows, blocks)


def transport_vertices(one: Array, other: Array) -> list[Array]:
    """The vertices of the joints with given margins.

    The support of a vertex is a forest, so some line or column has one entry only, which is then the
    smaller of both margins; what is left is a vertex of a smaller polytope [klee1968]. All orders in
    which entries can be filled like that are gone through.

    Args:
        one: margin of the lines, shape (states,).
        other: margin of the columns, shape (states,).
    """
    found: dict[bytes, Array] = {}
    seen: set[bytes] = set()
    stack = [(np.zeros((len(one), len(other))), one.copy(), other.copy())]
    while stack:
        joint, left, above = stack.pop()
        lines, columns = np.flatnonzero(left > ROUNDING), np.flatnonzero(above > ROUNDING)
        if not len(lines) or not len(columns):
            found.setdefault(np.round(joint, 12).tobytes(), joint)
            continue
        for line, column in product(lines.tolist(), columns.tolist()):
            amount = min(left[line], above[column])
            more, rest, remaining = joint.copy(), left.copy(), above.copy()
            more[line, column] += amount
            rest[line] -= amount
            remaining[column] -= amount
            key = np.round(np.concatenate([more.reshape(-1), rest, remaining]), 12).tobytes()
            if key not in seen:
                seen.add(key)
                stack.append((more, rest, remaining))
    return list(found.values())


def _blocks(edges: Sequence[Edge]) -> list[Block]:
    """The connected parts of a graph on rows."""
    owner: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for edge in edges:
        for row in edge:
            if row not in owner:
                owner[row], members[row] = row, [row]
        keep, gone = owner[edge[0]], owner[edge[1]]
        if keep != gone:
            for row in members.pop(gone):
                owner[row] = keep
                members[keep].append(row)
    return [
        Block(tuple(sorted(own)), tuple(edge for edge in edges if owner[edge[0]] == name))
        for name, own in members.items()
    ]
