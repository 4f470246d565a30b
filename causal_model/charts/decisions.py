"""The chart of a decision: expected utilities of its options, and what it is worth to know more."""

from collections.abc import Sequence

from causal_model.charts.words import assigned, chart, evidence_of, label, title_of
from causal_model.model import Model
from causal_model.questions.decisions.result import Case, Decided, Policy
from causal_model.render.charts.units import PERCENT, Unit
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key

__all__ = ["of_decided"]

# So many cases of what is known are drawn, the most probable first.
MOST_CASES, MOST_NODES = 9, 15
WORDS = {
    "en": {
        "title": "What is best to decide?",
        "optimum": "Expected utility of the best policy: {}.",
        "always": "{}: expected utility of each option",
        "cases": "{}: expected utility by what is known",
        "case": "P = {}",
        "worth": "What it is worth to know first: {}",
        "everything": "all of these together",
        "top": "best",
        "behind": "{} behind",
        "gain": "expected gain",
        "loss": "expected loss",
        "more": "{} less probable cases are left out.",
    },
    "zh-Hant": {
        "title": "怎樣決定最好?",
        "optimum": "最佳策略的期望效用:{}。",
        "always": "{}:各選項的期望效用",
        "cases": "{}:依已知情況的期望效用",
        "case": "機率 {}",
        "worth": "決定前先得知的價值:{}",
        "everything": "以上全部",
        "top": "最佳",
        "behind": "少 {}",
        "gain": "期望收益",
        "loss": "期望損失",
        "more": "另有 {} 種較不可能的情況從略。",
    },
}


def of_decided(
    model: Model,
    found: Decided,
    lang: str = "en",
    said: Sequence[str] = (),
    remarks: Sequence[str] = (),
) -> Chart:
    """Expected utilities by option and by what is known, then the value of information.

    Args:
        model: the graph, for labels.
        found: the answer.
        lang: of the labels.
        said: what was given and what the best policy is worth, in words; default just that.
        remarks: what else should be known, in words.
    """
    words = WORDS[lang]
    values = [
        each for policy in found.policies for each in (*policy.always.values(), *_utilities(policy))
    ]
    unit = Unit().fitted([*values, found.expected_utility])
    panels: list[Bars] = []
    more = []
    for policy in found.policies:
        panels += _policy(model, found, policy, unit, lang)
        if len(policy.cases) > MOST_CASES:
            more.append(words["more"].format(len(policy.cases) - MOST_CASES))
    if found.before is not None and any(each.value for each in found.information):
        panels.append(_worth(model, found, lang))
    told = said or [
        evidence_of(model, found.findings, found.evidence_probability, lang),
        words["optimum"].format(_in_unit(model, found, unit.written(found.expected_utility), lang)),
    ]
    signed = any(value < 0 for value in values)
    keys = [Key("rise", words["gain"]), Key("fall", words["loss"])] if signed else []
    told = [title_of(model, lang), *told]
    return chart(words["title"], told, panels, keys, lang, [*more, *remarks])


def _policy(model: Model, found: Decided, policy: Policy, unit: Unit, lang: str) -> list[Bars]:
    """What every option is worth, and what it is worth in each case of what is known and matters."""
    words = WORDS[lang]
    name = label(model, policy.node, None, lang)
    heading = _in_unit(model, found, words["always"].format(name), lang)
    if len(policy.cases) == 1:
        return [
            Bars(unit, (Cell(_options(model, policy.node, policy.cases[0], unit, lang)),), heading)
        ]
    best = max(policy.always.values())
    own = tuple(
        Bar(label(model, policy.node, option, lang), value, strong=value == best)
        for option, value in policy.always.items()
    )
    shown = sorted(policy.cases, key=lambda each: -each.probability)[:MOST_CASES]
    cells = tuple(
        Cell(
            _options(model, policy.node, case, unit, lang),
            assigned(model, case.given, lang),
            words["case"].format(PERCENT.full(case.probability)),
        )
        for case in shown
    )
    by_case = _in_unit(model, found, words["cases"].format(name), lang)
    return [Bars(unit, (Cell(own),), heading), Bars(unit, cells, by_case)]


def _utilities(policy: Policy) -> list[float]:
    cases = (each.expected_utility.values() for each in policy.cases)
    return [value for each in cases for value in each if value is not None]


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
    """The value of knowing a node before the decision, of those that are worth something."""
    words = WORDS[lang]
    worth = [each for each in found.information if each.value > 0][:MOST_NODES]
    bars = [Bar(label(model, each.node, None, lang), each.value) for each in worth]
    if found.everything is not None:
        bars.append(Bar(words["everything"], found.everything, strong=True))
    unit = Unit().fitted([each.value or 0.0 for each in bars])
    assert found.before is not None
    before = words["worth"].format(label(model, found.before, None, lang))
    return Bars(unit, (Cell(tuple(bars)),), _in_unit(model, found, before, lang))


def _in_unit(model: Model, found: Decided, text: str, lang: str) -> str:
    """A text with the unit of the utilities, in the language if the graph has it so."""
    utilities = model.graph.utilities.values() if model.graph else ()
    unit = next((each.unit.text(lang) for each in utilities if each.unit), found.unit)
    return f"{text} ({unit})" if unit else text
