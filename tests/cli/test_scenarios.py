"""`scenarios`: all scenarios of a graph side by side, each equal to its own query."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import causal_model as cm
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run, unsafe

ORDER = ["brief_pause", "soft_mandate", "hard_mandate", "orders_resume"]

TABLE = """\
Bitcoin over the week    prior   brief_pause   soft_mandate   hard_mandate   orders_resume
──────────────────────────────────────────────────────────────────────────────────────────
strong down             10.5 %         9.4 %         11.0 %         12.7 %           9.3 %
down                    24.9 %        23.5 %         25.6 %         27.7 %          23.3 %
flat                    31.3 %        31.4 %         31.2 %         31.0 %          31.4 %
up                      16.1 %        16.9 %         15.7 %         14.4 %          17.0 %
strong up               17.2 %        18.7 %         16.5 %         14.2 %          18.9 %

P(evidence)                  -        50.0 %         33.0 %         17.0 %          17.6 %
"""


def write_scenario(name: str, **parts: Any) -> None:
    folder = Path("scenarios")
    folder.mkdir(exist_ok=True)
    text = json.dumps({"schema_version": 1, "id": name, "title": name.title()} | parts)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_the_scenarios_of_the_article_as_a_person_reads_them() -> None:
    ran = run("scenarios")
    assert ran.code == 0
    assert ran.out == TABLE


def test_the_json_has_the_keys_of_its_version() -> None:
    data = run("scenarios", "--json").json
    assert list(data) == ["schema_version", "graph", "target", "prior", "scenarios"]
    assert data["schema_version"] == 1
    assert data["graph"] == {"id": "article", "hash": cm.load("article").hash}
    assert data["target"] == "btc_return"
    assert [each["id"] for each in data["scenarios"]] == ORDER
    assert {tuple(each) for each in data["scenarios"]} == {
        (
            *("id", "title", "findings"),
            *("evidence_probability", "log_evidence_probability", "posterior"),
        )
    }


@pytest.mark.parametrize("target", [[], ["--target", "gpu_rental_price"]])
@pytest.mark.parametrize("at", range(len(ORDER)), ids=ORDER)
def test_each_scenario_is_what_its_query_says(at: int, target: list[str]) -> None:
    whole = run("scenarios", *target, "--json").json
    own = run("query", "--scenario", ORDER[at], *target, "--json").json
    found = whole["scenarios"][at]
    node = whole["target"]
    assert found["posterior"] == own["posterior"][node]
    assert whole["prior"] == own["prior"][node]
    for key in ("findings", "evidence_probability", "log_evidence_probability"):
        assert found[key] == own[key]


def test_states_come_in_the_order_of_the_graph() -> None:
    data = run("scenarios", "--json").json
    states = list(cm.load("article").states("btc_return"))
    assert list(data["prior"]) == states
    assert all(list(each["posterior"]) == states for each in data["scenarios"])


def test_csv_says_what_json_says() -> None:
    data = run("scenarios", "--json").json
    *rows, last = csv.DictReader(io.StringIO(run("scenarios", "--format", "csv").out), strict=True)
    assert list(last) == ["state", "prior", *ORDER]
    assert {row["state"]: float(row["prior"]) for row in rows} == data["prior"]
    for each in data["scenarios"]:
        assert {row["state"]: float(row[each["id"]]) for row in rows} == each["posterior"]
        assert float(last[each["id"]]) == each["evidence_probability"]
    assert (last["state"], last["prior"]) == ("P(evidence)", "")


def test_markdown_is_a_table_with_a_column_per_scenario() -> None:
    lines = run("scenarios", "--target", "etf_flow", "--format", "md").out.splitlines()
    assert [each.strip() for each in lines[0].strip("|").split("|")][1:] == ["prior", *ORDER]
    assert lines[1] == "|---|---:|---:|---:|---:|---:|"
    assert len(lines) == 2 + 3 + 1


def test_titles_and_labels_follow_the_language() -> None:
    shown = run("scenarios", "--lang", "zh-Hant").out
    model = cm.load("article")
    assert model.graph is not None
    for scenario in model.scenarios().values():
        assert scenario.title.text("zh-Hant") in shown
    for state in model.states("btc_return"):
        assert model.graph.label("btc_return", state, "zh-Hant") in shown


def test_scenarios_come_by_their_order_then_by_name() -> None:
    street = write_street()
    for name, order in [("last", 2), ("b", 1), ("a", 1), ("first", -3)]:
        write_scenario(name, order=order, given={"rain": "some"})
    found = run("scenarios", "-g", street, "--json").json["scenarios"]
    assert [each["id"] for each in found] == ["first", "a", "b", "last"]


@pytest.mark.parametrize(
    ("misfit", "words"),
    [
        ({"given": {"snow": "much"}}, "there is no node 'snow'"),
        ({"given": {"rain": "hail"}}, "no state 'hail'"),
        ({"given": {"shoes": "boots", "wet": "dry"}}, "probability zero"),
        ({"belief": {"shoes": {"boots": 1}}, "given": {"wet": "dry"}}, "rule out"),
    ],
)
def test_a_scenario_that_does_not_fit_is_named_and_left_out(
    misfit: dict[str, Any], words: str
) -> None:
    street = write_street()
    write_scenario("fits", given={"rain": "some"})
    write_scenario("misfit", **misfit)
    ran = run("scenarios", "-g", street, "--json")
    assert ran.code == 0
    assert [each["id"] for each in ran.json["scenarios"]] == ["fits"]
    assert "scenario 'misfit' is left out: " in ran.err
    assert words in ran.err


def test_scenarios_that_cannot_be_read_are_named_and_left_out() -> None:
    street = write_street()
    write_scenario("fits", given={"rain": "some"})
    Path("scenarios/broken.yaml").write_text("given: {rain: [", encoding="utf-8")
    Path("scenarios/folder.yaml").mkdir()
    ran = run("scenarios", "-g", street, "--json")
    assert ran.code == 0
    assert [each["id"] for each in ran.json["scenarios"]] == ["fits"]
    assert "scenario 'broken' is left out: " in ran.err
    assert "scenarios/broken.yaml:1:16: error[Y002]" in ran.err
    assert "scenario 'folder' is left out: " in ran.err
    found, broken = cm.load(street).scenario_files()
    assert (list(found), list(broken)) == (["fits"], ["broken", "folder"])
    with pytest.raises(cm.GraphFileError, match="is not YAML"):
        cm.load(street).scenarios()


@pytest.mark.parametrize("name", ["gale", "storm"])
def test_a_scenario_is_found_by_the_name_of_its_file_and_by_its_id(name: str) -> None:
    street = write_street()
    write_scenario("gale", id="storm", given={"rain": "much"})
    Path("scenarios/broken.yaml").write_text("{", encoding="utf-8")
    told = run("query", "-g", street, "--scenario", name, "--json").json["findings"]
    assert told == [{"node": "rain", "kind": "observed", "state": "much"}]
    ran = run("query", "-g", street, "--scenario", "strom")
    assert ran.code == 2
    assert "Did you mean 'storm'? Known: broken, gale" in ran.err


@pytest.mark.parametrize(
    ("scenarios", "words"),
    [
        ({}, "there are no scenarios beside the graph 'street'"),
        ({"misfit": {"given": {"snow": "much"}}}, "no scenario fits the graph 'street'"),
        ({"broken": {"givn": {"rain": "some"}}}, "Did you mean 'given'?"),
    ],
)
def test_nothing_to_compare_cannot_be_asked(
    scenarios: dict[str, dict[str, Any]], words: str
) -> None:
    street = write_street()
    for name, parts in scenarios.items():
        write_scenario(name, **parts)
    ran = run("scenarios", "-g", street)
    assert ran.code == 2
    assert ran.out == ""
    assert words in ran.err


def test_an_unknown_target_suggests_the_nearest() -> None:
    ran = run("scenarios", "--target", "btc_retrun")
    assert ran.code == 2
    assert "Did you mean 'btc_return'?" in ran.err


@pytest.mark.parametrize("format_", ["table", "md", "csv"])
@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_control_characters_of_titles_never_reach_a_terminal(format_: str, lang: str) -> None:
    hostile = "\x1b[31mred\x1b[0m\x07 \x9b2J \u202e \rover"
    chain = write_chain({"a": ["x", "y"]}, labels={"a": hostile, "x": hostile})
    write_scenario("s", title=hostile, given={"a": "x"})
    write_scenario("misfit", title=hostile, given={"b": "x"})
    options = ["--format", format_, "--lang", lang, "--no-color"]
    ran = run("scenarios", "-g", chain, *options, terminal=True)
    assert ran.code == 0
    assert unsafe(ran.out + ran.err) == set()


@pytest.mark.parametrize("graph", ["gpu_only", "long_run", "tech_risk_only"])
def test_variants_share_the_scenarios_beside_them(graph: str) -> None:
    data = run("scenarios", "-g", graph, "--json").json
    assert data["graph"]["id"] == graph
    assert [each["id"] for each in data["scenarios"]] == ORDER
