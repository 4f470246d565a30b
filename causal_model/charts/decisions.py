"""The chart of a decision: expected utilities of its options, and what it is worth to know more."""

import math
from collections.abc import Collection, Mapping, Sequence

from causal_model.charts.words import assigned, chart, evidence_of, label, title_of
from causal_model.model import Model
from causal_model.questions.decisions.result import Case, Decided, Policy
from causal_model.render.charts.units import PERCENT, Unit
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key

__all__ = ["of_decided"]

# So many cases of what is known are drawn, the most probable ones, in the order of their states.
MOST_CASES, MOST_NODES = 9, 15
WORDS = {
    "en": {
        "title": "What is best to decide?",
        "optimum": "Expected utility of the best policy: {}.",
        "options": "{}: expected utility of each option",
        "always": "{}: expected utility of each option, if it is taken whatever is known",
        "cases": "{}: expected utility by what is known",
        "policy": "P = {}",
        "told": "P = {}: the best policies do not lead there; if that was decided all the same",
        "any": "P = {}: the best policies do not lead there; if earlier options were equally likely",
        "worth": "What it is worth to know first: {}",
        "everything": "all of these together",
        "top": "best",
        "behind": "{} behind",
        "gain": "expected gain",
        "loss": "expected loss",
        "more": "{}: {} less probable cases are left out.",
        "impossible": "{}: cases that cannot be are left out ({}).",
        "lesser": "{} further nodes are worth less to be known.",
        "one lesser": "One further node is worth less to be known.",
    },
    "zh-Hant": {
        "title": "怎樣決定最好?",
        "optimum": "最佳策略的期望效用:{}。",
        "options": "{}:各選項的期望效用",
        "always": "{}:不論已知情況皆採同一選項的期望效用",
        "cases": "{}:依已知情況的期望效用",
        "policy": "機率 {}",
        "told": "機率 {}:最佳策略不會走到這一步;假使仍如此決定",
        "any": "機率 {}:最佳策略不會走到這一步;假使先前各選項機率相等",
        "worth": "決定前先得知的價值:{}",
        "everything": "以上全部",
        "top": "最佳",
        "behind": "少 {}",
        "gain": "期望收益",
        "loss": "期望損失",
        "more": "{}:另有 {} 種較不可能的情況從略。",
        "impossible": "{}:不可能出現的情況從略({} 種)。",
        "lesser": "另有 {} 個節點,得知的價值較小。",
        "one lesser": "另有 1 個節點,得知的價值較小。",
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
        said: what the best policy is worth, in words; default just that.
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
        name = label(model, policy.node, None, lang)
        possible = [case for case in policy.cases if case.is_possible]
        if len(possible) < len(policy.cases):
            more.append(words["impossible"].format(name, len(policy.cases) - len(possible)))
        if len(possible) > MOST_CASES:
            more.append(words["more"].format(name, len(possible) - MOST_CASES))
    if found.before is not None and any(each.value for each in found.information):
        panels.append(_worth(model, found, lang))
        if lesser := sum(each.value > 0 for each in found.information[MOST_NODES:]):
            more.append(words["lesser" if lesser > 1 else "one lesser"].format(lesser))
    optimum = _in_unit(model, found, unit.written(found.expected_utility), lang)
    told = [
        title_of(model, lang),
        evidence_of(model, found.findings, found.evidence_probability, lang),
        *(said or [words["optimum"].format(optimum)]),
    ]
    signed = any(value < 0 for value in values)
    keys = [Key("rise", words["gain"]), Key("fall", words["loss"])] if signed else []
    return chart(words["title"], told, panels, keys, lang, [*more, *remarks])


def _policy(model: Model, found: Decided, policy: Policy, unit: Unit, lang: str) -> list[Bars]:
    """What every option is worth, and what it is worth in each case of what is known and matters."""
    words = WORDS[lang]
    name = label(model, policy.node, None, lang)
    if not policy.matters:
        heading = _in_unit(model, found, words["options"].format(name), lang)
        return [
            Bars(unit, (Cell(_options(model, policy.node, policy.cases[0], unit, lang)),), heading)
        ]
    # Rounding must not tell apart what is equally good.
    largest = max(policy.always.values())
    best = [each for each, value in policy.always.items() if math.isclose(value, largest)]
    own = _bars(model, policy.node, policy.always, best, unit, lang)
    cells = tuple(
        Cell(
            _options(model, policy.node, case, unit, lang),
            assigned(model, case.given, lang),
            words[case.earlier or ""].format(PERCENT.full(case.probability)),
        )
        for case in _drawn(policy)
    )
    heading = _in_unit(model, found, words["always"].format(name), lang)
    by_case = _in_unit(model, found, words["cases"].format(name), lang)
    return [Bars(unit, (Cell(own),), heading), Bars(unit, cells, by_case)]


def _drawn(policy: Policy) -> list[Case]:
    """The most probable of the cases that can be, in their own order."""
    possible = [case for case in policy.cases if case.is_possible]
    ranked = sorted(range(len(possible)), key=lambda at: -possible[at].probability)
    return [possible[at] for at in sorted(ranked[:MOST_CASES])]


def _utilities(policy: Policy) -> list[float]:
    cases = (each.expected_utility.values() for each in policy.cases)
    return [value for each in cases for value in each if value is not None]


def _options(model: Model, node: str, case: Case, unit: Unit, lang: str) -> tuple[Bar, ...]:
    """The options in a case that can be."""
    worth = {each: value for each, value in case.expected_utility.items() if value is not None}
    return _bars(model, node, worth, case.tied, unit, lang)


def _bars(
    model: Model,
    node: str,
    worth: Mapping[str, float],
    best: Collection[str],
    unit: Unit,
    lang: str,
) -> tuple[Bar, ...]:
    """A bar for every option, the best ones told in words as well, as not all fonts have a bold type."""
    words = WORDS[lang]
    top = max(worth.values())
    return tuple(
        Bar(
            label(model, node, option, lang),
            value,
            strong=option in best,
            extra=words["top"]
            if option in best
            else words["behind"].format(unit.written(top - value)),
        )
        for option, value in worth.items()
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
