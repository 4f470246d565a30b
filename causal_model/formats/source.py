"""A network file as text, and places in it; the guards that every file passes before it is parsed.

A name on disk may be anything: a folder, a pipe, a device that never ends, a small archive of a huge file.
So the kind and the size are looked at before anything is read, and what is unpacked is counted.
"""

import stat
import zlib
from dataclasses import dataclass
from pathlib import Path

from causal_model.network import Network
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, Span

__all__ = ["GZIP", "Reading", "Source", "read_source"]

GZIP = ".gz"
# Bytes, after unpacking: some twenty times the largest network that is published.
LARGEST_FILE = 200_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: the network, and remarks on what was accepted but is not quite right."""

    network: Network
    remarks: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, under the name that messages use."""

    name: str
    text: str

    def span(self, start: int, width: int = 1) -> Span:
        """The place of a character of the text, and of some that follow it on its line."""
        line = self.text.count("\n", 0, start) + 1
        first = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", first)
        shown = self.text[first : len(self.text) if end < 0 else end].rstrip("\r")
        column = start - first + 1
        return Span(self.name, line, column, column + max(1, width), shown)

    def error(
        self, code: str, message: str, start: int, width: int = 1, hint: str = ""
    ) -> InvalidGraphFile:
        """The error that says what is wrong at a character of the text."""
        return InvalidGraphFile([Diagnostic(code, message, self.span(start, width), hint)])


def read_source(path: str | Path) -> Source:
    """Read the text of a network file that a user named; unpack it if it ends in .gz.

    Raises:
        InvalidGraphFile: it is missing, no regular file, too large, damaged, or not text.
    """
    name = str(path)
    data = _contents(Path(path), name)
    if Path(path).suffix.lower() == GZIP:
        data = _unpacked(data, name)
    text = _decoded(data, name)
    if "\0" in text:
        source = Source(name, text)
        raise source.error("N002", "holds a NUL character, so it is no text", text.index("\0"))
    return Source(name, text)


def _refusal(code: str, name: str, message: str, hint: str = "", line: int = 1) -> InvalidGraphFile:
    return InvalidGraphFile([Diagnostic(code, message, Span(name, line, 1, 2), hint)])


def _contents(path: Path, name: str) -> bytes:
    try:
        # Looking before opening: opening a FIFO waits for a writer, reading /dev/zero never ends.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise _refusal("N001", name, f"is {kind}, expected a network file")
        if status.st_size > LARGEST_FILE:
            raise _too_large(name, f"has {status.st_size:,} bytes")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refusal("N001", name, f"cannot be read: {reason}") from None


def _unpacked(data: bytes, name: str) -> bytes:
    """Gzip members one after the other, never more than the largest file."""
    parts: list[bytes] = []
    left = LARGEST_FILE
    try:
        while data:
            unpacker = zlib.decompressobj(wbits=31)
            parts.append(unpacker.decompress(data, left + 1))
            left -= len(parts[-1])
            if left < 0:
                raise _too_large(name, "unpacks to more")
            if not unpacker.eof:
                raise _refusal("N001", name, "the packed file is cut off")
            data = unpacker.unused_data.lstrip(b"\0")
    except zlib.error:
        raise _refusal("N001", name, "is no gzip file, or damaged") from None
    return b"".join(parts)


def _too_large(name: str, what: str) -> InvalidGraphFile:
    return _refusal("N001", name, f"{what}, expected at most {LARGEST_FILE:,} bytes")


def _decoded(data: bytes, name: str) -> str:
    encoding = _declared_encoding(data)
    if encoding is None:
        raise _refusal("N002", name, "is XML in an encoding that is not supported", "save as UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refusal("N002", name, "is not UTF-8 text", "save it as UTF-8", line) from None


# What XML files of network programs declare; all else in this field is UTF-8.
ENCODINGS = {"utf-8", "us-ascii", "iso-8859-1", "windows-1252"}


def _declared_encoding(data: bytes) -> str | None:
    """UTF-8, or what an XML declaration says; None where we do not know it."""
    head = data[:200]
    if not head.startswith(b"<?xml"):
        return "utf-8-sig"
    declaration = head.partition(b"?>")[0].decode("ascii", "replace")
    _, found, rest = declaration.partition("encoding")
    if not found:
        return "utf-8"
    encoding = rest.strip(" =\"'").partition('"')[0].partition("'")[0].lower()
    return encoding if encoding in ENCODINGS else None
