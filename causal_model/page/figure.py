"""The graph as the page draws it: the picture of `render`, its boxes and arrows alone, to be styled by CSS.

It is drawn with nothing given; evidence moves bars, never a box. On a narrow screen the same boxes and
arrows stand elsewhere, so all that a second drawing adds is where.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from causal_model.model import Model
from causal_model.render.graph.draw import draw
from causal_model.render.graph.layout import place
from causal_model.render.picture import Picture
from causal_model.render.shapes import Drawing, Group, Path, Point, Rect, Shape
from causal_model.render.svg import write_svg

__all__ = ["Figure", "figure_of"]

SVG = "{http://www.w3.org/2000/svg}"
# Room around the boxes; above them for the word of a finding.
SIDE, ABOVE = 6.0, 20.0
# The page has no room to spare between layers.
GAP = 26.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn graph.

    Attributes:
        markup: the SVG element, which goes into HTML as it is. Boxes are groups with the class `node` and
            `data-node`, states groups with `data-state`, arrows groups with `data-parent` and `data-child`;
            `data-x` and `data-y` of an arrow say where a cross stands when it is cut.
        downwards: where all this stands with causes above their effects: the view box, by how much each
            box is moved, and for each arrow, in the order of the markup, its line, its head, by how much
            its sign is moved, and the place of its cross.
    """

    markup: str
    downwards: dict[str, Any]


def figure_of(model: Model, lang: str = "en") -> Figure:
    """Draw a graph with nothing given, from left to right, and find the places from top to bottom."""
    picture = replace(
        replace(model, findings=(), _compiled=model.compiled).picture(lang=lang),
        title="",
        subtitle="",
        note="",
    )
    across, down = (_drawn(picture, downwards=each) for each in (False, True))
    places = {
        "viewBox": down.get("viewBox"),
        "nodes": {
            name: [
                round(to - start, 2)
                for to, start in zip(_corner(there), _corner(here), strict=True)
            ]
            for (name, here), there in zip(_boxes(across), dict(_boxes(down)).values(), strict=True)
        },
        "arrows": [
            [
                *(path.get("d") for path in there.findall(f"{SVG}path")[:2]),
                *(round(to - at, 2) for to, at in zip(_corner(there), _corner(here), strict=True)),
                float(there.get("data-x", 0)),
                float(there.get("data-y", 0)),
            ]
            for here, there in zip(_arrows(across), _arrows(down), strict=True)
        ],
    }
    ET.register_namespace("", SVG.strip("{}"))
    return Figure(ET.tostring(across, encoding="unicode"), places)


def _drawn(picture: Picture, *, downwards: bool) -> ET.Element:
    """The SVG element, cropped to boxes and arrows."""
    drawing = draw(picture, partial(place, layer_gap=GAP, downwards=downwards))
    kept = [_crossable(each) for each in drawing.shapes if _is_graph(each)]
    points = [point for each in kept for point in _points(each)] or [(0.0, 0.0), (1.0, 1.0)]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    root = ET.fromstring(write_svg(Drawing(right, bottom, kept, "", picture.lang)))
    box = (left - SIDE, top - ABOVE, right - left + 2 * SIDE, bottom - top + ABOVE + SIDE)
    root.set("viewBox", " ".join(f"{each:.0f}" for each in box))
    root.set("width", f"{box[2]:.0f}")
    root.set("height", f"{box[3]:.0f}")
    for name in ("font-family", "aria-label", "lang"):
        root.attrib.pop(name, None)
    title, canvas = root[0], root[1]
    root.remove(title)
    root.remove(canvas)
    for group in root.iter(f"{SVG}g"):
        group.attrib.pop("id", None)
        if "data-node" in group.attrib:
            # Its numbers would stay those of nothing given; the panel of a node has its sources.
            for tooltip in group.findall(f"{SVG}title"):
                group.remove(tooltip)
    for each in root.iter():
        each.text = (each.text or "").strip() or None
        each.tail = None
    return root


def _boxes(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    for group in root.iter(f"{SVG}g"):
        if "data-node" in group.attrib:
            yield group.attrib["data-node"], group


def _arrows(root: ET.Element) -> list[ET.Element]:
    return [group for group in root.iter(f"{SVG}g") if "data-parent" in group.attrib]


def _corner(group: ET.Element) -> Point:
    """Where the first rectangle of a group stands, or its first path begins; any corner does to compare."""
    first = group.find(f"{SVG}rect")
    if first is not None:
        return float(first.get("x", 0)), float(first.get("y", 0))
    path = group.find(f"{SVG}path")
    outline = "" if path is None else path.get("d", "")
    x, y = re.split("[CL]", outline.removeprefix("M"), maxsplit=1)[0].split(",")
    return float(x), float(y)


def _is_graph(shape: Shape) -> bool:
    """Whether it is a box, or the group of all arrows; not a title, and not the legend."""
    return isinstance(shape, Group) and (
        "data-node" in shape.attributes or shape.attributes.get("class") == "arrows"
    )


def _crossable(shape: Shape) -> Shape:
    """The same with the middle of every arrow told."""
    if not isinstance(shape, Group):
        return shape
    if "data-parent" not in shape.attributes:
        return replace(shape, shapes=[_crossable(each) for each in shape.shapes])
    line = next(each for each in shape.shapes if isinstance(each, Path))
    x, y = _middle(line.points)
    told = {**shape.attributes, "data-x": f"{x:.1f}", "data-y": f"{y:.1f}"}
    return replace(shape, attributes=told)


def _middle(points: Sequence[Point]) -> Point:
    """The middle of the middle piece of a line of Bézier curves."""
    at = 3 * ((len(points) - 1) // 3 // 2)
    piece = zip(*points[at : at + 4], strict=True)
    x, y = ((a + 3 * b + 3 * c + d) / 8 for a, b, c, d in piece)
    return (x, y)


def _points(shape: Shape) -> Iterator[Point]:
    if isinstance(shape, Group):
        for each in shape.shapes:
            yield from _points(each)
    elif isinstance(shape, Rect):
        yield (shape.x, shape.y)
        yield (shape.x + shape.width, shape.y + shape.height)
    elif isinstance(shape, Path):
        yield from shape.points
