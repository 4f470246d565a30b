"""DOT text, read back by Graphviz itself."""

import warnings
from collections import Counter
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import causal_model as cm
from causal_model.render.dot import write_dot
from causal_model.render.picture import FindingKind, NodeBox, Picture, StateBar
from causal_model.render.text import printable
from tests.render.pictures import HARMLESS, HOSTILE, KINDS, one_node, parsed, saying

pygraphviz = pytest.importorskip("pygraphviz")


def read(picture: Picture) -> Any:
    """The graph as Graphviz reads it."""
    return pygraphviz.AGraph(string=write_dot(picture))


def drawn(graph: Any) -> ET.Element:
    """Graphviz's own drawing: where markup in a label would show."""
    with warnings.catch_warnings(action="ignore"):
        # It may miss a font, which is no matter here.
        return parsed(graph.draw(prog="dot", format="svg").decode())


def lines(root: ET.Element) -> list[str]:
    """The lines of text; runs of blanks, which Graphviz makes unbreakable, count as one."""
    return [" ".join((each.text or "").split()) for each in root.iter("text")]


def test_nodes_arrows_signs_and_labels_of_the_article_are_there() -> None:
    model = cm.load("article")
    picture = model.picture(model.query(do={"gpu_rental_price": "falls"}))
    graph = read(picture)
    assert graph.is_directed()
    assert graph.number_of_nodes() == len(model.nodes) == 20
    arrows = sum(len(above) for above in model.network.parents.values())
    assert graph.number_of_edges() == arrows
    # Nodes carry numbers, in the order of the boxes.
    names = {f"n{at}": box for at, box in enumerate(picture.boxes)}
    for node in graph.nodes():
        box = names[str(node)]
        label = node.attr["label"]
        assert label.startswith(box.label)
        for bar in box.states:
            assert bar.probability is not None
            assert f"{bar.label}  {100 * bar.probability:.1f} %\\l" in label
        assert node.attr["peripheries"] == ("2" if box.role == "outcome" else "1")
    signs = {"positive": "+", "negative": "-", "mixed": "+/-"}
    for arrow in picture.arrows:
        ends = [
            f"n{[box.name for box in picture.boxes].index(x)}" for x in (arrow.parent, arrow.child)
        ]
        edge = graph.get_edge(*ends)
        assert edge.attr["label"] == signs[arrow.sign or ""]
        assert edge.attr["style"] == ("dashed" if arrow.cut else "solid")
    assert graph.graph_attr["rankdir"] == "LR"


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_a_finding_is_said_and_shown(kind: FindingKind | None) -> None:
    graph = read(one_node(kind))
    node = graph.get_node("n0")
    assert node.attr["style"] == {None: "solid", "do": "dashed"}.get(kind, "bold")
    assert node.attr["label"].startswith(f"Node ({kind})" if kind else "Node\n")


def test_heavier_arrows_are_wider() -> None:
    picture = saying(HARMLESS)
    widths = []
    for weight in (0.0, 0.5, 1.0):
        arrows = tuple(replace(each, weight=weight) for each in picture.arrows)
        graph = read(replace(picture, arrows=arrows))
        widths.append(float(graph.get_edge("n0", "n1").attr["penwidth"]))
    assert widths == sorted(set(widths))


def test_markup_in_a_label_stays_a_quoted_string() -> None:
    bars = (StateBar("s", "<i>y</i>", 0.5),)
    picture = Picture("<b>t</b>", "", (NodeBox("n", "<b>x</b>", "driver", bars),), (), {})
    text = write_dot(picture)
    assert 'label="<b>x</b>' in text
    assert 'label="<b>t</b>"' in text
    assert "=<" not in text
    graph = read(picture)
    assert graph.number_of_nodes() == 1
    # Drawn letter by letter: an HTML-like label would show x in bold and no angle brackets.
    shown = lines(drawn(graph))
    for line in ("<b>x</b>", "<b>t</b>", "<i>y</i> 50.0 %"):
        assert line in shown


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("blank", "nothing")])
def test_a_hostile_text_adds_no_node_no_arrow_and_no_attribute(name: str) -> None:
    graph, harmless = read(saying(HOSTILE[name])), read(saying(HARMLESS))
    assert graph.nodes() == harmless.nodes() == ["n0", "n1", "n2"]
    assert graph.edges() == harmless.edges() == [("n0", "n1"), ("n0", "n2")]
    for node in graph.nodes():
        assert set(node.attr.to_dict()) == set(harmless.get_node(node).attr.to_dict())
    for edge in graph.edges():
        assert set(edge.attr.to_dict()) == set(harmless.get_edge(*edge).attr.to_dict())
    assert set(dict(graph.graph_attr)) == set(dict(harmless.graph_attr))
    assert graph.subgraphs() == []


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("blank", "nothing")])
def test_a_hostile_text_is_drawn_as_the_same_elements(name: str) -> None:
    def kinds(picture: Picture) -> Counter[tuple[str, ...]]:
        root = drawn(read(picture))
        return Counter((each.tag, *sorted(each.attrib)) for each in root.iter())

    assert kinds(saying(HOSTILE[name])) == kinds(saying(HARMLESS))


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if "&" not in HOSTILE[name] and HOSTILE[name].strip()]
)
def test_a_hostile_text_is_drawn_letter_by_letter(name: str) -> None:
    expected = " ".join(printable(HOSTILE[name]).split())
    shown = lines(drawn(read(saying(HOSTILE[name]))))
    assert f"{expected} 25.0 %" in shown
    assert f"{expected} (do)" in shown


def test_the_title_is_one_comment_line() -> None:
    text = write_dot(replace(saying(HARMLESS), title="a\nn9 [label=x]\r\nb\u2028c"))
    assert text.splitlines()[0].startswith("// a")
    assert text.splitlines()[1] == "digraph {"
