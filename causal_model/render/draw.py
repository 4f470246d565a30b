"""A picture becomes a drawing: boxes with bars, arrows with signs, a legend.

Every meaning has a sign besides its colour: a finding a border and a word, a channel a dash pattern, a
sign a character, a cut arrow a cross. Colours are those of Okabe & Ito, which people who do not see red
and green can tell apart, and dark enough to be read in grey.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from causal_model.render.layout import Engine, Frame, Layout, place
from causal_model.render.picture import Arrow, NodeBox, Picture, StateBar
from causal_model.render.shapes import Drawing, Group, Path, Point, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw"]

INK, SOFT, LINE, PAPER = "#1b2430", "#4a5564", "#8792a2", "#ffffff"
BAR, BAR_SET, TRACK, GHOST = "#4a90d9", "#d9772f", "#edf1f5", "#1b2430"
HEADERS = {
    "driver": "#fbf0cf",
    "mechanism": "#e9eef4",
    "indicator": "#e4f1ea",
    "outcome": "#20364f",
}
# Colour and dash pattern of the channels, in the order of the legend.
CHANNELS = (
    ("#0072b2", ()),
    ("#b34700", (9.0, 4.0)),
    ("#00795a", (2.5, 3.0)),
    ("#8a4b80", (9.0, 3.0, 2.5, 3.0)),
    ("#5c5c00", (5.0, 3.0)),
)
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
        "bar": "probability now",
        "ghost": "with nothing given",
        "signs": "+ same direction   − opposite   ± depends",
        "cut": "cut by do",
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
        "bar": "目前機率",
        "ghost": "未給定證據時",
        "signs": "+ 同向   − 反向   ± 視情況",
        "cut": "被 do 切斷",
    },
}

SEEN, SET = "● ", "■ "

MARGIN = 22.0
HEAD_SIZE, STATE_SIZE = 11.5, 11.0
ROW, HEAD_LINE, PAD = 21.0, 14.5, 8.0
NARROWEST, WIDEST = 112.0, 178.0
PERCENT_ROOM = 40.0


@dataclass(frozen=True, slots=True)
class _Style:
    """Sizes of one box; the outcome is drawn larger."""

    scale: float
    width: float
    head: tuple[str, ...]

    @property
    def head_height(self) -> float:
        return (len(self.head) * HEAD_LINE + 7) * self.scale

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
    legend_width, legend_height = 640.0, 58.0
    inner = max(layout.width, legend_width)
    title = wrapped(picture.title, inner, 19, lines=2, bold=True)
    subtitle = wrapped(picture.subtitle, inner, 12.5, lines=3) if picture.subtitle else []
    top = MARGIN + 24 * len(title) + 18 * len(subtitle) + 22
    left = MARGIN + (inner - layout.width) / 2
    shapes: list[Shape] = [
        Text(MARGIN, MARGIN + 17 + 24 * at, line, 19, INK, bold=True, name="title")
        for at, line in enumerate(title)
    ]
    below = MARGIN + 24 * len(title) + 13
    shapes += [
        Text(MARGIN, below + 18 * at, line, 12.5, SOFT, name="subtitle")
        for at, line in enumerate(subtitle)
    ]
    palette = {channel: CHANNELS[at % len(CHANNELS)] for at, channel in enumerate(picture.channels)}
    moved = _moved(layout, left, top)
    shapes.append(
        Group(
            [
                _arrow(each, moved.curves[(each.parent, each.child)], palette)
                for each in picture.arrows
            ],
            {"class": "arrows"},
        )
    )
    words = WORDS.get(picture.lang, WORDS["en"])
    shapes += [
        _box(box, styles[box.name], moved.frames[box.name], at, words)
        for at, box in enumerate(picture.boxes)
    ]
    bottom = top + layout.height + 26
    shapes += _legend(picture, palette, bottom, inner, words)
    told = f"{picture.title}. {picture.subtitle}".strip()
    return Drawing(
        inner + 2 * MARGIN, bottom + legend_height + MARGIN - 8, shapes, told, picture.lang
    )


def _style(box: NodeBox) -> _Style:
    scale = 1.18 if box.role == "outcome" else 1.0
    # Room for the mark and the bold type of a finding is kept whether there is one or not.
    labels = max(
        (width(SEEN + each.label, STATE_SIZE, bold=True) for each in box.states), default=0.0
    )
    inner = min(max(labels + PERCENT_ROOM + 2 * PAD, NARROWEST), WIDEST)
    head = _headline(box.label, inner)
    while inner < WIDEST and head[-1].endswith("…"):
        inner += 6
        head = _headline(box.label, inner)
    return _Style(scale, inner * scale, tuple(head))


def _headline(label: str, room: float) -> list[str]:
    return wrapped(label, room - 2 * PAD, HEAD_SIZE, lines=2, bold=True)


def _box(box: NodeBox, style: _Style, frame: Frame, number: int, words: Mapping[str, str]) -> Group:
    x, y, scale = frame.x, frame.y, style.scale
    outcome = box.role == "outcome"
    shapes: list[Shape] = [
        Rect(x, y, frame.width, frame.height, PAPER, radius=5, name="paper"),
        Path(
            _rounded_top(x, y, frame.width, style.head_height, 5),
            closed=True,
            fill=HEADERS.get(box.role, HEADERS["mechanism"]),
            name="head",
        ),
    ]
    for at, line in enumerate(style.head):
        shapes.append(
            Text(
                x + PAD * scale,
                y + (HEAD_LINE * (at + 0.92)) * scale,
                line,
                HEAD_SIZE * scale,
                PAPER if outcome else INK,
                bold=True,
                name="label",
            )
        )
    top = y + style.head_height + 3
    for at, bar in enumerate(box.states):
        shapes.append(_row(box, bar, at, x, top + at * ROW * scale, frame.width, scale))
    shapes += _border(box, frame, words)
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


def _row(
    box: NodeBox, bar: StateBar, at: int, x: float, y: float, whole: float, scale: float
) -> Group:
    """A state: the bar behind its label, the prior as an outline around where it was."""
    left, room = x + PAD * scale, whole - 2 * PAD * scale
    under, thick = y + 14 * scale, 4.4 * scale
    shapes: list[Shape] = [Rect(left, under, room, thick, TRACK, radius=1.2, name="track")]
    if bar.probability is not None:
        fill = BAR_SET if box.finding == "do" else BAR
        shapes.append(
            Rect(left, under, room * bar.probability, thick, fill, radius=1.2, name="bar")
        )
    if bar.prior is not None:
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
    baseline = y + 10.2 * scale
    mark = {"observed": SEEN, "do": SET}.get(bar.mark or "", "")
    space = room - PERCENT_ROOM * scale
    shapes.append(
        Text(
            *(left, baseline),
            mark + shortened(bar.label, space - width(mark, size), size),
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


def _border(box: NodeBox, frame: Frame, words: Mapping[str, str]) -> list[Shape]:
    x, y, wide, high = frame.x, frame.y, frame.width, frame.height
    if box.finding is None:
        heavy = box.role == "outcome"
        return [
            Rect(
                *(x, y, wide, high),
                stroke=INK if heavy else LINE,
                stroke_width=2.2 if heavy else 1.0,
                radius=5,
                name="border",
            )
        ]
    colour = "#9c3d00" if box.finding == "do" else INK
    dash = (6.0, 3.5) if box.finding == "do" else ()
    shapes: list[Shape] = [
        Rect(x, y, wide, high, stroke=colour, stroke_width=2.6, dash=dash, radius=5, name="border")
    ]
    if box.finding in ("likelihood", "belief"):
        shapes = [
            Rect(x, y, wide, high, stroke=colour, stroke_width=1.2, radius=5, name="border"),
            Rect(
                *(x - 3, y - 3, wide + 6, high + 6),
                stroke=colour,
                stroke_width=1.2,
                radius=7,
                name="border",
            ),
        ]
    word = words[box.finding]
    room = width(word, 10, bold=True) + 12
    # The tag stands on the upper edge, at the right, where no arrow arrives.
    shapes += [
        Rect(x + wide - room - 7, y - 14, room, 14.5, colour, radius=3, name="tag"),
        Text(
            x + wide - 7 - room / 2,
            y - 3.2,
            word,
            10,
            PAPER,
            bold=True,
            anchor="middle",
            name="tag",
        ),
    ]
    return shapes


def _arrow(
    arrow: Arrow, curve: Sequence[Point], palette: Mapping[str, tuple[str, tuple[float, ...]]]
) -> Group:
    colour: str = SOFT
    dash: tuple[float, ...] = ()
    if arrow.channels and arrow.channels[0] in palette:
        colour, dash = palette[arrow.channels[0]]
    if arrow.cut:
        colour, dash = LINE, (4.0, 4.0)
    thick = 0.9 + 2.6 * min(max(arrow.weight, 0.0), 1.0)
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
        shapes += _cross(_at(curve, 0.45))
    elif arrow.sign:
        x, y = _at(curve, 0.62)
        shapes += [
            Rect(x - 6, y - 6, 12, 12, PAPER, colour, 1.1, radius=6, name="sign"),
            Text(x, y + 4.1, SIGNS[arrow.sign], 11.5, INK, bold=True, anchor="middle", name="sign"),
        ]
    attributes = {
        "class": "arrow" + (" cut" if arrow.cut else ""),
        "data-parent": arrow.parent,
        "data-child": arrow.child,
    }
    told = f"{arrow.parent} → {arrow.child}"
    return Group(shapes, attributes, "\n".join(filter(None, (told, arrow.tooltip))))


def _legend(
    picture: Picture,
    palette: Mapping[str, tuple[str, tuple[float, ...]]],
    top: float,
    room: float,
    words: Mapping[str, str],
) -> list[Shape]:
    """What the signs mean, in as many lines as there is room for, and the note."""
    if not picture.boxes:
        return [Text(MARGIN, top + 12, picture.note, 11, SOFT, name="note")] if picture.note else []
    shapes: list[Shape] = []
    x, y = MARGIN, top

    def advance(text: str, symbol: float) -> float:
        nonlocal x, y
        needed = symbol + 6 + width(text, 11) + 22
        if x + needed > MARGIN + room and x > MARGIN:
            x, y = MARGIN, y + 19
        start = x
        shapes.append(Text(start + symbol + 6, y + 9.5, text, 11, SOFT, name="legend"))
        x += needed
        return start

    at = advance(words["bar"] + " (%)", 30)
    shapes.append(Rect(at, y + 3.4, 26, 4.6, BAR, radius=1.2))
    if any(bar.prior is not None for box in picture.boxes for bar in box.states):
        at = advance(words["ghost"], 30)
        shapes.append(Rect(at, y + 2, 26, 7.4, stroke=GHOST, stroke_width=0.9, radius=1.5))
    for role in ("driver", "mechanism", "indicator"):
        if any(box.role == role for box in picture.boxes):
            at = advance(words[role], 14)
            shapes.append(Rect(at, y, 14, 11, HEADERS[role], LINE, radius=2))
    for channel, label in picture.channels.items():
        colour, dash = palette[channel]
        at = advance(label, 34)
        shapes.append(
            Path(((at, y + 5.5), (at + 34, y + 5.5)), stroke=colour, stroke_width=2.4, dash=dash)
        )
    if any(each.sign for each in picture.arrows):
        advance(words["signs"], 0)
    if any(each.cut for each in picture.arrows):
        at = advance(words["cut"], 14)
        shapes += _cross((at + 7, y + 5.5))
    if picture.note:
        shapes.append(Text(MARGIN, y + 34, picture.note, 11, SOFT, name="note"))
    return [Group(shapes, {"class": "legend"})]


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


def _at(curve: Sequence[Point], share: float) -> Point:
    """The point at a share of the length of a Bézier curve."""
    points = [curve[0]]
    for at in range(0, len(curve) - 1, 3):
        points += [_bezier(curve[at : at + 4], step / 12) for step in range(1, 13)]
    steps = [math.dist(*pair) for pair in pairwise(points)]
    left = share * sum(steps)
    for point, step in zip(points[1:], steps, strict=True):
        left -= step
        if left <= 0:
            return point
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
