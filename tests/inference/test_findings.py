"""What a user says about nodes, turned into numbers or refused with words."""

import math

import numpy as np
import pytest

from causal_model.errors import EvidenceError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.conflicts import smallest_conflict
from causal_model.inference.findings import bind, describe
from causal_model.network import Network, Variable
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed

WEATHER = Network.of(
    [
        Variable("weather", ("dry", "rain", "storm")),
        Variable("street", ("dry", "wet")),
        Variable("alarm", ("off", "on")),
    ],
    {"street": ["weather"], "alarm": ["street"]},
    {
        "weather": np.array([0.7, 0.2, 0.1]),
        "street": np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
        "alarm": np.array([[1.0, 0.0], [0.5, 0.5]]),
    },
)


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Observed(node="wether", state="dry"), ["wether", "Did you mean 'weather'"]),
        (Observed(node="weather", state="rainy"), ["weather", "rainy", "Did you mean 'rain'"]),
        (Excluded(node="weather", state="sunny"), ["weather", "sunny", "dry, rain, storm"]),
        (Do(node="street", state="flooded"), ["street", "flooded", "dry, wet"]),
        (Likelihood(node="street", weights={"wett": 1.0}), ["street", "Did you mean 'wet'"]),
        (Belief(node="street", probabilities={"ice": 1.0}), ["street", "ice"]),
    ],
)
def test_unknown_names_are_refused_with_the_nearest_known_one(
    finding: Finding, words: list[str]
) -> None:
    with pytest.raises(EvidenceError) as caught:
        bind(WEATHER, [finding])
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "findings",
    [
        [Observed(node="weather", state="dry"), Observed(node="weather", state="rain")],
        [Observed(node="weather", state="dry"), Excluded(node="weather", state="dry")],
        [Excluded(node="street", state="dry"), Excluded(node="street", state="wet")],
        [Observed(node="street", state="dry"), Likelihood(node="street", weights={"wet": 1.0})],
        [Do(node="street", state="dry"), Do(node="street", state="wet")],
        [Do(node="street", state="dry"), Observed(node="street", state="dry")],
        [
            Belief(node="street", probabilities={"dry": 0.5, "wet": 0.5}),
            Observed(node="street", state="dry"),
        ],
        [
            Belief(node="street", probabilities={"dry": 0.5, "wet": 0.5}),
            Belief(node="street", probabilities={"dry": 0.4, "wet": 0.6}),
        ],
    ],
)
def test_contradictions_on_one_node_are_named(findings: list[Finding]) -> None:
    with pytest.raises(EvidenceError) as caught:
        bind(WEATHER, findings)
    for finding in findings:
        assert describe(finding) in str(caught.value)


def test_likelihoods_on_one_node_multiply() -> None:
    first = Likelihood(node="weather", weights={"dry": 0.5, "rain": 1.0, "storm": 1.0})
    second = Likelihood(node="weather", weights={"dry": 0.2, "rain": 0.4, "storm": 0.1})
    bound = bind(WEATHER, [first, second])
    np.testing.assert_allclose(bound.weights["weather"], [0.25, 1.0, 0.25])


def test_a_likelihood_need_not_sum_to_one() -> None:
    answers = [
        CompiledNetwork(WEATHER).posterior(
            bind(WEATHER, [Likelihood(node="street", weights={"dry": dry, "wet": wet})])
        )
        for dry, wet in ((6.0, 3.0), (2 / 3, 1 / 3))
    ]
    np.testing.assert_allclose(answers[0].marginals["weather"], answers[1].marginals["weather"])
    assert answers[0].log_evidence == pytest.approx(float(answers[1].log_evidence))


def test_the_order_of_findings_does_not_matter() -> None:
    findings: list[Finding] = [
        Likelihood(node="weather", weights={"dry": 0.3, "rain": 0.2, "storm": 0.9}),
        Excluded(node="weather", state="dry"),
        Observed(node="alarm", state="on"),
    ]
    forth = CompiledNetwork(WEATHER).posterior(bind(WEATHER, findings))
    back = CompiledNetwork(WEATHER).posterior(bind(WEATHER, findings[::-1]))
    np.testing.assert_array_equal(forth.marginals["weather"], back.marginals["weather"])


def test_the_smallest_conflict_is_named() -> None:
    findings: list[Finding] = [
        Excluded(node="weather", state="storm"),
        Observed(node="street", state="dry"),
        Likelihood(node="weather", weights={"dry": 0.5, "rain": 0.5, "storm": 0.5}),
        Observed(node="alarm", state="on"),
    ]
    compiled = CompiledNetwork(WEATHER)
    assert math.isinf(float(compiled.log_evidence(bind(WEATHER, findings))))
    assert {describe(each) for each in smallest_conflict(compiled, findings)} == {
        "street=dry",
        "alarm=on",
    }


def test_a_conflict_names_the_intervention_that_it_needs() -> None:
    findings: list[Finding] = [
        Do(node="street", state="dry"),
        Observed(node="weather", state="dry"),
        Observed(node="alarm", state="on"),
    ]
    found = smallest_conflict(CompiledNetwork(WEATHER), findings)
    assert [describe(each) for each in found] == ["do street=dry", "alarm=on"]


def test_a_smaller_conflict_than_the_first_found_is_preferred() -> None:
    # x and y together forbid z; and a alone is impossible.
    network = Network.of(
        [Variable(name, ("f", "t")) for name in ("x", "y", "z", "a")],
        {"z": ["x", "y"]},
        {
            "x": np.array([0.5, 0.5]),
            "y": np.array([0.5, 0.5]),
            "z": np.array([[[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [1.0, 0.0]]]),
            "a": np.array([1.0, 0.0]),
        },
    )
    for order in (["x", "y", "z", "a"], ["a", "z", "y", "x"], ["y", "a", "x", "z"]):
        findings: list[Finding] = [Observed(node=name, state="t") for name in order]
        found = smallest_conflict(CompiledNetwork(network), findings)
        assert [describe(each) for each in found] == ["a=t"]


def test_beliefs_of_which_one_drives_the_other_away_are_said_not_to_fit() -> None:
    """Dry streets come of dry weather alone, so they cannot be more probable than it."""
    network = Network.of(
        [Variable("weather", ("dry", "rain")), Variable("street", ("dry", "wet"))],
        {"street": ["weather"]},
        {"weather": np.array([0.5, 0.5]), "street": np.array([[0.5, 0.5], [0.0, 1.0]])},
    )
    beliefs = [
        Belief(node="weather", probabilities={"dry": 0.2, "rain": 0.8}),
        Belief(node="street", probabilities={"dry": 0.9, "wet": 0.1}),
    ]
    with pytest.raises(EvidenceError, match="'weather', 'street' cannot be met together"):
        CompiledNetwork(network).posterior(bind(network, beliefs))


def test_the_only_state_of_a_node_cannot_be_excluded() -> None:
    network = Network.of([Variable("fixed", ("so",))], {}, {"fixed": np.ones(1)})
    with pytest.raises(EvidenceError, match=r"^fixed!=so: 'fixed' has no other state$"):
        bind(network, [Excluded(node="fixed", state="so")])
