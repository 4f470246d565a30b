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

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
ESCAPED = re.compile(r'\\(["\\])')
LONGEST_SHOWN = 40


class Tokens:
    """The tokens of one text.

    Args:
        source: the text.
        pattern: what a token is.
        signs: the tokens that are no names.
        comment: how a comment begins that may run to the end of the file, if there are such.

    Attributes:
        list: all of them; the last one is empty and stands for the end of the file.
    """

    def __init__(
        self, source: Source, pattern: re.Pattern[str], signs: str, comment: str = ""
    ) -> None:
        self.source = source
        self.pattern = pattern
        self.signs = frozenset(signs)
        self.comment = comment
        self.list: list[str] = pattern.findall(source.text)

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
        # At the end of the file, what took in all the rest is the reason.
        for place in (at, at - 1) if not token else (at,):
            if (ending := self._missing_end(self.list[place])) is not None:
                return self.error("N003", ending, place)
        found = f"{token[:LONGEST_SHOWN]!r}" if token else "the end of the file"
        return self.error("N003", f"found {found}, expected {what}", at, hint)

    def take(self, sign: str, at: int) -> int:
        """Step over a sign or keyword that must be here."""
        if self.list[at] != sign:
            raise self.expected(repr(sign), at)
        return at + 1

    def name(self, at: int, what: str) -> str:
        """A word or quoted text that must be here."""
        token = self.list[at]
        if self.is_sign(at) or self._missing_end(token) is not None:
            raise self.expected(what, at)
        if "\n" in token:
            raise self.error("N003", 'the quoted text does not end in its line, expected "', at)
        return unquoted(token)

    def is_sign(self, at: int) -> bool:
        """Whether a token is a sign, or the end."""
        token = self.list[at]
        return not token or token in self.signs

    def _missing_end(self, token: str) -> str | None:
        """What to say of a comment or a quote that takes in all the rest of the file."""
        if self.comment and token.startswith(self.comment):
            return "the comment does not end, expected */"
        if token.startswith('"') and not QUOTED.fullmatch(token):
            return 'the quoted text does not end, expected "'
        return None


def quoted(name: str) -> str:
    r"""The name in quotes; a backslash protects quotes and backslashes.

    >>> print(quoted('a "b"'))
    "a \"b\""
    """
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquoted(token: str) -> str:
    """The name that a word or a quoted text stands for."""
    return ESCAPED.sub(r"\1", token[1:-1]) if token.startswith('"') else token
