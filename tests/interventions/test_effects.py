"""Effects asked of a model: what is compared with what, what may be known, and how changes split."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import causal_model as cm
from causal_model.errors import EvidenceError, ImpossibleEvidence, QueryError, TooLarge
from causal_model.model import Model
from causal_model.network import Network, Variable
from causal_model.questions.interventions import effects as module

DECISIONS = Path(__file__).parents[2] / "fixtures" / "published" / "decisions"
WILDCATTER = DECISIONS / "wildcatter.yaml"


@pytest.fixture(scope="module")
def article() -> Model:
    return cm.load("article")


@pytest.fixture(scope="module")
def kidney() -> Model:
    """Stones of two sizes, two treatments: the larger stones got the better one."""
    recovers = np.array([[[0.07, 0.93], [0.27, 0.73]], [[0.13, 0.87], [0.31, 0.69]]])
    return Model(
        Network.of(
            [
                Variable("size", ("small", "large")),
                Variable("treatment", ("a", "b")),
                Variable("recovered", ("no", "yes")),
            ],
            {"treatment": ["size"], "recovered": ["treatment", "size"]},
            {
                "size": np.array([0.51, 0.49]),
                "treatment": np.array([[0.24, 0.76], [0.77, 0.23]]),
                "recovered": recovers,
            },
        ),
        name="kidney",
    )


def test_doing_and_seeing_differ_by_confounding(kidney: Model) -> None:
    """Peters, Janzing & Schölkopf (2017), example 6.16: 0.832 when set to a, 0.782 to b."""
    found = cm.effects(kidney, "treatment", on="recovered", states="yes")
    a, b = found.settings
    assert a.done is not None
    assert a.seen is not None
    assert a.done["yes"] == pytest.approx(0.832, abs=5e-4)
    assert b.event_done == pytest.approx(0.782, abs=5e-4)
    assert a.event_seen is not None
    assert b.event_seen is not None
    assert a.event_seen < b.event_seen
    assert a.event_confounding_pp == pytest.approx(100 * (a.seen["yes"] - a.done["yes"]))
    assert found.structure.back_door == ("treatment", "<-", "size", "->", "recovered")
    assert found.baseline == {"treatment": "a"}
    assert a.event_change_pp == 0
    assert b.event_change_pp == pytest.approx(100 * (b.done["yes"] - a.done["yes"]))  # type: ignore[index]


def test_a_policy_is_left_to_chance(kidney: Model) -> None:
    policy = {"treatment": {"a": 0.75, "b": 0.25}}
    found = cm.effects(kidney, "treatment", on="recovered", policies=[policy], baseline="b")
    *hard, mixed = found.settings
    assert mixed.setting == policy
    assert mixed.seen is None
    assert mixed.done is not None
    a, b = (each.done or {} for each in hard)
    assert mixed.done["yes"] == pytest.approx(0.75 * a["yes"] + 0.25 * b["yes"], abs=1e-12)
    assert found.contrasts == (hard[0], mixed)


def test_the_baseline_may_be_any_state_and_changes_are_against_it(article: Model) -> None:
    found = cm.effects(article, "china_policy", baseline="hard_mandate")
    low = {each.setting["china_policy"]: each.event_change_pp for each in found.settings}
    other = cm.effects(article, "china_policy", baseline={"china_policy": "brief_pause"})
    back = {each.setting["china_policy"]: each.event_change_pp for each in other.settings}
    assert low["hard_mandate"] == 0
    assert low["brief_pause"] == pytest.approx(-back["hard_mandate"])  # type: ignore[operator]


def test_several_nodes_are_set_in_all_combinations(article: Model) -> None:
    found = cm.effects(article, ["china_policy", "us_export_terms"])
    assert len(found.settings) == 9
    for each in found.settings:
        asked = article.query(do={n: s for n, s in each.setting.items() if isinstance(s, str)})
        assert each.done == pytest.approx(dict(asked["btc_return"]), abs=1e-12)


def test_findings_are_evidence_after_the_setting(article: Model) -> None:
    given = {"nvda_guidance": "cut"}
    found = cm.effects(article, "china_h200_orders", given=given)
    assert found.structure.post_treatment == ("nvda_guidance",)
    for each in found.settings:
        state = each.setting["china_h200_orders"]
        assert isinstance(state, str)
        done = article.query(do={"china_h200_orders": state}, given=given)
        seen = article.query(given={"china_h200_orders": state, **given})
        assert each.done == pytest.approx(dict(done["btc_return"]), abs=1e-12)
        assert each.seen == pytest.approx(dict(seen["btc_return"]), abs=1e-12)
        assert each.log_evidence == pytest.approx(done.log_evidence_probability)


def test_beliefs_are_held_under_every_setting(article: Model) -> None:
    belief = {"miner_equities": {"down": 0.6, "flat": 0.3, "up": 0.1}}
    found = cm.effects(article, "china_policy", belief=belief)
    for each in found.settings:
        state = each.setting["china_policy"]
        assert isinstance(state, str)
        done = article.query(do={"china_policy": state}, belief=belief)
        assert each.done == pytest.approx(dict(done["btc_return"]), abs=1e-9)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ("china_policy", {}),
        ("china_policy", {"do": {"etf_flow": "flat"}}),
        ("china_policy", {"given": {"btc_nasdaq_coupling": "strong"}}),
        ("china_policy", {"belief": {"us_export_terms": {"open": 0.2, "blocked": 0.8}}}),
        ("miner_equities", {}),
        (["china_policy", "us_export_terms"], {"excluded": {"btc_nasdaq_coupling": "weak"}}),
    ],
)
def test_shares_of_channels_sum_to_every_change(
    article: Model, of: str | list[str], told: dict[str, dict[str, str]]
) -> None:
    found = cm.effects(article, of, channels=True, **told)  # type: ignore[arg-type]
    for each in found.contrasts:
        assert each.channels is not None
        assert each.change_pp is not None
        parts = [*each.channels.shares.values(), each.channels.other]
        assert math.fsum(parts) == pytest.approx(each.channels.total, abs=1e-10)
        assert each.channels.total == pytest.approx(each.event_change_pp, abs=1e-9)
        for state, shares in each.channels.by_state.items():
            assert math.fsum(shares.values()) == pytest.approx(each.change_pp[state], abs=1e-9)
    (start,) = [each for each in found.settings if each not in found.contrasts]
    assert start.channels is None


def test_channels_on_the_way_are_used_and_otherwise_first_arrows(article: Model) -> None:
    named = cm.effects(article, "china_policy", channels=True).channels
    assert named is not None
    assert named.by == "name"
    assert set(named.arrows) == {"gpu", "risk_budget", "etf_flow"}
    assert "tech_risk_sentiment" in named.witnesses
    cut = cm.effects(article, "china_policy", channels=True, do={"etf_flow": "flat"}).channels
    assert cut is not None
    assert set(cut.arrows) == {"gpu", "risk_budget"}
    ways = cm.effects(article, "crypto_sentiment", channels=True).channels
    assert ways is not None
    assert ways.by == "first arrow"
    assert ways.arrows == {"btc_return": (("crypto_sentiment", "btc_return"),)}
    assert ways.witnesses == ()


def test_a_policy_splits_as_what_it_may_give(article: Model) -> None:
    policy = {"china_policy": {"soft_mandate": 0.4, "hard_mandate": 0.6}}
    found = cm.effects(article, "china_policy", policies=[policy], channels=True)
    soft, hard, mixed = found.contrasts
    assert soft.channels is not None
    assert hard.channels is not None
    assert mixed.channels is not None
    for name, share in mixed.channels.shares.items():
        expected = 0.4 * soft.channels.shares[name] + 0.6 * hard.channels.shares[name]
        assert share == pytest.approx(expected, abs=1e-12)
    assert mixed.channels.total == pytest.approx(mixed.event_change_pp, abs=1e-9)


def test_what_has_no_order_is_said_to_be_arbitrary(article: Model) -> None:
    assert article.graph is not None
    sentiment = article.graph.nodes["tech_risk_sentiment"].model_copy(update={"ordered": False})
    nodes = {**article.graph.nodes, "tech_risk_sentiment": sentiment}
    graph = article.graph.model_copy(update={"nodes": nodes})
    found = cm.effects(Model(article.network, graph), "china_policy", channels=True)
    assert found.channels is not None
    assert found.channels.unordered == ("tech_risk_sentiment",)


def test_impossible_findings_leave_a_gap_or_are_refused() -> None:
    network = Network.of(
        [Variable("x", ("no", "yes")), Variable("y", ("no", "yes")), Variable("s", ("no", "yes"))],
        {"y": ["x"], "s": ["x"]},
        {
            "x": np.array([0.5, 0.5]),
            "y": np.array([[0.9, 0.1], [0.4, 0.6]]),
            "s": np.array([[1.0, 0.0], [0.3, 0.7]]),
        },
    )
    model = Model(network)
    found = cm.effects(model, "x", on="y", given={"s": "yes"}, baseline="yes")
    no, yes = found.settings
    assert no.done is None
    assert no.change_pp is None
    assert no.log_evidence == -math.inf
    assert yes.done is not None
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["settings"][0]["done"] is None
    assert len(found.to_frame()) == 4
    sure = Model(network.do({"s": 0}))
    with pytest.raises(ImpossibleEvidence):
        cm.effects(sure, "x", on="y", given={"s": "yes"})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"of": "chna_policy"}, QueryError, "Did you mean 'china_policy'"),
        ({"of": "btc_return"}, QueryError, "is the outcome"),
        ({"of": []}, QueryError, "no target"),
        ({"baseline": "harsh"}, QueryError, "no state 'harsh'"),
        ({"baseline": {"etf_flow": "flat"}}, QueryError, "which is not set"),
        ({"of": ["china_policy", "etf_flow"], "baseline": "flat"}, QueryError, "of which of them"),
        ({"states": "sideways"}, QueryError, "no state 'sideways'"),
        ({"policies": [{"etf_flow": {"flat": 1.0}}]}, QueryError, "not set"),
        ({"policies": [{"china_policy": {"harsh": 1.0}}]}, QueryError, "no state 'harsh'"),
        ({"policies": [{"china_policy": {"hard_mandate": 0.4}}]}, QueryError, "sum to 0.4"),
        (
            {"policies": [{"china_policy": {"hard_mandate": math.nan}}]},
            QueryError,
            "is no probability",
        ),
        ({"given": {"china_policy": "hard_mandate"}}, EvidenceError, "each of its states in turn"),
        ({"given": {"btc_return": "down"}}, EvidenceError, "use counterfactual"),
        (
            {"belief": {"btc_return": {"down": 0.5, "up": 0.5}}},
            EvidenceError,
            "where its posterior is given nothing can change it",
        ),
        ({"channels": True, "given": {"etf_flow": "flat"}}, QueryError, "below what is set"),
    ],
)
def test_questions_that_make_no_sense_are_refused_with_a_reason(
    article: Model, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    asked = {"of": "china_policy", **arguments}
    with pytest.raises(error, match=message):
        cm.effects(article, **asked)  # type: ignore[arg-type]


def test_too_many_combinations_are_refused(article: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SETTINGS", 8)
    with pytest.raises(QueryError, match="9 combinations of states; at most 8"):
        cm.effects(article, ["china_policy", "us_export_terms"])
    with pytest.raises(TooLarge):
        cm.effects(Model(article.network, article.graph, max_memory=1), "china_policy")


def test_an_undecided_decision_stays_where_it_is_unless_it_is_set() -> None:
    found = cm.effects(cm.load(WILDCATTER), "test", on="seismic")
    assert [(each.node, each.kind) for each in found.findings] == [("drill", "do")]
    no, yes = (each.done for each in found.settings)
    assert no == pytest.approx({"diffuse": 0.34, "open": 0.33, "closed": 0.33})
    # 0.5, 0.3 and 0.2 of dry, wet and soaking wells.
    assert yes == pytest.approx({"diffuse": 0.41, "open": 0.35, "closed": 0.24})


def test_the_answer_is_one_value_for_programs(article: Model) -> None:
    found = cm.effects(article, "china_policy", channels=True)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["schema_version"] == 1
    assert data["channels"]["assumption"] == "ordinal response"
    assert data["back_door_path"] is None
    assert [each["setting"]["china_policy"] for each in data["settings"]] == [
        "brief_pause",
        "soft_mandate",
        "hard_mandate",
    ]
    frame = found.to_frame()
    assert list(frame.columns) == [
        "china_policy",
        "state",
        "done",
        "change_pp",
        "seen",
        "confounding_pp",
    ]
    assert len(frame) == 15
    assert "china_policy=hard_mandate: +" in repr(found)


def test_what_is_seen_is_what_is_set_where_nothing_confounds(article: Model) -> None:
    found = cm.effects(article, "china_policy")
    assert found.structure.back_door is None
    for each in found.settings:
        assert each.seen == each.done
        assert set((each.confounding_pp or {}).values()) == {0.0}
