"""What of a graph and an answer gets into the picture."""

from typing import Any

import pytest

import causal_model as cm
from causal_model.render.picture import Arrow, NodeBox, Picture
from causal_model.spec.evidence import Likelihood


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return cm.load("article")


def box(picture: Picture, name: str) -> NodeBox:
    (found,) = (each for each in picture.boxes if each.name == name)
    return found


def arrow(picture: Picture, parent: str, child: str) -> Arrow:
    (found,) = (each for each in picture.arrows if (each.parent, each.child) == (parent, child))
    return found


def test_nodes_states_and_arrows_are_all_there_in_the_order_of_the_file(model: cm.Model) -> None:
    picture = model.picture()
    assert tuple(each.name for each in picture.boxes) == model.nodes
    for each in picture.boxes:
        assert tuple(bar.name for bar in each.states) == model.states(each.name)
    assert {(each.parent, each.child) for each in picture.arrows} == {
        (parent, child) for child, above in model.network.parents.items() for parent in above
    }


@pytest.mark.parametrize(
    ("arguments", "node", "kind", "marks"),
    [
        ({"given": {"etf_flow": "flat"}}, "etf_flow", "observed", {"flat": "observed"}),
        (
            {"excluded": {"btc_return": ["up", "strong_up"]}},
            "btc_return",
            "excluded",
            {"up": "excluded", "strong_up": "excluded"},
        ),
        ({"do": {"etf_flow": "inflow"}}, "etf_flow", "do", {"inflow": "do"}),
        ({"likelihood": {"etf_flow": {"flat": 1}}}, "etf_flow", "likelihood", {}),
        ({"belief": {"etf_flow": {"flat": 0.5, "inflow": 0.5}}}, "etf_flow", "belief", {}),
    ],
)
def test_a_finding_marks_its_node_and_no_other(
    model: cm.Model, arguments: dict[str, Any], node: str, kind: str, marks: dict[str, str]
) -> None:
    picture = model.picture(model.query(**arguments))
    assert {each.name: each.finding for each in picture.boxes if each.finding} == {node: kind}
    assert {
        (each.name, bar.name): bar.mark for each in picture.boxes for bar in each.states if bar.mark
    } == {(node, state): mark for state, mark in marks.items()}


def test_bars_hold_the_posterior_of_every_node_and_outlines_the_prior(model: cm.Model) -> None:
    given = {"china_policy": "hard_mandate"}
    # The answer is about one node; the picture is about all.
    picture = model.picture(model.query("btc_return", given=given))
    whole = model.query(model.nodes, given=given)
    for each in picture.boxes:
        for bar in each.states:
            assert bar.probability == whole[each.name][bar.name]
            assert bar.prior == whole.prior[each.name][bar.name]


def test_a_picture_without_an_answer_shows_what_the_model_assumes(model: cm.Model) -> None:
    assumed = model.with_findings(do={"etf_flow": "outflow"})
    assert assumed.picture() == model.picture(model.query(do={"etf_flow": "outflow"}))
    # An answer brings its own findings, assumed ones included.
    asked = assumed.query(given={"nasdaq_return": "neutral"})
    assert assumed.picture(asked) == model.picture(asked)
    assert box(assumed.picture(asked), "etf_flow").finding == "do"


def test_only_a_do_cuts_the_arrows_into_its_node(model: cm.Model) -> None:
    seen = model.picture(model.query(given={"btc_return": "down"}))
    done = model.picture(model.query(do={"btc_return": "down"}))
    assert not any(each.cut for each in seen.arrows)
    cut = {(each.parent, each.child) for each in done.arrows if each.cut}
    assert cut == {(parent, "btc_return") for parent in model.network.parents["btc_return"]}


def test_arrows_have_the_sign_the_channels_and_the_sources_of_the_file(model: cm.Model) -> None:
    picture = model.picture()
    assert model.graph is not None
    for each in picture.arrows:
        spec = model.graph.nodes[each.child].parents[each.parent]
        assert each.sign == spec.sign
        for citation in spec.sources:
            assert (citation.quote or "") in each.tooltip
            assert model.graph.sources[citation.source].publisher in each.tooltip
        through = [
            name
            for name, channel in model.graph.channels.items()
            if (each.parent, each.child) in channel.pairs
        ]
        assert list(each.channels) == through
    assert arrow(picture, "tech_risk_sentiment", "etf_flow").channels == ("etf_flow",)


@pytest.mark.parametrize("lang", ["en", "zh-Hant"])
def test_labels_are_in_the_language_asked_for(model: cm.Model, lang: str) -> None:
    picture = model.picture(lang=lang)
    graph = model.graph
    assert graph is not None
    assert picture.lang == lang
    assert picture.title == graph.title.text(lang)
    for each in picture.boxes:
        assert each.label == graph.label(each.name, None, lang)
        for bar in each.states:
            assert bar.label == graph.label(each.name, bar.name, lang)
    assert list(picture.channels) == list(graph.channels)
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in picture.title + picture.note)
    assert chinese == (lang == "zh-Hant")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "nothing given"),
        ({"given": {"etf_flow": "flat"}}, r"given etf_flow=flat; P(evidence) = "),
        ({"do": {"etf_flow": "flat"}}, "given do etf_flow=flat"),
        (
            {"given": {"nasdaq_return": "neutral"}, "do": {"etf_flow": "flat"}},
            "given nasdaq_return=neutral, do etf_flow=flat; P(evidence) = ",
        ),
    ],
)
def test_the_subtitle_says_what_is_given_and_how_likely_that_was(
    model: cm.Model, arguments: dict[str, Any], told: str
) -> None:
    result = model.query(**arguments)
    subtitle = model.picture(result).subtitle
    if told.endswith("= "):
        told += f"{result.evidence_probability:.4g}"
    assert subtitle == told


def test_a_network_without_a_graph_file_is_drawn_with_its_names(model: cm.Model) -> None:
    bare = cm.Model(model.network)
    weighed = Likelihood(node="etf_flow", weights={"flat": 1, "inflow": 0.5})
    picture = bare.picture(bare.query("btc_return", findings=[weighed]))
    assert picture.title == "network"
    assert tuple(each.name for each in picture.boxes) == tuple(model.network.variables)
    for each in picture.boxes:
        assert each.label == each.name
        assert each.role == "mechanism"
        assert each.tooltip == ""
    assert all(each.sign is None and each.channels == () for each in picture.arrows)
    assert picture.channels == {}
