"""Curves over one number: what another one would be, and where it crosses a line."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from causal_model.render.charts.marks import diamond, dot, level, rule, tick
from causal_model.render.charts.scale import TICK_SIZE, Scale, scale_of
from causal_model.render.charts.values import Curve, Spot
from causal_model.render.palette import CHANNELS, INK, LINE, SOFT, TRACK
from causal_model.render.shapes import Group, Path, Point, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_curve"]

TEXT_SIZE, NAME_SIZE, LINE_HEIGHT = 11.5, 12.0, 15.0
HEIGHT, GAP, RADIUS = 300.0, 8.0, 5.5
# The most of the whole that labels at the right ends of curves take, and a mark's words.
LABEL_SHARE, WORDS = 0.3, 250.0

Box = tuple[float, float, float, float]


def draw_curve(panel: Curve, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw the curves with their marks; tells where the panel ends."""
    points = [point for line in panel.lines for point in line.points]
    points += [each.at for each in panel.marks]
    levels = [] if panel.level is None else [panel.level]
    span = panel.span or ()
    named = [line.label for line in panel.lines if line.label]
    label_room = max((width(each, TEXT_SIZE) for each in named), default=0.0)
    label_room = min(label_room + GAP, LABEL_SHARE * room) if named else 0.0
    y_name = wrapped(_with_unit(panel.y, panel.y_unit.name), room, NAME_SIZE, lines=2)
    top = y + LINE_HEIGHT * len(y_name) + 6
    bottom = top + HEIGHT
    up = scale_of(
        [*(each for _, each in points), *levels],
        bottom,
        top,
        panel.y_unit,
        zero=False,
        upright=True,
    )
    tick_room = max(width(panel.y_unit.tick(each, up.step), TICK_SIZE) for each in up.ticks) + GAP
    across = scale_of(
        [*(each for each, _ in points), *span],
        *(x + tick_room, x + room - label_room - GAP, panel.x_unit),
        zero=False,
    )
    shapes: list[Shape] = [
        Text(x, y + 11 + LINE_HEIGHT * at, line, NAME_SIZE, SOFT, name="axis-name")
        for at, line in enumerate(y_name)
    ]
    taken: list[Box] = []
    if panel.span is not None:
        shapes += _span(panel, across, top, bottom, taken)
    shapes += _grid(panel, across, up)
    if panel.level is not None:
        shapes += _level(panel, across, up)
    for at, line in enumerate(panel.lines):
        colour, dash = CHANNELS[at % len(CHANNELS)]
        path = tuple((across.at(a), up.at(b)) for a, b in line.points)
        if len(path) > 1:
            shapes.append(Path(path, stroke=colour, stroke_width=2.4, dash=dash, name="curve"))
    shapes += _names(panel, across, up, label_room - GAP)
    if panel.level is not None and panel.level_text:
        shapes.append(_level_words(panel, across, up, taken))
    for mark in panel.marks:
        shapes.append(_mark(mark, panel, across, up, taken))
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


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _grid(panel: Curve, across: Scale, up: Scale) -> Iterator[Shape]:
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


def _span(
    panel: Curve, across: Scale, top: float, bottom: float, taken: list[Box]
) -> Iterator[Shape]:
    """The marked part of the axis, its words at its foot, where curves are rarely."""
    assert panel.span is not None
    left, right = (across.at(each) for each in panel.span)
    yield Rect(left, top, right - left, bottom - top, TRACK, name="span")
    for at in (left, right):
        yield Path(((at, top), (at, bottom)), stroke=LINE, dash=(2.0, 3.0), name="span-edge")
    words = _cut(panel.span_text)
    if words:
        long = width(words, TEXT_SIZE)
        start = min(max((left + right - long) / 2, across.start + 4), across.end - long - 4)
        yield Text(start, bottom - 7, words, TEXT_SIZE, SOFT, name="span-words")
        taken.append((start - 2, bottom - 20, start + long + 2, bottom - 2))


def _level(panel: Curve, across: Scale, up: Scale) -> Iterator[Shape]:
    assert panel.level is not None
    at = up.at(panel.level)
    yield level((across.start, at), (across.end, at))


def _level_words(panel: Curve, across: Scale, up: Scale, taken: list[Box]) -> Shape:
    """What the line is, at the end of it where the curves are farther away."""
    assert panel.level is not None
    at = up.at(panel.level)
    words = _cut(panel.level_text)
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
    return _placed(words, places, panel, across, up, taken, name="level-words", bold=False)


def _names(panel: Curve, across: Scale, up: Scale, room: float) -> list[Shape]:
    """The names of curves at their right ends, moved apart where they end close together."""
    wanted = sorted(
        (up.at(line.points[-1][1]), number)
        for number, line in enumerate(panel.lines)
        if line.label and line.points
    )
    least = up.end + 4
    places = []
    for at, number in wanted:
        least = max(at, least)
        places.append((least, number))
        least += LINE_HEIGHT
    # Those that would end below the axis are moved up again, with what is above them.
    most = up.start
    shapes: list[Shape] = []
    for at, number in reversed(places):
        most = min(at, most)
        words = shortened(panel.lines[number].label, room, TEXT_SIZE)
        colour, _ = CHANNELS[number % len(CHANNELS)]
        shapes.append(
            Text(
                across.end + GAP, most + 4, words, TEXT_SIZE, colour, bold=False, name="curve-name"
            )
        )
        most -= LINE_HEIGHT
    return shapes


def _mark(mark: Spot, panel: Curve, across: Scale, up: Scale, taken: list[Box]) -> Shape:
    """A mark, and its words where they hide the least."""
    x, y = across.at(mark.at[0]), up.at(mark.at[1])
    drawn = (
        diamond((x, y), RADIUS + 1)
        if mark.mark == "diamond"
        else dot((x, y), RADIUS, hollow=mark.mark == "ring")
    )
    taken.append((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS))
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
    text = _placed(words, places, panel, across, up, taken, name="mark-words", bold=True)
    return Group([drawn, text], {"class": "mark"})


def _placed(
    words: str,
    places: Sequence[Point],
    panel: Curve,
    across: Scale,
    up: Scale,
    taken: list[Box],
    *,
    name: str,
    bold: bool,
) -> Text:
    """A text at the first of the places where it is on the plot and on nothing else, or hides the least."""
    long = width(words, TEXT_SIZE, bold=bold)
    along = [
        (across.at(a), up.at(b)) for line in panel.lines for a, b in _dense(line.points, across, up)
    ]
    dashed = None if panel.level is None else up.at(panel.level)

    def harm(place: Point) -> float:
        left, base = place
        box = (left - 1, base - 10.5, left + long + 1, base + 3.5)
        outside = (
            left < across.start + 2
            or left + long > across.end
            or box[1] < up.end
            or box[3] > up.start
        )
        over = sum(
            min(box[2], other[2]) > max(box[0], other[0])
            and min(box[3], other[3]) > max(box[1], other[1])
            for other in taken
        )
        hidden = sum(box[0] <= px <= box[2] and box[1] <= py <= box[3] for px, py in along)
        crossed = dashed is not None and box[1] < dashed < box[3]
        return 1e6 * outside + 1e4 * over + 10 * crossed + hidden

    left, base = min(places, key=harm)
    left = min(max(left, across.start + 2), max(across.end - long, across.start + 2))
    base = min(max(base, up.end + 11), up.start - 4)
    taken.append((left - 2, base - 11, left + long + 2, base + 4))
    return Text(left, base, words, TEXT_SIZE, INK, bold=bold, name=name)


def _dense(points: Sequence[Point], across: Scale, up: Scale) -> Iterator[Point]:
    """Points of a curve, with some between those that are far apart."""
    for (a, b), (c, d) in pairwise(points):
        gap = max(abs(across.at(c) - across.at(a)), abs(up.at(d) - up.at(b)))
        steps = int(min(gap / 6, 200)) + 1
        for at in range(steps):
            share = at / steps
            yield (a + share * (c - a), b + share * (d - b))
    yield from points[-1:]


def _cut(text: str) -> str:
    return shortened(text, WORDS, TEXT_SIZE, bold=True) if text else ""
