"""`causal-model sensitivity` as a shell sees it."""

import csv
import io
from pathlib import Path

import pytest

import causal_model as cm
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
    assert run("sensitivity", "--pair", ENTRY, other).out.count("%") == 9
    # Two entries of one row leave no row where they sum to more than one.
    one_row = run("sensitivity", "--pair", other, "P(china_policy = hard_mandate)", "--json").json
    assert one_row["pair"]["function"]["one_row"]
    assert one_row["pair"]["answers"][2][2] is None


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
