"""The forms in which a file may write P(node | parents)."""

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from causal_model.spec.scalars import Distribution, Model, Name, Number, Text
from causal_model.spec.sources import Citation

__all__ = [
    "Case",
    "CountedData",
    "CountedRow",
    "CountsForm",
    "DeterministicForm",
    "DeterministicRow",
    "ElicitedSpec",
    "Given",
    "NoisyMaxForm",
    "RankedForm",
    "Row",
    "TableForm",
    "TableSpec",
]


def _states(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


States = Annotated[
    tuple[Name, ...], BeforeValidator(_states, json_schema_input_type=str | list[str])
]
Given = dict[Name, States]


class Row(Model):
    """One row, or several alike: P(node | these states of the parents)."""

    given: Given = Field(
        default_factory=dict,
        description="Every parent with its state, or with a list of states for which the row holds.",
    )
    p: Distribution = Field(description="Every state of the node with its probability.")
    confidence: Number | None = Field(None, description="Equivalent sample size of this row.")
    sources: tuple[Citation, ...] = Field((), description="Where the numbers come from.")


class _Elicited(Model):
    confidence: Number | None = Field(
        None, description="Equivalent sample size behind every row that gives none of its own."
    )
    sources: tuple[Citation, ...] = Field((), description="Where the numbers come from.")
    note: Text | None = Field(None, description="Why these numbers.")


class TableForm(_Elicited):
    """Rows keyed by the states of the parents."""

    form: Literal["table"]
    rows: tuple[Row, ...] = Field(description="One row for every combination of parent states.")


class Case(Model):
    """What is different in a ranked table when the moderator is in one state."""

    weights: dict[Name, Number] | None = Field(None, description="Weights in this case.")
    spread: Number | None = Field(None, description="Spread in this case.")
    typical: Distribution | None = Field(None, description="Typical distribution here.")


class RankedForm(_Elicited):
    """Ranked nodes: a truncated normal around the weighted mean of the parents."""

    form: Literal["ranked"]
    weights: dict[Name, Number] | None = Field(
        None, description="Relative weight of every parent; negative where a high parent pulls low."
    )
    spread: Number | None = Field(None, description="Standard deviation on the scale 0 to 1.")
    typical: Distribution | None = Field(
        None, description="The distribution when the weighted mean of the parents is in the middle."
    )
    moderator: Name | None = Field(None, description="A parent that switches between cases.")
    cases: dict[Name, Case] | None = Field(None, description="One case per state of the moderator.")
    rows: tuple[Row, ...] = Field((), description="Rows that replace the generated ones.")


class NoisyMaxForm(_Elicited):
    """Independent causes that push the node upwards; the strongest push wins."""

    form: Literal["noisy_max"]
    leak: Distribution = Field(
        description="Distribution of the node when every cause is in a neutral state."
    )
    causes: dict[Name, dict[Name, Distribution]] = Field(
        description="Parent, its state, and the node's distribution when that alone is at work."
    )


class DeterministicRow(Model):
    """The state of the node for these states of the parents."""

    given: Given = Field(
        default_factory=dict, description="Every parent with its state, or a list of states."
    )
    state: Name = Field(description="The state that follows.")


class DeterministicForm(_Elicited):
    """The parents decide the state."""

    form: Literal["deterministic"]
    rows: tuple[DeterministicRow, ...] = Field((), description="What follows from what.")
    default: Name | None = Field(None, description="The state for combinations that no row names.")


def _form(value: Any) -> str:
    # What this function raises would end the whole validation; a form that no table has is reported.
    form = value.get("form") if isinstance(value, dict) else getattr(value, "form", None)
    return form if isinstance(form, str) else ""


ElicitedSpec = Annotated[
    Annotated[TableForm, Tag("table")]
    | Annotated[RankedForm, Tag("ranked")]
    | Annotated[NoisyMaxForm, Tag("noisy_max")]
    | Annotated[DeterministicForm, Tag("deterministic")],
    Discriminator(_form),
]


class CountedData(Model):
    """Which data were counted, and how."""

    source: Name = Field(description="Id of a source of this file.")
    file: str | None = Field(None, description="Name of the data file.")
    hash: str | None = Field(None, description="SHA-256 of the data file.")
    rows: Number = Field(description="Rows of the data file.")
    method: Literal["counted", "expected"] = Field(
        description="counted: every family was observed; expected: counts by EM, where some was not."
    )


class CountedRow(Model):
    """How often each state was seen, for one combination of parent states."""

    given: dict[Name, Name] = Field(
        default_factory=dict, description="Every parent with its state."
    )
    counts: dict[Name, Number] = Field(
        description="States with their counts, which may be fractions; 0 where a state is not named."
    )

    @property
    def n(self) -> float:
        """The sample size behind the row."""
        return math.fsum(self.counts.values())


class CountsForm(_Elicited):
    """An elicited table and counts: a row is (confidence x elicited row + counts), divided by its sum."""

    form: Literal["counts"]
    confidence: Number | None = Field(
        None,
        description="Equivalent sample size of every elicited row; default what the prior says.",
    )
    prior: ElicitedSpec = Field(description="The elicited table.")
    data: CountedData = Field(description="What was counted.")
    rows: tuple[CountedRow, ...] = Field(
        (), description="Counts by combination of parent states; one without a row was never seen."
    )

    def row_citations(self) -> list[tuple[str, Citation]]:
        """For every row its parent states, and how often it was seen where; or that it never was."""
        found = []
        for row in self.rows:
            given = ", ".join(f"{parent}={state}" for parent, state in row.given.items())
            told = f"{self.data.method}, n = {row.n:.6g}" if row.n else "elicited, n = 0"
            cited = {"source": self.data.source, "note": told}
            found.append((given, Citation.model_validate(cited)))
        return found


TableSpec = Annotated[
    Annotated[TableForm, Tag("table")]
    | Annotated[RankedForm, Tag("ranked")]
    | Annotated[NoisyMaxForm, Tag("noisy_max")]
    | Annotated[DeterministicForm, Tag("deterministic")]
    | Annotated[CountsForm, Tag("counts")],
    Discriminator(_form),
]
