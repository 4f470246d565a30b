"""The tokens of a text format, known by their number, and what every parser asks of them.

A token pattern matches what separates tokens and then one token, as its only group, and it must match the
end of the text as an empty token. Where a quote or a comment does not end it takes all the rest, so that no
text is scanned twice. Only when a token is wrong is the text scanned again for where it stands.
"""

import re
from itertools import islice

from causal_model.formats.source import Source
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, Span

__all__ = ["Tokens", "quoted", "unquoted"]

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
ESCAPED = re.compile(r'\\(["\\])')
LONGEST_SHOWN = 40


class Tokens:
    """The tokens of one text.

    Attributes:
        list: all of them; the last one is empty and stands for the end of the file.
    """

    def __init__(self, source: Source, pattern: re.Pattern[str], signs: str) -> None:
        self.source = source
        self.pattern = pattern
        self.signs = frozenset(signs)
        self.list: list[str] = pattern.findall(source.text)
        self._require_ends()

    def locate(self, number: int) -> Span:
        """Where a token stands."""
        match = next(islice(self.pattern.finditer(self.source.text), number, None))
        return self.source.span(match.start(1), min(len(match[1].partition("\n")[0]), 60))

    def error(self, code: str, message: str, at: int, hint: str = "") -> InvalidGraphFile:
        """The error that says what is wrong at a token."""
        return InvalidGraphFile([Diagnostic(code, message, self.locate(at), hint)])

    def expected(self, what: str, at: int, hint: str = "") -> InvalidGraphFile:
        """The error that says what should stand in place of a token."""
        token = self.list[at]
        found = f"{token[:LONGEST_SHOWN]!r}" if token else "the end of the file"
        return self.error("N003", f"found {found}, expected {what}", at, hint)

    def take(self, sign: str, at: int) -> int:
        """Step over a sign or keyword that must be here."""
        if self.list[at] != sign:
            raise self.expected(repr(sign), at)
        return at + 1

    def name(self, at: int, what: str) -> str:
        """A word or quoted text that must be here."""
        if self.is_sign(at):
            raise self.expected(what, at)
        return unquoted(self.list[at])

    def is_sign(self, at: int) -> bool:
        """Whether a token is a sign, or the end."""
        token = self.list[at]
        return not token or token in self.signs

    def _require_ends(self) -> None:
        """Refuse a comment or a quote that takes in all the rest of the file."""
        at = len(self.list) - 1
        while at and not self.list[at]:
            at -= 1
        last = self.list[at]
        if last.startswith("/*"):
            raise self.error("N003", "the comment does not end, expected */", at)
        if last.startswith('"') and not QUOTED.fullmatch(last):
            raise self.error("N003", 'the quoted text does not end, expected "', at)


def quoted(name: str) -> str:
    r"""The name in quotes; a backslash protects quotes and backslashes.

    >>> print(quoted('a "b"'))
    "a \"b\""
    """
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquoted(token: str) -> str:
    """The name that a word or a quoted text stands for."""
    return ESCAPED.sub(r"\1", token[1:-1]) if token.startswith('"') else token
