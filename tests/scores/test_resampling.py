"""Block resamples: neighbours stay together, every row is as likely as any other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import causal_model.scores.resampling as resampling
from causal_model.scores.resampling import Interval, Resamples, default_block, interval


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 1000))
def test_a_resample_is_made_of_whole_blocks_round_the_end(rows: int, block: int, seed: int) -> None:
    found = Resamples.draw(rows, 7, block, np.random.default_rng(seed)).members()
    assert found.shape == (7, rows)
    for resample in found.tolist():
        for at in range(rows):
            if at % block:
                assert resample[at] == (resample[at - 1] + 1) % rows
            assert 0 <= resample[at] < rows


def test_every_row_is_drawn_alike() -> None:
    found = Resamples.draw(9, 20_000, 4, np.random.default_rng(1)).members()
    counts = np.bincount(found.reshape(-1), minlength=9) / 20_000
    # Blocks make the count of a row vary more than single rows would, by at most their length.
    np.testing.assert_allclose(counts, 1, atol=4 * math.sqrt(4 / 20_000))


def test_means_are_those_of_the_members_however_many_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = Resamples.draw(30, 50, 4, np.random.default_rng(3))
    values = np.random.default_rng(4).normal(size=30)
    expected = [values[each].mean() for each in drawn.members()]
    np.testing.assert_allclose(drawn.means(values), expected)
    monkeypatch.setattr(resampling, "AT_ONCE", 70)
    np.testing.assert_allclose(drawn.means(values), expected)


def test_the_interval_leaves_a_fortieth_on_either_side() -> None:
    drawn = np.random.default_rng(2).permutation(1000).astype(float)
    assert interval(3.0, drawn) == Interval(3.0, 25.0, 975.0)


def test_infinities_stay_what_they_are() -> None:
    drawn = np.array([-np.inf] * 30 + [1.0] * 970)
    assert interval(-np.inf, drawn) == Interval(-np.inf, -np.inf, 1.0)


@pytest.mark.parametrize(("rows", "block"), [(1, 1), (8, 2), (51, 4), (1000, 10)])
def test_the_default_block_is_the_cube_root(rows: int, block: int) -> None:
    assert default_block(rows) == block
