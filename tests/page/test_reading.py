"""The page as one file, in a real browser: what somebody with a mouse sees and does."""

import json
from pathlib import Path
from typing import Any

import pytest

import causal_model as cm
from causal_model.model import Model
from causal_model.page.document import page_of
from tests.cli.shell import run
from tests.page.reader import PANELS, Open, printed

HOSTILE = "</script></svg><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def test_a_click_shows_what_query_prints(open_page: Open) -> None:
    reader = open_page()
    radio = reader.page.get_by_role("radiogroup", name="China's policy").get_by_role("radio")
    radio.nth(2).click()
    reader.settle()
    answer = run("query", "--all", "--given", "china_policy=hard_mandate", "--json").json
    for node, distribution in answer["posterior"].items():
        assert reader.printed(node) == printed(distribution)
    assert reader.state("china_policy", "hard_mandate").get_attribute("aria-checked") == "true"
    table = run("query", "--given", "china_policy=hard_mandate", "--format", "md").out
    shown = reader.page.locator("#comparison tbody tr").all_inner_texts()
    for row, line in zip(shown, table.splitlines()[2:], strict=False):
        state, before, now, change = row.split("\t")
        assert [state, before, now, change.replace("−", "-")] == [
            each.strip() for each in line.strip("| ").split("|")[1:]
        ]
    radio.nth(2).click()
    reader.settle()
    assert reader.address == ""
    assert radio.nth(2).get_attribute("aria-checked") == "false"


def test_the_first_screen_tells_the_outcome_and_what_moves_it(
    open_page: Open, model: Model
) -> None:
    reader = open_page()
    low = ("strong_down", "down")
    before = sum(model.query()["btc_return"][each] for each in low)
    after = sum(model.query(scenario="hard_mandate")["btc_return"][each] for each in low)
    for part in (
        "Bitcoin over the week",
        f"{100 * before:.1f} %",
        f"{100 * after:.1f} %",
        f"{100 * (after - before):+.1f} pp",
        "A hard mandate",
    ):
        assert part in reader.headline
    active = reader.page.locator(".arrow.active")
    assert active.count() == 3
    assert active.first.get_attribute("data-parent") == "china_policy"


def test_twenty_one_clicks_end_in_the_last_one(open_page: Open, model: Model) -> None:
    reader = open_page("tab=hangs")
    clicks = [(node, state) for node in model.nodes[:7] for state in model.states(node)][:21]
    reader.evaluate(
        """(clicks) => { for (const [node, state] of clicks) {
          document.querySelector(`[data-node="${node}"] [data-state="${state}"]`)
            .dispatchEvent(new MouseEvent('click', {bubbles: true}));
        } }""",
        clicks,
    )
    reader.settle()
    answer = model.query(model.nodes, given=dict(clicks))
    for node in model.nodes:
        assert reader.printed(node) == printed(answer[node])
    name, state = clicks[-1]
    assert reader.address.endswith(f"given.{name}={state}")


def test_sliders_say_what_they_mean(open_page: Open, model: Model) -> None:
    reader = open_page("node=etf_flow")
    reader.page.get_by_label("make P = x (belief)").check()
    slider = reader.page.get_by_role("slider").first
    slider.fill("700")
    reader.settle()
    assert reader.printed("etf_flow")[0] == "70.0"
    assert "belief.etf_flow=outflow%3A0.7" in reader.address
    told = reader.page.locator("#node output").all_inner_texts()
    shares = [float(each.removesuffix(" %")) / 100 for each in told]
    assert sum(shares) == pytest.approx(1)
    belief = dict(zip(model.states("etf_flow"), shares, strict=True))
    answer = model.query(model.nodes, belief={"etf_flow": belief})
    assert reader.printed("btc_return") == printed(answer["btc_return"])


def test_what_cannot_be_is_said(open_page: Open) -> None:
    reader = open_page(
        "node=btc_return&not.btc_return=strong_down&not.btc_return=down&not.btc_return=flat&not.btc_return=up&not.btc_return=strong_up"
    )
    assert "cannot hold together" in reader.text("#problem")
    reader.page.get_by_role("button", name="Clear this node").click()
    reader.go(
        "given.nobody=x&given.etf_flow=sideways&like.etf_flow=outflow%3A-1&belief.etf_flow=outflow%3A2&tab=__proto__&lang=xx&given.constructor=1"
    )
    assert "did not understand 5" in reader.text("#problem")
    assert reader.printed("btc_return") == printed(cm.load("article").query()["btc_return"])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "scenario=hard_mandate",
        "belief.etf_flow=outflow%3A0.5%2Cflat%3A0.5&lang=zh-Hant",
        "given.btc_return=down",
    ],
)
def test_every_panel_has_something_to_say(open_page: Open, query: str) -> None:
    reader = open_page(query)
    for tab in PANELS:
        reader.page.locator(f"#tab-{tab}").click()
        reader.settle()
        told = reader.text("#panel")
        assert len(told) > 12
        for nonsense in ("undefined", "NaN", "[object", "null"):
            assert nonsense not in told


def test_the_node_tells_where_it_comes_from(open_page: Open, model: Model) -> None:
    assert model.graph
    reader = open_page("node=china_policy")
    told = reader.text("#sources")
    for _, each in model.graph.citations("china_policy"):
        assert (each.quote or "") in told
        assert (each.gloss or "") in told
        assert model.graph.sources[each.source].publisher in told
    assert "confidence 6" in told


def test_without_scripts_it_is_a_picture(
    open_page: Open, article: Path, browser: Any, model: Model
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(article.as_uri())
    assert page.locator('[data-node="btc_return"] .percent').all_text_contents() == printed(
        model.query()["btc_return"]
    )
    assert "picture" in page.locator("noscript").inner_text()
    context.close()


def test_too_wide_a_graph_shows_its_scenarios(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Model
) -> None:
    monkeypatch.setattr("causal_model.page.content.MOST_ENTRIES", 100)
    page = tmp_path / "wide.html"
    page.write_text(page_of(model), encoding="utf-8")
    reader = open_page("scenario=hard_mandate", file=page)
    assert "too wide" in reader.text("#problem")
    answer = model.query(model.nodes, scenario="hard_mandate")
    assert reader.printed("btc_return") == printed(answer["btc_return"])
    reader.state("etf_flow", "outflow").click(force=True)
    assert reader.state("etf_flow", "outflow").get_attribute("aria-disabled") == "true"
    assert reader.printed("etf_flow") == printed(answer["etf_flow"])
    for tab in PANELS:
        reader.page.locator(f"#tab-{tab}").click()
        reader.settle()


def test_labels_are_text_whatever_they_hold(open_page: Open, tmp_path: Path) -> None:

    told = {"en": HOSTILE, "zh-Hant": HOSTILE}
    source = {"source": "s", "quote": HOSTILE, "gloss": HOSTILE, "note": told}
    graph = {
        "schema_version": 1,
        "id": "hostile",
        "title": told,
        "sources": {"s": {"publisher": HOSTILE, "title": told}},
        "nodes": {
            "a": {
                "label": told,
                "states": {"x": {"label": told}, "y": {}},
                "sources": [source],
                "table": {"form": "table", "confidence": 5, "rows": [{"p": {"x": 0.5, "y": 0.5}}]},
            },
            "b": {
                "label": told,
                "role": "outcome",
                "states": {"x": {"label": told}, "y": {}},
                "parents": {"a": {"sign": "positive", "sources": [source]}},
                "table": {
                    "form": "table",
                    "confidence": 5,
                    "rows": [
                        {"given": {"a": "x"}, "p": {"x": 0.9, "y": 0.1}},
                        {"given": {"a": "y"}, "p": {"x": 0.2, "y": 0.8}},
                    ],
                },
            },
        },
    }
    file = tmp_path / "hostile.yaml"
    file.write_text(json.dumps(graph), encoding="utf-8")
    page = tmp_path / "hostile.html"
    page.write_text(page_of(cm.load(file)), encoding="utf-8")
    reader = open_page(file=page)
    for query in ("", "given.a=x&tab=hangs&lang=zh-Hant", "do.a=y&tab=watch"):
        reader.go(query)
        assert HOSTILE in reader.page.title()
        assert HOSTILE in reader.text("#title")
        assert reader.page.locator("script").count() == 2
        assert reader.page.locator("img").count() == 0
        assert reader.page.locator('[data-node="b"]').get_attribute("aria-label") == HOSTILE


@pytest.mark.parametrize(
    "graph", ["fixtures/textbook/asia.yaml", "fixtures/formats/street.bif", "hedge"]
)
def test_other_graphs_have_a_page_as_well(open_page: Open, tmp_path: Path, graph: str) -> None:
    """Without an outcome, without labels or scenarios; with decisions and utilities."""
    model = cm.load(graph)
    page = tmp_path / "other.html"
    page.write_text(page_of(model), encoding="utf-8")
    reader = open_page(file=page)
    node = next(iter(model.network.variables))
    state = model.states(node)[-1]
    reader.state(node, state).click()
    reader.settle()
    answer = model.query(model.nodes, given={node: state})
    for name in model.nodes:
        assert reader.printed(name) == printed(answer[name])
    for decision in model.decisions:
        option = model.states(decision)[-1]
        reader.state(decision, option).click()
        reader.settle()
        assert f"do.{decision}={option}" in reader.address
    for tab in PANELS:
        reader.page.locator(f"#tab-{tab}").click()
        reader.settle()
        assert len(reader.text("#panel")) > 12


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "a sign of Multi-asset risk budget: “cut” or “held”,"),
        ("zh-Hant", "多資產風險預算的跡象:「削減」或「維持」"),
    ],
)
def test_a_sign_that_fits_two_states_alike_is_told_so(
    open_page: Open, lang: str, told: str
) -> None:
    reader = open_page(f"like.multi_asset_risk_budget=cut%3A1%2Cheld%3A1%2Craised%3A0&lang={lang}")
    assert told in reader.headline
