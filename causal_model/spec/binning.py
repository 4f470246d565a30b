"""A binning file: which column of a data file measures which node, and how cells become states.

A cell is a label or a number. A label is a state, or is mapped to one. A number falls between cut points:
of two cuts the state between them holds what is above the lower and up to and with the upper one, low < x
<= high, and the lowest state its lower bound as well. Where no cuts are given they are the intervals of
the node's states.
"""

import math
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import Field

from causal_model.errors import did_you_mean
from causal_model.spec.check_graph import known_names
from causal_model.spec.diagnostics import InvalidGraphFile, has_errors
from causal_model.spec.graph_file import GraphFile, Node
from causal_model.spec.load import load_text, read_text
from causal_model.spec.scalars import Model, Name, Number, Version
from causal_model.spec.validate import Checked, hold_against

__all__ = ["Binning", "Interval", "Measure", "intervals", "read_binning"]

# From, to; what lies between belongs to a state.
Interval = tuple[float, float]


class Measure(Model):
    """How one node is measured."""

    column: str = Field(description="Column of the data file.")
    holds: Literal["labels", "numbers"] = Field("labels", description="What its cells are.")
    states: dict[str, Name] | None = Field(
        None, description="Label to state; default the labels are the states."
    )
    cuts: tuple[Number, ...] | None = Field(
        None, description="Numbers between the states, low to high; default their intervals."
    )
    unit: str | None = Field(None, description="Unit of the numbers; must be that of the node.")
    confidence: Number | None = Field(
        None,
        description="Equivalent sample size of every elicited row; default what the table says.",
    )


class Binning(Model):
    """From the columns of a data file to the states of nodes."""

    schema_version: Version = Field(description="Version of this format: 1.")
    source: Name = Field(description="Id of the graph's source that the data come from.")
    date: str | None = Field(None, description="Column with dates, none of which comes twice.")
    missing: tuple[str | None, ...] = Field(
        ("",), description="Cells that say nothing; an empty one never does."
    )
    learn: tuple[Name, ...] | None = Field(
        None, description="Nodes whose tables are learned; default those that are measured."
    )
    nodes: dict[Name, Measure] = Field(description="The measured nodes.")


def read_binning(path: str | Path, graph: GraphFile) -> Binning:
    """Read a binning file and hold it against a graph.

    Raises:
        InvalidGraphFile: it has mistakes; lists all of them.
    """
    checked = hold_against(Binning, load_text(read_text(path), str(path)))
    if checked.model is not None:
        _check(checked, checked.model, graph)
    found = sorted(checked.diagnostics, key=lambda each: (each.span.line, each.span.column))
    if has_errors(found) or checked.model is None:
        raise InvalidGraphFile(found)
    return checked.model


def intervals(node: Node, measure: Measure) -> dict[str, Interval]:
    """The interval of every state for a column of numbers."""
    if measure.cuts is None:
        return {name: state.interval for name, state in node.states.items() if state.interval}
    bounds = [-math.inf, *measure.cuts, math.inf]
    return dict(zip(node.states, pairwise(bounds), strict=True))


def _check(checked: Checked[Binning], binning: Binning, graph: GraphFile) -> None:
    if binning.source not in graph.sources and not checked.touched("source"):
        hint = checked.near(binning.source, graph.sources) or "list it under sources of the graph"
        told = f"the graph has no source {binning.source!r}"
        checked.report("L006", told, ("source",), hint=hint)
    for at, name in enumerate(binning.learn or ()):
        if name not in graph.nodes:
            hint = checked.near(name, graph.nodes) or known_names(graph.nodes)
            checked.report("L001", f"the graph has no node {name!r}", ("learn", at), hint=hint)
        elif name in graph.decisions:
            checked.report("L001", f"{name!r} is a decision, and has no table", ("learn", at))
    columns: dict[str, str] = {}
    for name, measure in binning.nodes.items():
        if name not in graph.nodes:
            hint = checked.near(name, graph.nodes) or known_names(graph.nodes)
            told = f"the graph has no node {name!r}"
            checked.report("L001", told, ("nodes", name), hint=hint, key=True)
            continue
        if name in graph.decisions:
            told = (
                f"{name!r} is a decision: the graph holds under its status quo, whatever rows say"
            )
            hint = "keep only rows of one option, and leave the column out"
            checked.report("L001", told, ("nodes", name), hint=hint, key=True)
        if measure.column in columns:
            told = f"column {measure.column!r} measures {columns[measure.column]!r} already"
            checked.report("L005", told, ("nodes", name, "column"))
        columns.setdefault(measure.column, name)
        _check_measure(checked, name, graph.nodes[name], measure)


def _check_measure(checked: Checked[Binning], name: str, node: Node, measure: Measure) -> None:
    place = ("nodes", name)
    if measure.confidence is not None and measure.confidence < 0:
        told = f"confidence is {measure.confidence:g}, expected 0 or more"
        checked.report("T017", told, (*place, "confidence"))
    if measure.holds == "labels":
        for key in ("cuts", "unit"):
            if getattr(measure, key) is not None:
                hint = "write holds: numbers"
                checked.report("L003", f"labels have no {key}", (*place, key), hint=hint, key=True)
        for label, state in (measure.states or {}).items():
            if state not in node.states:
                hint = did_you_mean(state, node.states).strip() or known_names(node.states)
                told = f"{name!r} has no state {state!r}"
                checked.report("L002", told, (*place, "states", label), hint=hint)
        return
    if measure.states is not None:
        told = "numbers are cut, not mapped"
        checked.report("L003", told, (*place, "states"), hint="write cuts", key=True)
    if measure.unit is not None and node.unit is not None and measure.unit != node.unit:
        told = f"the unit is {measure.unit!r}, but that of the node is {node.unit!r}"
        checked.report("L004", told, (*place, "unit"))
    if measure.cuts is not None:
        wanted = len(node.states) - 1
        if len(measure.cuts) != wanted and not checked.touched(*place, "cuts"):
            told = f"{len(measure.cuts)} cuts, expected {wanted}: one between any two states"
            checked.report("L003", told, (*place, "cuts"))
        for at, (low, high) in enumerate(pairwise(measure.cuts), start=1):
            if not low < high:
                told = f"the cut {high:g} does not lie above the one before, {low:g}"
                checked.report("L003", told, (*place, "cuts", at))
    elif any(state.interval is None for state in node.states.values()):
        told = f"there are no cuts, and states of {name!r} have no interval"
        checked.report("L003", told, place, key=True, hint="write cuts, low to high")
