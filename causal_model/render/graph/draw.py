"""A picture becomes a drawing: title, arrows, boxes over them, and the legend.

Every meaning has a sign besides its colour: a finding a border and a word, a channel a dash pattern, a
sign a character, a cut arrow a cross.
"""

from collections.abc import Sequence

from causal_model.render.graph.arrows import draw_arrow
from causal_model.render.graph.boxes import draw_box, size_of
from causal_model.render.graph.layout import Engine, place
from causal_model.render.graph.legend import draw_legend
from causal_model.render.graph.signs import place_signs
from causal_model.render.graph.words import words_in
from causal_model.render.palette import CHANNELS, INK, SOFT
from causal_model.render.picture import NodeBox, Picture
from causal_model.render.shapes import Drawing, Group, Shape, Text
from causal_model.render.text import wrapped

__all__ = ["draw"]

MARGIN, NARROWEST = 22.0, 640.0
TITLE_SIZE, SUBTITLE_SIZE = 20.0, 13.0
TITLE_LINE, SUBTITLE_LINE = 26.0, 18.0
SUBTITLE_LINES = 2
# Probabilities closer than this are drawn as one.
SAME = 1e-9


def draw(picture: Picture, engine: Engine | None = None) -> Drawing:
    """Lay a picture out and draw it.

    Args:
        picture: what is shown.
        engine: how boxes are placed; see `layout.place`.
    """
    sizes = {box.name: size_of(box) for box in picture.boxes}
    layout = place(
        {name: (each.width, each.height) for name, each in sizes.items()},
        [(each.parent, each.child) for each in picture.arrows],
        engine,
    )
    inner = max(layout.width, NARROWEST)
    titles, top = _titles(picture, inner)
    placed = layout.moved(MARGIN + (inner - layout.width) / 2, top)
    channels = {name: CHANNELS[at % len(CHANNELS)] for at, name in enumerate(picture.channels)}
    words = words_in(picture.lang)
    outlined = _anything_moved(picture.boxes)
    arrows = [
        draw_arrow(arrow, placed.curves[(arrow.parent, arrow.child)], sign, channels)
        for arrow, sign in zip(picture.arrows, place_signs(picture.arrows, placed), strict=True)
    ]
    boxes = [
        draw_box(
            *(box, number, sizes[box.name], placed.frames[box.name]),
            words=words,
            curves=placed.curves.values(),
            outlined=outlined,
        )
        for number, box in enumerate(picture.boxes)
    ]
    legend, end = draw_legend(
        *(picture, (MARGIN, top + layout.height + 28), inner),
        words=words,
        channels=channels,
        outlined=outlined,
    )
    shapes = [*titles, Group(arrows, {"class": "arrows"}), *boxes, legend]
    told = f"{picture.title}. {picture.subtitle}".strip()
    return Drawing(inner + 2 * MARGIN, end + MARGIN, shapes, told, picture.lang)


def _titles(picture: Picture, room: float) -> tuple[list[Shape], float]:
    """Title and subtitle, and where the graph begins."""
    title = wrapped(picture.title, room, TITLE_SIZE, lines=2, bold=True)
    subtitle = (
        wrapped(picture.subtitle, room, SUBTITLE_SIZE, lines=SUBTITLE_LINES)
        if picture.subtitle
        else []
    )
    below = MARGIN + TITLE_LINE * len(title)
    shapes: list[Shape] = [
        Text(MARGIN, MARGIN + 17 + TITLE_LINE * at, line, TITLE_SIZE, INK, bold=True, name="title")
        for at, line in enumerate(title)
    ]
    shapes += [
        Text(MARGIN, below + 12 + SUBTITLE_LINE * at, line, SUBTITLE_SIZE, SOFT, name="subtitle")
        for at, line in enumerate(subtitle)
    ]
    # The same room however much is given: evidence must not move a box.
    return shapes, below + SUBTITLE_LINE * SUBTITLE_LINES + 20


def _anything_moved(boxes: Sequence[NodeBox]) -> bool:
    """Whether priors are drawn: where nothing has moved, an outline around every bar says nothing."""
    return any(
        bar.prior is not None and abs(bar.prior - (bar.probability or 0.0)) > SAME
        for box in boxes
        for bar in box.states
    )
