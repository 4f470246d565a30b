"""A drawing as SVG text, escaped throughout; also the text from which PNG is made."""

from xml.etree import ElementTree as ET

from causal_model.render.shapes import Drawing, Group, Path, Rect, Shape, Text
from causal_model.render.text import lacking, printable

__all__ = ["FAMILY", "write_svg"]

FAMILY = (
    "DejaVu Sans, Noto Sans CJK TC, PingFang TC, Microsoft JhengHei, WenQuanYi Zen Hei, sans-serif"
)


def write_svg(drawing: Drawing, *, other: str = "") -> str:
    """Write SVG: one element per shape, groups with their attributes and a title as tooltip.

    Args:
        drawing: what is drawn.
        other: the family of the font for texts with characters that the bundled one lacks; default what
            the program takes that shows the file.
    """
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_number(drawing.width)} {_number(drawing.height)}",
            "width": _number(drawing.width),
            "height": _number(drawing.height),
            "font-family": FAMILY,
            "role": "img",
            "aria-label": printable(drawing.label),
            "lang": drawing.lang,
        },
    )
    ET.SubElement(root, "title").text = printable(drawing.label)
    ET.SubElement(
        root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff", "class": "canvas"}
    )
    for shape in drawing.shapes:
        _add(root, shape, other)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _add(parent: ET.Element, shape: Shape, other: str) -> None:
    if isinstance(shape, Group):
        attributes = {key: printable(value) for key, value in shape.attributes.items()}
        group = ET.SubElement(parent, "g", attributes)
        if shape.tooltip:
            ET.SubElement(group, "title").text = printable(shape.tooltip)
        for each in shape.shapes:
            _add(group, each, other)
    elif isinstance(shape, Text):
        _add_text(parent, shape, other)
    elif isinstance(shape, Rect):
        attributes = {
            "x": _number(shape.x),
            "y": _number(shape.y),
            "width": _number(shape.width),
            "height": _number(shape.height),
        }
        if shape.radius:
            attributes["rx"] = _number(shape.radius)
        ET.SubElement(parent, "rect", attributes | _painted(shape))
    else:
        ET.SubElement(parent, "path", {"d": _outline(shape)} | _painted(shape))


def _add_text(parent: ET.Element, shape: Text, other: str) -> None:
    attributes = {
        "x": _number(shape.x),
        "y": _number(shape.y),
        "font-size": _number(shape.size),
        "fill": shape.fill,
    }
    if shape.bold:
        attributes["font-weight"] = "bold"
    if shape.anchor != "start":
        attributes["text-anchor"] = shape.anchor
    if shape.struck:
        attributes["text-decoration"] = "line-through"
    if shape.name:
        attributes["class"] = shape.name
    if other and lacking(shape.text):
        attributes["font-family"] = other
    ET.SubElement(parent, "text", attributes).text = printable(shape.text)


def _painted(shape: Rect | Path) -> dict[str, str]:
    attributes = {"fill": shape.fill or "none"}
    if shape.stroke:
        attributes |= {"stroke": shape.stroke, "stroke-width": _number(shape.stroke_width)}
    if shape.dash:
        attributes["stroke-dasharray"] = " ".join(_number(each) for each in shape.dash)
    if shape.name:
        attributes["class"] = shape.name
    return attributes


def _outline(shape: Path) -> str:
    start, *rest = [f"{_number(x)},{_number(y)}" for x, y in shape.points]
    letter = "C" if shape.curved else "L"
    return f"M{start}{letter}{' '.join(rest)}" + ("Z" if shape.closed else "")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
