"""All smallest-by-inclusion sets of nodes that make two others independent.

In a graph of arrows, a minimal separator of two sets lies among their ancestors, and is a minimal vertex
separator of the moral graph of these [vanderzander2019, proposition 2]. There all of them are reached from
the one nearest to the left side, by moving one node of a separator at a time over to the left [shen1997].
Nodes that may not be in a separator are passed through as if they were arrows.

References:
    [vanderzander2019] van der Zander, B., Liskiewicz, M. and Textor, J. (2019). Separators and adjustment
        sets in causal graphs: complete criteria and an algorithmic framework. Artificial Intelligence 270.
    [shen1997] Shen, H. and Liang, W. (1997). Efficient enumeration of all minimal separators in a graph.
        Theoretical Computer Science 180.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations, islice

from causal_model.graph import Parents, ancestors

__all__ = ["Listing", "minimal_separators", "nearest_separator"]

Separator = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Sets of nodes, the smallest first.

    Attributes:
        sets: nodes in the order of the graph.
        complete: whether these are all; otherwise only so many were looked for.
    """

    sets: tuple[tuple[str, ...], ...]
    complete: bool = True

    @classmethod
    def of(cls, sets: Iterable[Collection[str]], order: Iterable[str], most: int) -> "Listing":
        """The first so many of these, put into order."""
        place = {name: at for at, name in enumerate(order)}
        found = [tuple(sorted(each, key=place.__getitem__)) for each in islice(sets, most + 1)]
        complete = len(found) <= most
        found = found[:most]
        found.sort(key=lambda each: (len(each), [place[name] for name in each]))
        return cls(tuple(found), complete)


def minimal_separators(
    parents: Parents, left: Collection[str], right: Collection[str], among: Collection[str]
) -> Iterator[frozenset[str]]:
    """All minimal sets among some nodes that d-separate two sets; none if nothing separates them.

    Small ones tend to come early; one after another in polynomial time.
    """
    moral = _Moral.of(parents, left, right, among)
    first = moral.nearest(frozenset(left))
    waiting: list[tuple[int, int, frozenset[str]]] = []
    seen: set[frozenset[str]] = set()

    def meet(found: frozenset[str] | None) -> None:
        if found is not None and found not in seen:
            seen.add(found)
            heappush(waiting, (len(found), len(seen), found))

    meet(first)
    while waiting:
        *_, found = heappop(waiting)
        yield found
        side = moral.beside(frozenset(left), found)
        for name in found:
            meet(moral.nearest(side | {name}))


def nearest_separator(
    parents: Parents, left: Collection[str], right: Collection[str], among: Collection[str]
) -> frozenset[str] | None:
    """The minimal separator that is nearest to the left side; None if nothing separates the two."""
    return _Moral.of(parents, left, right, among).nearest(frozenset(left))


@dataclass(frozen=True, slots=True)
class _Moral:
    """The moral graph of two sides and their ancestors.

    Attributes:
        beside_of: the neighbours of every node.
        right: the right side.
        allowed: the nodes of which separators are made.
    """

    beside_of: Mapping[str, set[str]]
    right: frozenset[str]
    allowed: frozenset[str]

    @classmethod
    def of(
        cls, parents: Parents, left: Collection[str], right: Collection[str], among: Collection[str]
    ) -> "_Moral":
        ends = {*left, *right}
        inside = ends | ancestors(parents, ends)
        beside: dict[str, set[str]] = {name: set() for name in inside}
        for child in inside:
            for one, other in combinations((child, *parents[child]), 2):
                beside[one].add(other)
                beside[other].add(one)
        return cls(beside, frozenset(right), frozenset(among) & frozenset(inside) - ends)

    def nearest(self, inside: frozenset[str]) -> frozenset[str] | None:
        """The minimal separator nearest to these nodes, which stay on their side of it."""
        grown = self._grown(inside, self.allowed)
        if not grown.isdisjoint(self.right):
            return None
        rim = {each for name in grown for each in self.beside_of[name]} - grown
        far = self._grown(self.right, rim)
        return frozenset(name for name in rim if not far.isdisjoint(self.beside_of[name]))

    def beside(self, start: frozenset[str], separator: Collection[str]) -> frozenset[str]:
        """All that a separator leaves on the side of some nodes."""
        return self._grown(start, separator)

    def _grown(self, start: Collection[str], walls: Collection[str]) -> frozenset[str]:
        found, waiting = set(start), list(start)
        while waiting:
            for each in self.beside_of[waiting.pop()]:
                if each not in found and each not in walls:
                    found.add(each)
                    waiting.append(each)
        return frozenset(found)
