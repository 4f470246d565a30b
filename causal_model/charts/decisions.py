"""The chart of a decision: expected utilities of its options, and what it is worth to know more."""

from collections.abc import Sequence

from causal_model.charts.words import assigned, chart, evidence_of, label
from causal_model.decisions.result import Case, Decided, Policy
from causal_model.model import Model
from causal_model.render.charts.units import PERCENT, Unit
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key

__all__ = ["of_decided"]

# So many cases of what is known are drawn, the most probable first.
MOST_CASES, MOST_NODES = 9, 15
WORDS = {
    "en": {
        "title": "What is best to decide?",
        "best": "best: {}",
        "optimum": "Expected utility of the best policy: {}.",
        "always": "{}: expected utility of each option, whatever is known",
        "cases": "{}: expected utility by what is known",
        "case": "P = {}",
        "worth": "What it is worth to know before {}",
        "everything": "all of these together",
        "top": "best",
        "behind": "{} behind",
        "gain": "expected gain",
        "loss": "expected loss",
        "more": "{} less probable cases are left out.",
        "rest": "{} more nodes are worth no more than the last of these.",
    },
    "zh-Hant": {
        "title": "怎樣決定最好?",
        "best": "最佳:{}",
        "optimum": "最佳策略的期望效用:{}。",
        "always": "{}:各選項的期望效用,不論已知為何",
        "cases": "{}:依已知情況的期望效用",
        "case": "機率 {}",
        "worth": "在「{}」之前得知的價值",
        "everything": "以上全部",
        "top": "最佳",
        "behind": "少 {}",
        "gain": "期望收益",
        "loss": "期望損失",
        "more": "另有 {} 種較不可能的情況從略。",
        "rest": "另有 {} 個節點,價值不高於最後一個。",
    },
}


def of_decided(
    model: Model, found: Decided, lang: str = "en", *, assumptions: Sequence[str] = ()
) -> Chart:
    """Expected utilities by option and by what is known, then the value of information.

    Args:
        model: the graph, for labels.
        found: the answer.
        lang: of the labels.
        assumptions: in words, what the answer rests on.
    """
    words = WORDS[lang]
    values = [
        each for policy in found.policies for each in (*policy.always.values(), *_utilities(policy))
    ]
    unit = Unit(found.unit or "").fitted([*values, found.expected_utility])
    panels: list[Bars] = []
    remarks = []
    for policy in found.policies:
        name = label(model, policy.node, None, lang)
        if len(policy.cases) == 1:
            cells = (Cell(_options(model, policy.node, policy.cases[0], unit, lang)),)
            panels.append(Bars(unit, cells, words["always"].format(name)))
            continue
        best = max(policy.always.values())
        own = tuple(
            Bar(label(model, policy.node, option, lang), value, strong=value == best)
            for option, value in policy.always.items()
        )
        panels.append(Bars(unit, (Cell(own),), words["always"].format(name)))
        shown = sorted(policy.cases, key=lambda each: -each.probability)[:MOST_CASES]
        panels.append(_cases(model, policy, shown, unit, lang))
        if len(policy.cases) > len(shown):
            remarks.append(words["more"].format(len(policy.cases) - len(shown)))
    if found.information and found.before is not None:
        panels.append(_worth(model, found, lang))
        if len(found.information) > MOST_NODES:
            remarks.append(words["rest"].format(len(found.information) - MOST_NODES))
    told = [
        evidence_of(model, found.findings, found.evidence_probability, lang),
        words["optimum"].format(unit.full(found.expected_utility)),
    ]
    signed = any(value < 0 for value in values)
    keys = [Key("rise", words["gain"]), Key("fall", words["loss"])] if signed else []
    return chart(words["title"], told, panels, keys, lang, [*remarks, *assumptions])


def _utilities(policy: Policy) -> list[float]:
    cases = (each.expected_utility.values() for each in policy.cases)
    return [value for each in cases for value in each if value is not None]


def _cases(model: Model, policy: Policy, shown: Sequence[Case], unit: Unit, lang: str) -> Bars:
    """A cell for each case of what is known and matters."""
    words = WORDS[lang]
    cells = tuple(
        Cell(
            _options(model, policy.node, case, unit, lang),
            assigned(model, case.given, lang),
            words["case"].format(PERCENT.full(case.probability)),
        )
        for case in shown
    )
    return Bars(unit, cells, words["cases"].format(label(model, policy.node, None, lang)))


def _options(model: Model, node: str, case: Case, unit: Unit, lang: str) -> tuple[Bar, ...]:
    words = WORDS[lang]
    known = [each for each in case.expected_utility.values() if each is not None]
    top = max(known, default=0.0)
    return tuple(
        Bar(
            label(model, node, option, lang),
            value,
            strong=option in case.tied and value is not None,
            extra=""
            if value is None
            else words["top"]
            if option in case.tied
            else words["behind"].format(unit.written(top - value)),
        )
        for option, value in case.expected_utility.items()
    )


def _worth(model: Model, found: Decided, lang: str) -> Bars:
    """The value of knowing a node before the decision."""
    words = WORDS[lang]
    bars = [
        Bar(label(model, each.node, None, lang), each.value)
        for each in found.information[:MOST_NODES]
    ]
    if found.everything is not None:
        bars.append(Bar(words["everything"], found.everything, strong=True))
    unit = Unit(found.unit or "").fitted([each.value or 0.0 for each in bars])
    assert found.before is not None
    before = label(model, found.before, None, lang)
    return Bars(unit, (Cell(tuple(bars)),), words["worth"].format(before))
