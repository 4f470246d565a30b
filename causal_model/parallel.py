"""A `map` over batches of work: here, in other processes, or on a Dask cluster.

Each of them takes a function and items and gives the results in the order of the items. Items are
taken only a few ahead of the results, so neither the items nor the results have to fit into memory.
The function must depend on its item alone: an item whose worker dies is simply done again.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

__all__ = ["Map", "serial"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Map(Protocol):
    """A function over items, results in their order."""

    def __call__(
        self, function: Callable[[Item], Result], items: Iterable[Item], /
    ) -> Iterator[Result]:
        """Give the results in the order of the items."""
        ...


def serial(function: Callable[[Item], Result], items: Iterable[Item], /) -> Iterator[Result]:
    """One after the other, in this process."""
    return map(function, items)
