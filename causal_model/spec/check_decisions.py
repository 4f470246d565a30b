"""Rules about decisions and utilities: in which order is decided, and what is worth how much."""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from causal_model.spec.check_rows import KeyedRows
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.load import Path_
from causal_model.spec.validate import Checked

__all__ = ["check_decision_rules"]


def check_decision_rules(checked: Checked[GraphFile]) -> None:
    """Report every breach of the rules D001 to D003, and of those for rows in utilities."""
    graph = checked.model
    assert graph is not None
    _leaves(checked, graph)
    _order(checked, graph)
    _units(checked, graph)
    for name in graph.utilities:
        _values(checked, graph, name, ("nodes", name, "table"))


def _leaves(checked: Checked[GraphFile], graph: GraphFile) -> None:
    for name, node in graph.every_node.items():
        for parent in node.parents:
            if parent in graph.utilities and parent != name:
                checked.report(
                    "D001",
                    f"{parent!r} is a utility, so nothing follows from it",
                    ("nodes", name, "parents", parent),
                    hint="utilities add up by themselves",
                    key=True,
                )


def _order(checked: Checked[GraphFile], graph: GraphFile) -> None:
    """A path of arrows leads from every decision to the next, or nobody knows which is the next."""
    above = {
        name: [parent for parent in node.parents if parent in graph.nodes]
        for name, node in graph.nodes.items()
    }
    if len(graph.decisions) < 2 or checked.pruned:
        return
    try:
        order = list(TopologicalSorter(above).static_order())
    except CycleError:
        return
    # For every node the decisions from which a path of arrows leads to it.
    before: dict[str, set[str]] = {}
    for name in order:
        before[name] = {each for parent in above[name] for each in (parent, *before[parent])}
        before[name] &= graph.decisions.keys()
    decisions = sorted(graph.decisions, key=lambda name: len(before[name]))
    for earlier, later in pairwise(decisions):
        if earlier not in before[later]:
            checked.report(
                "D002",
                f"nothing tells whether {earlier!r} or {later!r} is decided first",
                ("nodes", later),
                hint=f"add the one that is decided first to the parents of the other,"
                f" such as {earlier!r} to those of {later!r}",
                key=True,
            )


def _units(checked: Checked[GraphFile], graph: GraphFile) -> None:
    units = {name: each.unit.en if each.unit else None for name, each in graph.utilities.items()}
    first = next(iter(units), "")
    for name, unit in units.items():
        if unit != units[first]:
            place: Path_ = ("nodes", name, "unit") if unit is not None else ("nodes", name)
            checked.report(
                "D003",
                f"{name!r} is in {_called(unit)}, and {first!r} in {_called(units[first])}",
                place,
                hint="utilities are added, so they need the same unit",
                key=unit is None,
            )


def _called(unit: str | None) -> str:
    return "no unit" if unit is None else repr(unit)


def _values(checked: Checked[GraphFile], graph: GraphFile, name: str, place: Path_) -> None:
    utility = graph.utilities[name]
    known = all(
        parent in graph.nodes
        and graph.nodes[parent].states
        and not checked.touched("nodes", parent, "states")
        for parent in utility.parents
    )
    if not known or checked.touched("nodes", name, "parents"):
        return
    parents = {parent: list(graph.nodes[parent].states) for parent in utility.parents}
    rows = KeyedRows(checked, parents, place)
    if rows.fit():
        rows.check(utility.table.rows, complete=not checked.touched(*place, "rows"))
