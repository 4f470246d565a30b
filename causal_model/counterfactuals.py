"""What would have been, asked of a model: factual and counterfactual side by side, and what caused what.

The mathematics is in `causal.counterfactual` (twin network, probabilities of causation) and in
`causal.bounds`; here names meet numbers.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from causal_model.causal.counterfactual import (
    Cause,
    Probability,
    probability_question,
)
from causal_model.causal.counterfactual import (
    counterfactual as ask_twin,
)
from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.harmless import on_one_line
from causal_model.inference.findings import Findings, bind, describe
from causal_model.library import find_scenario
from causal_model.model import Model, Told
from causal_model.network import Array, Network
from causal_model.outcome_set import outcome_set
from causal_model.spec.check import read_scenario
from causal_model.spec.evidence import Evidence, Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Causation", "Counterfactual", "CounterfactualNode", "Interval", "counterfactual"]

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


def counterfactual(
    model: Model,
    target: str | Iterable[str] | None = None,
    *,
    states: str | Iterable[str] | None = None,
    bounds: bool = False,
    **told: Unpack[Told],
) -> Counterfactual:
    """Ask what would have been: evidence from the world as it is, `do` in the other.

    Args:
        model: the model. What it assumes (`with_findings`) holds in the world as it is, also a `do`.
        target: a node or several; default the graph's outcome.
        states: those of the one target that are taken together; default its low states.
        bounds: whether to bound every answer over all responses, too.
        **told: `given`, `excluded`, `likelihood` are what was seen; `do` is what is set in the other
            world. A scenario and `findings` may hold both.

    Raises:
        EvidenceError: a finding names something unknown, findings contradict each other, or one of them
            is a belief.
        ImpossibleEvidence: the evidence has probability zero; names a smallest conflict.
        QueryError: nothing is set, unknown target, or unknown states.
        TooLarge: the graph is too wide for two worlds.
    """
    targets = model.targets(target)
    evidence, setting = _parted(_findings(model, told))
    _parted(model.findings)
    if not setting:
        raise QueryError(
            "nothing is set in the other world: say with do what would have been different"
        )
    events = {name: _event(model, name, states, targets) for name in targets}
    do = dict(bind(model.network, setting).do)
    factual = model.query(targets, findings=evidence)
    asked = _Asked(model, evidence, {name: _number(at) for name, at in do.items()}, bounds)
    twin = ask_twin(*asked.world, asked.do, targets, max_memory=model.max_memory)
    answers = {}
    for name in targets:
        within, of_event = asked.bounds_of(name, events[name])
        named = model.states(name)
        answers[name] = CounterfactualNode(
            name,
            factual[name],
            dict(zip(named, twin.marginals[name].tolist(), strict=True)),
            events[name],
            asked.causation(name, events[name]),
            dict(zip(named, within, strict=False)),
            of_event,
        )
    rests_on = dict.fromkeys(twin.coupled)
    for answer in answers.values():
        rests_on |= dict.fromkeys(answer.causation.coupled if answer.causation else ())
    return Counterfactual(
        model.id,
        model.hash,
        factual.findings,
        {name: model.states(name)[at] for name, at in asked.do.items()},
        factual.log_evidence_probability,
        answers,
        twin.coupled,
        tuple(name for name in rests_on if not _is_ordered(model, name)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question about a model as numbers."""

    model: Model
    evidence: tuple[Finding, ...]
    do: Mapping[str, int]
    with_bounds: bool

    @property
    def world(self) -> tuple[Network, Findings]:
        """The network of the world as it is, and what was seen there."""
        found = bind(self.model.network, (*self.model.findings, *self.evidence))
        network = self.model.network.do({name: _number(at) for name, at in found.do.items()})
        return network, replace(found, do={})

    def bounds_of(
        self, target: str, event: tuple[str, ...]
    ) -> tuple[list[Interval], Interval | None]:
        """Bounds for every state of a target, and for the event; nothing unless asked for."""
        if not self.with_bounds:
            return [], None
        states = self.model.states(target)
        events = np.vstack([np.eye(len(states)), [state in event for state in states]])
        found = self._bounded(*self.world, self.do, target, events)
        return found[:-1], found[-1] if event else None

    def causation(self, target: str, event: tuple[str, ...]) -> Causation | None:
        """Whether what is set was the cause of the event."""
        sides = self._sides()
        states = self.model.states(target)
        if sides is None or not 0 < len(event) < len(states) or sides[0] == target:
            return None
        node, present, absent = sides
        cause = Cause(node, present, absent, target, tuple(state in event for state in states))
        found: dict[Probability, float | None] = {}
        within: dict[Probability, Interval] = {}
        coupled: dict[str, None] = {}
        names: tuple[Probability, ...] = ("necessity", "sufficiency", "both")
        for which in names:
            question = probability_question(*self.world, cause, which)
            if question is None:
                found[which] = None
                continue
            about = (question.network, question.evidence, question.do)
            twin = ask_twin(*about, [target], max_memory=self.model.max_memory)
            found[which] = question.factor * float(twin.marginals[target] @ question.event)
            coupled |= dict.fromkeys(twin.coupled)
            if self.with_bounds:
                (whole,) = self._bounded(*about, target, question.event[None])
                within[which] = replace(
                    whole,
                    lower=question.factor * whole.lower,
                    upper=question.factor * whole.upper,
                )
        names_of = self.model.states(node)
        return Causation(
            node,
            names_of[present],
            names_of[absent],
            found["necessity"],
            found["sufficiency"],
            found["both"],
            within,
            tuple(coupled),
        )

    def _sides(self) -> tuple[str, int, int] | None:
        """The one node that is set, its state as it is, and its state in the other world."""
        if len(self.do) != 1:
            return None
        ((node, absent),) = self.do.items()
        observed = self.world[1].observed.get(node)
        if observed is None and len(self.model.states(node)) == 2:
            observed = 1 - absent
        return None if observed is None or observed == absent else (node, observed, absent)

    def _bounded(
        self,
        network: Network,
        evidence: Findings,
        do: Mapping[str, int],
        target: str,
        events: Array,
    ) -> list[Interval]:
        from causal_model.causal.bounds import counterfactual_bounds

        found = counterfactual_bounds(
            network, evidence, do, target, events, max_memory=self.model.max_memory
        )
        return [
            Interval(low, high, found.sharp)
            for low, high in zip(found.lower.tolist(), found.upper.tolist(), strict=True)
        ]


def _findings(model: Model, told: Told) -> tuple[Finding, ...]:
    """What is told, without what the model assumes."""
    found: list[Finding] = []
    scenario = told.get("scenario")
    if scenario is not None:
        found += read_scenario(find_scenario(scenario, model.path)).all_findings()
    parts: dict[str, Any] = {name: part for name, part in told.items() if name != "scenario"}
    further = parts.get("findings", ())
    if isinstance(further, Iterable) and not isinstance(further, (str, Mapping)):
        parts["findings"] = list(further)
    return (*found, *Evidence.of(**parts).all_findings())


def _parted(told: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What was seen, and what is set.

    Raises:
        EvidenceError: one of them is a belief.
    """
    evidence: list[Finding] = []
    setting: list[Finding] = []
    for each in told:
        if each.kind == "belief":
            raise EvidenceError(
                f"{describe(each)}: what would have been is asked given what was seen; a belief says"
                " what the posterior shall be, not what was seen. Use a likelihood"
            )
        (setting if each.kind == "do" else evidence).append(each)
    return tuple(evidence), tuple(setting)


def _event(
    model: Model, target: str, states: str | Iterable[str] | None, targets: tuple[str, ...]
) -> tuple[str, ...]:
    """The states that are taken together, in their order; none where no states are low."""
    if states is None:
        return model.graph.nodes[target].low if model.graph else ()
    if len(targets) > 1:
        raise QueryError("states are taken together for one target; ask one target at a time")
    if not isinstance(states, Iterable):
        raise QueryError(f"expected the names of states as text, got {states!r}")
    return outcome_set(model, target, states).states


def _is_ordered(model: Model, node: str) -> bool:
    """Whether the comonotone response of a node does not hang on how its states are listed."""
    if len(model.states(node)) < 3:
        return True
    return model.graph is not None and model.graph.nodes[node].ordered


def _number(state: int | Array) -> int:
    assert isinstance(state, int)  # a single question, not a batch
    return state
