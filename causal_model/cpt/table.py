"""Explicit rows: one distribution for every combination of parent states.

References:
    [pearl1988] Pearl, J. (1988). Probabilistic Reasoning in Intelligent Systems. Morgan Kaufmann.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["rows_to_table"]

Array = NDArray[np.float64]


def rows_to_table(
    rows: Iterable[tuple[Sequence[Sequence[int]], Sequence[float]]], shape: Sequence[int]
) -> Array:
    """Fill a table row by row; what no row speaks of stays NaN.

    Args:
        rows: for each row the states of every parent for which it holds, and the distribution.
        shape: (*parent sizes, own size).

    >>> rows_to_table([([[0, 1]], [0.2, 0.8]), ([[2]], [1.0, 0.0])], (3, 2)).tolist()
    [[0.2, 0.8], [0.2, 0.8], [1.0, 0.0]]
    """
    table = np.full(shape, np.nan)
    for states, distribution in rows:
        table[np.ix_(*states)] = distribution
    return table
