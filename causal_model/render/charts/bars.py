"""Bars from zero, in one cell or in many beside each other on the same scale."""

from collections.abc import Sequence
from itertools import groupby

from causal_model.render.charts.marks import change_bar, outline, plain_bar, rule, tick, whisker
from causal_model.render.charts.scale import TICK_SIZE, Scale, scale_of
from causal_model.render.charts.units import Unit
from causal_model.render.charts.values import Bar, Bars, Cell
from causal_model.render.palette import INK, LINE, SOFT
from causal_model.render.shapes import Group, Path, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_bars"]

LABEL_SIZE, NUMBER_SIZE, EXTRA_SIZE, SMALL_SIZE = 12.5, 12.5, 11.0, 10.0
HEAD_SIZE, UNDER_SIZE, HEAD_LINE, UNDER_LINE = 12.5, 11.0, 16.0, 14.5
ROW, SECOND_LINE, GROUP_ROW, BEFORE_GROUP = 23.0, 14.0, 25.0, 8.0
LABEL_LINES = 3
THICK, AROUND = 11.0, 16.0
GAP, BETWEEN_CELLS, BETWEEN_BLOCKS = 10.0, 24.0, 18.0
# The least room for the bars of a cell, and the most that labels take of a whole or of a cell.
MOST_EXTRA = 150.0
NARROWEST, LABEL_SHARE, OWN_LABEL_SHARE = 96.0, 0.36, 0.42
# Values closer than this share of the axis are one.
SAME = 1e-9


def draw_bars(panel: Bars, x: float, y: float, room: float) -> tuple[list[Shape], float]:
    """Draw the cells from left to right and from top to bottom; tells where they end."""
    if not any(cell.bars for cell in panel.cells):
        return [], y
    return _Layout(panel, room).draw(x, y)


class _Layout:
    """The widths of everything; those of bars are alike for all cells, so that they can be compared."""

    def __init__(self, panel: Bars, room: float) -> None:
        self.panel = panel
        self.unit: Unit = panel.unit
        bars = [bar for cell in panel.cells for bar in cell.bars]
        names = [[(bar.group, bar.label) for bar in cell.bars] for cell in panel.cells]
        self.shared = all(each == names[0] for each in names)
        self.signed = self.unit.signed or any((bar.value or 0.0) < 0 for bar in bars)
        self.uncertain = any(bar.interval is not None or bar.extra_under for bar in bars)
        self.values = [each for bar in bars for each in _numbers(bar)]
        self.extra_name = shortened(panel.extra_name, MOST_EXTRA, TICK_SIZE)
        self.number_room = max(
            *(width(_number(bar, self.unit), NUMBER_SIZE, bold=True) for bar in bars),
            *(width(_interval(bar, self.unit), SMALL_SIZE) for bar in bars),
            width(self.unit.name, TICK_SIZE),
        )
        extra = max(
            *(width(_extra(bar), EXTRA_SIZE) for bar in bars),
            *(width(_under(bar), SMALL_SIZE) for bar in bars),
            width(self.extra_name, TICK_SIZE),
        )
        self.extra_room = extra + GAP if extra else 0.0
        longest = max(
            *(width(bar.label, LABEL_SIZE, bold=bar.strong) for bar in bars),
            *(0.6 * width(bar.group, LABEL_SIZE, bold=True) for bar in bars),
        )
        if self.shared:
            self.outer_label = min(longest, LABEL_SHARE * room) + GAP
            self.inner_label = 0.0
            free = room - self.outer_label
        else:
            self.outer_label = 0.0
            most = max(OWN_LABEL_SHARE * (room - BETWEEN_CELLS) / 2, 60.0)
            self.inner_label = min(longest, most) + GAP
            free = room
        # As few blocks as leave room for the bars; where a single cell has none, it is one beside no other.
        blocks, self.plot = 0, 0.0
        while self.plot < NARROWEST and blocks < max(len(panel.cells), 1):
            blocks += 1
            self.per_block = -(-len(panel.cells) // blocks)
            self.plot = min(self.bar_room(block, free) for block in self.blocks())
        moved = SAME * max((abs(each) for each in self.values), default=0.0)
        self.outlined = any(
            bar.before is not None and (bar.value is None or abs(bar.before - bar.value) > moved)
            for bar in bars
        )

    def blocks(self) -> list[tuple[Cell, ...]]:
        """Cells that stand beside each other."""
        cells = self.panel.cells
        return [cells[at : at + self.per_block] for at in range(0, len(cells), self.per_block)]

    def bar_room(self, cells: Sequence[Cell], room: float) -> float:
        """The room that cells beside each other leave for the bars of each."""
        taken = sum(self.around(each) for each in cells) + BETWEEN_CELLS * (len(cells) - 1)
        return max((room - taken) / len(cells), 1.0)

    def around(self, cell: Cell) -> float:
        """What labels and numbers of a cell take; nothing is kept for extras where it has none."""
        extras = any(bar.extra or bar.extra_under for bar in cell.bars)
        # The line at zero and the frames of outlines need a little.
        return self.inner_label + GAP + self.number_room + (self.extra_room if extras else 0.0)

    def draw(self, x: float, y: float) -> tuple[list[Shape], float]:
        shapes: list[Shape] = []
        first = 0
        for block in self.blocks():
            if first:
                y += BETWEEN_BLOCKS
            drawn, y = self.block(block, first, x, y)
            shapes += drawn
            first += len(block)
        return shapes, y

    def block(
        self, cells: Sequence[Cell], first: int, x: float, y: float
    ) -> tuple[list[Shape], float]:
        """Cells beside each other: their headings, their rows, an axis below each."""
        wide = [self.plot + self.around(each) for each in cells]
        heads, unders = [], []
        for cell, own_room in zip(cells, wide, strict=True):
            heads.append(wrapped(cell.heading, own_room, HEAD_SIZE, lines=2, bold=True))
            unders.append(wrapped(cell.under, own_room, UNDER_SIZE, lines=3))
        head_lines = max(len(each) if each != [""] else 0 for each in heads)
        under_lines = max(len(each) if each != [""] else 0 for each in unders)
        top = y + HEAD_LINE * head_lines + UNDER_LINE * under_lines
        top += 5.0 if head_lines or under_lines else 0.0
        shapes: list[Shape] = []
        bottom = top
        for at, cell in enumerate(cells):
            left = x + self.outer_label + sum(wide[:at]) + at * BETWEEN_CELLS
            own: list[Shape] = [
                Text(
                    left, y + 12 + HEAD_LINE * row, line, HEAD_SIZE, INK, bold=True, name="heading"
                )
                for row, line in enumerate(heads[at])
            ]
            own += [
                Text(
                    *(left, y + HEAD_LINE * head_lines + 11 + UNDER_LINE * row, line),
                    *(UNDER_SIZE, SOFT),
                    name="under",
                )
                for row, line in enumerate(unders[at])
            ]
            own = [each for each in own if not isinstance(each, Text) or each.text]
            labels = x if self.shared else left
            rows, end = self.rows(cell, labels, left, top, labelled=not self.shared or at == 0)
            shapes.append(Group([*own, *rows], {"class": "cell", "data-index": str(first + at)}))
            bottom = max(bottom, end)
        return shapes, bottom

    def rows(
        self, cell: Cell, label_x: float, left: float, top: float, *, labelled: bool
    ) -> tuple[list[Shape], float]:
        """The rows of a cell, as high as the same rows of all cells that share its labels."""
        same = self.panel.cells if self.shared else (cell,)
        strengths = list(zip(*([bar.strong for bar in each.bars] for each in same), strict=True))
        start = left + self.inner_label
        scale = scale_of(self.values, start, start + self.plot, self.unit, zero=True)
        label_room = (self.outer_label if self.shared else self.inner_label) - GAP
        shapes: list[Shape] = []
        y = top
        for group, members in groupby(enumerate(cell.bars), key=lambda each: each[1].group):
            if group:
                y += BEFORE_GROUP if y > top else 0.0
                if labelled:
                    # The heading of a group may reach into the plot, where its row is empty.
                    whole = label_room + GAP + self.plot
                    (line,) = wrapped(group, whole, LABEL_SIZE, lines=1, bold=True)
                    shapes.append(
                        Text(label_x, y + 16, line, LABEL_SIZE, INK, bold=True, name="group")
                    )
                y += GROUP_ROW
            for number, bar in members:
                lines = wrapped(
                    bar.label,
                    label_room,
                    LABEL_SIZE,
                    lines=LABEL_LINES,
                    bold=any(strengths[number]),
                )
                high = ROW + SECOND_LINE * max(len(lines) - 1, self.uncertain)
                if labelled:
                    middle = y + high / 2 - (len(lines) - 1) * SECOND_LINE / 2
                    shapes += [
                        Text(
                            *(label_x, middle + 4.4 + SECOND_LINE * at, line, LABEL_SIZE, INK),
                            # What stands for all cells is strong where it is in all of them.
                            bold=all(strengths[number]),
                            name="label",
                        )
                        for at, line in enumerate(lines)
                    ]
                shapes += self.bar(bar, scale, y, high)
                y += high
        extras = any(bar.extra for bar in cell.bars)
        return [*self.axis(scale, top, y, extras=extras), *shapes], y + 16

    def bar(self, bar: Bar, scale: Scale, y: float, high: float) -> list[Shape]:
        middle = y + high / 2
        zero = scale.at(0.0)
        shapes: list[Shape] = []
        if bar.value is not None and bar.value == bar.value:
            end = scale.at(bar.value)
            drawn = change_bar if self.signed else plain_bar
            shapes += drawn(zero, end, middle, THICK)
        if bar.before is not None and self.outlined:
            was = scale.at(bar.before)
            # A frame around nothing would look like a mark of its own.
            if abs(was - zero) > 0.5:
                shapes.append(outline(min(zero, was), max(zero, was), middle, AROUND))
        if bar.interval is not None:
            low, high = (scale.at(each) for each in bar.interval)
            shapes += whisker(low, high, middle, clear=self.signed)
        right = scale.end + GAP + self.number_room
        base = middle + 4.4 - (SECOND_LINE / 2 if bar.interval or bar.extra_under else 0.0)
        shapes.append(
            Text(
                *(right, base, _number(bar, self.unit), NUMBER_SIZE, INK),
                bold=True,
                anchor="end",
                name="number",
            )
        )
        if bar.interval is not None:
            shapes.append(
                Text(
                    *(right, base + SECOND_LINE - 0.5, _interval(bar, self.unit), SMALL_SIZE, SOFT),
                    anchor="end",
                    name="interval",
                )
            )
        if bar.extra:
            shapes.append(
                Text(
                    *(right + self.extra_room, base, _extra(bar), EXTRA_SIZE, SOFT),
                    anchor="end",
                    name="extra",
                )
            )
        if bar.extra_under:
            shapes.append(
                Text(
                    *(right + self.extra_room, base + SECOND_LINE - 0.5, _under(bar)),
                    *(SMALL_SIZE, SOFT),
                    anchor="end",
                    name="extra-under",
                )
            )
        told = f"{bar.label}: {self.unit.full(bar.value)}" if bar.value is not None else bar.label
        return [
            Group(
                shapes, {"class": "row"}, f"{told} {_interval(bar, self.unit)} {bar.extra}".strip()
            )
        ]

    def axis(self, scale: Scale, top: float, bottom: float, *, extras: bool) -> list[Shape]:
        shapes: list[Shape] = []
        for each in scale.ticks:
            at = scale.at(each)
            shapes += [
                rule((at, top), (at, bottom + 3)),
                tick(at, bottom + 13, self.unit.tick(each, scale.step), TICK_SIZE),
            ]
        zero = scale.at(0.0)
        shapes.append(
            Path(((zero, top), (zero, bottom)), stroke=LINE, stroke_width=1.2, name="zero")
        )
        if self.unit.name:
            right = scale.end + GAP + self.number_room
            shapes.append(tick(right, bottom + 13, self.unit.name, TICK_SIZE, "end"))
        if self.extra_name and extras:
            right = scale.end + GAP + self.number_room + self.extra_room
            shapes.append(tick(right, bottom + 13, self.extra_name, TICK_SIZE, "end"))
        return shapes


def _numbers(bar: Bar) -> list[float]:
    found = [bar.value, bar.before, *(bar.interval or ())]
    return [each for each in found if each is not None]


def _extra(bar: Bar) -> str:
    return shortened(bar.extra, MOST_EXTRA, EXTRA_SIZE) if bar.extra else ""


def _under(bar: Bar) -> str:
    return shortened(bar.extra_under, MOST_EXTRA, SMALL_SIZE) if bar.extra_under else ""


def _number(bar: Bar, unit: Unit) -> str:
    return unit.written(bar.value if bar.value is not None else float("nan"))


def _interval(bar: Bar, unit: Unit) -> str:
    return "" if bar.interval is None else unit.between(*bar.interval)
