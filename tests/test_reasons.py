"""`cm.explain` from Python: what it takes over, what it refuses, and how it shows itself."""

from pathlib import Path

import pytest

import causal_model as cm
from tests.cli.graphs import write_street


@pytest.fixture(scope="module")
def article() -> cm.Model:
    return cm.load("article")


def test_what_a_model_assumes_is_explained_as_well(article: cm.Model) -> None:
    assumed = article.with_findings(given={"china_policy": "hard_mandate"})
    found = cm.explain(assumed, do={"etf_flow": "flat"})
    assert [each.finding.node for each in found.shares] == ["china_policy", "etf_flow"]
    told = {"given": {"china_policy": "hard_mandate"}, "do": {"etf_flow": "flat"}}
    again = cm.explain(article, **told)  # type: ignore[arg-type]
    assert found.to_dict() == again.to_dict()
    total = sum(each.share for each in found.shares)
    assert total == pytest.approx(found.after - found.before, abs=1e-12)


def test_what_would_be_without_a_finding_is_what_a_query_says(article: cm.Model) -> None:
    given = {"china_policy": "hard_mandate", "nasdaq_return": "risk_off"}
    found = cm.explain(article, given=given)
    for each in found.shares:
        others = {node: state for node, state in given.items() if node != each.finding.node}
        posterior = article.query(given=others)["btc_return"]
        expected = posterior["strong_down"] + posterior["down"]
        assert each.without == pytest.approx(expected, abs=1e-12)


def test_next_is_what_watch_puts_first(article: cm.Model) -> None:
    given = {"fear_greed_index": "fear"}
    found = cm.explain(article, given=given)
    first = cm.watch(article, given=given).watched[0]
    assert found.next is not None
    assert found.next.node == first.node
    assert found.next.information == pytest.approx(first.information, abs=1e-15)
    assert found.next.change == pytest.approx(first.change, abs=1e-15)


def test_signs_that_are_assumed_count_once(article: cm.Model) -> None:
    sign = {"etf_flow": {"outflow": 1.0, "flat": 0.5, "inflow": 0.25}}
    found = cm.explain(article.with_findings(likelihood=sign), given={"nasdaq_return": "neutral"})
    expected = article.query(likelihood=sign, given={"nasdaq_return": "neutral"})
    assert found.posterior == pytest.approx(dict(expected["btc_return"]))
    assert len(found.shares) == 2


def test_a_decision_that_nobody_makes_has_no_share() -> None:
    hedge = cm.load("hedge")
    found = cm.explain(hedge, given={"nasdaq_return": "risk_off"})
    assert [each.finding.node for each in found.shares] == ["nasdaq_return"]


def test_tables_by_their_kind(tmp_path: Path) -> None:
    found = cm.explain(cm.load(write_street(tmp_path)), given={"rain": "much"})
    assert found.basis is not None
    assert (found.basis.elicited, found.basis.counted, found.basis.defined) == (5, 1, 1)
    assert (
        "Of the 7 probability tables of this graph 1 rests on counts" in found.narrative()[-2].text
    )


def test_shows_itself(article: cm.Model) -> None:
    found = cm.explain(article, scenario="hard_mandate")
    told = "<Explanation of 'article': P(btc_return in strong_down, down) from 35.4% to 40.4% by 1"
    assert repr(found).startswith(told)
    assert found._repr_mimebundle_()["text/markdown"].startswith("With China's policy at")
    assert repr(cm.watch(article)).startswith("<Watch of 'article': 19 nodes are open; fear_greed")


def test_what_python_is_told_wrongly(article: cm.Model) -> None:
    with pytest.raises(cm.QueryError, match="nothing to explain"):
        cm.explain(article)
    with pytest.raises(cm.QueryError, match="orders is 1, expected 2"):
        cm.explain(article, orders=1, scenario="hard_mandate")
    with pytest.raises(cm.QueryError, match="no state of 'btc_return' is named"):
        cm.explain(article, states=[], scenario="hard_mandate")
    with pytest.raises(cm.QueryError, match="Did you mean 'down'"):
        cm.explain(article, states="donw", scenario="hard_mandate")
