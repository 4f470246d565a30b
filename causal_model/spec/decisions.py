"""Decisions and utilities: what somebody may choose, and what the outcome of it is worth.

A graph with such nodes is an influence diagram [howard1984]. An arrow into a decision says what is known
when it is taken; one into a utility, what its value depends on. The utilities of a graph add up.

References:
    [howard1984] Howard, R.A., Matheson, J.E. (1984). Influence diagrams. In: Readings on the Principles
        and Applications of Decision Analysis II.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from causal_model.spec.scalars import Flag, Model, Name, Number, Sign, Text
from causal_model.spec.sources import Citation
from causal_model.spec.table_forms import Given

__all__ = ["Decision", "Link", "Option", "Utility", "UtilityRow", "UtilityTable", "states_of"]


class Link(Model):
    """An arrow into a decision or a utility."""

    sign: Sign | None = Field(None, description="Where a high parent leads, if that is plain.")
    sources: tuple[Citation, ...] = Field((), description="The sentences that support the arrow.")
    note: Text | None = Field(None, description="What else a reader should know.")


def states_of(value: Any) -> Any:
    """A list of names is short for a mapping from names to nothing more."""
    if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
        return {each: {} for each in value}
    if isinstance(value, dict):
        return {key: {} if each is None else each for key, each in value.items()}
    return value


class Option(Model):
    """One of the things that can be decided."""

    label: Text | None = Field(None, description="How it is called; default its name.")


Links = Annotated[
    dict[Name, Link],
    BeforeValidator(states_of, json_schema_input_type=dict[str, Link | None] | list[str]),
]


class Decision(Model):
    """What somebody chooses; no probability decides it."""

    kind: Literal["decision"]
    label: Text | None = Field(None, description="How it is called; default its name.")
    description: Text | None = Field(None, description="What it stands for.")
    ordered: Flag = Field(True, description="Whether the options go from low to high.")
    states: Annotated[
        dict[Name, Option],
        BeforeValidator(states_of, json_schema_input_type=dict[str, Option | None] | list[str]),
    ] = Field(
        description="The options. The first is the status quo: it holds until somebody decides."
    )
    sources: tuple[Citation, ...] = Field((), description="Why it is part of the story.")
    parents: Links = Field(
        default_factory=dict,
        description="What is known when it is decided, besides all that was known earlier.",
    )


class UtilityRow(Model):
    """What these states of the parents are worth."""

    given: Given = Field(
        default_factory=dict,
        description="Every parent with its state, or with a list of states for which the row holds.",
    )
    value: Number = Field(description="What it is worth, in the unit of the utility.")
    sources: tuple[Citation, ...] = Field((), description="Where the number comes from.")


class UtilityTable(Model):
    """A number for every combination of parent states."""

    sources: tuple[Citation, ...] = Field((), description="Where the numbers come from.")
    note: Text | None = Field(None, description="Why these numbers.")
    rows: tuple[UtilityRow, ...] = Field(
        description="One row for every combination of parent states."
    )


class Utility(Model):
    """What is to be had or lost, by what happened and what was decided."""

    kind: Literal["utility"]
    label: Text | None = Field(None, description="How it is called; default its name.")
    description: Text | None = Field(None, description="What it stands for.")
    unit: Text | None = Field(None, description="Unit of the numbers; the same for all utilities.")
    sources: tuple[Citation, ...] = Field((), description="Why it is part of the story.")
    parents: Links = Field(default_factory=dict, description="What its value depends on.")
    table: UtilityTable = Field(description="Its value by the states of the parents.")
