"""The smallest change that reverses a statement: of one entry of a table, or of one sign.

A statement is a set of margins h = constant + Σ factor x answer that must all be positive; or several
such sets of which one will do. Each answer is f(s) = (A + a s) / (1 + c s) of the move s of one number, see
`hyperbolas`, so a margin times all its denominators is a polynomial in s. Truth changes at its roots only,
and the smallest move is one of them: for answers under the same findings of A + a s - τ (1 + c s), hence

    s = (τ - A) / (a - τ c).

A margin that reaches zero at the end of the way, where a number is 0 or 1, makes a tie there. Whether a tie
is enough is for the statement to say; in between, a margin that touches zero and turns back reverses
nothing.

[chan2002] ask for the smallest change of a parameter that meets a constraint; this is the same question for
the constraint that a statement no longer holds, or that it comes to hold.

References:
    [chan2002] Chan, H., Darwiche, A. (2002). When do numbers really matter? Journal of Artificial
        Intelligence Research 17.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from causal_model.analysis.hyperbolas import Hyperbolas
from causal_model.network import Array

__all__ = ["Alternatives", "Margin", "Reversals", "is_at_once", "is_reversed", "smallest_moves"]

# A margin is reversed when it is beyond zero by this much, so that rounding does not decide.
BEYOND = 1e-11
# What is left of a complex root by rounding, where two real ones are close together.
NEARLY_REAL = 1e-6
# How far behind a root is just behind, as a part of the move.
NUDGE = 1e-9
# Steps of Newton's method for every root.
POLISHED = 3
# Relative errors of answers and their slopes, as far as several passes leave any.
ERROR = 1e-14
# What two equal numbers may differ by.
TIE = 1e-13
# The part of a move after which what tips over at once has done so.
FIRST_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Margin:
    """constant + Σ factor x answer, which is positive where a comparison holds.

    Attributes:
        constant: a number.
        terms: factors, and the numbers of the answers that they belong to, each answer once.
        strict: whether the comparison fails at zero.
        text: the comparison, for people.
    """

    constant: float
    terms: tuple[tuple[float, int], ...]
    strict: bool = False
    text: str = ""

    def at(self, answers: Sequence[Array | float]) -> Array:
        """The margin at some answers, of any shapes that fit together."""
        return np.asarray(self.constant + sum(factor * answers[at] for factor, at in self.terms))

    def size(self, sizes: Sequence[Array | float]) -> Array:
        """The largest that the sum of its terms can be where the answers have these sizes."""
        return np.asarray(sum((abs(factor) * sizes[at] for factor, at in self.terms), 0.0))

    def fails(self, answers: Sequence[Array | float]) -> NDArray[np.bool_]:
        """Where it is below zero by more than rounding, or a tie that does not do."""
        return np.asarray(self.at(answers) <= (TIE if self.strict else -BEYOND / 2))

    def is_met(self, answers: Sequence[Array | float]) -> NDArray[np.bool_]:
        """Where it is above zero by more than rounding, or a tie that does."""
        return np.asarray(self.at(answers) >= (BEYOND / 2 if self.strict else -TIE))


# A statement holds where all margins of one of these are positive.
Alternatives = Sequence[Sequence[Margin]]


@dataclass(frozen=True, slots=True, eq=False)
class Reversals:
    """What reverses a statement, by number that may move.

    Attributes:
        moves: the smallest move of each, shape (numbers,); NaN where none reverses it.
        margins: which margin is crossed there, counted through all alternatives, shape (numbers,).
    """

    moves: Array
    margins: NDArray[np.intp]


def is_reversed(
    alternatives: Alternatives, answers: Sequence[Array | float], *, now_holds: bool
) -> NDArray[np.bool_]:
    """Whether a statement is the opposite of what it was, at answers of one shape.

    Where an answer is NaN there is none, and nothing is reversed.
    """
    defined = np.all([np.isfinite(each) for each in answers], axis=0)
    if now_holds:
        failed = [np.any([each.fails(answers) for each in own], axis=0) for own in alternatives]
        return np.asarray(defined & np.all(failed, axis=0))
    met = [np.all([each.is_met(answers) for each in own], axis=0) for own in alternatives]
    return np.asarray(defined & np.any(met, axis=0))


def smallest_moves(
    functions: Sequence[Hyperbolas],
    alternatives: Alternatives,
    *,
    now_holds: bool,
    low: Array | float = 0.0,
    high: Array | float = 1.0,
) -> Reversals:
    """The smallest move of every number that reverses a statement.

    Args:
        functions: the answers that the margins number, as functions of the same numbers.
        alternatives: the statement holds where all margins of one of these are positive.
        now_holds: whether it holds as things are.
        low: the least that each number may become, of a shape that fits (numbers,).
        high: the most.
    """
    now = functions[0].now
    down, up = low - now, high - now
    best = np.full(now.size, np.nan)
    crossed = np.zeros(now.size, dtype=np.intp)
    for number, margin in enumerate(each for own in alternatives for each in own):
        for moves, tied in _candidates(functions, margin, down, up, now_holds=now_holds):
            after = [each.after(moves) for each in functions]
            better = (moves >= down) & (moves <= up) & ~(np.abs(moves) >= np.abs(best))
            better &= is_reversed(alternatives, after, now_holds=now_holds)
            own = margin.at(after)
            rounding = margin.size([each.rounding(moves) for each in functions]) * ERROR
            if tied:
                better &= (np.abs(own) <= TIE) & (rounding <= BEYOND)
            else:
                better &= (-own if now_holds else own) >= BEYOND / 2 + rounding
            best = np.where(better, moves, best)
            crossed = np.where(better, number, crossed)
    return Reversals(best, crossed)


def is_at_once(
    functions: Sequence[Hyperbolas], alternatives: Alternatives, moves: Array, *, now_holds: bool
) -> NDArray[np.bool_]:
    """Whether a smaller move in the direction of each would do as well, however small.

    So it is where two numbers are equal and a strict comparison wants them apart, or one that is not strict
    holds for that reason only. The smallest move that is told is then one that rounding does not hide.

    Args:
        functions: the answers that the margins number, as functions of the same numbers.
        alternatives: the statement holds where all margins of one of these are positive.
        moves: that reverse it, shape (numbers,).
        now_holds: whether it holds as things are.
    """
    first = moves * FIRST_STEP
    gained = [each.gained(first) for each in functions]
    after = [each.after(first) for each in functions]

    def margin_at(margin: Margin) -> Array:
        as_is = margin.at([each.value for each in functions])
        # A tie is taken for exact, so the sign of the smallest gain is known.
        return replace(margin, constant=0.0).at(gained) if abs(as_is) <= TIE else margin.at(after)

    if now_holds:
        failed = [np.any([margin_at(each) < 0 for each in own], axis=0) for own in alternatives]
        return np.asarray(np.all(failed, axis=0))
    met = [np.all([margin_at(each) > 0 for each in own], axis=0) for own in alternatives]
    return np.asarray(np.any(met, axis=0))


def _candidates(
    functions: Sequence[Hyperbolas], margin: Margin, down: Array, up: Array, *, now_holds: bool
) -> Iterator[tuple[Array, bool]]:
    """Moves of all numbers at which a margin may tip over, and whether they do for a tie only."""
    for root in _roots(functions, margin, BEYOND if now_holds else -BEYOND):
        yield root, False
        # Where the answer is steep, the last digits of a move decide; just behind they do not.
        behind = np.clip(root * (1 + NUDGE), down, up)
        yield np.where(np.abs(behind - root) <= 2 * NUDGE * np.abs(root), behind, np.nan), False
    if margin.strict == now_holds:
        yield down, True
        yield up, True


def _roots(functions: Sequence[Hyperbolas], margin: Margin, beyond: float) -> Array:
    """Moves at which margin + beyond is zero, shape (roots, numbers); NaN where there are fewer."""
    now = float(margin.at([each.value for each in functions])) + beyond
    # Answers under the same findings have one denominator.
    below: list[Array] = []
    slopes: list[Array] = []
    for factor, at in margin.terms:
        own = functions[at]
        same = [n for n, each in enumerate(below) if np.array_equal(each[1], own.denominators)]
        if same:
            slopes[same[0]] = slopes[same[0]] + factor * own.slopes
        else:
            below.append(np.stack([np.ones_like(own.now), own.denominators]))
            slopes.append(factor * own.slopes)
    if not below:
        return np.empty((0, functions[0].now.size))
    whole = now * _product(below)
    for number, each in enumerate(slopes):
        step = np.stack([np.zeros_like(each), each])
        whole = whole + _product([step, *below[:number], *below[number + 1 :]])
    return _real_roots(whole)


def _product(polynomials: Sequence[Array]) -> Array:
    """The product of polynomials of shape (degree + 1, numbers), lowest power first."""
    whole = polynomials[0]
    for each in polynomials[1:]:
        longer = np.zeros((len(whole) + len(each) - 1, whole.shape[1]))
        for power, own in enumerate(each):
            longer[power : power + len(whole)] += own * whole
        whole = longer
    return whole


def _real_roots(polynomials: Array) -> Array:
    """The real roots of polynomials of shape (degree + 1, numbers), shape (degree, numbers); else NaN.

    Their inverses are eigenvalues of companion matrices, of which the largest, those of the smallest roots,
    are found best; Newton's method does the rest.
    """
    degree, numbers = len(polynomials) - 1, polynomials.shape[1]
    # Where nothing moves the margin there is nothing to be found.
    at = np.flatnonzero((polynomials[0] != 0) & (polynomials[1:] != 0).any(axis=0))
    companions = np.zeros((at.size, degree, degree))
    companions[:, np.arange(1, degree), np.arange(degree - 1)] = 1
    companions[:, 0] = -(polynomials[1:, at] / polynomials[0, at]).T
    inverses = np.linalg.eigvals(companions).T
    real = (inverses.real != 0) & (np.abs(inverses.imag) <= NEARLY_REAL * np.abs(inverses.real))
    roots = np.full((degree, numbers), np.nan)
    found = np.full(inverses.shape, np.nan)
    found[real] = 1 / inverses.real[real]
    own = polynomials[:, at]
    slopes = own[1:] * np.arange(1, degree + 1)[:, None]
    for _ in range(POLISHED):
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            better = found - _valued(own, found) / _valued(slopes, found)
            closer = np.abs(_valued(own, better)) < np.abs(_valued(own, found))
        found = np.where(closer, better, found)
    roots[:, at] = found
    return roots


def _valued(polynomials: Array, at: Array) -> Array:
    """Polynomials of shape (degree + 1, numbers) at places of shape (places, numbers)."""
    value = np.zeros_like(at)
    for each in polynomials[::-1]:
        value = value * at + each
    return value
