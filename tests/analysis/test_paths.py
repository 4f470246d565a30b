"""Active paths against the definition."""

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.analysis import paths
from causal_model.analysis.paths import active_paths
from causal_model.graph import d_separated, descendants
from tests.analysis.test_attribution import seeds
from tests.networks import random_network

Parents = Mapping[str, tuple[str, ...]]


def by_definition(parents: Parents, start: str, end: str, known: set[str]) -> Iterator[str]:
    """Every simple path between two nodes that is active, by trying all sequences of nodes."""
    if start in known or end in known:
        return
    between = [name for name in parents if name not in (start, end)]
    for count in range(len(between) + 1):
        for middle in itertools.permutations(between, count):
            nodes = (start, *middle, end)
            steps = list(itertools.pairwise(nodes))
            if any(a not in parents[b] and b not in parents[a] for a, b in steps):
                continue
            active = True
            for before, name, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
                if before in parents[name] and after in parents[name]:
                    active &= bool(known & {name, *descendants(parents, [name])})
                else:
                    active &= name not in known
            if active:
                told = [start]
                for a, b in steps:
                    told += ["->" if a in parents[b] else "<-", b]
                yield " ".join(told)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_paths_are_those_of_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_network(rng, nodes=6, most_states=2).parents
    start, end, *others = rng.permutation(list(parents)).tolist()
    known = set(others[: int(rng.integers(0, 3))])
    found = active_paths(parents, start, end, known=known, most=1_000)
    assert not found.more
    assert {str(each) for each in found.paths} == set(by_definition(parents, start, end, known))
    assert [len(each.nodes) for each in found.paths] == sorted(len(p.nodes) for p in found.paths)
    assert bool(found.paths) != d_separated(parents, [start], [end], known)


COLLIDER = {"a": (), "x": ("a",), "e": ("x",), "y": ("a", "x")}


def test_what_is_set_acts_forwards_only() -> None:
    found = active_paths(COLLIDER, "x", "y", is_set=True)
    assert [(str(each), each.kind) for each in found.paths] == [("x -> y", "directed")]
    seen = active_paths(COLLIDER, "x", "y")
    assert [(str(p), p.kind) for p in seen.paths] == [
        ("x -> y", "directed"),
        ("x <- a -> y", "open"),
    ]


def test_what_is_set_cuts_the_way_of_evidence_below_it() -> None:
    found = active_paths(COLLIDER, "x", "y", known={"e"}, is_set=True)
    assert [(str(p), p.kind) for p in found.paths] == [
        ("x -> y", "directed"),
        ("x <- a -> y", "cut"),
    ]
    assert found.paths[1].arrows == (("a", "x"), ("a", "y"))


def test_a_hint_opens_and_does_not_close() -> None:
    parents = {"a": (), "b": (), "c": ("a", "b"), "d": ("c",)}
    assert active_paths(parents, "a", "b").paths == ()
    assert [str(p) for p in active_paths(parents, "a", "b", hinted={"c"}).paths] == ["a -> c <- b"]
    assert [str(p) for p in active_paths(parents, "a", "d", hinted={"c"}).paths] == ["a -> c -> d"]
    assert active_paths(parents, "a", "d", known={"c"}).paths == ()


def test_the_outcome_itself() -> None:
    (path,) = active_paths(COLLIDER, "y", "y").paths
    assert (path.nodes, path.forwards, path.kind) == (("y",), (), "itself")


def test_long_lists_are_cut_short_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = {"a": (), **{f"m{at}": ("a",) for at in range(6)}}
    parents = {**layers, "z": tuple(f"m{at}" for at in range(6))}
    few = active_paths(parents, "a", "z", most=4)
    assert (len(few.paths), few.more) == (4, True)
    assert not active_paths(parents, "a", "z", most=6).more
    monkeypatch.setattr(paths, "MOST_FOLLOWED", 3)
    assert active_paths(parents, "a", "z", most=6).more


@given(st.integers(0, 100))
@settings(max_examples=5, deadline=None)
def test_the_same_graph_gives_the_same_paths(seed: int) -> None:
    parents = random_network(np.random.default_rng(seed), nodes=8, most_states=2).parents
    first, *_, last = parents
    assert active_paths(parents, first, last) == active_paths(parents, first, last)
