"""What every node hears in the rows of a table, also where several columns speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError
from causal_model.inference.cells import (
    BELIEF,
    NOTHING,
    WRONG,
    bound_vector,
    read_cells,
    without_doubles,
)
from causal_model.inference.columns import CellColumn, Codes, joint_numbers
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network
from causal_model.spec.evidence import Evidence, Finding, column_of

__all__ = ["Heard", "heard_by_node", "what_is_wrong"]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What one node hears, by code; the last entry, which is also that of code -1, is nothing.

    Attributes:
        vectors: weights, or a distribution, of shape (codes + 1, states).
        roles: what the vector is, of shape (codes + 1,).
        codes: of every row.
    """

    vectors: Array
    roles: NDArray[np.int8]
    codes: Codes

    def roles_of_rows(self) -> NDArray[np.int8]:
        """What the node hears in every row, of shape (rows,)."""
        return self.roles[self.codes]

    def states_of_rows(self) -> Codes:
        """The state in which every row observes or sets the node; -1 if none, -2 if it says else."""
        sure = (self.vectors.max(axis=-1) == 1) & (np.count_nonzero(self.vectors, axis=-1) == 1)
        sure &= self.roles != BELIEF
        states = np.where(sure, self.vectors.argmax(axis=-1), -2)
        states[self.roles == NOTHING] = -1
        return states[self.codes]


def heard_by_node(
    network: Network, columns: Sequence[CellColumn], rows: int, assumed: Sequence[Finding]
) -> tuple[dict[str, Heard], Findings]:
    """What every node hears in the rows, and what the nodes hear that no column speaks of.

    Cells that cannot be read are `WRONG` in their rows; `what_is_wrong` then says why.
    """
    by_node: dict[str, list[CellColumn]] = {}
    for column in columns:
        node = column_of(column.name)[1]
        if node in network.variables and (column.codes >= 0).any():
            by_node.setdefault(node, []).append(column)
    heard = {}
    for node, own in by_node.items():
        told = [finding for finding in assumed if finding.node == node]
        if len(own) == 1 and not told:
            vectors, roles = read_cells(network, own[0])
            heard[node] = Heard(vectors, roles, own[0].codes)
        else:
            heard[node] = _several(network, node, own, rows, told)
    return heard, bind(network, [each for each in assumed if each.node not in heard])


def _several(
    network: Network, node: str, columns: Sequence[CellColumn], rows: int, told: Sequence[Finding]
) -> Heard:
    """What a node hears of which several columns speak, or a column and what is assumed.

    Rows in which one column speaks alone are read as if there were no other.
    """
    size = network.variables[node].size
    vectors, roles = [np.ones((0, size))], [np.zeros(0, dtype=np.int8)]
    codes = np.full(rows, -1, dtype=np.intp)
    spoken = np.sum([column.codes >= 0 for column in columns], axis=0)
    offset = 0
    if not told:
        for column in columns:
            alone = (column.codes >= 0) & (spoken == 1)
            own = column.take(np.flatnonzero(alone))
            read, role = read_cells(network, own)
            codes[alone] = own.codes + offset
            vectors.append(read[:-1])
            roles.append(role[:-1])
            offset += len(own.cells)
    mixed = np.flatnonzero(spoken >= (0 if told else 2))
    joint = joint_numbers([column.codes[mixed] for column in columns], mixed.size)
    _, first, number = np.unique(joint, return_index=True, return_inverse=True)
    codes[mixed] = number.reshape(-1) + offset
    known: dict[tuple[str, int], tuple[Finding, ...]] = {}
    for row in mixed[first].tolist():
        try:
            vector, role_of = bound_vector(network, node, [*told, *_said(columns, row, known)])
        except EvidenceError:
            vector, role_of = np.ones(size), WRONG
        vectors.append(vector[None])
        roles.append(np.array([role_of], dtype=np.int8))
    vectors.append(np.ones((1, size)))
    roles.append(np.array([NOTHING], dtype=np.int8))
    return Heard(np.concatenate(vectors), np.concatenate(roles), codes)


def _said(
    columns: Sequence[CellColumn], row: int, known: dict[tuple[str, int], tuple[Finding, ...]]
) -> list[Finding]:
    """What the columns say in a row, as findings; `known` spares reading a cell twice."""
    said: list[Finding] = []
    for column in columns:
        at = int(column.codes[row])
        if at < 0:
            continue
        if (column.name, at) not in known:
            read = Evidence.from_row({column.name: column.cells[at]})
            known[column.name, at] = read.all_findings()
        said += known[column.name, at]
    return said


def what_is_wrong(
    network: Network, columns: Sequence[CellColumn], row: int, assumed: Sequence[Finding]
) -> str:
    """Why a row cannot be asked, in the words of the slow reading."""
    try:
        cells = {column.name: column.cell(row) for column in columns}
        bind(network, without_doubles([*assumed, *Evidence.from_row(cells).all_findings()]))
        # Columns of the same name, of which a mapping holds one only.
        bind(network, without_doubles([*assumed, *_said(columns, row, {})]))
    except EvidenceError as error:
        return str(error)
    raise AssertionError(f"row {row} was taken for wrong")
