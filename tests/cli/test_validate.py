"""`validate` and `schema`: every mistake of a file, for people and programs."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from causal_model.library import scenarios_of, shipped_graphs
from causal_model.spec.diagnostics import RULES
from tests.cli.graphs import STREET, write_street
from tests.cli.shell import ESCAPE, run, unsafe

SHIPPED = shipped_graphs()["article"].parent
SCENARIOS = list(scenarios_of(SHIPPED / "article.yaml").values())
CLAIMS = sorted((SHIPPED / "claims").glob("*.yaml"))

# Five mistakes that have nothing to do with one another: rule, what is replaced, and by what.
FIVE = [
    ("S006", "role: driver", "role: drver"),
    ("T001", "no: 0.7, some", "no: 0.67, some"),
    ("T012", "spread: 0.2", "spread: -1"),
    ("T005", "{given: {wet: damp}", "{given: {wet: dam}"),
    ("S002", "title: A wet street", "titel: x\ntitle: A wet street"),
]
# The sum misses 1 by so little that it is worth no more than a word.
# Whoever reads it can trace every number to its source.
TRACED = """\
schema_version: 1
id: traced
title: T
sources: {us: {publisher: Us, kind: judgement}}
nodes:
  rain:
    states: [no, yes]
    table: {form: table, confidence: 3, sources: [{source: us}], rows: [{p: {no: 0.7, yes: 0.3}}]}
"""
WARNED = STREET.replace("much: 0.1}", "much: 0.1001}")


def mistaken() -> str:
    text = STREET
    for _, old, new in FIVE:
        text = text.replace(old, new, 1)
    return text


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_file_without_mistakes() -> None:
    ran = run("validate", write_street())
    assert (ran.code, ran.out, ran.err) == (0, "", "street.yaml: no mistakes\n")


def test_what_ships_has_no_mistakes() -> None:
    files = [*shipped_graphs().values(), *SCENARIOS]
    ran = run("validate", "--strict", *map(str, files))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.count(": no mistakes\n") == len(files) == 10


def test_a_mistake_as_a_person_reads_it() -> None:
    name = write("street.yaml", STREET.replace("role: driver", "role: drver"))
    ran = run("validate", name)
    assert ran.code == 1
    assert ran.out == (
        "street.yaml:10:11: error[S006] 'drver' is not known here; expected 'driver',"
        " 'mechanism', 'indicator' or 'outcome'\n"
        "    10 |     role: drver\n"
        "       |           ^^^^^\n"
        "  help: Did you mean 'driver'?\n"
    )
    assert ran.err == "1 error, 0 warnings\n"


@pytest.mark.parametrize("format_", ["table", "json", "csv", "md", "github"])
def test_five_mistakes_are_five_in_every_format(format_: str) -> None:
    ran = run("validate", write("street.yaml", mistaken()), "--format", format_)
    assert ran.code == 1
    assert ran.err == "5 errors, 0 warnings\n"
    patterns = {
        "table": r"^street\.yaml:\d+:\d+: error\[(\w+)\]",
        "json": r'"code": "(\w+)"',
        "csv": r"^street\.yaml,\d+,\d+,error,(\w+),",
        "md": r"^\| street\.yaml \| \d+ \| \d+ \| error \| (\w+) \|",
        "github": r"^::error file=street\.yaml,line=\d+,col=\d+,title=(\w+)::",
    }
    found = re.findall(patterns[format_], ran.out, re.MULTILINE)
    assert sorted(found) == sorted(code for code, _, _ in FIVE)


def test_mistakes_come_in_the_order_of_the_file() -> None:
    found = run("validate", write("street.yaml", mistaken()), "--json").json["diagnostics"]
    places = [(each["line"], each["column"]) for each in found]
    assert places == sorted(places)


def test_every_mistake_in_json_has_rule_place_and_words() -> None:
    ran = run("validate", write("street.yaml", mistaken()), "--json")
    assert list(ran.json) == ["schema_version", "valid", "diagnostics"]
    assert ran.json["schema_version"] == 1
    assert ran.json["valid"] is False
    lines = mistaken().split("\n")
    for each in ran.json["diagnostics"]:
        assert list(each) == [
            *("code", "rule", "severity", "file", "line", "column", "end_column"),
            *("message", "hint"),
        ]
        assert each["rule"] == RULES[each["code"]]
        assert each["message"]
        assert 1 <= each["column"] < each["end_column"] <= len(lines[each["line"] - 1]) + 1


def test_a_sound_file_in_json() -> None:
    data = run("validate", write_street(), "--json").json
    assert data == {"schema_version": 1, "valid": True, "diagnostics": []}


def test_csv_says_what_json_says() -> None:
    name = write("street.yaml", mistaken())
    data = run("validate", name, "--json").json["diagnostics"]
    text = run("validate", name, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert list(rows[0]) == ["file", "line", "column", "severity", "code", "message", "hint"]
    # A message that begins with a quote or a sign is shielded from spreadsheets.
    read = [{key: value.removeprefix("'") for key, value in row.items()} for row in rows]
    for row, each in zip(read, data, strict=True):
        assert row == {key: str(each[key]).removeprefix("'") for key in row}


def test_github_annotations_escape_what_ends_a_line_or_a_property() -> None:
    name = write("100%,a:b.yaml", STREET.replace("role: driver", "role: 50%"))
    out = run("validate", name, "--format", "github").out
    assert out.startswith("::error file=100%25%2Ca%3Ab.yaml,line=10,col=11,title=S006::'50%25' is")
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("texts", "options", "code"),
    [
        ([STREET], [], 0),
        ([TRACED], ["--strict"], 0),
        ([STREET], ["--strict"], 1),
        ([WARNED], [], 0),
        ([WARNED], ["--strict"], 1),
        ([mistaken()], [], 1),
        ([STREET, WARNED], ["--strict"], 1),
        ([STREET, mistaken()], [], 1),
        ([mistaken(), STREET], [], 1),
        ([STREET, WARNED], [], 0),
        ([""], [], 1),
        (["- a\n- b\n"], [], 1),
    ],
)
def test_exit_codes(texts: list[str], options: list[str], code: int) -> None:
    files = [write(f"{at}.yaml", text) for at, text in enumerate(texts)]
    for format_ in ("table", "json", "github"):
        assert run("validate", *files, *options, "--format", format_).code == code


@pytest.mark.parametrize(("options", "valid"), [([], True), (["--strict"], False)])
def test_whether_json_calls_a_warning_valid_agrees_with_the_exit_code(
    options: list[str], valid: bool
) -> None:
    ran = run("validate", write("street.yaml", WARNED), "--json", *options)
    assert ran.json["valid"] is valid
    assert {each["severity"] for each in ran.json["diagnostics"]} == {"warning"}
    count = len(ran.json["diagnostics"])
    assert (count == 1) is valid
    assert ran.err == f"0 errors, {count} warning{'' if valid else 's'}\n"


def test_all_files_are_checked_even_after_a_bad_one() -> None:
    files = [write("a.yaml", mistaken()), write("b.yaml", STREET), write("c.yaml", WARNED)]
    ran = run("validate", *files, "--json")
    assert [each["file"] for each in ran.json["diagnostics"]] == ["a.yaml"] * 5 + ["c.yaml"]
    assert "b.yaml: no mistakes" in ran.err


@pytest.mark.parametrize(("text", "code"), [(STREET, 0), (mistaken(), 1), ("", 1), ("{", 1)])
def test_a_dash_is_standard_input(text: str, code: int) -> None:
    ran = run("validate", "-", "--json", stdin=text)
    assert ran.code == code
    assert all(each["file"] == "<stdin>" for each in ran.json["diagnostics"])
    assert bool(ran.json["diagnostics"]) == bool(code)


def test_a_dash_finds_what_a_file_finds() -> None:
    def places(data: dict[str, Any]) -> list[tuple[str, int, int, str]]:
        return [(e["code"], e["line"], e["column"], e["message"]) for e in data["diagnostics"]]

    file = run("validate", write("street.yaml", mistaken()), "--json").json
    assert places(run("validate", "-", "--json", stdin=mistaken()).json) == places(file)


SCENARIO = "schema_version: 1\nid: s\ntitle: S\ngiven: {rain: some}\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rain: some", "rain: some", ""),
        ("rain: some", "rian: some", "Did you mean 'rain'?"),
        ("rain: some", "rain: sme", "Did you mean 'some'?"),
        ("{rain: some}", "{rain: some}\ndo: {rain: no}", "takes no other finding"),
        ("id: s\n", "", "'id' is missing"),
    ],
)
def test_a_scenario_is_held_against_the_graph_in_the_folder_above(
    old: str, new: str, words: str
) -> None:
    write_street()
    Path("scenarios").mkdir()
    ran = run("validate", write("scenarios/s.yaml", SCENARIO.replace(old, new)))
    assert ran.code == (1 if words else 0)
    assert words in ran.out


@pytest.mark.parametrize(
    "text",
    [
        'schema_version: "\\e[31m"',
        '"\\e[31m": 1',
        "a: !%1b[31m b",
        "a: !<%1b[31mx> b",
        'id: "\\x9b2J"',
        'nodes: {a: {role: "\\e[31m", table: {form: "\\e"}}}',
        'extends: "\\e[31m.yaml"',
        "id: \x1b[31m",
    ],
)
@pytest.mark.parametrize("format_", ["table", "md", "json"])
def test_control_characters_of_a_file_never_reach_a_terminal(text: str, format_: str) -> None:
    ran = run("validate", "-", "--format", format_, stdin=text, terminal=True)
    assert ran.code == 1
    assert unsafe(ran.out + ran.err) == set()


def test_control_characters_of_a_file_name_never_reach_a_terminal() -> None:
    name = write(f"{ESCAPE}[31m.yaml", mistaken())
    for file in (name, write(f"{ESCAPE}[32m.yaml", STREET)):
        ran = run("validate", file, terminal=True)
        assert unsafe(ran.out + ran.err) == set()


# schema


class _Yaml12(yaml.SafeLoader):
    """Reads as an editor does: in YAML 1.2 dates, `no` and `on` are text."""


_Yaml12.yaml_implicit_resolvers = {
    start: [
        (tag, re.compile("true|false") if tag.endswith(":bool") else pattern)
        for tag, pattern in resolvers
        if not tag.endswith(":timestamp")
    ]
    for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def complaints(kind: str, text: str) -> list[str]:
    """What an editor that knows the schema would underline."""
    schema = run("schema", "--of", kind).json
    validator = jsonschema.Draft202012Validator(schema)
    data = yaml.load(text, Loader=_Yaml12)
    return [error.message for error in validator.iter_errors(data)]


@pytest.mark.parametrize("kind", ["graph", "scenario", "claims"])
def test_the_schema_is_a_schema(kind: str) -> None:
    schema = run("schema", "--of", kind).json
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


GRAPHS = list(shipped_graphs().values())


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *(("graph", path) for path in GRAPHS),
        *(("scenario", path) for path in SCENARIOS),
        *(("claims", path) for path in CLAIMS),
    ],
    ids=lambda each: getattr(each, "stem", each),
)
def test_what_ships_satisfies_the_schema(kind: str, path: Path) -> None:
    assert complaints(kind, path.read_text(encoding="utf-8")) == []


def test_all_forms_of_tables_satisfy_the_schema() -> None:
    assert complaints("graph", STREET) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("graph", STREET.replace("role: driver", "role: drver")),
        ("graph", STREET.replace("  confidence: 10", "  confidense: 10")),
        ("graph", STREET.replace("sign: positive", "sign: up", 1)),
        ("graph", STREET.replace("title: A wet street\n", "")),
        ("graph", "schema_version: 1\nid: a\ntitle: A\n"),
        ("graph", STREET.replace("spread: 0.2", "spread: wide")),
        ("scenario", SCENARIO.replace("given", "givn")),
        ("scenario", SCENARIO.replace("id: s\n", "")),
        ("scenario", SCENARIO.replace("{rain: some}", "[rain]")),
        ("claims", "schema_version: 1\nclaims: {}\n"),
        ("claims", "schema_version: 1\ngraph: street\nclaims: {a: {statment: x}}\n"),
        ("claims", "schema_version: 1\ngraph: street\ndrops: {a: {}}\n"),
    ],
)
def test_the_schema_underlines_what_validate_refuses(kind: str, text: str) -> None:
    assert complaints(kind, text) != []
    assert run("validate", "-", stdin=text).code == 1


@pytest.mark.parametrize("kind", ["graph", "scenario", "claims"])
def test_the_schema_that_ships_is_the_one_written_today(kind: str) -> None:
    file = SHIPPED / "schema" / f"{kind}.json"
    assert file.read_text(encoding="utf-8") == run("schema", "--of", kind).out


@pytest.mark.parametrize("kind", ["graph", "scenario", "claims"])
def test_a_schema_file_holds_what_stdout_would(kind: str) -> None:
    ran = run("schema", "--of", kind, "-o", "x.json")
    assert (ran.code, ran.out, ran.err) == (0, "", "wrote x.json\n")
    assert (
        json.loads(Path("x.json").read_text(encoding="utf-8")) == run("schema", "--of", kind).json
    )


def test_a_schema_that_cannot_be_written() -> None:
    Path("x.json").mkdir()
    for place in ("missing/x.json", "x.json"):
        ran = run("schema", "-o", place)
        assert ran.code == 2
        assert "cannot be written" in ran.err
    assert [path.name for path in Path().iterdir()] == ["x.json"]
