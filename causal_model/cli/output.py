"""Printing: one table of values, shown as a table, CSV, Markdown or JSON.

Data goes to stdout, words to stderr. Colour and other escapes appear on a terminal only, and never
where NO_COLOR, TERM=dumb or --no-color ask for plain text; FORCE_COLOR brings them to a pipe. Text
from files is hostile: control characters are shown, markup is not obeyed, and CSV cells that a
spreadsheet would take for a formula get a leading quote.
"""

import csv
import json
import math
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Literal, TextIO

import click

from causal_model.harmless import in_markdown, plain_text

__all__ = ["Cell", "Column", "Table", "as_json_text", "emit", "is_plain", "note", "plain_text"]

Kind = Literal["text", "probability", "points", "error", "number", "bar"]
Cell = str | float | int | None

BAR_WIDTH = 20
# A pipe has no width; a line there may be long.
PIPE_WIDTH = 400
# A word that is longer may be broken where there is no room.
LONGEST_WORD = 40
# Blanks between columns.
GAP = 3
EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in CSV, its heading elsewhere, and what its values are.

    A `bar` is a probability drawn as a bar; it is left out of CSV and Markdown.
    """

    name: str
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under columns; `break_before` numbers the rows that start a new group."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    caption: str = ""
    break_before: frozenset[int] = field(default_factory=frozenset)


def emit(tables: Sequence[Table], data: Any, format_: str, *, no_color: bool) -> None:
    """Print to stdout in one of the formats.

    Args:
        tables: what a person reads.
        data: the same for JSON; must not hold NaN.
        format_: table, json, csv or md.
        no_color: forbid escapes, whatever the terminal.
    """
    if format_ == "json":
        click.echo(as_json_text(data))
    elif format_ == "csv":
        click.echo("\n".join(_as_csv(table) for table in tables), nl=False)
    elif format_ == "md":
        click.echo("\n\n".join(_as_markdown(table) for table in tables))
    else:
        _print_tables(tables, no_color=no_color)


def note(text: str, *, quiet: bool) -> None:
    """Say something about the answer on stderr, unless the user wants the answer only."""
    if not quiet:
        click.echo(plain_text(text), err=True)


def is_plain(stream: TextIO, *, no_color: bool) -> bool:
    """Whether escapes must not be written to a stream."""
    if no_color or os.environ.get("NO_COLOR"):
        return True
    if os.environ.get("FORCE_COLOR"):
        return False
    return os.environ.get("TERM") == "dumb" or not stream.isatty()


def as_json_text(data: Any) -> str:
    """JSON with characters as they are, but for those that could steer a terminal."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    if text.isascii():
        return text
    return "".join(
        each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text
    )


def _print_tables(tables: Sequence[Table], *, no_color: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    plain = is_plain(sys.stdout, no_color=no_color)
    wide = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH
    widths = [_widths(table, wide) for table in tables]
    console = Console(
        file=sys.stdout,
        force_terminal=not plain,
        color_system=None if plain else "auto",
        width=max([wide, *(sum(each) + GAP * len(each) for each in widths)]),
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for at, table in enumerate(tables):
        if at:
            console.print()
        if table.title:
            console.print(Text(plain_text(table.title), style="" if plain else "bold"))
        shown = RichTable(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column, room in zip(table.columns, widths[at], strict=True):
            left = column.kind in ("text", "bar")
            shown.add_column(
                Text(plain_text(column.heading)),
                justify="left" if left else "right",
                no_wrap=column.kind != "text",
                overflow="fold",
                width=room,
            )
        for number, row in enumerate(table.rows):
            last = number + 1 in table.break_before
            cells = [
                Text(_shown(cell, column.kind))
                for cell, column in zip(row, table.columns, strict=True)
            ]
            shown.add_row(*cells, end_section=last)
        # rich pads the last column; nobody wants the blanks in a file.
        with console.capture() as capture:
            console.print(shown)
        for line in capture.get().splitlines():
            click.echo(line.rstrip(), color=True)
        if table.caption:
            console.print(Text(plain_text(table.caption)))


def _widths(table: Table, wide: int) -> list[int]:
    """The width of every column: what its cells need, or less where a table would be too wide.

    No column is narrower than its longest word, or than its numbers; a terminal that is narrower still
    wraps, which can be read better than a name in two pieces.
    """
    from rich.cells import cell_len

    needed, least = [], []
    for at, column in enumerate(table.columns):
        texts = [plain_text(column.heading), *(_shown(row[at], column.kind) for row in table.rows)]
        lines = [line for text in texts for line in text.split("\n")]
        needed.append(max(map(cell_len, lines), default=0))
        words = [min(cell_len(word), LONGEST_WORD) for line in lines for word in line.split()]
        least.append(max(words, default=0) if column.kind == "text" else needed[-1])
    missing = sum(needed) + GAP * (len(needed) - 1) - wide
    spare = sum(needed) - sum(least)
    if missing <= 0:
        return needed
    # Every column gives up the same share of what it could.
    share = min(1.0, missing / spare) if spare else 0.0
    return [most - math.ceil(share * (most - low)) for most, low in zip(needed, least, strict=True)]


def _shown(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return plain_text(cell)
    if kind == "bar":
        return _bar(float(cell))
    if kind == "probability":
        return f"{100 * cell:.1f} %"
    if kind == "error":
        return f"±{100 * cell:.2f} pp"
    if kind == "points":
        return f"{round(cell, 1) + 0.0:+.1f} pp"
    return f"{cell:.6g}"


def _bar(probability: float) -> str:
    eighths = round(probability * BAR_WIDTH * 8)
    whole, part = divmod(eighths, 8)
    return EIGHTHS[8] * whole + (EIGHTHS[part] if part else "")


def _as_csv(table: Table) -> str:
    kept = [at for at, column in enumerate(table.columns) if column.kind != "bar"]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_csv_cell(table.columns[at].name) for at in kept)
    for row in table.rows:
        writer.writerow(_csv_cell(row[at]) for at in kept)
    return text.getvalue()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        shown = plain_text(cell)
        return f"'{shown}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else shown
    return repr(cell)


def _as_markdown(table: Table) -> str:
    kept = [at for at, column in enumerate(table.columns) if column.kind != "bar"]
    columns = [table.columns[at] for at in kept]
    lines = [f"**{in_markdown(table.title)}**", ""] if table.title else []
    lines.append("| " + " | ".join(in_markdown(column.heading) for column in columns) + " |")
    ruler = ["---" if column.kind == "text" else "---:" for column in columns]
    lines.append("|" + "|".join(ruler) + "|")
    for row in table.rows:
        cells = [in_markdown(_shown(row[at], table.columns[at].kind)) for at in kept]
        lines.append("| " + " | ".join(cells) + " |")
    if table.caption:
        lines += ["", in_markdown(table.caption)]
    return "\n".join(lines)
