"""What a graph says about data that can be seen: the independencies that it implies.

Two nodes without an arrow between them are independent given any set that separates them [pearl1988]. For
every pair of observed nodes the minimal sets of observed nodes that do are listed: each is a test that data
can fail, and then the graph is wrong.

References:
    [pearl1988] Pearl, J. (1988). Probabilistic Reasoning in Intelligent Systems. Morgan Kaufmann.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from causal_model.causal.separators import minimal_separators
from causal_model.graph import Parents, has_arrow

__all__ = ["Implications", "Independence", "implied_independencies"]


@dataclass(frozen=True, slots=True)
class Independence:
    """`left` is independent of `right` given others, and given no fewer of these."""

    left: str
    right: str
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Implications:
    """Independencies between observed nodes.

    Attributes:
        found: by pair, in the order of the graph; for a pair the smallest conditions first.
        complete: whether these are all; otherwise only so many were looked for.
    """

    found: tuple[Independence, ...]
    complete: bool


def implied_independencies(
    parents: Parents, *, hidden: Collection[str] = (), most: int = 1000
) -> Implications:
    """The independencies between observed nodes given observed nodes; at most so many."""
    observed = [name for name in parents if name not in hidden]
    found: list[Independence] = []
    for each in _all(parents, observed):
        if len(found) == most:
            return Implications(tuple(found), complete=False)
        found.append(each)
    place = {name: at for at, name in enumerate(parents)}
    found.sort(key=lambda each: (place[each.left], place[each.right], len(each.given)))
    return Implications(tuple(found), complete=True)


def _all(parents: Parents, observed: Collection[str]) -> Iterator[Independence]:
    among = frozenset(observed)
    for left, right in combinations(observed, 2):
        if has_arrow(parents, left, right) or has_arrow(parents, right, left):
            continue
        for given in minimal_separators(parents, [left], [right], among - {left, right}):
            yield Independence(left, right, tuple(name for name in parents if name in given))
