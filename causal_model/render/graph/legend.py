"""What bars, colours, lines and signs mean, each said where it occurs, and the note below."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from causal_model.render.graph.arrows import INFORMING, draw_cross
from causal_model.render.graph.signs import SIGN_RADIUS, SIGNS, draw_sign
from causal_model.render.palette import BAR, GHOST, HEADERS, LINE, SOFT, Stroke
from causal_model.render.picture import FULL_WEIGHT, THICKEST, THINNEST, Picture
from causal_model.render.shapes import Group, Path, Point, Rect, Shape, Text
from causal_model.render.text import width

__all__ = ["draw_legend"]

SIZE, LINE_HEIGHT = 12.0, 21.0
BAR_WIDTH, SWATCH, DASHES, CROSS = 26.0, 14.0, 34.0, 14.0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A symbol, drawn from the middle of its left side, how wide it is, and what it means."""

    text: str
    width: float
    symbol: Callable[[float, float], list[Shape]]


def draw_legend(
    picture: Picture,
    corner: Point,
    room: float,
    *,
    words: Mapping[str, str],
    channels: Mapping[str, Stroke],
    outlined: bool,
) -> tuple[Group, float]:
    """Draw the legend, in as many lines as there is room for, and the note; and tell where they end.

    Args:
        picture: what is shown.
        corner: where the legend begins.
        room: its width.
        words: what is said.
        channels: how the arrows of each channel are drawn.
        outlined: whether priors are drawn.
    """
    left, y = corner
    x = left
    shapes: list[Shape] = []
    for entry in _entries(picture, words, channels, outlined=outlined):
        needed = entry.width + 6 + width(entry.text, SIZE)
        if x + needed > left + room and x > left:
            x, y = left, y + LINE_HEIGHT
        shapes.append(Text(x + entry.width + 6, y + 10, entry.text, SIZE, SOFT, name="legend"))
        shapes += entry.symbol(x, y + 5.8)
        x += needed + 20
    if picture.boxes:
        y += LINE_HEIGHT + 6
    if picture.note:
        shapes.append(Text(left, y + 10, picture.note, SIZE, SOFT, name="note"))
    return Group(shapes, {"class": "legend"}), y + 12


def _entries(
    picture: Picture,
    words: Mapping[str, str],
    channels: Mapping[str, Stroke],
    *,
    outlined: bool,
) -> Iterator[_Entry]:
    arrows = picture.arrows
    if picture.boxes:
        yield _Entry(words["bar"] + " (%)", BAR_WIDTH, _bar)
    if outlined:
        yield _Entry(words["ghost"], BAR_WIDTH, _ghost)
    roles = {box.role for box in picture.boxes}
    for role in ("driver", "mechanism", "indicator", "decision", "utility"):
        # One colour for all tells nothing.
        if role in roles and len(roles) > 1:
            yield _Entry(words[role], SWATCH, partial(_swatch, HEADERS[role]))
    for channel, label in picture.channels.items():
        yield _Entry(label, DASHES, partial(_dashes, channels[channel], 2.4))
    if any(each.informs for each in arrows):
        yield _Entry(words["informs"], DASHES, partial(_dashes, (SOFT, INFORMING), 2.0))
    if any(each.weight is not None for each in arrows):
        yield _Entry(words["width"].format(100 * FULL_WEIGHT), DASHES, _wedge)
    drawn = {each.sign for each in arrows if not each.cut}
    for kind in SIGNS:
        if kind in drawn:
            yield _Entry(words[kind], 2 * SIGN_RADIUS, partial(_sign, kind))
    if any(each.cut for each in arrows):
        yield _Entry(words["cut"], CROSS, _cross)


def _bar(x: float, y: float) -> list[Shape]:
    return [Rect(x, y - 2.3, BAR_WIDTH, 4.6, BAR, radius=1.2)]


def _ghost(x: float, y: float) -> list[Shape]:
    return [Rect(x, y - 3.7, BAR_WIDTH, 7.4, stroke=GHOST, stroke_width=0.9, radius=1.5)]


def _swatch(colour: str, x: float, y: float) -> list[Shape]:
    return [Rect(x, y - 5.5, SWATCH, 11, colour, LINE, radius=2)]


def _dashes(stroke: Stroke, thick: float, x: float, y: float) -> list[Shape]:
    colour, dash = stroke
    return [Path(((x, y), (x + DASHES, y)), stroke=colour, stroke_width=thick, dash=dash)]


def _wedge(x: float, y: float) -> list[Shape]:
    """A line that grows from the thinnest to the thickest arrow."""
    right, thin, thick = x + DASHES, THINNEST / 2, THICKEST / 2
    corners = ((x, y - thin), (right, y - thick), (right, y + thick), (x, y + thin))
    return [Path(corners, closed=True, fill=SOFT, name="legend-width")]


def _sign(kind: str, x: float, y: float) -> list[Shape]:
    return draw_sign((x + SIGN_RADIUS, y), kind, SOFT, "legend-sign")


def _cross(x: float, y: float) -> list[Shape]:
    return draw_cross((x + CROSS / 2, y))
