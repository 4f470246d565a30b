"""Findings from dictionaries, files and rows, through one model."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from causal_model.errors import EvidenceError
from causal_model.spec.check import read_evidence, read_evidence_text
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.evidence import (
    Belief,
    Do,
    Evidence,
    Excluded,
    Finding,
    Likelihood,
    Observed,
)

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
    "number", [np.float32(0.5), np.float64(0.5), np.int64(2), Fraction(1, 2), 3, "0.25"]
)
def test_every_kind_of_real_number_is_a_weight(number: Any) -> None:
    read = Evidence.of(likelihood={"a": {"x": number}}).likelihood["a"]["x"]
    assert type(read) is float
    assert read == float(number)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"likelihood": {"a": {"x": 10**400}}}, "expected a number"),
        ({"likelihood": {"a": {"x": 10**5000}}}, "too many digits"),
        ({"given": {"a": 10**5000}}, "too many digits"),
        ({"likelihood": {"a": {"x": np.True_}}}, "expected a number"),
        ({"likelihood": {"a": {"x": "70%"}}}, "write 0.7"),
        ({"given": {"a": ["x", "y"]}}, "use likelihood"),
        ({"belief": {"a": {"x": 60, "y": 40}}}, "divide each of them by 100"),
        ({"findings": [{"node": "a", "kind": "observd", "state": "x"}]}, "'observed'"),
        ({"findings": [{"node": "a"}]}, "'kind' is missing"),
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


NODES = {"weather": ("sun", "storm"), "road": ("dry", "wet"), "mood": ("\U0001f600", "bad")}


@pytest.mark.parametrize(
    "text",
    [
        r'{"mood": "\ud83d\ude00"}',
        r'{"given": {"mood": "\uD83D\uDE00"}}',
        r'{"mood": "\ud83d\ude00", "road": "\u0077et", "we\u0061ther": "storm"}',
        '{\n\t"mood":\t"\\ud83d\\ude00"}',
    ],
)
@pytest.mark.parametrize("name", ["x.json", "X.JSON", "<stdin>"])
def test_json_may_escape_what_yaml_cannot(text: str, name: str) -> None:
    assert read_evidence_text(text, name, NODES).given["mood"] == "\U0001f600"


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        (r'{"mood": "\ud83d\ude00", "mood": "bad"}', "Y003", 26),
        (r'{"road": "a\/b", "mood": "\ud83d\ude01"}', "F002", 10),
        (r'{"weather": "sun", "mood": "\ud83d\ude01"}', "F002", 28),
        (r'{"mood": "\ud83d\ude00"', "Y002", 24),
        (r'{"mood": "\ud83d\ude00", "x": ' + "[" * 60 + "]" * 60 + "}", "Y002", 1),
    ],
)
def test_mistakes_beside_such_escapes_have_their_places(text: str, code: str, column: int) -> None:
    with pytest.raises(InvalidGraphFile) as caught:
        read_evidence_text(text, "x.json", NODES)
    found = caught.value.diagnostics[0]
    assert (found.code, found.span.column, found.span.text) == (code, column, text)


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("road: wet\nweather: stom\n", "F002", 2, "'storm'"),
        ("road: wet\nwether: storm\n", "F001", 2, "'weather'"),
        ("- {node: road, state: wet}\n- {node: weather, state: stom}\n", "F002", 2, "'storm'"),
        (
            "findings:\n- node: weather\n  kind: belief\n  probabilities:\n    stom: 1",
            "F002",
            5,
            "'st",
        ),
        ("likelihood:\n  weather:\n    sun: 1\n    stom: 1\n", "F002", 4, "'storm'"),
        ("do: {weather: sun}\ngiven:\n  weather: sun", "F003", 3, ""),
    ],
)
def test_what_a_graph_does_not_know_is_shown_in_the_file(
    text: str, code: str, line: int, hint: str
) -> None:
    with pytest.raises(InvalidGraphFile) as caught:
        read_evidence_text(text, "x.yaml", NODES)
    found = caught.value.diagnostics[0]
    assert (found.code, found.span.line) == (code, line)
    assert hint in found.hint


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("weather,road\nsun,wet\nstom,wet\n", ":2", r"row 2: .* no state 'stom'. Did .* 'storm'"),
        ("wether\nsun\n", "", "row 1: there is no node 'wether'. Did you mean 'weather'"),
        ("zzz\nsun\n", "", "row 1: there is no node 'zzz'. known: weather, road, mood"),
        ("likelihood:weather\nsun:1|stom:2\n", "", "row 1: .* no state 'stom'"),
        ("weather;road\nsun;wet\n", "", "separated by semicolons, expected commas"),
        ("weather\troad\nsun\twet\n", "", "separated by tabs, expected commas"),
    ],
)
def test_rows_that_a_graph_does_not_know(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = tmp_path / "rows.CSV"
    path.write_text(text)
    with pytest.raises(EvidenceError, match=words):
        read_evidence(f"{path}{place}", NODES)


def test_blanks_around_cells_and_line_feeds_in_them_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "rows.CSV"
    path.write_text(' weather , road\n sun ,dry\n\n storm, "wet "\n"s\nx",dry\n')
    assert read_evidence(f"{path}:2", NODES).given == {"weather": "storm", "road": "wet"}
    with pytest.raises(EvidenceError, match=r"rows\.CSV: row 3: .*is no name"):
        read_evidence(f"{path}:3", NODES)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('"state": "x"', Observed(node="a", state="x")),
        ('"weights": {"x": 2}', Likelihood(node="a", weights={"x": 2.0})),
        ('"probabilities": {"x": 1}', Belief(node="a", probabilities={"x": 1.0})),
    ],
)
def test_the_kind_of_a_finding_may_be_left_out(said: str, meant: Finding) -> None:
    read = read_evidence_text(f'[{{"node": "a", {said}}}]', "x.json")
    assert read.all_findings() == (meant,)
