"""A chart becomes a drawing: title, what was given and found, legend, panels, remarks and the note."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from causal_model.render.charts.bars import draw_bars
from causal_model.render.charts.calibration import draw_calibration
from causal_model.render.charts.curve import draw_curve
from causal_model.render.charts.marks import (
    change_bar,
    diamond,
    dot,
    level,
    outline,
    plain_bar,
    tick,
    whisker,
)
from causal_model.render.charts.moves import draw_moves
from causal_model.render.charts.tornado import draw_tornado
from causal_model.render.charts.units import Unit
from causal_model.render.charts.values import (
    Bars,
    Calibration,
    Chart,
    Curve,
    Key,
    Mark,
    Moves,
    Panel,
    Tornado,
    WatchList,
    Waterfall,
)
from causal_model.render.charts.watch import draw_watch_list
from causal_model.render.charts.waterfall import draw_waterfall
from causal_model.render.palette import INK, LINE, SOFT, TRACK
from causal_model.render.shapes import Drawing, Group, Rect, Shape, Text
from causal_model.render.text import shortened, width, wrapped

__all__ = ["draw_chart"]

WIDTH, MARGIN = 940.0, 24.0
TITLE_SIZE, TOLD_SIZE, HEAD_SIZE, SMALL_SIZE = 20.0, 13.0, 14.0, 12.0
TITLE_LINE, TOLD_LINE, HEAD_LINE, SMALL_LINE, KEY_LINE = 26.0, 18.0, 19.0, 16.5, 21.0
TOLD_LINES, REMARK_LINES = 4, 6
BEFORE_PANEL = 22.0
SYMBOL, MOST_UNIT = 26.0, 110.0

PANELS: dict[type, Callable[[Any, float, float, float], tuple[list[Shape], float]]] = {
    Bars: draw_bars,
    Tornado: draw_tornado,
    Waterfall: draw_waterfall,
    Curve: draw_curve,
    WatchList: draw_watch_list,
    Moves: draw_moves,
    Calibration: draw_calibration,
}


def draw_chart(chart: Chart) -> Drawing:
    """Draw a chart; the width is always the same, and the height what is needed."""
    inner = WIDTH - 2 * MARGIN
    shapes: list[Shape] = []
    y = MARGIN
    for line in wrapped(chart.title, inner, TITLE_SIZE, lines=3, bold=True):
        shapes.append(Text(MARGIN, y + 17, line, TITLE_SIZE, INK, bold=True, name="title"))
        y += TITLE_LINE
    y += 2
    for told in filter(None, chart.told):
        for line in wrapped(told, inner, TOLD_SIZE, lines=TOLD_LINES):
            shapes.append(Text(MARGIN, y + 12, line, TOLD_SIZE, SOFT, name="told"))
            y += TOLD_LINE
    if chart.keys:
        legend, y = _legend(chart.keys, y + 10, inner)
        shapes.append(legend)
    for number, panel in enumerate(chart.panels):
        y += BEFORE_PANEL
        own: list[Shape] = []
        for line in (
            wrapped(panel.heading, inner, HEAD_SIZE, lines=2, bold=True) if panel.heading else []
        ):
            own.append(Text(MARGIN, y + 13, line, HEAD_SIZE, INK, bold=True, name="panel-heading"))
            y += HEAD_LINE
        y += 6 if panel.heading else 0
        drawn, y = PANELS[type(panel)](_bounded(panel), MARGIN, y, inner)
        shapes.append(Group([*own, *drawn], {"class": "panel", "data-index": str(number)}))
    y += 16
    for remark in filter(None, chart.remarks):
        for line in wrapped(remark, inner, SMALL_SIZE, lines=REMARK_LINES):
            shapes.append(Text(MARGIN, y + 11, line, SMALL_SIZE, SOFT, name="remark"))
            y += SMALL_LINE
        y += 2
    if chart.note:
        for line in wrapped(chart.note, inner, SMALL_SIZE, lines=2):
            shapes.append(Text(MARGIN, y + 11, line, SMALL_SIZE, SOFT, name="note"))
            y += SMALL_LINE
    told_all = " ".join(filter(None, (chart.title, *chart.told)))
    return Drawing(WIDTH, y + MARGIN, shapes, told_all, chart.lang)


def _bounded(panel: Panel) -> Panel:
    """The same with short names of units, as users may give any to a utility."""
    short: dict[str, Any] = {
        each.name: replace(unit, name=shortened(unit.name, MOST_UNIT, SMALL_SIZE))
        for each in fields(panel)
        if isinstance(unit := getattr(panel, each.name), Unit)
    }
    return replace(panel, **short)


def _legend(keys: tuple[Key, ...], y: float, room: float) -> tuple[Group, float]:
    """What the marks mean, in as many lines as there is room for."""
    x = MARGIN
    shapes: list[Shape] = []
    for key in keys:
        lines = wrapped(key.text, room - SYMBOL - 7, SMALL_SIZE, lines=3)
        needed = SYMBOL + 7 + max(width(line, SMALL_SIZE) for line in lines)
        if x > MARGIN and x + needed > MARGIN + room:
            x, y = MARGIN, y + KEY_LINE
        shapes += _symbol(key.mark, x, y + 6)
        for at, line in enumerate(lines):
            if at:
                y += SMALL_LINE
            shapes.append(Text(x + SYMBOL + 7, y + 10, line, SMALL_SIZE, SOFT, name="legend"))
        x += needed + 22
    return Group(shapes, {"class": "legend"}), y + KEY_LINE - 4


def _symbol(mark: Mark, x: float, middle: float) -> list[Shape]:
    right, centre = x + SYMBOL, (x + SYMBOL / 2, middle)
    match mark:
        case "bar":
            return plain_bar(x, right, middle, 10)
        case "outline":
            return [outline(x, right, middle, 12)]
        case "interval":
            return whisker(x + 3, right - 3, middle)
        case "rise":
            return change_bar(x, right, middle, 10)
        case "fall":
            return change_bar(right, x, middle, 10)
        case "level":
            return [level((x, middle), (right, middle))]
        case "span":
            return [Rect(x, middle - 6, SYMBOL, 12, TRACK, LINE, 1.0, (2.0, 3.0), name="span")]
        case "diamond":
            return [diamond(centre, 6)]
        case "dot" | "ring":
            return [dot(centre, 5.5, hollow=mark == "ring")]
        case "change":
            return [tick(centre[0], middle + 4, "+ / −", SMALL_SIZE)]
