"""The chart of what would reverse a statement: how far each row has to move, against its interval."""

from causal_model.charts.sensitivity import POINTS_OF_CURVE, basis_text, entry_text
from causal_model.charts.words import chart, given, label, share_text, title_of, words_of
from causal_model.model import Model
from causal_model.questions.reversal.effects import Flip, RowFlip
from causal_model.render.charts.units import PERCENT
from causal_model.render.charts.values import Chart, Curve, Key, Line, Move, Moves, Spot

__all__ = ["of_flip"]

TOP = 15
# What c t + d is where the evidence is impossible, up to rounding.
NO_EVIDENCE = 1e-12
WORDS = {
    "en": {
        "title": "What would reverse the statement?",
        "holds": "{} holds: {}.",
        "fails": "{} does not hold: {}.",
        "rows": "One row of a table, the smallest change first; the rest of its row in proportion",
        "now": "the number now (%)",
        "needed": "where the statement tips over",
        "interval": "its {} interval",
        "given": "given {}",
        "crossing": "The number that has to move least",
        "at now": "now {} → {}",
        "at needed": "tips over at {}",
        "findings": "One finding alone, other than given or of another strength, can do it in {} ways.",
        "none": "No single row can.",
        "within": "within its interval",
        "beyond": "{:.1f} x as far as it reaches",
        "unknown": "no interval",
        "more": "{} more rows would have to move further.",
    },
    "zh-Hant": {
        "title": "什麼會推翻此陳述?",
        "holds": "{} 成立:{}。",
        "fails": "{} 不成立:{}。",
        "rows": "機率表的一列,所需變動最小者在前;同列其餘按比例",
        "now": "目前數字(%)",
        "needed": "陳述翻轉之處",
        "interval": "其 {} 區間",
        "given": "給定 {}",
        "crossing": "所需變動最小的數字",
        "at now": "目前 {} → {}",
        "at needed": "於 {} 翻轉",
        "findings": "僅憑一項發現的改變,亦有 {} 種方式可推翻。",
        "none": "沒有任何單一列足以推翻。",
        "within": "在區間之內",
        "beyond": "至區間端點距離的 {:.1f} 倍",
        "unknown": "無區間",
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
    measured = "; ".join(f"{what} = {value:.4g}" for what, value in found.measured.items())
    kind = "holds" if found.holds else "fails"
    told = [
        words[kind].format(found.statement, measured),
        given(model, found.findings, lang) + shared["end"],
    ]
    rows = tuple(_move(model, each, lang) for each in found.rows[:top])
    panels: list[Curve | Moves] = []
    if rows:
        panels = [*_crossing(model, found, lang), Moves(PERCENT, rows, words["rows"])]
    keys = [
        Key("dot", words["now"]),
        Key("diamond", words["needed"]),
        Key("interval", words["interval"].format(share_text(found.level))),
    ]
    remarks = [] if rows else [words["none"]]
    if found.by_finding:
        remarks.append(words["findings"].format(len(found.by_finding)))
    if len(found.rows) > top:
        remarks.append(words["more"].format(len(found.rows) - top))
    return chart(
        words["title"], [title_of(model, lang), *told], panels, keys if rows else (), lang, remarks
    )


def _crossing(model: Model, found: Flip, lang: str) -> list[Curve]:
    """The answer as a function of the number that has to move least, up to where it tips over.

    None where the statement is about more than one probability.
    """
    words, first = WORDS[lang], found.rows[0]
    if len(found.measured) != 1 or first.coefficients is None:
        return []
    ((what, value),) = found.measured.items()
    a, b, c, d = first.coefficients

    def answer(t: float) -> float | None:
        below = c * t + d
        return (a * t + b) / below if below > NO_EVIDENCE else None

    now, then = answer(first.now), answer(first.needed)
    # An expected value is no probability, though it is computed as one.
    if now is None or then is None or abs(now - value) > 1e-9:
        return []
    places = (at / (POINTS_OF_CURVE - 1) for at in range(POINTS_OF_CURVE))
    points = tuple((t, reached) for t in places if (reached := answer(t)) is not None)
    marks = (
        Spot((first.now, now), words["at now"].format(PERCENT.full(first.now), PERCENT.full(now))),
        Spot(
            (first.needed, then), words["at needed"].format(PERCENT.full(first.needed)), "diamond"
        ),
    )
    interval = words["interval"].format(share_text(found.level)) if first.interval else ""
    return [
        Curve(
            *(entry_text(model, first.entry, lang), what, PERCENT, PERCENT, (Line(points),)),
            marks=marks,
            level=then,
            level_text=PERCENT.full(then),
            span=first.interval,
            span_text=interval,
            heading=words["crossing"],
        )
    ]


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
    extra = words["unknown"] if ways is None else words["beyond"].format(ways)
    if each.plausible:
        extra = words["within"]
    return Move(
        f"{node} = {label(model, entry.node, entry.state, lang)}",
        each.now,
        each.needed,
        each.interval,
        "; ".join(parts),
        extra,
    )
