"""Answers of a list of factors (a Markov network): its sum, and the marginal of every variable."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causal_model.engine.contract import evaluate, grow
from causal_model.engine.plan import Labels, make_plan
from causal_model.engine.pullback import pullback
from causal_model.factor_list import FactorList
from causal_model.inference.guard import check_memory
from causal_model.network import Array

__all__ = ["FactorAnswer", "answer_factors"]


@dataclass(frozen=True, slots=True, eq=False)
class FactorAnswer:
    """What a list of factors says under evidence.

    Attributes:
        log_total: logarithm of the sum of the products of all factors over all states that agree with
            the evidence; -inf where there is none.
        marginals: for every variable its distribution, shape (states,); NaN where there is none.
    """

    log_total: float
    marginals: tuple[Array, ...]


def answer_factors(
    problem: FactorList, evidence: Mapping[int, int], *, max_memory: int | None = None
) -> FactorAnswer:
    """Contract the factors.

    Args:
        problem: the factors, of entries that are not negative.
        evidence: variable to the state it is seen in.
        max_memory: bytes that the answer may take; None for a share of what is free.

    Raises:
        TooLarge: the answer would take more memory; nothing was allocated.
    """
    leaves: list[Labels] = []
    arrays: list[Array] = []
    uses = dict.fromkeys((at for at in range(len(problem.sizes)) if at not in evidence), 0)
    log_scale = 0.0
    for scope, table in problem.factors:
        cut = table[tuple([evidence.get(label, slice(None)) for label in scope])]
        own = tuple([label for label in scope if label not in evidence])
        top = float(cut.max(initial=0.0))
        if top == 0:
            return _nothing(problem)
        log_scale += float(np.log(top))
        if own:
            leaves.append(own)
            arrays.append(cut / top)
            for label in own:
                uses[label] += 1
    for label, count in uses.items():
        # Every label must stand on two leaves or more.
        for _ in range(2 - min(count, 2)):
            leaves.append((label,))
            arrays.append(np.ones(problem.sizes[label]))
    known = {label: np.eye(problem.sizes[label])[state] for label, state in evidence.items()}
    if not leaves:
        return FactorAnswer(log_scale, tuple(known[at] for at in range(len(problem.sizes))))
    plan = make_plan(leaves, (), {label: problem.sizes[label] for label in uses})
    back = pullback(plan, list(uses))
    check_memory([(plan, back, {f"x{label}": label for label in uses})], max_memory)
    floors = [float(np.min(each, initial=1.0, where=each > 0)) for each in arrays]
    answer = evaluate(grow(plan, back, arrays, floors), {})
    if np.isneginf(answer.log_total):
        return _nothing(problem)
    for label, weights in answer.marginals.items():
        known[label] = weights / weights.sum()
    marginals = tuple(known[at] for at in range(len(problem.sizes)))
    return FactorAnswer(float(answer.log_total) + log_scale, marginals)


def _nothing(problem: FactorList) -> FactorAnswer:
    return FactorAnswer(-np.inf, tuple(np.full(size, np.nan) for size in problem.sizes))
