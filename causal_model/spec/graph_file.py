"""A graph file: nodes with states, arrows with signs and sources, tables, channels."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from causal_model.spec.decisions import Decision, Utility, states_of
from causal_model.spec.scalars import (
    Bound,
    Cost,
    Date,
    Flag,
    Model,
    Name,
    Number,
    Sign,
    Text,
    Version,
)
from causal_model.spec.sources import Citation, Source
from causal_model.spec.table_forms import CountsForm, TableSpec

__all__ = [
    "ARROW",
    "Channel",
    "Citation",
    "Decision",
    "GraphFile",
    "Node",
    "Parent",
    "Role",
    "Sign",
    "State",
    "Utility",
]

Role = Literal["driver", "mechanism", "indicator", "outcome"]
ARROW = "->"


class State(Model):
    """One value of a node."""

    label: Text | None = Field(None, description="How it is called; default its name.")
    interval: tuple[Bound, Bound] | None = Field(
        None, description="From, to; -inf and inf are allowed."
    )
    value: Number | None = Field(None, description="The number that stands for it.")


class Parent(Model):
    """An arrow into a node: its sign, and what supports it."""

    sign: Sign = Field(description="Where a high parent leads; mixed where that depends.")
    sources: tuple[Citation, ...] = Field((), description="The sentences that support the arrow.")
    note: Text | None = Field(None, description="What else a reader should know.")


class Node(Model):
    """A discrete variable of the story."""

    kind: Literal["chance"] = Field("chance", description="Chance decides it; the default.")
    label: Text | None = Field(None, description="How it is called; default its name.")
    description: Text | None = Field(None, description="What it stands for.")
    role: Role = Field(
        "mechanism", description="Its part in the story; at most one is the outcome."
    )
    ordered: Flag = Field(True, description="Whether the states go from low to high.")
    unit: str | None = Field(None, description="Unit of the intervals.")
    states: Annotated[
        dict[Name, State],
        BeforeValidator(states_of, json_schema_input_type=dict[str, State | None] | list[str]),
    ] = Field(description="Its values, low to high where ordered.")
    sources: tuple[Citation, ...] = Field((), description="Why it is part of the story.")
    cost: Cost | None = Field(None, description="What it costs to observe it, in any unit.")
    parents: dict[Name, Parent] = Field(default_factory=dict, description="The arrows into it.")
    table: TableSpec = Field(description="P(node | parents).")

    @cached_property
    def low(self) -> tuple[str, ...]:
        """The low states of an ordered node; none where the states have no order.

        Those whose interval ends at zero or below; where none does, or all do, the states below the
        middle one.
        """
        names = list(self.states) if self.ordered else []
        ends = [state.interval[1] if state.interval else None for state in self.states.values()]
        below = [
            name for name, end in zip(names, ends, strict=False) if end is not None and end <= 0
        ]
        half = [name for at, name in enumerate(names) if 2 * at < len(names) - 1]
        return tuple(below if 0 < len(below) < len(names) else half)


def _kind(value: Any) -> str:
    # What is no mapping, or says no kind, is held against an ordinary node.
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return "chance" if kind is None else kind if isinstance(kind, str) else ""


AnyNode = Annotated[
    Annotated[Node, Tag("chance")]
    | Annotated[Decision, Tag("decision")]
    | Annotated[Utility, Tag("utility")],
    Discriminator(_kind),
]


class Channel(Model):
    """A named set of arrows through which an effect travels."""

    label: Text | None = Field(None, description="How it is called; default its id.")
    arrows: tuple[str, ...] = Field(description="Arrows as `parent -> child`.")

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The arrows as (parent, child)."""
        return tuple(split_arrow(each) for each in self.arrows)


class GraphFile(Model):
    """A causal story as a graph."""

    schema_version: Version = Field(description="Version of this format: 1.")
    id: Name = Field(description="Name of the graph.")
    extends: str | None = Field(None, description="The graph file of which this is a variant.")
    title: Text = Field(description="Title.")
    description: Text | None = Field(None, description="What the graph tells.")
    as_of: Date | None = Field(None, description="The day whose knowledge the graph holds.")
    horizon: Text | None = Field(None, description="The time that the outcome speaks of.")
    sources: dict[Name, Source] = Field(default_factory=dict, description="All sources, by id.")
    channels: dict[Name, Channel] = Field(default_factory=dict, description="Channels, by id.")
    every_node: dict[Name, AnyNode] = Field(alias="nodes", description="The nodes, by name.")

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The nodes that have states, in the order of the file.

        Among them the decisions, as if they were decided for good: for their first option, the status
        quo, whatever is known.
        """
        return {
            name: _as_decided(each) if isinstance(each, Decision) else each
            for name, each in self.every_node.items()
            if not isinstance(each, Utility)
        }

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """The decisions, by name."""
        return {name: each for name, each in self.every_node.items() if isinstance(each, Decision)}

    @cached_property
    def utilities(self) -> dict[str, Utility]:
        """The utilities, by name."""
        return {name: each for name, each in self.every_node.items() if isinstance(each, Utility)}

    @cached_property
    def outcome(self) -> str | None:
        """The node with the role outcome, if there is one."""
        return next((name for name, node in self.nodes.items() if node.role == "outcome"), None)

    def citations(self, node: str) -> list[tuple[str, Citation]]:
        """All citations of a node, its arrows and its table, each with what it supports."""
        spec = self.every_node[node]
        found = [(node, each) for each in spec.sources]
        for parent, arrow in spec.parents.items():
            found += [(f"{parent} {ARROW} {node}", each) for each in arrow.sources]
        if isinstance(spec, Utility):
            table = spec.table
            cited = [*table.sources, *(each for row in table.rows for each in row.sources)]
            return found + [(f"values of {node}", each) for each in cited]
        if isinstance(spec, Decision):
            return found
        found += [(f"P({node})", each) for each in spec.table.sources]
        elicited: TableSpec = spec.table
        if isinstance(elicited, CountsForm):
            found += [
                (f"P({node} | {given})" if given else f"P({node})", each)
                for given, each in elicited.row_citations()
            ]
            elicited = elicited.prior
            found += [(f"P({node}), elicited", each) for each in elicited.sources]
        for row in getattr(elicited, "rows", ()):
            found += [(f"P({node}), a row", each) for each in getattr(row, "sources", ())]
        return found

    def label(self, node: str, state: str | None = None, lang: str = "en") -> str:
        """The label of a node, or of one of its states; its name where it has none."""
        spec = self.every_node[node] if state is None else self.nodes[node].states[state]
        return (spec.label and spec.label.text(lang)) or state or node


def _as_decided(decision: Decision) -> Node:
    """A decision as a node whose first option is certain; what is known changes nothing about it."""
    data = {
        "label": decision.label,
        "description": decision.description,
        "role": "driver",
        "ordered": decision.ordered,
        "states": {name: {"label": each.label} for name, each in decision.states.items()},
        "sources": decision.sources,
        "parents": {
            name: {"sign": each.sign or "mixed", "sources": each.sources, "note": each.note}
            for name, each in decision.parents.items()
        },
        "table": {"form": "deterministic", "default": next(iter(decision.states), None)},
    }
    return Node.model_validate(data)


def split_arrow(text: str) -> tuple[str, str]:
    """Split ``parent -> child``; the second part is empty where there is no arrow.

    >>> split_arrow("a -> b")
    ('a', 'b')
    """
    parent, _, child = text.partition(ARROW)
    return parent.strip(), child.strip()
