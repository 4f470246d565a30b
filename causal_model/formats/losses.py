"""What a graph file says and another format cannot carry."""

import re

from causal_model.network import Network
from causal_model.spec.graph_file import GraphFile

__all__ = ["lost_names", "lost_words", "odd_names"]

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def lost_words(graph: GraphFile) -> dict[str, int]:
    """What stays behind when only names, arrows and tables are kept: kind to count, without zeros."""
    nodes = graph.nodes.values()
    states = [state for node in nodes for state in node.states.values()]
    arrows = [arrow for node in nodes for arrow in node.parents.values()]
    rows = [row for node in nodes for row in getattr(node.table, "rows", ())]
    cited = [*nodes, *arrows, *(node.table for node in nodes), *rows]
    kept = [node for name, node in graph.nodes.items() if name not in graph.decisions]
    counts = {
        "utilities": len(graph.utilities),
        "decisions (their status quo is kept)": len(graph.decisions),
        "sources": len(graph.sources),
        "citations": sum(len(getattr(each, "sources", ())) for each in cited),
        "labels": sum(node.label is not None for node in nodes)
        + sum(state.label is not None for state in states),
        "notes and descriptions": sum(
            getattr(each, field, None) is not None
            for each in [graph, *nodes, *arrows, *(node.table for node in nodes)]
            for field in ("description", "note")
        ),
        "roles of nodes": sum(node.role != "mechanism" for node in nodes),
        "orders of states": sum(node.ordered for node in nodes),
        "intervals of states": sum(state.interval is not None for state in states),
        "values of states": sum(state.value is not None for state in states),
        "signs of arrows": len(arrows),
        "channels": len(graph.channels),
        "forms of tables (their numbers are)": sum(node.table.form != "table" for node in kept),
        "tables with confidence": sum(
            node.table.confidence is not None
            or any(
                getattr(row, "confidence", None) is not None
                for row in getattr(node.table, "rows", ())
            )
            for node in nodes
        ),
    }
    return {kind: count for kind, count in counts.items() if count}


def lost_names(network: Network) -> dict[str, int]:
    """What stays behind where variables and states are only counted."""
    variables = network.variables.values()
    return {
        "names of nodes": len(network.variables),
        "names of states": sum(variable.size for variable in variables),
    }


def odd_names(network: Network, *, states: bool) -> list[str]:
    """Names that are no identifiers; GeNIe and Hugin take nothing else, other readers do."""
    names = [
        name
        for variable in network.variables.values()
        for name in (variable.name, *(variable.states if states else ()))
    ]
    return [name for name in dict.fromkeys(names) if not IDENTIFIER.fullmatch(name)]
