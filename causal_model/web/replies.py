"""What a worker answers with: the data of a question as JSON, the list of graphs, or the page."""

import json
from html import escape
from typing import Any

from causal_model.page.content import LANGUAGES, content_of
from causal_model.page.document import page_html
from causal_model.spec.scalars import Text
from causal_model.web.problems import Problem, problem_of
from causal_model.web.questions import ABOUT_ONE, ABOUT_SEVERAL
from causal_model.web.shelf import Shelf

__all__ = ["HTML", "JSON", "answer", "content", "problem_page"]

JSON, HTML = "application/json", "text/html; charset=utf-8"
SCHEMA_VERSION = 1


def answer(shelf: Shelf, kind: str, graphs: tuple[str, ...], body: Any) -> tuple[str, bytes]:
    """Answer a question about graphs.

    Args:
        shelf: the graphs.
        kind: `graphs`, `page` or `content`, or a key of `ABOUT_ONE` or `ABOUT_SEVERAL`.
        graphs: the names of the graphs.
        body: the rest of the question; of the page its language.

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
    if kind == "content":
        return JSON, as_json(content(shelf, graphs[0]))
    if kind == "page":
        (name,) = graphs
        lang = body if body in LANGUAGES else LANGUAGES[0]
        return HTML, page_html(content(shelf, name), lang=lang, served_as=name).encode()
    assert kind == "graphs"
    listed = [_listed(shelf, name) for name in shelf.places]
    return JSON, as_json({"schema_version": SCHEMA_VERSION, "graphs": listed})


def content(shelf: Shelf, name: str) -> dict[str, Any]:
    """What the page knows of a graph; made once, as long as its files are the same."""
    made = shelf.made(name, "content")
    if not made:
        model = shelf.model(name)
        made |= content_of(model, answers=False, server=True)
    return made


def problem_page(told: Problem) -> bytes:
    """A problem for who looks at it in a browser."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        ' content="width=device-width"><link rel="icon" href="data:,">'
        f"<title>{escape(told.title)}</title></head><body>"
        f"<h1>{escape(told.title)}</h1><pre>{escape(told.detail)}</pre>"
        '<p><a href="/">The first graph</a></p></body></html>'
    ).encode()


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
