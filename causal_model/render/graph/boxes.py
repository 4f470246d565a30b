"""A node as a box: its label on the colour of its role, its states below; a utility as a hexagon.

How large a box is depends on labels alone, never on probabilities or findings.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from causal_model.render.graph.bars import (
    PAD,
    ROW,
    STATE_SIZE,
    draw_state,
    percent,
    room_for,
)
from causal_model.render.graph.findings import draw_finding_border, draw_tag
from causal_model.render.graph.layout import Frame
from causal_model.render.palette import HEADERS, INK, LINE, PAPER, SOFT
from causal_model.render.picture import NodeBox
from causal_model.render.shapes import Group, Path, Point, Rect, Shape, Text
from causal_model.render.text import width, wrapped

__all__ = ["BoxSize", "draw_box", "size_of"]

HEAD_SIZE, HEAD_LINE = 12.5, 15.5
NARROWEST, WIDEST = 112.0, 186.0
# A headline on one line may widen its box by so much.
STRETCH = 24.0
# How far the sides of a utility come to a point.
POINT = 8.0


@dataclass(frozen=True, slots=True)
class BoxSize:
    """How large a box is drawn, and the lines of its headline; the outcome is drawn larger."""

    scale: float
    width: float
    head: tuple[str, ...]
    rows: int

    @property
    def head_height(self) -> float:
        """Of the headline."""
        return (len(self.head) * HEAD_LINE + 8) * self.scale

    @property
    def height(self) -> float:
        """Of the whole box."""
        return self.head_height + self.rows * ROW * self.scale + 5


def size_of(box: NodeBox) -> BoxSize:
    """The size of a node's box: as wide as its states need, within bounds, or a little wider."""
    if box.role == "utility":
        return _size_of_utility(box)
    scale = 1.18 if box.role == "outcome" else 1.0
    inner = min(max(room_for(box.states), NARROWEST), WIDEST)
    whole = width(box.label, HEAD_SIZE, bold=True) + 2 * PAD
    if inner < whole <= min(inner + STRETCH, WIDEST):
        inner = whole
    head = _headline(box.label, inner)
    while inner < WIDEST and head[-1].endswith("…"):
        inner += 6
        head = _headline(box.label, inner)
    return BoxSize(scale, inner * scale, tuple(head), len(box.states))


def _size_of_utility(box: NodeBox) -> BoxSize:
    lines = _headline(box.label, WIDEST)
    lines += wrapped(box.unit, WIDEST - 2 * PAD, STATE_SIZE, lines=1) if box.unit else []
    widest = max(width(line, HEAD_SIZE, bold=True) for line in lines)
    return BoxSize(1.0, max(widest + 2 * (PAD + POINT), NARROWEST), tuple(lines), 0)


def _headline(label: str, room: float) -> list[str]:
    return wrapped(label, room - 2 * PAD, HEAD_SIZE, lines=2, bold=True)


def draw_box(
    box: NodeBox,
    number: int,
    size: BoxSize,
    frame: Frame,
    *,
    words: Mapping[str, str],
    curves: Iterable[Sequence[Point]],
    outlined: bool,
) -> Group:
    """Draw a node.

    Args:
        box: the node.
        number: its place among all nodes.
        size: see `size_of`.
        frame: where.
        words: for the kinds of findings.
        curves: the lines of all arrows, which the word for a finding is to hide little of.
        outlined: whether priors are drawn.
    """
    if box.role == "utility":
        return _utility(box, number, size, frame)
    x, y, scale = frame.x, frame.y, size.scale
    # A decision is a plain rectangle, as the convention has it.
    radius = 0.0 if box.role == "decision" else 5.0
    shapes: list[Shape] = [
        Rect(x, y, frame.width, frame.height, PAPER, radius=radius, name="paper"),
        Path(
            _rounded_top(x, y, frame.width, size.head_height, radius),
            closed=True,
            fill=HEADERS.get(box.role, HEADERS["mechanism"]),
            name="head",
        ),
    ]
    for at, line in enumerate(size.head):
        shapes.append(
            Text(
                x + PAD * scale,
                y + (HEAD_LINE * (at + 0.92) + 1.5) * scale,
                line,
                HEAD_SIZE * scale,
                PAPER if box.role == "outcome" else INK,
                bold=True,
                name="label",
            )
        )
    top = y + size.head_height + 3
    for at in range(len(box.states)):
        row = Frame(x, top + at * ROW * scale, frame.width, ROW * scale)
        shapes.append(draw_state(box, at, row, scale, outlined=outlined))
    finding = ""
    if box.finding:
        finding = f" ({words[box.finding]})"
        shapes += draw_finding_border(box.finding, frame, radius)
        shapes += draw_tag(box.finding, words[box.finding], frame, curves)
    else:
        shapes.append(_border(box.role, frame, radius))
    told = ", ".join(
        f"{each.label} {percent(each.probability)}"
        for each in box.states
        if each.probability is not None
    )
    return _group(
        *(box, number, shapes),
        read=f"{box.label}{finding}: {told}",
        shown=f"{box.label}: {told}{finding}",
    )


def _border(role: str, frame: Frame, radius: float) -> Rect:
    heavy = role in ("outcome", "decision")
    return Rect(
        *(frame.x, frame.y, frame.width, frame.height),
        stroke=INK if heavy else LINE,
        stroke_width=2.2 if heavy else 1.0,
        radius=radius,
        name="border",
    )


def _rounded_top(x: float, y: float, wide: float, high: float, radius: float) -> tuple[Point, ...]:
    """A rectangle whose upper corners are rounded, as a polygon."""
    corners: list[Point] = []
    for centre, start in (((x + radius, y + radius), 180), ((x + wide - radius, y + radius), 270)):
        for angle in range(start, start + 91, 15):
            turn = math.radians(angle)
            corners.append(
                (centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn))
            )
    return (*corners, (x + wide, y + high), (x, y + high))


def _utility(box: NodeBox, number: int, size: BoxSize, frame: Frame) -> Group:
    """A hexagon with the label, and the unit below."""
    x, y, wide, high = frame.x, frame.y, frame.width, frame.height
    middle = y + high / 2
    corners = (
        (x, middle),
        (x + POINT, y),
        (x + wide - POINT, y),
        (x + wide, middle),
        (x + wide - POINT, y + high),
        (x + POINT, y + high),
    )
    shapes: list[Shape] = [
        Path(
            corners,
            closed=True,
            fill=HEADERS["utility"],
            stroke=INK,
            stroke_width=1.4,
            name="border",
        )
    ]
    for at, line in enumerate(size.head):
        unit = bool(box.unit) and at == len(size.head) - 1
        shapes.append(
            Text(
                *(x + wide / 2, y + HEAD_LINE * (at + 0.92) + 4, line),
                *(STATE_SIZE if unit else HEAD_SIZE, SOFT if unit else INK),
                bold=not unit,
                anchor="middle",
                name="label",
            )
        )
    told = ", ".join(filter(None, (box.label, box.unit)))
    return _group(box, number, shapes, read=told, shown=told)


def _group(box: NodeBox, number: int, shapes: list[Shape], *, read: str, shown: str) -> Group:
    """The shapes of a node, what is read aloud about it, and what its tooltip shows."""
    attributes = {
        "id": f"node-{number}",
        "class": " ".join(filter(None, ("node", box.role, box.finding))),
        "data-node": box.name,
        "role": "group",
        "aria-label": read,
    }
    return Group(shapes, attributes, "\n".join(filter(None, (shown, box.tooltip))))
