"""A function of the parents: each combination of their states leads to one state.

References:
    [shachter1988] Shachter, R.D. (1988). Probabilistic inference and influence diagrams. Operations
        Research 36(4).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["deterministic_table"]

Array = NDArray[np.float64]


def deterministic_table(
    rows: Iterable[tuple[Sequence[Sequence[int]], int]],
    shape: Sequence[int],
    default: int | None,
) -> Array:
    """Generate the table of zeros and ones, of shape (*parent sizes, own size).

    Args:
        rows: for each row the states of every parent for which it holds, and the state that follows.
        shape: (*parent sizes, own size).
        default: the state that follows where no row holds; None where the rows cover everything.

    >>> deterministic_table([([[1]], 0)], (2, 2), 1).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    states = np.full(shape[:-1], -1 if default is None else default)
    for places, state in rows:
        states[np.ix_(*places)] = state
    table: Array = np.eye(shape[-1])[states]
    return table
