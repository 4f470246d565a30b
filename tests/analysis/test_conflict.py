"""The conflict measure against enumeration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from causal_model.analysis import conflict
from causal_model.analysis.conflict import conflict_of
from causal_model.inference.compiled import CompiledNetwork
from causal_model.network import Network
from causal_model.spec.evidence import Belief, Do, Finding, Observed
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
