"""Answers by sampling, for networks too wide to contract: likelihood weighting.

States are drawn from parents to children; a node that was observed is not drawn but weighs the draw with
the probability of its state. Means over the weighted draws estimate posteriors; their standard errors
follow from the spread of the weights [owen2013, ch. 9]. Where few draws carry all the weight the numbers
are worth nothing, whatever their errors say; the effective sample size tells.

References:
    [fung1990] Fung, R. & Chang, K.C. (1990). Weighing and integrating evidence for stochastic simulation
        in Bayesian networks. UAI 5.
    [owen2013] Owen, A.B. (2013). Monte Carlo theory, methods and examples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.errors import EvidenceError, QueryError
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["LEAST_SAMPLE", "Estimate", "estimate"]

# Below this effective sample size no number is given.
LEAST_SAMPLE = 100
# Draws of all nodes that are alive at a time.
BATCH = 20_000
STATES_AT_ONCE = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Posteriors estimated from weighted draws.

    Attributes:
        draws: how many draws were made.
        effective_sample_size: (sum of weights)^2 / sum of squared weights.
        log_evidence: log of the mean weight, which estimates P(evidence).
        log_evidence_error: its standard error.
        marginals: target to the estimate of P(target | findings), shape (states,).
        standard_errors: target to the standard error of each, shape (states,).
    """

    draws: int
    effective_sample_size: float
    log_evidence: float
    log_evidence_error: float
    marginals: Mapping[str, Array]
    standard_errors: Mapping[str, Array]


def estimate(
    network: Network,
    findings: Findings,
    targets: Sequence[str],
    *,
    draws: int,
    rng: np.random.Generator,
) -> Estimate:
    """Estimate posteriors.

    Args:
        network: the network.
        findings: what is known or set; beliefs need an exact answer and are refused.
        targets: nodes that are asked.
        draws: how many draws.
        rng: the source of chance.

    Raises:
        EvidenceError: there are beliefs.
        QueryError: the effective sample size is below 100, so the numbers would mislead.
    """
    if findings.beliefs:
        raise EvidenceError(
            "beliefs cannot be met by sampling; use likelihoods, or an exact answer"
        )
    # Sums of w, of w^2, and by target of w and w^2 by state; relative to the largest weight so far.
    top = -np.inf
    total = squares = 0.0
    first = {name: np.zeros(network.variables[name].size) for name in targets}
    second = {name: np.zeros(network.variables[name].size) for name in targets}
    left = draws
    while left > 0:
        count = min(left, BATCH, max(1, STATES_AT_ONCE // max(1, len(network.variables))))
        left -= count
        logs, states = _weighted_draws(network, findings, targets, count, rng)
        highest = float(logs.max())
        if highest > top:
            shrink = np.exp(top - highest)
            total, squares = total * shrink, squares * shrink**2
            first = {name: each * shrink for name, each in first.items()}
            second = {name: each * shrink**2 for name, each in second.items()}
            top = highest
        if np.isneginf(top):
            continue
        weights = np.exp(logs - top)
        total += float(weights.sum())
        squares += float((weights**2).sum())
        for name in targets:
            size = network.variables[name].size
            first[name] += np.bincount(states[name], weights, size)
            second[name] += np.bincount(states[name], weights**2, size)
    size_ = total**2 / squares if squares > 0 else 0.0
    if size_ < LEAST_SAMPLE:
        if draws < LEAST_SAMPLE:
            raise QueryError(f"{draws:,} draws are too few: at least {LEAST_SAMPLE} are needed")
        raise QueryError(
            f"{draws:,} draws have an effective sample size of {size_:.1f}, below {LEAST_SAMPLE}: the"
            " evidence is too improbable for this many draws; ask for more with --draws, or for less"
            " evidence"
        )
    marginals = {name: each / total for name, each in first.items()}
    errors = {}
    for name, p in marginals.items():
        # Sum of w^2 (x - p)^2, where x is 1 in the state and 0 elsewhere.
        spread = second[name] * (1 - p) ** 2 + (squares - second[name]) * p**2
        errors[name] = np.sqrt(np.maximum(spread, 0.0)) / total
    mean = total / draws
    deviation = np.sqrt(max(squares / draws - mean**2, 0.0) / draws)
    return Estimate(
        draws, size_, float(np.log(mean) + top), float(deviation / mean), marginals, errors
    )


def _weighted_draws(
    network: Network,
    findings: Findings,
    targets: Sequence[str],
    count: int,
    rng: np.random.Generator,
) -> tuple[Array, dict[str, Array]]:
    """Log weights of shape (count,), and the states of the targets."""
    states: dict[str, Array] = {}
    logs = np.zeros(count)
    with np.errstate(divide="ignore"):
        for name, above in network.parents.items():
            if name in findings.do:
                states[name] = np.full(count, findings.state_of(name))
                continue
            rows = network.tables[name][tuple([states[parent] for parent in above])]
            if name in findings.observed:
                state = findings.observed[name]
                states[name] = np.full(count, state)
                logs += np.log(rows[..., state])
                continue
            below = np.cumsum(np.broadcast_to(rows, (count, rows.shape[-1])), axis=1)
            # Divided by the last, so that rounding leaves no draw without a state.
            at = rng.random((count, 1)) * below[:, -1:]
            states[name] = np.minimum((below <= at).sum(axis=1), rows.shape[-1] - 1)
            if name in findings.weights:
                logs += np.log(findings.weights[name][states[name]])
    return logs, {name: states[name] for name in targets}
