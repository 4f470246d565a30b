"""Charts of posteriors: one answer, or scenarios side by side."""

from collections.abc import Mapping

from causal_model.charts.words import chart, evidence_of, label, title_of, words_of
from causal_model.illustrate import EVIDENCE
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


def of_query(model: Model, result: QueryResult, lang: str) -> Chart:
    """The posterior of every node that was asked, the prior as an outline."""
    words, shared = WORDS[lang], words_of(lang)
    several = len(result) > 1
    errors = result.standard_errors if isinstance(result, EstimatedResult) else {}
    cells = tuple(
        Cell(
            tuple(
                Bar(
                    label(model, node, state, lang),
                    now,
                    before,
                    _ends(now, errors[node][state]) if errors else None,
                    POINTS.written(points),
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
    told = evidence_of(model, result.findings, result.evidence_probability, lang)
    nodes = [label(model, node, None, lang) for node in result]
    title = words["several"] if several else words["query"].format(nodes[0])
    return chart(
        title,
        [title_of(model, lang), told],
        [Bars(PERCENT, cells, extra_name="pp")],
        keys,
        lang,
    )


def of_scenarios(
    model: Model,
    node: str,
    answers: Mapping[str, QueryResult],
    titles: Mapping[str, str],
    lang: str,
) -> Chart:
    """The posterior of one node under every scenario, by name; the prior as an outline."""
    words, shared = WORDS[lang], words_of(lang)
    cells = tuple(
        Cell(
            tuple(
                Bar(label(model, node, state, lang), now, before, extra=POINTS.written(points))
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
    title = words["scenarios"].format(label(model, node, None, lang))
    return chart(
        title, [title_of(model, lang)], [Bars(PERCENT, cells, extra_name="pp")], keys, lang
    )


def _ends(value: float, error: float) -> Interval:
    return max(value - 2 * error, 0.0), min(value + 2 * error, 1.0)
