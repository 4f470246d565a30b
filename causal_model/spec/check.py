"""Read files and report all their mistakes at once; the door through which every file comes in."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from causal_model.errors import EvidenceError, did_you_mean
from causal_model.spec.check_graph import check_graph_rules, known_names
from causal_model.spec.check_tables import check_table_rules
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, has_errors
from causal_model.spec.evidence import Evidence, in_short
from causal_model.spec.extends import load_extended
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import STDIN, Document, load_text, read_text
from causal_model.spec.scenario import Scenario
from causal_model.spec.validate import Checked, hold_against

__all__ = [
    "check_file",
    "check_graph_text",
    "check_scenario_text",
    "read_evidence",
    "read_evidence_text",
    "read_graph",
    "read_scenario",
]


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
    return _checked_graph(load_extended(text, name, folder))


def check_scenario_text(
    text: str, name: str, graph: GraphFile | None = None
) -> tuple[Scenario | None, list[Diagnostic]]:
    """Check the text of a scenario file, against a graph if one is given."""
    checked = hold_against(Scenario, load_text(text, name))
    if graph is not None and checked.model is not None:
        _check_findings(checked, graph)
    found = _sorted(checked.diagnostics)
    return (None if has_errors(found) else checked.model), found


def check_file(path: str | Path) -> list[Diagnostic]:
    """Every mistake of a graph or scenario file; a file without nodes and extends is a scenario.

    A scenario is held against the graphs that lie in the folder above it: it is right if it fits one.
    What comes from standard input lies in no folder, so only its form is checked.
    """
    try:
        content = read_text(path)
    except InvalidGraphFile as error:
        return list(error.diagnostics)
    folder = Path() if path == STDIN else Path(path).parent
    document = load_extended(content, str(path), folder)
    data = document.data
    if not isinstance(data, dict) or "nodes" in data or "extends" in data or not _is_scenario(data):
        return _checked_graph(document)[1]
    best: list[Diagnostic] | None = None
    for graph in () if path == STDIN else _graphs_above(folder):
        found = check_scenario_text(content, str(path), graph)[1]
        best = found if best is None or len(found) < len(best) else best
    return check_scenario_text(content, str(path))[1] if best is None else best


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file.

    Raises:
        InvalidGraphFile: it has mistakes; lists all of them.
    """
    scenario, diagnostics = check_scenario_text(read_text(path), str(path))
    if scenario is None:
        raise InvalidGraphFile(diagnostics)
    return scenario


def read_evidence(place: str) -> Evidence:
    """Read findings from a YAML, JSON, CSV or scenario file.

    Args:
        place: a path; for a CSV file with several rows, ``path:3`` is its third row.

    Raises:
        EvidenceError: a CSV row has the wrong form, or it is not said which row is meant.
        InvalidGraphFile: the file cannot be read, or has mistakes.
    """
    path, colon, number = place.rpartition(":")
    if colon and number.isdecimal() and number.isascii() and path.endswith(".csv"):
        if len(number) > 18:
            raise EvidenceError(f"{path}: there is no row {number[:18]}...")
        return _csv_row(read_text(path), path, int(number))
    if place.endswith(".csv"):
        return _csv_row(read_text(place), place, None)
    return read_evidence_text(read_text(place), place)


def read_evidence_text(text: str, name: str) -> Evidence:
    """Read findings from YAML or JSON text: by kind, as a list, or as `node: state`.

    Raises:
        InvalidGraphFile: the text has mistakes.
    """
    # JSON is YAML but for a few escapes and numbers, which its own parser knows best; the places of
    # mistakes come from the YAML reader.
    document = load_text(text, name)
    if name.endswith(".json"):
        _require_json(text, name)
    shape: type[Evidence] = Evidence
    if isinstance(document.data, dict) and "id" in document.data and "title" in document.data:
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
    found = _sorted(checked.diagnostics)
    if has_errors(found) or checked.model is None:
        raise InvalidGraphFile(found)
    return checked.model


def _checked_graph(document: Document) -> tuple[GraphFile | None, list[Diagnostic]]:
    checked = hold_against(GraphFile, document)
    if checked.model is not None:
        check_graph_rules(checked)
        check_table_rules(checked)
    found = _sorted(checked.diagnostics)
    return (None if has_errors(found) else checked.model), found


def _check_findings(checked: Checked[Scenario], graph: GraphFile) -> None:
    """Nodes and states of a scenario exist in the graph."""
    scenario = checked.model
    assert scenario is not None

    def node(name: str, *path: str | int) -> bool:
        if name in graph.nodes:
            return True
        hint = did_you_mean(name, graph.nodes) or known_names(graph.nodes)
        checked.report("F001", f"the graph has no node {name!r}", path, hint=hint, key=True)
        return False

    def state(name: str, wanted: str, *path: str | int) -> None:
        states = graph.nodes[name].states
        if wanted not in states:
            hint = did_you_mean(wanted, states) or known_names(states)
            checked.report("F002", f"{name!r} has no state {wanted!r}", path, hint=hint)

    for kind in ("given", "do"):
        for name, wanted in getattr(scenario, kind).items():
            if node(name, kind, name):
                state(name, wanted, kind, name)
    for name, several in scenario.excluded.items():
        if node(name, "excluded", name):
            for at, wanted in enumerate(several):
                state(name, wanted, "excluded", name, at)
    for kind in ("likelihood", "belief"):
        for name, weights in getattr(scenario, kind).items():
            if node(name, kind, name):
                for wanted in weights:
                    state(name, wanted, kind, name, wanted)
    for at, finding in enumerate(scenario.findings):
        node(finding.node, "findings", at, "node")
    for name in scenario.do:
        for kind in ("given", "excluded", "likelihood", "belief"):
            if name in getattr(scenario, kind):
                checked.report(
                    "F003",
                    f"{name!r} is set by do, so it takes no other finding",
                    (kind, name),
                    key=True,
                )


def _csv_row(text: str, name: str, number: int | None) -> Evidence:
    try:
        reader = csv.DictReader(text.splitlines())
        rows = list(reader)
        header = reader.fieldnames or []
    except csv.Error as error:
        raise EvidenceError(f"{name}: is not CSV: {error}") from None
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
    if None in row or None in row.values():
        raise EvidenceError(f"{name}: row {number} has not as many cells as the header")
    try:
        return Evidence.from_row(row)
    except EvidenceError as error:
        raise EvidenceError(f"{name}: row {number}: {error}") from None


def _require_json(text: str, name: str) -> None:
    from causal_model.spec.diagnostics import Span

    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        column = getattr(error, "colno", 1)
        there = Span(name, line, column, column + 1)
        raise InvalidGraphFile(
            [Diagnostic("Y002", f"is not JSON: {getattr(error, 'msg', error)}", there)]
        ) from None


def _is_scenario(data: dict[str, Any]) -> bool:
    return bool(set(data) & {"given", "excluded", "likelihood", "belief", "do", "findings"})


def _graphs_above(folder: Path) -> Iterable[GraphFile]:
    for path in sorted(folder.resolve().parent.glob("*.yaml")):
        try:
            yield read_graph(path)
        except InvalidGraphFile:
            continue


def _sorted(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda each: (each.span.file, each.span.line, each.span.column))
