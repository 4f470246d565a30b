"""The conflict measure against enumeration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from causal_model.analysis import conflict
from causal_model.analysis.conflict import conflict_of
from causal_model.inference.compiled import CompiledNetwork
from causal_model.network import Network, Variable
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed
from tests import oracle
from tests.analysis.test_attribution import a_case, pair, seeds


def probability(network: Network, findings: list[Finding]) -> float:
    answer = oracle.answer(network, findings)
    return answer.evidence if answer else 0.0


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_every_number_equals_enumeration(seed: int) -> None:
    case = a_case(seed, ("observed", "excluded", "likelihood", "do"))
    if case is None:
        return
    network, findings, _ = case
    found = conflict_of(CompiledNetwork(network), findings)
    set_ = [each for each in findings if each.kind == "do"]
    seen = {at: each for at, each in enumerate(findings) if each.kind != "do"}
    assert list(found.alone) == list(seen)
    whole = probability(network, findings)
    product = math.prod(probability(network, [*set_, each]) for each in seen.values())
    if len(seen) > 1:
        assert found.bits == pytest.approx(math.log2(product / whole), abs=1e-9)
    for at, each in seen.items():
        others = [other for place, other in enumerate(findings) if place != at]
        assert 2 ** found.alone[at] == pytest.approx(probability(network, [*set_, each]))
        assert 2 ** found.given_others[at] == pytest.approx(whole / probability(network, others))
    for (a, b), bits in found.pairs.items():
        apart = probability(network, [*set_, seen[a]]) * probability(network, [*set_, seen[b]])
        together = probability(network, [*set_, seen[a], seen[b]])
        assert bits == pytest.approx(math.log2(apart / together), abs=1e-9)
    if len(seen) == 2:
        assert found.bits == pytest.approx(found.pairs[tuple(seen)], abs=1e-9)  # type: ignore[index]


def test_findings_of_one_story_support_each_other() -> None:
    seen = [Observed(node="cause", state="yes"), Observed(node="copy", state="yes")]
    assert conflict_of(CompiledNetwork(pair(0.25)), seen).bits == pytest.approx(-2)


def test_what_is_ruled_out_of_one_node_is_one_piece() -> None:
    """Two states that are excluded say together that it is the third, and are no contradiction."""
    three = Network.of([Variable("n", ("a", "b", "c"))], {}, {"n": np.array([0.2, 0.3, 0.5])})
    ruled_out: list[Finding] = [Excluded(node="n", state="a"), Excluded(node="n", state="b")]
    found = conflict_of(CompiledNetwork(three), ruled_out)
    assert found.pieces == {0: (0, 1)}
    assert found.bits == 0
    assert found.alone == {0: pytest.approx(-1)}
    sign = Likelihood(node="n", weights={"a": 1, "b": 1, "c": 0.5})
    found = conflict_of(CompiledNetwork(three), [ruled_out[0], sign, ruled_out[1]])
    assert found.pieces == {0: (0, 2), 1: (1,)}
    # P(sign) is 0.75, and 0.5 once the node is at c.
    assert found.bits == pytest.approx(math.log2(0.75 / 0.5))


def test_what_is_set_or_believed_does_not_count() -> None:
    findings: list[Finding] = [
        Do(node="cause", state="yes"),
        Belief(node="copy", probabilities={"no": 0, "yes": 1}),
    ]
    found = conflict_of(CompiledNetwork(pair()), findings)
    assert (found.bits, found.alone, found.pairs, found.worst) == (0, {}, {}, None)
    found = conflict_of(CompiledNetwork(pair()), [findings[0], Observed(node="copy", state="yes")])
    assert found.bits == 0
    assert found.alone == {1: 0}


def test_too_many_findings_are_not_asked_in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflict, "MOST_IN_PAIRS", 1)
    seen = [Observed(node="cause", state="yes"), Observed(node="copy", state="yes")]
    found = conflict_of(CompiledNetwork(pair()), seen)
    assert found.pairs == {}
    assert found.worst is None
    np.testing.assert_allclose(found.bits, -1)
