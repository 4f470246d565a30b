"""Timing two ways in alternation, so that a machine whose speed drifts does not favour one."""

import statistics
import time
from collections.abc import Callable, Sequence

__all__ = ["alternate"]


def alternate(
    ways: Sequence[Callable[[], object]], *, rounds: int, warmup: int = 3, turn: float = 0.0
) -> list[float]:
    """Return the median seconds of each way, run in turns A B A B ...

    Args:
        ways: what is timed.
        rounds: turns of each.
        warmup: how often each is run before.
        turn: seconds that a turn lasts at least, a short way being run again until then and its mean taken:
            what takes a millisecond is otherwise timed with the caches that the other way left behind.
    """
    for way in ways:
        for _ in range(warmup):
            way()
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, times in zip(ways, taken, strict=True):
            start, runs, spent = time.perf_counter(), 0, 0.0
            while not runs or spent < turn:
                way()
                runs += 1
                spent = time.perf_counter() - start
            times.append(spent / runs)
    return [statistics.median(times) for times in taken]
