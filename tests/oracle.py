"""Answers by enumeration of all joint states; shares no code with the engine.

A network is given as plain dictionaries; every joint state is a line in a list. Slow, and meant to be
plainly right.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.network import Network
from causal_model.spec.evidence import Finding


class CannotHold(Exception):
    """No distribution that is possible under the evidence has all the beliefs."""


@dataclass
class Answer:
    """P(evidence), and the posterior of every node as state -> probability."""

    evidence: float
    posterior: dict[str, dict[str, float]]


def joint_states(network: Network, do: Mapping[str, str]) -> list[tuple[dict[str, str], float]]:
    """Every joint state with its probability when the arrows into the set nodes are cut."""
    names = list(network.variables)
    lines = []
    for states in itertools.product(*(network.variables[name].states for name in names)):
        assignment = dict(zip(names, states, strict=True))
        probability = 1.0
        for name in names:
            if name in do:
                probability *= 1.0 if assignment[name] == do[name] else 0.0
            else:
                row = network.tables[name]
                for parent in network.parents[name]:
                    row = row[network.variables[parent].states.index(assignment[parent])]
                own = network.variables[name].states.index(assignment[name])
                probability *= float(row[own])
        lines.append((assignment, probability))
    return lines


def answer(network: Network, findings: Sequence[Finding]) -> Answer | None:
    """Enumerate; None where the evidence is impossible.

    Raises:
        CannotHold: the beliefs cannot all hold together.
    """
    do = {each.node: each.state for each in findings if each.kind == "do"}
    lines = joint_states(network, do)
    weights = [
        probability * math.prod(_weight(each, assignment) for each in findings)
        for assignment, probability in lines
    ]
    evidence = math.fsum(weights)
    if evidence == 0:
        return None
    beliefs = [each for each in findings if each.kind == "belief"]
    weights = _fit(lines, weights, beliefs)
    total = math.fsum(weights)
    posterior = {
        name: {
            state: math.fsum(
                weight
                for (assignment, _), weight in zip(lines, weights, strict=True)
                if assignment[name] == state
            )
            / total
            for state in variable.states
        }
        for name, variable in network.variables.items()
    }
    return Answer(evidence, posterior)


def joint_posterior(
    network: Network, findings: Sequence[Finding], names: Sequence[str]
) -> dict[tuple[str, ...], float] | None:
    """P(names together | findings) by states; None where the evidence is impossible."""
    do = {each.node: each.state for each in findings if each.kind == "do"}
    found: dict[tuple[str, ...], float] = {}
    for assignment, probability in joint_states(network, do):
        weight = probability * math.prod(_weight(each, assignment) for each in findings)
        key = tuple(assignment[name] for name in names)
        found[key] = found.get(key, 0.0) + weight
    total = math.fsum(found.values())
    return None if total == 0 else {key: each / total for key, each in found.items()}


def _weight(finding: Finding, assignment: Mapping[str, str]) -> float:
    state = assignment[finding.node]
    if finding.kind == "observed":
        return 1.0 if state == finding.state else 0.0
    if finding.kind == "excluded":
        return 0.0 if state == finding.state else 1.0
    if finding.kind == "likelihood":
        return finding.weights.get(state, 0.0) / max(finding.weights.values())
    return 1.0


def _fit(
    lines: Sequence[tuple[dict[str, str], float]],
    weights: list[float],
    beliefs: Sequence[Finding],
) -> list[float]:
    """Iterative proportional fitting on the joint itself, node after node."""
    current = np.array(weights) / math.fsum(weights)
    for _ in range(20_000 if beliefs else 0):
        furthest = 0.0
        for finding in beliefs:
            assert finding.kind == "belief"
            for state, wanted in finding.probabilities.items():
                at = np.array([line[finding.node] == state for line, _ in lines])
                present = current[at].sum()
                furthest = max(furthest, abs(present - wanted))
                if present > 0:
                    current[at] *= wanted / present
        if furthest < 1e-14:
            return [float(each) for each in current]
    if beliefs:
        raise CannotHold
    return [float(each) for each in current]
