"""The tokens of BIF, and what its blocks are made of: properties, and lists of names.

Tokens are cut once, by one expression that never backtracks. Names that are no plain words stand in double
quotes; inside, a backslash protects a quote or a backslash.
"""

import re

from causal_model.formats.source import Source
from causal_model.formats.tokens import Tokens

__all__ = ["SIGNS", "BifTokens"]

# Blanks and comments, then one token: a sign, a word, a quoted text; or, where a comment or a quote
# does not end, all the rest; or the end of the file, an empty token.
TOKEN = re.compile(
    r"""
    (?: \s+ | //[^\n]* | /\*(?:[^*]|\*(?!/))*\*/ )*
    ( [^\s{}\[\]()|,;"/]+ (?: /(?![/*]) [^\s{}\[\]()|,;"/]* )*
    | [{}\[\]()|,;]
    | "(?:[^"\\]|\\.)*"
    | (?: /(?![/*]) [^\s{}\[\]()|,;"/]* )+
    | ["/].*
    | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
SIGNS = "{}[]()|,;"


class BifTokens(Tokens):
    """The tokens of one BIF file."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, TOKEN, SIGNS, comment="/*")

    def after_property(self, at: int) -> int:
        """What follows the `;` of a property; its text is free, but braces in it come in pairs."""
        depth = 0
        while token := self.list[at]:
            if token == ";" and not depth:
                return at + 1
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if depth < 0:
                    break
            at += 1
        raise self.expected("';' after the property", at)

    def end_of_block(self, at: int) -> int:
        """The `}` that ends the block; one inside a property does not."""
        # A variable before the block may be called property.
        at = self._next("{", at)
        end = self._next("}", at)
        while True:
            try:
                at = self.after_property(self.list.index("property", at, end))
            except ValueError:
                return end
            if at > end:
                end = self._next("}", at)

    def _next(self, sign: str, at: int) -> int:
        try:
            return self.list.index(sign, at)
        except ValueError:
            raise self.expected(repr(sign), len(self.list) - 1) from None

    def closing(self, sign: str, at: int) -> int:
        """The sign that closes a list of names."""
        while (token := self.list[at]) != sign:
            if self.is_sign(at) and token != ",":
                raise self.expected(f"',' or {sign!r}", at)
            at += 1
        return at

    def listed(self, at: int, end: int, count: str | int) -> tuple[list[str], list[int]]:
        """Names between commas, each of one or more words; or between blanks, if that gives the count."""
        tokens = self.list[at:end]
        if "," not in tokens and str(len(tokens)) == str(count).lstrip("0"):
            places = list(range(at, end))
            return [self.name(place, "a name") for place in places], places
        names: list[str] = []
        places = []
        words: list[str] = []
        for place in range(at, end + 1):
            token = self.list[place]
            if place < end and token != ",":
                words.append(self.name(place, "a name"))
            elif words:
                names.append(" ".join(words))
                places.append(place - len(words))
                words = []
            elif names or token == ",":
                raise self.expected("a name", place)
        return names, places
