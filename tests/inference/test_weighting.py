"""Answers by sampling lie within their errors, or are refused."""

import math

import numpy as np
import pytest

from causal_model.errors import EvidenceError, QueryError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.inference.weighting import estimate
from tests.inference.test_posterior import naive_bayes
from tests.networks import random_findings, random_network


@pytest.mark.parametrize("seed", range(8))
def test_estimates_lie_within_five_standard_errors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=8, zeros=0.0)
    findings = bind(
        network, random_findings(rng, network, kinds=("observed", "excluded", "likelihood", "do"))
    )
    exact = CompiledNetwork(network).posterior(findings)
    names = list(network.variables)
    found = estimate(network, findings, names, draws=60_000, rng=np.random.default_rng(seed))
    for name in names:
        error = np.abs(found.marginals[name] - exact.marginals[name])
        assert (error <= 5 * found.standard_errors[name] + 1e-12).all()
    off = abs(found.log_evidence - float(exact.log_evidence))
    assert off <= 5 * found.log_evidence_error + 1e-12


def test_too_small_an_effective_sample_is_refused() -> None:
    network = naive_bayes(300, (0.001, 0.999))
    rng = np.random.default_rng(0)
    findings = Findings(observed={f"x{at}": 0 for at in range(0, 300, 2)})
    # All weight is on one hypothesis: the sample is large, and the weights far below any float.
    found = estimate(network, findings, ["c"], draws=4_000, rng=rng)
    assert found.marginals["c"][1] == pytest.approx(1.0)
    assert found.log_evidence == pytest.approx(150 * math.log(0.999) + math.log(0.5), abs=0.2)
    with pytest.raises(QueryError, match="effective sample size"):
        estimate(network, findings, ["c"], draws=150, rng=np.random.default_rng(0))


def test_beliefs_are_refused() -> None:
    network = naive_bayes(2, (0.1, 0.9))
    findings = Findings(beliefs={"c": np.array([0.3, 0.7])})
    with pytest.raises(EvidenceError, match="beliefs"):
        estimate(network, findings, ["c"], draws=1_000, rng=np.random.default_rng(0))


def test_impossible_evidence_leaves_no_sample() -> None:
    network = naive_bayes(1, (0.0, 0.0))
    with pytest.raises(QueryError, match="effective sample size"):
        estimate(
            network, Findings(observed={"x0": 0}), ["c"], draws=1_000, rng=np.random.default_rng(0)
        )
