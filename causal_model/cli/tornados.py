"""What an answer hangs on as tables for people, and all of it as one table for programs."""

from dataclasses import replace
from itertools import islice

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import labelled, of_findings
from causal_model.glossary import listed, sentences, term
from causal_model.in_words import joined
from causal_model.model import Model
from causal_model.questions.tornado.effects import NodeEffect, Sensitivity
from causal_model.questions.tornado.entries import Basis

__all__ = ["answer_in_words", "basis_in_words", "one_table", "span_in_words", "tables_of"]

# Ranges below this are none.
NO_RANGE = 1e-12
WORDS = {
    "en": {
        "observe": "Observing a node: what would be learned",
        "do": "Setting a node: what would be changed",
        "rows": "Changing a row of a table: what rests on a number",
        "node": "node",
        "lowest": "lowest",
        "highest": "highest",
        "at": "at",
        "range": "range",
        "entry": "entry",
        "now": "now",
        "interval": "{:g} % interval",
        "answer_low": "at low",
        "answer_high": "at high",
        "slope": "slope",
        "basis": "basis",
        "answer": "answer",
        "confidence": "confidence {:g}",
        "n": "n = {:g}",
        "generated": "row of the generated table",
        "none observe": "Nothing is learned from: {}.",
        "none do": "Setting these changes nothing: {}.",
        "no cause": "What is set follows the arrows, so this assumes that they are causes.",
        "siblings": "Each number moves alone, over its interval; the others of its row keep their"
        " proportions.",
        "slopes": "Each number moves alone; the others of its row keep their proportions.",
        "no confidence": "Without confidence, so without an interval: rows of {}.",
        "confidence 0": "With confidence 0 a number may be anything from 0 to 1: rows of {}.",
        "outside": "* Today's value lies outside its own {:g} % interval, as the row is very skewed.",
        "left observe": "No node is left that could be observed.",
        "left do": "No node is left that could be set.",
        "left rows": "The answer rests on no number in a table.",
        "left out": "Given, so not varied: {}.",
        "whole": "P({}) = {:.1f} %. {}",
        "most observe": " Most is learned from {} ({:.1f} % to {:.1f} %).",
        "most do": " Most is changed by setting {} ({:.1f} % to {:.1f} %).",
        "most rows": " The number that it rests on most is {} ({:.1f} % to {:.1f} %).",
        "steepest": " The number that it rests on most is {} (slope {:.3g}).",
    },
    "zh-Hant": {
        "observe": "觀察一個節點:可得知什麼",
        "do": "設定一個節點:可改變什麼",
        "rows": "改變機率表的一列:什麼取決於某個數字",
        "node": "節點",
        "lowest": "最低",
        "highest": "最高",
        "at": "狀態",
        "range": "幅度",
        "entry": "數字",
        "now": "目前",
        "interval": "{:g} % 區間",
        "answer_low": "取下端時",
        "answer_high": "取上端時",
        "slope": "斜率",
        "basis": "依據",
        "answer": "答案",
        "confidence": "信心 {:g}",
        "n": "n = {:g}",
        "generated": "生成表的一列",
        "none observe": "由此無從得知:{}。",
        "none do": "設定這些不會改變答案:{}。",
        "no cause": "設定的影響沿箭頭傳遞,因此假設箭頭代表因果。",
        "siblings": "每個數字單獨在其區間內變動;同列其他數字保持比例。",
        "slopes": "每個數字單獨變動;同列其他數字保持比例。",
        "no confidence": "無信心,故無區間:{} 的列。",
        "confidence 0": "信心為 0,數字可為 0 至 1 之間任何值:{} 的列。",
        "outside": "* 目前數值在其自身的 {:g} % 區間之外,因該列極為偏斜。",
        "left observe": "沒有其他節點可供觀察。",
        "left do": "沒有其他節點可供設定。",
        "left rows": "答案不取決於機率表中的任何數字。",
        "left out": "已給定,故不變動:{}。",
        "whole": "P({}) = {:.1f} %。{}",
        "most observe": "觀察 {} 得知最多({:.1f} % 至 {:.1f} %)。",
        "most do": "設定 {} 改變最多({:.1f} % 至 {:.1f} %)。",
        "most rows": "最依賴的數字是 {}({:.1f} % 至 {:.1f} %)。",
        "steepest": "最依賴的數字是 {}(斜率 {:.3g})。",
    },
}


def tables_of(model: Model, found: Sensitivity, top: int, lang: str) -> list[Table]:
    """A table for each kind that was asked; a sentence where nothing of it moves the answer.

    Args:
        model: for labels.
        found: the answer.
        top: how many nodes and rows are shown; of every row its entry with the widest range.
        lang: language of the labels.
    """
    words = WORDS[lang]
    tables = []
    for kind, effects in (("observe", found.observe), ("do", found.do)):
        if effects is not None:
            tables.append(_nodes(model, kind, effects, top, lang))
    if found.functions is not None:
        tables.append(_rows(found, top, lang))
    shown = [each for each in tables if each.rows]
    # A heading without rows says nothing, so what there is to say of them comes last.
    said = [each.caption for each in tables if not each.rows]
    if not shown:
        column = Column("answer", words["answer"], "probability")
        shown = [Table((column,), [[found.value]])]
    if found.left_out:
        said.append(words["left out"].format(listed(found.left_out, lang)))
    said += [answer_in_words(model, found, lang) + _most(model, found, lang)]
    last = shown[-1]
    caption = "\n".join([last.caption, *said] if last.caption else said)
    return [*shown[:-1], replace(last, caption=caption)]


def _nodes(model: Model, kind: str, effects: tuple[NodeEffect, ...], top: int, lang: str) -> Table:
    words = WORDS[lang]
    columns = (
        Column("node", words["node"]),
        Column("lowest", words["lowest"], "probability"),
        Column("lowest_at", words["at"]),
        Column("highest", words["highest"], "probability"),
        Column("highest_at", words["at"]),
        Column("range_pp", words["range"], "points"),
    )
    rows: list[list[Cell]] = []
    for each in effects[:top]:
        if each.spread > NO_RANGE and each.lowest is not None and each.highest is not None:
            ends: list[Cell] = []
            for state in (each.lowest, each.highest):
                ends += [each.possible[state], labelled(model, each.node, state, lang)]
            rows.append([labelled(model, each.node, None, lang), *ends, 100 * each.spread])
    none = [labelled(model, each.node, None, lang) for each in effects if each.spread <= NO_RANGE]
    caption = [words[f"none {kind}"].format(listed(none, lang))] if none else []
    if not effects:
        caption = [words[f"left {kind}"]]
    if kind == "do" and effects:
        caption.append(words["no cause"])
    return Table(columns, rows, words[kind], sentences(caption, lang))


def _rows(found: Sensitivity, top: int, lang: str) -> Table:
    words = WORDS[lang]
    level = 100 * found.level
    columns: tuple[Column, ...] = (
        Column("entry", words["entry"]),
        Column("now", words["now"], "number"),
        Column("interval", words["interval"].format(level)),
        Column("answer_low", words["answer_low"], "probability"),
        Column("answer_high", words["answer_high"], "probability"),
        Column("range_pp", words["range"], "points"),
        Column("slope", words["slope"], "number"),
        Column("basis", words["basis"]),
    )
    rows: list[list[Cell]] = []
    outside = False
    for each in islice(found.effects(by_row=True), top):
        low, high = each.answers or (None, None)
        span = None if each.interval is None else span_in_words(each.interval)
        if span and each.outside:
            span, outside = f"{span} *", True
        spread = None if each.spread is None else 100 * each.spread
        rows.append(
            [
                *(str(each.entry), _short(each.now), span, low, high, spread),
                *(_short(each.slope), basis_in_words(each.basis, lang)),
            ]
        )
    if not rows:
        return Table(columns, (), words["rows"], words["left rows"])
    caption = [words["siblings"]]
    if all(row[2] is None for row in rows):
        # Without any interval there is only the slope to be told.
        kept = (0, 1, 6, 7)
        columns = tuple(columns[at] for at in kept)
        rows = [[row[at] for at in kept] for row in rows]
        caption = [words["slopes"]]
    if outside:
        caption.append(words["outside"].format(level))
    if found.without_confidence:
        caption.append(words["no confidence"].format(listed(found.without_confidence, lang)))
    if found.without_any_confidence:
        caption.append(words["confidence 0"].format(listed(found.without_any_confidence, lang)))
    return Table(columns, rows, words["rows"], sentences(caption, lang))


def basis_in_words(basis: Basis, lang: str) -> str:
    """What stands behind a row: judgement with its confidence, or counts with their number."""
    words = WORDS[lang]
    parts = [term(basis.kind, lang)]
    if basis.n:
        parts.append(words["n"].format(basis.n))
    elif basis.confidence is not None and basis.kind == "elicited":
        parts.append(words["confidence"].format(basis.confidence))
    if basis.generated:
        parts.append(words["generated"])
    return listed(parts, lang)


def answer_in_words(model: Model, found: Sensitivity, lang: str) -> str:
    """The answer as it is, and what was given."""
    asked, given = _asked(model, found, lang), of_findings(found.findings, lang)
    return WORDS[lang]["whole"].format(asked, 100 * found.value, given)


def _most(model: Model, found: Sensitivity, lang: str) -> str:
    """What the answer hangs on most, of each kind that was asked."""
    words = WORDS[lang]
    told = ""
    for kind, effects in (("observe", found.observe), ("do", found.do)):
        if effects and effects[0].spread > NO_RANGE:
            ends = [100 * each for each in effects[0].possible.values()]
            name = labelled(model, effects[0].node, None, lang)
            told += words[f"most {kind}"].format(name, min(ends), max(ends))
    first = next(found.effects(), None) if found.functions is not None else None
    if first is not None and first.answers is not None:
        ends = sorted(100 * each for each in first.answers)
        told += words["most rows"].format(first.entry, *ends)
    elif first is not None:
        told += words["steepest"].format(first.entry, first.slope)
    return told


def _asked(model: Model, found: Sensitivity, lang: str) -> str:
    node = labelled(model, found.target, None, lang)
    return f"{node}: {joined(model, found.target, found.states, lang)}"


def _short(number: float) -> float:
    """Six digits are enough for people; programs get all of them."""
    return float(f"{number:.4g}")


def span_in_words(interval: tuple[float, float]) -> str:
    """An interval in three digits; what is next to nothing is 0."""
    low, high = (f"{each:.3g}" if each >= 1e-6 else "0" for each in interval)
    return f"{low} – {high}"


def one_table(found: Sensitivity, top: int | None) -> Table:
    """All kinds in one table with plain names, for a program."""
    names = ("kind", "node", "state", "given")
    numbers = (
        *("answer", "now", "low", "high", "answer_low", "answer_high", "range", "derivative"),
        *("confidence", "n", "a", "b", "c", "d"),
    )
    columns = [
        *(Column(name, name) for name in names),
        *(Column(name, name, "number") for name in numbers),
        Column("basis", "basis"),
    ]
    rows: list[list[Cell]] = []
    for kind, effects in (("observe", found.observe), ("do", found.do)):
        for node in (effects or ())[:top]:
            for state, answer in node.answers.items():
                head = [kind, node.node, state, None]
                rows.append([*head, answer, *[None] * 5, node.spread, *[None] * 7, None])
    if found.functions is not None:
        for each in islice(found.effects(), top):
            given = "; ".join(f"{name}={state}" for name, state in each.entry.given.items())
            rows.append(
                [
                    *("row", each.entry.node, each.entry.state, given, None, each.now),
                    *(each.interval or (None, None)),
                    *(each.answers or (None, None)),
                    *(each.spread, each.slope, each.basis.confidence, each.basis.n),
                    *each.coefficients,
                    basis_in_words(each.basis, "en"),
                ]
            )
    return Table(columns, rows)
