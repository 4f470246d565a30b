"""The graph of the article says what the article says."""

import csv
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import causal_model as cm
from causal_model.library import scenarios_of, shipped_graphs
from causal_model.spec.check_file import check_file
from causal_model.spec.graph_file import Citation

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
ARTICLE = ROOT.parent / "shared" / "article" / "article.zh-Hant.txt"
GRAPHS = sorted(shipped_graphs())

# Node: states low to high, and parents with the sign of their arrows.
MECHANISM = {
    "china_policy": ("brief_pause soft_mandate hard_mandate", ""),
    "us_export_terms": ("open toll_25pct blocked", ""),
    "china_h200_orders": ("halted partial resumed", "china_policy - us_export_terms -"),
    "h200_supply_ex_china": ("tight balanced ample", "china_h200_orders -"),
    "gpu_rental_price": ("falls_sharply falls steady rises", "h200_supply_ex_china -"),
    "ai_buildout_cost": ("lower unchanged higher", "us_export_terms + gpu_rental_price +"),
    "ai_hosting_economics": ("squeezed unchanged improved", "gpu_rental_price +"),
    "nvda_china_revenue": ("lost reduced intact", "china_h200_orders + us_export_terms -"),
    "tech_risk_sentiment": (
        "sharp_risk_off risk_off neutral risk_on",
        "china_policy - nvda_china_revenue + ai_buildout_cost -",
    ),
    "nasdaq_return": ("risk_off neutral risk_on", "tech_risk_sentiment +"),
    "multi_asset_risk_budget": ("cut held raised", "nasdaq_return +"),
    "etf_flow": ("outflow flat inflow", "tech_risk_sentiment +"),
    "miner_equities": ("down flat up", "ai_hosting_economics + tech_risk_sentiment +"),
    "crypto_sentiment": ("fear neutral greed", "miner_equities + tech_risk_sentiment +"),
    "btc_nasdaq_coupling": ("weak strong", ""),
    "btc_return": (
        "strong_down down flat up strong_up",
        "multi_asset_risk_budget + etf_flow + crypto_sentiment + btc_nasdaq_coupling ?",
    ),
    "gpu_spot_quotes": ("falling flat rising", "gpu_rental_price +"),
    "cloud_rental_quotes": ("falling flat rising", "gpu_rental_price +"),
    "nvda_guidance": ("cut held raised", "nvda_china_revenue +"),
    "fear_greed_index": ("fear neutral greed", "crypto_sentiment +"),
}
SIGNS = {"positive": "+", "negative": "-", "mixed": "?"}


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return cm.load("article")


def at_most(model: cm.Model, node: str, state: str, **given: str) -> float:
    """P(node is in this state or a lower one | given)."""
    states = model.query(node, given=given)[node]
    names = list(states)
    return sum(states[name] for name in names[: names.index(state) + 1])


def mode(model: cm.Model, node: str, **given: str) -> str:
    states = model.query(node, given=given)[node]
    return max(states, key=lambda state: states[state])


def test_nodes_states_arrows_and_signs_are_those_of_the_mechanism(model: cm.Model) -> None:
    assert model.graph is not None
    found = {
        name: (
            " ".join(node.states),
            " ".join(f"{parent} {SIGNS[arrow.sign]}" for parent, arrow in node.parents.items()),
        )
        for name, node in model.graph.nodes.items()
    }
    assert found == MECHANISM
    assert list(model.graph.channels) == ["gpu", "risk_budget", "etf_flow"]
    assert model.outcome == "btc_return"


def test_every_node_and_arrow_has_a_quote_with_gloss_and_labels_in_two_languages(
    model: cm.Model,
) -> None:
    graph = model.graph
    assert graph is not None

    def quoted(citations: tuple[Citation, ...]) -> bool:
        return any(each.quote and each.gloss for each in citations)

    for name, node in graph.nodes.items():
        assert node.label is not None
        assert node.label.en
        assert node.label.zh_hant
        assert all(state.label and state.label.zh_hant for state in node.states.values()), name
        assert quoted(node.sources), name
        assert node.table.confidence is not None, name
        assert node.table.sources, name
        for parent, arrow in node.parents.items():
            assert quoted(arrow.sources), (parent, name)


def test_quotes_are_the_words_of_the_article(model: cm.Model) -> None:
    if not ARTICLE.exists():
        pytest.skip("the text of the article is not at hand")
    text = ARTICLE.read_text(encoding="utf-8")
    checked = 0
    for name in GRAPHS:
        graph = cm.load(name).graph
        assert graph is not None
        for node in graph.nodes.values():
            cited = [*node.sources, *node.table.sources]
            cited += [each for arrow in node.parents.values() for each in arrow.sources]
            for each in cited:
                if each.quote is not None:
                    assert each.quote in text
                    checked += 1
    for scenario in cm.load("article").scenarios().values():
        for each in scenario.sources:
            assert each.quote is not None
            assert each.quote in text
    assert checked > 100


def test_there_is_no_arrow_from_a_gpu_node_to_bitcoin(model: cm.Model) -> None:
    gpu = {"h200_supply_ex_china", "gpu_rental_price", "ai_hosting_economics", "ai_buildout_cost"}
    assert gpu.isdisjoint(model.network.parents["btc_return"])
    graph = model.to_networkx()
    parents = set(model.network.parents["btc_return"])
    for node in gpu:
        assert nx.is_d_separator(graph, {node}, {"btc_return"}, parents)


def test_the_scenario_table(model: cm.Model) -> None:
    a, b, c = "brief_pause", "soft_mandate", "hard_mandate"
    # A: neutral to down, rents steady, miners neutral to down.
    assert mode(model, "tech_risk_sentiment", china_policy=a) == "neutral"
    assert at_most(model, "tech_risk_sentiment", "risk_off", china_policy=a) > 1 - at_most(
        model, "tech_risk_sentiment", "neutral", china_policy=a
    )
    assert mode(model, "gpu_rental_price", china_policy=a) == "steady"
    assert mode(model, "miner_equities", china_policy=a) == "flat"
    # B: down, but mildly; rents fall gradually.
    assert mode(model, "tech_risk_sentiment", china_policy=b) == "risk_off"
    rents = model.query("gpu_rental_price", given={"china_policy": b})["gpu_rental_price"]
    assert rents["falls"] > rents["falls_sharply"]
    assert rents["falls"] + rents["falls_sharply"] > 0.5
    # C: sharply down, rents fall sharply, miners down.
    assert mode(model, "tech_risk_sentiment", china_policy=c) == "sharp_risk_off"
    assert mode(model, "gpu_rental_price", china_policy=c) == "falls_sharply"
    assert mode(model, "miner_equities", china_policy=c) == "down"


@pytest.mark.parametrize(
    ("node", "state"),
    [
        ("tech_risk_sentiment", "risk_off"),
        ("gpu_rental_price", "falls"),
        ("miner_equities", "down"),
        ("btc_return", "down"),
    ],
)
def test_scenarios_are_ordered(model: cm.Model, node: str, state: str) -> None:
    found = [
        at_most(model, node, state, china_policy=policy)
        for policy in ("brief_pause", "soft_mandate", "hard_mandate")
    ]
    assert found[1] - found[0] >= 0.02
    assert found[2] - found[1] >= 0.02


def test_a_brief_pause_leaves_bitcoin_without_direction(model: cm.Model) -> None:
    down = at_most(model, "btc_return", "down", china_policy="brief_pause")
    up = 1 - at_most(model, "btc_return", "flat", china_policy="brief_pause")
    assert abs(up - down) < 0.05


def test_if_orders_resume_bitcoin_is_less_at_risk_and_rents_hold(model: cm.Model) -> None:
    given = {"china_h200_orders": "resumed"}
    assert at_most(model, "btc_return", "down", **given) < at_most(model, "btc_return", "down")
    assert mode(model, "gpu_rental_price", **given) == "steady"


def test_if_rents_rise_the_build_out_costs_more_and_growth_shares_suffer(model: cm.Model) -> None:
    firm = model.query(model.nodes, do={"gpu_rental_price": "rises"})
    soft = model.query(model.nodes, do={"gpu_rental_price": "falls"})
    assert firm["ai_buildout_cost"]["higher"] > soft["ai_buildout_cost"]["higher"] + 0.2
    off = [r["tech_risk_sentiment"]["sharp_risk_off"] for r in (firm, soft)]
    assert off[0] > off[1]


def test_the_hosting_sign_turns_round_in_the_long_run() -> None:
    for name, better in (("article", "rises"), ("long_run", "falls_sharply")):
        worse = {"rises": "falls_sharply", "falls_sharply": "rises"}[better]
        model = cm.load(name)
        improved = {
            state: model.query("ai_hosting_economics", do={"gpu_rental_price": state})[
                "ai_hosting_economics"
            ]["improved"]
            for state in (better, worse)
        }
        assert improved[better] > improved[worse] + 0.1, name


def test_tech_risk_only_cuts_the_gpu_channel() -> None:
    model = cm.load("tech_risk_only")
    hard = model.query("gpu_rental_price", given={"china_policy": "hard_mandate"})
    assert hard["gpu_rental_price"] == pytest.approx(hard.prior["gpu_rental_price"])
    assert at_most(model, "btc_return", "down", china_policy="hard_mandate") > 0.38


def test_gpu_only_cuts_the_tech_risk_arrows_from_policy() -> None:
    model = cm.load("gpu_only")
    assert model.network.parents["tech_risk_sentiment"] == ("ai_buildout_cost",)
    hard = model.query("btc_return", given={"china_policy": "hard_mandate"})
    base = cm.load("article").query("btc_return", given={"china_policy": "hard_mandate"})

    def shift(result: cm.QueryResult) -> float:
        return abs(
            sum(
                result["btc_return"][s] - result.prior["btc_return"][s]
                for s in ("strong_down", "down")
            )
        )

    assert shift(hard) < shift(base) / 3


def test_marginals_are_close_to_the_measured_weeks(model: cm.Model) -> None:
    counts: dict[str, dict[str, int]] = {}
    with (FIXTURES / "weekly_btc" / "counts.csv").open() as file:
        for row in csv.DictReader(file):
            counts.setdefault(row["node"], {})[row["state"]] = int(row["count"])
    bounds = {"btc_return": 0.02, "nasdaq_return": 0.08, "etf_flow": 0.08}
    for node, by_state in counts.items():
        total = sum(by_state.values())
        assert total == 102
        for state, count in by_state.items():
            at = model.states(node).index(state)
            assert float(model.prior[node][at]) == pytest.approx(count / total, abs=bounds[node])


@pytest.mark.parametrize("name", GRAPHS)
def test_shipped_files_have_no_mistakes_and_name_their_schema(name: str) -> None:
    path = shipped_graphs()[name]
    for file in (path, *scenarios_of(path).values()):
        assert check_file(file) == []
        assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")
    assert cm.load(name).id == name
    for row in cm.load(name).network.tables.values():
        np.testing.assert_allclose(row.sum(axis=-1), 1, atol=1e-12)


def test_variants_are_a_few_lines() -> None:
    for name in ("long_run", "tech_risk_only", "gpu_only"):
        assert len(shipped_graphs()[name].read_text(encoding="utf-8").splitlines()) < 35
