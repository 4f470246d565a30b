"""The chart of a decision: which cases it shows, in which order, and what it says of them."""

from pathlib import Path

import pytest

import causal_model as cm
from causal_model import charts
from causal_model.charts import decisions
from causal_model.render.charts.values import Bars, Cell
from tests.decisions.files import LIGHT, write_graph

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "published" / "decisions"


def cases_of(model: cm.Model, decision: str, lang: str = "en") -> tuple[Cell, ...]:
    """The panel of a decision by what is known."""
    chart = charts.of_decided(model, cm.decide(model), lang)
    heading = decisions.WORDS[lang]["cases"].format(model.graph.label(decision, None, lang))  # type: ignore[union-attr]
    (panel,) = [each for each in chart.panels if each.heading.startswith(heading)]
    assert isinstance(panel, Bars)
    return panel.cells


def test_cases_stand_in_the_order_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    model = cm.load(PUBLISHED / "wildcatter.yaml")
    policy = cm.decide(model).policies[1]
    every = cases_of(model, "drill")
    assert len(every) == len(policy.cases) == 6
    assert [cell.bars[1].value for cell in every] == [
        case.expected_utility["yes"] for case in policy.cases
    ]
    # Where there is no room for all, the most probable ones are kept, and their order as well.
    monkeypatch.setattr(decisions, "MOST_CASES", 2)
    ranked = sorted(policy.cases, key=lambda case: case.probability)[-2:]
    kept = [case for case in policy.cases if case in ranked]
    assert [cell.bars[1].value for cell in cases_of(model, "drill")] == [
        case.expected_utility["yes"] for case in kept
    ]
    assert "drill" in " ".join(charts.of_decided(model, cm.decide(model)).remarks)


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_cases_off_the_policies_say_so_and_impossible_ones_are_counted(
    tmp_path: Path, lang: str
) -> None:
    model = cm.load(write_graph(tmp_path / "light.yaml", LIGHT))
    on, off = cases_of(model, "second", lang)
    words = decisions.WORDS[lang]
    assert on.under == words["any"].format("0.0 %")
    assert off.under == words["policy"].format("100.0 %")
    label = model.graph.label("second", None, lang)  # type: ignore[union-attr]
    chart = charts.of_decided(model, cm.decide(model), lang)
    assert words["impossible"].format(label, 1) in chart.remarks


def test_the_best_options_are_told_in_words_and_findings_by_their_labels() -> None:
    model = cm.load("hedge")
    found = cm.decide(model, know="fear_greed_index", given={"china_policy": "hard_mandate"})
    chart = charts.of_decided(model, found, said=["All is said."])
    assert "Given China's policy = hard mandate; P(evidence) = 0.17." in chart.told
    assert chart.told[-1] == "All is said."
    bars = [
        bar
        for panel in chart.panels[:-1]
        if isinstance(panel, Bars)
        for cell in panel.cells
        for bar in cell.bars
    ]
    assert {bar.strong for bar in bars} == {True, False}
    assert all(bar.strong == (bar.extra == "best") for bar in bars)


def test_nodes_without_room_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    model = cm.load("hedge")
    found = cm.decide(model)
    worthy = sum(each.value > 0 for each in found.information)
    assert worthy <= decisions.MOST_NODES
    assert charts.of_decided(model, found).remarks == ()
    monkeypatch.setattr(decisions, "MOST_NODES", worthy - 1)
    words = decisions.WORDS["en"]
    assert charts.of_decided(model, found).remarks == (words["one lesser"],)
    monkeypatch.setattr(decisions, "MOST_NODES", 4)
    assert charts.of_decided(model, found).remarks == (words["lesser"].format(worthy - 4),)
