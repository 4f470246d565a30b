"""What a worker answers with: the data of a question as JSON, the list of graphs, or the page."""

import json
from typing import Any

from causal_model.spec.scalars import Text
from causal_model.web.problems import problem_of
from causal_model.web.questions import ABOUT_ONE, ABOUT_SEVERAL
from causal_model.web.shelf import Shelf

__all__ = ["HTML", "JSON", "answer"]

JSON, HTML = "application/json", "text/html; charset=utf-8"
SCHEMA_VERSION = 1
PLACEHOLDER = "<!doctype html><title>causal-model</title><p>The page comes here."


def answer(shelf: Shelf, kind: str, graphs: tuple[str, ...], body: Any) -> tuple[str, bytes]:
    """Answer a question about graphs.

    Args:
        shelf: the graphs.
        kind: `graphs`, or a key of `ABOUT_ONE` or `ABOUT_SEVERAL`.
        graphs: the names of the graphs.
        body: the rest of the question.

    Returns:
        Media type and content.

    Raises:
        CausalModelError: there is no answer.
    """
    if kind in ABOUT_ONE:
        return JSON, as_json(ABOUT_ONE[kind](shelf.model(graphs[0]), body))
    if kind in ABOUT_SEVERAL:
        models = {name: shelf.model(name) for name in graphs}
        return JSON, as_json(ABOUT_SEVERAL[kind](models, body))
    if kind == "page":
        return HTML, PLACEHOLDER.encode()
    assert kind == "graphs"
    listed = [_listed(shelf, name) for name in shelf.places]
    return JSON, as_json({"schema_version": SCHEMA_VERSION, "graphs": listed})


def as_json(data: Any) -> bytes:
    """What the command prints, without its line breaks."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _listed(shelf: Shelf, name: str) -> dict[str, Any]:
    """A graph in the list of graphs: what it is, or what is wrong with its file."""
    found: dict[str, Any] = {"id": name, "revision": shelf.revision(name)}
    try:
        model = shelf.model(name)
    except Exception as error:
        told = problem_of(error)
        return {**found, "problem": shelf.without_folders(told.detail) or told.title}
    title = model.graph.title if model.graph else Text.model_validate(model.id)
    return {
        **found,
        "hash": model.hash,
        "title": title.model_dump(mode="json", by_alias=True),
        "nodes": len(model.nodes),
        "arrows": sum(len(above) for above in model.network.parents.values()),
        "outcome": model.outcome,
        "scenarios": list(model.scenario_files()[0]),
    }
