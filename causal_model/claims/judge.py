"""Whether a statement holds in a model, by how much, and what was measured.

Probabilities are sums of products of floats, so two that are equal on paper may differ in their last
digits: what is strict must hold by more than that, and what is not may miss by as much.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from causal_model.claims.asking import Asked, cases_of, sums_of
from causal_model.errors import CausalModelError
from causal_model.graph import directed_path, has_arrow, open_path
from causal_model.notation.fit import Unit, unit_of
from causal_model.notation.statement import (
    Amount,
    Arrows,
    Comparison,
    Independence,
    MostLikely,
    Nearness,
    ParentsOf,
    Paths,
    Quantity,
    Sign,
    Statement,
    Sum,
    Trend,
)

__all__ = ["EQUAL", "Judgement", "Measured", "judge"]

ROUNDING = 1e-12
# What is said to be equal, or independent in the tables, may differ by this much.
EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that a statement speaks of: its words there (or the case), and its value."""

    what: str
    value: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a statement.

    Attributes:
        holds: None where it cannot be judged.
        measured: the numbers that it speaks of, in their order; empty for statements about arrows.
        told: the same in words, short.
        distance: by how much it holds, negative where it fails: for probabilities a difference of
            probabilities, for expected values in the unit of the node; None for statements about arrows.
        unit: of the distance.
        reason: why it cannot be judged; empty otherwise.
    """

    holds: bool | None
    measured: tuple[Measured, ...] = ()
    told: str = ""
    distance: float | None = None
    unit: Unit | None = None
    reason: str = ""


def judge(statement: Statement, text: str, asked: Asked) -> Judgement:
    """Judge a statement that fits the graph.

    Args:
        statement: what is stated.
        text: the text that it was read from.
        asked: the model.

    Returns:
        The judgement; where the evidence that the statement assumes is impossible, or the answer would
        take too much memory, it says so and `holds` is None.
    """
    try:
        return _judged(statement, text, asked)
    except CausalModelError as error:
        return Judgement(None, reason=str(error))


def _judged(statement: Statement, text: str, asked: Asked) -> Judgement:
    match statement:
        case Comparison():
            return _comparison(statement, text, asked)
        case Nearness():
            return _nearness(statement, text, asked)
        case Trend():
            return _trend(statement, asked)
        case MostLikely():
            return _most_likely(statement, asked)
        case Independence():
            return _independence(statement, asked)
        case Arrows():
            return _arrows(statement, asked)
        case Paths():
            return _paths(statement, asked)


def _comparison(claim: Comparison, text: str, asked: Asked) -> Judgement:
    unit, measured, values = _measured(claim, text, asked)
    sides = [_total(each, values) for each in claim.sides]
    slack, holds = math.inf, True
    for (left, right), sign in zip(pairwise(sides), claim.signs, strict=True):
        rounding = ROUNDING * max(1.0, abs(left), abs(right))
        distance = _distance(left, right, sign)
        slack = min(slack, distance)
        if sign == "=":
            holds = holds and distance >= -EQUAL * max(1.0, abs(left), abs(right))
        else:
            strict = sign in ("<", ">")
            holds = holds and (distance > rounding if strict else distance >= -rounding)
    return Judgement(holds, measured, _in_place(claim, text, values, unit), slack, unit)


def _distance(left: float, right: float, sign: Sign) -> float:
    if sign == "=":
        return -abs(left - right)
    return left - right if sign in (">", ">=") else right - left


def _nearness(claim: Nearness, text: str, asked: Asked) -> Judgement:
    unit, measured, values = _measured(claim, text, asked)
    left, right = _total(claim.left, values), _total(claim.right, values)
    slack = claim.margin.value - abs(left - right)
    holds = slack >= -ROUNDING * max(1.0, abs(left), abs(right))
    return Judgement(holds, measured, _in_place(claim, text, values, unit), slack, unit)


def _trend(claim: Trend, asked: Asked) -> Judgement:
    unit = unit_of([claim.sum])
    measured = []
    for name, condition in cases_of(claim, asked.model):
        values = {id(each): asked.value(each, [condition]) for each in claim.sum.quantities()}
        measured.append(Measured(name, _total(claim.sum, values)))
    steps = [after.value - before.value for before, after in pairwise(measured)]
    smallest = min(steps) if claim.rises else -max(steps)
    told = ", ".join(_shown(each.value, unit) for each in measured)
    holds, slack = _leads(smallest, claim.margin)
    return Judgement(holds, tuple(measured), told, slack, unit)


def _leads(lead: float, margin: Amount) -> tuple[bool, float]:
    """Whether a lead is as large as was asked for, and by how much; without a margin it must be there."""
    slack = lead - margin.value
    return (slack >= -ROUNDING if margin.value else lead > ROUNDING), slack


def _most_likely(claim: MostLikely, asked: Asked) -> Judgement:
    found = asked.distribution(claim.node.text, claim.conditions)
    named = {each.text for each in claim.states}
    ranked = sorted(found, key=lambda state: -found[state])
    inside = next(state for state in ranked if state in named)
    outside = next(state for state in ranked if state not in named)
    first, second = sorted((inside, outside), key=ranked.index)
    told = ", next ".join(
        f"{each} {_shown(found[each], 'probability')}" for each in (first, second)
    )
    holds, slack = _leads(found[inside] - found[outside], claim.margin)
    measured = tuple(Measured(state, p) for state, p in found.items())
    return Judgement(holds, measured, told, slack, "probability")


def _independence(claim: Independence, asked: Asked) -> Judgement:
    parents = asked.model.network.parents
    given: dict[str, None] = {}
    for each in claim.given:
        own = parents[each.node.text] if isinstance(each, ParentsOf) else [each.text]
        given |= dict.fromkeys(own)
    left = [each.text for each in claim.left if each.text not in given]
    right = [each.text for each in claim.right if each.text not in given]
    if claim.in_tables:
        furthest = _furthest(asked, left, right, list(given)) if left and right else 0.0
        told = f"largest difference {_shown(furthest, 'probability')}"
        measured = (Measured("largest difference", furthest),)
        distance = EQUAL - furthest if claim.holds else furthest - EQUAL
        return Judgement(distance >= 0, measured, told, distance, "probability")
    path = open_path(parents, left, right, given)
    told = "no open path" if path is None else "open path " + " ".join(path)
    return Judgement((path is None) == claim.holds, told=told)


def _furthest(
    asked: Asked, left: Sequence[str], right: Sequence[str], given: Sequence[str]
) -> float:
    """The largest distance in total variation of P(left | right, given) from P(left | given)."""
    joint = asked.joint([*given, *right, *left])
    sizes = [math.prod(len(asked.model.states(name)) for name in names) for names in (right, left)]
    cube = joint.reshape(-1, *sizes)  # (given, right, left)
    weight = cube.sum(axis=-1, keepdims=True)
    whole = cube.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = cube / weight - whole / whole.sum(axis=-1, keepdims=True)
    # What has probability zero says nothing.
    apart = np.where(weight > 0, apart, 0.0)
    return float(np.abs(apart).sum(axis=-1).max() / 2)


def _arrows(claim: Arrows, asked: Asked) -> Judgement:
    parents = asked.model.network.parents
    pairs = [(a.text, b.text) for a in claim.starts for b in claim.ends]
    there = [pair for pair in pairs if has_arrow(parents, *pair)]
    missing = [pair for pair in pairs if pair not in there]
    if claim.exist:
        listed = ", ".join(" -> ".join(pair) for pair in missing)
        return Judgement(not missing, told=f"missing {listed}" if listed else "there")
    listed = ", ".join(" -> ".join(pair) for pair in there)
    return Judgement(not there, told=listed or "no arrow")


def _paths(claim: Paths, asked: Asked) -> Judgement:
    avoiding = [each.text for each in claim.avoiding]
    way = _way(claim, asked, [] if claim.quantifier == "every" else avoiding)
    if claim.quantifier != "every":
        told = "no path" if way is None else " -> ".join(way)
        return Judgement((way is not None) == (claim.quantifier == "some"), told=told)
    around = _way(claim, asked, avoiding)
    if way is None:
        return Judgement(False, told="no path")
    told = " -> ".join(way) if around is None else "around: " + " -> ".join(around)
    return Judgement(around is None, told=told)


def _way(claim: Paths, asked: Asked, avoiding: Sequence[str]) -> tuple[str, ...] | None:
    """A path along the nodes of a claim; arrows run in no circle, so its parts never meet."""
    parents = asked.model.network.parents
    whole: tuple[str, ...] = (claim.nodes[0].text,)
    for (a, b), direct in zip(pairwise(claim.nodes), claim.direct, strict=True):
        part = directed_path(parents, a.text, b.text, avoiding=avoiding)
        if direct:
            part = (a.text, b.text) if has_arrow(parents, a.text, b.text) else None
        if part is None:
            return None
        whole += part[1:]
    return whole


def _measured(
    claim: Comparison | Nearness, text: str, asked: Asked
) -> tuple[Unit | None, tuple[Measured, ...], dict[int, float]]:
    """The unit of the quantities of a claim, and their values: for a reader, and by identity."""
    quantities = [each for one in sums_of(claim) for each in one.quantities()]
    values = {id(each): asked.value(each) for each in quantities}
    measured = tuple(Measured(text[slice(*each.at)], values[id(each)]) for each in quantities)
    return unit_of(sums_of(claim)), measured, values


def _total(sum_: Sum, values: dict[int, float]) -> float:
    return math.fsum(
        term.factor * (term.of.value if isinstance(term.of, Amount) else values[id(term.of)])
        for term in sum_.terms
    )


def _in_place(
    claim: Comparison | Nearness, text: str, values: dict[int, float], unit: Unit | None
) -> str:
    """The statement with every quantity replaced by its value."""
    quantities: list[Quantity] = [each for one in sums_of(claim) for each in one.quantities()]
    for each in sorted(quantities, key=lambda each: -each.at[0]):
        text = text[: each.at[0]] + _shown(values[id(each)], unit) + text[each.at[1] :]
    return " ".join(text.split())


_FORMS: dict[Unit | None, Callable[[float], str]] = {
    "probability": lambda value: f"{100 * value:.1f} %",
    "value": lambda value: f"{value:.4g}",
}


def _shown(value: float, unit: Unit | None) -> str:
    return _FORMS[unit](value)
