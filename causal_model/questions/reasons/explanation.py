"""The answer of `explain`: what every finding did, and all of it as plain data and in words."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from causal_model.analysis.conflict import Conflict
from causal_model.analysis.paths import ActivePath
from causal_model.analysis.paths_of_findings import FindingPaths
from causal_model.harmless import in_markdown, on_one_line
from causal_model.notebook import Bundle, bundle
from causal_model.questions.outcome_set import OutcomeSet
from causal_model.render.narrative import Sentence, narrate
from causal_model.spec.evidence import Finding
from causal_model.spec.graph_file import GraphFile

__all__ = ["Basis", "Explanation", "FindingShare", "NextReading"]

SCHEMA_VERSION = 1

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


def _points(value: float | None) -> float | None:
    return None if value is None else 100 * value
