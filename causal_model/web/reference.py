"""The description of the JSON interface as a page, without anything from elsewhere."""

from collections.abc import Iterator
from html import escape
from typing import Any

__all__ = ["reference"]

FINDINGS = ("Observed", "Excluded", "Likelihood", "Belief", "Do")


def reference(described: dict[str, Any], place: str) -> str:
    """A page that lists every question, what it takes and what it answers.

    Args:
        described: the OpenAPI document.
        place: where that document is found.
    """
    schemas = described["components"]["schemas"]
    info = described["info"]
    body = "".join(
        _operation(path, method, operation, schemas)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<link rel="icon" href="data:,"><title>{escape(info["title"])}: JSON interface</title>'
        "<style>body{font:15px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
        "color-scheme:light dark}code{font-size:.95em}td,th{text-align:left;vertical-align:top;"
        "padding:.2rem 1rem .2rem 0}</style></head><body>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_words(info['description'])}</p>"
        f'<p>For programs: <a href="{escape(place)}">{escape(place)}</a> (OpenAPI). What cannot be'
        " answered is told as <code>application/problem+json</code>.</p>"
        f"{body}<h2>Findings</h2>{_findings(schemas)}</body></html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    answer = _name(operation["responses"]["200"]["content"]["application/json"]["schema"])
    told = _words(operation.get("description", ""))
    parts = [f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{told}</p>"]
    body = operation.get("requestBody")
    if body:
        taken = schemas[_name(body["content"]["application/json"]["schema"])]
        rows = "".join(_fields(taken))
        parts.append(f"<table><tr><th>key</th><th>takes</th><th></th></tr>{rows}</table>")
    keys = ", ".join(f"<code>{escape(each)}</code>" for each in schemas[answer]["properties"])
    parts.append(f"<p>Answers {keys}.</p>")
    return "".join(parts)


def _findings(schemas: dict[str, Any]) -> str:
    """The kinds of findings, with their keys."""
    return "".join(
        f"<h3>{escape(kind)}</h3><p>{_words(schemas[kind].get('description', ''))}</p>"
        f"<table>{''.join(_fields(schemas[kind]))}</table>"
        for kind in FINDINGS
    )


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    needed = schema.get("required", [])
    for key, each in schema["properties"].items():
        told = _words(each.get("description", ""))
        must = " (needed)" if key in needed else ""
        yield f"<tr><td><code>{escape(key)}</code>{must}</td><td>{_type(each)}</td><td>{told}</td></tr>"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return escape(_name(schema))
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return " or ".join(dict.fromkeys(_type(each) for each in several))
    if schema.get("type") == "array":
        inner: Any = schema.get("items") or next(iter(schema.get("prefixItems", [])), {})
        return f"a list of {_type(inner)}"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"by name {_type(inner)}" if isinstance(inner, dict) else "an object"
    return escape({"null": "nothing"}.get(str(schema.get("type")), str(schema.get("type", "text"))))


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _words(text: str) -> str:
    """Text with what stands between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{each}</code>" if at % 2 else each for at, each in enumerate(parts))
