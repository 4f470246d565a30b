"""Many tables at once against one network after the other, each by enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model.inference.drawn_tables as drawn_tables
from causal_model.errors import EvidenceError, TooLarge
from causal_model.inference.drawn_tables import DrawnQuestion, posterior
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Observed
from tests.networks import random_findings, random_network
from tests.oracle import CannotHold, answer

seeds = st.integers(0, 2**32 - 1)
KINDS = ("observed", "excluded", "likelihood", "belief", "do")


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
    expected = []
    for draw in range(3 if tables else 1):
        try:
            expected.append(answer(at_draw(network, tables, draw), told))
        except CannotHold:
            # A draw leaves every zero where it is, so what fits under one fits under all.
            with pytest.raises(EvidenceError):
                posterior(network, bind(network, told), targets, tables)
            return
    found = posterior(network, bind(network, told), targets, tables)
    assert len(found.log_evidence) == len(expected)
    for draw, wanted in enumerate(expected):
        if wanted is None:
            assert found.log_evidence[draw] == -np.inf
            assert all(np.isnan(found.marginals[name][draw]).all() for name in targets)
            continue
        np.testing.assert_allclose(np.exp(found.log_evidence[draw]), wanted.evidence, rtol=1e-9)
        for name in targets:
            own = list(wanted.posterior[name].values())
            np.testing.assert_allclose(found.marginals[name][draw], own, atol=1e-11)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_draws_under_which_a_belief_cannot_hold_may_be_left_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 5)), most_states=3, zeros=0.0)
    told = random_findings(rng, network, kinds=("observed", "likelihood", "belief"), most=3)
    beliefs = [each for each in told if each.kind == "belief"]
    told = [each for each in told if each not in beliefs[1:]]
    tables = drawn(rng, network, 5, some=False)
    for each in tables.values():
        # Some draws know better than the belief.
        each[rng.random(each.shape) < 0.2] = 0.0
        empty = each.sum(axis=-1) == 0
        each[empty, 0] = 1.0
        each /= each.sum(axis=-1, keepdims=True)
    targets = list(network.variables)
    question = DrawnQuestion.of(network, bind(network, told), targets, tables)
    found = question.ask(tables, 5, leave_out=True)
    for draw in range(5):
        try:
            wanted = answer(at_draw(network, tables, draw), told)
        except CannotHold:
            assert np.isfinite(found.log_evidence[draw])
            assert all(np.isnan(found.marginals[name][draw]).all() for name in targets)
            with pytest.raises(EvidenceError):
                question.ask({name: each[[draw]] for name, each in tables.items()}, 1)
            continue
        for name in targets:
            own = list(wanted.posterior[name].values()) if wanted else np.nan
            np.testing.assert_allclose(found.marginals[name][draw], own, atol=1e-11)


@pytest.mark.parametrize("at_once", [1, 100, 1000])
def test_draws_in_several_passes_are_those_of_one(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    rng = np.random.default_rng(4)
    network = random_network(rng, nodes=5, zeros=0.0)
    tables = drawn(rng, network, 7, some=False)
    told = bind(network, random_findings(rng, network, kinds=KINDS, most=3))
    whole = posterior(network, told, list(network.variables), tables)
    monkeypatch.setattr(drawn_tables, "AT_ONCE", at_once)
    parts = posterior(network, told, list(network.variables), tables)
    np.testing.assert_allclose(parts.log_evidence, whole.log_evidence, atol=1e-13)
    for name, each in whole.marginals.items():
        np.testing.assert_allclose(parts.marginals[name], each, atol=1e-13)


def test_a_question_that_is_too_wide_is_refused_before_anything_is_contracted() -> None:
    causes = [f"cause{at}" for at in range(12)]
    network = Network.of(
        [Variable(name, ("no", "yes")) for name in (*causes, "effect")],
        {"effect": causes},
        {**{name: np.array([0.5, 0.5]) for name in causes}, "effect": np.full((2,) * 13, 0.5)},
    )
    with pytest.raises(TooLarge, match="cause0"):
        DrawnQuestion.of(network, Findings(), ["effect", "cause0"], ["cause0"], max_memory=10_000)


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
