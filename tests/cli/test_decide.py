"""`causal-model decide`: tables, formats, languages, exit codes, and what cannot be asked."""

import csv
import io
from pathlib import Path

import pytest

import causal_model as cm
from tests.cli.graphs import write_chain
from tests.cli.shell import run

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


def test_csv_has_a_row_for_every_option_of_every_case_and_for_every_node() -> None:
    ran = run("decide", "-g", WILDCATTER, "--format", "csv", "-q")
    first, later, worth = ran.out.strip().split("\n\n")
    rows = list(csv.DictReader(io.StringIO(first)))
    assert [(each["option"], each["choice"]) for each in rows] == [("no", ""), ("yes", "best")]
    assert float(rows[0]["expected_utility"]) == pytest.approx(20)
    rows = list(csv.DictReader(io.StringIO(later)))
    assert len(rows) == 3 * 2 * 2
    assert {each["decision"] for each in rows} == {"drill"}
    drilled = {each["given"] for each in rows if each["option"] == "yes" and each["choice"]}
    # Without a test the hole is drilled whatever the soundings would say.
    assert drilled == {
        *(f"seismic={each}, test=no" for each in ("diffuse", "open", "closed")),
        *(f"seismic={each}, test=yes" for each in ("open", "closed")),
    }
    (row,) = csv.DictReader(io.StringIO(worth))
    assert (row["known_before"], row["best_option_then"]) == ("oil", "")
    assert float(row["worth"]) == pytest.approx(32.5)


def test_knowing_a_node_is_shown_with_what_it_gains() -> None:
    ran = run("decide", "-g", "hedge", "--know", "china_policy", "--format", "md")
    assert ran.code == 0
    assert "| China's policy: hard mandate | 17.0 % | full |" in ran.out
    assert "To know China's policy is worth 0.07354 of it." in ran.out


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
