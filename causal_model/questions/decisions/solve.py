"""The best policies of an influence diagram, and how much better they would be if more were known."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from causal_model.errors import TooLarge
from causal_model.questions.decisions.diagram import Diagram
from causal_model.questions.decisions.rollback import Choice, Rolled, roll_back
from causal_model.questions.decisions.weigh import Scales, Weighed, weigh

__all__ = ["Gain", "gain", "gains", "solve"]

# Sums of utilities that differ by less than this share of what is summed are the same.
SAME = 1e-12
# Entries of the arrays that tell of several nodes, case by case, at a time: 32 MB, and several copies.
MOST_ENTRIES = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What it is worth to know a node at a decision, and what is best there once it is known.

    Attributes:
        value: the gain in expected utility; 0 or more.
        choice: what is best when it is known; None where that makes no difference to any decision.
    """

    value: float
    choice: Choice | None


def solve(diagram: Diagram, scales: Scales) -> Rolled:
    """The largest expected utility, and a policy for every open decision that reaches it.

    Args:
        diagram: says what is known when; otherwise that of the scales.
        scales: weigh the cases.

    Raises:
        TooLarge: there are too many cases of what is known and decided.
    """
    return _rolled(diagram, scales, weigh(scales, _seen(diagram), diagram.order))


def gains(
    diagram: Diagram, scales: Scales, before: str, value: float
) -> tuple[dict[str, Gain], float | None]:
    """What every node is worth that could be known at a decision but is not, and all of them together.

    Args:
        diagram: says what is known when; otherwise that of the scales.
        scales: weigh the cases, those of many nodes in one batch.
        before: the decision, an open one.
        value: the expected utility without knowing more.

    Returns:
        The gains by node, and the gain of knowing all these nodes; None where there is none, or where that
        means too many cases.

    Raises:
        TooLarge: there are too many cases of what is known and decided.
    """
    nodes = diagram.open_to(before)
    if not nodes:
        return {}, None
    further = {name: diagram.knowing([name], before) for name in nodes}
    matter = {name: _seen(each) for name, each in further.items()}
    # To know one node can make others matter that are known; those are told in the cases of all.
    seen = tuple(dict.fromkeys(each for name in nodes for each in matter[name] if each != name))
    found = {name: Gain(0.0, None) for name in nodes}
    asked = [name for name in nodes if name in matter[name]]
    sizes = {name: each.size for name, each in diagram.network.variables.items()}
    cases = math.prod(sizes[name] for name in (*seen, *diagram.order))
    for group in _groups(asked, {name: cases * sizes[name] for name in asked}):
        targets = [name for name in group if name not in seen]
        weighed = weigh(scales, seen, diagram.order, targets)
        for name in group:
            rolled = _rolled(
                further[name], scales, weighed.beside(name) if name in targets else weighed
            )
            found[name] = Gain(gain(scales, rolled.value, value), rolled.choices[before])
    try:
        together = solve(diagram.knowing(nodes, before), scales).value
    except TooLarge:
        return found, None
    return found, gain(scales, together, value)


def gain(scales: Scales, value: float, without: float) -> float:
    """How much better an expected utility is than one without knowing as much; 0 where that is rounding.

    To know more is never worse, so what is below 0 is rounding too.
    """
    return value - without if value - without > _same(scales) else 0.0


def _groups(names: Iterable[str], entries: Mapping[str, int]) -> list[list[str]]:
    """The names in groups that have so many entries together, or are one name alone."""
    groups: list[list[str]] = []
    room = 0
    for name in names:
        if entries[name] > room:
            groups.append([])
            room = MOST_ENTRIES
        groups[-1].append(name)
        room -= entries[name]
    return groups


def _same(scales: Scales) -> float:
    """How far two expected utilities may be apart by rounding."""
    return SAME * sum(abs(least) + abs(least + span) for least, span in scales.ranges.values())


def _rolled(diagram: Diagram, scales: Scales, weighed: Weighed) -> Rolled:
    matters: Mapping[str, tuple[str, ...]] = diagram.matters
    probability, worth = weighed.probability, weighed.worth
    return roll_back(weighed.axes, probability, worth, matters, same=_same(scales))


def _seen(diagram: Diagram) -> tuple[str, ...]:
    """The chance nodes that are known and matter to any decision."""
    return tuple(
        dict.fromkeys(
            name
            for own in diagram.matters.values()
            for name in own
            if name not in diagram.every_decision
        )
    )
