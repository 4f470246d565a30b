"""Who forecasts: graphs, whose tables may be learned anew, and climatology, which only counts.

A forecast of a row is P(target | what the row says of the given nodes), under tables that were learned
from rows before it. Re-fits at several origins, and re-fits on resamples, are draws of one batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import DataError, ImpossibleEvidence
from causal_model.inference.drawn_rows import Joint
from causal_model.inference.expected_counts import Counter
from causal_model.learning.em import Elicited, ImpossibleRow, fit
from causal_model.learning.rows import Rows
from causal_model.network import Array, Network

__all__ = ["PSEUDO_COUNTS", "Contender", "climatology", "forecasts", "refitted"]

# Climatology is (count + this / states) / (rows + this): what never came is not called impossible.
PSEUDO_COUNTS = 1.0
# Counts that move less than this in a step move no score that is printed.
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """A graph that forecasts.

    Attributes:
        name: how it is called.
        network: its tables as they are.
        elicited: what the tables that are learned anew start from, by node; empty where none is.
    """

    name: str
    network: Network
    elicited: Mapping[str, Elicited]


def climatology(came: NDArray[np.intp], states: int, weights: Array) -> Array:
    """The frequencies of the states with a pseudo-count spread evenly, shape (draws, states).

    Args:
        came: number of the state, -1 where missing, shape (rows,).
        states: how many states there are.
        weights: how often every row counts, shape (draws, rows).
    """
    seen = came >= 0
    counts = weights[:, seen] @ np.eye(states)[came[seen]]
    total = counts.sum(axis=-1, keepdims=True) + PSEUDO_COUNTS
    return np.asarray((counts + PSEUDO_COUNTS / states) / total)


def refitted(contender: Contender, rows: Rows, weights: Array) -> dict[str, Array]:
    """The learned tables of a contender, shape (draws, *table shape).

    Args:
        contender: whose tables.
        rows: all rows.
        weights: how often every row counts in a fit, shape (draws, rows); 0 keeps it out.

    Raises:
        DataError: a row is impossible under the tables that are not learned.
    """
    rows = rows.among(contender.network.variables)
    distinct, first, which = np.unique(rows.states, axis=0, return_index=True, return_inverse=True)
    # One column for all rows that are alike.
    alike = which.reshape(-1)
    together = np.array([np.bincount(alike, each, len(distinct)) for each in weights])
    used = np.flatnonzero(together.any(axis=0))
    counter = Counter.of(contender.network, tuple(contender.elicited), rows.nodes, distinct[used])
    try:
        found = fit(counter, contender.elicited, together[:, used], tolerance=TOLERANCE)
    except ImpossibleRow as error:
        line = rows.lines[first[used[error.row]]]
        raise DataError(
            f"{rows.file}:{line}: this row has probability zero under {contender.name!r}, whatever"
            " is learned; a table that is not learned rules it out"
        ) from None
    return dict(found.tables)


def forecasts(
    contender: Contender,
    tables: Mapping[str, Array],
    rows: Rows,
    target: str,
    given: Sequence[str],
    chosen: NDArray[np.intp],
    draw_of: NDArray[np.intp] | None = None,
) -> Array:
    """P(target | given) of some rows, shape (draws, rows, states).

    Args:
        contender: who forecasts.
        tables: learned tables, shape (draws, *table shape); the others are the contender's own.
        rows: all rows.
        target: the node that is forecast.
        given: the nodes of which the row may tell.
        chosen: the rows that are forecast, shape (rows,).
        draw_of: the one draw that forecasts each of them; then the result has shape (1, rows, states).

    Raises:
        ImpossibleEvidence: what a row says of the given nodes has probability zero.
    """
    columns = [rows.nodes.index(name) for name in given]
    evidence = rows.states[chosen][:, columns]
    draws = next((len(each) for each in tables.values()), 1)
    size = contender.network.variables[target].size
    found = np.empty((draws if draw_of is None else 1, len(chosen), size))
    patterns, which = np.unique(evidence >= 0, axis=0, return_inverse=True)
    for at, pattern in enumerate(patterns):
        own = np.flatnonzero(which.reshape(-1) == at)
        known = [name for name, seen in zip(given, pattern.tolist(), strict=True) if seen]
        distinct, row_of = np.unique(evidence[own][:, pattern], axis=0, return_inverse=True)
        plan = Joint.of(contender.network, (target,), observed=known, drawn=tables)
        used = {leaf.name: tables[leaf.name] for leaf in plan.fresh.values() if leaf.drawn}
        codes = {name: distinct[:, place] for place, name in enumerate(known)}
        _, answers = plan.ask(used, codes)
        row_of = row_of.reshape(-1)
        if draw_of is None:
            found[:, own] = answers[:, row_of]
        else:
            # Where no drawn table matters there is one answer for all draws.
            found[0, own] = answers[draw_of[own] if len(answers) > 1 else 0, row_of]
    impossible = np.isnan(found).any(axis=(0, 2))
    if impossible.any():
        row = chosen[int(np.flatnonzero(impossible)[0])]
        told = ", ".join(
            f"{name}={contender.network.variables[name].states[rows.states[row, column]]}"
            for name, column in zip(given, columns, strict=True)
            if rows.states[row, column] >= 0
        )
        raise ImpossibleEvidence(
            f"{rows.file}:{rows.lines[row]}: what is given has probability zero under"
            f" {contender.name!r}: {told}"
        )
    return found
