"""What a shell, a terminal and a hostile file can do to a command; each of these went wrong once."""

import csv
import errno
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from causal_model.library import shipped_graphs
from causal_model.spec.json_schema import graph_json_schema
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import ENVIRONMENT, run, unsafe

HOSTILE = "\x1b[31mred\x07 \x9b2J \u202e"


@pytest.mark.parametrize("graph", shipped_graphs())
def test_the_json_of_every_shipped_graph(graph: str) -> None:
    ran = run("show", "-g", graph, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["graph"]["id"] == graph


def test_open_intervals_survive_json() -> None:
    ran = run("show", "rain", "-g", write_street(), "--json")
    assert ran.code == 0, ran.err
    assert json.dumps(ran.json, allow_nan=False)


def test_a_variant_may_remove_all_parents_as_the_shipped_one_does() -> None:
    text = shipped_graphs()["tech_risk_only"].read_text(encoding="utf-8")
    data = yaml.load(text, Loader=yaml.SafeLoader)
    assert list(jsonschema.Draft202012Validator(graph_json_schema()).iter_errors(data)) == []


@pytest.mark.parametrize("place", ["file", "file/below", "\x00", "new\x00"])
def test_init_where_no_folder_can_be(place: str) -> None:
    Path("file").write_text("mine", encoding="utf-8")
    ran = run("init", place)
    assert ran.code == 2
    assert "fault of the program" not in ran.err


def test_init_that_fails_leaves_nothing_behind() -> None:
    Path("delivery").mkdir()
    Path("delivery/scenarios").write_text("mine", encoding="utf-8")
    ran = run("init", "delivery")
    assert ran.code == 2
    assert [path.name for path in Path("delivery").iterdir()] == ["scenarios"]


def test_a_pipe_is_written_to_and_not_replaced() -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    run("schema", "-o", "pipe")
    os.close(reader)
    assert Path("pipe").is_fifo()


def test_a_link_is_followed_and_not_replaced() -> None:
    Path("real.json").write_text("{}", encoding="utf-8")
    Path("link.json").symlink_to("real.json")
    assert run("schema", "-o", "link.json").code == 0
    assert Path("link.json").is_symlink()
    assert Path("real.json").read_text(encoding="utf-8") != "{}"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"rain: \xe9", b"\x80"])
@pytest.mark.parametrize("arguments", [["validate", "-"], ["query", "--evidence", "-"]])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_bytes_that_are_no_text_on_stdin(data: bytes, arguments: list[str], locale: str) -> None:
    environment = {**os.environ, **ENVIRONMENT, "LC_ALL": locale}
    ran = subprocess.run(
        [sys.executable, "-m", "causal_model", *arguments],
        input=data,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert ran.returncode in (1, 2), ran.stderr
    assert b"UTF-8" in ran.stdout + ran.stderr


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "causal_model", "query"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["query", "--given", "x=y"], 2),
        (["query", "-g", "missing.yaml"], 2),
        (["query", "-g", "chain.yaml", "--given", "a=x", "--given", "b=y"], 1),
    ],
)
def test_debug_does_not_change_the_exit_code(arguments: list[str], code: int) -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"]})
    ran = run(*arguments, "--debug")
    assert ran.code == code
    assert "Traceback" in ran.err


@pytest.mark.parametrize("format_", ["csv", "json"])
@pytest.mark.parametrize(
    "arguments", [["show"], ["show", "a", "--sources"], ["scenarios"], ["show", "--sources"]]
)
def test_control_characters_in_data_for_programs(arguments: list[str], format_: str) -> None:
    chain = write_chain(
        {"a": ["x", "y"]},
        labels=dict.fromkeys("ax", HOSTILE),
        title=HOSTILE,
        sources={"s": {"publisher": HOSTILE, "kind": "judgement"}},
    )
    text = Path(chain).read_text(encoding="utf-8")
    Path(chain).write_text(
        text.replace('"a": {', '"a": {"sources": [{"source": "s", "quote": "\\u009b"}], ', 1),
        encoding="utf-8",
    )
    Path("scenarios").mkdir()
    scenario = {"schema_version": 1, "id": "s", "title": HOSTILE, "given": {"a": "x"}}
    Path("scenarios/s.yaml").write_text(json.dumps(scenario), encoding="utf-8")
    ran = run(*arguments, "-g", chain, "--format", format_, terminal=True)
    assert ran.code == 0, ran.err
    assert unsafe(ran.out) == set()


@pytest.mark.parametrize("format_", ["csv", "github"])
@pytest.mark.parametrize("text", ['schema_version: "\\e[31m"', "a: !<%1b[31mx> b"])
def test_control_characters_in_diagnostics_for_programs(text: str, format_: str) -> None:
    ran = run("validate", "-", "--format", format_, stdin=text, terminal=True)
    assert unsafe(ran.out) == set()


def test_control_characters_of_surplus_arguments() -> None:
    assert unsafe(run("query", "\x1b[31mred", terminal=True).err) == set()


@pytest.mark.parametrize(
    "place",
    ["rows.csv:²", "rows.csv:" + "9" * 5000, "long.csv", "long.csv:1"],
    ids=lambda x: x[:12],
)
def test_odd_rows_of_evidence(place: str) -> None:
    Path("rows.csv").write_text("etf_flow\noutflow\n", encoding="utf-8")
    Path("long.csv").write_text("etf_flow\n" + "x" * 200_000 + "\n", encoding="utf-8")
    ran = run("query", "--evidence", place)
    assert ran.code == 2, ran.err


@pytest.mark.parametrize("columns", ["30", "40", "50"])
def test_numbers_are_never_cut_by_a_narrow_terminal(columns: str) -> None:
    ran = run("query", "--no-color", terminal=True, environment={"COLUMNS": columns})
    assert "10.5 %" in ran.out
    assert "posterior" in ran.out


@pytest.mark.parametrize("columns", ["60", "70"])
def test_states_are_never_cut_by_a_narrow_terminal(columns: str) -> None:
    ran = run("scenarios", "--no-color", terminal=True, environment={"COLUMNS": columns})
    assert "hard_mandate" in ran.out
    assert "down" in ran.out


@pytest.mark.parametrize("command", ["query", "validate"])
def test_a_closed_standard_input_is_empty(command: str) -> None:
    option = ["--evidence", "-"] if command == "query" else ["-"]
    line = [sys.executable, "-m", "causal_model", command, *option]
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *line], capture_output=True, text=True, check=False
    )
    assert ran.returncode in (0, 1, 2)
    assert "fault of the program" not in ran.stderr


def test_a_closed_standard_output_gives_no_traceback() -> None:
    line = [sys.executable, "-m", "causal_model", "query"]
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *line], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_no_fault_of_the_program() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "causal_model", "query", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "fault of the program" not in ran.stderr
    assert os.strerror(errno.ENOSPC) in ran.stderr


def test_headings_of_csv_are_no_formulas() -> None:
    chain = write_chain({"=cmd": ["=1+1", "@x"], "b": ["u", "v"]})
    for node in ("=cmd", "b"):
        header = next(
            csv.reader(io.StringIO(run("show", node, "-g", chain, "--format", "csv").out))
        )
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in header)


def test_several_nodes_as_csv_can_be_told_apart() -> None:
    out = run("show", "etf_flow", "china_policy", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(out)))
    assert [] in rows or len({len(row) for row in rows}) == 1


def test_a_scenario_on_stdin_is_not_held_against_strangers() -> None:
    write_chain({"a": ["x", "y"]})
    Path("sub").mkdir()
    os.chdir("sub")
    text = "schema_version: 1\nid: s\ntitle: S\ngiven: {rain: some}\n"
    assert run("validate", "-", stdin=text).code == 0


def test_a_broken_scenario_does_not_hide_the_graph() -> None:
    chain = write_chain({"a": ["x", "y"]})
    Path("scenarios").mkdir()
    Path("scenarios/broken.yaml").write_text("x: 1", encoding="utf-8")
    assert run("show", "-g", chain, "--json").code == run("show", "-g", chain).code == 0


@pytest.mark.parametrize("graph", shipped_graphs())
def test_nothing_is_never_more_than_certain(graph: str) -> None:
    data = run("query", "-g", graph, "--all", "--json").json
    assert data["evidence_probability"] <= 1
    assert data["log_evidence_probability"] <= 0


def test_no_change_has_no_sign_of_decrease() -> None:
    assert "-0.0 pp" not in run("query").out


@pytest.mark.parametrize("number", ["1_0", "٣", " 1"])
def test_numbers_are_those_of_files(number: str) -> None:
    wanted = 0 if number == " 1" else 2
    assert run("query", "--likelihood", f"etf_flow=outflow:{number},flat:1").code == wanted


def test_blanks_around_the_colon_of_a_weight() -> None:
    ran = run("query", "--likelihood", "etf_flow=outflow : 0.5, flat : 0.2")
    assert ran.code == 0 or "has no number" not in ran.err


def test_the_first_line_of_an_error_says_something() -> None:
    for arguments in (["query", "-g", "missing.yaml"], ["query", "--evidence", "missing.yaml"]):
        assert run(*arguments).err.splitlines()[0].strip() != "error:"


def test_what_to_try_next_can_be_pasted() -> None:
    told = run("init", "with blanks").err
    words = shlex.split(told.partition("try: causal-model ")[2])
    assert run(*words).code == 0


def test_init_needs_a_name() -> None:
    assert run("init", "").code == 2
    assert list(Path().iterdir()) == []


def test_quiet_silences_remarks_on_fonts() -> None:
    chain = write_chain({"a": ["x", "y"]}, labels={"a": "中國"}, title="中國")
    assert run("render", "-g", chain, "-o", "x.png", "-q").err == ""
