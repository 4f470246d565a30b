"""How much each finding moved the answer: one by one, left out, and by its Shapley value.

With v(S) = P(target | the findings in S), all findings N, and a finding i

    total = v(N) - v(∅),   alone_i = v({i}) - v(∅),   left_out_i = v(N) - v(N without i)

    share_i = the mean, over all orders in which the findings can come in, of what i adds when it comes.

The shares sum to the total, findings that always add the same have the same share, and one that never adds
anything has none; only the Shapley value does all that [shapley1953]. An order is left out of the mean
where one of its beginnings has probability zero: what somebody sets can make possible what was seen, so
that without it there is no answer [faigle1992, orders under constraints]. The shares still sum to the
total, and there always is an order: what is set first, then what was seen, then what is believed.

All 2^n subsets are the rows of one question, see `subsets`. Beyond `MOST_EXACT` findings orders are drawn
[castro2009], and the shares have standard errors.

References:
    [shapley1953] Shapley, L.S. (1953). A value for n-person games. Contributions to the Theory of Games II.
    [faigle1992] Faigle, U. and Kern, W. (1992). The Shapley value for cooperative games under precedence
        constraints. International Journal of Game Theory 21.
    [castro2009] Castro, J., Gómez, D. and Tejada, J. (2009). Polynomial calculation of the Shapley value
        based on sampling. Computers & Operations Research 36.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.analysis.subsets import Subsets
from causal_model.errors import QueryError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.network import Array
from causal_model.spec.evidence import Finding

__all__ = ["MOST_EXACT", "Attribution", "attribute"]

# Findings up to which all their subsets are asked: 4,096 of them.
MOST_EXACT = 12
# Subsets whose beginnings are looked at together.
AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """What each of n findings does to a target.

    Attributes:
        before: v(∅), P(target) with no finding at all, shape (states,).
        after: v(N), P(target | all findings), shape (states,).
        alone: v({i}) - v(∅) by finding, shape (n, states); NaN where it is impossible alone.
        left_out: v(N) - v(N without i) by finding, shape (n, states); NaN where the others are impossible
            without it, or their beliefs cannot be met.
        shares: the Shapley value of every finding, shape (n, states); their sum is after - before.
        errors: standard errors of shares @ event, shape (n,); zero where all subsets were asked.
        orders: how many orders were drawn; None where all subsets were asked.
        impossible: how many of the subsets that were asked have no answer.
    """

    before: Array
    after: Array
    alone: Array
    left_out: Array
    shares: Array
    errors: Array
    orders: int | None
    impossible: int


def attribute(
    compiled: CompiledNetwork,
    findings: Sequence[Finding],
    target: str,
    event: Array,
    *,
    orders: int,
    rng: np.random.Generator,
) -> Attribution:
    """Share the difference that findings make to a target among them.

    Args:
        compiled: the network.
        findings: at least one; all together they are possible.
        target: the node that they are about.
        event: a number for each state of the target, of shape (states,), for whose mean the standard
            errors are; 0 and 1 for the probability of a set of states.
        orders: how many orders are drawn where the findings are too many for all subsets.
        rng: the source of chance of the orders.

    Raises:
        EvidenceError: findings contradict each other, or beliefs cannot be met.
        QueryError: nearly all of the drawn orders begin with something impossible.
        TooLarge: the answer would take more memory than is allowed.
    """
    subsets = Subsets.of(compiled, findings, target)
    count = len(findings)
    if count > MOST_EXACT:
        return _sampled(subsets, count, event, orders, rng)
    masks = np.arange(1 << count)
    members = (masks[:, None] >> np.arange(count)) & 1 == 1
    values, possible = subsets.values(members)
    shares = _shapley(values, possible, count)
    single, others = 1 << np.arange(count), masks[-1] ^ (1 << np.arange(count))
    return Attribution(
        before=values[0],
        after=values[-1],
        alone=values[single] - values[0],
        left_out=values[-1] - values[others],
        shares=shares,
        errors=np.zeros(count),
        orders=None,
        impossible=int(np.count_nonzero(~possible)),
    )


def _shapley(values: Array, possible: NDArray[np.bool_], count: int) -> Array:
    """The shares from v of every subset, subset S being row Σ 2^i of its members i.

    A step from S to S with i weighs as many orders as lead to S and on from there, among all orders in
    which every beginning is possible; where all are, |S|! (n - |S| - 1)! / n!.
    """
    sizes = np.array([mask.bit_count() for mask in range(1 << count)])
    layers = [np.flatnonzero(sizes == size) for size in range(count + 1)]
    leading, onwards = np.zeros(1 << count), np.zeros(1 << count)
    leading[0] = onwards[-1] = 1.0
    for layer in layers[:-1]:
        for bit in 1 << np.arange(count):
            own = layer[layer & bit == 0]
            leading[own | bit] += leading[own] * possible[own | bit]
    for layer in layers[:0:-1]:
        for bit in 1 << np.arange(count):
            own = layer[layer & bit != 0]
            onwards[own ^ bit] += onwards[own] * possible[own ^ bit]
    known = np.where(possible[:, None], values, 0.0)
    shares = np.zeros((count, values.shape[1]))
    everything = np.arange(1 << count)
    for at in range(count):
        without = everything[everything >> at & 1 == 0]
        weights = leading[without] * onwards[without | 1 << at] / leading[-1]
        shares[at] = weights @ (known[without | 1 << at] - known[without])
    return shares


def _sampled(
    subsets: Subsets, count: int, event: Array, orders: int, rng: np.random.Generator
) -> Attribution:
    """The shares from orders drawn at random; those that begin with something impossible do not count."""
    ends = np.concatenate([[np.zeros(count)], [np.ones(count)], np.eye(count), 1 - np.eye(count)])
    values, possible = subsets.values(ends > 0)
    impossible = int(np.count_nonzero(~possible))
    states = values.shape[1]
    total, used = np.zeros((count, states)), 0
    mean, squares = np.zeros(count), np.zeros(count)
    step = max(1, AT_ONCE // (count + 1))
    for start in range(0, orders, step):
        drawn = min(step, orders - start)
        order = rng.permuted(np.tile(np.arange(count), (drawn, 1)), axis=1)
        # A finding is in the beginnings that are longer than its place.
        place = np.argsort(order, axis=1)
        begun = place[:, None, :] < np.arange(count + 1)[None, :, None]
        packed, back = np.unique(
            np.packbits(begun.reshape(-1, count), axis=1), axis=0, return_inverse=True
        )
        asked = np.unpackbits(packed, axis=1, count=count) > 0
        found, able = subsets.values(asked)
        impossible += int(np.count_nonzero(~able))
        back = back.reshape(drawn, count + 1)
        kept = able[back].all(axis=1)
        if not kept.any():
            continue
        gains = np.diff(found[back[kept]], axis=1)
        # From the order of coming in to the order of the findings.
        gains = np.take_along_axis(gains, place[kept][:, :, None], axis=1)
        total += gains.sum(axis=0)
        more = gains @ event
        size = len(more)
        # Means and sums of squares of two lots become those of both (Chan, Golub and LeVeque 1979).
        off = more.mean(axis=0) - mean
        squares += more.var(axis=0) * size + off**2 * used * size / (used + size)
        mean += off * size / (used + size)
        used += size
    if used < 2:
        raise QueryError(
            f"of {orders:,} orders of {count} findings nearly all begin with something impossible, as what"
            f" is set makes possible what was seen; explain at most {MOST_EXACT} findings"
        )
    return Attribution(
        before=values[0],
        after=values[1],
        alone=values[2 : 2 + count] - values[0],
        left_out=values[1] - values[2 + count :],
        shares=total / used,
        errors=np.sqrt(squares / (used - 1) / used),
        orders=used,
        impossible=impossible,
    )
