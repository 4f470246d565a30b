"""What `decide` answers with: expected utilities, policies, and what it is worth to know more."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causal_model.harmless import on_one_line
from causal_model.inference.findings import describe
from causal_model.questions.decisions.rollback import Earlier
from causal_model.spec.evidence import Finding

__all__ = ["Case", "Decided", "Information", "Policy"]

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Case:
    """One decision under one state of what matters to it.

    Written m for that state, e for the findings and o for an option, the expected utility of an option is
    E[utility | m, do o, e], where later decisions follow their policies. It depends on earlier decisions as
    well, and these are, by `earlier`:

    - "policy": decided by their policies, under which m comes about with `probability` above 0. So the
      expected utilities of the best options, weighed by the probabilities of their cases, add up to
      that of the best policy.
    - "told": m does not come about under these policies, so that `probability` is 0. The decisions that m
      names are set to what it says (do), and the others follow their policies.
    - "any": not even so does m come about. The decisions that m does not name take every option alike:
      E is given m, after their options were drawn with equal probabilities.
    - None: m cannot be, whatever was decided, and there are no expected utilities.

    By how much one option is better than another does not depend on earlier decisions that m does not name.

    Attributes:
        given: the nodes that are known and matter, with their states: m.
        probability: P(m | e), when earlier decisions follow their policies.
        earlier: what earlier decisions are in `expected_utility`, see above.
        expected_utility: E[utility | m, do option, e] by option; None where m cannot be.
        best: the option with the largest; the first where several are equally good.
        tied: the options that are equally good, `best` among them; all of them where m cannot be.
    """

    given: Mapping[str, str]
    probability: float
    earlier: Earlier | None
    expected_utility: Mapping[str, float | None]
    best: str
    tied: tuple[str, ...]

    @property
    def is_possible(self) -> bool:
        """Whether it can come to this, whatever is decided."""
        return self.earlier is not None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "given": dict(self.given),
            "probability": self.probability,
            "earlier": self.earlier,
            "expected_utility": dict(self.expected_utility),
            "best": self.best,
            "tied": list(self.tied),
        }


@dataclass(frozen=True, slots=True)
class Policy:
    """What is best at one decision, whatever is known by then.

    Attributes:
        node: the decision.
        known: all that is known when it is taken, earlier decisions among it.
        matters: the part of it that makes a difference; the rest is left out without loss.
        always: E[utility | do option, findings] by option, when it is taken whatever is known, earlier and
            later decisions following their policies.
        cases: one for every combination of states of what matters.
    """

    node: str
    known: tuple[str, ...]
    matters: tuple[str, ...]
    always: Mapping[str, float]
    cases: tuple[Case, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "node": self.node,
            "known": list(self.known),
            "matters": list(self.matters),
            "always": dict(self.always),
            "cases": [each.to_dict() for each in self.cases],
        }


@dataclass(frozen=True, slots=True)
class Information:
    """What it is worth to know a node before a decision, over what is known already.

    With V the expected utility of the optimal policies, the value is V when the node is known at this
    decision and at all later ones, less V when it is not; never negative. Of a node that the utility itself
    depends on it is the value of perfect information, of an indicator that of partial information.

    Attributes:
        node: the node.
        value: what that is worth, in the unit of the utility; a price above it is too high.
        then: the best option by state of the node, where nothing else matters to the decision; else None.
    """

    node: str
    value: float
    then: Mapping[str, str] | None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "node": self.node,
            "value": self.value,
            "then": None if self.then is None else dict(self.then),
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """The optimal policies of an influence diagram under findings.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        findings: what was assumed, decisions that are taken (do) among it.
        log_evidence_probability: natural logarithm of P(evidence).
        unit: of all utilities; None where the graph names none.
        utilities: the utilities, which add up.
        expected_utility: E[utility | findings] when all open decisions follow their policies.
        policies: of the open decisions, first to last.
        learned: nodes that were taken to be known at `before`, though the graph does not say so.
        gained: what knowing those is worth.
        before: the decision before which more may be known; None where all decisions are taken.
        information: by value, the largest first: the nodes that could be known at `before`.
        everything: what it is worth to know all of these together; None where that was not computed,
            because there are too many cases, or no such node.
        following: nodes that cannot be known at `before` because they may depend on what is decided.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    log_evidence_probability: float
    unit: str | None
    utilities: tuple[str, ...]
    expected_utility: float
    policies: tuple[Policy, ...]
    learned: tuple[str, ...]
    gained: float
    before: str | None
    information: tuple[Information, ...]
    everything: float | None
    following: tuple[str, ...]

    @property
    def evidence_probability(self) -> float:
        """P(evidence); 0 where it is smaller than any float."""
        return math.exp(self.log_evidence_probability)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "evidence_probability": self.evidence_probability,
            "log_evidence_probability": self.log_evidence_probability,
            "unit": self.unit,
            "utilities": list(self.utilities),
            "expected_utility": self.expected_utility,
            "policies": [each.to_dict() for each in self.policies],
            "learned": {"nodes": list(self.learned), "gained": self.gained},
            "before": self.before,
            "information": [each.to_dict() for each in self.information],
            "everything": self.everything,
            "following": list(self.following),
        }

    def __repr__(self) -> str:
        given = ", ".join(describe(each) for each in self.findings) or "nothing"
        first = self.policies[0].cases if self.policies else ()
        told = f", {self.policies[0].node}={first[0].best}" if len(first) == 1 else ""
        return on_one_line(
            f"<Decided {self.graph_id!r} given {given}; expected utility"
            f" {self.expected_utility:.6g}{told}>"
        )
