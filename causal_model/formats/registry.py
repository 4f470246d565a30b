"""Which suffix is which format: the one table of formats that are read and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from causal_model.errors import GraphFileError, did_you_mean
from causal_model.files import write_atomically
from causal_model.formats.source import GZIP, Reading, Source, read_source
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
    """A format of network files; its module is imported when it is first read or written.

    Attributes:
        name: what people call it.
        stem: of the module, and of its functions `parse_...` and `write_...`.
    """

    name: str
    stem: str

    def read(self, source: Source) -> Reading:
        """Text to network and remarks."""
        found: Reading = getattr(self._module(), f"parse_{self.stem}")(source)
        return found

    def write(self, network: Network) -> str:
        """Network to text; refuses names that the format cannot carry."""
        text: str = getattr(self._module(), f"write_{self.stem}")(network)
        return text

    def _module(self) -> ModuleType:
        return import_module(f"causal_model.formats.{self.stem}")


XMLBIF = Format("XMLBIF", "xmlbif")

FORMATS: Mapping[str, Format] = {
    ".bif": Format("BIF", "bif"),
    ".xdsl": Format("XDSL", "xdsl"),
    ".xmlbif": XMLBIF,
    ".xml": XMLBIF,
    ".net": Format("Hugin NET", "net"),
    ".uai": Format("UAI", "uai"),
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
