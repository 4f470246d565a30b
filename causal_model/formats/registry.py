"""Which suffix is which format: the one table of formats that are read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from causal_model.errors import GraphFileError, did_you_mean
from causal_model.files import write_atomically
from causal_model.formats.bif import parse_bif, write_bif
from causal_model.formats.net import parse_net, write_net
from causal_model.formats.source import GZIP, Reading, Source, read_source
from causal_model.formats.uai import parse_uai, write_uai
from causal_model.formats.xdsl import parse_xdsl, write_xdsl
from causal_model.formats.xmlbif import parse_xmlbif, write_xmlbif
from causal_model.network import Network

__all__ = [
    "FORMATS",
    "Format",
    "format_of",
    "read_network",
    "reading_of",
    "stem_of",
    "write_network",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of network files.

    Attributes:
        name: what people call it.
        read: text to network and remarks.
        write: network to text; refuses names that the format cannot carry.
    """

    name: str
    read: Callable[[Source], Reading]
    write: Callable[[Network], str]


XMLBIF = Format("XMLBIF", parse_xmlbif, write_xmlbif)

FORMATS: Mapping[str, Format] = {
    ".bif": Format("BIF", parse_bif, write_bif),
    ".xdsl": Format("XDSL", parse_xdsl, write_xdsl),
    ".xmlbif": XMLBIF,
    ".xml": XMLBIF,
    ".net": Format("Hugin NET", parse_net, write_net),
    ".uai": Format("UAI", parse_uai, write_uai),
}


def format_of(path: str | Path) -> Format | None:
    """The format that a path names by its suffix, before .gz if it is packed; None if unknown."""
    return FORMATS.get(_bare(path).suffix.lower())


def stem_of(path: str | Path) -> str:
    """The name of the file without its suffixes: ``alarm`` for ``nets/alarm.bif.gz``."""
    return _bare(path).stem


def read_network(path: str | Path) -> Network:
    """Read a network file of any known format.

    Raises:
        InvalidGraphFile: it cannot be read, or something is wrong with it; says where.
        GraphFileError: the suffix is unknown.
    """
    return reading_of(path).network


def reading_of(path: str | Path) -> Reading:
    """Read a network file of any known format, with remarks on what was accepted all the same.

    Raises:
        InvalidGraphFile: it cannot be read, or something is wrong with it; says where.
        GraphFileError: the suffix is unknown.
    """
    return _required(path).read(read_source(path))


def write_network(network: Network, path: str | Path) -> None:
    """Write a network file; the suffix decides on the format.

    Raises:
        GraphFileError: the suffix is unknown, or the format cannot carry a name.
        RenderError: the file cannot be written.
    """
    if Path(path).suffix.lower() == GZIP:
        raise GraphFileError(f"{path}: packed files are read only; write {_bare(path).name}")
    text = _required(path).write(network)
    write_atomically(Path(path), text.encode())


def _required(path: str | Path) -> Format:
    found = format_of(path)
    if found is None:
        suffix = _bare(path).suffix
        what = f"the suffix {suffix!r} is unknown" if suffix else "there is no suffix"
        near = did_you_mean(suffix, FORMATS)
        raise GraphFileError(f"{path}: {what}.{near} Known: {', '.join(FORMATS)}")
    return found


def _bare(path: str | Path) -> Path:
    """The path without .gz."""
    return Path(path).with_suffix("") if Path(path).suffix.lower() == GZIP else Path(path)
