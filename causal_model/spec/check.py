"""Read graphs, scenarios and evidence, and report all mistakes at once; the door that files come in by."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from causal_model.errors import EvidenceError, did_you_mean
from causal_model.spec.check_decisions import check_decision_rules
from causal_model.spec.check_graph import check_graph_rules, known_names
from causal_model.spec.check_tables import check_table_rules
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, has_errors, in_order
from causal_model.spec.evidence import Evidence, Finding, in_short
from causal_model.spec.extends import load_extended
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import (
    DEEPEST,
    Document,
    Path_,
    load_text,
    place_of,
    read_text,
)
from causal_model.spec.scenario import Scenario
from causal_model.spec.validate import Checked, hold_against

__all__ = [
    "check_graph_document",
    "check_graph_text",
    "check_scenario_text",
    "read_evidence",
    "read_evidence_text",
    "read_graph",
    "read_scenario",
]

# The nodes of a graph with their states, where it does not matter what else the graph says.
Nodes = Mapping[str, Sequence[str]]
SUFFIXES = (".yaml", ".yml")
# What JSON escapes and YAML does not know: slashes, and halves of a pair that stands for one character.
ESCAPES = re.compile(r"\\(?:\\|/|u[dD][89a-fA-F][0-9a-fA-F]{2})")
_READABLE = {"\\\\": "\\\\", "\\/": "//"}


def read_graph(path: str | Path) -> GraphFile:
    """Read a graph file and all that it extends.

    Raises:
        InvalidGraphFile: it has mistakes; lists all of them.
    """
    graph, diagnostics = check_graph_text(read_text(path), str(path), Path(path).parent)
    if graph is None:
        raise InvalidGraphFile(diagnostics)
    return graph


def check_graph_text(
    text: str, name: str, folder: Path
) -> tuple[GraphFile | None, list[Diagnostic]]:
    """Check the text of a graph file.

    Args:
        text: the text.
        name: how the file is called in messages.
        folder: where files that it extends are looked for.

    Returns:
        The graph, None if there is any error; and all mistakes in the order of the file.
    """
    return check_graph_document(load_extended(text, name, folder))


def check_graph_document(
    document: Document, besides: Callable[[Checked[GraphFile]], None] | None = None
) -> tuple[GraphFile | None, list[Diagnostic]]:
    """Check a graph file whose text was read, and merged over what it extends.

    Args:
        document: the file.
        besides: what else is asked of a graph in which no mistake was found; it reports what it finds.
    """
    checked = hold_against(GraphFile, document)
    # Without what it extends, what a file seems to lack may well be there.
    if checked.model is not None and not checked.unextended:
        check_graph_rules(checked)
        check_table_rules(checked)
        check_decision_rules(checked)
    # Of a file with mistakes, what is left may lack what the file says.
    if besides and checked.model is not None and not has_errors(checked.diagnostics):
        besides(checked)
    found = in_order(checked.diagnostics)
    return (None if has_errors(found) else checked.model), found


def check_scenario_text(
    text: str, name: str, graph: GraphFile | None = None
) -> tuple[Scenario | None, list[Diagnostic]]:
    """Check the text of a scenario file, against a graph if one is given."""
    nodes = None if graph is None else _nodes_of(graph)
    return _checked_scenario(text, name, nodes, graph.outcome if graph else None)


def read_scenario(
    path: str | Path, nodes: Nodes | None = None, outcome: str | None = None
) -> Scenario:
    """Read a scenario file.

    Args:
        path: the file.
        nodes: the nodes and states that it may name; None for any.
        outcome: the node that a list of known nodes does not leave out.

    Raises:
        InvalidGraphFile: it has mistakes; lists all of them.
    """
    scenario, diagnostics = _checked_scenario(read_text(path), str(path), nodes, outcome)
    if scenario is None:
        raise InvalidGraphFile(diagnostics)
    return scenario


def read_evidence(place: str, nodes: Nodes | None = None, outcome: str | None = None) -> Evidence:
    """Read findings from a YAML, JSON, CSV or scenario file.

    Args:
        place: a path; for a CSV file with several rows, ``path:3`` is its third row.
        nodes: the nodes and states that they may name; None for any.
        outcome: the node that a list of known nodes does not leave out.

    Raises:
        EvidenceError: a CSV row has the wrong form, or it is not said which row is meant.
        InvalidGraphFile: the file cannot be read, or has mistakes.
    """
    path, colon, number = place.rpartition(":")
    if colon and number.isdecimal() and number.isascii() and path.lower().endswith(".csv"):
        if len(number) > 18:
            raise EvidenceError(f"{path}: there is no row {number[:18]}...")
        return _csv_row(read_text(path), path, int(number), nodes, outcome)
    if place.lower().endswith(".csv"):
        return _csv_row(read_text(place), place, None, nodes, outcome)
    return read_evidence_text(read_text(place), place, nodes, outcome)


def read_evidence_text(
    text: str, name: str, nodes: Nodes | None = None, outcome: str | None = None
) -> Evidence:
    """Read findings from YAML or JSON text: by kind, as a list, or as `node: state`.

    What `query --json` prints is read as well: its findings are taken, the rest is left.

    Args:
        text: the text.
        name: how the file is called in messages; what ends in .json is held to JSON.
        nodes: the nodes and states that they may name; None for any.
        outcome: the node that a list of known nodes does not leave out.

    Raises:
        InvalidGraphFile: the text has mistakes.
    """
    document = _evidence_document(text, name)
    shape: type[Evidence] = Evidence
    data = document.data
    if isinstance(data, dict) and {"schema_version", "graph", "findings"} <= set(data):
        document.data = {"findings": data["findings"]}
    elif isinstance(data, dict) and "id" in data and "title" in data:
        shape = Scenario
    elif document.data is None:
        document.data = {}
    else:
        short = in_short(document.data)
        if short is not document.data:
            key = next(iter(short))
            document = Document(
                short,
                {(key, *place): span for place, span in document.keys.items()},
                {(key, *place): span for place, span in document.values.items()},
                document.diagnostics,
            )
            document.values[()] = document.values[(key,)]
    checked = hold_against(shape, document)
    if nodes is not None and checked.model is not None:
        _check_findings(checked, nodes, outcome)
    found = in_order(checked.diagnostics)
    if has_errors(found) or checked.model is None:
        raise InvalidGraphFile(found)
    return checked.model


def _evidence_document(text: str, name: str) -> Document:
    """Evidence with its places: JSON is YAML but for a few escapes, which its own parser knows best."""
    document = load_text(text, name)
    is_json = name.lower().endswith(".json")
    if not is_json and not has_errors(document.diagnostics):
        return document
    doubled: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) < len(found):
            doubled.extend(
                key for key, count in Counter(key for key, _ in found).items() if count > 1
            )
        return dict(found)

    try:
        data = json.loads(
            text, object_pairs_hook=pairs, parse_int=str, parse_float=str, parse_constant=str
        )
        document.data = _as_text(data, 0)
    except (ValueError, RecursionError) as error:
        if not is_json:
            return document
        there = place_of(text, getattr(error, "pos", 0), name)
        told = f"is not JSON: {getattr(error, 'msg', 'nested too deeply')}"
        raise InvalidGraphFile([Diagnostic("Y002", told, there)]) from None
    if has_errors(document.diagnostics):
        # As long as the text, so that places stay; what it says is not asked.
        readable = ESCAPES.sub(lambda found: _READABLE.get(found[0], r"\u0061"), text)
        document = replace(load_text(readable, name, text), data=document.data)
    kept = [each for each in document.diagnostics if each.code in ("Y003", "Y006")]
    document.diagnostics = kept
    if doubled and not kept:
        there = document.value_span(())
        document.diagnostics = [Diagnostic("Y003", f"key {doubled[0]!r} is given twice", there)]
    return document


def _as_text(data: Any, depth: int) -> Any:
    """JSON as the YAML reader gives it: all scalars are text, and the schema converts them."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(data, dict):
        return {key: _as_text(each, depth + 1) for key, each in data.items()}
    if isinstance(data, list):
        return [_as_text(each, depth + 1) for each in data]
    return str(data).lower() if isinstance(data, bool) else data


def _checked_scenario(
    text: str, name: str, nodes: Nodes | None, outcome: str | None
) -> tuple[Scenario | None, list[Diagnostic]]:
    checked = hold_against(Scenario, load_text(text, name))
    scenario = checked.model
    if nodes is not None and scenario is not None:
        _check_findings(checked, nodes, outcome)
    path = Path(name)
    if (
        scenario is not None
        and path.suffix.lower() in SUFFIXES
        and scenario.id != path.stem
        and not checked.touched("id")
    ):
        checked.report(
            "F005",
            f"the id {scenario.id!r} differs from the file name {path.stem!r}",
            ("id",),
            hint="both find it, but lists show the name of the file",
            warning=True,
        )
    found = in_order(checked.diagnostics)
    return (None if has_errors(found) else scenario), found


def _nodes_of(graph: GraphFile) -> Nodes:
    return {name: list(node.states) for name, node in graph.nodes.items()}


def _check_findings(checked: Checked[Any], nodes: Nodes, outcome: str | None) -> None:
    """Nodes and states of findings exist in the graph."""
    told = checked.model
    assert isinstance(told, Evidence)

    def node(name: str, *path: str | int, key: bool = True) -> bool:
        if name in nodes:
            return True
        hint = checked.near(name, nodes) or known_names(nodes, likely=outcome)
        checked.report("F001", f"the graph has no node {name!r}", path, hint=hint, key=key)
        return False

    def state(name: str, wanted: str, *path: str | int, key: bool = False) -> None:
        if wanted not in nodes[name]:
            hint = checked.near(wanted, nodes[name]) or known_names(nodes[name])
            checked.report("F002", f"{name!r} has no state {wanted!r}", path, hint=hint, key=key)

    for kind in ("given", "do"):
        for name, wanted in getattr(told, kind).items():
            if node(name, kind, name):
                state(name, wanted, kind, name)
    for name, several in told.excluded.items():
        if node(name, "excluded", name):
            for at, wanted in enumerate(several):
                state(name, wanted, "excluded", name, at)
    for kind in ("likelihood", "belief"):
        for name, weights in getattr(told, kind).items():
            if node(name, kind, name):
                for wanted in weights:
                    state(name, wanted, kind, name, wanted, key=True)
    for at, finding in enumerate(told.findings):
        if node(finding.node, "findings", at, "node", key=False):
            where: Path_ = ("findings", at)
            if finding.kind == "likelihood":
                for wanted in finding.weights:
                    state(finding.node, wanted, *where, "weights", wanted, key=True)
            elif finding.kind == "belief":
                for wanted in finding.probabilities:
                    state(finding.node, wanted, *where, "probabilities", wanted, key=True)
            else:
                state(finding.node, finding.state, *where, "state")
    for name in told.do:
        for kind in ("given", "excluded", "likelihood", "belief"):
            if name in getattr(told, kind):
                checked.report(
                    "F003",
                    f"{name!r} is set by do, so it takes no other finding",
                    (kind, name),
                    key=True,
                )


def _csv_row(
    text: str, name: str, number: int | None, nodes: Nodes | None, outcome: str | None
) -> Evidence:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
        # A line without anything says nothing, not even that a row is empty.
        lines = [[cell.strip() for cell in cells] for cells in reader if cells]
    except csv.Error as error:
        raise EvidenceError(f"{name}: is not CSV: {error}") from None
    header, rows = (lines[0], lines[1:]) if lines else ([], [])
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0] and header[0] not in (nodes or ()):
            raise EvidenceError(
                f"{name}: the cells seem to be separated by {called}, expected commas"
            )
    doubled = {each for each in header if header.count(each) > 1}
    if doubled:
        raise EvidenceError(f"{name}: column {sorted(doubled)[0]!r} comes twice")
    if number is None:
        if len(rows) != 1:
            raise EvidenceError(
                f"{name}: has {len(rows)} rows; say which one is meant, for example {name}:1"
            )
        number = 1
    if not 1 <= number <= len(rows):
        raise EvidenceError(f"{name}: has {len(rows)} rows, there is no row {number}")
    row = rows[number - 1]
    if len(row) != len(header):
        raise EvidenceError(
            f"{name}: row {number} has not as many cells as the header, {len(row)} for {len(header)}"
        )
    try:
        read = Evidence.from_row(dict(zip(header, row, strict=True)))
        if nodes is not None:
            for finding in read.all_findings():
                _require_known(finding, nodes, outcome)
    except EvidenceError as error:
        raise EvidenceError(f"{name}: row {number}: {error}") from None
    return read


def _require_known(finding: Finding, nodes: Nodes, outcome: str | None) -> None:
    """The node and the states of a finding exist in the graph."""
    node = finding.node
    if node not in nodes:
        near = did_you_mean(node, nodes) or f" {known_names(nodes, likely=outcome)}"
        raise EvidenceError(f"there is no node {node!r}.{near}")
    if finding.kind == "likelihood":
        states: Iterable[str] = finding.weights
    elif finding.kind == "belief":
        states = finding.probabilities
    else:
        states = (finding.state,)
    for state in states:
        if state not in nodes[node]:
            near = did_you_mean(state, nodes[node]) or f" {known_names(nodes[node])}"
            raise EvidenceError(f"node {node!r} has no state {state!r}.{near}")
