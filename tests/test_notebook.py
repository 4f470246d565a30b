"""What a notebook shows of models and answers."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

import causal_model as cm
from causal_model.side_by_side import side_by_side
from tests.tour import executed, kept_in, notebook, source_of

ARTICLE = cm.load("article")
GIVEN = {"china_policy": "hard_mandate"}
# What shows itself, the media types it offers, and a word that its picture holds.
SHOWN: list[tuple[Callable[[], Any], set[str], str]] = [
    (lambda: ARTICLE, set(), "Bitcoin"),
    (lambda: ARTICLE.query(given=GIVEN), {"text/markdown"}, "strong down"),
    (lambda: ARTICLE.query(interval=0.9, draws=200), {"text/markdown"}, "strong down"),
    (lambda: ARTICLE.estimate(draws=2_000), {"text/markdown"}, "strong down"),
    (lambda: side_by_side(ARTICLE), set(), "A hard mandate"),
    (lambda: cm.diff("article", "long_run"), set(), "A quarter ahead"),
    (lambda: cm.sensitivity(ARTICLE, given=GIVEN), set(), "Fear and greed index"),
    (lambda: cm.explain(ARTICLE, given=GIVEN), {"text/markdown"}, "strong down"),
    (lambda: cm.watch(ARTICLE, given=GIVEN), set(), "Fear and greed index"),
    (lambda: cm.effects(ARTICLE, "china_policy"), set(), "strong down"),
]


def words_of(svg: str) -> str:
    return " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())


def frame_of(html: str) -> dict[str, str | None]:
    """The attributes of a frame, which must be all that there is."""
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(html)
    ((tag, attributes),) = found
    assert tag == "iframe"
    return attributes


@pytest.mark.parametrize(("made", "further", "word"), SHOWN)
def test_an_answer_shows_itself_in_words_and_as_a_picture(
    made: Callable[[], Any], further: set[str], word: str
) -> None:
    answer = made()
    shown = answer._repr_mimebundle_(include=None, exclude=None)
    assert shown.keys() == {"text/plain", "image/svg+xml"} | further
    assert shown["text/plain"] == repr(answer)
    assert "\n" not in shown["text/plain"]
    assert word.casefold() in words_of(shown["image/svg+xml"]).casefold()


@pytest.mark.parametrize(("made", "further", "word"), SHOWN)
def test_an_answer_survives_the_way_to_another_process(
    made: Callable[[], Any], further: set[str], word: str
) -> None:
    answer = made()
    arrived = pickle.loads(pickle.dumps(answer))
    assert repr(arrived) == repr(answer)
    assert arrived._repr_mimebundle_()["text/plain"] == repr(answer)


def test_an_answer_without_its_graph_has_words_only() -> None:
    answer = pickle.loads(pickle.dumps(ARTICLE.query()))
    assert answer._repr_mimebundle_().keys() == {"text/plain", "text/markdown"}
    assert len(pickle.dumps(ARTICLE.query())) < 2_000


def test_the_page_in_a_notebook_is_the_one_file_in_a_frame() -> None:
    page = ARTICLE.interactive()
    shown = page._repr_mimebundle_()
    assert shown["text/plain"] == repr(page) == "<Page of 'article': 20 nodes to click on>"
    frame = frame_of(shown["text/html"])
    assert frame["sandbox"] == "allow-scripts"
    assert frame["srcdoc"] == page.html
    assert "Content-Security-Policy" in page.html
    assert 'lang="zh-Hant"' in ARTICLE.interactive(lang="zh-Hant").html
    with pytest.raises(cm.QueryError, match="Did you mean 'zh-Hant'"):
        ARTICLE.interactive(lang="zh-hant")


def test_a_hostile_label_stays_text_in_the_frame() -> None:
    assert ARTICLE.graph is not None
    evil = "</script><script>alert(1)</script>\" onload='x'"
    title = type(ARTICLE.graph.title).model_validate(evil)
    model = replace(ARTICLE, graph=ARTICLE.graph.model_copy(update={"title": title}), path=None)
    shown = model.interactive()._repr_mimebundle_()["text/html"]
    assert "<script>" not in shown
    frame = frame_of(shown)
    assert set(frame) == {"title", "sandbox", "width", "height", "style", "srcdoc"}
    assert "<script>alert" not in str(frame["srcdoc"])


def test_the_tour_shows_what_it_says() -> None:
    data = notebook()
    assert (data["nbformat"], data["nbformat_minor"]) == (4, 4)
    expected, found = kept_in(data), executed(data)
    assert len(expected) == len(found) > 6
    for now, then in zip(found, expected, strict=True):
        assert now.keys() == then.keys() != set()
        pictures = [each.pop("image/svg+xml", "<svg/>") for each in (now, then)]
        assert now == then, "write it again: python -m tests.tour"
        assert words_of(pictures[0]) == words_of(pictures[1]), "python -m tests.tour"
    assert "a forecast" in source_of(data["cells"][0])
