"""A network as a networkx graph: nodes with their states, arrows with their signs."""

from typing import TYPE_CHECKING

from causal_model.network import Network
from causal_model.spec.graph_file import GraphFile

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["network_to_networkx"]


def network_to_networkx(network: Network, graph: GraphFile | None) -> "nx.DiGraph[str]":
    """Return a directed graph.

    Nodes carry `states` and `table` (an array of shape (*parent sizes, own size), parents in the order
    of `parents`); where a graph file says more, also `label`, `role`, `ordered`, and arrows `sign`.
    """
    import networkx as nx

    result: nx.DiGraph[str] = nx.DiGraph()
    for name, variable in network.variables.items():
        result.add_node(
            name,
            states=variable.states,
            parents=network.parents[name],
            table=network.tables[name],
        )
    for name, above in network.parents.items():
        result.add_edges_from((parent, name) for parent in above)
    if graph is not None:
        result.graph.update(id=graph.id, title=graph.title.en)
        for name, node in graph.nodes.items():
            result.nodes[name].update(
                label=node.label.en if node.label else name,
                role="decision" if name in graph.decisions else node.role,
                ordered=node.ordered,
            )
            for parent, arrow in node.parents.items():
                result.edges[parent, name]["sign"] = arrow.sign
    return result
