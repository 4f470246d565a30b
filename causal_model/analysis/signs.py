"""Signs of a node, weaker or stronger, and what they make of an answer.

A sign of a node X has weights w, the largest being 1; 1 + λ (w - 1) is the same sign with another
strength, nothing at λ = 0, itself at 1, and stronger beyond. With N_x = E[w'; X = x | e] for the answer
E[w' | e] and D_x = P(X = x | e), where e leaves the sign out, the answer under it is

    Σ (1 + λ (w_x - 1)) N_x / Σ (1 + λ (w_x - 1)) D_x,

a ratio of what is linear in λ, and so a part of a hyperbola as it is for the entries of a table.
"""

import numpy as np

from causal_model.analysis.hyperbolas import Hyperbolas
from causal_model.network import Array

__all__ = ["given_sign", "new_signs", "strongest"]


def given_sign(over: Array, below: Array, weights: Array) -> Hyperbolas:
    """The answer as a function of the strength λ of a sign, which is 1 as things are; shape (1,).

    Args:
        over: N by state, e without the sign, shape (states,).
        below: D likewise.
        weights: of the sign, the largest being 1, shape (states,).
    """
    apart = weights - 1
    whole = float(weights @ below)
    value = float(weights @ over) / whole
    return Hyperbolas(
        value=value,
        now=np.ones(1),
        slopes=np.array([apart @ (over - value * below)]) / whole,
        denominators=np.array([apart @ below]) / whole,
    )


def new_signs(value: float, over: Array, below: Array) -> Hyperbolas:
    """The answer as a function of the strength of each of some signs, which is 0 as things are.

    Each is a sign of one state of a node of which nothing is known: it weighs that state with 1 and the
    others of the node with 1 - λ.

    Args:
        value: the answer as it is.
        over: N at the state of each sign, shape (signs,).
        below: D likewise; over all states of a node, the D sum to 1 and the N to the answer.
    """
    slopes = over - value * below
    return Hyperbolas(value=value, now=np.zeros_like(over), slopes=slopes, denominators=below - 1)


def strongest(weights: Array) -> float:
    """The strength at which the smallest weight of a sign becomes 0; 1 where all are 1, so it is none."""
    least = float(weights.min()) - 1
    return -1 / least if least < 0 else 1.0
