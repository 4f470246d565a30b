"""Whatever is typed, a command answers or says why not: never a traceback, never a fault of its own."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cli.graphs import STREET, write_street
from tests.cli.shell import run

HOSTILE = [
    *(
        "",
        " ",
        "-",
        "--",
        "=",
        ":",
        ",",
        "!=",
        ".",
        "..",
        "/",
        "~",
        "*",
        "%s",
        "{}",
        "\\",
        "|",
        "\n",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\x9b2J",
        "\u202e",
        "\ufffe",
        "\ud800",
        "e\u0301",
        "🂡",
        "x" * 5000,
        "0" * 400,
    ),
    *("nan", "inf", "1e999", "-1", "None", "True", "missing.yaml", "missing/x.yaml", "/dev/null"),
    *("rows.csv", "rows.csv:0", "rows.csv:99", "rows.csv:", "broken.yaml", "street.yaml", "folder"),
]
NODES = ["rain", "wet", "slip", "alarm", "china_policy", "btc_return", "rian"]
STATES = ["no", "some", "damp", "yes", "silent", "hard_mandate", "down", "smoe"]
WEIGHTS = [
    "no:0.5,some:0.5",
    "dry:1",
    "no:0.2",
    "silent:1,beeps:3",
    "dry:0,damp:0",
    "no:nan",
    "no:",
]

hostile = st.sampled_from(HOSTILE) | st.text(max_size=8)
node = st.sampled_from(NODES) | hostile
observed = st.builds(
    lambda left, sign, right: f"{left}{sign}{right}",
    node,
    st.sampled_from(["=", "!=", "==", " = ", ""]),
    st.sampled_from(STATES) | hostile,
)
weighed = st.builds(lambda left, right: f"{left}={right}", node, st.sampled_from(WEIGHTS) | hostile)


def option(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.builds(lambda value: [name, value], values)


def flags(*names: str) -> st.SearchStrategy[list[str]]:
    return st.sampled_from([[name] for name in names])


GENERAL = [
    flags("-q", "--no-color", "--nonsense", "-h"),
    option("--lang", st.sampled_from(["en", "zh-Hant", "de"])),
]
GRAPH = [option("-g", st.sampled_from(["article", "street.yaml", "broken.yaml"]) | hostile)]
FORMATS = [
    option("--format", st.sampled_from(["table", "json", "csv", "md", "yaml"])),
    flags("--json"),
]
FINDINGS = [
    option("--given", observed),
    option("--do", observed),
    option("--likelihood", weighed),
    option("--belief", weighed),
    option("--evidence", st.sampled_from(["-", "rows.csv:1", "findings.json"]) | hostile),
    option("--scenario", st.sampled_from(["hard_mandate", "slippery", "slippery.yaml"]) | hostile),
]
INTERVALS = [
    option("--interval", st.sampled_from(["0.9", "50%", "1", "nan"]) | hostile),
    option("--draws", st.sampled_from(["0", "100", "200"]) | hostile),
    option("--seed", st.sampled_from(["0", "7", "-1"])),
]
SURPLUS = [st.builds(lambda value: [value], hostile)]

# Command: the options and arguments that it may get, plausible and hostile.
PIECES: dict[str, list[st.SearchStrategy[list[str]]]] = {
    "query": [
        *(*GENERAL, *GRAPH, *FORMATS, *FINDINGS, *FINDINGS, *SURPLUS),
        *(option("--target", node), flags("--all"), *INTERVALS),
    ],
    "effects": [
        *(*GENERAL, *GRAPH, *FORMATS, *FINDINGS, *SURPLUS, option("--of", node)),
        *(option("--of", node), option("--on", node), option("--hidden", node)),
        option("--states", st.sampled_from(STATES) | hostile),
        option("--baseline", st.sampled_from(STATES) | observed | hostile),
        *(option("--as", weighed), flags("--channels", "--identify"), *INTERVALS),
    ],
    "scenarios": [*GENERAL, *GRAPH, *FORMATS, *SURPLUS, option("--target", node), *INTERVALS],
    "graphs": [*GENERAL, *FORMATS, *SURPLUS],
    "show": [
        *(*GENERAL, *GRAPH, flags("--sources"), st.builds(lambda value: [value], node)),
        option("--format", st.sampled_from(["table", "csv", "md", "yaml"])),
    ],
    "validate": [
        *(*GENERAL, *FORMATS, *SURPLUS, flags("--strict", "street.yaml", "broken.yaml", "-")),
        option("--format", st.just("github")),
    ],
    "schema": [*GENERAL, *SURPLUS, option("--of", st.sampled_from(["graph", "scenario", ""]))],
    "render": [
        *(*GENERAL, *GRAPH, *FINDINGS),
        option("-o", st.sampled_from(["x.svg", "x.dot", "x.mmd", "x.gif", "x", "folder"])),
    ],
    "learn": [
        *(*GENERAL, *GRAPH, *FORMATS, *SURPLUS),
        option("--data", st.sampled_from(["days.csv", "rows.csv", "folder"]) | hostile),
        option("--binning", st.sampled_from(["binning.yaml", "broken.yaml", "rows.csv"]) | hostile),
        option("--confidence", st.sampled_from(["0", "1e300", "5"]) | hostile),
        option("-o", st.sampled_from(["out.yaml", "folder", "street.yaml", "x"])),
    ],
    "score": [
        *(*GENERAL, *GRAPH, *FORMATS, *SURPLUS),
        option("--data", st.sampled_from(["days.csv", "rows.csv", "folder"]) | hostile),
        option("--binning", st.sampled_from(["binning.yaml", "rows.csv"]) | hostile),
        *(option("--target", node), option("--given", node), option("--date", node)),
        option("--train", st.sampled_from(["1", "3", "99"]) | hostile),
        option("--refit-every", st.sampled_from(["1", "2"]) | hostile),
        option("--draws", st.sampled_from(["1", "20"])),
        option("--against", st.sampled_from(["street.yaml", "article"]) | hostile),
    ],
    "init": [
        *GENERAL,
        flags("--force"),
        st.sampled_from([["new"], ["new/er"], ["folder"], ["."], ["a", "b"]]),
    ],
}


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    command = draw(st.sampled_from(sorted(PIECES)))
    parts = draw(st.lists(st.one_of(PIECES[command]), max_size=6))
    return [command, *(word for part in parts for word in part)]


STDIN = [
    "",
    "rain: some",
    "[]",
    "{",
    "given: {rain: no, wet: soaked}",
    STREET,
    "\x00",
    "a: &a [*a]",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files for the pieces to find: a graph, a broken one, findings, a scenario."""
    place = tmp_path_factory.mktemp("any")
    write_street(place)
    (place / "broken.yaml").write_text(STREET.replace("no: 0.7", "no: 7"), encoding="utf-8")
    (place / "rows.csv").write_text("rain,do:slip\nsome,yes\n!=no,\n", encoding="utf-8")
    days = "rain,wet\nno,dry\nsome,damp\nmuch,soaked\nno,dry\n,damp\n"
    (place / "days.csv").write_text(days, encoding="utf-8")
    binning = (
        "schema_version: 1\nsource: gauge\nnodes: {rain: {column: rain}, wet: {column: wet}}\n"
    )
    (place / "binning.yaml").write_text(binning, encoding="utf-8")
    (place / "findings.json").write_text('{"rain": "some"}', encoding="utf-8")
    scenario = "schema_version: 1\nid: slippery\ntitle: S\ngiven: {slip: yes}\n"
    (place / "slippery.yaml").write_text(scenario, encoding="utf-8")
    (place / "scenarios").mkdir()
    (place / "scenarios" / "slippery.yaml").write_text(scenario, encoding="utf-8")
    (place / "folder").mkdir()
    return place


@settings(max_examples=120, deadline=None)
@given(arguments=command_lines(), stdin=st.sampled_from(STDIN))
@example(arguments=["query", "-g", "street.yaml", "--evidence", "-", "--evidence", "-"], stdin="[]")
@example(arguments=["query", "--given", "china_policy=\ud800"], stdin="")
def test_any_arguments_are_answered_or_refused_with_words(
    folder: Path, arguments: list[str], stdin: str
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        ran = run(*arguments, stdin=stdin)
    assert ran.code in (0, 1, 2)
    assert "Traceback" not in ran.out + ran.err
    if ran.code == 2:
        # What reads the data of a refused command must not find half of an answer.
        assert ran.out == ""
        assert ran.err.strip() != ""


@settings(max_examples=100, deadline=None)
@given(arguments=st.lists(hostile, max_size=4))
def test_any_words_in_place_of_a_command(folder: Path, arguments: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        ran = run(*arguments)
    assert ran.code in (0, 2)
    assert "Traceback" not in ran.out + ran.err
