"""What a question will take, predicted from its plans; what would take too much is refused in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.engine.plan import Plan
from causal_model.engine.pullback import Pullback
from causal_model.engine.semiring import CHUNK
from causal_model.errors import TooLarge
from causal_model.memory import DEFAULT_SHARE, free_memory, in_words

__all__ = ["Cost", "check_draws", "check_listing", "check_memory", "cost_of"]

BYTES = 8
# Less than this is granted without asking how much is free.
ALWAYS = 64 << 20
# numpy's arrays have fewer axes than this; 32 before its version 2.
MOST_AXES = 64 if int(np.__version__.partition(".")[0]) > 1 else 32
NAMED = 12
# Arrays with the terms of a sum that a step in logarithms holds: themselves, and less their largest, and
# the exponentials of that.
COPIES_OF_TERMS = 3
WAYS_OUT = (
    "Observe some of them, ask fewer targets, allow more with max_memory, or let Model.estimate answer"
    " by sampling"
)
WAYS_OUT_OF_LISTING = "Ask fewer targets, or allow more with max_memory"
WAYS_OUT_OF_DRAWS = "Ask fewer targets or with fewer draws, or allow more with max_memory"

Planned = tuple[Plan, Pullback | None, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Cost:
    """The predicted cost of a question, of one row where there are many.

    Attributes:
        operations: multiplications, forwards and backwards.
        steps: contractions, forwards and backwards.
        bytes: the most memory at a time, also should the numbers be so extreme that logarithms are
            needed.
        widest: the nodes of the largest intermediate table.
        widest_entries: its number of entries.
        parts: into how many tensor networks the question falls.
    """

    operations: int
    steps: int
    bytes: int
    widest: tuple[str, ...]
    widest_entries: int
    parts: int


def cost_of(planned: Sequence[Planned]) -> Cost:
    """Predict what the plans of a question take.

    All arrays of the forward passes count, since constant ones are kept between the parts; of the
    backward passes the largest; two copies of the widest array that is brought into another order; and
    the terms of the largest sum, which are written out in logarithms.
    """
    operations = steps = held = passing = widest_entries = 0
    widest: tuple[str, ...] = ()
    for plan, back, labels in planned:
        held += sum(plan.entries)
        operations += plan.operations
        steps += len(plan.steps)
        slot = plan.widest
        alive = 2 * plan.entries[slot] + COPIES_OF_TERMS * _terms_at_once(plan, back)
        if back is not None:
            operations += back.operations
            steps += len(back.pulls)
            alive += back.alive
        passing = max(passing, alive)
        if plan.entries[slot] > widest_entries:
            widest_entries = plan.entries[slot]
            names = {label: name for name, label in labels.items()}
            widest = tuple([names[each] for each in plan.slots[slot] if each in names])
    return Cost(operations, steps, BYTES * (held + passing), widest, widest_entries, len(planned))


def check_memory(planned: Sequence[Planned], allowed: int | None) -> None:
    """Refuse what is predicted to take too much memory.

    Args:
        planned: the plans of a question.
        allowed: bytes; default a share of what is free.

    Raises:
        TooLarge: it would; the message names the nodes that make it so, and what can be done.
    """
    cost = cost_of(planned)
    axes = max((len(own) for plan, _, _ in planned for own in plan.slots), default=0)
    if cost.bytes <= (ALWAYS if allowed is None else allowed) and axes < MOST_AXES:
        return
    granted = _granted(allowed)
    if cost.bytes > granted or axes >= MOST_AXES:
        raise _refusal(cost.bytes, cost.widest, cost.widest_entries, granted, allowed)


def check_listing(sizes: Mapping[str, int], entry_bytes: int, allowed: int | None) -> None:
    """Refuse a table whose entries one by one, as values of Python, would take too much memory.

    Args:
        sizes: number of states of the nodes that the table is over.
        entry_bytes: what an entry takes.
        allowed: bytes; default a share of what is free.

    Raises:
        TooLarge: it would.
    """
    entries = math.prod(sizes.values())
    needed = entries * entry_bytes
    if needed <= (ALWAYS if allowed is None else allowed):
        return
    granted = _granted(allowed)
    if needed > granted:
        raise _refusal(needed, tuple(sizes), entries, granted, allowed, listing=True)


def check_draws(needed: int, allowed: int | None) -> None:
    """Refuse draws of tables, and of answers, that together would take too much memory.

    Args:
        needed: bytes.
        allowed: bytes; default a share of what is free.

    Raises:
        TooLarge: it is more.
    """
    if needed <= (ALWAYS if allowed is None else allowed):
        return
    granted = _granted(allowed)
    if needed > granted:
        share = f", {DEFAULT_SHARE:.0%} of what is free" if allowed is None else ""
        raise TooLarge(
            f"the draws of tables and answers would take about {in_words(needed)} of memory,"
            f" {in_words(granted)} are allowed{share}",
            needed,
            ways_out=WAYS_OUT_OF_DRAWS,
            listing=True,
        )


def _terms_at_once(plan: Plan, back: Pullback | None) -> int:
    """Terms of a sum that are written out at a time: a chunk, or those of one row of the left array."""
    steps = [(step.pairing, step.right) for step in plan.steps]
    if back is not None:
        steps += [
            (pull.pairing, pull.source if pull.sibling_left else pull.sibling)
            for pull in back.pulls
        ]
    return max(
        (
            min(pairing.operations, max(CHUNK, plan.entries[right]))
            for pairing, right in steps
            if pairing.summed > 1
        ),
        default=0,
    )


def _granted(allowed: int | None) -> int:
    return int(DEFAULT_SHARE * free_memory()) if allowed is None else allowed


def _refusal(
    needed: int,
    nodes: tuple[str, ...],
    entries: int,
    granted: int,
    allowed: int | None,
    *,
    listing: bool = False,
) -> TooLarge:
    names = ", ".join(nodes[:NAMED]) + (", ..." if len(nodes) > NAMED else "")
    share = f", {DEFAULT_SHARE:.0%} of what is free" if allowed is None else ""
    return TooLarge(
        f"this question would take about {in_words(needed)} of memory, {in_words(granted)} are"
        f" allowed{share}. What makes it wide is a table over {len(nodes)} nodes with"
        f" {entries:.3g} entries: {names}",
        needed,
        nodes,
        ways_out=WAYS_OUT_OF_LISTING if listing else WAYS_OUT,
        listing=listing,
    )
