"""How a finding shows on its node: the border of the box, and a word on its upper edge.

Observed is a heavy border, set a dashed one in another colour, weighed a double one.
"""

from collections.abc import Iterable, Sequence

from causal_model.render.graph.curves import bezier, pieces
from causal_model.render.graph.layout import Frame
from causal_model.render.palette import INK, INK_SET, PAPER
from causal_model.render.picture import FindingKind
from causal_model.render.shapes import Point, Rect, Shape, Text
from causal_model.render.text import width

__all__ = ["TAG_HEIGHT", "draw_finding_border", "draw_tag"]

TAG_SIZE, TAG_HEIGHT = 10.5, 15.5


def draw_finding_border(kind: FindingKind, frame: Frame, radius: float) -> list[Shape]:
    """Draw the border of a box with a finding of this kind; `radius` is that of its corners."""
    x, y, wide, high = frame.x, frame.y, frame.width, frame.height
    colour = _colour(kind)
    if kind in ("likelihood", "belief"):
        return [
            Rect(
                *(x - out, y - out, wide + 2 * out, high + 2 * out),
                stroke=colour,
                stroke_width=1.2,
                radius=corner,
                name="border",
            )
            for out, corner in ((0.0, 5.0), (3.0, 7.0))
        ]
    return [
        Rect(
            *(x, y, wide, high),
            stroke=colour,
            stroke_width=2.6,
            dash=(6.0, 3.5) if kind == "do" else (),
            radius=radius,
            name="border",
        )
    ]


def draw_tag(
    kind: FindingKind, word: str, frame: Frame, curves: Iterable[Sequence[Point]]
) -> list[Shape]:
    """Draw the word for a finding, on the upper edge of its box where it hides the least of any arrow.

    Args:
        kind: of the finding.
        word: for it.
        frame: of the box.
        curves: the lines of all arrows.
    """
    room = width(word, TAG_SIZE, bold=True) + 12
    bottom = frame.y + 0.5
    points = [point for curve in curves for point in _near(curve, frame)]

    def hidden(x: float) -> int:
        return sum(
            x - 2 <= px <= x + room + 2 and bottom - TAG_HEIGHT - 2 <= py <= bottom
            for px, py in points
        )

    right = frame.x + frame.width - room - 7
    x = min((right, frame.x + 7, frame.x + (frame.width - room) / 2), key=hidden)
    return [
        Rect(x, bottom - TAG_HEIGHT, room, TAG_HEIGHT, _colour(kind), radius=3, name="tag"),
        Text(
            *(x + room / 2, bottom - 4.2, word, TAG_SIZE, PAPER),
            bold=True,
            anchor="middle",
            name="tag",
        ),
    ]


def _colour(kind: FindingKind) -> str:
    return INK_SET if kind == "do" else INK


def _near(curve: Sequence[Point], frame: Frame) -> list[Point]:
    """Points of a line, close to each other, if it comes near the upper edge of a box at all."""
    reach = 40.0
    left, right = frame.x - reach, frame.x + frame.width + reach
    found: list[Point] = []
    for piece in pieces(curve):
        # A Bézier curve stays within its four points.
        if (
            max(x for x, _ in piece) >= left
            and min(x for x, _ in piece) <= right
            and max(y for _, y in piece) >= frame.y - reach
            and min(y for _, y in piece) <= frame.y + reach
        ):
            found += [bezier(piece, step / 40) for step in range(41)]
    return found
