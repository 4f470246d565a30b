"""The network as other people's graph algorithms see it."""

import networkx as nx
import numpy as np
import pytest

import causal_model as cm
from causal_model.formats.networkx_bridge import network_to_networkx
from tests.networks import random_network


@pytest.fixture(scope="module")
def article() -> cm.Model:
    return cm.load("article")


@pytest.mark.parametrize("seed", range(10))
def test_nodes_arrows_states_and_tables_are_those_of_the_network(seed: int) -> None:
    network = random_network(np.random.default_rng(seed), nodes=8)
    graph = network_to_networkx(network, None)
    assert list(graph.nodes) == list(network.variables)
    assert set(graph.edges) == {(p, name) for name, above in network.parents.items() for p in above}
    assert nx.is_directed_acyclic_graph(graph)
    for name, attributes in graph.nodes(data=True):
        assert set(attributes) == {"states", "parents", "table"}
        assert attributes["states"] == network.variables[name].states
        # The order of the parents is that of the axes, which edges alone would not tell.
        assert attributes["parents"] == network.parents[name]
        sizes = [len(graph.nodes[parent]["states"]) for parent in attributes["parents"]]
        assert attributes["table"].shape == (*sizes, len(attributes["states"]))
        np.testing.assert_array_equal(attributes["table"], network.tables[name])


def test_a_network_without_a_graph_file_has_no_signs() -> None:
    graph = network_to_networkx(random_network(np.random.default_rng(0), nodes=6), None)
    assert graph.graph == {}
    assert all(attributes == {} for *_, attributes in graph.edges(data=True))


def test_what_the_graph_file_says_is_there(article: cm.Model) -> None:
    graph = article.to_networkx()
    assert article.graph is not None
    assert graph.graph == {"id": "article", "title": article.graph.title.en}
    for name, node in article.graph.nodes.items():
        attributes = graph.nodes[name]
        assert attributes["role"] == node.role
        assert attributes["ordered"] == node.ordered
        assert attributes["label"] == article.graph.label(name)
        for parent, arrow in node.parents.items():
            assert graph.edges[parent, name]["sign"] == arrow.sign
    assert graph.edges["china_policy", "china_h200_orders"]["sign"] == "negative"


def test_a_node_without_a_label_is_called_by_its_name(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("bare") / "bare.yaml"
    table = "{form: table, rows: [{p: {x: 0.5, y: 0.5}}]}"
    path.write_text(
        "{schema_version: 1, id: bare, title: Bare,"
        f" nodes: {{a: {{ordered: false, states: [x, y], table: {table}}}}}}}",
        encoding="utf-8",
    )
    attributes = cm.load(path).to_networkx().nodes["a"]
    assert (attributes["label"], attributes["role"]) == ("a", "mechanism")
    assert attributes["ordered"] is False


def test_changing_the_graph_leaves_the_model_alone(article: cm.Model) -> None:
    before = article.hash
    graph = article.to_networkx()
    graph.remove_node("btc_return")
    graph.nodes["etf_flow"]["states"] = ()
    with pytest.raises(ValueError, match="read-only"):
        graph.nodes["china_policy"]["table"][0] = 1.0
    assert cm.Model(article.network).hash == before
    assert "btc_return" in article.to_networkx()


def test_findings_stay_behind(article: cm.Model) -> None:
    cut = article.with_findings(do={"etf_flow": "outflow"}).to_networkx()
    assert nx.utils.edges_equal(cut.edges, article.to_networkx().edges, directed=True)
