"""`causal-model show --strength`: what hangs on every arrow."""

import csv
import io

import pytest

import causal_model as cm
from tests.cli.shell import run


def test_every_arrow_has_a_row_and_the_outcome_decides_the_order() -> None:
    text = run("show", "--strength", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    model = cm.load("article")
    assert {(row["parent"], row["child"]) for row in rows} == set(model.strengths)
    effects = [float(row["outcome_average"]) for row in rows]
    assert effects == sorted(effects, reverse=True)
    first = rows[0]
    assert (first["parent"], first["child"], first["sign"]) == (
        "etf_flow",
        "btc_return",
        "positive",
    )
    strength = model.strengths[("etf_flow", "btc_return")]
    assert float(first["average"]) == strength.average
    assert strength.outcome is not None
    assert float(first["outcome_low_pp"]) == strength.outcome.low_points


def test_a_node_is_shown_with_the_arrows_into_it() -> None:
    done = run("show", "btc_return", "--strength")
    assert done.code == 0
    assert "etf_flow -> btc_return" in done.out
    assert "china_policy ->" not in done.out
    assert "P(strong down or down)" in done.out
    # The table of the node comes first, as without the option.
    assert done.out.startswith(run("show", "btc_return").out)


def test_json_carries_the_strengths() -> None:
    (node,) = run("show", "btc_return", "--json").json["nodes"]
    assert list(node["strength"]) == node["parents"]
    told = node["strength"]["etf_flow"]
    assert told["largest"] == pytest.approx(
        cm.load("article").strengths["etf_flow", "btc_return"].largest
    )
    assert set(told["outcome"]) == {"average", "largest", "shift", "low_points"}


def test_a_graph_that_is_too_wide_is_shown_without_strengths() -> None:
    done = run("show", "btc_return", "--json", "--max-memory", "1KB")
    assert done.code == 0
    assert done.json["nodes"][0]["strength"] is None
    asked = run("show", "--strength", "--max-memory", "1KB")
    assert asked.code == 2
    assert "memory" in asked.err


def test_it_can_be_told_in_chinese() -> None:
    done = run("show", "--strength", "--lang", "zh-Hant")
    assert done.code == 0
    assert "等級移動" in done.out
    assert "P(大跌或下跌)" in done.out
