"""The chart of a counterfactual: what is beside what would have been, and what caused what."""

from collections.abc import Sequence

from causal_model.charts.words import (
    assigned,
    chart,
    evidence_of,
    joined,
    label,
    title_of,
    words_of,
)
from causal_model.model import Model
from causal_model.questions.counterfactuals import (
    Causation,
    Counterfactual,
    CounterfactualNode,
    Interval,
)
from causal_model.render.charts.units import PERCENT, POINTS
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key

__all__ = ["of_counterfactual"]

WORDS = {
    "en": {
        "title": "What would have been with {}?",
        "counterfactual": "what would have been (%)",
        "factual": "what is",
        "bounds": "what holds whatever the responses",
        "cause": "Was {0} = {1} rather than {2} the cause of {3}?",
        "necessity": "necessary: without it not {3}",
        "sufficiency": "sufficient: with it {3}",
        "both": "both",
    },
    "zh-Hant": {
        "title": "假如 {},本來會如何?",
        "counterfactual": "本來會是(%)",
        "factual": "實際",
        "bounds": "不論反應為何皆成立的範圍",
        "cause": "{0} 為「{1}」而非「{2}」,是否為「{3}」的原因?",
        "necessity": "必要:若無則不會{3}",
        "sufficiency": "充分:若有則會{3}",
        "both": "兩者皆是",
    },
}


def of_counterfactual(
    model: Model, found: Counterfactual, lang: str = "en", assumptions: Sequence[str] = ()
) -> Chart:
    """What would have been as bars, what is as outlines, bounds as whiskers; then the cause.

    Args:
        model: the graph, for labels.
        found: the answer.
        lang: of the labels.
        assumptions: in words, what the answer rests on.
    """
    words, shared = WORDS[lang], words_of(lang)
    panels = []
    bounded = False
    for node, answer in found.items():
        heading = label(model, node, None, lang)
        panels.append(Bars(PERCENT, (Cell(_bars(model, answer, lang)),), heading, "pp"))
        bounded = bounded or bool(answer.bounds)
        if answer.causation:
            event = joined(model, node, answer.event, lang)
            panels.append(_cause(model, answer.causation, event, lang))
    keys = [Key("bar", words["counterfactual"]), Key("outline", words["factual"])]
    keys += [Key("interval", words["bounds"])] if bounded else []
    keys.append(Key("change", shared["change"]))
    told = evidence_of(model, found.findings, found.evidence_probability, lang)
    title = words["title"].format(assigned(model, found.do, lang))
    return chart(title, [title_of(model, lang), told], panels, keys, lang, assumptions)


def _bars(model: Model, answer: CounterfactualNode, lang: str) -> tuple[Bar, ...]:
    """A bar for every state, and one for those that are taken together."""
    bars = [
        Bar(
            label(model, answer.node, state, lang),
            p,
            answer.factual[state],
            _ends(answer.bounds.get(state)),
            POINTS.written(answer.change_pp[state]),
        )
        for state, p in answer.counterfactual.items()
    ]
    if len(answer.event) > 1:
        before, after = answer.event_factual, answer.event_counterfactual
        change = POINTS.written(100 * (after - before))
        name = joined(model, answer.node, answer.event, lang)
        ends = _ends(answer.event_bounds)
        bars.append(Bar(name, after, before, ends, change, strong=True))
    return tuple(bars)


def _cause(model: Model, cause: Causation, event: str, lang: str) -> Bars:
    words = WORDS[lang]
    states = (label(model, cause.node, each, lang) for each in (cause.present, cause.absent))
    about = (label(model, cause.node, None, lang), *states, event)
    within = {str(name): each for name, each in cause.bounds.items()}
    numbers = {
        "necessity": cause.necessity,
        "sufficiency": cause.sufficiency,
        "both": cause.both,
    }
    bars = tuple(
        Bar(words[name].format(*about), value, interval=_ends(within.get(name)))
        for name, value in numbers.items()
    )
    return Bars(PERCENT, (Cell(bars),), words["cause"].format(*about))


def _ends(interval: Interval | None) -> tuple[float, float] | None:
    return None if interval is None else (interval.lower, interval.upper)
