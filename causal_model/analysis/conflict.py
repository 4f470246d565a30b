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

    Attributes:
        bits: conf(e), positive where they speak against each other; 0 where fewer than two count.
        alone: log2 P(finding), by the findings that count.
        given_others: log2 P(finding | the others that count), likewise.
        pairs: conf of two of them, in bits; empty where they are too many to be asked in pairs.
    """

    bits: float
    alone: Mapping[int, float]
    given_others: Mapping[int, float]
    pairs: Mapping[tuple[int, int], float]

    @property
    def worst(self) -> tuple[int, int] | None:
        """The two findings that fit together least; None where there are no pairs."""
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
    counted = [at for at, each in enumerate(findings) if each.kind not in ("do", "belief")]
    if not counted:
        return Conflict(0.0, {}, {}, {})
    single = [{at} for at in counted]
    others = [set(counted) - {at} for at in counted]
    pairs = list(combinations(counted, 2)) if len(counted) <= MOST_IN_PAIRS else []
    logs = _log_probabilities(
        compiled, findings, [set(counted), *single, *others, *map(set, pairs)]
    )
    whole, size = float(logs[0]), len(counted)
    alone = dict(zip(counted, logs[1 : 1 + size].tolist(), strict=True))
    left = logs[1 + size : 1 + 2 * size].tolist()
    together = logs[1 + 2 * size :].tolist()
    return Conflict(
        bits=math.fsum([*alone.values(), -whole]) if size > 1 else 0.0,
        alone=alone,
        given_others={at: whole - each for at, each in zip(counted, left, strict=True)},
        pairs={
            (a, b): alone[a] + alone[b] - each for (a, b), each in zip(pairs, together, strict=True)
        },
    )


def _log_probabilities(
    compiled: CompiledNetwork, findings: Sequence[Finding], subsets: Sequence[set[int]]
) -> Array:
    """log2 P(the findings of a subset) under all interventions, of shape (subsets,)."""
    network = compiled.network
    weights: dict[str, Array] = {}
    for at, each in enumerate(findings):
        if each.kind in ("do", "belief"):
            continue
        vector = bind(network, [each]).vector(each.node, network.variables[each.node].size)
        inside = np.array([at in subset for subset in subsets])
        own = np.where(inside[:, None], vector, 1.0)
        weights[each.node] = weights[each.node] * own if each.node in weights else own
    do = bind(network, [each for each in findings if each.kind == "do"]).do
    rows = Findings(weights=weights, do=do, rows=len(subsets))
    return np.asarray(compiled.posterior(rows, ()).log_evidence / math.log(2))
