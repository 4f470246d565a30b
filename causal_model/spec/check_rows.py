"""Rows keyed by the states of parents: each combination has one, and they name what exists."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from causal_model.spec.check_graph import known_names
from causal_model.spec.decisions import UtilityRow
from causal_model.spec.load import Path_
from causal_model.spec.table_forms import CountedRow, DeterministicRow, Row
from causal_model.spec.validate import Checked

__all__ = ["MOST_VISITED", "AnyRow", "KeyedRows", "given_in_words", "listed"]

AnyRow = Row | DeterministicRow | CountedRow | UtilityRow

LARGEST_TABLE = 1 << 24
# Arrays of older NumPy have 32 axes at most; only parents with a single state can be that many.
MOST_PARENTS = 31
# Combinations that the rows of one table may name, all rows together; beyond, most come twice.
MOST_VISITED = 1 << 26
SHOWN_ROWS = 5


@dataclass(frozen=True, eq=False)
class KeyedRows:
    """The rows of one table under examination.

    Attributes:
        checked: the file.
        parents: the parents with their states, as the axes of the table.
        place: the table; its rows are below the key `rows`.
    """

    checked: Checked[Any]
    parents: Mapping[str, Sequence[str]]
    place: Path_

    @cached_property
    def ranks(self) -> dict[str, dict[str, int]]:
        """The place of each state of each parent."""
        return {
            parent: {state: at for at, state in enumerate(states)}
            for parent, states in self.parents.items()
        }

    def _report(
        self, code: str, message: str, *path: str | int, hint: str = "", key: bool = False
    ) -> None:
        self.checked.report(code, message, (*self.place, *path), hint=hint, key=key)

    def fit(self, *own: int) -> bool:
        """Whether a table with these axes besides those of the parents is not too large, or say so."""
        sizes = [*(len(states) for states in self.parents.values()), *own]
        if math.prod(sizes) > LARGEST_TABLE:
            product = " x ".join(str(size) for size in sizes)
            self._report(
                "T015",
                f"the table has {product} = {math.prod(sizes):,} entries, at most {LARGEST_TABLE:,}",
                hint="give the node fewer parents, or put a node between",
            )
            return False
        if len(self.parents) > MOST_PARENTS:
            told = f"the node has {len(self.parents)} parents, at most {MOST_PARENTS}"
            self._report("T015", told)
            return False
        return True

    def check(self, rows: Sequence[AnyRow], *, complete: bool) -> None:
        """Every combination of parent states has one row; doubles and gaps are reported."""
        import numpy as np

        # For every combination the row that names it first.
        first = np.full([len(states) for states in self.parents.values()], -1, dtype=np.int32)
        visited = 0
        for at, row in enumerate(rows):
            if not self._names_parents(row, at):
                complete = False
                continue
            places = self.places(row)
            visited += math.prod(len(each) for each in places)
            # Rows that visit every combination many times over were reported as doubles by then.
            if visited > MOST_VISITED:
                continue
            there = np.ix_(*places)
            before = first[there]
            doubled = np.argwhere(before >= 0)
            if len(doubled):
                combination = self._combination(
                    [own[one] for own, one in zip(places, doubled[0], strict=True)]
                )
                line = self.checked.document.value_span(
                    self.checked.original((*self.place, "rows", int(before[tuple(doubled[0])])))
                ).line
                told = combination or "of this node"
                self._report("T003", f"row {told} was given in line {line} already", "rows", at)
            first[there] = np.where(before < 0, at, before)
        if not complete or (gaps := int((first < 0).sum())) == 0:
            return
        named = [self._combination(each) for each in np.argwhere(first < 0)[:SHOWN_ROWS].tolist()]
        more = f" and {gaps - SHOWN_ROWS} more" if gaps > SHOWN_ROWS else ""
        told = f"for {'; '.join(named)}{more}" if self.parents else "at all"
        self._report("T002", f"there is no row {told}", "rows", key=True)

    def places(self, row: AnyRow) -> list[list[int]]:
        """For each parent the states for which a row holds, as numbers."""
        ranks = self.ranks
        return [[ranks[parent][state] for state in _states(row.given[parent])] for parent in ranks]

    def _combination(self, places: Sequence[int]) -> str:
        """The states of the parents at a place of the table, as a row names them."""
        return given_in_words(
            {
                parent: states[at]
                for (parent, states), at in zip(self.parents.items(), places, strict=True)
            }
        )

    def _names_parents(self, row: AnyRow, at: int) -> bool:
        sound = not self.checked.touched(*self.checked.original((*self.place, "rows", at, "given")))
        for parent, states in row.given.items():
            if parent not in self.parents:
                sound = False
                hint = self.checked.near(parent, self.parents) or (
                    known_names(self.parents) if self.parents else "this node has no parents"
                )
                self._report(
                    "T004",
                    f"{parent!r} is not a parent",
                    "rows",
                    at,
                    "given",
                    parent,
                    hint=hint,
                    key=True,
                )
                continue
            for state in _states(states):
                if state not in self.ranks[parent]:
                    sound = False
                    hint = self.checked.near(state, self.parents[parent])
                    self._report(
                        "T005",
                        f"{parent!r} has no state {state!r}",
                        *("rows", at, "given", parent),
                        hint=hint or known_names(self.parents[parent]),
                    )
        missing = [parent for parent in self.parents if parent not in row.given]
        misspelt = any(parent not in self.parents for parent in row.given)
        if (
            missing
            and not misspelt
            and not self.checked.touched(*self.checked.original((*self.place, "rows", at, "given")))
        ):
            sound = False
            self._report("T004", f"the row does not say the state of {listed(missing)}", "rows", at)
        return sound


def _states(given: str | Sequence[str]) -> Sequence[str]:
    return (given,) if isinstance(given, str) else given


def given_in_words(given: Mapping[str, str | Sequence[str]]) -> str:
    """Parent states as ``(policy=tight, supply=cut)``; empty for a node without parents."""
    told = ", ".join(
        f"{parent}={states if isinstance(states, str) else '|'.join(states)}"
        for parent, states in given.items()
    )
    return f"({told})" if told else ""


def listed(names: Iterable[str]) -> str:
    """Names in quotes, with commas."""
    return ", ".join(repr(each) for each in names)
