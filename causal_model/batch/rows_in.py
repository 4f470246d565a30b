"""The rows of a CSV or Parquet file in chunks, and where in the file a row stands.

All columns of a CSV file are text. A chunk holds a fixed number of rows however the file is cut into
blocks, so that a run that goes on where another stopped sees the same chunks.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from causal_model.errors import EvidenceError, did_you_mean
from causal_model.files import reason_of
from causal_model.inference.columns import CellColumn

__all__ = ["Places", "RowFile", "cell_column", "open_rows"]

SUFFIXES = (".csv", ".parquet")
# A row of a CSV file must be shorter. Some dozens of blocks are read ahead.
BLOCK_BYTES = 1 << 20
# The beginning of a file that tells whether it has changed.
HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class RowFile:
    """A file with evidence rows.

    Attributes:
        path: the file.
        schema: its columns.
        size: how much there is to read: bytes of a CSV file, rows of a Parquet file.
    """

    path: Path
    schema: pa.Schema
    size: int

    @property
    def is_csv(self) -> bool:
        """Whether it is CSV; else it is Parquet."""
        return self.path.suffix.lower() == ".csv"

    def fingerprint(self) -> list[Any]:
        """What tells whether the file has changed: its size, its time, a digest of its beginning.

        Raises:
            EvidenceError: the file cannot be read.
        """
        with _in_words(self.path):
            with self.path.open("rb") as file:
                head = hashlib.sha256(file.read(HEAD_BYTES)).hexdigest()
            status = self.path.stat()
        return [status.st_size, status.st_mtime_ns, head]

    def chunks(self, rows: int) -> Iterator[tuple[pa.Table, float]]:
        """The rows in chunks of a fixed number, and which share of the file has been read.

        Raises:
            EvidenceError: the file is damaged, or a row has another number of cells than the header.
        """
        with _in_words(self.path):
            batches = self._csv() if self.is_csv else self._parquet(rows)
            held: list[pa.RecordBatch] = []
            count, share = 0, 0.0
            for batch, share in batches:
                start = 0
                while count + batch.num_rows - start >= rows:
                    stop = start + rows - count
                    held.append(batch.slice(start, stop - start))
                    yield pa.Table.from_batches(held, self.schema), share
                    held, count, start = [], 0, stop
                if start < batch.num_rows:
                    held.append(batch.slice(start))
                    count += batch.num_rows - start
            if held:
                yield pa.Table.from_batches(held, self.schema), share

    def _csv(self) -> Iterator[tuple[pa.RecordBatch, float]]:
        with pa.OSFile(str(self.path)) as file, _csv_reader(file, self.schema.names) as reader:
            for batch in reader:
                yield batch, file.tell() / max(1, self.size)

    def _parquet(self, rows: int) -> Iterator[tuple[pa.RecordBatch, float]]:
        done = 0
        with pq.ParquetFile(self.path, buffer_size=BLOCK_BYTES) as file:
            for batch in file.iter_batches(batch_size=min(rows, 8192)):
                done += batch.num_rows
                yield batch, done / max(1, self.size)


class Places:
    """Says where a row stands: its line in a CSV file, its number in a Parquet file.

    Rows must be asked for in ascending order; the file is read along only as far as they need.
    """

    def __init__(self, rows: RowFile) -> None:
        self._lines = _first_lines(rows) if rows.is_csv else None
        self._next = 0

    def of(self, row: int) -> str:
        """The place of a row, counted from 0.

        >>> from pathlib import Path
        >>> Places(RowFile(Path("x.parquet"), pa.schema([]), 9)).of(7)
        'row 8'
        """
        if self._lines is None:
            return f"row {row + 1}"
        line = 0
        while self._next <= row:
            line = next(self._lines)
            self._next += 1
        return f"line {line}"


def open_rows(path: Path) -> RowFile:
    """Look at the columns of a file of evidence rows.

    Raises:
        EvidenceError: it is no CSV or Parquet file, cannot be read, or a column comes twice.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise EvidenceError(f"{path}: expected a file that ends in {' or '.join(SUFFIXES)}")
    if not path.exists():
        beside = [each.name for each in path.parent.glob("*") if each.suffix.lower() in SUFFIXES]
        raise EvidenceError(f"{path}: there is no such file.{did_you_mean(path.name, beside)}")
    if not path.is_file():
        raise EvidenceError(f"{path}: is not a file")
    with _in_words(path):
        if path.suffix.lower() == ".csv":
            with pa.OSFile(str(path)) as file, _csv_reader(file, []) as reader:
                names = reader.schema.names
            schema = pa.schema([(name, pa.string()) for name in names])
            size = path.stat().st_size
        else:
            with pq.ParquetFile(path) as parquet:
                schema = parquet.schema_arrow.remove_metadata()
                size = parquet.metadata.num_rows
    for at, name in enumerate(schema.names):
        if name in schema.names[:at]:
            raise EvidenceError(f"{path}: column {name!r} comes twice")
    return RowFile(path, schema, size)


def cell_column(name: str, column: pa.ChunkedArray) -> CellColumn:
    """A column of a chunk as different cells; null, NaN and "" say nothing."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
    cells = encoded.dictionary.to_pylist()
    silent = [at for at, cell in enumerate(cells) if cell is None or cell == "" or cell != cell]
    if silent:
        codes[np.isin(codes, silent)] = -1
    return CellColumn(name, cells, codes)


def _csv_reader(file: pa.NativeFile, names: list[str]) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        file,
        read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True,
            # In a file of one column an empty line is a row that says nothing.
            ignore_empty_lines=len(names) != 1,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )


def _first_lines(rows: RowFile) -> Iterator[int]:
    """The line on which each row starts; a quoted cell may hold line ends, empty lines are no rows."""
    in_quotes = False
    header = True
    with _in_words(rows.path), rows.path.open(encoding="latin-1") as file:
        for number, line in enumerate(file, start=1):
            starts = not in_quotes
            in_quotes ^= line.count('"') % 2 == 1
            if not starts or (line == "\n" and (header or len(rows.schema) != 1)):
                continue
            if not header:
                yield number
            header = False


class _in_words:  # noqa: N801  (reads as a word in a with statement)
    """Turns what pyarrow and the system say about a file into an error for its user."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, pa.ArrowException | OSError | UnicodeError):
            raise EvidenceError(f"{self.path}: cannot be read: {reason_of(error)}") from None
