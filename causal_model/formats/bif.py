"""BIF, the interchange format of bnlearn, pgmpy and most program libraries: read and written.

The text is cut into tokens once, by one expression that never backtracks, and a row of a table is then a
slice of the list of tokens. A row that is not written the way programs write it takes a second, slower way,
which also says what is wrong with it. Tokens are known by their number; where a token stands is looked up
only when it is wrong.

Names that are no plain words stand in double quotes; inside, a backslash protects a quote or a backslash.

References:
    [cozman1998] Cozman, F.G. (1998). The Interchange Format for Bayesian Networks, version 0.15.
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from causal_model.errors import did_you_mean
from causal_model.formats.draft import Draft, said
from causal_model.formats.names import printable_names
from causal_model.formats.numbers import is_number, numbers_of
from causal_model.formats.source import Reading, Source, read_source
from causal_model.formats.tokens import Tokens, quoted
from causal_model.network import Array, Network, Variable
from causal_model.spec.diagnostics import InvalidGraphFile

__all__ = ["parse_bif", "read_bif", "write_bif"]

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
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
SIGNS = "{}[]()|,;"
BLOCKS = ("network", "variable", "probability")


def read_bif(path: str | Path) -> Network:
    """Read a BIF file.

    Raises:
        InvalidGraphFile: it cannot be read, or something is wrong with it; says where.
    """
    return parse_bif(read_source(path)).network


def parse_bif(source: Source) -> Reading:
    """Read the text of a BIF file.

    Raises:
        InvalidGraphFile: something is wrong with it; says where.
    """
    return _Parser(source).reading()


def write_bif(network: Network) -> str:
    """The text of a BIF file; `parse_bif` reads the same names and numbers back.

    Raises:
        GraphFileError: a name holds characters that nobody could see.
    """
    printable_names(network, "BIF")
    lines = ["network unknown {", "}"]
    for name, variable in network.variables.items():
        states = ", ".join(_written(state) for state in variable.states)
        lines += [
            f"variable {_written(name)} {{",
            f"  type discrete [ {variable.size} ] {{ {states} }};",
            "}",
        ]
    for name, table in network.tables.items():
        above = [network.variables[parent] for parent in network.parents[name]]
        given = ", ".join(_written(parent.name) for parent in above)
        lines.append(f"probability ( {_written(name)}{' | ' if given else ''}{given} ) {{")
        rows = [", ".join(map(repr, row)) for row in table.reshape(-1, table.shape[-1]).tolist()]
        if above:
            lines += [
                f"  ({', '.join(labels)}) {row};"
                for labels, row in zip(_combinations(above), rows, strict=True)
            ]
        else:
            lines.append(f"  table {rows[0]};")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _combinations(parents: Sequence[Variable]) -> list[tuple[str, ...]]:
    """All combinations of states, the last parent running fastest, as they are written."""
    found: list[tuple[str, ...]] = [()]
    for parent in parents:
        states = [_written(state) for state in parent.states]
        found = [(*before, state) for before in found for state in states]
    return found


def _written(name: str) -> str:
    return name if PLAIN.fullmatch(name) else quoted(name)


def _counted(numbers: int) -> str:
    return f"{numbers} number" + ("" if numbers == 1 else "s")


class _Parser:
    """One pass over the tokens for the variables, and one for the tables, which may come first."""

    def __init__(self, source: Source) -> None:
        self.scan = Tokens(source, TOKEN, SIGNS, comment="/*")
        self.tokens = self.scan.list
        self.draft = Draft(self.scan.locate)

    def reading(self) -> Reading:
        tables = []
        at = 0
        while word := self.tokens[at]:
            if word == "network":
                at = self._network(at)
            elif word == "variable":
                at = self._variable(at)
            elif word == "probability":
                tables.append(at)
                at = self._end_of_block(at) + 1
            else:
                hint = did_you_mean(word, BLOCKS).strip()
                raise self.scan.expected("network, variable or probability", at, hint)
        for at in tables:
            self._probability(at)
        return self.draft.reading()

    def after_property(self, at: int) -> int:
        """What follows the `;` of a property; its text is free, but braces in it come in pairs."""
        depth = 0
        while token := self.tokens[at]:
            if token == ";" and not depth:
                return at + 1
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if depth < 0:
                    break
            at += 1
        raise self.scan.expected("';' after the property", at)

    def _end_of_block(self, at: int) -> int:
        """The `}` that ends the block; one inside a property does not."""
        # A variable before the block may be called property.
        at = self._next("{", at)
        end = self._next("}", at)
        while True:
            try:
                at = self.after_property(self.tokens.index("property", at, end))
            except ValueError:
                return end
            if at > end:
                end = self._next("}", at)

    def _next(self, sign: str, at: int) -> int:
        try:
            return self.tokens.index(sign, at)
        except ValueError:
            raise self.scan.expected(repr(sign), len(self.tokens) - 1) from None

    def _network(self, at: int) -> int:
        at += 1
        while not self.scan.is_sign(at):
            at += 1
        at = self.scan.take("{", at)
        while self.tokens[at] == "property":
            at = self.after_property(at)
        return self.scan.take("}", at)

    def _variable(self, at: int) -> int:
        name_at = at + 1
        name = self.scan.name(name_at, "the name of a variable")
        at = self.scan.take("{", name_at + 1)
        found: tuple[list[str], list[int]] | None = None
        while self.tokens[at] != "}":
            if self.tokens[at] == "property":
                at = self.after_property(at)
            elif self.tokens[at] == "type" and found is None:
                at, states, places = self._states(name, at)
                found = states, places
            else:
                raise self.scan.expected("'property' or '}'" if found else "'type'", at)
        if found is None:
            raise self.draft.error("N006", f"variable {name!r} has no type and no states", name_at)
        self.draft.declare(name, found[0], name_at, found[1])
        return at + 1

    def _states(self, name: str, at: int) -> tuple[int, list[str], list[int]]:
        """Read ``type discrete [ n ] { a, b };``."""
        kind = self.scan.name(at + 1, "'discrete'")
        if kind != "discrete":
            message = f"variable {name!r} is of type {kind[:40]!r}, expected discrete"
            raise self.draft.error("N014", message, at + 1)
        at = self.scan.take("[", at + 2)
        declared = self.tokens[at]
        if not (declared.isascii() and declared.isdigit()):
            raise self.scan.expected("the number of states", at)
        count_at = at
        at = self.scan.take("{", self.scan.take("]", at + 1))
        end = self.closing("}", at)
        states, places = self.listed(at, end, declared)
        if declared.lstrip("0") != str(len(states)) and (states or declared.strip("0")):
            message = f"variable {name!r} lists {len(states)} states, declared are {declared[:20]}"
            raise self.draft.error("N006", message, count_at)
        return self.scan.take(";", end + 1), states, places

    def closing(self, sign: str, at: int) -> int:
        """The sign that closes a list of names."""
        while (token := self.tokens[at]) != sign:
            if self.scan.is_sign(at) and token != ",":
                raise self.scan.expected(f"',' or {sign!r}", at)
            at += 1
        return at

    def listed(self, at: int, end: int, count: str | int) -> tuple[list[str], list[int]]:
        """Names between commas, each of one or more words; or between blanks, if that gives the count."""
        tokens = self.tokens[at:end]
        if "," not in tokens and str(len(tokens)) == str(count).lstrip("0"):
            places = list(range(at, end))
            return [self.scan.name(place, "a name") for place in places], places
        names: list[str] = []
        places = []
        words: list[str] = []
        for place in range(at, end + 1):
            token = self.tokens[place]
            if place < end and token != ",":
                words.append(self.scan.name(place, "a name"))
            elif words:
                names.append(" ".join(words))
                places.append(place - len(words))
                words = []
            elif names or token == ",":
                raise self.scan.expected("a name", place)
        return names, places

    def _probability(self, at: int) -> None:
        child_at = self.scan.take("(", at + 1)
        child = self.scan.name(child_at, "the name of a variable")
        at = child_at + 1
        parents: list[str] = []
        parents_at: list[int] = []
        if self.tokens[at] == "|":
            end = self.closing(")", at + 1)
            parents, parents_at = self.listed(at + 1, end, end - at - 1)
            if not parents:
                raise self.scan.expected("the name of a parent", end)
            at = end
        elif self.tokens[at] != ")":
            raise self.scan.expected("'|' or ')'", at)
        shape = self.draft.open_table(child, parents, child_at, parents_at)
        _Table(self, child, parents, shape).read(self.scan.take("{", self.scan.take(")", at)))


class _Table:
    """The block of one table."""

    def __init__(
        self, parser: _Parser, child: str, parents: Sequence[str], shape: tuple[int, ...]
    ) -> None:
        self.parser, self.scan = parser, parser.scan
        self.draft, self.tokens = parser.draft, parser.tokens
        self.child = child
        self.parents = [self.draft.variables[name] for name in parents]
        self.shape = shape
        self.size = shape[-1]
        # The number of each row that was given, where it starts, and the numbers of all of them.
        self.rows: list[int] = []
        self.rows_at: list[int] = []
        self.numbers: list[str] = []

    def read(self, at: int) -> None:
        begin = at
        default: Array | None = None
        default_at = at
        while (token := self.tokens[at]) != "}":
            if token == "(":
                at = self._rows(at)
            elif token in ("table", "default"):
                if default is not None or (token == "table" and self.rows):
                    raise self.draft.error("N009", f"{token} is given besides other numbers", at)
                default_at = at
                default, at = self._whole(at) if token == "table" else self._default(at)
                if token == "table" and self.tokens[at] == "(":
                    message = "a row is given besides the whole table"
                    raise self.draft.error("N009", message, at)
            elif token == "property":
                at = self.parser.after_property(at)
            else:
                raise self.scan.expected("a row such as (state) 0.1, 0.9; or table", at)
        table = self._joined(default, begin)
        places = dict(zip(self.rows, self.rows_at, strict=True))
        self.draft.fill(self.child, table, lambda row: places.get(row, default_at))

    def _rows(self, at: int) -> int:
        """Rows as programs write them: a list of states in parentheses, numbers with commas between."""
        tokens, size = self.tokens, self.size
        steps = []
        step = 1
        for parent in reversed(self.parents):
            # A state that looks like a sign or a quote can only be meant where it is quoted.
            steps.append(
                {
                    state: step * number
                    for number, state in enumerate(parent.states)
                    if state not in SIGNS and not state.startswith('"')
                }
            )
            step *= parent.size
        steps.reverse()
        to_close, to_values, to_end = 2 * len(steps), 2 * len(steps) + 1, 2 * len(steps) + 2 * size
        commas, label_commas = [","] * (size - 1), [","] * (len(steps) - 1)
        while tokens[at] == "(":
            close, end = at + to_close, at + to_end
            if (
                tokens[close : close + 1] == [")"]
                and tokens[end : end + 1] == [";"]
                and tokens[close + 2 : end : 2] == commas
                and tokens[at + 2 : close : 2] == label_commas
            ):
                row = 0
                try:
                    for places, label in zip(steps, tokens[at + 1 : close : 2], strict=True):
                        row += places[label]
                except KeyError:
                    row, values, end = self._row(at)
                else:
                    values = tokens[at + to_values : end : 2]
            else:
                row, values, end = self._row(at)
            self.rows.append(row)
            self.rows_at.append(at)
            self.numbers += values
            at = end + 1
        return at

    def _row(self, at: int) -> tuple[int, list[str], int]:
        """A row in any other form: its number, its numbers, and the `;` after them."""
        close = self.parser.closing(")", at + 1)
        labels, places = self.parser.listed(at + 1, close, len(self.parents))
        if len(labels) != len(self.parents):
            names = said(parent.name for parent in self.parents) or "no parents"
            message = f"the row names {len(labels)} states, expected {len(self.parents)} ({names})"
            raise self.draft.error("N008", message, at)
        row = 0
        for parent, label, place in zip(self.parents, labels, places, strict=True):
            row = row * parent.size + self.draft.state(parent, label, place)
        values_at, end = self._values(close + 1, self.size, at)
        return row, [self.tokens[each] for each in values_at], end

    def _values(self, at: int, count: int, start: int) -> tuple[list[int], int]:
        """The tokens of some numbers, with or without commas between, and the `;` after them."""
        found: list[int] = []
        after_comma = True
        while (token := self.tokens[at]) != ";":
            if token == "," and not after_comma:
                after_comma = True
            elif not is_number(token):
                if token.lstrip("+-").lower() in ("nan", "inf", "infinity"):
                    message = f"found {token!r}, expected a probability from 0 to 1"
                    raise self.draft.error("N007", message, at)
                raise self.scan.expected("a number or ';'", at)
            else:
                found.append(at)
                after_comma = False
            at += 1
        if found and after_comma:
            raise self.scan.expected("a number", at)
        if len(found) != count:
            what = "the table" if self.tokens[start] == "table" else "the row"
            message = f"{what} of {self.child!r} has {_counted(len(found))}, expected {count}"
            hint = "decimals take a point" if len(found) == 2 * count else ""
            raise self.draft.error("N008", message, start, hint)
        return found, at

    def _whole(self, at: int) -> tuple[Array, int]:
        """Read ``table``: all numbers, the own state running slowest and the last parent fastest."""
        count = math.prod(self.shape)
        values_at, end = self._values(at + 1, count, at)
        numbers = self._converted([self.tokens[each] for each in values_at], values_at)
        parents = self.shape[:-1]
        return np.moveaxis(numbers.reshape(self.size, *parents), 0, -1), end + 1

    def _default(self, at: int) -> tuple[Array, int]:
        """Read ``default``: the row for all combinations that have none of their own."""
        values_at, end = self._values(at + 1, self.size, at)
        numbers = self._converted([self.tokens[each] for each in values_at], values_at)
        return np.broadcast_to(numbers, self.shape), end + 1

    def _converted(self, tokens: list[str], places: Sequence[int]) -> Array:
        numbers = numbers_of(tokens)
        if numbers is None:
            wrong = next(at for at, token in enumerate(tokens) if numbers_of([token]) is None)
            message = f"found {tokens[wrong][:40]!r}, expected a probability from 0 to 1"
            raise self.draft.error("N007", message, places[wrong])
        return numbers

    def _joined(self, default: Array | None, begin: int) -> Array:
        """The table from its rows; every row once, and none missing."""
        wanted = math.prod(self.shape[:-1])
        if len(set(self.rows)) < len(self.rows):
            raise self._doubled()
        if default is None and len(self.rows) < wanted:
            raise self._lacking(wanted, begin)
        numbers = self._row_numbers().reshape(-1, self.size)
        if default is None and len(self.rows) == 1:
            return numbers.reshape(self.shape)
        table = np.empty(self.shape) if default is None else np.array(default)
        table.reshape(-1, self.size)[self.rows] = numbers
        return table

    def _doubled(self) -> InvalidGraphFile:
        seen: set[int] = set()
        for row, at in zip(self.rows, self.rows_at, strict=True):
            if row in seen:
                name = self.draft.row_name(self.child, row)
                message = f"row ({name}) of {self.child!r} comes twice"
                return self.draft.error("N009", message, at)
            seen.add(row)
        raise AssertionError("no row comes twice")

    def _lacking(self, wanted: int, begin: int) -> InvalidGraphFile:
        if not self.parents:
            return self.draft.error("N008", f"{self.child!r} has no numbers", begin)
        given = set(self.rows)
        name = self.draft.row_name(self.child, next(at for at in range(wanted) if at not in given))
        lacking = wanted - len(given) - 1
        more = f", and {lacking} more are missing" if lacking else ""
        return self.draft.error("N009", f"{self.child!r} has no row ({name}){more}", begin)

    def _row_numbers(self) -> Array:
        numbers = numbers_of(self.numbers)
        if numbers is not None:
            return numbers
        # The slow way finds the place of the number that is none.
        for at in self.rows_at:
            close = self.parser.closing(")", at + 1)
            places, _ = self._values(close + 1, self.size, at)
            self._converted([self.tokens[each] for each in places], places)
        raise AssertionError("every number can be read alone, but not all together")
