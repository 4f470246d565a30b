"""`causal-model counterfactual` as a shell sees it."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run

SQUAD = str(Path(__file__).parents[2] / "fixtures" / "published" / "firing_squad.yaml")
HALTED = ("--given", "china_h200_orders=halted", "--given", "btc_return=down")
RESUMED = ("counterfactual", *HALTED, "--do", "china_h200_orders=resumed")
FLOW = ("counterfactual", "--given", "etf_flow=outflow", "--given", "btc_return=down")
INFLOW = (*FLOW, "--do", "etf_flow=inflow")


def test_the_table_has_both_worlds_and_names_what_it_rests_on() -> None:
    done = run(*RESUMED)
    assert done.code == 0
    assert "Bitcoin over the week" in done.out
    assert re.search(r"^down +100\.0 % +\d+\.\d % +-\d+\.\d pp", done.out, re.MULTILINE)
    assert re.search(
        r"^P\(strong down or down\) is 100\.0 %, and would have been", done.out, re.MULTILINE
    )
    assert "Had china_h200_orders=resumed. P(evidence) = 0.0" in done.out
    assert "ordinal response" in done.out
    assert "Tech and AI risk sentiment" in done.out
    assert "Was Chinese H200 orders = halted, rather than resumed, the cause" in done.out
    assert "at least" not in done.out
    assert "not a forecast" in done.err


def test_bounds_say_whether_they_are_sharp() -> None:
    sharp = run(*INFLOW, "--bounds").out
    assert "sharp bounds over all responses" in sharp
    assert "outer" not in sharp
    outer = run(*RESUMED, "--bounds").out
    assert "outer bounds over all responses" in outer
    assert "sharp bounds" not in outer


def test_json_has_all_numbers_unrounded() -> None:
    data = run(*INFLOW, "--bounds", "--json").json
    assert data["schema_version"] == 1
    assert data["do"] == {"etf_flow": "inflow"}
    assert [each["node"] for each in data["findings"]] == ["etf_flow", "btc_return"]
    assert data["response"] == "comonotone"
    assert data["coupled"] == ["btc_return"]
    answer = data["targets"]["btc_return"]
    assert sum(answer["counterfactual"].values()) == pytest.approx(1)
    assert answer["factual"]["down"] == 1
    assert answer["event"]["states"] == ["strong_down", "down"]
    assert answer["event"]["bounds"]["sharp"] is True
    cause = answer["causation"]
    assert (cause["node"], cause["present"], cause["absent"]) == ("etf_flow", "outflow", "inflow")
    assert cause["bounds"]["necessity"]["lower"] <= cause["necessity"] + 1e-9


def test_csv_is_one_table_of_plain_numbers() -> None:
    text = run(*INFLOW, "--bounds", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["part"] for row in rows] == ["state"] * 5 + ["event"] + ["cause"] * 3
    assert {row["bounds"] for row in rows} == {"sharp"}
    data = run(*INFLOW, "--bounds", "--json").json["targets"]["btc_return"]
    assert float(rows[1]["counterfactual"]) == data["counterfactual"]["down"]
    assert float(rows[6]["counterfactual"]) == data["causation"]["necessity"]
    assert rows[6]["factual"] == ""


def test_markdown_says_what_it_rests_on() -> None:
    text = run(*INFLOW, "--format", "md").out
    assert text.count("**") == 4
    assert sum(line.startswith("|---") for line in text.splitlines()) == 2
    assert "ordinal response" in text


def test_it_can_be_told_in_chinese() -> None:
    done = run(*INFLOW, "--bounds", "--lang", "zh-Hant")
    assert done.code == 0
    assert "比特幣一週表現" in done.out
    assert "假如 etf_flow=inflow" in done.out
    assert not re.search(r"\b(state|change|sharp|outer|would|cause|response)\b", done.out)
    assert run(*INFLOW, "--lang", "zh-Hant", "--json").out == run(*INFLOW, "--json").out


def test_deterministic_tables_leave_no_response_open() -> None:
    asked = ("--given", "prisoner=dead", "--given", "rifleman_a=shoots", "--do", "rifleman_a=holds")
    done = run("counterfactual", "-g", SQUAD, *asked, "--states", "dead")
    assert done.code == 0
    assert re.search(r"^dead +100\.0 % +100\.0 %", done.out, re.MULTILINE)
    assert "No response is left open" in done.out
    assert re.search(r"^necessary: .* 0\.0 %$", done.out, re.MULTILINE)
    assert re.search(r"^sufficient: .* 100\.0 %$", done.out, re.MULTILINE)


def test_a_probability_without_answer_is_a_dash() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    asked = ("-g", "chain.yaml", "--given", "a=y", "--do", "a=x")
    done = run("counterfactual", *asked)
    # b copies a, and its low state is x, which y never goes with.
    assert done.code == 0
    assert re.search(r"^necessary: .* -$", done.out, re.MULTILINE)
    assert "No answer (-)" in done.out
    assert run("counterfactual", *asked, "--json").json["targets"]["b"]["causation"]["both"] == 0


def test_states_without_order_are_told() -> None:
    text = Path(write_street()).read_text(encoding="utf-8")
    assert "ordered: no" not in text
    Path("plain.yaml").write_text(
        json.dumps(
            {
                "schema_version": 1,
                "id": "plain",
                "title": "Plain",
                "nodes": {
                    "x": {"states": ["a", "b"], "table": rows({}, [0.5, 0.5], "ab")},
                    "y": {
                        "states": ["r", "s", "t"],
                        "ordered": False,
                        "parents": {"x": {"sign": "mixed"}},
                        "table": {
                            "form": "table",
                            "rows": [
                                {"given": {"x": "a"}, "p": {"r": 0.2, "s": 0.3, "t": 0.5}},
                                {"given": {"x": "b"}, "p": {"r": 0.5, "s": 0.3, "t": 0.2}},
                            ],
                        },
                    },
                },
            }
        ),
        encoding="utf-8",
    )
    asked = ("-g", "plain.yaml", "--target", "y", "--given", "x=a", "--given", "y=t", "--do", "x=b")
    done = run("counterfactual", *asked)
    assert "An arbitrary choice for y" in done.out
    assert run("counterfactual", *asked, "--json").json["arbitrary"] == ["y"]
    assert "Was x" not in done.out
    # By hand: P(y = t | b) is 0.2 and P(y = t | a) is 0.5, so of those that were t at most 0.2 / 0.5.
    bounds = run("counterfactual", *asked, "--bounds", "--json").json["targets"]["y"]["bounds"]
    assert bounds["t"]["upper"] == pytest.approx(0.4)
    assert bounds["t"]["lower"] == pytest.approx(0)


def rows(given: dict[str, str], numbers: list[float], states: str) -> dict[str, object]:
    return {"form": "table", "rows": [{"p": dict(zip(states, numbers, strict=True))}]}


def test_impossible_evidence_ends_with_one() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    done = run(
        *("counterfactual", "-g", "chain.yaml", "--do", "a=x"),
        *("--given", "a=x", "--given", "b=y"),
    )
    assert done.code == 1
    assert "cannot hold together: a=x, b=y" in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--do NODE=STATE"),
        (["--given", "etf_flow=flat"], "--do NODE=STATE"),
        (["--do", "etf_flw=flat"], "Did you mean 'etf_flow'?"),
        (["--do", "etf_flow=flta"], "Did you mean 'flat'?"),
        (["--do", "etf_flow!=flat"], "only --given takes"),
        (["--do", "etf_flow"], "expected NODE=STATE"),
        (["--do", "etf_flow=flat", "--do", "etf_flow=inflow"], "contradict"),
        (["--do", "etf_flow=flat", "--belief", "nasdaq_return=neutral:1"], "Use a likelihood"),
        (["--do", "etf_flow=flat", "--target", "btc_retrun"], "Did you mean 'btc_return'?"),
        (["--do", "etf_flow=flat", "--states", "donw"], "Did you mean 'down'?"),
        (["--do", "etf_flow=flat", "--states", ""], "no state ''"),
        (["--do", "etf_flow=flat", "-g", "."], "no shipped graph"),
        (["--do", "etf_flow=flat", "-g", "missing.yaml"], "No such file"),
        (["--evidence", "empty.yaml"], "--do NODE=STATE"),
        (["--do", "etf_flow=flat", "--likelihood", "nasdaq_return=neutral:nan"], "nan"),
        (["--do", "etf_flow=flat", "--max-memory", "much"], "no size"),
        (
            [*HALTED, "--do", "china_h200_orders=resumed", "--max-memory", "10KB"],
            "allow more with --max-memory",
        ),
    ],
)
def test_what_cannot_be_asked_ends_with_two(arguments: list[str], told: str) -> None:
    Path("empty.yaml").write_text("", encoding="utf-8")
    done = run("counterfactual", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_a_likelihood_that_no_weight_holds_apart() -> None:
    asked = ("--likelihood", "btc_return=down:1e-300,up:1e-300", "--do", "etf_flow=inflow")
    done = run("counterfactual", *asked, "--bounds", "--json")
    assert done.code == 0
    factual = done.json["targets"]["btc_return"]["factual"]
    assert factual["down"] + factual["up"] == pytest.approx(1)


def test_what_was_seen_and_what_is_set_may_come_from_files() -> None:
    Path("seen.yaml").write_text("given: {etf_flow: outflow, btc_return: down}\n", encoding="utf-8")
    Path("other.yaml").write_text("do: {etf_flow: inflow}\n", encoding="utf-8")
    files = ("--evidence", "seen.yaml", "--evidence", "other.yaml")
    assert run("counterfactual", *files, "--json").json == run(*INFLOW, "--json").json


def test_what_was_seen_not_to_happen_has_no_cause() -> None:
    asked = ("--given", "etf_flow=outflow", "--do", "etf_flow=inflow")
    for seen in ("btc_return=up", "btc_return=flat"):
        done = run("counterfactual", "--given", seen, *asked)
        assert done.code == 0
        assert "Was " not in done.out
    assert "Was " in run("counterfactual", "--given", "btc_return=down", *asked).out
