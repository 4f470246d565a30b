"""Ask what an answer hangs on: what observing a node, setting it, or changing a row of a table does to it.

Three questions that are easily mixed, and are kept apart: P(outcome | findings, X = x) says what would be
learned, P(outcome | findings, do(X = x)) what would be changed, and the last how far the answer rests on a
number that somebody gave. See `analysis.sensitivity` for the mathematics.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Unpack, get_args

import numpy as np

from causal_model.analysis.sensitivity import (
    answers_when_observed,
    answers_when_set,
    entry_functions,
    entry_intervals,
    two_passes,
)
from causal_model.analysis.two_way import pair_function
from causal_model.build import row_confidences
from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.inference.findings import bind
from causal_model.model import Model, Told
from causal_model.network import Array
from causal_model.questions.outcome_set import outcome_set
from causal_model.questions.tornado.effects import EntryEffect, NodeEffect, PairEffect, Sensitivity
from causal_model.questions.tornado.entries import Entry, bases_of, entry_of, place_of
from causal_model.spec.evidence import Do, Finding, Observed

__all__ = [
    "KINDS",
    "LEVEL",
    "Kind",
    "entry_in_force",
    "entry_sensitivity",
    "pair_sensitivity",
    "sensitivity",
]

LEVEL = 0.9
Kind = Literal["observe", "do", "rows"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def sensitivity(
    model: Model,
    target: str | None = None,
    *,
    states: str | Iterable[str] | None = None,
    kinds: Iterable[Kind] = KINDS,
    level: float = LEVEL,
    **told: Unpack[Told],
) -> Sensitivity:
    """Ask what P(target in states | findings) hangs on.

    Args:
        model: the graph; findings that it assumes are in force.
        target: the node; default the graph's outcome.
        states: a state of it or several; default the low ones, where its states have an order.
        kinds: "observe", "do" and "rows", or some of them.
        level: the probability of the interval over which an entry of a table is moved.
        **told: findings as in `Model.query`; with beliefs there are no rows.

    Raises:
        EvidenceError: a finding names something unknown, or rows are asked for under a belief.
        ImpossibleEvidence: the evidence has probability zero.
        QueryError: unknown target, state or kind, or the findings fix the target, or say its
            probabilities.
        TooLarge: the graph is too wide for the memory that is allowed.
    """
    asked = tuple(dict.fromkeys(kinds))
    for each in asked:
        if each not in KINDS:
            near = did_you_mean(str(each), KINDS)
            raise QueryError(f"there is no kind {each!r}.{near} Known: {', '.join(KINDS)}")
    if not 0 < level < 1:
        raise QueryError(f"level {level!r}: expected a number between 0 and 1, such as 0.9")
    counted = outcome_set(model, target, states)
    node, weights = counted.node, counted.event
    result = model.query(node, **told)
    bound = bind(model.network, result.findings)
    if node in bound.observed or node in bound.do:
        raise QueryError(
            f"{node!r} is given itself, so its probability hangs on nothing else; ask for another"
            " node with --target"
        )
    if node in bound.beliefs:
        raise QueryError(
            f"there is a belief on {node!r} itself, so its probability is what the belief says, whatever"
            " else is seen or set; ask for another node with --target"
        )
    value = float(weights @ np.array(list(result[node].values())))
    observe = do = functions = intervals = None
    # A decision is made, not seen, so nothing is learned from one; it can be set.
    decisions = _decisions(model)
    if bound.beliefs:
        if "rows" in asked:
            raise EvidenceError(
                f"there is a belief on {', '.join(bound.beliefs)}, which is fitted anew whenever a table"
                " changes, so rows cannot be varied: say it by --likelihood, or ask for --kind observe"
                " and --kind do only"
            )
        if "observe" in asked:
            observe = _one_by_one(model, node, weights, result.findings, "observe")
        if "do" in asked:
            do = _one_by_one(model, node, weights, result.findings, "do")
    else:
        passes = two_passes(model.compiled, bound, {node: weights}, marginals="observe" in asked)
        if "observe" in asked:
            seen = answers_when_observed(passes)
            observe = _sorted(model, {name: seen[name] for name in seen if name not in decisions})
        if "do" in asked:
            do = _sorted(model, answers_when_set(passes))
        if "rows" in asked:
            functions = entry_functions(passes)
            confidences = row_confidences(model.graph) if model.graph else {}
            intervals = entry_intervals(functions, confidences, level)
    fixed = (*bound.observed, *bound.do, *bound.beliefs)
    return Sensitivity(
        model.id,
        model.hash,
        result.findings,
        node,
        counted.states,
        value,
        level,
        observe,
        do,
        functions,
        intervals,
        tuple(name for name in model.nodes if name in fixed),
        bases_of(model) if functions is not None else {},
        model,
    )


def pair_sensitivity(model: Model, found: Sensitivity, first: Entry, second: Entry) -> PairEffect:
    """Move two entries together, for an answer that was asked for with its rows.

    Raises:
        QueryError: the entries are the same, or one decides the other.
    """
    assert found.functions is not None
    places = (place_of(model, first), place_of(model, second))
    answer = {found.target: outcome_set(model, found.target, found.states).event}
    bound = bind(model.network, found.findings)
    function = pair_function(model.compiled, bound, answer, places)
    alone = [found.effect(found.functions.number(each)) for each in places]
    return PairEffect(alone[0], alone[1], function)


def entry_sensitivity(model: Model, found: Sensitivity, text: str) -> EntryEffect:
    """What one entry does to an answer that was asked for with its rows.

    Raises:
        StatementError: the text is no entry of a table, ``P(NODE = STATE | PARENT = STATE, ...)``.
        QueryError: there is no such entry, or its table is not in force.
    """
    assert found.functions is not None
    place = place_of(model, entry_in_force(model, found, text))
    return found.effect(found.functions.number(place))


def entry_in_force(model: Model, found: Sensitivity, text: str) -> Entry:
    """Read an entry.

    Raises:
        StatementError: the text is no entry of a table.
        QueryError: there is no such entry, or its table is not in force, as its node is set.
    """
    entry = entry_of(model, text)
    if any(each.kind == "do" and each.node == entry.node for each in found.findings):
        raise QueryError(f"{entry}: {entry.node!r} is set, so its table is not in force")
    return entry


def _sorted(model: Model, answers: Mapping[str, Array]) -> tuple[NodeEffect, ...]:
    """Answers by node as effects, the widest range first, else in the order of the graph."""
    found = []
    for name in model.nodes:
        if name in answers:
            numbers = [None if np.isnan(each) else float(each) for each in answers[name]]
            states = model.network.variables[name].states
            found.append(NodeEffect(name, dict(zip(states, numbers, strict=True))))
    return tuple(sorted(found, key=lambda each: -each.spread))


def _decisions(model: Model) -> set[str]:
    return {name for name, each in model.network.variables.items() if each.is_decision}


def _one_by_one(
    model: Model, target: str, weights: Array, findings: Sequence[Finding], kind: Kind
) -> tuple[NodeEffect, ...]:
    """The same under beliefs, which are fitted anew under every state of every node."""
    bound = bind(model.network, findings)
    taken = {target, *bound.observed, *bound.do, *bound.beliefs}
    taken |= set(bound.weights) if kind == "do" else _decisions(model)
    found = {}
    for name in model.nodes:
        if name in taken:
            continue
        answers = []
        for state in model.states(name):
            more = Do(node=name, state=state) if kind == "do" else Observed(node=name, state=state)
            answers.append(_answer(model, [*findings, more], target, weights))
        found[name] = np.array(answers)
    return _sorted(model, found)


def _answer(model: Model, findings: Sequence[Finding], target: str, weights: Array) -> float:
    """The answer under some findings; NaN where they contradict each other or cannot be."""
    try:
        found = model.compiled.posterior(bind(model.network, findings), [target])
    except EvidenceError:
        return float("nan")
    return float(weights @ found.marginals[target])
