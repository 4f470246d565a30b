"""`causal-model watch`: what to look at next, by what it would tell about the outcome."""

from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.options import (
    CONTEXT,
    About,
    Said,
    Shown,
    about_options,
    answer_options,
    findings_options,
    graph_option,
)
from causal_model.cli.output import Cell, Column, Table, emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing, labelled, of_findings
from causal_model.glossary import sentences, term
from causal_model.in_words import joined
from causal_model.model import Model, load
from causal_model.questions.watching import ORDERS_OF_WORTH, Order, Watch, Watched
from causal_model.questions.watching import watch as ask
from causal_model.render.numbers_in_words import printed

WORDS = {
    "en": {
        "node": "node",
        "role": "role",
        "information": "tells (mbit)",
        "change": "moves it by",
        "cost": "cost",
        "per cost": "mbit per cost",
        "reading": "if it reads",
        "probability": "probability",
        "then": "then",
        "by": "change",
        "together": "watched together",
        "title": "What to watch: P({}) is {:.1f} %",
        "caption": "Tells: the expected information about the outcome in thousandths of a bit; in all, {}"
        " could be told. Moves it by: the expected absolute change of the probability.",
        "belief": "A belief is taken as fitted to what is known now, and a reading then moves its node as"
        " well; `query` with that reading given would meet the belief anew.",
        "nothing": "Nothing is open that could be watched.",
        "readings": "What each reading would do",
        "sets": "Chosen one after the other, each time what tells most besides: at least 63 % (1 - 1/e) of"
        " the best where the readings are independent given the outcome, otherwise a heuristic.",
        "sets title": "Several together",
    },
    "zh-Hant": {
        "node": "節點",
        "role": "角色",
        "information": "資訊(毫位元)",
        "change": "預期變動",
        "cost": "成本",
        "per cost": "每單位成本毫位元",
        "reading": "若讀數為",
        "probability": "機率",
        "then": "則為",
        "by": "變化",
        "together": "一起觀察",
        "title": "觀察什麼:P({}) 為 {:.1f} %",
        "caption": "資訊:對結果的預期資訊量,以千分之一位元計;最多可得知 {}。"
        "預期變動:機率的預期絕對變化。",
        "belief": "信念以目前已知者擬合,其後讀數亦會變動該節點;若以 query 加入該讀數,則信念將重新擬合。",
        "nothing": "沒有尚待觀察的節點。",
        "readings": "各種讀數的影響",
        "sets": "逐一選取,每次取另外提供最多資訊者:若各讀數在給定結果時互相獨立,至少為最佳者的 63 %"
        "(1 - 1/e),否則為啟發式。",
        "sets title": "多項一起",
    },
}


@click.command(context_settings=CONTEXT)
@graph_option
@about_options("What one wants to know about; default the outcome.")
@click.option(
    "--among",
    multiple=True,
    metavar="NODE",
    help="What can be watched; repeatable; default all that is open, indicators first.",
)
@click.option(
    "--by",
    type=click.Choice(ORDERS_OF_WORTH),
    default="information",
    show_default=True,
    help="What decides the order; per-cost needs `cost` at nodes of the graph file.",
)
@click.option(
    "--top",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="Show the readings of so many nodes.",
)
@findings_options
@answer_options
def watch(
    graph: str,
    about: About,
    among: tuple[str, ...],
    by: Order,
    top: int,
    said: Said,
    shown: Shown,
) -> None:
    """What to watch next: what every open node would tell about the outcome, and each of its readings.

    \b
    Examples:
      causal-model watch --scenario hard_mandate
      causal-model watch --given nasdaq_return=risk_off --among etf_flow --among miner_equities

    The information is the mutual information of a node and the outcome, given what is known, in bits. Pairs
    and triples are chosen among the indicators where the graph has any that are open, or --among.
    """
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    found = ask(model, about.target, about.states, among=among or None, order=by, findings=told)
    tables = [_as_rows(found)] if shown.format_ == "csv" else _tables(model, found, top, shown.lang)
    emit(
        tables,
        found.to_dict() if shown.format_ == "json" else None,
        shown.format_,
        no_color=shown.no_color,
    )
    draw(shown.output, lambda: charts.of_watch(model, found, shown.lang), quiet=shown.quiet)
    note(closing(shown.lang), quiet=shown.quiet)


def _tables(model: Model, found: Watch, top: int, lang: str) -> list[Table]:
    tables = [_ranking(model, found, lang)]
    if found.watched and top:
        tables.append(_readings(model, found.watched[:top], lang))
    if len(found.together) > 1:
        tables.append(_together(model, found, lang))
    return tables


def _ranking(model: Model, found: Watch, lang: str) -> Table:
    words = WORDS[lang]
    priced = any(each.cost is not None for each in found.watched)
    roles = any(each.role is not None for each in found.watched)
    columns = [
        Column("node", words["node"]),
        *([Column("role", words["role"])] if roles else []),
        Column("information_bits", words["information"], "number"),
        Column("expected_change", words["change"], "error"),
    ]
    if priced:
        columns += [
            Column("cost", words["cost"], "number"),
            Column("bits_per_cost", words["per cost"], "number"),
        ]
    rows: list[list[Cell]] = []
    breaks = set()
    for at, each in enumerate(found.watched):
        rows.append(
            [
                labelled(model, each.node, None, lang),
                *([term(each.role, lang) if each.role else None] if roles else []),
                _milli(each.information),
                each.change,
                *([each.cost, _milli(each.per_cost)] if priced else []),
            ]
        )
        if at and (found.watched[at - 1].role == "indicator") > (each.role == "indicator"):
            breaks.add(at)
    node = found.outcome.node
    event = (
        f"{labelled(model, node, None, lang)}: {joined(model, node, found.outcome.states, lang)}"
    )
    told = [of_findings(found.findings, lang)]
    if not found.watched:
        told.append(words["nothing"])
    else:
        told.append(words["caption"].format(printed(found.entropy, "bits", lang)))
        if any(each.kind == "belief" for each in found.findings):
            told.append(words["belief"])
    return Table(
        columns,
        rows,
        title=words["title"].format(event, 100 * found.event),
        caption=sentences(told, lang),
        break_before=frozenset(breaks),
    )


def _readings(model: Model, watched: tuple[Watched, ...], lang: str) -> Table:
    words = WORDS[lang]
    rows: list[list[Cell]] = []
    breaks = set()
    for each in watched:
        head = labelled(model, each.node, None, lang)
        for reading in each.readings:
            change = None if reading.change is None else 100 * reading.change
            state = labelled(model, each.node, reading.state, lang)
            rows.append([head, state, reading.probability, reading.event, change])
            head = ""
        breaks.add(len(rows))
    columns = [
        Column("node", words["node"]),
        Column("state", words["reading"]),
        Column("probability", words["probability"], "probability"),
        Column("outcome_probability", words["then"], "probability"),
        Column("change_pp", words["by"], "points"),
    ]
    return Table(columns, rows, title=words["readings"], break_before=frozenset(breaks))


def _together(model: Model, found: Watch, lang: str) -> Table:
    words = WORDS[lang]
    costs = [found.cost_of(each) for each in found.together]
    priced = any(each is not None for each in costs)
    rows: list[list[Cell]] = [
        [
            " + ".join(labelled(model, name, None, lang) for name in each.nodes),
            _milli(each.information),
            *([cost] if priced else []),
        ]
        for each, cost in zip(found.together, costs, strict=True)
    ]
    columns = [
        Column("nodes", words["together"]),
        Column("information_bits", words["information"], "number"),
        *([Column("cost", words["cost"], "number")] if priced else []),
    ]
    return Table(columns, rows, title=words["sets title"], caption=words["sets"])


def _as_rows(found: Watch) -> Table:
    """A row per node and reading, all numbers unrounded."""
    columns = [
        *(Column(name, "") for name in ("node", "role")),
        *(
            Column(name, "", "number")
            for name in ("information_bits", "expected_change_pp", "cost", "bits_per_cost")
        ),
        Column("state", ""),
        *(
            Column(name, "", "number")
            for name in ("probability", "outcome_probability", "change_pp")
        ),
    ]
    rows: list[list[Cell]] = []
    for each in found.watched:
        own: list[Cell] = [each.node, each.role, each.information, 100 * each.change]
        own += [each.cost, each.per_cost]
        for reading in each.readings:
            change = None if reading.change is None else 100 * reading.change
            rows.append([*own, reading.state, reading.probability, reading.event, change])
    return Table(columns, rows)


def _milli(bits: float | None) -> float | None:
    """In thousandths of a bit, as a person reads them."""
    return None if bits is None else round(1000 * bits, 3)
