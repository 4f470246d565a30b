"""The differences of two variants as tables for people, and as one table for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import headed, labelled
from causal_model.glossary import either, listed
from causal_model.model import Model
from causal_model.variants.difference import SAME, AnswerChange, Difference
from causal_model.variants.structure import RowChange, Structure

__all__ = ["no_difference", "one_table", "tables_of"]

Row = list[Cell]

SIGNS = {"positive": "+", "negative": "−", "mixed": "±"}
WORDS = {
    "en": {
        "structure": "Structure",
        "marginals": "Answers with nothing given",
        "outcome": "The outcome: {}",
        "nothing": "nothing given",
        "node added": "node added",
        "node removed": "node removed",
        "arrow added": "arrow added",
        "arrow removed": "arrow removed",
        "sign": "sign",
        "states": "states",
        "role": "role",
        "setting": "setting",
        "channel": "channel",
        "table": "table",
        "not compared": "table not compared",
        "sources": "sources",
        "citations": "citations",
        "added": "{} added",
        "removed": "{} removed",
        "changed": "{} changed",
        "rows": "{} of {} rows differ; most: {}",
        "one row": "its only row",
        "same": "No difference in structure, and no answer that moves by {:g} pp or more.",
        "quiet": "No answer moves by {:g} pp or more.",
        "moves": "From {} to {}: P({}) moves by {:+.1f} pp{}.",
        "under": " under {}",
        "differ": "the scenario itself differs",
    },
    "zh-Hant": {
        "structure": "結構",
        "marginals": "未給定任何發現時的答案",
        "outcome": "結果:{}",
        "nothing": "未給定任何發現",
        "node added": "新增節點",
        "node removed": "移除節點",
        "arrow added": "新增箭頭",
        "arrow removed": "移除箭頭",
        "sign": "符號",
        "states": "狀態",
        "role": "角色",
        "setting": "設定",
        "channel": "渠道",
        "table": "機率表",
        "not compared": "未比較的機率表",
        "sources": "出處",
        "citations": "引用",
        "added": "新增 {}",
        "removed": "移除 {}",
        "changed": "變更 {}",
        "rows": "{1} 列中有 {0} 列不同;最大:{2}",
        "one row": "唯一一列",
        "same": "結構沒有差異,也沒有任何答案變動達 {:g} pp。",
        "quiet": "沒有任何答案變動達 {:g} pp。",
        "moves": "從 {} 到 {}:P({}) 變動 {:+.1f} pp{}。",
        "under": ",情景:{}",
        "differ": "情景本身不同",
    },
}


def no_difference(at_least: float, lang: str) -> str:
    """What is said where `tables_of` has nothing to show."""
    return WORDS[lang]["same"].format(at_least)


def tables_of(
    found: Difference, models: tuple[Model, Model], at_least: float, lang: str, *, plain: bool
) -> list[Table]:
    """Structure, answers with nothing given, and the outcome by scenario; each only where it differs.

    Args:
        found: what changed by `at_least` or more.
        models: before and after, for labels.
        at_least: percentage points below which states are left out.
        lang: language of the labels.
        plain: name a node or scenario in the first of its rows only.
    """
    words = WORDS[lang]
    tables = []
    columns: tuple[Column, ...]
    if found.structure:
        rows = list(_structure(found.structure, models, lang))
        columns = (
            *(Column("change", "change"), Column("where", "where")),
            *(Column("before", found.before.name), Column("after", found.after.name)),
            Column("size", "size"),
        )
        tables.append(Table(headed(columns, lang), rows, title=words["structure"]))
    ends = (
        Column("before", found.before.name, "probability"),
        Column("after", found.after.name, "probability"),
        Column("change_pp", "change", "points"),
    )
    if found.marginals:
        columns = (Column("node", "node"), Column("state", "state"), *ends)
        rows, breaks = _grouped(
            [(_label(models, each.node, lang), each) for each in found.marginals],
            models,
            at_least,
            lang,
            plain=plain,
        )
        tables.append(
            Table(headed(columns, lang), rows, title=words["marginals"], break_before=breaks)
        )
    if found.outcome:
        columns = (Column("scenario", "scenario"), Column("state", "state"), *ends)
        rows, breaks = _grouped(
            [(_title(models, each, lang), each) for each in found.outcome],
            models,
            at_least,
            lang,
            plain=plain,
        )
        node = _label(models, found.outcome[0].node, lang)
        tables.append(
            Table(
                *(headed(columns, lang), rows, words["outcome"].format(node)),
                caption=_headline(found, models, lang),
                break_before=breaks,
            )
        )
    if tables and not found.marginals and not found.outcome:
        tables[-1] = replace(tables[-1], caption=words["quiet"].format(at_least))
    return tables


def _structure(found: Structure, models: tuple[Model, Model], lang: str) -> Iterator[Row]:
    """Kind, place, before, after, and size where there is one."""
    words = WORDS[lang]
    a, b = models
    for name in found.nodes_added:
        yield [words["node added"], name, None, ", ".join(b.states(name)), None]
    for name in found.nodes_removed:
        yield [words["node removed"], name, ", ".join(a.states(name)), None, None]
    for link in found.arrows_added:
        yield [words["arrow added"], " -> ".join(link), None, _sign(b, *link), None]
    for link in found.arrows_removed:
        yield [words["arrow removed"], " -> ".join(link), _sign(a, *link), None, None]
    for each in found.signs:
        signs = [SIGNS.get(str(sign), sign) for sign in (each.before, each.after)]
        yield [words["sign"], each.where, *signs, None]
    for kind, changes in (
        ("states", found.states),
        ("role", found.roles),
        ("setting", found.settings),
        ("channel", found.channels),
    ):
        for each in changes:
            yield [words[kind], each.where, each.before, each.after, None]
    for table in found.tables:
        row = table.largest
        given = ", ".join(f"{parent}={state}" for parent, state in row.given.items())
        where = words["rows"].format(table.rows_changed, table.rows, given or words["one row"])
        before = _row_in_words(row, row.before, row.basis_before)
        after = _row_in_words(row, row.after, row.basis_after)
        size = f"{100 * row.distance:.1f} pp"
        yield [words["table"], f"{table.node}: {where}", before, after, size]
    for name in found.incomparable:
        yield [words["not compared"], name, None, None, None]
    for kind in ("sources", "citations"):
        counts = {
            what: getattr(found.sources, f"{kind}_{what}", 0)
            for what in ("added", "removed", "changed")
        }
        told = [words[what].format(number) for what, number in counts.items() if number]
        if told:
            yield [words[kind], listed(told, lang), None, None, None]


def _sign(model: Model, parent: str, child: str) -> str | None:
    if model.graph is None:
        return None
    return SIGNS[model.graph.nodes[child].parents[parent].sign]


def _row_in_words(row: RowChange, side: Mapping[str, float], basis: str) -> str:
    """The probability of the state that moved most, and what stands behind it."""
    return f"{row.moved} {100 * side[row.moved]:.1f} % ({basis})"


def _grouped(
    changes: Sequence[tuple[str, AnswerChange]],
    models: tuple[Model, Model],
    at_least: float,
    lang: str,
    *,
    plain: bool,
) -> tuple[list[Row], frozenset[int]]:
    """A row for each state that moved, and one for the low states together, under what they belong to."""
    rows: list[Row] = []
    breaks = set()
    for head, change in changes:
        own: list[Row] = [[reason, None, None, None] for reason in change.reasons]
        if change.findings_differ:
            own.append([f"({WORDS[lang]['differ']})", None, None, None])
        for state, points in change.points.items():
            if abs(points) >= max(at_least, SAME):
                assert change.before is not None
                assert change.after is not None
                shown = _label(models, change.node, lang, state)
                own.append([shown, change.before[state], change.after[state], points])
        low = change.low_points
        if low is not None and len(change.low) > 1 and abs(low) >= max(at_least, SAME):
            own.append([_low(models, change, lang), change.low_before, change.low_after, low])
        rows += [["" if plain and at else head, *each] for at, each in enumerate(own)]
        breaks.add(len(rows))
    return rows, frozenset(breaks)


def _low(models: tuple[Model, Model], change: AnswerChange, lang: str) -> str:
    return either((_label(models, change.node, lang, each) for each in change.low), lang)


def _headline(found: Difference, models: tuple[Model, Model], lang: str) -> str:
    """The largest move of the outcome in one sentence: what a reviewer wants to see."""
    words = WORDS[lang]
    moved = [each for each in found.outcome if each.points]
    if not moved:
        return ""
    most = max(moved, key=lambda each: each.largest)
    node = _label(models, most.node, lang)
    low = most.low_points
    if low is not None and abs(low) >= most.largest - 1e-9:
        what, points = _low(models, most, lang), low
    else:
        state = max(most.points, key=lambda each: abs(most.points[each]))
        what, points = _label(models, most.node, lang, state), most.points[state]
    under = words["under"].format(_title(models, most, lang)) if most.scenario else ""
    return words["moves"].format(
        *(found.before.name, found.after.name, f"{node}: {what}", points, under)
    )


def _title(models: tuple[Model, Model], change: AnswerChange, lang: str) -> str:
    """A scenario by name, in other languages by title."""
    if change.scenario is None:
        return WORDS[lang]["nothing"]
    if lang == "en":
        return change.scenario
    for model in models:
        known, _ = model.scenario_files()
        if change.scenario in known:
            return known[change.scenario].title.text(lang)
    return change.scenario


def _label(models: tuple[Model, Model], node: str, lang: str, state: str | None = None) -> str:
    """The label that the later variant gives, or the earlier one for what only that has."""
    for model in reversed(models):
        variable = model.network.variables.get(node)
        if variable is not None and (state is None or state in variable.states):
            return labelled(model, node, state, lang)
    return state or node


def one_table(found: Difference) -> Table:
    """All that changed in one table with plain names, for a program."""
    columns = [
        Column(name, name) for name in ("part", "scenario", "node", "item", "before", "after")
    ]
    columns.append(Column("change_pp", "change_pp", "number"))
    structure = found.structure
    rows: list[Row] = []
    for part, items in (
        ("node_added", [(name, "") for name in structure.nodes_added]),
        ("node_removed", [(name, "") for name in structure.nodes_removed]),
        ("arrow_added", [(child, parent) for parent, child in structure.arrows_added]),
        ("arrow_removed", [(child, parent) for parent, child in structure.arrows_removed]),
        ("not_compared", [(name, "") for name in structure.incomparable]),
    ):
        rows += [[part, None, node, item, None, None, None] for node, item in items]
    for part in ("signs", "states", "roles", "settings", "channels"):
        for each in getattr(structure, part):
            rows.append([part, None, each.where, None, each.before, each.after, None])
    for table in structure.tables:
        row = table.largest
        given = "; ".join(f"{parent}={state}" for parent, state in row.given.items())
        for state, before in row.before.items():
            item = f"{state} | {given}" if given else state
            points = 100 * (row.after[state] - before)
            rows.append(["table", None, table.node, item, before, row.after[state], points])
    counts = structure.sources
    for name in counts.__slots__:
        if getattr(counts, name):
            rows.append([name, None, None, None, None, getattr(counts, name), None])
    for part, changes in (("marginal", found.marginals), ("outcome", found.outcome)):
        for change in changes:
            assert isinstance(change, AnswerChange)
            head: Row = [part, change.scenario, change.node]
            rows += [[*head, reason, None, None, None] for reason in change.reasons]
            for state, points in change.points.items():
                assert change.before is not None
                assert change.after is not None
                rows.append([*head, state, change.before[state], change.after[state], points])
            if change.low_points is not None and len(change.low) > 1:
                item = " or ".join(change.low)
                rows.append([*head, item, change.low_before, change.low_after, change.low_points])
    return Table(columns, rows)
