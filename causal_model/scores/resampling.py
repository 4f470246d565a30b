"""Resampling rows of a time series in blocks, since neighbouring weeks are alike [politis1992].

A resample is made of blocks of neighbouring rows, laid end to end until it is as long as the series; a
block that runs over the end goes on at the start. Scores of two forecasters are resampled together: what a
hard week costs both of them cancels.

References:
    [politis1992] Politis, D.N. & Romano, J.P. (1992). A circular block-resampling procedure for stationary
        data. In: Exploring the Limits of Bootstrap. Wiley.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["AT_ONCE", "LEVEL", "Interval", "Resamples", "default_block", "interval"]

LEVEL = 0.95
# Numbers that are gathered at a time: 32 MB.
AT_ONCE = 1 << 22


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


@dataclass(frozen=True, slots=True, eq=False)
class Resamples:
    """Resamples of a series.

    Attributes:
        rows: how long the series and each resample is.
        block: rows of a block.
        starts: where the blocks of every resample start, shape (draws, blocks).
    """

    rows: int
    block: int
    starts: NDArray[np.intp]

    @classmethod
    def draw(cls, rows: int, draws: int, block: int, rng: np.random.Generator) -> "Resamples":
        """Draw them."""
        starts = rng.integers(rows, size=(draws, -(-rows // block)))
        return cls(rows, block, starts.astype(np.intp))

    def __len__(self) -> int:
        """How many resamples there are."""
        return len(self.starts)

    def members(self, first: int = 0, last: int | None = None) -> NDArray[np.intp]:
        """The rows of some resamples, shape (resamples, rows)."""
        whole = (self.starts[first:last, :, None] + np.arange(self.block)) % self.rows
        return np.asarray(whole.reshape(len(whole), -1)[:, : self.rows])

    def means(self, values: Array) -> Array:
        """The mean of every resample of values of shape (rows,), shape (resamples,)."""
        step = max(1, AT_ONCE // self.rows)
        found = [
            values[self.members(at, at + step)].mean(axis=-1) for at in range(0, len(self), step)
        ]
        return np.concatenate(found)


def interval(value: float, drawn: Array) -> Interval:
    """A value with the quantiles of its resamples; none of them lies between two, so -inf stays it."""
    ends = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    drawn = np.sort(drawn)
    low, high = (drawn[min(len(drawn) - 1, int(end * len(drawn)))] for end in ends)
    return Interval(value, float(low), float(high))
