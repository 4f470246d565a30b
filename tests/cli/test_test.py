"""`causal-model test`: a line a claim, in every format, with the exit codes of a test run."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest

import causal_model as cm
from tests.cli.graphs import write_street
from tests.cli.shell import ESCAPE, run, unsafe

# The street: P(rain = no) is 0.7.
CLAIMS: dict[str, dict[str, Any]] = {
    "holds": {"statement": "P(rain = no) > 60 %", "title": {"en": "Dry", "zh-Hant": "乾"}},
    "fails": {
        "statement": "P(rain = no) > 80 %",
        "sources": [{"source": "us", "quote": "<It> & rains."}],
    },
    "warns": {"statement": "most likely rain is some", "severity": "warn"},
    "impossible": {"statement": "P(wet = dry | shoes = boots, wet = dry) > 10 %"},
}


def write_claims(claims: dict[str, dict[str, Any]], **more: Any) -> None:
    """Claims beside the street, JSON a claim a line."""
    write_street()
    Path("claims").mkdir(exist_ok=True)
    lines = [
        f"schema_version: 1\ngraph: street\n{json.dumps(more)[1:-1]}\nclaims:{'' if claims else ' {}'}\n"
    ]
    lines += [f"  {name}: {json.dumps(claim)}\n" for name, claim in claims.items()]
    Path("claims/street.yaml").write_text("".join(lines), encoding="utf-8")


def some(*names: str) -> dict[str, dict[str, Any]]:
    return {name: CLAIMS[name] for name in names}


TABLE = """\
verdict            distance   claim        measured
───────────────────────────────────────────────────────────────────────────────────────────────────────────────
PASS               +10.0 pp   holds        70.0 % > 60 %
FAIL               -10.0 pp   fails        70.0 % > 80 %
WARN               -50.0 pp   warns        no 70.0 %, next some 20.0 %
"""


def test_a_line_a_claim_as_a_person_reads_it() -> None:
    write_claims(CLAIMS)
    ran = run("test", "-g", "street.yaml")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert [line.split() for line in lines[:5]] == [
        line.split() if "─" not in line else [lines[1]] for line in TABLE.splitlines()
    ]
    assert lines[5].startswith("CANNOT BE JUDGED   -          impossible   ")
    assert "these findings cannot hold together" in lines[5]
    assert lines[6] == "4 claims about street: 1 PASS, 1 WARN, 1 FAIL, 1 CANNOT BE JUDGED."
    assert "FAIL fails (claims/street.yaml:" in ran.err
    assert "source    us: <It> & rains." in ran.err
    assert "claim     P(rain = no) > 80 %" in ran.err
    assert "holds" not in ran.err


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (["holds"], [], 0),
        (["holds", "warns"], [], 0),
        (["holds", "warns"], ["--strict"], 1),
        (["holds", "fails"], [], 1),
        (["holds", "fails"], ["-k", "hold"], 0),
        (["holds", "impossible"], [], 1),
        ([], [], 0),
    ],
)
def test_the_exit_code_says_whether_all_that_must_hold_holds(
    names: list[str], options: list[str], code: int
) -> None:
    write_claims(some(*names))
    for format_ in ("table", "json", "csv", "md", "junit", "github"):
        ran = run("test", "-g", "street.yaml", *options, "--format", format_)
        assert ran.code == code
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-g", "street.yaml", "--claims", "missing.yaml"], "missing.yaml"),
        (["-g", "street.yaml", "--claims", "claims"], "is a folder"),
        (["-g", "street.yaml", "-k", "hlds"], "Did you mean 'holds'"),
        (["-g", "lonely.yaml"], "expected claims/lonely.yaml"),
        (["-g", "missing.yaml"], "missing.yaml"),
        (["-g", "street.yaml", "--claims", "broken.yaml"], "write rises over"),
        (["-g", "street.yaml", "--claims", "foreign.yaml"], "the graph has no node 'btc_return'"),
        (["-g", "street.yaml", "--format", "xml"], "'xml'"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_a_reason(arguments: list[str], words: str) -> None:
    write_claims(some("holds"))
    write_street(name="lonely.yaml")
    head = "schema_version: 1\ngraph: street\nclaims:\n  a: "
    Path("broken.yaml").write_text(f"{head}{{statement: P(rain = no) rise over wet}}\n")
    Path("foreign.yaml").write_text(f"{head}{{statement: P(btc_return = down) > 0.1}}\n")
    ran = run("test", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_another_file_of_claims_can_be_named() -> None:
    write_claims(some("fails"))
    Path("other.yaml").write_text(
        "schema_version: 1\ngraph: street\nclaims: {a: {statement: most likely rain is no}}\n"
    )
    for place in ("other.yaml", "-"):
        text = Path("other.yaml").read_text()
        ran = run("test", "-g", "street.yaml", "--claims", place, "--json", stdin=text)
        assert ran.code == 0
        assert [each["id"] for each in ran.json["claims"]] == ["a"]


def test_the_json_has_the_keys_of_its_version() -> None:
    write_claims(CLAIMS)
    data = run("test", "-g", "street.yaml", "--json").json
    assert list(data) == ["schema_version", "graph", "passed", "counts", "claims"]
    assert data["schema_version"] == 1
    assert data["graph"] == {"id": "street", "hash": cm.load("street.yaml").hash}
    assert data["passed"] is False
    assert data["counts"] == {"pass": 1, "warn": 1, "fail": 1, "unjudged": 1, "dropped": 0}
    assert {tuple(each) for each in data["claims"]} == {
        (
            *("id", "verdict", "severity", "statement", "title", "holds", "measured", "told"),
            *(
                "distance",
                "unit",
                "reason",
                "how",
                "note",
                "contradicts",
                "sources",
                "file",
                "line",
            ),
        )
    }
    fails = data["claims"][1]
    assert fails["measured"] == [{"what": "P(rain = no)", "value": pytest.approx(0.7)}]
    assert fails["distance"] == pytest.approx(-0.1)
    assert (fails["file"], fails["line"]) == ("claims/street.yaml", 6)
    assert data == cm.check_claims(cm.load("street.yaml")).to_dict() | {"claims": data["claims"]}


def test_csv_says_what_json_says() -> None:
    write_claims(CLAIMS)
    data = run("test", "-g", "street.yaml", "--json").json
    rows = list(
        csv.DictReader(io.StringIO(run("test", "-g", "street.yaml", "--format", "csv").out))
    )
    for row, each in zip(rows, data["claims"], strict=True):
        for key in ("id", "verdict", "severity", "statement", "told", "reason", "file"):
            assert row[key].removeprefix("'") == (each[key] or "")
        assert (float(row["distance"]) if row["distance"] else None) == each["distance"]
        assert int(row["line"]) == each["line"]


def test_junit_is_xml_with_a_case_a_claim() -> None:
    write_claims(CLAIMS)
    root = Tree.fromstring(run("test", "-g", "street.yaml", "--format", "junit").out.encode())
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite.get("name") == "claims of street"
    for each in (root, suite):
        counts = {name: each.get(name) for name in ("tests", "failures", "errors", "skipped")}
        assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    outcomes = {case.get("name"): [part.tag for part in case] for case in suite}
    assert outcomes == {
        "holds": ["system-out"],
        "fails": ["failure"],
        "warns": ["skipped"],
        "impossible": ["error"],
    }
    failed = suite.findall("testcase")[1]
    assert (failed.get("file"), failed.get("line")) == ("claims/street.yaml", "6")
    assert failed[0].get("message") == "fail: 70.0 % > 80 %"


def test_github_annotates_what_does_not_hold() -> None:
    write_claims(CLAIMS)
    ran = run("test", "-g", "street.yaml", "--format", "github")
    fails, warns, impossible = ran.out.splitlines()
    assert fails == (
        "::error file=claims/street.yaml,line=6,title=fails"
        "::P(rain = no) > 80 %25: 70.0 %25 > 80 %25"
    )
    assert warns.startswith("::warning file=claims/street.yaml,line=7,title=warns::")
    assert impossible.startswith("::error file=claims/street.yaml,line=8,title=impossible::")


def test_paths_in_annotations_begin_at_the_folder_of_the_command() -> None:
    write_claims(some("fails"))
    ran = run("test", "-g", str(Path("street.yaml").resolve()), "--format", "github")
    assert ran.out.startswith("::error file=claims/street.yaml,")


def test_markdown_is_a_table_with_a_summary() -> None:
    write_claims(some("holds", "warns"))
    lines = run("test", "-g", "street.yaml", "--format", "md").out.splitlines()
    assert lines[0] == "| verdict | distance | claim | measured |"
    assert lines[2] == "| PASS | +10.0 pp | holds | 70.0 % &gt; 60 % |"
    assert lines[-1] == "2 claims about street: 1 PASS, 1 WARN."


def test_titles_and_verdicts_follow_the_language() -> None:
    write_claims(some("holds", "warns"))
    ran = run("test", "-g", "street.yaml", "--lang", "zh-Hant")
    assert ran.out.splitlines()[0].split() == ["判定", "距離", "主張", "測得"]
    assert "成立   +10.0 pp   乾" in ran.out
    assert "2 項主張,關於 street:1 成立、1 警告。" in ran.out


def test_quiet_says_nothing_besides() -> None:
    write_claims(CLAIMS)
    assert run("test", "-g", "street.yaml", "-q").err == ""


def test_a_variant_is_held_against_the_claims_of_what_it_extends() -> None:
    write_claims(some("holds"))
    Path("dry.yaml").write_text(
        "schema_version: 1\nid: dry\nextends: street.yaml\ntitle: Dry\nnodes:\n  rain:\n"
        "    table: {form: table, rows: [{p: {no: 0.5, some: 0.3, much: 0.2}}]}\n"
    )
    ran = run("test", "-g", "dry.yaml", "--json")
    assert ran.code == 1
    (claim,) = ran.json["claims"]
    assert (claim["how"], claim["verdict"]) == ("inherited", "fail")
    assert claim["file"] == "claims/street.yaml"


def test_hostile_text_reaches_neither_a_terminal_nor_xml() -> None:
    evil = f"{ESCAPE}[31m\u202e"
    claim = {
        "statement": 'most likely "rain" is some',
        "sources": [{"source": "us", "quote": f"{evil}]]>", "gloss": evil}],
        "title": evil,
    }
    write_claims({"a": claim})
    for format_ in ("table", "json", "csv", "md", "junit", "github"):
        for lang in ("en", "zh-Hant"):
            ran = run(
                "test", "-g", "street.yaml", "--format", format_, "--lang", lang, terminal=True
            )
            assert ran.code == 1
            if format_ not in ("table",):
                assert unsafe(ran.out) == set()
            assert evil not in ran.out + ran.err
            if format_ == "junit":
                Tree.fromstring(ran.out)


def test_the_shipped_claims_hold() -> None:
    ran = run("test", "-q")
    assert ran.code == 0
    assert ran.out.count("PASS  ") > 50
