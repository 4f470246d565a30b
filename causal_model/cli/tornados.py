"""What an answer hangs on as tables for people, and as one table for programs."""

from itertools import islice

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import labelled, of_findings
from causal_model.model import Model
from causal_model.questions.tornado.effects import EntryEffect, NodeEffect, PairEffect, Sensitivity
from causal_model.questions.tornado.entries import Basis

__all__ = ["basis_in_words", "curve_table", "one_table", "pair_table", "span_in_words", "tables_of"]

# Ranges below this are none.
NO_RANGE = 1e-12
CURVE_STEPS = 10
WORDS = {
    "en": {
        "or": " or ",
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
        "value": "value",
        "answer": "answer",
        "elicited": "elicited",
        "counted": "counted",
        "by definition": "by definition",
        "as read": "as read",
        "confidence": "confidence {:g}",
        "n": "n = {:g}",
        "generated": "row of the generated table",
        "none observe": "Nothing is learned from: {}.",
        "none do": "Setting these changes nothing: {}.",
        "no cause": "What is set follows the arrows, so this assumes that they are causes.",
        "siblings": "Each number moves alone, over its interval; the others of its row keep their"
        " proportions.",
        "no confidence": " Without confidence, so without an interval: rows of {}.",
        "left out": "Given, so not varied: {}.",
        "whole": "P({}) = {:.1f} %. {}",
        "most observe": " Most is learned from {} ({:.1f} % to {:.1f} %).",
        "most do": " Most is changed by setting {} ({:.1f} % to {:.1f} %).",
        "most rows": " The number that it rests on most is {} ({:.1f} % to {:.1f} %).",
        "steepest": " The number that it rests on most is {} (slope {:.3g}).",
        "function": "f(t) = ({:.6g} t {} {:.6g}) / ({:.6g} t {} {:.6g}), slope {:.4g} at {:.4g}; {}.",
        "as it is": "as it is",
        "low end": "low end",
        "high end": "high end",
        "pair": "{}, by the first entry downwards: {}; and by the second across: {}.",
    },
    "zh-Hant": {
        "or": "或",
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
        "value": "數值",
        "answer": "答案",
        "elicited": "主觀估計",
        "counted": "統計",
        "by definition": "依定義",
        "as read": "原檔數字",
        "confidence": "信心 {:g}",
        "n": "n = {:g}",
        "generated": "生成表的一列",
        "none observe": "由此無從得知:{}。",
        "none do": "設定這些不會改變答案:{}。",
        "no cause": "設定的影響沿箭頭傳遞,因此假設箭頭代表因果。",
        "siblings": "每個數字單獨在其區間內變動;同列其他數字保持比例。",
        "no confidence": "無信心,故無區間:{} 的列。",
        "left out": "已給定,故不變動:{}。",
        "whole": "P({}) = {:.1f} %。{}",
        "most observe": "觀察 {} 得知最多({:.1f} % 至 {:.1f} %)。",
        "most do": "設定 {} 改變最多({:.1f} % 至 {:.1f} %)。",
        "most rows": "最依賴的數字是 {}({:.1f} % 至 {:.1f} %)。",
        "steepest": "最依賴的數字是 {}(斜率 {:.3g})。",
        "function": "f(t) = ({:.6g} t {} {:.6g}) / ({:.6g} t {} {:.6g}),斜率 {:.4g}(於 {:.4g});{}。",
        "as it is": "目前",
        "low end": "下端",
        "high end": "上端",
        "pair": "{}:向下為第一個數字 {};向右為第二個數字 {}。",
    },
}


def tables_of(
    model: Model, found: Sensitivity, top: int | None, lang: str, *, plain: bool
) -> list[Table]:
    """A table for each kind that was asked.

    Args:
        model: for labels.
        found: the answer.
        top: how many nodes and rows are shown; of every row its entry with the widest range.
        lang: language of the labels.
        plain: names instead of labels.
    """
    words = WORDS[lang]
    tables = []
    for kind, effects in (("observe", found.observe), ("do", found.do)):
        if effects is not None:
            tables.append(_nodes(model, kind, effects, top, lang, plain=plain))
    if found.functions is not None:
        tables.append(_rows(found, top, lang))
    caption = [tables[-1].caption]
    if found.left_out:
        caption.append(words["left out"].format(", ".join(found.left_out)))
    caption.append(_whole(model, found, lang))
    last = tables[-1]
    tables[-1] = Table(
        last.columns, last.rows, last.title, "\n".join(each for each in caption if each)
    )
    return tables


def _nodes(
    model: Model,
    kind: str,
    effects: tuple[NodeEffect, ...],
    top: int | None,
    lang: str,
    *,
    plain: bool,
) -> Table:
    words = WORDS[lang]
    columns = (
        Column("node", words["node"]),
        Column("lowest", words["lowest"], "probability"),
        Column("lowest_at", words["at"]),
        Column("highest", words["highest"], "probability"),
        Column("highest_at", words["at"]),
        Column("range_pp", words["range"], "points"),
    )

    def label(node: str, state: str | None = None) -> str:
        return state or node if plain else labelled(model, node, state, lang)

    rows: list[list[Cell]] = []
    for each in effects[:top]:
        if each.spread > NO_RANGE and each.lowest is not None and each.highest is not None:
            low, high = each.possible[each.lowest], each.possible[each.highest]
            ends: list[Cell] = [
                low,
                label(each.node, each.lowest),
                high,
                label(each.node, each.highest),
            ]
            rows.append([label(each.node), *ends, 100 * each.spread])
    none = [label(each.node) for each in effects if each.spread <= NO_RANGE]
    caption = [words[f"none {kind}"].format(", ".join(none))] if none else []
    if kind == "do":
        caption.append(words["no cause"])
    return Table(columns, rows, words[kind], " ".join(caption))


def _rows(found: Sensitivity, top: int | None, lang: str) -> Table:
    words = WORDS[lang]
    interval = words["interval"].format(100 * found.level)
    columns: tuple[Column, ...] = (
        Column("entry", words["entry"]),
        Column("now", words["now"], "number"),
        Column("interval", interval),
        Column("answer_low", words["answer_low"], "probability"),
        Column("answer_high", words["answer_high"], "probability"),
        Column("range_pp", words["range"], "points"),
        Column("slope", words["slope"], "number"),
        Column("basis", words["basis"]),
    )
    rows: list[list[Cell]] = []
    for each in islice(found.effects(by_row=True), top):
        low, high = each.answers or (None, None)
        span = None if each.interval is None else span_in_words(each.interval)
        spread = None if each.spread is None else 100 * each.spread
        rows.append(
            [
                *(str(each.entry), _short(each.now), span, low, high, spread),
                *(_short(each.slope), basis_in_words(each.basis, lang)),
            ]
        )
    if all(row[2] is None for row in rows):
        # Without any interval there is only the slope to be told.
        kept = (0, 1, 6, 7)
        columns = tuple(columns[at] for at in kept)
        rows = [[row[at] for at in kept] for row in rows]
    caption = words["siblings"]
    if found.without_confidence:
        caption += words["no confidence"].format(", ".join(found.without_confidence))
    return Table(columns, rows, words["rows"], caption)


def basis_in_words(basis: Basis, lang: str) -> str:
    """What stands behind a row: judgement with its confidence, or counts with their number."""
    words = WORDS[lang]
    parts = [words[basis.kind]]
    if basis.n:
        parts.append(words["n"].format(basis.n))
    elif basis.confidence is not None and basis.kind == "elicited":
        parts.append(words["confidence"].format(basis.confidence))
    if basis.generated:
        parts.append(words["generated"])
    return ", ".join(parts)


def _whole(model: Model, found: Sensitivity, lang: str) -> str:
    """The answer, and what it hangs on most, in sentences."""
    words = WORDS[lang]
    told = words["whole"].format(
        _asked(model, found, lang), 100 * found.value, of_findings(found.findings, lang)
    )
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
    states = (labelled(model, found.target, state, lang) for state in found.states)
    return f"{node}: {WORDS[lang]['or'].join(states)}"


def _short(number: float) -> float:
    """Six digits are enough for people; programs get all of them."""
    return float(f"{number:.4g}")


def span_in_words(interval: tuple[float, float]) -> str:
    """An interval in three digits; what is next to nothing is 0."""
    low, high = (f"{each:.3g}" if each >= 1e-6 else "0" for each in interval)
    return f"{low} – {high}"


def curve_table(model: Model, found: Sensitivity, effect: EntryEffect, lang: str) -> Table:
    """The answer at steps of one entry from 0 to 1, and at the entry as it is and its interval."""
    words = WORDS[lang]
    named = [(effect.now, words["as it is"])]
    if effect.interval is not None:
        named += zip(effect.interval, (words["low end"], words["high end"]), strict=True)
    steps = [(step / CURVE_STEPS, "") for step in range(CURVE_STEPS + 1)]
    # What stands twice is shown once, with its name.
    marked = dict([*steps, *reversed(named)])
    rows: list[list[Cell]] = [
        [value, effect.at(value), what] for value, what in sorted(marked.items())
    ]
    columns = (
        Column("value", words["value"], "number"),
        Column("answer", words["answer"], "probability"),
        Column("what", ""),
    )
    a, b, c, d = effect.coefficients
    form = (a, _sign(b), abs(b), c, _sign(d), abs(d), effect.slope, effect.now)
    told = words["function"].format(*form, basis_in_words(effect.basis, lang))
    return Table(columns, rows, str(effect.entry), f"{told}\n{_whole(model, found, lang)}")


def _sign(number: float) -> str:
    return "-" if number < 0 else "+"


def pair_table(model: Model, found: Sensitivity, pair: PairEffect, lang: str) -> Table:
    """The answer with both entries at the ends of their intervals and as they are."""
    words = WORDS[lang]
    columns = [
        Column("first", ""),
        *(
            Column(f"second_{step:.6g}", f"{step:.4g}", "probability")
            for step in dict.fromkeys(pair.steps[1])
        ),
    ]
    kept = [pair.steps[1].index(step) for step in dict.fromkeys(pair.steps[1])]
    rows: list[list[Cell]] = [
        [f"{step:.4g}", *(row[at] for at in kept)]
        for step, row in dict(zip(pair.steps[0], pair.grid, strict=True)).items()
    ]
    asked = f"P({_asked(model, found, lang)})"
    told = words["pair"].format(asked, pair.first.entry, pair.second.entry)
    return Table(columns, rows, caption=f"{told} {of_findings(found.findings, lang)}")


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
