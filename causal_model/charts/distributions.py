"""Charts of posteriors: one answer, or scenarios side by side."""

from collections.abc import Mapping, Sequence

from causal_model.charts.words import (
    assigned,
    chart,
    event,
    evidence_of,
    label,
    share_text,
    title_of,
    words_of,
)
from causal_model.illustrate import EVIDENCE
from causal_model.inference.intervals import Intervals
from causal_model.inference.result import EstimatedResult, QueryResult
from causal_model.model import Model
from causal_model.render.charts.units import PERCENT, POINTS
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Interval, Key

__all__ = ["of_query", "of_scenarios"]

# Rows that carry the width, as many as a person reads.
WIDEST = 8
WORDS = {
    "en": {
        "query": "How probable is each state of {}?",
        "several": "How probable is each state?",
        "scenarios": "{} under every scenario",
        "width": "What makes {} uncertain: share of the variance by row of a table",
        "counted": "counted, n = {:.4g}",
        "confidence": "elicited, confidence {:.4g}",
        "error": "two standard errors either way ({:,} draws)",
    },
    "zh-Hant": {
        "query": "「{}」各狀態的機率",
        "several": "各狀態的機率",
        "scenarios": "「{}」在各情景下的機率",
        "width": "{} 的不確定性來自何處:機率表各列占變異數的比例",
        "counted": "統計,n = {:.4g}",
        "confidence": "主觀估計,信心 {:.4g}",
        "error": "上下兩個標準誤({:,} 次抽樣)",
    },
}


def of_query(
    model: Model, result: QueryResult, lang: str = "en", remarks: Sequence[str] = ()
) -> Chart:
    """The posterior of every node that was asked, the prior as an outline.

    Args:
        model: the graph, for labels.
        result: the answer; its intervals are whiskers, and the rows that carry them a panel of their own.
        lang: of the labels.
        remarks: what its intervals come from, in words.
    """
    words, shared = WORDS[lang], words_of(lang)
    several = len(result) > 1
    interval = result.interval
    errors = result.standard_errors if isinstance(result, EstimatedResult) else {}
    cells = tuple(
        Cell(
            tuple(
                Bar(
                    label(model, node, state, lang),
                    now,
                    before,
                    interval.posterior[node][state]
                    if interval
                    else _ends(now, errors[node][state])
                    if errors
                    else None,
                    POINTS.written(points),
                    extra_under=_change(interval, node, state),
                )
                for _, state, before, now, points in result.rows_of(node)
            ),
            label(model, node, None, lang) if several else "",
        )
        for node in result
    )
    keys = [Key("bar", shared["probability"])]
    if any(abs(points) > 1e-7 for *_, points in result.rows()):
        keys += [Key("outline", shared["prior"]), Key("change", shared["change"])]
    if isinstance(result, EstimatedResult):
        keys.append(Key("interval", words["error"].format(result.draws)))
    panels = [Bars(PERCENT, cells, extra_name="pp")]
    if interval is not None:
        keys.append(Key("interval", shared["interval"].format(share_text(interval.level))))
        panels += _width(model, interval, lang)
    told = evidence_of(model, result.findings, result.evidence_probability, lang)
    nodes = [label(model, node, None, lang) for node in result]
    title = words["several"] if several else words["query"].format(nodes[0])
    return chart(title, [title_of(model, lang), told], panels, keys, lang, remarks)


def _width(model: Model, interval: Intervals, lang: str) -> list[Bars]:
    """The rows that carry the width, by their share of the variance."""
    words = WORDS[lang]
    if interval.width_node is None or not interval.width_by_row:
        return []
    bars = tuple(
        Bar(
            label(model, each.node, None, lang)
            + (f" | {assigned(model, each.given, lang)}" if each.given else ""),
            each.share,
            extra=words["counted" if each.n else "confidence"].format(each.n or each.confidence),
        )
        for each in interval.width_by_row[:WIDEST]
    )
    about = label(model, interval.width_node, None, lang)
    if interval.width_states:
        about = event(model, interval.width_node, interval.width_states, lang)
    return [Bars(PERCENT, (Cell(bars),), words["width"].format(about))]


def of_scenarios(
    model: Model,
    node: str,
    answers: Mapping[str, QueryResult],
    titles: Mapping[str, str],
    lang: str = "en",
    remarks: Sequence[str] = (),
) -> Chart:
    """The posterior of one node under every scenario, by name; the prior as an outline.

    Args:
        model: the graph, for labels.
        node: the node.
        answers: by the name of the scenario.
        titles: of the scenarios, by name.
        lang: of the labels.
        remarks: what the intervals come from, in words.
    """
    words, shared = WORDS[lang], words_of(lang)
    cells = tuple(
        Cell(
            tuple(
                Bar(
                    label(model, node, state, lang),
                    now,
                    before,
                    answer.interval.posterior[node][state] if answer.interval else None,
                    POINTS.written(points),
                    extra_under=_change(answer.interval, node, state),
                )
                for _, state, before, now, points in answer.rows_of(node)
            ),
            titles[name],
            f"{EVIDENCE[lang]} = {answer.evidence_probability:.3g}",
        )
        for name, answer in answers.items()
    )
    keys = [
        Key("bar", shared["probability"]),
        Key("outline", shared["prior"]),
        Key("change", shared["change"]),
    ]
    first = next(iter(answers.values())).interval
    if first is not None:
        keys.append(Key("interval", shared["interval"].format(share_text(first.level))))
    title = words["scenarios"].format(label(model, node, None, lang))
    panels = [Bars(PERCENT, cells, extra_name="pp")]
    return chart(title, [title_of(model, lang)], panels, keys, lang, remarks)


def _change(interval: Intervals | None, node: str, state: str) -> str:
    """The interval of the change in percentage points, if there is one."""
    return POINTS.between(*interval.change_pp[node][state]) if interval else ""


def _ends(value: float, error: float) -> Interval:
    return max(value - 2 * error, 0.0), min(value + 2 * error, 1.0)
