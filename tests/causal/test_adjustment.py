"""Adjustment sets, front-door sets and instruments, against numbers of random networks and definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.causal.adjustment import (
    adjustment_formula,
    adjustment_sets,
    canonical_adjustment_set,
    is_adjustment_set,
)
from causal_model.causal.front_door import (
    front_door_formula,
    front_door_sets,
    is_front_door_set,
)
from causal_model.causal.implications import implied_independencies
from causal_model.causal.instruments import instruments, is_instrument
from causal_model.causal.separators import Listing, minimal_separators
from causal_model.graph import ancestors, cut, d_separated, directed_path
from tests.causal.worlds import (
    Parents,
    adjusted,
    dependent,
    joint_of,
    margin,
    minimal,
    random_parents,
    random_tables,
    subsets,
    truth,
)

seeds = st.integers(0, 2**32 - 1)


def two_of(rng: np.random.Generator, parents: Parents) -> tuple[str, str]:
    cause, outcome = (str(each) for each in rng.choice(list(parents), size=2, replace=False))
    return cause, outcome


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_separators_are_the_minimal_ones_among_those_allowed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    left, right = two_of(rng, parents)
    among = [name for name in parents if name not in (left, right) and rng.random() < 0.8]
    found = list(minimal_separators(parents, [left], [right], among))
    expected = {
        frozenset(each) for each in subsets(among) if d_separated(parents, [left], [right], each)
    }
    assert len(found) == len(set(found))
    assert set(found) == minimal(expected)


@settings(max_examples=50, deadline=None)
@given(seed=seeds)
def test_a_set_is_an_adjustment_set_if_and_only_if_the_numbers_say_so(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng, most=5)
    cause, outcome = two_of(rng, parents)
    tables = random_tables(rng, parents)
    joint, names = joint_of(parents, tables), list(parents)
    expected = truth(parents, tables, cause, outcome)
    others = [name for name in names if name not in (cause, outcome)]
    valid = set()
    for each in subsets(others):
        found = adjusted(joint, names, cause, outcome, each)
        right = bool(np.abs(found - expected).max() < 1e-9)
        assert is_adjustment_set(parents, [cause], [outcome], each) == right
        if right:
            valid.add(frozenset(each))
    listing = adjustment_sets(parents, [cause], [outcome])
    assert listing.complete
    assert {frozenset(each) for each in listing.sets} == minimal(valid)
    assert (canonical_adjustment_set(parents, [cause], [outcome]) is None) == (not valid)
    for each in listing.sets:
        cells = adjustment_formula([cause], outcome, each).value(names, joint)
        np.testing.assert_allclose(cells.over([cause, outcome]), expected, atol=1e-9)


def through_the_front(parents: Parents, cause: str, outcome: str, given: tuple[str, ...]) -> bool:
    """Pearl's three conditions, word by word."""
    if directed_path(parents, cause, outcome, avoiding=given) is not None:
        return False
    if not d_separated(cut(parents, out_of=[cause]), [cause], given):
        return False
    return d_separated(cut(parents, out_of=given), given, [outcome], [cause])


@settings(max_examples=80, deadline=None)
@given(seed=seeds)
def test_front_door_sets_fit_the_definition_and_the_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    cause, outcome = two_of(rng, parents)
    hidden = {name for name in parents if rng.random() < 0.2} - {cause, outcome}
    others = [name for name in parents if name not in {cause, outcome, *hidden}]
    valid = set()
    for each in subsets(others):
        right = through_the_front(parents, cause, outcome, each)
        assert is_front_door_set(parents, cause, outcome, each) == right
        if right:
            valid.add(frozenset(each))
    listing = front_door_sets(parents, cause, outcome, hidden=hidden)
    assert listing.complete
    if directed_path(parents, cause, outcome) is None:
        assert listing.sets == ()
        return
    assert {frozenset(each) for each in listing.sets} == minimal(valid)
    tables = random_tables(rng, parents)
    joint, names = joint_of(parents, tables), list(parents)
    expected = truth(parents, tables, cause, outcome)
    for each in listing.sets:
        cells = front_door_formula(cause, outcome, each).value(names, joint)
        np.testing.assert_allclose(cells.over([cause, outcome]), expected, atol=1e-9)


def covariances(
    rng: np.random.Generator, parents: Parents
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """A linear model: its nodes, its coefficients [child, parent], and the covariances of its nodes."""
    names = list(parents)
    slopes = np.zeros((len(names), len(names)))
    for child, own in parents.items():
        for parent in own:
            slopes[names.index(child), names.index(parent)] = rng.uniform(0.5, 2) * rng.choice(
                [-1, 1]
            )
    spread = np.linalg.inv(np.eye(len(names)) - slopes)
    return names, slopes, spread @ np.diag(rng.uniform(0.5, 2, len(names))) @ spread.T


@settings(max_examples=120, deadline=None)
@given(seed=seeds)
def test_instruments_give_the_whole_effect_of_a_linear_model(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    cause, outcome = two_of(rng, parents)
    hidden = {name for name in parents if rng.random() < 0.3} - {cause, outcome}
    names, slopes, between = covariances(rng, parents)
    x, y = names.index(cause), names.index(outcome)
    held = slopes.copy()
    held[x] = 0.0
    effect = np.linalg.inv(np.eye(len(names)) - held)[y, x]
    listed = instruments(parents, cause, outcome, hidden=hidden)
    for each in listed:
        assert not {each.node, *each.given} & hidden
        z, w = names.index(each.node), [names.index(name) for name in each.given]
        known = between[np.ix_(w, w)]
        left = between[z, [x, y]] - between[z, w] @ np.linalg.solve(
            known, between[np.ix_(w, [x, y])]
        )
        assert left[1] / left[0] == pytest.approx(effect, rel=1e-6, abs=1e-9)
    if not listed:
        observed = [name for name in names if name not in hidden]
        for node in observed:
            for given_ in subsets([name for name in observed if name != node]):
                assert not is_instrument(parents, node, cause, outcome, given_)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_implied_independencies_hold_in_the_numbers_and_none_is_missing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng, most=5)
    hidden = {name for name in parents if rng.random() < 0.25}
    names = list(parents)
    joint = joint_of(parents, random_tables(rng, parents))
    found = implied_independencies(parents, hidden=hidden)
    assert found.complete
    listed = {(each.left, each.right, frozenset(each.given)) for each in found.found}
    observed = [name for name in names if name not in hidden]
    expected = set()
    for at, left in enumerate(observed):
        for right in observed[at + 1 :]:
            rest = [name for name in observed if name not in (left, right)]
            apart = {
                frozenset(each)
                for each in subsets(rest)
                if not dependent(joint, names, left, right, each)
            }
            expected |= {(left, right, each) for each in minimal(apart)}
    assert listed == expected


def test_long_lists_are_cut_and_say_so() -> None:
    # Ten chains of two from cause to outcome, any node of each of which separates: 1,024 sets.
    parents: dict[str, tuple[str, ...]] = {"x": ()}
    for at in range(10):
        parents |= {f"a{at}": (), f"b{at}": (f"a{at}",)}
    parents["x"] = tuple(f"a{at}" for at in range(10))
    parents["y"] = tuple(f"b{at}" for at in range(10))
    listing = adjustment_sets(parents, ["x"], ["y"], most=50)
    assert len(listing.sets) == 50
    assert not listing.complete
    assert all(is_adjustment_set(parents, ["x"], ["y"], each) for each in listing.sets)
    found = implied_independencies(parents, most=20)
    assert len(found.found) == 20
    assert not found.complete
    # The same chains as ways of an effect: 1,024 front-door sets.
    parents = {"u": (), "x": ("u",)}
    for at in range(10):
        parents |= {f"a{at}": ("x",), f"b{at}": (f"a{at}",)}
    parents["y"] = ("u", *(f"b{at}" for at in range(10)))
    through = front_door_sets(parents, "x", "y", hidden=["u"], most=50)
    assert len(through.sets) == 50
    assert not through.complete
    assert all(is_front_door_set(parents, "x", "y", each) for each in through.sets)


def test_listings_begin_with_the_smallest() -> None:
    listing = Listing.of([{"c", "a"}, {"b"}, {"b", "a"}], ["a", "b", "c"], 10)
    assert listing == Listing((("b",), ("a", "b"), ("a", "c")))


def test_several_causes_are_adjusted_for_together() -> None:
    # Time-dependent treatment: what is between two treatments lies on a path of the first.
    parents = {"a": (), "z": ("a", "h"), "h": (), "b": ("z",), "y": ("a", "b", "h")}
    assert adjustment_sets(parents, ["a", "b"], ["y"], hidden=["h"]).sets == ()
    assert adjustment_sets(parents, ["a", "b"], ["y"]).sets == (("h",),)
    assert ancestors(parents, ["y"]) == {"a", "z", "h", "b"}
    joint = joint_of(parents, random_tables(np.random.default_rng(1), parents))
    assert margin(joint, list(parents), ["y"]).sum() == pytest.approx(1)
