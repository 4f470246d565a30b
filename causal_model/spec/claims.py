"""A claims file: statements that must hold in a graph, each with the words that it renders.

A variant's file says which claims of another file it takes over, and which not. Statements are read by
`causal_model.notation`.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from causal_model.notation.statement import Statement
from causal_model.spec.diagnostics import Span
from causal_model.spec.scalars import Model, Name, Text, Version
from causal_model.spec.sources import Citation

__all__ = ["Change", "Claim", "ClaimsFile", "Drop", "HeldClaim", "Weight"]

Weight = Literal["error", "warn"]
How = Literal["own", "inherited", "replaces", "contradicts", "dropped"]


class Claim(Model):
    """A statement, how much it weighs, and where it comes from."""

    statement: str = Field(description="What must hold, in the notation of docs/claims.md.")
    severity: Weight = Field(
        "error", description="error: it must hold; warn: it is told where it does not."
    )
    title: Text | None = Field(None, description="The claim in a few words.")
    sources: tuple[Citation, ...] = Field((), description="The words that it renders.")
    note: Text | None = Field(None, description="How the words lead to the statement.")


class Change(Model):
    """What a variant says instead of an inherited claim."""

    statement: str = Field(description="What must hold here instead.")
    note: Text = Field(description="Why this variant says something else.")
    severity: Weight | None = Field(None, description="Default: that of the inherited claim.")
    title: Text | None = Field(None, description="Default: that of the inherited claim.")
    sources: tuple[Citation, ...] = Field((), description="Default: those of the inherited claim.")


class Drop(Model):
    """Why a variant does not take over an inherited claim."""

    note: Text = Field(description="Why the claim does not concern this variant.")


class ClaimsFile(Model):
    """The claims about one graph."""

    schema_version: Version = Field(description="Version of this format: 1.")
    graph: Name = Field(
        description="The graph that they are about: the name of its file in the folder above."
    )
    title: Text | None = Field(None, description="Title.")
    inherits: str | None = Field(
        None, description="A claims file of the same folder, of which these are a variant."
    )
    claims: dict[Name, Claim] = Field(default_factory=dict, description="Claims, by id.")
    replaces: dict[Name, Change] = Field(
        default_factory=dict, description="Inherited claims that read differently here, by id."
    )
    contradicts: dict[Name, Change] = Field(
        default_factory=dict,
        description="Inherited claims that must fail here, and what must hold instead, by id.",
    )
    drops: dict[Name, Drop] = Field(
        default_factory=dict,
        description="Inherited claims that do not concern this variant, by id.",
    )


@dataclass(frozen=True, slots=True, eq=False)
class HeldClaim:
    """A claim as it stands for one graph, once inheritance is resolved.

    Attributes:
        id: its name.
        claim: what the file says.
        statement: what its text says.
        how: how the graph came by it; `dropped` ones are listed and not judged.
        note: why it was replaced, contradicted or dropped; None for others.
        original: the inherited claim that this one contradicts, which must fail.
        span: where its statement stands.
    """

    id: str
    claim: Claim
    statement: Statement
    how: How
    span: Span
    note: Text | None = None
    original: "HeldClaim | None" = None
