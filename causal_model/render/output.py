"""Pictures and other drawings as files: the suffix decides how they are written."""

from collections.abc import Callable, Iterable
from pathlib import Path

from causal_model.errors import RenderError, did_you_mean
from causal_model.files import write_atomically
from causal_model.render.dot import write_dot
from causal_model.render.fallback_font import cjk_font, foreign
from causal_model.render.graph.draw import draw
from causal_model.render.mermaid import write_mermaid
from causal_model.render.pdf import write_pdf
from causal_model.render.picture import Picture
from causal_model.render.png import largest_scale, write_png
from causal_model.render.shapes import Drawing
from causal_model.render.svg import write_svg

__all__ = ["ENCODERS", "FORMATS", "remarks", "require_drawn", "to_bytes", "write", "write_drawing"]

# What a file holds, and remarks for the user; a picture is laid out once for both.
Written = tuple[bytes, list[str]]


# How a drawing is written, by suffix; a picture of a graph has formats besides that need none.
ENCODERS: dict[str, Callable[[Drawing], bytes]] = {
    "svg": lambda drawing: write_svg(drawing).encode(),
    "png": write_png,
    "pdf": write_pdf,
}


def _encoded(drawing: Drawing, suffix: str) -> Written:
    return ENCODERS[suffix](drawing), remarks(drawing, suffix)


FORMATS: dict[str, Callable[[Picture], Written]] = {
    "svg": lambda picture: _encoded(draw(picture), "svg"),
    "png": lambda picture: _encoded(draw(picture), "png"),
    "pdf": lambda picture: _encoded(draw(picture), "pdf"),
    "dot": lambda picture: (write_dot(picture).encode(), []),
    "mmd": lambda picture: (write_mermaid(picture).encode(), []),
}


def to_bytes(picture: Picture, suffix: str) -> bytes:
    """The picture in a format, given by the suffix of its files.

    Raises:
        RenderError: unknown suffix.
    """
    return _written(picture, suffix)[0]


def write(picture: Picture, path: Path) -> list[str]:
    """Write the picture; the file is replaced only when the new one is whole.

    Returns:
        Remarks for the user, for example on characters without a font.

    Raises:
        RenderError: unknown suffix, or the file cannot be written.
    """
    data, told = _written(picture, _suffix(path))
    write_atomically(path, data)
    return told


def write_drawing(drawing: Drawing, path: Path) -> list[str]:
    """Write shapes that are placed already, such as those of a chart, as SVG, PNG or PDF.

    Returns:
        Remarks for the user.

    Raises:
        RenderError: unknown suffix, or the file cannot be written.
    """
    data, told = _encoded(drawing, require_drawn(path))
    write_atomically(path, data)
    return told


def remarks(drawing: Drawing, suffix: str) -> list[str]:
    """What a user should know about the file: missing fonts, a size that had to be cut."""
    told = []
    if suffix == "png" and largest_scale(drawing) < 1:
        told.append(
            f"the picture is drawn at {largest_scale(drawing):.0%} of its size, as large as a PNG may be:"
            " write SVG or PDF to read small type"
        )
    lacking = foreign(drawing)
    if lacking and suffix in ("png", "pdf") and cjk_font() is None:
        shown = lacking[:10] + ("…" if len(lacking) > 10 else "")
        told.append(
            f"no font was found for {shown}: install one with Chinese characters, or write SVG"
        )
    return told


def require_drawn(path: Path) -> str:
    """The format that the suffix of a file asks for, if it is one that takes any drawing.

    Raises:
        RenderError: it is not.
    """
    return _require(_suffix(path), ENCODERS)


def _written(picture: Picture, suffix: str) -> Written:
    return FORMATS[_require(suffix, FORMATS)](picture)


def _suffix(path: Path) -> str:
    return path.suffix.removeprefix(".").lower()


def _require(suffix: str, known: Iterable[str]) -> str:
    if suffix not in known:
        raise RenderError(
            f"cannot write {'.' + suffix if suffix else 'a file without a suffix'};"
            f" known: {', '.join('.' + each for each in known)}.{did_you_mean(suffix, known)}"
        )
    return suffix
