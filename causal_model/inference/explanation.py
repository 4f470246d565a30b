"""The most probable states: of everything (MPE), or of some nodes with the rest summed out (MAP).

Both are the contraction of the network with maxima for sums, and a way back through it. For MAP sums and
maxima must not be exchanged, so all other nodes are summed out first, and the factors over the asked
nodes that this leaves are contracted with maxima [park2004].

References:
    [park2004] Park, J.D. & Darwiche, A. (2004). Complexity results and approximation strategies for MAP
        explanations. Journal of Artificial Intelligence Research 21.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.engine.contract import forward, grow, in_logarithms, of_logarithms
from causal_model.engine.decode import best, decode
from causal_model.engine.plan import Labels, make_partial_plan, make_plan, remains
from causal_model.engine.semiring import LINEAR, MAXIMUM, Array
from causal_model.inference.compiled import CompiledNetwork, log_of_numbers
from causal_model.inference.findings import Findings
from causal_model.inference.guard import check_memory
from causal_model.inference.parts import Part

__all__ = ["Explanation", "most_probable"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The most probable states of some nodes together.

    Attributes:
        states: node to the index of its state.
        log_probability: log P(these states | findings); -inf where the evidence is impossible.
        log_evidence: log P(evidence).
        tied: whether other states of these nodes are just as probable.
    """

    states: dict[str, int]
    log_probability: float
    log_evidence: float
    tied: bool


def most_probable(
    compiled: CompiledNetwork, findings: Findings, among: Sequence[str] | None = None
) -> Explanation:
    """Find the most probable states of all nodes, or of some.

    Args:
        compiled: the network.
        findings: what is known or set; observed and set nodes keep their states.
        among: nodes to explain, the others are summed out; default all.

    Raises:
        EvidenceError: beliefs that cannot hold together.
        TooLarge: the answer would take more memory than is allowed.
    """
    beliefs = bool(findings.beliefs)
    log_evidence, findings = compiled.met(findings)
    # Beliefs have become weights, which the products below contain and P(evidence) does not.
    log_weighed = compiled.log_evidence(findings) if beliefs else log_evidence
    names = tuple(compiled.network.variables) if among is None else tuple(dict.fromkeys(among))
    known = {*findings.observed, *findings.do}
    states = {name: findings.state_of(name) for name in names if name in known}
    asked = [name for name in names if name not in known]
    if np.isneginf(log_evidence):
        return Explanation(states, -np.inf, float(log_evidence), tied=False)
    prepared = compiled.prepared(compiled.pattern(findings, (), whole=True))
    log_joint = float(log_of_numbers(prepared, findings))
    tied = False
    for part in prepared.parts:
        own = [name for name in asked if name in part.labels]
        explain = _whole if len(own) == len(part.labels) else _some
        log_part, found, ties = explain(compiled, part, findings, own)
        log_joint += log_part
        states |= found
        tied = tied or ties
    ordered = {name: states[name] for name in names}
    return Explanation(ordered, log_joint - float(log_weighed), float(log_evidence), tied)


def _whole(
    compiled: CompiledNetwork, part: Part, findings: Findings, asked: Sequence[str]
) -> tuple[float, dict[str, int], bool]:
    """Log of the largest product of a part, the states that have it, and whether others do."""
    done = in_logarithms(part.tree, compiled.fresh(part, findings), MAXIMUM)
    ties: list[bool] = []
    found = decode(done, best(ties), 1)
    states = {name: int(found[part.labels[name]][0]) for name in asked}
    return float(done.log_total()), states, any(ties)


def _some(
    compiled: CompiledNetwork, part: Part, findings: Findings, asked: Sequence[str]
) -> tuple[float, dict[str, int], bool]:
    """The same with all nodes but the asked ones summed out first."""
    plan = part.tree.plan
    kept = tuple([part.labels[name] for name in asked])
    first = make_partial_plan(plan.leaves, kept, plan.sizes)
    left = remains(first)
    factors = [first.slots[slot] for slot in left]
    # Every label must stand on two leaves or more.
    pads: list[Labels] = [(label,) for label in kept if sum(label in own for own in factors) < 2]
    second = make_plan([*factors, *pads], (), {label: plan.sizes[label] for label in kept})
    names = {name: label for name, label in part.labels.items() if label in kept}
    check_memory([(first, None, part.labels), (second, None, names)], compiled.max_memory)
    tree = grow(first, None, part.tree.leaves, [_floor(leaf) for leaf in part.tree.leaves])
    done = forward(tree, compiled.fresh(part, findings))
    logs: list[Array] = []
    with np.errstate(divide="ignore"):
        for slot in left:
            value = done.value(slot)
            logs.append(np.log(value) if done.semiring is LINEAR else value)
    logs += [np.zeros(plan.sizes[label]) for (label,) in pads]
    maxima = of_logarithms(second, logs, MAXIMUM)
    ties: list[bool] = []
    found = decode(maxima, best(ties), 1)
    states = {name: int(found[part.labels[name]][0]) for name in asked}
    return float(maxima.log_total() + done.log_scale), states, any(ties)


def _floor(leaf: Array | None) -> float:
    """The smallest positive entry; 0 for a leaf that the question brings."""
    return 0.0 if leaf is None else float(np.min(leaf, initial=1.0, where=leaf > 0))
