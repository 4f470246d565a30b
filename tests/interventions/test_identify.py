"""Whether data could tell an effect, asked of a model."""

import json

import pytest

import causal_model as cm
from causal_model.errors import QueryError
from causal_model.model import Model


@pytest.fixture(scope="module")
def article() -> Model:
    return cm.load("article")


def test_with_everything_observed_the_parents_do(article: Model) -> None:
    found = cm.identify(article, "china_h200_orders")
    assert found.way == "back door"
    assert found.back_door.sets == (("china_policy", "us_export_terms"),)
    assert str(found.formula) == (
        "Σ_{china_policy, us_export_terms} P(btc_return | china_h200_orders, china_policy,"
        " us_export_terms) P(china_policy, us_export_terms)"
    )


def test_hidden_nodes_are_in_no_set_and_may_leave_no_way(article: Model) -> None:
    found = cm.identify(article, "etf_flow", hidden="tech_risk_sentiment")
    assert all("tech_risk_sentiment" not in each for each in found.back_door.sets)
    assert ("multi_asset_risk_budget", "crypto_sentiment") in found.back_door.sets
    assert all("tech_risk_sentiment" not in each.given for each in found.implied.found)
    hidden = ["china_policy", "us_export_terms"]
    lost = cm.identify(article, "china_h200_orders", hidden=hidden)
    assert not lost.identified
    assert lost.way is None
    assert lost.formula is None
    assert lost.hedge == ("china_h200_orders", "ai_buildout_cost", "nvda_china_revenue")


def test_where_neither_criterion_helps_a_formula_may(article: Model) -> None:
    found = cm.identify(article, "china_h200_orders", hidden=["china_policy"])
    assert found.way == "formula"
    assert found.back_door.sets == found.front_door.sets == ()
    assert found.formula is not None
    assert "china_policy" not in found.formula.nodes
    # No more is asked for than is needed.
    assert len(found.formula.nodes) < 10


def test_no_path_is_no_effect(article: Model) -> None:
    found = cm.identify(article, "nvda_guidance")
    assert found.way == "no effect"
    assert str(found.formula) == "P(btc_return)"


def test_several_nodes_together(article: Model) -> None:
    found = cm.identify(article, ["china_policy", "us_export_terms"])
    assert found.way == "back door"
    assert found.back_door.sets == ((),)
    assert found.front_door.sets == ()
    assert found.instruments == ()


def test_the_answer_is_one_value_for_programs(article: Model) -> None:
    found = cm.identify(article, "etf_flow", hidden=["tech_risk_sentiment"])
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["schema_version"] == 1
    assert data["identified"] is True
    assert data["back_door"]["complete"] is True
    assert {
        "node": "china_policy",
        "given": ["multi_asset_risk_budget", "crypto_sentiment"],
    } in data["instruments"]
    assert data["free"] == []
    assert "identified, 2 back-door sets" in repr(found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"of": "etf_flw"}, "Did you mean 'etf_flow'"),
        ({"of": "btc_return"}, "is the outcome"),
        ({"hidden": ["nothing"]}, "no node 'nothing'"),
        ({"hidden": ["etf_flow"]}, "'etf_flow' is what is set, and must be observed"),
        ({"hidden": "btc_return"}, "'btc_return' is the outcome, and must be observed"),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    article: Model, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        cm.identify(article, **{"of": "etf_flow", **arguments})  # type: ignore[arg-type]
