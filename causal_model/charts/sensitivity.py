"""Charts of what an answer hangs on: tornados, and the answer as a function of an entry or two."""

from itertools import islice

import numpy as np

from causal_model.charts.words import chart, event, given, label, share_text, title_of, words_of
from causal_model.glossary import term
from causal_model.in_words import named
from causal_model.model import Model
from causal_model.questions.tornado.effects import EntryEffect, NodeEffect, PairEffect, Sensitivity
from causal_model.questions.tornado.entries import Basis, Entry
from causal_model.render.charts.units import PERCENT
from causal_model.render.charts.values import (
    Chart,
    Curve,
    Key,
    Line,
    Spot,
    Swing,
    Tornado,
)

__all__ = ["basis_text", "entry_text", "of_entry", "of_pair", "of_sensitivity"]

TOP = 15
# Points of a curve.
POINTS_OF_CURVE = 101
# Ranges below are none.
NOTHING = 1e-12
WORDS = {
    "en": {
        "title": "What does {} hang on?",
        "observe": "Observing a node: what would be learned",
        "do": "Setting a node: what would be changed",
        "rows": "A number in a table over its {} interval (its ends in brackets), the rest of its row in"
        " proportion",
        "none": "{}, no effect at all: {}.",
        "seen": "Observed",
        "set": "Set",
        "no confidence": "Rows without confidence have no interval and are left out: {}.",
        "zero": "With confidence 0 a number may be anything from 0 to 100 %: rows of {}.",
        "outside": "* Today's value lies outside its own {} interval, as the row is very skewed.",
        "more": "{} more of these have smaller ranges.",
        "row": "{} = {}",
        "given": "given {}",
        "entry": "How does {} depend on {}?",
        "pair": "How does {} depend on two numbers?",
        "at": "now {}",
        "interval": "{} interval",
        "confidence": "{}, confidence {:g}",
        "counted": "counted, n = {:g}",
        "second": "number 2 at {}",
        "second now": "number 2 at {} (now)",
    },
    "zh-Hant": {
        "title": "{} 取決於什麼?",
        "observe": "觀察某節點:會得知什麼",
        "do": "設定某節點:會改變什麼",
        "rows": "機率表中的數字在其 {} 區間內變動(括號內為其端點),同列其餘按比例",
        "none": "{},毫無影響:{}。",
        "seen": "觀察",
        "set": "設定",
        "no confidence": "無信心值的列沒有區間,從略:{}。",
        "zero": "信心為 0,數字可為 0 至 100 % 之間任何值:{} 的列。",
        "outside": "* 目前數值在其自身的 {} 區間之外,因該列極為偏斜。",
        "more": "另有 {} 項範圍較小者從略。",
        "row": "{} = {}",
        "given": "給定 {}",
        "entry": "{} 如何取決於 {}?",
        "pair": "{} 如何取決於兩個數字?",
        "at": "目前 {}",
        "interval": "{} 區間",
        "confidence": "{},信心 {:g}",
        "counted": "統計,n = {:g}",
        "second": "數字 2 為 {}",
        "second now": "數字 2 為 {}(目前)",
    },
}


def of_sensitivity(model: Model, found: Sensitivity, lang: str = "en", *, top: int = TOP) -> Chart:
    """A tornado for each kind of question that was asked, each with its own title.

    Args:
        model: the graph, for labels.
        found: the answer.
        lang: of the labels.
        top: how many bars each of them has at most.
    """
    words, shared = WORDS[lang], words_of(lang)
    about = event(model, found.target, found.states, lang)
    panels = []
    remarks = []
    for title, kind, effects in (
        ("observe", "seen", found.observe),
        ("do", "set", found.do),
    ):
        if effects is None:
            continue
        moving = [each for each in effects if each.spread > NOTHING]
        still = [each.node for each in effects if each.spread <= NOTHING]
        if moving:
            swings = tuple(_node(model, each, lang) for each in moving[:top])
            panels.append(Tornado(PERCENT, found.value, shared["now"], swings, words[title]))
        if len(moving) > top:
            remarks.append(f"{words[title]}: " + words["more"].format(len(moving) - top))
        if still:
            remarks.append(words["none"].format(words[kind], named(model, still, lang)))
    if found.functions is not None:
        title = words["rows"].format(share_text(found.level))
        known = [each for each in islice(found.effects(by_row=True), 10 * top) if each.answers]
        if known:
            swings = tuple(_row(model, each, lang) for each in known[:top])
            panels.append(Tornado(PERCENT, found.value, shared["now"], swings, title))
        if any(each.outside for each in known[:top]):
            remarks.append(words["outside"].format(share_text(found.level)))
        for kind, nodes in (
            ("no confidence", found.without_confidence),
            ("zero", found.without_any_confidence),
        ):
            if nodes:
                remarks.append(words[kind].format(named(model, nodes, lang)))
    keys = [
        Key("level", f"{about} {shared['now']}"),
        Key("rise", shared["rise"]),
        Key("fall", shared["fall"]),
    ]
    told = [title_of(model, lang), given(model, found.findings, lang) + shared["end"]]
    return chart(words["title"].format(about), told, panels, keys if panels else (), lang, remarks)


def of_entry(model: Model, found: Sensitivity, effect: EntryEffect, lang: str = "en") -> Chart:
    """The answer as a function of one entry, with its interval."""
    words = WORDS[lang]
    about = event(model, found.target, found.states, lang)
    named = entry_text(model, effect.entry, lang)
    curve = Curve(
        *(named, about, PERCENT, PERCENT, (Line(_points(effect)),)),
        marks=(_now(effect.now, found.value, lang),),
        span=effect.interval,
        span_text=words["interval"].format(share_text(found.level)) if effect.interval else "",
    )
    told = [
        given(model, found.findings, lang) + words_of(lang)["end"],
        basis_text(effect.basis, lang),
    ]
    title = words["entry"].format(about, named)
    return chart(title, [title_of(model, lang), *told], [curve], (), lang)


def of_pair(model: Model, found: Sensitivity, pair: PairEffect, lang: str = "en") -> Chart:
    """The answer as a function of one entry, a curve for each of three values of another one."""
    words = WORDS[lang]
    about = event(model, found.target, found.states, lang)
    first, second = (entry_text(model, each.entry, lang) for each in (pair.first, pair.second))
    across = np.linspace(0.0, 1.0, POINTS_OF_CURVE)
    lines = []
    for step in dict.fromkeys(pair.steps[1]):
        answers = pair.function.at(across, np.full(len(across), step))
        points = tuple(
            (a, b) for a, b in zip(across.tolist(), answers.tolist(), strict=True) if b == b
        )
        name = words["second now" if step == pair.second.now else "second"]
        lines.append(Line(points, name.format(PERCENT.full(step))))
    curve = Curve(
        *(first, about, PERCENT, PERCENT, tuple(lines)),
        marks=(_now(pair.first.now, found.value, lang),),
        span=pair.first.interval,
        span_text=words["interval"].format(share_text(found.level)) if pair.first.interval else "",
    )
    told = [
        title_of(model, lang),
        given(model, found.findings, lang) + words_of(lang)["end"],
        f"1: {first}",
        f"2: {second}",
    ]
    return chart(words["pair"].format(about), told, [curve], (), lang)


def entry_text(model: Model, entry: Entry, lang: str) -> str:
    """An entry with the labels of the graph."""
    node = label(model, entry.node, None, lang)
    text = f"{node} = {label(model, entry.node, entry.state, lang)}"
    if entry.given:
        text += f" | {_given(model, entry, lang)}"
    return f"P({text})"


def basis_text(basis: Basis, lang: str) -> str:
    """What stands behind a row."""
    words = WORDS[lang]
    if basis.n:
        return words["counted"].format(basis.n)
    told = term(basis.kind, lang)
    if basis.confidence is None:
        return told
    return words["confidence"].format(told, basis.confidence)


def _node(model: Model, effect: NodeEffect, lang: str) -> Swing:
    low, high = effect.lowest, effect.highest
    assert low is not None
    assert high is not None
    return Swing(
        label(model, effect.node, None, lang),
        effect.possible[low],
        effect.possible[high],
        label(model, effect.node, low, lang),
        label(model, effect.node, high, lang),
    )


def _row(model: Model, effect: EntryEffect, lang: str) -> Swing:
    """A row by the entry that matters most; at the ends stands the entry."""
    assert effect.answers is not None
    assert effect.interval is not None
    words, entry = WORDS[lang], effect.entry
    ends = sorted(zip(effect.answers, effect.interval, strict=True))
    name = words["row"].format(
        label(model, entry.node, None, lang), label(model, entry.node, entry.state, lang)
    )
    if effect.outside:
        name += " *"
    parts = [words["given"].format(_given(model, entry, lang))] if entry.given else []
    (low, at_low), (high, at_high) = ends
    return Swing(
        name,
        low,
        high,
        f"({PERCENT.full(at_low)})",
        f"({PERCENT.full(at_high)})",
        "; ".join([*parts, basis_text(effect.basis, lang)]),
    )


def _given(model: Model, entry: Entry, lang: str) -> str:
    return words_of(lang)["comma"].join(
        f"{label(model, node, None, lang)} = {label(model, node, state, lang)}"
        for node, state in entry.given.items()
    )


def _points(effect: EntryEffect) -> tuple[tuple[float, float], ...]:
    """Points of the function, where the evidence is possible."""
    places = (at / (POINTS_OF_CURVE - 1) for at in range(POINTS_OF_CURVE))
    return tuple((t, value) for t in places if (value := effect.at(t)) is not None)


def _now(at: float, value: float, lang: str) -> Spot:
    text = f"{PERCENT.full(at)} → {PERCENT.full(value)}"
    return Spot((at, value), WORDS[lang]["at"].format(text))
