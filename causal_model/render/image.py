"""PNG and PDF of a drawing, with the bundled font, so that the same input gives the same bytes.

PNG comes from the SVG text through resvg; PDF is drawn shape by shape with fpdf2, so its text is text and
its lines are lines. Fonts of the system are looked at only for characters that the bundled one lacks,
which is the case for Chinese labels.
"""

import datetime
import logging
import math
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path as FilePath
from typing import Any

from causal_model.render import shapes as sh
from causal_model.render.svg import write_svg
from causal_model.render.text import BOLD, FONTS, REGULAR, lacking, printable

__all__ = ["pdf", "png", "remarks"]

# Pixels of a PNG for every pixel of the drawing: sharp on screens of high density and in print.
SCALE = 2.0
# Larger pictures are made smaller: many programs open no longer sides, and every pixel takes four bytes.
LONGEST_SIDE, MOST_PIXELS = 16_000, 64_000_000
# Where common systems keep fonts with Chinese characters, the plain and the clear ones first; the first
# that is there is taken.
CJK_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msjh.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
# Of the faces in a file, the one that is drawn for Traditional Chinese; else the first.
TRADITIONAL = {"NotoSansCJK-Regular.ttc": 3}
EPOCH = datetime.datetime(2026, 1, 7, tzinfo=datetime.UTC)


def png(drawing: sh.Drawing, scale: float = SCALE) -> bytes:
    """Draw as PNG; text that the bundled font lacks falls back to a font of the system.

    Args:
        drawing: what is drawn.
        scale: pixels for every pixel of the drawing; fewer where the picture would be too large.
    """
    import resvg_py

    foreign = _foreign(drawing)
    fallback = _cjk_font() if foreign else None
    # Of all fonts of a system, any would be taken, though it were one with serifs.
    enough = fallback is not None and _has_all(fallback, foreign)
    fonts = [FONTS / REGULAR, FONTS / BOLD, *([fallback] if fallback and enough else [])]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=write_svg(drawing),
            zoom=min(scale, _largest(drawing)),
            skip_system_fonts=enough or not foreign,
            font_files=[str(font) for font in fonts],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )


def pdf(drawing: sh.Drawing) -> bytes:
    """Draw as PDF on one page of the size of the drawing."""
    from fpdf import FPDF

    page = FPDF(unit="pt", format=(drawing.width, drawing.height))
    page.set_creation_date(EPOCH)
    page.set_title(printable(drawing.label))
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.c_margin = 0
    page.add_font("DejaVu", "", str(FONTS / REGULAR))
    page.add_font("DejaVu", "B", str(FONTS / BOLD))
    fallback = _cjk_font() if _foreign(drawing) else None
    if fallback is not None:
        face = TRADITIONAL.get(fallback.name, 0)
        page.add_font("CJK", "", str(fallback), collection_font_number=face)
        page.add_font("CJK", "B", str(fallback), collection_font_number=face)
    page.add_page()
    for shape in _flat(drawing.shapes):
        if isinstance(shape, sh.Text):
            _text(page, shape, other="CJK" if fallback else "DejaVu")
        elif isinstance(shape, sh.Rect):
            _rect(page, shape)
        else:
            _path(page, shape)
    # fpdf2 logs what it has no glyph for; `remarks` says it once, and to the user.
    log = logging.getLogger("fpdf.output")
    log.addFilter(_nothing)
    try:
        return bytes(page.output())
    finally:
        log.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def remarks(drawing: sh.Drawing, suffix: str) -> list[str]:
    """What a user should know about the picture: missing fonts, a size that had to be cut."""
    told = []
    if suffix == "png" and _largest(drawing) < 1:
        told.append(
            f"the picture is drawn at {_largest(drawing):.0%} of its size, as large as a PNG may be:"
            " write SVG or PDF to read small type"
        )
    foreign = _foreign(drawing)
    if foreign and suffix in ("png", "pdf") and _cjk_font() is None:
        shown = foreign[:10] + ("…" if len(foreign) > 10 else "")
        told.append(
            f"no font was found for {shown}: install one with Chinese characters, or write SVG"
        )
    return told


def _largest(drawing: sh.Drawing) -> float:
    """The largest scale at which a PNG stays within its bounds."""
    wide, high = drawing.width, drawing.height
    return min(LONGEST_SIDE / max(wide, high), math.sqrt(MOST_PIXELS / (wide * high)))


def _foreign(drawing: sh.Drawing) -> str:
    texts = [shape.text for shape in _flat(drawing.shapes) if isinstance(shape, sh.Text)]
    return lacking("".join(_line(text) for text in texts))


def _line(text: str) -> str:
    return printable(text).replace("\n", " ")


def _cjk_font() -> FilePath | None:
    return next((path for path in map(FilePath, CJK_FONTS) if path.is_file()), None)


def _has_all(font: FilePath, characters: str) -> bool:
    from fontTools.ttLib import TTFont

    with TTFont(font, fontNumber=TRADITIONAL.get(font.name, 0), lazy=True) as opened:
        glyphs: dict[int, str] = opened.getBestCmap()
    return set(map(ord, characters)) <= glyphs.keys()


def _flat(shapes: Any) -> Iterator[sh.Rect | sh.Path | sh.Text]:
    for shape in shapes:
        if isinstance(shape, sh.Group):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _text(page: Any, shape: sh.Text, other: str) -> None:
    """Draw a text; `other` is the font of what the bundled one lacks.

    fpdf2 could choose the fonts itself, but then forgets which one is set, and draws what follows with
    the glyphs of another.
    """
    page.set_text_color(shape.fill)
    text = _line(shape.text)
    foreign = lacking(text)
    style = "B" if shape.bold else ""
    runs = []
    for is_foreign, run in groupby(text, key=lambda each: each in foreign):
        page.set_font(other if is_foreign else "DejaVu", style, shape.size)
        run_text = "".join(run)
        runs.append((page.font_family, run_text, page.get_string_width(run_text)))
    wide = sum(width for _, _, width in runs)
    left = shape.x - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
    at = left
    for family, run_text, width in runs:
        page.set_font(family, style, shape.size)
        page.set_xy(at, shape.y - shape.size * 0.8)
        page.cell(w=width + 1, h=shape.size, text=run_text)
        at += width
    if shape.struck:
        page.set_draw_color(shape.fill)
        page.set_line_width(0.8)
        page.set_dash_pattern()
        page.line(left, shape.y - shape.size * 0.3, left + wide, shape.y - shape.size * 0.3)


def _rect(page: Any, shape: sh.Rect) -> None:
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


def _path(page: Any, shape: sh.Path) -> None:
    style = _paint(page, shape)
    if not style:
        return
    if not shape.curved:
        draw = page.polygon if shape.closed else page.polyline
        draw(list(shape.points), style=style)
        return
    for at in range(0, len(shape.points) - 1, 3):
        page.bezier(list(shape.points[at : at + 4]), style=style)


def _paint(page: Any, shape: sh.Rect | sh.Path) -> str:
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
