"""Why the answer is what it is: `explain` says how much each finding moved it, and along which arrows."""

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Unpack

import numpy as np

from causal_model.analysis.attribution import Attribution, attribute
from causal_model.analysis.conflict import Conflict, conflict_of
from causal_model.analysis.information import (
    joints_with,
)
from causal_model.analysis.paths import ActivePath
from causal_model.analysis.paths_of_findings import FindingPaths, paths_of_finding
from causal_model.build import row_counts
from causal_model.errors import QueryError, TooLarge
from causal_model.harmless import in_markdown, on_one_line
from causal_model.inference.findings import bind
from causal_model.model import Model, Told
from causal_model.notebook import Bundle, bundle
from causal_model.questions.outcome_set import OutcomeSet, outcome_set
from causal_model.render.narrative import Sentence, narrate
from causal_model.spec.evidence import Finding
from causal_model.spec.graph_file import GraphFile

__all__ = ["ORDERS", "Basis", "Explanation", "FindingShare", "NextReading", "explain"]

SCHEMA_VERSION = 1
# Orders that are drawn where the findings are too many for all their subsets.
ORDERS = 1_000

Distribution = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FindingShare:
    """What one finding does to P(A), A being the states that the question is about.

    With v(S) = P(A | the findings in S) and N all findings:

    Attributes:
        finding: the finding.
        share: its Shapley value, the mean over all orders of what it adds when it comes in.
        error: standard error of `share`; None where all subsets were asked.
        alone: v({i}) - v(∅); None where it is impossible alone, under nothing that is set.
        without: v(N without i), what P(A) would be; None where the others are impossible without it.
        left_out: v(N) - v(N without i); None likewise.
        by_state: the Shapley value for every single state of the outcome.
        paths: along which it reaches the outcome, the other findings being there; or why there are none.
    """

    finding: Finding
    share: float
    error: float | None
    alone: float | None
    without: float | None
    left_out: float | None
    by_state: Distribution
    paths: FindingPaths

    @property
    def is_silent(self) -> bool:
        """Whether it adds nothing to the other findings, which are possible without it."""
        return self.paths.closed is not None and self.without is not None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON; differences in percentage points."""
        return {
            "finding": self.finding.model_dump(mode="json"),
            "shapley_pp": 100 * self.share,
            "standard_error_pp": _points(self.error),
            "alone_pp": _points(self.alone),
            "left_out_pp": _points(self.left_out),
            "probability_without": self.without,
            "by_state_pp": {state: 100 * each for state, each in self.by_state.items()},
            "paths": [_path(each) for each in self.paths.paths],
            "paths_listed": len(self.paths.paths),
            "more_paths": self.paths.more,
            "closed": self.paths.closed,
        }


@dataclass(frozen=True, slots=True)
class NextReading:
    """What would tell most next: its information about the outcome, and the expected change of P(A)."""

    node: str
    information: float
    change: float


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands behind the tables of a graph: how many are elicited, counted, or true by definition.

    A decision has no table.
    """

    elicited: int
    counted: int
    defined: int


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Why P(A | findings) is what it is, A being some states of the outcome.

    The shares sum to P(A | findings) - P(A). All numbers are conditional on the graph.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        findings: all findings.
        outcome: the node, and the states in A.
        prior, posterior: P(outcome), and P(outcome | findings), by state.
        log_evidence_probability: natural logarithm of P(evidence).
        shares: of the findings, in the order given.
        orders: how many orders were drawn for the shares; None where all subsets were asked.
        seed: of the orders.
        impossible: how many of the subsets that were asked have no answer; orders that pass one of them do
            not count.
        conflict: how the findings fit together.
        next: what would tell most next: an indicator where the graph has any; None where nothing tells.
        basis: what stands behind the numbers; None for networks from elsewhere.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    outcome: OutcomeSet
    prior: Distribution
    posterior: Distribution
    log_evidence_probability: float
    shares: tuple[FindingShare, ...]
    orders: int | None
    seed: int
    impossible: int
    conflict: Conflict
    next: NextReading | None
    basis: Basis | None
    graph: GraphFile | None = field(default=None, repr=False, compare=False)
    _model: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    @property
    def before(self) -> float:
        """P(A) with no finding at all."""
        return math.fsum(self.prior[state] for state in self.outcome.states)

    @property
    def after(self) -> float:
        """P(A | findings)."""
        return math.fsum(self.posterior[state] for state in self.outcome.states)

    def narrative(self, lang: str = "en") -> tuple[Sentence, ...]:
        """The explanation in five to ten sentences, every number with its place in `to_dict`.

        Args:
            lang: "en" or "zh-Hant".
        """
        return narrate(self._data(), self._label(lang), self._model.states, lang)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The explanation as plain data for JSON, numbers unrounded, differences in percentage points."""
        told = [each.to_dict() for each in self.narrative(lang)]
        return {**self._data(), "narrative": {"lang": lang, "sentences": told}}

    def __repr__(self) -> str:
        event = f"{self.outcome.node} in {', '.join(self.outcome.states)}"
        return on_one_line(
            f"<Explanation of {self.graph_id!r}: P({event}) from {self.before:.1%} to {self.after:.1%} by"
            f" {len(self.findings)} findings>"
        )

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        words = " ".join(each.text for each in self.narrative())
        about = (self._model, self)
        return bundle(repr(self), markdown=in_markdown(words), chart="of_explanation", about=about)

    def _label(self, lang: str) -> Callable[..., str]:
        def label(node: str, state: str | None = None) -> str:
            return self.graph.label(node, state, lang) if self.graph else state or node

        return label

    def _data(self) -> dict[str, Any]:
        likely = max(self.posterior, key=lambda state: self.posterior[state])
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [each.model_dump(mode="json") for each in self.findings],
            "evidence_probability": math.exp(self.log_evidence_probability),
            "log_evidence_probability": self.log_evidence_probability,
            "outcome": {
                "node": self.outcome.node,
                "states": list(self.outcome.states),
                "before": self.before,
                "after": self.after,
                "change_pp": 100 * (self.after - self.before),
                "most_probable": {"state": likely, "probability": self.posterior[likely]},
                "prior": dict(self.prior),
                "posterior": dict(self.posterior),
            },
            "shares": [each.to_dict() for each in self.shares],
            "method": {
                "name": "Shapley value",
                "findings": len(self.findings),
                "silent_findings": sum(each.is_silent for each in self.shares),
                "orders_drawn": self.orders,
                "seed": None if self.orders is None else self.seed,
                "impossible_subsets": self.impossible,
            },
            "conflict": _conflict(self.conflict, self.findings),
            "next": None
            if self.next is None
            else {
                "node": self.next.node,
                "information_bits": self.next.information,
                "expected_change_pp": 100 * self.next.change,
            },
            "basis": None
            if self.basis is None
            else {
                "tables": self.basis.elicited + self.basis.counted + self.basis.defined,
                "elicited": self.basis.elicited,
                "counted": self.basis.counted,
                "by_definition": self.basis.defined,
            },
        }


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


def _conflict(conflict: Conflict, findings: tuple[Finding, ...]) -> dict[str, Any]:
    def shown(first: int) -> list[dict[str, Any]]:
        return [findings[at].model_dump(mode="json") for at in conflict.pieces[first]]

    worst = conflict.worst
    return {
        "bits": conflict.bits,
        "evidence": [
            {
                "findings": shown(at),
                "probability_alone": 2**alone,
                "probability_given_others": 2 ** conflict.given_others[at],
            }
            for at, alone in conflict.alone.items()
        ],
        "worst_pair": None
        if worst is None
        else {"evidence": [shown(at) for at in worst], "bits": conflict.pairs[worst]},
        "pairs": [
            {"evidence": [list(conflict.pieces).index(at) for at in pair], "bits": bits}
            for pair, bits in conflict.pairs.items()
        ],
    }


def _path(path: ActivePath) -> dict[str, Any]:
    return {
        "nodes": list(path.nodes),
        "forwards": list(path.forwards),
        "kind": path.kind,
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _points(value: float | None) -> float | None:
    return None if value is None else 100 * value
