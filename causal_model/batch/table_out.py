"""Chunks of answers into one CSV or Parquet file."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from causal_model.errors import QueryError

__all__ = ["check_output", "write_table"]

SUFFIXES = (".csv", ".parquet")
# What a spreadsheet would take for a formula; a plain number is none.
FORMULA = r"^[=+\-@\t\r]"
NUMBER = r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$"


def check_output(path: Path, schema: pa.Schema) -> None:
    """See whether these columns can be written to a file of this name.

    Raises:
        QueryError: its suffix is unknown, or CSV has no cell for a column.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise QueryError(f"{path}: expected an output that ends in {' or '.join(SUFFIXES)}")
    if path.suffix.lower() == ".csv":
        for column in schema:
            if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
                raise QueryError(
                    f"column {column.name!r} holds {column.type}, which CSV cannot; write Parquet"
                )


def write_table(path: Path, suffix: str, schema: pa.Schema, chunks: Iterable[pa.Table]) -> None:
    """Write chunk after chunk; the suffix decides the format."""
    if suffix == ".parquet":
        # Probabilities hardly ever repeat; a dictionary of them would only cost time.
        texts = [field.name for field in schema if not pa.types.is_floating(field.type)]
        with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=texts) as writer:
            for chunk in chunks:
                writer.write_table(chunk)
        return
    names = pa.array(schema.names, pa.string())
    told = pa.schema(
        [
            field.with_name(name)
            for field, name in zip(map(_plain, schema), _harmless(names).to_pylist(), strict=True)
        ]
    )
    with pa_csv.CSVWriter(path, told) as csv:
        for chunk in chunks:
            columns = [
                column if column.type == field.type else column.cast(field.type)
                for column, field in zip(chunk.columns, told, strict=True)
            ]
            columns = [_harmless(each) if _is_text(each.type) else each for each in columns]
            csv.write_table(pa.Table.from_arrays(columns, schema=told))


def _plain(field: pa.Field) -> pa.Field:
    """A column without a dictionary, which CSV does not need."""
    if pa.types.is_dictionary(field.type):
        return field.with_type(field.type.value_type)
    return field


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _harmless(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text with a quote in front of what a spreadsheet would run."""
    formula = pc.match_substring_regex(texts, FORMULA)
    if not pc.any(formula).as_py():
        return texts
    formula = pc.and_not(formula, pc.match_substring_regex(texts, NUMBER))
    quoted = pc.binary_join_element_wise(
        pa.scalar("'", texts.type), texts, pa.scalar("", texts.type)
    )
    return pc.if_else(formula, quoted, texts)
