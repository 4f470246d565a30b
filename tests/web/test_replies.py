"""What a worker sends: hostile names stay text, and a broken graph is told in the page as well."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from causal_model.errors import GraphFileError
from causal_model.web.bodies import QueryBody
from causal_model.web.problems import problem_of
from causal_model.web.replies import HTML, JSON, answer, problem_page
from causal_model.web.shelf import Shelf

EVIL = "</script><script>alert(1)</script></svg><img src=x onerror=alert(1)>&\"'"
GRAPH = f"""
schema_version: 1
id: evil
title: {json.dumps(EVIL)}
nodes:
  {json.dumps(EVIL)}:
    label: {json.dumps(EVIL)}
    role: outcome
    states: {{no: {{}}, {json.dumps(EVIL)}: {{label: {json.dumps(EVIL)}}}}}
    table: {{form: table, rows: [{{p: {{no: 0.5, {json.dumps(EVIL)}: 0.5}}}}]}}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "evil.yaml").write_text(GRAPH, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text(f"id: {json.dumps(EVIL)}\n", encoding="utf-8")
    return Shelf({name: tmp_path / f"{name}.yaml" for name in ("evil", "broken")})


def asked(shelf: Shelf, kind: str, body: Any) -> str:
    media_type, content = answer(shelf, kind, ("evil",), body)
    assert media_type == (HTML if kind == "page" else JSON)
    return content.decode()


def test_hostile_names_are_text_in_the_page(shelf: Shelf) -> None:
    for lang in ("en", "zh-Hant", "<b>", None):
        page = asked(shelf, "page", lang)
        assert "alert(1)" in page
        for opening in re.findall(r"<script[^>]*>", page):
            assert 'src="/assets/' in opening or 'type="application/json"' in opening
        assert "<img" not in page
        assert page.count("</svg>") == page.count("<svg")


def test_hostile_names_come_back_as_they_are_in_json(shelf: Shelf) -> None:
    body = QueryBody.model_validate({"target": EVIL})
    assert json.loads(asked(shelf, "query", body))["posterior"] == {EVIL: {"no": 0.5, EVIL: 0.5}}
    assert json.loads(asked(shelf, "content", None))["title"]["en"] == EVIL
    _, listed = answer(shelf, "graphs", (), None)
    first, second = json.loads(listed)["graphs"]
    assert first["title"]["en"] == EVIL
    assert "broken.yaml:1" in second["problem"]
    assert str(shelf.places["broken"].parent) not in second["problem"]


def test_a_broken_graph_is_told_as_a_page(shelf: Shelf) -> None:
    with pytest.raises(GraphFileError) as caught:
        answer(shelf, "page", ("broken",), "en")
    told = problem_of(caught.value)
    assert told.status == 503
    page = problem_page(told).decode()
    assert "broken.yaml" in page
    assert "<script" not in page
    assert "<img" not in page
