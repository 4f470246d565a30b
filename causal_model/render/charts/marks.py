"""The marks that charts are made of; each can be told from the others without its colour."""

from collections.abc import Iterator

from causal_model.render.charts.scale import TICK_SIZE, Scale
from causal_model.render.charts.units import Unit
from causal_model.render.palette import (
    BAR,
    FALL,
    FALL_PAPER,
    GHOST,
    GRID,
    INK,
    PAPER,
    RISE,
    SOFT,
)
from causal_model.render.shapes import Path, Point, Rect, Shape, Text
from causal_model.render.text import shortened, width

__all__ = [
    "change_bar",
    "diamond",
    "dot",
    "level",
    "outline",
    "plain_bar",
    "rule",
    "tick",
    "ticks",
    "whisker",
]

# How far apart the lines of a hatching are, across.
HATCH = 5.0


def plain_bar(left: float, right: float, middle: float, thick: float) -> list[Shape]:
    """A bar that has no sign."""
    return [Rect(left, middle - thick / 2, right - left, thick, BAR, radius=1.2, name="bar")]


def change_bar(start: float, end: float, middle: float, thick: float) -> list[Shape]:
    """A bar from a start: plain and dark to the right, pale and hatched to the left."""
    left, right = min(start, end), max(start, end)
    top = middle - thick / 2
    if end >= start:
        return [Rect(left, top, right - left, thick, RISE, name="rise")]
    body = Rect(left, top, right - left, thick, FALL_PAPER, FALL, 1.0, name="fall")
    return [body, *_hatching(body)]


def _hatching(body: Rect) -> Iterator[Path]:
    """Slanted lines within a rectangle."""
    left, top, right, bottom = body.x, body.y, body.x + body.width, body.y + body.height
    high = body.height
    for at in range(1, int((body.width + high) / HATCH) + 1):
        # The line x + y = foot, cut where it leaves the rectangle.
        foot = left + bottom - high + at * HATCH
        start = (max(left, foot - bottom), min(bottom, foot - left))
        end = (min(right, foot - top), max(top, foot - right))
        if end[0] - start[0] > 0.3:
            yield Path((start, end), stroke=FALL, stroke_width=0.9, name="hatch")


def outline(left: float, right: float, middle: float, thick: float) -> Shape:
    """Where a bar was before."""
    return Rect(
        *(left - 0.5, middle - thick / 2, right - left + 1, thick),
        stroke=GHOST,
        stroke_width=0.9,
        radius=1.5,
        name="outline",
    )


def whisker(left: float, right: float, middle: float, *, clear: bool = False) -> list[Shape]:
    """An interval; `clear` puts white behind it, where bars are dark or hatched."""
    shapes: list[Shape] = []
    for colour, thick, half in ((PAPER, 2.8, 4.4), (INK, 1.4, 4.0))[0 if clear else 1 :]:
        lines = (
            ((left, middle), (right, middle)),
            *(((x, middle - half), (x, middle + half)) for x in (left, right)),
        )
        shapes += [Path(line, stroke=colour, stroke_width=thick, name="whisker") for line in lines]
    return shapes


def dot(at: Point, radius: float, *, hollow: bool = False) -> Shape:
    """A round mark."""
    x, y = at
    return Rect(
        *(x - radius, y - radius, 2 * radius, 2 * radius),
        fill=PAPER if hollow else RISE,
        stroke=RISE if hollow else PAPER,
        stroke_width=1.6 if hollow else 0.8,
        radius=radius,
        name="ring" if hollow else "dot",
    )


def diamond(at: Point, radius: float) -> Shape:
    """A mark for where something begins, ends or tips over."""
    x, y = at
    corners = ((x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius))
    return Path(corners, closed=True, fill=INK, stroke=PAPER, stroke_width=0.8, name="diamond")


def rule(start: Point, end: Point) -> Shape:
    """A line of the grid."""
    return Path((start, end), stroke=GRID, stroke_width=1.0, name="grid")


def ticks(scale: Scale, unit: Unit, top: float, bottom: float, farthest: float) -> list[Shape]:
    """The upright lines of a grid, their numbers below, and the unit after the last one.

    Args:
        scale: from left to right.
        unit: of the numbers.
        top: where the lines begin.
        bottom: where they end.
        farthest: pixel up to which there is room for the unit.
    """
    shapes: list[Shape] = []
    for each in scale.ticks:
        at = scale.at(each)
        text = unit.tick(each, scale.step)
        shapes += [rule((at, top), (at, bottom + 3)), tick(at, bottom + 13, text, TICK_SIZE)]
    if unit.name:
        beyond = scale.end + width(unit.tick(scale.ticks[-1], scale.step), TICK_SIZE) / 2 + 4
        name = shortened(unit.name, farthest - beyond, TICK_SIZE)
        # An ellipsis alone says nothing.
        if name != "…":
            shapes.append(tick(beyond, bottom + 13, name, TICK_SIZE, "start"))
    return shapes


def level(start: Point, end: Point) -> Shape:
    """A dashed line for a number that others are held against."""
    return Path((start, end), stroke=INK, stroke_width=1.3, dash=(5.0, 3.5), name="level")


def tick(x: float, y: float, text: str, size: float, anchor: str = "middle") -> Text:
    """The label of a tick."""
    return Text(x, y, text, size, SOFT, anchor=anchor, name="tick")
