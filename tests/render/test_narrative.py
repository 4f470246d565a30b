"""Explanations in words: every number is one of the JSON, rounded, and every label a label."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import causal_model as cm
from causal_model.errors import RenderError
from causal_model.questions.reasons import Explanation
from causal_model.render.narrative import WORDS, PrintedNumber, Sentence, narrate
from tests.cli.graphs import write_chain
from tests.test_article import FIXTURES

LANGUAGES = ("en", "zh-Hant")
CASES: dict[str, dict[str, Any]] = {
    "one finding": {"scenario": "hard_mandate"},
    "one thing set": {"do": {"etf_flow": "outflow"}},
    "nothing moves": {"do": {"cloud_rental_quotes": "falling"}},
    "mixed": {
        "given": {"fear_greed_index": "fear"},
        "excluded": {"nasdaq_return": "risk_on"},
        "likelihood": {"gpu_spot_quotes": {"falling": 0.8, "flat": 0.3}},
        "belief": {"us_export_terms": {"open": 0.2, "blocked": 0.8}},
        "do": {"etf_flow": "outflow"},
    },
    "in conflict": {
        "given": {
            "china_policy": "hard_mandate",
            "tech_risk_sentiment": "risk_on",
            "nasdaq_return": "risk_off",
        }
    },
    "silent": {
        "given": {"cloud_rental_quotes": "falling", "gpu_spot_quotes": "rising"},
        "do": {"gpu_rental_price": "falls"},
    },
    "cut": {"given": {"miner_equities": "down"}, "do": {"ai_hosting_economics": "improved"}},
    "the outcome": {"given": {"btc_return": "down", "china_policy": "hard_mandate"}},
    "many": {
        "given": {
            "china_policy": "brief_pause",
            "us_export_terms": "open",
            "nasdaq_return": "risk_off",
            "multi_asset_risk_budget": "cut",
            "tech_risk_sentiment": "risk_off",
            "fear_greed_index": "greed",
        }
    },
}


@cache
def explained(name: str) -> Explanation:
    return cm.explain(cm.load("article"), **CASES[name])


def looked_up(data: Any, pointer: str) -> Any:
    """The value at a JSON Pointer."""
    for key in pointer.split("/")[1:]:
        key = key.replace("~1", "/").replace("~0", "~")
        data = data[int(key) if isinstance(data, list) else key]
    return data


def rounded(value: float, form: str) -> str:
    """A number as it is to be printed, without its unit of bits."""
    return {
        "probability": f"{100 * value:.1f} %",
        "chance": f"{100 * value:.3g} %",
        "points": f"{value:+.1f} pp",
        "size": f"{abs(value):.1f} pp",
        "bits": f"{value:.2g} ",
        "count": f"{value:,}",
    }[form].replace("-0.0 pp", "+0.0 pp")


def labels_of(model: cm.Model, lang: str) -> Iterator[str]:
    assert model.graph is not None
    for name, node in model.graph.nodes.items():
        yield model.graph.label(name, None, lang)
        for state in node.states:
            yield model.graph.label(name, state, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_number_is_one_of_the_json_rounded(name: str, lang: str) -> None:
    data = explained(name).to_dict(lang)
    labels = sorted(labels_of(cm.load("article"), lang), key=len, reverse=True)
    for sentence in data["narrative"]["sentences"]:
        text = sentence["text"]
        for label in labels:
            text = text.replace(label, "")
        for number in sentence["numbers"]:
            shown = rounded(looked_up(data, number["path"]), number["form"])
            assert number["shown"].startswith(shown)
            assert number["shown"] in text
            text = text.replace(number["shown"], "", 1)
        assert not re.search(r"[0-9]", text), text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_five_to_ten_whole_sentences(name: str, lang: str) -> None:
    told = explained(name).narrative(lang)
    assert 5 <= len(told) <= 10
    for each in told:
        assert each.text.endswith("." if lang == "en" else "。")
        assert each.text[0] == each.text[0].upper()
        assert "  " not in each.text
        assert not re.search(r"[{}]|None", each.text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_no_name_of_the_file_is_printed_where_there_is_a_label(name: str, lang: str) -> None:
    model = cm.load("article")
    text = " ".join(each.text for each in explained(name).narrative(lang))
    ids = [node for node in model.nodes if "_" in node]
    ids += [state for node in model.nodes for state in model.states(node) if "_" in state]
    assert [each for each in ids if each in text] == []


def test_chinese_sentences_hold_no_english_words() -> None:
    model = cm.load("article")
    for name in CASES:
        text = "".join(each.text for each in explained(name).narrative("zh-Hant"))
        for label in labels_of(model, "zh-Hant"):
            text = text.replace(label, "")
        assert set(re.findall("[A-Za-z]+", text)) <= {"pp"}


def test_the_same_explanation_gives_the_same_words() -> None:
    again = cm.explain(cm.load("article"), **CASES["mixed"])
    assert again.narrative() == explained("mixed").narrative()


def texts(name: str, lang: str = "en") -> str:
    return " ".join(each.text for each in explained(name).narrative(lang))


def test_what_is_said_follows_what_was_found() -> None:
    assert "5.0 pp more than the 35.4 % with nothing given" in texts("one finding")
    assert "comes out “strong down” or “down”" in texts("one finding")
    assert "reaches Bitcoin over the week directly, by an arrow" in texts("one thing set")
    assert "What was seen" not in texts("one thing set")
    assert "no different from the 35.4 %" in texts("nothing moves")
    assert "Setting Cloud rental quotes to “falling” changes nothing" in texts("nothing moves")
    assert "each of Cloud rental quotes at “falling” and GPU spot quotes" in texts("silent")
    assert "speak against each other" in texts("in conflict")
    assert "; most of all China's policy at “hard mandate” and Tech and AI" in texts("in conflict")
    assert "is itself a finding about the outcome" in texts("the outcome")
    assert "and further findings, Bitcoin" in texts("many")


def test_what_is_counted_is_said() -> None:
    told = cm.explain(cm.load("calibrated"), given={"nasdaq_return": "risk_off"})
    assert told.basis is not None
    assert told.basis.counted > 0
    assert f"{told.basis.counted} rest on counts as well" in " ".join(
        each.text for each in told.narrative()
    )


def test_a_network_from_elsewhere_is_told_by_its_names() -> None:
    model = cm.load(FIXTURES / "formats" / "street.bif")
    found = cm.explain(model, "wet street", "yes", given={"rain": "some"}, do={"sprinkler": "on"})
    text = " ".join(each.text for each in found.narrative())
    assert "With rain at “some” and sprinkler set to “on”, wet street comes out “yes”" in text
    assert "does not say where its numbers come from" in text


def test_words_of_labels_are_no_templates(tmp_path: Path) -> None:
    path = write_chain(
        {"a": ["x", "y"], "b": ["x", "y"]},
        labels={"a": "{0} %s {finding}", "x": "{}"},
        path=tmp_path / "chain.yaml",
    )
    (first, *_) = cm.explain(cm.load(path), given={"a": "x"}).narrative()
    assert "With {0} %s {finding} at “{}”, b comes out" in first.text


def test_drawn_orders_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causal_model.analysis.attribution.MOST_EXACT", 1)
    found = cm.explain(cm.load("article"), orders=200, **CASES["in conflict"])
    assert found.orders == 200
    assert "estimated from 200 orders" in " ".join(each.text for each in found.narrative())


def test_both_languages_say_the_same() -> None:
    assert WORDS["en"].keys() == WORDS["zh-Hant"].keys()
    for key, words in WORDS["en"].items():
        assert fields(words) == fields(WORDS["zh-Hant"][key]), key


def fields(words: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", words))


def test_a_pointer_escapes_what_a_name_may_hold() -> None:
    assert looked_up({"a/b": {"c~d": 1}}, "/a~1b/c~0d") == 1


def test_unknown_languages_are_refused() -> None:
    data: Mapping[str, Any] = {}
    with pytest.raises(RenderError, match="there are no words in 'zh'"):
        narrate(data, lambda node, state=None: state or node, "zh")


def test_sentences_are_plain_data() -> None:
    one = Sentence("It is 5.0 pp.", (PrintedNumber("5.0 pp", "/x", "size"),))
    assert one.to_dict() == {
        "text": "It is 5.0 pp.",
        "numbers": [{"shown": "5.0 pp", "path": "/x", "form": "size"}],
    }
