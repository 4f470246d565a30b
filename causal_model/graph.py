"""What follows from the arrows alone: ancestors, paths, d-separation.

A graph is given as its parents by name, as a `Network` holds them. Separation is decided by networkx;
what it does not give is a witness, the path that stays open between two nodes, which is found here.

References:
    [geiger1990] Geiger, D., Verma, T., Pearl, J. (1990). Identifying independence in Bayesian networks.
        Networks 20. d-separation.
    [koller2009] Koller, D., Friedman, N. (2009). Probabilistic Graphical Models, algorithm 3.1. The
        search for an open path, node by node and direction by direction.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "ancestors",
    "children_of",
    "cut",
    "d_connected",
    "d_separated",
    "descendants",
    "directed_path",
    "has_arrow",
    "open_path",
]

Parents = Mapping[str, Collection[str]]
# A node that is reached from below (True) or from above (False), which decides how to go on.
_At = tuple[str, bool]


def digraph(parents: Parents) -> "nx.DiGraph[str]":
    """The arrows as a networkx graph, nodes in the order given."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(parents)
    graph.add_edges_from((parent, child) for child, own in parents.items() for parent in own)
    return graph


def children_of(parents: Parents) -> dict[str, tuple[str, ...]]:
    """The children of every node, in the order of the nodes.

    >>> children_of({"a": (), "b": ("a",), "c": ("a",)})
    {'a': ('b', 'c'), 'b': (), 'c': ()}
    """
    found: dict[str, list[str]] = {name: [] for name in parents}
    for child, own in parents.items():
        for parent in own:
            found[parent].append(child)
    return {name: tuple(each) for name, each in found.items()}


def cut(
    parents: Parents, *, into: Collection[str] = (), out_of: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The graph without the arrows into some nodes, and without those out of others.

    >>> cut({"a": (), "b": ("a",), "c": ("a", "b")}, into=["b"], out_of=["b"])
    {'a': (), 'b': (), 'c': ('a',)}
    """
    return {
        child: () if child in into else tuple(each for each in own if each not in out_of)
        for child, own in parents.items()
    }


def has_arrow(parents: Parents, start: str, end: str) -> bool:
    """Whether an arrow leads from one node to another."""
    return start in parents[end]


def ancestors(parents: Parents, nodes: Iterable[str]) -> frozenset[str]:
    """All nodes from which a path of arrows leads to one of these, without these themselves.

    >>> sorted(ancestors({"a": (), "b": ("a",), "c": ("b",), "d": ()}, ["c"]))
    ['a', 'b']
    """
    return _reached(parents, nodes)


def descendants(parents: Parents, nodes: Iterable[str]) -> frozenset[str]:
    """All nodes to which a path of arrows leads from one of these, without these themselves."""
    return _reached(children_of(parents), nodes)


def directed_path(
    parents: Parents, start: str, end: str, *, avoiding: Collection[str] = ()
) -> tuple[str, ...] | None:
    """A shortest path of arrows from one node to another; None if there is none.

    Args:
        parents: the graph.
        start: where the path begins.
        end: where it ends, another node.
        avoiding: nodes that the path must not pass; ends that are named here leave no path.

    >>> directed_path({"a": (), "b": ("a",), "c": ("b", "a")}, "a", "c")
    ('a', 'c')
    >>> directed_path({"a": (), "b": ("a",), "c": ("b",)}, "a", "c", avoiding=["b"]) is None
    True
    """
    import networkx as nx

    graph = digraph(parents)
    graph.remove_nodes_from(avoiding)
    if start not in graph or end not in graph:
        return None
    try:
        return tuple(nx.shortest_path(graph, start, end))
    except nx.NetworkXNoPath:
        return None


def d_separated(
    parents: Parents, left: Collection[str], right: Collection[str], given: Collection[str] = ()
) -> bool:
    """Whether the arrows alone make two sets of nodes independent, once others are known [geiger1990].

    What is known depends on nothing any more, so nodes that are also `given` count as independent; a
    node that is on both sides depends on itself.
    """
    import networkx as nx

    left, right = set(left) - set(given), set(right) - set(given)
    if left & right:
        return False
    if not left or not right:
        return True
    return bool(nx.is_d_separator(digraph(parents), left, right, set(given)))


def open_path(
    parents: Parents, left: Collection[str], right: Collection[str], given: Collection[str] = ()
) -> tuple[str, ...] | None:
    """A shortest path along which two sets depend on each other; None if they are d-separated.

    Such a path may run against arrows. It is open if each of its nodes at which two arrows meet is
    known or has a known descendant, and no other of its nodes is known.

    Returns:
        Names and arrows in turn, as in ``('a', '<-', 'c', '->', 'b')``.

    >>> open_path({"c": (), "a": ("c",), "b": ("c",)}, ["a"], ["b"])
    ('a', '<-', 'c', '->', 'b')
    >>> open_path({"c": (), "a": ("c",), "b": ("c",)}, ["a"], ["b"], ["c"]) is None
    True
    """
    goal = set(right) - set(given)
    came: dict[_At, _At | None] = {}
    for at in _open_walk(parents, left, given, came):
        if at[0] in goal:
            return _walked(came, at)
    return None


def d_connected(
    parents: Parents, nodes: Collection[str], given: Collection[str] = ()
) -> frozenset[str]:
    """All nodes, without those that are known, to which an open path leads from one of these.

    >>> sorted(d_connected({"a": (), "b": (), "c": ("a", "b")}, ["a"]))
    ['a', 'c']
    >>> sorted(d_connected({"a": (), "b": (), "c": ("a", "b")}, ["a"], ["c"]))
    ['a', 'b']
    """
    reached = {name for name, _ in _open_walk(parents, nodes, given, {})}
    return frozenset(reached - set(given))


def _open_walk(
    parents: Parents, left: Collection[str], given: Collection[str], came: dict[_At, _At | None]
) -> Iterator[_At]:
    """Every node that open paths reach, the nearest first, and on which side; enters whence it came."""
    known = set(given)
    opened = known | ancestors(parents, known)
    below = children_of(parents)
    starts = [(name, True) for name in left if name not in known]
    came.update(dict.fromkeys(starts))
    waiting = deque(starts)
    while waiting:
        name, from_below = at = waiting.popleft()
        yield at
        onwards: list[_At] = []
        if name not in known:
            onwards += [(child, False) for child in below[name]]
        if (from_below and name not in known) or (not from_below and name in opened):
            onwards += [(parent, True) for parent in parents[name]]
        for each in onwards:
            if each not in came:
                came[each] = at
                waiting.append(each)


def _walked(came: Mapping[_At, _At | None], end: _At) -> tuple[str, ...]:
    """The way back to the start, written from there."""
    found = [end[0]]
    at = end
    while (before := came[at]) is not None:
        found += ["<-" if at[1] else "->", before[0]]
        at = before
    return tuple(reversed(found))


def _reached(links: Parents, nodes: Iterable[str]) -> frozenset[str]:
    start = set(nodes)
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        for each in links[waiting.pop()]:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return frozenset(found - start)
