"""Explanations in words: every number is one of the JSON, rounded, and every label a label."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import causal_model as cm
from causal_model.errors import RenderError
from causal_model.library import shipped_graphs
from causal_model.questions.reasons.explanation import Basis, Explanation
from causal_model.render.narrative import PrintedNumber, Sentence, narrate
from causal_model.render.narrative_words import WORDS
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


def as_printed(shown: str, value: float, form: str) -> bool:
    """Whether a number is printed as its form says, to as many decimals as are shown."""
    number = Decimal(re.sub(r"[^0-9.+-]", "", shown.split(" 分之")[0].removeprefix("1 in ")))
    exact = Decimal(value)
    if form in ("probability", "chance"):
        exact *= 100
    if form == "chance" and ("1 in" in shown or "分之" in shown):
        exact = 100 / exact
        number, exact = Decimal(f"{number:.2e}"), Decimal(f"{exact:.2e}")
    if form == "size":
        exact = abs(exact)
    if "than" in shown or "不到" in shown or "逾" in shown:
        over = "more" in shown or "逾" in shown
        return exact > number if over else exact < number
    if form == "points":
        assert shown[0] in "+-"
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    return abs(number - exact) <= step / 2


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
            value = looked_up(data, number["path"])
            assert as_printed(number["shown"], value, number["form"]), (number, value)
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
    assert "Shared out" not in texts("nothing moves")
    assert "Setting Cloud rental quotes to “falling” changes nothing" in texts("nothing moves")
    assert "each of Cloud rental quotes at “falling” and GPU spot quotes" in texts("silent")
    assert "speak against each other" in texts("in conflict")
    assert "; most of all China's policy at “hard mandate” and Tech and AI" in texts("in conflict")
    assert "is itself a finding about the outcome" in texts("the outcome")
    assert texts("many").startswith("With 6 findings, among them China's policy at “brief pause”,")


def test_what_is_counted_is_said() -> None:
    told = cm.explain(cm.load("calibrated"), given={"nasdaq_return": "risk_off"})
    assert told.basis is not None
    assert told.basis.counted > 0
    assert f"{told.basis.counted} rest on counts as well" in " ".join(
        each.text for each in told.narrative()
    )


@pytest.mark.parametrize(
    ("weights", "english", "chinese"),
    [
        (
            {"cut": 1, "held": 1, "raised": 1},
            "a sign about B that fits all its states alike",
            "同樣相符",
        ),
        (
            {"cut": 1, "held": 1, "raised": 0},
            "a sign that rules out B at “raised”",
            "排除B為「提高」",
        ),
        ({"cut": 1, "held": 1, "raised": 0.2}, "speaks against B at “raised”", "不利於B為「提高」"),
        ({"cut": 0.3, "held": 0.3, "raised": 0.9}, "points to B at “raised”", "指向B為「提高」"),
        ({"cut": 2}, "a sign that leaves only B at “cut”", "B只能為「削減」"),
        # Three times a third of 0.3 is not the 0.3 that it is meant to be.
        ({"cut": 0.1 * 3, "held": 0.3, "raised": 0.3}, "fits all its states alike", "同樣相符"),
    ],
)
def test_a_sign_is_told_by_all_its_weights(
    weights: dict[str, float], english: str, chinese: str
) -> None:
    found = cm.explain(cm.load("article"), likelihood={"multi_asset_risk_budget": weights})
    first = found.narrative()[0].text.replace("Multi-asset risk budget", "B")
    assert english in first
    first = found.narrative("zh-Hant")[0].text.replace("多資產風險預算", "B").replace(" B", "B")
    assert chinese in first.replace("B ", "B")


@pytest.mark.parametrize(
    ("belief", "told"),
    [
        ((0.4, 0.2, 0.4), "favours China's policy at “brief pause” or “hard mandate”"),
        ((0.4, 0.4, 0.2), "favours China's policy at “brief pause” or “soft mandate”"),
        ((0.2, 0.5, 0.3), "favours China's policy at “soft mandate”"),
        ((1.0, 0.0, 0.0), "leaves only China's policy at “brief pause”"),
        ((0.5, 0.5, 0.0), "rules out China's policy at “hard mandate”"),
    ],
)
def test_a_belief_is_told_by_all_its_probabilities(belief: tuple[float, ...], told: str) -> None:
    states = ("brief_pause", "soft_mandate", "hard_mandate")
    said = {"china_policy": dict(zip(states, belief, strict=True))}
    found = cm.explain(cm.load("article"), belief=said)
    assert f"With a belief that {told}, Bitcoin" in found.narrative()[0].text


def test_a_belief_in_all_states_alike(tmp_path: Path) -> None:
    path = write_chain({"a": ["x", "y"], "b": ["x", "y"]}, path=tmp_path / "chain.yaml")
    found = cm.explain(cm.load(path), belief={"a": {"x": 0.5, "y": 0.5}})
    assert (
        "a belief that all states of a are equally probable, b comes" in found.narrative()[0].text
    )


def test_evidence_with_signs_says_what_their_weights_are_relative_to() -> None:
    model = cm.load("article")
    scale = "(a sign counts as certain to be seen in the state that it fits best)"
    sign = {"cut": 0.8, "held": 0.4, "raised": 0.4}
    told = cm.explain(model, likelihood={"nvda_guidance": sign}).narrative()
    assert any(f"in this graph {scale}." in each.text for each in told)
    half = {state: weight / 2 for state, weight in sign.items()}
    assert told == cm.explain(model, likelihood={"nvda_guidance": half}).narrative()
    assert scale not in texts("one finding")
    alike = dict.fromkeys(sign, 1.0)
    silent = cm.explain(model, likelihood={"nvda_guidance": alike}).narrative()
    assert not any("What was seen" in each.text for each in silent)
    assert "changes nothing, as a sign that fits all states alike says nothing" in silent[1].text


def everything_shipped() -> Iterator[Explanation]:
    """Every scenario, and every single reading, of every graph that ships."""
    for name in shipped_graphs():
        model = cm.load(name)
        assert model.graph is not None
        for scenario in model.scenarios():
            yield cm.explain(model, scenario=scenario)
        for node in model.nodes:
            for state in model.states(node):
                how = "do" if node in model.graph.decisions else "given"
                yield cm.explain(model, **{how: {node: state}})  # type: ignore[arg-type]


def test_printed_numbers_add_up() -> None:
    """Before, change and after, and shares and change, as a reader would add them."""
    more = [explained(name) for name in CASES]
    for found in (*everything_shipped(), *more):
        answer, *others = found.narrative()
        shown = {each.path: decimal(each.shown) for each in answer.numbers}
        change = shown.get("/outcome/change_pp", Decimal(0))
        if " less than the " in answer.text:
            change = -change
        assert shown["/outcome/before"] + change == shown["/outcome/after"], answer.text
        assert "0.0 pp" not in answer.text
        for each in others:
            if "this comes from" in each.text and "rounded" not in each.text:
                parts = [decimal(part.shown) for part in each.numbers if part.form == "points"]
                assert sum(parts) == change, each.text


def decimal(shown: str) -> Decimal:
    return Decimal(shown.split()[0])


def test_where_numbers_do_not_add_up_none_is_printed_that_would_have_to() -> None:
    data = explained("one finding").to_dict()
    # 14.6 + 57.2 is not 71.9, and so on with two, three and four decimals.
    data["outcome"] |= {"before": 0.14646174, "after": 0.71883547, "change_pp": 57.237373}
    model = cm.load("article")
    assert model.graph is not None
    first, *_ = narrate(data, model.graph.label, model.states)
    assert first.text.endswith("a probability of 71.9 %, up from 14.6 % with nothing given.")


def test_ties_among_the_shortest_paths_are_told() -> None:
    found = explained("one finding")
    first, second = found.shares[0].paths.paths[:2]
    assert len(first.nodes) == len(second.nodes)
    assert "that is one of the shortest of more than 8 paths" in texts("one finding")
    told = cm.explain(cm.load("article"), given={"multi_asset_risk_budget": "cut"})
    assert "; that is the shortest of more than 8 paths" in told.narrative()[1].text


def test_only_a_path_with_arrows_of_both_kinds_runs_in_part_against_them(tmp_path: Path) -> None:
    model = cm.load(write_chain({name: ["x", "y"] for name in "abc"}, path=tmp_path / "chain.yaml"))
    found = cm.explain(model, "a", "x", given={"c": "x"})
    assert "c at “x” says something about a by way of b, against the arrows." in told_of(found)
    article = cm.explain(cm.load("article"), given={"fear_greed_index": "fear"})
    assert "in part against the arrows" in told_of(article)
    assert not all(article.shares[0].paths.paths[0].forwards)
    assert any(article.shares[0].paths.paths[0].forwards)


def told_of(found: Explanation, lang: str = "en") -> str:
    return " ".join(each.text for each in found.narrative(lang))


def test_of_many_silent_findings_it_is_said_how_many(tmp_path: Path) -> None:
    names = [f"n{at}" for at in range(8)]
    path = write_chain({name: ["x", "y"] for name in names}, path=tmp_path / "chain.yaml")
    found = cm.explain(cm.load(path), given=dict.fromkeys(names[:7], "x"))
    told = (
        "Once the others are known, each of 6 findings, among them n0 at “x”, n1 at “x”, n2 at “x”"
    )
    assert f"{told} and n3 at “x”, adds nothing, as no open path leads" in told_of(found)
    assert found.to_dict()["method"]["silent_findings"] == 6


def test_what_closes_the_paths_is_told() -> None:
    spot: dict[str, Any] = {"given": {"gpu_spot_quotes": "falling"}}
    rents = {"falls_sharply": 0.1, "falls": 0.2, "steady": 0.3, "rises": 0.4}
    found = cm.explain(cm.load("article"), **spot, belief={"gpu_rental_price": rents})
    (first, _) = found.shares
    assert first.left_out == pytest.approx(0, abs=1e-12)
    assert (first.paths.paths, first.paths.closed) == ((), "belief")
    closed = "GPU spot quotes at “falling” adds nothing, as what is believed closes every path"
    assert closed in told_of(found)
    outcome = dict.fromkeys(cm.load("article").states("btc_return"), 0.2)
    found = cm.explain(cm.load("article"), **spot, belief={"btc_return": outcome})
    assert closed in told_of(found)
    assert "路徑都被信念關閉" in told_of(found, "zh-Hant")
    given = {"btc_return": "down", "etf_flow": "flat"}
    assert "adds nothing, as the outcome is known already" in told_of(
        cm.explain(cm.load("article"), given=given)
    )


def test_a_path_along_which_nothing_happens_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "idle.yaml"
    path.write_text("""
        schema_version: 1
        id: idle
        title: Idle
        nodes:
          a:
            states: {x: {}, y: {}}
            table: {form: table, rows: [{p: {x: 0.4, y: 0.6}}]}
          b:
            states: {x: {}, y: {}}
            parents: {a: {sign: positive}}
            table: {form: table, rows: [{given: {a: [x, y]}, p: {x: 0.4, y: 0.6}}]}
        """)
    found = cm.explain(cm.load(path), "b", "x", given={"a": "x"})
    told = "a at “x” is tied to b directly, by an arrow, but with the numbers of this graph nothing"
    assert told in told_of(found)
    assert "Both probability tables of this graph are elicited judgements; neither is" in told_of(
        found
    )


def test_names_are_written_as_they_are(tmp_path: Path) -> None:
    path = write_chain({"rain": ["x", "y"], "wet": ["x", "y"]}, path=tmp_path / "chain.yaml")
    for lang in LANGUAGES:
        told = cm.explain(cm.load(path), given={"rain": "x"}).narrative(lang)
        assert any(each.text.startswith("rain ") for each in told), lang
        assert not any(each.text.startswith(("Rain", "Wet")) for each in told), lang


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ((1, 0, 0), "The only probability table of this graph is an elicited judgement;"),
        ((0, 0, 1), "The only probability table of this graph is a definition;"),
        ((0, 1, 0), "The only probability table of this graph rests on counts as well."),
        ((2, 0, 0), "Both probability tables of this graph are elicited judgements;"),
        ((1, 1, 0), "Of the two probability tables of this graph one rests on counts as well; the"),
        ((0, 2, 0), "Both probability tables of this graph rest on counts as well."),
        (
            (5, 0, 0),
            "All 5 probability tables of this graph are elicited judgements; none is counted.",
        ),
        (
            (5, 0, 2),
            "All 7 probability tables of this graph are elicited judgements or definitions;",
        ),
        ((0, 7, 0), "All 7 probability tables of this graph rest on counts as well."),
        (
            (5, 1, 0),
            "Of the 6 probability tables of this graph 1 rests on counts as well; the others",
        ),
        (
            (3, 3, 1),
            "graph 3 rest on counts as well; the others are elicited judgements or definit",
        ),
        ((0, 3, 1), "graph 3 rest on counts as well; the others are definitions."),
    ],
)
def test_few_tables_are_told_in_plain_words(basis: tuple[int, int, int], told: str) -> None:
    found = replace(explained("one finding"), basis=Basis(*basis))
    assert told in told_of(found)
    assert not re.search(r"\b(2|1) (probability )?tables", told_of(found))


def test_a_decision_has_no_table() -> None:
    hedge = cm.explain(cm.load("hedge"), given={"nasdaq_return": "risk_off"})
    calibrated = cm.explain(cm.load("calibrated"), given={"nasdaq_return": "risk_off"})
    assert hedge.basis == calibrated.basis
    assert "Of the 21 probability tables" in told_of(hedge)


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
        narrate(data, lambda node, state=None: state or node, lambda node: (), "zh")


def test_sentences_are_plain_data() -> None:
    one = Sentence("It is 5.0 pp.", (PrintedNumber("5.0 pp", "/x", "size"),))
    assert one.to_dict() == {
        "text": "It is 5.0 pp.",
        "numbers": [{"shown": "5.0 pp", "path": "/x", "form": "size"}],
    }
