"""YAML text to plain data in which every value knows its line and column.

All scalars stay text, and the schema converts them later: so the states `no`, `on`, `1e3` and `12:30`
stay what they are, and `1e-3` is a number where a number is wanted. What YAML offers beyond mappings,
lists and scalars (anchors, tags, merge keys, several documents) is refused, since it hides from a reader
what a file says, and some of it can blow a small file up. PyYAML's C parser delivers the events.
"""

import os
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from causal_model.errors import nearest
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, Span

__all__ = [
    "STDIN",
    "Document",
    "Path_",
    "is_pipe",
    "lines_of",
    "load_text",
    "nearest_file",
    "place_of",
    "read_text",
]

# The place of a value: the keys and list positions that lead to it.
Path_ = tuple[str | int, ...]

DEEPEST = 50
LARGEST_FILE = 10_000_000
# How standard input is called in messages; it is read when this is asked for.
STDIN = "<stdin>"
# How a shell names the pipes that it makes for `<(command)`.
PIPES = re.compile(r"/(dev|proc/self)/fd/[0-9]{1,9}|/dev/stdin")
# Where a line ends for YAML; its parser counts lines so.
LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# A folder with more files than this is not searched for the name that was meant.
MOST_BESIDE = 2_000
SIGN = re.compile(r"\bsign: *-")
NULLS = ("", "~", "null", "Null", "NULL")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """Plain data and where each value stands.

    Attributes:
        data: dict, list, str or None, nested.
        keys: place of the key (or the list item) that leads to a value.
        values: place of the value itself.
        diagnostics: what is wrong with the text.
    """

    data: Any
    keys: dict[Path_, Span] = field(default_factory=dict)
    values: dict[Path_, Span] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def key_span(self, path: Path_) -> Span:
        """Where the key is, else the nearest thing around it that is known."""
        return self._nearest(self.keys, path)

    def value_span(self, path: Path_) -> Span:
        """Where the value is, else the nearest thing around it that is known."""
        return self._nearest(self.values, path)

    def _nearest(self, first: dict[Path_, Span], path: Path_) -> Span:
        if path in first:
            return first[path]
        while path not in self.keys and path not in self.values and path:
            path = path[:-1]
        return self.keys.get(path) or self.values[path]


def read_text(path: str | Path, shown: str | None = None) -> str:
    """Read a text file that a user named, or standard input.

    Raises:
        InvalidGraphFile: it is missing, no regular file, too large, or not UTF-8.
    """
    name = str(path) if shown is None else shown

    def refuse(code: str, message: str, hint: str = "") -> InvalidGraphFile:
        return InvalidGraphFile([Diagnostic(code, message, Span(name, 1, 1, 2), hint)])

    try:
        if name == STDIN:
            # One byte beyond the limit is read, and no more.
            return _decoded(_stdin(LARGEST_FILE + 1), name)
        # Looking before opening: opening a FIFO waits for a writer, reading /dev/zero never ends. Only a
        # pipe that the shell opened already, and that the user named, has somebody writing to it.
        mode = Path(path).stat()
        if stat.S_ISFIFO(mode.st_mode) and shown is None and is_pipe(path):
            with Path(path).open("rb") as pipe:
                return _decoded(pipe.read(LARGEST_FILE + 1), name)
        if not stat.S_ISREG(mode.st_mode):
            kind = "a folder" if stat.S_ISDIR(mode.st_mode) else "no regular file"
            raise refuse("Y001", f"is {kind}, expected a YAML file")
        if mode.st_size > LARGEST_FILE:
            raise refuse("Y007", f"has {mode.st_size:,} bytes, expected at most {LARGEST_FILE:,}")
        raw = Path(path).read_bytes()
    except InvalidGraphFile:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = nearest_file(Path(path)) if isinstance(error, FileNotFoundError) else ""
        raise refuse("Y001", f"cannot be read: {reason}", hint) from None
    return _decoded(raw, name)


def is_pipe(path: str | Path) -> bool:
    """Whether a path names standard input or a pipe from the shell, which lie in no folder."""
    return path == STDIN or PIPES.fullmatch(str(path)) is not None


def nearest_file(path: Path) -> str:
    """A hint at the file of the same folder that a missing one may mean."""
    beside: dict[str, str] = {}
    try:
        with os.scandir(path.parent) as entries:
            for entry in entries:
                stem, suffix = Path(entry.name).stem, Path(entry.name).suffix
                # Another suffix only is a smaller slip than another name.
                if stem == path.stem:
                    return f"Did you mean {entry.name!r}?"
                if suffix == path.suffix:
                    beside[stem] = entry.name
                if len(beside) > MOST_BESIDE:
                    return ""
    except (OSError, ValueError):
        return ""
    near = nearest(path.stem, sorted(beside))
    return "" if near is None else f"Did you mean {beside[near]!r}?"


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML counts them, without their ends."""
    return LINE_END.split(text)


def place_of(text: str, position: int, name: str) -> Span:
    """The place of a character, given its number from 0; the end of the text at most."""
    before = lines_of(text[:position])
    lines = lines_of(text)
    line = min(len(before), len(lines)) - 1
    return _span_in(name, lines, line, len(before[-1]), len(before[-1]) + 1)


def _span_in(name: str, lines: list[str], line: int, start: int, stop: int) -> Span:
    """A span from line and columns that count from 0, kept inside the text."""
    if line >= len(lines):
        line, start = len(lines) - 1, len(lines[-1])
    start = min(start, len(lines[line]))
    stop = max(start + 1, min(stop, len(lines[line])))
    return Span(name, line + 1, start + 1, stop + 1, lines[line])


def _stdin(most: int) -> bytes:
    return sys.stdin.buffer.read(most) if sys.stdin is not None else b""


def _decoded(raw: bytes, name: str) -> str:
    if len(raw) > LARGEST_FILE:
        told = f"has more than {LARGEST_FILE:,} bytes"
        raise InvalidGraphFile([Diagnostic("Y007", told, Span(name, 1, 1, 2))])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InvalidGraphFile(
            [Diagnostic("Y001", "is not UTF-8 text", Span(name, line, 1, 2), "save it as UTF-8")]
        ) from None


def load_text(text: str, name: str, shown: str | None = None) -> Document:
    """Turn YAML text into data with places; mistakes are collected in the result.

    Args:
        text: the text.
        name: how the file is called in messages.
        shown: what messages show instead of the text; all its characters are in the same places.
    """
    if len(text) > LARGEST_FILE:
        there = Span(name, 1, 1, 2)
        return Document(None, {}, {(): there}, [Diagnostic("Y007", "is too large", there)])
    # A line ends where YAML says so, and nowhere else: columns and carets rely on it.
    reader = _Reader(name, lines_of(text if shown is None else shown))
    document = reader.document
    try:
        reader.read(yaml.parse(text, Loader=_Loader))
    except yaml.reader.ReaderError:
        document.diagnostics.append(_unprintable(text, name))
    except UnicodeEncodeError as error:
        # Half of a pair that stands for one character; no file holds it, but a Python caller may.
        there = place_of(text, error.start, name)
        document.diagnostics.append(Diagnostic("Y001", "is not Unicode text", there))
    except yaml.YAMLError as error:
        document.diagnostics.append(reader.syntax(error))
    except _Stop:
        pass
    document.values.setdefault((), Span(name, 1, 1, 2, reader.lines[0]))
    return document


def _unprintable(text: str, name: str) -> Diagnostic:
    """A character that YAML refuses; where it is does not follow from what the parser says in bytes."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    there = place_of(text, found.start() if found else 0, name)
    return Diagnostic("Y001", "holds a character that YAML does not allow", there)


class _Stop(Exception):
    """The text cannot be followed any further."""


class _Reader:
    """One pass over the events of the parser."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self.lines = lines
        self.document = Document(None)

    def read(self, events: Iterator[Any]) -> None:
        started = False
        for event in events:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                if started:
                    self._report(
                        "Y008", "a second document starts here", event, "keep one document a file"
                    )
                    raise _Stop
                started = True
                self.document.data = self._value(next(events), events, (), 0)

    def syntax(self, error: yaml.YAMLError) -> Diagnostic:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "unexpected character"
        line, column = (mark.line, mark.column) if mark else (0, 0)
        # What is missing at the end is missed after the last thing that was said.
        last = next((at for at in range(len(self.lines) - 1, 0, -1) if self.lines[at].strip()), 0)
        if line > last:
            line, column = last, len(self.lines[last].rstrip())
        there = _span_in(self.name, self.lines, line, column, column + 1)
        context = getattr(error, "context", None)
        told = f"{context}: {problem}" if context else problem
        return Diagnostic("Y002", f"is not YAML: {told}", there, _syntax_hint(problem, there.text))

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        same = end.line == start.line and end.column > start.column
        stop = end.column if same else sys.maxsize
        return _span_in(self.name, self.lines, start.line, start.column, stop)

    def _report(self, code: str, message: str, event: Any, hint: str = "") -> None:
        self.document.diagnostics.append(Diagnostic(code, message, self._span(event), hint))

    def _value(self, event: Any, events: Iterator[Any], path: Path_, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent:
            self._report("Y004", f"alias *{event.anchor}: write the value out", event)
            return None
        self.document.values[path] = self._span(event)
        if event.anchor is not None:
            self._report("Y004", f"anchor &{event.anchor}: anchors are not allowed", event)
        if event.tag is not None and event.tag != "!":
            self._report("Y005", f"tag {event.tag}: tags are not allowed", event)
        if kind is yaml.ScalarEvent:
            return None if not event.style and event.value in NULLS else event.value
        if depth >= DEEPEST:
            self._report("Y006", f"nested deeper than {DEEPEST} levels", event)
            raise _Stop
        if kind is yaml.SequenceStartEvent:
            return self._sequence(events, path, depth)
        return self._mapping(events, path, depth)

    def _sequence(self, events: Iterator[Any], path: Path_, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if type(event) is yaml.SequenceEndEvent:
                break
            items.append(self._value(event, events, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, events: Iterator[Any], path: Path_, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in events:
            if type(event) is yaml.MappingEndEvent:
                break
            if type(event) is not yaml.ScalarEvent:
                self._report("S003", "a key must be text", event)
                self._value(event, events, (*path, "?"), depth + 1)
                self._value(next(events), events, (*path, "?"), depth + 1)
                continue
            key = event.value
            there = self._span(event)
            if key == "<<" and not event.style:
                self._report("Y004", "merge key <<: merging is not allowed", event, "use extends")
            if event.anchor is not None or event.tag not in (None, "!"):
                self._report("Y004", "a key with an anchor or a tag", event)
            if key in items:
                first = self.document.keys[(*path, key)].line
                self._report("Y003", f"key {key!r} was given in line {first} already", event)
                # The second value is read, so that its own mistakes are found, and dropped.
                shadow = _Reader(self.name, self.lines)
                shadow.document.diagnostics = self.document.diagnostics
                shadow._value(next(events), events, (*path, key), depth + 1)
                continue
            place = (*path, key)
            self.document.keys[place] = there
            items[key] = self._value(next(events), events, place, depth + 1)
        return items


def _syntax_hint(problem: str, line: str) -> str:
    if "block sequence entries are not allowed" in problem and SIGN.search(line):
        return "write negative"
    if "block sequence entries are not allowed" in problem:
        return 'a lone "-" must be quoted'
    if "mapping values are not allowed" in problem:
        return 'text that holds ": " must be quoted'
    if "cannot start any token" in problem:
        return "indent with blanks, not with tabs; quote text that starts with @, ` or %"
    return ""
