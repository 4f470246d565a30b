"""The addresses of the questions; each reads a body and hands it to a worker."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Request
from fastapi import Path as InPath
from starlette.responses import Response

from causal_model.errors import did_you_mean
from causal_model.spec.scalars import Model
from causal_model.web import answers
from causal_model.web.bodies import (
    AverageBody,
    ClaimsBody,
    CounterfactualBody,
    DecideBody,
    DiffBody,
    EffectsBody,
    ExplainBody,
    FlipBody,
    QueryBody,
    ScenariosBody,
    SensitivityBody,
    WatchBody,
)
from causal_model.web.describe import responses
from causal_model.web.limits import as_response
from causal_model.web.problems import Problem, problem
from causal_model.web.workers import Job, Reply, Workers

__all__ = ["add_questions", "answered", "no_graph"]

Graph = Annotated[str, InPath(description="Id of a graph, see /api/graphs.")]
# What a click asks for, and what has to be there before the first click.
SHORT = ("query", "content", "graphs", "page")


def add_questions(app: FastAPI, pool: Workers, places: Mapping[str, Path]) -> None:
    """Give the application the questions, each under the name of its command."""

    async def about_one(request: Request, kind: str, graph: str, body: Model | None) -> Response:
        if graph not in places:
            return as_response(no_graph(graph, places))
        return await answered(request, pool, Job(kind, (graph,), body))

    @app.get("/api/graphs", responses=responses(answers.Graphs, one_graph=False))
    async def graphs(request: Request) -> Response:
        """The graphs that are served; `revision` changes whenever one of the files of a graph does."""
        return await answered(request, pool, Job("graphs", ()))

    @app.get("/api/graphs/{graph}", responses=responses(answers.Content))
    async def content(request: Request, graph: Graph) -> Response:
        """What the page shows of a graph: labels, arrows, sources, scenarios, and the picture."""
        return await about_one(request, "content", graph, None)

    @app.post("/api/graphs/{graph}/query", responses=responses(answers.Query))
    async def query(request: Request, graph: Graph, body: QueryBody) -> Response:
        """Prior and posterior, given what is known or done; of all nodes unless a target is named."""
        return await about_one(request, "query", graph, body)

    @app.post("/api/graphs/{graph}/scenarios", responses=responses(answers.Scenarios))
    async def scenarios(request: Request, graph: Graph, body: ScenariosBody) -> Response:
        """All scenarios of the graph side by side."""
        return await about_one(request, "scenarios", graph, body)

    @app.post("/api/graphs/{graph}/effects", responses=responses(answers.Effects))
    async def effects(request: Request, graph: Graph, body: EffectsBody) -> Response:
        """What setting a node changes, and through which channels."""
        return await about_one(request, "effects", graph, body)

    @app.post("/api/graphs/{graph}/counterfactual", responses=responses(answers.Counterfactual))
    async def counterfactual(request: Request, graph: Graph, body: CounterfactualBody) -> Response:
        """What would have been, given what was seen, had something been different."""
        return await about_one(request, "counterfactual", graph, body)

    @app.post("/api/graphs/{graph}/decide", responses=responses(answers.Decide))
    async def decide(request: Request, graph: Graph, body: DecideBody) -> Response:
        """Which option is best, and what it is worth to know more first; for graphs with decisions."""
        return await about_one(request, "decide", graph, body)

    @app.post("/api/graphs/{graph}/explain", responses=responses(answers.Explain))
    async def explain(request: Request, graph: Graph, body: ExplainBody) -> Response:
        """How much each finding moved the answer, along which arrows, and in words."""
        return await about_one(request, "explain", graph, body)

    @app.post("/api/graphs/{graph}/sensitivity", responses=responses(answers.Sensitivity))
    async def sensitivity(request: Request, graph: Graph, body: SensitivityBody) -> Response:
        """What the answer hangs on: nodes seen, nodes set, numbers in tables."""
        return await about_one(request, "sensitivity", graph, body)

    @app.post("/api/graphs/{graph}/watch", responses=responses(answers.Watch))
    async def watch(request: Request, graph: Graph, body: WatchBody) -> Response:
        """What to watch next, by what it would tell about the outcome."""
        return await about_one(request, "watch", graph, body)

    @app.post("/api/graphs/{graph}/flip", responses=responses(answers.Flip))
    async def flip(request: Request, graph: Graph, body: FlipBody) -> Response:
        """The smallest change of one row, and of one finding, that reverses a statement."""
        return await about_one(request, "flip", graph, body)

    @app.post("/api/graphs/{graph}/test", responses=responses(answers.Test))
    async def test(request: Request, graph: Graph, body: ClaimsBody) -> Response:
        """The claims of the graph, each with its verdict and by how much it holds."""
        return await about_one(request, "test", graph, body)

    @app.post("/api/diff", responses=responses(answers.Diff, one_graph=False))
    async def diff(request: Request, body: DiffBody) -> Response:
        """What two graphs differ in, by structure and by answer."""
        for graph in (body.before, body.after):
            if graph not in places:
                return as_response(no_graph(graph, places))
        return await answered(request, pool, Job("diff", (body.before, body.after), body))

    @app.post("/api/average", responses=responses(answers.Average, one_graph=False))
    async def average(request: Request, body: AverageBody) -> Response:
        """Several graphs weighed by how well they explain what was seen, and their average."""
        for graph in body.graphs:
            if graph not in places:
                return as_response(no_graph(graph, places))
        return await answered(request, pool, Job("average", body.graphs, body))


async def answered(request: Request, pool: Workers, job: Job) -> Response:
    """What a worker says, as a response; who has gone away waits no longer."""
    asked = asyncio.ensure_future(pool.ask(job, long=job.kind not in SHORT))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({asked, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            return Response(status_code=499)  # nobody reads it
        return _response(asked.result())
    finally:
        for each in (asked, gone):
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _response(reply: Reply) -> Response:
    headers = {"Graph-Revision": reply.revision} if reply.revision else {}
    if reply.status == 503:
        headers["Retry-After"] = "1"
    return Response(reply.content, reply.status, headers, reply.media_type)


def no_graph(name: str, places: Mapping[str, Path]) -> Problem:
    """That no graph is served under a name."""
    near = did_you_mean(name, places) or f" Served: {', '.join(places)}"
    return problem("not-found", f"No graph {name!r} is served.{near}")
