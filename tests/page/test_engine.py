"""The engine inside the page, in a real browser, against the answers that every way to ask must give."""

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import causal_model as cm
from causal_model.model import Model
from causal_model.page.content import content_of, page_entries
from causal_model.page.document import asset
from causal_model.questions.reasons.explain import explain
from causal_model.questions.tornado.ask import sensitivity
from causal_model.questions.watching import watch
from tests.answers import TOLERANCE, farthest, golden
from tests.networks import random_findings, random_network
from tests.oracle import CannotHold
from tests.oracle import answer as enumerated

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

KINDS = ("observed", "excluded", "likelihood", "belief", "do")


@pytest.fixture(scope="module")
def bench(browser: "Browser") -> "Page":
    """An empty page with the engine and the back end of the one file in it."""
    page = browser.new_page()
    text = asset("engine.js")
    state = _address(asset("state.js"))
    back_end = asset("ask.js").replace("./engine.js", _address(text)).replace("./state.js", state)
    page.evaluate(
        "async ([own, ask]) => { window.engine = await import(own); window.back = await import(ask) }",
        [_address(text), _address(back_end)],
    )
    return page


@pytest.fixture(scope="module")
def article() -> tuple[Model, dict[str, Any]]:
    model = cm.load("article")
    return model, content_of(model, answers=False)


def _address(script: str) -> str:
    return "data:text/javascript;base64," + b64encode(script.encode()).decode()


def _network(model: Model) -> dict[str, Any]:
    network = model.network
    return {
        "nodes": [
            {
                "id": name,
                "states": list(variable.states),
                "parents": list(network.parents[name]),
                "table": network.tables[name].reshape(-1).tolist(),
            }
            for name, variable in network.variables.items()
        ]
    }


def _asked(bench: "Page", model: Model, questions: list[Any]) -> list[Any]:
    found = bench.evaluate(
        "([network, all]) => { const plan = engine.compile(network);"
        " return all.map((findings) => engine.posterior(plan, findings)) }",
        [_network(model), questions],
    )
    assert isinstance(found, list)
    return found


def test_the_engine_gives_the_answers_that_all_ways_give(bench: "Page") -> None:
    known = golden()
    found = _asked(bench, cm.load("article"), [each["findings"] for each in known.answers])
    assert len(found) == 300
    for expected, own in zip(known.answers, found, strict=True):
        assert farthest(expected, own["posterior"], own["log_evidence_probability"]) < TOLERANCE


@pytest.mark.parametrize("seed", range(25))
def test_the_engine_agrees_with_enumeration(bench: "Page", seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 7)))
    findings = random_findings(rng, network, kinds=KINDS)
    told = [each.model_dump(mode="json") for each in findings]
    (found,) = _asked(bench, Model(network), [told])
    try:
        expected = enumerated(network, findings)
    except CannotHold:
        expected = None
    if expected is None:
        assert found is None
        return
    assert np.exp(found["log_evidence_probability"]) == pytest.approx(expected.evidence, abs=1e-10)
    for name, states in expected.posterior.items():
        assert found["posterior"][name] == pytest.approx(states, abs=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_python_knows_how_wide_a_graph_is_for_the_page(bench: "Page", seed: int) -> None:
    model = Model(random_network(np.random.default_rng(seed), nodes=9))
    found = bench.evaluate("(network) => engine.compile(network).entries", _network(model))
    assert page_entries(model.network) == found


FINDINGS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "scenario": {"scenario": "hard_mandate"},
    "mixed": {
        "given": {"nasdaq_return": "risk_off"},
        "do": {"etf_flow": "flat"},
        "likelihood": {"miner_equities": {"down": 0.9, "flat": 0.5, "up": 0.2}},
    },
    "excluded": {"excluded": {"btc_return": "flat", "gpu_spot_quotes": "flat"}},
    "belief": {"belief": {"fear_greed_index": {"fear": 0.7, "neutral": 0.2, "greed": 0.1}}},
}


@pytest.mark.parametrize("name", FINDINGS)
def test_tornado_and_watch_list_are_those_of_the_commands(
    bench: "Page", article: tuple[Model, dict[str, Any]], name: str
) -> None:
    model, content = article
    told = model.told(**FINDINGS[name])
    found = bench.evaluate(
        "async ([content, findings]) => { const ask = back.byEngine(content);"
        " return [await ask.sensitivity(findings), await ask.watch(findings)] }",
        [content, [each.model_dump(mode="json") for each in told]],
    )
    tornado, watched = json.loads(json.dumps(found))
    expected = sensitivity(model, kinds=("observe", "do"), findings=told).to_dict()
    assert tornado["probability"] == pytest.approx(expected["probability"], abs=1e-12)
    for kind in ("observe", "do"):
        theirs = {each["node"]: each["answers"] for each in expected[kind]}
        own = {each["node"]: each["answers"] for each in tornado[kind]}
        assert set(own) == set(theirs)
        for node, answers in theirs.items():
            assert own[node] == pytest.approx(answers, abs=1e-12)
    nodes = {each.node: each for each in watch(model, findings=told).watched}
    assert {each["node"] for each in watched["nodes"]} == set(nodes)
    for each in watched["nodes"]:
        known = nodes[each["node"]]
        assert each["information_bits"] == pytest.approx(known.information, abs=1e-10)
        assert each["expected_change_pp"] == pytest.approx(100 * known.change, abs=1e-8)


@pytest.mark.parametrize("name", ["mixed", "excluded", "belief"])
def test_shares_of_findings_are_those_of_the_command(
    bench: "Page", article: tuple[Model, dict[str, Any]], name: str
) -> None:
    model, content = article
    told = model.told(**FINDINGS[name])
    found = bench.evaluate(
        "async ([content, findings]) => back.byEngine(content).explain(findings)",
        [content, [each.model_dump(mode="json") for each in told]],
    )
    expected = explain(model, findings=told).to_dict("en")["shares"]
    assert [each["finding"] for each in found["shares"]] == [each["finding"] for each in expected]
    for own, theirs in zip(found["shares"], expected, strict=True):
        assert own["shapley_pp"] == pytest.approx(theirs["shapley_pp"], abs=1e-9)
