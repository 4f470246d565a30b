"""Calibration: of all that was given 30 %, did 30 % come? With the sample size of every line [murphy1977].

References:
    [murphy1977] Murphy, A.H. & Winkler, R.L. (1977). Reliability of subjective probability forecasts of
        precipitation and temperature. Applied Statistics 26(1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["CalibrationBin", "calibration"]


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """The forecasts, of any state in any row, whose probability lies in one bin.

    Attributes:
        low, high: the bin, low <= p < high; the last one holds 1 as well.
        n: how many forecasts.
        forecast: their mean probability.
        came: how many of them came.
    """

    low: float
    high: float
    n: int
    forecast: float
    came: int

    @property
    def frequency(self) -> float:
        """The share of them that came."""
        return self.came / self.n


def calibration(forecasts: Array, came: NDArray[np.intp], bins: int) -> tuple[CalibrationBin, ...]:
    """The bins that hold any forecast, from low to high.

    Args:
        forecasts: probabilities, shape (rows, states); every state of every row is a forecast.
        came: number of the state that came, shape (rows,).
        bins: how many bins of equal width from 0 to 1.

    >>> [(each.n, each.came) for each in calibration(np.array([[0.4, 0.6]]), np.array([1]), 2)]
    [(1, 0), (1, 1)]
    """
    states = forecasts.shape[-1]
    hit = np.eye(states, dtype=bool)[came].reshape(-1)
    p = forecasts.reshape(-1)
    which = np.minimum((p * bins).astype(int), bins - 1)
    found = []
    for at in np.unique(which).tolist():
        own = which == at
        found.append(
            CalibrationBin(
                at / bins,
                (at + 1) / bins,
                int(own.sum()),
                float(p[own].mean()),
                int(hit[own].sum()),
            )
        )
    return tuple(found)
