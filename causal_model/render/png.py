"""A drawing as PNG: its SVG text through resvg.

With the bundled font alone, the same input gives the same bytes.
"""

import math

from causal_model.render.fallback_font import bold_of, cjk_font, family_of, foreign, has_all
from causal_model.render.shapes import Drawing
from causal_model.render.svg import write_svg
from causal_model.render.text import BOLD, FONTS, REGULAR

__all__ = ["SCALE", "largest_scale", "write_png"]

# Pixels of a PNG for every pixel of the drawing: sharp on screens of high density and in print.
SCALE = 2.0
# Larger pictures are made smaller: many programs open no longer sides, and every pixel takes four bytes.
LONGEST_SIDE, MOST_PIXELS = 16_000, 64_000_000


def write_png(drawing: Drawing, scale: float = SCALE) -> bytes:
    """Write PNG; text that the bundled font lacks falls back to a font of the system.

    Args:
        drawing: what is drawn.
        scale: pixels for every pixel of the drawing; fewer where the picture would be too large.
    """
    import resvg_py

    lacking = foreign(drawing)
    fallback = cjk_font() if lacking else None
    # Of all fonts of a system, any would be taken, though it were one with serifs.
    enough = fallback is not None and has_all(fallback, lacking)
    fonts, other = [FONTS / REGULAR, FONTS / BOLD], ""
    if fallback and enough:
        # Told by name, as else the first of its files is taken, whether the text is bold or not.
        fonts += [fallback, bold_of(fallback)]
        other = family_of(fallback)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=write_svg(drawing, other=other),
            zoom=min(scale, largest_scale(drawing)),
            skip_system_fonts=enough or not lacking,
            font_files=[str(font) for font in fonts],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )


def largest_scale(drawing: Drawing) -> float:
    """The largest scale at which a PNG stays within its bounds."""
    wide, high = drawing.width, drawing.height
    return min(LONGEST_SIDE / max(wide, high), math.sqrt(MOST_PIXELS / (wide * high)))
