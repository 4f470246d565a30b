"""A watch list: how much every observation would tell, and the answer after each of its readings."""

import math
from dataclasses import dataclass

from causal_model.render.charts.marks import dot, level, plain_bar, ticks
from causal_model.render.charts.rows import NUMBER_SIZE, Labels
from causal_model.render.charts.scale import Scale, scale_of
from causal_model.render.charts.values import Watched, WatchList
from causal_model.render.palette import GRID, INK, LINE, PAPER, SOFT
from causal_model.render.shapes import Group, Path, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_watch_list"]

TEXT_SIZE, HEAD_SIZE, TEXT_LINE, HEAD_LINE = 10.5, 11.5, 13.5, 15.0
STRIP, LEAST, GAP, APART = 26.0, 30.0, 14.0, 9.0
BAR_SHARE, THICK = 0.3, 11.0
# Radii of the dots of readings that never come, and of those that always do.
SMALLEST, LARGEST = 2.6, 7.5

# Left end, line and text of what a reading leads to.
Words = tuple[float, int, str]


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
        [
            STRIP + TEXT_LINE * (1 + max((line for _, line, _ in own), default=0)) + 6
            for own in words
        ]
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


def _readings(row: Watched, words: list[Words], columns: _Columns, top: float) -> list[Shape]:
    """A dot for each reading, as large as it is probable, and the words below."""
    shapes: list[Shape] = []
    strip = top + STRIP / 2 + 3
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
    for left, line, text in words:
        base = top + STRIP + 11 + TEXT_LINE * line
        # The lines behind must not run through the words.
        behind = Rect(left - 1, base - 9, width(text, TEXT_SIZE) + 2, 12, PAPER, name="behind")
        shapes += [behind, Text(left, base, text, TEXT_SIZE, INK, name="reading")]
    return shapes


def _words(panel: WatchList, row: Watched, columns: _Columns) -> list[Words]:
    """Every reading with the answer after it.

    Each stands below its dot, moved aside where another one stands; where a line has no room for all of
    them they are listed from the lowest answer to the highest, as the dots are.
    """
    left, right = columns.words_left, columns.right
    ordered = sorted(row.readings, key=lambda each: each.value)
    texts = []
    for each in ordered:
        number = f" {panel.unit.written(each.value)}"
        room = right - left - width(number, TEXT_SIZE)
        texts.append(shortened(each.label, room, TEXT_SIZE) + number)
    longs = [width(text, TEXT_SIZE) for text in texts]
    if sum(longs) + APART * (len(texts) - 1) > right - left:
        return _listed(texts, longs, left, right)
    places: list[float] = []
    least = left
    for each, long in zip(ordered, longs, strict=True):
        places.append(max(columns.answer.at(each.value) - long / 2, least))
        least = places[-1] + long + APART
    # Those that would end beyond the edge are moved back, with what is before them.
    most = right
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], most - longs[at])
        most = places[at] - APART
    return [(place, 0, text) for place, text in zip(places, texts, strict=True)]


def _listed(texts: list[str], longs: list[float], left: float, right: float) -> list[Words]:
    found: list[Words] = []
    at, line = left, 0
    for text, long in zip(texts, longs, strict=True):
        if at > left and at + long > right:
            at, line = left, line + 1
        found.append((at, line, text))
        at += long + 2 * APART
    return found
