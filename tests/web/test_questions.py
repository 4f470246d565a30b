"""The questions over HTTP: the numbers, the shapes and the mistakes of the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

import causal_model as cm
from causal_model.web import answers
from tests.answers import TOLERANCE, farthest, golden, made
from tests.cli.shell import run

SCENARIO = {"scenario": "hard_mandate"}
GIVEN = [
    {"node": "nasdaq_return", "kind": "observed", "state": "risk_off"},
    {"node": "etf_flow", "kind": "do", "state": "flat"},
]
ENTRY = "P(etf_flow = inflow | tech_risk_sentiment = neutral)"
OTHER = "P(etf_flow = inflow | tech_risk_sentiment = risk_on)"

CLAIM = "P(btc_return in strong_down, down) > 0.4"

# Address, body, the model of the answer, and the command that answers the same.
CASES: list[tuple[str, dict[str, Any], type[BaseModel], list[str]]] = [
    ("query", SCENARIO, answers.Query, ["query", "--all", "--scenario", "hard_mandate"]),
    (
        "query",
        {
            "target": "btc_return",
            "interval": 0.9,
            "draws": 200,
            "findings": [
                {"node": "china_policy", "kind": "excluded", "state": "brief_pause"},
                GIVEN[0],
                {"node": "tech_risk_sentiment", "kind": "likelihood", "weights": {"neutral": 2}},
                GIVEN[1],
            ],
        },
        answers.Query,
        [
            *("query", "--given", "china_policy!=brief_pause"),
            *("--given", "nasdaq_return=risk_off", "--do", "etf_flow=flat"),
            *("--likelihood", "tech_risk_sentiment=neutral:2", "--interval", "0.9"),
            *("--draws", "200"),
        ],
    ),
    ("scenarios", {}, answers.Scenarios, ["scenarios"]),
    (
        "scenarios",
        {"target": "etf_flow", "interval": 0.8, "draws": 200, "seed": 3},
        answers.Scenarios,
        ["scenarios", "--target", "etf_flow", "--interval", "0.8", "--draws", "200", "--seed", "3"],
    ),
    (
        "effects",
        {"of": "china_policy", "channels": True, "interval": 0.9, "draws": 200},
        answers.Effects,
        [*("effects", "--of", "china_policy", "--channels", "--interval", "0.9", "--draws", "200")],
    ),
    (
        "effects",
        {
            "of": ["etf_flow"],
            "baseline": "flat",
            "policies": [{"etf_flow": {"outflow": 0.25, "inflow": 0.75}}],
            "states": ["up", "strong_up"],
        },
        answers.Effects,
        [
            *("effects", "--of", "etf_flow", "--baseline", "flat", "--states", "up"),
            *("--states", "strong_up", "--as", "etf_flow=outflow:0.25,inflow:0.75"),
        ],
    ),
    (
        "explain",
        {"findings": GIVEN, **SCENARIO},
        answers.Explain,
        [
            *("explain", "--scenario", "hard_mandate"),
            *("--given", "nasdaq_return=risk_off", "--do", "etf_flow=flat"),
        ],
    ),
    (
        "explain",
        {"findings": GIVEN[:1], "lang": "zh-Hant", "target": "etf_flow", "states": ["inflow"]},
        answers.Explain,
        [
            *("explain", "--given", "nasdaq_return=risk_off", "--lang", "zh-Hant"),
            *("--target", "etf_flow", "--states", "inflow"),
        ],
    ),
    (
        "sensitivity",
        {**SCENARIO, "top": 5, "level": 0.8},
        answers.Sensitivity,
        ["sensitivity", "--scenario", "hard_mandate", "--top", "5", "--level", "0.8"],
    ),
    (
        "sensitivity",
        {"kinds": ["do"]},
        answers.Sensitivity,
        ["sensitivity", "--kind", "do"],
    ),
    ("sensitivity", {"entry": ENTRY}, answers.Sensitivity, ["sensitivity", "--entry", ENTRY]),
    (
        "sensitivity",
        {"pair": [ENTRY, OTHER]},
        answers.Sensitivity,
        ["sensitivity", "--pair", ENTRY, OTHER],
    ),
    ("watch", SCENARIO, answers.Watch, ["watch", "--scenario", "hard_mandate"]),
    (
        "watch",
        {"findings": GIVEN[:1], "among": ["etf_flow", "miner_equities"], "by": "change"},
        answers.Watch,
        [
            *("watch", "--given", "nasdaq_return=risk_off", "--by", "change"),
            *("--among", "etf_flow", "--among", "miner_equities"),
        ],
    ),
    (
        "counterfactual",
        {
            "findings": [
                {"node": "btc_return", "kind": "observed", "state": "down"},
                {"node": "etf_flow", "kind": "observed", "state": "outflow"},
                {"node": "etf_flow", "kind": "do", "state": "inflow"},
            ]
        },
        answers.Counterfactual,
        [
            *("counterfactual", "--given", "btc_return=down", "--given", "etf_flow=outflow"),
            *("--do", "etf_flow=inflow"),
        ],
    ),
    (
        "counterfactual",
        {
            **SCENARIO,
            "findings": [{"node": "china_policy", "kind": "do", "state": "brief_pause"}],
            "target": ["etf_flow"],
            "states": ["outflow"],
            "bounds": True,
        },
        answers.Counterfactual,
        [
            *("counterfactual", "--scenario", "hard_mandate", "--do", "china_policy=brief_pause"),
            *("--target", "etf_flow", "--states", "outflow", "--bounds"),
        ],
    ),
    (
        "flip",
        {**SCENARIO, "claim": CLAIM, "level": 0.8, "order": "interval", "top": 3},
        answers.Flip,
        [
            *("flip", "--claim", CLAIM, "--scenario", "hard_mandate", "--level", "0.8"),
            *("--order", "interval", "--top", "3"),
        ],
    ),
    (
        "flip",
        {"claim": "most likely btc_return is flat", "findings": GIVEN},
        answers.Flip,
        [
            *("flip", "--claim", "most likely btc_return is flat"),
            *("--given", "nasdaq_return=risk_off", "--do", "etf_flow=flat"),
        ],
    ),
]


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal, numbers to the precision of the arithmetic."""
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-10 * max(1.0, abs(one))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other and type(one) is type(other))


def ask(client: TestClient, question: str, body: Mapping[str, Any], graph: str = "article") -> Any:
    """The answer to a question about a shipped graph."""
    response = client.post(f"/api/graphs/{graph}/{question}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_golden_answers_are_those_of_python() -> None:
    model, expected = cm.load("article"), golden()
    assert model.hash == expected.graph["hash"], "write them again: python -m tests.answers"
    for each in expected.answers:
        found = model.query(each["posterior"], findings=each["findings"])
        assert farthest(each, found.to_dict()["posterior"], found.log_evidence_probability) < (
            TOLERANCE
        )


def test_the_golden_answers_are_those_over_http(client: TestClient) -> None:
    expected = golden()
    assert len(expected.answers) == 300
    for each in expected.answers:
        found = ask(client, "query", {"findings": each["findings"]})
        assert found["graph"] == expected.graph
        assert found["findings"] == each["findings"]
        off = farthest(each, found["posterior"], found["log_evidence_probability"])
        assert off < TOLERANCE


def test_the_golden_questions_are_drawn_from_their_seed() -> None:
    again = made(cm.load("article"), count=3, confirmed=False)
    for one, other in zip(again.answers, golden().answers, strict=False):
        assert one["findings"] == other["findings"]
        assert farthest(other, one["posterior"], one["log_evidence_probability"]) < TOLERANCE


@pytest.mark.parametrize(
    ("question", "body", "shape", "command"), CASES, ids=lambda each: str(each)[:40]
)
def test_the_answer_is_that_of_the_command_and_has_its_shape(
    client: TestClient,
    question: str,
    body: dict[str, Any],
    shape: type[BaseModel],
    command: list[str],
) -> None:
    ran = run(*command, "--json", "-q")
    assert ran.code == 0, ran.err
    found = ask(client, question, body)
    assert same(found, ran.json)
    shape.model_validate(ran.json)


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ({}, []),
        (
            {
                "know": ["etf_flow", "nasdaq_return"],
                "before": "hedge",
                "findings": [{"node": "china_policy", "kind": "observed", "state": "hard_mandate"}],
            },
            [
                *("--know", "etf_flow", "--know", "nasdaq_return", "--before", "hedge"),
                *("--given", "china_policy=hard_mandate"),
            ],
        ),
    ],
)
def test_a_decision_is_that_of_the_command(
    client: TestClient, body: dict[str, Any], command: list[str]
) -> None:
    found = client.post("/api/graphs/hedge/decide", json=body).json()
    ran = run("decide", "-g", "hedge", *command, "--json", "-q")
    assert same(found, ran.json)
    assert answers.Decide.model_validate(ran.json).policies[0].node == "hedge"


def test_the_claims_are_those_of_the_command_and_name_no_folder_of_the_machine(
    client: TestClient,
) -> None:
    ran = run("test", "--json", "-q").json
    answers.Test.model_validate(ran)
    found = client.post("/api/graphs/article/test", json={})
    assert str(Path(ran["claims"][0]["file"]).parent) not in found.text
    for each in ran["claims"]:
        each["file"] = f"claims/{Path(each['file']).name}"
    assert same(found.json(), ran)
    # A variant's own claims, and those that it has from the graph that it extends.
    files = [each["file"] for each in ask(client, "test", {}, graph="long_run")["claims"]]
    assert set(files) == {"claims/article.yaml", "claims/long_run.yaml"}


def test_a_difference_is_that_of_the_command(client: TestClient) -> None:
    body = {"before": "article", "after": "long_run", "at_least": 1.0}
    found = client.post("/api/diff", json=body).json()
    ran = run("diff", "article", "long_run", "--at-least", "1", "--json", "-q")
    assert same(found, ran.json)
    assert answers.Diff.model_validate(ran.json).marginals


def test_an_average_is_that_of_the_command(client: TestClient) -> None:
    body = {
        "graphs": ["article", "long_run", "gpu_only"],
        "prior": {"article": 0.5},
        "target": ["btc_return", "etf_flow"],
        "findings": [{"node": "miner_equities", "kind": "observed", "state": "down"}],
    }
    found = client.post("/api/average", json=body).json()
    command = ["average", "article", "long_run", "gpu_only", "--prior", "article=0.5"]
    command += ["--target", "btc_return", "--target", "etf_flow", "--given", "miner_equities=down"]
    ran = run(*command, "--json", "-q")
    assert same(found, ran.json)
    assert answers.Average.model_validate(ran.json).variants[0].prior_weight == 0.5


def test_the_comparison_of_answers_notices_a_difference() -> None:
    whole = {"a": [1.0, {"b": "x"}], "c": None}
    assert same(whole, {"a": [1.0 + 1e-13, {"b": "x"}], "c": None})
    assert not same(whole, {"a": [1.0 + 1e-6, {"b": "x"}], "c": None})
    assert not same(whole, {"c": None, "a": [1.0, {"b": "x"}]})
    assert not same(whole, {"a": [1.0], "c": None})


def test_scenarios_and_claims_can_be_asked_under_findings(client: TestClient) -> None:
    findings = [{"node": "etf_flow", "kind": "do", "state": "outflow"}]
    found = ask(client, "scenarios", {"findings": findings})
    model = cm.load("article").with_findings(do={"etf_flow": "outflow"})
    for each in found["scenarios"]:
        expected = model.query(scenario=each["id"])["btc_return"]
        assert each["posterior"] == pytest.approx(dict(expected), abs=1e-12)
    under, plain = (ask(client, "test", {"findings": told}) for told in (findings, []))
    verdicts = [each["verdict"] for each in cm.check_claims(model).to_dict()["claims"]]
    assert [each["verdict"] for each in under["claims"]] == verdicts
    assert not same(under, plain)


def test_the_list_of_graphs(client: TestClient) -> None:
    found = client.get("/api/graphs").json()
    listed = answers.Graphs.model_validate(found).graphs
    first = listed[0]
    assert first.id == "article"
    assert first.hash == cm.load("article").hash
    assert first.title is not None
    assert first.title.zh_hant.startswith("中國")
    assert first.scenarios == list(cm.load("article").scenarios())
    response = client.post("/api/graphs/article/query", json={})
    assert response.headers["Graph-Revision"] == first.revision


def test_what_the_page_knows(client: TestClient) -> None:
    found = client.get("/api/graphs/long_run").json()
    answers.Content.model_validate(found)
    assert found["graph"]["hash"] == cm.load("long_run").hash
    assert {each["id"] for each in found["nodes"]} == set(cm.load("long_run").nodes)


def problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    """What a refusal says; checks that it is one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["type"] == f"/problems/{kind}"
    assert found["status"] == status
    assert found["title"]
    assert "Traceback" not in response.text
    assert ".py" not in response.text
    return found


def refused(client: TestClient, question: str, body: Any, status: int, kind: str) -> str:
    response = client.post(f"/api/graphs/article/{question}", json=body)
    return str(problem(response, status, kind).get("detail", ""))


def test_findings_that_cannot_hold_together_are_named(client: TestClient) -> None:
    body = {
        "findings": [
            {"node": "china_policy", "kind": "observed", "state": "hard_mandate"},
            {"node": "etf_flow", "kind": "observed", "state": "flat"},
            {"node": "china_policy", "kind": "excluded", "state": "hard_mandate"},
        ]
    }
    response = client.post("/api/graphs/article/query", json=body)
    found = problem(response, 422, response.json()["type"].rpartition("/")[2])
    assert "china_policy" in found["detail"]
    assert "etf_flow" not in found["detail"]


@pytest.mark.parametrize(
    ("question", "body", "kind", "told"),
    [
        ("query", {"target": "btc_retrun"}, "question", "Did you mean 'btc_return'?"),
        ("query", {"scenario": "hard_mndate"}, "question", "Did you mean 'hard_mandate'?"),
        ("query", {"scenario": "scenarios/hard_mandate.yaml"}, "question", "no scenario"),
        ("query", {"scenario": "../article.yaml"}, "question", "no scenario"),
        (
            "query",
            {"findings": [{"node": "etf_flow", "state": "outflw"}]},
            "evidence",
            "Did you mean 'outflow'?",
        ),
        ("query", {"findings": [{"node": "etf_flow", "kind": "seen"}]}, "invalid", "findings.0"),
        ("query", {"findings": [{"node": "etf_flow", "kind": "Do"}]}, "invalid", "mean 'do'"),
        ("query", {"findings": [{"node": "etf_flow"}]}, "invalid", "'kind' is missing"),
        ("query", {"findigs": []}, "invalid", "Did you mean 'findings'?"),
        ("watch", {"by": "chnge"}, "invalid", "change"),
        ("query", {"findings": {"etf_flow": "outflow"}}, "invalid", "findings"),
        ("query", {"finding": []}, "invalid", "finding"),
        ("query", {"interval": 1.5}, "invalid", "interval"),
        ("query", {"interval": "0.9"}, "invalid", "interval"),
        ("query", {"draws": 10**9, "interval": 0.9}, "invalid", "draws"),
        ("query", {"draws": 10, "interval": 0.9}, "question", "100 draws"),
        ("query", {"target": []}, "invalid", "target"),
        ("query", [], "invalid", ""),
        (
            "query",
            {"findings": [{"node": "etf_flow", "kind": "likelihood", "weights": {"flat": -1}}]},
            "invalid",
            "negative",
        ),
        (
            "query",
            {"findings": [{"node": "e", "kind": "belief", "probabilities": {"a": 70, "b": 30}}]},
            "invalid",
            "percentages",
        ),
        ("explain", {}, "question", "nothing to explain"),
        ("effects", {}, "invalid", "of"),
        ("effects", {"of": "btc_return"}, "question", "outcome"),
        ("effects", {"of": "etf_flow", "channels": "yes"}, "invalid", "channels"),
        ("sensitivity", {"entry": ENTRY, "pair": [ENTRY, OTHER]}, "invalid", "exclude"),
        ("sensitivity", {"entry": ENTRY, "kinds": ["do"]}, "invalid", "about rows"),
        ("sensitivity", {"entry": "P(etf_flow"}, "question", "P(etf_flow"),
        ("sensitivity", {"kinds": ["does"]}, "invalid", "kinds"),
        ("watch", {"by": "size"}, "invalid", "by"),
        ("flip", {}, "invalid", "claim"),
        ("flip", {"claim": "x" * 5_000}, "invalid", "claim"),
        ("flip", {"claim": "P(btc_retrun = down) > 0.2"}, "question", "Did you mean 'btc_return'?"),
        ("flip", {"claim": "P(btc_return = down) >"}, "question", "but the statement ends"),
        ("flip", {"claim": "no arrow etf_flow -> btc_return"}, "question", "only the arrows"),
        (
            "flip",
            {"claim": 'P(btc_return = down | scenario "../x") > 0'},
            "question",
            "no scenario",
        ),
        ("flip", {"claim": CLAIM, "level": 1}, "invalid", "level"),
        ("flip", {"claim": CLAIM, "order": "size"}, "invalid", "order"),
        ("counterfactual", {}, "question", "nothing is set"),
        ("counterfactual", {"findings": GIVEN, "states": ["dwn"]}, "question", "'down'"),
        ("counterfactual", {"bounds": 1}, "invalid", "bounds"),
        ("decide", {}, "question", "has no decision"),
        ("decide", {"know": []}, "invalid", "know"),
        ("watch", {"by": "per-cost"}, "question", "cost"),
    ],
)
def test_a_mistake_is_told_with_what_was_expected(
    client: TestClient, question: str, body: Any, kind: str, told: str
) -> None:
    assert told in refused(client, question, body, 422, kind)


@pytest.mark.parametrize(
    ("text", "status", "kind"),
    [
        ("", 422, "invalid"),
        ("{", 400, "bad-request"),
        ('{"interval": NaN}', 422, "invalid"),
        ('{"interval": 1e999}', 422, "invalid"),
        ('{"seed": ' + "9" * 5000 + "}", 400, "bad-request"),
        ("[" * 100_000, 400, "bad-request"),
        ('{"target": "\\ud800"}', 422, "invalid"),
        ('{"target": "\\u0000"}', 422, "invalid"),
        ("\xff\xfe", 400, "bad-request"),
    ],
)
def test_a_body_that_is_no_question_is_refused(
    client: TestClient, text: str, status: int, kind: str
) -> None:
    response = client.post(
        "/api/graphs/article/query",
        content=text.encode("latin-1"),
        headers={"content-type": "application/json"},
    )
    problem(response, status, kind)


def test_what_was_sent_is_not_sent_back_where_it_is_long(client: TestClient) -> None:
    name = "x" * 100_000
    assert len(refused(client, "query", {"target": name}, 422, "invalid")) < 2_000


def test_too_many_findings_are_refused(client: TestClient) -> None:
    one = {"node": "etf_flow", "kind": "likelihood", "weights": {"flat": 1, "inflow": 0.5}}
    ask(client, "query", {"findings": [one] * 200})
    assert "200" in refused(client, "query", {"findings": [one] * 201}, 422, "invalid")


def test_unknown_graphs_and_addresses(client: TestClient) -> None:
    for method, address in (
        ("POST", "/api/graphs/artcle/query"),
        ("GET", "/api/graphs/artcle"),
        ("GET", "/api/graph"),
        ("GET", "/docs"),
        ("POST", "/api/graphs/article/forecast"),
        ("GET", "/assets/..%2f..%2fmodel.py"),
        ("GET", "/assets/../document.py"),
    ):
        problem(client.request(method, address, json={}), 404, "not-found")
    found = problem(client.post("/api/graphs/artcle/query", json={}), 404, "not-found")
    assert "Did you mean 'article'?" in found["detail"]
    for body in ({"before": "article", "after": "x"}, {"before": "x", "after": "article"}):
        problem(client.post("/api/diff", json=body), 404, "not-found")
    problem(client.post("/api/average", json={"graphs": ["article", "x"]}), 404, "not-found")
    problem(client.get("/api/graphs/article/query"), 405, "method")
