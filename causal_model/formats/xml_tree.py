"""XML as a tree of elements that know where they stand.

Files come from strangers, so nothing that XML offers beyond elements, attributes and text is obeyed:
entities are refused where they are declared, and no other file is ever opened.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from causal_model.formats.source import Source
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, Span

__all__ = ["Element", "Xml"]

DEEPEST = 50
WORD = re.compile(r"\S+")


@dataclass(slots=True)
class Element:
    """An element: what it is called, what it holds, and where it stands.

    Attributes:
        tag: its name.
        attributes: by name.
        at: the byte of the file at which it begins.
        text: the text directly inside, all pieces joined.
        text_at: the byte at which that text begins.
        children: the elements directly inside.
    """

    tag: str
    attributes: dict[str, str]
    at: int
    text: str = ""
    text_at: int = 0
    children: list["Element"] = field(default_factory=list)

    def named(self, tag: str) -> Iterator["Element"]:
        """The children of this name."""
        return (child for child in self.children if child.tag == tag)


class Xml:
    """The tree of a text, and places in it.

    Args:
        source: the text.
        doctype: whether a document type may be declared; entities may not in any case.

    Attributes:
        root: the outermost element.

    Raises:
        InvalidGraphFile: it is not well formed, or declares what is not allowed; says where.
    """

    def __init__(self, source: Source, *, doctype: bool = False) -> None:
        self.source = source
        self.bytes = source.text.encode()
        # The text was decoded already; what its first line says of an encoding no longer holds.
        self._parser = expat.ParserCreate("utf-8")
        # The elements that are open, and the pieces of their texts.
        self._open: list[Element] = []
        self._pieces: list[list[str]] = []
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refusal("an entity declaration")
        self._parser.SkippedEntityHandler = self._refusal("an unknown entity")
        self._parser.ExternalEntityRefHandler = self._refusal("an external entity")
        if not doctype:
            self._parser.StartDoctypeDeclHandler = self._refusal("a document type declaration")
        self.root = Element("", {}, 0)
        self._read()

    def locate(self, at: int) -> Span:
        """The line and column of a byte."""
        start = len(self.bytes[:at].decode(errors="ignore"))
        end = self.source.text.find(">", start) + 1
        line_end = self.source.text.find("\n", start)
        width = min(end or start + 1, line_end if line_end > 0 else end) - start
        return self.source.span(start, min(max(1, width), 60))

    def error(self, code: str, message: str, at: int) -> InvalidGraphFile:
        """The error that says what is wrong at a byte."""
        return InvalidGraphFile([Diagnostic(code, message, self.locate(at))])

    def words(self, element: Element) -> list[str]:
        """The words of its text."""
        return element.text.split()

    def places(self, element: Element) -> list[int]:
        """Where the words of its text stand, if the text is in one piece."""
        found = []
        at, seen = element.text_at, 0
        for match in WORD.finditer(element.text):
            at += len(element.text[seen : match.start()].encode())
            seen = match.start()
            found.append(at)
        return found

    def word_at(self, element: Element, number: int) -> int:
        """Where one of the words of its text stands; for messages, since it counts from the first."""
        return self.places(element)[number]

    def _read(self) -> None:
        try:
            self._parser.Parse(self.bytes, True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise self.error("N003", f"is not XML: {what}", self._parser.ErrorByteIndex) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        if len(self._open) >= DEEPEST:
            raise self.error("N003", f"elements are nested deeper than {DEEPEST} levels", at)
        element = Element(tag, attributes, at)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._pieces.append([])

    def _end(self, _: str) -> None:
        self._open.pop().text = "".join(self._pieces.pop())

    def _text(self, text: str) -> None:
        if not self._pieces[-1]:
            if text.isspace():
                return
            self._open[-1].text_at = self._parser.CurrentByteIndex
        self._pieces[-1].append(text)

    def _refusal(self, what: str) -> Callable[..., Any]:
        def refuse(*_: object) -> None:
            at = self._parser.CurrentByteIndex
            raise self.error("N003", f"{what} is not allowed", at)

        return refuse
