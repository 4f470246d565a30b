"""An arrow as a line in the colour and dashes of its channel, with its head, its sign or its cross."""

from collections.abc import Mapping, Sequence

from causal_model.render.graph.curves import direction, point_at, points_along
from causal_model.render.graph.signs import draw_sign
from causal_model.render.palette import INK_SET, LINE, SOFT, Stroke
from causal_model.render.picture import Arrow
from causal_model.render.shapes import Group, Path, Point, Shape

__all__ = ["INFORMING", "draw_arrow", "draw_cross"]

# The dashes of arrows into decisions, and of those that a do cuts.
INFORMING, CUT = (1.5, 3.0), (4.0, 4.0)


def draw_arrow(
    arrow: Arrow, curve: Sequence[Point], sign: Point, channels: Mapping[str, Stroke]
) -> Group:
    """Draw an arrow.

    Args:
        arrow: what it says.
        curve: its line, from end to tip.
        sign: the centre of its sign, if it has one.
        channels: how the arrows of each channel are drawn.
    """
    colour, dash = _stroke(arrow, channels)
    thick = arrow.thickness
    tip = curve[-1]
    along = direction(curve)
    length = 6.5 + thick
    neck = (tip[0] - along[0] * length * 0.8, tip[1] - along[1] * length * 0.8)
    shapes: list[Shape] = [
        Path(
            *((*curve[:-1], neck), True),
            stroke=colour,
            stroke_width=thick,
            dash=dash,
            name="line",
        ),
        Path(_head(tip, along, length, 2.6 + thick), closed=True, fill=colour, name="arrowhead"),
    ]
    if arrow.cut:
        shapes += draw_cross(point_at(points_along(curve), 0.45))
    elif arrow.sign:
        shapes += draw_sign(sign, arrow.sign, colour, "sign")
    attributes = {
        "class": "arrow" + (" cut" if arrow.cut else ""),
        "data-parent": arrow.parent,
        "data-child": arrow.child,
    }
    told = f"{arrow.parent} → {arrow.child}"
    return Group(shapes, attributes, "\n".join(filter(None, (told, arrow.tooltip))))


def _stroke(arrow: Arrow, channels: Mapping[str, Stroke]) -> Stroke:
    if arrow.cut:
        return LINE, CUT
    first = next(iter(arrow.channels), None)
    colour, dash = (SOFT, ()) if first is None else channels.get(first, (SOFT, ()))
    return colour, INFORMING if arrow.informs else dash


def _head(tip: Point, along: Point, length: float, half: float) -> tuple[Point, ...]:
    back = (tip[0] - along[0] * length, tip[1] - along[1] * length)
    side = (-along[1] * half, along[0] * half)
    return (tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1]))


def draw_cross(centre: Point) -> list[Shape]:
    """Draw the cross on an arrow that a do cuts."""
    x, y = centre
    return [
        Path(
            ((x - 5, y - 5 * way), (x + 5, y + 5 * way)),
            stroke=INK_SET,
            stroke_width=2.2,
            name="cross",
        )
        for way in (1, -1)
    ]
