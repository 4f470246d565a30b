"""The smallest change that reverses a statement: of one entry of a table, or of what was seen of one node.

A statement is a set of margins h = constant + Σ factor x answer that must all be positive. Each answer is
f(t) = (A + a s) / (1 + c s) of the move s = t - t0 of one entry, see `sensitivity`, so a margin times all
its denominators is a polynomial in s, and the smallest move is a root of it: for answers under the same
findings of A + a s - τ (1 + c s), hence

    s = (τ - A) / (a - τ c).

What was seen of a node X has weights w, the largest being 1; 1 + λ (w - 1) is the same sign with another
strength, nothing at λ = 0, itself at 1, and stronger beyond. With N_x = E[w; X = x | e] and
D_x = P(X = x | e), where e leaves the sign out, the answer

    Σ (1 + λ (w_x - 1)) N_x / Σ (1 + λ (w_x - 1)) D_x

is a part of a hyperbola as well, and τ is met at

    λ = (τ Σ D - Σ N) / (Σ (w - 1) N - τ Σ (w - 1) D).

[chan2002] ask for the smallest change of a parameter that meets a constraint; this is the same question for
the constraint that a statement no longer holds.

References:
    [chan2002] Chan, H., Darwiche, A. (2002). When do numbers really matter? Journal of Artificial
        Intelligence Research 17.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.analysis.sensitivity import EntryFunctions
from causal_model.network import Array

__all__ = ["Margin", "crossing_strength", "entry_moves", "holds"]

# A margin is reversed when it is beyond zero by this much, so that rounding does not decide.
BEYOND = 1e-11
# What the denominators must be, as parts of what they are, for the answer to be there at all.
NO_EVIDENCE = 1e-12
# What is left of a complex root by rounding, where two real ones are close together.
NEARLY_REAL = 1e-6
# How far behind a root is just behind, as a part of the move.
NUDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Margin:
    """constant + Σ factor x answer, which is positive where a statement holds.

    Attributes:
        constant: a number.
        terms: factors, and the numbers of the answers that they belong to, each answer once.
    """

    constant: float
    terms: tuple[tuple[float, int], ...]

    def at(self, answers: Sequence[Array | float]) -> Array:
        """The margin at some answers, of any shapes that fit together."""
        return np.asarray(self.constant + sum(factor * answers[at] for factor, at in self.terms))


def holds(margins: Sequence[Margin], answers: Sequence[float]) -> bool:
    """Whether all margins are positive, or miss it by no more than rounding."""
    return all(float(each.at(answers)) > -BEYOND for each in margins)


def entry_moves(
    functions: Sequence[EntryFunctions], margins: Sequence[Margin], *, now_holds: bool
) -> Array:
    """The smallest move of every entry that reverses a statement, shape (entries,); NaN where none does.

    Args:
        functions: the answers that the margins number, as functions of the same entries.
        margins: the statement holds where all are positive.
        now_holds: whether it holds as things are; a statement that holds is reversed where one margin is
            below zero, one that does not where all are above.
    """
    now = functions[0].now
    best = np.full(now.size, np.nan)
    for margin in margins:
        if not now_holds and float(margin.at([each.value for each in functions])) > BEYOND:
            continue
        beyond = BEYOND if now_holds else -BEYOND
        roots = list(_roots(functions, margin, beyond))
        # Where the answer is steep, the last digits of a move decide; just behind they do not.
        for moves in (*roots, *(np.clip(each * (1 + NUDGE), -now, 1 - now) for each in roots)):
            answers = [each.at(now + moves) for each in functions]
            inside = (now + moves >= 0) & (now + moves <= 1)
            reached = np.stack([each.at(answers) for each in margins])
            if now_holds:
                reversed_ = (reached <= -BEYOND / 2).any(axis=0)
            else:
                reversed_ = (reached >= BEYOND / 2).all(axis=0)
            better = ~(np.abs(moves) >= np.abs(best))
            best = np.where(inside & reversed_ & better, moves, best)
    return best


def _roots(functions: Sequence[EntryFunctions], margin: Margin, beyond: float) -> Iterator[Array]:
    """Roots of margin + beyond times its denominators, in arrays of shape (entries,)."""
    # Answers under the same findings have one denominator.
    below: list[Array] = []
    over: list[Array] = []
    for factor, at in margin.terms:
        own = functions[at]
        numerator = factor * np.stack([np.full_like(own.now, own.value), own.numerators])
        same = [n for n, each in enumerate(below) if np.array_equal(each[1], own.denominators)]
        if same:
            over[same[0]] = over[same[0]] + numerator
        else:
            below.append(np.stack([np.ones_like(own.now), own.denominators]))
            over.append(numerator)
    whole = (margin.constant + beyond) * _product(below)
    for number, each in enumerate(over):
        whole = whole + _product([each, *below[:number], *below[number + 1 :]])
    if len(whole) == 2:
        with np.errstate(invalid="ignore", divide="ignore"):
            yield np.where(whole[1] != 0, -whole[0] / whole[1], np.nan)
        return
    roots = np.full((len(whole) - 1, whole.shape[1]), np.nan)
    for entry in np.flatnonzero((whole[1:] != 0).any(axis=0)):
        found = np.roots(whole[::-1, entry])
        real = found.real[np.abs(found.imag) <= NEARLY_REAL * (1 + np.abs(found.real))]
        roots[: real.size, entry] = real
    yield from roots


def _product(polynomials: Sequence[Array]) -> Array:
    """The product of polynomials of shape (degree + 1, entries), lowest power first."""
    whole = polynomials[0]
    for each in polynomials[1:]:
        longer = np.zeros((len(whole) + len(each) - 1, whole.shape[1]))
        for power, own in enumerate(each):
            longer[power : power + len(whole)] += own * whole
        whole = longer
    return whole


def crossing_strength(over: Array, below: Array, weights: Array, goal: float) -> float:
    """The strength λ at which a sign of a node makes the answer meet a goal; NaN where none does.

    Args:
        over: E[w; X = x | e] by state, e without the sign.
        below: P(X = x | e) likewise.
        weights: of the sign, the largest being 1.
        goal: the value that the answer shall have.

    Returns:
        λ from 0 (the sign says nothing), 1 (as it is) up to where the smallest weight becomes 0.
    """
    apart = weights - 1
    divisor = float(apart @ over - goal * (apart @ below))
    if divisor == 0:
        return math.nan
    strength = float(goal * below.sum() - over.sum()) / divisor
    strongest = -1 / float(apart.min()) if apart.min() < 0 else math.inf
    left = below.sum() + strength * float(apart @ below)
    possible = 0 <= strength <= strongest * (1 + 1e-12) and left > NO_EVIDENCE * below.sum()
    return min(strength, strongest) if possible else math.nan
