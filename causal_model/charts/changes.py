"""The chart of a difference: by how many percentage points answers move from one variant to the other."""

import math
from collections.abc import Sequence
from dataclasses import replace

from causal_model.charts.words import chart, label
from causal_model.glossary import either
from causal_model.model import Model
from causal_model.render.charts.units import PERCENT, POINTS, Unit
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key
from causal_model.variants.difference import SAME, AnswerChange, Difference, Distribution

__all__ = ["of_difference"]

# So many bars of nodes other than the outcome are drawn, the largest changes first.
MOST_BARS = 40
WORDS = {
    "en": {
        "title": "What changes from {} to {}?",
        "outcome": "{}: change by scenario",
        "marginals": "All nodes, with nothing given",
        "nothing": "nothing given",
        "rise": "more probable in {}",
        "fall": "less probable in {}",
        "same": "No answer moves by {:g} pp or more.",
        "hidden": "Changes below {:g} pp are left out.",
        "more": "{} more nodes that move less are left out.",
        "quote": "“{}”",
    },
    "zh-Hant": {
        "title": "從 {} 到 {} 有何改變?",
        "outcome": "{}:各情景下的變化",
        "marginals": "所有節點,未給定任何發現",
        "nothing": "未給定任何發現",
        "rise": "在 {} 中較可能",
        "fall": "在 {} 中較不可能",
        "same": "沒有任何答案變動達 {:g} pp。",
        "hidden": "小於 {:g} pp 的變化從略。",
        "more": "另有 {} 個變動較小的節點從略。",
        "quote": "「{}」",
    },
}


def of_difference(
    found: Difference, models: tuple[Model, Model], at_least: float, lang: str
) -> Chart:
    """Bars of percentage points: the outcome by scenario, then every other node.

    Args:
        found: what changed by `at_least` or more.
        models: before and after, for labels.
        at_least: percentage points below which states are left out.
        lang: of the labels.
    """
    words = WORDS[lang]
    panels = []
    unit = _unit(found.outcome)
    outcome = [
        bar
        for change in found.outcome
        for bar in _bars(change, _scenario(models, change, lang), unit, models, at_least, lang)
    ]
    if outcome:
        node = _label(models, found.outcome[0].node, None, lang)
        panels.append(Bars(unit, (Cell(tuple(outcome)),), words["outcome"].format(node)))
    nodes: list[Bar] = []
    unit = _unit(found.marginals)
    left_out = 0
    for change in found.marginals:
        head = _label(models, change.node, None, lang)
        own = _bars(change, head, unit, models, at_least, lang)
        if nodes and len(nodes) + len(own) > MOST_BARS:
            left_out += 1
        else:
            nodes += own
    if nodes:
        panels.append(Bars(unit, (Cell(tuple(nodes)),), words["marginals"]))
    names = (found.before.name, found.after.name)
    told = [f"{names[at]}: {side.title}" for at, side in enumerate((found.before, found.after))]
    if not panels:
        told.append(words["same"].format(at_least))
    keys = [
        Key("rise", words["rise"].format(names[1])),
        Key("fall", words["fall"].format(names[1])),
    ]
    remarks = [words["hidden"].format(at_least)] if at_least and panels else []
    if left_out:
        remarks.append(words["more"].format(left_out))
    return chart(words["title"].format(*names), told, panels, keys if panels else (), lang, remarks)


def _unit(changes: Sequence[AnswerChange]) -> Unit:
    """Percentage points, with a second decimal where all changes are small."""
    return POINTS.fitted([each.largest for each in changes], digits=2)


def _bars(
    change: AnswerChange,
    group: str,
    unit: Unit,
    models: tuple[Model, Model],
    at_least: float,
    lang: str,
) -> Sequence[Bar]:
    """The states that moved, and the low ones together."""
    least = max(at_least, SAME)
    own = [
        Bar(
            _label(models, change.node, state, lang),
            points,
            extra=_ends(change.before, change.after, (state,), unit),
            group=group,
        )
        for state, points in change.points.items()
        if abs(points) >= least
    ]
    low = change.low_points
    if low is not None and len(change.low) > 1 and abs(low) >= least:
        named = either((_label(models, change.node, each, lang) for each in change.low), lang)
        ends = _ends(change.before, change.after, change.low, unit)
        own.append(Bar(named, low, extra=ends, group=group, strong=True))
    return own


def _ends(
    before: Distribution | None, after: Distribution | None, states: Sequence[str], unit: Unit
) -> str:
    """The probability of some states before and after, with the digits of the change."""
    assert before is not None
    assert after is not None
    percent = replace(PERCENT, decimals=unit.decimals)
    sums = [math.fsum(each[state] for state in states) for each in (before, after)]
    return f"{percent.written(sums[0])} → {percent.full(sums[1])}"


def _scenario(models: tuple[Model, Model], change: AnswerChange, lang: str) -> str:
    """A scenario by its title."""
    if change.scenario is None:
        return WORDS[lang]["nothing"]
    for model in models:
        known, _ = model.scenario_files()
        if change.scenario in known:
            return known[change.scenario].title.text(lang)
    return change.scenario


def _label(models: tuple[Model, Model], node: str, state: str | None, lang: str) -> str:
    """The label that the later variant gives, or the earlier one for what only that has."""
    for model in reversed(models):
        variable = model.network.variables.get(node)
        if variable is not None and (state is None or state in variable.states):
            return label(model, node, state, lang)
    return state or node
