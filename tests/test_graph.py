"""Questions about arrows, against enumeration of all paths of small random graphs."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.graph import (
    ancestors,
    children_of,
    d_separated,
    descendants,
    digraph,
    directed_path,
    has_arrow,
    open_path,
)

Parents = Mapping[str, Sequence[str]]
seeds = st.integers(0, 2**32 - 1)


def random_parents(rng: np.random.Generator) -> dict[str, tuple[str, ...]]:
    names = [f"n{at}" for at in range(int(rng.integers(2, 7)))]
    density = rng.random()
    parents = {
        name: tuple(other for other in names[:at] if rng.random() < density)
        for at, name in enumerate(names)
    }
    return {str(name): parents[str(name)] for name in rng.permutation(names)}


def all_paths(parents: Parents, start: str, end: str) -> Iterator[tuple[str, ...]]:
    """Every way between two nodes along arrows in either direction, no node twice."""
    for size in range(len(parents) - 1):
        for middle in itertools.permutations(set(parents) - {start, end}, size):
            way = (start, *middle, end)
            if all(a in parents[b] or b in parents[a] for a, b in itertools.pairwise(way)):
                yield way


def below(parents: Parents, name: str) -> set[str]:
    found = {name}
    while more := {child for child in parents if found & set(parents[child])} - found:
        found |= more
    return found


def is_open(parents: Parents, way: Sequence[str], known: Collection[str]) -> bool:
    """The definition of d-connection, word by word."""
    for before, at, after in zip(way, way[1:], way[2:], strict=False):
        meets = before in parents[at] and after in parents[at]
        if meets and not below(parents, at) & set(known):
            return False
        if not meets and at in known:
            return False
    return True


@settings(deadline=None)
@given(seeds)
def test_d_separation_is_that_no_path_is_open(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    left, right, *rest = (str(each) for each in rng.permutation(list(parents)))
    known = [each for each in rest if rng.random() < 0.4]
    ways = [way for way in all_paths(parents, left, right) if is_open(parents, way, known)]
    assert d_separated(parents, [left], [right], known) == (not ways)
    found = open_path(parents, [left], [right], known)
    assert (found is None) == (not ways)
    if found is not None:
        way = found[::2]
        assert is_open(parents, way, known)
        assert len(way) == min(map(len, ways))
        for before, arrow, after in zip(way, found[1::2], way[1:], strict=False):
            assert arrow == ("->" if before in parents[after] else "<-")


@settings(deadline=None)
@given(seeds)
def test_sets_are_separated_if_all_pairs_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    roles = {name: int(rng.integers(0, 4)) for name in parents}
    left, right, known = ([n for n in parents if roles[n] == role] for role in range(3))
    pairs = [d_separated(parents, [a], [b], known) for a in left for b in right]
    assert d_separated(parents, left, right, known) == all(pairs)
    assert (open_path(parents, left, right, known) is None) == all(pairs)


@settings(deadline=None)
@given(seeds)
def test_directed_paths_and_ancestors_are_those_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    start, end, *rest = (str(each) for each in rng.permutation(list(parents)))
    avoided = [each for each in rest if rng.random() < 0.3]
    ways = [
        way
        for way in all_paths(parents, start, end)
        if all(has_arrow(parents, a, b) for a, b in itertools.pairwise(way))
        and not set(way) & set(avoided)
    ]
    found = directed_path(parents, start, end, avoiding=avoided)
    if found is None:
        assert ways == []
    else:
        assert found in ways
        assert len(found) == min(map(len, ways))
    for name in parents:
        assert descendants(parents, [name]) == below(parents, name) - {name}
        assert ancestors(parents, [name]) == {
            each for each in parents if name in below(parents, each)
        } - {name}


def test_what_is_known_depends_on_nothing_and_a_node_depends_on_itself() -> None:
    parents: Parents = {"a": (), "b": ("a",)}
    assert d_separated(parents, ["a"], ["b"], ["a"])
    assert open_path(parents, ["a"], ["b"], ["a"]) is None
    assert not d_separated(parents, ["a"], ["a"])
    assert open_path(parents, ["a"], ["a"]) == ("a",)
    assert directed_path(parents, "a", "b", avoiding=["b"]) is None


def test_a_known_descendant_opens_a_meeting_of_arrows() -> None:
    parents: Parents = {"a": (), "b": (), "c": ("a", "b"), "d": ("c",)}
    assert d_separated(parents, ["a"], ["b"])
    assert open_path(parents, ["a"], ["b"], ["d"]) == ("a", "->", "c", "<-", "b")


def test_children_and_the_graph_of_networkx_hold_the_same_arrows() -> None:
    parents: Parents = {"b": ("a",), "a": (), "c": ("b", "a")}
    assert children_of(parents) == {"b": ("c",), "a": ("b", "c"), "c": ()}
    assert set(digraph(parents).edges) == {("a", "b"), ("b", "c"), ("a", "c")}


@pytest.mark.parametrize("name", ["a", "b"])
def test_no_node_is_its_own_ancestor(name: str) -> None:
    assert name not in ancestors({"a": (), "b": ("a",)}, ["a", "b"])
