"""What several answers are made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from causal_model.spec.evidence import AnyFinding

__all__ = [
    "Answer",
    "Distribution",
    "Distributions",
    "Draws",
    "Evidenced",
    "GraphRef",
    "Interval",
    "IntervalsByState",
    "OfOneGraph",
    "RowWidth",
    "Whole",
    "WidthOf",
]

Distribution = dict[str, float]
Distributions = dict[str, Distribution]
Interval = tuple[float, float]
IntervalsByState = dict[str, Interval]


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class GraphRef(Answer):
    """A graph: its id, and a digest of names, states, arrows and tables."""

    id: str
    hash: str


class Whole(Answer):
    """What all answers begin with."""

    schema_version: Literal[1]


class OfOneGraph(Whole):
    """An answer about one graph."""

    graph: GraphRef


class Evidenced(OfOneGraph):
    """An answer under findings; P(evidence) leaves out what is set and what is believed."""

    findings: list[AnyFinding]
    evidence_probability: float
    log_evidence_probability: float


class RowWidth(Answer):
    """How much of the width of an interval comes from one row of a table."""

    node: str
    given: dict[str, str]
    confidence: float | None
    n: float | None
    form: str | None
    share: float
    deviation_pp: float


class WidthOf(Answer):
    """Whose width is divided among rows."""

    node: str
    states: list[str]
    prior: Interval | None = None
    posterior: Interval | None = None
    change_pp: Interval | None = None


class Draws(Answer):
    """How intervals were made."""

    level: float
    draws: int
    seed: int
