"""The answer of `test`."""

from typing import Any, Literal

from causal_model.web.answers.parts import Answer, OfOneGraph

__all__ = ["Test"]


class Measured(Answer):
    """A number that a claim speaks of."""

    what: str
    value: float | None


class Claim(Answer):
    """A claim and its verdict."""

    id: str
    verdict: Literal["pass", "warn", "fail", "unjudged", "dropped"]
    severity: str
    statement: str
    title: str | None
    holds: bool | None
    measured: list[Measured]
    told: str
    distance: float | None
    unit: str | None
    reason: str
    how: str
    note: str | None
    contradicts: str | None
    sources: list[dict[str, Any]]
    file: str
    line: int


class Test(OfOneGraph):
    """The claims of a graph."""

    passed: bool
    counts: dict[str, int]
    claims: list[Claim]
