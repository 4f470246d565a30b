"""The answer to what would have been: both worlds side by side, and what caused what.

References:
    [pearl2009] Pearl, J. (2009). Causality, 2nd ed., chapter 9.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causal_model.causal.counterfactual import Probability
from causal_model.errors import QueryError, did_you_mean
from causal_model.harmless import on_one_line
from causal_model.inference.findings import describe
from causal_model.spec.evidence import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Causation", "Counterfactual", "CounterfactualNode", "Interval"]

SCHEMA_VERSION = 1

Distribution = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a probability over all functional models of the network.

    Attributes:
        lower, upper: the bounds.
        sharp: whether a functional model attains each of them; if not, they hold, but may be wider than
            need be.
    """

    lower: float
    upper: float
    sharp: bool

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {"lower": self.lower, "upper": self.upper, "sharp": self.sharp}


@dataclass(frozen=True, slots=True)
class Causation:
    """Whether a cause was necessary, sufficient, or both [pearl2009, definitions 9.2.1 to 9.2.3].

    With x the cause while present and x' while absent, B the event, and c the findings on other nodes:

    Attributes:
        node, present, absent: the cause, and its states x and x'.
        necessity: P(Y_x' not in B | X = x, Y in B, c); None where the condition cannot be.
        sufficiency: P(Y_x in B | X = x', Y not in B, c); None likewise.
        both: P(Y_x in B, Y_x' not in B | c); None where c speaks of what comes after the cause.
        bounds: of those that are no None, if they were asked for.
        coupled: the nodes whose comonotone response these numbers rest on.
    """

    node: str
    present: str
    absent: str
    necessity: float | None
    sufficiency: float | None
    both: float | None
    bounds: Mapping[Probability, Interval]
    coupled: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "node": self.node,
            "present": self.present,
            "absent": self.absent,
            "necessity": self.necessity,
            "sufficiency": self.sufficiency,
            "both": self.both,
            "bounds": {name: each.to_dict() for name, each in self.bounds.items()},
            "coupled": list(self.coupled),
        }


@dataclass(frozen=True, slots=True)
class CounterfactualNode:
    """What is and what would have been, of one node.

    Attributes:
        node: the node Y.
        factual: P(Y = y | e), by state.
        counterfactual: P(Y_x = y | e), by state.
        event: the states B that are taken together; none where the node has no order and none were named.
        causation: whether what is set was the cause of the event; None without an event, or where it is
            not one node that is set, with a state that it was observed in or one other state.
        bounds: of the counterfactual, by state; empty unless they were asked for.
        event_bounds: of P(Y_x in B | e); None likewise.
    """

    node: str
    factual: Distribution
    counterfactual: Distribution
    event: tuple[str, ...]
    causation: Causation | None
    bounds: Mapping[str, Interval]
    event_bounds: Interval | None

    @property
    def change_pp(self) -> dict[str, float]:
        """Counterfactual minus factual in percentage points, by state."""
        return {state: 100 * (p - self.factual[state]) for state, p in self.counterfactual.items()}

    @property
    def event_factual(self) -> float:
        """P(Y in B | e)."""
        return math.fsum(self.factual[state] for state in self.event)

    @property
    def event_counterfactual(self) -> float:
        """P(Y_x in B | e)."""
        return math.fsum(self.counterfactual[state] for state in self.event)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded."""
        found: dict[str, Any] = {
            "factual": dict(self.factual),
            "counterfactual": dict(self.counterfactual),
            "change_pp": self.change_pp,
        }
        if self.event:
            found["event"] = {
                "states": list(self.event),
                "factual": self.event_factual,
                "counterfactual": self.event_counterfactual,
                "change_pp": 100 * (self.event_counterfactual - self.event_factual),
            }
            if self.event_bounds:
                found["event"]["bounds"] = self.event_bounds.to_dict()
        if self.bounds:
            found["bounds"] = {state: each.to_dict() for state, each in self.bounds.items()}
        if self.causation:
            found["causation"] = self.causation.to_dict()
        return found


@dataclass(frozen=True, eq=False)
class Counterfactual(Mapping[str, CounterfactualNode]):
    """What would have been; as a mapping it gives the answer for each target.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        findings: the evidence e, known in the world as it is.
        do: the nodes that are set in the other world, and their states there.
        log_evidence_probability: natural logarithm of P(e).
        answers: by target.
        coupled: the nodes that both worlds have in versions of their own, and whose tables leave open how
            one version goes with the other. For these the response is taken to be comonotone: one
            quantile decides both versions.
        arbitrary: those of them with three states or more that have no order, for which this response
            depends on the order in which their states happen to be listed, and is an arbitrary choice.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    do: Mapping[str, str]
    log_evidence_probability: float
    answers: Mapping[str, CounterfactualNode]
    coupled: tuple[str, ...]
    arbitrary: tuple[str, ...]

    @property
    def evidence_probability(self) -> float:
        """P(e); 0 where it is smaller than any float."""
        return math.exp(self.log_evidence_probability)

    def __getitem__(self, node: str) -> CounterfactualNode:
        if node in self.answers:
            return self.answers[node]
        near = did_you_mean(node, self.answers) if isinstance(node, str) else ""
        raise QueryError(f"{node!r} was not asked.{near} Asked: {', '.join(self.answers)}")

    def __contains__(self, node: object) -> bool:
        return node in self.answers

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "do": dict(self.do),
            "evidence_probability": self.evidence_probability,
            "log_evidence_probability": self.log_evidence_probability,
            "response": "comonotone",
            "coupled": list(self.coupled),
            "arbitrary": list(self.arbitrary),
            "targets": {node: answer.to_dict() for node, answer in self.answers.items()},
        }

    def rows(self) -> list[tuple[str, str, float, float, float, float | None, float | None]]:
        """Node, state, factual, counterfactual, change in percentage points, lower and upper bound."""
        found = []
        for node, answer in self.answers.items():
            for state, p in answer.counterfactual.items():
                within = answer.bounds.get(state)
                ends = (within.lower, within.upper) if within else (None, None)
                before = answer.factual[state]
                found.append((node, state, before, p, 100 * (p - before), *ends))
        return found

    def to_frame(self) -> "pd.DataFrame":
        """One row per node and state; see `rows`."""
        import pandas as pd

        names = ["node", "state", "factual", "counterfactual", "change_pp", "lower", "upper"]
        return pd.DataFrame(self.rows(), columns=names)

    def __repr__(self) -> str:
        given = ", ".join(describe(each) for each in self.findings) or "nothing"
        done = ", ".join(f"{node}={state}" for node, state in self.do.items())
        asked = "; ".join(
            f"{node}: "
            + ", ".join(
                f"{state} {answer.factual[state]:.1%} -> {p:.1%}"
                for state, p in answer.counterfactual.items()
            )
            for node, answer in self.answers.items()
        )
        return on_one_line(
            f"<Counterfactual of {self.graph_id!r} given {given}, had {done}; {asked}>"
        )
