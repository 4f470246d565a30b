"""Credible intervals as cells, columns and sentences, and the rows that carry the width as a table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import headed, labelled
from causal_model.glossary import listed
from causal_model.in_words import joined
from causal_model.inference.intervals import Interval, Intervals, RowWidth, widest
from causal_model.model import Model

if TYPE_CHECKING:
    from causal_model.questions.interventions.certainty import EffectIntervals

__all__ = [
    "any_of",
    "csv_columns",
    "ends",
    "ends_of_several",
    "of_change",
    "of_evidence_interval",
    "of_intervals",
    "of_probability",
    "percent",
    "points",
    "shares",
    "width_of",
    "width_table",
    "width_tables",
    "widths_beside",
    "with_intervals",
]

# Rows that carry the width, as many as a person reads.
SHOWN = 5
# The same where several answers stand side by side, of each.
SHOWN_OF_SEVERAL = 3
# Numbers of an answer that have an interval.
NUMBERS = ("prior", "posterior", "change_pp")
# Forms of tables that a few parameters generate.
GENERATED = ("ranked", "noisy_max")

WORDS = {
    "en": {
        "made": "{} intervals over {:,} draws of the tables (seed {}), every row by itself.",
        "impossible": " Under {:,} of them the findings are impossible; they are left out.",
        "fixed": " Rows without confidence are held fixed: {}.",
        "rows": "{} ({:,})",
        "title": "What makes {} uncertain",
        "all": "{}, all states",
        "counted": "n = {:.6g} of {:.6g}",
        "elicited": "elicited, confidence {:.6g}",
        "generated": "elicited, confidence {:.6g}, generated row",
        "rest": "{:,} further rows make up {:.0f} %.",
        "first": "Shares of the variance are of first order; alone: the standard deviation if only"
        " this row varied.",
        "shares": "What makes {} uncertain: share of the variance by row of a table",
        "order": "Shares are of first order.",
        "others": "{:,} further rows",
        "end": " ",
    },
    "zh-Hant": {
        "made": "{} 區間:取自機率表的 {:,} 次抽樣(種子 {}),各列獨立變動。",
        "impossible": "其中 {:,} 次抽樣下所給定者不可能成立,已略去。",
        "fixed": "未註明信心的列保持固定:{}。",
        "rows": "{}({:,})",
        "title": "{} 的不確定性來自何處",
        "all": "{},所有狀態",
        "counted": "n = {:.6g},共 {:.6g}",
        "elicited": "主觀估計,信心 {:.6g}",
        "generated": "主觀估計,信心 {:.6g},由參數生成的列",
        "rest": "其餘 {:,} 列合占 {:.0f} %。",
        "first": "變異數的比例為一階近似;單獨:僅該列變動時的標準差。",
        "shares": "{} 的不確定性來自何處:機率表各列占變異數的比例",
        "order": "比例為一階近似。",
        "others": "其餘 {:,} 列",
        "end": "",
    },
}


def percent(level: float) -> str:
    """A level for people.

    >>> percent(0.9), percent(0.995)
    ('90 %', '99.5 %')
    """
    return f"{100 * level:.6g} %"


def shares(interval: Interval) -> str:
    """Both ends of an interval of a probability, in percent.

    >>> shares((0.08, 0.1355))
    '8.0 … 13.6'
    """
    return f"{100 * interval[0]:.1f} … {100 * interval[1]:.1f}"


def points(interval: Interval) -> str:
    """Both ends of an interval of a change in percentage points.

    >>> points((-0.04, 5.82))
    '+0.0 … +5.8'
    """
    low, high = (round(each, 1) + 0.0 for each in interval)
    return f"{low:+.1f} … {high:+.1f}"


def of_probability(value: float, interval: Interval, format_: str) -> str:
    """A probability with its interval below it; beside it where a cell has one line only."""
    return _both(f"{100 * value:.1f} %", shares(interval), format_)


def of_change(value: float, interval: Interval, format_: str) -> str:
    """The same for a change in percentage points."""
    return _both(f"{round(value, 1) + 0.0:+.1f} pp", points(interval), format_)


def with_intervals(columns: Sequence[Column], level: float, format_: str) -> list[Column]:
    """Columns with those of the interval beside each number, instead of a bar.

    For people one with both ends; in CSV one for each end.
    """
    found: list[Column] = []
    for column in columns:
        if column.kind != "bar":
            found.append(column)
        if column.name in NUMBERS and format_ == "csv":
            found += csv_columns(column.name)
        elif column.name in NUMBERS:
            found.append(Column(f"{column.name}_interval", percent(level), "number"))
    return found


def csv_columns(name: str) -> list[Column]:
    """The columns of both ends of an interval."""
    return [Column(f"{name}_{end}", f"{name}_{end}", "number") for end in ("low", "high")]


def ends(intervals: Intervals, node: str, state: str, format_: str) -> list[list[Cell]]:
    """The cells that stand beside prior, posterior and change of a state."""
    prior, posterior = intervals.prior[node][state], intervals.posterior[node][state]
    change = intervals.change_pp[node][state]
    if format_ == "csv":
        return [[*prior], [*posterior], [*change]]
    return [[shares(prior)], [shares(posterior)], [points(change)]]


def ends_of_several(intervals: Intervals) -> list[str]:
    """The same for the states that are taken together, for people."""
    prior, posterior = intervals.width_prior, intervals.width_posterior
    change = intervals.width_change_pp
    assert prior is not None
    assert posterior is not None
    assert change is not None
    return [shares(prior), shares(posterior), points(change)]


def of_evidence_interval(intervals: Intervals) -> str:
    """The interval of P(evidence), as it stands behind its number; nothing where nothing was seen."""
    low, high = intervals.evidence_probability
    return "" if low == high == 1 else f" ({percent(intervals.level)}: {low:.3g} … {high:.3g})"


def of_intervals(model: Model, intervals: "Intervals | EffectIntervals", lang: str) -> str:
    """How the intervals were made, and what was held fixed."""
    words = WORDS[lang]
    told = words["made"].format(percent(intervals.level), intervals.draws, intervals.seed)
    if intervals.impossible:
        told += words["impossible"].format(intervals.impossible)
    if intervals.fixed:
        named = [
            words["rows"].format(labelled(model, name, None, lang), rows)
            for name, rows in intervals.fixed.items()
        ]
        told += words["fixed"].format(listed(named, lang))
    return told


def width_table(
    model: Model,
    rows: Sequence[RowWidth],
    what: str,
    lang: str,
) -> Table:
    """The rows that add most to the width of an answer.

    Args:
        model: for labels.
        rows: all that add to it, those that add most first.
        what: the answer.
        lang: language of the labels.
    """
    words = WORDS[lang]
    shown: list[list[Cell]] = [
        [_row(model, each, lang), _basis(each, lang), each.share, each.deviation_pp / 100]
        for each in rows[:SHOWN]
    ]
    columns = (
        Column("row", "row"),
        Column("basis", "basis"),
        Column("share", "share", "probability"),
        Column("deviation", "alone", "error"),
    )
    told = []
    rest = rows[SHOWN:]
    if rest:
        told.append(words["rest"].format(len(rest), 100 * sum(each.share for each in rest)))
    told.append(words["first"])
    return Table(
        headed(columns, lang),
        shown,
        title=words["title"].format(what),
        caption=words["end"].join(told),
    )


def width_tables(model: Model, intervals: Intervals, lang: str) -> list[Table]:
    """The rows that add most to the width of a posterior; none where nothing varies."""
    if intervals.width_node is None:
        return []
    what = f"P({width_of(model, intervals, lang)})"
    return [width_table(model, intervals.width_by_row, what, lang)]


def width_of(model: Model, intervals: Intervals, lang: str) -> str:
    """The states whose width is told apart by rows, or the node whose states all are."""
    words, node = WORDS[lang], intervals.width_node
    assert node is not None
    name = labelled(model, node, None, lang)
    if not intervals.width_states:
        return words["all"].format(name)
    return f"{name} = {any_of(model, node, intervals.width_states, lang)}"


def any_of(model: Model, node: str, states: Sequence[str], lang: str) -> str:
    """Some states of a node together, in words."""
    return joined(model, node, states, lang)


def widths_beside(
    model: Model, several: Mapping[str, Intervals], titles: Mapping[str, str], lang: str
) -> list[Table]:
    """The rows that carry the width of one probability under each of several findings, side by side.

    The rows that add most under any of them stand for themselves, all others are summed; none where nothing
    varies.

    Args:
        model: for labels.
        several: intervals of the same node, by name.
        titles: the headings, by name.
        lang: language of the labels.
    """
    words = WORDS[lang]
    varying = [each for each in several.values() if each.width_node is not None]
    if not varying:
        return []
    rows = widest([each.width_by_row for each in varying], SHOWN_OF_SEVERAL)
    parts = [{row.key: row.share for row in each.width_by_row} for each in several.values()]
    cells: list[list[Cell]] = [
        [_row(model, row, lang), *(own.get(row.key, 0.0) if own else None for own in parts)]
        for row in rows
    ]
    further = {key for own in parts for key in own} - {row.key for row in rows}
    if further:
        rest = [sum(part for key, part in own.items() if key in further) for own in parts]
        sums = [part if own else None for part, own in zip(rest, parts, strict=True)]
        cells.append([words["others"].format(len(further)), *sums])
    columns = [
        *headed((Column("row", "row"),), lang),
        *(Column(name, titles[name], "probability") for name in several),
    ]
    what = f"P({width_of(model, varying[0], lang)})"
    breaks = frozenset({len(rows)} if further else ())
    return [Table(columns, cells, words["shares"].format(what), words["order"], breaks)]


def _row(model: Model, row: RowWidth, lang: str) -> str:
    # The states alone: with the names of the parents no line would hold a row.
    states = (labelled(model, parent, state, lang) for parent, state in row.given.items())
    given = listed(states, lang)
    name = labelled(model, row.node, None, lang)
    return f"{name} | {given}" if given else name


def _basis(row: RowWidth, lang: str) -> str:
    words = WORDS[lang]
    if row.n:
        return words["counted"].format(row.n, row.confidence)
    kind = "generated" if row.form in GENERATED else "elicited"
    return words[kind].format(row.confidence)


def _both(number: str, interval: str, format_: str) -> str:
    return f"{number}\n{interval}" if format_ == "table" else f"{number} ({interval})"
