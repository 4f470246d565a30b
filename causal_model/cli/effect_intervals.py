"""The rows of tables that make an effect uncertain, for people."""

from causal_model.cli.effect_tables import told_as
from causal_model.cli.intervals import width_table
from causal_model.cli.output import Table
from causal_model.cli.wording import labelled
from causal_model.glossary import listed
from causal_model.in_words import joined
from causal_model.model import Model
from causal_model.questions.interventions.result import Effects

__all__ = ["width_of_effects"]

WORDS = {
    "en": {
        "change": "the change of {} by {}",
        "all": "{}, all states",
    },
    "zh-Hant": {
        "change": "{} 因 {} 的變化",
        "all": "{},所有狀態",
    },
}


def width_of_effects(model: Model, found: Effects, lang: str) -> list[Table]:
    """The rows that add most to the width of the change that varies most; none where none varies.

    Args:
        model: for labels.
        found: the effects, with intervals.
        lang: language of the labels.
    """
    words = WORDS[lang]
    if found.least_sure is None:
        return []
    effect, sure = found.least_sure
    setting = listed(
        (
            f"{labelled(model, name, None, lang)} = {told_as(model, name, each, lang)}"
            for name, each in effect.setting.items()
        ),
        lang,
    )
    name = labelled(model, found.on, None, lang)
    event = joined(model, found.on, found.event, lang)
    what = f"P({name} = {event})" if event else words["all"].format(name)
    told = words["change"].format(what, setting)
    return [width_table(model, sure.width_by_row, told, lang)]
