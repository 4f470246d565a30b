"""An evaluation as tables, as sentences that do not flatter, and as plain data."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from causal_model.cli.output import Column, Table
from causal_model.cli.wording import headed, labelled
from causal_model.in_words import named
from causal_model.learning.rows import Rows
from causal_model.model import Model
from causal_model.scores.evaluate import UNINFORMED, Comparison, Evaluation
from causal_model.scores.resampling import Interval
from causal_model.scores.rules import Rule

__all__ = ["plain_data", "tables_of"]

DIGITS = 4
RULE_NAMES = {
    "en": {"log": "log score", "brier": "Brier score", "rps": "ranked probability score"},
    "zh-Hant": {"log": "對數分數", "brier": "Brier 分數", "rps": "排序機率分數"},
}
VERDICTS = {
    "en": {
        "better": "On these {rows} rows {graph} forecasts better than {against}",
        "no better": "On these {rows} rows {graph} is no better than {against}",
        "worse": "On these {rows} rows {graph} is worse than {against}",
        "by": ": {gain:+.4f} nats a row, 95 % interval {low:+.4f} to {high:+.4f}.",
        "itself": "itself with nothing given",
    },
    "zh-Hant": {
        "better": "在這 {rows} 列上,{graph} 的預測優於 {against}",
        "no better": "在這 {rows} 列上,{graph} 並不優於 {against}",
        "worse": "在這 {rows} 列上,{graph} 劣於 {against}",
        "by": ":每列 {gain:+.4f} nats,95 % 區間 {low:+.4f} 至 {high:+.4f}。",
        "itself": "未給定任何發現的自己",
    },
}


def tables_of(
    model: Model,
    evaluation: Evaluation,
    hanging: Mapping[Rule, Interval] | None,
    seen: Sequence[str],
    lang: str,
    *,
    plain: bool,
) -> list[Table]:
    """Scores with what they are held against, calibration, and what hangs on the training rows.

    Args:
        model: the graph that was scored.
        evaluation: its scores.
        hanging: mean scores by rule after learning from resamples; None where that was not asked.
        seen: what must be said before anybody takes these scores for forecasts.
        lang: of the labels and sentences.
        plain: names and unrounded numbers, for programs.
    """

    def cell(value: float) -> float | None:
        """Nothing where a difference has no value; four digits but for programs."""
        if math.isnan(value):
            return None
        return value if plain or math.isinf(value) else round(value, DIGITS) + 0.0

    names = RULE_NAMES[lang]
    columns = [
        *(Column("rule", "score"), Column("own", evaluation.graph, "number")),
        *(Column("against", "against"), Column("other", "its score", "number")),
        *(Column("gain", "better by", "number"), Column("low", "2.5 %", "number")),
        *(Column("high", "97.5 %", "number"), Column("verdict", "verdict")),
    ]
    lines: list[list[Any]] = []
    breaks = set()
    for at, each in enumerate(evaluation.comparisons):
        if at and each.rule != evaluation.comparisons[at - 1].rule:
            breaks.add(at)
        numbers = (each.other, each.gain.value, each.gain.low, each.gain.high)
        shown = [cell(number) for number in numbers]
        own = cell(each.own)
        lines.append([names[each.rule], own, each.against, *shown, each.verdict])
    given = named(model, evaluation.given, lang)
    title = labelled(model, evaluation.target, None, lang) + (f" | {given}" if given else "")
    sentences = [
        _sentence(evaluation, each, lang) for each in evaluation.comparisons if each.rule == "log"
    ]
    verdicts = "\n".join([*seen, *sentences])
    tables = [
        Table(headed(columns, lang), lines, title, verdicts, frozenset(breaks)),
        Table(
            headed(
                (
                    *(Column("low", "from", "number"), Column("high", "to", "number")),
                    *(Column("n", "n", "number"), Column("forecast", "forecast", "probability")),
                    *(Column("came", "came", "number"), Column("share", "share", "probability")),
                ),
                lang,
            ),
            [
                [each.low, each.high, each.n, each.forecast, each.came, each.frequency]
                for each in evaluation.bins
            ],
            title="Calibration" if lang == "en" else "校準",
        ),
    ]
    if hanging is not None:
        columns = [
            *(Column("rule", "score"), Column("own", "mean", "number")),
            *(Column("low", "2.5 %", "number"), Column("high", "97.5 %", "number")),
        ]
        told = f"Learned from resamples of the first {evaluation.train} rows"
        lines = [[names[rule], *map(cell, each)] for rule, each in hanging.items()]
        tables.append(Table(headed(columns, lang), lines, title=told))
    return tables


def _sentence(evaluation: Evaluation, each: Comparison, lang: str) -> str:
    words = VERDICTS[lang]
    said = words[each.verdict] + words["by"]
    return said.format(
        rows=len(evaluation.scored),
        graph=evaluation.graph,
        against=words["itself"] if each.against == UNINFORMED else each.against,
        gain=each.gain.value,
        low=each.gain.low,
        high=each.gain.high,
    )


def plain_data(
    model: Model,
    rows: Rows,
    evaluation: Evaluation,
    hanging: Mapping[Rule, Interval] | None,
    seen: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    """The same for JSON; see `tables_of`."""
    found: dict[str, Any] = {
        "schema_version": 1,
        "graph": {"id": model.id, "hash": model.hash},
        "data": {"file": rows.file, "hash": rows.hash, "rows": len(rows)},
        "target": evaluation.target,
        "given": list(evaluation.given),
        "scored_rows": len(evaluation.scored),
        "train_rows": evaluation.train,
        "refits": evaluation.refits,
        "seen_before": bool(seen),
        "resamples": {"draws": evaluation.draws, "block": evaluation.block, "seed": seed},
        "verdict": evaluation.verdict().verdict,
        "scores": {
            rule: {name: _for_json(value) for name, value in by_name.items()}
            for rule, by_name in evaluation.rules.items()
        },
        "comparisons": [
            {
                "rule": each.rule,
                "against": each.against,
                "gain": _for_json(each.gain.value),
                "low": _for_json(each.gain.low),
                "high": _for_json(each.gain.high),
                "verdict": each.verdict,
            }
            for each in evaluation.comparisons
        ],
        "calibration": [
            {
                "low": each.low,
                "high": each.high,
                "n": each.n,
                "forecast": each.forecast,
                "came": each.came,
                "share": each.frequency,
            }
            for each in evaluation.bins
        ],
    }
    if hanging is not None:
        found["learned_from_resamples"] = {
            rule: dict(zip(("mean", "low", "high"), map(_for_json, each), strict=True))
            for rule, each in hanging.items()
        }
    return found


def _for_json(value: float) -> float | str | None:
    """JSON knows no infinities; they are written as in files."""
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")
