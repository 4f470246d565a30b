"""What would have been, asked of a model.

The mathematics is in `causal.counterfactual` (twin network, probabilities of causation) and in
`causal.bounds`; here names meet numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np

from causal_model.causal.counterfactual import Cause, Probability, probability_question
from causal_model.causal.counterfactual import counterfactual as ask_twin
from causal_model.errors import EvidenceError, QueryError
from causal_model.inference.findings import Findings, bind, describe
from causal_model.library import find_scenario
from causal_model.model import Model, Told
from causal_model.network import Array, Network
from causal_model.questions.counterfactuals.answer import (
    Causation,
    Counterfactual,
    CounterfactualNode,
    Interval,
)
from causal_model.questions.outcome_set import outcome_set
from causal_model.spec.check import read_scenario
from causal_model.spec.evidence import Evidence, Finding

__all__ = ["counterfactual"]


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
        """Whether what is set was the cause of the event; None where that was seen not to happen."""
        sides = self._sides()
        states = self.model.states(target)
        if sides is None or not 0 < len(event) < len(states) or sides[0] == target:
            return None
        seen = self.world[1]
        if target in seen.observed or target in seen.weights:
            possible = seen.vector(target, len(states)) > 0
            if not any(
                each and state in event for each, state in zip(possible, states, strict=True)
            ):
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
