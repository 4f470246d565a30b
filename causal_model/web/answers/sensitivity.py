"""The answer of `sensitivity`."""

from typing import Literal

from pydantic import Field

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import Answer, Interval, OfOneGraph

__all__ = ["Sensitivity"]


class NodeEffect(Answer):
    """The answer by state of a node that is seen, or set."""

    node: str
    answers: dict[str, float | None]
    lowest: str | None
    highest: str | None
    range: float


class EntryEffect(Answer):
    """The answer as a function of one number of a table: (a t + b) / (c t + d)."""

    node: str
    state: str
    given: dict[str, str]
    entry: str
    now: float
    interval: Interval | None
    answers: Interval | None
    range: float | None
    derivative: float
    function: dict[Literal["a", "b", "c", "d"], float]
    basis: str
    confidence: float | None
    n: float | None
    generated: bool


class PairFunction(Answer):
    """The answer as a function of two numbers, by its values at the corners."""

    corners: list[tuple[int, int]]
    numerators: list[float]
    denominators: list[float]
    one_row: bool


class PairSteps(Answer):
    """Where both numbers are put."""

    first: list[float]
    second: list[float]


class PairEffect(Answer):
    """What two numbers do together."""

    first: EntryEffect
    second: EntryEffect
    function: PairFunction
    steps: PairSteps
    answers: list[list[float | None]]


class Sensitivity(OfOneGraph):
    """What an answer hangs on; `row` or `pair` alone where one entry, or two, were asked for."""

    findings: list[AnyFinding]
    target: str
    states: list[str]
    probability: float
    level: float
    observe: list[NodeEffect] | None = None
    do: list[NodeEffect] | None = None
    rows: list[EntryEffect] | None = None
    rows_that_matter: int | None = None
    without_confidence: list[str] = Field(default_factory=list)
    confidence_zero: list[str] = Field(default_factory=list)
    left_out: list[str] = Field(default_factory=list)
    row: EntryEffect | None = None
    pair: PairEffect | None = None
