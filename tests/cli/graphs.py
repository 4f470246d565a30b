"""Small graph files for the command line to read; JSON, which is YAML as well."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.spec.test_rules import GRAPH as STREET

__all__ = ["STREET", "write_chain", "write_street"]


def write_street(folder: Path = Path(), *, name: str = "street.yaml") -> str:
    """The graph of the wet street: seven nodes, all forms of tables, few enough states to enumerate."""
    (folder / name).write_text(STREET, encoding="utf-8")
    return str(folder / name)


def write_chain(
    nodes: Mapping[str, Sequence[str]],
    *,
    labels: Mapping[str, Any] | None = None,
    path: Path = Path("chain.yaml"),
    **more: Any,
) -> str:
    """A chain in which every node copies the state of the one before, as far as it has as many.

    The first node is uniform, the last one is the outcome. What a copy says can so be read off the
    original, and evidence that contradicts it is impossible.

    Args:
        nodes: node to its states.
        labels: label by the name of a node or a state.
        path: where the file is written.
        more: further keys of the file.
    """
    known = labels or {}

    def labelled(name: str, **rest: Any) -> dict[str, Any]:
        return rest | ({"label": known[name]} if name in known else {})

    described: dict[str, Any] = {}
    before: str | None = None
    for name, states in nodes.items():
        node = labelled(name, states={state: labelled(state) for state in states})
        if before is None:
            chances = {state: repr(1 / len(states)) for state in states}
            node["table"] = {"form": "table", "rows": [{"p": chances}]}
        else:
            node["parents"] = {before: {"sign": "mixed"}}
            pairs = zip(nodes[before], states, strict=False)
            node["table"] = {
                "form": "deterministic",
                "default": states[-1],
                "rows": [{"given": {before: old}, "state": new} for old, new in pairs],
            }
        described[name] = node
        before = name
    described[list(nodes)[-1]]["role"] = "outcome"
    file = {"schema_version": 1, "id": "chain", "title": "A chain", "nodes": described} | more
    path.write_text(json.dumps(file), encoding="utf-8")
    return str(path)
