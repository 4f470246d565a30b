"""Findings from dictionaries, files and rows, through one model."""

import json
from pathlib import Path
from typing import Any

import pytest

from causal_model.errors import EvidenceError
from causal_model.spec.check import read_evidence, read_evidence_text
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.evidence import Belief, Do, Evidence, Excluded, Likelihood, Observed

ALL_KINDS = (
    Observed(node="a", state="x"),
    Excluded(node="b", state="y"),
    Likelihood(node="c", weights={"u": 6.0, "v": 3.0}),
    Belief(node="d", probabilities={"p": 0.25, "q": 0.75}),
    Do(node="e", state="z"),
)

BY_KIND: dict[str, Any] = {
    "given": {"a": "x"},
    "excluded": {"b": ["y"]},
    "likelihood": {"c": {"u": 6, "v": 3}},
    "belief": {"d": {"p": 0.25, "q": 0.75}},
    "do": {"e": "z"},
}


def test_all_five_kinds_by_dictionary() -> None:
    assert Evidence.of(**BY_KIND).all_findings() == ALL_KINDS


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_all_five_kinds_by_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"evidence.{suffix}"
    path.write_text(json.dumps(BY_KIND))
    assert read_evidence(str(path)).all_findings() == ALL_KINDS


def test_what_a_query_prints_can_be_read_back() -> None:
    dumped = [each.model_dump(mode="json") for each in ALL_KINDS]
    assert read_evidence_text(json.dumps(dumped), "x.json").all_findings() == ALL_KINDS
    whole = json.dumps({"findings": dumped})
    assert read_evidence_text(whole, "x.json").all_findings() == ALL_KINDS


def test_a_flat_mapping_is_what_was_observed() -> None:
    read = read_evidence_text('{"china_policy": "hard_mandate"}', "x.json")
    assert read.all_findings() == (Observed(node="china_policy", state="hard_mandate"),)


def test_a_csv_row_holds_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b,likelihood:c,belief:d,do:e\nx,!=y,u:6|v:3,p:0.25|q:0.75,z\n,,,,\n")
    assert read_evidence(f"{path}:1").all_findings() == ALL_KINDS
    assert read_evidence(f"{path}:2").all_findings() == ()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a,b\nx,y\nz,w\n", "", "say which one"),
        ("a,b\nx,y\n", ":3", "no row 3"),
        ("a,a\nx,y\n", "", "comes twice"),
        ("a,b\nx\n", "", "not as many cells"),
        ("likelihood:a\nx\n", "", "state:0.8|state:0.2"),
    ],
)
def test_rows_that_cannot_be_read(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(EvidenceError, match=words.replace("|", r"\|")):
        read_evidence(f"{path}{place}")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"given": {"a": True}}, "got True"),
        ({"given": {"a": 1}}, "got 1"),
        ({"given": {"a": 0.5}}, "got 0.5"),
        ({"given": {"a": None}}, "got None"),
        ({"given": {"a": ["x"]}}, "got"),
        ({"given": "a=x"}, "mapping"),
        ({"given": {"": "x"}}, "no name"),
        ({"likelihood": {"a": {"x": -0.1, "y": 1}}}, "negative"),
        ({"likelihood": {"a": {"x": 0, "y": 0}}}, "zero"),
        ({"likelihood": {"a": {}}}, "mapping of states"),
        ({"likelihood": {"a": [0.2, 0.8]}}, "mapping of states"),
        ({"likelihood": {"a": {"x": float("nan")}}}, "number"),
        ({"likelihood": {"a": {"x": float("inf")}}}, "finite"),
        ({"belief": {"a": {"x": 0.4, "y": 0.4}}}, "sums to 0.8"),
        ({"belief": {"a": {"x": 1.5, "y": -0.5}}}, "negative"),
        ({"excluded": {"a": 3}}, "list"),
    ],
)
def test_what_is_no_finding_is_refused_with_words(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        Evidence.of(**parts)
    assert words in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_a_mistake_in_a_file_has_its_place() -> None:
    with pytest.raises(InvalidGraphFile) as caught:
        read_evidence_text("given: {a: x}\nlikelihoood: {}\n", "x.yaml")
    found = caught.value.diagnostics[0]
    assert (found.code, found.span.line, found.hint) == ("S002", 2, "Did you mean 'likelihood'?")


def test_json_is_held_to_json() -> None:
    with pytest.raises(InvalidGraphFile, match="is not JSON"):
        read_evidence_text("{a: b}", "x.json")
