"""One planted mistake for every rule, found at its line; and several at once."""

import textwrap
from pathlib import Path

import pytest

from causal_model.spec.check import check_graph_text, check_scenario_text, read_graph
from causal_model.spec.check_file import check_file
from causal_model.spec.diagnostics import RULES, Diagnostic, InvalidGraphFile

GRAPH = """\
schema_version: 1
id: street
title: A wet street
sources:
  {us: {publisher: Us, kind: judgement, date: 2026-01-07}, gauge: {publisher: Gauge, kind: data}}
channels:
  water: {arrows: [rain -> wet]}
nodes:
  rain:
    role: driver
    states: {no: {interval: [-inf, 1]}, some: {interval: [1, 5]}, much: {interval: [5, inf]}}
    sources: [{source: us, quote: It rains.}]
    table:
      form: table
      confidence: 10
      rows:
        - p: {no: 0.7, some: 0.2, much: 0.1}
  sprinkler:
    states: [off, on]
    table:
      form: table
      rows:
        - p: {off: 0.6, on: 0.4}
  wet:
    role: outcome
    states: [dry, damp, soaked]
    parents:
      rain: {sign: positive}
      sprinkler: {sign: positive}
    table:
      form: ranked
      weights: {rain: 2, sprinkler: 1}
      spread: 0.2
      typical: {dry: 0.3, damp: 0.4, soaked: 0.3}
  slip:
    states: [no, yes]
    parents:
      wet: {sign: positive}
    table:
      form: table
      rows:
        - {given: {wet: dry}, p: {no: 0.99, yes: 0.01}}
        - {given: {wet: damp}, p: {no: 0.9, yes: 0.1}}
        - {given: {wet: soaked}, p: {no: 0.7, yes: 0.3}}
  alarm:
    states: [silent, beeps]
    parents:
      rain: {sign: positive}
      wet: {sign: positive}
    table:
      form: noisy_max
      leak: {silent: 0.98, beeps: 0.02}
      causes:
        rain: {much: {silent: 0.5, beeps: 0.5}}
        wet: {soaked: {silent: 0.1, beeps: 0.9}}
  shoes:
    states: [sandals, boots]
    parents:
      wet: {sign: positive}
    table:
      form: deterministic
      rows:
        - {given: {wet: [damp, soaked]}, state: boots}
      default: sandals
  gutter:
    states: [low, high]
    parents:
      rain: {sign: positive}
    table:
      form: counts
      confidence: 4
      prior:
        form: ranked
        weights: {rain: 1}
        spread: 0.3
      data: {source: gauge, rows: 12, method: counted}
      rows:
        - {given: {rain: no}, counts: {low: 7, high: 1}}
        - {given: {rain: some}, counts: {low: 1.5, high: 2.5}}
"""


def check(text: str) -> list[Diagnostic]:
    return check_graph_text(text, "street.yaml", Path())[1]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_graph_without_a_mistake_has_none() -> None:
    graph, found = check_graph_text(GRAPH, "street.yaml", Path())
    assert found == []
    assert graph is not None
    assert graph.outcome == "wet"


# Rule, what is replaced by what, and a part of the line where the mistake is reported.
PLANTED = [
    ("Y001", "It rains.", "It\x01rains.", ""),
    ("Y002", "title: A wet street", "title: A: wet street", "title: A: wet"),
    ("Y003", "title: A wet street", "title: A\ntitle: B", "title: B"),
    ("Y004", "states: [off, on]", "states: &s [off, on]", "&s"),
    ("Y004", "title: A wet street", "title: A\n<<: {id: b}", "<<"),
    ("Y005", "title: A wet street", "title: !!python/name:os.system A", "!!python"),
    ("Y006", "title: A wet street", "title: " + "[" * 60 + "]" * 60, "[[["),
    ("Y008", "title: A wet street", "title: A\n---\nb: 1", "---"),
    ("S001", "    states: [off, on]\n", "", "sprinkler:\n"),
    ("S001", "title: A wet street\n", "", "schema_version"),
    ("S002", "      confidence: 10", "      confidense: 10", "confidense"),
    (
        "S003",
        "parents:\n      wet: {sign: positive}\n    table:\n      form: det",
        "parents: wet\n    table:\n      form: det",
        "parents: wet",
    ),
    ("S004", "  slip:\n", '  "sl\\tip":\n', "sl\\tip"),
    ("S005", "spread: 0.2", "spread: wide", "spread: wide"),
    ("S005", "spread: 0.2", "spread: .nan", "spread: .nan"),
    ("S006", "role: driver", "role: drver", "drver"),
    ("S006", "form: noisy_max", "form: noisymax", "form: noisymax"),
    ("S006", "rain: {sign: positive}\n      spr", "rain: {sign: postive}\n      spr", "postive"),
    ("S007", "date: 2026-01-07", "date: 7 January", "7 January"),
    ("S007", "date: 2026-01-07", "date: 2026-02-30", "2026-02-30"),
    ("S008", "schema_version: 1", "schema_version: 2", "schema_version: 2"),
    (
        "G001",
        "      rain: {sign: positive}\n      wet",
        "      rian: {sign: positive}\n      wet",
        "rian",
    ),
    (
        "G002",
        "      wet: {sign: positive}\n    table:\n      form: table",
        "      slip: {sign: positive}\n    table:\n      form: table",
        "slip: {sign",
    ),
    ("G003", "  slip:\n", "  slip:\n    role: outcome\n", "role: outcome\n    states: [no, yes]"),
    ("G004", "{source: us,", "{source: uss,", "uss"),
    ("G005", "[rain -> wet]", "[wet -> rain]", "wet -> rain"),
    ("G005", "[rain -> wet]", "[rain to wet]", "rain to wet"),
    ("G005", "[rain -> wet]", "[rian -> wet]", "rian -> wet"),
    ("G006", "states: [off, on]", "states: [off, on, on]", "[off, on, on]"),
    ("G006", "states: [off, on]", "states: []", "states: []"),
    ("G007", "some: {interval: [1, 5]}", "some: {interval: [5, 1]}", "[5, 1]"),
    ("G007", "some: {interval: [1, 5]}", "some: {interval: [0, 5]}", "[0, 5]"),
    ("G008", "sources: [{source: us, quote: It rains.}]", "sources: []", "us: {publisher"),
    ("T001", "no: 0.7, some", "no: 0.67, some", "0.67"),
    (
        "T002",
        "        - {given: {wet: damp}, p: {no: 0.9, yes: 0.1}}\n",
        "",
        "rows:\n        - {given: {wet: dry}",
    ),
    ("T003", "{given: {wet: damp}", "{given: {wet: dry}", "0.9, yes"),
    ("T004", "{given: {wet: damp}", "{given: {wt: damp}", "{wt: damp}"),
    ("T004", "{given: {wet: damp}, p", "{given: {}, p", "given: {}"),
    ("T005", "{given: {wet: damp}", "{given: {wet: dam}", "dam}"),
    ("T005", "{no: 0.9, yes: 0.1}", "{no: 0.9, yess: 0.1}", "yess"),
    ("T005", "state: boots", "state: boot", "state: boot"),
    ("T005", "default: sandals", "default: sandal", "default: sandal"),
    ("T006", "{no: 0.9, yes: 0.1}", "{no: 0.9}", "{no: 0.9}"),
    ("T007", "{no: 0.9, yes: 0.1}", "{no: 1.1, yes: -0.1}", "1.1"),
    ("T008", "{rain: 2, sprinkler: 1}", "{rain: 2}", "{rain: 2}"),
    ("T008", "{rain: 2, sprinkler: 1}", "{rain: 2, sprinkler: 1, slip: 1}", "slip: 1"),
    ("T009", "{rain: 2, sprinkler: 1}", "{rain: 2, sprinkler: 0}", "sprinkler: 0"),
    ("T010", "{rain: 2, sprinkler: 1}", "{rain: -2, sprinkler: 1}", "rain: -2"),
    (
        "T011",
        "    states: [off, on]",
        "    ordered: false\n    states: [off, on]",
        "weights: {rain",
    ),
    ("T012", "spread: 0.2", "spread: 0", "spread: 0"),
    ("T012", "      spread: 0.2\n", "", "form: ranked"),
    ("T013", "spread: 0.2", "spread: 0.2\n      moderator: slip", "moderator: slip"),
    ("T013", "spread: 0.2", "spread: 0.2\n      cases: {off: {}}", "cases: {off"),
    ("T014", "rain: {much: {silent", "rian: {much: {silent", "rian: {much"),
    ("T014", "rain: {much: {silent", "rain: {mch: {silent", "mch: {silent"),
    ("T014", "        rain: {much: {silent: 0.5, beeps: 0.5}}\n", "", "causes:"),
    (
        "T016",
        "{no: 0.99, yes: 0.01}",
        "{no: 0.5, yes: 0.5}",
        "wet: {sign: positive}\n    table:\n      form: table",
    ),
    ("T017", "confidence: 10", "confidence: -1", "confidence: -1"),
    ("T018", "high: 2.5", "high: -2.5", "high: -2.5"),
    ("T019", "      confidence: 4\n", "", "prior:"),
    ("T003", "{given: {rain: some}, counts", "{given: {rain: no}, counts", "low: 1.5"),
    ("T004", "{given: {rain: some}, counts", "{given: {wet: damp}, counts", "low: 1.5"),
    ("T005", "high: 2.5", "hgh: 2.5", "hgh: 2.5"),
    ("T005", "{given: {rain: some}, counts", "{given: {rain: sme}, counts", "sme"),
    ("T009", "weights: {rain: 1}", "weights: {rain: 0}", "weights: {rain: 0}"),
    ("G004", "{source: gauge, rows", "{source: gage, rows", "gage"),
    ("S001", "gauge, rows: 12, method", "gauge, method", "data: {source: gauge"),
    ("S004", "{given: {rain: some}, counts", "{given: {rain: [some]}, counts", "[some]"),
    ("S006", "method: counted", "method: guessed", "guessed"),
    ("S006", "        form: ranked\n", "        form: counts\n", "form: counts\n        weights"),
]


@pytest.mark.parametrize(("code", "old", "new", "where"), PLANTED)
def test_a_planted_mistake_is_found_at_its_line(code: str, old: str, new: str, where: str) -> None:
    assert GRAPH.count(old) >= 1
    text = GRAPH.replace(old, new, 1)
    found = check(text)
    assert code in {each.code for each in found}
    reported = [each for each in found if each.code == code]
    if where:
        assert line_of(text, where) in {each.span.line for each in reported}
        assert all(each.span.text for each in reported)


@pytest.mark.parametrize(
    ("old", "new"),
    [(old, new) for code, old, new, _ in PLANTED if code not in ("G001", "G002", "Y008")],
)
def test_a_planted_mistake_is_reported_once(old: str, new: str) -> None:
    # One slip must not drown the reader in consequences; a wrong parent does change two tables' rules.
    assert len(check(GRAPH.replace(old, new, 1))) <= 2


def test_too_many_parents_are_refused_before_anything_is_allocated() -> None:
    names = [f"p{at}" for at in range(40)]
    nodes = "".join(
        f"  {name}: {{states: [a, b], table: {{form: table, rows: [{{p: {{a: 0.5, b: 0.5}}}}]}}}}\n"
        for name in names
    )
    parents = ", ".join(f"{name}: {{sign: positive}}" for name in names)
    weights = ", ".join(f"{name}: 1" for name in names)
    text = (
        "schema_version: 1\nid: wide\ntitle: Wide\nnodes:\n" + nodes + f"  child:\n"
        f"    states: [a, b]\n    parents: {{{parents}}}\n"
        f"    table: {{form: ranked, spread: 0.1, weights: {{{weights}}}}}\n"
    )
    found = check(text)
    assert [each.code for each in found] == ["T015"]
    assert "2,199,023,255,552" in found[0].message


@pytest.mark.parametrize(
    ("total", "severity"),
    [("0.1000000001", None), ("0.100001", None), ("0.1001", "warning"), ("0.11", "error")],
)
def test_how_far_a_row_may_miss_one(total: str, severity: str | None) -> None:
    found = check(GRAPH.replace("much: 0.1}", f"much: {total}}}"))
    assert [each.severity for each in found] == ([severity] if severity else [])


def test_five_mistakes_are_reported_at_once() -> None:
    text = GRAPH
    for old, new in [
        ("role: driver", "role: drver"),
        ("no: 0.7, some", "no: 0.67, some"),
        ("spread: 0.2", "sprad: 0.2\n      spread: -1"),
        ("{given: {wet: damp}", "{given: {wet: dam}"),
        ("{source: us,", "{source: uss,"),
    ]:
        text = text.replace(old, new, 1)
    found = [each for each in check(text) if each.severity == "error"]
    assert sorted(each.code for each in found) == ["G004", "S002", "S006", "T001", "T005", "T012"]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("role: driver", "role: drver", "Did you mean 'driver'?"),
        ("  confidence: 10", "  confidense: 10", "Did you mean 'confidence'?"),
        ("{source: us,", "{source: uss,", "Did you mean 'us'?"),
        ("{given: {wet: damp}", "{given: {wet: dam}", "Did you mean 'damp'?"),
        ("{rain: 2, sprinkler: 1}", "{rain: 2, sprinkle: 1}", "Did you mean 'sprinkler'?"),
        ("form: noisy_max", "form: noisymax", "noisy_max"),
    ],
)
def test_the_nearest_valid_name_is_offered(old: str, new: str, hint: str) -> None:
    assert any(hint in f"{each.hint} {each.message}" for each in check(GRAPH.replace(old, new, 1)))


def test_a_mistake_is_shown_with_its_line_and_a_caret() -> None:
    text = GRAPH.replace("no: 0.7, some", "no: 0.67, some")
    shown = str(check(text)[0])
    assert shown == textwrap.dedent(
        """\
        street.yaml:17:14: error[T001] the row sums to 0.97, expected 1
            17 |         - p: {no: 0.67, some: 0.2, much: 0.1}
               |              ^"""
    )


def test_rows_are_named_by_their_parents() -> None:
    found = check(GRAPH.replace("{no: 0.9, yes: 0.1}", "{no: 0.9, yes: 0.07}"))
    assert found[0].message == "row (wet=damp) sums to 0.97, expected 1"


# Files that extend one another.


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


VARIANT = """\
schema_version: 1
id: variant
title: A variant
extends: {extends}
"""


@pytest.mark.parametrize(
    ("code", "extends"),
    [
        ("E001", "missing.yaml"),
        ("E001", "folder"),
        ("E002", "../base.yaml"),
        ("E002", "/etc/passwd"),
        ("E002", "https://example.org/base.yaml"),
        ("E002", "C:\\\\base.yaml"),
        ("E002", "link.yaml"),
        ("E003", "variant.yaml"),
    ],
)
def test_extends_stays_inside_the_folder(tmp_path: Path, code: str, extends: str) -> None:
    folder = tmp_path / "graphs"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "base.yaml").write_text(GRAPH, encoding="utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "base.yaml")
    write(folder, variant=VARIANT.format(extends=f'"{extends}"'))
    found = check_file(folder / "variant.yaml")
    assert code in {each.code for each in found}
    assert next(each for each in found if each.code == code).span.line == 4


def test_a_fifo_or_a_device_is_refused_without_reading(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.yaml")
    for path in (tmp_path / "pipe.yaml", Path("/dev/zero"), tmp_path):
        assert [each.code for each in check_file(path)] == ["Y001"]


def test_ten_files_may_extend_one_another_but_no_more(tmp_path: Path) -> None:
    (tmp_path / "v0.yaml").write_text(GRAPH, encoding="utf-8")
    for at in range(1, 13):
        write(tmp_path, **{f"v{at}": VARIANT.format(extends=f"v{at - 1}.yaml")})
    assert check_file(tmp_path / "v10.yaml") == []
    assert "E004" in {each.code for each in check_file(tmp_path / "v12.yaml")}


def test_removing_what_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(GRAPH, encoding="utf-8")
    write(tmp_path, variant=VARIANT.format(extends="base.yaml") + "nodes: {snow: null}\n")
    found = check_file(tmp_path / "variant.yaml")
    assert [(each.code, each.span.line) for each in found] == [("E005", 5)]


def test_a_variant_adds_overrides_and_removes(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(GRAPH, encoding="utf-8")
    write(
        tmp_path,
        variant=VARIANT.format(extends="base.yaml")
        + """\
channels: {water: null}
nodes:
  shoes: null
  slip:
    parents: {rain: {sign: negative}, wet: null}
    table:
      form: ranked
      weights: {rain: -1}
      spread: 0.3
  mood:
    states: [bad, good]
    table: {form: table, rows: [{p: {bad: 0.4, good: 0.6}}]}
""",
    )
    graph = read_graph(tmp_path / "variant.yaml")
    assert graph.id == "variant"
    assert list(graph.nodes) == ["rain", "sprinkler", "wet", "slip", "alarm", "gutter", "mood"]
    assert list(graph.nodes["slip"].parents) == ["rain"]
    assert graph.nodes["slip"].table.form == "ranked"
    assert list(graph.nodes["slip"].states) == ["no", "yes"]
    assert graph.channels == {}
    assert read_graph(tmp_path / "base.yaml").id == "street"


def test_a_mistake_in_an_inherited_value_is_shown_in_the_base(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(GRAPH, encoding="utf-8")
    write(tmp_path, variant=VARIANT.format(extends="base.yaml") + "nodes: {wet: null}\n")
    found = check_file(tmp_path / "variant.yaml")
    assert {each.span.file for each in found} == {str(tmp_path / "base.yaml")}
    assert any("parent 'wet' is not a node" in each.message for each in found)


# Scenarios.

SCENARIO = """\
schema_version: 1
id: storm
title: A storm
given: {rain: much}
"""


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("F001", "{rain: much}", "{rian: much}", 4),
        ("F002", "{rain: much}", "{rain: mch}", 4),
        ("F003", "{rain: much}", "{rain: much}\ndo: {rain: no}", 4),
        ("F004", "given: {rain: much}", "likelihood: {rain: {much: 0, some: 0}}", 4),
        ("F004", "given: {rain: much}", "belief: {rain: {much: 0.2}}", 4),
        ("F004", "given: {rain: much}", "likelihood:\n  rain: {}", 5),
        ("F004", "given: {rain: much}", "likelihood:\n  rain:\n    much: -1\n    some: 1", 6),
        ("F002", "given: {rain: much}", "findings:\n- {node: rain, state: mch}", 5),
        ("F005", "id: storm", "id: strom", 2),
        ("S001", "title: A storm\n", "", 1),
        ("S002", "given:", "givn:", 4),
    ],
)
def test_a_planted_mistake_in_a_scenario_is_found(
    tmp_path: Path, code: str, old: str, new: str, line: int
) -> None:
    graph = check_graph_text(GRAPH, "street.yaml", Path())[0]
    assert graph is not None
    assert check_scenario_text(SCENARIO, "storm.yaml", graph)[1] == []
    found = check_scenario_text(SCENARIO.replace(old, new), "storm.yaml", graph)[1]
    assert (code, line) in {(each.code, each.span.line) for each in found}


def test_all_mistakes_of_a_scenario_are_reported_at_their_places() -> None:
    graph = check_graph_text(GRAPH, "street.yaml", Path())[0]
    text = SCENARIO.replace("much", "mch") + (
        "likelihood: {slip: {yes: -1}}\nbelief: {alarm: {beeps: 0.4}}\ndo: {shoe: boots}\n"
    )
    found = check_scenario_text(text, "storm.yaml", graph)[1]
    assert [(each.code, each.span.line, each.span.column) for each in found] == [
        *(("F002", 4, 15), ("F004", 5, 26), ("F004", 6, 17), ("F001", 7, 6))
    ]
    assert found[0].hint == "Did you mean 'much'?"


def test_a_scenario_that_is_not_called_as_its_file_is_a_warning(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (tmp_path / "street.yaml").write_text(GRAPH, encoding="utf-8")
    for name in ("storm", "gale"):
        (folder / f"{name}.yaml").write_text(SCENARIO, encoding="utf-8")
    assert check_file(folder / "storm.yaml") == []
    found = check_file(folder / "gale.yaml")
    assert [(each.code, each.severity, each.span.line) for each in found] == [
        ("F005", "warning", 2)
    ]


def test_every_rule_is_planted_somewhere() -> None:
    here = {code for code, *_ in PLANTED}
    elsewhere = {
        "Y007",
        "T015",
        "E001",
        "E002",
        "E003",
        "E004",
        "E005",
        "F001",
        "F002",
        "F003",
        "F004",
        "F005",
    } | {code for code in RULES if code.startswith(("C", "D", "L", "N", "P"))}
    assert here | elsewhere == set(RULES)
    assert len(RULES) >= 25


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * 10_000_001)
    assert [each.code for each in check_file(path)] == ["Y007"]


def test_an_invalid_file_raises_with_all_its_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "street.yaml"
    path.write_text(GRAPH.replace("role: driver", "role: x").replace("0.7, some", "0.6, some"))
    with pytest.raises(InvalidGraphFile) as caught:
        read_graph(path)
    assert [each.code for each in caught.value.diagnostics] == ["S006", "T001"]
    assert f"{path}:10:11" in str(caught.value)
