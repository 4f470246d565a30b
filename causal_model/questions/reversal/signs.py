"""Signs of a single node that reverse a statement: those that were given, changed, and new ones.

A sign holds in all situations in which the statement asks, so nodes are looked at of which all of them
say the same, or nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from causal_model.analysis.flip import Alternatives, is_at_once, is_reversed, smallest_moves
from causal_model.analysis.hyperbolas import Hyperbolas
from causal_model.analysis.sensitivity import NEARLY_NOTHING, Passes, separated
from causal_model.analysis.signs import given_sign, new_signs, strongest
from causal_model.inference.findings import Findings
from causal_model.model import Model
from causal_model.network import Array
from causal_model.questions.reversal.digits import rounded_away
from causal_model.questions.reversal.effects import FindingFlip, Way
from causal_model.questions.reversal.situations import Situations

__all__ = ["signs_that_reverse"]

# Of a likelihood ratio, unless the statement hangs on further ones.
DIGITS = 3
# From this ratio on a sign is as good as an observation, as what is equal may differ by 1 part in so many.
AS_GOOD = 1e8


def signs_that_reverse(
    model: Model,
    situations: Situations,
    passes: Sequence[Passes],
    alternatives: Alternatives,
    *,
    holds: bool,
) -> list[FindingFlip]:
    """Changes of what was given first, then new signs, the weakest first.

    Args:
        model: the graph.
        situations: where the statement asks.
        passes: its answers there.
        alternatives: what decides it.
        holds: whether it holds as things are.
    """
    asked = {name for each in situations.questions for name in each.answer}
    open_ = [
        name
        for name in model.nodes
        if name in model.network.variables
        and name not in asked
        and not any(name in each.do for each in situations.bound)
    ]
    given: list[FindingFlip] = []
    unknown: list[str] = []
    for name in open_:
        vectors = [_known(model, each, name) for each in situations.bound]
        first = vectors[0]
        if all(each is None for each in vectors):
            unknown.append(name)
        elif first is not None and all(
            each is not None and np.array_equal(each, first) for each in vectors
        ):
            sign = _Given.of(model, situations, name, first)
            given += sign.other_strength(alternatives, holds=holds)
            given += sign.other_reading(alternatives, holds=holds)
    new = list(_new(model, unknown, passes, alternatives, holds=holds))
    new.sort(key=lambda each: each.ratio if each.ratio is not None else np.inf)
    return [*given, *new]


def _known(model: Model, findings: Findings, name: str) -> Array | None:
    """How what is known of a node weighs its states; None where nothing is."""
    if name not in findings.observed and name not in findings.weights:
        return None
    return findings.vector(name, model.network.variables[name].size)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What is known of a node, and what the answers hang on besides.

    Attributes:
        states: of the node.
        name: the node.
        weights: how it weighs the states, shape (states,).
        over: E[w; X = x] by answer, without what is known of the node, shape (answers, states).
        below: P(X = x) likewise.
    """

    states: tuple[str, ...]
    name: str
    weights: Array
    over: Array
    below: Array

    @classmethod
    def of(cls, model: Model, situations: Situations, name: str, weights: Array) -> "_Given":
        passes = situations.passes(model, [_without(each, name) for each in situations.bound])
        over = np.stack([_weighed(each, name) for each in passes])
        below = np.stack([each.marginals[name] for each in passes])
        return cls(tuple(model.states(name)), name, weights, over, below)

    def other_strength(self, alternatives: Alternatives, *, holds: bool) -> Iterator[FindingFlip]:
        """The sign as little weaker, and as little stronger, as will do."""
        functions = [
            given_sign(over, below, self.weights)
            for over, below in zip(self.over, self.below, strict=True)
        ]
        best = np.flatnonzero(self.weights == self.weights.max())
        state = self.states[int(best[0])] if best.size == 1 else None
        ways: tuple[tuple[Way, float, float], ...] = (
            ("weaker", 0.0, 1.0),
            ("stronger", 1.0, strongest(self.weights)),
        )
        for way, low, high in ways:
            found = smallest_moves(functions, alternatives, now_holds=holds, low=low, high=high)
            move = float(found.moves[0])
            if move == move:
                weights = self.weights + move * (self.weights - 1)
                told = self.flip(way, state, weights)
                yield _rounded(
                    told, functions, alternatives, move, least=self.weights.min(), holds=holds
                )

    def other_reading(self, alternatives: Alternatives, *, holds: bool) -> Iterator[FindingFlip]:
        """Every other state in which the node could have been found instead."""
        with np.errstate(invalid="ignore", divide="ignore"):
            answers = self.over / self.below
        reversed_ = is_reversed(alternatives, list(answers), now_holds=holds)
        seen = np.flatnonzero(self.weights)
        for at in np.flatnonzero(reversed_).tolist():
            if not (seen.size == 1 and seen[0] == at):
                yield self.flip("other reading", self.states[at], np.eye(len(self.states))[at])

    def flip(self, way: Way, state: str | None, weights: Array) -> FindingFlip:
        return _sign(self.name, self.states, way, state, weights, _ratio(self.weights))


def _without(findings: Findings, name: str) -> Findings:
    """The same without what is known of a node."""
    return replace(
        findings,
        observed={each: state for each, state in findings.observed.items() if each != name},
        weights={each: own for each, own in findings.weights.items() if each != name},
    )


def _new(
    model: Model,
    names: Sequence[str],
    passes: Sequence[Passes],
    alternatives: Alternatives,
    *,
    holds: bool,
) -> Iterator[FindingFlip]:
    """For every node of which nothing is known, the weakest sign of one of its states."""
    signs = [
        (name, at)
        for name in names
        for at in range(model.network.variables[name].size)
        if all(each.marginals[name][at] > 0 for each in passes)
    ]
    if not signs:
        return
    functions, observed = [], []
    for each in passes:
        weighed = {name: _weighed(each, name) for name in names}
        over = np.array([weighed[name][at] for name, at in signs])
        below = np.array([each.marginals[name][at] for name, at in signs])
        functions.append(new_signs(each.value, over, below))
        observed.append(over / below)
    moves = smallest_moves(functions, alternatives, now_holds=holds).moves
    # At the end of its way a sign is an observation, of which the answers are known best.
    at_end = is_reversed(alternatives, observed, now_holds=holds)
    moves = np.where(np.isnan(moves) & at_end, 1.0, moves)
    # By node: how strong, and the number of the sign.
    weakest: dict[str, tuple[float, int]] = {}
    for number, ((name, _), move) in enumerate(zip(signs, moves.tolist(), strict=True)):
        if move < weakest.get(name, (np.inf, 0))[0]:
            weakest[name] = (move, number)
    for name, (move, number) in weakest.items():
        states, at = tuple(model.states(name)), signs[number][1]
        weights = 1 + move * (np.eye(len(states))[at] - 1)
        told = _sign(name, states, "new reading", states[at], weights, 1.0)
        own = [each.only(np.array([number])) for each in functions]
        yield _rounded(told, own, alternatives, move, least=0.0, holds=holds)


def _weighed(passes: Passes, name: str) -> Array:
    """E[w; X = x | e] by state of a node, without rounding where the node tells nothing."""
    over, alike = passes.weighed[name], passes.value * passes.marginals[name]
    near = np.abs(over - alike).max() <= NEARLY_NOTHING
    return alike if near and separated(passes, name) else over


def _rounded(
    told: FindingFlip,
    functions: Sequence[Hyperbolas],
    alternatives: Alternatives,
    move: float,
    *,
    least: float,
    holds: bool,
) -> FindingFlip:
    """The same with its ratio as it is printed.

    Args:
        told: the sign, with another strength λ.
        functions: the answers as functions of λ alone.
        alternatives: what decides the statement.
        move: from λ as it is to what reverses it.
        least: the smallest weight of the sign at λ = 1.
        holds: whether the statement holds as things are.
    """
    at_once = bool(is_at_once(functions, alternatives, np.array([move]), now_holds=holds)[0])
    if told.ratio is None:
        return replace(told, at_once=at_once)
    all_ = [each.at(1 / (1 - np.array([least]))) for each in functions]
    if told.ratio >= AS_GOOD and is_reversed(alternatives, all_, now_holds=holds)[0]:
        return replace(told, at_once=at_once)

    def reverses(ratios: Array) -> NDArray[np.bool_]:
        # The smallest weight is 1 + λ (least - 1), and one over it the ratio.
        answers = [each.at((1 - 1 / ratios) / (1 - least)) for each in functions]
        return is_reversed(alternatives, answers, now_holds=holds)

    now = np.array([np.inf if told.ratio_now is None else told.ratio_now])
    needed = np.array([told.ratio])
    (shown,) = rounded_away(now, needed, reverses, digits=DIGITS, low=1.0, high=np.inf)
    return replace(told, rounded=shown, at_once=at_once)


def _ratio(weights: Array) -> float | None:
    """The largest weight over the smallest; None where that is 0."""
    smallest = float(weights.min())
    return float(weights.max()) / smallest if smallest > 0 else None


def _sign(
    name: str,
    states: tuple[str, ...],
    way: Way,
    state: str | None,
    weights: Array,
    ratio_now: float | None,
) -> FindingFlip:
    weights = np.maximum(weights, 0.0)
    by_state = dict(zip(states, weights.tolist(), strict=True))
    return FindingFlip(name, way, state, by_state, _ratio(weights), ratio_now)
