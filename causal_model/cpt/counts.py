"""Counts on top of an elicited table: both are samples, one imagined and one seen.

An elicited row with its confidence c is a Dirichlet distribution with c pseudo-counts that are spread as
the row says; n counts that were seen add to them, and the mean of the sum is the row of the table
[heckerman1995]. So a row that was never seen is the elicited one, confidence 0 gives relative
frequencies, and the weight of what was seen is n / (c + n).

References:
    [heckerman1995] Heckerman, D., Geiger, D. & Chickering, D.M. (1995). Learning Bayesian networks: the
        combination of knowledge and statistical data. Machine Learning 20.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["counted_table"]

Array = NDArray[np.float64]


def counted_table(prior: Array, confidence: Array, counts: Array) -> Array:
    """Generate (confidence x prior + counts) / sum, row by row, of the shape of the counts.

    Args:
        prior: the elicited table, shape (*parent sizes, own size).
        confidence: pseudo-counts behind every elicited row, not negative, shape (*parent sizes,).
        counts: how often each state was seen, not negative, shape (..., *parent sizes, own size);
            axes before are draws. A row without any count is the elicited row.

    >>> prior, counts = np.array([[0.5, 0.5], [0.9, 0.1]]), np.array([[1.0, 3.0], [0.0, 0.0]])
    >>> counted_table(prior, np.array([4.0, 0.0]), counts).tolist()
    [[0.375, 0.625], [0.9, 0.1]]
    """
    seen = counts.sum(axis=-1, keepdims=True)
    # As a weighted mean, so that a confidence near the end of the range does not overflow.
    weight = np.divide(seen, confidence[..., None] + seen, out=np.zeros_like(seen), where=seen > 0)
    frequency = np.divide(counts, seen, out=np.zeros_like(counts), where=seen > 0)
    table: Array = (1 - weight) * prior + weight * frequency
    return table
