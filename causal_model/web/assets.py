"""The files that the page loads, read once; nothing else of the disk can be asked for."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Asset", "assets"]

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: its content, what it is, and a tag that changes with it."""

    content: bytes
    media_type: str
    tag: str


def assets() -> Mapping[str, Asset]:
    """The assets of the page by the name of their file."""
    found = {}
    for each in files("causal_model.page").joinpath("assets").iterdir():
        suffix = each.name[each.name.rfind(".") :]
        if suffix in MEDIA_TYPES:
            content = each.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            found[each.name] = Asset(content, MEDIA_TYPES[suffix], tag)
    return found
