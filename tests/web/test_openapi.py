"""The interface is what its OpenAPI document says, whatever is asked (by schemathesis)."""

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from causal_model.library import shipped_graphs
from causal_model.web.app import create_app
from causal_model.web.describe import described

SCHEMA = described(create_app(shipped_graphs()))
OPERATIONS = [(method, path) for path, methods in SCHEMA["paths"].items() for method in methods]
WITH_BODY = [each for each in OPERATIONS if each[0] == "post"]
# Names drawn at random are of no graph; of these, many a question makes sense.
NAMES = ["btc_return", "etf_flow", "down", "outflow", "inflow", "hard_mandate", "article"]
GRAPHS = ["article", "long_run", "gpu_only", "nowhere"]
WEIGHTS = {"type": "object", "enum": [{"flat": 1}, {"outflow": 0.25, "inflow": 0.75}]}
STATEMENTS = [
    "P(btc_return = down) > 40 %",
    "most likely btc_return is flat",
    "P(btc_return <= down) rises over do(etf_flow)",
    "arrow etf_flow -> btc_return exists",
]
SET = [[{"node": "etf_flow", "kind": "do", "state": state}] for state in ("outflow", "flat")]
RULES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
STRICTER = [*RULES, negative_data_rejection]


def with_names(schema: Any) -> Any:
    """The same document for names that exist, and for fewer draws than would take long."""
    if isinstance(schema, list):
        return [with_names(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and schema.get("maxLength") == 120:
        return {"type": "string", "enum": NAMES}
    found = {key: with_names(each) for key, each in schema.items()}
    if schema.get("in") == "path":
        found["schema"] = {"type": "string", "enum": GRAPHS}
    for key, most in (("draws", 200), ("orders", 200)):
        if isinstance(found.get(key), dict) and "maximum" in found[key]:
            found[key] = {"type": "integer", "minimum": 100, "maximum": most}
    return found


def for_the_article(schema: Any) -> Any:
    """The same, with findings about one node of the article, and graphs that are served."""
    found = with_names(schema)
    schemas = found["components"]["schemas"]
    states = {"type": "string", "enum": ["outflow", "inflow"]}
    for kind in ("Observed", "Excluded", "Do", "Likelihood", "Belief"):
        own = schemas[kind]["properties"]
        own["node"] = {"type": "string", "enum": ["etf_flow"]}
        for key, value in (("state", states), ("weights", WEIGHTS), ("probabilities", WEIGHTS)):
            if key in own:
                own[key] = value
    effects = schemas["EffectsBody"]["properties"]
    effects["of"] = {"type": "string", "enum": ["china_policy"]}
    for key in ("baseline", "policies", "states"):
        effects.pop(key)
    schemas["FlipBody"]["properties"]["claim"] = {"type": "string", "enum": STATEMENTS}
    schemas["CounterfactualBody"]["properties"].pop("states")
    schemas["CounterfactualBody"]["properties"]["findings"] = {"type": "array", "enum": SET}
    # One graph has a decision, and it is called like the graph.
    schemas["DecideBody"]["properties"]["before"] = {"type": "string", "enum": ["hedge"]}
    decide = found["paths"]["/api/graphs/{graph}/decide"]["post"]
    decide["parameters"][0]["schema"] = {"type": "string", "enum": ["hedge", "article"]}
    for key in ("before", "after"):
        schemas["DiffBody"]["properties"][key] = {"type": "string", "enum": GRAPHS}
    schemas["AverageBody"]["properties"].pop("prior")
    schemas["AverageBody"]["properties"]["graphs"]["items"] = {
        "type": "string",
        "enum": GRAPHS[:3],
    }
    return found


def ask_at_random(
    client: TestClient, document: Any, method: str, path: str, mode: GenerationMode
) -> Counter[int]:
    """Ask some questions of one kind, and count the statuses; what is not as described fails.

    Questions are drawn from a document, which may be narrower than the one that answers are held against.
    """
    operation = schemathesis.openapi.from_dict(document)[path][method]
    whole = schemathesis.openapi.from_dict(SCHEMA)[path][method]
    statuses: Counter[int] = Counter()

    @seed(7)
    @settings(
        max_examples=25,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: Any) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        told = case.as_transport_kwargs(base_url=str(client.base_url))
        response = client.request(
            told["method"],
            told["url"],
            params=told["params"],
            headers=told["headers"],
            **{key: told[key] for key in ("json", "content") if key in told},
        )
        statuses[response.status_code] += 1
        if mode is GenerationMode.NEGATIVE:
            case.validate_response(response, checks=STRICTER)
        else:
            asked = whole.Case(path_parameters=case.path_parameters, body=case.body)
            asked.validate_response(response, checks=RULES)

    ask()
    return statuses


def test_the_document_is_served_and_lists_every_question(client: TestClient) -> None:
    assert client.get("/api/openapi.json").json() == json.loads(json.dumps(SCHEMA))
    assert len(OPERATIONS) == 14
    page = client.get("/api").text
    for method, path in OPERATIONS:
        assert f"{method.upper()} {path}" in page
    for kind in ("observed", "excluded", "likelihood", "belief", "do"):
        assert f"<code>{kind}</code>" in page


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_makes_sense_is_answered_as_described(
    client: TestClient, method: str, path: str
) -> None:
    found = ask_at_random(client, for_the_article(SCHEMA), method, path, GenerationMode.POSITIVE)
    assert found[200]
    assert not found.keys() - {200, 404, 422}


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_what_is_not_as_described_is_refused(client: TestClient, method: str, path: str) -> None:
    found = ask_at_random(client, SCHEMA, method, path, GenerationMode.NEGATIVE)
    assert not found[200]
    assert sum(found.values()) > 5
