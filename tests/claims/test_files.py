"""Claims files: one planted mistake for every rule, at its place; and what variants take over."""

import textwrap
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.claims.check import claims_of
from causal_model.formats.registry import write_network
from causal_model.spec.check_claims import read_claims
from causal_model.spec.check_file import check_file
from causal_model.spec.claims import HeldClaim
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile
from tests.spec.test_rules import GRAPH

CLAIMS = """\
schema_version: 1
graph: street
claims:
  rain_wets:
    statement: P(wet = soaked) rises over rain
    sources: [{source: us, quote: It rains.}]
  shoes_follow:
    severity: warn
    statement: >-
      most likely shoes
      | wet = dry is sandals
  slips: {statement: 'P(slip = yes | scenario storm) > 10 %'}
"""
STORM = "schema_version: 1\nid: storm\ntitle: A storm\ngiven: {rain: much}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "street.yaml").write_text(GRAPH, encoding="utf-8")
    for name in ("claims", "scenarios"):
        (tmp_path / name).mkdir()
    (tmp_path / "scenarios" / "storm.yaml").write_text(STORM, encoding="utf-8")
    write(tmp_path, street=CLAIMS)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / "claims" / f"{name}.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")


def check(folder: Path, name: str = "street") -> list[Diagnostic]:
    return check_file(folder / "claims" / f"{name}.yaml")


def test_the_file_without_a_mistake_has_none(folder: Path) -> None:
    assert check(folder) == []


PLANTED = [
    ("C001", "rises over rain", "rise over rain", 5, 32),
    ("C001", "| wet = dry is", "| wet on dry is", 11, 13),
    ("C001", "scenario storm) > 10 %'", "scenario storm)'", 12, 53),
    ("C002", "over rain", "over rian", 5, 43),
    ("C002", "| wet = dry", "| wte = dry", 11, 9),
    ("C003", "sandals", "sandal", 11, 22),
    ("C004", "scenario storm", "scenario strom", 12, 47),
    ("C005", "P(wet = soaked)", "E(wet)", 5, 18),
    ("C006", "> 10 %", "> 10", 12, 56),
    ("C007", "claims:", "replaces: {x: {statement: P(wet = dry) > 0.1, note: x}}\nclaims:", 3, 12),
    ("C007", "claims:", "drops: {x: {note: x}}\nclaims:", 3, 9),
    ("C008", "graph: street", "graph: stret", 2, 8),
    ("E001", "graph: street", "graph: street\ninherits: strt.yaml", 3, 11),
    ("E002", "graph: street", "graph: street\ninherits: ../street.yaml", 3, 11),
    ("E002", "graph: street", "graph: street\ninherits: /etc/passwd", 3, 11),
    ("G004", "source: us", "source: uss", 6, 24),
    ("S001", "graph: street\n", "", 1, 1),
    ("S001", "    statement: P(wet = soaked) rises over rain\n", "", 4, 3),
    ("S002", "severity: warn", "severty: warn", 8, 5),
    ("S003", "P(wet = soaked) rises over rain", "[1, 2]", 5, 16),
    ("S006", "severity: warn", "severity: warning", 8, 15),
    ("S008", "schema_version: 1", "schema_version: 2", 1, 17),
    ("Y003", "graph: street", "graph: street\ngraph: street", 3, 1),
]


@pytest.mark.parametrize(
    ("code", "old", "new", "line", "column"), PLANTED, ids=[f"{p[0]} {p[2]}" for p in PLANTED]
)
def test_a_planted_mistake_is_found_at_its_place(
    folder: Path, code: str, old: str, new: str, line: int, column: int
) -> None:
    assert old in CLAIMS
    write(folder, street=CLAIMS.replace(old, new))
    found = [each for each in check(folder) if each.severity == "error"]
    assert [(each.code, each.span.line, each.span.column) for each in found] == [
        (code, line, column)
    ]


def test_a_graph_outside_the_folder_is_not_looked_for(folder: Path) -> None:
    for name in ("../street", "../../etc/passwd", "/etc/passwd"):
        write(folder, street=CLAIMS.replace("graph: street", f"graph: {name}"))
        (found,) = [each for each in check(folder) if each.severity == "error"]
        assert (found.code, found.hint) == ("C008", "")


def test_all_mistakes_are_found_at_once(folder: Path) -> None:
    text = CLAIMS.replace("over rain", "over rian").replace("sandals", "sandal")
    write(folder, street=text.replace("> 10 %", ">").replace("warn", "wrn"))
    assert [each.code for each in check(folder)] == ["C002", "S006", "C003", "C001"]


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("P(wet = dri) > 0.1", "dri"),
        ("'P(wet = dri) > 0.1'", "dri"),
        ('"P(wet = dri) > 0.1"', "dri"),
        ('"P(\\"wet\\" = dri) > 0.1"', "dri"),
        ("'P(wet  =   dri) > 0.1'", "dri"),
        ("'most likely \"it''s\" is dri'", "\"it''s\""),
    ],
)
def test_places_are_found_however_a_statement_is_quoted(
    folder: Path, written: str, part: str
) -> None:
    line = f"  a: {{statement: {written}}}"
    write(folder, street=f"schema_version: 1\ngraph: street\nclaims:\n{line}\n")
    (found,) = check(folder)
    assert found.span.line == 4
    assert line[found.span.column - 1 : found.span.end_column - 1] == part


def test_a_place_that_cannot_be_told_is_that_of_the_whole_statement(folder: Path) -> None:
    write(
        folder,
        street=CLAIMS.replace("P(wet = soaked) rises", '"P(wet = so\\x61ke) rises').replace(
            "over rain\n", 'over rain"\n'
        ),
    )
    (found,) = check(folder)
    assert (found.code, found.span.line, found.span.column) == ("C003", 5, 16)


def test_a_file_that_is_not_called_as_its_graph_is_a_warning(folder: Path) -> None:
    write(folder, other=CLAIMS)
    (found,) = check(folder, "other")
    assert (found.code, found.severity, found.span.line) == ("C008", "warning", 2)


def test_a_graph_with_mistakes_is_told_once_and_the_notation_is_checked(folder: Path) -> None:
    (folder / "street.yaml").write_text(GRAPH.replace("form: ranked", "form: rankd"))
    write(folder, street=CLAIMS.replace("over rain", "ovr rain").replace("wet = dry", "wte = dry"))
    assert [each.code for each in check(folder)] == ["C008", "C001"]


# Variants.

VARIANT = "schema_version: 1\ngraph: dry\ninherits: street.yaml\n"
DRY = "schema_version: 1\nid: dry\nextends: street.yaml\ntitle: Dry\n"
NO_SHOES = DRY + "nodes: {shoes: null}\n"
REVERSED = """\
contradicts:
  rain_wets:
    statement: P(wet = soaked) falls over rain
    note: Rain dries here.
"""


def held(folder: Path, name: str = "dry") -> dict[str, HeldClaim]:
    return {each.id: each for each in claims_of(cm.load(folder / f"{name}.yaml"))}


def test_a_variant_without_a_file_has_the_claims_of_what_it_extends(folder: Path) -> None:
    (folder / "dry.yaml").write_text(DRY)
    (folder / "drier.yaml").write_text(
        DRY.replace("street.yaml", "dry.yaml").replace("id: dry", "id: drier")
    )
    for name in ("dry", "drier"):
        found = held(folder, name)
        assert list(found) == ["rain_wets", "shoes_follow", "slips"]
        assert {each.how for each in found.values()} == {"inherited"}
    assert {each.how for each in held(folder, "street").values()} == {"own"}


def test_an_inherited_claim_about_what_is_not_there_is_dropped_with_the_reason(
    folder: Path,
) -> None:
    (folder / "dry.yaml").write_text(NO_SHOES)
    for text in ("", VARIANT):
        if text:
            write(folder, dry=text)
            assert check(folder, "dry") == []
        found = held(folder)
        assert found["shoes_follow"].how == "dropped"
        assert found["shoes_follow"].note is not None
        assert found["shoes_follow"].note.en == "the graph has no node 'shoes'"
        report = cm.check_claims(cm.load(folder / "dry.yaml"))
        assert report["shoes_follow"].verdict == "dropped"
        assert report["shoes_follow"].judgement is None
        assert report.passed


def test_claims_are_replaced_contradicted_dropped_and_added(folder: Path) -> None:
    (folder / "dry.yaml").write_text(DRY)
    more = """\
    replaces:
      slips:
        statement: P(slip = yes) > 1 %
        note: No storm comes.
        severity: warn
    drops:
      shoes_follow: {note: Nobody wears any.}
    claims:
      new: {statement: most likely rain is no}
    """
    write(folder, dry=VARIANT + REVERSED + textwrap.dedent(more))
    assert check(folder, "dry") == []
    found = held(folder)
    assert {name: each.how for name, each in found.items()} == {
        "rain_wets": "contradicts",
        "shoes_follow": "dropped",
        "slips": "replaces",
        "new": "own",
    }
    assert found["slips"].claim.severity == "warn"
    # What supports a claim supports no claim to the contrary.
    assert found["rain_wets"].claim.sources == ()
    assert found["rain_wets"].original is not None
    assert found["rain_wets"].original.claim.statement == "P(wet = soaked) rises over rain"
    report = cm.check_claims(cm.load(folder / "dry.yaml"))
    assert report.counts == {"pass": 2, "warn": 0, "fail": 1, "unjudged": 0, "dropped": 1}


def test_a_contradiction_must_hold_and_what_it_contradicts_must_fail(folder: Path) -> None:
    turned = DRY + textwrap.dedent("""\
        nodes:
          wet:
            parents: {rain: {sign: negative}}
            table: {form: ranked, weights: {rain: -2, sprinkler: 1}, spread: 0.2}
        """)
    (folder / "dry.yaml").write_text(turned)
    write(folder, dry=VARIANT + REVERSED)
    report = cm.check_claims(cm.load(folder / "dry.yaml"))
    assert report["rain_wets"].verdict == "pass"
    original = report["rain_wets"].original
    assert original is not None
    assert original.holds is False
    # Both hold: nothing is contradicted, which is as bad as a claim that fails.
    tame = REVERSED.replace("P(wet = soaked) falls over rain", "most likely rain is no")
    (folder / "dry.yaml").write_text(DRY)
    write(folder, dry=VARIANT + tame)
    report = cm.check_claims(cm.load(folder / "dry.yaml"))
    assert report["rain_wets"].judgement is not None
    assert report["rain_wets"].judgement.holds
    assert report["rain_wets"].verdict == "fail"
    assert "contradicts nothing" in report["rain_wets"].reason
    assert not report.passed


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ("drops: {rain_wts: {note: x}}", "C007", "Did you mean 'rain_wets'?"),
        (
            "replaces: {zzz: {statement: P(rain = no) > 0.1, note: x}}",
            *("C007", "known: rain_wets, shoes_follow, slips"),
        ),
        ("claims: {slips: {statement: P(rain = no) > 0.1}}", "C007", "replaces or contradicts"),
        (
            "drops: {slips: {note: x}}\nreplaces: {slips: {statement: P(rain = no) > 0.1, note: x}}",
            *("C007", "stands under replaces already"),
        ),
        (
            "contradicts: {shoes_follow: {statement: P(rain = no) > 0.1, note: x}}",
            *("C007", "drop it instead"),
        ),
        ("drops: {slips: {}}", "S001", "'note' is missing"),
    ],
)
def test_mistakes_about_what_is_inherited(folder: Path, more: str, code: str, words: str) -> None:
    (folder / "dry.yaml").write_text(NO_SHOES)
    write(folder, dry=f"{VARIANT}{more}\n")
    found = check(folder, "dry")
    assert {each.code for each in found} == {code}
    assert words in f"{found[0].message} {found[0].hint}"


def test_mistakes_of_the_inherited_file_are_shown_there(folder: Path) -> None:
    (folder / "dry.yaml").write_text(DRY)
    write(folder, street=CLAIMS.replace("rises", "rise"), dry=VARIANT)
    (found,) = check(folder, "dry")
    assert found.code == "C001"
    assert Path(found.span.file).name == "street.yaml"


def test_files_that_inherit_from_each_other_and_links_are_refused(folder: Path) -> None:
    (folder / "dry.yaml").write_text(DRY)
    write(folder, dry=VARIANT, street="schema_version: 1\ngraph: street\ninherits: dry.yaml\n")
    assert {each.code for each in check(folder, "dry")} == {"E003"}
    (folder / "outside.yaml").write_text(CLAIMS)
    (folder / "claims" / "street.yaml").unlink()
    (folder / "claims" / "street.yaml").symlink_to(folder / "outside.yaml")
    assert {each.code for each in check(folder, "dry")} == {"E002"}
    (folder / "claims" / "street.yaml").unlink()
    (folder / "claims" / "street.yaml").symlink_to("street.yaml")
    assert {each.code for each in check(folder, "dry")} == {"E001"}
    (folder / "claims" / "street.yaml").unlink()
    (folder / "claims" / "street.yaml").mkdir()
    assert {each.code for each in check(folder, "dry")} == {"E001"}


def test_at_most_ten_files_inherit_from_one_another(folder: Path) -> None:
    for at in range(12):
        inherits = "street.yaml" if at == 0 else f"c{at - 1}.yaml"
        write(folder, **{f"c{at}": f"schema_version: 1\ngraph: street\ninherits: {inherits}\n"})
    assert "E004" not in {each.code for each in check(folder, "c9")}
    assert "E004" in {each.code for each in check(folder, "c11")}


# From Python.


def test_statements_can_be_given_by_name(folder: Path) -> None:
    model = cm.load(folder / "street.yaml")
    report = cm.check_claims(model, {"one": "P(rain = no) > 60 %", "two": "P(rain = no) > 80 %"})
    assert [each.verdict for each in report.results] == ["pass", "fail"]
    assert not report.passed
    assert repr(report) == "<ClaimReport of 'street': 1 pass, 1 fail>"
    frame = report.to_frame()
    assert list(frame["id"]) == ["one", "two"]
    assert list(frame["distance"]) == pytest.approx([0.1, -0.1])
    assert report.to_dict()["claims"][1]["measured"] == [
        {"what": "P(rain = no)", "value": pytest.approx(0.7)}
    ]


def test_expected_values_are_in_the_unit_of_the_node(folder: Path) -> None:
    valued = GRAPH.replace("states: [off, on]", "states: {off: {value: -1}, on: {value: 4}}")
    (folder / "street.yaml").write_text(valued, encoding="utf-8")
    model = cm.load(folder / "street.yaml")
    result = cm.check_claims(model, {"it": "E(sprinkler) > 0.5"})["it"]
    assert result.judgement is not None
    assert result.judgement.distance == pytest.approx(0.6 * -1 + 0.4 * 4 - 0.5)
    assert result.judgement.told == "1 > 0.5"
    assert result.judgement.unit == "value"


@pytest.mark.parametrize(
    ("claims", "error", "words"),
    [
        ({"it": "P(rain = no >"}, cm.StatementError, "expected"),
        ({"it": "P(rian = no) > 0.1"}, cm.StatementError, "Did you mean 'rain'"),
        ({"it": 5}, cm.QueryError, "expected a statement as text"),
        ("missing.yaml", cm.GraphFileError, "missing.yaml"),
    ],
)
def test_wrong_claims_end_as_errors(
    folder: Path, claims: object, error: type[Exception], words: str
) -> None:
    model = cm.load(folder / "street.yaml")
    with pytest.raises(error, match=words):
        cm.check_claims(model, claims)  # type: ignore[arg-type]


def test_a_graph_without_claims_says_where_they_would_be(folder: Path) -> None:
    (folder / "other.yaml").write_text(GRAPH, encoding="utf-8")
    with pytest.raises(cm.QueryError, match=r"claims.other\.yaml"):
        cm.check_claims(cm.load(folder / "other.yaml"))
    with pytest.raises(cm.QueryError, match="no claims beside the graph 'network'"):
        cm.check_claims(cm.Model(cm.load("article").network))


def test_a_file_read_without_a_graph_is_checked_for_its_notation(folder: Path) -> None:
    path = folder / "claims" / "street.yaml"
    assert [each.id for each in read_claims(path)] == ["rain_wets", "shoes_follow", "slips"]
    write(folder, street=CLAIMS.replace("rises", "rise"))
    with pytest.raises(InvalidGraphFile, match="write rises over"):
        read_claims(path)


def test_claims_about_a_network_of_another_program(folder: Path) -> None:
    model = cm.load(folder / "street.yaml")
    write_network(model.network, folder / "alarm.bif")
    write(
        folder,
        alarm="schema_version: 1\ngraph: alarm\nclaims:\n  a: {statement: most likely rain is no}\n",
    )
    assert check(folder, "alarm") == []
    assert cm.check_claims(cm.load(folder / "alarm.bif")).passed
