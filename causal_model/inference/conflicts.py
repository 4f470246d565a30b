"""Which findings cannot hold together: a smallest set, named instead of a zero.

First a set from which nothing can be left out is found by halving (QuickXplain); its size bounds the
search for a smaller one, which goes through all sets of one finding, of two, and so on, as far as that
stays affordable.

References:
    [junker2004] Junker, U. (2004). QUICKXPLAIN: preferred explanations and relaxations for
        over-constrained problems. AAAI.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from causal_model.errors import TooLarge
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import bind, stack
from causal_model.spec.evidence import Finding

__all__ = ["smallest_conflict"]

# So many sets smaller than the one at hand are tried at most.
AFFORDABLE_SETS = 3_000
SETS_AT_ONCE = 64

Conflicts = Callable[[Sequence[Finding]], bool]


def smallest_conflict(
    compiled: CompiledNetwork, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Return a smallest set of findings whose probability is zero.

    Interventions hold while the others are tried; at the end those that do not matter are left out.
    The set is irreducible always, and smallest whenever fewer than 3,000 smaller sets exist.

    Args:
        compiled: the network.
        findings: all findings; together they are impossible.
    """
    fixed = [each for each in findings if each.kind == "do"]
    evidence = [each for each in findings if each.kind not in ("do", "belief")]

    def impossible(subset: Sequence[Finding]) -> bool:
        return _impossible(compiled, [*fixed, *subset])

    found = _irreducible(impossible, [], evidence, tested=False)
    tried = 0
    for size in range(1, len(found)):
        tried += math.comb(len(evidence), size)
        if tried > AFFORDABLE_SETS:
            break
        smaller = _first_impossible(compiled, fixed, itertools.combinations(evidence, size))
        if smaller is not None:
            found = list(smaller)
            break
    for each in list(fixed):
        others = [other for other in fixed if other is not each]
        if _impossible(compiled, [*others, *found]):
            fixed = others
    return (*fixed, *found)


def _first_impossible(
    compiled: CompiledNetwork, fixed: Sequence[Finding], sets: Iterator[tuple[Finding, ...]]
) -> tuple[Finding, ...] | None:
    """The first set that is impossible; many sets are asked as the rows of one question."""
    while rows := list(itertools.islice(sets, SETS_AT_ONCE)):
        bound = [bind(compiled.network, [*fixed, *row]) for row in rows]
        try:
            logs = compiled.log_evidence(stack(compiled.network, bound))
        except TooLarge:
            return None
        impossible = np.flatnonzero(np.isneginf(logs))
        if impossible.size:
            return rows[int(impossible[0])]
    return None


def _impossible(compiled: CompiledNetwork, findings: Sequence[Finding]) -> bool:
    bound = bind(compiled.network, findings)
    return math.isinf(float(compiled.log_evidence(bound)))


def _irreducible(
    conflicts: Conflicts, background: list[Finding], candidates: list[Finding], *, tested: bool
) -> list[Finding]:
    """The part of the candidates that, with the background, conflicts and cannot be thinned."""
    if tested and conflicts(background):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    in_second = _irreducible(conflicts, [*background, *first], second, tested=bool(first))
    in_first = _irreducible(conflicts, [*background, *in_second], first, tested=bool(in_second))
    return [*in_first, *in_second]
