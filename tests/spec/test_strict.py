"""What `validate --strict` asks besides: sources, confidence, and quotes that are true."""

import textwrap
from pathlib import Path

import pytest

from causal_model.library import scenarios_of, shipped_graphs
from causal_model.spec.check_file import check_file
from causal_model.spec.diagnostics import RULES
from causal_model.spec.strict import as_compared
from tests.cli.shell import run

GRAPH = """\
schema_version: 1
id: street
title: A wet street
as_of: 2026-01-08
sources:
  paper:
    publisher: The paper
    date: 2026-01-07
    text: texts/paper.txt
  us: {publisher: Us, kind: judgement}
nodes:
  rain:
    states: [no, yes]
    sources: [{source: paper, quote: It rained for three days}]
    table:
      form: table
      rows:
        - {p: {no: 0.7, yes: 0.3}, confidence: 10, sources: [{source: us}]}
  wet:
    states: [dry, damp, soaked]
    parents:
      rain: {sign: positive, sources: [{source: paper, quote: "and the street … was “under water”"}]}
    table:
      form: table
      confidence: 8
      sources: [{source: us}]
      rows:
        - {given: {rain: no}, p: {dry: 0.9, damp: 0.1, soaked: 0}}
        - {given: {rain: yes}, p: {dry: 0.1, damp: 0.3, soaked: 0.6}}
"""
PAPER = (
    'Monday.\nIt rained for three\ndays, and the street in front of our house was\n"under water".\n'
)


def folder_with(folder: Path, graph: str = GRAPH, paper: str | None = PAPER) -> Path:
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    if paper is not None:
        (folder / "texts" / "paper.txt").write_text(paper)
    path = folder / "street.yaml"
    path.write_text(graph)
    return path


def found_in(path: Path) -> list[tuple[str, int]]:
    found = check_file(path, strict=True)
    assert all(each.severity == "warning" for each in found)
    return [(each.code, each.span.line) for each in found]


def test_a_graph_that_can_be_traced_has_no_mistakes(tmp_path: Path) -> None:
    assert found_in(folder_with(tmp_path)) == []


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("P001", 'sources: [{source: paper, quote: "and the street … was “under water”"}]', "", 22),
        ("P002", ", sources: [{source: us}]}", "}", 15),
        ("P002", "      sources: [{source: us}]\n      rows", "      rows", 23),
        ("P003", "It rained for three days", "It snowed for three days", 14),
        ("P003", "the street … was", "the house … was", 22),
        ("P003", "It rained for three days", "three days ... It rained", 14),
        ("P003", "It rained for three days", "' '", 14),
        ("P004", "date: 2026-01-07", "date: 2026-01-09", 8),
        ("P005", ", confidence: 10", "", 15),
        ("P005", "      confidence: 8\n", "", 23),
        ("P006", "texts/paper.txt", "texts/papre.txt", 9),
        ("P006", "texts/paper.txt", "texts/../texts/paper.txt", 9),
        ("P006", "texts/paper.txt", "/etc/hostname", 9),
        ("P006", "texts/paper.txt", "'C:\\paper.txt'", 9),
        ("P006", "texts/paper.txt", "texts", 9),
        ("P006", "texts/paper.txt", "''", 9),
    ],
)
def test_every_rule_is_found_at_its_line(
    tmp_path: Path, code: str, old: str, new: str, line: int
) -> None:
    changed = GRAPH.replace(old, new)
    assert changed != GRAPH
    path = folder_with(tmp_path, changed)
    assert found_in(path) == [(code, line)]
    # Without --strict nothing of it is said.
    assert check_file(path) == []
    told = run("validate", str(path), "--strict")
    assert told.code == 1
    assert f"warning[{code}]" in told.out
    assert run("validate", str(path)).code == 0


def test_every_strict_rule_is_tested_here() -> None:
    marks = test_every_rule_is_found_at_its_line.pytestmark  # type: ignore[attr-defined]
    tested = {each[0] for each in marks[0].args[1]}
    assert tested == {code for code in RULES if code.startswith("P")}


def test_a_source_of_the_day_of_the_graph_is_not_too_young(tmp_path: Path) -> None:
    assert (
        found_in(folder_with(tmp_path, GRAPH.replace("date: 2026-01-07", "date: 2026-01-08"))) == []
    )


def test_rows_are_named_where_only_some_lack_something(tmp_path: Path) -> None:
    bare = "        - {given: {rain: yes}, p: {dry: 0.1, damp: 0.3, soaked: 0.6}}\n"
    graph = GRAPH.replace("      confidence: 8\n      sources: [{source: us}]\n", "").replace(
        "soaked: 0}}", "soaked: 0}, confidence: 4, sources: [{source: us}]}"
    )
    assert bare in graph
    path = folder_with(tmp_path, graph)
    line = graph.splitlines().index(bare.rstrip("\n")) + 1
    assert found_in(path) == [("P002", line), ("P005", line)]


def test_a_definition_needs_no_confidence_but_a_source(tmp_path: Path) -> None:
    start = GRAPH.index("    table:", GRAPH.index("wet:"))
    graph = GRAPH[:start] + textwrap.indent(
        "table:\n  form: deterministic\n  rows: [{given: {rain: no}, state: dry}]\n  default: soaked\n",
        "    ",
    )
    assert [code for code, _ in found_in(folder_with(tmp_path, graph))] == ["P002"]


def test_a_link_to_a_text_is_not_followed(tmp_path: Path) -> None:
    path = folder_with(tmp_path / "graphs", paper=None)
    (tmp_path / "secret.txt").write_text(PAPER)
    (tmp_path / "graphs" / "texts" / "paper.txt").symlink_to(tmp_path / "secret.txt")
    assert found_in(path) == [("P006", 9)]
    inside = tmp_path / "graphs" / "texts" / "other.txt"
    inside.write_text(PAPER)
    (tmp_path / "graphs" / "texts" / "paper.txt").unlink()
    (tmp_path / "graphs" / "texts" / "paper.txt").symlink_to(inside)
    assert found_in(path) == [("P006", 9)]


def test_a_text_that_is_not_utf8_is_said_to_be_so(tmp_path: Path) -> None:
    path = folder_with(tmp_path)
    (tmp_path / "texts" / "paper.txt").write_bytes(b"\xff\xfe\x00")
    (each,) = check_file(path, strict=True)
    assert (each.code, each.hint) == ("P006", "save it as UTF-8")


def test_a_variant_is_checked_with_all_that_it_inherits(tmp_path: Path) -> None:
    path = folder_with(tmp_path, GRAPH.replace("It rained", "It snowed"))
    variant = tmp_path / "variant.yaml"
    variant.write_text("schema_version: 1\nid: variant\nextends: street.yaml\ntitle: V\n")
    (each,) = check_file(variant, strict=True)
    assert (each.code, each.span.file, each.span.line) == ("P003", str(path), 14)


def test_a_wrong_quote_is_shown_where_it_leaves_the_text(tmp_path: Path) -> None:
    graph = GRAPH.replace("It rained for three days", "It rained for three weeks")
    (each,) = check_file(folder_with(tmp_path, graph), strict=True)
    begun, _, read = each.hint.partition(" and reads ")
    assert begun == "the text agrees up to 'It rained for three '"
    assert "three days, and the street" in read


def test_a_file_with_mistakes_is_not_asked_for_sources(tmp_path: Path) -> None:
    path = folder_with(
        tmp_path, GRAPH.replace("no: 0.7", "no: 0.6").replace(", confidence: 10", "")
    )
    assert [each.code for each in check_file(path, strict=True)] == ["T001"]


def test_what_comes_from_a_pipe_has_no_texts_beside_it() -> None:
    done = run("validate", "-", "--strict", stdin=GRAPH.replace("It rained", "It snowed"))
    assert done.code == 0


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("決定,允許出口", "決定,\n允許出口"),
        ("H200 訂單", "H200訂單"),
        ("“硬性”規定", "「硬性」規定"),
        ("a - b", "a — b"),
        ("it\u00adself", "itself"),
        ("cafe\u0301", "café"),
        ("25%", "25%"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_the_same(quote: str, text: str) -> None:
    assert as_compared(quote) == as_compared(text)


@pytest.mark.parametrize(
    ("one", "other"), [("A", "a"), ("no where", "nowhere"), ("0.5", "05"), ("訂單", "定單")]
)
def test_what_differs_for_a_reader_differs(one: str, other: str) -> None:
    assert as_compared(one) != as_compared(other)


def test_the_shipped_graphs_can_be_traced() -> None:
    for path in shipped_graphs().values():
        assert check_file(path, strict=True) == []
    for path in scenarios_of(shipped_graphs()["article"]).values():
        assert check_file(path, strict=True) == []
