"""A plan says how to contract a tensor network: which pairs, along which axes, in which order.

A tensor network is a list of leaves, each with a tuple of labels (one per axis). Labels that are not
in the output are summed out. Plans are values that hold no numbers, so one plan serves every
evidence, and a batch is nothing but one more label (`BATCH`) on some leaves and on the output.

Every step is brought to one of two forms, prepared here once:

    multiply   (h, m, 1) * (h, 1, n)       nothing is summed
    matmul     (h, m, k) @ (h, k, n)       k is summed

or, where h is long and the rest is short, with h as the last axis, along which machines run fastest,

    multiply   (m, 1, h) * (1, n, h)
    einsum     (m, k, h) , (k, n, h) -> (m, n, h)

where h are the labels that both tensors carry and that live on, k those that both carry and that end
here, m and n the labels of one side only. The backward pass uses the same forms: the derivative
by the left tensor is the derivative by the product, contracted with the right tensor [darwiche2003].

References:
    [darwiche2003] Darwiche, A. (2003). A differential approach to inference in Bayesian networks.
        Journal of the ACM 50(3).
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from causal_model.engine.order import (
    HOPELESS,
    Elimination,
    Labels,
    Optimizer,
    Pair,
    hyper_greedy,
    pairs,
    search,
)

__all__ = [
    "BATCH",
    "Labels",
    "Pairing",
    "Plan",
    "Pull",
    "Pullback",
    "Reading",
    "Step",
    "make_partial_plan",
    "make_plan",
    "pullback",
    "remains",
]

# The label of the batch axis. Its size is known only when arrays come, so shapes say -1.
BATCH = -1

# Above this many multiplications cotengra's search is asked as well, for one order more for each so
# many multiplications and label.
WORTH_SEARCHING = 2_000_000
OPERATIONS_PER_LABEL = 4_000
MOST_ORDERS, MOST_TRIALS = 32, 128

# How long h must be, and how short all the rest, to be the last axis.
LONG, SHORT = 64, 64

# Entries of an array that is read about as fast as the smallest one.
CHEAP_READING = 128

SUMMED_AWAY = "every label must stand on two leaves or more, or in the output"


class Pairing(NamedTuple):
    """How two arrays are contracted into one.

    Attributes:
        left_axes: transposition of the left array to (h..., m..., k...), None if it is so already.
        left_shape: shape of the left array as (h, m, k), or (m, k) where h is empty; None if it has
            that already.
        right_axes: transposition of the right array to (h..., k..., n...).
        right_shape: shape of the right array as (h, k, n), or (k, n); None likewise.
        sums: whether k is not empty.
        last: whether h is the last axis of all these instead of the first.
        shape: shape of the result, one axis per label of `labels`; None if it comes so.
        labels: labels of the result: h, m, n; or m, n, h.
        summed: number of terms of every sum, the extent of k.
        operations: multiplications for one batch row.
    """

    left_axes: Labels | None
    left_shape: Labels | None
    right_axes: Labels | None
    right_shape: Labels | None
    sums: bool
    last: bool
    shape: Labels | None
    labels: Labels
    summed: int
    operations: int


class Step(NamedTuple):
    """Contract slots `left` and `right` into the next new slot."""

    left: int
    right: int
    pairing: Pairing


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The contraction of one tensor network.

    Attributes:
        leaves: the labels of every leaf; leaves are slots 0 to len(leaves) - 1.
        steps: the contractions; step i fills slot len(leaves) + i, the last one is the value.
        slots: the labels of every slot.
        entries: the number of entries of every slot for one batch row.
        output: the labels of the value, in this order.
        output_axes: transposition that brings the last slot to `output`.
        sizes: number of states of every label (1 for the batch).
        operations: multiplications of the forward pass for one batch row.
    """

    leaves: tuple[Labels, ...]
    steps: tuple[Step, ...]
    slots: tuple[Labels, ...]
    entries: tuple[int, ...]
    output: Labels
    output_axes: Labels
    sizes: Mapping[int, int]
    operations: int

    @property
    def widest(self) -> int:
        """The slot with the most entries."""
        return max(range(len(self.slots)), key=self.entries.__getitem__)


class Reading(NamedTuple):
    """A label whose marginal is the derivative by a slot, contracted with the slot itself."""

    label: int
    pairing: Pairing


class Pull(NamedTuple):
    """One derivative of the backward pass: slot `target` from its parent `source` and its `sibling`.

    Attributes:
        target: the slot by which the value is derived.
        source: the slot that the target goes into, whose derivative is known.
        sibling: the slot with which the target is contracted.
        pairing: how.
        done: the slots whose derivatives are needed no more after this.
    """

    target: int
    source: int
    sibling: int
    pairing: Pairing
    done: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Pullback:
    """The part of the backward pass that reaches what is wanted.

    Attributes:
        pulls: in the order in which they can be computed.
        labels: the labels of the derivative by each slot that is reached.
        readings: by slot, the marginals that are read there.
        kept: the slots whose derivative itself is wanted.
        operations: multiplications for one batch row.
        alive: the most entries of derivatives that are alive at a time, for one batch row.
    """

    pulls: tuple[Pull, ...]
    labels: Mapping[int, Labels]
    readings: Mapping[int, tuple[Reading, ...]]
    kept: frozenset[int]
    operations: int
    alive: int


def make_plan(
    leaves: Sequence[Labels],
    output: Labels,
    sizes: Mapping[int, int],
    *,
    known: Elimination | None = None,
    optimizer: Optimizer | None = None,
) -> Plan:
    """Plan the contraction of a tensor network.

    Args:
        leaves: labels of each leaf, at least one leaf. Every label that is not in the output must
            stand on two leaves or more.
        output: labels of the value.
        sizes: number of states of each label; the batch needs none.
        known: an elimination order, if one was found already.
        optimizer: finds the order; default: greedy elimination and, the costlier that is, the more
            orders besides.
    """
    sized = {**sizes, BATCH: 1}
    if optimizer is not None:
        return _planned(leaves, output, sized, optimizer(leaves, output, sized))
    order = (known or search(leaves, output, sized, most=MOST_ORDERS)).order
    plan = _planned(leaves, output, sized, pairs(leaves, output, sized, order))
    if plan.operations < WORTH_SEARCHING or plan.operations > HOPELESS:
        return plan
    trials = min(MOST_TRIALS, 1 + plan.operations // (OPERATIONS_PER_LABEL * len(sized)))
    other = hyper_greedy(trials)(leaves, output, sized)
    return min(plan, _planned(leaves, output, sized, other), key=_merit)


def make_partial_plan(leaves: Sequence[Labels], kept: Labels, sizes: Mapping[int, int]) -> Plan:
    """Plan to sum out all labels but some, and to leave the factors over those unmultiplied.

    The slots that no step consumes are what is left; see `remains`.
    """
    sized = {**sizes, BATCH: 1}
    order = search(leaves, kept, sized, most=MOST_ORDERS).order
    return _planned(
        leaves, kept, sized, pairs(leaves, kept, sized, order, finish=False), finish=False
    )


def remains(plan: Plan) -> list[int]:
    """The slots that no step consumes."""
    used = {slot for step in plan.steps for slot in (step.left, step.right)}
    return [slot for slot in range(len(plan.slots)) if slot not in used]


def _merit(plan: Plan) -> float:
    """What a plan costs: multiplications, and entries that are written and read again."""
    return plan.operations + 2.0 * sum(plan.entries) + 8.0 * plan.entries[plan.widest]


def _planned(
    leaves: Sequence[Labels],
    output: Labels,
    sizes: Mapping[int, int],
    found: Sequence[Pair],
    *,
    finish: bool = True,
) -> Plan:
    slots = [tuple(own) for own in leaves]
    entries = [_entries(own, sizes) for own in slots]
    uses: dict[int, int] = {}
    for own in (*slots, output):
        for label in own:
            uses[label] = uses.get(label, 0) + 1
    assert all(count > 1 for count in uses.values()), SUMMED_AWAY

    steps: list[Step] = []
    operations = 0
    for left, right in found:
        own_left, own_right = slots[left], slots[right]
        ended = []
        for label in own_left:
            if label in own_right:
                uses[label] -= 1
                if uses[label] == 1:
                    ended.append(label)
        pairing = _pair(own_left, own_right, ended, sizes)
        steps.append(Step(left, right, pairing))
        slots.append(pairing.labels)
        entries.append(pairing.operations // pairing.summed)
        operations += pairing.operations
    return Plan(
        leaves=tuple(slots[: len(leaves)]),
        steps=tuple(steps),
        slots=tuple(slots),
        entries=tuple(entries),
        output=tuple(output),
        output_axes=tuple([slots[-1].index(label) for label in output]) if finish else (),
        sizes=sizes,
        operations=operations,
    )


def pullback(plan: Plan, marginals: Iterable[int], kept: Collection[int] = ()) -> Pullback:
    """Plan the backward pass towards what is wanted, and no further.

    In a plan with a batch every derivative carries the batch, also the one by a leaf that does not.

    Args:
        plan: the forward pass.
        marginals: labels whose marginals are wanted; each is read at the slot nearest to the value that
            has it, so that the pass need not go further, or, where that is large, at the smallest.
        kept: slots whose derivative is wanted.
    """
    first = len(plan.leaves)
    parent: dict[int, tuple[int, int]] = {}
    for at, step in enumerate(plan.steps):
        parent[step.left] = (first + at, step.right)
        parent[step.right] = (first + at, step.left)
    batched = BATCH in plan.output
    cheap = 0 if batched else CHEAP_READING
    holder: dict[int, int] = {}
    for slot, own in enumerate(plan.slots):
        size = plan.entries[slot]
        for label in own:
            if label not in holder or size <= cheap or size <= plan.entries[holder[label]]:
                holder[label] = slot
    read_at: dict[int, list[int]] = {}
    for label in marginals:
        read_at.setdefault(holder[label], []).append(label)
    reached: set[int] = set()
    for slot in (*read_at, *kept):
        at = slot
        while at in parent and at not in reached:
            reached.add(at)
            at = parent[at][0]
    labels: dict[int, Labels] = {len(plan.slots) - 1: plan.slots[-1]}
    # Slots are numbered so that a product comes after its factors: go down from the value. The last
    # of the pulls from a source is the one towards the lower number.
    order = sorted(reached, reverse=True)
    last = {parent[slot][0]: slot for slot in order}
    pulls: list[Pull] = []
    readings: dict[int, tuple[Reading, ...]] = {}
    operations = held = alive = 0

    def read(slot: int) -> None:
        if slot in read_at:
            own = labels[slot]
            readings[slot] = tuple(
                Reading(label, _pair(own, plan.slots[slot], _others(own, label), plan.sizes))
                for label in read_at[slot]
            )

    read(len(plan.slots) - 1)
    for slot in order:
        source, sibling = parent[slot]
        have, want = labels[source], plan.slots[slot]
        by = plan.slots[sibling]
        ended = [label for label in have if label in by and label not in want]
        if batched and BATCH in ended:
            ended.remove(BATCH)
        pairing = _pair(have, by, ended, plan.sizes)
        labels[slot] = pairing.labels
        read(slot)
        done = [source] if last[source] == slot else []
        if slot not in last:
            done.append(slot)
        pulls.append(Pull(slot, source, sibling, pairing, tuple(done)))
        operations += pairing.operations
        held += plan.entries[slot]
        alive = max(alive, held)
        held -= sum(plan.entries[each] for each in done)
    return Pullback(tuple(pulls), labels, readings, frozenset(kept), operations, alive)


def _others(labels: Labels, label: int) -> list[int]:
    return [each for each in labels if each not in (label, BATCH)]


def _pair(left: Labels, right: Labels, ended: Collection[int], sizes: Mapping[int, int]) -> Pairing:
    """Prepare one contraction; labels of one side only live on, of the shared ones all but `ended`."""
    shared: list[int] = []
    own_left: list[int] = []
    summed: list[int] = []
    own_right: list[int] = []
    h = m = k = n = 1
    for label in left:
        if label not in right:
            own_left.append(label)
            m *= sizes[label]
        elif label in ended:
            summed.append(label)
            k *= sizes[label]
        else:
            shared.append(label)
            h *= sizes[label]
    for label in right:
        if label not in left:
            own_right.append(label)
            n *= sizes[label]
    operations = h * m * k * n
    terms = k
    # A batch is long, whatever its length.
    last = (h >= LONG or BATCH in shared) and m * k * n <= SHORT
    labels = (*own_left, *own_right, *shared) if last else (*shared, *own_left, *own_right)
    shape = [sizes[label] for label in labels]
    if BATCH in labels:
        shape[labels.index(BATCH)] = -1
        if BATCH in shared:
            h = -1
        elif BATCH in own_left:
            m = -1
        else:
            n = -1
    left_shape: Labels
    right_shape: Labels
    made: Labels
    if last:
        to_left, to_right = (*own_left, *summed, *shared), (*summed, *own_right, *shared)
        left_shape, right_shape, made = (m, k, h), (k, n, h), (m, n, h)
    elif shared:
        to_left, to_right = (*shared, *own_left, *summed), (*shared, *summed, *own_right)
        left_shape, right_shape, made = (h, m, k), (h, k, n), (h, m, n)
    else:
        to_left, to_right = (*own_left, *summed), (*summed, *own_right)
        left_shape, right_shape, made = (m, k), (k, n), (m, n)
    return Pairing(
        None if left == to_left else tuple([left.index(label) for label in to_left]),
        _unless_so(left_shape, to_left),
        None if right == to_right else tuple([right.index(label) for label in to_right]),
        _unless_so(right_shape, to_right),
        bool(summed),
        last,
        None if _unless_so(made, labels) is None else tuple(shape),
        labels,
        terms,
        operations,
    )


def _unless_so(shape: Labels, labels: Labels) -> Labels | None:
    """A shape of groups; None where every group is one label, so that it is the shape already."""
    # As many axes as groups may also be one group of two and an empty one, which has extent one.
    return None if len(shape) == len(labels) and 1 not in shape else shape


def _entries(labels: Sequence[int], sizes: Mapping[int, int]) -> int:
    return math.prod([sizes[label] for label in labels])
