"""What every command owes a shell: exit codes, help, clean streams, plain text where it is asked for."""

import json
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import causal_model
from causal_model.cli.main import COMMANDS
from causal_model.library import shipped_graphs
from tests.cli.graphs import write_chain
from tests.cli.shell import ESCAPE, run, start
from tests.variants.test_revision import git

SHIPPED = shipped_graphs()["article"].parent

# Arguments, and the exit code that they end with: 0 fine, 1 the answer is no, 2 it cannot be asked.
EXIT_CODES = [
    (["--version"], 0),
    (["-h"], 0),
    (["query"], 0),
    (["query", "--json", "--given", "china_policy=hard_mandate"], 0),
    (["graphs"], 0),
    (["show"], 0),
    (["scenarios"], 0),
    (["test", "-k", "order_btc"], 0),
    (["schema"], 0),
    (["diff", "article", "long_run"], 0),
    (["average", "article", "long_run"], 0),
    (["init", "project"], 0),
    (["render", "-o", "x.svg"], 0),
    (["validate", "good.yaml"], 0),
    (["validate", "bad.yaml"], 1),
    (["validate", "good.yaml", "bad.yaml"], 1),
    (["query", "-g", "good.yaml", "--given", "a=x", "--given", "b=y"], 1),
    (["render", "-g", "good.yaml", "--given", "a=x", "--given", "b=y", "-o", "x.svg"], 1),
    ([], 2),
    (["nonsense"], 2),
    (["--nonsense"], 2),
    (["validate"], 2),
    (["render"], 2),
    (["init"], 2),
    (["query", "surplus"], 2),
    (["query", "--given"], 2),
    (["query", "--format", "yaml"], 2),
    (["query", "--lang", "de"], 2),
    (["query", "--engine", "other"], 2),
    (["query", "-g", "bad.yaml"], 2),
    (["query", "-g", "missing.yaml"], 2),
    (["query", "-g", "artcle"], 2),
    (["query", "--target", "missing"], 2),
    (["query", "--evidence", "missing.yaml"], 2),
    (["query", "--scenario", "missing"], 2),
    (["show", "missing"], 2),
    (["scenarios", "--target", "missing"], 2),
    (["diff", "article"], 2),
    (["diff", "article", "missing.yaml"], 2),
    (["average", "article"], 2),
    (["test", "-k", "missing"], 2),
    (["test", "-g", "good.yaml"], 2),
    (["schema", "--of", "nothing"], 2),
    (["schema", "-o", "missing/schema.json"], 2),
    (["render", "-o", "x.gif"], 2),
]


@pytest.mark.parametrize(("arguments", "code"), EXIT_CODES, ids=lambda each: str(each))
def test_exit_codes(arguments: list[str], code: int) -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]}, path=Path("good.yaml"))
    Path("bad.yaml").write_text("schema_version: 1\nid: bad\ntitle: Bad\nnodes: 3\n")
    ran = run(*arguments)
    assert ran.code == code
    assert "Traceback" not in ran.err
    if code == 2:
        assert ran.out == ""
        assert ran.err != ""


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("causal_model.cli.query.load", interrupted)
    ran = run("query")
    assert ran.code == 130
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_a_fault_of_the_program_is_not_taken_for_one_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def faulty(name: str) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("causal_model.cli.query.load", faulty)
    ran = run("query")
    assert ran.code not in (0, 1, 2, 130)
    assert "ZeroDivisionError: by nothing" in ran.err
    assert "--debug" in ran.err
    assert "Traceback" not in ran.err


# Help.


@pytest.mark.parametrize("command", COMMANDS)
def test_both_options_for_help_give_the_same_help(command: str) -> None:
    short, long = run(command, "-h"), run(command, "--help")
    assert short == long
    assert short.code == 0
    assert short.err == ""


def examples_of(*command: str) -> list[str]:
    """The commands below "Examples:", which comes right after the usage and one sentence."""
    paragraphs = run(*command, "-h").out.split("\n\n")
    first, *lines = paragraphs[2].splitlines()
    assert first.strip() == "Examples:"
    return [line.strip() for line in lines]


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_help_starts_with_two_examples_of_the_command(command: tuple[str, ...]) -> None:
    examples = examples_of(*command)
    assert len(examples) == 2
    assert all("causal-model " in each for each in examples)
    assert " ".join(["causal-model", *command]) in examples[0]


def run_line(line: str) -> int:
    """Run a line of shell made of a command, patterns of files, and `cat FILE |` before it."""
    stdin = ""
    if line.startswith("cat "):
        file, _, line = line.removeprefix("cat ").partition(" | ")
        stdin = Path(file).read_text(encoding="utf-8")
    program, *words = shlex.split(line)
    assert program == "causal-model"
    arguments: list[str] = []
    for word in words:
        arguments += [str(path) for path in sorted(Path().glob(word))] if "*" in word else [word]
    return run(*arguments, stdin=stdin).code


# A server runs until it is stopped; `tests/web` starts one.
ENDING = [name for name in COMMANDS if name != "serve"]


@pytest.mark.parametrize("command", [(), *((name,) for name in ENDING)], ids=" ".join)
def test_every_example_of_a_help_text_runs(command: tuple[str, ...]) -> None:
    # What examples assume: a checkout at hand, a draft and rows of one's own, a folder for the schema.
    shutil.copytree(SHIPPED, "graphs")
    if command == ("diff",):
        for arguments in (
            ("init", "-q"),
            ("add", "."),
            *[("commit", "-qm", "x", "--allow-empty")] * 2,
        ):
            git(Path(), *arguments)
    shutil.copy(SHIPPED / "article.yaml", "draft.yaml")
    for name in ("weeks.csv", "binning.yaml"):
        shutil.copy(SHIPPED.parent / "fixtures" / "weekly_states" / name, name)
    Path("schema").mkdir()
    for line in examples_of(*command):
        rows = "date,etf_flow\nmonday,flat\n" if "--keep date" in line else "etf_flow\nflat\n"
        Path("rows.csv").write_text(rows, encoding="utf-8")
        assert run_line(line) == 0, line


def test_the_overview_lists_every_command() -> None:
    text = run("--help").out
    listed = [line.split()[0] for line in text.partition("Commands:\n")[2].splitlines() if line]
    assert listed == list(COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    ran = run("--version")
    assert ran.out == f"causal-model, version {causal_model.__version__}\n"
    assert ran.err == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("qury", "query"), ("grphs", "graphs"), ("validte", "validate"), ("rendr", "render")],
)
def test_an_unknown_command_suggests_the_nearest(wrong: str, right: str) -> None:
    ran = run(wrong)
    assert ran.code == 2
    assert f"no such command '{wrong}'. Did you mean '{right}'?" in ran.err


def test_an_unknown_option_suggests_the_nearest() -> None:
    ran = run("query", "--gven", "china_policy=hard_mandate")
    assert ran.code == 2
    assert "--gven" in ran.err
    assert "--given" in ran.err


# Data to stdout, words to stderr.

SPEAKING = [
    ["query", "--given", "china_policy=hard_mandate"],
    ["scenarios"],
    ["show"],
    ["validate", "good.yaml"],
    ["render", "-o", "x.svg"],
    ["schema", "-o", "x.json"],
    ["init", "project"],
]


@pytest.mark.parametrize("arguments", SPEAKING, ids=lambda each: each[0])
def test_words_go_to_stderr_and_quiet_silences_them(arguments: list[str]) -> None:
    write_chain({"a": ["x", "y"]}, path=Path("good.yaml"))
    spoken = run(*arguments)
    again = [*arguments, "--force"] if arguments[0] == "init" else arguments
    quiet = run(*again, "-q")
    assert spoken.err != ""
    assert quiet.err == ""
    assert quiet.out == spoken.out
    assert spoken.code == quiet.code == 0


@pytest.mark.parametrize("arguments", [["query", "--given", "x=y"], ["query", "-g", "missing"]])
def test_quiet_does_not_silence_errors(arguments: list[str]) -> None:
    assert run(*arguments, "-q").err.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "--json"],
        ["query", "--format", "json", "--all"],
        ["scenarios", "--json"],
        ["graphs", "--json"],
        ["validate", "good.yaml", "--json"],
        ["schema"],
        ["schema", "--of", "scenario"],
    ],
    ids=" ".join,
)
def test_stdout_is_json_and_nothing_else(arguments: list[str]) -> None:
    write_chain({"a": ["x", "y"]}, path=Path("good.yaml"))
    ran = run(*arguments)
    assert isinstance(ran.json, dict)
    assert ran.out.endswith("}\n")


@pytest.mark.parametrize("command", ["query", "scenarios", "graphs", "validate"])
def test_json_for_short_is_format_json(command: str) -> None:
    write_chain({"a": ["x", "y"]}, path=Path("good.yaml"))
    files = ["good.yaml"] if command == "validate" else []
    assert run(command, *files, "--json").json == run(command, *files, "--format", "json").json


# Colour.

COLOURED = [["query"], ["scenarios"], ["show"], ["show", "btc_return"]]


@pytest.mark.parametrize("arguments", COLOURED, ids=" ".join)
def test_a_terminal_gets_escapes(arguments: list[str]) -> None:
    assert ESCAPE in run(*arguments, terminal=True).out


@pytest.mark.parametrize("arguments", COLOURED, ids=" ".join)
def test_a_pipe_gets_escapes_where_they_are_forced(arguments: list[str]) -> None:
    assert ESCAPE in run(*arguments, environment={"FORCE_COLOR": "1"}).out


@pytest.mark.parametrize("arguments", COLOURED, ids=" ".join)
@pytest.mark.parametrize(
    ("terminal", "option", "environment"),
    [
        (False, [], {}),
        (False, [], {"FORCE_COLOR": ""}),
        (True, [], {"NO_COLOR": "1"}),
        (True, [], {"TERM": "dumb"}),
        (True, ["--no-color"], {}),
        (True, [], {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
        (True, [], {"TERM": "dumb", "FORCE_COLOR": "1"}),
        (True, ["--no-color"], {"FORCE_COLOR": "1"}),
        (False, ["--no-color"], {"FORCE_COLOR": "1"}),
    ],
    ids=[
        "pipe",
        "empty",
        "NO_COLOR",
        "dumb",
        "option",
        "no-force",
        "dumb-force",
        "o-f",
        "pipe-o-f",
    ],
)
def test_no_escape_where_plain_text_is_wanted(
    arguments: list[str], terminal: bool, option: list[str], environment: dict[str, str]
) -> None:
    ran = run(*arguments, *option, terminal=terminal, environment=environment)
    assert ran.code == 0
    assert ESCAPE not in ran.out + ran.err


@pytest.mark.parametrize("format_", ["json", "csv", "md"])
def test_what_programs_read_is_never_coloured(format_: str) -> None:
    forced = {"FORCE_COLOR": "1"}
    ran = run("query", "--format", format_, terminal=True, environment=forced)
    assert ESCAPE not in ran.out


def test_an_empty_no_color_asks_for_nothing() -> None:
    assert ESCAPE in run("query", terminal=True, environment={"NO_COLOR": ""}).out


# Mistakes.


def test_debug_shows_where_a_mistake_was_found() -> None:
    plain = start("query", "--given", "china_polcy=hard_mandate")
    assert plain.returncode == 2
    assert "Traceback" not in plain.stderr
    detailed = start("query", "--given", "china_polcy=hard_mandate", "--debug")
    assert detailed.returncode != 0
    assert detailed.stderr.startswith("Traceback")
    assert "Did you mean 'china_policy'?" in plain.stderr
    assert "Did you mean 'china_policy'?" in detailed.stderr


def test_debug_shows_the_traceback_and_ends_as_without() -> None:
    ran = run("query", "--given", "china_polcy=hard_mandate", "--debug")
    assert ran.code == 2
    assert "Traceback" in ran.err
    assert "Did you mean 'china_policy'?" in ran.err.splitlines()[-1]


# What only a process of its own can show.


def test_the_module_is_the_command() -> None:
    ran = start("query", "--given", "china_policy=hard_mandate", "--json")
    assert ran.returncode == 0
    assert (
        json.loads(ran.stdout)
        == run("query", "--given", "china_policy=hard_mandate", "--json").json
    )
    assert ESCAPE not in ran.stdout + ran.stderr


def test_a_real_pipe_gets_escapes_where_they_are_forced() -> None:
    ran = start("query", environment={"FORCE_COLOR": "1"})
    assert ESCAPE in ran.stdout
    assert ESCAPE not in ran.stderr


@pytest.mark.parametrize("arguments", [["show"], ["query", "--all", "--json"], ["--help"]])
def test_a_reader_that_leaves_early_hears_no_complaint(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "causal_model", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    # The end of the pipe is closed before the command has anything to write.
    process.stdout.close()
    words = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert "Traceback" not in words
    assert "BrokenPipe" not in words
    assert "fault of the program" not in words
