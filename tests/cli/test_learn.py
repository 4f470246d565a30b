"""`learn`: a graph file and data in, a graph file with counts out."""

from pathlib import Path

import numpy as np
import pytest

from causal_model.library import shipped_graphs
from tests.cli.shell import run
from tests.learning.weather import BINNING, DATA, GRAPH, write

FIXTURE = Path(__file__).parents[2] / "fixtures" / "weekly_states"
ASKED = ("learn", "-g", "weather.yaml", "--data", "days.csv", "--binning", "binning.yaml")


def test_the_calibrated_graph_is_what_the_shown_command_makes() -> None:
    shipped = shipped_graphs()["calibrated"]
    for name in ("article", "calibrated"):
        Path(f"{name}.yaml").write_bytes(shipped_graphs()[name].read_bytes())
    command = "causal-model learn -g graphs/calibrated.yaml --data fixtures/weekly_states/weeks.csv"
    for told in (FIXTURE / "PROVENANCE.md", FIXTURE.parents[1] / "README.md"):
        assert command in told.read_text(encoding="utf-8")
    ran = run(
        *("learn", "-g", "calibrated.yaml", "--data", str(FIXTURE / "weeks.csv")),
        *("--binning", str(FIXTURE / "binning.yaml"), "-o", "calibrated.yaml", "--force"),
    )
    assert ran.code == 0
    assert "learned 5 of 21 tables from 102 rows" in ran.err
    assert Path("calibrated.yaml").read_bytes() == shipped.read_bytes()


def test_what_a_person_reads() -> None:
    write(Path())
    ran = run(*ASKED)
    assert ran.code == 0
    assert ran.out == (
        "node   method    rows   elicited only   n   confidence   weight of data\n"
        "───────────────────────────────────────────────────────────────────────\n"
        "rain   counted      1               0   5           10           33.3 %\n"
        "mood   counted      3               1   5           16           23.8 %\n"
    )
    assert ran.err == ("learned 2 of 2 tables from 5 rows; all others stay as they were elicited\n")
    assert sorted(path.name for path in Path().iterdir()) == [
        *("binning.yaml", "days.csv", "weather.yaml")
    ]


def test_json_holds_every_number() -> None:
    write(Path())
    found = run(*ASKED, "--json", "--confidence", "0").json
    assert found["schema_version"] == 1
    assert found["data"]["rows"] == 5
    assert found["converged"] is True
    mood = found["tables"][1]
    assert mood["node"] == "mood"
    assert mood["counts"] == [[1, 2], [1, 1], [0, 0]]
    np.testing.assert_allclose(mood["table"], [[1 / 3, 2 / 3], [0.5, 0.5], [0.9, 0.1]])


def test_a_file_that_is_there_is_kept_unless_forced() -> None:
    write(Path())
    assert run(*ASKED, "-o", "new.yaml").code == 0
    assert run("validate", "new.yaml").code == 0
    assert run("query", "-g", "new.yaml", "--json").code == 0
    before = Path("new.yaml").read_bytes()
    ran = run(*ASKED, "-o", "new.yaml", "--confidence", "1")
    assert (ran.code, ran.out) == (2, "")
    assert "new.yaml is there already; use --force or another name" in ran.err
    assert Path("new.yaml").read_bytes() == before
    assert run(*ASKED, "-o", "new.yaml", "--confidence", "1", "--force").code == 0
    assert Path("new.yaml").read_bytes() != before


@pytest.mark.parametrize(
    ("files", "arguments", "told"),
    [
        ({"data": ""}, (), "days.csv: is empty"),
        ({"data": DATA.replace("mm", "cm", 1)}, (), "days.csv:1: there is no column 'mm'"),
        ({"data": DATA.replace("bad", "sad", 1)}, (), "days.csv:4: column 'felt': 'sad' is no"),
        ({"data": DATA.replace("1.01", "-1")}, (), "days.csv:4: column 'mm': '-1' lies outside"),
        ({"data": DATA.replace("01-05", "01-04")}, (), "days.csv:6: column 'day': 2026-01-04 was"),
        ({"binning": BINNING.replace("rain:", "rian:")}, (), "binning.yaml:6:3: error[L001]"),
        ({"graph": GRAPH.replace("0.6,", "0.5,")}, (), "weather.yaml:14:18: error[T001]"),
        ({}, ("--data", "missing.csv"), "missing.csv: cannot be read"),
        ({}, ("--data", "."), ".: is a folder, expected a CSV file"),
        ({}, ("--confidence", "-1"), "'-1' is no sample size"),
        ({}, ("--confidence", "nan"), "'nan' is no sample size"),
        ({}, ("-o", "out.csv"), "out.csv: expected a file that ends in .yaml"),
        ({}, ("-o", "no/where.yaml"), "no/where.yaml: cannot be written"),
        ({}, ("-g", "net.bif"), "learned on top of a graph file; write one with causal-model conv"),
    ],
)
def test_bad_data_are_refused_with_the_line_and_nothing_is_written(
    files: dict[str, str], arguments: tuple[str, ...], told: str
) -> None:
    write(Path())
    run("convert", "weather.yaml", "net.bif")
    write(Path(), **files)
    before = {path: path.read_bytes() for path in Path().iterdir()}
    # What is given last counts.
    ran = run(*ASKED, *(() if "-o" in arguments else ("-o", "out.yaml")), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


def test_labels_and_headings_in_another_language() -> None:
    graph = GRAPH.replace(
        "    role: outcome", "    label: {en: Mood, zh-Hant: 心情}\n    role: outcome"
    )
    write(Path(), graph=graph)
    assert "心情" in run(*ASKED, "--lang", "zh-Hant").out
