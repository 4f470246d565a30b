"""What YAML does to the unwary, and how long it may take."""

import os
import textwrap
from pathlib import Path

import pytest

from causal_model.spec.check import check_graph_text, read_evidence, read_evidence_text
from causal_model.spec.check_file import check_file
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.load import load_text


def codes(text: str) -> list[str]:
    return [each.code for each in load_text(text, "x.yaml").diagnostics]


@pytest.mark.parametrize(
    "states",
    [
        "no, on",
        "off, yes",
        "NO, Y",
        "1e3, 12:30",
        "010, 0x10",
        "1_000, 2024-01-01",
        "'null', '~'",
        "1.10, 1.1",
    ],
)
def test_states_stay_the_text_that_was_written(states: str) -> None:
    first, second = states.split(",")
    names = [each.strip().strip("'") for each in (first, second)]
    text = textwrap.dedent(
        f"""\
        schema_version: 1
        id: x
        title: X
        nodes:
          a:
            states: [{states}]
            table: {{form: table, rows: [{{p: {{{first}: 1e-1, {second}: .9}}}}]}}
        """
    )
    graph, found = check_graph_text(text, "x.yaml", Path())
    assert found == []
    assert graph is not None
    assert list(graph.nodes["a"].states) == names


@pytest.mark.parametrize("number", ["1e-3", "1.0e-3", ".001", "0.001", "+0.001", "1E-3"])
def test_numbers_are_numbers_where_numbers_are_wanted(number: str) -> None:
    evidence = read_evidence_text(f"likelihood: {{a: {{x: {number}, y: 1}}}}", "x.yaml")
    assert evidence.likelihood["a"]["x"] == 0.001


@pytest.mark.parametrize(
    "number", ["1_000", "0x10", "0,5", "nan", ".nan", "inf", "1e400", "true", "ten", ""]
)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidGraphFile):
        read_evidence_text(f"likelihood: {{a: {{x: '{number}', y: 1}}}}", "x.yaml")


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    lines = ["a0: &a0 [lol]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)
    ]
    found = codes("\n".join(lines))
    assert set(found) == {"Y004"}


def test_a_list_that_holds_itself_is_refused() -> None:
    assert codes("a: &a [*a]") == ["Y004", "Y004"]


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    for depth in (60, 2_000, 20_000):
        assert codes("a: " + "[" * depth + "]" * depth)[0] in ("Y006", "Y002")


def test_duplicate_keys_name_both_lines() -> None:
    found = load_text("a: 1\nb: 2\na: 3\n", "x.yaml").diagnostics
    assert [(each.code, each.span.line) for each in found] == [("Y003", 3)]
    assert "line 1" in found[0].message


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!!str", "!custom", "!!binary"])
def test_tags_are_refused(tag: str) -> None:
    assert "Y005" in codes(f"a: {tag} x")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xef\xbb\xbfgiven: {a: b}\r\n", None),
        ("given: {a: b}".encode("utf-16"), "Y001"),
        (b"given: {a: b\x00}", "Y001"),
        (b"given: {a: \xff}", "Y001"),
        (b"given:\n\t- a", "Y002"),
    ],
)
def test_encodings(tmp_path: Path, raw: bytes, code: str | None) -> None:
    path = tmp_path / "evidence.yaml"
    path.write_bytes(raw)
    if code is None:
        assert read_evidence(str(path)).given == {"a": "b"}
    else:
        with pytest.raises(InvalidGraphFile) as caught:
            read_evidence(str(path))
        assert caught.value.diagnostics[0].code == code


def test_columns_count_characters_not_bytes() -> None:
    found = load_text("標籤: 一\n標籤: 二\n", "x.yaml").diagnostics
    assert (found[0].span.line, found[0].span.column, found[0].span.end_column) == (2, 1, 3)


@pytest.mark.parametrize("text", ["", "just text", "[1, 2]", "- a: b", "42", "null"])
def test_what_is_no_mapping_is_no_graph(text: str) -> None:
    graph, found = check_graph_text(text, "x.yaml", Path())
    assert graph is None
    assert found[0].code == "S003"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    found = check_file(tmp_path / "nowhere.yaml")
    assert [each.code for each in found] == ["Y001"]
    assert "No such file" in found[0].message
    assert check_file("a\0b")[0].code == "Y001"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\nb: [1, 2", 2, 9),
        ("a: 1\nb: [1, 2\n", 2, 9),
        ("a: 1\nb: {x: [1, 2   \n\n\n", 2, 13),
        ("a: 'x\n", 1, 6),
        ("a: é\nb: x\x01", 2, 5),
        ("a: é\r\nb: \ud800", 2, 4),
        ("a: é\u2028b: x\x01", 2, 5),
    ],
)
def test_what_is_missing_is_missed_inside_the_text(text: str, line: int, column: int) -> None:
    (found,) = load_text(text, "x.yaml").diagnostics
    assert (found.span.line, found.span.column) == (line, column)
    assert "^" in str(found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines_end_where_yaml_ends_them(end: str) -> None:
    document = load_text(end.join(("a: 'x", "", "  y'", "b: 1", "b: 2", "")), "x.yaml")
    (found,) = document.diagnostics
    assert (found.code, found.span.line, found.span.text) == ("Y003", 5, "b: 2")
    assert "line 4" in found.message


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("grpah.yaml", "'graph.yaml'"),
        ("graph.yml", "'graph.yaml'"),
        ("x.yaml", ""),
        ("n/g.yaml", ""),
    ],
)
def test_a_missing_file_names_the_nearest(tmp_path: Path, wrong: str, hint: str) -> None:
    for name in ("graph.yaml", "other.yaml"):
        (tmp_path / name).write_text("{}")
    (found,) = check_file(tmp_path / wrong)
    assert found.code == "Y001"
    assert found.hint == (f"Did you mean {hint}?" if hint else "")


def test_a_pipe_from_the_shell_is_read() -> None:
    for folder in ("/dev/fd", "/proc/self/fd"):
        out, into = os.pipe()
        with os.fdopen(out), os.fdopen(into, "wb") as writer:
            writer.write(b"a: x")
            writer.close()
            assert read_evidence(f"{folder}/{out}").given == {"a": "x"}


def test_a_pipe_from_the_shell_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causal_model.spec.load.LARGEST_FILE", 3)
    out, into = os.pipe()
    with os.fdopen(out), os.fdopen(into, "wb", buffering=0) as writer:
        # The writer stays open: whoever reads to the end of what it says waits for ever.
        writer.write(b"a: x" * 100)
        assert [each.code for each in check_file(f"/dev/fd/{out}")] == ["Y007"]
