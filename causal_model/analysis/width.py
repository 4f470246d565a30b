"""Which rows of the tables carry the width of an answer.

The rows are independent, so to first order around their means the variance of an answer Q is a sum over
the rows,

    Var Q ≈ Σ_r g_rᵀ Cov(θ_r) g_r      with  g_r = ∂Q / ∂θ_r  at the means,

and a row's share is its term over the sum. For an answer without evidence Q is linear in every single row,
and the term is exactly the variance of the conditional mean, Var(E[Q | θ_r]): the share is then the row's
first-order Sobol index [sobol1993] over the sum of all of them. With evidence it is the approximation of
the delta method, good where rows are not very wide.

The gradients are exact. Q = P(S | e) is P(S, e) / P(e), so ∂Q = Q (∂ log P(S, e) - ∂ log P(e)), two
backward passes. Beliefs are met by weights exp(u) that themselves move with the tables: with T the
indicators of the states that have a belief and m = E T, which must not move, u is an implicit function,

    ∂Q / ∂θ = ∂Q|_u - Cov(Q, T) Cov(T, T)⁺ ∂m|_u .

References:
    [sobol1993] Sobol', I.M. (1993). Sensitivity estimates for nonlinear mathematical models. Mathematical
        Modelling and Computational Experiments 1(4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.dirichlets import Dirichlets
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["Question", "reached_rows", "row_variances"]

Gradient = Mapping[str, Array]


class Question(NamedTuple):
    """A single question, and how sure the tables are that answer it.

    Questions that are asked together may differ in tables that one of them holds fixed, as a policy does in
    the place of what usually decides a node; all else they have in common.
    """

    dirichlets: Dirichlets
    findings: Findings


def row_variances(
    asked: Question,
    node: str,
    events: Sequence[Array],
    *,
    less: Question | None = None,
    max_memory: int | None = None,
) -> dict[str, Array]:
    """The variance of first order that every row adds to P(event | findings), summed over events.

    Args:
        asked: a single question.
        node: the node that the events are about.
        events: sets of its states, as zeros and ones of shape (states,).
        less: another question, whose answer is taken away; then it is the variance of the difference.
        max_memory: bytes that one pass may take; None for a share of what is free.

    Returns:
        By node with open rows, of shape (*parent sizes,).

    Raises:
        TooLarge: the network is too wide for the derivatives by all tables at once.
    """
    dirichlets = asked.dirichlets
    found = {name: np.zeros(rows.shape) for name, rows in dirichlets.open.items()}
    terms = [(1.0, asked)] if less is None else [(1.0, asked), (-1.0, less)]
    slopes = [(sign, _gradients(each, node, events, max_memory)) for sign, each in terms]
    for name in found:
        for at in range(len(events)):
            parts = [sign * own[at][name] for sign, own in slopes if name in own[at]]
            if parts:
                found[name] += _terms(dirichlets, name, np.asarray(sum(parts)))
    return found


def _gradients(
    asked: Question, node: str, events: Sequence[Array], max_memory: int | None
) -> list[Gradient]:
    """∂ P(event | findings) / ∂ table, for every event; without the tables of what is set."""
    findings = asked.findings
    if node in findings.observed or node in findings.do or node in findings.beliefs:
        return [{} for _ in events]
    tilted = _Tilted.of(asked.dirichlets.network, findings, [node], max_memory)
    believed = [
        tilted.event(name, np.eye(belief.size)[state])
        for name, belief in findings.beliefs.items()
        for state in np.flatnonzero(belief)
    ]
    found: list[Gradient] = []
    for event in events:
        whole = tilted.event(node, event)
        gradient = _held(whole, believed) if believed else whole.gradient
        found.append({name: own for name, own in gradient.items() if name not in findings.do})
    return found


def reached_rows(
    network: Network, findings: Findings, targets: Sequence[str], max_memory: int | None = None
) -> dict[str, NDArray[np.bool_]]:
    """The rows on which P(evidence) or P(target | findings) can depend at all.

    Args:
        network: the network.
        findings: a single question.
        targets: the nodes that are asked.
        max_memory: bytes that one pass may take.

    Returns:
        By node that takes part and is not set: whether these states of its parents are possible under
        the findings, shape (*parent sizes,).
    """
    tilted = _Tilted.of(network, findings, targets, max_memory)
    # An entry times its derivative is the probability of the family in these states.
    return {
        name: (own * tilted.compiled.network.tables[name]).sum(axis=-1) > 0
        for name, own in tilted.slopes.items()
        if name not in findings.do
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Event:
    """A set of states of a node, under weights that stay.

    Attributes:
        node, states: which, zeros and ones of shape (states,).
        chance: its probability.
        gradient: the derivatives of that by the tables; empty where they are all zero.
        within: the posteriors of the nodes with a belief where the event holds.
    """

    node: str
    states: Array
    chance: float
    gradient: Gradient
    within: Mapping[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class _Tilted:
    """The part of a network that a question is about, with weights in the place of beliefs.

    Attributes:
        compiled: the part of the network; what is set stands there as an observed root.
        findings: the question, without `do` and beliefs.
        believed: the nodes that have a belief.
        slopes: ∂ log P(evidence) by the entries of all tables.
    """

    compiled: CompiledNetwork
    findings: Findings
    believed: tuple[str, ...]
    slopes: Gradient

    @classmethod
    def of(
        cls, network: Network, findings: Findings, targets: Sequence[str], max_memory: int | None
    ) -> "_Tilted":
        states = {name: findings.state_of(name) for name in findings.do}
        cut = network.do(states)
        found = (*findings.observed, *states, *findings.weights, *findings.beliefs)
        relevant = cut.above([*targets, *found, *cut.inexact])
        kept = [name for name in cut.variables if name in relevant]
        part = Network(
            MappingProxyType({name: cut.variables[name] for name in kept}),
            MappingProxyType({name: cut.parents[name] for name in kept}),
            MappingProxyType({name: cut.tables[name] for name in kept}),
        )
        compiled = CompiledNetwork(part, max_memory)
        bound = replace(findings, observed={**findings.observed, **states}, do={})
        _, bound = compiled.met(bound)
        return cls(compiled, bound, tuple(findings.beliefs), _slopes(compiled, bound))

    def event(self, node: str, states: Array) -> _Event:
        """An event with its derivatives."""
        chance = float(self.compiled.posterior(self.findings, [node]).marginals[node] @ states)
        if not 0 < chance < 1:
            # Zeros stay zero, so this moves under no draw.
            return _Event(node, states, chance, {}, {})
        weights = self.findings.weights.get(node, np.ones(states.size)) * states
        weights = weights / weights.max()
        where = replace(self.findings, weights={**self.findings.weights, node: weights})
        slopes = _slopes(self.compiled, where)
        return _Event(
            *(node, states, chance),
            gradient={name: chance * (slopes[name] - each) for name, each in self.slopes.items()},
            within=self.compiled.posterior(where, self.believed).marginals,
        )


def _slopes(compiled: CompiledNetwork, findings: Findings) -> Gradient:
    return compiled.posterior(findings, (), table_derivatives=True).table_derivatives


def _held(asked: _Event, believed: Sequence[_Event]) -> Gradient:
    """The gradient of an event where the weights move so that every belief stays met."""
    moving = [each for each in believed if each.gradient]
    if not asked.gradient or not moving:
        return asked.gradient

    def covariances(event: _Event) -> list[float]:
        """With the indicators of all states that have a belief."""
        return [
            event.chance * (float(event.within[each.node] @ each.states) - each.chance)
            for each in moving
        ]

    between = np.array([covariances(each) for each in moving])
    # The states of one node sum to one, so the matrix has no inverse.
    factors = np.linalg.pinv(between, rcond=1e-9, hermitian=True) @ covariances(asked)
    return {
        name: own
        - sum(factor * each.gradient[name] for factor, each in zip(factors, moving, strict=True))
        for name, own in asked.gradient.items()
    }


def _terms(dirichlets: Dirichlets, name: str, gradient: Array) -> Array:
    """gᵀ Cov(θ) g of every row of a table, of shape (*parent sizes,)."""
    table = dirichlets.network.tables[name]
    open_ = dirichlets.open[name]
    mean = (table * gradient).sum(axis=-1, keepdims=True)
    spread = (table * (gradient - mean) ** 2).sum(axis=-1)
    confidence = np.where(open_, dirichlets.confidence[name], 0.0)
    return np.where(open_, spread / (confidence + 1), 0.0)
