"""A plan says how to contract a tensor network: which pairs, along which axes, in which order.

A tensor network is a list of leaves, each with a tuple of labels (one per axis). Labels that are not
in the output are summed out. Plans are values that hold no numbers, so one plan serves every
evidence, and a batch is nothing but one more label (`BATCH`) on some leaves and on the output.

Every step is brought to one of two forms, prepared here once:

    multiply   (h, m, 1) * (h, 1, n)       nothing is summed
    matmul     (h, m, k) @ (h, k, n)       k is summed

where h are the labels that both tensors carry and that live on, k those that both carry and that end
here, m and n the labels of one side only. The backward pass uses the same two forms: the derivative
by the left tensor is the derivative by the product, contracted with the right tensor [darwiche2003].

References:
    [darwiche2003] Darwiche, A. (2003). A differential approach to inference in Bayesian networks.
        Journal of the ACM 50(3).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from causal_model.engine.order import Labels, Optimizer, greedy, hyper_greedy

__all__ = [
    "BATCH",
    "Labels",
    "Pairing",
    "Plan",
    "Pull",
    "Pullback",
    "Step",
    "make_plan",
    "pullback",
]

# The label of the batch axis. Its size is known only when arrays come, so shapes say -1.
BATCH = -1

# Above this many multiplications an order found by longer search repays the search.
WORTH_SEARCHING = 2e6
SEARCH_REPEATS = 64

SUMMED_AWAY = "every label must stand on two leaves or more, or in the output"


@dataclass(frozen=True, slots=True)
class Pairing:
    """How two arrays are contracted into one.

    Attributes:
        left_axes: transposition of the left array to (h..., m..., k...), None if it is so already.
        left_shape: shape of the left array as (h, m, k), or (m, k) where h is empty.
        right_axes: transposition of the right array to (h..., k..., n...).
        right_shape: shape of the right array as (h, k, n), or (k, n).
        sums: whether k is not empty.
        shape: shape of the result, one axis per label of `labels`.
        labels: labels of the result, h then m then n.
        operations: multiplications for one batch row.
    """

    left_axes: Labels | None
    left_shape: Labels
    right_axes: Labels | None
    right_shape: Labels
    sums: bool
    shape: Labels
    labels: Labels
    operations: int


@dataclass(frozen=True, slots=True)
class Step:
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
        output: the labels of the value, in this order.
        output_axes: transposition that brings the last slot to `output`.
        sizes: number of states of every label (1 for the batch).
        operations: multiplications of the forward pass for one batch row.
        widest: entries of the largest tensor for one batch row.
        widest_labels: the labels of that tensor.
        log_states: logarithm of the number of joint states, which bounds how large sums can get.
    """

    leaves: tuple[Labels, ...]
    steps: tuple[Step, ...]
    slots: tuple[Labels, ...]
    output: Labels
    output_axes: Labels
    sizes: Mapping[int, int]
    operations: int
    widest: int
    widest_labels: Labels
    log_states: float


@dataclass(frozen=True, slots=True)
class Pull:
    """One derivative of the backward pass: slot `target` from its parent `source` and its `sibling`."""

    target: int
    source: int
    sibling: int
    pairing: Pairing


@dataclass(frozen=True, slots=True, eq=False)
class Pullback:
    """The part of the backward pass that reaches the wanted slots.

    Attributes:
        pulls: in the order in which they can be computed.
        labels: the labels of the derivative by each slot that is reached.
    """

    pulls: tuple[Pull, ...]
    labels: Mapping[int, Labels]


def make_plan(
    leaves: Sequence[Labels],
    output: Labels,
    sizes: Mapping[int, int],
    optimizer: Optimizer | None = None,
) -> Plan:
    """Plan the contraction of a tensor network.

    Args:
        leaves: labels of each leaf, at least one leaf. Every label that is not in the output must
            stand on two leaves or more.
        output: labels of the value.
        sizes: number of states of each label; the batch needs none.
        optimizer: finds the order; default: greedy elimination, followed by a search with cotengra
            where the greedy order is costly.
    """
    sized = {**sizes, BATCH: 1}
    if optimizer is not None:
        return _planned(leaves, output, sized, optimizer)
    plan = _planned(leaves, output, sized, greedy)
    if plan.operations < WORTH_SEARCHING:
        return plan
    other = _planned(leaves, output, sized, hyper_greedy(SEARCH_REPEATS))
    return min(plan, other, key=lambda each: each.operations)


def _planned(
    leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int], optimizer: Optimizer
) -> Plan:
    slots = [tuple(own) for own in leaves]
    uses: dict[int, int] = {}
    for own in slots:
        for label in own:
            uses[label] = uses.get(label, 0) + 1
    for label in output:
        uses[label] = uses.get(label, 0) + 1
    assert all(count > 1 for count in uses.values()), SUMMED_AWAY

    steps: list[Step] = []
    for left, right in optimizer(leaves, output, sizes):
        both = {*slots[left], *slots[right]}
        for label in both:
            uses[label] += 1 - (label in slots[left]) - (label in slots[right])
        kept = {label for label in both if uses[label] > 1}
        pairing = _pair(slots[left], slots[right], kept, sizes)
        steps.append(Step(left, right, pairing))
        slots.append(pairing.labels)
    widest_labels = max(slots, key=lambda own: _entries(own, sizes))
    return Plan(
        leaves=tuple(tuple(own) for own in leaves),
        steps=tuple(steps),
        slots=tuple(slots),
        output=tuple(output),
        output_axes=tuple(slots[-1].index(label) for label in output),
        sizes=dict(sizes),
        operations=sum(step.pairing.operations for step in steps),
        widest=_entries(widest_labels, sizes),
        widest_labels=tuple(label for label in widest_labels if label != BATCH),
        log_states=sum(math.log(size) for size in sizes.values()),
    )


def pullback(plan: Plan, wanted: Sequence[int]) -> Pullback:
    """Plan the backward pass towards the wanted slots, and no further.

    In a plan with a batch every derivative carries the batch, also the one by a leaf that does not.
    """
    first = len(plan.leaves)
    parent: dict[int, tuple[int, int]] = {}
    for at, step in enumerate(plan.steps):
        parent[step.left] = (first + at, step.right)
        parent[step.right] = (first + at, step.left)
    reached: set[int] = set()
    for slot in wanted:
        at = slot
        while at in parent and at not in reached:
            reached.add(at)
            at = parent[at][0]
    labels: dict[int, Labels] = {len(plan.slots) - 1: plan.slots[-1]}
    batched = {BATCH} if BATCH in plan.output else set()
    pulls: list[Pull] = []
    # Slots are numbered so that a product comes after its factors: go down from the value.
    for slot in sorted(reached, reverse=True):
        source, sibling = parent[slot]
        pairing = _pair(
            labels[source], plan.slots[sibling], {*plan.slots[slot], *batched}, plan.sizes
        )
        labels[slot] = pairing.labels
        pulls.append(Pull(slot, source, sibling, pairing))
    return Pullback(tuple(pulls), labels)


def _pair(left: Labels, right: Labels, kept: set[int], sizes: Mapping[int, int]) -> Pairing:
    on_left, on_right = set(left), set(right)
    shared = [label for label in left if label in on_right and label in kept]
    summed = [label for label in left if label in on_right and label not in kept]
    own_left = [label for label in left if label not in on_right]
    own_right = [label for label in right if label not in on_left]
    labels = (*shared, *own_left, *own_right)
    return Pairing(
        left_axes=_axes(left, (*shared, *own_left, *summed)),
        left_shape=_grouped(sizes, shared, own_left, summed),
        right_axes=_axes(right, (*shared, *summed, *own_right)),
        right_shape=_grouped(sizes, shared, summed, own_right),
        sums=bool(summed),
        shape=tuple(_extent((label,), sizes) for label in labels),
        labels=labels,
        operations=_entries((*labels, *summed), sizes),
    )


def _axes(have: Labels, want: Labels) -> Labels | None:
    return None if have == want else tuple(have.index(label) for label in want)


def _grouped(sizes: Mapping[int, int], *groups: Sequence[int]) -> Labels:
    """Shape of an array whose axes are merged group by group; an empty first group is left out."""
    extents = [_extent(group, sizes) for group in groups]
    return tuple(extents if groups[0] else extents[1:])


def _extent(labels: Sequence[int], sizes: Mapping[int, int]) -> int:
    return -1 if BATCH in labels else _entries(labels, sizes)


def _entries(labels: Sequence[int], sizes: Mapping[int, int]) -> int:
    return math.prod(sizes[label] for label in labels)
