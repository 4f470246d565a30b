"""Noisy-max: independent causes that push an ordered effect upwards.

Each parent alone produces a distribution over the child's states; the child is the maximum of these and
of a leak. A parent in a neutral state pushes nothing, that is, it produces the lowest state.

References:
    [diez1993] Díez, F.J. (1993). Parameter adjustment in Bayes networks: the generalized noisy OR-gate.
        Proceedings of the Ninth Conference on Uncertainty in Artificial Intelligence.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["noisy_max_table"]

Array = NDArray[np.float64]


def noisy_max_table(causes: Sequence[Array], leak: Array) -> Array:
    """Generate P(child | parents) of shape (*parent sizes, own size).

    Args:
        causes: for each parent the child's distribution when that parent alone is at work, shape
            (parent size, own size).
        leak: the child's distribution when every parent is neutral, shape (own size,).

    >>> noisy_max_table([np.array([[1.0, 0.0], [0.2, 0.8]])], np.array([0.9, 0.1])).round(2).tolist()
    [[0.9, 0.1], [0.18, 0.82]]
    """
    # P(max <= y) factorises over causes, so multiply cumulatives.
    cumulative = np.cumsum(leak)
    for cause in causes:
        cumulative = cumulative[..., None, :] * np.cumsum(cause, axis=-1)
    table: Array = np.diff(cumulative, axis=-1, prepend=0.0)
    return table
