"""Which rows of tables an interval needs a confidence of, and which it can do without.

A row takes part in a question if the node is asked, found, or above such a node, and its parents can be in
these states. One without confidence is held fixed, and counted; one of confidence 0 could be anything, so
that an interval would say nothing, and is refused.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from causal_model.analysis.width import Question, reached_rows
from causal_model.errors import QueryError
from causal_model.inference.dirichlets import Dirichlets

__all__ = ["fixed_rows", "row_given"]

NAMED = 3


def fixed_rows(
    questions: Sequence[Question],
    targets: Sequence[str],
    where: str = "",
    max_memory: int | None = None,
) -> dict[str, int]:
    """How many rows by node matter to some questions and have no confidence.

    Args:
        questions: what is asked.
        targets: the nodes that each is asked.
        where: what refusals begin with.
        max_memory: bytes that one pass may take; None for a share of what is free.

    Raises:
        QueryError: a row that matters has confidence 0, or none that matters has one.
    """
    rows: dict[str, NDArray[np.bool_]] = {}
    varies = False
    for asked in questions:
        known = asked.dirichlets
        for name, own in _involved(asked, targets).items():
            if name in known.decided:
                continue
            own = own & known.uncertain[name]
            confidence = known.confidence.get(name, np.full(own.shape, np.nan))
            rows[name] = rows.get(name, False) | (own & np.isnan(confidence))
            varies = varies or bool((own & (confidence > 0)).any())
            if (own & (confidence == 0)).any():
                _refuse_zeros(asked, targets, where, max_memory)
    fixed = {name: int(own.sum()) for name, own in rows.items() if own.any()}
    if fixed and not varies:
        listed = ", ".join([*fixed][:NAMED]) + (", ..." if len(fixed) > NAMED else "")
        raise QueryError(
            f"{where}no row of a table that this question hangs on has a confidence, so there is no"
            f" telling how sure the answer is. Give the tables of {listed} a `confidence`: the number of"
            " observations that their numbers are worth"
        )
    return fixed


def _refuse_zeros(
    asked: Question, targets: Sequence[str], where: str, max_memory: int | None
) -> None:
    """Refuse a row of confidence 0 that is possible under the findings."""
    dirichlets, findings = asked
    for name, reached in reached_rows(dirichlets.network, findings, targets, max_memory).items():
        if name not in dirichlets.confidence or name in dirichlets.decided:
            continue
        zeros = dirichlets.uncertain[name] & (dirichlets.confidence[name] == 0)
        for place in np.argwhere(reached & zeros).tolist():
            given = row_given(dirichlets, name, place)
            told = ", ".join(f"{parent}={state}" for parent, state in given.items())
            row = f"P({name} | {told})" if told else f"P({name})"
            raise QueryError(
                f"{where}the row {row} has confidence 0: it could be anything, so an interval says"
                " nothing. Give it a confidence above 0, the number of observations that it is worth,"
                " or none at all to hold it fixed"
            )


def _involved(asked: Question, targets: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """By node the rows that take part in a question: those of the states at which parents are known."""
    network, findings = asked.dirichlets.network, asked.findings
    known = {name: findings.state_of(name) for name in (*findings.observed, *findings.do)}
    found = (*findings.observed, *findings.weights, *findings.beliefs)
    asked_for = [name for name in targets if name not in findings.do]
    relevant = network.above([*asked_for, *found], findings.do)
    involved = {}
    for name in network.variables:
        if name in relevant and name not in findings.do:
            rows = np.zeros([network.variables[each].size for each in network.parents[name]], bool)
            rows[tuple([known.get(each, slice(None)) for each in network.parents[name]])] = True
            involved[name] = rows
    return involved


def row_given(dirichlets: Dirichlets, name: str, row: Sequence[int]) -> dict[str, str]:
    """Parent to state, for one row of a table; empty for a root."""
    network = dirichlets.network
    return {
        parent: network.variables[parent].states[at]
        for parent, at in zip(network.parents[name], row, strict=True)
    }
