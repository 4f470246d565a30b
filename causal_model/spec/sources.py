"""Where a number or an arrow comes from."""

from typing import Literal

from pydantic import Field

from causal_model.spec.scalars import Date, Model, Name, Text

__all__ = ["Citation", "Source"]


class Source(Model):
    """An article, a data set, or the authors' own judgement."""

    publisher: str = Field(description="Who published it.")
    title: Text | None = Field(None, description="Its title.")
    kind: Literal["article", "data", "judgement"] = Field(
        "article", description="judgement: elicited by the authors of the graph."
    )
    date: Date | None = Field(None, description="When it was published.")
    url: str | None = Field(None, description="Where it is found.")
    language: str | None = Field(None, description="Language of the quotes.")
    text: str | None = Field(None, description="Path of the full text, inside the graph's folder.")
    note: Text | None = Field(None, description="What else a reader should know.")


class Citation(Model):
    """A place in a source that supports a node, an arrow or a number."""

    source: Name = Field(description="Id of a source of this file.")
    quote: str | None = Field(None, description="The words in the language of the source.")
    gloss: str | None = Field(None, description="The quote in English.")
    note: Text | None = Field(None, description="How the source leads to what it supports.")
