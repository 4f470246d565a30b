"""The names of curves, each at the end of its curve, after a piece of its line.

A curve that reaches the right end of the plot has its name in a column there. One that ends before has it
on the plot, beside its end; where it would hide something there, a thin line leads to the column.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from causal_model.render.charts.spread import spread
from causal_model.render.charts.vacant import Vacant
from causal_model.render.palette import CHANNELS, INK, LINE
from causal_model.render.shapes import Group, Path, Point, Shape, Text
from causal_model.render.text import shortened, width

__all__ = ["Ending", "column", "column_width", "on_the_plot"]

SIZE, LINE_HEIGHT = 11.5, 15.0
# The piece of the line, and what is free behind it; what is free before it.
SAMPLE, AFTER_SAMPLE, BEFORE = 24.0, 5.0, 7.0
# Room for the lines that lead to the names of a column.
LEAD = 18.0
# Curves whose ends are as near as this end in one place, and are named in their order.
SAME = 1.5
# From the end, downwards and upwards, in the order in which they are tried.
SHIFTS = (0.0, 14.0, -14.0, 20.0, -20.0)
# The most of the plot that a name on it takes.
SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a curve ends, in pixels; its name, and which of the curves it is."""

    at: Point
    name: str
    number: int


def column_width(endings: Sequence[Ending], most: float) -> float:
    """The width of the column of names right of the plot, with the lines that lead there."""
    if not endings:
        return 0.0
    longest = max(width(each.name, SIZE) for each in endings)
    return min(LEAD + SAMPLE + AFTER_SAMPLE + longest, most)


def column(
    endings: Sequence[Ending], left: float, room: float, top: float, bottom: float
) -> list[Shape]:
    """The names right of the plot, from the highest end to the lowest, and lines that lead to them.

    Args:
        endings: of the curves.
        left: where the plot ends.
        room: the width of the column.
        top: upper end of the plot.
        bottom: lower end of the plot.
    """
    ordered = _downwards(endings)
    heights = [LINE_HEIGHT] * len(ordered)
    middles = spread([each.at[1] for each in ordered], heights, 0.0, top, bottom)
    shapes: list[Shape] = []
    for each, middle in zip(ordered, middles, strict=True):
        lead = (each.at, (left, each.at[1]), (left + LEAD - 3, middle))
        shapes.append(Path(lead, stroke=LINE, stroke_width=0.9, name="lead"))
        shapes.append(_name(each, left + LEAD, middle + 4, room - LEAD))
    return shapes


def on_the_plot(endings: Sequence[Ending], vacant: Vacant) -> tuple[list[Shape], list[Ending]]:
    """Names beside the ends, those of ends that are close below one another.

    Returns:
        The names, and the curves whose names have no room.
    """
    shapes: list[Shape] = []
    left_over: list[Ending] = []
    left, _, right, _ = vacant.frame
    for together in _close(endings):
        x, y = together[0].at
        room = SHARE * (right - left)
        long = SAMPLE + AFTER_SAMPLE + max(width(each.name, SIZE) for each in together)
        long = min(long, room)
        middle = y + 4 - (len(together) - 1) * LINE_HEIGHT / 2
        places = [
            (start, middle + shift)
            for start in (x + BEFORE, x - long - BEFORE, x - long / 2)
            for shift in SHIFTS
        ]
        place = vacant.free(places, long, lines=len(together), apart=LINE_HEIGHT)
        if place is None:
            left_over += together
            continue
        shapes += [
            _name(each, place[0], place[1] + at * LINE_HEIGHT, room)
            for at, each in enumerate(together)
        ]
    return shapes, left_over


def _downwards(endings: Sequence[Ending]) -> list[Ending]:
    """From the highest end to the lowest; ends in one place in the order of their curves."""
    ordered = sorted(endings, key=lambda each: each.at[1])
    places: list[list[Ending]] = []
    for each in ordered:
        if places and each.at[1] - places[-1][-1].at[1] <= SAME:
            places[-1].append(each)
        else:
            places.append([each])
    return [each for own in places for each in sorted(own, key=lambda one: one.number)]


def _close(endings: Sequence[Ending]) -> Iterator[list[Ending]]:
    """Curves whose ends are so close that their names would run over each other, downwards."""
    groups: list[list[Ending]] = []
    for each in sorted(endings, key=lambda one: one.at):
        last = groups[-1][-1].at if groups else None
        if last and all(abs(a - b) < LINE_HEIGHT for a, b in zip(last, each.at, strict=True)):
            groups[-1].append(each)
        else:
            groups.append([each])
    return map(_downwards, groups)


def _name(each: Ending, left: float, base: float, room: float) -> Shape:
    colour, dash = CHANNELS[each.number % len(CHANNELS)]
    piece = ((left, base - 4), (left + SAMPLE, base - 4))
    words = shortened(each.name, room - SAMPLE - AFTER_SAMPLE, SIZE)
    return Group(
        [
            Path(piece, stroke=colour, stroke_width=2.4, dash=dash, name="sample"),
            Text(left + SAMPLE + AFTER_SAMPLE, base, words, SIZE, INK, name="curve-name"),
        ],
        {"class": "curve-name", "data-index": str(each.number)},
    )
