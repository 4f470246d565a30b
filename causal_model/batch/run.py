"""A run over a file of evidence rows: chunk by chunk in, answers out, in the order of the rows."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from causal_model import __version__
from causal_model.batch.question import Answered, Job, Question, answer
from causal_model.batch.recall import Looked, Recall
from causal_model.batch.rows_in import Places, RowFile, cell_column, open_rows
from causal_model.batch.table_out import check_output, write_table
from causal_model.batch.unfinished import Unfinished
from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.files import unwritable
from causal_model.inference.columns import Codes, same_rows
from causal_model.model import Model
from causal_model.parallel import Map, serial
from causal_model.spec.evidence import column_of

__all__ = ["Summary", "answer_file"]

OnError = Literal["stop", "mark"]

# Rows of a chunk, and rows whose answers are remembered: less where rows are wide, and a chunk also
# where tables are large, so that stopping a run never loses much work.
CHUNK_ROWS = 1 << 16
CELLS_AT_ONCE = 1 << 22
ENTRIES_AT_ONCE = 1 << 26
EVIDENCE, PROBLEM = "log_evidence_probability", "problem"
IMPOSSIBLE = "the evidence has probability zero"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes:
        rows: rows answered, or marked.
        asked: rows that were asked; equal rows count once.
        problems: rows without an answer.
        resumed: rows that an earlier run had answered.
    """

    rows: int
    asked: int
    problems: int
    resumed: int


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A chunk whose new rows are being asked."""

    number: int
    start: int
    share: float
    kept: pa.Table
    same: Codes
    first: Codes
    looked: Looked


def answer_file(
    model: Model,
    source: Path,
    out: Path,
    *,
    target: str | Iterable[str] | None = None,
    keep: Sequence[str] = (),
    on_error: OnError = "stop",
    resume: bool = False,
    force: bool = False,
    map_: Map = serial,
    progress: Callable[[float], None] = lambda share: None,
    chunk_rows: int | None = None,
) -> Summary:
    """Ask the same question under every row of a file, and write the answers to another.

    Args:
        model: the graph, and what it assumes in every row.
        source: a CSV or Parquet file; its columns are those of `Model.query_many`.
        out: a CSV or Parquet file; it is replaced only when all rows are answered.
        target: a node or several; default the graph's outcome.
        keep: columns that are carried over as they are.
        on_error: whether a row that cannot be asked stops the run, or is marked.
        resume: go on with a run that was stopped.
        force: throw away what a run that was stopped has left.
        map_: who answers the chunks, see `parallel`.
        progress: is told the share of the file that is done.
        chunk_rows: rows that are asked together; default by their width.

    Raises:
        EvidenceError: a file or a row cannot be read, or does not fit the graph.
        QueryError: an unknown target, columns that cannot be written, or output that is the input.
        TooLarge: an answer would take more memory than is allowed, divided by the number of workers.
        BatchError: an earlier run is in the way, or a worker died twice.
        RenderError: the output cannot be written.
    """
    targets = model.targets(target)
    keep = tuple(dict.fromkeys(keep))
    rows = open_rows(source)
    asked = _asked_columns(model, rows, keep)
    names = [f"{name}={state}" for name in targets for state in model.states(name)]
    schema = _schema(rows, keep, names)
    check_output(out, schema)
    if _is_same_file(out, source):
        raise QueryError(f"{out}: is the input, which the answers would replace")
    width = len(asked) + len(keep) + len(names) + 1
    entries = sum(table.size for table in model.network.tables.values())
    size = chunk_rows or max(
        1, min(CHUNK_ROWS, CELLS_AT_ONCE // width, ENTRIES_AT_ONCE // max(1, entries))
    )
    journal = {
        "input": rows.fingerprint(),
        "graph": model.hash,
        "question": [list(targets), list(keep), on_error, [repr(each) for each in model.findings]],
        "version of the program": [__version__, size],
    }
    unfinished = Unfinished(out, journal, resume=resume, force=force)
    question = Question(model.hash, targets, model.findings, model.network, model.max_memory)
    run = _Run(rows, asked, keep, question, on_error, schema, size, unfinished)
    try:
        summary = run.all(map_, progress)
    except EvidenceError:
        # The input has to change before another run can do better.
        unfinished.discard()
        raise
    except BaseException:
        unfinished.give_up()
        raise
    unfinished.finish(partial(_write, out.suffix.lower(), schema))
    return summary


class _Run:
    """One run: what it needs, and how far it is."""

    def __init__(
        self,
        rows: RowFile,
        asked: Sequence[str],
        keep: Sequence[str],
        question: Question,
        on_error: OnError,
        schema: pa.Schema,
        size: int,
        unfinished: Unfinished,
    ) -> None:
        self.rows, self.asked_columns, self.keep = rows, asked, keep
        self.question, self.on_error, self.schema = question, on_error, schema
        self.size, self.unfinished = size, unfinished
        self.recall = Recall(max(1, min(CHUNK_ROWS, CELLS_AT_ONCE // len(schema))))
        self.places = Places(rows)
        self.waiting: deque[_Waiting] = deque()
        self.count = self.asked = self.problems = self.resumed = 0

    def all(self, map_: Map, progress: Callable[[float], None]) -> Summary:
        """Answer all chunks that are not there yet."""
        with closing(map_(answer, self._jobs(progress))) as answers:
            for found in answers:
                chunk = self.waiting.popleft()
                self._enter(chunk, self.recall.complete(chunk.looked, found))
                progress(chunk.share)
        return Summary(self.count, self.asked, self.problems, self.resumed)

    def _jobs(self, progress: Callable[[float], None]) -> Iterator[Job]:
        """Read chunks; those that an earlier run has answered are only remembered."""
        done = self.unfinished.done
        for number, (chunk, share) in enumerate(self.rows.chunks(self.size)):
            columns = [cell_column(name, chunk[name]) for name in self.asked_columns]
            first, same = same_rows(columns, chunk.num_rows)
            different = [column.take(first) for column in columns]
            looked = self.recall.look(different, len(first))
            start, self.count = self.count, self.count + chunk.num_rows
            if number < done:
                self._take_over(number, first, looked)
                progress(share)
                continue
            kept = chunk.select(list(self.keep))
            self.waiting.append(_Waiting(number, start, share, kept, same, first, looked))
            fresh = np.flatnonzero(~looked.known)
            self.asked += fresh.size
            yield Job(
                self.question,
                tuple(column.take(fresh) for column in different),
                int(fresh.size),
                f"rows {start + 1} to {self.count}",
            )

    def _take_over(self, number: int, first: Codes, looked: Looked) -> None:
        """Remember what an earlier run has answered, as that run did."""
        table = self.unfinished.read(number)
        self.resumed += table.num_rows
        numbers = [table[name].to_numpy() for name in self.schema.names[len(self.keep) : -1]]
        marks = table[PROBLEM].to_pylist()
        self.problems += table.num_rows - table[PROBLEM].null_count
        problems = {}
        for at, row in enumerate(first.tolist()):
            if marks[row] is not None:
                # A mark starts with the place of its row, "line 17: ".
                text = marks[row].partition(": ")[2]
                if text != IMPOSSIBLE:
                    problems[at] = text
        self.recall.learn(looked, Answered(np.stack(numbers, axis=1)[first], problems))

    def _enter(self, chunk: _Waiting, found: Answered) -> None:
        """Write the answers to a chunk, a row for every row."""
        marks = self._marks(chunk, found)
        self.problems += len(marks)
        numbers = found.numbers[chunk.same]
        unknown = np.isnan(numbers)
        columns = [
            pa.array(numbers[:, at], pa.float64(), mask=unknown[:, at])
            for at in range(numbers.shape[1])
        ]
        problem: list[str | None] = [None] * len(numbers)
        for row, text in marks.items():
            problem[row] = text
        table = pa.Table.from_arrays(
            [*chunk.kept.columns, *columns, pa.array(problem, pa.string())], schema=self.schema
        )
        self.unfinished.enter(chunk.number, table)

    def _marks(self, chunk: _Waiting, found: Answered) -> dict[int, str]:
        """Row of the chunk to what is wrong with it."""
        wrong = np.isneginf(found.numbers[:, -1])
        if found.problems:
            wrong[list(found.problems)] = True
        marks: dict[int, str] = {}
        for row in np.flatnonzero(wrong[chunk.same]).tolist():
            text = found.problems.get(int(chunk.same[row]))
            place = self.places.of(chunk.start + row)
            if text is not None and self.on_error == "stop":
                raise EvidenceError(f"{self.rows.path}: {place}: {text}")
            marks[row] = f"{place}: {text or IMPOSSIBLE}"
        return marks


def _asked_columns(model: Model, rows: RowFile, keep: Sequence[str]) -> list[str]:
    """The columns that speak of nodes.

    Raises:
        EvidenceError: a column is neither that of a node nor kept, or cannot hold cells.
    """
    known = rows.schema.names
    for name in keep:
        if name not in known:
            near = did_you_mean(name, known) or f" Columns: {', '.join(known[:12])}"
            raise EvidenceError(f"--keep {name}: {rows.path} has no such column.{near}")
    asked = []
    for column in rows.schema:
        kind, node = column_of(column.name)
        if node in model.network.variables:
            if pa.types.is_nested(column.type):
                raise EvidenceError(
                    f"{rows.path}: column {column.name!r} holds {column.type}, expected text"
                )
            asked.append(column.name)
        elif column.name not in keep:
            near = did_you_mean(node, model.nodes) or f" Known: {', '.join(model.nodes[:12])}."
            what = f"there is no node {node!r}" + (f" for {kind}" if kind != "given" else "")
            raise EvidenceError(
                f"{rows.path}: column {column.name!r}: {what}.{near}"
                f" --keep {column.name!r} carries the column over."
            )
    return asked


def _is_same_file(out: Path, source: Path) -> bool:
    """Whether the answers would replace the rows.

    Raises:
        RenderError: no file of this name can be.
    """
    try:
        return out.exists() and out.samefile(source)
    except (OSError, ValueError) as error:
        raise unwritable(out, error) from None


def _schema(rows: RowFile, keep: Sequence[str], names: Sequence[str]) -> pa.Schema:
    """The columns of the output.

    Raises:
        QueryError: a column that is kept has the name of one that is made.
    """
    made = [pa.field(name, pa.float64()) for name in (*names, EVIDENCE)]
    made.append(pa.field(PROBLEM, pa.string()))
    for name in keep:
        if name in {field.name for field in made}:
            raise QueryError(f"--keep {name}: the output has a column of this name already")
    return pa.schema([*(rows.schema.field(name) for name in keep), *made])


def _write(suffix: str, schema: pa.Schema, path: Path, chunks: Iterable[pa.Table]) -> None:
    write_table(path, suffix, schema, chunks)
