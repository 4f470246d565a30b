"""What a question will take, predicted from its plans; what would take too much is refused in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.engine.plan import Plan
from causal_model.engine.pullback import Pullback
from causal_model.errors import TooLarge
from causal_model.memory import DEFAULT_SHARE, free_memory, in_words

__all__ = ["Cost", "check_memory", "cost_of"]

BYTES = 8
# Less than this is granted without asking how much is free.
ALWAYS = 64 << 20
# numpy's arrays have fewer axes than this; 32 before its version 2.
MOST_AXES = 64 if int(np.__version__.partition(".")[0]) > 1 else 32
NAMED = 12

Planned = tuple[Plan, Pullback | None, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Cost:
    """The predicted cost of a question, of one row where there are many.

    Attributes:
        operations: multiplications, forwards and backwards.
        steps: contractions, forwards and backwards.
        bytes: the most memory at a time.
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
    backward passes the largest; and two copies of the widest array that is brought into another order.
    """
    operations = steps = held = passing = widest_entries = 0
    widest: tuple[str, ...] = ()
    for plan, back, labels in planned:
        held += sum(plan.entries)
        operations += plan.operations
        steps += len(plan.steps)
        slot = plan.widest
        alive = 2 * plan.entries[slot]
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
    free = free_memory()
    granted = int(DEFAULT_SHARE * free) if allowed is None else allowed
    if cost.bytes <= granted and axes < MOST_AXES:
        return
    names = ", ".join(cost.widest[:NAMED]) + (", ..." if len(cost.widest) > NAMED else "")
    share = f", {DEFAULT_SHARE:.0%} of what is free" if allowed is None else ""
    raise TooLarge(
        f"this question would take about {in_words(cost.bytes)} of memory, {in_words(granted)} are"
        f" allowed{share}. What makes it wide is a table over {len(cost.widest)} nodes with"
        f" {cost.widest_entries:.3g} entries: {names}. Observe some of them, ask fewer targets, allow"
        " more with --max-memory, or let --approximate answer by sampling",
        cost.bytes,
        cost.widest,
    )
