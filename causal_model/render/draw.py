"""A picture becomes a drawing: boxes with bars, arrows with signs, a legend.

Every meaning has a sign besides its colour: a finding a border and a word, a channel a dash pattern, a
sign a character, a cut arrow a cross.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from causal_model.render.layout import Engine, Frame, Layout, place
from causal_model.render.palette import (
    BAR,
    BAR_SET,
    CHANNELS,
    GHOST,
    INK,
    LINE,
    PAPER,
    SOFT,
    TRACK,
)
from causal_model.render.picture import (
    FULL_WEIGHT,
    THICKEST,
    THINNEST,
    Arrow,
    NodeBox,
    Picture,
    StateBar,
)
from causal_model.render.shapes import Drawing, Group, Path, Point, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw"]

Array = NDArray[np.float64]

HEADERS = {
    "driver": "#fbf0cf",
    "mechanism": "#e9eef4",
    "indicator": "#e4f1ea",
    "outcome": "#20364f",
    "decision": "#e8e2f4",
    "utility": "#f7e4dc",
}
SIGNS = {"positive": "+", "negative": "−", "mixed": "±"}
WORDS = {
    "en": {
        "observed": "observed",
        "excluded": "excluded",
        "likelihood": "likelihood",
        "belief": "belief",
        "do": "do",
        "driver": "driver",
        "mechanism": "mechanism",
        "indicator": "indicator",
        "outcome": "outcome",
        "decision": "decision",
        "utility": "utility",
        "informs": "known when deciding",
        "bar": "probability now",
        "ghost": "with nothing given",
        "positive": "same direction",
        "negative": "opposite",
        "mixed": "depends",
        "cut": "cut by do",
        "width": "width: effect on its child (0 to {:.0f} pp)",
    },
    "zh-Hant": {
        "observed": "觀察到",
        "excluded": "已排除",
        "likelihood": "似然",
        "belief": "信念",
        "do": "do 干預",
        "driver": "驅動因素",
        "mechanism": "機制",
        "indicator": "觀察指標",
        "outcome": "結果",
        "decision": "決策",
        "utility": "效用",
        "informs": "決策時已知",
        "bar": "目前機率",
        "ghost": "未給定證據時",
        "positive": "同向",
        "negative": "反向",
        "mixed": "視情況",
        "cut": "被 do 切斷",
        "width": "粗細:對下游節點的影響(0 至 {:.0f} pp)",
    },
}

SEEN, SET = "● ", "■ "
# Probabilities closer than this are drawn as one.
SAME = 1e-9

MARGIN = 22.0
TITLE_SIZE, SUBTITLE_SIZE, LEGEND_SIZE = 20.0, 13.0, 12.0
HEAD_SIZE, STATE_SIZE, TAG_SIZE = 12.5, 12.0, 10.5
TITLE_LINE, SUBTITLE_LINE, LEGEND_LINE = 26.0, 18.0, 21.0
SUBTITLE_LINES = 2
ROW, HEAD_LINE, PAD = 23.5, 15.5, 8.0
NARROWEST, WIDEST = 112.0, 186.0
# A headline on one line may widen its box by so much.
STRETCH = 24.0
PERCENT_ROOM = 42.0
# How far the sides of a utility come to a point, and the dashes of arrows into decisions.
POINT, INFORMING = 8.0, (1.5, 3.0)
TAG_HEIGHT = 15.5
SIGN_RADIUS, HEAD_ROOM = 6.5, 9.0
MOST_CROSSINGS = 300
# Where along an arrow its sign may stand, the best place first.
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)


@dataclass(frozen=True, slots=True)
class _Style:
    """Sizes of one box; the outcome is drawn larger."""

    scale: float
    width: float
    head: tuple[str, ...]

    @property
    def head_height(self) -> float:
        return (len(self.head) * HEAD_LINE + 8) * self.scale

    def height(self, states: int) -> float:
        return self.head_height + states * ROW * self.scale + 5


def draw(picture: Picture, engine: Engine | None = None) -> Drawing:
    """Lay a picture out and draw it.

    Args:
        picture: what is shown.
        engine: how boxes are placed; see `layout.place`.
    """
    styles = {box.name: _style(box) for box in picture.boxes}
    sizes = {
        box.name: (styles[box.name].width, styles[box.name].height(len(box.states)))
        for box in picture.boxes
    }
    layout = place(sizes, [(each.parent, each.child) for each in picture.arrows], engine)
    inner = max(layout.width, 640.0)
    title = wrapped(picture.title, inner, TITLE_SIZE, lines=2, bold=True)
    subtitle = (
        wrapped(picture.subtitle, inner, SUBTITLE_SIZE, lines=SUBTITLE_LINES)
        if picture.subtitle
        else []
    )
    below = MARGIN + TITLE_LINE * len(title)
    # The same room however much is given: evidence must not move a box.
    top = below + SUBTITLE_LINE * SUBTITLE_LINES + 20
    left = MARGIN + (inner - layout.width) / 2
    shapes: list[Shape] = [
        Text(MARGIN, MARGIN + 17 + TITLE_LINE * at, line, TITLE_SIZE, INK, bold=True, name="title")
        for at, line in enumerate(title)
    ]
    shapes += [
        Text(MARGIN, below + 12 + SUBTITLE_LINE * at, line, SUBTITLE_SIZE, SOFT, name="subtitle")
        for at, line in enumerate(subtitle)
    ]
    palette = {channel: CHANNELS[at % len(CHANNELS)] for at, channel in enumerate(picture.channels)}
    moved = _moved(layout, left, top)
    signs = _sign_places(picture.arrows, moved)
    shapes.append(
        Group(
            [
                _arrow(each, moved.curves[(each.parent, each.child)], signs[at], palette)
                for at, each in enumerate(picture.arrows)
            ],
            {"class": "arrows"},
        )
    )
    words = WORDS.get(picture.lang, WORDS["en"])
    # Where nothing has moved, an outline around every bar says nothing.
    outlined = any(
        bar.prior is not None and abs(bar.prior - (bar.probability or 0.0)) > SAME
        for box in picture.boxes
        for bar in box.states
    )
    for at, box in enumerate(picture.boxes):
        frame = moved.frames[box.name]
        tag = _tag(box, frame, words, moved) if box.finding else []
        shapes.append(_box(box, styles[box.name], frame, at, words, tag, outlined=outlined))
    bottom = top + layout.height + 28
    legend, end = _legend(picture, palette, bottom, inner, words, outlined=outlined)
    shapes += legend
    told = f"{picture.title}. {picture.subtitle}".strip()
    return Drawing(inner + 2 * MARGIN, end + MARGIN, shapes, told, picture.lang)


def _style(box: NodeBox) -> _Style:
    if box.role == "utility":
        lines = _headline(box.label, WIDEST)
        lines += wrapped(box.unit, WIDEST - 2 * PAD, STATE_SIZE, lines=1) if box.unit else []
        widest = max(width(line, HEAD_SIZE, bold=True) for line in lines)
        return _Style(1.0, max(widest + 2 * (PAD + POINT), NARROWEST), tuple(lines))
    scale = 1.18 if box.role == "outcome" else 1.0
    # Room for the mark and the bold type of a finding is kept whether there is one or not.
    labels = max(
        (width(SEEN + each.label, STATE_SIZE, bold=True) for each in box.states), default=0.0
    )
    inner = min(max(labels + PERCENT_ROOM + 2 * PAD, NARROWEST), WIDEST)
    whole = width(box.label, HEAD_SIZE, bold=True) + 2 * PAD
    if inner < whole <= min(inner + STRETCH, WIDEST):
        inner = whole
    head = _headline(box.label, inner)
    while inner < WIDEST and head[-1].endswith("…"):
        inner += 6
        head = _headline(box.label, inner)
    return _Style(scale, inner * scale, tuple(head))


def _headline(label: str, room: float) -> list[str]:
    return wrapped(label, room - 2 * PAD, HEAD_SIZE, lines=2, bold=True)


def _box(
    box: NodeBox,
    style: _Style,
    frame: Frame,
    number: int,
    words: Mapping[str, str],
    tag: Sequence[Shape],
    *,
    outlined: bool,
) -> Group:
    if box.role == "utility":
        return _utility(box, style, frame, number)
    x, y, scale = frame.x, frame.y, style.scale
    outcome = box.role == "outcome"
    radius = _radius(box)
    shapes: list[Shape] = [
        Rect(x, y, frame.width, frame.height, PAPER, radius=radius, name="paper"),
        Path(
            _rounded_top(x, y, frame.width, style.head_height, radius),
            closed=True,
            fill=HEADERS.get(box.role, HEADERS["mechanism"]),
            name="head",
        ),
    ]
    for at, line in enumerate(style.head):
        shapes.append(
            Text(
                x + PAD * scale,
                y + (HEAD_LINE * (at + 0.92) + 1.5) * scale,
                line,
                HEAD_SIZE * scale,
                PAPER if outcome else INK,
                bold=True,
                name="label",
            )
        )
    top = y + style.head_height + 3
    for at, bar in enumerate(box.states):
        shapes.append(
            _row(box, bar, at, x, top + at * ROW * scale, frame.width, scale, outlined=outlined)
        )
    shapes += [*_border(box, frame), *tag]
    told = ", ".join(
        f"{each.label} {_percent(each.probability)}"
        for each in box.states
        if each.probability is not None
    )
    finding = f" ({words[box.finding]})" if box.finding else ""
    tooltip = "\n".join(filter(None, (f"{box.label}: {told}{finding}", box.tooltip)))
    return Group(
        shapes,
        {
            "id": f"node-{number}",
            "class": f"node {box.role}" + (f" {box.finding}" if box.finding else ""),
            "data-node": box.name,
            "role": "group",
            "aria-label": f"{box.label}{finding}: {told}",
        },
        tooltip,
    )


def _radius(box: NodeBox) -> float:
    """Of the corners: a decision is a plain rectangle, as the convention has it."""
    return 0.0 if box.role == "decision" else 5.0


def _utility(box: NodeBox, style: _Style, frame: Frame, number: int) -> Group:
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
    for at, line in enumerate(style.head):
        unit = bool(box.unit) and at == len(style.head) - 1
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
    attributes = {
        "id": f"node-{number}",
        "class": "node utility",
        "data-node": box.name,
        "role": "group",
        "aria-label": told,
    }
    return Group(shapes, attributes, "\n".join(filter(None, (told, box.tooltip))))


def _row(
    box: NodeBox,
    bar: StateBar,
    at: int,
    x: float,
    y: float,
    whole: float,
    scale: float,
    *,
    outlined: bool,
) -> Group:
    """A state: the bar behind its label, the prior as an outline around where it was."""
    left, room = x + PAD * scale, whole - 2 * PAD * scale
    under, thick = y + 15.8 * scale, 4.6 * scale
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
    baseline = y + 11 * scale
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
                *(left + room, baseline, _percent(bar.probability), size, INK),
                anchor="end",
                bold=bool(mark) or box.role == "outcome",
                name="percent",
            )
        )
    return Group(shapes, {"class": "state", "data-state": bar.name, "data-index": str(at)})


def _percent(probability: float | None) -> str:
    """One decimal, without the percent sign, which the legend carries: 41.2, 100."""
    if probability is None:
        return ""
    text = f"{100 * probability:.1f}"
    return "100" if text == "100.0" else text


def _border(box: NodeBox, frame: Frame) -> list[Shape]:
    x, y, wide, high = frame.x, frame.y, frame.width, frame.height
    if box.finding is None:
        heavy = box.role in ("outcome", "decision")
        return [
            Rect(
                *(x, y, wide, high),
                stroke=INK if heavy else LINE,
                stroke_width=2.2 if heavy else 1.0,
                radius=_radius(box),
                name="border",
            )
        ]
    colour = _finding_colour(box)
    dash = (6.0, 3.5) if box.finding == "do" else ()
    if box.finding in ("likelihood", "belief"):
        return [
            Rect(x, y, wide, high, stroke=colour, stroke_width=1.2, radius=5, name="border"),
            Rect(
                *(x - 3, y - 3, wide + 6, high + 6),
                stroke=colour,
                stroke_width=1.2,
                radius=7,
                name="border",
            ),
        ]
    return [
        Rect(
            *(x, y, wide, high),
            stroke=colour,
            stroke_width=2.6,
            dash=dash,
            radius=_radius(box),
            name="border",
        )
    ]


def _finding_colour(box: NodeBox) -> str:
    return "#9c3d00" if box.finding == "do" else INK


def _tag(
    box: NodeBox, frame: Frame, words: Mapping[str, str], layout: Layout
) -> tuple[Shape, Shape]:
    """The word for a finding, on the upper edge where it hides the least of any arrow."""
    assert box.finding is not None
    word = words[box.finding]
    room = width(word, TAG_SIZE, bold=True) + 12
    bottom = frame.y + 0.5
    points = [point for curve in layout.curves.values() for point in _near(curve, frame)]

    def hidden(x: float) -> int:
        return sum(
            x - 2 <= px <= x + room + 2 and bottom - TAG_HEIGHT - 2 <= py <= bottom
            for px, py in points
        )

    right = frame.x + frame.width - room - 7
    x = min((right, frame.x + 7, frame.x + (frame.width - room) / 2), key=hidden)
    return (
        Rect(x, bottom - TAG_HEIGHT, room, TAG_HEIGHT, _finding_colour(box), radius=3, name="tag"),
        Text(
            *(x + room / 2, bottom - 4.2, word, TAG_SIZE, PAPER),
            bold=True,
            anchor="middle",
            name="tag",
        ),
    )


def _near(curve: Sequence[Point], frame: Frame) -> list[Point]:
    """Points of a curve, close to each other, if it comes near the upper edge of a box at all."""
    reach = 40.0
    left, right = frame.x - reach, frame.x + frame.width + reach
    found: list[Point] = []
    for at in range(0, len(curve) - 1, 3):
        piece = curve[at : at + 4]
        # A Bézier curve stays within its four points.
        if (
            max(x for x, _ in piece) >= left
            and min(x for x, _ in piece) <= right
            and max(y for _, y in piece) >= frame.y - reach
            and min(y for _, y in piece) <= frame.y + reach
        ):
            found += [_bezier(piece, step / 40) for step in range(41)]
    return found


def _sign_places(arrows: Sequence[Arrow], layout: Layout) -> list[Point]:
    """The centre of every sign: along its arrow, off boxes, tags and other signs, and no crossing.

    A cut arrow keeps the place of its sign, so that no other sign moves; one without has none.
    """
    frames = np.array([(f.x, f.y, f.width, f.height) for f in layout.frames.values()]).reshape(
        -1, 4
    )
    away = SIGN_RADIUS + 2.0
    left, upper = frames[:, 0] - away, frames[:, 1] - away - TAG_HEIGHT
    right, lower = frames[:, 0] + frames[:, 2] + away, frames[:, 1] + frames[:, 3] + away
    lines = [_along(layout.curves[(each.parent, each.child)]) for each in arrows]
    # Looking for crossings takes the square of the arrows, and a crowd of them cannot be read anyway.
    crowded = len(arrows) > MOST_CROSSINGS
    owner = np.repeat(np.arange(len(lines)), [0 if crowded else len(line) - 1 for line in lines])
    pieces = np.array(
        [pair for line in lines if not crowded for pair in pairwise(line)], dtype=np.float64
    ).reshape(-1, 2, 2)
    taken = np.full((len(arrows), 2), np.inf)
    for number, arrow in enumerate(arrows):
        if not arrow.sign:
            continue
        # The head of an arrow takes some of its length.
        points, tip = lines[number], lines[number][-1]
        line = [point for point in points if math.dist(point, tip) >= HEAD_ROOM] or points
        others = pieces[owner != number]
        least, best = math.inf, line[0]
        for share in PLACES:
            x, y = _at(line, share)
            inside = (left < x) & (x < right) & (upper < y) & (y < lower)
            close = np.hypot(taken[:, 0] - x, taken[:, 1] - y) < 2 * away
            crossing = (_distance(others, (x, y)) < away).any()
            harm = 2 * int(inside.sum() + close.sum()) + int(crossing)
            if harm < least:
                least, best = harm, (x, y)
            if not harm:
                break
        taken[number] = best
    return [(float(x), float(y)) for x, y in taken]


def _distance(pieces: Array, point: Point) -> Array:
    """The distance of a point from straight pieces of lines, of shape (pieces, 2 ends, x and y)."""
    start, along = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((along * (np.array(point) - start)).sum(axis=1) / length, 0.0, 1.0)
    nearest = start + share[:, None] * along
    found: Array = np.hypot(nearest[:, 0] - point[0], nearest[:, 1] - point[1])
    return found


def _arrow(
    arrow: Arrow,
    curve: Sequence[Point],
    sign: Point,
    palette: Mapping[str, tuple[str, tuple[float, ...]]],
) -> Group:
    colour: str = SOFT
    dash: tuple[float, ...] = ()
    if arrow.channels and arrow.channels[0] in palette:
        colour, dash = palette[arrow.channels[0]]
    if arrow.informs:
        dash = INFORMING
    if arrow.cut:
        colour, dash = LINE, (4.0, 4.0)
    thick = arrow.thickness
    tip = curve[-1]
    along = _direction(curve)
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
        shapes += _cross(_at(_along(curve), 0.45))
    elif arrow.sign:
        shapes += _sign(sign, SIGNS[arrow.sign], colour, "sign")
    attributes = {
        "class": "arrow" + (" cut" if arrow.cut else ""),
        "data-parent": arrow.parent,
        "data-child": arrow.child,
    }
    told = f"{arrow.parent} → {arrow.child}"
    return Group(shapes, attributes, "\n".join(filter(None, (told, arrow.tooltip))))


def _sign(centre: Point, sign: str, colour: str, name: str) -> list[Shape]:
    x, y = centre
    side = 2 * SIGN_RADIUS
    return [
        Rect(
            *(x - SIGN_RADIUS, y - SIGN_RADIUS, side, side, PAPER, colour, 1.1),
            radius=SIGN_RADIUS,
            name=name,
        ),
        Text(x, y + 4.3, sign, 12, INK, bold=True, anchor="middle", name=name),
    ]


def _legend(
    picture: Picture,
    palette: Mapping[str, tuple[str, tuple[float, ...]]],
    top: float,
    room: float,
    words: Mapping[str, str],
    *,
    outlined: bool,
) -> tuple[list[Shape], float]:
    """What the signs mean, in as many lines as there is room for, and the note; where they end."""
    x, y = MARGIN, top
    shapes: list[Shape] = []

    def advance(text: str, symbol: float) -> tuple[float, float]:
        """Say something, and tell where the middle of its symbol's left side is."""
        nonlocal x, y
        needed = symbol + 6 + width(text, LEGEND_SIZE)
        if x + needed > MARGIN + room and x > MARGIN:
            x, y = MARGIN, y + LEGEND_LINE
        start = x
        shapes.append(Text(start + symbol + 6, y + 10, text, LEGEND_SIZE, SOFT, name="legend"))
        x += needed + 20
        return start, y + 5.8

    if picture.boxes:
        at, middle = advance(words["bar"] + " (%)", 26)
        shapes.append(Rect(at, middle - 2.3, 26, 4.6, BAR, radius=1.2))
    if outlined:
        at, middle = advance(words["ghost"], 26)
        shapes.append(Rect(at, middle - 3.7, 26, 7.4, stroke=GHOST, stroke_width=0.9, radius=1.5))
    roles = {box.role for box in picture.boxes}
    for role in ("driver", "mechanism", "indicator", "decision", "utility"):
        # One colour for all tells nothing.
        if role in roles and len(roles) > 1:
            at, middle = advance(words[role], 14)
            shapes.append(Rect(at, middle - 5.5, 14, 11, HEADERS[role], LINE, radius=2))
    for channel, label in picture.channels.items():
        colour, dash = palette[channel]
        at, middle = advance(label, 34)
        shapes.append(
            Path(((at, middle), (at + 34, middle)), stroke=colour, stroke_width=2.4, dash=dash)
        )
    if any(each.informs for each in picture.arrows):
        at, middle = advance(words["informs"], 34)
        shapes.append(
            Path(((at, middle), (at + 34, middle)), stroke=SOFT, stroke_width=2, dash=INFORMING)
        )
    if any(each.weight is not None for each in picture.arrows):
        at, middle = advance(words["width"].format(100 * FULL_WEIGHT), 34)
        shapes.append(_wedge(at, middle, 34))
    drawn = {each.sign for each in picture.arrows if not each.cut}
    for kind, sign in SIGNS.items():
        if kind in drawn:
            at, middle = advance(words[kind], 2 * SIGN_RADIUS)
            shapes += _sign((at + SIGN_RADIUS, middle), sign, SOFT, "legend-sign")
    if any(each.cut for each in picture.arrows):
        at, middle = advance(words["cut"], 14)
        shapes += _cross((at + 7, middle))
    if picture.boxes:
        y += LEGEND_LINE + 6
    if picture.note:
        shapes.append(Text(MARGIN, y + 10, picture.note, LEGEND_SIZE, SOFT, name="note"))
    return [Group(shapes, {"class": "legend"})], y + 12


def _wedge(x: float, y: float, length: float) -> Path:
    """A line that grows from the thinnest to the thickest arrow."""
    thin, thick = THINNEST / 2, THICKEST / 2
    corners = ((x, y - thin), (x + length, y - thick), (x + length, y + thick), (x, y + thin))
    return Path(corners, closed=True, fill=SOFT, name="legend-width")


def _moved(layout: Layout, right: float, down: float) -> Layout:
    return Layout(
        {
            name: Frame(each.x + right, each.y + down, each.width, each.height)
            for name, each in layout.frames.items()
        },
        {
            link: tuple((x + right, y + down) for x, y in curve)
            for link, curve in layout.curves.items()
        },
        layout.width,
        layout.height,
    )


def _direction(curve: Sequence[Point]) -> Point:
    """The unit vector in which a curve arrives."""
    x, y = curve[-1]
    for back_x, back_y in reversed(curve[:-1]):
        gap = math.hypot(x - back_x, y - back_y)
        if gap > 0.5:
            return ((x - back_x) / gap, (y - back_y) / gap)
    return (1.0, 0.0)


def _head(tip: Point, along: Point, length: float, half: float) -> tuple[Point, ...]:
    back = (tip[0] - along[0] * length, tip[1] - along[1] * length)
    side = (-along[1] * half, along[0] * half)
    return (tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1]))


def _cross(centre: Point) -> list[Shape]:
    x, y = centre
    return [
        Path(
            ((x - 5, y - 5 * way), (x + 5, y + 5 * way)),
            stroke="#9c3d00",
            stroke_width=2.2,
            name="cross",
        )
        for way in (1, -1)
    ]


def _along(curve: Sequence[Point]) -> list[Point]:
    """Points along Bézier curves, a dozen for each."""
    points = [curve[0]]
    for at in range(0, len(curve) - 1, 3):
        points += [_bezier(curve[at : at + 4], step / 12) for step in range(1, 13)]
    return points


def _at(points: Sequence[Point], share: float) -> Point:
    """The point at a share of the length of a line."""
    steps = [math.dist(*pair) for pair in pairwise(points)]
    left = share * sum(steps)
    for (start, end), step in zip(pairwise(points), steps, strict=True):
        if left <= step and step > 0:
            part = left / step
            return (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        left -= step
    return points[-1]


def _bezier(points: Sequence[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(weight * each[0] for weight, each in zip(weights, points, strict=True))
    y = sum(weight * each[1] for weight, each in zip(weights, points, strict=True))
    return (x, y)


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
