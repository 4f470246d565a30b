"""The answer of `scenarios`."""

from pydantic import Field

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import (
    Answer,
    Distribution,
    Draws,
    Interval,
    IntervalsByState,
    OfOneGraph,
    RowWidth,
    WidthOf,
)

__all__ = ["Scenarios"]


class ScenarioIntervals(Answer):
    """Credible intervals under one scenario."""

    impossible_draws: int
    evidence_probability: Interval
    width_of: WidthOf | None
    width_by_row: list[RowWidth]
    fixed_rows: dict[str, int]
    posterior: IntervalsByState
    change_pp: IntervalsByState


class ScenarioAnswer(Answer):
    """The answer under one scenario."""

    id: str
    title: str
    findings: list[AnyFinding]
    evidence_probability: float
    log_evidence_probability: float
    posterior: Distribution
    interval: ScenarioIntervals | None = None


class ScenarioDifference(Answer):
    """The interval of the difference of two scenarios."""

    before: str = Field(alias="from")
    to: str
    change_pp: IntervalsByState


class SharedIntervals(Draws):
    """What the intervals of all scenarios share."""

    prior: IntervalsByState
    differences: list[ScenarioDifference]


class Scenarios(OfOneGraph):
    """One node under every scenario."""

    target: str
    prior: Distribution
    scenarios: list[ScenarioAnswer]
    interval: SharedIntervals | None = None
