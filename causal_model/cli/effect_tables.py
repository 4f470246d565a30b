"""Effects as tables for people; see `effect_rows` for programs."""

from collections.abc import Mapping, Sequence

from causal_model.cli.intervals import of_change, of_intervals, of_probability
from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import headed, labelled, of_findings
from causal_model.glossary import listed
from causal_model.in_words import joined, named
from causal_model.inference.intervals import Interval
from causal_model.model import Model
from causal_model.questions.interventions.result import Effects, SettingEffect

__all__ = ["tables_of", "told_as"]

WORDS = {
    "en": {
        "done": "when set",
        "seen": "when seen",
        "confounding": "confounding",
        "channel": "channel",
        "moves": "moves",
        "part": "part of it",
        "to": "{0} to {1}",
        "moved": "Setting {0} instead of {1} moves P({2}) by {3:+.1f} pp, from {4:.1f} % to {5:.1f} %.",
        "still": "No setting moves {0}: {1}.",
        "no path": "no path of arrows leads there",
        "closed": "what is known closes every path there",
        "in vain": "the tables let none of it arrive",
        "evidence": "{} What is known is evidence after the nodes are set.",
        "unconfounded": "No confounding: no back-door path is open, so seeing tells the same as setting.",
        "confounded": "Confounding: what is seen tells of common causes as well, along {0}; when seen minus"
        " when set, at most {1:.1f} pp here.",
        "reversed": "Confounding: what is seen tells of its own causes, to which {0} belongs; when seen"
        " minus when set, at most {1:.1f} pp here.",
        "in vain too": "Confounding: a back-door path is open, {0}, but the tables let nothing through.",
        "late": "{0}: moved by the setting as well (post-treatment), so these rows compare worlds in which"
        " the same was seen, not the same cases under another setting. What would have been is asked by"
        " counterfactual.",
        "sign only": "No path of arrows leads from {0} to {1}: what changes is what these signs tell, and"
        " is no effect.",
        "impossible": "-: the findings are impossible there.",
        "unseen": "-: nobody sees that: the state cannot be there, or it is a distribution or a decision.",
        "title": "Through which channels: P({})",
        "other": "past all channels",
        "together": "together",
        "shapley": "Shares are Shapley values: what opening a channel adds, averaged over all orders.",
        "first": "The graph names no channel on the way: paths are grouped by the node they come to first.",
        "ordinal": "Assumed is the ordinal response: one quantile decides what each of these is after the"
        " setting and at the baseline, as channels need both at once and tables do not say how they go"
        " together: {}.",
        "unordered": "An arbitrary assumption for {}, whose states have no order.",
        "exact": "No further assumption was needed.",
    },
    "zh-Hant": {
        "done": "設定後",
        "seen": "觀察到時",
        "confounding": "混雜",
        "channel": "渠道",
        "moves": "變動",
        "part": "佔比",
        "to": "{0}設為{1}",
        "moved": "將{0}而非{1},P({2}) 變動 {3:+.1f} pp,由 {4:.1f} % 至 {5:.1f} %。",
        "still": "任何設定皆不改變{0}:{1}。",
        "no path": "沒有箭頭路徑通往該節點",
        "closed": "已知者封閉了所有通往該節點的路徑",
        "in vain": "機率表不讓任何影響到達",
        "evidence": "{}已知者為設定之後的證據。",
        "unconfounded": "混雜:無;沒有開放的後門路徑,觀察與設定所示相同。",
        "confounded": "混雜:觀察所示亦反映共同原因,路徑為 {0};觀察到時減設定後,在此最多 {1:.1f} pp。",
        "reversed": "混雜:觀察所示亦反映其自身的原因,{0}即在其中;觀察到時減設定後,在此最多 {1:.1f} pp。",
        "in vain too": "混雜:後門路徑 {0} 開放,但機率表不讓任何影響通過。",
        "late": "{0}:亦受設定影響(處理後),故各列比較的是看到相同跡象的不同世界,而非同一情況在另一設定下。"
        "本來會如何,請用 counterfactual。",
        "sign only": "沒有箭頭路徑由{0}通往{1}:變動者為這些跡象所示,並非效應。",
        "impossible": "-:在該設定下證據不可能成立。",
        "unseen": "-:無人能觀察:該狀態不可能出現,或為分布或決策。",
        "title": "經由哪些渠道:P({})",
        "other": "其他途徑",
        "together": "合計",
        "shapley": "份額為夏普利值:開放一條渠道所增加者,對所有順序取平均。",
        "first": "圖中沒有途經的具名渠道:路徑按首先到達的節點分組。",
        "ordinal": "假設序數反應:同一分位數決定下列各節點在設定後與基準下的狀態,因渠道同時需要兩者,"
        "而機率表未說明兩者如何配合:{}。",
        "unordered": "對{}而言此為任意假設,因其狀態無順序。",
        "exact": "無需其他假設。",
    },
}
# Points below which a change is rounding.
ROUNDING = 1e-9


def tables_of(model: Model, found: Effects, lang: str, *, plain: bool) -> list[Table]:
    """The outcome by setting, and the split by channel if there is one.

    Args:
        model: for labels.
        found: the answer.
        lang: language of the labels.
        plain: name a setting in the first of its rows only.
    """
    tables = [_settings(model, found, lang, plain=plain)]
    if found.channels:
        tables.append(_channels(model, found, lang, plain=plain))
    return tables


def _settings(model: Model, found: Effects, lang: str, *, plain: bool) -> Table:
    words, interval = WORDS[lang], found.interval
    confounded = found.structure.back_door is not None
    columns = [
        *(Column(name, labelled(model, name, None, lang)) for name in found.of),
        Column("state", labelled(model, found.on, None, lang)),
        Column("done", words["done"], "probability"),
        *headed((Column("change_pp", "change", "points"),), lang),
        Column("seen", words["seen"], "probability"),
        *([Column("confounding_pp", words["confounding"], "points")] if confounded else []),
        *([] if interval else [Column("bar", "", "bar")]),
    ]
    labels = {state: labelled(model, found.on, state, lang) for state in found.states}
    asked: list[str | None] = [*found.states, *([None] if len(found.event) > 1 else [])]
    rows: list[list[Cell]] = []
    breaks = set()
    for effect, sure in found.in_turn:
        heads: list[Cell] = [
            told_as(model, name, own, lang) for name, own in effect.setting.items()
        ]
        for state in asked:
            shown = heads if state == asked[0] or not plain else [""] * len(heads)
            numbers = effect.numbers(state)
            cells: list[Cell] = [*numbers]
            if sure:
                cells = _cells(numbers, sure.ends(state), "table" if plain else "md")
            if effect.setting == found.baseline:
                cells[1] = numbers[1]  # the change of the baseline against itself
            row = [*shown, labels[state] if state else _event(model, found, lang)]
            row += cells if confounded else cells[:-1]
            rows.append(row if interval else [*row, numbers[0] or 0.0])
        breaks.add(len(rows))
    caption = _said(model, found, lang)
    if interval:
        caption.append(of_intervals(model, interval, lang))
    return Table(columns, rows, caption="\n".join(caption), break_before=frozenset(breaks))


def _cells(
    numbers: Sequence[float | None], ends: Sequence[Interval | None], format_: str
) -> list[Cell]:
    """Done, change, seen and confounding, each with its interval."""
    written = (of_probability, of_change, of_probability, of_change)
    return [
        number if number is None or interval is None else write(number, interval, format_)
        for number, interval, write in zip(numbers, ends, written, strict=True)
    ]


def _said(model: Model, found: Effects, lang: str) -> list[str]:
    """What the numbers come to, in sentences."""
    words = WORDS[lang]
    structure = found.structure
    on = labelled(model, found.on, None, lang)
    causes = named(model, found.of, lang)
    said = []
    evidence = [each for each in found.findings if each.kind != "do"]
    told = of_findings(found.findings, lang)
    if found.findings:
        said.append(words["evidence"].format(told) if evidence else told)
    if headline := _headline(model, found, lang):
        said.append(headline)
    elif not structure.moved:
        why = "no path" if structure.directed is None else "closed"
        said.append(words["still"].format(on, words[why]))
    elif any(effect.change_pp for effect in found.contrasts):
        said.append(words["still"].format(on, words["in vain"]))
    said.append(_confounding(model, found, lang))
    if structure.post_treatment:
        said.append(words["late"].format(named(model, structure.post_treatment, lang)))
        if structure.directed is None and structure.moved:
            said.append(words["sign only"].format(causes, on))
    if any(effect.done is None for effect in found.settings):
        said.append(words["impossible"])
    elif any(effect.seen is None for effect in found.settings):
        said.append(words["unseen"])
    return said


def _headline(model: Model, found: Effects, lang: str) -> str:
    """The largest move in one sentence; empty where nothing moves."""
    on = labelled(model, found.on, None, lang)
    best: tuple[float, str, SettingEffect, float, float] | None = None
    for effect in found.contrasts:
        if effect.change_pp is None or effect.done is None:
            continue
        moves = dict(effect.change_pp)
        state = max(moves, key=lambda each: abs(moves[each]))
        told = f"{on}: {labelled(model, found.on, state, lang)}"
        points, after = moves[state], effect.done[state]
        if effect.event_change_pp is not None and effect.event_done is not None:
            told = f"{on}: {_event(model, found, lang)}"
            points, after = effect.event_change_pp, effect.event_done
        if abs(points) > max(ROUNDING, best[0] if best else 0.0):
            best = (abs(points), told, effect, points, after)
    if best is None:
        return ""
    _, told, effect, points, after = best
    words = WORDS[lang]
    set_ = [
        words["to"].format(labelled(model, name, None, lang), told_as(model, name, own, lang))
        for name, own in effect.setting.items()
    ]
    start = [labelled(model, name, state, lang) for name, state in found.baseline.items()]
    before = 100 * after - points
    ends = (told, points, before, 100 * after)
    return words["moved"].format(listed(set_, lang), listed(start, lang), *ends)


def _confounding(model: Model, found: Effects, lang: str) -> str:
    words = WORDS[lang]
    path = found.structure.back_door
    if path is None:
        return words["unconfounded"]
    shown = " ".join(
        labelled(model, each, None, lang) if at % 2 == 0 else each for at, each in enumerate(path)
    )
    largest = max(
        (
            abs(each)
            for effect in found.settings
            for each in (
                *(effect.confounding_pp or {}).values(),
                effect.event_confounding_pp or 0.0,
            )
        ),
        default=0.0,
    )
    if largest <= ROUNDING:
        return words["in vain too"].format(shown)
    if set(path[1::2]) == {"<-"}:
        return words["reversed"].format(labelled(model, found.on, None, lang), largest)
    return words["confounded"].format(shown, largest)


def _channels(model: Model, found: Effects, lang: str, *, plain: bool) -> Table:
    words = WORDS[lang]
    assert found.channels is not None
    columns = [
        *(Column(name, labelled(model, name, None, lang)) for name in found.of),
        Column("channel", words["channel"]),
        Column("share_pp", words["moves"], "points"),
        Column("part", words["part"]),
    ]
    rows: list[list[Cell]] = []
    breaks = set()
    for effect, sure in found.in_turn:
        if effect.channels is None:
            continue
        heads: list[Cell] = [
            told_as(model, name, own, lang) for name, own in effect.setting.items()
        ]
        shares = effect.channels
        spread = sure.channels if sure else None
        ends = spread.shares if spread else {}
        together = sure.event_change_pp if sure else None
        parts = [
            *(
                (_channel(model, found, name, lang), each, ends.get(name))
                for name, each in shares.shares.items()
            ),
            (words["other"], shares.other, spread.other if spread else None),
            (words["together"], shares.total, together),
        ]
        for at, (label, points, interval) in enumerate(parts):
            shown = heads if at == 0 or not plain else [""] * len(heads)
            whole = shares.total
            part = f"{round(100 * points / whole)} %" if abs(whole) > ROUNDING else None
            moves: Cell = points
            if interval:
                moves = of_change(points, interval, "table" if plain else "md")
            rows.append([*shown, label, moves, part])
        breaks.add(len(rows))
    said = [words["shapley"]]
    if found.channels.by == "first arrow":
        said.append(words["first"])
    if found.channels.witnesses:
        said.append(words["ordinal"].format(named(model, found.channels.witnesses, lang)))
        if found.channels.unordered:
            said.append(words["unordered"].format(named(model, found.channels.unordered, lang)))
    else:
        said.append(words["exact"])
    on = labelled(model, found.on, None, lang)
    title = words["title"].format(f"{on}: {_event(model, found, lang)}")
    return Table(columns, rows, title, "\n".join(said), frozenset(breaks))


def _channel(model: Model, found: Effects, name: str, lang: str) -> str:
    assert found.channels is not None
    if found.channels.by == "first arrow":
        return f"-> {labelled(model, name, None, lang)}"
    assert model.graph is not None
    label = model.graph.channels[name].label
    return label.text(lang) if label else name


def told_as(model: Model, name: str, own: str | Mapping[str, float], lang: str) -> str:
    """A state, or the states that a distribution may give, with their shares."""
    if isinstance(own, str):
        return labelled(model, name, own, lang)
    shares = (
        f"{labelled(model, name, state, lang)} {100 * share:.3g} %" for state, share in own.items()
    )
    return listed(shares, lang)


def _event(model: Model, found: Effects, lang: str) -> str:
    return joined(model, found.on, found.event, lang)
