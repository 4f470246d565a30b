"""Where graphs and scenarios are found: those that ship, and those beside a file of the user's.

In an installed package the shipped graphs lie inside it; in a checkout they lie beside it, in the
folder `graphs/` that people read and edit.
"""

from pathlib import Path

from causal_model.errors import CausalModelError, QueryError, did_you_mean
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.load import load_text, nearest_file, read_text

__all__ = [
    "DEFAULT_GRAPH",
    "GRAPH_SUFFIXES",
    "find_graph",
    "find_scenario",
    "scenarios_of",
    "shipped_graphs",
]

DEFAULT_GRAPH = "article"
GRAPH_SUFFIXES = (".yaml", ".yml")


def shipped_graphs() -> dict[str, Path]:
    """The graphs that come with the package: id to file."""
    folder = _shipped_folder()
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_graph(name: str | Path) -> Path:
    """Return the file of a graph, given the id of a shipped graph or a path.

    What looks like a path (it has a suffix or a separator) is one, all else is an id.

    Raises:
        QueryError: no such graph; a file that is missing is only refused if another may be meant.
    """
    text = str(name)
    shipped = shipped_graphs()
    if text in shipped:
        return shipped[text]
    path = Path(text)
    if isinstance(name, Path) or path.suffix or len(path.parts) > 1:
        # Whoever reads a graph file says itself what is the nearest; readers of other formats do not.
        if path.suffix.lower() not in GRAPH_SUFFIXES and not path.exists():
            near = nearest_file(path)
            if near:
                raise QueryError(f"{path}: there is no such file. {near}")
        return path
    raise QueryError(
        f"there is no shipped graph {text!r}.{did_you_mean(text, shipped)}"
        f" Shipped: {', '.join(shipped)}; or give a path such as ./{text}.yaml"
    )


def scenarios_of(graph: Path) -> dict[str, Path]:
    """The scenarios beside a graph file, in the folder `scenarios/`: id to file, sorted by name."""
    return {path.stem: path for path in sorted((graph.parent / "scenarios").glob("*.yaml"))}


def find_scenario(name: str | Path, graph: Path | None) -> Path:
    """Return the file of a scenario, given the name of its file or its id, or a path.

    Raises:
        QueryError: no such scenario.
    """
    text = str(name)
    known = {} if graph is None else scenarios_of(graph)
    if text in known:
        return known[text]
    path = Path(text)
    if isinstance(name, Path) or path.suffix or len(path.parts) > 1:
        return path
    ids = {_id_of(each): each for each in known.values()}
    if text in ids:
        return ids[text]
    there = f" Known: {', '.join(known)}" if known else " This graph has no scenarios beside it."
    raise QueryError(f"there is no scenario {text!r}.{did_you_mean(text, (*known, *ids))}{there}")


def _id_of(scenario: Path) -> str:
    """The id that a scenario file gives itself; that of its file where it cannot be read."""
    try:
        data = load_text(read_text(scenario), str(scenario)).data
    except InvalidGraphFile:
        return scenario.stem
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else scenario.stem


def _shipped_folder() -> Path:
    package = Path(__file__).resolve().parent
    for folder in (package / "graphs", package.parent / "graphs"):
        if folder.is_dir():
            return folder
    raise CausalModelError("the shipped graphs are missing from this installation")
