"""Along which paths of arrows a finding reaches the outcome, the other findings being there.

A path is active where each of its nodes at which two arrows meet was seen, or has a descendant that was,
and no other node on the way is known. A weighed sign or an excluded state hints at its node without making
it known: it opens, and does not close.

What was seen speaks along arrows and against them. What is set has lost its own causes, so it acts along
the arrows that leave it: on paths that run forwards all the way, and on those that turn at something which
was seen further down. Where something was seen below a node that is set there is one more thing that the
intervention does: the evidence would have spoken to the causes of that node, and no longer does. Such a
path begins against an arrow and is called cut. All of these are the active paths from the switch behind
which the intervention stands (see `subsets`), so a finding without any path changes nothing: that is the
third rule of [pearl2009, section 3.4].

References:
    [geiger1990] Geiger, D., Verma, T. and Pearl, J. (1990). Identifying independence in Bayesian networks.
        Networks 20.
    [pearl2009] Pearl, J. (2009). Causality, 2nd edition. Cambridge University Press.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import Literal

from causal_model.graph import ancestors, children_of

__all__ = ["ActivePath", "ActivePaths", "Kind", "active_paths"]

Kind = Literal["directed", "open", "cut", "itself"]
# Beginnings of paths that are followed for one finding; a dense graph has more paths than anybody reads.
MOST_FOLLOWED = 20_000

Parents = Mapping[str, Collection[str]]
# A node, and whether the path comes to it against its arrow, from below.
_At = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class ActivePath:
    """One path from a finding to the outcome.

    Attributes:
        nodes: from the node of the finding to the outcome, each once.
        forwards: for every step whether it goes along its arrow; one fewer than there are nodes.
        kind: "directed" along arrows all the way; "open" against some of them, or over something that
            was seen; "cut" where the finding is an intervention that closes the path; "itself" where the
            finding is on the outcome.
    """

    nodes: tuple[str, ...]
    forwards: tuple[bool, ...]
    kind: Kind

    @property
    def arrows(self) -> tuple[tuple[str, str], ...]:
        """The arrows on the way as (parent, child)."""
        steps = zip(pairwise(self.nodes), self.forwards, strict=True)
        return tuple((a, b) if along else (b, a) for (a, b), along in steps)

    def __str__(self) -> str:
        told = [self.nodes[0]]
        for name, along in zip(self.nodes[1:], self.forwards, strict=True):
            told += ["->" if along else "<-", name]
        return " ".join(told)


@dataclass(frozen=True, slots=True)
class ActivePaths:
    """The active paths of a finding, the shortest first.

    Attributes:
        paths: none where the finding changes nothing, whatever the tables are.
        more: whether there are more than these, or may be.
    """

    paths: tuple[ActivePath, ...]
    more: bool


def active_paths(
    parents: Parents,
    start: str,
    end: str,
    *,
    known: Collection[str] = (),
    hinted: Collection[str] = (),
    is_set: bool = False,
    most: int = 8,
) -> ActivePaths:
    """The shortest active paths between two nodes.

    Args:
        parents: the graph, without the arrows into other nodes that are set.
        start: the node that a finding is about.
        end: the outcome.
        known: the nodes whose state is known.
        hinted: further nodes that something is known about.
        is_set: whether the finding is an intervention; the arrows into its node are still in the graph.
        most: how many paths are listed.

    >>> parents = {"a": (), "b": ("a",), "c": ("a", "b")}
    >>> [str(each) for each in active_paths(parents, "b", "c").paths]
    ['b -> c', 'b <- a -> c']
    >>> [str(each) for each in active_paths(parents, "b", "c", is_set=True).paths]
    ['b -> c']
    """
    found: list[ActivePath] = []
    for path in _shortest_first(parents, start, end, set(known), set(hinted), is_set=is_set):
        if path is None or len(found) == most:
            return ActivePaths(tuple(found), more=True)
        found.append(path)
    return ActivePaths(tuple(found), more=False)


def _shortest_first(
    parents: Parents, start: str, end: str, known: set[str], hinted: set[str], *, is_set: bool
) -> Iterator[ActivePath | None]:
    """The active paths, and None where the search is given up.

    Beginnings of paths wait by the length that they will have at least, which is what the shortest walk
    from where they are takes; a walk may pass a node twice, a path may not.
    """
    if start in known or end in known:
        return
    seen = known | hinted
    opened = seen | ancestors(parents, seen)
    below = children_of(parents)

    def onwards(at: _At) -> list[_At]:
        name, from_below = at
        steps = [(child, False) for child in below[name]] if name not in known else []
        if (name not in known) if from_below else (name in opened):
            steps += [(parent, True) for parent in parents[name]]
        return steps

    # A node that is set is come to from its switch, from above.
    first = (start, not is_set)
    left = _distances(onwards, first, end)
    if first not in left:
        return
    number = count()
    waiting: list[tuple[int, int, tuple[_At, ...]]] = [(left[first], next(number), (first,))]
    followed = 0
    while waiting:
        _, _, path = heappop(waiting)
        if path[-1][0] == end:
            yield _told(path, is_set=is_set)
            continue
        followed += 1
        if followed > MOST_FOLLOWED:
            yield None
            return
        passed = {name for name, _ in path}
        for each in onwards(path[-1]):
            if each in left and each[0] not in passed:
                heappush(waiting, (len(path) + left[each], next(number), (*path, each)))


def _distances(onwards: Callable[[_At], list[_At]], first: _At, end: str) -> dict[_At, int]:
    """How many steps the shortest walk to the end takes, from wherever a walk can get to."""
    backwards: dict[_At, list[_At]] = {first: []}
    waiting = deque([first])
    while waiting:
        at = waiting.popleft()
        if at[0] == end:
            continue
        for each in onwards(at):
            if each not in backwards:
                backwards[each] = []
                waiting.append(each)
            backwards[each].append(at)
    found = {at: 0 for at in backwards if at[0] == end}
    waiting = deque(found)
    while waiting:
        at = waiting.popleft()
        for each in backwards[at]:
            if each not in found:
                found[each] = found[at] + 1
                waiting.append(each)
    return found


def _told(path: Sequence[_At], *, is_set: bool) -> ActivePath:
    forwards = tuple(not from_below for _, from_below in path[1:])
    kind: Kind = "open"
    if not forwards:
        kind = "itself"
    elif all(forwards):
        kind = "directed"
    elif is_set and not forwards[0]:
        kind = "cut"
    return ActivePath(tuple(name for name, _ in path), forwards, kind)
