"""What would have been, asked of graph files: published numbers, names, and what cannot be asked."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import causal_model as cm
from causal_model.network import Network, Variable
from causal_model.spec.evidence import Belief

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "published"

with (PUBLISHED / "numbers.csv").open(encoding="utf-8") as opened:
    PRINTED = list(csv.DictReader(opened))


def pairs(text: str) -> dict[str, str]:
    """Read ``a=x b=y``."""
    return dict(each.split("=", 1) for each in text.split())


@pytest.mark.parametrize(
    "line", PRINTED, ids=[f"{each['graph']}-{each['asked']}" for each in PRINTED]
)
def test_published_numbers(line: dict[str, str]) -> None:
    what, _, end = line["asked"].partition(" ")
    (answer,) = cm.counterfactual(
        cm.load(PUBLISHED / f"{line['graph']}.yaml"),
        line["target"],
        states=line["states"],
        bounds=bool(end),
        given=pairs(line["given"]),
        do=pairs(line["do"]),
    ).values()
    found: Any = answer.event_counterfactual if what == "event" else getattr(answer.causation, what)
    if end:
        assert answer.causation is not None
        found = getattr(answer.causation.bounds["both"], end)
        assert answer.causation.bounds["both"].sharp
    assert found == pytest.approx(float(line["published"]), abs=float(line["tolerance"]))


def test_every_published_graph_has_a_number() -> None:
    assert {path.stem for path in PUBLISHED.glob("*.yaml")} == {each["graph"] for each in PRINTED}


def test_deterministic_tables_leave_nothing_to_assume() -> None:
    model = cm.load(PUBLISHED / "firing_squad.yaml")
    found = cm.counterfactual(
        model, given={"prisoner": "dead"}, do={"rifleman_a": "holds"}, bounds=True
    )
    assert found.coupled == ()
    answer = found["prisoner"]
    assert answer.bounds["dead"].lower == answer.bounds["dead"].upper == 1
    assert answer.bounds["dead"].sharp


@pytest.fixture(scope="module")
def article() -> cm.Model:
    return cm.load("article")


def test_the_article_had_orders_resumed(article: cm.Model) -> None:
    given = {"btc_return": "down", "china_h200_orders": "halted"}
    found = cm.counterfactual(article, given=given, do={"china_h200_orders": "resumed"})
    answer = found["btc_return"]
    assert answer.factual["down"] == 1
    assert sum(answer.counterfactual.values()) == pytest.approx(1)
    # Resumed orders help, so bitcoin that fell would not have fallen further in most cases.
    assert answer.event == ("strong_down", "down")
    assert 0.5 < answer.event_counterfactual < 1
    assert found.evidence_probability == pytest.approx(
        article.query(given=given).evidence_probability
    )
    assert "china_policy" not in found.coupled
    assert {"tech_risk_sentiment", "btc_return"} <= set(found.coupled)
    assert found.arbitrary == ()


def test_without_evidence_below_it_is_a_query_with_do(article: cm.Model) -> None:
    given = {"china_policy": "hard_mandate"}
    found = cm.counterfactual(article, given=given, do={"etf_flow": "inflow"})
    asked = article.query(given=given, do={"etf_flow": "inflow"})
    assert dict(found["btc_return"].counterfactual) == pytest.approx(dict(asked["btc_return"]))
    assert dict(found["btc_return"].factual) == pytest.approx(
        dict(article.query(given=given)["btc_return"])
    )
    assert found.coupled == ()


def test_what_a_model_assumes_holds_in_the_world_as_it_is(article: cm.Model) -> None:
    """A do of the model is in force in both worlds, unless the other sets the node differently."""
    told = {"btc_return": "down"}
    assumed = article.with_findings(do={"etf_flow": "outflow"})
    found = cm.counterfactual(assumed, given=told, do={"etf_flow": "inflow"})
    seen = cm.counterfactual(
        article, given={**told, "etf_flow": "outflow"}, do={"etf_flow": "inflow"}
    )
    # Nothing else hangs on the flow, but seeing it would say something of sentiment.
    assert found.findings[0].kind == "do"
    assert found["btc_return"].factual["down"] == 1
    gap = found["btc_return"].counterfactual["down"] - seen["btc_return"].counterfactual["down"]
    assert 1e-6 < abs(gap) < 0.1
    both = cm.counterfactual(assumed, given=told, do={"miner_equities": "up"})
    set_before = cm.counterfactual(assumed, "etf_flow", given=told, do={"miner_equities": "up"})
    assert set_before["etf_flow"].counterfactual["outflow"] == 1
    assert both["btc_return"].counterfactual["down"] < 1


def test_sharp_bounds_of_the_article_hold_its_answer(article: cm.Model) -> None:
    given = {"btc_return": "down", "etf_flow": "outflow"}
    found = cm.counterfactual(article, given=given, do={"etf_flow": "inflow"}, bounds=True)
    answer = found["btc_return"]
    assert found.coupled == ("btc_return",)
    for state, within in answer.bounds.items():
        assert within.sharp
        assert within.lower - 1e-9 <= answer.counterfactual[state] <= within.upper + 1e-9
    assert answer.event_bounds is not None
    assert answer.event_bounds.upper < 1
    assert answer.causation is not None
    assert answer.causation.bounds["necessity"].lower <= (answer.causation.necessity or 0) + 1e-9


def test_many_open_responses_have_outer_bounds(article: cm.Model) -> None:
    given = {"btc_return": "down", "china_h200_orders": "halted"}
    found = cm.counterfactual(
        article, given=given, do={"china_h200_orders": "resumed"}, bounds=True
    )
    assert not any(each.sharp for each in found["btc_return"].bounds.values())
    data = found.to_dict()["targets"]["btc_return"]
    assert data["bounds"]["strong_down"]["sharp"] is False
    assert data["bounds"]["strong_down"]["upper"] < 0.6


def unordered(states: int) -> cm.Model:
    """X -> Y without any order, as a network from elsewhere comes."""
    names = tuple("abcd"[:states])
    rows = np.random.default_rng(0).dirichlet(np.ones(states), size=2)
    return cm.Model(
        Network.of(
            [Variable("x", ("no", "yes")), Variable("y", names)],
            {"y": ["x"]},
            {"x": np.array([0.5, 0.5]), "y": rows},
        )
    )


def test_states_without_order_make_the_response_an_arbitrary_choice() -> None:
    found = cm.counterfactual(unordered(3), "y", given={"y": "a", "x": "no"}, do={"x": "yes"})
    assert found.arbitrary == ("y",)
    assert found["y"].event == ()
    assert found["y"].causation is None
    # Of two states there is one order and its reverse, which give the same.
    found = cm.counterfactual(unordered(2), "y", given={"y": "a", "x": "no"}, do={"x": "yes"})
    assert found.coupled == ("y",)
    assert found.arbitrary == ()


def test_a_cause_has_two_sides(article: cm.Model) -> None:
    def cause(**told: Any) -> Any:
        return cm.counterfactual(article, **told)["btc_return"].causation

    # What the other side was is neither observed, nor the one that is left.
    assert cause(given={"btc_return": "down"}, do={"etf_flow": "inflow"}) is None
    assert cause(do={"etf_flow": "inflow", "miner_equities": "up"}) is None
    assert cause(given={"etf_flow": "inflow"}, do={"etf_flow": "inflow"}) is None
    found = cause(do={"btc_nasdaq_coupling": "weak"})
    assert (found.present, found.absent) == ("strong", "weak")
    # What was seen not to happen had no cause.
    assert (
        cause(given={"etf_flow": "outflow", "btc_return": "up"}, do={"etf_flow": "inflow"}) is None
    )
    found = cause(given={"etf_flow": "outflow", "btc_return": "down"}, do={"etf_flow": "inflow"})
    assert found.both is not None
    found = cause(
        given={"nasdaq_return": "risk_off", "multi_asset_risk_budget": "cut"},
        do={"nasdaq_return": "risk_on"},
    )
    assert found.both is None
    assert found.necessity is not None


def test_several_targets_are_asked_together(article: cm.Model) -> None:
    asked = {"given": {"miner_equities": "down"}, "do": {"tech_risk_sentiment": "risk_on"}}
    found = cm.counterfactual(article, ["btc_return", "nasdaq_return"], **asked)  # type: ignore[arg-type]
    assert list(found) == ["btc_return", "nasdaq_return"]
    for node in found:
        alone = cm.counterfactual(article, node, **asked)  # type: ignore[arg-type]
        assert dict(alone[node].counterfactual) == pytest.approx(dict(found[node].counterfactual))
    frame = found.to_frame()
    assert list(frame.columns[:5]) == ["node", "state", "factual", "counterfactual", "change_pp"]
    assert len(frame) == 5 + 3


def test_a_scenario_may_say_what_was_seen(article: cm.Model) -> None:
    found = cm.counterfactual(article, scenario="hard_mandate", do={"china_policy": "brief_pause"})
    assert [each.node for each in found.findings] == ["china_policy"]
    assert found["btc_return"].event_counterfactual < found["btc_return"].event_factual


MISTAKES: list[tuple[Callable[[cm.Model], Any], type[Exception], str]] = [
    (lambda m: cm.counterfactual(m), cm.QueryError, "nothing is set"),
    (lambda m: cm.counterfactual(m, given={"etf_flow": "flat"}), cm.QueryError, "nothing is set"),
    (lambda m: cm.counterfactual(m, do={"etf_flw": "flat"}), cm.EvidenceError, "'etf_flow'"),
    (lambda m: cm.counterfactual(m, do={"etf_flow": "flta"}), cm.EvidenceError, "'flat'"),
    (lambda m: cm.counterfactual(m, "btc", do={"etf_flow": "flat"}), cm.QueryError, "btc_return"),
    (
        lambda m: cm.counterfactual(m, states="donw", do={"etf_flow": "flat"}),
        cm.QueryError,
        "Did you mean 'down'",
    ),
    (
        lambda m: cm.counterfactual(m, states=5, do={"etf_flow": "flat"}),  # type: ignore[arg-type]
        cm.QueryError,
        "names of states as text, got 5",
    ),
    (
        lambda m: cm.counterfactual(m, states=m.states("btc_return"), do={"etf_flow": "flat"}),
        cm.QueryError,
        "all states",
    ),
    (
        lambda m: cm.counterfactual(
            m, ["btc_return", "etf_flow"], states="down", do={"etf_flow": "flat"}
        ),
        cm.QueryError,
        "one target at a time",
    ),
    (
        lambda m: cm.counterfactual(
            m, belief={"etf_flow": {"flat": 1.0}}, do={"miner_equities": "up"}
        ),
        cm.EvidenceError,
        "Use a likelihood",
    ),
    (
        lambda m: cm.counterfactual(
            m.with_findings(belief={"etf_flow": {"flat": 1.0}}), do={"miner_equities": "up"}
        ),
        cm.EvidenceError,
        "Use a likelihood",
    ),
    (
        lambda m: cm.counterfactual(
            m,
            findings=[Belief(node="etf_flow", probabilities={"flat": 1.0})],
            do={"miner_equities": "up"},
        ),
        cm.EvidenceError,
        "Use a likelihood",
    ),
    (
        lambda m: cm.counterfactual(
            m,
            do={"etf_flow": "flat"},
            findings=[{"node": "etf_flow", "kind": "do", "state": "inflow"}],
        ),
        cm.EvidenceError,
        "contradict",
    ),
    (
        lambda m: cm.counterfactual(m, do={"etf_flow": "flat"})["etf_flow"],
        cm.QueryError,
        "was not asked",
    ),
]


@pytest.mark.parametrize(("ask", "error", "told"), MISTAKES)
def test_mistakes_are_told(
    article: cm.Model, ask: Callable[[cm.Model], Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        ask(article)


def test_impossible_evidence_names_its_conflict() -> None:
    model = cm.load(PUBLISHED / "firing_squad.yaml")
    with pytest.raises(cm.ImpossibleEvidence, match="prisoner=alive") as caught:
        cm.counterfactual(
            model, given={"rifleman_b": "shoots", "prisoner": "alive"}, do={"rifleman_a": "holds"}
        )
    assert set(caught.value.conflict) == {"rifleman_b=shoots", "prisoner=alive"}
