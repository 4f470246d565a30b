"""Table forms against hand-computed numbers, slow integration and enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.cpt.deterministic import deterministic_table
from causal_model.cpt.noisy_max import noisy_max_table
from causal_model.cpt.ranked import cut_points, ranked_table
from causal_model.cpt.table import rows_to_table


def truncated_normal_masses(mean: float, spread: float, cuts: list[float]) -> list[float]:
    """Mass over each interval by the midpoint rule, without any error function."""
    steps = 20_000

    def mass(low: float, high: float) -> float:
        width = (high - low) / steps
        points = low + (np.arange(steps) + 0.5) * width
        return float(np.exp(-0.5 * ((points - mean) / spread) ** 2).sum() * width)

    masses = [mass(*pair) for pair in itertools.pairwise(cuts)]
    return [each / sum(masses) for each in masses]


def test_ranked_table_matches_slow_integration() -> None:
    weights, sizes, spread = [2.0, -1.0], [2, 3], 0.21
    cuts = cut_points(3, spread)
    table = ranked_table(weights, sizes, cuts=cuts, spread=spread)
    for first, second in itertools.product(range(2), range(3)):
        rows = []
        for i, j in itertools.product(range(5), range(5)):
            x = (first * 5 + i + 0.5) / 10
            y = 1 - (second * 5 + j + 0.5) / 15
            rows.append(truncated_normal_masses((2 * x + y) / 3, spread, cuts.tolist()))
        np.testing.assert_allclose(table[first, second], np.mean(rows, axis=0), atol=1e-7)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_ranked_tables_are_distributions_that_follow_the_signs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = [int(each) for each in rng.integers(2, 5, size=rng.integers(1, 4))]
    weights = [
        float(each) for each in rng.uniform(0.2, 3, len(sizes)) * rng.choice([-1, 1], len(sizes))
    ]
    states = int(rng.integers(2, 6))
    spread = float(rng.uniform(0.02, 1.5))
    typical = rng.dirichlet(np.ones(states))
    table = ranked_table(
        weights, sizes, cuts=cut_points(states, spread, typical.tolist()), spread=spread
    )
    np.testing.assert_allclose(table.sum(axis=-1), 1, atol=1e-12)
    assert (table >= 0).all()
    # A higher parent moves the whole distribution one way: cumulative sums are ordered.
    cumulative = table.cumsum(axis=-1)
    for axis, weight in enumerate(weights):
        steps = np.diff(cumulative, axis=axis) * math.copysign(1, weight)
        assert (steps <= 1e-12).all()


def test_typical_comes_out_when_the_parents_are_in_the_middle() -> None:
    typical = [0.1, 0.2, 0.4, 0.3]
    spread = 0.3
    cuts = cut_points(4, spread, typical)
    # One parent of three states, its middle state sampled at its midpoint only: the mean is 0.5.
    table = ranked_table([1.0], [3], cuts=cuts, spread=spread, samples=1)
    np.testing.assert_allclose(table[1], typical, atol=1e-12)


def test_small_spreads_keep_their_digits_far_out_in_the_tail() -> None:
    cuts = cut_points(3, 0.01)
    table = ranked_table([1.0], [2], cuts=cuts, spread=0.01, samples=1)
    # Mean 0.25, cut at 1/3: one tail of the normal, from tables of erfc.
    tail = 0.5 * math.erfc((1 / 3 - 0.25) / 0.01 / math.sqrt(2))
    assert table[0, 1] == pytest.approx(tail, rel=1e-9)
    assert np.isfinite(table).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_noisy_max_matches_enumeration_of_independent_causes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states = int(rng.integers(2, 5))
    sizes = [int(each) for each in rng.integers(2, 4, size=rng.integers(1, 4))]
    causes = [rng.dirichlet(np.ones(states), size=size) for size in sizes]
    leak = rng.dirichlet(np.ones(states))
    table = noisy_max_table(causes, leak)
    for parents in itertools.product(*(range(size) for size in sizes)):
        expected = np.zeros(states)
        for pushes in itertools.product(range(states), repeat=len(sizes) + 1):
            probability = float(leak[pushes[0]])
            for cause, state, push in zip(causes, parents, pushes[1:], strict=True):
                probability *= float(cause[state, push])
            expected[max(pushes)] += probability
        np.testing.assert_allclose(table[parents], expected, atol=1e-12)


def test_noisy_or_of_the_textbook() -> None:
    # Russell & Norvig, chapter 14: fever from cold 0.6, flu 0.2, malaria 0.1 (inhibition), no leak.
    causes = [np.array([[1.0, 0.0], [q, 1 - q]]) for q in (0.6, 0.2, 0.1)]
    table = noisy_max_table(causes, np.array([1.0, 0.0]))
    printed = {
        (0, 0, 0): 1.0,
        (0, 0, 1): 0.1,
        (0, 1, 0): 0.2,
        (0, 1, 1): 0.02,
        (1, 0, 0): 0.6,
        (1, 0, 1): 0.06,
        (1, 1, 0): 0.12,
        (1, 1, 1): 0.012,
    }
    for parents, inhibited in printed.items():
        assert table[parents][0] == pytest.approx(inhibited, abs=1e-12)


def test_rows_fill_every_combination_they_name() -> None:
    table = rows_to_table([([[0], [0, 1]], [0.1, 0.9]), ([[1], [1]], [0.5, 0.5])], (2, 2, 2))
    assert table[0].tolist() == [[0.1, 0.9], [0.1, 0.9]]
    assert table[1, 1].tolist() == [0.5, 0.5]
    assert np.isnan(table[1, 0]).all()


def test_deterministic_rows_and_default() -> None:
    table = deterministic_table([([[0, 1], [1]], 2)], (2, 2, 3), default=0)
    assert table.argmax(axis=-1).tolist() == [[0, 2], [0, 2]]
    assert (table.sum(axis=-1) == 1).all()
