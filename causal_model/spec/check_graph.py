"""Rules about nodes, arrows, channels and sources, once each part has the right shape."""

import math
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from causal_model.spec.graph_file import GraphFile, split_arrow
from causal_model.spec.load import Path_
from causal_model.spec.validate import Checked

__all__ = ["check_graph_rules", "known_names"]

MOST_LISTED = 12


def check_graph_rules(checked: Checked[GraphFile]) -> None:
    """Report every breach of the rules G001 to G008."""
    graph = checked.model
    assert graph is not None
    _parents(checked, graph)
    _circle(checked, graph)
    _outcomes(checked, graph)
    _states(checked, graph)
    _channels(checked, graph)
    _sources(checked, graph)


def declared(checked: Checked[GraphFile]) -> dict[str, Any]:
    """All nodes that the file names, misshapen ones too."""
    nodes = checked.document.data.get("nodes")
    return nodes if isinstance(nodes, dict) else {}


def known_names(names: Iterable[str], *, likely: str | None = None) -> str:
    """A list for a hint, cut off where it gets long, but not before a name that is likely meant.

    >>> known_names("abcdefghijklmnop", likely="p")
    'known: a, b, c, d, e, f, g, h, i, j, k, l, ..., p'
    """
    listed = [str(each) for each in names]
    shown = listed[:MOST_LISTED]
    if len(listed) > MOST_LISTED:
        shown.append("...")
        if likely in listed[MOST_LISTED:]:
            shown.append(str(likely))
    return "known: " + ", ".join(shown)


def _parents(checked: Checked[GraphFile], graph: GraphFile) -> None:
    nodes = declared(checked)
    for name, node in graph.every_node.items():
        for parent in node.parents:
            place = ("nodes", name, "parents", parent)
            if parent == name:
                checked.report("G002", f"{name!r} is its own parent", place, key=True)
            elif parent not in nodes:
                hint = checked.near(parent, nodes) or known_names(nodes, likely=graph.outcome)
                checked.report(
                    "G001", f"parent {parent!r} is not a node", place, hint=hint, key=True
                )


def _circle(checked: Checked[GraphFile], graph: GraphFile) -> None:
    above = {
        name: [parent for parent in node.parents if parent != name and parent in graph.nodes]
        for name, node in graph.nodes.items()
    }
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        circle = error.args[1]
        # graphlib lists the circle so that each node is a parent of the next.
        parent, child = circle[0], circle[1]
        checked.report(
            "G002",
            "the arrows run in a circle: " + " -> ".join(circle),
            ("nodes", child, "parents", parent),
            key=True,
        )


def _outcomes(checked: Checked[GraphFile], graph: GraphFile) -> None:
    outcomes = [name for name, node in graph.nodes.items() if node.role == "outcome"]
    for name in outcomes[1:]:
        checked.report(
            "G003", f"a second outcome; {outcomes[0]!r} is one already", ("nodes", name, "role")
        )


def _states(checked: Checked[GraphFile], graph: GraphFile) -> None:
    for name, raw in declared(checked).items():
        listed = raw.get("states") if isinstance(raw, dict) else None
        before: set[str] = set()
        for at, state in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(state, str) and state in before:
                span = checked.document.value_span(("nodes", name, "states", at))
                checked.add("G006", f"state {state!r} was listed already", span)
            elif isinstance(state, str):
                before.add(state)
    for name, node in graph.nodes.items():
        place = ("nodes", name, "states")
        if not node.states and not checked.touched(*place):
            checked.report("G006", f"node {name!r} has no states", place)
        if node.ordered:
            _intervals(checked, graph, name)


def _intervals(checked: Checked[GraphFile], graph: GraphFile, name: str) -> None:
    bounded = [
        (state, spec.interval)
        for state, spec in graph.nodes[name].states.items()
        if spec.interval is not None
    ]

    def place(state: str) -> Path_:
        return ("nodes", name, "states", state, "interval")

    for state, (low, high) in bounded:
        if not low < high:
            checked.report(
                "G007",
                f"the interval runs from {low:g} to {high:g}, expected low to high",
                place(state),
            )
    for (state, (_, high)), (after, (low, _)) in pairwise(bounded):
        if low < high and not math.isnan(low):
            checked.report(
                "G007",
                f"the interval of {after!r} begins at {low:g}, before that of {state!r} ends ({high:g})",
                place(after),
                hint="states of an ordered node go from low to high",
            )


def _channels(checked: Checked[GraphFile], graph: GraphFile) -> None:
    nodes = declared(checked)
    for channel, spec in graph.channels.items():
        for at, arrow in enumerate(spec.arrows):
            place: Path_ = ("channels", channel, "arrows", at)
            parent, child = split_arrow(arrow)
            if not parent or not child:
                checked.report(
                    "G005", f"{arrow!r} is no arrow", place, hint="write parent -> child"
                )
                continue
            unknown = [each for each in (parent, child) if each not in nodes]
            for each in unknown:
                hint = checked.near(each, nodes)
                checked.report("G005", f"arrow {arrow!r}: {each!r} is not a node", place, hint=hint)
            if child in graph.utilities:
                told = f"arrow {arrow!r}: {child!r} is a utility, and channels lead to nodes with states"
                checked.report("G005", told, place)
            if (
                not unknown
                and not checked.touched("nodes", child, "parents", parent)
                and child in graph.nodes
                and parent not in graph.nodes[child].parents
            ):
                back = parent in graph.nodes and child in graph.nodes[parent].parents
                hint = f"the arrow runs the other way: {child} -> {parent}" if back else ""
                checked.report("G005", f"there is no arrow {arrow}", place, hint=hint)


def _sources(checked: Checked[GraphFile], graph: GraphFile) -> None:
    listed = checked.document.data.get("sources")
    known = listed if isinstance(listed, dict) else {}
    used: set[str] = set()

    def walk(data: Any, place: Path_) -> None:
        if isinstance(data, list):
            for at, each in enumerate(data):
                walk(each, (*place, at))
        elif isinstance(data, dict):
            for key, each in data.items():
                if key == "sources" and isinstance(each, list):
                    for at, citation in enumerate(each):
                        cite(citation, (*place, key, at, "source"))
                if key == "data" and place[2:] == ("table",):
                    cite(each, (*place, key, "source"))
                walk(each, (*place, key))

    def cite(citation: Any, place: Path_) -> None:
        source = citation.get("source") if isinstance(citation, dict) else None
        if not isinstance(source, str):
            return
        used.add(source)
        if source not in known:
            hint = checked.near(source, known) or (known_names(known) if known else "")
            span = checked.document.value_span(place)
            checked.add("G004", f"source {source!r} is not listed under sources", span, hint)

    walk(declared(checked), ("nodes",))
    for source in graph.sources:
        if source not in used:
            checked.report(
                "G008",
                f"source {source!r} is never cited",
                ("sources", source),
                key=True,
                warning=True,
            )
