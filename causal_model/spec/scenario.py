"""A scenario: a named set of findings, with a title and sources."""

from pydantic import Field

from causal_model.spec.evidence import Evidence
from causal_model.spec.scalars import Name, Number, Text, Version
from causal_model.spec.sources import Citation

__all__ = ["Scenario"]


class Scenario(Evidence):
    """Findings under a name."""

    schema_version: Version = Field(description="Version of this format: 1.")
    id: Name = Field(description="Name of the scenario.")
    title: Text = Field(description="Title.")
    description: Text | None = Field(None, description="What the scenario tells.")
    order: Number = Field(0.0, description="Place in lists of scenarios, low numbers first.")
    sources: tuple[Citation, ...] = Field((), description="Where it comes from.")
