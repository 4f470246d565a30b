"""The columns of a table: every different cell once, and for every row a code.

So no value is made per row, and rows are compared as numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CellColumn", "Codes", "joint_numbers", "same_rows"]

Codes = NDArray[np.intp]

# Numbers of rows are combined to one integer up to here.
LARGEST_CODE = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class CellColumn:
    """A column of a table, with every different cell once.

    Attributes:
        name: `NODE`, `likelihood:NODE`, `belief:NODE` or `do:NODE`.
        cells: the different cells; none of them is empty.
        codes: for every row the place of its cell in `cells`, -1 where the row says nothing.
    """

    name: str
    cells: Sequence[object]
    codes: Codes

    def take(self, rows: Codes) -> "CellColumn":
        """The column of some of the rows, with the cells that are left."""
        if len(rows) == len(self.codes) and (rows == np.arange(len(rows))).all():
            return self
        kept, codes = np.unique(self.codes[rows], return_inverse=True)
        codes = codes.reshape(-1)
        if kept.size and kept[0] < 0:
            kept, codes = kept[1:], codes - 1
        return CellColumn(self.name, [self.cells[at] for at in kept.tolist()], codes)

    def cell(self, row: int) -> object:
        """The cell of a row; None where it says nothing."""
        at = int(self.codes[row])
        return None if at < 0 else self.cells[at]


def same_rows(columns: Sequence[CellColumn], rows: int) -> tuple[Codes, Codes]:
    """Find the rows that are alike, cell by cell.

    Returns:
        For each different row where it is first seen, and for each row the number of its different row.
    """
    joint = joint_numbers([column.codes for column in columns], rows)
    _, first, number = np.unique(joint, return_index=True, return_inverse=True)
    if len(first) == rows:
        return np.arange(rows), np.arange(rows)
    return first, number.reshape(-1)


def joint_numbers(codes: Sequence[Codes], rows: int) -> Codes:
    """One number per row: equal for rows whose codes, -1 or more, are all equal."""
    joint, span = np.zeros(rows, dtype=np.intp), 1
    for each in codes:
        width = int(each.max(initial=-1)) + 2
        if span * width > LARGEST_CODE:
            kept, joint = np.unique(joint, return_inverse=True)
            joint, span = joint.reshape(-1), kept.size
        joint = joint * width + (each + 1)
        span *= width
    return joint
