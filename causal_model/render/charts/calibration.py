"""Calibration: what was forecast against what came, with how often."""

import math

from causal_model.render.charts.marks import dot, level, rule, tick
from causal_model.render.charts.rows import NUMBER_SIZE
from causal_model.render.charts.scale import TICK_SIZE, scale_of
from causal_model.render.charts.units import PERCENT
from causal_model.render.charts.values import Calibration
from causal_model.render.palette import INK, LINE, SOFT
from causal_model.render.shapes import Group, Path, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_calibration"]

SIDE, GAP, ROW, LINE_HEIGHT = 300.0, 8.0, 24.0, 15.0
NAME_SIZE = 12.0
SMALLEST, LARGEST = 3.0, 13.0


def draw_calibration(
    panel: Calibration, x: float, y: float, room: float
) -> tuple[list[Shape], float]:
    """Draw a square with a dot for every bin, its area the number of forecasts, and the numbers beside."""
    most = max((each.n for each in panel.bins), default=1)
    top = y + LINE_HEIGHT + 8
    bottom = top + SIDE
    left = x + width("100", TICK_SIZE) + GAP
    across = scale_of([0.0, 1.0], left, left + SIDE, PERCENT, zero=True)
    up = scale_of([0.0, 1.0], bottom, top, PERCENT, zero=True, upright=True)
    shapes: list[Shape] = [
        Text(
            x,
            y + 11,
            shortened(f"{panel.came} (%)", room, NAME_SIZE),
            NAME_SIZE,
            SOFT,
            name="axis-name",
        )
    ]
    for each in up.ticks:
        shapes += [
            rule((left, up.at(each)), (left + SIDE, up.at(each))),
            tick(left - GAP, up.at(each) + 3.8, PERCENT.tick(each, up.step), TICK_SIZE, "end"),
            rule((across.at(each), top), (across.at(each), bottom)),
            tick(across.at(each), bottom + 15, PERCENT.tick(each, across.step), TICK_SIZE),
        ]
    shapes.append(
        Path(
            ((left, top), (left, bottom), (left + SIDE, bottom)),
            stroke=LINE,
            stroke_width=1.2,
            name="axis",
        )
    )
    shapes.append(level((left, bottom), (left + SIDE, top)))
    places = [(across.at(each.forecast), up.at(each.came)) for each in panel.bins]
    if len(places) > 1:
        shapes.append(Path(tuple(places), stroke=SOFT, stroke_width=1.2, name="curve"))
    for place, own in sorted(zip(places, panel.bins, strict=True), key=lambda pair: -pair[1].n):
        shapes.append(dot(place, max(SMALLEST, LARGEST * math.sqrt(own.n / most))))
    name = shortened(f"{panel.forecast} (%)", SIDE, NAME_SIZE)
    shapes.append(
        Text(left + SIDE / 2, bottom + 32, name, NAME_SIZE, SOFT, anchor="middle", name="axis-name")
    )
    beside, end = _listing(panel, left + SIDE + 44, top, x + room - left - SIDE - 44)
    shapes.append(beside)
    return shapes, max(bottom + 36, end)


def _listing(panel: Calibration, x: float, y: float, room: float) -> tuple[Group, float]:
    """Forecast, what came, and how many, a line a bin."""
    third = room / 3
    heads = (panel.forecast, panel.came, panel.n)
    lines = [wrapped(each, third - GAP, NAME_SIZE, lines=3) for each in heads]
    high = LINE_HEIGHT * max(map(len, lines))
    shapes: list[Shape] = [
        Text(
            x + third * (at + 1),
            y + 11 + LINE_HEIGHT * row,
            text,
            NAME_SIZE,
            SOFT,
            anchor="end",
            name="head",
        )
        for at, column in enumerate(lines)
        for row, text in enumerate(column)
    ]
    y += high + 6
    shapes.append(Path(((x, y), (x + room, y)), stroke=LINE, name="line"))
    for each in panel.bins:
        numbers = (PERCENT.full(each.forecast), PERCENT.full(each.came), f"{each.n:,}")
        shapes += [
            Text(x + third * (at + 1), y + 17, text, NUMBER_SIZE, INK, anchor="end", name="number")
            for at, text in enumerate(numbers)
        ]
        y += ROW
    if panel.agreement:
        for text in wrapped(panel.agreement, room, NAME_SIZE, lines=4):
            y += LINE_HEIGHT
            shapes.append(Text(x, y + 12, text, NAME_SIZE, SOFT, name="under"))
    return Group(shapes, {"class": "listing"}), y + 16
