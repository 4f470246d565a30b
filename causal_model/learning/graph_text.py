"""A graph file with learned tables in it: all that the file said, said again in one style.

What a file says is kept, how it was laid out is not: comments, but for those at its head, and line breaks
are lost. So a file that was written here is written again to the same bytes.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from causal_model.errors import GraphFileError
from causal_model.learning.learn import Learned, LearnedTable
from causal_model.learning.rows import Rows
from causal_model.spec.check import check_graph_text
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.extends import load_extended
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import NULLS, Path_, load_text, read_text

__all__ = ["learned_graph_text", "write_data"]

WIDEST = 110
# Counts that are fractions are written with so many digits behind the point.
DIGITS = 2
# What a plain scalar may look like, inside { } and [ ] and elsewhere; all else is quoted.
FIRST = r"(-(?=[^ ])|[^-?:!&*|>%@`'\"#,\[\]{}<= ])"
INSIDE, OUTSIDE = re.compile(FIRST + r"[^,\[\]{}]*"), re.compile(FIRST + ".*")
# Mappings that get a line for every key, whatever their length; * is any key.
TALL = (
    (),
    ("sources",),
    ("channels",),
    ("nodes",),
    ("nodes", "*"),
    ("nodes", "*", "states"),
    ("nodes", "*", "parents"),
    ("nodes", "*", "table"),
    ("nodes", "*", "table", "prior"),
)
# Their entries stand apart.
APART = ((), ("nodes",))
LISTS = ("rows", "arrows")


def learned_graph_text(
    graph: GraphFile, path: Path, target: Path, learned: Learned, rows: Rows, source: str
) -> str:
    """The text of a graph file in which learned tables stand for the elicited ones.

    Args:
        graph: the graph that was read.
        path: its file.
        target: where the text will lie. The file itself stays a variant of what it extends; elsewhere
            everything is written out, under the name of the new file.
        learned: the tables.
        rows: the data that they were learned from.
        source: the id of their source.

    Raises:
        InvalidGraphFile: the file cannot be read.
        GraphFileError: the text would not be read back as it is meant.
    """
    text = read_text(path)
    whole = load_extended(text, str(path), path.parent).data
    in_place = target.resolve() == path.resolve()
    if in_place:
        data = load_text(text, str(path)).data
    else:
        data = {key: each for key, each in whole.items() if key != "extends"}
        data = {**data, "id": target.stem}
    nodes = dict(data.get("nodes") or {})
    for name, table in learned.tables.items():
        before = whole["nodes"][name]["table"]
        prior = before["prior"] if before["form"] == "counts" else before
        nodes[name] = {
            **nodes.get(name, {}),
            "table": _table(graph, name, prior, table, rows, source),
        }
    data["nodes"] = nodes
    written = write_data(data, _head(text) if in_place else [])
    again = load_text(written, str(target))
    if again.diagnostics or again.data != data:
        raise GraphFileError(f"{path}: holds text that cannot be written again")
    checked, found = check_graph_text(
        written, str(target), path.parent if in_place else target.parent
    )
    if checked is None:
        raise InvalidGraphFile(found)
    return written


def write_data(data: Mapping[str, Any], head: Sequence[str] = ()) -> str:
    """Plain data of a graph file, as `load_text` gives them, as text; `head` are lines before it."""
    lines = list(head)
    _block(lines, data, (), "")
    return "\n".join(lines) + "\n"


def _table(
    graph: GraphFile, name: str, prior: Any, table: LearnedTable, rows: Rows, source: str
) -> dict[str, Any]:
    """The table of a node in the form of counts, as plain data."""
    node = graph.nodes[name]
    counts = np.round(table.counts, DIGITS)
    listed = []
    for index in np.ndindex(*counts.shape[:-1]):
        given = {
            parent: list(graph.nodes[parent].states)[at]
            for parent, at in zip(node.parents, index, strict=True)
        }
        own = counts[index].tolist()
        seen = dict(zip(node.states, map(_number, own), strict=True)) if any(own) else {}
        listed.append({"given": given, "counts": seen} if given else {"counts": seen})
    found: dict[str, Any] = {"form": "counts"}
    if table.confidence is not None:
        found["confidence"] = _number(table.confidence)
    data = {
        "source": source,
        "file": rows.file,
        "hash": rows.hash,
        "rows": str(len(rows)),
        "method": table.method,
    }
    return {**found, "prior": prior, "data": data, "rows": listed}


def _number(value: float) -> str:
    return f"{value:.17g}" if value == int(value) and abs(value) < 1e15 else repr(value)


def _head(text: str) -> list[str]:
    """The comments before anything else."""
    lines = []
    for line in text.split("\n"):
        if not line.startswith("#"):
            break
        lines.append(line.rstrip("\r"))
    return lines


def _block(lines: list[str], data: Mapping[str, Any], path: Path_, indent: str) -> None:
    """A mapping with a line or more for every key."""
    apart = _is(path, APART)
    method = data["data"]["method"] if data.get("form") == "counts" else ""
    for number, (key, value) in enumerate(data.items()):
        place = (*path, key)
        tall = isinstance(value, (dict, list)) and bool(value) and path in ((), ("nodes",))
        if apart and number and tall:
            lines.append("")
        start = f"{indent}{_scalar(key)}:"
        _entry(lines, start, value, place, indent, method)


def _entry(
    lines: list[str], start: str, value: Any, place: Path_, indent: str, method: str
) -> None:
    flow = _flow(value) if isinstance(value, (dict, list)) else _scalar(value, inside=False)
    fits = len(start) + 1 + len(flow) <= WIDEST
    if isinstance(value, dict) and value and (_is(place, TALL) or not fits):
        lines.append(start)
        _block(lines, value, place, indent + "  ")
    elif isinstance(value, list) and value and (place[-1] in LISTS or not fits):
        lines.append(start)
        lines += [f"{indent}  - {_item(each)}{_remark(each, method)}" for each in value]
    elif isinstance(value, str) and not fits and _folds(value):
        lines.append(f"{start} >-")
        lines += _wrapped(value, indent + "  ")
    else:
        lines.append(f"{start} {flow}")


def _item(value: Any) -> str:
    if isinstance(value, dict) and len(value) == 1:
        ((key, only),) = value.items()
        return f"{_scalar(key)}: {_flow(only)}"
    return _flow(value)


def _remark(row: Any, method: str) -> str:
    """Where the numbers of a row come from, for a reader."""
    if not method:
        return ""
    n = sum(float(each) for each in row["counts"].values())
    return f"  # {method}, n = {n:.6g}" if n else "  # elicited, n = 0"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_scalar(key)}: {_flow(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return _scalar(value)


def _scalar(text: str | None, *, inside: bool = True) -> str:
    """A scalar, plain where it can be; `inside` brackets less can."""
    if text is None:
        return "null"
    plain = (
        text not in NULLS
        and text == text.strip()
        and text.isprintable()
        and (INSIDE if inside else OUTSIDE).fullmatch(text) is not None
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
    )
    if plain:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _folds(text: str) -> bool:
    """Whether a text is the same after it was broken at its blanks and joined again."""
    return (
        text.isprintable()
        and " ".join(text.split(" ")) == text == text.strip()
        and "  " not in text
    )


def _wrapped(text: str, indent: str) -> list[str]:
    lines = [indent]
    for word in text.split(" "):
        if len(lines[-1]) > len(indent) and len(lines[-1]) + 1 + len(word) > WIDEST:
            lines.append(indent)
        lines[-1] += word if len(lines[-1]) == len(indent) else f" {word}"
    return lines


def _is(path: Path_, patterns: Sequence[tuple[str, ...]]) -> bool:
    return any(
        len(path) == len(pattern)
        and all(each in ("*", part) for part, each in zip(path, pattern, strict=True))
        for pattern in patterns
    )
