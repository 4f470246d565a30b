"""The chart of a score: calibration, and by how much the graph is better than what it is held against."""

import math
from collections.abc import Sequence

from causal_model.charts.words import chart, label, title_of
from causal_model.in_words import named
from causal_model.model import Model
from causal_model.render.charts.units import Unit
from causal_model.render.charts.values import Bar, Bars, Bin, Calibration, Cell, Chart, Key
from causal_model.scores.evaluate import UNINFORMED, Comparison, Evaluation

__all__ = ["of_evaluation"]

WORDS = {
    "en": {
        "title": "How well did {} forecast {}?",
        "told": "told {}",
        "nothing": "told nothing",
        "rows": "{} rows scored, {} trained only{}.",
        "refits": "; tables learned anew {} times from earlier rows",
        "calibration": "Calibration: of all that was given 30 %, did 30 % come?",
        "forecast": "forecast",
        "came": "came",
        "n": "forecasts",
        "agreement": "On the dashed line forecasts and frequencies agree; the area of a dot is the number"
        " of forecasts.",
        "log": "Log score, better by (nats a row)",
        "brier": "Brier score, better by",
        "rps": "Ranked probability score, better by",
        "against": "than {}",
        "itself": "itself with nothing given",
        "better": "better",
        "no better": "no better",
        "worse": "worse",
        "rise": "the graph is better",
        "fall": "the graph is worse",
        "interval": "95 % interval, block resamples",
        "judged": "Better or worse is said only where the whole interval says so.",
    },
    "zh-Hant": {
        "title": "{} 對「{}」的預測有多準?",
        "told": "已知 {}",
        "nothing": "未給定任何發現",
        "rows": "評分 {} 列,僅供訓練 {} 列{}。",
        "refits": ";以較早的列重新學習 {} 次",
        "calibration": "校準:預測 30 % 者,是否 30 % 發生?",
        "forecast": "預測",
        "came": "發生",
        "n": "預測數",
        "agreement": "虛線上預測與實際頻率一致;圓點面積為預測數。",
        "log": "對數分數,優於對照(每列 nats)",
        "brier": "Brier 分數,優於對照",
        "rps": "排序機率分數,優於對照",
        "against": "對照 {}",
        "itself": "未給定任何發現的自己",
        "better": "較優",
        "no better": "並不較優",
        "worse": "較劣",
        "rise": "本圖較優",
        "fall": "本圖較劣",
        "interval": "95 % 區間,區塊重抽樣",
        "judged": "僅在整個區間皆如此時,才稱為較優或較劣。",
    },
}


def of_evaluation(model: Model, evaluation: Evaluation, seen: Sequence[str], lang: str) -> Chart:
    """Calibration and gains.

    Args:
        model: the graph that was scored.
        evaluation: its scores.
        seen: what must be said before anybody takes these scores for forecasts.
        lang: of the labels.
    """
    words = WORDS[lang]
    given = named(model, evaluation.given, lang)
    refits = words["refits"].format(evaluation.refits) if evaluation.refits else ""
    rows = words["rows"].format(len(evaluation.scored), evaluation.train, refits)
    told = [title_of(model, lang), words["told"].format(given) if given else words["nothing"]]
    told += [rows, *seen]
    bins = tuple(Bin(each.forecast, each.frequency, each.n) for each in evaluation.bins)
    names = (words["forecast"], words["came"], words["n"])
    panels: list[Calibration | Bars] = [
        Calibration(*names, bins, words["agreement"], words["calibration"])
    ]
    for rule in evaluation.rules:
        bars = tuple(_bar(each, lang) for each in evaluation.comparisons if each.rule == rule)
        panels.append(Bars(Unit(decimals=4, signed=True), (Cell(bars),), words[rule]))
    keys = [
        Key("rise", words["rise"]),
        Key("fall", words["fall"]),
        Key("interval", words["interval"]),
    ]
    target = label(model, evaluation.target, None, lang)
    title = words["title"].format(evaluation.graph, target)
    return chart(title, told, panels, keys, lang, [words["judged"]])


def _bar(each: Comparison, lang: str) -> Bar:
    words = WORDS[lang]
    other = words["itself"] if each.against == UNINFORMED else each.against
    gain = each.gain
    # An infinite bound is drawn to the end of the axis, and written as what it is.
    whole = not any(map(math.isnan, (gain.low, gain.high)))
    return Bar(
        words["against"].format(other),
        gain.value,
        interval=(gain.low, gain.high) if whole else None,
        extra=words[each.verdict],
    )
