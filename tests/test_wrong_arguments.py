"""Mistakes in the Python interface end as errors of this package, with the nearest name."""

import json
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import causal_model as cm
from causal_model.spec.evidence import Belief, Do, Excluded, Likelihood, Observed
from tests.cli.shell import ESCAPE


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return cm.load("article")


# What types forbid, people type all the same.
MISTAKES: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda m: m.query(5), cm.QueryError, "name of a node as text, got 5"),
    (lambda m: m.query([None]), cm.QueryError, "name of a node as text, got None"),
    (lambda m: m.query([["btc_return"]]), cm.QueryError, r"as text, got \['btc_return'\]"),
    (lambda m: m.query([]), cm.QueryError, "no target"),
    (lambda m: m.states(5), cm.QueryError, "as text, got 5"),
    (lambda m: m.states(["btc_return"]), cm.QueryError, "as text"),
    (lambda m: m.joint(5), cm.QueryError, "as text, got 5"),
    (lambda m: m.query(engine="foo"), cm.QueryError, "no engine 'foo'. Known: own, pgmpy"),
    (lambda m: m.query(engine="pgmpi"), cm.QueryError, "Did you mean 'pgmpy'"),
    (lambda m: m.query(engine=None), cm.QueryError, "no engine None"),
    (lambda m: m.query(findings=5), cm.EvidenceError, "findings: expected a list"),
    (lambda m: m.query(findings=[{"node": "etf_flow"}]), cm.EvidenceError, "'kind' is missing"),
    (
        lambda m: m.query(findings=[{"node": "etf_flow", "kind": "observed", "state": 1}]),
        cm.EvidenceError,
        "name of a state as text",
    ),
    (lambda m: m.query(findings=["etf_flow"]), cm.EvidenceError, "got 'etf_flow'"),
    (lambda m: m.query_many([{"etf_flow": "flat"}]), cm.QueryError, "expected a pandas DataFrame"),
    (lambda m: m.query_many({"etf_flow": ["flat"]}), cm.QueryError, "expected a pandas DataFrame"),
    (lambda m: m.query_many(None), cm.QueryError, "expected a pandas DataFrame .*, got None"),
    (
        lambda m: m.query_many(pd.DataFrame({"etf_flow": [np.array(["flat", "inflow"])]})),
        cm.EvidenceError,
        r"row 1: .*got \['flat', 'inflow'\]",
    ),
    (lambda m: m.render("x.svg", lang="fr"), cm.RenderError, "no labels in 'fr'. Known: en, zh-H"),
    (lambda m: m.picture(lang="zh-hant"), cm.RenderError, "Did you mean 'zh-Hant'"),
    (lambda m: m.picture(lang=None), cm.RenderError, "no labels in None"),
    (lambda m: m.query()["btc_return"]["donw"], cm.QueryError, "no state 'donw'.*mean 'down'"),
    (lambda m: m.query()["btc_return"][1], cm.QueryError, "no state 1. Known: strong_down"),
    (lambda m: m.query()["etf_flow"], cm.QueryError, "'etf_flow' was not asked"),
    (lambda m: m.query()[0], cm.QueryError, "0 was not asked"),
    (lambda m: m.query().prior["btc_retrun"], cm.QueryError, "mean 'btc_return'"),
]


@pytest.mark.parametrize(("ask", "error", "words"), MISTAKES)
def test_a_mistake_is_told_in_words(
    model: cm.Model,
    ask: Callable[[cm.Model], Any],
    error: type[Exception],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words):
        ask(model)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "finding",
    [
        Observed(node="etf_flow", state="flat"),
        Excluded(node="etf_flow", state="flat"),
        Likelihood(node="etf_flow", weights={"flat": 0.5, "inflow": 1}),
        Belief(node="etf_flow", probabilities={"flat": 0.5, "inflow": 0.5}),
        Do(node="etf_flow", state="flat"),
    ],
    ids=lambda each: each.kind,
)
def test_a_finding_may_be_a_mapping(model: cm.Model, finding: Any) -> None:
    result = model.query(findings=[finding.model_dump()])
    assert result.findings == (finding,)
    assert result.to_dict() == model.query(findings=[finding]).to_dict()
    # What an answer says about its findings can be asked again.
    assert model.query(findings=result.to_dict()["findings"]).findings == (finding,)


def test_an_answer_is_still_a_mapping_of_mappings(model: cm.Model) -> None:
    result = model.query()
    states = result["btc_return"]
    assert isinstance(states, Mapping)
    assert json.loads(json.dumps(states)) == dict(states)
    assert json.loads(json.dumps(result.posterior)) == result.posterior
    assert states.get("donw") is None
    assert "donw" not in states
    assert "etf_flow" not in result
    assert result.get("etf_flow") is None
    assert result.get("btc_return") == states
    back = pickle.loads(pickle.dumps(result))
    assert back.posterior == result.posterior
    with pytest.raises(cm.QueryError, match="mean 'down'"):
        back["btc_return"]["donw"]


HOSTILE = "a|b\nc <script>alert(1)</script> ![i](http://x/y.png) `*_&lt; " + ESCAPE + "[31m"


def test_names_in_a_notebook_are_text_and_nothing_else() -> None:
    pytest.importorskip("markdown_it")
    from markdown_it import MarkdownIt

    network = cm.Network.of(
        [cm.Variable(HOSTILE, (HOSTILE, "y"))], {}, {HOSTILE: np.array([0.25, 0.75])}
    )
    result = cm.Model(network, name=HOSTILE).query(HOSTILE)
    bundle = result._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/markdown", "image/svg+xml"}
    assert bundle["text/plain"] == repr(result)
    drawn = ElementTree.fromstring(bundle["image/svg+xml"])
    assert not {each.tag.rpartition("}")[2] for each in drawn.iter()} & {"script", "a", "image"}
    for text in (repr(result), bundle["text/markdown"].replace("\n", "")):
        assert text.isprintable()
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(bundle["text/markdown"])
    for tag in ("<script", "<img", "<a ", "<em", "<strong", "<code"):
        assert tag not in html
    assert html.count("<tr>") == 3
    assert html.count("<td") == 10
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ![i](http://x/y.png) `*_&amp;lt;" in html
