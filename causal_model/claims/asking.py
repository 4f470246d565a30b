"""What statements ask of a model; questions under the same conditions are one question."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from causal_model.causal.channels import channel_effects
from causal_model.errors import QueryError
from causal_model.library import find_scenario
from causal_model.model import Model
from causal_model.network import Array
from causal_model.notation.statement import (
    Comparison,
    Condition,
    Event,
    Expected,
    InScenario,
    Intervention,
    MostLikely,
    Nearness,
    Probability,
    Quantity,
    Share,
    Statement,
    Sum,
    Trend,
    Word,
)
from causal_model.spec.check import read_scenario
from causal_model.spec.evidence import Do, Excluded, Finding, Observed

__all__ = ["Asked", "cases_of", "chosen", "sums_of"]

# An effect below this is rounding.
NO_CHANGE = 1e-12


class Asked:
    """The answers of a model to the questions of some statements, each asked once.

    Under every set of conditions all nodes that any of the statements asks for are asked together: one
    pass through the network gives them all.
    """

    def __init__(self, model: Model, statements: Iterable[Statement]) -> None:
        self.model = model
        self.nodes = {name: None for each in statements for name in _asked_nodes(each)}
        self._answers: dict[tuple[Finding, ...], Mapping[str, Mapping[str, float]]] = {}
        self._scenarios: dict[str, tuple[Finding, ...]] = {}

    def distribution(self, node: str, conditions: Sequence[Condition]) -> Mapping[str, float]:
        """P(node | conditions), by state.

        Raises:
            EvidenceError: the conditions contradict each other or have probability zero.
            TooLarge: the answer would take more memory than is allowed.
        """
        findings = self.findings(conditions)
        if findings not in self._answers:
            nodes = {**self.nodes, node: None}
            self._answers[findings] = self.model.query(nodes, findings=findings).posterior
        return self._answers[findings][node]

    def value(self, quantity: Quantity, more: Sequence[Condition] = ()) -> float:
        """A probability, an expected value or a share, under further conditions if there are any.

        Raises:
            EvidenceError: the conditions contradict each other or have probability zero.
            QueryError: the quantity cannot be computed.
        """
        if isinstance(quantity, Share):
            return self.share(quantity, more)
        conditions = (*quantity.conditions, *more)
        if isinstance(quantity, Expected):
            node = quantity.node.text
            assert self.model.graph is not None
            states = self.model.graph.nodes[node].states
            found = self.distribution(node, conditions)
            return sum(p * (states[state].value or 0.0) for state, p in found.items())
        if len(quantity.events) > 1:
            return self.joint_probability(quantity.events, conditions)
        event = quantity.events[0]
        wanted = chosen(event, self.model.states(event.node.text))
        found = self.distribution(event.node.text, conditions)
        return sum(p for state, p in found.items() if state in wanted)

    def joint_probability(self, events: Sequence[Event], conditions: Sequence[Condition]) -> float:
        """P(all events | conditions)."""
        nodes = [each.node.text for each in events]
        wanted = [chosen(each, self.model.states(each.node.text)) for each in events]
        joint = self.model.joint(nodes, findings=self.findings(conditions))
        return sum(
            p
            for states, p in joint.items()
            if all(state in each for state, each in zip(states, wanted, strict=True))
        )

    def joint(self, nodes: Sequence[str]) -> Array:
        """P(nodes together), of shape (*sizes)."""
        found = self.model.joint(nodes)
        sizes = [len(self.model.states(name)) for name in nodes]
        return np.array(list(found.values())).reshape(sizes)

    def share(self, share: Share, more: Sequence[Condition]) -> float:
        """The part of a change that travels through a channel.

        Raises:
            QueryError: the change is none, or its conditions are more than what somebody sets.
        """
        assert self.model.graph is not None
        node, event = share.node.text, share.probability.events[0]
        states = self.model.states(node)
        do: dict[str, int] = {}
        for each in (*share.probability.conditions, *more):
            if not isinstance(each, Intervention) or len(share.probability.events) > 1:
                raise QueryError(
                    "an effect is split for one node, under what is set and no other findings"
                )
            name = each.node.text
            do[name] = self.model.states(name).index(each.state.text)
        outcome = event.node.text
        wanted = chosen(event, self.model.states(outcome))
        split = channel_effects(
            self.model.network,
            {name: each.pairs for name, each in self.model.graph.channels.items()},
            node=node,
            start=states.index(share.start.text),
            end=states.index(share.end.text),
            outcome=outcome,
            weights=np.array([float(state in wanted) for state in self.model.states(outcome)]),
            do=do,
        )
        if abs(split.total) < NO_CHANGE:
            raise QueryError(
                f"setting {node} to {share.end.text} instead of {share.start.text} changes nothing, so"
                " no channel has a share of it"
            )
        return split.shares[share.channel.text] / split.total

    def findings(self, conditions: Sequence[Condition]) -> tuple[Finding, ...]:
        """Conditions as findings."""
        found: list[Finding] = []
        for each in conditions:
            if isinstance(each, InScenario):
                found += self.scenario(each.name.text)
            elif isinstance(each, Intervention):
                found.append(Do(node=each.node.text, state=each.state.text))
            else:
                node, states = each.node.text, self.model.states(each.node.text)
                allowed = chosen(each, states)
                if len(allowed) == 1:
                    found.append(Observed(node=node, state=allowed[0]))
                else:
                    found += [
                        Excluded(node=node, state=state) for state in states if state not in allowed
                    ]
        return tuple(found)

    def scenario(self, name: str) -> tuple[Finding, ...]:
        """The findings of a scenario beside the graph."""
        if name not in self._scenarios:
            nodes = {each: self.model.states(each) for each in self.model.nodes}
            path = find_scenario(name, self.model.path)
            found = read_scenario(path, nodes, self.model.outcome)
            self._scenarios[name] = found.all_findings()
        return self._scenarios[name]


def chosen(event: Event, states: Sequence[str]) -> tuple[str, ...]:
    """The states of its node that an event allows, in their order."""
    named = [each.text for each in event.states]
    if event.relation == "in":
        return tuple(state for state in states if state in named)
    if event.relation == "not in":
        return tuple(state for state in states if state not in named)
    at = states.index(named[0])
    return tuple(states[: at + 1] if event.relation == "<=" else states[at:])


def cases_of(claim: Trend, model: Model) -> list[tuple[str, Condition]]:
    """The cases of a trend in their order: how each is called, and what holds in it."""
    over = claim.over
    if over.node is None:
        return [(each.text, InScenario(each)) for each in over.names]
    node = over.node
    names = over.names or tuple(Word(each) for each in model.states(node.text))
    if over.kind == "do":
        return [(each.text, Intervention(node, each)) for each in names]
    return [(each.text, Event(node, "in", (each,))) for each in names]


def sums_of(statement: Statement) -> tuple[Sum, ...]:
    """The sums that a statement compares."""
    match statement:
        case Comparison():
            return statement.sides
        case Nearness():
            return (statement.left, statement.right)
        case Trend():
            return (statement.sum,)
    return ()


def _asked_nodes(statement: Statement) -> list[str]:
    if isinstance(statement, MostLikely):
        return [statement.node.text]
    found = []
    for quantity in (each for one in sums_of(statement) for each in one.quantities()):
        if isinstance(quantity, Expected):
            found.append(quantity.node.text)
        elif isinstance(quantity, Probability):
            found += [each.node.text for each in quantity.events]
    return found
