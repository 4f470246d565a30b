"""Most probable states, joint posteriors and exact draws against enumeration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.draws import draw
from causal_model.inference.explanation import most_probable
from causal_model.inference.findings import Findings, bind
from causal_model.network import Network, Variable
from tests import oracle
from tests.networks import random_findings, random_network

KINDS = ("observed", "excluded", "likelihood", "do")
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_the_most_probable_states_are_those_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 7)), most_states=3)
    findings = random_findings(rng, network, kinds=KINDS)
    names = [str(name) for name in rng.permutation(list(network.variables))]
    # Everything, and some nodes with the others summed out.
    for among in (names, names[: int(rng.integers(1, len(names) + 1))]):
        expected = oracle.joint_posterior(network, findings, among)
        found = most_probable(CompiledNetwork(network), bind(network, findings), among)
        if expected is None:
            assert found.log_probability == -math.inf
            continue
        top = max(expected.values())
        states = tuple(network.variables[name].states[found.states[name]] for name in among)
        assert math.exp(found.log_probability) == pytest.approx(top, rel=1e-9)
        assert expected[states] == pytest.approx(top, rel=1e-9)
        assert found.tied == (sum(each > top * (1 - 1e-12) for each in expected.values()) > 1)


def test_ties_are_reported() -> None:
    coin = Network.of([Variable("coin", ("heads", "tails"))], {}, {"coin": np.array([0.5, 0.5])})
    assert most_probable(CompiledNetwork(coin), Findings()).tied
    bent = Network.of([Variable("coin", ("heads", "tails"))], {}, {"coin": np.array([0.6, 0.4])})
    found = most_probable(CompiledNetwork(bent), Findings())
    assert not found.tied
    assert found.states == {"coin": 0}


def test_summing_out_and_maximising_are_not_exchanged() -> None:
    # The most probable state of everything has a=x, but a=y is the more probable by itself.
    network = Network.of(
        [Variable("a", ("x", "y")), Variable("b", ("p", "q"))],
        {"b": ["a"]},
        {"a": np.array([0.45, 0.55]), "b": np.array([[1.0, 0.0], [0.5, 0.5]])},
    )
    compiled = CompiledNetwork(network)
    assert most_probable(compiled, Findings()).states == {"a": 0, "b": 0}
    assert most_probable(compiled, Findings(), ["a"]).states == {"a": 1}


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_joint_posteriors_match_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 7)), most_states=3)
    findings = random_findings(rng, network, kinds=KINDS)
    names = [str(name) for name in rng.permutation(list(network.variables))[:3]]
    expected = oracle.joint_posterior(network, findings, names)
    log_evidence, found = CompiledNetwork(network).joint(bind(network, findings), names)
    if expected is None:
        assert log_evidence == -math.inf
        return
    for at in np.ndindex(found.shape):
        states = tuple(network.variables[n].states[i] for n, i in zip(names, at, strict=True))
        assert found[at] == pytest.approx(expected.get(states, 0.0), abs=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_draws_have_the_posterior_distribution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3)
    findings = random_findings(rng, network, kinds=KINDS)
    names = list(network.variables)
    expected = oracle.joint_posterior(network, findings, names)
    count = 20_000
    log_evidence, states = draw(
        CompiledNetwork(network), bind(network, findings), count, np.random.default_rng(seed)
    )
    if expected is None:
        assert log_evidence == -math.inf
        return
    seen: dict[tuple[str, ...], int] = {}
    for row in zip(*(states[name].tolist() for name in names), strict=True):
        key = tuple(network.variables[n].states[i] for n, i in zip(names, row, strict=True))
        seen[key] = seen.get(key, 0) + 1
    assert all(expected[key] > 0 for key in seen)
    # Rare states are put together, as the chi-square test wants five expected of each.
    common = [key for key, p in expected.items() if p * count >= 5]
    observed = [seen.get(key, 0) for key in common]
    wanted = [expected[key] * count for key in common]
    rest = count - sum(wanted)
    if rest > 1e-6:
        observed.append(count - sum(observed))
        wanted.append(rest)
    if len(wanted) == 1:
        assert observed == [count]
    else:
        assert stats.chisquare(observed, wanted).pvalue > 1e-4


def test_draws_are_repeatable() -> None:
    network = random_network(np.random.default_rng(3), nodes=6)
    first, second = (
        draw(CompiledNetwork(network), Findings(), 50, np.random.default_rng(7))[1]
        for _ in range(2)
    )
    for name, states in first.items():
        np.testing.assert_array_equal(states, second[name])
