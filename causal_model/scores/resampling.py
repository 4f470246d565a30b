"""Resampling rows of a time series in blocks, since neighbouring weeks are alike [politis1992].

A resample is made of blocks of neighbouring rows, laid end to end until it is as long as the series; a
block that runs over the end goes on at the start. Scores of two forecasters are resampled together: what a
hard week costs both of them cancels.

References:
    [politis1992] Politis, D.N. & Romano, J.P. (1992). A circular block-resampling procedure for stationary
        data. In: Exploring the Limits of Bootstrap. Wiley.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["LEVEL", "Interval", "default_block", "interval", "resamples"]

LEVEL = 0.95


class Interval(NamedTuple):
    """A value and the bounds between which its resamples lie, but for 2.5 % on either side."""

    value: float
    low: float
    high: float


def default_block(rows: int) -> int:
    """The cube root of the number of rows, rounded: the order in which the best length grows.

    >>> default_block(51), default_block(1)
    (4, 1)
    """
    return max(1, round(float(rows ** (1 / 3))))


def resamples(rows: int, draws: int, block: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The rows of every resample, shape (draws, rows)."""
    starts = rng.integers(rows, size=(draws, -(-rows // block)))
    whole = (starts[..., None] + np.arange(block)) % rows
    return np.asarray(whole.reshape(draws, -1)[:, :rows], dtype=np.intp)


def interval(value: float, drawn: Array) -> Interval:
    """A value with the quantiles of its resamples; none of them lies between two, so -inf stays it."""
    ends = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    drawn = np.sort(drawn)
    low, high = (drawn[min(len(drawn) - 1, int(end * len(drawn)))] for end in ends)
    return Interval(value, float(low), float(high))
