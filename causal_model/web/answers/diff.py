"""The answer of `diff`."""

from typing import Any

from causal_model.web.answers.parts import Answer, Distribution, Whole

__all__ = ["Diff"]


class Side(Answer):
    """One of two graphs that are compared."""

    name: str
    graph_id: str
    graph_hash: str
    title: str


class Changed(Answer):
    """Something that differs."""

    where: str
    before: str | None
    after: str | None


class RowChange(Answer):
    """The row of a table that changed most."""

    given: dict[str, str]
    before: Distribution
    after: Distribution
    distance: float
    basis_before: str
    basis_after: str


class TableChange(Answer):
    """A table that differs."""

    node: str
    rows_changed: int
    rows: int
    largest: RowChange


class Structure(Answer):
    """What differs before anything is asked."""

    nodes_added: list[str]
    nodes_removed: list[str]
    arrows_added: list[tuple[str, str]]
    arrows_removed: list[tuple[str, str]]
    signs: list[Changed]
    states: list[Changed]
    roles: list[Changed]
    settings: list[Changed]
    channels: list[Changed]
    tables: list[TableChange]
    incomparable: list[str]
    sources: dict[str, Any]


class LowStates(Answer):
    """The low states of a node, counted together."""

    states: list[str]
    before: float | None
    after: float | None
    change_pp: float | None


class AnswerChange(Answer):
    """An answer that differs."""

    scenario: str | None
    node: str
    before: Distribution | None
    after: Distribution | None
    change_pp: dict[str, float]
    low: LowStates | None
    distance: float
    reasons: list[str]
    findings_differ: bool


class Diff(Whole):
    """What two graphs differ in."""

    before: Side
    after: Side
    at_least_pp: float
    structure: Structure
    marginals: list[AnswerChange]
    outcome: list[AnswerChange]
