"""Whether data could tell an effect, asked of a model."""

import json

import pytest

import causal_model as cm
from causal_model.errors import QueryError
from causal_model.model import Model
from causal_model.questions.interventions.bounded import EffectLimits, Unbounded


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


def test_an_effect_that_data_can_tell_has_no_bounds(article: Model) -> None:
    found = cm.identify(article, "etf_flow", hidden=["tech_risk_sentiment"])
    assert found.bounds is None
    data = found.to_dict()
    assert data["bounds"] == data["contrasts"] == data["unused_instruments"] == []
    assert data["unbounded"] is None


def test_an_effect_that_no_data_can_tell_lies_within_bounds(article: Model) -> None:
    found = cm.identify(article, "miner_equities", hidden="tech_risk_sentiment")
    effects = cm.effects(article, "miner_equities")
    assert isinstance(found.bounds, EffectLimits)
    for each, own in zip(found.bounds.effects, effects.settings, strict=True):
        assert each.setting == own.setting
        assert each.states == own.event == ("strong_down", "down")
        assert each.in_graph == pytest.approx(own.event_done, abs=1e-12)
        assert each.lower < each.in_graph < each.upper
    for each, own in zip(found.bounds.contrasts, effects.contrasts, strict=True):
        assert each.baseline == effects.baseline
        assert 100 * each.in_graph == pytest.approx(own.event_change_pp, abs=1e-10)
        assert each.lower < each.in_graph < each.upper
    assert found.bounds.largest == found.bounds.contrasts[-1]
    used = {each for bound in found.bounds.effects for each in bound.by}
    assert used <= set(found.instruments)
    assert len(used) + len(found.bounds.unused) == len(found.instruments)


def test_bounds_hold_of_the_states_that_are_named_and_of_each_where_none_are_low(
    article: Model,
) -> None:
    hidden = ["tech_risk_sentiment"]
    named = cm.identify(
        article, "miner_equities", hidden=hidden, states=["up", "flat"], baseline="up"
    )
    data = named.to_dict()
    assert [each["states"] for each in data["bounds"]] == [["flat", "up"]] * 3
    assert [each["baseline"] for each in data["contrasts"]] == [{"miner_equities": "up"}] * 2
    plain = Model(article.network)
    apart = cm.identify(plain, "miner_equities", on="btc_return", hidden=hidden).to_dict()
    assert [each["states"] for each in apart["bounds"][:5]] == [
        [state] for state in article.states("btc_return")
    ]
    assert json.loads(json.dumps(apart, allow_nan=False)) == apart


def test_what_is_too_large_for_bounds_is_told(article: Model) -> None:
    hidden = ["tech_risk_sentiment", "china_policy", "us_export_terms"]
    nodes = [name for name in article.nodes if name not in (*hidden, "btc_return")]
    many = cm.identify(article, nodes[:8], hidden=hidden)
    assert isinstance(many.bounds, Unbounded)
    assert "combinations of states, at most 1,000 are bounded" in many.bounds.reason
    assert many.to_dict()["unbounded"] == many.bounds.reason
    assert many.to_dict()["bounds"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"of": "etf_flw"}, "Did you mean 'etf_flow'"),
        ({"of": "btc_return"}, "is the outcome"),
        ({"hidden": ["nothing"]}, "no node 'nothing'"),
        ({"states": "dwn"}, "no state 'dwn'. Did you mean 'down'"),
        ({"baseline": "inflw"}, "no state 'inflw'. Did you mean 'inflow'"),
        ({"hidden": ["etf_flow"]}, "'etf_flow' is what is set, and must be observed"),
        ({"hidden": "btc_return"}, "'btc_return' is the outcome, and must be observed"),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    article: Model, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        cm.identify(article, **{"of": "etf_flow", **arguments})  # type: ignore[arg-type]
