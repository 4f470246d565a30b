"""Panels with the rows of tables that make an answer uncertain."""

from collections.abc import Mapping, Sequence

from causal_model.charts.words import assigned, label
from causal_model.inference.intervals import RowWidth, widest
from causal_model.model import Model
from causal_model.render.charts.units import PERCENT
from causal_model.render.charts.values import Bar, Bars, Cell

__all__ = ["of_one", "side_by_side"]

# Rows that carry the width, as many as a person reads; and of each where several stand side by side.
WIDEST, WIDEST_OF_EACH = 8, 3
WORDS = {
    "en": {
        "width": "What makes {} uncertain: share of the variance by row of a table",
        "counted": "counted, n = {:.4g}",
        "confidence": "elicited, confidence {:.4g}",
    },
    "zh-Hant": {
        "width": "{} 的不確定性來自何處:機率表各列占變異數的比例",
        "counted": "統計,n = {:.4g}",
        "confidence": "主觀估計,信心 {:.4g}",
    },
}


def of_one(model: Model, rows: Sequence[RowWidth], what: str, lang: str) -> list[Bars]:
    """The rows that carry the width of one number, by their share of the variance; none without rows.

    Args:
        model: the graph, for labels.
        rows: those that add most first.
        what: the number, in words.
        lang: of the labels.
    """
    words = WORDS[lang]
    bars = tuple(
        Bar(
            _row(model, each, lang),
            each.share,
            extra=words["counted" if each.n else "confidence"].format(each.n or each.confidence),
        )
        for each in rows[:WIDEST]
    )
    return [Bars(PERCENT, (Cell(bars),), words["width"].format(what))] if bars else []


def side_by_side(
    model: Model,
    several: Mapping[str, Sequence[RowWidth]],
    titles: Mapping[str, str],
    what: str,
    lang: str,
) -> list[Bars]:
    """The same under several findings, by name; the rows that add most under any of them."""
    rows = widest(list(several.values()), WIDEST_OF_EACH)
    if not rows:
        return []
    cells = []
    for name, own in several.items():
        share = {row.key: row.share for row in own}
        bars = tuple(
            Bar(_row(model, row, lang), share.get(row.key, 0.0) if own else None) for row in rows
        )
        cells.append(Cell(bars, titles[name]))
    return [Bars(PERCENT, tuple(cells), WORDS[lang]["width"].format(what))]


def _row(model: Model, row: RowWidth, lang: str) -> str:
    name = label(model, row.node, None, lang)
    return f"{name} | {assigned(model, row.given, lang)}" if row.given else name
