"""Pictures and other drawings as files: the suffix decides how they are written."""

from collections.abc import Callable, Iterable
from pathlib import Path

from causal_model.errors import RenderError, did_you_mean
from causal_model.files import write_atomically
from causal_model.render import image
from causal_model.render.dot import write_dot
from causal_model.render.graph.draw import draw
from causal_model.render.mermaid import write_mermaid
from causal_model.render.picture import Picture
from causal_model.render.shapes import Drawing
from causal_model.render.svg import write_svg

__all__ = ["ENCODERS", "FORMATS", "require_drawn", "to_bytes", "write", "write_drawing"]

# What a file holds, and remarks for the user; a picture is laid out once for both.
Written = tuple[bytes, list[str]]


# How a drawing is written, by suffix; a picture of a graph has formats besides that need none.
ENCODERS: dict[str, Callable[[Drawing], bytes]] = {
    "svg": lambda drawing: write_svg(drawing).encode(),
    "png": image.png,
    "pdf": image.pdf,
}


def _encoded(drawing: Drawing, suffix: str) -> Written:
    return ENCODERS[suffix](drawing), image.remarks(drawing, suffix)


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
    data, remarks = _written(picture, _suffix(path))
    write_atomically(path, data)
    return remarks


def write_drawing(drawing: Drawing, path: Path) -> list[str]:
    """Write shapes that are placed already, such as those of a chart, as SVG, PNG or PDF.

    Returns:
        Remarks for the user.

    Raises:
        RenderError: unknown suffix, or the file cannot be written.
    """
    data, remarks = _encoded(drawing, require_drawn(path))
    write_atomically(path, data)
    return remarks


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
