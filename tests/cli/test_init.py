"""`init`: a project to start from, which loses nothing of anybody's."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import run

FILES = [
    "claims/graph.yaml",
    "graph.yaml",
    "scenarios/storm.yaml",
    "scenarios/warning.yaml",
    "schema/claims.json",
    "schema/graph.json",
    "schema/scenario.json",
    "winter.yaml",
]


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder with its time of change and its bytes, hidden ones too."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("folder", ["delivery", "new/and/deeper", ".", "with blanks", "交付"])
def test_the_project_is_there(folder: str) -> None:
    ran = run("init", folder)
    assert (ran.code, ran.out) == (0, "")
    assert list(contents(Path(folder))) == FILES
    assert f"wrote 8 files to {folder}" in ran.err


def test_the_project_has_no_mistakes() -> None:
    run("init", "delivery")
    files = [str(path) for path in Path("delivery").rglob("*.yaml")]
    ran = run("validate", "--strict", *files)
    assert len(files) == 5
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "-g", "delivery/graph.yaml"],
        ["query", "-g", "delivery/graph.yaml", "--given", "weather=storm"],
        ["query", "-g", "delivery/graph.yaml", "--scenario", "storm"],
        ["query", "-g", "delivery/graph.yaml", "--scenario", "warning"],
        ["query", "-g", "delivery/winter.yaml", "--all"],
        ["scenarios", "-g", "delivery/graph.yaml"],
        ["scenarios", "-g", "delivery/winter.yaml"],
        ["show", "-g", "delivery/winter.yaml"],
        ["test", "-g", "delivery/graph.yaml", "--strict"],
        ["test", "-g", "delivery/winter.yaml", "--strict"],
        ["render", "-g", "delivery/graph.yaml", "-o", "delivery.svg"],
    ],
    ids=" ".join,
)
def test_the_project_can_be_asked(arguments: list[str]) -> None:
    run("init", "delivery")
    assert run(*arguments).code == 0


def test_the_scenario_of_a_storm_is_the_observation_of_one() -> None:
    run("init", "delivery")
    graph = ["-g", "delivery/graph.yaml", "--json"]
    storm = run("query", *graph, "--scenario", "storm").json
    assert storm == run("query", *graph, "--given", "weather=storm").json
    assert storm["posterior"]["lateness"]["on_time"] < storm["prior"]["lateness"]["on_time"]


def test_the_variant_differs_from_its_graph() -> None:
    run("init", "delivery")
    summer, winter = (
        run("query", "-g", f"delivery/{name}.yaml", "--json").json for name in ("graph", "winter")
    )
    assert winter["prior"]["lateness"]["on_time"] < summer["prior"]["lateness"]["on_time"]


@pytest.mark.parametrize("kind", ["graph", "scenario"])
def test_editors_find_the_schema_of_today(kind: str) -> None:
    run("init", "delivery")
    written = json.loads(Path(f"delivery/schema/{kind}.json").read_text(encoding="utf-8"))
    assert written == run("schema", "--of", kind).json


def test_the_first_line_of_each_file_leads_to_its_schema() -> None:
    run("init", "delivery")
    for path in Path("delivery").rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / named).resolve().is_file(), path


@pytest.mark.parametrize("present", [["graph.yaml"], ["scenarios/storm.yaml"], FILES])
def test_nothing_is_overwritten_unless_forced(present: list[str]) -> None:
    for name in present:
        path = Path("delivery") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine", encoding="utf-8")
    Path("delivery/notes.txt").write_text("mine too", encoding="utf-8")
    before = contents(Path("delivery"))
    ran = run("init", "delivery")
    assert ran.code == 2
    assert contents(Path("delivery")) == before
    assert all(name in ran.err for name in present)
    assert "--force" in ran.err


def test_force_overwrites_the_files_of_the_project_and_no_others() -> None:
    run("init", "delivery")
    fresh = contents(Path("delivery"))
    Path("delivery/graph.yaml").write_text("mine", encoding="utf-8")
    Path("delivery/notes.txt").write_text("mine too", encoding="utf-8")
    assert run("init", "delivery", "--force").code == 0
    after = contents(Path("delivery"))
    assert after.pop("notes.txt")[1] == b"mine too"
    assert {name: data for name, (_, data) in after.items()} == {
        name: data for name, (_, data) in fresh.items()
    }


def test_other_files_in_the_folder_do_no_harm() -> None:
    Path("delivery").mkdir()
    Path("delivery/notes.txt").write_text("mine", encoding="utf-8")
    assert run("init", "delivery").code == 0
    assert Path("delivery/notes.txt").read_text(encoding="utf-8") == "mine"


def test_what_to_try_next_works() -> None:
    told = run("init", "delivery").err
    line = told.partition("try: causal-model ")[2]
    assert run(*line.split()).code == 0
