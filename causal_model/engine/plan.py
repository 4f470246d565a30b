"""A plan says how to contract a tensor network: which pairs, along which axes, in which order.

A tensor network is a list of leaves, each with a tuple of labels (one per axis). Labels that are not
in the output are summed out. Plans are values that hold no numbers, so one plan serves every
evidence, and a batch is nothing but one more label (`BATCH`) on some leaves and on the output.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from causal_model.engine.order import (
    HOPELESS,
    Elimination,
    Labels,
    Optimizer,
    Product,
    hyper_greedy,
    products,
    search,
    with_ended,
)
from causal_model.engine.pairing import BATCH, Pairing, pair

__all__ = [
    "BATCH",
    "Labels",
    "Plan",
    "Step",
    "make_partial_plan",
    "make_plan",
    "remains",
]

# Above this many multiplications, altogether and for each label, cotengra's search is asked as well, for
# one order more for each so many multiplications and label. A dozen of its orders finds most of what
# many do.
WORTH_SEARCHING, WORTH_BY_LABEL = 2_000_000, 48_000
OPERATIONS_PER_LABEL = 16_000
FEWEST_TRIALS, MOST_TRIALS = 12, 64
MOST_ORDERS = 32


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
        sizes: number of states of every label; -1 for the batch, as in shapes that numpy completes.
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
        found = optimizer(leaves, output, sized)
        return _planned(leaves, output, sized, with_ended(leaves, output, found))
    order = (known or search(leaves, output, sized, most=MOST_ORDERS)).order
    plan = _planned(leaves, output, sized, products(leaves, output, sized, order))
    worth = max(WORTH_SEARCHING, WORTH_BY_LABEL * len(sized))
    if not worth <= plan.operations <= HOPELESS:
        return plan
    trials = plan.operations // (OPERATIONS_PER_LABEL * len(sized))
    trials = max(FEWEST_TRIALS, min(MOST_TRIALS, trials))
    other = with_ended(leaves, output, hyper_greedy(trials)(leaves, output, sized))
    return min(plan, _planned(leaves, output, sized, other), key=_merit)


def make_partial_plan(leaves: Sequence[Labels], kept: Labels, sizes: Mapping[int, int]) -> Plan:
    """Plan to sum out all labels but some, and to leave the factors over those unmultiplied.

    The slots that no step consumes are what is left; see `remains`.
    """
    sized = {**sizes, BATCH: 1}
    order = search(leaves, kept, sized, most=MOST_ORDERS).order
    found = products(leaves, kept, sized, order, finish=False)
    return _planned(leaves, kept, sized, found, finish=False)


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
    found: Sequence[Product],
    *,
    finish: bool = True,
) -> Plan:
    sizes = {**sizes, BATCH: -1}
    slots = [tuple(own) for own in leaves]
    shapes = [tuple([sizes[label] for label in own]) for own in slots]
    entries = [abs(math.prod(shape)) for shape in shapes]
    steps: list[Step] = []
    operations = 0
    for left, right, ended in found:
        pairing, made = pair(slots[left], slots[right], ended, shapes[left], shapes[right])
        steps.append(Step(left, right, pairing))
        slots.append(made)
        shapes.append(pairing.shape)
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
