"""Where boxes and arrows go: apart from each other, and at the same place whatever the evidence."""

import itertools
import sys
from collections.abc import Mapping, Sequence

import pytest

import causal_model as cm
from causal_model.library import shipped_graphs
from causal_model.render.graph import draw as drawing
from causal_model.render.graph.layout import (
    Engine,
    Frame,
    Layout,
    layered,
    place,
    with_graphviz,
)
from causal_model.render.svg import write_svg
from tests.render.pictures import along, frames_in, overlap, parsed, random_graph

Graph = tuple[Mapping[str, tuple[float, float]], Sequence[tuple[str, str]]]

ENGINES = (with_graphviz, layered)
RANDOM = range(15)


def shipped(name: str) -> Graph:
    """The boxes and arrows of a shipped graph, as they are drawn."""
    asked: list[Graph] = []

    def remember(
        sizes: Mapping[str, tuple[float, float]], links: Sequence[tuple[str, str]]
    ) -> Layout:
        asked.append((sizes, links))
        return layered(sizes, links)

    drawing.draw(cm.load(name).picture(), remember)
    return asked[0]


GRAPHS: dict[str, Graph] = {f"random-{seed}": random_graph(seed) for seed in RANDOM}
SHIPPED = sorted(shipped_graphs())


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    return GRAPHS | {name: shipped(name) for name in SHIPPED}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [*SHIPPED, *GRAPHS])
def test_boxes_have_their_size_and_do_not_overlap(
    graphs: dict[str, Graph], name: str, engine: Engine
) -> None:
    sizes, links = graphs[name]
    layout = engine(sizes, links)
    assert list(layout.frames) == list(sizes)
    for node, frame in layout.frames.items():
        assert (frame.width, frame.height) == sizes[node]
        assert frame.x >= -0.05
        assert frame.y >= -0.05
        assert frame.x + frame.width <= layout.width + 0.1
        assert frame.y + frame.height <= layout.height + 0.1
    for one, other in itertools.combinations(layout.frames.items(), 2):
        assert not overlap(one[1], other[1]), (one, other)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [*SHIPPED, *GRAPHS])
def test_every_arrow_leaves_its_cause_and_arrives_to_the_right_of_it(
    graphs: dict[str, Graph], name: str, engine: Engine
) -> None:
    sizes, links = graphs[name]
    layout = engine(sizes, links)
    assert set(layout.curves) == set(links)
    for parent, child in links:
        start, *_, end = curve = layout.curves[(parent, child)]
        # A start and three points per Bézier curve.
        assert len(curve) % 3 == 1
        cause, effect = layout.frames[parent], layout.frames[child]
        assert touches(cause, start)
        assert touches(effect, end)
        assert cause.x + cause.width < effect.x


def touches(frame: Frame, point: tuple[float, float]) -> bool:
    """Whether a point lies on the border of a frame, give or take two pixels."""
    x, y = point
    inside = -2 <= x - frame.x <= frame.width + 2 and -2 <= y - frame.y <= frame.height + 2
    sides = (x - frame.x, frame.x + frame.width - x, y - frame.y, frame.y + frame.height - y)
    return inside and min(abs(side) for side in sides) <= 2


def hits(layout: Layout, link: tuple[str, str]) -> set[str]:
    """The boxes through which an arrow runs by more than a pixel, its own two left out."""
    return {
        name
        for name, frame in layout.frames.items()
        if name not in link
        and any(
            1 < x - frame.x < frame.width - 1 and 1 < y - frame.y < frame.height - 1
            for x, y in along(layout, link)
        )
    }


@pytest.mark.parametrize("name", [*SHIPPED, *GRAPHS])
def test_graphviz_leads_no_arrow_through_a_box(graphs: dict[str, Graph], name: str) -> None:
    sizes, links = graphs[name]
    layout = with_graphviz(sizes, links)
    assert {link: hits(layout, link) for link in links} == {link: set() for link in links}


@pytest.mark.parametrize("name", GRAPHS)
def test_plain_layers_lead_no_arrow_through_boxes_of_one_width(
    graphs: dict[str, Graph], name: str
) -> None:
    sizes, links = graphs[name]
    alike = {node: (150.0, height) for node, (_, height) in sizes.items()}
    layout = layered(alike, links)
    assert {link: hits(layout, link) for link in links} == {link: set() for link in links}


@pytest.mark.parametrize("name", SHIPPED)
def test_plain_layers_lead_no_arrow_of_a_shipped_graph_through_a_box(
    graphs: dict[str, Graph], name: str
) -> None:
    sizes, links = graphs[name]
    layout = layered(sizes, links)
    assert {link: hits(layout, link) for link in links} == {link: set() for link in links}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_layout_is_the_same_every_time(graphs: dict[str, Graph], engine: Engine) -> None:
    assert engine(*graphs["article"]) == engine(*graphs["article"])


@pytest.mark.parametrize("engine", ENGINES)
def test_names_do_not_matter(graphs: dict[str, Graph], engine: Engine) -> None:
    sizes, links = graphs["random-1"]
    odd = {
        name: odd + name
        for name, odd in zip(sizes, itertools.cycle(["a:b", '"', "\\N", "<b>", "ü 中", ""]))
    }
    renamed = engine(
        {odd[name]: size for name, size in sizes.items()},
        [(odd[parent], odd[child]) for parent, child in links],
    )
    plain = engine(sizes, links)
    assert list(renamed.frames.values()) == list(plain.frames.values())
    assert list(renamed.curves.values()) == list(plain.curves.values())


def test_without_pygraphviz_the_plain_layers_are_used(
    graphs: dict[str, Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, links = graphs["article"]
    assert place(sizes, links) == with_graphviz(sizes, links)
    # An entry of None makes the import fail as if the package were not installed.
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert place(sizes, links) == layered(sizes, links)


def test_an_engine_may_be_chosen(graphs: dict[str, Graph]) -> None:
    sizes, links = graphs["article"]
    assert place(sizes, links, layered) == layered(sizes, links)
    assert place({}, []) == Layout({}, {}, 0.0, 0.0)


def test_arrows_that_skip_layers_are_given_lanes() -> None:
    # A chain of four, and an arrow from its first node to its last.
    sizes = dict.fromkeys("abcd", (150.0, 80.0))
    links = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    layout = layered(sizes, links)
    assert hits(layout, ("a", "d")) == set()
    for node in "bc":
        frame = layout.frames[node]
        passing = [y for x, y in along(layout, ("a", "d")) if frame.x <= x <= frame.x + frame.width]
        assert max(passing) - min(passing) < 1e-9


EVIDENCE = {
    "observed": {"given": {"china_policy": "hard_mandate"}},
    "excluded": {"excluded": {"btc_return": ["down", "strong_down"]}},
    "likelihood": {"likelihood": {"fear_greed_index": {"fear": 0.9, "neutral": 0.2}}},
    "belief": {"belief": {"btc_nasdaq_coupling": {"weak": 0.1, "strong": 0.9}}},
    "do": {"do": {"gpu_rental_price": "falls_sharply"}},
    "several": {
        "given": {"etf_flow": "outflow", "nasdaq_return": "risk_off"},
        "do": {"china_h200_orders": "halted"},
    },
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
@pytest.mark.parametrize("case", EVIDENCE)
def test_evidence_moves_no_box(case: str, lang: str, engine: Engine) -> None:
    model = cm.load("article")

    def frames(result: cm.QueryResult | None) -> dict[str, Frame]:
        picture = model.picture(result, lang=lang)
        return frames_in(parsed(write_svg(drawing.draw(picture, engine))))

    asked = model.query(**EVIDENCE[case])  # type: ignore[arg-type]
    assert frames(asked) == frames(None)
