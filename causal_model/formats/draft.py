"""A network while its file is read: what was declared and where; it checks what all formats must keep.

Readers say where things stand by a number of their own (a token, a character), and only when something is
wrong is that number turned into line and column.
"""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from causal_model.errors import GraphFileError, did_you_mean
from causal_model.formats.numbers import numbers_of
from causal_model.formats.source import Reading
from causal_model.network import ROW_SUM_TOLERANCE, Array, Network, Variable
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, Severity, Span

__all__ = ["LARGEST_TABLE", "Draft", "beyond_limits", "said"]

LARGEST_TABLE = 2**24
# Arrays of older NumPy have 32 axes at most; only parents with a single state can be that many.
MOST_PARENTS = 31
# A row may miss 1 by this much with a remark; beyond it is refused.
ROUNDED = 1e-3


class Draft:
    """Variables and tables as they are found.

    Args:
        locate: turns the place of something, as the reader counts, into line and column.
    """

    def __init__(self, locate: Callable[[int], Span]) -> None:
        self.locate = locate
        self.variables: dict[str, Variable] = {}
        self._declared_at: dict[str, int] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._tables: dict[str, Array] = {}
        self._table_at: dict[str, int] = {}
        self._remarks: list[Diagnostic] = []

    def error(self, code: str, message: str, at: int, hint: str = "") -> InvalidGraphFile:
        """The error that says what is wrong at a place."""
        return InvalidGraphFile([self._diagnostic(code, message, at, hint)])

    def remark(self, code: str, message: str, at: int) -> None:
        """Note what is accepted though it is not quite right."""
        self._remarks.append(self._diagnostic(code, message, at, "", "warning"))

    def declare(
        self, name: str, states: Sequence[str], at: int, states_at: Sequence[int] | None = None
    ) -> None:
        """Add a variable.

        Raises:
            InvalidGraphFile: its name is taken or unusable, it has no states or two alike.
        """
        self.require_name(name, "variable", at)
        if name in self.variables:
            line = self.locate(self._declared_at[name]).line
            raise self.error("N004", f"variable {name!r} was declared in line {line} already", at)
        if not states:
            raise self.error("N006", f"variable {name!r} has no states, expected at least one", at)
        seen: set[str] = set()
        for number, state in enumerate(states):
            place = states_at[number] if states_at else at
            self.require_name(state, "state", place)
            if state in seen:
                raise self.error("N004", f"variable {name!r} has state {state!r} twice", place)
            seen.add(state)
        self.variables[name] = Variable(name, tuple(states))
        self._declared_at[name] = at

    def require_name(self, name: str, what: str, at: int) -> None:
        """Refuse names that nobody could see or type.

        Raises:
            InvalidGraphFile: it is empty, or holds control characters.
        """
        if not name.strip() or not name.isprintable():
            raise self.error(
                "N005", f"{name[:40]!r} is no name of a {what}, expected visible characters", at
            )

    def known(self, name: str, at: int, what: str = "variable") -> Variable:
        """The variable of this name.

        Raises:
            InvalidGraphFile: there is none.
        """
        if name not in self.variables:
            hint = did_you_mean(name, self.variables).strip()
            raise self.error("N005", f"{what} {name!r} is not declared", at, hint)
        return self.variables[name]

    def state(self, variable: Variable, state: str, at: int) -> int:
        """The number of a state.

        Raises:
            InvalidGraphFile: the variable has no such state.
        """
        if state not in variable.states:
            hint = (
                did_you_mean(state, variable.states).strip() or f"States: {said(variable.states)}"
            )
            raise self.error("N005", f"{variable.name!r} has no state {state!r}", at, hint)
        return variable.states.index(state)

    def open_table(
        self, child: str, parents: Sequence[str], at: int, parents_at: Sequence[int] | None = None
    ) -> tuple[int, ...]:
        """Announce the table of a variable; returns its shape (*parent sizes, own size).

        Raises:
            InvalidGraphFile: an unknown variable, a second table, a parent twice, the child as its own
                parent, or a table too large.
        """
        self.known(child, at)
        if child in self._parents:
            line = self.locate(self._table_at[child]).line
            raise self.error("N013", f"{child!r} got its table in line {line} already", at)
        seen: set[str] = set()
        for number, parent in enumerate(parents):
            place = parents_at[number] if parents_at else at
            self.known(parent, place, "parent")
            if parent == child:
                raise self.error(
                    "N011", f"{child!r} is a parent of itself: {child} -> {child}", place
                )
            if parent in seen:
                raise self.error("N004", f"parent {parent!r} comes twice", place)
            seen.add(parent)
        shape = tuple(self.variables[name].size for name in (*parents, child))
        if excess := beyond_limits(shape):
            raise self.error("N012", f"the table of {child!r} has {excess}", at)
        self._parents[child] = tuple(parents)
        self._table_at[child] = at
        return shape

    def fill(self, child: str, table: Array, row_at: Callable[[int], int]) -> None:
        """Give a variable that was announced its numbers, of shape (*parent sizes, own size).

        Args:
            child: the variable.
            table: finite numbers.
            row_at: where a row stands, by its number with the last parent running fastest.

        Raises:
            InvalidGraphFile: a negative number, or a row that does not sum to one.
        """
        rows = table.reshape(-1, table.shape[-1])
        if (rows < 0).any():
            row, state = (int(each) for each in np.argwhere(rows < 0)[0])
            what = f"P({child}={self.variables[child].states[state]}{self._given(child, row)})"
            message = f"{what} is {rows[row, state]:.6g}, expected a probability from 0 to 1"
            raise self.error("N007", message, row_at(row))
        sums = rows.sum(axis=1)
        missed = np.abs(sums - 1)
        if not (missed <= ROW_SUM_TOLERANCE).all():
            self._missed(child, sums, row_at)
            rows = np.where((missed > ROW_SUM_TOLERANCE)[:, None], rows / sums[:, None], rows)
            table = rows.reshape(table.shape)
        self._tables[child] = table

    def fill_from_words(
        self,
        child: str,
        words: Sequence[str],
        shape: tuple[int, ...],
        at: int,
        word_at: Callable[[int], int],
    ) -> None:
        """Give a variable that was announced its numbers, the own states running fastest.

        Args:
            child: the variable.
            words: the numbers as text.
            shape: of the table.
            at: where the table stands.
            word_at: where a word stands, by its number.

        Raises:
            InvalidGraphFile: too few or too many, something that is no number, or see `fill`.
        """
        numbers = self.numbers(child, words, shape, at, word_at)
        self.fill(child, numbers, lambda row: word_at(row * shape[-1]))

    def numbers(
        self,
        child: str,
        words: Sequence[str],
        shape: tuple[int, ...],
        at: int,
        word_at: Callable[[int], int],
    ) -> Array:
        """Convert the numbers of a table; the arguments are those of `fill_from_words`.

        Raises:
            InvalidGraphFile: too few or too many, or something that is no number.
        """
        if len(words) != math.prod(shape):
            message = f"{child!r} has {len(words)} numbers, expected {math.prod(shape)}"
            raise self.error("N008", message, at)
        found = numbers_of(words)
        if found is None:
            wrong = next(place for place, word in enumerate(words) if numbers_of([word]) is None)
            message = f"found {words[wrong][:40]!r}, expected a probability from 0 to 1"
            raise self.error("N007", message, word_at(wrong))
        return found.reshape(shape)

    def row_name(self, child: str, row: int) -> str:
        """A row by the states of the parents: ``(A=no, B=yes)``."""
        parents = [self.variables[name] for name in self._parents[child]]
        places = np.unravel_index(row, tuple(parent.size for parent in parents)) if parents else ()
        return ", ".join(
            f"{parent.name}={parent.states[int(at)]}"
            for parent, at in zip(parents, places, strict=True)
        )

    def reading(self) -> Reading:
        """The network, with the remarks.

        Raises:
            InvalidGraphFile: no variables, a variable without a table, or arrows in a circle.
        """
        if not self.variables:
            raise self.error("N013", "holds no variables, expected at least one", 0)
        for name, at in self._declared_at.items():
            if name not in self._tables:
                raise self.error("N013", f"variable {name!r} has no table of probabilities", at)
        try:
            network = Network.of(self.variables.values(), self._parents, self._tables)
        except GraphFileError as error:
            # All else was checked on the way.
            named = str(error).partition(": ")[2].partition(" -> ")[0]
            at = self._table_at.get(named, next(iter(self._table_at.values())))
            raise self.error("N011", str(error), at) from None
        return Reading(network, tuple(self._remarks))

    def _missed(self, child: str, sums: Array, row_at: Callable[[int], int]) -> None:
        missed = np.abs(sums - 1)
        worst = int(missed.argmax())
        what = f"row ({self.row_name(child, worst)}) of {child!r}" if self._parents[child] else ""
        message = f"{what or f'the table of {child!r}'} sums to {sums[worst]:.8g}, expected 1"
        if missed[worst] > ROUNDED:
            raise self.error("N010", message, row_at(worst))
        self.remark("N010", f"{message}; it is divided by its sum", row_at(worst))

    def _given(self, child: str, row: int) -> str:
        return f" | {self.row_name(child, row)}" if self._parents[child] else ""

    def _diagnostic(
        self, code: str, message: str, at: int, hint: str, severity: Severity = "error"
    ) -> Diagnostic:
        return Diagnostic(code, message, self.locate(at), hint, severity)


def beyond_limits(shape: Sequence[int]) -> str:
    """What is too much about a table of this shape, and how much is expected; empty if nothing is.

    >>> beyond_limits([2] * 35)
    '34 parents and 34,359,738,368 entries, expected at most 16,777,216 entries'
    >>> beyond_limits([1] * 40)
    '39 parents, expected at most 31'
    """
    parents = len(shape) - 1
    digits = sum(map(math.log10, shape))
    if digits > math.log10(LARGEST_TABLE) + 1e-6:
        # A product of many sizes may have more digits than anybody wants to see.
        entries = f"{math.prod(shape):,}" if digits < 18 else f"some 10^{digits:.0f}"
        return (
            f"{parents} parents and {entries} entries, expected at most {LARGEST_TABLE:,} entries"
        )
    if parents > MOST_PARENTS:
        return f"{parents} parents, expected at most {MOST_PARENTS}"
    return ""


def said(names: Iterable[str], most: int = 8) -> str:
    """A few names for a message."""
    listed = list(names)
    return ", ".join(listed[:most]) + (
        f" and {len(listed) - most} more" if len(listed) > most else ""
    )
