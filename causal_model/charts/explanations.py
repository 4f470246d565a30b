"""The chart of an explanation: what every finding adds, from the prior to the answer."""

import math

from causal_model.charts.words import chart, event, evidence_of, finding, label, title_of, words_of
from causal_model.model import Model
from causal_model.questions.reasons.explanation import Explanation, FindingShare
from causal_model.render.charts.units import PERCENT, POINTS
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key, Step, Waterfall
from causal_model.render.numbers_in_words import printed

__all__ = ["of_explanation"]

# Bits of conflict that are none.
NO_BITS = 0.005
WORDS = {
    "en": {
        "title": "Why is {} {}?",
        "start": "with nothing given",
        "end": "with all of it",
        "waterfall": "What every finding adds (Shapley value: the mean over all orders)",
        "distribution": "{}: before and after",
        "alone": "alone {} pp",
        "without": "left out, the answer moves by {} pp",
        "error": "± {:.2f} pp",
        "rise": "raises it",
        "fall": "lowers it",
        "conflict": "The findings speak against each other: conflict {}, most of all {} and {}.",
        "agree": "The findings fit together: conflict {}.",
        "neutral": "The findings neither support nor contradict each other.",
    },
    "zh-Hant": {
        "title": "為何 {} 是 {}?",
        "start": "未給定任何發現",
        "end": "全部給定",
        "waterfall": "每項發現的貢獻(夏普利值:所有順序的平均)",
        "distribution": "{}:之前與之後",
        "alone": "單獨 {} pp",
        "without": "若略去,答案變動 {} pp",
        "error": "± {:.2f} pp",
        "rise": "提高",
        "fall": "降低",
        "conflict": "發現彼此矛盾:衝突度 {},最甚者為 {} 與 {}。",
        "agree": "發現彼此相符:衝突度 {}。",
        "neutral": "發現既不彼此支持也不互相矛盾。",
    },
}


def of_explanation(model: Model, found: Explanation, lang: str = "en") -> Chart:
    """A waterfall over the findings, then the whole distribution before and after."""
    words, shared = WORDS[lang], words_of(lang)
    outcome = found.outcome
    about = event(model, outcome.node, outcome.states, lang)
    unit = POINTS.fitted([100 * each.share for each in found.shares], digits=2)
    panels: list[Waterfall | Bars] = []
    if found.shares:
        panels.append(
            Waterfall(
                *(PERCENT, unit, (words["start"], found.before)),
                tuple(_step(model, each, lang) for each in found.shares),
                (words["end"], found.after),
                words["waterfall"],
            )
        )
    bars = tuple(
        Bar(
            label(model, outcome.node, state, lang),
            p,
            found.prior[state],
            extra=POINTS.written(100 * (p - found.prior[state])),
            strong=state in outcome.states,
        )
        for state, p in found.posterior.items()
    )
    heading = words["distribution"].format(label(model, outcome.node, None, lang))
    panels.append(Bars(PERCENT, (Cell(bars),), heading, "pp"))
    keys = [
        Key("rise", words["rise"]),
        Key("fall", words["fall"]),
        Key("bar", shared["probability"]),
        Key("outline", shared["prior"]),
    ]
    remarks = []
    if found.conflict.pairs:
        worst = found.conflict.worst
        assert worst is not None
        pair = [finding(model, found.findings[at], lang) for at in worst]
        bits = found.conflict.bits
        kind = "neutral" if abs(bits) < NO_BITS else "conflict" if bits > 0 else "agree"
        remarks.append(words[kind].format(printed(bits, "bits", lang), *pair))
    probability = math.exp(found.log_evidence_probability)
    told = evidence_of(model, found.findings, probability, lang)
    title = words["title"].format(about, PERCENT.full(found.after))
    return chart(title, [title_of(model, lang), told], panels, keys, lang, remarks)


def _step(model: Model, each: FindingShare, lang: str) -> Step:
    words = WORDS[lang]
    told = []
    if each.alone is not None:
        told.append(words["alone"].format(POINTS.written(100 * each.alone)))
    if each.left_out is not None:
        told.append(words["without"].format(POINTS.written(-100 * each.left_out)))
    error = "" if each.error is None else words["error"].format(100 * each.error)
    return Step(finding(model, each.finding, lang), 100 * each.share, "; ".join(told), error)
