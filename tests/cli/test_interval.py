"""`--interval`: how sure the numbers are, in every format, and words for what cannot be told."""

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import causal_model as cm
from causal_model.inference.dirichlets import Dirichlets
from causal_model.network import Array
from causal_model.side_by_side import side_by_side
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run, unsafe

HARD = ("--given", "china_policy=hard_mandate")
FEW = ("--interval", "0.9", "--draws", "200")


def write_weather(confidence: object, **rain: Any) -> str:
    """Rain, which is told with this confidence, and a street that is wet with one of 8."""

    def sure(**table: Any) -> dict[str, Any]:
        told = table.pop("confidence", None)
        return table | ({} if told is None else {"confidence": told})

    nodes = {
        "rain": {
            "states": ["no", "yes"],
            "table": sure(
                form="table",
                confidence=confidence,
                rows=[{"p": {"no": 0.7, "yes": 0.3}}],
                **rain,
            ),
        },
        "wet": {
            "role": "outcome",
            "states": ["no", "yes"],
            "parents": {"rain": {"sign": "positive"}},
            "table": sure(
                form="table",
                confidence=8,
                rows=[
                    {"given": {"rain": "no"}, "p": {"no": 0.9, "yes": 0.1}},
                    {"given": {"rain": "yes"}, "p": {"no": 0.2, "yes": 0.8}},
                ],
            ),
        },
    }
    text = {"schema_version": 1, "id": "weather", "title": "Weather", "nodes": nodes}
    Path("weather.yaml").write_text(json.dumps(text), encoding="utf-8")
    return "weather.yaml"


# query.


def test_the_json_of_a_query_is_what_the_library_says() -> None:
    told = {"china_policy": "hard_mandate"}
    result = cm.load("article").query(given=told, interval=0.8, draws=300, seed=7)
    options = ("--interval", "0.8", "--draws", "300", "--seed", "7")
    data = run("query", *HARD, *options, "--json").json
    assert data == result.to_dict()
    assert list(data)[-1] == "interval"
    assert list(data["interval"]) == [
        "level",
        "draws",
        "seed",
        "impossible_draws",
        "evidence_probability",
        "prior",
        "posterior",
        "change_pp",
        "width_of",
        "width_by_row",
        "fixed_rows",
    ]
    assert data["interval"]["level"] == 0.8
    assert data["interval"]["width_of"]["states"] == ["strong_down", "down"]


def test_without_the_option_nothing_is_said_of_intervals() -> None:
    ran = run("query", *HARD, "--json")
    assert "interval" not in ran.json
    assert "90 %" not in run("query", *HARD).out


def test_every_number_lies_within_its_interval() -> None:
    data = run("query", "--all", *HARD, *FEW, "--json").json
    intervals = data["interval"]
    for name in ("prior", "posterior"):
        for node, states in data[name].items():
            for state, p in states.items():
                low, high = intervals[name][node][state]
                assert 0 <= low <= p + 1e-12
                assert p - 1e-12 <= high <= 1
    assert intervals["posterior"]["china_policy"]["hard_mandate"] == [1.0, 1.0]
    low, high = intervals["evidence_probability"]
    assert low < data["evidence_probability"] < high


def test_a_wider_level_has_wider_intervals() -> None:
    def width(level: str) -> float:
        data = run("query", "--interval", level, "--draws", "2000", "--json").json
        low, high = data["interval"]["prior"]["btc_return"]["down"]
        return float(high - low)

    assert width("0.5") < width("90%") < width("0.99")


def test_the_table_has_an_interval_beside_every_number() -> None:
    result = cm.load("article").query(
        given={"china_policy": "hard_mandate"}, interval=0.9, draws=200
    )
    assert result.interval is not None
    ran = run("query", *HARD, *FEW)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split().count("90") == 3
    low, high = result.interval.posterior["btc_return"]["down"]
    assert f"{100 * low:.1f} … {100 * high:.1f}" in ran.out
    low, high = result.interval.change_pp["btc_return"]["down"]
    assert f"{low:+.1f} … {high:+.1f}" in ran.out
    assert "90 % intervals over 200 draws of the tables (seed 0), every row by itself." in lines
    assert "What makes P(Bitcoin over the week = strong down or down) uncertain" in lines
    top = result.interval.width_by_row[0]
    assert f"{100 * top.share:.1f} %" in ran.out
    assert "elicited, confidence 12, generated row" in ran.out
    assert f"{len(result.interval.width_by_row) - 5} further rows make up" in ran.out


@pytest.mark.parametrize("format_", ["table", "md"])
def test_the_states_that_are_taken_together_have_a_row(format_: str) -> None:
    asked = ("query", *HARD, *FEW, "--target", "btc_return", "--target", "etf_flow")
    lines = run(*asked, "--format", format_).out.splitlines()
    data = run(*asked, "--json").json
    together = data["interval"]["width_of"]
    (row,) = (each for each in lines if "strong down or down" in each and " pp" in each)
    for name in ("prior", "posterior"):
        low, high = together[name]
        whole = sum(data[name]["btc_return"][state] for state in together["states"])
        assert f"{100 * whole:.1f} %" in row
        assert f"{100 * low:.1f} … {100 * high:.1f}" in row
    low, high = together["change_pp"]
    assert f"{low:+.1f} … {high:+.1f}" in row


def test_a_single_low_state_has_one_row() -> None:
    out = run("query", *FEW, "--target", "china_policy").out
    assert out.count("hard mandate") == run("query", "--target", "china_policy").out.count(
        "hard mandate"
    )


def test_csv_has_a_column_for_each_end() -> None:
    data = run("query", *HARD, *FEW, "--json").json
    text = run("query", *HARD, *FEW, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert len(rows) == 5
    for row in rows:
        for name in ("prior", "posterior", "change_pp"):
            ends = [float(row[f"{name}_low"]), float(row[f"{name}_high"])]
            assert ends == data["interval"][name][row["node"]][row["state"]]
        assert float(row["posterior"]) == data["posterior"][row["node"]][row["state"]]


@pytest.mark.parametrize("command", ["query", "scenarios"])
@pytest.mark.parametrize("format_", ["table", "md"])
def test_both_languages_and_plain_text(command: str, format_: str) -> None:
    english = run(command, *FEW, "--format", format_)
    chinese = run(command, *FEW, "--format", format_, "--lang", "zh-Hant")
    assert english.code == chinese.code == 0
    assert "intervals over 200 draws" in english.out
    assert "200 次抽樣" in chinese.out
    for ran in (english, chinese):
        assert not unsafe(ran.out)
    if format_ == "md":
        for line in english.out.splitlines():
            assert line == "" or line.startswith(("|", "**", "Nothing", "90", "154", "Shares"))


def test_counted_rows_carry_their_sample_and_elicited_ones_their_confidence() -> None:
    result = cm.load("calibrated").query(interval=0.9, draws=200)
    assert result.interval is not None
    rows = result.interval.width_by_row
    counted = [each for each in rows if each.n]
    assert counted
    for each in counted:
        assert each.confidence > each.n
        assert each.form == "counts"
    ran = run("query", "-g", "calibrated", *FEW)
    shown = rows[:5]
    for each in shown:
        basis = f"n = {each.n:.6g} of {each.confidence:.6g}" if each.n else "elicited, confidence"
        assert basis in ran.out


def test_rows_without_confidence_are_named() -> None:
    graph = write_weather(None)
    ran = run("query", "-g", graph, *FEW)
    assert ran.code == 0
    assert "Rows without confidence are held fixed: rain (1)." in ran.out
    assert run("query", "-g", graph, *FEW, "--json").json["interval"]["fixed_rows"] == {"rain": 1}


def test_a_graph_of_all_forms() -> None:
    # Some of its rows have a confidence, most have none.
    graph = write_street()
    fixed = run("query", "-g", graph, "--all", *FEW, "--json").json["interval"]["fixed_rows"]
    assert fixed == {"sprinkler": 1, "wet": 6, "slip": 3, "alarm": 9}


def test_a_confidence_of_zero_is_refused_where_it_matters() -> None:
    graph = write_weather(0)
    ran = run("query", "-g", graph, *FEW)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("error: weather.yaml: the row P(rain) has confidence 0")
    assert run("query", "-g", graph).code == 0


@pytest.mark.parametrize("confidence", [1e30, 1e300, 1e-300])
def test_confidence_at_the_ends_of_the_range(confidence: float) -> None:
    ran = run("query", "-g", write_weather(confidence), "--target", "rain", *FEW, "--json")
    assert ran.code == 0
    low, high = ran.json["interval"]["prior"]["rain"]["yes"]
    if confidence > 1:
        assert low == pytest.approx(0.3)
        assert high == pytest.approx(0.3)
    else:
        assert [low, high] == [0.0, 1.0]


def test_a_certain_answer_has_no_width() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]}, path=Path("chain.yaml"))
    ran = run("query", "-g", "chain.yaml", "--given", "a=x", *FEW)
    # Its first row has no confidence, and it is all that could vary.
    assert ran.code == 2
    assert "Give the tables of a a `confidence`" in ran.err


@pytest.mark.parametrize(
    "question",
    [
        ("query", "--target", "btc_return"),
        ("scenarios", "--target", "btc_return"),
        ("effects", "--of", "china_policy", "--on", "btc_return"),
    ],
)
def test_a_network_from_elsewhere_has_no_confidence(question: tuple[str, ...]) -> None:
    assert run("convert", "article", "article.bif").code == 0
    Path("scenarios").mkdir()
    text = {"schema_version": 1, "id": "hard", "title": "Hard", "given": {"etf_flow": "outflow"}}
    Path("scenarios/hard.yaml").write_text(json.dumps(text), encoding="utf-8")
    ran = run(*question, "-g", "article.bif", *FEW)
    assert ran.code == 2
    assert ran.out == ""
    assert "does not come from a graph file" in ran.err


@pytest.mark.parametrize(
    "findings",
    [
        ("--do", "gpu_rental_price=steady"),
        ("--given", "etf_flow!=outflow"),
        ("--likelihood", "etf_flow=outflow:0.8,flat:0.2"),
        ("--belief", "etf_flow=outflow:0.7,flat:0.2,inflow:0.1"),
        ("--scenario", "hard_mandate", "--do", "china_policy=hard_mandate"),
    ],
)
def test_findings_of_every_kind(findings: tuple[str, ...]) -> None:
    ran = run("query", *findings, *FEW, "--json")
    if ran.code == 2:
        assert "exclude each other" in ran.err
        return
    data = ran.json
    for state, (low, high) in data["interval"]["posterior"]["btc_return"].items():
        assert low < data["posterior"]["btc_return"][state] < high
    seen = findings[0] in ("--given", "--likelihood")
    assert (data["interval"]["evidence_probability"] != [1.0, 1.0]) == seen


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--interval", "0"), "no share between 0 and 1"),
        (("--interval", "1"), "no share between 0 and 1"),
        (("--interval", "90"), "no share between 0 and 1"),
        (("--interval", "nan"), "no share between 0 and 1"),
        (("--interval", "-0.5"), "no share between 0 and 1"),
        (("--interval", ""), "no share between 0 and 1"),
        (("--interval", "９０％"), "no share between 0 and 1"),
        (("--interval", "0.9", "--draws", "99"), "needs 100 draws or more"),
        (("--interval", "0.9999"), "needs 100,000 draws or more"),
        (("--interval", "0.9", "--draws", "2000000"), "at most 1,000,000"),
        (("--interval", "0.9", "--draws", "0"), "'--draws'"),
        (("--interval", "0.9", "--seed", "-1"), "'--seed'"),
        (("--interval", "0.9", "--mpe"), "--interval goes with none of"),
        (("--interval", "0.9", "--approximate"), "--interval goes with none of"),
        (("--interval", "0.9", "--engine", "pgmpy"), "--interval goes with none of"),
        (("--interval", "0.9", "--joint", "--target", "etf_flow"), "--interval goes with none of"),
        (("--approximate", "--draws", "500"), "--approximate needs 1,000 --draws or more"),
        (("--interval", "0.9", "--max-memory", "1MB"), "draws of tables and answers would take"),
    ],
)
def test_what_cannot_be_asked(options: tuple[str, ...], told: str) -> None:
    ran = run("query", *options)
    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_impossible_evidence_is_still_the_answer_no() -> None:
    graph = write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    ran = run("query", "-g", graph, "--given", "a=x", "--given", "b=y", *FEW)
    assert ran.code == 1


# scenarios.


def test_scenarios_are_asked_under_the_same_draws_as_their_queries() -> None:
    data = run("scenarios", *FEW, "--json").json
    for scenario in data["scenarios"]:
        own = run("query", "--scenario", scenario["id"], *FEW, "--json").json["interval"]
        interval = scenario["interval"]
        assert interval["posterior"] == own["posterior"]["btc_return"]
        assert interval["change_pp"] == own["change_pp"]["btc_return"]
        assert data["interval"]["prior"] == own["prior"]["btc_return"]
        for key in ("impossible_draws", "evidence_probability", "width_by_row", "fixed_rows"):
            assert interval[key] == own[key]


def test_tables_are_drawn_once_for_all_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Counter[tuple[str, int, int]] = Counter()
    draw = Dirichlets.draw

    def counted(self: Dirichlets, name: str, block: int, seed: int) -> Array:
        drawn[name, block, seed] += 1
        return draw(self, name, block, seed)

    monkeypatch.setattr(Dirichlets, "draw", counted)
    found = side_by_side(cm.load("article"), interval=0.9)
    assert len(found.answers) == 4
    assert set(drawn.values()) == {1}
    assert {block for _, block, _ in drawn} == {0, 1}


def test_memory_for_the_draws_of_all_scenarios_is_asked_for_beforehand() -> None:
    options = ("--interval", "0.9", "--draws", "100000")
    ran = run("scenarios", *options, "--max-memory", "60MB")
    assert ran.code == 2
    assert ran.out == ""
    assert "draws of tables and answers would take" in ran.err
    # One of them alone has room.
    alone = run("query", "--scenario", "hard_mandate", *options, "--max-memory", "60MB")
    assert alone.code == 0


def test_differences_of_scenarios_are_narrower_than_their_intervals_say() -> None:
    data = run("scenarios", "--interval", "0.9", "--json").json
    ids = [each["id"] for each in data["scenarios"]]
    pairs = {(each["from"], each["to"]): each for each in data["interval"]["differences"]}
    assert list(pairs) == [(a, b) for at, a in enumerate(ids) for b in ids[at + 1 :]]
    by_id = {each["id"]: each for each in data["scenarios"]}
    low, high = pairs["brief_pause", "hard_mandate"]["change_pp"]["strong_down"]
    ends = [
        by_id[name]["interval"]["posterior"]["strong_down"]
        for name in ("brief_pause", "hard_mandate")
    ]
    # One scenario above the other is certain, though their intervals overlap.
    assert ends[0][1] > ends[1][0]
    assert low > 0
    change = 100 * (
        by_id["hard_mandate"]["posterior"]["strong_down"]
        - by_id["brief_pause"]["posterior"]["strong_down"]
    )
    assert low < change < high


def test_scenarios_show_an_interval_in_every_cell_and_the_changes() -> None:
    data = run("scenarios", *FEW, "--json").json
    out = run("scenarios", *FEW).out
    markdown = run("scenarios", *FEW, "--format", "md").out
    assert "Change against nothing given" in out
    for scenario in data["scenarios"]:
        for state, (low, high) in scenario["interval"]["posterior"].items():
            shown = f"{100 * low:.1f} … {100 * high:.1f}"
            assert shown in out
            assert f"{100 * scenario['posterior'][state]:.1f} % ({shown})" in markdown
        low, high = scenario["interval"]["change_pp"]["down"]
        assert f"{low:+.1f} … {high:+.1f}" in out


def test_scenarios_show_the_states_that_are_taken_together() -> None:
    model = cm.load("article")
    low = ("strong_down", "down")
    data = run("scenarios", *FEW, "--json").json
    out = run("scenarios", *FEW).out
    title = "strong down or down "
    values, ends, *_ = (
        line + below
        for line, below in zip(out.splitlines(), out.splitlines()[1:], strict=False)
        if line.startswith(title)
    )
    assert f"{100 * sum(data['prior'][each] for each in low):.1f} %" in values
    for scenario in data["scenarios"]:
        found = model.query(scenario=scenario["id"], interval=0.9, draws=200)
        assert found.interval is not None
        # The interval of a sum is none of the sums of ends, so it is taken of the draws themselves.
        samples = found.interval.samples["btc_return"][:, :2].sum(axis=1)
        wanted = [float(each) for each in np.quantile(samples, [0.05, 0.95])]
        own = scenario["interval"]["width_of"]
        assert own["states"] == list(low)
        assert own["posterior"] == pytest.approx(wanted, abs=1e-12)
        assert f"{100 * sum(scenario['posterior'][each] for each in low):.1f} %" in values
        assert f"{100 * own['posterior'][0]:.1f} … {100 * own['posterior'][1]:.1f}" in values
        assert f"{own['change_pp'][0]:+.1f} … {own['change_pp'][1]:+.1f}" in ends
    prior = data["scenarios"][0]["interval"]["width_of"]["prior"]
    assert f"{100 * prior[0]:.1f} … {100 * prior[1]:.1f}" in values


def test_scenarios_show_which_rows_carry_the_width_of_each() -> None:
    data = run("scenarios", *FEW, "--json").json
    lines = run("scenarios", *FEW).out.split("What makes ")[1].splitlines()
    heading = "P(Bitcoin over the week = strong down or down) uncertain"
    assert lines[0] == f"{heading}: share of the variance by row of a table"
    assert lines[1].split()[1:] == [each["id"] for each in data["scenarios"]]
    *shown, further = (line for line in lines[3:-1] if line)
    parts = [[float(each) for each in re.findall(r"(\d+\.\d) %", line)] for line in shown]
    rest = [float(each) for each in re.findall(r"(\d+\.\d) %", further)]
    told: set[tuple[str, ...]] = set()
    for at, scenario in enumerate(data["scenarios"]):
        rows = scenario["interval"]["width_by_row"]
        assert sum(each["share"] for each in rows) == pytest.approx(1)
        told |= {(each["node"], *each["given"].values()) for each in rows}
        # Those that add most stand there, and all that is left is summed.
        for each in rows[:3]:
            assert round(100 * each["share"], 1) in [own[at] for own in parts]
        assert sum(own[at] for own in parts) + rest[at] == pytest.approx(100, abs=0.5)
    assert further.startswith(f"{len(told) - len(shown)} further rows")
    # In order of what they add under all scenarios.
    sums = [sum(own) for own in parts]
    assert sums == sorted(sums, reverse=True)


def test_a_scenario_in_which_nothing_varies_has_no_shares() -> None:
    graph = write_weather(5)
    Path("scenarios").mkdir()
    for name, given in (("dry", {"wet": "no"}), ("rain", {"rain": "yes"})):
        text = {"schema_version": 1, "id": name, "title": name, "given": given}
        Path(f"scenarios/{name}.yaml").write_text(json.dumps(text), encoding="utf-8")
    ran = run("scenarios", "-g", graph, *FEW)
    table = ran.out.split("What makes ")[1].splitlines()
    assert table[0].startswith("P(wet = no) uncertain")
    assert table[3].split() == ["wet", "|", "yes", "-", "100.0", "%"]
    dry, rain = run("scenarios", "-g", graph, *FEW, "--json").json["scenarios"]
    assert dry["interval"]["width_of"] is None
    assert dry["interval"]["posterior"]["no"] == [1.0, 1.0]
    assert list(rain["interval"]["width_of"]) == [
        "node",
        "states",
        "prior",
        "posterior",
        "change_pp",
    ]


def test_scenarios_in_csv_have_columns_for_all_of_it() -> None:
    data = run("scenarios", *FEW, "--json").json
    text = run("scenarios", *FEW, "--format", "csv").out
    *rows, last = csv.DictReader(io.StringIO(text), strict=True)
    for row in rows:
        for scenario in data["scenarios"]:
            name, state = scenario["id"], row["state"]
            ends = [float(row[f"{name}_low"]), float(row[f"{name}_high"])]
            assert ends == scenario["interval"]["posterior"][state]
            ends = [float(row[f"{name}_change_pp_{end}"]) for end in ("low", "high")]
            assert ends == scenario["interval"]["change_pp"][state]
            change = 100 * (scenario["posterior"][state] - data["prior"][state])
            assert float(row[f"{name}_change_pp"]) == change
    for scenario in data["scenarios"]:
        ends = [float(last[f"{scenario['id']}_{end}"]) for end in ("low", "high")]
        assert ends == scenario["interval"]["evidence_probability"]


# effects.

EFFECTS = ("effects", "--of", "china_policy", *FEW)
# Common causes move orders and the outcome.
CONFOUNDED = ("effects", "--of", "china_h200_orders", *FEW)
NUMBERS = ("done", "change_pp", "seen", "confounding_pp")


@pytest.mark.parametrize("of", ["china_policy", "china_h200_orders"])
def test_the_json_and_the_csv_of_effects_have_an_interval_of_every_number(of: str) -> None:
    found = cm.effects(cm.load("article"), of, interval=0.9, draws=200)
    data = run("effects", "--of", of, *FEW, "--json").json
    assert data == found.to_dict()
    text = run("effects", "--of", of, *FEW, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert len(rows) == 3 * 6
    by_setting = {each["setting"][of]: each["interval"] for each in data["settings"]}
    for row in rows:
        own = by_setting[row[of]]
        for name in NUMBERS:
            ends = own["event"][name] if row["part"] == "event" else own[name][row["item"]]
            assert [float(row[f"{name}_low"]), float(row[f"{name}_high"])] == ends
            if not (name == "confounding_pp" and of == "china_policy"):
                assert ends[0] <= float(row[name]) <= ends[1]
    frame = found.to_frame()
    assert list(frame.columns) == [
        *(of, "state", *NUMBERS),
        *(f"{name}_{end}" for name in NUMBERS for end in ("low", "high")),
    ]
    states = [row for row in rows if row["part"] == "state"]
    for name in frame.columns[2:]:
        assert list(frame[name]) == [float(row[name]) for row in states]


def test_where_nothing_confounds_seeing_is_as_sure_as_setting() -> None:
    for setting in run(*EFFECTS, "--json").json["settings"]:
        own = setting["interval"]
        assert own["seen"] == own["done"]
        assert set(map(tuple, own["confounding_pp"].values())) == {(0.0, 0.0)}


@pytest.mark.parametrize("command", [EFFECTS, CONFOUNDED])
def test_effects_as_people_read_them_have_an_interval_under_every_number(
    command: tuple[str, ...],
) -> None:
    data = run(*command, "--json").json
    out = run(*command).out
    lines = out.splitlines()
    markdown = run(*command, "--format", "md").out
    gap = command is CONFOUNDED
    assert ("confounding" in lines[0]) == gap
    for setting in data["settings"]:
        event, own = setting["event"], setting["interval"]["event"]
        shown = [f"{100 * own['done'][0]:.1f} … {100 * own['done'][1]:.1f}"]
        pp = ["change_pp", "confounding_pp"] if gap else ["change_pp"]
        for name in pp:
            if not (name == "change_pp" and setting["setting"] == data["baseline"]):
                low, high = (round(each, 1) + 0.0 for each in own[name])
                shown.append(f"{low:+.1f} … {high:+.1f}")
        shown.append(f"{100 * own['seen'][0]:.1f} … {100 * own['seen'][1]:.1f}")
        # All of them stand in one line, below their numbers.
        assert any(all(each in line for each in shown) for line in lines)
        assert f"{100 * event['seen']:.1f} % ({shown[-1]})" in markdown
    assert out.count("intervals over 200 draws") == 1
    assert "What makes the change of P(Bitcoin over the week = strong down or down)" in out


def test_a_row_of_confidence_zero_that_only_seeing_hangs_on() -> None:
    # Nothing confounds, so how often it rains does not matter to what rain does.
    graph = write_weather(0)
    ran = run("effects", "-g", graph, "--of", "rain", *FEW, "--json")
    assert ran.code == 0
    assert ran.json["settings"][1]["interval"]["seen"]


def test_without_the_option_effects_say_nothing_of_intervals() -> None:
    assert "interval" not in run("effects", "--of", "china_policy", "--json").json
    header = run("effects", "--of", "china_policy", "--format", "csv").out.splitlines()[0]
    assert not header.endswith("_high")


def test_effects_in_the_other_language_and_with_channels() -> None:
    ran = run(*EFFECTS, "--channels", "--lang", "zh-Hant")
    assert ran.code == 0
    assert "90 % 區間:取自機率表的 200 次抽樣" in ran.out
    text = run(*EFFECTS, "--channels", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert all(row["done_low"] == "" for row in rows if row["part"] == "channel")


def test_what_is_impossible_at_a_setting_has_no_interval() -> None:
    graph = write_weather(5)
    data = run("effects", "-g", graph, "--of", "rain", *FEW, "--json").json
    assert all(each["interval"] for each in data["settings"])
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    ran = run("effects", "-g", "chain.yaml", "--of", "a", *FEW, "--json")
    # Once a is set nothing is left that could vary.
    assert ran.json["settings"][1]["interval"]["done"] == {"x": [0.0, 0.0], "y": [1.0, 1.0]}
    told = ("--likelihood", "b=x:1", "--on", "a")
    ran = run("effects", "-g", "chain.yaml", "--of", "b", *told, *FEW)
    assert ran.code == 2


def test_arrows_alone_have_no_interval() -> None:
    ran = run("effects", "--identify", "--of", "etf_flow", "--interval", "0.9")
    assert ran.code == 2
    assert "--identify looks at arrows alone" in ran.err


# Python.


def test_intervals_of_the_library() -> None:
    model = cm.load("article")
    result = model.query(given={"etf_flow": "outflow"}, interval=0.9, draws=200)
    assert result.interval is not None
    frame = result.to_frame()
    assert list(frame.columns[-6:]) == [
        *("prior_low", "prior_high", "posterior_low", "posterior_high"),
        *("change_pp_low", "change_pp_high"),
    ]
    low, high = result.interval.posterior["btc_return"]["flat"]
    row = frame[frame["state"] == "flat"].iloc[0]
    assert (row["posterior_low"], row["posterior_high"]) == (low, high)
    assert model.query().interval is None
    with pytest.raises(cm.QueryError, match="our own engine"):
        model.query(interval=0.9, engine="pgmpy")
