"""Bounds of `causal-model effects --identify` as a shell sees them."""

import csv
import io
import re

from tests.cli.shell import run

UNTOLD = ("effects", "--identify", "--of", "miner_equities", "--hidden", "tech_risk_sentiment")


def test_an_effect_that_no_data_can_tell_has_bounds() -> None:
    done = run(*UNTOLD)
    shown = run(*UNTOLD, "--json").json
    assert [each["setting"]["miner_equities"] for each in shown["bounds"]] == ["down", "flat", "up"]
    lines = [re.split(" {2,}", line) for line in done.out.splitlines() if "strong down or" in line]
    for each, line in zip(shown["bounds"], lines[:3], strict=True):
        numbers = [f"{100 * each[name]:.1f} %" for name in ("lower", "upper", "value_in_graph")]
        state = each["setting"]["miner_equities"]
        assert line == [state, "strong down or down", *numbers, "Economics of AI hosting"]
    largest = shown["contrasts"][-1]
    assert largest["baseline"] == {"miner_equities": "down"}
    ends = [100 * largest[name] for name in ("lower", "upper", "value_in_graph")]
    assert (
        "moves P(Bitcoin over the week: strong down or down) by between {:+.1f} and {:+.1f} pp; in this"
        " graph by {:+.1f} pp. Not even the direction can be told.".format(*ends)
    ) in done.out
    assert "that it reaches Bitcoin over the week through Miner equities alone" in done.out
    assert "Cloud rental quotes: nothing beyond what Economics of AI hosting tells." in done.out
    chinese = run(*UNTOLD, "--lang", "zh-Hant").out
    assert "假設箭頭所述" in chinese
    assert "連方向亦無法得知" in chinese


def test_bounds_are_of_the_states_and_against_the_baseline_that_are_named() -> None:
    named = (*UNTOLD, "--states", "up", "--states", "strong_up", "--baseline", "flat")
    shown = run(*named, "--json").json
    assert {tuple(each["states"]) for each in shown["bounds"]} == {("up", "strong_up")}
    assert {each["baseline"]["miner_equities"] for each in shown["contrasts"]} == {"flat"}
    assert "the change against flat" in run(*named).out


def test_bounds_as_csv_are_those_of_the_json() -> None:
    rows = list(csv.DictReader(io.StringIO(run(*UNTOLD, "--format", "csv").out)))
    shown = run(*UNTOLD, "--json").json
    for way, part in (("bounds", "bounds"), ("contrast", "contrasts")):
        lines = [row for row in rows if row["way"] == way]
        numbers = [[float(row[name]) for name in ("lower", "upper")] for row in lines]
        assert numbers == [[each["lower"], each["upper"]] for each in shown[part]]
        assert {row["lower_by"] for row in lines} == {"ai_hosting_economics"}
        assert lines[-1]["setting"] == "miner_equities=up"


def test_where_even_the_joint_is_too_large_that_is_told_instead_of_bounds() -> None:
    done = run(*UNTOLD, "--max-memory", "1KB")
    assert done.code == 1
    assert "No bounds are given: this question would take about" in done.out
    assert run(*UNTOLD, "--max-memory", "1KB", "--json").json["bounds"] == []
