"""Charts of effects: the outcome under every setting, and through which channels it changes."""

from collections.abc import Mapping, Sequence

from causal_model.charts import widths
from causal_model.charts.words import (
    chart,
    event,
    given,
    joined,
    label,
    share_text,
    title_of,
    words_of,
)
from causal_model.model import Model
from causal_model.questions.interventions.result import Effects
from causal_model.render.charts.units import PERCENT, POINTS
from causal_model.render.charts.values import Bar, Bars, Cell, Chart, Key, Step, Waterfall

__all__ = ["of_channels", "of_effects"]

# Percentage points that are rounding.
SAME = 1e-7
WORDS = {
    "en": {
        "title": "What does setting {} do to {}?",
        "done": "probability when it is set (%)",
        "seen": "when it is merely seen",
        "against": "Changes in percentage points (pp) against {}.",
        "channels": "Through which channels does {} act on {}?",
        "from": "from {} to {}",
        "via": "by way of {}",
        "other": "other ways",
        "total": "{} of {}",
        "rise": "raises {}",
        "fall": "lowers {}",
        "impossible": "what is given is impossible here",
        "ends": "at the right: {}",
        "baseline": "baseline",
        "change": "the change of {} by {}",
    },
    "zh-Hant": {
        "title": "設定「{}」對「{}」有何影響?",
        "done": "設定時的機率(%)",
        "seen": "僅觀察到時",
        "against": "變化為相對於 {} 的百分點(pp)。",
        "channels": "「{}」經由哪些渠道影響「{}」?",
        "from": "從 {} 到 {}",
        "via": "經由 {}",
        "other": "其他途徑",
        "total": "{} / {}",
        "rise": "提高 {}",
        "fall": "降低 {}",
        "impossible": "在此給定的證據不可能",
        "ends": "右側:{}",
        "baseline": "基準",
        "change": "{} 因 {} 的變化",
    },
}


def of_effects(
    model: Model,
    found: Effects,
    lang: str = "en",
    said: Sequence[str] = (),
    remarks: Sequence[str] = (),
) -> Chart:
    """The distribution of the outcome by setting; what merely seeing it would tell as outlines.

    Args:
        model: the graph, for labels.
        found: the answer; its intervals are whiskers.
        lang: of the labels.
        said: what the numbers come to, in words; default what was given.
        remarks: what the intervals come from, in words.
    """
    words, shared = WORDS[lang], words_of(lang)
    base = _setting(model, found.baseline, lang)
    cells = tuple(_cell(model, found, number, base, lang) for number in range(len(found.settings)))
    keys = [Key("bar", words["done"])]
    if any(
        abs(each) > SAME for own in found.settings for each in (own.confounding_pp or {}).values()
    ):
        keys.append(Key("outline", words["seen"]))
    if found.interval:
        keys.append(Key("interval", shared["interval"].format(share_text(found.interval.level))))
    keys.append(Key("change", shared["change"]))
    title = words["title"].format(*_names(model, found, lang))
    told = [title_of(model, lang), *_told(model, found, lang, said)]
    remarks = [words["against"].format(base), *remarks]
    panels = [Bars(PERCENT, cells, extra_name="pp")]
    if found.least_sure:
        effect, sure = found.least_sure
        about = label(model, found.on, None, lang)
        if found.event:
            about = event(model, found.on, found.event, lang)
        setting = words_of(lang)["comma"].join(
            f"{label(model, node, None, lang)} = {_setting(model, {node: own}, lang)}"
            for node, own in effect.setting.items()
        )
        what = words["change"].format(about, setting)
        panels += widths.of_one(model, sure.width_by_row, what, lang)
    return chart(title, told, panels, keys, lang, remarks)


def _cell(model: Model, found: Effects, number: int, base: str, lang: str) -> Cell:
    """A bar for every state, and one for those that are taken together."""
    words, each = WORDS[lang], found.settings[number]
    heading = _setting(model, each.setting, lang)
    if each.done is None:
        empty = tuple(Bar(label(model, found.on, state, lang), None) for state in found.states)
        return Cell(empty, heading, words["impossible"])
    sure = found.interval.settings[number] if found.interval else None
    moved = heading != base and each.change_pp is not None
    bars = []
    for state, p in each.done.items():
        change = each.change_pp[state] if moved and each.change_pp else None
        bars.append(
            Bar(
                label(model, found.on, state, lang),
                p,
                None if each.seen is None else each.seen[state],
                sure.done[state] if sure else None,
                "" if change is None else POINTS.written(change),
                extra_under=POINTS.between(*sure.change_pp[state]) if sure and moved else "",
            )
        )
    if len(each.event) > 1:
        change = each.event_change_pp if moved else None
        ends = sure.event_change_pp if sure and moved else None
        bars.append(
            Bar(
                joined(model, found.on, each.event, lang),
                each.event_done,
                each.event_seen,
                sure.event_done if sure else None,
                "" if change is None else POINTS.written(change),
                strong=True,
                extra_under=POINTS.between(*ends) if ends else "",
            )
        )
    return Cell(tuple(bars), heading, words["baseline"] if heading == base else "")


def of_channels(
    model: Model,
    found: Effects,
    lang: str = "en",
    said: Sequence[str] = (),
    assumptions: Sequence[str] = (),
) -> Chart:
    """A waterfall for every contrast, from the baseline to the setting, channel by channel.

    Args:
        model: the graph, for labels.
        found: the answer, with channels.
        lang: of the labels.
        said: what the numbers come to, in words; default what was given.
        assumptions: in words, what the split rests on.
    """
    words = WORDS[lang]
    about = event(model, found.on, found.event, lang)
    base = _setting(model, found.baseline, lang)
    panels = []
    for each, sure in found.in_turn:
        if each.channels is None or each.event_done is None:
            continue
        heading = _setting(model, each.setting, lang)
        shares, spread = each.channels, sure.channels if sure else None
        ends = {**spread.shares, "": spread.other} if spread else {}
        changes = [*shares.shares.items(), ("", shares.other)]
        unit = POINTS.fitted([change for _, change in changes], digits=2)
        steps = tuple(
            Step(
                _channel(model, found, name, lang),
                change,
                extra=unit.between(*ends[name]) if name in ends else "",
            )
            for name, change in changes
            if name or abs(change) > 1e-9
        )
        start = each.event_done - shares.total / 100
        panels.append(
            Waterfall(
                *(PERCENT, unit, (base, start), steps, (heading, each.event_done)),
                words["from"].format(base, heading),
            )
        )
    keys = [Key("rise", words["rise"].format(about)), Key("fall", words["fall"].format(about))]
    if found.interval:
        share = share_text(found.interval.level)
        keys.append(Key("change", words["ends"].format(words_of(lang)["interval"].format(share))))
    title = words["channels"].format(*_names(model, found, lang))
    told = [title_of(model, lang), *_told(model, found, lang, said)]
    return chart(title, told, panels, keys if panels else (), lang, assumptions)


def _told(model: Model, found: Effects, lang: str, said: Sequence[str]) -> Sequence[str]:
    return said or [given(model, found.findings, lang) + words_of(lang)["end"]]


def _names(model: Model, found: Effects, lang: str) -> tuple[str, str]:
    comma = words_of(lang)["comma"]
    return comma.join(label(model, each, None, lang) for each in found.of), label(
        model, found.on, None, lang
    )


def _setting(model: Model, setting: Mapping[str, str | Mapping[str, float]], lang: str) -> str:
    """A setting in words; a single node goes without its name, which the title has."""
    parts = []
    for node, own in setting.items():
        if isinstance(own, str):
            state = label(model, node, own, lang)
        else:
            state = " / ".join(
                f"{label(model, node, each, lang)} {PERCENT.full(p)}" for each, p in own.items()
            )
        parts.append(state if len(setting) == 1 else f"{label(model, node, None, lang)} = {state}")
    return words_of(lang)["comma"].join(parts)


def _channel(model: Model, found: Effects, name: str, lang: str) -> str:
    words = WORDS[lang]
    if not name:
        return words["other"]
    assert found.channels is not None
    if found.channels.by == "first arrow":
        return words["via"].format(label(model, name, None, lang) if name in model.nodes else name)
    known = model.graph.channels.get(name) if model.graph else None
    return known.label.text(lang) if known and known.label else name
