"""Rows of evidence under many tables at once, against one network after the other by enumeration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model.inference.drawn_rows as drawn_rows
from causal_model.inference.drawn_rows import Joint
from tests.inference.test_drawn_tables import at_draw, drawn
from tests.networks import random_network
from tests.oracle import joint_states

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_every_draw_meets_every_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3)
    names = [str(name) for name in rng.permutation(list(network.variables))]
    targets, observed = names[:2], names[2:4]
    tables = drawn(rng, network, 2, some=False)
    rows = 3
    codes = {
        name: rng.integers(network.variables[name].size, size=rows).astype(np.intp)
        for name in observed
    }
    plan = Joint.of(network, targets, observed=observed, drawn=tables)
    used = {leaf.name: tables[leaf.name] for leaf in plan.fresh.values() if leaf.drawn}
    logs, joint = plan.ask(used, codes)
    for draw in range(2):
        lines = joint_states(at_draw(network, tables, draw), {})
        for row in range(rows):
            wanted = np.zeros(joint.shape[2:])
            for states, probability in lines:
                at = {name: network.variables[name].states.index(states[name]) for name in names}
                if all(at[name] == codes[name][row] for name in observed):
                    wanted[tuple(at[name] for name in targets)] += probability
            if wanted.sum() == 0:
                assert logs[draw, row] == -np.inf
                continue
            np.testing.assert_allclose(np.exp(logs[draw, row]), wanted.sum(), rtol=1e-9)
            np.testing.assert_allclose(joint[draw, row], wanted / wanted.sum(), atol=1e-11)


@pytest.mark.parametrize("at_once", [1, 100, 1000])
def test_draws_and_rows_in_several_passes_are_those_of_one(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    rng = np.random.default_rng(4)
    network = random_network(rng, nodes=5, zeros=0.0)
    tables = drawn(rng, network, 7, some=False)
    names = list(network.variables)
    codes = {name: rng.integers(network.variables[name].size, size=9) for name in names[2:4]}
    plan = Joint.of(network, names[:2], observed=codes, drawn=tables)
    whole = plan.ask(tables, codes)
    assert whole[0].shape == (7, 9)
    monkeypatch.setattr(drawn_rows, "AT_ONCE", at_once)
    for one, other in zip(plan.ask(tables, codes), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-13)
