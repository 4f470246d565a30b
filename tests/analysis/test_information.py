"""Information, expected change and greedy sets against enumeration."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from causal_model.analysis import information as under_test
from causal_model.analysis.information import entropy, greedy_sets, joints_with
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Network, Variable
from causal_model.spec.evidence import Finding
from tests import oracle
from tests.analysis.test_attribution import a_case, seeds

SEEN = ("observed", "excluded", "likelihood", "do")


def bits(network: Network, findings: Sequence[Finding], outcome: str, names: list[str]) -> float:
    """The mutual information of the outcome and some nodes, summed over a joint by enumeration."""
    joint = oracle.joint_posterior(network, findings, [outcome, *names])
    assert joint is not None
    left: dict[str, float] = {}
    right: dict[tuple[str, ...], float] = {}
    for (state, *others), p in joint.items():
        left[state] = left.get(state, 0.0) + p
        right[tuple(others)] = right.get(tuple(others), 0.0) + p
    return math.fsum(
        p * math.log2(p / (left[state] * right[tuple(others)]))
        for (state, *others), p in joint.items()
        if p > 0
    )


def is_known(findings: Sequence[Finding], node: str) -> bool:
    return any(each.node == node and each.kind in ("observed", "do") for each in findings)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_information_and_expected_change_equal_enumeration(seed: int) -> None:
    case = a_case(seed, SEEN)
    if case is None or is_known(case[1], case[2]):
        return
    network, findings, outcome = case
    compiled, bound = CompiledNetwork(network), bind(network, findings)
    names = [name for name in network.variables if name != outcome]
    joints = joints_with(compiled, bound, [outcome], names)
    answer = oracle.answer(network, findings)
    assert answer is not None
    now = list(answer.posterior[outcome].values())
    np.testing.assert_allclose(joints.shares, now, atol=1e-12)
    event = np.eye(len(now))[0]
    told, changes = joints.information, joints.changes(event)
    for name in names:
        joint = oracle.joint_posterior(network, findings, [outcome, name])
        assert joint is not None
        own, other = network.variables[outcome].states, network.variables[name].states
        expected = np.array([[joint[a, b] for b in other] for a in own])
        np.testing.assert_allclose(joints.of(name), expected, atol=1e-12)
        assert told[name] == pytest.approx(bits(network, findings, outcome, [name]), abs=1e-10)
        given = expected[0] / np.where(expected.sum(axis=0) > 0, expected.sum(axis=0), 1)
        change = expected.sum(axis=0) @ np.abs(given - now[0])
        assert changes[name] == pytest.approx(change, abs=1e-12)
    open_ = {name for name, own in answer.posterior.items() if max(own.values()) < 1 - 1e-12}
    assert open_ - {outcome} <= set(joints.open())
    assert not any(is_known(findings, name) for name in joints.open())


@pytest.mark.parametrize("most_states", [0, 1 << 12])
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_greedy_sets_equal_greedy_enumeration(most_states: int, seed: int) -> None:
    """Whether the joint of all candidates is asked for once, or every step is a question."""
    case = a_case(seed, SEEN, most=2)
    if case is None or is_known(case[1], case[2]):
        return
    network, findings, outcome = case
    names = [name for name in network.variables if name != outcome]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(under_test, "MOST_STATES", most_states)
        found = greedy_sets(CompiledNetwork(network), bind(network, findings), outcome, names)
    known = 0.0
    for size, each in enumerate(found, start=1):
        assert len(each.nodes) == size
        told = bits(network, findings, outcome, list(each.nodes))
        assert each.information == pytest.approx(told, abs=1e-9)
        before = list(each.nodes[:-1])
        best = max(
            bits(network, findings, outcome, [*before, name])
            for name in names
            if name not in before
        )
        assert told == pytest.approx(best, abs=1e-9)
        assert told > known
        known = told


def exclusive_or() -> Network:
    """Two coins, and whether they fell alike; and a sign that tells little."""
    yes = ("no", "yes")
    table = np.array([[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]])
    return Network.of(
        [Variable(name, yes) for name in ("a", "b", "alike", "sign")],
        {"alike": ["a", "b"], "sign": ["alike"]},
        {
            "a": np.array([0.5, 0.5]),
            "b": np.array([0.5, 0.5]),
            "alike": table,
            "sign": np.array([[0.6, 0.4], [0.4, 0.6]]),
        },
    )


def test_two_signs_can_tell_together_what_neither_tells_alone() -> None:
    compiled = CompiledNetwork(exclusive_or())
    joints = joints_with(compiled, Findings(), ["alike"], ["a", "b"])
    assert joints.information["a"] == 0
    joints = joints_with(compiled, Findings(), ["alike", "a"], ["b"])
    assert joints.information["b"] == pytest.approx(1)
    assert joints.of("b").shape == (2, 2, 2)
    # Greedily nothing is found, which is why it is called a heuristic.
    assert greedy_sets(compiled, Findings(), "alike", ["a", "b"]) == []


def test_costs_decide_what_is_worth_watching() -> None:
    network = exclusive_or()
    compiled = CompiledNetwork(network)
    bound = bind(network, [])
    cheap = greedy_sets(compiled, bound, "alike", ["sign", "a"], costs={"sign": 1, "a": 5})
    assert [each.nodes for each in cheap] == [("sign",)]
    told = [
        greedy_sets(compiled, bound, "sign", ["a", "alike"], costs={"a": 1, "alike": cost})
        for cost in (1, 99)
    ]
    assert [each[0].nodes for each in told] == [("alike",), ("alike",)]


def test_sets_end_where_their_states_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "MOST_ROWS", 2)
    compiled = CompiledNetwork(exclusive_or())
    found = greedy_sets(compiled, Findings(), "sign", ["alike", "a", "b"])
    assert [each.nodes for each in found] == [("alike",)]


def test_entropy_of_nothing_certain_and_of_a_coin() -> None:
    assert entropy(np.array([1.0, 0.0])) == 0
    assert entropy(np.array([0.5, 0.5])) == 1
