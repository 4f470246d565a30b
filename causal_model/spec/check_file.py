"""Every mistake of a file, whichever kind of file it is."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from causal_model.spec.check import check_graph_document, check_scenario_text, read_graph
from causal_model.spec.check_claims import check_claims_text, graph_beside, setting_of
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile, in_order
from causal_model.spec.extends import load_extended
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import is_pipe, load_text, nearest_file, read_text
from causal_model.spec.strict import check_strictly

__all__ = ["check_file"]

SUFFIXES = (".yaml", ".yml")


def check_file(path: str | Path, *, strict: bool = False) -> list[Diagnostic]:
    """Every mistake of a graph, scenario or claims file, told apart by their keys.

    A scenario is held against the graphs that lie in the folder above it: it is right if it fits one.
    Claims are held against the graph that they name. What comes from standard input lies in no folder,
    so only its form is checked.

    Args:
        path: the file.
        strict: whether to ask as well that a graph can be traced to its sources, see `check_strictly`.
    """
    try:
        content = read_text(path)
    except InvalidGraphFile as error:
        return list(error.diagnostics)
    folder = Path() if is_pipe(path) else Path(path).parent
    beside = None if is_pipe(path) else folder
    document = load_extended(content, str(path), folder)
    data = document.data
    besides = partial(check_strictly, folder=beside) if strict else None
    if not isinstance(data, dict) or "nodes" in data or "extends" in data:
        return check_graph_document(document, besides)[1]
    if _is_claims(data):
        return _checked_claims(content, str(path), beside)
    if not _is_scenario(data):
        return check_graph_document(document, besides)[1]
    best: list[Diagnostic] | None = None
    for graph in () if is_pipe(path) else _graphs_above(folder):
        found = check_scenario_text(content, str(path), graph)[1]
        best = found if best is None or len(found) < len(best) else best
    return check_scenario_text(content, str(path))[1] if best is None else best


def _is_scenario(data: dict[str, Any]) -> bool:
    return bool(set(data) & {"given", "excluded", "likelihood", "belief", "do", "findings"})


def _is_claims(data: dict[str, Any]) -> bool:
    return bool(set(data) & {"claims", "inherits", "replaces", "contradicts", "drops"})


def _checked_claims(content: str, name: str, folder: Path | None) -> list[Diagnostic]:
    """Mistakes of a claims file, held against the graph that it names where it lies beside one."""
    if folder is None:
        return check_claims_text(content, name, Path())[1]
    document = load_text(content, name)
    wanted = document.data.get("graph")
    setting, told = None, None
    if isinstance(wanted, str):
        path = graph_beside(folder, wanted)
        if path is None:
            # Nothing outside of the folder is looked at, not even for a hint.
            inside = Path(wanted).name == wanted
            hint = nearest_file(folder.resolve().parent / f"{wanted}.yaml") if inside else ""
            message = f"there is no graph {wanted!r} in the folder above"
            told = Diagnostic("C008", message, document.value_span(("graph",)), hint)
        elif path.suffix.lower() in SUFFIXES:
            try:
                graph = read_graph(path)
                setting = setting_of(graph, _scenario_names(path))
            except InvalidGraphFile:
                message = f"the graph {wanted!r} has mistakes of its own"
                hint = "validate it first; until then, names are not checked"
                told = Diagnostic("C008", message, document.value_span(("graph",)), hint)
    found = check_claims_text(content, name, folder, setting)[1]
    return in_order([*found, *([told] if told else [])])


def _scenario_names(graph: Path) -> list[str]:
    """The scenarios beside a graph, as their files are called."""
    return [path.stem for path in sorted((graph.parent / "scenarios").glob("*.yaml"))]


def _graphs_above(folder: Path) -> Iterable[GraphFile]:
    for path in sorted(folder.resolve().parent.glob("*.yaml")):
        try:
            yield read_graph(path)
        except InvalidGraphFile:
            continue
