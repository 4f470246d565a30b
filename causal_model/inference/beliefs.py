"""Beliefs: weights under which the posterior of some nodes is what somebody says it is.

Iterative proportional fitting [deming1940]: multiply the weights of one node by wanted over present, the
node that is furthest off first. The limit is the distribution nearest to the one without beliefs, in
relative entropy, that has them all [csiszar1975]; with one belief that is Jeffrey's rule, in one step.

References:
    [deming1940] Deming, W.E. & Stephan, F.F. (1940). On a least squares adjustment of a sampled
        frequency table. Annals of Mathematical Statistics 11(4).
    [csiszar1975] Csiszár, I. (1975). I-divergence geometry of probability distributions and
        minimization problems. Annals of Probability 3(1).
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from causal_model.errors import EvidenceError
from causal_model.network import Array

__all__ = ["fit_beliefs"]

# Fitting stops when every belief is met to this.
TOLERANCE = 1e-13
# A row whose beliefs are met to this when fitting ends is no row in which they cannot hold.
NEAR = 1e-9
# Passes in which the worst belief must come a quarter closer, or they are said not to fit together.
PATIENCE, CLOSER = 1_000, 0.75


def fit_beliefs(
    beliefs: Mapping[str, Array],
    start: Mapping[str, Array],
    ask: Callable[[Mapping[str, Array]], Mapping[str, Array]],
    *,
    leave_out: bool = False,
) -> dict[str, Array]:
    """Find the weights.

    Args:
        beliefs: node to the wanted distribution, of shape (states,) or (rows, states).
        start: their posteriors without the beliefs; NaN in rows whose evidence is impossible.
        ask: their posteriors under weights.
        leave_out: give rows in which the beliefs cannot hold weights of NaN, instead of an error.

    Returns:
        Node to weights, each row's largest being 1.

    Raises:
        EvidenceError: the beliefs cannot hold together, or not with the other findings.
    """
    weights = {name: np.ones_like(present) for name, present in start.items()}
    present = start
    nearest, patience = math.inf, PATIENCE
    while True:
        off = {name: _distance(present[name], wanted) for name, wanted in beliefs.items()}
        name = max(off, key=lambda each: off[each])
        if off[name] < TOLERANCE:
            return weights
        if off[name] < CLOSER * nearest:
            nearest, patience = off[name], PATIENCE
        patience -= 1
        if not patience:
            break
        wanted = beliefs[name]
        held = present[name] > 0
        ruled_out = ~held & (wanted > 0) & ~np.isnan(present[name])
        if ruled_out.any() and not leave_out:
            raise EvidenceError(
                f"belief on {name!r} gives weight to a state that the other findings rule out"
            )
        # In logarithms, as a belief may stand far from what the network says.
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(weights[name]) + np.where(
                held & (wanted > 0), np.log(wanted) - np.log(present[name]), -np.inf
            )
            top = logs.max(axis=-1, keepdims=True)
            raised = np.exp(logs - np.where(np.isfinite(top), top, 0.0))
        too_far = (raised == 0) & held & (wanted > 0)
        if too_far.any() and not leave_out:
            if len(beliefs) > 1:
                # One pushes the other ever further away.
                break
            raise EvidenceError(
                f"belief on {name!r} is more than 1e300 times as likely as the network has it"
            )
        lost = (ruled_out | too_far).any(axis=-1, keepdims=True)
        weights[name] = np.where(lost, np.nan, raised)
        present = ask(weights)
    if leave_out:
        for each, wanted in beliefs.items():
            unmet = np.abs(present[each] - wanted).max(axis=-1, keepdims=True) > NEAR
            weights[each] = np.where(unmet, np.nan, weights[each])
        return weights
    names = ", ".join(repr(each) for each in beliefs)
    raise EvidenceError(
        f"the beliefs on {names} cannot be met together: {name!r} stays {off[name]:.2g} off"
    )


def _distance(present: Array, wanted: Array) -> float:
    """The largest difference; rows whose evidence is impossible do not count."""
    return float(np.max(np.abs(present - wanted), initial=0.0, where=~np.isnan(present)))
