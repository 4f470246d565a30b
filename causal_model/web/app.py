"""The application: its worker processes, the questions, the page, and words for what goes wrong."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from causal_model import __version__
from causal_model.spec.validate import in_words
from causal_model.web.assets import Asset, assets
from causal_model.web.describe import described
from causal_model.web.limits import Limits, as_response
from causal_model.web.problems import Fault, problem
from causal_model.web.reference import reference
from causal_model.web.replies import HTML, problem_page
from causal_model.web.routes import add_questions, answered, no_graph
from causal_model.web.workers import Job, Workers

__all__ = ["SECONDS", "create_app"]

# How long a question may take.
SECONDS = 20.0
OPENAPI = "/api/openapi.json"
# Mistakes that are told as those in a file are; of others pydantic tells well enough.
IN_WORDS = (
    "union_tag_invalid",
    "union_tag_not_found",
    "missing",
    "extra_forbidden",
    "literal_error",
)
# Statuses that the framework itself gives, and what they are called here.
REFUSALS = {400: "bad-request", 404: "not-found", 405: "method"}


def create_app(
    places: Mapping[str, Path],
    *,
    workers: int = 2,
    seconds: float = SECONDS,
    max_memory: int | None = None,
    debug: bool = False,
) -> FastAPI:
    """Make the application; its worker processes start and end with it.

    Args:
        places: the graph files, by the name under which each is served.
        workers: how many processes answer; two or more.
        seconds: how long a question may take.
        max_memory: bytes that one answer may take; None for a share of what is free.
        debug: whether faults are told on stderr.
    """
    pool = Workers(places, count=workers, seconds=seconds, max_memory=max_memory, debug=debug)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.stop()

    app = FastAPI(
        title="causal-model",
        version=__version__,
        lifespan=lifespan,
        # The pages that come with the framework load their scripts from elsewhere.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Limits)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _fault)
    add_questions(app, pool, places)
    _add_pages(app, pool, places, assets())
    return app


def _add_pages(
    app: FastAPI, pool: Workers, places: Mapping[str, Path], files: Mapping[str, Asset]
) -> None:
    """The page with what it needs, and the description of the interface for people and programs."""

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        state = request.query_params
        graph = state.get("graph") or next(iter(places))
        if graph not in places:
            told = no_graph(graph, places)
            return Response(problem_page(told), told.status, media_type=HTML)
        return await answered(request, pool, Job("page", (graph,), state.get("lang")))

    @app.get("/assets/{name}", include_in_schema=False)
    async def asset(name: str, request: Request) -> Response:
        if name not in files:
            return as_response(problem("not-found"))
        found = files[name]
        headers = {"ETag": found.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.media_type, headers=headers)

    @app.get(OPENAPI, include_in_schema=False)
    async def openapi() -> Response:
        return Response(json.dumps(described(app)), media_type="application/json")

    @app.get("/api", include_in_schema=False)
    async def docs() -> Response:
        return Response(reference(described(app), OPENAPI), media_type="text/html")


async def _invalid(request: Request, error: Exception) -> Response:
    """A body that is no JSON, or does not say what is expected; what it does say is not repeated."""
    assert isinstance(error, RequestValidationError)
    field = getattr(request.scope.get("route"), "body_field", None)
    shape = field.field_info.annotation if field is not None else None
    faults = []
    for each in error.errors():
        if each["type"] == "json_invalid":
            told = str(each.get("ctx", {}).get("error", ""))
            return as_response(problem("bad-request", f"The body is no JSON: {told}"))
        place = tuple(each["loc"][1:])
        message, hint = str(each["msg"]), ""
        if each["type"] in IN_WORDS or each["type"][1:].isdigit():
            details: Any = {**each, "loc": place}
            _, message, hint = in_words(details, shape)
        told = f"{message}; {hint}" if hint else message
        faults.append(Fault(at=".".join(map(str, place)), message=told))
    told = "; ".join(f"{each.at}: {each.message}" if each.at else each.message for each in faults)
    return as_response(problem("invalid", told, errors=faults))


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = as_response(problem(REFUSALS.get(error.status_code, "bad-request")))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _fault(_: Request, __: Exception) -> Response:
    return as_response(problem("fault"))
