"""Ranked nodes: a truncated normal around the weighted mean of the parents.

The states of an ordered node share the scale from 0 to 1. Points are taken evenly from the interval of
every parent state; their weighted mean, in which a parent with a negative weight counts from its other
end, is the centre of a normal distribution that is cut off at 0 and 1. The mass over each interval of the
child, averaged over the points, is the row of the table.

The paper gives the child's states equal intervals. Where the distribution is known that belongs to
parents in the middle of their scales (`typical`), the intervals are chosen so that it comes out.

References:
    [fenton2007] Fenton, N.E., Neil, M. & Caballero, J.G. (2007). Using ranked nodes to model qualitative
        judgments in Bayesian networks. IEEE Transactions on Knowledge and Data Engineering 19(10).
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["cut_points", "ranked_table"]

Array = NDArray[np.float64]

SAMPLES = 5
# Points of all combinations of parent states together.
MOST_POINTS = 1_000_000
# Beyond this spread a normal is flat on the scale from 0 to 1, to the last digit.
FLAT = 1e7


def ranked_table(
    weights: Sequence[float],
    parent_sizes: Sequence[int],
    *,
    cuts: Array,
    spread: float,
    samples: int = SAMPLES,
) -> Array:
    """Generate P(child | parents) of shape (*parent sizes, own size).

    Args:
        weights: one per parent, not zero; relative to one another.
        parent_sizes: number of states of each parent.
        cuts: the bounds of the child's states on the scale, from 0 to 1, shape (own size + 1,).
        spread: standard deviation before cutting off, above 0.
        samples: points per parent state; fewer where many parents make that too many together.
    """
    if not weights:
        # No parent says anything: the mean is in the middle, where `typical` belongs.
        return np.asarray(_masses(np.array([0.5]), cuts, spread)[0])
    rows = math.prod(parent_sizes)
    while samples > 1 and rows * samples ** len(parent_sizes) > MOST_POINTS:
        samples -= 1
    largest = max(abs(each) for each in weights)
    total = math.fsum(abs(each) / largest for each in weights)
    means = np.zeros(())
    for weight, size in zip(weights, parent_sizes, strict=True):
        points = (np.arange(size * samples) + 0.5) / (size * samples)
        share = abs(weight) / largest / total
        means = means[..., None] + share * (points if weight > 0 else 1 - points)
    # Many combinations have the same mean; the integrals are taken once for each.
    distinct, place = np.unique(np.round(means, 12), return_inverse=True)
    masses = _masses(distinct, cuts, spread)[place.reshape(means.shape)]
    split = [extent for size in parent_sizes for extent in (size, samples)]
    points_axes = tuple(range(1, 2 * len(parent_sizes), 2))
    table: Array = masses.reshape(*split, len(cuts) - 1).mean(axis=points_axes)
    return table


def cut_points(states: int, spread: float, typical: Sequence[float] | None = None) -> Array:
    """The bounds of the states on the scale, shape (states + 1,).

    Args:
        states: how many.
        spread: of the truncated normal.
        typical: the distribution that shall come out when the mean is 0.5; default equal intervals.
    """
    if typical is None:
        return np.linspace(0, 1, states + 1)
    if spread > FLAT:
        return np.array([0.0, *np.clip(np.cumsum(typical)[:-1], 0, 1), 1.0])
    normal = NormalDist(0.5, spread)
    low, high = normal.cdf(0), normal.cdf(1)
    inner = []
    for share in np.cumsum(typical)[:-1]:
        quantile = low + min(max(float(share), 0.0), 1.0) * (high - low)
        inner.append(normal.inv_cdf(quantile) if 0 < quantile < 1 else float(quantile > 0.5))
    return np.array([0.0, *np.clip(inner, 0, 1), 1.0])


def _masses(means: Array, cuts: Array, spread: float) -> Array:
    """Mass of each truncated normal over each interval, shape (means, states)."""
    if spread > FLAT:
        return np.broadcast_to(np.diff(cuts), (len(means), len(cuts) - 1))
    scaled = (cuts[None, :] - means[:, None]) / (spread * math.sqrt(2))
    # Differences of erf lose their digits in the tails; differences of erfc there keep them.
    below, above = scaled[:, :-1], scaled[:, 1:]
    flipped = below > 0
    near = np.where(flipped, below, -above)
    far = np.where(flipped, above, -below)
    mass = _erfc(near) - _erfc(far)
    total = mass.sum(axis=1, keepdims=True)
    result: Array = mass / total
    return result


_erfc = np.vectorize(math.erfc, otypes=[np.float64])
