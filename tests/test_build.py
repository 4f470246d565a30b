"""From files to arrays: names decide, never positions."""

from pathlib import Path

import numpy as np
import pytest

from causal_model.build import build_network, elicited_table, row_confidences, row_counts
from causal_model.cpt.ranked import cut_points, ranked_table
from causal_model.errors import CptError, GraphFileError
from causal_model.network import Network, Variable, topological_order
from causal_model.spec.check import check_graph_text
from causal_model.spec.graph_file import GraphFile
from tests.spec.test_rules import GRAPH


def graph_of(text: str) -> GraphFile:
    graph, found = check_graph_text(text, "x.yaml", Path())
    assert graph is not None, found
    return graph


def test_every_form_becomes_its_table() -> None:
    tables = build_network(graph_of(GRAPH)).tables
    assert tables["rain"].tolist() == [0.7, 0.2, 0.1]
    assert tables["slip"].tolist() == [[0.99, 0.01], [0.9, 0.1], [0.7, 0.3]]
    np.testing.assert_allclose(tables["alarm"][2, 2], [0.98 * 0.5 * 0.1, 1 - 0.049])
    np.testing.assert_allclose(tables["alarm"][0, 0], [0.98, 0.02])
    assert tables["shoes"].tolist() == [[1, 0], [0, 1], [0, 1]]
    cuts = cut_points(3, 0.2, [0.3, 0.4, 0.3])
    np.testing.assert_allclose(
        tables["wet"], ranked_table([2, 1], [3, 2], cuts=cuts, spread=0.2), atol=1e-12
    )
    # Confidence 4 beside 8 and 4 counts, and a row that was never seen.
    elicited = ranked_table([1], [3], cuts=cut_points(2, 0.3), spread=0.3)
    expected = [(4 * elicited[0] + [7, 1]) / 12, (4 * elicited[1] + [1.5, 2.5]) / 8, elicited[2]]
    np.testing.assert_allclose(tables["gutter"], expected, atol=1e-12)


def test_counts_add_to_the_confidence_of_their_rows() -> None:
    graph = graph_of(GRAPH)
    assert row_confidences(graph)["gutter"].tolist() == [12, 8, 4]
    assert {name: each.tolist() for name, each in row_counts(graph).items()} == {
        "gutter": [8, 4, 0]
    }
    table, confidence = elicited_table(graph, "gutter")
    np.testing.assert_allclose(table[2], build_network(graph).tables["gutter"][2])
    assert confidence.tolist() == [4, 4, 4]
    without = GRAPH.replace("      confidence: 4\n      prior:", "      prior:")
    inherited = graph_of(without.replace("spread: 0.3", "spread: 0.3\n        confidence: 3"))
    assert row_confidences(inherited)["gutter"].tolist() == [11, 7, 3]


@pytest.mark.parametrize(
    ("confidence", "expected"), [("0", [7 / 8, 1 / 8]), ("1e300", None), ("1e-300", [7 / 8, 1 / 8])]
)
def test_confidence_leads_from_relative_frequencies_to_the_elicited_rows(
    confidence: str, expected: list[float] | None
) -> None:
    graph = graph_of(GRAPH.replace("      confidence: 4\n", f"      confidence: {confidence}\n"))
    elicited, _ = elicited_table(graph, "gutter")
    found = build_network(graph).tables["gutter"]
    np.testing.assert_allclose(found[0], elicited[0] if expected is None else expected, rtol=1e-15)
    assert found[2].tolist() == elicited[2].tolist()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{no: 0.7, some: 0.2, much: 0.1}", "{no: 0.7, some: 0.2, much: 0.1005}"),
        ("{dry: 0.3, damp: 0.4, soaked: 0.3}", "{dry: 0.3, damp: 0.4005, soaked: 0.3}"),
        ("{silent: 0.98, beeps: 0.02}", "{silent: 0.98, beeps: 0.0205}"),
        ("{silent: 0.1, beeps: 0.9}", "{silent: 0.1005, beeps: 0.9}"),
        (
            "spread: 0.2\n",
            "spread: 0.2\n      rows: [{given: {rain: no, sprinkler: on},"
            " p: {dry: 0.5005, damp: 0.5, soaked: 0}}]\n",
        ),
    ],
    ids=["row", "typical", "leak", "cause", "override"],
)
def test_what_validates_with_a_warning_can_be_asked(old: str, new: str) -> None:
    text = GRAPH.replace(old, new, 1)
    assert [each.code for each in check_graph_text(text, "x.yaml", Path())[1]] == ["T001"]
    tables = build_network(graph_of(text)).tables
    for table in tables.values():
        np.testing.assert_allclose(table.sum(axis=-1), 1, atol=1e-12)
    if "1005}" in new:
        assert tables["rain"].tolist() == [each / 1.0005 for each in (0.7, 0.2, 0.1005)]


def test_many_causes_that_miss_one_without_a_word_are_made_one() -> None:
    nodes = "".join(
        f"  p{at}: {{states: [a, b], table: {{form: table, rows: [{{p: {{a: 0.5, b: 0.5}}}}]}}}}\n"
        for at in range(8)
    )
    causes = ", ".join(f"p{at}: {{b: {{x: 0.5, y: 0.5000009}}}}" for at in range(8))
    parents = ", ".join(f"p{at}: {{sign: positive}}" for at in range(8))
    text = (
        f"schema_version: 1\nid: x\ntitle: X\nnodes:\n{nodes}  z:\n    states: [x, y]\n"
        f"    parents: {{{parents}}}\n"
        f"    table: {{form: noisy_max, leak: {{x: 1, y: 0}}, causes: {{{causes}}}}}\n"
    )
    np.testing.assert_allclose(build_network(graph_of(text)).tables["z"].sum(axis=-1), 1)


def test_the_order_of_rows_states_and_nodes_does_not_matter() -> None:
    rows = GRAPH[GRAPH.index("        - {given: {wet: dry}") : GRAPH.index("  alarm:")]
    turned = "".join(line + "\n" for line in reversed(rows.strip("\n").split("\n")))
    text = GRAPH.replace(rows, turned).replace("{no: 0.9, yes: 0.1}", "{yes: 0.1, no: 0.9}")
    forth, back = build_network(graph_of(GRAPH)), build_network(graph_of(text))
    for name in forth.tables:
        np.testing.assert_array_equal(forth.tables[name], back.tables[name])


MODERATED = """\
schema_version: 1
id: m
title: M
nodes:
  a: {states: [lo, hi], table: {form: table, rows: [{p: {lo: 0.5, hi: 0.5}}]}}
  m: {states: [off, on], table: {form: table, rows: [{p: {off: 0.5, on: 0.5}}]}}
  b: {states: [lo, mid, hi], table: {form: table, rows: [{p: {lo: 0.2, mid: 0.2, hi: 0.6}}]}}
  y:
    states: [lo, hi]
    parents: {a: {sign: positive}, m: {sign: mixed}, b: {sign: negative}}
    table:
      form: ranked
      moderator: m
      spread: 0.3
      confidence: 7
      cases:
        off: {weights: {a: 1, b: -2}}
        on: {weights: {a: 3, b: -2}, spread: 0.1}
      rows:
        - {given: {a: lo, m: off, b: [lo, hi]}, p: {lo: 0.25, hi: 0.75}, confidence: 2}
"""


def test_a_moderator_switches_between_cases_along_its_own_axis() -> None:
    graph = graph_of(MODERATED)
    table = build_network(graph).tables["y"]
    assert table.shape == (2, 2, 3, 2)
    on = ranked_table([3, -2], [2, 3], cuts=cut_points(2, 0.1), spread=0.1)
    np.testing.assert_allclose(table[:, 1], on, atol=1e-12)
    off = ranked_table([1, -2], [2, 3], cuts=cut_points(2, 0.3), spread=0.3)
    np.testing.assert_allclose(table[1, 0], off[1], atol=1e-12)
    assert table[0, 0, 0].tolist() == table[0, 0, 2].tolist() == [0.25, 0.75]


def test_confidence_belongs_to_rows() -> None:
    confidence = row_confidences(graph_of(MODERATED))
    assert confidence["y"].shape == (2, 2, 3)
    assert confidence["y"][0, 0].tolist() == [2, 7, 2]
    assert np.isnan(confidence["a"])


def test_networks_refuse_what_is_no_distribution() -> None:
    variable = Variable("a", ("x", "y"))
    for table in ([0.5, 0.6], [1.2, -0.2], [np.nan, 1.0], [0.0, 0.0], [0.2, 0.3, 0.5]):
        with pytest.raises(CptError, match="'a'"):
            Network.of([variable], {}, {"a": np.array(table)})
    with pytest.raises(GraphFileError, match="'b' is not a node"):
        Network.of([variable], {"a": ["b"]}, {"a": np.array([0.5, 0.5])})


def test_a_circle_is_named() -> None:
    with pytest.raises(GraphFileError, match=r"a -> b -> a|b -> a -> b"):
        topological_order({"a": ["b"], "b": ["a"]})


def test_a_network_is_frozen() -> None:
    table = np.array([0.5, 0.5])
    network = Network.of([Variable("a", ("x", "y"))], {}, {"a": table})
    with pytest.raises(ValueError, match="read-only"):
        network.tables["a"][0] = 1.0
    table[0] = 0.9
    assert network.tables["a"][0] == 0.5
    done = network.do({"a": 1})
    assert done.tables["a"].tolist() == [0, 1]
    assert network.tables["a"].tolist() == [0.5, 0.5]
