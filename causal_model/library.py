"""Where graphs, scenarios and claims are found: those that ship, and those beside a file of the user's.

In an installed package the shipped graphs lie inside it; in a checkout they lie beside it, in the
folder `graphs/` that people read and edit.
"""

from collections.abc import Iterator
from pathlib import Path

from causal_model.errors import CausalModelError, QueryError, did_you_mean
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.load import load_text, nearest_file, read_text

__all__ = [
    "DEFAULT_GRAPH",
    "GRAPH_SUFFIXES",
    "chain_of",
    "claims_place",
    "find_claims",
    "find_graph",
    "find_scenario",
    "scenarios_of",
    "shipped_graphs",
]

DEFAULT_GRAPH = "article"
GRAPH_SUFFIXES = (".yaml", ".yml")
# No longer chain of variants can be read.
MOST_EXTENDED = 11


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


def find_claims(graph: Path) -> tuple[Path, Path] | None:
    """The claims file of a graph, and the graph beside which it lies; None if there is none.

    Claims lie in the folder `claims/` beside the graph, in a file that is called as the graph's is. A
    variant without such a file has the claims of the graph that it extends.
    """
    for each in chain_of(graph):
        claims = claims_place(each)
        if claims.exists():
            return claims, each
    return None


def chain_of(graph: Path) -> Iterator[Path]:
    """A graph file, and those that it extends one after the other; ends where one cannot be read."""
    for _ in range(MOST_EXTENDED):
        yield graph
        base = _told(graph, "extends") if graph.suffix.lower() in GRAPH_SUFFIXES else None
        if base is None:
            return
        graph = graph.parent / base


def claims_place(graph: Path) -> Path:
    """Where the claims of a graph file lie, if it has any of its own."""
    return graph.parent / "claims" / f"{graph.stem}.yaml"


def _id_of(scenario: Path) -> str:
    """The id that a scenario file gives itself; that of its file where it cannot be read."""
    return _told(scenario, "id") or scenario.stem


def _told(file: Path, key: str) -> str | None:
    """What a file says under a key at its top; None where it says nothing or cannot be read."""
    try:
        data = load_text(read_text(file), str(file)).data
    except InvalidGraphFile:
        return None
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def _shipped_folder() -> Path:
    package = Path(__file__).resolve().parent
    for folder in (package / "graphs", package.parent / "graphs"):
        if folder.is_dir():
            return folder
    raise CausalModelError("the shipped graphs are missing from this installation")
