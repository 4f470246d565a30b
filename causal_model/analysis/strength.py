"""How strong every arrow is: what its child, and the outcome, hang on it.

For an arrow X -> Y with the other parents Z of Y, the rows P(Y | x, z) and P(Y | x', z) are compared for
all pairs of states x < x'. Their distance is total variation, ½ Σ_y |P(y | x, z) - P(y | x', z)|: the most
that the probability of any set of states of Y changes. Averages over z are by P(z), the joint prior of the
other parents [koiter2006, ch. 4].

For the outcome the arrow alone is moved: Y is told that X is x, while all else, also what else hangs on X,
goes on as before [shpitser2016, edge interventions]. The outcome is linear in the table of Y, as that
enters its probability once, so with G_o[x, z, y] = ∂ P(o) / ∂ P(y | x, z)

    P(o; X -> Y set to x) = Σ_z,y P(y | x, z) Σ_x' G_o[x', z, y].

One pass forwards and one backwards give G for all tables at once, so all arrows together take as many
passes as the outcome has states. A weight of one on every node without children lets the pass reach all
tables.

References:
    [koiter2006] Koiter, J.R. (2006). Visualizing inference in Bayesian networks. Master's thesis, Delft
        University of Technology. (Strength of influence, as in GeNIe.)
    [shpitser2016] Shpitser, I. and Tchetgen Tchetgen, E. (2016). Causal inference with a graphical
        hierarchy of interventions. Annals of Statistics 44(6).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["OutcomeStrength", "Strength", "arrow_strengths"]

Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OutcomeStrength:
    """What moving one arrow alone does to the outcome.

    Attributes:
        average: mean over pairs of parent states of the total variation between the outcomes, 0 to 1.
        largest: the largest over these pairs.
        shift: expected rank of the outcome with the parent at its highest state minus at its lowest, in
            parts of the whole scale, -1 to 1; None where parent or outcome is not ordered.
        low_points: change of P(low states of the outcome) from lowest to highest, in percentage points;
            None likewise, or where no states are low.
    """

    average: float
    largest: float
    shift: float | None
    low_points: float | None


@dataclass(frozen=True, slots=True)
class Strength:
    """What one arrow does to its child.

    Attributes:
        average: mean over pairs of parent states of Σ_z P(z) ½ Σ_y |P(y | x, z) - P(y | x', z)|, 0 to 1.
        largest: the largest total variation over pairs and over all z that are possible.
        shift: Σ_z P(z) (expected rank of the child with the parent at its highest state minus at its
            lowest), in parts of the whole scale, -1 to 1: its sign is that of the arrow. None where
            parent or child is not ordered.
        outcome: the same for the outcome; None where the graph names none.
    """

    average: float
    largest: float
    shift: float | None
    outcome: OutcomeStrength | None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return asdict(self)


def arrow_strengths(
    compiled: CompiledNetwork,
    outcome: str | None = None,
    *,
    ordered: Collection[str] = (),
    low: Collection[str] = (),
) -> dict[Link, Strength]:
    """The strength of every arrow with nothing given, by (parent, child).

    Args:
        compiled: the network.
        outcome: the node that the graph is about.
        ordered: nodes whose states go from low to high.
        low: the low states of the outcome.

    Raises:
        TooLarge: the network is too wide for the memory that is allowed.
    """
    network = compiled.network
    if not any(network.parents.values()):
        return {}
    gradients = _gradients(compiled, outcome)
    found = {}
    for child, parents in network.parents.items():
        table = network.tables[child]
        # Shape (outcome states, *table): derivatives of the probability of every state of the outcome.
        slopes = np.stack([each[child] for each in gradients])
        joint = (table * slopes.sum(axis=0)).sum(axis=-1)
        for axis, parent in enumerate(parents):
            size = table.shape[axis]
            rows = np.moveaxis(table, axis, 0).reshape(size, -1, table.shape[-1])
            others = np.moveaxis(joint, axis, 0).reshape(size, -1).sum(axis=0)
            steep = np.moveaxis(slopes, axis + 1, 1)
            steep = steep.reshape(len(slopes), size, -1, table.shape[-1]).sum(axis=1)
            on_outcome = None
            if outcome is not None:
                answers = np.einsum("xzy,ozy->xo", rows, steep)
                sorted_ = parent in ordered and outcome in ordered
                on_outcome = _on_outcome(network, outcome, answers, low if sorted_ else None)
            sorted_ = parent in ordered and child in ordered
            found[(parent, child)] = _strength(rows, others, on_outcome, sorted_=sorted_)
    return found


def _gradients(compiled: CompiledNetwork, outcome: str | None) -> list[Mapping[str, Array]]:
    """∂ P(outcome = o) / ∂ table for every state o and all tables, with P summing to one over o.

    Asked with weights that are never zero, so that a state without probability has its derivatives too,
    and solved for the single states.
    """
    network = compiled.network
    sinks = set(network.variables) - {each for above in network.parents.values() for each in above}
    ones = {name: np.ones(network.variables[name].size) for name in sinks}
    if outcome is None:
        return [_by_tables(compiled, ones)]
    size = network.variables[outcome].size
    asked = [
        _by_tables(compiled, {**ones, outcome: weights})
        for weights in (np.ones((size, size)) + np.eye(size)) / 2
    ]
    # The inverse of (J + I) / 2, with J all ones.
    solve = 2 * (np.eye(size) - 1 / (size + 1))
    found: list[dict[str, Array]] = [{} for _ in range(size)]
    for name in network.variables:
        stacked = np.stack([each[name] for each in asked])
        for state, gradient in enumerate(np.tensordot(solve, stacked, axes=1)):
            found[state][name] = gradient
    whole = sum(float((found[at][outcome] * network.tables[outcome]).sum()) for at in range(size))
    return [{name: each / whole for name, each in own.items()} for own in found]


def _by_tables(compiled: CompiledNetwork, weights: Mapping[str, Array]) -> Mapping[str, Array]:
    """The derivatives of the expected weight by the entries of all tables."""
    answer = compiled.posterior(Findings(weights=weights), (), table_derivatives=True)
    expected = math.exp(float(answer.log_evidence))
    return {name: expected * each for name, each in answer.table_derivatives.items()}


def _strength(
    rows: Array, others: Array, on_outcome: OutcomeStrength | None, *, sorted_: bool
) -> Strength:
    """Compare rows of shape (parent states, other parents, child states), weighed by P(other parents)."""
    possible = others > 0
    distances = [
        np.abs(rows[high] - rows[low]).sum(axis=-1) / 2
        for low, high in combinations(range(len(rows)), 2)
    ]
    shift = None
    if sorted_ and rows.shape[-1] > 1:
        ranks = np.arange(rows.shape[-1]) / (rows.shape[-1] - 1)
        shift = float(others @ ((rows[-1] - rows[0]) @ ranks))
    return Strength(
        average=float(np.mean([others @ each for each in distances])) if distances else 0.0,
        largest=max((float(each[possible].max(initial=0.0)) for each in distances), default=0.0),
        shift=shift,
        outcome=on_outcome,
    )


def _on_outcome(
    network: Network, outcome: str, answers: Array, low: Collection[str] | None
) -> OutcomeStrength:
    """Compare outcomes of shape (parent states, outcome states); `low` is None without an order."""
    states: Sequence[str] = network.variables[outcome].states
    distances = [
        float(np.abs(answers[high] - answers[at]).sum() / 2)
        for at, high in combinations(range(len(answers)), 2)
    ]
    shift = points = None
    if low is not None and len(states) > 1:
        change = answers[-1] - answers[0]
        shift = float(change @ (np.arange(len(states)) / (len(states) - 1)))
        if low:
            points = 100 * float(sum(change[states.index(each)] for each in low))
    return OutcomeStrength(
        average=float(np.mean(distances)) if distances else 0.0,
        largest=max(distances, default=0.0),
        shift=shift,
        low_points=points,
    )
