"""Pictures of large graphs and long labels come to an end, and stay within bounds."""

import re
import struct
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import pytest

from causal_model.render import output
from causal_model.render.graph import layout
from causal_model.render.graph.curves import points_along
from causal_model.render.graph.draw import draw
from causal_model.render.graph.layout import Layout, place
from causal_model.render.picture import Arrow, NodeBox, Picture, StateBar
from causal_model.render.png import SCALE, largest_scale, write_png
from causal_model.render.shapes import Drawing, Group, Path, Rect, Shape, Text, flat
from causal_model.render.svg import write_svg
from causal_model.render.text import shortened, width, wrapped
from tests.render.pictures import one_node, overlap, parsed, saying

Links = list[tuple[str, str]]


def chain(nodes: int, *skips: int) -> Links:
    """Every node to the next one, and to those that lie further on by the skips."""
    steps = (1, *skips)
    return [(f"x{at}", f"x{at + by}") for at in range(nodes) for by in steps if at + by < nodes]


def everything(nodes: int) -> Links:
    return [(f"x{a}", f"x{b}") for a, b in combinations(range(nodes), 2)]


def boxes(links: Links) -> dict[str, tuple[float, float]]:
    return {name: (140.0, 80.0) for link in links for name in link}


# Arrows over many layers, which Graphviz alone works on for minutes.
LARGE: dict[str, tuple[Links, str]] = {
    "a short chain": (chain(40, 3), "quick"),
    "skips of all lengths": (chain(100, 7, 29), "bounded"),
    "a long chain with long skips": (chain(200, 31, 67, 120), "layered"),
    "all arrows of 45": (everything(45), "layered"),
    "many boxes": (chain(2_500), "layered"),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_layout_of_a_large_graph_comes_to_an_end(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    links, expected = LARGE[name]
    sizes = boxes(links)
    work = layout._work(sizes, links)
    small = len(sizes) <= layout.MOST_BOXES
    kind = "quick" if work <= layout.QUICK else "bounded" if work <= layout.BOUNDED else "layered"
    assert (kind if small else "layered") == expected

    def refuse(*_: object) -> Layout:
        raise AssertionError("Graphviz is asked")

    if expected == "layered":
        monkeypatch.setattr(layout, "with_graphviz", refuse)
    found = place(sizes, links)
    assert set(found.curves) == set(links)
    assert len(found.frames) == len(sizes)
    shown = list(found.frames.values())[:150]
    assert not any(overlap(one, other) for one, other in combinations(shown, 2))


@pytest.mark.parametrize(
    "text", ["W" * 20_000, "政" * 20_000, "wide words " * 2_000, "\u0301" * 20_000]
)
def test_a_long_label_is_cut_and_drawn_in_every_format(text: str) -> None:
    (box,) = one_node(None).boxes
    bars = tuple(replace(bar, label=text) for bar in box.states)
    picture = Picture(text, text, (replace(box, label=text, states=bars),), (), {}, note="note")
    drawn = draw(picture)
    assert drawn.width < 2_000
    for each in texts(drawn.shapes):
        assert len(each.text) <= 4_001
    for suffix in ("svg", "png", "pdf", "dot", "mmd"):
        assert output.to_bytes(picture, suffix)


@pytest.mark.parametrize("room", [0.0, 5.0, 11.0, 40.0, 300.0])
def test_a_shortened_text_is_the_longest_beginning_that_fits(room: float) -> None:
    text = "risk-off, and then some more of it"
    found = shortened(text, room, 11)
    if found == text:
        assert width(text, 11) <= room
        return
    fitting = [
        each
        for each in (text[:at].rstrip() + "…" for at in range(len(text)))
        if width(each, 11) <= room
    ]
    assert found == (fitting[-1] if fitting else "…")


def test_a_text_that_is_cut_says_so() -> None:
    assert wrapped("\u0301" * 10_000, 100, 11, lines=1)[0].endswith("…")


def texts(shapes: Iterable[Shape]) -> list[Text]:
    return [each for each in flat(shapes) if isinstance(each, Text)]


# The size of a PNG.


@pytest.mark.parametrize(
    ("wide", "high", "pixels"),
    [
        (100.0, 40_000.0, (40, 16_000)),
        (40_000.0, 100.0, (16_000, 40)),
        (9_000.0, 9_000.0, (8_000, 8_000)),
        (600.0, 400.0, (1_200, 800)),
    ],
)
def test_a_png_stays_within_its_bounds(wide: float, high: float, pixels: tuple[int, int]) -> None:
    canvas = Drawing(wide, high, [Rect(0, 0, wide, high, "#000000")], "large", "en")
    scale = min(SCALE, largest_scale(canvas))
    assert (round(wide * scale), round(high * scale)) == pixels
    cut = scale < 1
    for suffix in ("png", "svg", "pdf"):
        told = output.remarks(canvas, suffix)
        assert [
            re.search("drawn at .*%.* write SVG or PDF", each) is not None for each in told
        ] == ([True] if cut and suffix == "png" else [])


def test_a_long_drawing_is_written_smaller() -> None:
    canvas = Drawing(30.0, 40_000.0, [Rect(0, 0, 30, 40_000, "#000000")], "long", "en")
    wide, high = struct.unpack(">II", write_png(canvas)[16:24])
    assert high == 16_000
    assert 0 < wide <= 13


# A line feed in a text.


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_line_feeds_are_drawn_as_blanks_without_a_word(
    suffix: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    picture = saying("two\nlines")
    assert output.to_bytes(picture, suffix)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert output.remarks(draw(picture), suffix) == []


# Where signs, words and outlines stand.


def shapes_named(shapes: Iterable[Shape], name: str) -> list[Rect | Path | Text]:
    return [each for each in flat(shapes) if each.name == name]


def article() -> tuple[Picture, Picture]:
    import causal_model as cm

    model = cm.load("article")
    told = model.query(
        given={"china_policy": "hard_mandate"},
        do={"gpu_rental_price": "steady"},
        likelihood={"nvda_guidance": {"cut": 0.7, "held": 0.3}},
        belief={"etf_flow": {"outflow": 0.5, "flat": 0.3, "inflow": 0.2}},
    )
    return model.picture(), model.picture(told)


def signs_of(picture: Picture) -> list[Rect]:
    found = shapes_named(draw(picture).shapes, "sign")
    return [each for each in found if isinstance(each, Rect)]


def test_signs_stand_off_boxes_and_off_each_other() -> None:
    _, picture = article()
    drawn = draw(picture)
    signs = [each for each in shapes_named(drawn.shapes, "sign") if isinstance(each, Rect)]
    papers = [each for each in shapes_named(drawn.shapes, "paper") if isinstance(each, Rect)]
    tags = [each for each in shapes_named(drawn.shapes, "tag") if isinstance(each, Rect)]
    assert len(signs) == sum(each.sign is not None and not each.cut for each in picture.arrows)
    for sign in signs:
        assert not any(_meet(sign, other) for other in (*papers, *tags))
    assert not any(_meet(one, other) for one, other in combinations(signs, 2))


def _meet(one: Rect, other: Rect) -> bool:
    return min(one.x + one.width, other.x + other.width) > max(one.x, other.x) and min(
        one.y + one.height, other.y + other.height
    ) > max(one.y, other.y)


def test_a_cut_arrow_moves_no_other_sign() -> None:
    bare, told = article()
    places = [{(each.x, each.y) for each in signs_of(picture)} for picture in (bare, told)]
    assert places[1] < places[0]


def test_the_word_of_a_finding_hides_no_arrow() -> None:
    _, picture = article()
    drawn = draw(picture)
    tags = [each for each in shapes_named(drawn.shapes, "tag") if isinstance(each, Rect)]
    assert len(tags) == 4
    for line in shapes_named(drawn.shapes, "line"):
        assert isinstance(line, Path)
        for x, y in points_along(line.points):
            assert not any(t.x < x < t.x + t.width and t.y < y < t.y + t.height for t in tags)


@pytest.mark.parametrize("changed", [False, True])
def test_outlines_are_drawn_where_something_moved(changed: bool) -> None:
    (box,) = one_node(None).boxes
    bars = tuple(replace(bar, prior=0.1 if changed else bar.probability) for bar in box.states)
    drawn = draw(Picture("T", "", (replace(box, states=bars),), (), {}))
    assert len(shapes_named(drawn.shapes, "ghost")) == (3 if changed else 0)
    legend = [each.text for each in texts(drawn.shapes) if each.name == "legend"]
    assert ("with nothing given" in legend) is changed


def test_the_legend_says_what_is_there_and_no_more() -> None:
    bars = (StateBar("x", "x", 1.0),)
    two = tuple(NodeBox(name, name, "mechanism", bars) for name in "ab")
    drawn = draw(Picture("T", "", two, (Arrow("a", "b", "negative"),), {}))
    legend = [each.text for each in texts(drawn.shapes) if each.name == "legend"]
    assert legend == ["probability now (%)", "opposite"]


@pytest.mark.parametrize("given", [0, 1, 20])
def test_no_length_of_the_subtitle_moves_a_box(given: int) -> None:
    picture = replace(one_node(None), subtitle=", ".join(["node=state"] * given))
    (paper,) = shapes_named(draw(picture).shapes, "paper")
    (bare,) = shapes_named(draw(one_node(None)).shapes, "paper")
    assert paper == bare


def test_everything_is_inside_the_canvas() -> None:
    labels = {f"c{at}": f"channel number {at}" for at in range(12)}
    drawn = draw(replace(one_node("do"), channels=labels, note="note"))
    root = parsed(write_svg(drawn))
    assert float(root.get("height", "0")) > max(
        float(each.get("y", "0")) for each in root.iter("text")
    )
    shapes: list[Shape] = list(drawn.shapes)
    assert isinstance(shapes[-1], Group)
