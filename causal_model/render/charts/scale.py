"""Axes: numbers to pixels, and round numbers for ticks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from causal_model.render.charts.units import Unit
from causal_model.render.text import width

__all__ = ["TICK_SIZE", "Scale", "scale_of"]

TICK_SIZE = 10.5
# Blanks between two labels of ticks.
APART = 8.0
# Numbers beyond are drawn at the edge.
FARTHEST = 1e300


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in a unit, drawn from `start` to `end` in pixels; either way round."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    step: float

    def at(self, value: float) -> float:
        """The pixel of a value; values beyond the ends are drawn at the ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def scale_of(
    values: Iterable[float],
    start: float,
    end: float,
    unit: Unit,
    *,
    zero: bool,
    upright: bool = False,
) -> Scale:
    """A scale that holds all values, ends at round numbers, and has as many ticks as can be labelled.

    Args:
        values: what must be on it; infinite ones and NaN are left out.
        start: pixel of its low end.
        end: pixel of its high end.
        unit: of the values; its labels tell how close ticks may be.
        zero: whether zero must be on it, as for bars.
        upright: whether the axis is vertical, so that labels stand above one another.
    """
    found = [min(max(each, -FARTHEST), FARTHEST) for each in values if math.isfinite(each)]
    if zero or not found:
        found.append(0.0)
    low, high = min(found), max(found)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        reach = abs(low) / 2 or 1.0 / abs(unit.factor)
        low, high = (0.0, 1.0 / unit.factor) if zero and not low else (low - reach, high + reach)
    room = abs(end - start)
    for most in (6, 5, 4, 3, 2):
        step = _step(high - low, most)
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        ticks = tuple(at * step for at in range(first, last + 1))
        between = room / max(len(ticks) - 1, 1)
        needed = (
            2.2 * TICK_SIZE
            if upright
            else APART + max(width(unit.tick(each, step), TICK_SIZE) for each in ticks)
        )
        if between >= needed:
            break
    else:
        ticks = (ticks[0], ticks[-1])
    return Scale(ticks[0], ticks[-1], start, end, ticks, step)


def _step(span: float, most: int) -> float:
    """The smallest round number of which so many steps, or fewer, reach over a span."""
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    return next(
        (times * power for times in (1.0, 2.0, 2.5, 5.0) if times * power >= raw * (1 - 1e-9)),
        10.0 * power,
    )
