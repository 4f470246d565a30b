"""Decisions and utilities in graph files: what they mean, and every mistake with them at its place."""

import textwrap
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

from causal_model.build import build_network, utility_values
from causal_model.spec.check import check_graph_text
from causal_model.spec.check_file import check_file
from causal_model.spec.diagnostics import Diagnostic
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.json_schema import graph_json_schema

GRAPH = """\
schema_version: 1
id: umbrella
title: An umbrella
sources: {us: {publisher: Us, kind: judgement}}
channels: {sky: {arrows: [weather -> forecast]}}
nodes:
  weather:
    kind: chance
    states: [dry, wet]
    table: {form: table, confidence: 3, sources: [{source: us}], rows: [{p: {dry: 0.7, wet: 0.3}}]}
  forecast:
    states: [fair, foul]
    parents: {weather: {sign: positive, sources: [{source: us}]}}
    table:
      form: table
      confidence: 3
      sources: [{source: us}]
      rows:
        - {given: {weather: dry}, p: {fair: 0.8, foul: 0.2}}
        - {given: {weather: wet}, p: {fair: 0.3, foul: 0.7}}
  umbrella: {kind: decision, states: {leave: {label: leave it}, take: }, parents: [forecast]}
  coat: {kind: decision, ordered: false, states: [thin, thick], parents: {umbrella: , forecast: }}
  comfort:
    kind: utility
    unit: {en: points, zh-Hant: 分}
    parents: {weather: {sign: negative}, umbrella: {note: Held or not.}}
    table:
      sources: [{source: us}]
      rows:
        - {given: {weather: dry, umbrella: leave}, value: 100}
        - {given: {weather: wet, umbrella: leave}, value: -50}
        - {given: {weather: [dry, wet], umbrella: take}, value: 20}
  warmth:
    {kind: utility, unit: points, parents: [coat], table: {sources: [{source: us}], rows: [ROW]}}
""".replace("ROW", "{given: {coat: [thin, thick]}, value: 1}")


def check(text: str) -> tuple[GraphFile | None, list[Diagnostic]]:
    return check_graph_text(text, "umbrella.yaml", Path())


def sound(text: str = GRAPH) -> GraphFile:
    graph, found = check(text)
    assert found == []
    assert graph is not None
    return graph


def test_decisions_are_nodes_that_are_certain_of_their_first_option() -> None:
    graph = sound()
    network = build_network(graph)
    assert list(graph.nodes) == ["weather", "forecast", "umbrella", "coat"]
    assert list(graph.decisions) == ["umbrella", "coat"]
    assert [name for name, each in network.variables.items() if each.is_decision] == [
        "umbrella",
        "coat",
    ]
    assert network.parents["coat"] == ("umbrella", "forecast")
    assert network.tables["coat"].shape == (2, 2, 2)
    assert (network.tables["coat"] == [1, 0]).all()
    assert graph.label("umbrella", "leave") == "leave it"
    assert not graph.nodes["coat"].ordered


def test_utilities_are_arrays_by_the_states_of_their_parents() -> None:
    values = utility_values(sound())
    assert list(values) == ["comfort", "warmth"]
    parents, numbers = values["comfort"]
    assert parents == ("weather", "umbrella")
    np.testing.assert_array_equal(numbers, [[100, 20], [-50, 20]])
    assert values["warmth"][1].tolist() == [1, 1]


def test_a_utility_may_depend_on_nothing() -> None:
    graph = sound(
        GRAPH.replace(
            "parents: [coat], table: {sources: [{source: us}], rows: [{given: {coat: [thin, thick]},",
            "table: {sources: [{source: us}], rows: [{",
        )
    )
    assert utility_values(graph)["warmth"][1].shape == ()


# Rule, what is replaced by what, a part of the line where it is told, and a part of what is told.
PLANTED = [
    ("D001", "parents: [forecast]}", "parents: [forecast, comfort]}", "umbrella:", "is a utility"),
    ("D001", "{weather: {sign: negative}, u", "{warmth: , weather: , u", "warmth: , w", "follows"),
    ("D002", "umbrella: , forecast: ", "forecast: ", "  coat:", "is decided first"),
    (
        "D003",
        "unit: points,",
        "unit: euros,",
        "kind: utility, unit",
        "'euros', and 'comfort' in 'points'",
    ),
    ("D003", "unit: points, ", "", "  warmth:", "'warmth' is in no unit"),
    ("G001", "parents: [coat]", "parents: [coet]", "kind: utility", "parent 'coet' is not a node"),
    ("G002", "parents: [coat]", "parents: [warmth]", "kind: utility", "its own parent"),
    ("G002", "parents: [forecast]}", "parents: [coat]}", "umbrella:", "circle"),
    ("G005", "weather -> forecast]", "weather -> comfort]", "channels:", "'comfort' is a utility"),
    ("G006", "states: [thin, thick]", "states: [thin, thick, thick]", "coat:", "listed already"),
    ("G006", "states: [thin, thick]", "states: []", "coat:", "has no states"),
    (
        "G004",
        "      sources: [{source: us}]\n      rows:\n        - {given: {weather: dry, u",
        "      sources: [{source: them}]\n      rows:\n        - {given: {weather: dry, u",
        "source: them",
        "not listed",
    ),
    (
        "S001",
        "kind: decision, ordered: false, states: [thin, thick], ",
        "kind: decision, ",
        "coat:",
        "'states' is missing",
    ),
    ("S001", "value: -50", "sources: []", "weather: wet, umbrella: leave", "'value' is missing"),
    ("S002", "kind: decision, ordered", "kind: decision, role: driver, ordered", "coat:", "'role'"),
    ("S002", "kind: decision, ordered", "kind: decision, table: {}, ordered", "coat:", "'table'"),
    ("S002", "    unit: {en", "    states: [a]\n    unit: {en", "    states: [a]", "'states'"),
    ("S005", "value: -50", "value: inf", "value: inf", "finite number"),
    ("S006", "kind: utility, unit", "kind: utlity, unit", "kind: utlity", "unknown kind 'utlity'"),
    ("S006", "kind: chance", "kind: [chance]", "kind: [chance]", "unknown kind a list"),
    (
        "T002",
        "        - {given: {weather: [dry, wet], umbrella: take}, value: 20}\n",
        "",
        "      rows:",
        "no row for (weather=dry, umbrella=take); (weather=wet",
    ),
    (
        "T003",
        "umbrella: take}, value: 20",
        "umbrella: [leave, take]}, value: 20",
        "[leave, take]",
        "given in line",
    ),
    ("T004", "{weather: dry, umbrella: leave}", "{umbrella: leave}", "100", "state of 'weather'"),
    (
        "T004",
        "{weather: dry, umbrella: leave}",
        "{weather: dry, coat: thin}",
        "100",
        "'coat' is not",
    ),
    (
        "T005",
        "{weather: dry, umbrella: leave}",
        "{weather: dri, umbrella: leave}",
        "100",
        "no state 'dri'",
    ),
]


@pytest.mark.parametrize(("code", "old", "new", "where", "told"), PLANTED)
def test_a_planted_mistake_is_found_at_its_place(
    code: str, old: str, new: str, where: str, told: str
) -> None:
    assert old in GRAPH
    text = GRAPH.replace(old, new, 1)
    graph, found = check(text)
    assert graph is None
    assert [each.code for each in found] == [code], [str(each) for each in found]
    assert told in found[0].message
    assert where in text.split("\n")[found[0].span.line - 1]


def test_a_table_of_a_utility_that_is_too_large_is_refused() -> None:
    nodes = "".join(
        f"  c{at}: {{states: [a, b], table: {{form: table, rows: [{{p: {{a: 1, b: 0}}}}]}}}}\n"
        for at in range(25)
    )
    many = ", ".join(f"c{at}" for at in range(25))
    text = (
        GRAPH
        + nodes
        + f"  u: {{kind: utility, unit: points, parents: [{many}], table: {{rows: []}}}}\n"
    )
    assert [each.code for each in check(text)[1]] == ["T015"]


def test_strict_asks_for_sources_of_utilities_and_nothing_of_decisions(tmp_path: Path) -> None:
    path = tmp_path / "umbrella.yaml"
    path.write_text(GRAPH, encoding="utf-8")
    assert check_file(path, strict=True) == []
    bare = GRAPH.replace(
        "table: {sources: [{source: us}], rows: [{given: {coat", "table: {rows: [{given: {coat"
    )
    path.write_text(bare, encoding="utf-8")
    (found,) = check_file(path, strict=True)
    assert (found.code, found.severity) == ("P002", "warning")
    assert "warmth" in found.message


def test_a_variant_changes_what_there_is_to_decide(tmp_path: Path) -> None:
    (tmp_path / "umbrella.yaml").write_text(GRAPH, encoding="utf-8")
    variant = """\
        schema_version: 1
        id: more
        title: More
        extends: umbrella.yaml
        nodes:
          umbrella: {states: [leave, take, lend]}
          coat: null
          warmth: null
          forecast: {kind: decision, states: [fair, foul], table: null, parents: {weather: {sign: null}}}
          comfort:
            kind: utility
            table:
              sources: [{source: us}]
              rows: [{given: {weather: [dry, wet], umbrella: [leave, take, lend]}, value: 3}]
    """
    path = tmp_path / "more.yaml"
    path.write_text(textwrap.dedent(variant), encoding="utf-8")
    assert check_file(path, strict=True) == []
    graph = check_graph_text(path.read_text(encoding="utf-8"), "more.yaml", tmp_path)[0]
    assert graph is not None
    assert list(graph.decisions) == ["forecast", "umbrella"]
    assert utility_values(graph)["comfort"][1].shape == (2, 3)


def test_the_schema_takes_what_the_rules_take_and_tells_the_kinds_apart() -> None:
    validator = jsonschema.Draft202012Validator(graph_json_schema())
    data = yaml.safe_load(GRAPH)
    assert list(validator.iter_errors(data)) == []
    data["nodes"]["coat"]["table"] = {}
    (error,) = validator.iter_errors(data)
    assert "table" in error.context[0].message
