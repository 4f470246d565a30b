"""The graphs that are served, each read again when one of its files has changed."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from causal_model.errors import CausalModelError, QueryError, did_you_mean
from causal_model.library import chain_of, claims_place, scenarios_of
from causal_model.model import Model, load

__all__ = ["Shelf"]

# Of every file: when it was written, its size, and which one it is; None where there is none.
Stamp = tuple[tuple[str, tuple[int, int, int] | None], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A graph as it was read, or why it cannot be; what else was made of it is kept beside."""

    stamp: Stamp
    chain: tuple[Path, ...]
    found: Model | Exception
    made: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Shelf:
    """Graphs by the name under which they are served.

    A question looks at the files of its graph before it is answered: the graph file, those that it extends,
    scenarios and claims. That takes some twenty looks at the disk and no reading.

    Attributes:
        places: where every graph lies.
        max_memory: bytes that an answer may take; None for a share of what is free.
    """

    places: Mapping[str, Path]
    max_memory: int | None = None
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def model(self, name: str) -> Model:
        """The graph of a name as its files are now.

        Raises:
            QueryError: no graph is served under this name.
            CausalModelError: the graph cannot be read.
        """
        found = self._fresh(name).found
        if isinstance(found, Exception):
            raise found
        return found

    def revision(self, name: str) -> str:
        """Another text whenever one of the files of a graph has changed."""
        return hashlib.sha256(repr(self._fresh(name).stamp).encode()).hexdigest()[:16]

    def made(self, name: str, what: str) -> dict[str, Any]:
        """A place for what was made of a graph, which is empty again when the graph has changed."""
        made: dict[str, Any] = self._fresh(name).made.setdefault(what, {})
        return made

    def without_folders(self, text: str) -> str:
        """A text in which files are named as in their folder, since the rest is nobody's business."""
        folders = {str(each) for path in self.places.values() for each in _spellings(path.parent)}
        for folder in sorted(folders - {".", os.sep}, key=len, reverse=True):
            text = text.replace(folder + os.sep, "")
        return text

    def _fresh(self, name: str) -> _Kept:
        if name not in self.places:
            known = ", ".join(self.places)
            near = did_you_mean(name, self.places)
            raise QueryError(f"no graph {name!r} is served.{near or f' Served: {known}'}")
        path = self.places[name]
        kept = self._kept.get(name)
        if kept is not None and kept.stamp == _stamp(kept.chain):
            return kept
        # Each file is looked at before it is read: what is written meanwhile is read next time.
        stamp = _stamp(chain_of(path))
        chain = tuple(chain_of(path))
        found: Model | Exception
        try:
            found = replace(load(path), max_memory=self.max_memory)
        except (CausalModelError, OSError) as error:
            found = error
        self._kept[name] = _Kept(stamp, chain, found)
        return self._kept[name]


def _stamp(chain: Iterable[Path]) -> Stamp:
    looks: list[tuple[str, tuple[int, int, int] | None]] = []
    files: list[Path] = []
    for path in chain:
        looks.append((str(path), _look(path)))
        files += [claims_place(path), *([] if files else scenarios_of(path).values())]
    return (*looks, *((str(path), _look(path)) for path in files))


def _look(path: Path) -> tuple[int, int, int] | None:
    try:
        seen = path.stat()
    except (OSError, ValueError):
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _spellings(folder: Path) -> tuple[Path, ...]:
    return folder, folder.absolute(), folder.resolve()
