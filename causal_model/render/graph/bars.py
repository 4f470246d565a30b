"""A state as a row of its node's box: label, number, and the bar of its probability below."""

from collections.abc import Sequence

from causal_model.render.graph.layout import Frame
from causal_model.render.palette import BAR, BAR_SET, GHOST, INK, TRACK
from causal_model.render.picture import NodeBox, StateBar
from causal_model.render.shapes import Group, Rect, Shape, Text
from causal_model.render.text import shortened, width

__all__ = ["PAD", "ROW", "STATE_SIZE", "draw_state", "percent", "room_for"]

ROW, PAD, STATE_SIZE = 23.5, 8.0, 12.0
PERCENT_ROOM = 42.0
# Before the label of a state that a finding names.
SEEN, SET = "● ", "■ "


def room_for(states: Sequence[StateBar]) -> float:
    """The width of a box in which no label of a state must be shortened."""
    # Room for the mark and the bold type of a finding is kept whether there is one or not.
    labels = max((width(SEEN + each.label, STATE_SIZE, bold=True) for each in states), default=0.0)
    return labels + PERCENT_ROOM + 2 * PAD


def draw_state(box: NodeBox, number: int, row: Frame, scale: float, *, outlined: bool) -> Group:
    """Draw a state: the bar behind its label, the prior as an outline around where it was.

    Args:
        box: the node.
        number: which of its states.
        row: where; its width is that of the box.
        scale: how much larger than other boxes this one is drawn.
        outlined: whether priors are drawn.
    """
    bar = box.states[number]
    left, room = row.x + PAD * scale, row.width - 2 * PAD * scale
    under, thick = row.y + 15.8 * scale, 4.6 * scale
    shapes: list[Shape] = [Rect(left, under, room, thick, TRACK, radius=1.2, name="track")]
    if bar.probability is not None:
        fill = BAR_SET if box.finding == "do" else BAR
        shapes.append(
            Rect(left, under, room * bar.probability, thick, fill, radius=1.2, name="bar")
        )
    if bar.prior is not None and outlined:
        shapes.append(
            Rect(
                *(left - 0.5, under - 1.4, room * bar.prior + 1, thick + 2.8),
                stroke=GHOST,
                stroke_width=0.9,
                radius=1.5,
                name="ghost",
            )
        )
    size = STATE_SIZE * scale
    baseline = row.y + 11 * scale
    mark = {"observed": SEEN, "do": SET}.get(bar.mark or "", "")
    space = room - PERCENT_ROOM * scale - width(mark, size, bold=True)
    shapes.append(
        Text(
            *(left, baseline),
            mark + shortened(bar.label, space, size, bold=bool(mark)),
            *(size, INK),
            bold=bool(mark),
            struck=bar.mark == "excluded",
            name="state-label",
        )
    )
    if bar.probability is not None:
        shapes.append(
            Text(
                *(left + room, baseline, percent(bar.probability), size, INK),
                anchor="end",
                bold=bool(mark) or box.role == "outcome",
                name="percent",
            )
        )
    return Group(shapes, {"class": "state", "data-state": bar.name, "data-index": str(number)})


def percent(probability: float) -> str:
    """One decimal, without the percent sign, which the legend carries.

    >>> percent(0.4118), percent(0.99999)
    ('41.2', '100')
    """
    text = f"{100 * probability:.1f}"
    return "100" if text == "100.0" else text
