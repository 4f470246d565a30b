"""Pictures to draw in tests: one that shows every sign, one that says a text everywhere, random graphs."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np

from causal_model.render.graph.layout import Frame, Layout
from causal_model.render.picture import Arrow, FindingKind, NodeBox, Picture, StateBar
from causal_model.render.shapes import Point

__all__ = [
    "HARMLESS",
    "HOSTILE",
    "KINDS",
    "along",
    "elements",
    "frames_in",
    "node_group",
    "one_node",
    "overlap",
    "parsed",
    "random_graph",
    "saying",
]

KINDS: tuple[FindingKind, ...] = ("observed", "excluded", "likelihood", "belief", "do")

HARMLESS = "plain"
# Texts that some format could take for more than text.
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of svg": "</svg><script>alert(1)</script>",
    "end of title": "</title><img src=x onerror=alert(1)>",
    "end of group": "</g></text><a href='javascript:alert(1)'>x</a>",
    "event": '" onload="alert(1)',
    "event in single quotes": "' onmouseover='alert(1)",
    "link": "javascript:alert(1)",
    "entity": "&amp;lt;b&gt;&#60;script&#62;",
    "doctype": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
    "cdata": "]]><![CDATA[<b>x</b>]]>",
    "comment": "--><script>alert(1)</script><!--",
    "instruction": '<?xml-stylesheet href="x.css"?>',
    "style": "</style><style>*{display:none}</style>",
    "label of markup": "<b>x</b>",
    "table": "<table><tr><td>x</td></tr></table>",
    "end of a DOT label": '"]; n9 [label="x"]; n0 -> n9 [label="',
    "DOT escapes": "\\N\\G\\E\\L\\l\\r\\n\\\\",
    "backslash at the end": "x\\",
    "DOT comment": "*/ // # x",
    "port": "n0:f0:e",
    "end of a Mermaid label": '"]\n  click n0 href "javascript:alert(1)"\n  n9["',
    "Mermaid markdown": "`**x**` #quot; #35; ::icon(fa) |x| {x} (x)",
    "Mermaid directive": '%%{init: {"theme": "forest"}}%%',
    "control characters": "a\x00b\x1b[31mc\x07\x7f\x9bd",
    "line ends": "a\r\nb\x0bc\x85d\u2028e",
    "right to left": "\u202egnp\u2066\u200f\u2069 \u0627\u0644\u0639",
    "not a character": "a\ufffeb\uffffc\ud800d\U0010ffff",
    "Chinese": "中國政策" * 12,
    "emoji": "😀👩‍👩‍👧🇹🇼",
    "combining": "Z͑ͫ̓a̴l̵g̶o̷",
    "long": "wide words " * 40,
    "long without blanks": "W" * 300,
    "blank": " \t ",
    "nothing": "",
}


def saying(text: str) -> Picture:
    """A picture in which every text is this one: titles, names, labels, states, channels, tooltips."""

    def box(at: int, kind: FindingKind | None, role: str) -> NodeBox:
        bars = (
            StateBar(f"{text}0", text, 0.25, 0.5, "observed" if kind == "observed" else None),
            StateBar(f"{text}1", text, 0.75, 0.5, "do" if kind == "do" else None),
        )
        return NodeBox(f"{text}{at}", text, role, bars, kind, text)

    boxes = (
        box(0, "observed", "driver"),
        box(1, None, "outcome"),
        box(2, "do", "mechanism"),
    )
    arrows = (
        Arrow(f"{text}0", f"{text}1", "positive", 0.5, False, (text,), text),
        Arrow(f"{text}0", f"{text}2", "negative", 0.5, True, (), text),
    )
    return Picture(text, text, boxes, arrows, {text: text}, "en", text)


def one_node(kind: FindingKind | None, *, role: str = "mechanism") -> Picture:
    """A node with three states, and a finding of this kind on the second."""
    mark = kind if kind in ("observed", "excluded", "do") else None
    bars = tuple(
        StateBar(state, state, probability, 1 / 3, mark if at == 1 else None)
        for at, (state, probability) in enumerate((("lo", 0.2), ("mid", 0.3), ("hi", 0.5)))
    )
    return Picture("Title", "subtitle", (NodeBox("n", "Node", role, bars, kind),), (), {})


def random_graph(
    seed: int,
) -> tuple[dict[str, tuple[float, float]], list[tuple[str, str]]]:
    """Sizes of boxes and the arrows of a random graph without circles."""
    rng = np.random.default_rng(seed)
    names = [f"n{at}" for at in range(int(rng.integers(1, 22)))]
    density = rng.uniform(0.03, 0.3)
    sizes = {
        name: (float(rng.uniform(112, 210)), float(rng.uniform(50, 160)))
        for name in rng.permutation(names).tolist()
    }
    links = [
        (parent, child)
        for at, child in enumerate(names)
        for parent in names[:at]
        if rng.random() < density
    ]
    return sizes, links


def overlap(one: Frame, other: Frame, *, by: float = 0.05) -> bool:
    """Whether two rectangles share more than an edge, up to rounding."""
    return (
        min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > by
        and min(one.y + one.height, other.y + other.height) - max(one.y, other.y) > by
    )


def along(layout: Layout, link: tuple[str, str]) -> Iterator[Point]:
    """Points along the Bézier curves of an arrow, close to each other."""
    curve = np.array(layout.curves[link])
    steps = np.linspace(0, 1, 33)[:, None]
    for at in range(0, len(curve) - 1, 3):
        a, b, c, d = curve[at : at + 4]
        points = (
            (1 - steps) ** 3 * a
            + 3 * steps * (1 - steps) ** 2 * b
            + 3 * steps**2 * (1 - steps) * c
            + steps**3 * d
        )
        yield from ((float(x), float(y)) for x, y in points)


def parsed(svg: str) -> ET.Element:
    """The root of an SVG text, with plain names of elements."""
    root = ET.fromstring(svg)
    for element in root.iter():
        element.tag = re.sub(r"^\{http://www\.w3\.org/2000/svg\}", "", element.tag)
    return root


def elements(root: ET.Element, name: str) -> list[ET.Element]:
    """All elements with a class."""
    return [each for each in root.iter() if each.get("class") == name]


def node_group(root: ET.Element, name: str) -> ET.Element:
    """The group of a node."""
    (found,) = (each for each in root.iter("g") if each.get("data-node") == name)
    return found


def frames_in(root: ET.Element) -> dict[str, Frame]:
    """The box of every node, as it is drawn."""
    found = {}
    for group in root.iter("g"):
        name = group.get("data-node")
        if name is not None:
            (paper,) = elements(group, "paper")
            sides = (float(paper.get(side, "")) for side in ("x", "y", "width", "height"))
            found[name] = Frame(*sides)
    return found
