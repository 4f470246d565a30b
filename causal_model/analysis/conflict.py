"""Do the findings fit together, or do they speak against each other?

For evidence e = (e1, ..., en) the conflict measure [jensen1991] is, in bits,

    conf(e) = log2  P(e1) ··· P(en) / P(e)

Evidence that comes from one story is more probable together than if it were independent, so the measure is
negative; where it is positive something does not fit: a finding may be wrong, a rare case may have come
true, or the graph lacks a connection. The same is asked of every pair, and of every finding how probable it
is alone and once the others are known.

All probabilities are under what is set, which is no evidence and does not count; neither do beliefs, which
say what a posterior shall be and not what was seen.

References:
    [jensen1991] Jensen, F.V., Chamberlain, B., Nordahl, T. and Jensen, F. (1991). Analysis in HUGIN of data
        conflict. Uncertainty in Artificial Intelligence 6.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array
from causal_model.spec.evidence import Finding

__all__ = ["MOST_IN_PAIRS", "Conflict", "conflict_of"]

# Findings up to which all pairs are asked: 4,950 of them.
MOST_IN_PAIRS = 100


@dataclass(frozen=True, slots=True)
class Conflict:
    """How findings fit together; a finding goes by its place among all that were given.

    What was observed and excluded of one node is one piece of evidence, and goes by its first finding.

    Attributes:
        pieces: for every piece of evidence that counts all its findings.
        bits: conf(e), positive where they speak against each other; 0 where fewer than two count.
        alone: log2 P(piece).
        given_others: log2 P(piece | the others).
        pairs: conf of two of them, in bits; empty where they are too many to be asked in pairs.
    """

    pieces: Mapping[int, tuple[int, ...]]
    bits: float
    alone: Mapping[int, float]
    given_others: Mapping[int, float]
    pairs: Mapping[tuple[int, int], float]

    @property
    def worst(self) -> tuple[int, int] | None:
        """The two pieces that fit together least; None where there are no pairs."""
        return max(self.pairs, key=lambda pair: self.pairs[pair], default=None)


def conflict_of(compiled: CompiledNetwork, findings: Sequence[Finding]) -> Conflict:
    """Measure how findings fit together.

    Args:
        compiled: the network.
        findings: all findings; together they are possible.

    Raises:
        EvidenceError: a finding names something unknown, or they contradict each other.
        TooLarge: the answer would take more memory than is allowed.
    """
    pieces = _pieces(findings)
    if not pieces:
        return Conflict({}, 0.0, {}, {}, {})
    firsts, size = list(pieces), len(pieces)
    pairs = list(combinations(firsts, 2)) if size <= MOST_IN_PAIRS else []
    single = [{at} for at in firsts]
    subsets = [set(firsts), *single, *(set(firsts) - each for each in single), *map(set, pairs)]
    logs = _log_probabilities(compiled, findings, pieces, subsets)
    whole = float(logs[0])
    alone = dict(zip(firsts, logs[1 : 1 + size].tolist(), strict=True))
    left, together = logs[1 + size : 1 + 2 * size].tolist(), logs[1 + 2 * size :].tolist()
    return Conflict(
        pieces=pieces,
        bits=math.fsum([*alone.values(), -whole]) if size > 1 else 0.0,
        alone=alone,
        given_others={at: whole - each for at, each in zip(firsts, left, strict=True)},
        pairs={
            (a, b): alone[a] + alone[b] - each for (a, b), each in zip(pairs, together, strict=True)
        },
    )


def _pieces(findings: Sequence[Finding]) -> dict[int, tuple[int, ...]]:
    """The findings that count, those which rule out states of one node taken together."""
    by_first: dict[int, tuple[int, ...]] = {}
    of_node: dict[str, int] = {}
    for at, each in enumerate(findings):
        if each.kind == "likelihood":
            by_first[at] = (at,)
        elif each.kind in ("observed", "excluded"):
            first = of_node.setdefault(each.node, at)
            by_first[first] = (*by_first.get(first, ()), at)
    return by_first


def _log_probabilities(
    compiled: CompiledNetwork,
    findings: Sequence[Finding],
    pieces: Mapping[int, Sequence[int]],
    subsets: Sequence[set[int]],
) -> Array:
    """log2 P(the pieces of a subset) under all interventions, of shape (subsets,)."""
    network = compiled.network
    weights: dict[str, Array] = {}
    for first, places in pieces.items():
        node = findings[first].node
        own = bind(network, [findings[at] for at in places])
        vector = own.vector(node, network.variables[node].size)
        inside = np.array([first in subset for subset in subsets])
        rows = np.where(inside[:, None], vector, 1.0)
        weights[node] = weights[node] * rows if node in weights else rows
    do = bind(network, [each for each in findings if each.kind == "do"]).do
    asked = Findings(weights=weights, do=do, rows=len(subsets))
    return np.asarray(compiled.posterior(asked, ()).log_evidence / math.log(2))
