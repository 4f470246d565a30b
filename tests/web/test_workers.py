"""A slow question holds up nobody and ends in time; a process that dies is replaced."""

import asyncio
import json
import multiprocessing
from collections.abc import Awaitable, Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from causal_model.errors import ImpossibleEvidence, QueryError, TooLarge
from causal_model.web import workers
from causal_model.web.bodies import ExplainBody, QueryBody
from causal_model.web.problems import problem_of
from causal_model.web.routes import answered
from causal_model.web.workers import Job, Reply, Workers

ASIA = Path(__file__).parents[2] / "fixtures" / "textbook" / "asia.yaml"
QUICK = Job("query", ("asia",), QueryBody.model_validate({"target": "lung"}))
# Every subset of so many findings is another question.
SIGN = {"node": "xray", "kind": "likelihood", "weights": {"yes": 0.9, "no": 0.8}}
SLOW = Job(
    "explain",
    ("asia",),
    ExplainBody.model_validate(
        {"findings": [SIGN] * 200, "orders": 100_000, "target": "lung", "states": ["yes"]}
    ),
)


def with_pool(
    seconds: float, use: Callable[[Workers, set[BaseProcess]], Awaitable[None]]
) -> set[BaseProcess]:
    """Use two workers, and return the processes that there were at the beginning."""

    async def whole() -> set[BaseProcess]:
        before = set(multiprocessing.active_children())
        pool = Workers({"asia": ASIA}, count=2, seconds=seconds)
        await pool.start()
        own = set(multiprocessing.active_children()) - before
        try:
            await use(pool, own)
        finally:
            await pool.stop()
        left = set(multiprocessing.active_children()) - before
        assert not left
        return own

    return asyncio.run(whole())


def kind_of(reply: Reply) -> str:
    return str(json.loads(reply.content)["type"])


def test_a_slow_question_is_given_up_and_holds_up_nobody() -> None:
    async def use(pool: Workers, own: set[BaseProcess]) -> None:
        # The second waits for the first, as one worker is left to those who click.
        slow = [asyncio.create_task(pool.ask(SLOW, long=True)) for _ in range(2)]
        quick = await asyncio.gather(*(pool.ask(QUICK) for _ in range(30)))
        assert {each.status for each in quick} == {200}
        assert not any(each.done() for each in slow)
        first, second = await asyncio.gather(*slow)
        assert (first.status, kind_of(first)) == (503, "/problems/time")
        assert (second.status, kind_of(second)) in (
            (503, "/problems/busy"),
            (503, "/problems/time"),
        )
        # Its process was ended with it, and there are two again for what comes next.
        long = await asyncio.gather(*(pool.ask(QUICK, long=True) for _ in range(3)))
        assert {each.status for each in long} == {200}
        async with asyncio.timeout(30):
            while not others() - own:
                await pool.ask(QUICK)

    before = set(multiprocessing.active_children())

    def others() -> set[BaseProcess]:
        return set(multiprocessing.active_children()) - before

    own = with_pool(2.0, use)
    assert len(own) == 2


def test_processes_that_die_are_replaced() -> None:
    async def use(pool: Workers, own: set[BaseProcess]) -> None:
        first = await pool.ask(QUICK)
        slow = asyncio.create_task(pool.ask(SLOW, long=True))
        await pool.ask(QUICK)
        for process in own:
            process.kill()
            process.join()
        reply = await slow
        assert (reply.status, kind_of(reply)) == (422, "/problems/too-large")
        again = await pool.ask(QUICK)
        assert again.content == first.content

    with_pool(60.0, use)


def test_more_than_can_be_waited_for_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST_WAITING", 5)

    async def use() -> None:
        pool = Workers({"asia": ASIA}, count=2, seconds=60.0)  # none has been started
        waiting = [asyncio.create_task(pool.ask(QUICK)) for _ in range(5)]
        await asyncio.wait(waiting, timeout=0)
        reply = await pool.ask(QUICK)
        assert (reply.status, kind_of(reply)) == (503, "/problems/busy")
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        # Who has gone away no longer counts.
        free = asyncio.create_task(pool.ask(QUICK))
        await asyncio.wait([free], timeout=0)
        assert not free.done()
        free.cancel()
        await pool.stop()

    asyncio.run(use())


def test_nobody_waits_for_ever() -> None:
    async def use() -> None:
        pool = Workers({"asia": ASIA}, count=2, seconds=0.001)
        reply = await pool.ask(QUICK, long=True)
        assert (reply.status, kind_of(reply)) == (503, "/problems/busy")
        await pool.stop()

    asyncio.run(use())


def test_who_has_gone_away_waits_no_longer() -> None:
    class Pool:
        stopped = False

        async def ask(self, _: Job, *, long: bool) -> Reply:
            try:
                never: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
                return await never
            except asyncio.CancelledError:
                self.stopped = True
                raise

    class Request:
        async def receive(self) -> dict[str, str]:
            return {"type": "http.disconnect"}

    pool: Any = Pool()
    request: Any = Request()

    async def use() -> None:
        await answered(request, pool, QUICK)
        assert pool.stopped

    asyncio.run(use())


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (ImpossibleEvidence("cannot be", ("a=x", "b=y")), "impossible-evidence", "cannot be"),
        (TooLarge("a table over 99 nodes", 10**12, ways_out="use Python"), "too-large", "99 nodes"),
        (QueryError("no such node"), "question", "no such node"),
        (FileNotFoundError(2, "No such file", "/home/me/secret"), "graph-file", "No such file"),
        (MemoryError("x"), "too-large", ""),
        (KeyError("/home/me/secret"), "fault", ""),
    ],
)
def test_an_error_is_told_without_the_inside(error: Exception, kind: str, told: str) -> None:
    found = problem_of(error)
    assert found.type == f"/problems/{kind}"
    assert told in found.detail
    text = found.to_json().decode()
    assert "secret" not in text
    assert "Python" not in text
    assert found.conflict == (["a=x", "b=y"] if kind == "impossible-evidence" else [])
