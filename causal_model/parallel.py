"""A `map` over batches of work: here, in other processes, or on a Dask cluster.

Each of them takes a function and items and gives the results in the order of the items. Items are
taken only a few ahead of the results, so neither the items nor the results have to fit into memory.
The function is told besides how many items are done at a time on its machine, since they share its
memory. Its result must depend on the item alone: an item whose worker dies is simply done again.
"""

import os
import signal
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from typing import Any, Protocol, TypeVar

from causal_model.errors import BatchError, QueryError

__all__ = ["Dask", "Map", "Processes", "begin_worker", "serial"]

Item = TypeVar("Item")
Result = TypeVar("Result")

# Items that are under way, or done and not yet fetched, for every worker.
AHEAD = 2
# Seconds in which a Dask scheduler, and a first worker, must answer.
PATIENCE = 30


class Map(Protocol):
    """A function over items, results in their order; closing it early stops the work."""

    def __call__(
        self, function: Callable[[Item, int], Result], items: Iterable[Item], /
    ) -> Generator[Result, None, None]:
        """Give the results in the order of the items."""
        ...


def serial(
    function: Callable[[Item, int], Result], items: Iterable[Item], /
) -> Generator[Result, None, None]:
    """One after the other, in this process."""
    for item in items:
        yield function(item, 1)


def _silent(text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Processes:
    """Several at a time, in processes of this machine.

    The processes are started afresh, not forked, since threads do not survive a fork.

    Attributes:
        workers: how many processes.
        report: is told of workers that died.
    """

    workers: int
    report: Callable[[str], None] = _silent

    def __call__(
        self, function: Callable[[Item, int], Result], items: Iterable[Item], /
    ) -> Generator[Result, None, None]:
        """Give the results in the order of the items.

        Raises:
            BatchError: a worker died over an item, and another one died over it again.
        """
        source = iter(items)
        while True:
            flying: deque[tuple[Item, Future[Result] | None]] = deque()
            try:
                with _pool(self.workers) as pool:
                    for item in source:
                        flying.append((item, None))
                        flying[-1] = (item, pool.submit(function, item, self.workers))
                        if len(flying) == AHEAD * self.workers:
                            yield _first(flying)
                    while flying:
                        yield _first(flying)
                return
            except BrokenProcessPool:
                # Nobody knows which item it was: one at a time, a second death would tell.
                self.report("a worker process died; what it had in hand is done again")
            for item, future in flying:
                yield _once_more(function, item, future)


@dataclass(frozen=True, slots=True)
class Dask:
    """As many at a time as the workers of a Dask cluster can do.

    Attributes:
        address: of the scheduler, for example `tcp://host:8786`.
    """

    address: str

    def __call__(
        self, function: Callable[[Item, int], Result], items: Iterable[Item], /
    ) -> Generator[Result, None, None]:
        """Give the results in the order of the items.

        An item whose worker is lost, before or after it is done, is done again by another one.

        Raises:
            QueryError: the package distributed is not installed.
            BatchError: no such cluster answers, it was lost, or an item killed worker after worker.
        """
        try:
            import distributed
        except ImportError:
            raise QueryError(
                "a Dask cluster needs the package distributed: pip install 'causal-model[dask]'"
            ) from None
        client: Any = self._client(distributed)
        flying: deque[tuple[Item, Future[Result] | None]] = deque()
        with client:
            for item in items:
                threads = client.nthreads()
                flying.append((item, _submitted(client, function, item, _sharers(threads))))
                if len(flying) >= AHEAD * sum(threads.values()):
                    yield self._fetched(flying, distributed)
            while flying:
                yield self._fetched(flying, distributed)

    def _client(self, distributed: Any) -> Any:
        try:
            client = distributed.Client(self.address, timeout=PATIENCE, set_as_default=False)
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise BatchError(f"{self.address}: no Dask cluster answers: {reason}") from None
        return client

    def _fetched(
        self, flying: deque[tuple[Item, Future[Result] | None]], distributed: Any
    ) -> Result:
        item = flying[0][0]
        try:
            return _first(flying)
        except distributed.KilledWorker:
            raise BatchError(f"{self.address}: {item} killed worker after worker") from None
        except ImportError as error:
            raise BatchError(
                f"{self.address}: the workers need the same causal-model as this machine: {error}"
            ) from None
        except (OSError, CancelledError) as error:
            raise BatchError(f"{self.address}: the Dask cluster was lost: {error}") from None


def _first(flying: deque[tuple[Item, Future[Result] | None]]) -> Result:
    """The result of the item that has been waiting longest, which stays where it is if it fails."""
    future = flying[0][1]
    assert future is not None
    result = future.result()
    flying.popleft()
    return result


def _once_more(
    function: Callable[[Item, int], Result], item: Item, future: Future[Result] | None
) -> Result:
    """The result of an item that was under way when a worker died."""
    if future is not None and future.done() and not future.cancelled():
        error = future.exception()
        if error is None:
            return future.result()
        if not isinstance(error, BrokenProcessPool):
            raise error
    try:
        with _pool(1) as pool:
            return pool.submit(function, item, 1).result()
    except BrokenProcessPool:
        raise BatchError(
            f"a worker process died twice over {item}, perhaps for lack of memory"
        ) from None


def _sharers(threads: Mapping[str, int]) -> int:
    """How many items are done at a time on the busiest machine of a cluster.

    >>> _sharers({"tcp://10.0.0.1:4001": 2, "tcp://10.0.0.1:4002": 1, "tcp://[::1]:4001": 1})
    3
    """
    by_host: dict[str, int] = {}
    for address, count in threads.items():
        host = address.rpartition(":")[0]
        by_host[host] = by_host.get(host, 0) + count
    return max(by_host.values(), default=1)


def _submitted(
    client: Any, function: Callable[[Item, int], Result], item: Item, sharers: int
) -> Future[Result]:
    with warnings.catch_warnings():
        # The network travels with every item, so that no worker holds anything that can be lost.
        warnings.filterwarnings("ignore", "Sending large graph")
        future: Future[Result] = client.submit(function, item, sharers, pure=False)
    return future


@contextmanager
def _pool(workers: int) -> Generator[ProcessPoolExecutor, None, None]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=begin_worker)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def begin_worker() -> None:
    """Set up a worker: an interrupt is for its parent to judge, whose death it does not outlive."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
