"""How many digits a number needs so that what is printed reverses the statement as well.

Rounded to the nearest digit, half of all numbers would stop just short of where the statement tips over. So
they are rounded away from what they are now; and as a statement may hold again behind that place, what is
to be printed is asked for itself, with further digits until it will do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["Rounded", "rounded_away"]

# So many significant digits tell any two floats apart.
ALL_DIGITS = 17
# Up to here the shortest text of a float has no more digits than were asked for.
SAFE_DIGITS = 15
# What is as near to the end of its way is meant to be there, as numbers that are equal may differ by less.
AT_THE_END = 1e-8


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number with as few digits as reverse the statement.

    Attributes:
        value: the number.
        digits: its significant digits; what it is now is told apart from it by as many.
    """

    value: float
    digits: int

    def text(self, number: float | None = None) -> str:
        """The number, or another one beside it, with these digits.

        >>> Rounded(0.1962, 4).text(), Rounded(0.1962, 4).text(0.14), Rounded(0.5, 17).text()
        ('0.1962', '0.14', '0.5')
        """
        shown = self.value if number is None else number
        return f"{shown:.{self.digits}g}" if self.digits <= SAFE_DIGITS else f"{shown!r}"


def rounded_away(
    now: Array,
    needed: Array,
    reverses: Callable[[Array], NDArray[np.bool_]],
    *,
    digits: int,
    low: float,
    high: float,
) -> list[Rounded]:
    """Numbers that reverse a statement, rounded away from what they are now.

    Args:
        now: the numbers as they are, shape (numbers,).
        needed: the nearest to these that reverse it, shape (numbers,).
        reverses: whether others do that, each in place of its own, shape (numbers,).
        digits: the fewest significant digits.
        low: the least that a number can be.
        high: the most.
    """
    found = [Rounded(value, ALL_DIGITS) for value in needed.tolist()]
    left = np.ones(needed.size, dtype=bool)

    def keep(shown: Array, size: int, at: NDArray[np.bool_]) -> None:
        for number in np.flatnonzero(at & left & reverses(shown)).tolist():
            rounded = Rounded(float(shown[number]), size)
            if rounded.text() != rounded.text(float(now[number])):
                found[number], left[number] = rounded, False

    for end in (low, high):
        near = np.abs(needed - end) <= AT_THE_END
        keep(np.where(near, end, needed), digits, near)
    for size in range(digits, ALL_DIGITS):
        if not left.any():
            break
        for shown in (_nearest(needed, size, left), _away(now, needed, size, left)):
            # The end says more than a number beside it: that something is certain, or never happens.
            keep(shown, size, (shown > low) & (shown < high))
    return found


def _nearest(needed: Array, digits: int, left: NDArray[np.bool_]) -> Array:
    shown = needed.copy()
    shown[left] = [float(f"{each:.{digits}g}") for each in needed[left].tolist()]
    return shown


def _away(now: Array, needed: Array, digits: int, left: NDArray[np.bool_]) -> Array:
    up = Context(digits, ROUND_CEILING)
    down = Context(digits, ROUND_FLOOR)
    shown = needed.copy()
    for number in np.flatnonzero(left).tolist():
        context = up if needed[number] > now[number] else down
        shown[number] = float(context.create_decimal(Decimal(float(needed[number]))))
    return shown
