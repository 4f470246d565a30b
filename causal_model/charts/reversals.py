"""The chart of what would reverse a statement: how far each row has to move, against its interval.

Above it stands what the statement compares, as a function of the number that has to move least.
"""

from decimal import Decimal

from causal_model.analysis.hyperbolas import NO_EVIDENCE
from causal_model.charts.sensitivity import POINTS_OF_CURVE, basis_text, entry_text
from causal_model.charts.statements import Worded
from causal_model.charts.words import chart, given, label, share_text, title_of, words_of
from causal_model.in_words import named
from causal_model.model import Model
from causal_model.questions.reversal.ask import DIGITS
from causal_model.questions.reversal.effects import Flip, RowFlip
from causal_model.render.charts.units import PERCENT, Unit
from causal_model.render.charts.values import Chart, Curve, Key, Line, Move, Moves, Spot

__all__ = ["of_flip"]

TOP = 15
# Of so many quantities curves can still be told apart.
MOST_CURVES = 4
WORDS = {
    "en": {
        "title holds": "What would reverse the statement?",
        "title fails": "What would make the statement hold?",
        "holds": "{} holds: {}.",
        "fails": "{} does not hold: {}.",
        "in labels": "With labels: {}.",
        "rows": "One row of a table, the smallest change first; the rest of its row in proportion",
        "now": "the number now (%)",
        "needed": "where the statement tips over",
        "interval": "its {} interval",
        "compared": "what the statement compares",
        "given": "given {}",
        "crossing": "The number that has to move least",
        "at now": "now {} → {}",
        "at needed": "tips over at {}",
        "findings": "Changes of one finding that can do it alone, another reading or strength: {}.",
        "none": "No single row of a table can.",
        "no finding": "No single finding can.",
        "at once": "anything {} {}",
        "above": "above",
        "below": "below",
        "confidence 0": "With confidence 0 a number may be anything from 0 to 100 %, so that is taken for"
        " its interval: rows of {}.",
        "within": "within its interval",
        "beyond": "{:.1f} × as far as it reaches",
        "unknown": "no interval",
        "outside": "outside its interval",
        "more": "{} more rows would have to move further.",
    },
    "zh-Hant": {
        "title holds": "什麼會推翻此陳述?",
        "title fails": "什麼會使此陳述成立?",
        "holds": "{} 成立:{}。",
        "fails": "{} 不成立:{}。",
        "in labels": "以名稱表示:{}。",
        "rows": "機率表的一列,所需變動最小者在前;同列其餘按比例",
        "now": "目前數字(%)",
        "needed": "陳述翻轉之處",
        "interval": "其 {} 區間",
        "compared": "陳述所比較的數值",
        "given": "給定 {}",
        "crossing": "所需變動最小的數字",
        "at now": "目前 {} → {}",
        "at needed": "於 {} 翻轉",
        "findings": "僅憑一項發現的改變(另一狀態或強度)即可做到的方式:{}。",
        "none": "沒有任何單獨一列足以做到。",
        "no finding": "沒有任何單獨的發現足以做到。",
        "at once": "任何{} {} 的值",
        "above": "高於",
        "below": "低於",
        "confidence 0": "信心為 0 時數字可為 0 至 100 % 之間任何值,此處即以此為其區間:{} 的列。",
        "within": "在區間之內",
        "beyond": "至區間端點距離的 {:.1f} 倍",
        "unknown": "無區間",
        "outside": "在區間之外",
        "more": "另有 {} 列需變動更多。",
    },
}


def of_flip(model: Model, found: Flip, lang: str = "en", *, top: int = TOP) -> Chart:
    """A move for each row that alone reverses the statement.

    Args:
        model: the graph, for labels.
        found: the answer.
        lang: of the labels.
        top: how many rows are drawn.
    """
    words, shared = WORDS[lang], words_of(lang)
    worded = Worded.of(model, found.statement, lang)
    measured = "; ".join(
        f"{_named(model, found, worded, what, lang)} = {value:.4g}"
        for what, value in found.measured.items()
    )
    kind = "holds" if found.holds else "fails"
    told = [words[kind].format(found.statement, measured)]
    if worded.whole() != found.statement:
        told.append(words["in labels"].format(worded.whole()))
    told.append(given(model, found.findings, lang) + shared["end"])
    rows = tuple(_move(model, each, lang) for each in found.rows[:top])
    panels: list[Curve | Moves] = []
    if rows:
        panels = [*_crossing(model, found, worded, lang), Moves(PERCENT, rows, words["rows"])]
    keys = [
        Key("dot", words["now"]),
        Key("diamond", words["needed"]),
        Key("interval", words["interval"].format(share_text(found.level))),
    ]
    remarks = [] if rows else [words["none"]]
    if found.by_finding:
        remarks.append(words["findings"].format(len(found.by_finding)))
    else:
        remarks.append(words["no finding"])
    if len(found.rows) > top:
        remarks.append(words["more"].format(len(found.rows) - top))
    if found.without_any_confidence:
        remarks.append(
            words["confidence 0"].format(named(model, found.without_any_confidence, lang))
        )
    return chart(
        words[f"title {kind}"],
        [title_of(model, lang), *told],
        panels,
        keys if rows else (),
        lang,
        remarks,
    )


def _crossing(model: Model, found: Flip, worded: Worded, lang: str) -> list[Curve]:
    """What is compared, as functions of the number that has to move least; none of more than a few."""
    words, first = WORDS[lang], found.rows[0]
    at_ends = [
        (_reached(each, first.now), _reached(each, _tipping(first)))
        for each in first.answers.values()
    ]
    if len(at_ends) > MOST_CURVES or any(None in each for each in at_ends):
        return []
    unit = PERCENT if found.unit == "probability" else Unit(decimals=3)
    alone = len(at_ends) == 1
    number_now, number_needed = _numbers(first, lang)
    lines, marks = [], []
    for (what, own), (now, then) in zip(first.answers.items(), at_ends, strict=True):
        places = (at / (POINTS_OF_CURVE - 1) for at in range(POINTS_OF_CURVE))
        points = [(t, _reached(own, t)) for t in places]
        lines.append(
            Line(
                tuple((t, reached) for t, reached in points if reached is not None),
                "" if alone else _named(model, found, worded, what, lang),
            )
        )
        if now is not None and then is not None:
            as_is = words["at now"].format(f"{number_now} {PERCENT.name}", unit.full(now))
            marks.append(Spot((first.now, now), as_is if alone else unit.full(now)))
            tips = words["at needed"].format(f"{number_needed} {PERCENT.name}")
            marks.append(Spot((_tipping(first), then), "" if len(lines) > 1 else tips, "diamond"))
            level = then
    interval = words["interval"].format(share_text(found.level)) if first.interval else ""
    about = worded.part(next(iter(first.answers))) if alone else words["compared"]
    if found.subject:
        about = _named(model, found, worded, None, lang)
    return [
        Curve(
            *(entry_text(model, first.entry, lang), about, PERCENT, unit, tuple(lines)),
            marks=tuple(marks),
            level=level if alone else None,
            level_text=unit.full(level) if alone else "",
            span=first.interval,
            span_text=interval,
            heading=words["crossing"],
        )
    ]


def _reached(coefficients: tuple[float, float, float, float], t: float) -> float | None:
    """(a t + b) / (c t + d); None where the evidence is impossible."""
    a, b, c, d = coefficients
    below = c * t + d
    return (a * t + b) / below if below > NO_EVIDENCE else None


def _tipping(row: RowFlip) -> float:
    """Where the statement tips over, which is right here where any change will do."""
    return row.now if row.at_once else row.needed


def _numbers(row: RowFlip, lang: str) -> tuple[str, str]:
    """A number as it is, and as it would have to be, in per cent."""
    words = WORDS[lang]
    if row.at_once:
        now = _per_cent(f"{row.now:.{DIGITS}g}")
        return now, words["at once"].format(words["above" if row.change > 0 else "below"], now)
    return _per_cent(row.rounded.text(row.now)), _per_cent(row.rounded.text())


def _per_cent(number: str) -> str:
    """A probability in per cent with all its digits, as one that is cut might fall short.

    >>> _per_cent("0.1962"), _per_cent("0.2"), _per_cent("1e-05")
    ('19.62', '20.0', '0.001')
    """
    shown = 100 * Decimal(number)
    return f"{shown:.1f}" if shown == round(shown, 1) else f"{shown.normalize():f}"


def _named(model: Model, found: Flip, worded: Worded, what: str | None, lang: str) -> str:
    """A quantity, or what all have in common; states and nodes with the labels of the graph."""
    if found.subject in model.nodes:
        return label(model, found.subject, what, lang)
    return worded.part(what or found.subject)


def _move(model: Model, each: RowFlip, lang: str) -> Move:
    words, entry = WORDS[lang], each.entry
    parts = []
    if entry.given:
        listed = words_of(lang)["comma"].join(
            f"{label(model, node, None, lang)} = {label(model, node, state, lang)}"
            for node, state in entry.given.items()
        )
        parts.append(words["given"].format(listed))
    parts.append(basis_text(each.basis, lang))
    node = label(model, entry.node, None, lang)
    ways = each.in_intervals
    extra = words["unknown" if each.interval is None else "outside"]
    if ways is not None and ways > 1:
        extra = words["beyond"].format(ways)
    if each.plausible:
        extra = words["within"]
    return Move(
        f"{node} = {label(model, entry.node, entry.state, lang)}",
        each.now,
        _tipping(each),
        each.interval,
        "; ".join(parts),
        extra,
        " → ".join(_numbers(each, lang)),
    )
