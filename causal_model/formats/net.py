"""Hugin NET: nodes with quoted states, potentials with nested lists of numbers.

Text after `%` is a comment. Fields that say nothing about the network (labels, positions, settings of a
program) are read over. The parentheses around numbers must be balanced; their nesting carries nothing that
the order of the numbers does not: parents in their order, the own states running fastest.

References:
    [hugin] Hugin API Reference Manual, chapter 13: The NET language.
"""

import math
import re

from causal_model.formats.draft import Draft
from causal_model.formats.names import printable_names, require_names
from causal_model.formats.numbers import is_number, numbers_of
from causal_model.formats.source import Reading, Source
from causal_model.formats.tokens import Tokens, quoted
from causal_model.network import Array, Network

__all__ = ["parse_net", "write_net"]

TOKEN = re.compile(
    r"""
    (?: \s+ | %[^\n]* )*
    ( [^\s{}()=;|"%]+
    | [{}()=;|]
    | "(?:[^"\\]|\\.)*"
    | ".*
    | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
WORD = re.compile(r'[^\s{}()=;|"%]+')
SIGNS = "{}()=;|"
OTHER_KINDS = ("decision", "utility", "function", "continuous", "class")


def parse_net(source: Source) -> Reading:
    """Read the text of a Hugin NET file.

    Raises:
        InvalidGraphFile: something is wrong with it; says where.
    """
    return _Parser(source).reading()


def write_net(network: Network) -> str:
    """The text of a Hugin NET file; `parse_net` reads the same names and numbers back.

    Raises:
        GraphFileError: a node's name is not one word of visible characters, and NET has no quotes there.
    """
    printable_names(network, "NET")
    require_names(network, "NET", lambda name: WORD.fullmatch(name) is not None, states=False)
    lines = ["net", "{", "}"]
    for name, variable in network.variables.items():
        states = " ".join(quoted(state) for state in variable.states)
        lines += [f"node {name}", "{", f"  states = ( {states} );", "}"]
    for name, table in network.tables.items():
        given = " ".join(network.parents[name])
        lines += [f"potential ( {name}{' | ' if given else ''}{given} )", "{"]
        lines += [f"  data = {_nested(table)};", "}"]
    return "\n".join(lines) + "\n"


def _nested(table: Array) -> str:
    """The numbers of a table in as many parentheses as it has axes, a row on each line."""
    rows = [" ".join(map(repr, row)) for row in table.reshape(-1, table.shape[-1]).tolist()]
    # A list begins where all parents from some parent on start over; each row is a list of its own.
    blocks = [math.prod(table.shape[axis:-1]) for axis in range(table.ndim - 1)]
    begins = [1 + sum(row % block == 0 for block in blocks) for row in range(len(rows))]
    ends = [*begins[1:], table.ndim]
    lists = [
        "(" * begin + row + ")" * end for begin, row, end in zip(begins, rows, ends, strict=True)
    ]
    return "\n    ".join(lists)


class _Parser:
    """One pass over the tokens for the nodes, and one for the potentials, which may come first."""

    def __init__(self, source: Source) -> None:
        self.scan = Tokens(source, TOKEN, SIGNS)
        self.tokens = self.scan.list
        self.draft = Draft(self.scan.locate)

    def reading(self) -> Reading:
        potentials = []
        at = 0
        while word := self.tokens[at]:
            if word == "net":
                at = self._after_fields(self.scan.take("{", at + 1)) + 1
            elif word == "node" or (word == "discrete" and self.tokens[at + 1] == "node"):
                at = self._node(at + 1 if word == "node" else at + 2)
            elif word == "potential":
                potentials.append(at)
                at = self._end_of_block(at) + 1
            elif word in OTHER_KINDS:
                message = (
                    f"{word} {self.tokens[at + 1][:40]!r}: expected only discrete chance nodes"
                )
                raise self.draft.error("N014", message, at)
            else:
                raise self.scan.expected("net, node or potential", at)
        for at in potentials:
            self._potential(at)
        return self.draft.reading()

    def _end_of_block(self, at: int) -> int:
        try:
            return self.tokens.index("}", at)
        except ValueError:
            raise self.scan.expected("'}'", len(self.tokens) - 1) from None

    def _after_fields(self, at: int, wanted: str = "") -> int:
        """The `}` after the fields of a block, or the field that is wanted, whichever comes first."""
        while self.tokens[at] not in ("}", wanted):
            self.scan.name(at, "the name of a field or '}'")
            at = self._end_of_field(self.scan.take("=", at + 1)) + 1
        if not self.tokens[at]:
            raise self.scan.expected("'}'", at)
        return at

    def _end_of_field(self, at: int) -> int:
        """The `;` after a value."""
        while (token := self.tokens[at]) != ";":
            if not token or token in "{}=":
                raise self.scan.expected("';'", at)
            at += 1
        return at

    def _node(self, name_at: int) -> int:
        name = self.scan.name(name_at, "the name of a node")
        at = self._after_fields(self.scan.take("{", name_at + 1), "states")
        if self.tokens[at] == "}":
            raise self.draft.error("N006", f"node {name!r} has no states", name_at)
        at = self.scan.take("(", self.scan.take("=", at + 1))
        places = []
        while self.tokens[at] != ")":
            self.scan.name(at, "a state or ')'")
            places.append(at)
            at += 1
        states = [self.scan.name(place, "a state") for place in places]
        self.draft.declare(name, states, name_at, places)
        return self._after_fields(self.scan.take(";", at + 1)) + 1

    def _potential(self, at: int) -> None:
        child_at = self.scan.take("(", at + 1)
        child = self.scan.name(child_at, "the name of a node")
        at = child_at + 1
        parents_at = []
        if self.tokens[at] == "|":
            at += 1
            while self.tokens[at] != ")":
                self.scan.name(at, "a parent or ')'")
                parents_at.append(at)
                at += 1
        parents = [self.scan.name(place, "a parent") for place in parents_at]
        at = self.scan.take("{", self.scan.take(")", at))
        shape = self.draft.open_table(child, parents, child_at, parents_at)
        at = self._after_fields(at, "data")
        if self.tokens[at] == "}":
            raise self.draft.error("N008", f"the potential of {child!r} has no data", child_at)
        self._data(child, shape, self.scan.take("=", at + 1))

    def _data(self, child: str, shape: tuple[int, ...], at: int) -> None:
        end = self._end_of_field(at)
        depth = 0
        places = []
        for place in range(at, end):
            token = self.tokens[place]
            if token in ("(", ")"):
                depth += 1 if token == "(" else -1
                if depth < 0:
                    raise self.scan.expected("';'", place)
            elif is_number(token):
                places.append(place)
            else:
                raise self.scan.expected("a number", place)
        if depth:
            raise self.scan.expected("')'", end)
        if len(places) != math.prod(shape):
            message = (
                f"the data of {child!r} have {len(places)} numbers, expected {math.prod(shape)}"
            )
            raise self.draft.error("N008", message, at)
        numbers = numbers_of([self.tokens[place] for place in places])
        if numbers is None:
            wrong = next(place for place in places if numbers_of([self.tokens[place]]) is None)
            raise self.draft.error("N007", f"found {self.tokens[wrong][:40]!r}, too large", wrong)
        size = shape[-1]
        self.draft.fill(child, numbers.reshape(shape), lambda row: places[row * size])
        if self.tokens[self._after_fields(end + 1, "data")] == "data":
            raise self.draft.error("N009", f"the potential of {child!r} has data twice", end + 1)
