"""Why the answer is what it is: `explain` says how much each finding moved it, and along which arrows."""

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Unpack

import numpy as np

from causal_model.analysis.attribution import Attribution, attribute
from causal_model.analysis.conflict import conflict_of
from causal_model.analysis.information import (
    joints_with,
)
from causal_model.analysis.paths_of_findings import paths_of_finding
from causal_model.build import row_counts
from causal_model.errors import QueryError, TooLarge
from causal_model.inference.findings import bind
from causal_model.model import Model, Told
from causal_model.questions.outcome_set import OutcomeSet, outcome_set
from causal_model.questions.reasons.explanation import Basis, Explanation, FindingShare, NextReading
from causal_model.spec.evidence import Finding
from causal_model.spec.graph_file import GraphFile

__all__ = ["ORDERS", "explain"]

# Orders that are drawn where the findings are too many for all their subsets.
ORDERS = 1_000


def explain(
    model: Model,
    target: str | None = None,
    states: str | Iterable[str] | None = None,
    *,
    orders: int = ORDERS,
    seed: int = 0,
    **told: Unpack[Told],
) -> Explanation:
    """Say how much each finding moved the probability of some states of the outcome, and how.

    Args:
        model: the graph.
        target: the node; default the graph's outcome.
        states: its states that the question is about; default the low ones of an ordered node.
        orders: how many orders are drawn where there are more than 12 findings.
        seed: of these orders.
        **told: findings as in `Model.query`.

    Raises:
        EvidenceError: a finding names something unknown, or findings contradict each other.
        ImpossibleEvidence: the evidence has probability zero; names a smallest conflict.
        QueryError: there is no finding; unknown target or state; or there is no outcome.
        TooLarge: the answer would take more memory than is allowed.
    """
    outcome = outcome_set(model, target, states)
    if orders < 2:
        raise QueryError(f"the number of orders is {orders}, expected 2 or more")
    # What is told, without the decisions that nobody makes, which change nothing.
    findings = model.told(**told)
    if not findings:
        raise QueryError("there is nothing to explain, as no finding is given")
    bare = replace(model, findings=(), _compiled=model.compiled)
    answer = bare.query(outcome.node, findings=findings)
    found = attribute(
        model.compiled,
        findings,
        outcome.node,
        outcome.event,
        orders=orders,
        rng=np.random.default_rng(seed),
    )
    next_ = None
    # Of a wide graph only some nodes can be asked; an explanation is as good without this.
    with suppress(TooLarge):
        next_ = _next(model, findings, outcome)
    return Explanation(
        graph_id=answer.graph_id,
        graph_hash=answer.graph_hash,
        findings=findings,
        outcome=outcome,
        prior=answer.prior[outcome.node],
        posterior=answer[outcome.node],
        log_evidence_probability=answer.log_evidence_probability,
        shares=tuple(_shares(model, findings, outcome, found)),
        orders=found.orders,
        seed=seed,
        impossible=found.impossible,
        conflict=conflict_of(model.compiled, findings),
        next=next_,
        basis=_basis(model.graph),
        graph=model.graph,
        _model=model,
    )


def _shares(
    model: Model, findings: tuple[Finding, ...], outcome: OutcomeSet, found: Attribution
) -> Iterable[FindingShare]:
    event = outcome.event
    after = float(found.after @ event)
    for at, finding in enumerate(findings):
        left_out = _known(found.left_out[at] @ event)
        yield FindingShare(
            finding=finding,
            share=float(found.shares[at] @ event),
            error=None if found.orders is None else float(found.errors[at]),
            alone=_known(found.alone[at] @ event),
            without=None if left_out is None else after - left_out,
            left_out=left_out,
            by_state=dict(zip(outcome.among, found.shares[at].tolist(), strict=True)),
            paths=paths_of_finding(model.network, findings, at, outcome.node),
        )


def _next(model: Model, findings: tuple[Finding, ...], outcome: OutcomeSet) -> NextReading | None:
    """The node that tells most about the outcome, an indicator where the graph has any that are open."""
    _, bound = model.compiled.met(bind(model.network, findings))
    told = {*bound.observed, *bound.do}
    names = [name for name in model.nodes if name not in told and name != outcome.node]
    if outcome.node in told or not names:
        return None
    joints = joints_with(model.compiled, bound, [outcome.node], names)
    names = list(joints.open())
    if model.graph:
        nodes = model.graph.nodes
        names = [name for name in names if nodes[name].role == "indicator"] or names
    if np.count_nonzero(joints.shares) < 2 or not names:
        return None
    bits = joints.information
    best = max(names, key=lambda name: bits[name])
    if bits[best] == 0:
        return None
    return NextReading(best, bits[best], joints.changes(outcome.event)[best])


def _basis(graph: GraphFile | None) -> Basis | None:
    if graph is None:
        return None
    nodes = [node for name, node in graph.nodes.items() if name not in graph.decisions]
    counted = len(row_counts(graph))
    defined = sum(node.table.form == "deterministic" for node in nodes)
    return Basis(len(nodes) - counted - defined, counted, defined)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
