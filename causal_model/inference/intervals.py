"""How sure an answer is: an interval for every number, and the rows of tables that carry its width."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from causal_model.errors import QueryError
from causal_model.network import Array

__all__ = [
    "FEWEST_IN_A_TAIL",
    "Interval",
    "Intervals",
    "NamedIntervals",
    "RowWidth",
    "equal_tailed",
    "required_draws",
    "widest",
]

# So many draws must lie outside an interval on either side, or its ends are chance.
FEWEST_IN_A_TAIL = 5

Interval = tuple[float, float]
NamedIntervals = Mapping[str, Mapping[str, Interval]]


@dataclass(frozen=True, slots=True)
class RowWidth:
    """What one row of a table adds to the variance of an answer, see `analysis.width`.

    Attributes:
        node: whose table it is.
        given: parent to state; empty for a root.
        confidence: pseudo-counts and counts behind the row.
        n: how many of them are counts; 0 for an elicited row.
        form: the form in which the file writes the table; rows of a ranked or noisy-max table are
            generated, and vary each by itself.
        share: of the variance of first order, 0 to 1; the shares of all rows sum to one.
        deviation_pp: standard deviation of the answer if this row alone varied, to first order, in
            percentage points.
    """

    node: str
    given: Mapping[str, str]
    confidence: float
    n: float
    form: str | None
    share: float
    deviation_pp: float

    @property
    def key(self) -> tuple[str, ...]:
        """What row it is: the node, and the states of its parents."""
        return (self.node, *self.given.values())

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "node": self.node,
            "given": dict(self.given),
            "confidence": self.confidence,
            "n": self.n,
            "form": self.form,
            "share": self.share,
            "deviation_pp": self.deviation_pp,
        }


@dataclass(frozen=True, eq=False)
class Intervals:
    """Equal-tailed credible intervals of an answer, over draws of the tables.

    Row r of a table with confidence c_r is θ_r ~ Dirichlet(c_r p_r), independent of all other rows, with
    the row p_r of the table as its mean; rows without a confidence are θ_r = p_r. Draw d of all rows makes
    a network, and every number q of the answer becomes q(θ_d), d = 1 ... D. Its interval at level 1 - a
    is from the a/2 to the 1 - a/2 quantile of these [vanallen2008]. The evidence is that of one new case:
    nothing is learned from it about the tables, so draws are not weighed by P(evidence | θ_d).

    The same seed gives the same draws of the tables whatever is asked, so differences of two answers
    under one seed are differences under the same tables, see `changes_from`.

    Attributes:
        level: 1 - a, the probability within every interval.
        draws: D.
        seed: of the source of chance.
        impossible: under how many draws the evidence has probability zero, or a belief cannot hold, as a
            row drawn very near to the corner can make it; these are left out of posterior and change.
        evidence_probability: of P(evidence).
        prior: of P(node = state), by node and state.
        posterior: of P(node = state | findings).
        change_pp: of the latter minus the former under the same draw, in percentage points.
        width_node: the node whose width is told apart by rows; None if nothing varies.
        width_states: its states of which that is the probability together; empty where it is the sum of
            the variances over all its states.
        width_prior: the interval of the prior of these states together; None without any.
        width_posterior: that of their posterior, likewise.
        width_change_pp: that of its change in percentage points, likewise.
        width_by_row: the rows that add to it, those that add most first.
        fixed: by node the number of rows that matter but have no confidence, and are held fixed.
        samples: by node the draws of the posterior, shape (D, states); NaN where impossible.

    References:
        [vanallen2008] Van Allen, T., Singh, A., Greiner, R. & Hooper, P. (2008). Quantifying the
            uncertainty of a belief net response: Bayesian error-bars for belief net inference.
            Artificial Intelligence 172(4-5).
    """

    level: float
    draws: int
    seed: int
    impossible: int
    evidence_probability: Interval
    prior: NamedIntervals
    posterior: NamedIntervals
    change_pp: NamedIntervals
    width_node: str | None
    width_states: tuple[str, ...]
    width_prior: Interval | None
    width_posterior: Interval | None
    width_change_pp: Interval | None
    width_by_row: tuple[RowWidth, ...]
    fixed: Mapping[str, int]
    samples: Mapping[str, Array] = field(default_factory=dict, repr=False)

    def changes_from(self, other: "Intervals", node: str) -> dict[str, Interval]:
        """Intervals of this posterior minus another one of the same node, in percentage points.

        Args:
            other: the answer to another question about the same graph, under the same draws.
            node: the node.

        Returns:
            By state the interval of the difference, draw by draw.

        Raises:
            QueryError: the two were not made by the same draws, or one of them was not asked the node.
        """
        if (self.draws, self.seed, self.level) != (other.draws, other.seed, other.level):
            raise QueryError(
                "intervals can be compared where level, draws and seed are the same;"
                f" got {self.level:g}, {self.draws}, {self.seed}"
                f" and {other.level:g}, {other.draws}, {other.seed}"
            )
        for each in (self, other):
            if node not in each.samples:
                raise QueryError(f"{node!r} was not asked. Asked: {', '.join(each.samples)}")
        change = 100 * (self.samples[node] - other.samples[node])
        return dict(zip(self.posterior[node], equal_tailed(change, self.level), strict=True))

    def columns(self) -> dict[str, dict[str, dict[str, float]]]:
        """The ends of all intervals by node and state, as columns that a table may have."""
        named = {"prior": self.prior, "posterior": self.posterior, "change_pp": self.change_pp}
        return {
            f"{name}_{end}": {
                node: {state: each[at] for state, each in states.items()}
                for node, states in intervals.items()
            }
            for name, intervals in named.items()
            for at, end in enumerate(("low", "high"))
        }

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded; intervals as [low, high]."""
        width: dict[str, Any] = {"node": self.width_node, "states": list(self.width_states)}
        together = {
            "prior": self.width_prior,
            "posterior": self.width_posterior,
            "change_pp": self.width_change_pp,
        }
        width |= {name: list(own) for name, own in together.items() if own is not None}
        return {
            "level": self.level,
            "draws": self.draws,
            "seed": self.seed,
            "impossible_draws": self.impossible,
            "evidence_probability": list(self.evidence_probability),
            "prior": _plain(self.prior),
            "posterior": _plain(self.posterior),
            "change_pp": _plain(self.change_pp),
            "width_of": None if self.width_node is None else width,
            "width_by_row": [each.to_dict() for each in self.width_by_row],
            "fixed_rows": dict(self.fixed),
        }


def equal_tailed(samples: Array, level: float) -> list[Interval]:
    """The interval of every column of samples, of shape (draws, columns); rows of NaN are left out.

    >>> equal_tailed(np.arange(9.0)[:, None], 0.5)
    [(2.0, 6.0)]
    """
    kept = samples[~np.isnan(samples).any(axis=-1)]
    tail = (1 - level) / 2
    # Numbers that are sorted together should lie together.
    low, high = np.quantile(np.ascontiguousarray(kept.T), [tail, 1 - tail], axis=-1)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def required_draws(level: float) -> int:
    """How many draws an interval needs for a few to lie outside it on either side.

    >>> required_draws(0.9), required_draws(0.99)
    (100, 1000)
    """
    return math.ceil(round(2 * FEWEST_IN_A_TAIL / (1 - level), 6))


def widest(several: Sequence[Sequence[RowWidth]], each: int) -> list[RowWidth]:
    """The rows that add most to the width of any of several answers; first what adds most to all of them.

    Args:
        several: for every answer its rows, those that add most first.
        each: how many are taken of every answer.
    """
    taken = {row.key: row for rows in several for row in rows[:each]}
    total = dict.fromkeys(taken, 0.0)
    for rows in several:
        for row in rows:
            if row.key in total:
                total[row.key] += row.share
    return sorted(taken.values(), key=lambda row: -total[row.key])


def _plain(intervals: NamedIntervals) -> dict[str, dict[str, list[float]]]:
    return {
        node: {state: list(each) for state, each in states.items()}
        for node, states in intervals.items()
    }
