"""Timing two ways in alternation, so that a machine whose speed drifts does not favour one."""

import statistics
import time
from collections.abc import Callable, Sequence

__all__ = ["alternate"]


def alternate(ways: Sequence[Callable[[], object]], *, rounds: int, warmup: int = 3) -> list[float]:
    """Return the median seconds of each way, run in turns A B A B ..."""
    for way in ways:
        for _ in range(warmup):
            way()
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, times in zip(ways, taken, strict=True):
            start = time.perf_counter()
            way()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]
