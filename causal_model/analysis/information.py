"""What would tell most about the outcome next: the expected information of observing a node.

Given findings e, observing X in its state x would change what is thought of the outcome O. Before one
looks,

    information(X) = Σ_o,x P(o, x | e) log2 P(o, x | e) / (P(o | e) P(x | e))

is the mutual information of O and X in bits: the expected fall of the entropy of O, and what X is worth
watching for [lindley1956]. For an event A of the outcome, such as that it is low,

    change(X) = Σ_x P(x | e) |P(A | x, e) - P(A | e)|.

One question answers for all X at once: its rows set the states of O, so P(o, e) and P(x | o, e) come out of
one pass each.

Which two or three nodes to watch together is chosen greedily: the node that tells most, then the one that
tells most besides. Where the nodes are independent given the outcome this is at least 1 - 1/e of the best
there is [krause2005]; in general it is a heuristic, as two signs can tell together what neither tells
alone.

References:
    [lindley1956] Lindley, D.V. (1956). On a measure of the information provided by an experiment. Annals
        of Mathematical Statistics 27(4).
    [krause2005] Krause, A. and Guestrin, C. (2005). Near-optimal nonmyopic value of information in
        graphical models. UAI.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array

__all__ = [
    "MOST_ROWS",
    "Chosen",
    "entropy",
    "expected_change",
    "greedy_sets",
    "information",
    "joints_with",
    "unknown_nodes",
]

# Combinations of states that one question may have as rows.
MOST_ROWS = 1 << 14
# Bits that are rounding.
ROUNDING = 1e-12


def unknown_nodes(
    compiled: CompiledNetwork, findings: Findings, names: Sequence[str]
) -> tuple[str, ...]:
    """Those of some nodes whose state the findings and the tables leave open.

    Raises:
        EvidenceError: the beliefs cannot hold together.
        TooLarge: the answer would take more memory than is allowed.
    """
    marginals = compiled.posterior(findings, names).marginals
    return tuple(name for name, each in marginals.items() if np.count_nonzero(each) > 1)


def joints_with(
    compiled: CompiledNetwork, findings: Findings, first: Sequence[str], names: Sequence[str]
) -> tuple[Array, dict[str, Array]]:
    """P(first | findings), and P(first, X | findings) for every X of some nodes, in one question.

    Args:
        compiled: the network.
        findings: what is known, for a single question, without beliefs (see `CompiledNetwork.met`);
            possible.
        first: nodes whose states become the rows; neither observed nor set.
        names: the other nodes.

    Returns:
        Shape (*first sizes), and by name shape (*first sizes, states); zero where impossible.

    Raises:
        TooLarge: the answer would take more memory than is allowed.
    """
    network = compiled.network
    sizes = [network.variables[name].size for name in first]
    states = np.indices(sizes).reshape(len(sizes), -1)
    weights = dict(findings.weights)
    for name, at in zip(first, states, strict=True):
        weights[name] = np.eye(network.variables[name].size)[at] * weights.get(name, 1.0)
    rows = replace(findings, weights=weights, rows=states.shape[1])
    found = compiled.posterior(rows, names)
    shares = np.exp(found.log_evidence - found.log_evidence.max())
    shares /= shares.sum()
    possible = (shares > 0)[:, None]
    joints = {
        name: (np.where(possible, each, 0.0) * shares[:, None]).reshape(*sizes, -1)
        for name, each in found.marginals.items()
    }
    return shares.reshape(sizes), joints


def entropy(distribution: Array) -> float:
    """Of a distribution of any shape, in bits."""
    positive = distribution[distribution > 0]
    return float(-(positive * np.log2(positive)).sum())


def information(joint: Array) -> float:
    """The mutual information of the first axis of a joint distribution and all others, in bits."""
    flat = joint.reshape(len(joint), -1)
    apart = flat.sum(axis=1, keepdims=True) * flat.sum(axis=0, keepdims=True)
    held = flat > 0
    bits = float((flat[held] * np.log2(flat[held] / apart[held])).sum())
    return bits if bits > ROUNDING else 0.0


def expected_change(joint: Array, event: Array) -> float:
    """Σ_x P(x) |P(A | x) - P(A)| for a joint of shape (outcome states, states).

    Args:
        joint: P(o, x).
        event: 1 for the states of the outcome that are in A, else 0.
    """
    together, states = event @ joint, joint.sum(axis=0)
    return float(np.abs(together - states * together.sum()).sum())


@dataclass(frozen=True, slots=True)
class Chosen:
    """Nodes that are watched together, in the order in which they were chosen.

    Attributes:
        nodes: the nodes.
        information: what they tell about the outcome together, in bits.
    """

    nodes: tuple[str, ...]
    information: float


def greedy_sets(
    compiled: CompiledNetwork,
    findings: Findings,
    outcome: str,
    names: Sequence[str],
    *,
    most: int = 3,
    costs: Mapping[str, float] | None = None,
) -> list[Chosen]:
    """Choose nodes to watch together one after the other, each time the one that tells most besides.

    Args:
        compiled: the network.
        findings: what is known, without beliefs.
        outcome: the node that one wants to know about.
        names: the nodes that can be watched.
        most: how many are watched together.
        costs: of observing each node; where given, the one is taken that tells most besides per cost.

    Returns:
        The sets of one node, of two, and so on; they end where no node tells anything more, or where the
        states of the next set are too many to be asked.
    """
    chosen: list[str] = []
    sets: list[Chosen] = []
    known = 0.0
    while len(sets) < most:
        first = (outcome, *chosen)
        rows = int(np.prod([compiled.network.variables[name].size for name in first]))
        left = [name for name in names if name not in chosen]
        if rows > MOST_ROWS or not left:
            break
        _, joints = joints_with(compiled, findings, first, left)
        told = {name: information(joints[name]) for name in left}
        worth = {name: (told[name] - known) / (costs[name] if costs else 1.0) for name in left}
        best = max(left, key=lambda name: worth[name])
        if told[best] - known <= ROUNDING:
            break
        chosen.append(best)
        known = told[best]
        sets.append(Chosen(tuple(chosen), known))
    return sets
