"""What setting nodes does, against enumeration of random networks with random findings."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.causal.effects import Setting, done_and_seen, structure_of
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network
from causal_model.spec.evidence import Do, Finding, Observed
from tests.networks import random_findings, random_network
from tests.oracle import Answer, answer

seeds = st.integers(0, 2**32 - 1)
KINDS = ("observed", "excluded", "likelihood", "do")


def a_case(seed: int, causes: int = 1) -> tuple[Network, list[str], str, list[Finding]]:
    """A network, the nodes that are set, the outcome, and findings on the others."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(causes + 1, 6)), most_states=3)
    names = [str(name) for name in rng.permutation(list(network.variables))]
    kept = [
        each
        for each in random_findings(rng, network, kinds=KINDS, most=3)
        if each.node not in names[: causes + 1]
    ]
    return network, names[:causes], names[causes], kept


def numbers(found: Answer | None, network: Network, node: str) -> Array:
    states = network.variables[node].states
    if found is None:
        return np.full(len(states), np.nan)
    return np.array([found.posterior[node][state] for state in states])


def replaced(network: Network, node: str, shares: Array) -> Network:
    """A network in which a node is left to chance."""
    return Network.of(
        network.variables.values(),
        {**network.parents, node: ()},
        {**network.tables, node: shares},
    )


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_setting_and_seeing_equal_enumeration(seed: int) -> None:
    network, causes, outcome, known = a_case(seed, causes=1 + seed % 2)
    states = [network.variables[name].states for name in causes]
    every: list[Setting] = [
        dict(zip(causes, map(int, at), strict=True))
        for at in np.ndindex(*(len(each) for each in states))
    ]
    found = done_and_seen(CompiledNetwork(network), every, bind(network, known), outcome)
    for at, setting in enumerate(every):
        named = {name: network.variables[name].states[own] for name, own in setting.items()}
        done = answer(network, [*known, *(Do(node=n, state=s) for n, s in named.items())])
        seen = answer(network, [*known, *(Observed(node=n, state=s) for n, s in named.items())])
        np.testing.assert_allclose(found.done[at], numbers(done, network, outcome), atol=1e-12)
        np.testing.assert_allclose(found.seen[at], numbers(seen, network, outcome), atol=1e-12)
        if done is None:
            assert found.log_evidence[at] == -np.inf
        else:
            assert math.exp(found.log_evidence[at]) == pytest.approx(done.evidence, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_a_node_left_to_chance_equals_the_mixture_and_enumeration(seed: int) -> None:
    network, (cause,), outcome, known = a_case(seed)
    size = network.variables[cause].size
    shares = np.random.default_rng(seed).dirichlet(np.ones(size))
    every: list[Setting] = [*({cause: at} for at in range(size)), {cause: shares}]
    found = done_and_seen(CompiledNetwork(network), every, bind(network, known), outcome)
    weights = shares * np.exp(found.log_evidence[:size])
    if weights.sum() == 0:
        assert np.isnan(found.done[size]).all()
        return
    rows = np.where(np.isnan(found.done[:size]), 0.0, found.done[:size])
    np.testing.assert_allclose(found.done[size], weights @ rows / weights.sum(), atol=1e-12)
    assert math.exp(found.log_evidence[size]) == pytest.approx(weights.sum(), rel=1e-9)
    assert np.isnan(found.seen[size]).all()
    expected = answer(replaced(network, cause, shares), known)
    np.testing.assert_allclose(found.done[size], numbers(expected, network, outcome), atol=1e-12)


@settings(max_examples=120, deadline=None)
@given(seed=seeds)
def test_the_arrows_tell_where_seeing_equals_setting_and_where_nothing_moves(seed: int) -> None:
    network, causes, outcome, known = a_case(seed, causes=1 + seed % 2)
    bound = bind(network, known)
    structure = structure_of(network.parents, causes, outcome, bound)
    sizes = [network.variables[name].size for name in causes]
    every: list[Setting] = [
        dict(zip(causes, map(int, at), strict=True)) for at in np.ndindex(*sizes)
    ]
    found = done_and_seen(CompiledNetwork(network), every, bound, outcome)
    both = ~np.isnan(found.done).any(axis=1) & ~np.isnan(found.seen).any(axis=1)
    if structure.back_door is None:
        np.testing.assert_allclose(found.seen[both], found.done[both], atol=1e-12)
    if not structure.moved:
        possible = found.done[~np.isnan(found.done).any(axis=1)]
        np.testing.assert_allclose(
            possible, np.broadcast_to(possible[:1], possible.shape), atol=1e-12
        )
    if structure.directed is None and not structure.post_treatment:
        assert not structure.moved


def test_setting_a_root_equals_seeing_it() -> None:
    network = random_network(np.random.default_rng(7), nodes=6, zeros=0)
    (root, *_) = (name for name, own in network.parents.items() if not own)
    last = list(network.variables)[-1]
    every: list[Setting] = [{root: at} for at in range(network.variables[root].size)]
    found = done_and_seen(CompiledNetwork(network), every, bind(network, []), last)
    np.testing.assert_allclose(found.done, found.seen, atol=1e-12)


CHAIN = {"u": (), "x": ("u",), "m": ("x",), "y": ("m", "u"), "sign": ("y",)}


def test_paths_and_late_findings_are_named() -> None:
    plain = structure_of(CHAIN, ["x"], "y", Findings())
    assert plain.directed == ("x", "m", "y")
    assert plain.back_door == ("x", "<-", "u", "->", "y")
    assert plain.post_treatment == ()


def test_weighing_a_common_cause_does_not_close_its_path_but_seeing_it_does() -> None:
    weighed = Findings(weights={"u": np.array([0.4, 1.0])})
    seen = Findings(observed={"u": 0})
    excluded = Findings(weights={"u": np.array([0.0, 1.0])})
    assert structure_of(CHAIN, ["x"], "y", weighed).back_door == ("x", "<-", "u", "->", "y")
    assert structure_of(CHAIN, ["x"], "y", seen).back_door is None
    assert structure_of(CHAIN, ["x"], "y", excluded).back_door is None
    late = structure_of(CHAIN, ["x"], "u", Findings(weights={"sign": np.array([0.4, 1.0])}))
    assert late.post_treatment == ("sign",)
    assert late.directed is None
    assert late.moved
