"""Data files: CSV in, a state of every measured node in every row out; what is missing stays missing.

Nothing is guessed and nothing is dropped: a cell is a state, or says nothing, or is a mistake with its
line.
"""

import csv
import datetime
import hashlib
import io
import math
import stat
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import DataError, did_you_mean
from causal_model.spec.binning import Binning, Interval, Measure, intervals
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import is_pipe, nearest_file
from causal_model.spec.scalars import number_hint, number_of

__all__ = ["Column", "Rows", "column_names", "columns_of", "label_columns", "read_rows"]

MISSING = -1
LARGEST_FILE = 200_000_000
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Column:
    """How the cells of a column become states of a node.

    Attributes:
        node: the node.
        column: the name of the column.
        states: the states of the node.
        labels: label to the number of its state; None for numbers.
        intervals: state to the numbers that belong to it; None for labels.
    """

    node: str
    column: str
    states: tuple[str, ...]
    labels: Mapping[str, int] | None
    intervals: Mapping[str, Interval] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What a data file says, in its order.

    Attributes:
        file: its name.
        hash: its SHA-256.
        nodes: the measured nodes.
        states: numbers of states, -1 where missing, shape (rows, nodes).
        lines: the line of every row, shape (rows,).
        dates: the date of every row; None where no column holds dates.
    """

    file: str
    hash: str
    nodes: tuple[str, ...]
    states: NDArray[np.intp]
    lines: NDArray[np.intp]
    dates: tuple[datetime.date, ...] | None

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.states)

    def among(self, nodes: Container[str]) -> "Rows":
        """The same rows, told of some nodes only."""
        kept = [at for at, name in enumerate(self.nodes) if name in nodes]
        names = tuple(self.nodes[at] for at in kept)
        return replace(self, nodes=names, states=self.states[:, kept])

    def of(self, node: str) -> NDArray[np.intp]:
        """The states of one node, shape (rows,)."""
        return self.states[:, self.nodes.index(node)]


def columns_of(binning: Binning, graph: GraphFile) -> list[Column]:
    """The columns that a binning names."""
    return [_column(name, each, graph) for name, each in binning.nodes.items()]


def label_columns(nodes: Mapping[str, Sequence[str]]) -> list[Column]:
    """Columns that are called as their nodes, and hold their states.

    Args:
        nodes: node to its states.
    """
    return [
        Column(name, name, tuple(states), {state: at for at, state in enumerate(states)})
        for name, states in nodes.items()
    ]


def read_rows(
    path: str | Path,
    columns: Sequence[Column],
    *,
    date: str | None = None,
    missing: Sequence[str | None] = (),
) -> Rows:
    """Read a data file.

    Args:
        path: a CSV file in UTF-8 whose first line names the columns.
        columns: those that are wanted.
        date: the column with dates such as 2026-01-07, none of which may come twice.
        missing: cells that say nothing, besides empty ones.

    Raises:
        DataError: the file cannot be read, lacks a column, or has cells that are neither a state nor
            missing; says where.
    """
    raw = _read(Path(path))
    name = str(path)
    records = _records(raw, name)
    top, header = _header(records, name)
    wanted = [*(each.column for each in columns), *([date] if date else [])]
    places = [_place(header, each, name, top) for each in wanted]
    silent = {"", *(each or "" for each in missing)}
    known: list[dict[str, int]] = [dict.fromkeys(silent, MISSING) for _ in columns]
    states: list[list[int]] = []
    lines: list[int] = []
    days: dict[datetime.date, int] = {}
    mistakes: list[str] = []
    for line, cells in records:
        if len(mistakes) >= MOST_SHOWN:
            break
        if len(cells) != len(header):
            mistakes.append(f"{name}:{line}: {len(cells)} cells, but the header has {len(header)}")
            continue
        row = []
        for column, at, before in zip(columns, places, known, strict=False):
            cell = cells[at]
            if cell not in before:
                found = _state(column, cell)
                if isinstance(found, str):
                    mistakes.append(f"{name}:{line}: column {column.column!r}: {found}")
                    found = MISSING
                else:
                    before[cell] = found
                row.append(found)
            else:
                row.append(before[cell])
        if date is not None:
            told = _enter_day(days, cells[places[-1]], line)
            if told:
                mistakes.append(f"{name}:{line}: column {date!r}: {told}")
        states.append(row)
        lines.append(line)
    if mistakes:
        more = "\nand maybe more" if len(mistakes) >= MOST_SHOWN else ""
        raise DataError("\n".join(mistakes[:MOST_SHOWN]) + more)
    if not states:
        raise DataError(f"{name}: has no rows, only the names of the columns")
    return Rows(
        file=Path(path).name,
        hash=f"sha256:{hashlib.sha256(raw).hexdigest()}",
        nodes=tuple(each.node for each in columns),
        states=np.array(states, dtype=np.intp).reshape(len(states), len(columns)),
        lines=np.array(lines, dtype=np.intp),
        dates=tuple(days) if date is not None else None,
    )


def column_names(path: str | Path) -> list[str]:
    """The names of the columns of a data file.

    Raises:
        DataError: the file cannot be read, or is empty.
    """
    return _header(_records(_read(Path(path)), str(path)), str(path))[1]


def _header(records: Iterator[tuple[int, list[str]]], name: str) -> tuple[int, list[str]]:
    """The line and cells of the first record."""
    first = next(records, None)
    if first is None:
        raise DataError(f"{name}: is empty, expected a line with the names of the columns")
    return first


def _column(name: str, measure: Measure, graph: GraphFile) -> Column:
    node = graph.nodes[name]
    states = tuple(node.states)
    if measure.holds == "numbers":
        return Column(name, measure.column, states, None, intervals(node, measure))
    mapped = measure.states if measure.states is not None else {state: state for state in states}
    labels = {label: states.index(state) for label, state in mapped.items()}
    return Column(name, measure.column, states, labels)


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        regular = stat.S_ISREG(found.st_mode)
        if not regular and not (stat.S_ISFIFO(found.st_mode) and is_pipe(path)):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
            raise DataError(f"{path}: is {kind}, expected a CSV file")
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = f". {nearest_file(path)}" if isinstance(error, FileNotFoundError) else ""
        raise DataError(f"{path}: cannot be read: {reason}{hint.rstrip('. ')}") from None
    if len(raw) > LARGEST_FILE:
        raise DataError(f"{path}: has more than {LARGEST_FILE:,} bytes")
    return raw


def _records(raw: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every record; empty lines are none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(f"{name}:{line}: is not UTF-8 text; save it as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{name}:{line}: is not CSV: {error}") from None


def _place(header: Sequence[str], column: str, name: str, line: int) -> int:
    if header.count(column) > 1:
        raise DataError(f"{name}:{line}: column {column!r} comes twice")
    if column in header:
        return header.index(column)
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            raise DataError(
                f"{name}:{line}: the cells seem to be separated by {called}, expected commas"
            )
    hint = did_you_mean(column, header) or f" Columns: {', '.join(header[:20])}"
    raise DataError(f"{name}:{line}: there is no column {column!r}.{hint}")


def _state(column: Column, cell: str) -> int | str:
    """The number of the state that a cell stands for, or what is wrong with it."""
    shown = repr(cell[:60])
    if column.labels is not None:
        if cell in column.labels:
            return column.labels[cell]
        hint = did_you_mean(cell, column.labels) or f" Labels: {', '.join(column.labels)}"
        return f"{shown} is no state of {column.node!r}.{hint}"
    number = number_of(cell)
    if number is None or not math.isfinite(number):
        hint = number_hint(cell)
        return f"{shown} is no number" + (f"; {hint}" if hint else "")
    assert column.intervals is not None
    for at, state in enumerate(column.states):
        low, high = column.intervals[state]
        if low < number <= high or (at == 0 and number == low):
            return at
    shown_bins = ", ".join(
        f"{state} {low:g} to {high:g}" for state, (low, high) in column.intervals.items()
    )
    return f"{shown} lies outside the states of {column.node!r}: {shown_bins}"


def _enter_day(days: dict[datetime.date, int], cell: str, line: int) -> str:
    """Remember a date; what is wrong with it, or an empty string."""
    try:
        day = datetime.date.fromisoformat(cell)
        if len(cell) != len("2026-01-07"):
            raise ValueError
    except ValueError:
        return f"{cell[:60]!r} is no date such as 2026-01-07"
    if day in days:
        return f"{cell} was given in line {days[day]} already"
    days[day] = line
    return ""
