"""What to watch next: `watch` ranks what is not yet known by what it would tell about the outcome."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Unpack

import numpy as np

from causal_model.analysis.information import Chosen, Joints, entropy, greedy_sets, joints_with
from causal_model.errors import QueryError, did_you_mean
from causal_model.harmless import on_one_line
from causal_model.inference.findings import bind
from causal_model.model import Model, Told
from causal_model.notebook import Bundle, bundle
from causal_model.questions.outcome_set import OutcomeSet, outcome_set
from causal_model.spec.evidence import Finding

__all__ = ["ORDERS_OF_WORTH", "Order", "Reading", "Watch", "Watched", "watch"]

SCHEMA_VERSION = 1
HEURISTIC = (
    "chosen one after the other; at least 1 - 1/e of the best where the readings are independent given the"
    " outcome, else a heuristic"
)

Order = Literal["information", "change", "per-cost"]
ORDERS_OF_WORTH: tuple[Order, ...] = ("information", "change", "per-cost")


@dataclass(frozen=True, slots=True)
class Reading:
    """One state that a node may be found in, and what the answer would be then.

    Attributes:
        state: the state.
        probability: P(state | findings).
        event: P(A | state, findings), A being the states that the question is about; None where the state
            is impossible.
        change: `event` - P(A | findings); None likewise.
        outcome: P(outcome | state, findings) by state of the outcome; None likewise.
    """

    state: str
    probability: float
    event: float | None
    change: float | None
    outcome: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A node whose state is not known yet.

    Attributes:
        node: the node.
        role: its part in the story; None for networks from elsewhere.
        information: Σ_o,x P(o, x) log2 P(o, x) / (P(o) P(x)), all given the findings: what its reading is
            expected to tell about the outcome, in bits.
        change: Σ_x P(x) |P(A | x) - P(A)|, by how much the probability is expected to move.
        cost: of observing it, as the graph file says; None where it says nothing.
        readings: by state.
    """

    node: str
    role: str | None
    information: float
    change: float
    cost: float | None
    readings: tuple[Reading, ...]

    @property
    def per_cost(self) -> float | None:
        """Bits per unit of cost; None where there is no cost."""
        return None if self.cost is None else self.information / self.cost

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "node": self.node,
            "role": self.role,
            "information_bits": self.information,
            "expected_change_pp": 100 * self.change,
            "cost": self.cost,
            "bits_per_cost": self.per_cost,
            "readings": [
                {
                    "state": each.state,
                    "probability": each.probability,
                    "outcome_probability": each.event,
                    "change_pp": None if each.change is None else 100 * each.change,
                    "outcome": None if each.outcome is None else dict(each.outcome),
                }
                for each in self.readings
            ],
        }


@dataclass(frozen=True, slots=True, repr=False)
class Watch:
    """What is worth watching, given what is known.

    A belief among the findings is fitted once, to what is known (Jeffrey's rule). Readings come after that,
    so they move its node as well, and the mean of all that would be thought is what is thought now.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        findings: what is known.
        outcome: the node, and the states A that the question is about.
        posterior: P(outcome | findings) by state.
        entropy: of `posterior`, in bits: what a reading could tell at most.
        watched: nodes that are not known yet, indicators first, then by worth.
        together: sets of one, two, three nodes, chosen greedily, with what they tell together.
        order: what worth is measured in.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    outcome: OutcomeSet
    posterior: Mapping[str, float]
    entropy: float
    watched: tuple[Watched, ...]
    together: tuple[Chosen, ...]
    order: Order
    _model: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    @property
    def event(self) -> float:
        """P(A | findings)."""
        return math.fsum(self.posterior[state] for state in self.outcome.states)

    def cost_of(self, chosen: Chosen) -> float | None:
        """What it costs to observe a set; None where the cost of any of them is not known."""
        costs = {each.node: each.cost for each in self.watched}
        total = 0.0
        for name in chosen.nodes:
            cost = costs[name]
            if cost is None:
                return None
            total += cost
        return total

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        return bundle(repr(self), chart="of_watch", about=(self._model, self))

    def __repr__(self) -> str:
        first = ", ".join(f"{each.node} {each.information:.3g} bits" for each in self.watched[:3])
        return on_one_line(
            f"<Watch of {self.graph_id!r}: {len(self.watched)} nodes are open; {first or 'none'}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded, differences in percentage points."""
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [each.model_dump(mode="json") for each in self.findings],
            "outcome": {
                "node": self.outcome.node,
                "states": list(self.outcome.states),
                "probability": self.event,
                "posterior": dict(self.posterior),
                "entropy_bits": self.entropy,
            },
            "order": self.order,
            "nodes": [each.to_dict() for each in self.watched],
            "together": [
                {
                    "nodes": list(each.nodes),
                    "information_bits": each.information,
                    "cost": self.cost_of(each),
                }
                for each in self.together
            ],
            "together_method": HEURISTIC,
        }


def watch(
    model: Model,
    target: str | None = None,
    states: str | Iterable[str] | None = None,
    *,
    among: Iterable[str] | None = None,
    order: Order = "information",
    together: int = 3,
    **told: Unpack[Told],
) -> Watch:
    """Rank the nodes that are not known by what their reading would tell about the outcome.

    Args:
        model: the graph.
        target: the node that one wants to know about; default the graph's outcome.
        states: its states that the question is about; default the low ones of an ordered node.
        among: the nodes that can be watched; default all that the findings leave open. Sets are then
            chosen among the indicators, where the graph has two or more that are open.
        order: "information" in bits, "change" of the probability, or "per-cost", information by the cost
            that the graph file gives.
        together: up to how many nodes are watched together.
        **told: findings as in `Model.query`.

    Raises:
        EvidenceError: a finding names something unknown, or findings contradict each other.
        ImpossibleEvidence: the evidence has probability zero.
        QueryError: unknown node, state or order; the outcome is known already; or a cost is missing.
        TooLarge: the answer would take more memory than is allowed.
    """
    if order not in ORDERS_OF_WORTH:
        near = did_you_mean(order, ORDERS_OF_WORTH) if isinstance(order, str) else ""
        raise QueryError(f"there is no order {order!r}.{near} Known: {', '.join(ORDERS_OF_WORTH)}")
    outcome = outcome_set(model, target, states)
    answer = model.query(outcome.node, **told)
    compiled, bound = model.compiled, bind(model.network, answer.findings)
    if bound.beliefs:
        _, bound = compiled.met(bound)
    named = model.nodes if among is None else model.targets(among)
    told_already = {outcome.node, *bound.observed, *bound.do}
    names = [name for name in named if name not in told_already]
    posterior = np.array(list(answer[outcome.node].values()))
    if np.count_nonzero(posterior) < 2:
        raise QueryError(
            f"{outcome.node!r} is known under these findings, so nothing is left to be told about it"
        )
    joints = joints_with(compiled, bound, [outcome.node], names) if names else None
    names = list(joints.open()) if joints else []
    costs = _costs(model)
    if order == "per-cost":
        missing = [name for name in names if name not in costs]
        if among is None:
            names = [name for name in names if name in costs]
        if not names or (among is not None and missing):
            raise QueryError(
                "the graph file gives no cost of observing "
                + (", ".join(missing[:12]) or "any node that is open")
                + ": write `cost: NUMBER` at the node"
            )
    watched = _watched(model, joints, names, outcome, costs) if joints else []
    watched.sort(key=lambda each: (each.role != "indicator", -_worth(each, order)))
    candidates = [each.node for each in watched]
    if among is None:
        candidates = _indicators(watched) or candidates
    sets = greedy_sets(
        compiled,
        bound,
        outcome.node,
        candidates,
        most=together,
        costs=costs if order == "per-cost" else None,
        alone=joints,
    )
    return Watch(
        graph_id=answer.graph_id,
        graph_hash=answer.graph_hash,
        findings=answer.findings,
        outcome=outcome,
        posterior=answer[outcome.node],
        entropy=entropy(posterior),
        watched=tuple(watched),
        together=tuple(sets),
        order=order,
        _model=model,
    )


def _watched(
    model: Model,
    joints: Joints,
    names: Collection[str],
    outcome: OutcomeSet,
    costs: Mapping[str, float],
) -> list[Watched]:
    """The nodes, from P(outcome, node | findings) of all of them."""
    event, variables = outcome.event, model.network.variables
    now = float(event @ joints.shares)
    together = joints.table[:, 0]
    probabilities = together.sum(axis=0)
    divisors = np.where(probabilities > 0, probabilities, 1.0)
    given = (together / divisors).T.tolist()
    then = (event @ together / divisors).tolist()
    among = outcome.among
    readings = [
        Reading(state, p, after, after - now, dict(zip(among, told, strict=True)))
        if p > 0
        else Reading(state, 0.0, None, None, None)
        for state, p, after, told in zip(
            [state for name in joints.names for state in variables[name].states],
            probabilities.tolist(),
            then,
            given,
            strict=True,
        )
    ]
    bits, changes = joints.information, joints.changes(event)
    nodes = model.graph.nodes if model.graph else {}
    found = []
    for at, name in enumerate(joints.names):
        if name in names:
            role = nodes[name].role if name in nodes else None
            own = tuple(readings[joints.starts[at] : joints.starts[at + 1]])
            found.append(Watched(name, role, bits[name], changes[name], costs.get(name), own))
    return found


def _worth(watched: Watched, order: Order) -> float:
    if order == "change":
        return watched.change
    if order == "per-cost":
        return watched.per_cost or 0.0
    return watched.information


def _indicators(watched: Iterable[Watched]) -> list[str]:
    """The indicators, where there are two or more to choose from."""
    names = [each.node for each in watched if each.role == "indicator"]
    return names if len(names) > 1 else []


def _costs(model: Model) -> dict[str, float]:
    """What it costs to observe a node, for those that the graph file prices."""
    if model.graph is None:
        return {}
    return {name: node.cost for name, node in model.graph.nodes.items() if node.cost is not None}
