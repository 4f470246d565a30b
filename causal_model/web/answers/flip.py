"""The answer of `flip`."""

from typing import Literal

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import Answer, Distribution, Interval, OfOneGraph

__all__ = ["Flip"]


class ReversingRow(Answer):
    """The smallest change of one row of a table that reverses the statement."""

    node: str
    state: str
    given: dict[str, str]
    entry: str
    now: float
    needed: float
    change: float
    at_once: bool
    interval: Interval | None
    in_intervals: float | None
    plausible: bool | None
    basis: str
    confidence: float | None
    n: float | None
    generated: bool
    comparison: str


class ReversingFinding(Answer):
    """A change of what is known about one node that reverses the statement."""

    node: str
    way: Literal["weaker", "stronger", "other reading", "new reading"]
    state: str | None
    weights: Distribution
    likelihood_ratio: float | None
    likelihood_ratio_now: float | None
    at_once: bool


class Flip(OfOneGraph):
    """What would reverse a statement, or make it hold."""

    findings: list[AnyFinding]
    statement: str
    holds: bool
    measured: dict[str, float]
    unit: Literal["probability", "value"]
    subject: str
    comparisons: int
    level: float
    order: Literal["change", "interval"]
    rows: list[ReversingRow]
    rows_in_all: int
    rows_within_interval: int
    cases: int
    by_finding: list[ReversingFinding]
