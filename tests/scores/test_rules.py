"""Scoring rules against loops, and the laws that make them proper."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.network import Array
from causal_model.scores.calibration import calibration
from causal_model.scores.rules import (
    HIGHER_IS_BETTER,
    RULES,
    Rule,
    brier_score,
    log_score,
    ranked_score,
)

seeds = st.integers(0, 2**32 - 1)


def by_loops(p: list[float], came: int) -> tuple[float, float, float]:
    states = len(p)
    brier = sum((p[at] - (at == came)) ** 2 for at in range(states))
    cuts = [(sum(p[: at + 1]) - (came <= at)) ** 2 for at in range(states - 1)]
    return math.log(p[came]), brier, sum(cuts) / (states - 1)


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_scores_are_what_their_formulas_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, rows = int(rng.integers(2, 6)), 5
    forecasts = rng.dirichlet(np.ones(states), size=(2, rows))
    came = rng.integers(states, size=rows)
    for draw in range(2):
        for row in range(rows):
            expected = by_loops(forecasts[draw, row].tolist(), int(came[row]))
            found = [score(forecasts, came)[draw, row] for score in RULES.values()]
            assert found == pytest.approx(expected, rel=1e-12)


@settings(max_examples=50, deadline=None)
@given(seeds)
@pytest.mark.parametrize("rule", RULES)
def test_nobody_gains_by_saying_what_he_does_not_believe(rule: Rule, seed: int) -> None:
    rng = np.random.default_rng(seed)
    states = int(rng.integers(2, 6))
    belief, other = rng.dirichlet(np.ones(states), size=2)
    came = np.arange(states)

    def expected(said: Array) -> float:
        return float(belief @ RULES[rule](np.tile(said, (states, 1)), came))

    gain = expected(belief) - expected(other)
    assert (gain if rule in HIGHER_IS_BETTER else -gain) >= -1e-12


def test_the_ends_of_the_scales() -> None:
    sure = np.eye(3)
    came = np.array([0, 1, 2])
    assert log_score(sure, came).tolist() == [0, 0, 0]
    assert brier_score(sure, came).tolist() == ranked_score(sure, came).tolist() == [0, 0, 0]
    wrong = np.array([2, 2, 0])
    assert log_score(sure, wrong).tolist() == [-math.inf] * 3
    assert brier_score(sure, wrong).tolist() == [2, 2, 2]
    # A miss by one state costs half of a miss by two.
    assert ranked_score(sure, wrong).tolist() == [1, 0.5, 1]
    assert ranked_score(np.ones((1, 1)), np.array([0])).tolist() == [0]


def test_calibration_counts_every_state_of_every_row() -> None:
    forecasts = np.array([[0.1, 0.9, 0.0], [0.2, 0.3, 0.5], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5]])
    came = np.array([1, 2, 1, 0])
    bins = calibration(forecasts, came, 4)
    assert [(each.low, each.high, each.n, each.came) for each in bins] == [
        *((0.0, 0.25, 5, 0), (0.25, 0.5, 3, 1), (0.5, 0.75, 2, 1), (0.75, 1.0, 2, 2))
    ]
    assert sum(each.n for each in bins) == forecasts.size
    assert sum(each.came for each in bins) == len(came)
    assert bins[1].forecast == pytest.approx((0.3 + 0.25 + 0.25) / 3)
    assert bins[1].frequency == pytest.approx(1 / 3)
