"""The answer of `query`."""

from causal_model.web.answers.parts import (
    Distributions,
    Draws,
    Evidenced,
    Interval,
    IntervalsByState,
    RowWidth,
    WidthOf,
)

__all__ = ["Query"]


class QueryIntervals(Draws):
    """Credible intervals of prior, posterior and change."""

    impossible_draws: int
    evidence_probability: Interval
    prior: dict[str, IntervalsByState]
    posterior: dict[str, IntervalsByState]
    change_pp: dict[str, IntervalsByState]
    width_of: WidthOf | None
    width_by_row: list[RowWidth]
    fixed_rows: dict[str, int]


class Query(Evidenced):
    """Prior and posterior by node and state."""

    prior: Distributions
    posterior: Distributions
    interval: QueryIntervals | None = None
