"""`query`: findings from everywhere, answers in every format, and words for what cannot be answered."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import causal_model as cm
from causal_model.build import build_network
from causal_model.formats.pgmpy_bridge import posterior_by_pgmpy
from causal_model.spec.check import read_graph
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed
from tests import oracle
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run, unsafe

HARD = ("--given", "china_policy=hard_mandate")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


# The JSON.


def test_the_json_has_the_keys_of_its_version() -> None:
    data = run("query", *HARD, "--json").json
    assert list(data) == [
        "schema_version",
        "graph",
        "findings",
        "evidence_probability",
        "log_evidence_probability",
        "prior",
        "posterior",
    ]
    assert data["schema_version"] == 1
    assert data["graph"] == {"id": "article", "hash": cm.load("article").hash}
    assert data["findings"] == [
        {"node": "china_policy", "kind": "observed", "state": "hard_mandate"}
    ]


def test_the_json_is_the_answer_of_the_library_to_the_last_digit() -> None:
    told = {"gpu_rental_price": "steady"}
    result = cm.load("article").query(given={"china_policy": "hard_mandate"}, do=told)
    assert run("query", *HARD, "--do", "gpu_rental_price=steady", "--json").json == result.to_dict()


def test_states_and_nodes_come_in_the_order_of_the_graph() -> None:
    model = cm.load("article")
    data = run("query", "--all", "--json").json
    assert list(data["posterior"]) == list(data["prior"]) == list(model.nodes)
    for node, states in data["posterior"].items():
        assert list(states) == list(data["prior"][node]) == list(model.states(node))


@pytest.mark.parametrize("option", [["--json"], ["--format", "csv"]])
def test_numbers_are_not_rounded(option: list[str]) -> None:
    down = cm.load("article").query(given={"china_policy": "hard_mandate"})["btc_return"]["down"]
    assert repr(down) in run("query", *HARD, *option).out


def test_targets_come_in_the_order_asked_and_once() -> None:
    asked = ["--target", "etf_flow", "--target", "china_policy", "--target", "etf_flow"]
    assert list(run("query", *asked, "--json").json["posterior"]) == ["etf_flow", "china_policy"]


def test_without_a_target_the_outcome_is_asked() -> None:
    assert list(run("query", "--json").json["posterior"]) == ["btc_return"]


def test_evidence_of_nothing_has_probability_one() -> None:
    data = run("query", "--json").json
    assert data["findings"] == []
    assert data["evidence_probability"] == pytest.approx(1, abs=1e-12)
    assert data["log_evidence_probability"] == pytest.approx(0, abs=1e-12)
    assert data["posterior"]["btc_return"] == pytest.approx(data["prior"]["btc_return"], abs=1e-12)


def test_p_evidence_does_not_count_interventions() -> None:
    seen = run("query", *HARD, "--json").json
    done = run("query", *HARD, "--do", "gpu_rental_price=rises", "--json").json
    assert done["evidence_probability"] == pytest.approx(seen["evidence_probability"], abs=1e-12)
    assert done["posterior"] != seen["posterior"]


# Findings from options, against enumeration.

# Options on the graph of the street, and the findings that they state.
OPTIONS: list[tuple[list[str], list[Finding]]] = [
    ([], []),
    (["--given", "rain=some"], [Observed(node="rain", state="some")]),
    (["--given", "rain!=no"], [Excluded(node="rain", state="no")]),
    (
        ["--given", "rain!=no", "--given", "rain!=much"],
        [Excluded(node="rain", state="no"), Excluded(node="rain", state="much")],
    ),
    (
        ["--likelihood", "alarm=silent:2,beeps:6"],
        [Likelihood(node="alarm", weights={"silent": 2, "beeps": 6})],
    ),
    (
        ["--likelihood", "wet=damp:1e-1,soaked:.4"],
        [Likelihood(node="wet", weights={"damp": 0.1, "soaked": 0.4})],
    ),
    (
        ["--belief", "wet=dry:0.2,damp:0.5,soaked:0.3"],
        [Belief(node="wet", probabilities={"dry": 0.2, "damp": 0.5, "soaked": 0.3})],
    ),
    (["--do", "wet=damp"], [Do(node="wet", state="damp")]),
    (["--given", " rain = some "], [Observed(node="rain", state="some")]),
    (["--given", "rain != no"], [Excluded(node="rain", state="no")]),
    (
        ["--likelihood", "alarm= silent:2 , beeps:6"],
        [Likelihood(node="alarm", weights={"silent": 2, "beeps": 6})],
    ),
]
MIXED: tuple[list[str], list[Finding]] = (
    [
        *("--given", "slip=yes", "--do", "sprinkler=on", "--given", "wet!=soaked"),
        *("--belief", "shoes=sandals:0.4,boots:0.6", "--likelihood", "alarm=silent:1,beeps:3"),
    ],
    [
        Observed(node="slip", state="yes"),
        Excluded(node="wet", state="soaked"),
        Likelihood(node="alarm", weights={"silent": 1, "beeps": 3}),
        Belief(node="shoes", probabilities={"sandals": 0.4, "boots": 0.6}),
        Do(node="sprinkler", state="on"),
    ],
)


@pytest.mark.parametrize(
    ("options", "findings"), [*OPTIONS, MIXED], ids=lambda each: " ".join(map(str, each))[:60]
)
def test_options_state_findings_and_the_answer_is_that_of_enumeration(
    options: list[str], findings: list[Finding]
) -> None:
    street = write_street()
    data = run("query", "-g", street, "--all", *options, "--json").json
    assert data["findings"] == [each.model_dump(mode="json") for each in findings]
    expected = oracle.answer(build_network(read_graph(street)), findings)
    assert expected is not None
    assert data["evidence_probability"] == pytest.approx(expected.evidence, abs=1e-12)
    for node, states in expected.posterior.items():
        assert data["posterior"][node] == pytest.approx(states, abs=1e-10), node


# Findings from files.

BY_KIND: dict[str, Any] = {
    "given": {"slip": "yes"},
    "excluded": {"wet": "soaked"},
    "likelihood": {"alarm": {"silent": 1, "beeps": 3}},
    "belief": {"shoes": {"sandals": 0.4, "boots": 0.6}},
    "do": {"sprinkler": "on"},
}
YAML = """\
given: {slip: yes}
excluded: {wet: [soaked]}
likelihood:
  alarm: {silent: 1, beeps: 3}
belief:
  shoes: {sandals: 0.4, boots: 0.6}
do: {sprinkler: on}
"""
ROWS = """\
slip,wet,likelihood:alarm,belief:shoes,do:sprinkler
no,,,,
yes,!=soaked,silent:1|beeps:3,sandals:0.4|boots:0.6,on
"""
ONE_BY_ONE = json.dumps([each.model_dump(mode="json") for each in MIXED[1]])
SCENARIO = "schema_version: 1\nid: slippery\ntitle: Slippery\n" + YAML

# What is in the file, how the file is called, and what the option says.
SOURCES = {
    "yaml": (YAML, "e.yaml", ["--evidence", "e.yaml"]),
    "json": (json.dumps(BY_KIND), "e.json", ["--evidence", "e.json"]),
    "json one by one": (ONE_BY_ONE, "e.json", ["--evidence", "e.json"]),
    "csv row": (ROWS, "e.csv", ["--evidence", "e.csv:2"]),
    "csv of one row": (ROWS.replace("no,,,,\n", ""), "e.csv", ["--evidence", "e.csv"]),
    "csv with a byte order mark": ("\ufeff" + ROWS, "e.csv", ["--evidence", "e.csv:2"]),
    "stdin yaml": (YAML, "-", ["--evidence", "-"]),
    "stdin json": (json.dumps(BY_KIND), "-", ["--evidence", "-"]),
    "stdin one by one": (ONE_BY_ONE, "-", ["--evidence", "-"]),
    "scenario by path": (SCENARIO, "s.yaml", ["--scenario", "s.yaml"]),
    "scenario by name": (SCENARIO, "scenarios/slippery.yaml", ["--scenario", "slippery"]),
    "scenario as evidence": (SCENARIO, "s.yaml", ["--evidence", "s.yaml"]),
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_findings_from_every_source(source: str) -> None:
    text, name, options = SOURCES[source]
    street = write_street()
    stdin = text if name == "-" else ""
    if name != "-":
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    expected = run("query", "-g", street, "--all", *MIXED[0], "--json").json
    assert run("query", "-g", street, "--all", *options, "--json", stdin=stdin).json == expected


def test_findings_come_in_the_order_scenario_file_option() -> None:
    told = run(
        *("query", "--given", "etf_flow=outflow", "--evidence", "-", "--scenario", "hard_mandate"),
        "--json",
        stdin="nasdaq_return: risk_off",
    ).json["findings"]
    assert [each["node"] for each in told] == ["china_policy", "nasdaq_return", "etf_flow"]


def test_a_finding_that_comes_twice_counts_once() -> None:
    twice = ["--scenario", "hard_mandate", *HARD, "--evidence", "-"]
    told = run("query", *twice, "--json", stdin="china_policy: hard_mandate")
    assert told.json == run("query", *HARD, "--json").json


def test_what_a_query_says_of_its_findings_can_be_asked_again() -> None:
    street = write_street()
    first = run("query", "-g", street, *MIXED[0], "--json").json
    told = json.dumps(first["findings"])
    assert run("query", "-g", street, "--evidence", "-", "--json", stdin=told).json == first


@pytest.mark.parametrize("place", ["answer.json", "-"])
@pytest.mark.parametrize("kind", [[], ["--all"], ["--mpe"]])
def test_a_whole_answer_is_read_back_for_its_findings(kind: list[str], place: str) -> None:
    street = write_street()
    answer = run("query", "-g", street, *MIXED[0], *kind, "--json").out
    Path("answer.json").write_text(answer, encoding="utf-8")
    again = run("query", "-g", street, "--evidence", place, *kind, "--json", stdin=answer)
    assert again.out == answer


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("e.yaml", "sprinkler: on\nrain: mch\n", "e.yaml:2:7: error[F002]"),
        ("e.json", '{"sprinkler": "on",\n "rain": "mch"}', "e.json:2:10: error[F002]"),
        ("e.csv", "sprinkler,rain\non,mch\n", "e.csv: row 1: node 'rain' has no state 'mch'"),
        ("s.yaml", SCENARIO.replace("slip:", "slp:"), "s.yaml:4:"),
    ],
)
def test_what_a_file_gets_wrong_is_shown_there(name: str, text: str, place: str) -> None:
    street = write_street()
    Path(name).write_text(text, encoding="utf-8")
    ran = run("query", "-g", street, "--scenario" if name == "s.yaml" else "--evidence", name)
    assert ran.code == 2
    assert place in ran.err
    assert "Did you mean '" in ran.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--given", "rain=no,some"], "use --likelihood rain=no:1,some:1"),
        (["--given", "rain=no, some"], "use --likelihood rain=no:1,some:1"),
        (["--given", "rain==much"], "write rain=much, with a single ="),
        (["--given", "RAIN=much"], "Did you mean 'rain'?"),
        (["--given", "rain=MUCH"], "Did you mean 'much'?"),
        (["--likelihood", "rain=no:70%,some:30%"], "'70%' is not a number; write 0.7"),
        (["--likelihood", "rain=no:0,7"], "numbers are written with a point, as 0.7"),
    ],
)
def test_what_is_written_differently_is_shown_as_it_should_be(
    options: list[str], words: str
) -> None:
    ran = run("query", "-g", write_street(), *options)
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.parametrize("wrong", ["stret.yaml", "./STREET.yaml", "street.yml", "stret.bif"])
def test_a_missing_graph_names_the_nearest_file(wrong: str) -> None:
    write_street()
    write_street(name="street.bif" if wrong.endswith("bif") else "road.yaml")
    ran = run("query", "-g", wrong)
    assert ran.code == 2
    assert f"Did you mean 'street{'.bif' if wrong.endswith('bif') else '.yaml'}'?" in ran.err


def test_the_nodes_that_are_listed_end_with_the_outcome() -> None:
    assert run("query", "--given", "zzz=1").err.strip().endswith(", ..., btc_return")


@pytest.mark.parametrize("scenario", ["brief_pause", "soft_mandate", "hard_mandate"])
def test_a_scenario_by_name_equals_explicit_options(scenario: str) -> None:
    by_name = run("query", "--scenario", scenario, "--json").json
    assert by_name == run("query", "--given", f"china_policy={scenario}", "--json").json


# Formats.

TABLE = """\
node                    state          prior   posterior    change
────────────────────────────────────────────────────────────────────────────
Bitcoin over the week   strong down   10.5 %      12.7 %   +2.2 pp   ██▌
                        down          24.9 %      27.7 %   +2.8 pp   █████▌
                        flat          31.3 %      31.0 %   -0.3 pp   ██████▎
                        up            16.1 %      14.4 %   -1.7 pp   ██▉
                        strong up     17.2 %      14.2 %   -3.0 pp   ██▉
Given china_policy=hard_mandate. P(evidence) = 0.17
"""
MARKDOWN = """\
| node | state | prior | posterior | change |
|---|---|---:|---:|---:|
| Bitcoin over the week | strong down | 10.5 % | 12.7 % | +2.2 pp |
| Bitcoin over the week | down | 24.9 % | 27.7 % | +2.8 pp |
| Bitcoin over the week | flat | 31.3 % | 31.0 % | -0.3 pp |
| Bitcoin over the week | up | 16.1 % | 14.4 % | -1.7 pp |
| Bitcoin over the week | strong up | 17.2 % | 14.2 % | -3.0 pp |

Given china_policy=hard_mandate. P(evidence) = 0.17
"""


@pytest.mark.parametrize(("format_", "text"), [("table", TABLE), ("md", MARKDOWN)])
def test_the_flagship_question_as_a_person_reads_it(format_: str, text: str) -> None:
    ran = run("query", *HARD, "--format", format_)
    assert ran.out == text
    assert ran.err == "A conditional scenario under this graph's assumptions, not a forecast.\n"


def test_csv_says_what_json_says() -> None:
    data = run("query", "--all", *HARD, "--json").json
    rows = rows_of(run("query", "--all", *HARD, "--format", "csv").out)
    assert list(rows[0]) == ["node", "state", "prior", "posterior", "change_pp"]
    read: dict[str, dict[str, dict[str, float]]] = {"prior": {}, "posterior": {}}
    for row in rows:
        for column, by_node in read.items():
            by_node.setdefault(row["node"], {})[row["state"]] = float(row[column])
        change = 100 * (float(row["posterior"]) - float(row["prior"]))
        assert float(row["change_pp"]) == pytest.approx(change, abs=1e-12)
    assert read == {"prior": data["prior"], "posterior": data["posterior"]}


def test_changes_sum_to_zero_over_the_states_of_a_node() -> None:
    total: dict[str, float] = {}
    for row in rows_of(run("query", "--all", *HARD, "--format", "csv").out):
        total[row["node"]] = total.get(row["node"], 0.0) + float(row["change_pp"])
    assert len(total) == 20
    assert all(abs(each) < 1e-9 for each in total.values())


@pytest.mark.parametrize("format_", ["table", "md"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Nothing given."),
        (["--do", "etf_flow=outflow"], "Given do etf_flow=outflow."),
        (
            ["--given", "etf_flow!=outflow", "--do", "china_policy=soft_mandate"],
            "Given etf_flow!=outflow, do china_policy=soft_mandate. P(evidence) = ",
        ),
        (
            ["--likelihood", "etf_flow=outflow:0.8,flat:0.25"],
            "Given likelihood etf_flow=outflow:0.8,flat:0.25. P(evidence) = ",
        ),
    ],
)
def test_the_last_line_says_what_was_given(format_: str, options: list[str], words: str) -> None:
    last = run("query", *options, "--format", format_).out.splitlines()[-1]
    assert last.startswith(words)
    # Where nothing was seen, P(evidence) would be 1 whatever the graph says.
    assert ("P(evidence)" in last) == ("P(evidence)" in words)


# A second opinion.

AGREEING = [
    [*HARD, "--likelihood", "etf_flow=outflow:0.8,flat:0.4"],
    ["--given", "china_policy!=brief_pause", "--do", "gpu_rental_price=rises"],
    ["--belief", "nasdaq_return=risk_off:0.6,neutral:0.3,risk_on:0.1"],
    [
        *("--given", "etf_flow=outflow", "--given", "china_policy!=brief_pause"),
        *("--likelihood", "fear_greed_index=fear:3,neutral:1", "--do", "miner_equities=down"),
        *("--belief", "nasdaq_return=risk_off:0.5,neutral:0.4,risk_on:0.1"),
    ],
]


def test_pgmpy_gives_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # All in one test: whoever imports pgmpy first waits for seconds, and that should be one worker only.
    asked = Mock(side_effect=posterior_by_pgmpy)
    monkeypatch.setattr("causal_model.model.posterior_by_pgmpy", asked)
    for options in AGREEING:
        own = run("query", "--all", *options, "--json").json
        other = run("query", "--all", *options, "--json", "--engine", "pgmpy").json
        for key in ("evidence_probability", "log_evidence_probability"):
            assert other[key] == pytest.approx(own[key], abs=1e-9), options
        for kind in ("prior", "posterior"):
            for node, states in own[kind].items():
                assert other[kind][node] == pytest.approx(states, abs=1e-9), (options, kind, node)
    chain = write_chain(COPIES)
    for options, _ in IMPOSSIBLE:
        refused = run("query", "-g", chain, *options, "--engine", "pgmpy")
        assert refused == run("query", "-g", chain, *options)
        assert refused.code == 1
    # For each question once the prior and once the posterior, and never by the own engine's options.
    assert asked.call_count == 2 * (len(AGREEING) + len(IMPOSSIBLE))


# Questions that cannot be asked.

NO_QUESTION = [
    (["--given", "chna_policy=hard_mandate"], "Did you mean 'china_policy'?"),
    (["--given", "china_policy=hard_mandat"], "Did you mean 'hard_mandate'?"),
    (["--given", "china_policy!=hard_mandat"], "Did you mean 'hard_mandate'?"),
    (["--likelihood", "etf_flw=outflow:1"], "Did you mean 'etf_flow'?"),
    (["--likelihood", "etf_flow=outflw:1"], "Did you mean 'outflow'?"),
    (["--belief", "etf_flow=outflw:1"], "Did you mean 'outflow'?"),
    (["--do", "etf_flow=outflw"], "Did you mean 'outflow'?"),
    (["--target", "btc_retrun"], "Did you mean 'btc_return'?"),
    (["--scenario", "hard_mandat"], "Did you mean 'hard_mandate'?"),
    (["-g", "artcle"], "Did you mean 'article'?"),
    (["--given", "zzz=1"], "Known: china_policy, "),
    (["--given", "etf_flow=zzz"], "outflow, flat, inflow"),
    (["--given", "etf_flow"], "expected NODE=STATE"),
    (["--given", ""], "expected NODE=STATE"),
    (["--given", "etf_flow="], "no name"),
    (["--do", "etf_flow!=outflow"], "only --given takes NODE!=STATE"),
    (["--likelihood", "etf_flow!=outflow:1"], "only --given takes NODE!=STATE"),
    (["--belief", "etf_flow!=outflow:1"], "only --given takes NODE!=STATE"),
    # Weights.
    (["--likelihood", "etf_flow="], "expected STATE:NUMBER"),
    (["--likelihood", "etf_flow=outflow"], "'outflow' has no number"),
    (["--likelihood", "etf_flow=outflow:much"], "'much' is not a number"),
    (["--likelihood", "etf_flow=outflow:"], "'' is not a number"),
    (["--likelihood", "etf_flow=outflow:1,outflow:2"], "'outflow' is given twice"),
    (["--likelihood", "etf_flow=outflow:-1,flat:2"], "negative"),
    (["--likelihood", "etf_flow=outflow:0,flat:0"], "zero"),
    (["--likelihood", "etf_flow=outflow:nan,flat:1"], "'nan' is not a number"),
    (["--likelihood", "etf_flow=outflow:inf,flat:1"], "finite"),
    (["--belief", "etf_flow=outflow:0.5,flat:0.4"], "sums to 0.9"),
    (["--belief", "etf_flow=outflow:1.5,flat:-0.5"], "negative"),
    (["--belief", "etf_flow=outflow:nan,flat:1"], "'nan' is not a number"),
    # Findings that contradict each other on one node.
    (["--given", "etf_flow=outflow", "--given", "etf_flow=flat"], "contradict each other"),
    (["--given", "etf_flow=flat", "--given", "etf_flow!=flat"], "contradict each other"),
    (["--do", "etf_flow=outflow", "--do", "etf_flow=flat"], "contradict each other"),
    (["--given", "etf_flow=flat", "--likelihood", "etf_flow=outflow:1"], "contradict each other"),
    (["--given", "etf_flow=outflow", "--do", "etf_flow=outflow"], "exclude each other"),
    (["--scenario", "hard_mandate", "--scenario", "soft_mandate"], "contradict each other"),
    (["--scenario", "hard_mandate", "--given", "china_policy=brief_pause"], "contradict"),
    (["--belief", "etf_flow=flat:1", "--belief", "etf_flow=outflow:1"], "contradict"),
]


@pytest.mark.parametrize(("options", "words"), NO_QUESTION, ids=lambda each: str(each)[:60])
def test_what_cannot_be_asked_is_said_with_words(options: list[str], words: str) -> None:
    ran = run("query", *options)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert words in ran.err


@pytest.mark.parametrize(
    ("name", "text", "option", "words"),
    [
        ("e.csv", "etf_flow\noutflow\nflat\n", "e.csv", "has 2 rows; say which one is meant"),
        ("e.csv", "etf_flow\noutflow\n", "e.csv:2", "there is no row 2"),
        ("e.csv", "etf_flow\noutflow\n", "e.csv:0", "there is no row 0"),
        ("e.csv", "", "e.csv", "has 0 rows"),
        ("e.csv", "etf_flow,etf_flow\noutflow,flat\n", "e.csv", "comes twice"),
        ("e.csv", "etf_flow,nasdaq_return\noutflow\n", "e.csv", "not as many cells"),
        ("e.csv", "likelihood:etf_flow\noutflow\n", "e.csv", "expected state:0.8|state:0.2"),
        ("e.yaml", "given: {etf_flow: outflow}\ngivn: {}\n", "e.yaml", "e.yaml:2:1: error[S002]"),
        ("e.yaml", "given: [", "e.yaml", "error[Y002] is not YAML"),
        ("e.yaml", "given: {etf_flow: [outflow]}", "e.yaml", "name of a state"),
        ("e.json", "{etf_flow: outflow}", "e.json", "is not JSON"),
        ("e.yaml", "etf_flw: outflow", "e.yaml", "Did you mean 'etf_flow'?"),
        ("e.yaml", "", "folder", "is a folder"),
    ],
)
def test_what_is_wrong_with_a_file_of_findings(
    name: str, text: str, option: str, words: str
) -> None:
    Path("folder").mkdir()
    Path(name).write_text(text, encoding="utf-8")
    ran = run("query", "--evidence", option)
    assert ran.code == 2
    assert ran.out == ""
    assert words in ran.err


def test_a_graph_without_an_outcome_needs_a_target() -> None:
    street = write_street()
    text = Path(street).read_text(encoding="utf-8").replace("    role: outcome\n", "")
    Path(street).write_text(text, encoding="utf-8")
    ran = run("query", "-g", street)
    assert ran.code == 2
    assert "say which node is the target" in ran.err
    assert run("query", "-g", street, "--target", "wet").code == 0


def test_all_mistakes_of_a_graph_file_are_listed_when_it_is_asked() -> None:
    street = write_street()
    text = Path(street).read_text(encoding="utf-8")
    wrong = text.replace("no: 0.7", "no: 0.9").replace("role: driver", "role: x")
    Path(street).write_text(wrong, encoding="utf-8")
    ran = run("query", "-g", street)
    assert ran.code == 2
    assert "error[T001]" in ran.err
    assert "error[S006]" in ran.err


# Impossible evidence.

COPIES = {"a": ["x", "y", "z"], "b": ["x", "y", "z"], "c": ["x", "y", "z"], "d": ["x", "y", "z"]}

# Findings on the chain of copies, and which of them are the smallest conflict.
IMPOSSIBLE = [
    (["--given", "a=x", "--given", "d=y"], ["a=x", "d=y"]),
    (["--given", "a=x", "--given", "b=x", "--given", "c=x", "--given", "d=z"], ["d=z"]),
    (["--given", "a!=x", "--given", "b!=y", "--given", "c!=z"], ["a!=x", "b!=y", "c!=z"]),
    (["--likelihood", "a=x:1,y:2", "--given", "c=z"], ["likelihood a=x:1,y:2", "c=z"]),
    (["--given", "a=x", "--do", "b=y", "--given", "d=z"], ["do b=y", "d=z"]),
]


@pytest.mark.parametrize(("options", "conflict"), IMPOSSIBLE, ids=lambda each: " ".join(each))
def test_impossible_evidence_names_a_smallest_conflict(
    options: list[str], conflict: list[str]
) -> None:
    chain = write_chain(COPIES)
    ran = run("query", "-g", chain, *options)
    assert ran.code == 1
    assert ran.out == ""
    assert "probability zero" in ran.err
    named = ran.err.partition("cannot hold together: ")[2].strip().split(", ")
    assert set(conflict) <= set(named)
    assert len(named) == max(2, len(conflict))


def test_a_belief_in_what_is_ruled_out_cannot_be_asked() -> None:
    chain = write_chain(COPIES)
    ran = run("query", "-g", chain, "--given", "a=x", "--belief", "d=x:0.5,y:0.5")
    assert ran.code == 2
    assert "belief on 'd' gives weight to a state that the other findings rule out" in ran.err


# Hostile names.

NAMES = {
    "a": ["x", "=x", "!x", "b:1"],
    "a=b": ["y", "y:0.5", "y,z", "z=1"],
    "c,d:e": ["1", "1:2", "0.5,1", "0.5"],
    "f!": ["no", "on", "1e3", "12:30"],
}
HOSTILE = [
    (["--given", "a=x"], {"node": "a", "kind": "observed", "state": "x"}),
    (["--given", "a==x"], {"node": "a", "kind": "observed", "state": "=x"}),
    (["--given", "a=!x"], {"node": "a", "kind": "observed", "state": "!x"}),
    (["--given", "a!=!x"], {"node": "a", "kind": "excluded", "state": "!x"}),
    (["--given", "a=b=y:0.5"], {"node": "a=b", "kind": "observed", "state": "y:0.5"}),
    (["--given", "a=b!=z=1"], {"node": "a=b", "kind": "excluded", "state": "z=1"}),
    (["--given", "c,d:e=0.5,1"], {"node": "c,d:e", "kind": "observed", "state": "0.5,1"}),
    (["--do", "c,d:e=1:2"], {"node": "c,d:e", "kind": "do", "state": "1:2"}),
    (["--given", "f!=12:30"], {"node": "f!", "kind": "observed", "state": "12:30"}),
    (["--given", "f!!=1e3"], {"node": "f!", "kind": "excluded", "state": "1e3"}),
    (
        ["--likelihood", "a=b=y:0.5:0.2,y,z:0.3,y:0.5"],
        {"node": "a=b", "kind": "likelihood", "weights": {"y:0.5": 0.2, "y,z": 0.3, "y": 0.5}},
    ),
    (
        ["--belief", "c,d:e=1:2:0.5,0.5,1:0.25,0.5:0.25"],
        {
            "node": "c,d:e",
            "kind": "belief",
            "probabilities": {"1:2": 0.5, "0.5,1": 0.25, "0.5": 0.25},
        },
    ),
    (
        ["--evidence", "e.csv"],
        {"node": "a=b", "kind": "likelihood", "weights": {"y:0.5": 0.2, "y,z": 0.8}},
    ),
]


@pytest.mark.parametrize(("options", "finding"), HOSTILE, ids=lambda each: str(each)[:50])
def test_names_may_hold_the_signs_of_the_options(
    options: list[str], finding: dict[str, Any]
) -> None:
    chain = write_chain(NAMES)
    Path("e.csv").write_text('likelihood:a=b\n"y:0.5:0.2|y,z:0.8"\n', encoding="utf-8")
    ran = run("query", "-g", chain, *options, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["findings"] == [finding]


def test_csv_with_names_of_commas_and_quotes_reads_back() -> None:
    names = {'a "quoted", node': ["x,y", '"', "tail"], "b|c": ["<b>", "*", "`"]}
    chain = write_chain(names)
    rows = rows_of(run("query", "-g", chain, "--all", "--format", "csv").out)
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["node"], []).append(row["state"])
    assert found == names


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)"]


def test_a_cell_that_a_spreadsheet_would_run_gets_a_quote_and_numbers_do_not() -> None:
    chain = write_chain({"=cmd": FORMULAS, "plain": ["a=b", "c+d", "e-f"]})
    ran = run("query", "-g", chain, "--all", "--given", "plain=a=b", "--format", "csv")
    rows = rows_of(ran.out)
    assert [row["state"] for row in rows] == [
        *(f"'{each}" for each in FORMULAS),
        "a=b",
        "c+d",
        "e-f",
    ]
    assert [row["node"] for row in rows] == ["'=cmd"] * 4 + ["plain"] * 3
    assert min(float(row["change_pp"]) for row in rows) < 0


def test_markdown_cells_stay_inside_their_table() -> None:
    labels = {"a": "one | two", "x": "<img src=x>", "y": "back\\slash", "z": "two\nlines"}
    chain = write_chain({"a": ["x", "y", "z"]}, labels=labels)
    lines = run("query", "-g", chain, "--format", "md").out.splitlines()
    assert len(lines) == 2 + 3 + 2
    assert all(line.replace("\\|", "").count("|") == 6 for line in lines[:5])
    assert "<img" not in "".join(lines)


def test_markup_in_labels_is_not_obeyed() -> None:
    chain = write_chain(
        {"a": ["x"]}, labels={"a": "[bold red]A[/] :smile:", "x": "[link=u]x[/link]"}
    )
    shown = run("query", "-g", chain).out
    assert "[bold red]A[/] :smile:" in shown
    assert "[link=u]x[/link]" in shown


# A terminal obeys these: colours, bell, C1 controls, changes of direction, carriage return, tab.
CONTROLS = "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J \u202egnp.exe \rover\ttab \x7f"


@pytest.mark.parametrize("format_", ["table", "md", "csv", "json"])
def test_control_characters_of_labels_never_reach_a_terminal(format_: str) -> None:
    chain = write_chain({"a": ["x", "y"]}, labels={"a": CONTROLS, "x": CONTROLS}, title=CONTROLS)
    ran = run("query", "-g", chain, "--format", format_, "--no-color", terminal=True)
    assert ran.code == 0
    assert unsafe(ran.out + ran.err) == set()


def test_control_characters_of_labels_are_shown() -> None:
    chain = write_chain({"a": ["x", "y"]}, labels={"a": CONTROLS})
    assert "\\x1b[31mred\\x1b[0m" in run("query", "-g", chain).out


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "-g", "\x1b[31m.yaml"],
        ["query", "--given", "\x1b[31m=x"],
        ["query", "--given", "etf_flow=\x1b[31m"],
        ["query", "--evidence", "\x1b[31m.csv"],
        ["query", "--scenario", "\x1b[31m"],
        ["query", "--target", "\x9b31m"],
    ],
    ids=repr,
)
def test_control_characters_of_arguments_never_reach_a_terminal(arguments: list[str]) -> None:
    ran = run(*arguments, "--no-color", terminal=True)
    assert ran.code == 2
    assert unsafe(ran.out + ran.err) == set()


# Languages.


def test_labels_in_traditional_chinese() -> None:
    shown = run("query", *HARD, "--lang", "zh-Hant").out
    model = cm.load("article")
    assert model.graph is not None
    assert model.graph.label("btc_return", None, "zh-Hant") in shown
    for state in model.states("btc_return"):
        assert model.graph.label("btc_return", state, "zh-Hant") in shown


def test_a_label_that_lacks_the_language_is_shown_in_english() -> None:
    labels = {"a": {"en": "English only"}, "x": {"en": "ex", "zh-Hant": "甲"}}
    chain = write_chain({"a": ["x", "y"]}, labels=labels)
    shown = run("query", "-g", chain, "--lang", "zh-Hant").out
    assert "English only" in shown
    assert "甲" in shown


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_what_programs_read_does_not_depend_on_the_language(format_: str) -> None:
    english = run("query", *HARD, "--format", format_)
    assert run("query", *HARD, "--format", format_, "--lang", "zh-Hant").out == english.out
