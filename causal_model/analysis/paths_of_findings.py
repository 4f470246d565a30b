"""Along which paths a finding reaches the outcome, the other findings being there, or why along none.

What was seen makes its node known; a weighed sign or an excluded state hints at it, see `paths`. A node
that has one state only tells nothing and passes nothing on, so it is taken out with its arrows.

A belief says what the posterior of its node shall be, whatever else is found. With beliefs q(b) on nodes
B, a finding F and the outcome O

    P'(o | f) = Σ_b q_f(b) P(o | b, f),

q_f being P(b | f) scaled by one factor for every node of B until its marginals are those believed (see
`inference.beliefs`). With one belief q_f is that belief, so a path has to be active with the node of the
belief known: the belief closes what runs through it, and opens what meets there. With several beliefs F can
still move how they hang together. It does not where it tells of one of them only, F ⟂ the others | B_i:
then P(b | f) is P(b) times a factor of b_i, which the scaling takes up. And that does not matter where the
outcome hangs on one of them only, O ⟂ F and the others | B_i. In either case the nodes of the beliefs count
as known; else they hint.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from causal_model.analysis.paths import ActivePath, ActivePaths, active_paths
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network
from causal_model.spec.evidence import Finding

__all__ = ["Closed", "FindingPaths", "paths_of_finding"]

# Weights, of which the largest is one, that differ by less are the same.
ALIKE = 1e-12

Closed = Literal["no_open_path", "belief", "outcome_known", "said_already", "says_nothing"]


@dataclass(frozen=True, slots=True)
class FindingPaths:
    """The active paths of a finding, the shortest first.

    Attributes:
        paths: none where the finding adds nothing to the others, whatever the tables are.
        more: whether there are more than these, or may be.
        closed: why there are none; None where there are some. "no_open_path" by the arrows and by what is
            known; "belief" where only a belief closes the paths; "outcome_known" where the outcome is
            known from the others; "said_already" where the others say all that the finding says;
            "says_nothing" where it weighs all states of its node alike.
    """

    paths: tuple[ActivePath, ...]
    more: bool
    closed: Closed | None = None


def paths_of_finding(
    network: Network, findings: Sequence[Finding], at: int, outcome: str, *, most: int = 8
) -> FindingPaths:
    """The paths along which one finding reaches the outcome, given the others.

    Args:
        network: the network.
        findings: all findings; they do not contradict each other.
        at: the place of the finding among them.
        outcome: where the paths end.
        most: how many paths are listed.
    """
    finding = findings[at]
    others = bind(network, [*findings[:at], *findings[at + 1 :]])
    vectors = {**others.weights, **others.beliefs}
    certain = {name for name, each in vectors.items() if np.count_nonzero(each) == 1}
    known = {*others.observed, *others.do, *certain}
    believed = others.beliefs.keys() - certain
    told = _without_news(network, finding, others)
    if told is None and finding.node in known | believed:
        told = "said_already"
    if told is None and outcome in known | believed:
        told = "outcome_known" if outcome in known else "belief"
    if told is not None:
        return FindingPaths((), more=False, closed=told)
    single = {name for name, variable in network.variables.items() if variable.size == 1}
    alone = single | {*others.do}
    parents = {
        name: () if name in alone else tuple(each for each in own if each not in single)
        for name, own in network.parents.items()
    }

    def search(
        start: str, end: str, *, too: Collection[str] = (), hints: Collection[str] = ()
    ) -> ActivePaths:
        return active_paths(
            parents,
            start,
            end,
            known=known.union(too),
            hinted=(others.weights.keys() - certain).union(hints),
            is_set=finding.kind == "do" and start == finding.node,
            most=most,
        )

    hinted = found = search(finding.node, outcome, hints=believed)
    if believed and not _moves_several(finding.node, outcome, believed, search):
        found = search(finding.node, outcome, too=believed)
    closed: Closed | None = None
    if not found.paths and not found.more:
        closed = "belief" if hinted.paths else "no_open_path"
    return FindingPaths(found.paths, found.more, closed)


def _without_news(network: Network, finding: Finding, others: Findings) -> Closed | None:
    """Whether what was seen weighs all states alike, or all that the others leave of its node."""
    if finding.kind == "do" or finding.kind == "belief":
        return None
    size, node = network.variables[finding.node].size, finding.node
    own = bind(network, [finding]).vector(node, size)
    if _alike(own):
        return "says_nothing"
    left = others.weights.get(node, np.ones(size)) > 0
    return "said_already" if _alike(own[left]) else None


def _alike(weights: Array) -> bool:
    return bool(np.ptp(weights) <= ALIKE)


def _moves_several(
    start: str, outcome: str, believed: Collection[str], search: Callable[..., ActivePaths]
) -> bool:
    """Whether a finding may move how the nodes of several beliefs, and the outcome, hang together."""

    def apart(first: str, second: str, given: str) -> bool:
        return not search(first, second, too=[given]).paths

    for one in believed:
        rest = [name for name in believed if name != one]
        if all(apart(start, each, one) for each in rest):
            return False
        if all(apart(each, outcome, one) for each in (start, *rest)):
            return False
    return True
