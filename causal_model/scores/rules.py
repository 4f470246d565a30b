"""Scoring rules: what a forecast is worth once the state is known. All of them are proper [gneiting2007].

For a forecast p over K states of which state s came:

    log       ln p(s), in nats; higher is better, and -inf where what came was called impossible
    brier     sum over states of (p - 1[s])^2; from 0 to 2, lower is better [brier1950]
    rps       mean over the K - 1 cuts between states of (P(at most) - 1[s at most])^2; from 0 to 1, lower
              is better, and a near miss costs less than a far one: for ordered states [epstein1969]

References:
    [brier1950] Brier, G.W. (1950). Verification of forecasts expressed in terms of probability. Monthly
        Weather Review 78(1).
    [epstein1969] Epstein, E.S. (1969). A scoring system for probability forecasts of ranked categories.
        Journal of Applied Meteorology 8(6).
    [gneiting2007] Gneiting, T. & Raftery, A.E. (2007). Strictly proper scoring rules, prediction, and
        estimation. Journal of the American Statistical Association 102.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["HIGHER_IS_BETTER", "RULES", "Rule", "brier_score", "log_score", "ranked_score"]

Rule = Literal["log", "brier", "rps"]
HIGHER_IS_BETTER: frozenset[Rule] = frozenset({"log"})


def log_score(forecasts: Array, came: NDArray[np.intp]) -> Array:
    """The logarithm of p(what came), shape (..., rows).

    Args:
        forecasts: probabilities, shape (..., rows, states).
        came: number of the state that came, shape (rows,).

    >>> log_score(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 0])).tolist()
    [-0.6931471805599453, -inf]
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(_of(forecasts, came)))


def brier_score(forecasts: Array, came: NDArray[np.intp]) -> Array:
    """Squared distance from what came, shape (..., rows).

    >>> brier_score(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 0])).tolist()
    [0.5, 2.0]
    """
    return np.asarray(((forecasts - _certain(forecasts, came)) ** 2).sum(axis=-1))


def ranked_score(forecasts: Array, came: NDArray[np.intp]) -> Array:
    """Mean squared distance of cumulated probabilities, shape (..., rows); 0 where there is one state.

    >>> ranked_score(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), np.array([0, 0])).tolist()
    [0.5, 1.0]
    """
    if forecasts.shape[-1] == 1:
        return np.zeros(forecasts.shape[:-1])
    distance = np.cumsum(forecasts - _certain(forecasts, came), axis=-1)[..., :-1]
    return np.asarray((distance**2).mean(axis=-1))


RULES: Mapping[Rule, Callable[[Array, NDArray[np.intp]], Array]] = {
    "log": log_score,
    "brier": brier_score,
    "rps": ranked_score,
}


def _of(forecasts: Array, came: NDArray[np.intp]) -> Array:
    return np.asarray(forecasts[..., np.arange(len(came)), came])


def _certain(forecasts: Array, came: NDArray[np.intp]) -> Array:
    return np.asarray(np.eye(forecasts.shape[-1])[came])
