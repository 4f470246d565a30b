"""Texts beside each other: in their order, apart, within the ends, and as near as can be."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from causal_model.render.charts.spread import spread

GAP = 3.0
sizes = st.integers(0, 60).map(float)
texts = st.lists(st.tuples(st.integers(-50, 450).map(float), sizes), max_size=5)


@given(texts)
def test_texts_keep_their_order_and_stay_apart(chosen: list[tuple[float, float]]) -> None:
    wanted, lengths = [each for each, _ in chosen], [each for _, each in chosen]
    found = spread(wanted, lengths, GAP, 0.0, 400.0)
    boxes = [(each - long / 2, each + long / 2) for each, long in zip(found, lengths, strict=True)]
    assert all(other[0] - one[1] >= GAP - 1e-9 for one, other in pairwise(boxes))
    # Five of them are never longer than what there is.
    assert all(left >= -1e-9 and right <= 400 + 1e-9 for left, right in boxes)


@given(texts)
def test_no_other_places_are_nearer(chosen: list[tuple[float, float]]) -> None:
    wanted, lengths = np.array(chosen).reshape(-1, 2).T
    found = np.array(spread(wanted.tolist(), lengths.tolist(), GAP, 0.0, 400.0))
    if not found.size:
        return
    apart = (lengths[1:] + lengths[:-1]) / 2 + GAP
    ends = [(long / 2, 400 - long / 2) for long in lengths]
    best = minimize(
        lambda places: ((places - wanted) ** 2).sum(),
        found,
        jac=lambda places: 2 * (places - wanted),
        bounds=ends,
        constraints={"type": "ineq", "fun": lambda places: np.diff(places) - apart},
        method="SLSQP",
    )
    assert ((found - wanted) ** 2).sum() <= best.fun + 1e-6 * (1 + best.fun)


@pytest.mark.parametrize("room", [0.0, 10.0, 29.0])
def test_without_room_they_begin_at_the_start(room: float) -> None:
    assert spread([5.0, 5.0, 5.0], [8.0, 8.0, 8.0], GAP, 0.0, room) == [4.0, 15.0, 26.0]
