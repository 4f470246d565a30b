"""A network as a graph file: all tables as rows, and one source that says where they come from."""

import re

from causal_model.errors import GraphFileError
from causal_model.formats.names import require_names
from causal_model.network import Network
from causal_model.spec.load import LARGEST_FILE, NULLS
from causal_model.spec.scalars import LONGEST_NAME

__all__ = ["write_graph_file"]

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write_graph_file(network: Network, *, name: str, origin: str) -> str:
    """The text of a graph file with the same names and numbers.

    Args:
        network: what is written.
        name: the id of the graph.
        origin: the file it comes from, named as the source of all nodes.

    Raises:
        GraphFileError: a name does not fit a graph file, or the file would be too large to be read.
    """
    require_names(network, "a graph file", _fits)
    lines = [
        "schema_version: 1",
        f"id: {_written(name if _fits(name) else 'network')}",
        f"title: {_written(name if _fits(name) else 'network')}",
        "sources:",
        f"  origin: {{publisher: {_written(origin)}, kind: data}}",
        "nodes:",
    ]
    for node, variable in network.variables.items():
        states = [_written(state) for state in variable.states]
        lines += [
            f"  {_written(node)}:",
            "    ordered: false",
            f"    states: [{', '.join(states)}]",
            "    sources: [{source: origin}]",
        ]
        if network.parents[node]:
            lines.append("    parents:")
            lines += [f"      {_written(each)}: {{sign: mixed}}" for each in network.parents[node]]
        lines += ["    table:", "      form: table", "      rows:", *_rows(network, node, states)]
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > LARGEST_FILE:
        size = len(text.encode())
        raise GraphFileError(
            f"the graph file would have {size:,} bytes, and more than {LARGEST_FILE:,} are not read;"
            " choose another format"
        )
    return text


def _rows(network: Network, node: str, states: list[str]) -> list[str]:
    combinations: list[tuple[str, ...]] = [()]
    for parent in network.parents[node]:
        given = [
            f"{_written(parent)}: {_written(state)}" for state in network.variables[parent].states
        ]
        combinations = [(*before, each) for before in combinations for each in given]
    table = network.tables[node]
    lines = []
    for above, row in zip(combinations, table.reshape(-1, table.shape[-1]).tolist(), strict=True):
        p = ", ".join(f"{state}: {number!r}" for state, number in zip(states, row, strict=True))
        given_text = f"given: {{{', '.join(above)}}}, " if above else ""
        lines.append(f"        - {{{given_text}p: {{{p}}}}}")
    return lines


def _fits(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and name == name.strip() and name.isprintable()


def _written(name: str) -> str:
    if PLAIN.fullmatch(name) and name not in NULLS:
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
