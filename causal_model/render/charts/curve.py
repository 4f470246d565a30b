"""Curves over one number: what another one would be, and where it crosses a line."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from causal_model.render.charts.curve_names import Ending, column, column_width, on_the_plot
from causal_model.render.charts.marks import diamond, dot, level, rule, tick
from causal_model.render.charts.scale import TICK_SIZE, Scale, scale_of
from causal_model.render.charts.vacant import Vacant
from causal_model.render.charts.values import Curve, Spot
from causal_model.render.palette import CHANNELS, INK, LINE, SOFT, TRACK
from causal_model.render.shapes import Group, Path, Point, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_curve"]

TEXT_SIZE, NAME_SIZE, LINE_HEIGHT = 11.5, 12.0, 15.0
HEIGHT, GAP, RADIUS = 300.0, 8.0, 5.5
# The most of the whole that names at the right ends of curves take, and a mark's words.
LABEL_SHARE, WORDS = 0.3, 250.0
# Words farther from their mark than this are led to.
FAR = 18.0
# A curve that ends so near to the right end of the plot reaches it.
REACHES = 30.0


def draw_curve(panel: Curve, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw the curves with their marks; tells where the panel ends."""
    y_name = wrapped(_with_unit(panel.y, panel.y_unit.name), room, NAME_SIZE, lines=2)
    top = y + LINE_HEIGHT * len(y_name) + 6
    bottom = top + HEIGHT
    heights = [b for line in panel.lines for _, b in line.points]
    heights += [each.at[1] for each in panel.marks]
    heights += [] if panel.level is None else [panel.level]
    up = scale_of(heights, bottom, top, panel.y_unit, zero=False, upright=True)
    tick_room = max(width(panel.y_unit.tick(each, up.step), TICK_SIZE) for each in up.ticks) + GAP
    left, right = x + tick_room, x + room - GAP
    plot = _Plot.of(panel, up, left, right)
    names, beside = plot.names()
    names_room = 0.0
    if beside:
        names_room = column_width(plot.endings(), LABEL_SHARE * room)
        plot = _Plot.of(panel, up, left, right - names_room)
        names, beside = plot.names()
    across = plot.across
    shapes: list[Shape] = [
        Text(x, y + 11 + LINE_HEIGHT * at, line, NAME_SIZE, SOFT, name="axis-name")
        for at, line in enumerate(y_name)
    ]
    if panel.span is not None:
        shapes += _span(plot)
    shapes += _grid(plot)
    if panel.level is not None:
        shapes.append(level((across.start, up.at(panel.level)), (across.end, up.at(panel.level))))
    for at, path in enumerate(plot.paths):
        colour, dash = CHANNELS[at % len(CHANNELS)]
        if len(path) > 1:
            shapes.append(Path(path, stroke=colour, stroke_width=2.4, dash=dash, name="curve"))
    shapes += names
    shapes += column(beside, across.end, names_room, top, bottom)
    if panel.span is not None and panel.span_text:
        shapes.append(_span_words(plot))
    if panel.level is not None and panel.level_text:
        shapes.append(_level_words(plot))
    shapes += [_mark(mark, plot) for mark in panel.marks]
    x_name = wrapped(_with_unit(panel.x, panel.x_unit.name), room, NAME_SIZE, lines=3)
    middle = (across.start + across.end) / 2
    for at, text in enumerate(x_name):
        half = width(text, NAME_SIZE) / 2
        place = min(max(middle, x + half), x + room - half)
        shapes.append(
            Text(
                *(place, bottom + 32 + LINE_HEIGHT * at, text, NAME_SIZE, SOFT),
                anchor="middle",
                name="axis-name",
            )
        )
    return shapes, bottom + 32 + LINE_HEIGHT * (len(x_name) - 1) + 4


@dataclass(frozen=True, slots=True)
class _Plot:
    """A panel with its scales: the curves in pixels, and where words can stand."""

    panel: Curve
    across: Scale
    up: Scale
    paths: tuple[tuple[Point, ...], ...]
    vacant: Vacant

    @classmethod
    def of(cls, panel: Curve, up: Scale, left: float, right: float) -> "_Plot":
        """The plot between two ends."""
        span = panel.span or ()
        values = [a for line in panel.lines for a, _ in line.points]
        values += [each.at[0] for each in panel.marks]
        across = scale_of([*values, *span], left, right, panel.x_unit, zero=False)
        paths = tuple(
            tuple((across.at(a), up.at(b)) for a, b in line.points) for line in panel.lines
        )
        marks = ((across.at(a), up.at(b)) for a, b in (each.at for each in panel.marks))
        vacant = Vacant(
            (across.start, up.end, across.end, up.start),
            paths,
            () if panel.level is None else (up.at(panel.level),),
            tuple(across.at(each) for each in span),
            [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in marks],
        )
        return cls(panel, across, up, paths, vacant)

    def endings(self) -> list[Ending]:
        """Where the curves that have names end."""
        return [
            Ending(path[-1], line.label, number)
            for number, (line, path) in enumerate(zip(self.panel.lines, self.paths, strict=True))
            if line.label and path
        ]

    def names(self) -> tuple[list[Shape], list[Ending]]:
        """The names that stand on the plot, and the curves whose names have to stand beside it."""
        reaching: list[Ending] = []
        before: list[Ending] = []
        for each in self.endings():
            (reaching if each.at[0] >= self.across.end - REACHES else before).append(each)
        shapes, others = on_the_plot(before, self.vacant)
        return shapes, [*reaching, *others]


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _grid(plot: _Plot) -> Iterator[Shape]:
    panel, across, up = plot.panel, plot.across, plot.up
    for each in up.ticks:
        at = up.at(each)
        yield rule((across.start, at), (across.end, at))
        yield tick(across.start - GAP, at + 3.8, panel.y_unit.tick(each, up.step), TICK_SIZE, "end")
    for each in across.ticks:
        at = across.at(each)
        yield Path(((at, up.start), (at, up.start + 4)), stroke=LINE, name="grid")
        yield tick(at, up.start + 15, panel.x_unit.tick(each, across.step), TICK_SIZE)
    yield Path(
        ((across.start, up.end), (across.start, up.start), (across.end, up.start)),
        stroke=LINE,
        stroke_width=1.2,
        name="axis",
    )


def _span(plot: _Plot) -> Iterator[Shape]:
    """The marked part of the axis."""
    assert plot.panel.span is not None
    top, bottom = plot.up.end, plot.up.start
    left, right = (plot.across.at(each) for each in plot.panel.span)
    yield Rect(left, top, right - left, bottom - top, TRACK, name="span")
    for at in (left, right):
        yield Path(((at, top), (at, bottom)), stroke=LINE, dash=(2.0, 3.0), name="span-edge")


def _span_words(plot: _Plot) -> Shape:
    """What the marked part is, at its foot, where curves are rarely, or at its head."""
    assert plot.panel.span is not None
    words = _cut(plot.panel.span_text)
    long = width(words, TEXT_SIZE)
    left = sum(plot.across.at(each) for each in plot.panel.span) / 2 - long / 2
    left = min(max(left, plot.across.start + 4), plot.across.end - long - 4)
    foot, head = plot.up.start - 7, plot.up.end + 15
    rows = (0, LINE_HEIGHT + 1, 2 * LINE_HEIGHT + 2, 4 * LINE_HEIGHT)
    places = [(left, base) for away in rows for base in (foot - away, head + away)]
    left, base = plot.vacant.place(places, long)
    return Text(left, base, words, TEXT_SIZE, SOFT, name="span-words")


def _level_words(plot: _Plot) -> Shape:
    """What the line is, at the end of it where the curves are farther away."""
    assert plot.panel.level is not None
    across, at = plot.across, plot.up.at(plot.panel.level)
    words = _cut(plot.panel.level_text)
    long = width(words, TEXT_SIZE)
    places = [
        (left, base)
        for left in (
            across.end - long - 4,
            across.start + 6,
            (across.start + across.end - long) / 2,
        )
        for base in (at - 5, at + 14)
    ]
    left, base = plot.vacant.place(places, long)
    return Text(left, base, words, TEXT_SIZE, INK, name="level-words")


def _mark(mark: Spot, plot: _Plot) -> Shape:
    """A mark, and its words where they hide the least."""
    x, y = plot.across.at(mark.at[0]), plot.up.at(mark.at[1])
    drawn = (
        diamond((x, y), RADIUS + 1)
        if mark.mark == "diamond"
        else dot((x, y), RADIUS, hollow=mark.mark == "ring")
    )
    if not mark.text:
        return Group([drawn], {"class": "mark"})
    words = _cut(mark.text)
    long = width(words, TEXT_SIZE, bold=True)
    away = RADIUS + 5
    places = [
        (left, base + shift)
        for shift in (0.0, -16.0, 16.0, -34.0, 34.0, -60.0, 60.0, -90.0, 90.0)
        for left, base in (
            (x + away, y - 6),
            (x - away - long, y - 6),
            (x + away, y + 15),
            (x - away - long, y + 15),
        )
    ]
    left, base = plot.vacant.place(places, long)
    text = Text(left, base, words, TEXT_SIZE, INK, bold=True, name="mark-words")
    near = min(max(x, left), left + long), min(max(y, base - 9), base + 3)
    if math.dist((x, y), near) < FAR:
        return Group([drawn, text], {"class": "mark"})
    lead = Path(((x, y), near), stroke=LINE, stroke_width=0.9, name="lead")
    return Group([lead, drawn, text], {"class": "mark"})


def _cut(text: str) -> str:
    return shortened(text, WORDS, TEXT_SIZE, bold=True) if text else ""
