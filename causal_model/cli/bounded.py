"""Bounds on an effect that no data can tell, as tables for people and as rows for programs."""

from collections.abc import Mapping, Sequence

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import labelled
from causal_model.glossary import listed
from causal_model.in_words import joined, named
from causal_model.model import Model
from causal_model.questions.interventions.bounded import Bound, EffectLimits
from causal_model.questions.interventions.identify import Identification

__all__ = ["BOUND_COLUMNS", "bound_rows", "bounds_of"]

# Of bounds, for programs.
BOUND_COLUMNS = (
    *("setting", "baseline", "states"),
    *("lower", "upper", "value_in_graph", "lower_by", "upper_by"),
)
WORDS = {
    "en": {
        "to": "{0} to {1}",
        "lower": "at least",
        "upper": "at most",
        "in_graph": "in this graph",
        "by": "by instrument",
        "bounds": "What observed nodes leave open: {0} when {1} is set",
        "contrasts": "What they leave open of the change against {0}",
        "rests": "Bounds: whatever the tables of hidden nodes, as long as observed nodes are distributed"
        " as in this graph; the numbers beside them are those of its own tables.",
        "between": "Setting {0} instead of {1} moves P({2}) by between {3:+.1f} and {4:+.1f} pp;"
        " in this graph by {5:+.1f} pp.",
        "sign": " Not even the direction can be told.",
        "natural": "These bounds follow from how often cause and outcome go together, and assume nothing.",
        "assumes": "Bounds by an instrument assume what the arrows say: that it reaches {0} through {1}"
        " alone, and shares no cause with it, given what stands beside it above. Without one (-) they"
        " follow from how often cause and outcome go together.",
        "narrower": "No narrower ones follow from one instrument; all nodes together may allow some.",
        "covered": "{0}: nothing beyond what {1} tells.",
        "below the cause": "{0}: left out, as setting {2} moves it.",
        "too large": "{0}: left out, as the linear programmes would be too large.",
        "refuted": "{0}: left out, as rounding made its linear programme impossible.",
    },
    "zh-Hant": {
        "to": "{0}設為{1}",
        "lower": "至少",
        "upper": "至多",
        "in_graph": "本圖所示",
        "by": "憑工具變數",
        "bounds": "已觀察節點留下的範圍:設定{1}時的{0}",
        "contrasts": "相對於{0}的變化,已觀察節點留下的範圍",
        "rests": "界限:不論隱藏節點的機率表為何,只要已觀察節點的分布與本圖相同即成立;旁列者為本圖"
        "自身機率表所示。",
        "between": "將{0}而非{1},P({2}) 的變動介乎 {3:+.1f} 與 {4:+.1f} pp 之間;本圖為 {5:+.1f} pp。",
        "sign": "連方向亦無法得知。",
        "natural": "此等界限僅由原因與結果同時出現的頻率得出,無需任何假設。",
        "assumes": "憑工具變數的界限假設箭頭所述:給定上表所列者,工具變數僅經{1}到達{0},且兩者無共同原因。"
        "不憑工具變數者(-)由原因與結果同時出現的頻率得出。",
        "narrower": "單憑一個工具變數得不出更窄的界限;合所有節點或可得出。",
        "covered": "{0}:未超出{1}所示。",
        "below the cause": "{0}:不採用,因設定{2}會改變之。",
        "too large": "{0}:不採用,因線性規劃過大。",
        "refuted": "{0}:不採用,因捨入誤差使線性規劃無解。",
    },
}


def bounds_of(model: Model, found: Identification, lang: str, *, plain: bool) -> list[Table]:
    """The bounds of every setting, and of the changes against the baseline; none where there are none.

    Args:
        model: for labels.
        found: the answer.
        lang: language of the labels.
        plain: name a setting in the first of its rows only.
    """
    limits = found.bounds
    if not isinstance(limits, EffectLimits):
        return []
    words = WORDS[lang]
    on = labelled(model, found.on, None, lang)
    title = words["bounds"].format(on, named(model, found.of, lang))
    said = _said(model, found, limits, lang)
    if not limits.contrasts:
        return [_table(model, limits.effects, title, [words["rests"], *said], lang, plain=plain)]
    start = _in_states(model, limits.contrasts[0].baseline or {}, lang)
    against = words["contrasts"].format(start)
    return [
        _table(model, limits.effects, title, [words["rests"]], lang, plain=plain),
        _table(model, limits.contrasts, against, said, lang, plain=plain),
    ]


def bound_rows(found: Identification) -> list[list[Cell]]:
    """The numbers under `BOUND_COLUMNS`, after what kind they are."""
    if not isinstance(found.bounds, EffectLimits):
        return []
    return [
        [
            "bounds" if each.baseline is None else "contrast",
            "|".join(f"{name}={state}" for name, state in each.setting.items()),
            "|".join(f"{name}={state}" for name, state in (each.baseline or {}).items()),
            "|".join(each.states),
            each.lower,
            each.upper,
            each.in_graph,
            *("" if by is None else by.node for by in (each.lower_by, each.upper_by)),
        ]
        for each in (*found.bounds.effects, *found.bounds.contrasts)
    ]


def _table(
    model: Model,
    bounds: Sequence[Bound],
    title: str,
    said: Sequence[str],
    lang: str,
    *,
    plain: bool,
) -> Table:
    words = WORDS[lang]
    causes, on = list(bounds[0].setting), bounds[0].on
    change = bounds[0].baseline is not None
    numbers = ("lower", "upper", "in_graph")
    columns = [
        *(Column(name, labelled(model, name, None, lang)) for name in causes),
        Column("states", labelled(model, on, None, lang)),
        *(Column(name, words[name], "points" if change else "probability") for name in numbers),
        Column("by", words["by"]),
    ]
    rows: list[list[Cell]] = []
    breaks = set()
    scale = 100 if change else 1
    for at, each in enumerate(bounds):
        new = at == 0 or each.setting != bounds[at - 1].setting
        if new and at:
            breaks.add(at)
        heads = [
            labelled(model, name, state, lang) if new or not plain else ""
            for name, state in each.setting.items()
        ]
        ends = [scale * number for number in (each.lower, each.upper, each.in_graph)]
        rows.append([*heads, _event(model, each, lang), *ends, _by(model, each, lang)])
    if len(breaks) + 1 == len(rows):
        breaks.clear()
    return Table(columns, rows, title, "\n".join(said), frozenset(breaks))


def _said(model: Model, found: Identification, limits: EffectLimits, lang: str) -> list[str]:
    """The largest change in a sentence, what the bounds assume, and which instruments are left out."""
    words = WORDS[lang]
    on, causes = labelled(model, found.on, None, lang), named(model, found.of, lang)
    said = []
    if each := limits.largest:
        set_ = [
            words["to"].format(
                labelled(model, name, None, lang), labelled(model, name, state, lang)
            )
            for name, state in each.setting.items()
        ]
        setting = listed(set_, lang)
        start = _in_states(model, each.baseline or {}, lang)
        ends = [100 * number for number in (each.lower, each.upper, each.in_graph)]
        told = words["between"].format(setting, start, f"{on}: {_event(model, each, lang)}", *ends)
        said.append(told + words["sign"] if each.lower < 0 < each.upper else told)
    used = {by for each in (*limits.effects, *limits.contrasts) for by in each.by if by}
    if used:
        said += [words["assumes"].format(on, causes), words["narrower"]]
    else:
        said.append(words["natural"])
    grouped: dict[tuple[str, str], list[str]] = {}
    for unused in limits.unused:
        by = labelled(model, unused.by.node, None, lang) if unused.by else ""
        grouped.setdefault((unused.reason, by), []).append(unused.instrument.node)
    said += [
        words[reason].format(named(model, nodes, lang), by, causes)
        for (reason, by), nodes in grouped.items()
    ]
    return said


def _by(model: Model, bound: Bound, lang: str) -> str | None:
    """The instrument of both ends, or of each."""
    words = WORDS[lang]
    lower, upper = (
        None if each is None else labelled(model, each.node, None, lang) for each in bound.by
    )
    if lower == upper:
        return lower
    ends = (("lower", lower), ("upper", upper))
    return listed((f"{words[end]} {label}" for end, label in ends if label), lang)


def _event(model: Model, bound: Bound, lang: str) -> str:
    return joined(model, bound.on, bound.states, lang)


def _in_states(model: Model, states: Mapping[str, str], lang: str) -> str:
    return listed((labelled(model, name, state, lang) for name, state in states.items()), lang)
