"""A drawing as PDF, shape by shape with fpdf2, so that its text is text and its lines are lines.

With the bundled font and a fixed date, the same input gives the same bytes.
"""

import datetime
import logging
from typing import Any

from causal_model.render.fallback_font import bold_of, cjk_font, face_of, foreign, runs
from causal_model.render.shapes import Drawing, Path, Rect, Text, flat
from causal_model.render.text import BOLD, FONTS, REGULAR, one_line, printable

__all__ = ["write_pdf"]

EPOCH = datetime.datetime(2026, 1, 7, tzinfo=datetime.UTC)


def write_pdf(drawing: Drawing) -> bytes:
    """Write PDF, on one page of the size of the drawing."""
    from fpdf import FPDF

    page = FPDF(unit="pt", format=(drawing.width, drawing.height))
    page.set_creation_date(EPOCH)
    page.set_title(printable(drawing.label))
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.c_margin = 0
    page.add_font("DejaVu", "", str(FONTS / REGULAR))
    page.add_font("DejaVu", "B", str(FONTS / BOLD))
    fallback = cjk_font() if foreign(drawing) else None
    if fallback is not None:
        for style, font in (("", fallback), ("B", bold_of(fallback))):
            page.add_font("CJK", style, str(font), collection_font_number=face_of(font))
    page.add_page()
    for shape in flat(drawing.shapes):
        if isinstance(shape, Text):
            _text(page, shape, other="CJK" if fallback else "DejaVu")
        elif isinstance(shape, Rect):
            _rect(page, shape)
        else:
            _path(page, shape)
    # fpdf2 logs what it has no glyph for; `output.remarks` says it once, and to the user.
    log = logging.getLogger("fpdf.output")
    log.addFilter(_nothing)
    try:
        return bytes(page.output())
    finally:
        log.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def _text(page: Any, shape: Text, other: str) -> None:
    """Draw a text; `other` is the font of what the bundled one lacks.

    fpdf2 could choose the fonts itself, but then forgets which one is set, and draws what follows with
    the glyphs of another.
    """
    page.set_text_color(shape.fill)
    style = "B" if shape.bold else ""
    measured = []
    for is_foreign, run in runs(one_line(shape.text)):
        page.set_font(other if is_foreign else "DejaVu", style, shape.size)
        measured.append((page.font_family, run, page.get_string_width(run)))
    wide = sum(width for _, _, width in measured)
    left = shape.x - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
    at = left
    for family, run, width in measured:
        page.set_font(family, style, shape.size)
        page.set_xy(at, shape.y - shape.size * 0.8)
        page.cell(w=width + 1, h=shape.size, text=run)
        at += width
    if shape.struck:
        page.set_draw_color(shape.fill)
        page.set_line_width(0.8)
        page.set_dash_pattern()
        page.line(left, shape.y - shape.size * 0.3, left + wide, shape.y - shape.size * 0.3)


def _rect(page: Any, shape: Rect) -> None:
    style = _paint(page, shape)
    if not style or shape.width <= 0 or shape.height <= 0:
        return
    radius = min(shape.radius, shape.width / 2, shape.height / 2)
    page.rect(
        *(shape.x, shape.y, shape.width, shape.height),
        style=style,
        round_corners=radius > 0,
        corner_radius=radius,
    )


def _path(page: Any, shape: Path) -> None:
    style = _paint(page, shape)
    if not style:
        return
    if not shape.curved:
        draw = page.polygon if shape.closed else page.polyline
        draw(list(shape.points), style=style)
        return
    for at in range(0, len(shape.points) - 1, 3):
        page.bezier(list(shape.points[at : at + 4]), style=style)


def _paint(page: Any, shape: Rect | Path) -> str:
    """Set colours, width and dashes; which of drawing and filling there is."""
    style = ""
    if shape.stroke:
        page.set_draw_color(shape.stroke)
        page.set_line_width(shape.stroke_width)
        if shape.dash:
            page.set_dash_pattern(dash=shape.dash[0], gap=shape.dash[1])
        else:
            page.set_dash_pattern()
        style += "D"
    if shape.fill:
        page.set_fill_color(shape.fill)
        style += "F"
    return style
