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
from causal_model.render.svg import write_svg

__all__ = ["FORMATS", "to_bytes", "write"]

FORMATS: dict[str, Callable[[Picture], bytes]] = {
    "svg": lambda picture: write_svg(draw(picture)).encode(),
    "png": lambda picture: image.png(draw(picture)),
    "pdf": lambda picture: image.pdf(draw(picture)),
    "dot": lambda picture: write_dot(picture).encode(),
    "mmd": lambda picture: write_mermaid(picture).encode(),
}


def to_bytes(picture: Picture, suffix: str) -> bytes:
    """The picture in a format, given by the suffix of its files.

    Raises:
        RenderError: unknown suffix.
    """
    if suffix not in FORMATS:
        raise RenderError(
            f"cannot write {'.' + suffix if suffix else 'a file without a suffix'};"
            f" known: {', '.join('.' + each for each in FORMATS)}.{did_you_mean(suffix, FORMATS)}"
        )
    return FORMATS[suffix](picture)


def write(picture: Picture, path: Path) -> list[str]:
    """Write the picture; the file is replaced only when the new one is whole.

    Returns:
        Remarks for the user, for example on characters without a font.

    Raises:
        RenderError: unknown suffix, or the file cannot be written.
    """
    suffix = path.suffix.removeprefix(".").lower()
    write_atomically(path, to_bytes(picture, suffix))
    return image.remarks(draw(picture), suffix)
