"""A waterfall: from one number to another, step by step."""

from causal_model.render.charts.marks import change_bar, diamond, ticks
from causal_model.render.charts.rows import NUMBER_SIZE, Labels
from causal_model.render.charts.scale import scale_of
from causal_model.render.charts.values import Waterfall
from causal_model.render.palette import INK, LINE, SOFT
from causal_model.render.shapes import Group, Path, Shape, Text
from causal_model.render.text import shortened, width

__all__ = ["draw_waterfall"]

EXTRA_SIZE, MOST_EXTRA = 11.0, 150.0
THICK, LEAST, GAP, RADIUS = 13.0, 27.0, 12.0, 6.0


def draw_waterfall(panel: Waterfall, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw the steps from top to bottom; tells where they end.

    The axis need not begin at zero: the lengths of steps are compared, and where they begin and end are
    points.
    """
    unit, changes = panel.unit, panel.changes
    rows = [(panel.start[0], ""), *((each.label, each.under) for each in panel.steps)]
    rows.append((panel.end[0], ""))
    strong = [True, *(False for _ in panel.steps), True]
    labels = Labels.of(rows, room, least=LEAST, strong=strong)
    totals = [panel.start[1]]
    for each in panel.steps:
        # Changes have a unit of their own, such as percentage points of a probability.
        totals.append(totals[-1] + each.change * changes.factor / unit.factor)
    numbers = [
        unit.full(panel.start[1]),
        *(changes.full(each.change) for each in panel.steps),
        unit.full(panel.end[1]),
    ]
    number_room = max(width(each, NUMBER_SIZE, bold=True) for each in numbers)
    extras = ["", *(_short(each.extra) for each in panel.steps), ""]
    extra_room = max(width(each, EXTRA_SIZE) for each in extras)
    extra_room += GAP if extra_room else 0.0
    start = x + labels.room + RADIUS
    end = max(x + room - number_room - extra_room - GAP, start + 60)
    scale = scale_of([*totals, panel.end[1]], start, end, unit, zero=False)
    bottom = y + sum(labels.heights)
    shapes: list[Shape] = []
    shapes += ticks(scale, unit, y, bottom, x + room)
    at = y
    places = [totals[0], *totals[1:], panel.end[1]]
    for number, (label, _) in enumerate(rows):
        high = labels.heights[number]
        middle = at + high / 2
        own = labels.draw(number, x, at)
        here = scale.at(places[number])
        if number < len(rows) - 1:
            next_middle = at + high + labels.heights[number + 1] / 2
            shapes.append(
                Path(
                    ((here, middle), (here, next_middle)),
                    stroke=LINE,
                    stroke_width=1.0,
                    name="link",
                )
            )
        if 0 < number < len(rows) - 1:
            own += change_bar(scale.at(places[number - 1]), here, middle, THICK)
        else:
            own.append(diamond((here, middle), RADIUS))
        right = x + room - extra_room
        own.append(
            Text(
                *(right, middle + 4.4, numbers[number], NUMBER_SIZE, INK),
                bold=True,
                anchor="end",
                name="number",
            )
        )
        if extras[number]:
            own.append(
                Text(
                    *(x + room, middle + 4.2, extras[number], EXTRA_SIZE, SOFT),
                    anchor="end",
                    name="extra",
                )
            )
        shapes.append(
            Group(own, {"class": "row", "data-index": str(number)}, f"{label}: {numbers[number]}")
        )
        at += high
    return shapes, bottom + 16


def _short(text: str) -> str:
    return shortened(text, MOST_EXTRA, EXTRA_SIZE) if text else ""
