"""An answer as a function of one number at a time, which is a part of a hyperbola.

The answer is E[w | e] = N / D with D = P(e) and N = E[w; e]. Whatever both are linear in, be it an entry
of a table whose row gives way in proportion or the strength of a sign, moves the answer along

    f(t) = (A + a s) / (1 + c s) = A + (a - A c) s / (1 + c s),    a = dN/dt / D,    c = dD/dt / D,

with A the answer as it is, t0 the number as it is and s = t - t0. The second form stays exact where the
number does not matter, a = A c, however improbable the evidence becomes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["NO_EVIDENCE", "Hyperbolas"]

# P(e) below this part of what it is counts as none.
NO_EVIDENCE = 1e-12


@dataclass(frozen=True, eq=False, kw_only=True)
class Hyperbolas:
    """One answer as a function of each of some numbers alone.

    f(t) = value + slopes (t - now) / (1 + denominators (t - now)).

    Attributes:
        value: the answer as it is, A.
        now: the numbers as they are, t0, shape (numbers,).
        slopes: a - A c, the derivative of the answer by every number as it is, shape (numbers,).
        denominators: c, shape (numbers,).
    """

    value: float
    now: Array
    slopes: Array
    denominators: Array

    @cached_property
    def coefficients(self) -> Array:
        """a, b, c, d of f(t) = (a t + b) / (c t + d), up to a common factor; shape (4, numbers)."""
        numerators = self.slopes + self.value * self.denominators
        b = self.value - numerators * self.now
        d = 1 - self.denominators * self.now
        return np.stack([numerators, b, self.denominators, d])

    def at(self, moved: Array) -> Array:
        """The answer at numbers of shape (..., numbers); NaN where the evidence becomes impossible."""
        return self.after(moved - self.now)

    def after(self, moves: Array) -> Array:
        """The answer after moves of shape (..., numbers), likewise."""
        return self.value + self.gained(moves)

    def gained(self, moves: Array) -> Array:
        """By how much the answer grows by moves of shape (..., numbers), exact for the smallest ones."""
        below = 1 + self.denominators * moves
        with np.errstate(invalid="ignore", divide="ignore"):
            found = self.slopes * moves / below
        return np.where(below > NO_EVIDENCE, found, np.nan)

    def only(self, numbers: NDArray[np.intp]) -> "Hyperbolas":
        """The same of some of the numbers, each as often as it is named."""
        return Hyperbolas(
            value=self.value,
            now=self.now[numbers],
            slopes=self.slopes[numbers],
            denominators=self.denominators[numbers],
        )

    def rounding(self, moves: Array) -> Array:
        """How far off the answer after moves is, by the relative error of its parts; shape (..., numbers).

        It grows where the evidence becomes improbable, as the parts of 1 + c s cancel, and those of a - A c
        may have cancelled before.
        """
        below = 1 + self.denominators * moves
        with np.errstate(invalid="ignore", divide="ignore"):
            steps = np.abs(moves / below)
            cancelled = (1 + np.abs(self.denominators * moves)) / np.abs(below)
            both = np.abs(self.slopes) * (1 + cancelled) + 2 * np.abs(
                self.value * self.denominators
            )
            return np.asarray(abs(self.value) + both * steps)
