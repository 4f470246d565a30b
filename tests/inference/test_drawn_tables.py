"""Many tables at once against one network after the other, each by enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model.inference.drawn_tables as drawn_tables
from causal_model.inference.drawn_tables import Joint, posterior
from causal_model.inference.findings import bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Observed
from tests.networks import random_findings, random_network
from tests.oracle import answer, joint_states

seeds = st.integers(0, 2**32 - 1)
KINDS = ("observed", "excluded", "likelihood", "do")


def drawn(
    rng: np.random.Generator, network: Network, draws: int, *, some: bool = True
) -> dict[str, Array]:
    """Tables of some nodes, drawn around their own; zeros stay."""
    names = [name for name in network.variables if not some or rng.random() < 0.6]
    found = {}
    for name in names:
        table = network.tables[name]
        each = table * rng.gamma(2.0, size=(draws, *table.shape))
        found[name] = each / each.sum(axis=-1, keepdims=True)
    return found


def at_draw(network: Network, tables: dict[str, Array], draw: int) -> Network:
    return replace(
        network, tables={**network.tables, **{name: each[draw] for name, each in tables.items()}}
    )


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_every_draw_matches_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 6)), most_states=3)
    told = random_findings(rng, network, kinds=KINDS, most=3)
    tables = drawn(rng, network, 3)
    targets = list(network.variables)
    found = posterior(network, bind(network, told), targets, tables)
    assert len(found.log_evidence) == (3 if tables else 1)
    for draw in range(len(found.log_evidence)):
        expected = answer(at_draw(network, tables, draw), told)
        if expected is None:
            assert found.log_evidence[draw] == -np.inf
            assert all(np.isnan(found.marginals[name][draw]).all() for name in targets)
            continue
        np.testing.assert_allclose(np.exp(found.log_evidence[draw]), expected.evidence, rtol=1e-9)
        for name in targets:
            wanted = list(expected.posterior[name].values())
            np.testing.assert_allclose(found.marginals[name][draw], wanted, atol=1e-11)


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
    monkeypatch.setattr(drawn_tables, "AT_ONCE", at_once)
    for one, other in zip(plan.ask(tables, codes), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-13)


def test_products_beyond_the_range_of_floats_are_not_lost() -> None:
    signs = [f"sign{at}" for at in range(6)]
    rare = np.array([[1 - 1e-100, 1e-100], [1 - 3e-100, 3e-100]])
    network = Network.of(
        [Variable(name, ("no", "yes")) for name in ("cause", *signs)],
        dict.fromkeys(signs, ("cause",)),
        {"cause": np.array([0.5, 0.5]), **dict.fromkeys(signs, rare)},
    )
    seen = bind(network, [Observed(node=name, state="yes") for name in signs])
    # Draws that differ in every table, in one, and in the cause alone.
    for names in (network.variables, ["sign0"], ["cause"]):
        tables = {name: np.stack([network.tables[name]] * 2) for name in names}
        found = posterior(network, seen, ["cause"], tables)
        expected = np.log(0.5 + 0.5 * 3.0**6) + 6 * np.log(1e-100)
        np.testing.assert_allclose(found.log_evidence, [expected] * 2)
        np.testing.assert_allclose(found.marginals["cause"], [[1 / 730, 729 / 730]] * 2)
