"""Slips that people make: each is reported once, at what is wrong, with what to write instead."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest

from causal_model.errors import did_you_mean
from causal_model.spec.check import check_graph_text
from causal_model.spec.check_file import check_file
from causal_model.spec.check_graph import known_names
from causal_model.spec.diagnostics import Diagnostic
from tests.spec.test_rules import GRAPH


def check(text: str) -> list[Diagnostic]:
    return check_graph_text(text, "street.yaml", Path())[1]


def pointed_at(found: Diagnostic) -> str:
    return found.span.text[found.span.column - 1 : found.span.end_column - 1]


TABLE = """\
    table:
      form: table
      rows:
        - p: {off: 0.6, on: 0.4}
"""
SOME = "some: {interval: [1, 5]}"

# What is replaced by what; and the rule, what is pointed at, a part of the message and of the hint.
SLIPS = [
    # Tables that are none.
    (TABLE, "    table:\n", "S003", "", "mapping with a form, got nothing", ""),
    (TABLE, "    table: x\n", "S003", "x", "mapping with a form, got 'x'", ""),
    (TABLE, "    table: []\n", "S003", "[", "mapping with a form, got a list", ""),
    (TABLE, "    table: {rows: []}\n", "S001", "table", "'form' is missing; expected one", ""),
    (TABLE, "    table: {forn: table}\n", "S001", "table", "'form' is missing", "'forn' meant"),
    (TABLE, "    table: {form: [a]}\n", "S006", "[", "unknown form a list", ""),
    ("form: noisy_max", "form: noisymax", "S006", "noisymax", "'noisymax'", "'noisy_max'?"),
    ("form: noisy_max", "form: RANKED", "S006", "RANKED", "'RANKED'", "'ranked'?"),
    # Intervals that are no pair.
    (SOME, "some: {interval: [1, x]}", "S005", "x", "got 'x'", ""),
    (SOME, "some: {interval: [1, ]}", "S003", "[", "needs two numbers", ""),
    (SOME, "some: {interval: [1]}", "S003", "[", "needs two numbers", ""),
    (SOME, "some: {interval: [~, 5]}", "S005", "~", "got nothing", ""),
    (SOME, "some: {interval: [1, 2, 5]}", "S003", "[", "two numbers", ""),
    # A misspelt key is one mistake, not also a missing one; an odd one does not hide what is missing.
    ("rain: {sign: p", "rain: {sgn: p", "S002", "sgn", "unknown key 'sgn'", "'sign'?"),
    ("sprinkler: {sign: positive}", "sprinkler: {colour: red}", "S002", "colour", "'colour'", ""),
    ("sprinkler: {sign: positive}", "sprinkler: {colour: red}", "S001", "sprinkler", "'sign'", ""),
    # Numbers and words that are written differently elsewhere.
    ("spread: 0.2", "spread: 20%", "S005", "20%", "got '20%'", "write 0.2"),
    ("spread: 0.2", "spread: 0,2", "S005", "0,2", "got '0,2'", "write 0.2"),
    ("{off: 0.6, on: 0.4}", "{off: 60, on: 40}", "T001", "{", "sum to 100", "divide each"),
    ("leak: {silent: 0.98,", "leak: {silent: 98,", "T007", "98", "from 0 to 1", "write 0.98"),
    ("{sign: positive}", "{sign: +}", "S006", "+", "'+' is not known", "write positive"),
    ("{sign: positive}", '{sign: "-"}', "S006", '"-"', "'-' is not known", "write negative"),
    (
        "      rain: {sign: positive}\n",
        "      rain:\n        sign: -\n",
        "Y002",
        "-",
        "",
        "negative",
    ),
    ("{sign: positive}", "{sign: pos}", "S006", "pos", "'pos'", "'positive'?"),
    ("states: [off, on]", "ordered: yes\n    states: [off, on]", "S003", "yes", "", "write true"),
    ("states: [off, on]", "ordered: Off\n    states: [off, on]", "S003", "Off", "", "write false"),
    # Names.
    ("{off: 0.6, on: 0.4}", "{OFF: 0.6, on: 0.4}", "T005", "OFF", "", "'off'?"),
    ("weights: {rain: 2, s", "weights: {Rain: 2, s", "T008", "Rain", "", "'rain'?"),
    ("sprinkler: 1}", "spr: 1}", "T008", "spr", "", "'sprinkler'?"),
]


@pytest.mark.parametrize(("old", "new", "code", "where", "message", "hint"), SLIPS)
def test_a_slip_is_told_where_it_is(
    old: str, new: str, code: str, where: str, message: str, hint: str
) -> None:
    assert old in GRAPH
    found = check(GRAPH.replace(old, new, 1))
    assert len(found) <= 2
    first = next(each for each in found if each.code == code)
    assert pointed_at(first).startswith(where)
    assert message in first.message
    assert hint in first.hint
    assert bool(hint) or not first.hint.startswith("Did you mean")


def test_a_misspelt_key_is_not_missing_too() -> None:
    found = check(GRAPH.replace("rain: {sign: p", "rain: {sgn: p", 1))
    assert [each.code for each in found] == ["S002"]


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("btc_retrun", "btc_return"),
        ("BTC_RETURN", "btc_return"),
        ("btc", "btc_return"),
        ("BTC_n", "btc_nasdaq_coupling"),
        ("Hard-Mandate", "HARD_mandate"),
        ("bt", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)
def test_the_name_that_is_meant(wrong: str, near: str) -> None:
    known = ["etf_flow", "btc_nasdaq_coupling", "btc_return", "HARD_mandate"]
    assert did_you_mean(wrong, known) == (f" Did you mean {near!r}?" if near else "")


def test_a_list_of_names_does_not_leave_out_the_outcome() -> None:
    drivers = "".join(
        f"  driver_{at}: {{states: [x], table: {{form: table, rows: [{{p: {{x: 1}}}}]}}}}\n"
        for at in range(20)
    )
    found = check(
        GRAPH.replace("nodes:\n", f"nodes:\n{drivers}", 1).replace(
            "wet: {sign: positive}\n    table:\n      form: det",
            "zz: {sign: positive}\n    table:\n      form: det",
        )
    )
    assert found[0].code == "G001"
    assert found[0].hint.endswith(", ..., wet")
    assert known_names(["a", "b"], likely="b") == "known: a, b"


@pytest.mark.parametrize("what", ["parent", "key"])
def test_a_file_full_of_misspelt_names_is_not_compared_with_all_names(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    compared = 0

    def counting(word: str, known: Any, *rest: Any, **more: Any) -> list[str]:
        nonlocal compared
        compared += len(known)
        return get_close_matches(word, known, *rest, **more)

    monkeypatch.setattr("causal_model.errors.get_close_matches", counting)
    slip = {"parent": "parents: {nod_%dx: {sign: mixed}}", "key": "tabel%d: x"}[what]
    nodes = "".join(
        f"  node_{at}: {{states: [x], {slip % at}, table: {{form: table, rows: [{{p: {{x: 1}}}}]}}}}\n"
        for at in range(400)
    )
    found = check(f"schema_version: 1\nid: x\ntitle: X\nnodes:\n{nodes}")
    assert len(found) == 400
    assert found[0].hint == f"Did you mean {'node_0' if what == 'parent' else 'table'!r}?"
    assert 0 < compared <= 50_000


def wide(parents: int, rows: int) -> str:
    """A node whose rows all name every combination of its parents' states."""
    names = [f"p{at}" for at in range(parents)]
    nodes = "".join(
        f"  {name}: {{states: [l, h], table: {{form: table, rows: [{{p: {{l: 0.5, h: 0.5}}}}]}}}}\n"
        for name in names
    )
    row = f"{{given: {{{', '.join(f'{name}: [l, h]' for name in names)}}}, p: {{l: 0.5, h: 0.5}}}}"
    above = ", ".join(f"{name}: {{sign: mixed}}" for name in names)
    return (
        f"schema_version: 1\nid: x\ntitle: X\nnodes:\n{nodes}  z:\n    states: [l, h]\n"
        f"    parents: {{{above}}}\n    table:\n      form: table\n      rows:\n"
        + f"        - {row}\n"
        * rows
    )


def test_rows_of_very_many_combinations_are_compared_at_once() -> None:
    text = wide(18, 3)
    found = check(text)
    assert [each.code for each in found] == ["T003", "T003"]
    first = text[: text.index("        - {given")].count("\n") + 1
    assert all(f"was given in line {first} already" in each.message for each in found)
    assert [each.span.line for each in found] == [first + 1, first + 2]
    assert check(wide(18, 1)) == []


def test_missing_rows_are_counted_and_the_first_are_named() -> None:
    found = check(wide(6, 1).replace("p0: [l, h]", "p0: h"))
    assert [each.code for each in found] == ["T002"]
    assert "(p0=l, p1=l, p2=l, p3=l, p4=l, p5=l); (p0=l, p1=l" in found[0].message
    assert found[0].message.endswith("and 27 more")


def test_an_array_has_only_so_many_axes() -> None:
    text = wide(32, 1).replace("[l, h]", "[l]").replace("{l: 0.5, h: 0.5}", "{l: 1}")
    assert [(each.code, "32 parents" in each.message) for each in check(text)] == [("T015", True)]


# Files that cannot be extended: what they would have given is not missing.

BROKEN: Mapping[str, str] = {
    "missing": "missing.yaml",
    "link to itself": "self.yaml",
    "link in a circle": "one.yaml",
    "list": "list.yaml",
    "outside": "../x.yaml",
    "nearly there": "bsae.yaml",
}


@pytest.mark.parametrize("extends", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_extended_is_the_only_mistake(tmp_path: Path, extends: str) -> None:
    (tmp_path / "base.yaml").write_text(GRAPH, encoding="utf-8")
    (tmp_path / "list.yaml").write_text("[]", encoding="utf-8")
    for link, to in (("self", "self"), ("one", "two"), ("two", "one")):
        (tmp_path / f"{link}.yaml").symlink_to(f"{to}.yaml")
    head = f"schema_version: 1\nid: v\ntitle: V\nextends: {extends}\n"
    path = tmp_path / "variant.yaml"
    for rest in ("", "nodes: {shoes: {parents: {rain: {sign: positive}}}}\n"):
        path.write_text(head + rest, encoding="utf-8")
        found = check_file(path)
        assert [each.code for each in found] in (["E001"], ["E002"])
        assert found[0].span.line == 4
        assert ("'base.yaml'" in found[0].hint) == (extends == "bsae.yaml")
    path.write_text(head.replace("title: V\n", ""), encoding="utf-8")
    assert {"S001"} < {each.code for each in check_file(path)}
