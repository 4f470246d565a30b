"""The states of a node that a question is about together, such as: bitcoin falls."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from causal_model.errors import QueryError, did_you_mean
from causal_model.model import Model
from causal_model.network import Array

__all__ = ["OutcomeSet", "outcome_set"]


@dataclass(frozen=True, slots=True)
class OutcomeSet:
    """A node and some of its states, in their order; not all of them.

    Attributes:
        node: the node.
        states: those in the set.
        among: all states of the node.
    """

    node: str
    states: tuple[str, ...]
    among: tuple[str, ...]

    @property
    def event(self) -> Array:
        """1 for the states in the set and 0 for the others, of shape (states,)."""
        return np.array([float(state in self.states) for state in self.among])


def outcome_set(
    model: Model, target: str | None = None, states: str | Iterable[str] | None = None
) -> OutcomeSet:
    """The states that a question is about.

    Args:
        model: the graph.
        target: the node; default the outcome.
        states: one or more of its states; default its low states, see `Node.low`.

    Raises:
        QueryError: unknown node or state; the node is a decision; no states are named and the node has
            no low ones; or all of its states are named, which says nothing.
    """
    (node,) = model.targets(target)
    if model.network.variables[node].is_decision:
        raise QueryError(
            f"{node!r} is a decision: it is made, not seen, so nothing tells of it. Ask decide what is best"
        )
    among = model.states(node)
    if states is None:
        named = model.graph.nodes[node].low if model.graph else ()
        if not named:
            raise QueryError(
                f"{node!r} has no low states, as its states have no order: say which of them the question"
                f" is about. States: {', '.join(among)}"
            )
    else:
        named = (states,) if isinstance(states, str) else tuple(states)
    for state in named:
        if state not in among:
            near = did_you_mean(state, among) if isinstance(state, str) else ""
            raise QueryError(
                f"node {node!r} has no state {state!r}.{near or ' States: ' + ', '.join(among)}"
            )
    if set(named) == set(among):
        listed = (
            f"{among[0]} is the only state"
            if len(among) == 1
            else f"{', '.join(among)} are all states"
        )
        raise QueryError(f"{listed} of {node!r}, and so certain, whatever is found")
    if not named:
        raise QueryError(f"no state of {node!r} is named. States: {', '.join(among)}")
    return OutcomeSet(node, tuple(state for state in among if state in named), among)
