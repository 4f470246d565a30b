"""What the JSON interface says of itself (OpenAPI)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from causal_model.web.problems import MEDIA_TYPE, Problem

__all__ = ["ABOUT", "described", "responses"]

ABOUT = (
    "Every question of causal-model as JSON: each answers what the command of the same name prints with"
    " `--json`. Answers are conditional scenarios under the assumptions of a graph, not forecasts."
)
# What any question may be answered with instead.
PROBLEMS = {
    400: "The request cannot be read.",
    403: "The request comes from another page.",
    404: "No such graph is served.",
    408: "The request took too long to arrive.",
    413: "The request is too long.",
    421: "The request was meant for another host.",
    422: "The question makes no sense; says what was expected, and the nearest name.",
    500: "A fault of the program itself.",
    503: "Too many questions, one that takes too long, or a graph file with mistakes.",
}
REFERENCE = "#/components/schemas/{model}"
REVISION = {
    "Graph-Revision": {
        "description": "Another text whenever one of the files of the graph changed.",
        "schema": {"type": "string"},
    }
}


def responses(answer: type[BaseModel], *, one_graph: bool = True) -> dict[int | str, Any]:
    """What a question may be answered with, for a route."""
    problem = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    whole: dict[int | str, Any] = {
        status: {"description": told, "content": problem} for status, told in PROBLEMS.items()
    }
    headers = {"headers": REVISION} if one_graph else {}
    return {200: {"model": answer, "description": "The answer.", **headers}, **whole}


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=ABOUT, routes=app.routes
        )
        schema = Problem.model_json_schema(ref_template=REFERENCE)
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        schemas |= schema.pop("$defs", {}) | {"Problem": schema}
        app.openapi_schema = found
    return app.openapi_schema
