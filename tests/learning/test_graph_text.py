"""Graph files are written so that they are read back as they were meant, to the last letter."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from causal_model.build import build_network, row_counts
from causal_model.learning.graph_text import learned_graph_text, write_data
from causal_model.learning.learn import learn
from causal_model.library import shipped_graphs
from causal_model.spec.check import read_graph
from causal_model.spec.extends import load_extended
from causal_model.spec.load import load_text
from tests.learning.weather import BINNING, DATA, read, write

ODD = [
    *("", "~", "null", "a: b", "a #b", "- a", "-", "?", "[a]", "{a}", "a,b", '"', "'", "\\", "*a"),
    *("&a", "!a", "|", ">", "%", "@", "`", "<<", "=", "a:", " a", "a ", "\t", "\x85", "\u2028"),
    *("\x07", "yes", "1e3", "é", "中文、", "🂡", "---", "...", "a\nb", "x" * 200, "a b " * 60),
]
words = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.recursive(
    st.none() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(words, plain, min_size=1, max_size=4))
@example({"nodes": {each: {"table": {"rows": [{each: each}]}} for each in ODD}})
@example({"description": " ".join(["word"] * 60), "title": "two  blanks " + "and more " * 20 + "x"})
def test_any_data_are_read_back_as_they_were(data: dict[str, Any]) -> None:
    again = load_text(write_data(data), "x.yaml")
    assert again.diagnostics == []
    assert again.data == data


@pytest.mark.parametrize("name", shipped_graphs())
def test_a_shipped_graph_says_the_same_when_it_is_written_again(name: str) -> None:
    path = shipped_graphs()[name]
    text = path.read_text(encoding="utf-8")
    data = load_text(text, name).data
    written = write_data(data)
    assert load_text(written, name).data == data
    assert write_data(load_text(written, name).data) == written


def test_counts_and_what_was_elicited_are_in_the_file(tmp_path: Path) -> None:
    write(tmp_path)
    graph, binning, rows = read(tmp_path)
    path = tmp_path / "weather.yaml"
    text = learned_graph_text(graph, path, path, learn(graph, rows, binning), rows, "station")
    assert "- {given: {rain: none}, counts: {low: 1, high: 2}}  # counted, n = 3\n" in text
    assert "- {given: {rain: much}, counts: {}}  # elicited, n = 0\n" in text
    assert f"        hash: {rows.hash}\n" in text
    path.write_text(text, encoding="utf-8")
    again = read_graph(path)
    assert {name: n.tolist() for name, n in row_counts(again).items()} == {
        "rain": 5,
        "mood": [3, 2, 0],
    }
    np.testing.assert_allclose(build_network(again).tables["rain"], [9 / 15, 5 / 15, 1 / 15])
    # Learning again starts from what was elicited, so nothing counts twice.
    once_more = learned_graph_text(again, path, path, learn(again, rows, binning), rows, "station")
    assert once_more == text


def test_expected_counts_say_so_and_are_rounded(tmp_path: Path) -> None:
    write(tmp_path, data=DATA + "2026-01-06,,bad\n", binning=BINNING + "learn: [mood]\n")
    graph, binning, rows = read(tmp_path)
    path = tmp_path / "weather.yaml"
    learned = learn(graph, rows, binning, confidence=2.5)
    text = learned_graph_text(graph, path, path, learned, rows, "station")
    assert "      confidence: 2.5\n      prior:\n" in text
    assert "# expected, n = " in text
    path.write_text(text, encoding="utf-8")
    found = build_network(read_graph(path)).tables["mood"]
    np.testing.assert_allclose(found, learned.tables["mood"].table, atol=0.005)
    assert row_counts(read_graph(path))["mood"].sum() == pytest.approx(6, abs=0.02)


def test_a_variant_stays_one_in_its_place_and_is_whole_elsewhere(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / "variant.yaml"
    head = "# A comment.\nschema_version: 1\nid: variant\nextends: weather.yaml\ntitle: Variant\n"
    path.write_text(head + "nodes: {mood: {label: Mood}}\n", encoding="utf-8")
    _, binning, rows = read(tmp_path)
    graph = read_graph(path)
    learned = learn(graph, rows, binning)
    text = learned_graph_text(graph, path, path, learned, rows, "station")
    assert text.startswith("# A comment.\nschema_version: 1\n")
    assert "extends: weather.yaml\n" in text
    assert "states" not in text
    elsewhere = tmp_path / "away" / "whole.yaml"
    whole = learned_graph_text(graph, path, elsewhere, learned, rows, "station")
    document = load_extended(whole, "whole.yaml", elsewhere.parent)
    assert document.diagnostics == []
    assert "extends" not in document.data
    assert document.data["id"] == "whole"
    assert document.data["nodes"]["mood"]["label"] == "Mood"
