"""An explanation as tables for people, and all of it as one table for programs."""

from collections.abc import Iterator
from dataclasses import replace

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import labelled
from causal_model.glossary import listed, sentences
from causal_model.in_words import finding as in_words
from causal_model.in_words import joined
from causal_model.inference.findings import describe
from causal_model.model import Model
from causal_model.questions.reasons.explanation import Explanation, FindingShare
from causal_model.render.numbers_in_words import printed

__all__ = ["one_table", "tables_of"]

# Paths of one finding that a table shows; JSON has more.
SHOWN_PATHS = 3
# Bits of conflict that are none.
NO_BITS = 0.005
WORDS = {
    "en": {
        "finding": "finding",
        "shapley": "share",
        "error": "s.e.",
        "alone": "alone",
        "left out": "if left out",
        "without": "would be",
        "path": "path",
        "kind": "kind",
        "seen": "what was seen",
        "probability": "probability",
        "given others": "given the others",
        "title": "P({}): {:.1f} % with nothing given, {:.1f} % now",
        "all": "all together",
        "exact": "The share is the Shapley value: the mean of what a finding adds, over all orders in which"
        " they can come in. Alone: what it adds to nothing. If left out: what is lost without it, the"
        " others given.",
        "drawn": "The share is the Shapley value: the mean of what a finding adds, over {:,} orders that"
        " were drawn. Alone: what it adds to nothing. If left out: what is lost without it, the others"
        " given.",
        "impossible": "Of the sets of findings that were asked {:,} are impossible (-); orders over them"
        " do not count.",
        "paths": "Paths to {}, the other findings being there",
        "directed": "along the arrows",
        "open": "by what it tells",
        "cut": "closed by it",
        "itself": "the outcome itself",
        "no_open_path": "No open path from: {}.",
        "belief": "Every path is closed by what is believed: {}.",
        "outcome_known": "Without effect, as the outcome is known: {}.",
        "said_already": "The other findings say as much: {}.",
        "says_nothing": "Fits all states alike, so says nothing: {}.",
        "more": "and {} more",
        "many more": "and {} or more besides",
        "perhaps more": "and perhaps more",
        "conflict": "Do they fit together? Conflict measure {}: {}.",
        "fits": "they support each other",
        "neutral": "they neither support nor contradict each other",
        "against": "they speak against each other",
        "worst": "Least of all fit {} and {} ({}).",
        "scale": "A sign counts as certain to be seen in the state that it fits best.",
        "conflict title": "How surprising",
        "between": "; ",
    },
    "zh-Hant": {
        "finding": "發現",
        "shapley": "份額",
        "error": "標準誤",
        "alone": "單獨",
        "left out": "略去則少",
        "without": "將會是",
        "path": "路徑",
        "kind": "類型",
        "seen": "所見證據",
        "probability": "機率",
        "given others": "給定其他",
        "title": "P({}):未給定任何發現時 {:.1f} %,目前 {:.1f} %",
        "all": "全部",
        "exact": "份額為夏普利值:一項發現在所有可能順序中所增加者的平均。單獨:僅有它時的變化。"
        "略去則少:其他發現不變而略去它時失去的變化。",
        "drawn": "份額為夏普利值:一項發現在抽取的 {:,} 種順序中所增加者的平均。單獨:僅有它時的變化。"
        "略去則少:其他發現不變而略去它時失去的變化。",
        "impossible": "所問的發現組合中有 {:,} 個不可能成立(-),經過它們的順序不計。",
        "paths": "給定其他發現時通往{}的路徑",
        "directed": "順箭頭",
        "open": "憑其資訊",
        "cut": "被其關閉",
        "itself": "即為結果",
        "no_open_path": "沒有通路:{}。",
        "belief": "路徑都被信念關閉:{}。",
        "outcome_known": "結果已知,故不起作用:{}。",
        "said_already": "其他發現已包含其內容:{}。",
        "says_nothing": "與各狀態同樣相符,故不提供資訊:{}。",
        "more": "另有 {} 條",
        "many more": "另有 {} 條以上",
        "perhaps more": "可能另有其他",
        "conflict": "彼此相符嗎?衝突度 {}:{}。",
        "fits": "彼此支持",
        "neutral": "既不彼此支持也不互相矛盾",
        "against": "互相矛盾",
        "worst": "最不相符的是{}與{}({})。",
        "scale": "跡象在與其最相符的狀態下視為必然出現。",
        "conflict title": "有多意外",
        "between": ";",
    },
}


def tables_of(model: Model, found: Explanation, lang: str) -> list[Table]:
    """The shares of the findings, their paths where there are any, and how the findings fit together."""
    tables = [_shares(model, found, lang)]
    ranked = sorted(found.shares, key=lambda each: -abs(each.share))
    closed = _closed(model, ranked, lang)
    if any(each.paths.paths for each in ranked):
        tables.append(_paths(model, found, ranked, closed, lang))
    else:
        (first,) = tables
        tables = [replace(first, caption=sentences([first.caption, closed], lang))]
    if len(found.conflict.alone) > 1:
        tables.append(_conflict(model, found, lang))
    return tables


def one_table(found: Explanation) -> Table:
    """A row per finding, as it would be typed, with everything that is one number of it."""
    columns = [
        Column("finding", ""),
        Column("kind", ""),
        *(
            Column(name, "", "number")
            for name in (
                *("shapley_pp", "standard_error_pp", "alone_pp", "left_out_pp"),
                *("probability_without", "probability_alone", "probability_given_others"),
            )
        ),
        Column("shortest_path", ""),
        Column("path_kind", ""),
        Column("closed", ""),
    ]
    rows: list[list[Cell]] = []
    for at, each in enumerate(found.shares):
        first = next(iter(each.paths.paths), None)
        counted = at in found.conflict.alone
        rows.append(
            [
                describe(each.finding),
                each.finding.kind,
                100 * each.share,
                _points(each.error),
                _points(each.alone),
                _points(each.left_out),
                each.without,
                2 ** found.conflict.alone[at] if counted else None,
                2 ** found.conflict.given_others[at] if counted else None,
                None if first is None else str(first),
                None if first is None else first.kind,
                each.paths.closed,
            ]
        )
    return Table(columns, rows)


def _shares(model: Model, found: Explanation, lang: str) -> Table:
    words = WORDS[lang]
    drawn = found.orders is not None
    columns = [
        Column("finding", words["finding"]),
        Column("shapley_pp", words["shapley"], "points"),
        *([Column("standard_error", words["error"], "error")] if drawn else []),
        Column("alone_pp", words["alone"], "points"),
        Column("left_out_pp", words["left out"], "points"),
        Column("probability_without", words["without"], "probability"),
    ]
    rows: list[list[Cell]] = [
        [
            in_words(model, each.finding, lang),
            100 * each.share,
            *([each.error] if drawn else []),
            _points(each.alone),
            _points(each.left_out),
            each.without,
        ]
        for each in sorted(found.shares, key=lambda each: -abs(each.share))
    ]
    whole = 100 * (found.after - found.before)
    rows.append([words["all"], whole, *([None] if drawn else []), whole, whole, found.before])
    node = found.outcome.node
    event = (
        f"{labelled(model, node, None, lang)}: {joined(model, node, found.outcome.states, lang)}"
    )
    caption = words["exact"] if found.orders is None else words["drawn"].format(found.orders)
    if found.impossible:
        caption = sentences([caption, words["impossible"].format(found.impossible)], lang)
    return Table(
        columns,
        rows,
        title=words["title"].format(event, 100 * found.before, 100 * found.after),
        caption=caption,
        break_before=frozenset([len(rows) - 1]),
    )


def _paths(
    model: Model, found: Explanation, ranked: list[FindingShare], closed: str, lang: str
) -> Table:
    words = WORDS[lang]
    rows: list[list[Cell]] = []
    breaks = set()
    for each in ranked:
        head = in_words(model, each.finding, lang)
        for path in each.paths.paths[:SHOWN_PATHS]:
            told = labelled(model, path.nodes[0], None, lang)
            for name, along in zip(path.nodes[1:], path.forwards, strict=True):
                told += f" {'→' if along else '←'} {labelled(model, name, None, lang)}"
            rows.append([head, told, words[path.kind]])
            head = ""
        left = max(0, len(each.paths.paths) - SHOWN_PATHS)
        if left or each.paths.more:
            key = "perhaps more" if not left else "many more" if each.paths.more else "more"
            rows.append(["", words[key].format(left), ""])
        breaks.add(len(rows))
    columns = [
        Column("finding", words["finding"]),
        Column("path", words["path"]),
        Column("kind", words["kind"]),
    ]
    title = words["paths"].format(labelled(model, found.outcome.node, None, lang))
    return Table(columns, rows, title, closed, break_before=frozenset(breaks))


def _closed(model: Model, ranked: list[FindingShare], lang: str) -> str:
    """The findings that have no path, by the reason why."""

    def told() -> Iterator[str]:
        for reason in dict.fromkeys(filter(None, (each.paths.closed for each in ranked))):
            own = [
                in_words(model, each.finding, lang)
                for each in ranked
                if each.paths.closed == reason
            ]
            yield WORDS[lang][reason].format(WORDS[lang]["between"].join(own))

    return sentences(told(), lang)


def _conflict(model: Model, found: Explanation, lang: str) -> Table:
    words, conflict = WORDS[lang], found.conflict

    def piece(first: int) -> str:
        places = conflict.pieces[first]
        return listed((in_words(model, found.findings[at], lang) for at in places), lang)

    rows: list[list[Cell]] = [
        [piece(at), 2**alone, 2 ** conflict.given_others[at]]
        for at, alone in conflict.alone.items()
    ]
    columns = [
        Column("finding", words["seen"]),
        Column("probability_alone", words["probability"], "probability"),
        Column("probability_given_others", words["given others"], "probability"),
    ]
    kind = "against" if conflict.bits > 0 else "fits"
    near = abs(conflict.bits) < NO_BITS
    bits = printed(0.0 if near else conflict.bits, "bits", lang)
    told = [words["conflict"].format(bits, words["neutral" if near else kind])]
    worst = conflict.worst
    if worst is not None and len(conflict.alone) > 2 and conflict.pairs[worst] > 0:
        pair = printed(conflict.pairs[worst], "bits", lang)
        told.append(words["worst"].format(*map(piece, worst), pair))
    if any(found.findings[at].kind == "likelihood" for at in conflict.pieces):
        told.append(words["scale"])
    return Table(columns, rows, words["conflict title"], sentences(told, lang))


def _points(value: float | None) -> float | None:
    return None if value is None else 100 * value
