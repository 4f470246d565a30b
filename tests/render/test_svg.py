"""What the picture says, read back from the SVG text; and that hostile texts stay text."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

import causal_model as cm
from causal_model.render.graph.draw import draw
from causal_model.render.graph.words import WORDS
from causal_model.render.palette import CHANNELS
from causal_model.render.picture import Arrow, FindingKind, NodeBox, Picture, StateBar
from causal_model.render.shapes import Group, Shape, Text
from causal_model.render.svg import write_svg
from causal_model.render.text import printable, width
from tests.render.pictures import (
    HARMLESS,
    HOSTILE,
    KINDS,
    elements,
    node_group,
    one_node,
    parsed,
    saying,
)


def drawn(picture: Picture) -> ET.Element:
    return parsed(write_svg(draw(picture)))


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name, ""))


@pytest.fixture(scope="module")
def hard() -> tuple[cm.Model, cm.QueryResult]:
    """The graph of the article under findings of three kinds, and the answer for every node."""
    model = cm.load("article")
    return model, model.query(
        model.nodes,
        given={"china_policy": "hard_mandate"},
        excluded={"etf_flow": "inflow"},
        do={"gpu_rental_price": "falls_sharply"},
    )


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_every_node_has_a_bar_per_state_as_wide_as_its_probability(
    hard: tuple[cm.Model, cm.QueryResult], lang: str
) -> None:
    model, result = hard
    root = drawn(model.picture(result, lang=lang))
    assert len([group for group in root.iter("g") if group.get("data-node")]) == len(model.nodes)
    for node in model.nodes:
        rows = [each for each in node_group(root, node) if each.get("class") == "state"]
        assert [row.get("data-state") for row in rows] == list(model.states(node))
        assert [row.get("data-index") for row in rows] == [str(at) for at in range(len(rows))]
        for row in rows:
            state = row.get("data-state", "")
            ((track,), (bar,), (ghost,), (percent,)) = (
                elements(row, name) for name in ("track", "bar", "ghost", "percent")
            )
            whole, left = number(track, "width"), number(track, "x")
            assert number(bar, "x") == left
            # Sizes are written with two decimals.
            assert number(bar, "width") == pytest.approx(whole * result[node][state], abs=0.011)
            # The outline stands half a pixel off on both sides.
            assert number(ghost, "x") == pytest.approx(left - 0.5, abs=0.011)
            assert number(ghost, "width") == pytest.approx(
                whole * result.prior[node][state] + 1, abs=0.011
            )
            assert ghost.get("fill") == "none"
            assert float(percent.text or "") == pytest.approx(
                100 * result[node][state], abs=0.05 + 1e-9
            )


def test_a_picture_without_probabilities_has_no_bars() -> None:
    bars = (StateBar("x", "x", None), StateBar("y", "y", None))
    root = drawn(Picture("T", "", (NodeBox("n", "N", "driver", bars),), (), {}))
    assert len(elements(root, "state-label")) == 2
    for name in ("bar", "ghost", "percent"):
        assert elements(root, name) == []


@pytest.mark.parametrize("probability", [0.0, 1e-300, 1e-9, 0.00049, 0.99951, 1.0])
def test_extreme_probabilities_are_drawn_inside_their_track(probability: float) -> None:
    bars = (StateBar("x", "x", probability, 1 - probability),)
    root = drawn(Picture("T", "", (NodeBox("n", "N", "driver", bars),), (), {}))
    ((track,), (bar,)) = elements(root, "track"), elements(root, "bar")
    assert 0 <= number(bar, "width") <= number(track, "width")
    (percent,) = elements(root, "percent")
    assert percent.text == ("100" if probability > 0.9995 else f"{100 * probability:.1f}")


def colourless(root: ET.Element) -> list[tuple[str, ...]]:
    """What of a node's group is left when all colours are taken away."""
    group = node_group(root, "n")
    seen: list[tuple[str, ...]] = [
        (
            "border",
            each.get("stroke-width", ""),
            each.get("stroke-dasharray", "whole"),
        )
        for each in elements(group, "border")
    ]
    seen += [("tag", each.text or "") for each in elements(group, "tag") if each.tag == "text"]
    seen += [
        (
            "state",
            (each.text or "").rpartition(" ")[0],
            each.get("font-weight", "normal"),
            each.get("text-decoration", "none"),
        )
        for each in elements(group, "state-label")
    ]
    return seen


# What marks a finding besides its colour: borders and their dashes, the mark at the state.
SIGNS: dict[FindingKind | None, tuple[int, bool, str, str]] = {
    None: (1, False, "", "none"),
    "observed": (1, False, "● ", "none"),
    "excluded": (1, False, "", "line-through"),
    "likelihood": (2, False, "", "none"),
    "belief": (2, False, "", "none"),
    "do": (1, True, "■ ", "none"),
}


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
@pytest.mark.parametrize("kind", SIGNS)
def test_findings_are_marked_by_border_word_and_mark(kind: FindingKind | None, lang: str) -> None:
    group = node_group(drawn(replace(one_node(kind), lang=lang)), "n")
    borders, dashed, mark, decoration = SIGNS[kind]
    found = elements(group, "border")
    assert len(found) == borders
    assert all((each.get("stroke-dasharray") is not None) == dashed for each in found)
    words = [each.text for each in elements(group, "tag") if each.tag == "text"]
    assert words == ([WORDS[lang][kind]] if kind else [])
    lo, mid, hi = elements(group, "state-label")
    assert (lo.text, mid.text, hi.text) == ("lo", f"{mark}mid", "hi")
    assert mid.get("text-decoration", "none") == decoration
    assert lo.get("text-decoration") is hi.get("text-decoration") is None
    classes = {"node", "mechanism"} | ({kind} if kind else set())
    assert set(group.get("class", "").split()) == classes


def test_all_kinds_of_finding_look_different_without_colour() -> None:
    kinds = (None, *KINDS)
    assert len({str(colourless(drawn(one_node(kind)))) for kind in kinds}) == len(kinds)
    # Even with the word covered, findings differ from none, and doing from seeing.
    wordless = [
        str([each for each in colourless(drawn(one_node(kind))) if each[0] != "tag"])
        for kind in (None, "observed", "excluded", "likelihood", "do")
    ]
    assert len(set(wordless)) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_the_word_stands_above_the_box_and_inside_its_sides(kind: FindingKind) -> None:
    group = node_group(drawn(one_node(kind)), "n")
    (paper,) = elements(group, "paper")
    (tag,) = (each for each in elements(group, "tag") if each.tag == "rect")
    (word,) = (each for each in elements(group, "tag") if each.tag == "text")
    assert number(tag, "x") >= number(paper, "x")
    assert number(tag, "x") + number(tag, "width") <= number(paper, "x") + number(paper, "width")
    assert number(tag, "y") + number(tag, "height") <= number(paper, "y") + 1
    assert width(word.text or "", 10, bold=True) < number(tag, "width")


def two_nodes(*arrows: Arrow, channels: int = 0) -> ET.Element:
    boxes = tuple(NodeBox(name, name, "mechanism", (StateBar("x", "x", 1.0),)) for name in "ab")
    named = {f"c{at}": f"channel {at}" for at in range(channels)}
    return drawn(Picture("T", "", boxes, arrows, named))


@pytest.mark.parametrize(
    ("sign", "shown"), [("positive", "+"), ("negative", "−"), ("mixed", "±"), (None, None)]
)
def test_arrows_carry_their_sign(sign: str | None, shown: str | None) -> None:
    root = two_nodes(Arrow("a", "b", sign))  # type: ignore[arg-type]
    found = [each.text for each in elements(root, "sign") if each.tag == "text"]
    assert found == ([shown] if shown else [])
    (group,) = elements(root, "arrow")
    assert (group.get("data-parent"), group.get("data-child")) == ("a", "b")
    assert len(elements(group, "arrowhead")) == 1


def test_heavier_arrows_are_wider() -> None:
    widths = []
    for weight in (0.0, 0.25, 0.5, 1.0):
        (line,) = elements(two_nodes(Arrow("a", "b", "positive", weight)), "line")
        widths.append(number(line, "stroke-width"))
    assert widths == sorted(set(widths))
    assert widths[0] > 0.5
    # Weights beyond the scale are drawn at its end.
    for weight, same in ((-1.0, widths[0]), (7.0, widths[-1])):
        (line,) = elements(two_nodes(Arrow("a", "b", "positive", weight)), "line")
        assert number(line, "stroke-width") == same


def test_the_legend_explains_widths_where_they_are_known() -> None:
    for weight, explained in ((0.3, True), (0.0, True), (None, False)):
        root = two_nodes(Arrow("a", "b", "positive", weight))
        legend = [each.text or "" for each in elements(root, "legend")]
        assert any(each.startswith("width: effect on its child") for each in legend) is explained
        assert bool(elements(root, "legend-width")) is explained


def test_the_arrows_of_the_article_are_as_wide_as_they_are_strong(
    hard: tuple[cm.Model, cm.QueryResult],
) -> None:
    model, result = hard
    root = drawn(model.picture(result))
    widths, tooltips = {}, {}
    for arrow in elements(root, "arrow"):
        link = (arrow.get("data-parent", ""), arrow.get("data-child", ""))
        (line,) = elements(arrow, "line")
        widths[link] = number(line, "stroke-width")
        tooltips[link] = arrow[0].text or ""
    strongest = sorted(widths, key=lambda link: model.strengths[link].average)
    assert [widths[link] for link in strongest] == sorted(widths.values())
    assert len(set(widths.values())) > 15
    told = tooltips[("china_policy", "tech_risk_sentiment")]
    assert "“" in told
    assert "Moves it by 41.2 pp on average, 62.3 pp at most" in told


def test_a_cut_arrow_is_crossed_and_dashed_and_has_no_sign() -> None:
    cut, whole = (two_nodes(Arrow("a", "b", "positive", cut=each)) for each in (True, False))
    (arrows, *_) = elements(cut, "arrows")
    assert len(elements(arrows, "cross")) == 2
    assert len(elements(arrows, "sign")) == 0
    assert elements(arrows, "line")[0].get("stroke-dasharray") is not None
    assert len(elements(arrows, "arrow cut")) == 1
    # The legend explains the cross where there is one, and only there.
    assert WORDS["en"]["cut"] in [each.text for each in elements(cut, "legend")]
    assert WORDS["en"]["cut"] not in [each.text for each in elements(whole, "legend")]
    assert elements(whole, "cross") == []
    assert elements(whole, "line")[0].get("stroke-dasharray") is None


def test_channels_differ_in_colour_and_in_dashes_and_stand_in_the_legend() -> None:
    looks = []
    for at in range(len(CHANNELS)):
        root = two_nodes(Arrow("a", "b", channels=(f"c{at}",)), channels=len(CHANNELS))
        (line,) = elements(root, "line")
        looks.append((line.get("stroke"), line.get("stroke-dasharray")))
        legend = [each.text for each in root.iter("text") if each.get("class") == "legend"]
        assert f"channel {at}" in legend
    assert len({colour for colour, _ in looks}) == len(CHANNELS)
    assert len({dashes for _, dashes in looks}) == len(CHANNELS)


def test_an_intervention_is_drawn_on_the_article(hard: tuple[cm.Model, cm.QueryResult]) -> None:
    model, result = hard
    root = drawn(model.picture(result))
    cut = {
        (each.get("data-parent"), each.get("data-child")) for each in elements(root, "arrow cut")
    }
    assert cut == {("h200_supply_ex_china", "gpu_rental_price")}
    arrows = sum(len(above) for above in model.network.parents.values())
    assert len(elements(root, "arrow")) == arrows - 1


def test_who_cannot_see_the_picture_is_told_what_it_says(
    hard: tuple[cm.Model, cm.QueryResult],
) -> None:
    model, result = hard
    root = drawn(model.picture(result))
    assert root.get("role") == "img"
    assert root.get("lang") == "en"
    assert root[0].tag == "title"
    assert root.get("aria-label") == root[0].text
    assert "china_policy=hard_mandate" in (root[0].text or "")
    for node in model.nodes:
        group = node_group(root, node)
        told = group.get("aria-label", "")
        assert model.graph is not None
        assert told.startswith(model.graph.label(node))
        for state, probability in result[node].items():
            percent = f"{100 * probability:.1f}".replace("100.0", "100")
            assert f"{model.graph.label(node, state)} {percent}" in told
        # The tooltip says the same, and where the node comes from.
        spec = model.graph.nodes[node]
        cited = dict.fromkeys((*spec.sources, *spec.table.sources))
        for each in cited:
            assert not each.quote or f"“{each.quote}”" in (group[0].text or "")
        assert (group[0].text or "").splitlines()[-1].startswith("Numbers: elicited, confidence ")


def test_ids_are_unique_and_numbers_plain(hard: tuple[cm.Model, cm.QueryResult]) -> None:
    model, result = hard
    root = drawn(model.picture(result))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids)) == len(model.nodes)
    for each in root.iter():
        for name in ("x", "y", "width", "height", "rx", "stroke-width", "font-size"):
            value = each.get(name, "0").removesuffix("%")
            assert value.lstrip("-").replace(".", "", 1).isdigit(), (each.tag, name, value)
        for word in ("nan", "inf", "e-", "e+"):
            assert word not in each.get("d", "")


def texts(shapes: list[Shape]) -> list[Text]:
    found = []
    for shape in shapes:
        if isinstance(shape, Group):
            found += texts(list(shape.shapes))
        elif isinstance(shape, Text):
            found.append(shape)
    return found


def extent(text: Text) -> tuple[float, float]:
    """Where a line of text begins and ends."""
    wide = width(text.text, text.size, bold=text.bold)
    left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
    return left, left + wide


@pytest.mark.parametrize("name", ["en", "zh-Hant", *HOSTILE])
def test_no_text_leaves_the_picture_or_its_row(name: str) -> None:
    if name in HOSTILE:
        # The legend, with the names of channels, and the note are left out: they are not shortened.
        picture = replace(saying(HOSTILE[name]), note="", channels={}, arrows=())
    else:
        picture = cm.load("article").picture(lang=name)
    drawing = draw(picture)
    for text in texts(list(drawing.shapes)):
        left, right = extent(text)
        assert left >= 0
        assert right <= drawing.width, text.text
        assert 0 < text.y < drawing.height
    rows = [
        row
        for box in drawing.shapes
        if isinstance(box, Group) and "data-node" in box.attributes
        for row in box.shapes
        if isinstance(row, Group)
    ]
    assert rows
    for row in rows:
        (label, percent) = (
            next(each for each in row.shapes if isinstance(each, Text) and each.name == name)
            for name in ("state-label", "percent")
        )
        assert extent(label)[1] < extent(percent)[0]


def shape_of(root: ET.Element) -> tuple[Counter[tuple[str, ...]], set[tuple[str, ...]]]:
    """How many elements there are of each kind, and the kinds of those that depend on line breaks."""
    fixed: Counter[tuple[str, ...]] = Counter()
    by_line = set()
    for each in root.iter():
        kind = (each.tag, each.get("class", "")) + tuple(sorted(each.attrib))
        if each.tag == "text" and each.get("class") in ("title", "subtitle", "label"):
            by_line.add(kind)
        else:
            fixed[kind] += 1
    return fixed, by_line


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "nothing"])
def test_a_hostile_text_adds_no_element_and_no_attribute(name: str) -> None:
    harmless, lines = shape_of(drawn(saying(HARMLESS)))
    found, found_lines = shape_of(drawn(saying(HOSTILE[name])))
    assert found == harmless
    assert found_lines == lines
    assert not any("href" in each or each[:2] == "on" for kind in found for each in kind[2:])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_kept_as_text(name: str) -> None:
    text = HOSTILE[name]
    root = drawn(saying(text))
    shown = printable(text)
    names = [each.get("data-node") for each in root.iter("g") if each.get("data-node") is not None]
    assert names == [f"{shown}{at}" for at in range(3)]
    assert elements(root, "note")[0].text == shown if text else elements(root, "note") == []
    arrow = next(each for each in root.iter("g") if each.get("class") == "arrow")
    assert arrow.get("data-parent") == f"{shown}0"
    if text:
        assert (arrow[0].text or "").endswith(shown)


class Tags(HTMLParser):
    """The elements that a browser's lenient reading finds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[tuple[str, ...]] = Counter()
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[(tag, *sorted(name for name, _ in attrs if name != "xmlns"))] += 1

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


@pytest.mark.parametrize("name", HOSTILE)
def test_inside_a_page_the_picture_has_the_same_elements(name: str) -> None:
    svg = write_svg(draw(saying(HOSTILE[name])))
    page = Tags()
    page.feed(svg)
    page.close()
    strict = Counter(
        (each.tag.lower(), *sorted(key.lower() for key in each.attrib))
        for each in parsed(svg).iter()
    )
    assert page.found == strict
    assert page.others == []


def test_the_same_picture_is_the_same_text(hard: tuple[cm.Model, cm.QueryResult]) -> None:
    model, result = hard
    first, again = (write_svg(draw(model.picture(result))) for _ in range(2))
    assert first == again
    assert first.endswith("</svg>\n")
