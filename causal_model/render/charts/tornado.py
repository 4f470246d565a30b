"""A tornado: what moves a number, as ranges around where it is now."""

from causal_model.render.charts.marks import change_bar, level, ticks
from causal_model.render.charts.rows import NUMBER_SIZE, Labels
from causal_model.render.charts.scale import Scale, scale_of
from causal_model.render.charts.units import Unit
from causal_model.render.charts.values import Swing, Tornado
from causal_model.render.palette import INK, SOFT
from causal_model.render.shapes import Group, Shape, Text
from causal_model.render.text import shortened, width

__all__ = ["draw_tornado"]

END_SIZE = 11.0
THICK, LEAST, GAP = 13.0, 26.0, 7.0
# What leads to an end is cut where it takes more.
MOST_WORDS = 130.0


def draw_tornado(panel: Tornado, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw a range a row; tells where they end."""
    unit = panel.unit
    labels = Labels.of([(each.label, each.under) for each in panel.swings], room, least=LEAST)
    left_room = max(
        (_end_width(_words(each.low_text), unit.written(each.low)) for each in panel.swings),
        default=0.0,
    )
    right_room = max(
        (_end_width(_words(each.high_text), unit.written(each.high)) for each in panel.swings),
        default=0.0,
    )
    start = x + labels.room + left_room + GAP
    end = max(x + room - right_room - GAP, start + 60)
    values = [panel.base, *(each for swing in panel.swings for each in (swing.low, swing.high))]
    scale = scale_of(values, start, end, unit, zero=False)
    top = y + 20
    bottom = top + sum(labels.heights)
    base = scale.at(panel.base)
    shapes: list[Shape] = []
    shapes += ticks(scale, unit, top, bottom, x + room)
    shapes.append(level((base, top - 4), (base, bottom)))
    told = shortened(
        f"{panel.base_text} {unit.full(panel.base)}".strip(), room, NUMBER_SIZE, bold=True
    )
    half = width(told, NUMBER_SIZE, bold=True) / 2
    middle = min(max(base, x + half), x + room - half)
    shapes.append(
        Text(middle, top - 9, told, NUMBER_SIZE, INK, bold=True, anchor="middle", name="base")
    )
    at = top
    for number, swing in enumerate(panel.swings):
        high = labels.heights[number]
        own = [*labels.draw(number, x, at), *_range(swing, panel.base, scale, unit, at + high / 2)]
        said = f"{swing.label}: {unit.full(swing.low)} – {unit.full(swing.high)}"
        shapes.append(Group(own, {"class": "row", "data-index": str(number)}, said))
        at += high
    return shapes, bottom + 16


def _range(swing: Swing, base: float, scale: Scale, unit: Unit, middle: float) -> list[Shape]:
    """The part below the number now, the part above it, and what stands at the ends."""
    low, high, now = scale.at(swing.low), scale.at(swing.high), scale.at(base)
    shapes: list[Shape] = []
    if swing.low < base:
        shapes += change_bar(min(now, high), low, middle, THICK)
    if swing.high > base:
        shapes += change_bar(max(now, low), high, middle, THICK)
    return [
        *shapes,
        *_end(_words(swing.low_text), unit.written(swing.low), low, middle, -1),
        *_end(_words(swing.high_text), unit.written(swing.high), high, middle, 1),
    ]


def _end(words: str, number: str, x: float, middle: float, way: int) -> list[Shape]:
    """A number beside the end of a range, and beyond it what leads there."""
    anchor = "start" if way > 0 else "end"
    base = middle + 4.2
    shapes: list[Shape] = [
        Text(x + way * GAP, base, number, NUMBER_SIZE, INK, bold=True, anchor=anchor, name="number")
    ]
    if words:
        beyond = x + way * (GAP + width(number, NUMBER_SIZE, bold=True) + 5)
        shapes.append(Text(beyond, base, words, END_SIZE, SOFT, anchor=anchor, name="reading"))
    return shapes


def _words(text: str) -> str:
    return shortened(text, MOST_WORDS, END_SIZE) if text else ""


def _end_width(words: str, number: str) -> float:
    return width(number, NUMBER_SIZE, bold=True) + (5 + width(words, END_SIZE) if words else 0.0)
