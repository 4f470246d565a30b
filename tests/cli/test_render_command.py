"""`render`: a picture in every format without any help from the system, and never half of one."""

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import causal_model as cm
from tests.cli.graphs import write_chain, write_street
from tests.cli.shell import run

# Suffix, and what stands near the beginning of a file of that kind.
KINDS = [
    ("svg", b"<svg"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("pdf", b"%PDF-"),
    ("dot", b"digraph {"),
    ("mmd", b"flowchart "),
]


def names() -> list[str]:
    """What lies in the folder, hidden files too: a picture in the making would be one."""
    return sorted(path.name for path in Path().iterdir())


@pytest.mark.parametrize(("suffix", "start"), KINDS)
def test_every_suffix_works_without_any_program_on_the_path(
    suffix: str, start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    street = write_street()
    ran = run("render", "-g", street, "--given", "rain=some", "-o", f"picture.{suffix}")
    assert (ran.code, ran.out) == (0, "")
    assert f"wrote picture.{suffix}" in ran.err
    assert start in Path(f"picture.{suffix}").read_bytes()[:200]


def test_the_case_of_the_suffix_does_not_matter() -> None:
    assert run("render", "-g", write_street(), "-o", "picture.SVG").code == 0
    ET.parse("picture.SVG")


@pytest.mark.parametrize("suffix", ["svg", "dot", "mmd"])
def test_the_picture_names_every_node_and_marks_what_was_found(suffix: str) -> None:
    told = ["--given", "rain=some", "--do", "sprinkler=on"]
    run("render", "-g", write_street(), *told, "-o", f"picture.{suffix}")
    text = Path(f"picture.{suffix}").read_text(encoding="utf-8")
    for name in cm.load(Path("street.yaml")).nodes:
        assert name in text
    for mark in ("observed", "do"):
        assert mark in text


def test_findings_of_all_kinds_are_drawn() -> None:
    street = write_street()
    Path("e.yaml").write_text("do: {sprinkler: on}", encoding="utf-8")
    run(
        *("render", "-g", street, "-o", "with.svg", "--given", "slip=yes", "--evidence", "e.yaml"),
        *("--likelihood", "alarm=beeps:2,silent:1", "--belief", "shoes=boots:0.5,sandals:0.5"),
    )
    run("render", "-g", street, "-o", "without.svg")
    drawn, bare = (Path(name).read_text(encoding="utf-8") for name in ("with.svg", "without.svg"))
    assert "slip=yes" in drawn
    assert "do sprinkler=on" in drawn
    assert "slip=yes" not in bare


def test_the_picture_is_that_of_the_library() -> None:
    street = write_street()
    run("render", "-g", street, "--given", "rain=some", "-o", "command.svg")
    model = cm.load(Path(street))
    model.render("library.svg", result=model.query(model.nodes, given={"rain": "some"}))
    assert Path("command.svg").read_bytes() == Path("library.svg").read_bytes()


def test_the_same_question_gives_the_same_bytes() -> None:
    for name in ("a.svg", "b.svg"):
        run("render", "--scenario", "hard_mandate", "-o", name)
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


def test_labels_follow_the_language() -> None:
    run("render", "-o", "picture.svg", "--lang", "zh-Hant")
    text = "".join(ET.parse("picture.svg").getroot().itertext())
    assert "中國政策" in text
    assert "China's policy" not in text


def test_hostile_labels_leave_the_picture_well_formed() -> None:
    hostile = "\x1b[31m</text><script>alert(1)</script> & \x07 \ufffe"
    chain = write_chain({"a": ["x", "y"]}, labels={"a": hostile, "x": hostile}, title=hostile)
    assert run("render", "-g", chain, "-o", "picture.svg").code == 0
    tags = {element.tag.rpartition("}")[2] for element in ET.parse("picture.svg").iter()}
    assert "script" not in tags


# Commands that fail: what is wrong, exit code, words.
FAILING = [
    (["--given", "rain=hail"], 2, "no state 'hail'"),
    (["--given", "snow=much"], 2, "no node 'snow'"),
    (["--given", "wet=dry", "--given", "shoes=boots"], 1, "probability zero"),
    (["--scenario", "missing"], 2, "no scenario 'missing'"),
    (["--evidence", "missing.yaml"], 2, "cannot be read"),
    (["--lang", "xx"], 2, "--lang"),
    (["surplus"], 2, "surplus"),
]


@pytest.mark.parametrize(("options", "code", "words"), FAILING, ids=lambda each: str(each)[:40])
def test_an_existing_file_survives_a_failed_command(
    options: list[str], code: int, words: str
) -> None:
    street = write_street()
    Path("picture.svg").write_text("mine", encoding="utf-8")
    ran = run("render", "-g", street, "-o", "picture.svg", *options)
    assert ran.code == code
    assert words in ran.err
    assert Path("picture.svg").read_text(encoding="utf-8") == "mine"
    assert names() == ["picture.svg", "street.yaml"]


@pytest.mark.parametrize("place", ["picture.gif", "picture", "picture.", "picture.svg.bak", ".svg"])
def test_an_unknown_suffix_cannot_be_written(place: str) -> None:
    ran = run("render", "-g", write_street(), "-o", place)
    assert ran.code == 2
    assert "known: .svg, .png, .pdf, .dot, .mmd" in ran.err
    assert names() == ["street.yaml"]


def test_the_nearest_suffix_is_suggested() -> None:
    assert "Did you mean 'svg'?" in run("render", "-o", "picture.svgz").err


@pytest.mark.parametrize("place", ["missing/picture.svg", "file/picture.svg", "folder.svg"])
def test_a_place_that_cannot_be_written(place: str) -> None:
    street = write_street()
    Path("file").write_text("mine", encoding="utf-8")
    Path("folder.svg").mkdir()
    ran = run("render", "-g", street, "-o", place)
    assert ran.code == 2
    assert f"{place}: cannot be written: " in ran.err
    assert names() == ["file", "folder.svg", "street.yaml"]
    assert Path("file").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_cannot_be_written() -> None:
    street = write_street()
    Path("locked").mkdir(mode=0o500)
    ran = run("render", "-g", street, "-o", "locked/picture.svg")
    assert ran.code == 2
    assert "Permission denied" in ran.err


@pytest.mark.parametrize("step", ["chmod", "replace"])
def test_a_disk_that_fails_leaves_no_half_of_a_picture(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = write_street()
    Path("picture.svg").write_text("mine", encoding="utf-8")

    def fails(path: Path, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, step, fails)
        ran = run("render", "-g", street, "-o", "picture.svg")
    assert ran.code == 2
    assert "No space left on device" in ran.err
    assert Path("picture.svg").read_text(encoding="utf-8") == "mine"
    assert names() == ["picture.svg", "street.yaml"]


def test_a_picture_that_is_replaced_keeps_its_permissions() -> None:
    street = write_street()
    Path("picture.svg").write_text("mine", encoding="utf-8")
    Path("picture.svg").chmod(0o640)
    run("render", "-g", street, "-o", "picture.svg")
    assert Path("picture.svg").stat().st_mode & 0o777 == 0o640
    ET.parse("picture.svg")
