"""Bounds from P(x, y | z): against closed forms, and against all pairs of responses one by one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from causal_model.causal import instrument_bounds as module
from causal_model.causal.instrument_bounds import (
    Programme,
    instrument_bounds,
    natural_bounds,
    programme_size,
)
from causal_model.errors import QueryError
from causal_model.network import Array

seeds = st.integers(0, 2**32 - 1)
# Of the instrument, the cause and the outcome.
SIZES = [(1, 2, 2), (2, 2, 2), (3, 2, 2), (2, 3, 2), (2, 2, 3), (3, 2, 3), (2, 3, 3), (3, 3, 2)]
sizes = st.sampled_from(SIZES)
EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
CHANGE = np.array([[[0.0, -1.0], [0.0, 1.0]]])


def cases(rng: np.random.Generator, size: tuple[int, int, int]) -> tuple[Array, Array]:
    """P(x, y | z) of random cases with a hidden cause, some of it without chance; and P(y | do(x))."""
    kinds = int(rng.integers(1, 6))
    chance = rng.choice([0.05, 0.3, 1.0, 5.0])
    of_kind = rng.dirichlet(np.ones(kinds))
    of_cause = rng.gamma(chance, size=(size[0], kinds, size[1])) + 1e-6
    of_outcome = rng.gamma(chance, size=(size[1], kinds, size[2])) + 1e-6
    of_cause /= of_cause.sum(axis=-1, keepdims=True)
    of_outcome /= of_outcome.sum(axis=-1, keepdims=True)
    seen = np.einsum("k,zkx,xky->zxy", of_kind, of_cause, of_outcome)
    return seen, np.einsum("k,xky->xy", of_kind, of_outcome)


def asked(rng: np.random.Generator, size: tuple[int, int, int]) -> Array:
    """Every state under every setting, the changes of the last against the first, and anything else."""
    _, causes, states = size
    rows = [np.eye(causes * states).reshape(-1, causes, states)]
    change = np.zeros((states, causes, states))
    change[:, -1], change[:, 0] = np.eye(states), -np.eye(states)
    return np.concatenate([*rows, change, rng.normal(size=(2, causes, states))])


def by_pairs_of_responses(seen: Array, weights: Array) -> tuple[Array, Array]:
    """A variable for every response of the cause and of the outcome, as in the papers [balke1994]."""
    states, causes, outcomes = seen.shape
    pairs = list(
        product(product(range(causes), repeat=states), product(range(outcomes), repeat=causes))
    )
    equations, values = [], []
    for z, x, y in product(range(states), range(causes), range(outcomes)):
        equations.append([float(taken[z] == x and gives[x] == y) for taken, gives in pairs])
        values.append(seen[z, x, y])
    ends = []
    for own in weights:
        cost = np.array([sum(own[x, gives[x]] for x in range(causes)) for _, gives in pairs])
        both = [
            linprog(sign * cost, A_eq=equations, b_eq=values, options=EXACT) for sign in (1, -1)
        ]
        assert [each.status for each in both] == [0, 0]
        ends.append([both[0].fun, -both[1].fun])
    lower, upper = np.array(ends).T
    return lower, upper


@settings(max_examples=40, deadline=None)
@given(seeds, sizes)
def test_bounds_are_those_over_all_pairs_of_responses(
    seed: int, size: tuple[int, int, int]
) -> None:
    rng = np.random.default_rng(seed)
    seen, weights = cases(rng, size)[0], asked(rng, size)
    found = instrument_bounds(seen, weights)
    np.testing.assert_allclose(found, by_pairs_of_responses(seen, weights), atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes)
def test_both_programmes_give_the_same(seed: int, size: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(seed)
    seen, weights = cases(rng, size)[0], asked(rng, size)
    by_outcome, by_cause = module._by_outcome(*size), module._by_cause(*size)
    assert programme_size(*size) == min(by_outcome.values.shape[0], by_cause.values.shape[0])
    np.testing.assert_allclose(
        instrument_bounds(seen, weights, by_outcome),
        instrument_bounds(seen, weights, by_cause),
        atol=1e-8,
    )


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([*SIZES, (4, 3, 4), (9, 2, 3), (2, 1, 3), (2, 3, 1)]))
def test_the_truth_lies_inside_and_the_bounds_inside_those_without_an_instrument(
    seed: int, size: tuple[int, int, int]
) -> None:
    rng = np.random.default_rng(seed)
    seen, truth = cases(rng, size)
    weights = asked(rng, size)
    lower, upper = instrument_bounds(seen, weights)
    value = np.einsum("qxy,xy->q", weights, truth)
    assert (lower <= value + 1e-8).all()
    assert (value <= upper + 1e-8).all()
    shares = rng.dirichlet(np.ones(size[0]))
    least, most = natural_bounds(np.einsum("z,zxy->xy", shares, seen), weights)
    assert (least <= lower + 1e-8).all()
    assert (upper <= most + 1e-8).all()


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_with_two_states_each_the_bounds_are_those_of_balke_and_pearl(seed: int) -> None:
    """[balke1997; also pearl2009, section 8.2.4], p(yx.z) being P(y, x | z)."""
    seen, _ = cases(np.random.default_rng(seed), (2, 2, 2))
    p = {f"{y}{x}.{z}": seen[z, x, y] for z, x, y in product(range(2), repeat=3)}
    lower = max(
        p["11.1"] + p["00.0"] - 1,
        p["11.0"] + p["00.1"] - 1,
        p["11.0"] - p["11.1"] - p["10.1"] - p["01.0"] - p["10.0"],
        p["11.1"] - p["11.0"] - p["10.0"] - p["01.1"] - p["10.1"],
        -p["01.1"] - p["10.1"],
        -p["01.0"] - p["10.0"],
        p["00.1"] - p["01.1"] - p["10.1"] - p["01.0"] - p["00.0"],
        p["00.0"] - p["01.0"] - p["10.0"] - p["01.1"] - p["00.1"],
    )
    upper = min(
        1 - p["01.1"] - p["10.0"],
        1 - p["01.0"] - p["10.1"],
        -p["01.0"] + p["01.1"] + p["00.1"] + p["11.0"] + p["00.0"],
        -p["01.1"] + p["11.1"] + p["00.1"] + p["01.0"] + p["00.0"],
        p["11.1"] + p["00.1"],
        p["11.0"] + p["00.0"],
        -p["10.1"] + p["11.1"] + p["00.1"] + p["11.0"] + p["10.0"],
        -p["10.0"] + p["11.0"] + p["00.0"] + p["11.1"] + p["10.1"],
    )
    found = instrument_bounds(seen, CHANGE)
    np.testing.assert_allclose(np.concatenate(found), [lower, upper], atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_a_cause_that_follows_the_instrument_leaves_nothing_open(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.ones(3), size=3)
    seen = np.zeros((3, 3, 3))
    seen[range(3), range(3)] = rows
    weights = asked(rng, (3, 3, 3))
    value = np.einsum("qxy,xy->q", weights, rows)
    np.testing.assert_allclose(instrument_bounds(seen, weights), [value, value], atol=1e-8)


def test_without_an_instrument_a_state_has_the_bounds_of_manski() -> None:
    seen = np.array([[0.1, 0.2], [0.3, 0.4]])
    one = np.array([[[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
    lower, upper = natural_bounds(seen, np.concatenate([one, CHANGE]))
    # P(x, y), and 1 - P(x) + P(x, y); a change is as wide as nothing seen of either would make it.
    np.testing.assert_allclose(lower, [0.2, 0.4, 0.4 - 0.9])
    np.testing.assert_allclose(upper, [0.9, 0.7, 0.7 - 0.2])


def test_states_of_the_outcome_that_are_merged_would_widen_the_bounds() -> None:
    """So an event is bounded with all states kept apart."""
    seen = np.zeros((2, 2, 3))
    seen[:, 1, 0] = 0.7
    # The first state of the cause goes with one outcome or another, as the instrument is.
    seen[0, 0, 0] = seen[1, 0, 1] = 0.3
    event = np.zeros((1, 2, 3))
    event[0, 0, :2] = 1
    merged = np.stack([seen[..., :2].sum(axis=-1), seen[..., 2]], axis=-1)
    np.testing.assert_allclose(np.ravel(instrument_bounds(seen, event)), [0.6, 1], atol=1e-9)
    np.testing.assert_allclose(
        np.ravel(instrument_bounds(merged, event[..., 1:])), [0.3, 1], atol=1e-9
    )


def test_numbers_that_no_instrument_has_are_refused() -> None:
    seen = np.array([[[0.0, 0.9], [0.1, 0.0]], [[0.9, 0.0], [0.1, 0.0]]])
    with pytest.raises(QueryError, match=r"refutes the instrument.* sum to 1\.8, more than 1"):
        instrument_bounds(seen, CHANGE)


def test_a_programme_is_small_where_either_kind_of_responses_is() -> None:
    # All pairs of responses would be 5^5 x 5^5 and 2^40 x 3^2.
    assert programme_size(5, 5, 5) == 3925
    assert programme_size(40, 2, 3) == 720
    assert Programme.of(40, 2, 3).values.shape == (720, 6)
