"""Mermaid text: nothing in a label reads as more than text."""

import re
from dataclasses import replace

import pytest

import causal_model as cm
from causal_model.render.mermaid import write_mermaid
from causal_model.render.picture import FindingKind, Picture
from causal_model.render.text import printable
from tests.render.pictures import HARMLESS, HOSTILE, KINDS, one_node, saying

# The only lines there are. A label holds no sign of the language, only entity codes and breaks.
NODE = re.compile(r'  n(\d+)\["((?:[^"\[\]{}<>|`\n]|<br/>)*)"\]')
ARROW = re.compile(r'  n(\d+) (-->|-\.->)(?:\|"(\+|-|\+/-)"\|)? n(\d+)')
STYLE = re.compile(r"  style n(\d+) stroke-width:3px(,stroke-dasharray:6 4)?")


def label_of(line: str) -> tuple[int, list[str]] | None:
    """The number and the lines of a node, decoded; None for any other line."""
    found = NODE.fullmatch(line)
    if not found:
        return None
    decoded = [
        re.sub(r"#(\d+);", lambda code: chr(int(code[1])), each) for each in found[2].split("<br/>")
    ]
    return int(found[1]), decoded


def read(picture: Picture) -> tuple[dict[int, list[str]], list[tuple[str, ...]], list[str]]:
    """Labels by number, arrows, and styles; fails on any line that is none of these."""
    text = write_mermaid(picture)
    assert text.endswith("\n")
    comment, head, *lines = text.removesuffix("\n").split("\n")
    assert comment.startswith("%% ")
    assert head == "flowchart LR"
    labels, arrows, styles = {}, [], []
    for line in lines:
        node = label_of(line)
        if node is not None:
            labels[node[0]] = node[1]
        elif arrow := ARROW.fullmatch(line):
            arrows.append(tuple(part or "" for part in arrow.groups()))
        else:
            assert STYLE.fullmatch(line), line
            styles.append(line)
    return labels, arrows, styles


def test_nodes_arrows_signs_and_labels_of_the_article_are_there() -> None:
    model = cm.load("article")
    picture = model.picture(model.query(do={"gpu_rental_price": "falls"}))
    labels, arrows, styles = read(picture)
    assert list(labels) == list(range(20))
    for at, box in enumerate(picture.boxes):
        head, *states = labels[at]
        assert head == (f"{box.label} (do)" if box.name == "gpu_rental_price" else box.label)
        assert states == [f"{bar.label} {100 * (bar.probability or 0):.1f} %" for bar in box.states]
    numbers = {box.name: str(at) for at, box in enumerate(picture.boxes)}
    signs = {"positive": "+", "negative": "-", "mixed": "+/-"}
    assert arrows == [
        (
            numbers[each.parent],
            "-.->" if each.cut else "-->",
            signs[each.sign or ""],
            numbers[each.child],
        )
        for each in picture.arrows
    ]
    assert styles == [
        f"  style n{numbers['gpu_rental_price']} stroke-width:3px,stroke-dasharray:6 4"
    ]


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_a_finding_is_said_and_shown(kind: FindingKind | None) -> None:
    labels, _, styles = read(one_node(kind))
    assert labels[0][0] == (f"Node ({kind})" if kind else "Node")
    dashed = ",stroke-dasharray:6 4" if kind == "do" else ""
    assert styles == ([f"  style n0 stroke-width:3px{dashed}"] if kind else [])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_adds_no_line(name: str) -> None:
    picture = replace(saying(HOSTILE[name]), title=HARMLESS)
    labels, arrows, styles = read(picture)
    plain_labels, *plain = read(saying(HARMLESS))
    assert list(labels) == list(plain_labels)
    assert [arrows, styles] == plain


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_kept_as_text(name: str) -> None:
    labels, *_ = read(replace(saying(HOSTILE[name]), title=HARMLESS))
    shown = printable(HOSTILE[name]).replace("\n", " ")
    assert labels[0] == [f"{shown} (observed)", f"{shown} 25.0 %", f"{shown} 75.0 %"]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_title_is_one_comment_line(name: str) -> None:
    text = write_mermaid(replace(saying(HARMLESS), title=HOSTILE[name]))
    assert text.split("\n")[1] == "flowchart LR"
    assert len(text.splitlines()) == len(write_mermaid(saying(HARMLESS)).splitlines())
    assert text.isprintable() or set(text) - {"\n"} == {each for each in text if each.isprintable()}
