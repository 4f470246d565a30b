"""`causal-model decide`: tables, formats, languages, exit codes, and what cannot be asked."""

import csv
import io
from pathlib import Path

import pytest

import causal_model as cm
from tests.cli.graphs import write_chain
from tests.cli.shell import run
from tests.decisions.files import LIGHT, write_graph

WILDCATTER = str(
    Path(__file__).parents[2] / "fixtures" / "published" / "decisions" / "wildcatter.yaml"
)


def test_the_table_shows_every_option_and_what_is_worth_knowing() -> None:
    ran = run("decide", "-g", "hedge", "--given", "china_policy=hard_mandate")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == (
        "Hedge of the position: expected utility of each option (percent of the position)"
    )
    (best,) = [line for line in lines if line.split()[-1:] == ["best"]]
    assert best.split() == ["full", "-0.5", "0", "best"]
    assert "Expected utility of the best policy = -0.5 percent of the position." in ran.out
    assert "Gain or loss of the position (elicited)" in ran.out
    assert "Worth nothing: Demand for AI compute" in ran.out
    assert "a forecast" in ran.err


def test_json_is_what_python_gives() -> None:
    ran = run("decide", "-g", WILDCATTER, "--do", "test=yes", "--json", "-q")
    assert ran.code == 0
    assert ran.err == ""
    model = cm.load(WILDCATTER)
    assert ran.json == cm.decide(model, do={"test": "yes"}).to_dict()


def csv_of(*arguments: str) -> list[dict[str, str]]:
    ran = run("decide", *arguments, "--format", "csv", "-q")
    assert (ran.code, ran.err) == (0, "")
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_csv_is_one_table_of_all_numbers() -> None:
    rows = csv_of("-g", WILDCATTER)
    assert [each["part"] for each in rows] == [
        "policy",
        *["option"] * (2 + 3 * 2 * 2),
        "node",
        "together",
    ]
    (first, second), later = rows[1:3], rows[3:-2]
    assert [(each["item"], each["choice"]) for each in (first, second)] == [
        ("no", ""),
        ("yes", "best"),
    ]
    assert float(first["expected_utility"]) == pytest.approx(20)
    assert {each["decision"] for each in later} == {"drill"}
    drilled = {each["given"] for each in later if each["item"] == "yes" and each["choice"]}
    # Without a test the hole is drilled whatever the soundings would say.
    assert drilled == {
        *(f"seismic={each}, test=no" for each in ("diffuse", "open", "closed")),
        *(f"seismic={each}, test=yes" for each in ("open", "closed")),
    }
    assert {(each["given"][-2:], each["earlier"]) for each in later} == {
        ("no", "told"),
        ("es", "policy"),
    }
    node = rows[-2]
    assert (node["decision"], node["item"], node["best_option_then"]) == ("test", "oil", "")
    assert float(rows[-1]["worth"]) == float(node["worth"]) == pytest.approx(32.5)
    known = csv_of("-g", WILDCATTER, "--know", "oil", "--before", "drill")
    (learned,) = [each for each in known if each["part"] == "learned"]
    assert learned["item"] == "oil"
    assert float(learned["worth"]) == pytest.approx(32.5)


def test_csv_says_the_same_in_all_languages() -> None:
    assert csv_of("-g", "hedge", "--lang", "zh-Hant") == csv_of("-g", "hedge")


def test_cases_that_cannot_be_are_counted_and_those_off_the_policies_marked() -> None:
    write_graph(Path("light.yaml"), LIGHT)
    ran = run("decide", "-g", "light.yaml")
    cases = [line for line in ran.out.splitlines() if line.startswith("light: ")]
    assert [line.split()[1:4] for line in cases] == [["on", "**", "0.0"], ["off", "100.0", "%"]]
    assert "\n** The best policies do not lead there: earlier decisions" in ran.out
    assert "Left out, as it cannot be: 1 case." in ran.out
    _, second = run("decide", "-g", "light.yaml", "--json", "-q").json["policies"]
    assert [case["earlier"] for case in second["cases"]] == ["any", None, "policy"]
    assert (
        "不可能出現的 1 種情況從略。" in run("decide", "-g", "light.yaml", "--lang", "zh-Hant").out
    )
    ran = run("decide", "-g", WILDCATTER)
    assert [line.count(" *") for line in ran.out.splitlines() if "seismic: " in line] == [1, 0] * 3
    assert "\n* The best policies do not lead there: this is what" in ran.out
    assert "Left out" not in ran.out


def test_knowing_a_node_is_shown_with_what_it_gains() -> None:
    ran = run("decide", "-g", "hedge", "--know", "china_policy", "--format", "md")
    assert ran.code == 0
    assert "| China's policy: hard mandate | 17.0 % | full |" in ran.out
    gained = "That is 0.07354 percent of the position more than without knowing China's policy."
    assert gained in ran.out
    ran = run("decide", "-g", "hedge", "--know", "ai_compute_demand")
    assert "Knowing Demand for AI compute gains nothing." in ran.out
    ran = run("decide", "-g", WILDCATTER, "--know", "oil", "--given", "oil=wet")
    assert "Known anyway: " in ran.out


def test_where_nothing_is_worth_knowing_a_sentence_says_so() -> None:
    ran = run("decide", "-g", "hedge", "--know", "btc_return")
    assert "What it is worth" not in ran.out
    assert "\nWorth nothing to be known before Hedge of the position: China's policy, " in ran.out
    ran = run("decide", "-g", WILDCATTER, "--know", "oil")
    assert "What it is worth" not in ran.out
    assert ran.out.splitlines()[-1].startswith("Not to be known before ")


def test_labels_and_words_in_chinese() -> None:
    ran = run("decide", "-g", "hedge", "--know", "china_policy", "--lang", "zh-Hant")
    assert ran.code == 0
    assert "部位避險:各選項的期望效用 (部位百分比)" in ran.out
    assert "中國政策: 硬性規定" in ran.out
    assert "主觀估計" in ran.out
    english = run("decide", "-g", "hedge", "--know", "china_policy").out
    assert len(ran.out.splitlines()) == len(english.splitlines())


def test_everything_decided_leaves_an_expected_utility() -> None:
    ran = run("decide", "-g", WILDCATTER, "--do", "test=no", "--do", "drill=yes")
    assert ran.code == 0
    assert "20" in ran.out.split()
    assert "Expected utility = 20 thousand dollars." in ran.out
    assert (
        run("decide", "-g", WILDCATTER, "--do", "test=no", "--do", "drill=yes", "--json").code == 0
    )


def test_equal_options_are_said_to_be_as_good() -> None:
    write_chain({"a": ["x", "y"]}, path=Path("a.yaml"))
    text = Path("a.yaml").read_text(encoding="utf-8")
    nodes = (
        '"d": {"kind": "decision", "states": ["left", "right", "back"]},'
        ' "u": {"kind": "utility", "parents": ["d"], "table": {"rows": ['
        '{"given": {"d": ["left", "right"]}, "value": 1}, {"given": {"d": "back"}, "value": 0}]}},'
    )
    Path("a.yaml").write_text(text.replace('"a": {', f'{nodes} "a": {{', 1), encoding="utf-8")
    ran = run("decide", "-g", "a.yaml")
    assert ran.code == 0, ran.err
    choices = [line.split()[3:] for line in ran.out.splitlines()[3:6]]
    assert choices == [["best"], ["as", "good"], []]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "'article' has no decision, so there is nothing to decide"),
        (["-g", WILDCATTER, "--before", "oil"], 2, "no decision 'oil'"),
        (["-g", WILDCATTER, "--know", "seismic"], 2, "may depend on what is decided at 'test'"),
        (["-g", WILDCATTER, "--given", "seismic=open"], 2, "may depend on what is decided"),
        (["-g", "hedge", "--know", "position"], 2, "'position' is a utility"),
        (["-g", WILDCATTER, "--given", "test=yes"], 2, "'test' is a decision"),
        (["-g", WILDCATTER, "--do", "test=maybe"], 2, "no state 'maybe'"),
        (["-g", "hedge", "--given", "reward=3"], 2, "no node 'reward'"),
        (["-g", "hedge", "-o", "x.gif"], 2, "gif"),
        (["-g", "nowhere.yaml"], 2, "nowhere.yaml"),
    ],
)
def test_what_cannot_be_asked(arguments: list[str], code: int, told: str) -> None:
    ran = run("decide", *arguments)
    assert ran.code == code
    assert told in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_impossible_evidence_ends_with_1() -> None:
    given = [
        "h200_supply_ex_china=tight",
        "ai_compute_demand=strong",
        "gpu_rental_price=falls_sharply",
    ]
    ran = run("decide", "-g", "hedge", *(part for each in given for part in ("--given", each)))
    assert ran.code == 1
    assert "cannot hold together" in ran.err


def test_show_tells_decisions_and_utilities_apart() -> None:
    ran = run("show", "-g", WILDCATTER)
    told = {line.split()[0]: line.split()[2] for line in ran.out.splitlines()[3:] if line}
    assert told["drill"] == "decision"
    assert told["reward"] == "utility"
    ran = run("show", "-g", WILDCATTER, "drill", "reward")
    assert "holds until somebody decides" in ran.out
    assert "Known when it is decided: seismic, test." in ran.out
    assert ["no", "dry", "0"] in [line.split() for line in ran.out.splitlines()]
    data = run("show", "-g", WILDCATTER, "reward", "--json").json
    assert data["nodes"] == []
    assert data["utilities"][0]["values"] == [[0, 0, 0], [-70, 50, 200]]


def test_convert_names_what_it_leaves_behind() -> None:
    ran = run("convert", WILDCATTER, "out.bif")
    assert ran.code == 0
    assert "2 utilities, 2 decisions (their status quo is kept)" in ran.err
    assert run("query", "-g", "out.bif", "--target", "oil").code == 0


def test_data_do_not_teach_a_decision() -> None:
    Path("binning.yaml").write_text(
        "schema_version: 1\nsource: raiffa1968\nlearn: [drill]\nnodes: {drill: {column: drill}}\n",
        encoding="utf-8",
    )
    Path("rows.csv").write_text("drill\nyes\n", encoding="utf-8")
    options = ["--data", "rows.csv", "--binning", "binning.yaml", "-o", "out.yaml"]
    ran = run("learn", "-g", WILDCATTER, *options)
    assert ran.code == 2
    assert ran.err.count("error[L001]") == 2
    assert not Path("out.yaml").exists()
