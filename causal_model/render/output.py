"""Pictures as files: the suffix decides how they are written."""

from collections.abc import Callable
from pathlib import Path

from causal_model.errors import RenderError, did_you_mean
from causal_model.files import write_atomically
from causal_model.render import image
from causal_model.render.dot import write_dot
from causal_model.render.draw import draw
from causal_model.render.mermaid import write_mermaid
from causal_model.render.picture import Picture
from causal_model.render.shapes import Drawing
from causal_model.render.svg import write_svg

__all__ = ["FORMATS", "to_bytes", "write"]

# What a file holds, and remarks for the user; a picture is laid out once for both.
Written = tuple[bytes, list[str]]


def _drawn(picture: Picture, suffix: str, encode: Callable[[Drawing], bytes]) -> Written:
    drawing = draw(picture)
    return encode(drawing), image.remarks(drawing, suffix)


FORMATS: dict[str, Callable[[Picture], Written]] = {
    "svg": lambda picture: _drawn(picture, "svg", lambda drawing: write_svg(drawing).encode()),
    "png": lambda picture: _drawn(picture, "png", image.png),
    "pdf": lambda picture: _drawn(picture, "pdf", image.pdf),
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
    data, remarks = _written(picture, path.suffix.removeprefix(".").lower())
    write_atomically(path, data)
    return remarks


def _written(picture: Picture, suffix: str) -> Written:
    if suffix not in FORMATS:
        raise RenderError(
            f"cannot write {'.' + suffix if suffix else 'a file without a suffix'};"
            f" known: {', '.join('.' + each for each in FORMATS)}.{did_you_mean(suffix, FORMATS)}"
        )
    return FORMATS[suffix](picture)
