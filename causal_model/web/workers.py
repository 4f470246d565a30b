"""Questions answered in processes of their own, which are ended when they take too long.

A thread cannot be stopped, and arithmetic in it would hold up whoever listens; a process can be, gives
back its memory, and takes nothing else with it when it dies. Each has its own copy of the graphs. One of
them is kept free of long questions, so that a click does not wait for a tornado.
"""

import asyncio
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from causal_model.errors import GraphFileWarning
from causal_model.parallel import begin_worker
from causal_model.web.problems import MEDIA_TYPE, Problem, problem, problem_of
from causal_model.web.replies import HTML, answer, content, problem_page
from causal_model.web.shelf import Shelf

__all__ = ["Job", "Reply", "Workers"]

# Requests that may wait for a worker; more than that, and waiting is hopeless.
MOST_WAITING = 1000
# Seconds in which a worker must be ready.
PATIENCE = 60.0
# How often in a row a process that cannot begin is started again.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A question for a worker.

    Attributes:
        kind: which one, see `replies.answer`.
        graphs: the names of the graphs that it is about.
        body: what else it says.
    """

    kind: str
    graphs: tuple[str, ...]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker says: a response without the rest of HTTP.

    Attributes:
        status: of HTTP.
        media_type: of the content.
        content: the body.
        revision: of the graph that was asked, empty where there are several.
    """

    status: int
    media_type: str
    content: bytes
    revision: str = ""

    @classmethod
    def of(cls, told: Problem) -> "Reply":
        """A problem as a reply."""
        return cls(told.status, MEDIA_TYPE, told.to_json())


BUSY = Reply.of(problem("busy", "Ask again in a moment."))


@dataclass(frozen=True, slots=True)
class _Setup:
    """What a worker needs to begin."""

    places: Mapping[str, Path]
    max_memory: int | None
    debug: bool


class _Worker:
    """One process, and the pipe to it. Everything here waits, so it is called from threads."""

    def __init__(self, setup: _Setup) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_work, args=(theirs, setup), daemon=True
        )
        self.process.start()
        # So that the pipe is broken when the process ends.
        theirs.close()

    def be_ready(self) -> None:
        """Wait until the first question can be asked."""
        if not self.pipe.poll(PATIENCE):
            raise TimeoutError
        self.pipe.recv()

    def ask(self, job: Job, seconds: float) -> Reply:
        self.pipe.send(job)
        if not self.pipe.poll(seconds):
            raise TimeoutError
        reply = self.pipe.recv()
        assert isinstance(reply, Reply)
        return reply

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Workers:
    """Some workers, used from one event loop.

    Attributes:
        count: how many processes; at least two, since one takes no long questions.
        seconds: how long a question may wait for a worker, and how long it may then take.
    """

    def __init__(
        self,
        places: Mapping[str, Path],
        *,
        count: int,
        seconds: float,
        max_memory: int | None = None,
        debug: bool = False,
    ) -> None:
        assert count > 1
        self.count, self.seconds = count, seconds
        self._setup = _Setup(places, max_memory, debug)
        self._threads = ThreadPoolExecutor(2 * count, "worker")
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._long = asyncio.Semaphore(count - 1)
        self._all: set[_Worker] = set()
        self._waiting = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopped = False

    async def start(self) -> None:
        """Start all processes; return when one of them is ready.

        Raises:
            RuntimeError: none of them could begin.
        """
        starting = {self._in_background(self._begin()) for _ in range(self.count)}
        while starting and self._idle.empty():
            _, starting = await asyncio.wait(starting, return_when=asyncio.FIRST_COMPLETED)
        if self._idle.empty():
            raise RuntimeError("no worker process could begin")

    async def stop(self) -> None:
        """End all processes, whatever they are doing."""
        self._stopped = True
        for worker in tuple(self._all):
            worker.process.kill()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # What a thread has begun meanwhile is among them now.
        self._threads.shutdown()
        for worker in tuple(self._all):
            worker.end()

    async def ask(self, job: Job, *, long: bool = False) -> Reply:
        """Have a question answered; whatever happens, there is a reply.

        Args:
            job: the question.
            long: whether it may take long; such questions leave one worker to the others.
        """
        if self._waiting >= MOST_WAITING:
            return BUSY
        self._waiting += 1
        try:
            async with asyncio.timeout(self.seconds):
                worker = await self._free(long=long)
        except TimeoutError:
            return BUSY
        finally:
            self._waiting -= 1
        # Whoever asked may go away meanwhile, but the worker must come back.
        return await asyncio.shield(self._in_background(self._run(worker, job, long=long)))

    async def _free(self, *, long: bool) -> _Worker:
        if not long:
            return await self._alive()
        await self._long.acquire()
        try:
            return await self._alive()
        except BaseException:
            self._long.release()
            raise

    async def _alive(self) -> _Worker:
        """An idle worker; one that was ended from outside meanwhile is replaced."""
        while True:
            worker = await self._idle.get()
            if worker.process.is_alive():
                return worker
            self._in_background(self._replace(worker))

    async def _run(self, worker: _Worker, job: Job, *, long: bool) -> Reply:
        try:
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._threads, worker.ask, job, self.seconds)
        except TimeoutError:
            self._in_background(self._replace(worker))
            told = f"It took more than {self.seconds:g} seconds and was given up."
            return Reply.of(problem("time", told))
        except (EOFError, OSError):
            # The process has died, as it does where the system ends what takes too much memory.
            self._in_background(self._replace(worker))
            return Reply.of(problem("too-large"))
        finally:
            if long:
                self._long.release()
        self._idle.put_nowait(worker)
        return reply

    async def _replace(self, worker: _Worker) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, worker.end)
        self._all.discard(worker)
        await self._begin()

    async def _begin(self) -> None:
        """Start a process; one that cannot begin is tried again, but not for ever."""
        loop = asyncio.get_running_loop()
        for _ in range(MOST_TRIES):
            if self._stopped:
                return
            worker = await loop.run_in_executor(self._threads, self._started)
            with suppress(TimeoutError, EOFError, OSError):
                await loop.run_in_executor(self._threads, worker.be_ready)
                self._idle.put_nowait(worker)
                return
            await loop.run_in_executor(self._threads, worker.end)
            self._all.discard(worker)

    def _started(self) -> _Worker:
        """A process that `stop` knows of, whenever it comes."""
        worker = _Worker(self._setup)
        self._all.add(worker)
        if self._stopped:
            worker.process.kill()
        return worker

    def _in_background(self, coroutine: Any) -> "asyncio.Task[Any]":
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _work(pipe: Connection, setup: _Setup) -> None:
    """The life of a worker: one question after the other, until nobody asks any more."""
    begin_worker()
    warnings.simplefilter("ignore", GraphFileWarning)  # said when the server started
    shelf = Shelf(setup.places, setup.max_memory)
    # Read and planned before anybody asks, so that the first click does not pay for it.
    first, *others = shelf.places
    _warm(shelf, first)
    pipe.send("ready")
    cold: list[Callable[[], Any]] = [partial(content, shelf, first)]
    cold += [partial(_warm, shelf, each) for each in others]
    while True:
        while cold and not pipe.poll():
            with suppress(Exception):
                cold.pop(0)()
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_reply(shelf, job, debug=setup.debug))


def _warm(shelf: Shelf, name: str) -> None:
    with suppress(Exception):
        model = shelf.model(name)
        model.query(model.nodes)


def _reply(shelf: Shelf, job: Job, *, debug: bool) -> Reply:
    try:
        revision = shelf.revision(job.graphs[0]) if len(job.graphs) == 1 else ""
        media_type, content = answer(shelf, job.kind, job.graphs, job.body)
        return Reply(200, media_type, content, revision)
    except Exception as error:
        if debug:
            traceback.print_exc(file=sys.stderr)
        told = problem_of(error)
        told = told.model_copy(update={"detail": shelf.without_folders(told.detail)})
        return (
            Reply(told.status, HTML, problem_page(told)) if job.kind == "page" else Reply.of(told)
        )
