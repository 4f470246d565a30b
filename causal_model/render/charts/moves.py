"""Moves: where a number is now, where it would have to be, and where it plausibly lies."""

from causal_model.render.charts.marks import diamond, dot, ticks, whisker
from causal_model.render.charts.rows import NUMBER_SIZE, Labels
from causal_model.render.charts.scale import scale_of
from causal_model.render.charts.values import Moves
from causal_model.render.palette import INK, LINE, SOFT
from causal_model.render.shapes import Group, Path, Shape, Text
from causal_model.render.text import shortened, width

__all__ = ["draw_moves"]

EXTRA_SIZE, MOST_EXTRA = 11.0, 190.0
LEAST, GAP, RADIUS = 34.0, 14.0, 5.5


def draw_moves(panel: Moves, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw a row for every move: an arrow from a dot to a diamond, above the interval."""
    if not panel.rows:
        return [], y
    unit = panel.unit
    labels = Labels.of([(each.label, each.under) for each in panel.rows], room, least=LEAST)
    numbers = [
        each.number or f"{unit.written(each.now)} → {unit.written(each.needed)}"
        for each in panel.rows
    ]
    number_room = max(width(each, NUMBER_SIZE, bold=True) for each in numbers)
    extras = [
        shortened(each.extra, MOST_EXTRA, EXTRA_SIZE) if each.extra else "" for each in panel.rows
    ]
    extra_room = max(width(each, EXTRA_SIZE) for each in extras)
    extra_room += GAP if extra_room else 0.0
    start = x + labels.room + RADIUS
    end = max(x + room - number_room - extra_room - 2 * GAP, start + 60)
    values = [each for row in panel.rows for each in (row.now, row.needed, *(row.interval or ()))]
    scale = scale_of(values, start, end, unit, zero=True)
    bottom = y + sum(labels.heights)
    shapes = ticks(scale, unit, y, bottom, x + room)
    at = y
    for number, row in enumerate(panel.rows):
        middle = at + labels.heights[number] / 2
        now, needed = scale.at(row.now), scale.at(row.needed)
        own = labels.draw(number, x, at)
        if row.interval is not None:
            low, high = (scale.at(each) for each in row.interval)
            own += whisker(low, high, middle + 9)
        track = ((now, middle - 3), (needed, middle - 3))
        own += [
            Path(track, stroke=LINE, stroke_width=2.4, name="move"),
            dot((now, middle - 3), RADIUS),
            diamond((needed, middle - 3), RADIUS + 0.5),
            Text(
                *(x + room - extra_room, middle + 4.4, numbers[number], NUMBER_SIZE, INK),
                bold=True,
                anchor="end",
                name="number",
            ),
        ]
        if extras[number]:
            own.append(
                Text(
                    *(x + room, middle + 4.2, extras[number], EXTRA_SIZE, SOFT),
                    anchor="end",
                    name="extra",
                )
            )
        attributes = {"class": "row", "data-index": str(number)}
        shapes.append(Group(own, attributes, f"{row.label}: {numbers[number]}"))
        at += labels.heights[number]
    return shapes, bottom + 16
