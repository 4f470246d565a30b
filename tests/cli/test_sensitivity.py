"""`causal-model sensitivity` as a shell sees it."""

import csv
import io
from pathlib import Path

import pytest

import causal_model as cm
from causal_model import charts
from causal_model.questions.tornado.ask import sensitivity
from causal_model.render.charts.values import Tornado
from tests.cli.shell import run

ASIA = Path(__file__).parents[2] / "fixtures" / "textbook" / "asia.yaml"
ENTRY = "P(etf_flow = inflow | tech_risk_sentiment = neutral)"


def test_three_questions_stand_under_three_titles() -> None:
    done = run("sensitivity", "--given", "china_policy=hard_mandate")
    assert done.code == 0
    titles = ["Observing a node: what", "Setting a node: what", "Changing a row of a table: what"]
    places = [done.out.index(each) for each in titles]
    assert places == sorted(places)
    observe, do, rows = (
        done.out[start:stop]
        for start, stop in zip(places, [*places[1:], len(done.out)], strict=True)
    )
    # Quotes and indices tell something, but who sets them changes nothing.
    assert "Fear and greed index   " in observe
    assert "Setting these changes nothing: GPU spot quotes, Cloud rental quotes, Nvidia's" in do
    assert "assumes that they are causes" in do
    assert "elicited, confidence 15" in rows
    assert "row of the generated table" in rows
    assert "Given, so not varied: china_policy." in rows
    assert "P(Bitcoin over the week: strong down or down) = 40.4 %." in rows
    assert "not a forecast" in done.err


def test_json_holds_the_functions_of_all_entries() -> None:
    data = run("sensitivity", "--json").json
    assert data["schema_version"] == 1
    assert data["target"] == "btc_return"
    assert data["states"] == ["strong_down", "down"]
    assert len(data["rows"]) == data["rows_that_matter"] > 500
    ranges = [row["range"] for row in data["rows"]]
    assert ranges == sorted(ranges, reverse=True)
    for row in data["rows"][:20]:
        a, b, c, d = (row["function"][each] for each in "abcd")
        t = row["now"]
        assert (a * t + b) / (c * t + d) == pytest.approx(data["probability"], abs=1e-12)
        assert (a * d - b * c) / (c * t + d) ** 2 == pytest.approx(row["derivative"], abs=1e-12)
        assert row["interval"][0] < t < row["interval"][1]
    zero = {each["node"] for each in data["do"] if each["range"] == 0}
    assert zero >= {"fear_greed_index", "gpu_spot_quotes", "nvda_guidance"}


def test_what_is_observed_and_set_is_what_query_answers() -> None:
    data = run("sensitivity", "--json", "--kind", "observe", "--kind", "do").json
    assert data["rows"] is None
    model = cm.load("article")
    for kind, option in (("observe", "given"), ("do", "do")):
        effects = {each["node"]: each["answers"] for each in data[kind]}
        for state, found in effects["etf_flow"].items():
            answer = model.query(**{option: {"etf_flow": state}})["btc_return"]  # type: ignore[arg-type]
            assert found == pytest.approx(answer["strong_down"] + answer["down"], abs=1e-12)


def test_csv_is_one_table_of_plain_numbers() -> None:
    text = run("sensitivity", "--format", "csv", "--top", "4").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["kind"] for row in rows} == {"observe", "do", "row"}
    entries = [row for row in rows if row["kind"] == "row"]
    assert len(entries) == 4
    first = entries[0]
    assert float(first["low"]) < float(first["now"]) < float(first["high"])
    spread = abs(float(first["answer_high"]) - float(first["answer_low"]))
    assert spread == pytest.approx(float(first["range"]), abs=1e-12)


def test_markdown_and_chinese() -> None:
    text = run("sensitivity", "--format", "md", "--top", "2").out
    assert sum(line.startswith("|---") for line in text.splitlines()) == 3
    done = run("sensitivity", "--lang", "zh-Hant", "--top", "2")
    assert "設定一個節點" in done.out
    assert "並非預測" in done.err
    for more in (["--entry", ENTRY], ["--pair", ENTRY, "P(china_policy = brief_pause)"]):
        assert "P(比特幣一週表現: 大跌或下跌)" in run("sensitivity", "--lang", "zh-Hant", *more).out


def test_one_entry_is_a_function() -> None:
    done = run("sensitivity", "--entry", ENTRY)
    assert done.code == 0
    assert done.out.startswith(ENTRY)
    assert "0.48   35.4 %   as it is" in done.out
    data = run("sensitivity", "--entry", ENTRY, "--json").json
    assert data["row"]["entry"] == ENTRY
    assert "rows" not in data
    assert (
        run("sensitivity", "--entry", ENTRY, "--format", "csv").out.splitlines()[0]
        == "value,answer,what"
    )


def test_two_entries_make_a_grid() -> None:
    other = "P(china_policy = brief_pause)"
    done = run("sensitivity", "--pair", ENTRY, other, "--json")
    assert done.code == 0
    pair = done.json["pair"]
    assert pair["answers"][1][1] == pytest.approx(done.json["probability"], abs=1e-12)
    low, high = pair["first"]["answers"]
    assert [pair["answers"][0][1], pair["answers"][2][1]] == pytest.approx([low, high], abs=1e-12)
    # Nine in the table, and the answer as it is.
    assert run("sensitivity", "--pair", ENTRY, other).out.count("%") == 10
    # Two entries of one row leave no row where they sum to more than one.
    one_row = run("sensitivity", "--pair", other, "P(china_policy = hard_mandate)", "--json").json
    assert one_row["pair"]["function"]["one_row"]
    assert one_row["pair"]["answers"][2][2] is None


def test_two_entries_in_csv_are_a_row_for_each_two_values_unrounded() -> None:
    pair = ("--pair", ENTRY, "P(etf_flow = flat | tech_risk_sentiment = neutral)")
    data = run("sensitivity", *pair, "--json").json["pair"]
    rows = list(csv.reader(io.StringIO(run("sensitivity", *pair, "--format", "csv").out)))
    expected = [
        ["" if each is None else repr(each) for each in (first, second, answer)]
        for first, answers in zip(data["steps"]["first"], data["answers"], strict=True)
        for second, answer in zip(data["steps"]["second"], answers, strict=True)
    ]
    assert rows == [["first", "second", "answer"], *expected]


def test_a_straight_line_is_written_as_one() -> None:
    entry = "P(china_policy = brief_pause)"
    for given, bent in (((), False), (("--given", "nasdaq_return=risk_off"), True)):
        asked = ("sensitivity", "--entry", entry, *given)
        function = run(*asked, "--json").json["row"]["function"]
        assert (abs(function["c"]) > 1e-9) is bent
        (line,) = (each for each in run(*asked).out.splitlines() if each.startswith("f(t) = "))
        assert ("/" in line) is bent
        assert f"{function['a'] / (1 if bent else function['d']):.6g} t" in line
        # What another number does is another question.
        assert "rests on" not in run(*asked).out


def two_nodes(row: str, confidence: float) -> str:
    """A graph of a cause and an outcome with low states; the rows of the outcome have a confidence."""
    path = Path("two.yaml")
    path.write_text(
        f"""schema_version: 1
id: two
title: Two
nodes:
  cause:
    ordered: true
    states: [low, high]
    table: {{form: table, rows: [{{p: {{low: 0.3, high: 0.7}}, confidence: 6}}]}}
  effect:
    role: outcome
    ordered: true
    states: [low, high]
    parents: {{cause: {{sign: mixed}}}}
    table:
      form: table
      rows:
        - {{given: {{cause: low}}, p: {row}, confidence: {confidence}}}
        - {{given: {{cause: high}}, p: {{low: 0.55, high: 0.45}}, confidence: 4}}
""",
        encoding="utf-8",
    )
    return str(path)


@pytest.mark.parametrize(
    ("lang", "noted"), [("en", "outside its own 80 %"), ("zh-Hant", "80 % 區間之外")]
)
def test_a_row_whose_interval_leaves_it_out_is_marked(lang: str, noted: str) -> None:
    asked = (
        *("sensitivity", "-g", two_nodes("{low: 0.005, high: 0.995}", 1)),
        *("--kind", "rows", "--level", "0.8"),
    )
    rows = run(*asked, "--json").json["rows"]
    for each in rows:
        low, high = each["interval"]
        # No number is smaller than what means anything.
        assert low == 0 or low >= 1e-12
        marked = not low <= each["now"] <= high
        assert marked == (each["entry"].endswith("| cause = low)"))
    out = run(*asked, "--lang", lang).out
    (row,) = (line for line in out.splitlines() if line.startswith("P(effect = low | cause = low)"))
    assert " * " in row
    assert noted in out
    assert out.count("*") == 2
    # Under it the answer is 0, and no less.
    given = run(*asked, "--given", "cause=low", "--json").json["rows"]
    assert all(0 <= answer <= 1 for each in given for answer in each["answers"])
    usual = ("sensitivity", "-g", two_nodes("{low: 0.4, high: 0.6}", 5), "--kind", "rows")
    assert "*" not in run(*usual).out


@pytest.mark.parametrize(
    ("row", "marked"), [("{low: 0.005, high: 0.995}", 1), ("{low: 0.4, high: 0.6}", 0)]
)
def test_the_chart_marks_what_its_interval_leaves_out(row: str, marked: int) -> None:
    model = cm.load(two_nodes(row, 1))
    chart = charts.of_sensitivity(model, sensitivity(model, kinds=["rows"]))
    (panel,) = chart.panels
    assert isinstance(panel, Tornado)
    assert sum(each.label.endswith(" *") for each in panel.swings) == marked
    assert sum("outside its own 90 % interval" in each for each in chart.remarks) == marked
    for each in panel.swings:
        assert (each.low <= panel.base <= each.high) is not each.label.endswith(" *")


def test_a_chart_of_nothing_that_moves_has_no_legend() -> None:
    model = cm.load(two_nodes("{low: 0.4, high: 0.6}", 5))
    given = {"cause": "low"}
    chart = charts.of_sensitivity(model, sensitivity(model, kinds=["do"], given=given))
    assert (chart.panels, chart.keys) == ((), ())


def test_confidence_of_zero_is_said_to_leave_everything_open() -> None:
    asked = ("sensitivity", "-g", two_nodes("{low: 0.4, high: 0.6}", 0))
    data = run(*asked, "--json").json
    assert data["confidence_zero"] == ["effect"]
    assert data["without_confidence"] == []
    assert "may be anything from 0 to 1: rows of effect." in run(*asked).out
    assert "0 至 1 之間任何值:effect 的列" in run(*asked, "--lang", "zh-Hant").out
    usual = run("sensitivity", "-g", two_nodes("{low: 0.4, high: 0.6}", 5), "--json").json
    assert usual["confidence_zero"] == []


def test_where_nothing_can_be_varied_no_heading_stands_alone() -> None:
    asked = ("sensitivity", "-g", two_nodes("{low: 0.4, high: 0.6}", 5), "--given", "cause=low")
    out = run(*asked, "--kind", "observe", "--kind", "do").out
    assert "No node is left that could be observed.\nNo node is left that could be set." in out
    assert "Observing a node" not in out
    assert out.split()[:3] == ["answer", "─" * 6, "40.0"]
    whole = run(*asked).out
    assert whole.startswith("Changing a row of a table")
    assert "No node is left that could be set." in whole
    chinese = run(*asked, "--kind", "do", "--lang", "zh-Hant", "--format", "md").out
    assert "沒有其他節點可供設定。" in chinese
    assert "設定一個節點" not in chinese


def test_where_no_row_has_an_interval_none_is_spoken_of() -> None:
    out = run("sensitivity", "-g", str(ASIA), "--target", "dysp", "--states", "yes").out
    assert "over its interval" not in out
    assert "Each number moves alone; the others of its row keep their proportions." in out


def test_a_graph_without_confidence_has_slopes_only() -> None:
    done = run("sensitivity", "-g", str(ASIA), "--target", "dysp", "--states", "yes")
    assert done.code == 0
    assert "Without confidence, so without an interval: rows of" in done.out
    assert "(slope" in done.out
    assert "interval  " not in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--target", "btc_retrun"], "Did you mean 'btc_return'?"),
        (["--states", "dwn"], "Did you mean 'down'?"),
        (["--given", "btc_return=down"], "is given itself"),
        (["--belief", "btc_return=down:0.5,flat:0.5"], "a belief on 'btc_return' itself"),
        (["--belief", "btc_return=down:0.5,flat:0.5", "--kind", "do"], "with --target"),
        (["--belief", "etf_flow=flat:0.5,inflow:0.5"], "say it by --likelihood"),
        (["--level", "0"], "expected a number between 0 and 1"),
        (["--level", "nan"], "expected a number between 0 and 1"),
        (["--top", "0"], "0 is not in the range"),
        (["--kind", "node"], "'node' is not one of"),
        (["--kind", "do", "--entry", ENTRY], "leave --kind away"),
        (["--entry", ENTRY, "--pair", ENTRY, ENTRY], "exclude each other"),
        (["--entry", "etf_flow"], "expected one entry of a table"),
        (["--entry", "P(etf_flow = inflow"], "but it ends"),
        (["--entry", "P(etf_flow = inflow) > 0.2"], "expected one entry of a table"),
        (["--entry", "P(etf_flow = inflow)"], "every parent of 'etf_flow': tech_risk_sentiment"),
        (["--entry", "P(china_policy = brief)"], "Did you mean 'brief_pause'?"),
        (["--entry", ENTRY, "--do", "etf_flow=flat"], "its table is not in force"),
        (["--pair", ENTRY, ENTRY], "are the same one"),
        (["-g", "missing.yaml"], "No such file"),
        (["-g", "."], "no shipped graph '.'"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(arguments: list[str], told: str) -> None:
    done = run("sensitivity", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_impossible_evidence_ends_with_one() -> None:
    given = ("--given", "lung=yes", "--given", "either=no")
    done = run("sensitivity", "-g", str(ASIA), "--target", "dysp", "--states", "yes", *given)
    assert done.code == 1
    assert "cannot hold together: lung=yes, either=no" in done.err
    assert done.out == ""


def test_beliefs_leave_observing_and_setting() -> None:
    belief = ("--belief", "china_policy=brief_pause:0.2,soft_mandate:0.3,hard_mandate:0.5")
    data = run("sensitivity", *belief, "--kind", "observe", "--kind", "do", "--json").json
    assert data["left_out"] == ["china_policy"]
    found = {each["node"]: each["answers"] for each in data["observe"]}
    told = run("query", *belief, "--given", "etf_flow=outflow", "--json").json["posterior"][
        "btc_return"
    ]
    assert found["etf_flow"]["outflow"] == pytest.approx(
        told["strong_down"] + told["down"], abs=1e-9
    )


@pytest.mark.parametrize(
    "more", [[], ["--belief", "nasdaq_return=risk_off:.5,neutral:.3,risk_on:.2"]]
)
def test_nothing_is_learned_from_a_decision_but_it_can_be_set(more: list[str]) -> None:
    asked = ("sensitivity", "-g", "hedge", "--kind", "observe", "--kind", "do", *more)
    found = run(*asked, "--json").json
    seen, set_ = ({each["node"] for each in found[kind]} for kind in ("observe", "do"))
    assert "hedge" not in seen
    assert "hedge" in set_
    assert "china_policy" in seen
    learned, changed = run(*asked, "-q").out.split("Setting a node")
    assert "Hedge of the position" not in learned
    assert "Hedge of the position" in changed
