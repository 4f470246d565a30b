"""How sure effects are, as tables for people."""

from causal_model.cli.effect_tables import told_as
from causal_model.cli.intervals import of_intervals, percent, points, shares, width_table
from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import headed, labelled
from causal_model.model import Model
from causal_model.questions.interventions.result import Effects

__all__ = ["effect_tables"]

WORDS = {
    "en": {
        "sure": "How sure these are: {} intervals",
        "set": "when set",
        "change": "the change of {} by {}",
        "all": "{}, all states",
        "or": " or ",
    },
    "zh-Hant": {
        "sure": "這些數字有多可靠:{} 區間",
        "set": "設定後",
        "change": "{} 因 {} 的變化",
        "all": "{},所有狀態",
        "or": " 或 ",
    },
}


def effect_tables(model: Model, found: Effects, lang: str, *, plain: bool) -> list[Table]:
    """The intervals of effects, and the rows that add most to the width of the largest change.

    Args:
        model: for labels.
        found: the effects, with intervals.
        lang: language of the labels.
        plain: name a setting in the first of its rows only.
    """
    words, intervals = WORDS[lang], found.interval
    assert intervals is not None
    level = percent(intervals.level)
    columns = [
        *(Column(name, labelled(model, name, None, lang)) for name in found.of),
        Column("state", labelled(model, found.on, None, lang)),
        Column("done", words["set"], "probability"),
        Column("done_interval", level, "number"),
        *headed((Column("change_pp", "change", "points"),), lang),
        Column("change_pp_interval", level, "number"),
    ]
    event = words["or"].join(labelled(model, found.on, each, lang) for each in found.event)
    rows: list[list[Cell]] = []
    breaks = set()
    for effect, own in zip(found.settings, intervals.settings, strict=True):
        if own is None or effect.done is None or effect.change_pp is None:
            continue
        heads: list[Cell] = [
            told_as(model, name, each, lang) for name, each in effect.setting.items()
        ]
        parts: list[list[Cell]] = [
            [
                *(labelled(model, found.on, state, lang), effect.done[state]),
                *(shares(own.done[state]), effect.change_pp[state], points(own.change_pp[state])),
            ]
            for state in own.done
        ]
        if len(found.event) > 1 and own.event_done and own.event_change_pp:
            parts.append(
                [
                    *(event, effect.event_done, shares(own.event_done)),
                    *(effect.event_change_pp, points(own.event_change_pp)),
                ]
            )
        for at, part in enumerate(parts):
            rows.append([*(heads if at == 0 or not plain else [""] * len(heads)), *part])
        breaks.add(len(rows))
    caption = of_intervals(model, intervals, lang)
    tables = [Table(columns, rows, words["sure"].format(level), caption, frozenset(breaks))]
    widest = max(
        (
            (sum(each.deviation_pp**2 for each in own.width_by_row), at)
            for at, own in enumerate(intervals.settings)
            if own is not None and own.width_by_row
        ),
        default=None,
    )
    if widest is not None:
        effect, own = found.settings[widest[1]], intervals.settings[widest[1]]
        assert own is not None
        setting = ", ".join(
            f"{labelled(model, name, None, lang)} = {told_as(model, name, each, lang)}"
            for name, each in effect.setting.items()
        )
        name = labelled(model, found.on, None, lang)
        what = f"P({name} = {event})" if event else words["all"].format(name)
        told = words["change"].format(what, setting)
        tables.append(width_table(model, own.width_by_row, told, lang))
    return tables
