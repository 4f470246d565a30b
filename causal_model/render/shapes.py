"""A drawing as a list of shapes, which every output format draws in its own way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Drawing", "Group", "Path", "Point", "Rect", "Shape", "Text", "flat"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, its corners rounded by `radius`."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    radius: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A start, then either straight lines to points, or Bézier curves of three points each."""

    points: tuple[Point, ...]
    curved: bool = False
    closed: bool = False
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is the baseline, `anchor` start, middle or end."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    bold: bool = False
    anchor: str = "start"
    struck: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together; attributes and tooltip matter where a format has such."""

    shapes: "Sequence[Shape]"
    attributes: Mapping[str, str] = field(default_factory=dict)
    tooltip: str = ""


Shape = Rect | Path | Text | Group


def flat(shapes: Iterable[Shape]) -> Iterator[Rect | Path | Text]:
    """The shapes without their groups, in the order in which they are drawn."""
    for shape in shapes:
        if isinstance(shape, Group):
            yield from flat(shape.shapes)
        else:
            yield shape


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a white canvas of this size in pixels; `label` tells in words what is shown."""

    width: float
    height: float
    shapes: Sequence[Shape]
    label: str
    lang: str
