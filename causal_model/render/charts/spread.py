"""Texts beside each other, each as near as can be to what it belongs to.

The places x of texts of lengths l with a gap between them shall be near the places w that they want, and
keep their order: the least Σ (x - w)² with x₂ - x₁ ≥ (l₁ + l₂) / 2 + gap, and so on. With what stands
before each text taken off, this is a monotone regression, which pooling adjacent violators solves
[ayer1955]; ends that all must lie within cut its answer, and leave it the best.

References:
    [ayer1955] Ayer, M., Brunk, H.D., Ewing, G.M., Reid, W.T. & Silverman, E. (1955). An empirical
        distribution function for sampling with incomplete information. Annals of Mathematical Statistics
        26(4).
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

__all__ = ["spread"]


def spread(
    wanted: Sequence[float], lengths: Sequence[float], gap: float, low: float, high: float
) -> list[float]:
    """The middles of texts between two ends, in the order given, as near as can be to those wanted.

    Args:
        wanted: the middles as they should be.
        lengths: of the texts, along the same axis.
        gap: the least that is free between two of them.
        low: where the first may begin.
        high: where the last has to end; passed where there is no room for all of them.

    >>> spread([10, 11, 50], [8, 8, 8], 2, 0, 100)
    [5.5, 15.5, 50.0]
    >>> spread([1, 99], [8, 8], 2, 0, 100)
    [4.0, 96.0]
    """
    if not wanted:
        return []
    apart = ((one + other) / 2 + gap for one, other in pairwise(lengths))
    offsets = list(accumulate(apart, initial=0.0))
    least = low + lengths[0] / 2
    most = max(high - lengths[-1] / 2 - offsets[-1], least)
    blocks: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        total, count = place - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            before, number = blocks.pop()
            total, count = total + before, count + number
        blocks.append((total, count))
    pooled = [total / count for total, count in blocks for _ in range(count)]
    return [
        min(max(place, least), most) + offset for place, offset in zip(pooled, offsets, strict=True)
    ]
