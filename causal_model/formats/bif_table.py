"""The table of a BIF file: rows by the states of the parents, a whole table, a default row.

A row that is written the way programs write it is a slice of the list of tokens. Any other takes a second,
slower way, which also says what is wrong with it. Where a token stands is looked up only when it is wrong.
"""

import math
from collections.abc import Sequence

import numpy as np

from causal_model.formats.bif_tokens import SIGNS, BifTokens
from causal_model.formats.draft import Draft, said
from causal_model.formats.numbers import is_number, numbers_of
from causal_model.network import Array
from causal_model.spec.diagnostics import InvalidGraphFile

__all__ = ["read_table"]


def read_table(
    scan: BifTokens,
    draft: Draft,
    child: str,
    parents: Sequence[str],
    shape: tuple[int, ...],
    at: int,
) -> None:
    """Read the block of a table and fill it in.

    Args:
        scan: the tokens of the file.
        draft: the network so far, to which the table was announced.
        child: whose table it is.
        parents: in the order of the axes.
        shape: of the table, (*parent sizes, own size).
        at: the first token of the block.

    Raises:
        InvalidGraphFile: something is wrong with it; says where.
    """
    _Table(scan, draft, child, parents, shape).read(at)


class _Table:
    """The block of one table."""

    def __init__(
        self,
        scan: BifTokens,
        draft: Draft,
        child: str,
        parents: Sequence[str],
        shape: tuple[int, ...],
    ) -> None:
        self.scan, self.tokens, self.draft = scan, scan.list, draft
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
                at = self.scan.after_property(at)
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
        close = self.scan.closing(")", at + 1)
        labels, places = self.scan.listed(at + 1, close, len(self.parents))
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
            close = self.scan.closing(")", at + 1)
            places, _ = self._values(close + 1, self.size, at)
            self._converted([self.tokens[each] for each in places], places)
        raise AssertionError("every number can be read alone, but not all together")


def _counted(numbers: int) -> str:
    return f"{numbers} number" + ("" if numbers == 1 else "s")
