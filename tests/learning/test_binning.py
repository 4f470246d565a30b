"""Binning files: every mistake at its place, with what to write instead."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from causal_model.spec.binning import read_binning
from causal_model.spec.check import read_graph
from causal_model.spec.diagnostics import RULES, InvalidGraphFile
from causal_model.spec.json_schema import binning_json_schema
from tests.learning.weather import BINNING, write

MOOD = "{column: felt, states: {bad: low, fine: high, great: high}}"
PLANTED = [
    ("L001", "  rain: {", "  rian: {", 6, "Did you mean 'rain'?"),
    ("L001", "nodes:", "learn: [moood]\nnodes:", 5, "Did you mean 'mood'?"),
    ("L002", "bad: low", "bad: lw", 7, "Did you mean 'low'?"),
    ("L003", MOOD, "{column: felt, cuts: [1]}", 7, "write holds: numbers"),
    ("L003", MOOD, "{column: felt, unit: mm}", 7, "write holds: numbers"),
    ("L003", MOOD, "{column: felt, holds: numbers}", 7, "write cuts, low to high"),
    ("L003", "felt, states", "felt, holds: numbers, cuts: [1], states", 7, "write cuts"),
    ("L003", "numbers}", "numbers, cuts: [1]}", 6, ""),
    ("L003", "numbers}", "numbers, cuts: [2, 1]}", 6, ""),
    ("L004", "numbers}", "numbers, unit: inches}", 6, ""),
    ("L005", "column: mm", "column: felt", 7, ""),
    ("L006", "source: station", "source: staton", 2, "Did you mean 'station'?"),
    ("T017", "column: mm,", "column: mm, confidence: -1,", 6, ""),
    ("S001", "source: station\n", "", 1, ""),
    ("S002", "missing:", "mising:", 4, "Did you mean 'missing'?"),
    ("S005", "numbers}", "numbers, cuts: [1, two]}", 6, ""),
    ("S006", "holds: numbers", "holds: number", 6, "Did you mean 'numbers'?"),
]


@pytest.mark.parametrize(("code", "old", "new", "line", "hint"), PLANTED)
def test_a_mistake_is_found_at_its_line(
    tmp_path: Path, code: str, old: str, new: str, line: int, hint: str
) -> None:
    assert old in BINNING
    write(tmp_path, binning=BINNING.replace(old, new, 1))
    with pytest.raises(InvalidGraphFile) as caught:
        read_binning(tmp_path / "binning.yaml", read_graph(tmp_path / "weather.yaml"))
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.line) == (code, line)
    assert hint in found.hint


def test_every_rule_of_learning_is_planted() -> None:
    assert {code for code, *_ in PLANTED} >= {code for code in RULES if code.startswith("L")}


def test_binning_files_satisfy_the_schema_that_editors_use() -> None:
    fixture = Path(__file__).parents[2] / "fixtures" / "weekly_states" / "binning.yaml"
    schema = binning_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for text in (BINNING, BINNING + "learn: [mood]\n", fixture.read_text(encoding="utf-8")):
        jsonschema.validate(yaml.safe_load(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(BINNING.replace("numbers", "words")), schema)


@pytest.mark.parametrize("text", ["", "[]", "nodes: 3", "source: [", "\0", "nodes: {rain: null}"])
def test_what_is_no_binning_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, binning=text)
    with pytest.raises(InvalidGraphFile):
        read_binning(tmp_path / "binning.yaml", read_graph(tmp_path / "weather.yaml"))
