"""Decisions and utilities in pictures: rectangles, hexagons, and what is known when deciding."""

from pathlib import Path

import pytest

import causal_model as cm
from causal_model.render.dot import write_dot
from causal_model.render.graph.draw import draw
from causal_model.render.mermaid import write_mermaid
from causal_model.render.picture import NodeBox, Picture
from causal_model.render.shapes import Group, Rect, Shape, Text
from causal_model.render.shapes import Path as Line
from causal_model.render.text import width

WILDCATTER = Path(__file__).parents[2] / "fixtures" / "published" / "decisions" / "wildcatter.yaml"


@pytest.fixture(scope="module")
def picture() -> Picture:
    model = cm.load(WILDCATTER)
    return model.picture(model.query(model.nodes, do={"test": "yes"}))


def groups(shapes: object) -> list[Group]:
    found: list[Group] = []
    for each in shapes if isinstance(shapes, list | tuple) else ():
        if isinstance(each, Group):
            found += [each, *groups(list(each.shapes))]
    return found


def box_of(picture: Picture, name: str) -> list[Shape]:
    drawing = draw(picture)
    return next(
        list(each.shapes)
        for each in groups(list(drawing.shapes))
        if each.attributes.get("data-node") == name
    )


def test_boxes_and_arrows_say_what_they_are(picture: Picture) -> None:
    roles = {box.name: box.role for box in picture.boxes}
    assert roles == {
        "oil": "mechanism",
        "test": "decision",
        "seismic": "mechanism",
        "drill": "decision",
        "cost": "utility",
        "reward": "utility",
    }
    arrows = {(each.parent, each.child): each for each in picture.arrows}
    assert {pair for pair, each in arrows.items() if each.informs} == {
        ("seismic", "drill"),
        ("test", "drill"),
    }
    # What is known is not cut off by deciding, and has no sign.
    assert not any(each.cut for each in picture.arrows)
    assert arrows["seismic", "drill"].sign is None
    assert ("oil", "reward") in arrows


def test_a_decision_has_plain_corners_and_a_utility_six(picture: Picture) -> None:
    border = next(
        each for each in box_of(picture, "drill") if getattr(each, "name", "") == "border"
    )
    assert isinstance(border, Rect)
    assert border.radius == 0
    hexagon = box_of(picture, "reward")[0]
    assert isinstance(hexagon, Line)
    assert hexagon.closed
    assert len(hexagon.points) == 6
    texts = [each.text for each in box_of(picture, "reward") if isinstance(each, Text)]
    assert texts == ["reward", "thousand dollars"]


@pytest.mark.parametrize("label", ["x", "利" * 60, "w" * 300, "", "a\nb"])
def test_a_utility_holds_its_words(label: str) -> None:
    box = NodeBox("u", label, "utility", (), unit=label)
    shapes = box_of(Picture("t", "", (box,), (), {}), "u")
    hexagon = shapes[0]
    assert isinstance(hexagon, Line)
    across, down = ([point[axis] for point in hexagon.points] for axis in (0, 1))
    for text in shapes[1:]:
        assert isinstance(text, Text)
        half = width(text.text, text.size, bold=text.bold) / 2
        assert min(across) < text.x - half
        assert text.x + half < max(across)
        assert min(down) < text.y < max(down)


def test_other_formats_tell_them_apart(picture: Picture) -> None:
    dot = write_dot(picture)
    assert dot.count("shape=hexagon") == 2
    assert dot.count("style=dotted") == 2
    mermaid = write_mermaid(picture)
    assert 'n5{{"reward<br/>thousand dollars"}}' in mermaid
    assert mermaid.count("-.->") == 2


def test_the_legend_explains_the_dots_in_both_languages() -> None:
    model = cm.load(WILDCATTER)
    for lang, words in (("en", "known when deciding"), ("zh-Hant", "決策時已知")):
        drawing = draw(model.picture(lang=lang))
        told = [
            each.text
            for group in groups(list(drawing.shapes))
            for each in group.shapes
            if isinstance(each, Text) and each.name == "legend"
        ]
        assert words in told
