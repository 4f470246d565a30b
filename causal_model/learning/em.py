"""Tables that fit rows best, given what was elicited: expectation maximisation [dempster1977].

The elicited rows are Dirichlet pseudo-counts: confidence c times the elicited row p. What grows with every
step is the likelihood of the data, penalised by them,

    sum over data rows of log P(row)  +  sum over table rows of c * sum over states of p * log(table),

and the step that makes it grow is simple: count as expected under the present tables, then add the
pseudo-counts and divide. Where nothing is missing one step is the answer.

A batch of draws, each with its own weights of the data rows, is fitted together: a bootstrap is a batch.

References:
    [dempster1977] Dempster, A.P., Laird, N.M. & Rubin, D.B. (1977). Maximum likelihood from incomplete
        data via the EM algorithm. Journal of the Royal Statistical Society B 39(1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causal_model.cpt.counts import counted_table
from causal_model.errors import DataError
from causal_model.inference.expected_counts import Counter
from causal_model.network import Array

__all__ = ["Elicited", "Fit", "ImpossibleRow", "fit"]

# Counts that move less than this in a step no longer move what is printed of them.
TOLERANCE = 1e-6
MOST_STEPS = 2_000
# Where a row is impossible under the elicited tables, the search starts this far towards even ones.
LOOSENED = 0.01


class ImpossibleRow(DataError):
    """A row has probability zero whatever is learned.

    Attributes:
        row: its number among the rows that were counted.
    """

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row + 1} is impossible under the tables that are not learned")
        self.row = row


@dataclass(frozen=True, slots=True, eq=False)
class Elicited:
    """The table that a node starts from: shape (*parent sizes, own size), and (*parent sizes,)."""

    table: Array
    confidence: Array

    def penalty(self, tables: Array) -> Array:
        """The logarithm of the Dirichlet density up to a constant, by draw."""
        pseudo = self.confidence[..., None] * self.table
        with np.errstate(divide="ignore"):
            logs = np.log(tables)
        # A state that was elicited as impossible has no pseudo-count, whatever its logarithm.
        each = np.where(pseudo > 0, pseudo, 0.0) * np.where(pseudo > 0, logs, 0.0)
        return np.asarray(each.reshape(len(tables), -1).sum(axis=-1))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Fitted tables by draw.

    Attributes:
        tables: by node, shape (draws, *table shape).
        counts: the expected counts that they are made of, same shapes.
        objective: the penalised log likelihood before every step, shape (steps, draws); a draw that
            came to rest keeps its last value.
        log_evidence: log P(row) by draw under the tables before the last step, shape (draws, rows).
        converged: by draw, whether it came to rest.
    """

    tables: Mapping[str, Array]
    counts: Mapping[str, Array]
    objective: Array
    log_evidence: Array
    converged: Array

    @property
    def steps(self) -> int:
        """How many steps the slowest draw took."""
        return len(self.objective)


def fit(
    counter: Counter,
    elicited: Mapping[str, Elicited],
    weights: Array,
    *,
    start: Mapping[str, Array] | None = None,
    tolerance: float = TOLERANCE,
    most_steps: int = MOST_STEPS,
) -> Fit:
    """Fit the tables of the learned nodes.

    Args:
        counter: counts their families in the data rows.
        elicited: what every learned node starts from.
        weights: how often every data row counts, shape (draws, rows).
        start: tables to start from, shape (*table shape); default the elicited ones.
        tolerance: a draw is at rest when none of its counts moves more in a step.
        most_steps: after so many a draw is left as it is.

    Raises:
        ImpossibleRow: a row has probability zero whatever the learned tables.
    """
    draws = len(weights)
    first = start or {name: each.table for name, each in elicited.items()}
    tables = {name: np.repeat(each[None], draws, axis=0) for name, each in first.items()}
    counts = {name: np.full_like(each, np.inf) for name, each in tables.items()}
    loosened = False
    active = np.arange(draws)
    log_evidence = np.zeros(weights.shape)
    objective: list[Array] = []
    converged = np.zeros(draws, dtype=bool)
    while len(active) and len(objective) < most_steps:
        own = {name: each[active] for name, each in tables.items()}
        counted = counter.count(own, weights[active])
        impossible = np.isneginf(counted.log_evidence) & (weights[active] > 0)
        if impossible.any() and not loosened and not objective:
            tables = {name: _loosened(each) for name, each in tables.items()}
            loosened = True
            continue
        if impossible.any():
            raise ImpossibleRow(int(np.argwhere(impossible)[0][1]))
        log_evidence[active] = counted.log_evidence
        value = objective[-1].copy() if objective else np.zeros(draws)
        seen = np.where(weights[active] > 0, counted.log_evidence, 0.0)
        value[active] = (weights[active] * seen).sum(axis=-1) + sum(
            each.penalty(own[name]) for name, each in elicited.items()
        )
        objective.append(value)
        moved = np.zeros(len(active))
        for name, each in counted.by_node.items():
            step = np.abs(each - counts[name][active]).reshape(len(active), -1)
            moved = np.maximum(moved, step.max(axis=-1))
            counts[name][active] = each
            prior = elicited[name]
            tables[name][active] = counted_table(prior.table, prior.confidence, each)
        rested = moved <= tolerance
        converged[active[rested]] = True
        active = active[~rested]
    return Fit(tables, counts, np.array(objective), log_evidence, converged)


def _loosened(tables: Array) -> Array:
    return np.asarray((1 - LOOSENED) * tables + LOOSENED / tables.shape[-1])
