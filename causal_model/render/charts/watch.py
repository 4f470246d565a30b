"""A watch list: how much every observation would tell, and the answer after each of its readings."""

import math
from dataclasses import dataclass, replace

from causal_model.render.charts.marks import dot, level, plain_bar, ticks
from causal_model.render.charts.rows import NUMBER_SIZE, Labels
from causal_model.render.charts.scale import Scale, scale_of
from causal_model.render.charts.spread import spread
from causal_model.render.charts.units import Unit
from causal_model.render.charts.values import Reading, Watched, WatchList
from causal_model.render.palette import GRID, INK, LINE, PAPER, SOFT
from causal_model.render.shapes import Group, Path, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_watch_list"]

TEXT_SIZE, HEAD_SIZE, TEXT_LINE, HEAD_LINE = 10.5, 11.5, 13.5, 15.0
STRIP, LEAST, GAP, APART = 33.0, 30.0, 14.0, 12.0
# Between a reading and the answer after it; what lines behind leave free around both.
BEFORE_NUMBER, CLEAR = 4.0, 3.0
BAR_SHARE, THICK = 0.3, 11.0
# Radii of the dots of readings that never come, and of those that always do.
SMALLEST, LARGEST = 2.6, 7.5


@dataclass(frozen=True, slots=True)
class _Words:
    """A reading and the answer after it, which is in bold, or both would be read as one.

    Attributes:
        label, number: as they are written.
        left: where the label begins.
        line: below the dots, from 0.
        dot: pixel of the dot it belongs to; None where it is listed, as there is no room below the dots.
    """

    label: str
    number: str
    left: float = 0.0
    line: int = 0
    dot: float | None = None

    @classmethod
    def of(cls, reading: Reading, unit: Unit, room: float) -> "_Words":
        """The words of a reading, its label shortened where there is no room for it."""
        number = unit.written(reading.value)
        rest = room - width(number, TEXT_SIZE, bold=True) - BEFORE_NUMBER
        return cls(shortened(reading.label, rest, TEXT_SIZE), number)

    @property
    def number_left(self) -> float:
        """Where the number begins."""
        return self.left + width(self.label, TEXT_SIZE) + BEFORE_NUMBER

    @property
    def long(self) -> float:
        """How long both are together."""
        return self.number_left - self.left + width(self.number, TEXT_SIZE, bold=True)

    def draw(self, top: float, strip: float) -> list[Shape]:
        """Both, below the dots of a row, with a line from the dot to them."""
        base = top + STRIP + 11 + TEXT_LINE * self.line
        shapes: list[Shape] = []
        if self.dot is not None:
            lead = ((self.dot, strip), (self.left + self.long / 2, base - 10))
            shapes.append(Path(lead, stroke=LINE, stroke_width=0.9, name="lead"))
        # The lines behind must not run through the words.
        behind = Rect(self.left - CLEAR, base - 10, self.long + 2 * CLEAR, 13, PAPER, name="behind")
        return [
            *shapes,
            behind,
            Text(self.left, base, self.label, TEXT_SIZE, INK, name="reading"),
            Text(self.number_left, base, self.number, TEXT_SIZE, INK, bold=True, name="answer"),
        ]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand from left to right, and the two scales."""

    left: float
    number_right: float
    words_left: float
    right: float
    information: Scale
    answer: Scale


def draw_watch_list(panel: WatchList, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw a row for each observation; tells where they end."""
    if not panel.rows:
        return [], y
    labels = Labels.of(
        [(each.label, each.under) for each in panel.rows],
        room,
        least=LEAST,
        strong=[each.strong for each in panel.rows],
    )
    columns = _columns(panel, x, x + labels.room, x + room)
    words = [_words(panel, each, columns) for each in panel.rows]
    labels = labels.at_least(
        [STRIP + TEXT_LINE * (1 + max((each.line for each in own), default=0)) + 6 for own in words]
    )
    heads = (
        (columns.information.start, panel.information_text, columns.number_right),
        (columns.words_left, panel.readings_text, columns.right),
    )
    lines = [(at, wrapped(text, end - at, HEAD_SIZE, lines=3)) for at, text, end in heads]
    top = y + HEAD_LINE * max(len(each) for _, each in lines) + 24
    bottom = top + sum(labels.heights)
    shapes: list[Shape] = [
        Text(at, y + 11 + HEAD_LINE * row, line, HEAD_SIZE, SOFT, name="head")
        for at, own in lines
        for row, line in enumerate(own)
    ]
    shapes += ticks(columns.information, panel.bits, top, bottom, columns.number_right)
    shapes += ticks(columns.answer, panel.unit, top, bottom, x + room)
    shapes += _base(panel, columns, top, bottom)
    at = top
    for number, row in enumerate(panel.rows):
        if number:
            rule = ((x, at), (x + room, at))
            shapes.append(Path(rule, stroke=GRID, stroke_width=1.0, name="line"))
        own = labels.draw(number, x, at)
        own += _information(panel, row, columns, at + labels.heights[number] / 2)
        own += _readings(row, words[number], columns, at)
        told = ", ".join(f"{each.label} {panel.unit.full(each.value)}" for each in row.readings)
        attributes = {"class": "row", "data-index": str(number)}
        shapes.append(Group(own, attributes, f"{row.label}: {told}"))
        at += labels.heights[number]
    return shapes, bottom + 16


def _columns(panel: WatchList, left: float, start: float, right: float) -> _Columns:
    numbers = [panel.bits.written(each.information) for each in panel.rows]
    number_room = max(width(each, NUMBER_SIZE, bold=True) for each in numbers)
    bar_right = start + max(BAR_SHARE * (right - start) - number_room - GAP, 60.0)
    number_right = bar_right + GAP + number_room
    values = [panel.base, *(each.value for row in panel.rows for each in row.readings)]
    informations = [each.information for each in panel.rows]
    return _Columns(
        left,
        number_right,
        number_right + GAP,
        right,
        scale_of(informations, start, bar_right, panel.bits, zero=True),
        scale_of(values, number_right + 2 * GAP, right - 2 * GAP, panel.unit, zero=False),
    )


def _base(panel: WatchList, columns: _Columns, top: float, bottom: float) -> list[Shape]:
    """The answer as it is now."""
    at = columns.answer.at(panel.base)
    told = f"{panel.base_text} {panel.unit.full(panel.base)}".strip()
    told = shortened(told, columns.right - columns.words_left, NUMBER_SIZE, bold=True)
    half = width(told, NUMBER_SIZE, bold=True) / 2
    middle = min(max(at, columns.words_left + half), columns.right - half)
    return [
        Text(middle, top - 9, told, NUMBER_SIZE, INK, bold=True, anchor="middle", name="base"),
        level((at, top - 4), (at, bottom)),
    ]


def _information(panel: WatchList, row: Watched, columns: _Columns, middle: float) -> list[Shape]:
    scale = columns.information
    return [
        *plain_bar(scale.start, scale.at(row.information), middle, THICK),
        Text(
            *(columns.number_right, middle + 4.4, panel.bits.written(row.information)),
            *(NUMBER_SIZE, INK),
            bold=True,
            anchor="end",
            name="number",
        ),
    ]


def _readings(row: Watched, words: list[_Words], columns: _Columns, top: float) -> list[Shape]:
    """A dot for each reading, as large as it is probable, and the words below."""
    shapes: list[Shape] = []
    strip = top + (STRIP - 7) / 2 + 3
    for told in words:
        shapes += told.draw(top, strip)
    places = [columns.answer.at(each.value) for each in row.readings]
    if places:
        reach = ((min(places), strip), (max(places), strip))
        shapes.append(Path(reach, stroke=LINE, stroke_width=2.0, name="reach"))
    # Large dots first, so that none hides a smaller one.
    for place, each in sorted(
        zip(places, row.readings, strict=True), key=lambda pair: -pair[1].weight
    ):
        share = math.sqrt(min(max(each.weight, 0.0), 1.0))
        shapes.append(dot((place, strip), SMALLEST + (LARGEST - SMALLEST) * share))
    return shapes


def _words(panel: WatchList, row: Watched, columns: _Columns) -> list[_Words]:
    """Every reading with the answer after it.

    Each stands below its dot, or as near as the others let it; where a line has no room for all of them
    they are listed from the lowest answer to the highest, as the dots are.
    """
    left, right = columns.words_left, columns.right
    ordered = sorted(row.readings, key=lambda each: each.value)
    words = [_Words.of(each, panel.unit, right - left) for each in ordered]
    longs = [each.long for each in words]
    if sum(longs) + APART * (len(words) - 1) > right - left:
        return _listed(words, left, right)
    places = [columns.answer.at(each.value) for each in ordered]
    middles = spread(places, longs, APART, left, right)
    return [
        replace(each, left=middle - each.long / 2, dot=place)
        for each, middle, place in zip(words, middles, places, strict=True)
    ]


def _listed(words: list[_Words], left: float, right: float) -> list[_Words]:
    found: list[_Words] = []
    at, line = left, 0
    for each in words:
        if at > left and at + each.long > right:
            at, line = left, line + 1
        found.append(replace(each, left=at, line=line))
        at += each.long + 2 * APART
    return found
