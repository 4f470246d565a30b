"""The JSON Schemas of graph, scenario, claims and binning files, for editors."""

from typing import Any

from causal_model.spec.binning import Binning
from causal_model.spec.claims import ClaimsFile
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.scenario import Scenario

__all__ = [
    "binning_json_schema",
    "claims_json_schema",
    "graph_json_schema",
    "scenario_json_schema",
]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def graph_json_schema() -> dict[str, Any]:
    """The schema of a graph file; a variant needs only what it changes."""
    schema = _schema(GraphFile.model_json_schema(by_alias=True, mode="validation"))
    # What a variant does not say it inherits, and null removes: so the parts are all optional, and a
    # file is either a variant or has nodes.
    schema["required"] = ["schema_version", "id", "title"]
    schema["anyOf"] = [{"required": ["nodes"]}, {"required": ["extends"]}]
    node = schema["$defs"]["Node"]
    for each in ("Node", "Decision", "Utility"):
        schema["$defs"][each].pop("required", None)
    # One shape that the kind decides, and not one of three, lets an editor say what is wrong with it.
    schema["properties"]["nodes"]["additionalProperties"] = _by_kind("decision", "utility")
    for holder, key in (
        (schema, "nodes"),
        (schema, "channels"),
        (schema, "sources"),
        (node, "parents"),
    ):
        entry = holder["properties"][key]
        entry["additionalProperties"] = {"anyOf": [entry["additionalProperties"], {"type": "null"}]}
        told = {
            each: entry.pop(each) for each in ("title", "description", "default") if each in entry
        }
        holder["properties"][key] = {**told, "anyOf": [dict(entry), {"type": "null"}]}
    return schema


def _by_kind(*kinds: str) -> dict[str, Any]:
    """The shape of a node of these kinds; one that says no kind, or another, is an ordinary node."""
    if not kinds:
        return {"$ref": "#/$defs/Node"}
    return {
        "if": {"required": ["kind"], "properties": {"kind": {"const": kinds[0]}}},
        "then": {"$ref": f"#/$defs/{kinds[0].capitalize()}"},
        "else": _by_kind(*kinds[1:]),
    }


def scenario_json_schema() -> dict[str, Any]:
    """The schema of a scenario file."""
    return _schema(Scenario.model_json_schema(by_alias=True, mode="validation"))


def claims_json_schema() -> dict[str, Any]:
    """The schema of a claims file."""
    return _schema(ClaimsFile.model_json_schema(by_alias=True, mode="validation"))


def binning_json_schema() -> dict[str, Any]:
    """The schema of a binning file."""
    return _schema(Binning.model_json_schema(by_alias=True, mode="validation"))


def _schema(found: dict[str, Any]) -> dict[str, Any]:
    text = found["$defs"].get("Text")
    if text is not None:
        found["$defs"]["Text"] = {"title": "Text", "anyOf": [{"type": "string"}, text]}
    return {"$schema": DIALECT, **found}
