"""How often every row of a table was used, given what was seen: the E-step of EM.

The count of a family (a node with its parents) is the number of data rows in which it was in each of its
states. Where a data row leaves some of the family open, its share of 1 is spread over them as their
posterior says, given all that the row does tell [lauritzen1995].

References:
    [lauritzen1995] Lauritzen, S.L. (1995). The EM algorithm for graphical association models with missing
        data. Computational Statistics & Data Analysis 19.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.inference.drawn_rows import Joint
from causal_model.network import Array, Network

__all__ = ["Counter", "Counts"]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Expected counts under every draw of the tables.

    Attributes:
        by_node: for every learned node the counts of its family, shape (draws, *table shape).
        log_evidence: log P(row) by draw and data row, shape (draws, rows); -inf where impossible.
    """

    by_node: Mapping[str, Array]
    log_evidence: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """One learned family in the rows of one group.

    Attributes:
        name: the node.
        shape: of its table.
        order: where the axes (known..., open...) stand in the table.
        by_place: the rows, sorted by which combination of the known members they are, shape (rows,).
        starts: where each combination that occurs begins among these.
        places: the numbers of these combinations.
        joint: the plan for the open members; None where there are none.
    """

    name: str
    shape: tuple[int, ...]
    order: tuple[int, ...]
    by_place: NDArray[np.intp]
    starts: NDArray[np.intp]
    places: NDArray[np.intp]
    joint: Joint | None

    def counts(self, weights: Array, shares: Array) -> Array:
        """Counts of shape (draws, *table shape), given weights (draws, rows) and shares of the open."""
        draws = len(weights)
        # Where nothing tells draws or rows apart, there is one share for all of them.
        spread = weights[..., None] * shares.reshape(*shares.shape[:2], -1)
        sizes = [self.shape[axis] for axis in self.order]
        whole = np.zeros((draws, math.prod(sizes) // spread.shape[-1], spread.shape[-1]))
        spread = np.broadcast_to(spread, (draws, len(self.by_place), spread.shape[-1]))
        whole[:, self.places] = np.add.reduceat(spread[:, self.by_place], self.starts, axis=1)
        back = np.argsort(self.order)
        return whole.reshape(draws, *sizes).transpose(0, *(1 + back))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The rows that tell of the same nodes."""

    rows: NDArray[np.intp]
    codes: Mapping[str, NDArray[np.intp]]
    families: tuple[_Family, ...]
    evidence: Joint | None


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """Counts the families of some nodes in rows of states, of which any may be missing.

    Attributes:
        network: the network; the tables that are not learned are its own.
        learned: the nodes whose families are counted.
        rows: how many rows.
    """

    network: Network
    learned: tuple[str, ...]
    rows: int
    _groups: tuple[_Group, ...]

    @classmethod
    def of(
        cls,
        network: Network,
        learned: Sequence[str],
        nodes: Sequence[str],
        states: NDArray[np.intp],
    ) -> "Counter":
        """Plan the counting.

        Args:
            network: the network.
            learned: the nodes whose families are counted.
            nodes: the nodes of the columns.
            states: numbers of states, -1 where missing, shape (rows, columns); equal rows are best put
                together before.
        """
        seen = states >= 0
        patterns, which = np.unique(seen, axis=0, return_inverse=True)
        which = which.reshape(-1)
        groups = []
        for at, pattern in enumerate(patterns):
            rows = np.flatnonzero(which == at)
            codes = {
                name: states[rows, column] for column, name in enumerate(nodes) if pattern[column]
            }
            families = tuple(_family(network, name, codes, len(rows), learned) for name in learned)
            first = next((each.joint for each in families if each.joint is not None), None)
            whole = Joint.of(network, (), observed=codes, drawn=learned) if first is None else None
            groups.append(_Group(rows, codes, families, whole))
        return cls(network, tuple(learned), len(states), tuple(groups))

    def count(self, tables: Mapping[str, Array], weights: Array) -> Counts:
        """Expected counts.

        Args:
            tables: the learned tables, each of shape (draws, *table shape).
            weights: how often every row counts, shape (draws, rows) or (1, rows).
        """
        draws = next((len(each) for each in tables.values()), 1)
        weights = np.broadcast_to(weights, (draws, self.rows))
        log_evidence = np.zeros((draws, self.rows))
        by_node = {
            name: np.zeros((draws, *self.network.tables[name].shape)) for name in self.learned
        }
        for group in self._groups:
            logs = None
            for family in group.families:
                shares = np.ones((1, len(group.rows)))
                if family.joint is not None:
                    logs, shares = _asked(family.joint, tables, group.codes)
                    # A row that is impossible spreads over nothing; whoever asked sees its log.
                    shares = np.where(np.isnan(shares), 0.0, shares)
                by_node[family.name] += family.counts(weights[:, group.rows], shares)
            if group.evidence is not None:
                logs, _ = _asked(group.evidence, tables, group.codes)
            assert logs is not None
            log_evidence[:, group.rows] = logs
        return Counts(by_node, log_evidence)


def _asked(
    joint: Joint, tables: Mapping[str, Array], codes: Mapping[str, NDArray[np.intp]]
) -> tuple[Array, Array]:
    used = {leaf.name: tables[leaf.name] for leaf in joint.fresh.values() if leaf.drawn}
    return joint.ask(used, codes)


def _family(
    network: Network,
    name: str,
    codes: Mapping[str, NDArray[np.intp]],
    rows: int,
    learned: Sequence[str],
) -> _Family:
    members = network.family(name)
    shape = network.tables[name].shape
    known = [axis for axis, each in enumerate(members) if each in codes]
    open_ = [axis for axis, each in enumerate(members) if each not in codes]
    sizes = [shape[axis] for axis in known]
    place = np.zeros(rows, dtype=np.intp)
    if known:
        place = np.ravel_multi_index(tuple(codes[members[axis]] for axis in known), sizes)
    asked = [members[axis] for axis in open_]
    places, starts = np.unique(np.sort(place), return_index=True)
    return _Family(
        name,
        shape,
        (*known, *open_),
        np.argsort(place, kind="stable"),
        starts,
        places,
        Joint.of(network, asked, observed=codes, drawn=learned) if asked else None,
    )
