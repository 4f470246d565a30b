"""The list of graphs that are served, and what the page shows of one."""

from typing import Any

from pydantic import ConfigDict, Field

from causal_model.web.answers.parts import Answer, OfOneGraph, Whole

__all__ = ["Content", "Graphs"]


class Content(OfOneGraph):
    """What the page shows of a graph; more keys may come."""

    model_config = ConfigDict(extra="allow")

    title: dict[str, str]
    nodes: list[dict[str, Any]]
    arrows: list[dict[str, Any]]
    scenarios: list[dict[str, Any]]
    answers: dict[str, dict[str, Any]]
    figure: dict[str, Any]


class Title(Answer):
    """A title, empty where there is none in a language."""

    en: str
    zh_hant: str = Field("", alias="zh-Hant")


class ListedGraph(Answer):
    """A graph that is served; where its file has mistakes, `problem` says which."""

    id: str
    revision: str = Field(description="Another text whenever one of the files changed.")
    problem: str | None = None
    hash: str | None = None
    title: Title | None = None
    nodes: int | None = None
    arrows: int | None = None
    outcome: str | None = None
    scenarios: list[str] | None = None


class Graphs(Whole):
    """The graphs that are served."""

    graphs: list[ListedGraph]
