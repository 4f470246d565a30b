"""How strong the arrows of a graph are, as a table and as plain data."""

from collections.abc import Collection
from typing import Any

from causal_model.cli.output import Cell, Column, Table
from causal_model.errors import TooLarge
from causal_model.in_words import joined
from causal_model.model import Model

__all__ = ["arrows_into", "strength_table"]

SIGNS = {"positive": "+", "negative": "−", "mixed": "±"}
WORDS = {
    "en": {
        "arrow": "arrow",
        "sign": "sign",
        "average": "child, average",
        "largest": "child, most",
        "shift": "rank shift",
        "outcome": "outcome, average",
        "low": "P({})",
        "caption": (
            "Child: change of its distribution (total variation) between two states of the parent, with"
            " nothing given. Outcome: the same, where this arrow alone is moved. Rank shift and P: from"
            " the lowest to the highest state of the parent."
        ),
    },
    "zh-Hant": {
        "arrow": "箭頭",
        "sign": "符號",
        "average": "下游,平均",
        "largest": "下游,最多",
        "shift": "等級移動",
        "outcome": "結果,平均",
        "low": "P({})",
        "caption": (
            "下游:在上游兩個狀態之間,其分布的變動(總變差),未給定任何發現。結果:僅移動此箭頭時的同一量。"
            "等級移動與 P:上游由最低狀態到最高狀態。"
        ),
    },
}


def strength_table(model: Model, nodes: Collection[str], lang: str, *, plain: bool) -> Table:
    """The arrows into some nodes, those that move the outcome most first.

    Raises:
        TooLarge: the graph is too wide to be asked for all tables at once.
    """
    words = WORDS[lang]
    chosen = {link: each for link, each in model.strengths.items() if link[1] in nodes}
    order = sorted(
        chosen,
        key=lambda link: (
            -(o.average if (o := chosen[link].outcome) else 0.0),
            -chosen[link].average,
        ),
    )
    columns = [Column("parent", "parent"), Column("child", "child")]
    if not plain:
        columns = [Column("arrow", words["arrow"])]
    columns += [
        Column("sign", words["sign"]),
        Column("average", words["average"], "probability"),
        Column("largest", words["largest"], "probability"),
        Column("shift", words["shift"], "points"),
    ]
    low = _low(model, lang)
    if model.outcome is not None:
        columns.append(Column("outcome_average", words["outcome"], "probability"))
        columns.append(Column("outcome_low_pp", words["low"].format(low or "-"), "points"))
    rows: list[list[Cell]] = []
    for parent, child in order:
        strength = chosen[(parent, child)]
        sign = model.graph.nodes[child].parents[parent].sign if model.graph else None
        shift = strength.shift
        row: list[Cell] = [parent, child] if plain else [f"{parent} -> {child}"]
        row += [
            sign if plain or sign is None else SIGNS[sign],
            strength.average,
            strength.largest,
            # In parts of the scale for a program, in per cent of it for a reader.
            shift if plain or shift is None else f"{100 * shift:+.1f} %",
        ]
        if strength.outcome is not None:
            row += [strength.outcome.average, strength.outcome.low_points]
        rows.append(row)
    return Table(columns, rows, caption=words["caption"])


def arrows_into(model: Model, node: str) -> dict[str, Any] | None:
    """The strengths of the arrows into a node by parent; None where the graph is too wide to tell."""
    try:
        found = model.strengths
    except TooLarge:
        return None
    return {parent: found[(parent, node)].to_dict() for parent in model.network.parents[node]}


def _low(model: Model, lang: str) -> str:
    if model.graph is None or model.outcome is None:
        return ""
    states = model.graph.nodes[model.outcome].low
    return joined(model, model.outcome, states, lang)
