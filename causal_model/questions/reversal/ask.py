"""Ask what would reverse a statement; see `analysis.flip` for the mathematics."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from causal_model.analysis.flip import BEYOND, Margin, crossing_strength, entry_moves
from causal_model.analysis.sensitivity import (
    EntryFunctions,
    entry_functions,
    entry_intervals,
    two_passes,
)
from causal_model.build import row_confidences
from causal_model.claims.asking import Asked
from causal_model.claims.check import require_statement, setting_for
from causal_model.claims.judge import judge
from causal_model.errors import QueryError, did_you_mean
from causal_model.inference.findings import Findings, bind
from causal_model.model import Model, Told
from causal_model.network import Array
from causal_model.questions.reversal.effects import ORDERS, FindingFlip, Flip, Order, RowFlip, Way
from causal_model.questions.reversal.margins import Question, margins_of
from causal_model.questions.tornado.ask import LEVEL
from causal_model.questions.tornado.entries import bases_of, entry_at

__all__ = ["flip"]


def flip(
    model: Model,
    statement: str,
    *,
    level: float = LEVEL,
    order: Order = "change",
    **told: Unpack[Told],
) -> Flip:
    """Ask for the smallest change of one row, and of one finding, that reverses a statement.

    Args:
        model: the graph; findings that it assumes are in force.
        statement: a comparison in the notation of claims, such as ``P(btc_return = down) > 40 %``.
        level: the probability of the intervals with which changes of rows are compared.
        order: what makes a change of a row small: "change", its size, or "interval", its size in parts of
            the way to the end of the interval, where rows without an interval come last.
        **told: findings as in `Model.query`, which hold besides the conditions of the statement.

    Raises:
        StatementError: the statement is not in the notation, or does not fit the graph.
        QueryError: it has no margins, or the findings fix what it speaks of.
        EvidenceError: a finding names something unknown, or is a belief.
        ImpossibleEvidence: the evidence has probability zero.
        TooLarge: the graph is too wide for the memory that is allowed.
    """
    if not 0 < level < 1:
        raise QueryError(f"level {level!r}: expected a number between 0 and 1, such as 0.9")
    if order not in ORDERS:
        near = did_you_mean(str(order), ORDERS)
        raise QueryError(f"there is no order {order!r}.{near} Known: {', '.join(ORDERS)}")
    stated = require_statement(statement, setting_for(model))
    base = replace(model, findings=model.told(**told), _compiled=model.compiled)
    questions, margins = margins_of(stated, statement, base)
    bound = [_bound(base, each) for each in questions]
    functions = [
        entry_functions(two_passes(base.compiled, findings, each.answer, marginals=False))
        for each, findings in zip(questions, bound, strict=True)
    ]
    judged = judge(stated, statement, Asked(base, [stated]))
    if judged.holds is None:
        raise QueryError(f"{statement}: {judged.reason}")
    moves = entry_moves(functions, margins, now_holds=judged.holds)
    single = len(questions) == 1
    return Flip(
        model.id,
        model.hash,
        base.findings,
        statement,
        judged.holds,
        {each.what: each.value for each in judged.measured},
        level,
        order,
        tuple(_rows(base, functions[0], moves, level, order, single=single)),
        tuple(_by_finding(base, questions[0], bound[0], margins, holds=judged.holds))
        if single
        else (),
        single,
    )


def _bound(model: Model, question: Question) -> Findings:
    """What one answer is asked under.

    Raises:
        ImpossibleEvidence: it has probability zero; names a smallest conflict.
        QueryError: it fixes what is asked.
    """
    asked = model.query(list(question.answer), findings=question.findings)
    found = bind(model.network, asked.findings)
    for name in question.answer:
        if name in found.observed or name in found.do:
            raise QueryError(
                f"{question.text}: {name!r} is given itself, so nothing else can reverse that"
            )
    return found


def _rows(
    model: Model,
    functions: EntryFunctions,
    moves: Array,
    level: float,
    order: Order,
    *,
    single: bool,
) -> Iterator[RowFlip]:
    """The entry of every row that reverses it by the smallest change, the smallest first."""
    coefficients = functions.coefficients
    confidences = row_confidences(model.graph) if model.graph else {}
    intervals = entry_intervals(functions, confidences, level)
    bases = bases_of(model)
    sizes = np.abs(moves)
    if order == "interval":
        ways = np.abs(np.where(moves > 0, intervals[1], intervals[0]) - functions.now)
        with np.errstate(invalid="ignore", divide="ignore"):
            parts = np.nan_to_num(sizes / ways, nan=np.inf)
        sizes = np.where(np.isnan(moves), np.nan, parts)
    seen = set()
    for number in np.lexsort((np.abs(moves), sizes)).tolist():
        if np.isnan(moves[number]):
            return
        name, at = functions.place(number)
        if (name, at[:-1]) in seen:
            continue
        seen.add((name, at[:-1]))
        low, high = intervals[:, number].tolist()
        now = float(functions.now[number])
        yield RowFlip(
            entry_at(functions.network, (name, at)),
            now,
            now + float(moves[number]),
            None if np.isnan(low) else (low, high),
            bases[name].of(at[:-1]),
            tuple(coefficients[:, number].tolist()) if single else None,
        )


def _by_finding(
    model: Model, question: Question, bound: Findings, margins: Sequence[Margin], *, holds: bool
) -> list[FindingFlip]:
    """Changes of one sign, and new signs, that reverse a statement about a single answer."""
    given: list[FindingFlip] = []
    for name in (*bound.observed, *bound.weights):
        if name in question.answer:
            continue
        size = model.network.variables[name].size
        weights = bound.vector(name, size)
        over, below = _without(model, question, bound, name)
        given += _other_strength(model, name, weights, over, below, margins, holds=holds)
        given += _other_reading(model, name, weights, over, below, margins, holds=holds)
    passes = two_passes(model.compiled, bound, question.answer)
    taken = {*question.answer, *bound.observed, *bound.weights, *bound.do}
    new: list[FindingFlip] = []
    for name in model.nodes:
        if name not in taken and name in model.network.variables:
            over, below = passes.weighed[name], passes.marginals[name]
            new += _new_reading(model, name, over, below, margins, holds=holds)
    new.sort(key=lambda each: each.ratio if each.ratio is not None else np.inf)
    return [*given, *new]


def _without(model: Model, question: Question, bound: Findings, name: str) -> tuple[Array, Array]:
    """E[w; X = x | e] and P(X = x | e) by state of a node, where e leaves out what is known of it."""
    rest = replace(
        bound,
        observed={each: state for each, state in bound.observed.items() if each != name},
        weights={each: own for each, own in bound.weights.items() if each != name},
    )
    passes = two_passes(model.compiled, rest, question.answer)
    return passes.weighed[name], passes.marginals[name]


def _reversed(answer: float, margins: Sequence[Margin], *, holds: bool) -> bool:
    """Whether a statement about one answer is reversed once that has some value."""
    reached = [float(each.at([answer])) for each in margins]
    return min(reached) <= -BEYOND / 2 if holds else min(reached) >= BEYOND / 2


def _strengths(
    over: Array, below: Array, weights: Array, margins: Sequence[Margin], *, holds: bool
) -> list[float]:
    """The strengths of a sign at which a statement about one answer becomes reversed."""
    found = []
    beyond = -BEYOND if holds else BEYOND
    for margin in margins:
        for factor, _ in margin.terms:
            goal = (beyond - margin.constant) / factor
            strength = crossing_strength(over, below, weights, goal)
            if not np.isnan(strength) and _reversed(goal, margins, holds=holds):
                found.append(strength)
    return found


def _at_strength(weights: Array, strength: float) -> tuple[Array, float | None]:
    """What a sign weighs at some strength, and the ratio of its largest and smallest weight."""
    moved = np.maximum(1 + strength * (weights - 1), 0.0)
    smallest = float(moved.min())
    return moved, 1 / smallest if smallest > 0 else None


def _sign(
    model: Model,
    name: str,
    way: Way,
    state: str | None,
    moved: tuple[Array, float | None],
    ratio_now: float | None,
) -> FindingFlip:
    weights, ratio = moved
    states = model.network.variables[name].states
    by_state = dict(zip(states, weights.tolist(), strict=True))
    return FindingFlip(name, way, state, by_state, ratio, ratio_now)


def _other_strength(
    model: Model,
    name: str,
    weights: Array,
    over: Array,
    below: Array,
    margins: Sequence[Margin],
    *,
    holds: bool,
) -> Iterator[FindingFlip]:
    """The sign that was given, as little weaker and as little stronger as will do."""
    _, ratio_now = _at_strength(weights, 1.0)
    best = np.flatnonzero(weights == weights.max())
    state = model.states(name)[int(best[0])] if best.size == 1 else None
    found = _strengths(over, below, weights, margins, holds=holds)
    ways: tuple[tuple[Way, list[float]], ...] = (
        ("weaker", [each for each in found if each < 1]),
        ("stronger", [each for each in found if each > 1]),
    )
    for way, strengths in ways:
        if strengths:
            nearest = min(strengths, key=lambda each: abs(each - 1))
            moved = _at_strength(weights, nearest)
            yield _sign(model, name, way, state, moved, ratio_now)


def _other_reading(
    model: Model,
    name: str,
    weights: Array,
    over: Array,
    below: Array,
    margins: Sequence[Margin],
    *,
    holds: bool,
) -> Iterator[FindingFlip]:
    """Every other state in which the node could have been found instead."""
    _, ratio_now = _at_strength(weights, 1.0)
    observed = np.flatnonzero(weights)
    for at, state in enumerate(model.states(name)):
        same = observed.size == 1 and observed[0] == at
        if same or below[at] <= 0:
            continue
        if _reversed(float(over[at] / below[at]), margins, holds=holds):
            yield _sign(
                model, name, "other reading", state, (np.eye(len(weights))[at], None), ratio_now
            )


def _new_reading(
    model: Model, name: str, over: Array, below: Array, margins: Sequence[Margin], *, holds: bool
) -> Iterator[FindingFlip]:
    """The weakest sign of one state of a node of which nothing is known."""
    signs = []
    for at, state in enumerate(model.states(name)):
        weights = np.eye(len(below))[at]
        if below[at] > 0:
            found = _strengths(over, below, weights, margins, holds=holds)
            signs += [(each, at, state) for each in found]
    if signs:
        strength, at, state = min(signs)
        yield _sign(
            model, name, "new reading", state, _at_strength(np.eye(len(below))[at], strength), 1.0
        )
