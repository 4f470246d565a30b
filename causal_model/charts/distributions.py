"""Charts of posteriors: one answer, or scenarios side by side."""

import math
from collections.abc import Mapping, Sequence

from causal_model.charts import widths
from causal_model.charts.words import (
    chart,
    event,
    evidence_of,
    joined,
    label,
    share_text,
    title_of,
    words_of,
)
from causal_model.glossary import term
from causal_model.inference.intervals import Intervals
from causal_model.inference.result import EstimatedResult, QueryResult
from causal_model.model import Model
from causal_model.render.charts.units import PERCENT, POINTS
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Interval, Key

__all__ = ["of_query", "of_scenarios"]

WORDS = {
    "en": {
        "query": "How probable is each state of {}?",
        "several": "How probable is each state?",
        "scenarios": "{} under every scenario",
        "error": "two standard errors either way ({:,} draws)",
    },
    "zh-Hant": {
        "query": "「{}」各狀態的機率",
        "several": "各狀態的機率",
        "scenarios": "「{}」在各情景下的機率",
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
    moved = any(abs(points) > 1e-7 for *_, points in result.rows())
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
                    POINTS.written(points) if moved else "",
                    extra_under=_change(interval, node, state) if moved else "",
                )
                for _, state, before, now, points in result.rows_of(node)
            )
            + (
                _of_several(model, node, result, interval.width_states, lang, moved=moved)
                if interval and node == interval.width_node
                else ()
            ),
            label(model, node, None, lang) if several else "",
        )
        for node in result
    )
    keys = [Key("bar", shared["probability"])]
    if moved:
        keys += [Key("outline", shared["prior"]), Key("change", shared["change"])]
    if isinstance(result, EstimatedResult):
        keys.append(Key("interval", words["error"].format(result.draws)))
    panels = [Bars(PERCENT, cells, extra_name="pp" if moved else "")]
    if interval is not None:
        keys.append(Key("interval", shared["interval"].format(share_text(interval.level))))
        panels += widths.of_one(model, interval.width_by_row, _varying(model, interval, lang), lang)
    told = evidence_of(model, result.findings, result.evidence_probability, lang)
    nodes = [label(model, node, None, lang) for node in result]
    title = words["several"] if several else words["query"].format(nodes[0])
    return chart(title, [title_of(model, lang), told], panels, keys, lang, remarks)


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
    sure = {name: each.interval for name, each in answers.items() if each.interval}
    varying = next((each for each in sure.values() if each.width_node), None)
    chosen = varying.width_states if varying else ()
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
            )
            + _of_several(model, node, answer, chosen, lang),
            titles[name],
            f"{term('P(evidence)', lang)} = {answer.evidence_probability:.3g}",
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
    if varying:
        rows = {name: each.width_by_row for name, each in sure.items()}
        panels += widths.side_by_side(model, rows, titles, _varying(model, varying, lang), lang)
    return chart(title, [title_of(model, lang)], panels, keys, lang, remarks)


def _of_several(
    model: Model,
    node: str,
    answer: QueryResult,
    states: Sequence[str],
    lang: str,
    *,
    moved: bool = True,
) -> tuple[Bar, ...]:
    """The bar of some states together; none of a single one, which has its own."""
    if len(states) < 2 or answer.interval is None:
        return ()
    before, now = (
        math.fsum(own[node][each] for each in states) for own in (answer.prior, answer.posterior)
    )
    change = answer.interval.width_change_pp
    return (
        Bar(
            joined(model, node, states, lang),
            now,
            before,
            answer.interval.width_posterior,
            POINTS.written(100 * (now - before)) if moved else "",
            strong=True,
            extra_under=POINTS.between(*change) if change and moved else "",
        ),
    )


def _varying(model: Model, interval: Intervals, lang: str) -> str:
    """What the rows of tables make uncertain, in words."""
    if interval.width_node is None:
        return ""
    if not interval.width_states:
        return label(model, interval.width_node, None, lang)
    return event(model, interval.width_node, interval.width_states, lang)


def _change(interval: Intervals | None, node: str, state: str) -> str:
    """The interval of the change in percentage points, if there is one."""
    return POINTS.between(*interval.change_pp[node][state]) if interval else ""


def _ends(value: float, error: float) -> Interval:
    return max(value - 2 * error, 0.0), min(value + 2 * error, 1.0)
