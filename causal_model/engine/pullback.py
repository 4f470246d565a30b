"""The backward pass, planned towards what is wanted and no further.

Every step of a plan that is on the way from the value to something wanted is read backwards, see
`pairing`. The marginal of a label is read at one slot that carries it: the slot times its derivative,
summed over all else.

In a plan with a batch every derivative carries the batch, also that by a slot that does not; so there
the contractions backwards are not those forwards, and are prepared on their own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from causal_model.engine.order import Labels
from causal_model.engine.pairing import BATCH, Pairing, pair
from causal_model.engine.plan import Plan

__all__ = ["Pull", "Pullback", "Reading", "pullback"]

# Entries of an array that is read about as fast as the smallest one.
CHEAP_READING = 128


class Reading(NamedTuple):
    """A label whose marginal is a slot times its derivative, summed over all other labels.

    Attributes:
        label: the label.
        axes: transposition that brings it to the front; None if it is there.
        pairing: in a plan with a batch, how to contract derivative and slot; else None.
        labels: the labels that this gives, the label and the batch.
    """

    label: int
    axes: Labels | None
    pairing: Pairing | None
    labels: Labels


class Pull(NamedTuple):
    """One derivative of the backward pass: slot `target` from its parent `source` and its `sibling`.

    Attributes:
        target: the slot by which the value is derived.
        source: the slot that the target goes into, whose derivative is known.
        sibling: the slot with which the target is contracted.
        pairing: how.
        sibling_left: whether the sibling is the left array of that, and the derivative the right one.
        done: the slots whose derivatives are needed no more after this.
    """

    target: int
    source: int
    sibling: int
    pairing: Pairing
    sibling_left: bool
    done: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Pullback:
    """The part of the backward pass that reaches what is wanted.

    Attributes:
        pulls: in the order in which they can be computed.
        labels: the labels of the derivative by each slot that is reached.
        readings: by slot, the marginals that are read there, slots in the order of the pass.
        states: the labels that are read, in this order, each with its number of states.
        firsts: where the terms of every one of these states begin, when the terms of all readings are
            put end to end; for no batch.
        kept: the slots whose derivative itself is wanted.
        by_row: whether there is a batch.
        operations: multiplications for one batch row.
        alive: the most entries of derivatives that are alive at a time, for one batch row.
    """

    pulls: tuple[Pull, ...]
    labels: Mapping[int, Labels]
    readings: Mapping[int, tuple[Reading, ...]]
    states: tuple[tuple[int, int], ...]
    firsts: NDArray[np.intp]
    kept: frozenset[int]
    by_row: bool
    operations: int
    alive: int


def pullback(plan: Plan, marginals: Iterable[int], kept: Collection[int] = ()) -> Pullback:
    """Plan the backward pass towards what is wanted.

    Args:
        plan: the forward pass.
        marginals: labels whose marginals are wanted; each is read at the slot nearest to the value that
            has it, so that the pass need not go further, or, where that is large, at the smallest.
        kept: slots whose derivative is wanted.
    """
    slots, entries, sizes = plan.slots, plan.entries, plan.sizes
    first, top = len(plan.leaves), len(slots) - 1
    # The step that a slot goes into, and whether it is the left array there.
    parent: dict[int, tuple[int, bool]] = {}
    for at, (left, right, _) in enumerate(plan.steps):
        parent[left] = (at, True)
        parent[right] = (at, False)
    batched = BATCH in plan.output
    read_at = _places(plan, marginals, 0 if batched else CHEAP_READING)
    reached: set[int] = set()
    for slot in (*read_at, *kept):
        at = slot
        while at in parent and at not in reached:
            reached.add(at)
            at = first + parent[at][0]
    # Slots are numbered so that a product comes after its factors: go down from the value. The last
    # of the pulls from a source is the one towards the lower number.
    order = sorted(reached, reverse=True)
    last = {parent[slot][0]: slot for slot in order}
    going_on = {first + at for at in last}
    labels: dict[int, Labels] = {top: slots[top]}
    pulls: list[Pull] = []
    operations = held = alive = 0
    for slot in order:
        at, is_left = parent[slot]
        left, right, forwards = plan.steps[at]
        source, sibling = first + at, right if is_left else left
        if batched:
            have, by, want = labels[source], slots[sibling], slots[slot]
            ended = [each for each in have if each in by and each not in want and each != BATCH]
            pairing, labels[slot] = pair(have, by, ended, _shape(have, sizes), _shape(by, sizes))
        else:
            labels[slot] = slots[slot]
            pairing = forwards.by_left if is_left else forwards.by_right
        done = [source] if last[at] == slot else []
        if slot not in going_on:
            done.append(slot)
        sibling_left = not (batched or is_left)
        pulls.append(Pull(slot, source, sibling, pairing, sibling_left, tuple(done)))
        operations += pairing.operations
        held += entries[slot]
        alive = max(alive, held)
        for each in done:
            held -= entries[each]
    readings: dict[int, tuple[Reading, ...]] = {}
    for slot in (top, *order):
        if slot in read_at:
            own = labels[slot]
            readings[slot] = tuple(
                [_reading(label, own, slots[slot], sizes, batched) for label in read_at[slot]]
            )
    firsts: list[int] = []
    end = 0
    states: list[tuple[int, int]] = []
    for slot, found in readings.items():
        size = entries[slot]
        for reading in found:
            firsts += range(end, end + size, size // sizes[reading.label])
            end += size
            states.append((reading.label, sizes[reading.label]))
    return Pullback(
        pulls=tuple(pulls),
        labels=labels,
        readings=readings,
        states=tuple(states),
        firsts=np.array(firsts, dtype=np.intp),
        kept=frozenset(kept),
        by_row=batched,
        operations=operations,
        alive=alive,
    )


def _places(plan: Plan, marginals: Iterable[int], cheap: int) -> dict[int, list[int]]:
    """The slot where each label is read, with all that are read there."""
    holder: dict[int, int] = {}
    smallest: dict[int, int] = {}
    for slot, (own, size) in enumerate(zip(plan.slots, plan.entries, strict=True)):
        for label in own:
            if size <= cheap or label not in holder or size <= smallest[label]:
                holder[label], smallest[label] = slot, size
    places: dict[int, list[int]] = {}
    for label in marginals:
        places.setdefault(holder[label], []).append(label)
    return places


def _reading(
    label: int, derivative: Labels, value: Labels, sizes: Mapping[int, int], batched: bool
) -> Reading:
    if batched:
        others = [each for each in derivative if each not in (label, BATCH)]
        shapes = _shape(derivative, sizes), _shape(value, sizes)
        return Reading(label, None, *pair(derivative, value, others, *shapes))
    at = value.index(label)
    axes = None if at == 0 else (at, *range(at), *range(at + 1, len(value)))
    return Reading(label, axes, None, (label,))


def _shape(labels: Labels, sizes: Mapping[int, int]) -> Labels:
    return tuple([sizes[label] for label in labels])
