"""`graphs` and `show`: which graphs ship, and what one contains."""

import csv
import io
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.library import shipped_graphs
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run, unsafe

# graphs


def test_every_shipped_graph_is_listed_with_its_size() -> None:
    data = run("graphs", "--json").json
    assert data["schema_version"] == 1
    assert [each["id"] for each in data["graphs"]] == list(shipped_graphs())
    for each in data["graphs"]:
        assert list(each) == [
            *("id", "title", "nodes", "arrows", "extends", "outcome", "scenarios", "path")
        ]
        model = cm.load(each["id"])
        assert each["nodes"] == len(model.nodes)
        assert each["arrows"] == model.to_networkx().number_of_edges()
        assert each["outcome"] == model.outcome
        assert each["scenarios"] == list(model.scenarios())
        assert Path(each["path"]).is_file()


def test_what_is_listed_can_be_asked() -> None:
    for each in run("graphs", "--json").json["graphs"]:
        by_id, by_path = (
            run("query", "-g", graph, "--json").json for graph in (each["id"], each["path"])
        )
        assert by_id == by_path


def test_graphs_as_csv_says_what_json_says() -> None:
    data = run("graphs", "--json").json["graphs"]
    rows = list(csv.DictReader(io.StringIO(run("graphs", "--format", "csv").out), strict=True))
    assert [row["id"] for row in rows] == [each["id"] for each in data]
    assert [int(row["arrows"]) for row in rows] == [each["arrows"] for each in data]
    assert [row["extends"] for row in rows] == [each["extends"] or "" for each in data]


@pytest.mark.parametrize("format_", ["table", "md"])
def test_titles_follow_the_language(format_: str) -> None:
    shown = run("graphs", "--lang", "zh-Hant", "--format", format_).out
    for name in shipped_graphs():
        graph = cm.load(name).graph
        assert graph is not None
        assert graph.title.text("zh-Hant") in shown


# show

STREET = """\
A wet street
node        label       role        states              parents               table           confidence
────────────────────────────────────────────────────────────────────────────────────────────────────────
rain        rain        driver      no, some, much      -                     table                   10
sprinkler   sprinkler   mechanism   off, on             -                     table                    -
wet         wet         outcome     dry, damp, soaked   rain +, sprinkler +   ranked                   -
slip        slip        mechanism   no, yes             wet +                 table                    -
alarm       alarm       mechanism   silent, beeps       rain +, wet +         noisy_max                -
shoes       shoes       mechanism   sandals, boots      wet +                 deterministic            -
gutter      gutter      mechanism   low, high           rain +                counts                   4
"""
SLIP = """\
slip (slip), form table
wet          no      yes   confidence
─────────────────────────────────────
dry      99.0 %    1.0 %            -
damp     90.0 %   10.0 %            -
soaked   70.0 %   30.0 %            -
"""


GUTTER = """\
gutter (gutter), form counts
rain      low     high   confidence   n
───────────────────────────────────────
no     85.3 %   14.7 %           12   8
some   43.8 %   56.2 %            8   4
much   19.2 %   80.8 %            4   0

Sources
supports                publisher   kind   quote   gloss   note
─────────────────────────────────────────────────────────────────────────
P(gutter | rain=no)     Gauge       data   -       -       counted, n = 8
P(gutter | rain=some)   Gauge       data   -       -       counted, n = 4
"""


@pytest.mark.parametrize(
    ("nodes", "text"), [([], STREET), (["slip"], SLIP), (["gutter", "--sources"], GUTTER)]
)
def test_what_a_person_reads(nodes: list[str], text: str) -> None:
    assert run("show", *nodes, "-g", write_street()).out == text


def test_the_size_of_the_graph_is_told_on_stderr() -> None:
    ran = run("show", "-g", write_street())
    assert ran.err == "7 nodes, 7 arrows, channels: water\n"


def test_the_overview_as_csv_has_a_row_per_node() -> None:
    ran = run("show", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out), strict=True))
    model = cm.load("article")
    assert [row["node"] for row in rows] == list(model.nodes)
    for row in rows:
        assert row["states"].split(", ") == list(model.states(row["node"]))
        parents = [each.split()[0] for each in filter(None, row["parents"].split(", "))]
        assert parents == list(model.network.parents[row["node"]])


def test_a_table_as_csv_has_a_row_per_combination_of_parents() -> None:
    ran = run("show", "china_h200_orders", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out), strict=True))
    model = cm.load("article")
    table = model.network.tables["china_h200_orders"]
    assert len(rows) == 9
    for row in rows:
        at = tuple(
            model.states(parent).index(row[parent])
            for parent in ("china_policy", "us_export_terms")
        )
        states = model.states("china_h200_orders")
        assert [float(row[state]) for state in states] == table[at].tolist()
        assert float(row["confidence"]) == 8


def test_the_json_holds_everything_about_the_chosen_nodes() -> None:
    labels = {"a": {"en": "A", "zh-Hant": "甲"}}
    chain = write_chain({"a": ["x", "y"], "b": ["u", "v"]}, labels=labels)
    data = run("show", "-g", chain, "--json").json
    assert list(data) == ["schema_version", "graph", "nodes"]
    assert data["schema_version"] == 1
    model = cm.load(Path(chain))
    assert data["graph"]["id"] == "chain"
    assert data["graph"]["hash"] == model.hash
    assert data["graph"]["outcome"] == "b"
    assert data["graph"]["scenarios"] == []
    for node in data["nodes"]:
        assert node["states"] == list(model.states(node["name"]))
        assert node["parents"] == list(model.network.parents[node["name"]])
        assert node["table"] == model.network.tables[node["name"]].tolist()
    first, second = data["nodes"]
    assert first["spec"]["label"] == labels["a"]
    assert second["spec"]["role"] == "outcome"
    assert run("show", "b", "-g", chain, "--json").json["nodes"] == [second]


def test_several_nodes_are_shown_one_after_the_other() -> None:
    shown = run("show", "etf_flow", "china_policy", "--format", "md").out
    titles = [line for line in shown.splitlines() if line.startswith("**")]
    assert [line.partition(" (")[2].partition(")")[0] for line in titles] == [
        "etf_flow",
        "china_policy",
    ]


def test_sources_are_quoted_with_gloss_and_publisher() -> None:
    rows = csv.DictReader(io.StringIO(run("show", "--sources", "--format", "csv").out), strict=True)
    found = {(row["supports"], row["publisher"], row["quote"], row["gloss"]) for row in rows}
    graph = cm.load("article").graph
    assert graph is not None
    for name, node in graph.nodes.items():
        cited = [(name, each) for each in node.sources]
        for parent, arrow in node.parents.items():
            cited += [(f"{parent} -> {name}", each) for each in arrow.sources]
        for place, each in cited:
            publisher = graph.sources[each.source].publisher
            assert (place, publisher, each.quote or "", each.gloss or "") in found


def test_sources_of_one_node_stay_with_it() -> None:
    shown = run("show", "btc_nasdaq_coupling", "--sources", "--format", "md").out
    assert "P(btc_nasdaq_coupling)" in shown
    assert "china_policy" not in shown


def test_labels_follow_the_language() -> None:
    shown = run("show", "china_policy", "--lang", "zh-Hant").out
    assert "中國政策" in shown
    assert "硬性規定" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["btc_retrun"], "Did you mean 'btc_return'?"),
        (["btc_return", "zzz"], "Known: china_policy, "),
        (["-g", "artcle"], "Did you mean 'article'?"),
    ],
)
def test_what_is_not_there_cannot_be_shown(arguments: list[str], words: str) -> None:
    ran = run("show", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert words in ran.err


@pytest.mark.parametrize("format_", ["table", "md"])
@pytest.mark.parametrize("arguments", [[], ["a"], ["b"], ["a", "--sources"], ["--sources"]])
def test_control_characters_never_reach_a_terminal(format_: str, arguments: list[str]) -> None:
    hostile = "\x1b[31mred\x1b[0m\x07 \x9b2J \u202e \rover"
    chain = write_chain(
        {"a": ["x", "y"], "b": ["x", "y"]},
        labels=dict.fromkeys("abxy", hostile),
        title=hostile,
        description=hostile,
        sources={"s": {"publisher": hostile, "kind": "judgement"}},
    )
    text = Path(chain).read_text(encoding="utf-8")
    cited = '"a": {"sources": [{"source": "s", "quote": "\\u001b[31m", "note": "\\u009b2J"}], '
    assert text.count('"a": {"states"') == 1
    Path(chain).write_text(text.replace('"a": {', cited, 1), encoding="utf-8")
    ran = run("show", *arguments, "-g", chain, "--format", format_, "--no-color", terminal=True)
    assert ran.code == 0, ran.err
    assert unsafe(ran.out + ran.err) == set()
