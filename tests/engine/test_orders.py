"""Every order of contraction gives the same sums, marginals and slopes, and numpy's einsum agrees."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.engine import pairing
from causal_model.engine.contract import Answer, evaluate, grow
from causal_model.engine.order import (
    Labels,
    Optimizer,
    Pair,
    eliminate,
    greedy,
    hyper_greedy,
    pairs,
)
from causal_model.engine.plan import make_plan
from causal_model.engine.pullback import Pullback, pullback
from causal_model.network import Array

seeds = st.integers(0, 2**32 - 1)


def noisy(leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int]) -> list[Pair]:
    """Elimination in an order that chance has moved far."""
    order = eliminate(leaves, output, sizes, noise=5.0, seed=3).order
    return pairs(leaves, output, sizes, order)


def as_they_come(leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int]) -> list[Pair]:
    """The first with the second, the product with the third, and so on."""
    found, last = [], 0
    for at in range(1, len(leaves)):
        found.append((last, at))
        last = len(leaves) + at - 1
    return found


ORDERS: dict[str, Optimizer | None] = {
    "default": None,
    "greedy": greedy,
    "noisy": noisy,
    "cotengra": hyper_greedy(4),
    "as they come": as_they_come,
}


def random_leaves(
    rng: np.random.Generator,
) -> tuple[list[Labels], list[Array], dict[int, int]]:
    """Up to seven labels, each on two leaves or more, and some zeros."""
    sizes = {label: int(rng.integers(1, 5)) for label in range(int(rng.integers(1, 8)))}
    leaves: list[Labels] = [(label,) for label in sizes]
    for label in sizes:
        others = rng.permutation([each for each in sizes if each != label])[: rng.integers(0, 3)]
        leaves.append((label, *(int(each) for each in others)))
    arrays = []
    for own in leaves:
        array = rng.random([sizes[label] for label in own])
        arrays.append(np.where(rng.random(array.shape) < 0.1, 0.0, array))
    return leaves, arrays, sizes


def answered(
    leaves: list[Labels], arrays: list[Array], sizes: dict[int, int], order: Optimizer | None
) -> tuple[Answer, Pullback]:
    plan = make_plan(leaves, (), sizes, optimizer=order)
    back = pullback(plan, list(sizes), range(len(leaves)))
    floors = [float(np.min(each, initial=1.0, where=each > 0)) for each in arrays]
    with np.errstate(invalid="ignore", divide="ignore"):
        return evaluate(grow(plan, back, arrays, floors), {}), back


def einsum(operands: list[Any], output: Labels) -> Array:
    """Arrays and their labels, in turns, summed to the output."""
    return np.asarray(np.einsum(*operands, output))


@pytest.mark.parametrize("name", ORDERS)
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_every_order_agrees_with_einsum(name: str, seed: int) -> None:
    leaves, arrays, sizes = random_leaves(np.random.default_rng(seed))
    operands: list[Any] = [
        part for own, array in zip(leaves, arrays, strict=True) for part in (array, own)
    ]
    total = float(einsum(operands, ()))
    found, back = answered(leaves, arrays, sizes, ORDERS[name])
    if total == 0:
        assert found.log_total == -np.inf
        return
    assert float(found.log_total) == pytest.approx(np.log(total), abs=1e-10)
    for label in sizes:
        expected = einsum(operands, (label,))
        weights = found.marginals[label]
        np.testing.assert_allclose(weights / weights.sum(), expected / total, atol=1e-12)
    for leaf, own in enumerate(leaves):
        others = [
            part for at in range(len(leaves)) if at != leaf for part in (arrays[at], leaves[at])
        ]
        expected = einsum(others, back.labels[leaf]) / total
        np.testing.assert_allclose(found.slopes[leaf], expected, rtol=1e-9, atol=1e-12)
        assert set(back.labels[leaf]) == set(own)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_the_longest_axis_may_be_first_or_last(seed: int) -> None:
    leaves, arrays, sizes = random_leaves(np.random.default_rng(seed))
    wanted, _ = answered(leaves, arrays, sizes, greedy)
    for long in (1, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pairing, "LONG", long)
            pairing.forget()
            found, _ = answered(leaves, arrays, sizes, greedy)
            pairing.forget()
        np.testing.assert_allclose(found.log_total, wanted.log_total, atol=1e-12)
        for label, weights in wanted.marginals.items():
            with np.errstate(invalid="ignore"):
                mine, theirs = found.marginals[label], weights
                np.testing.assert_allclose(mine / mine.sum(), theirs / theirs.sum(), atol=1e-12)
