"""`causal-model flip`: what would reverse a statement."""

import math
from dataclasses import replace
from pathlib import Path

import click

from causal_model import charts
from causal_model.cli.charting import chart_option, draw
from causal_model.cli.options import (
    CONTEXT,
    Said,
    findings_options,
    format_option,
    general_options,
    graph_option,
    lang_option,
    memory_option,
)
from causal_model.cli.output import Cell, Column, Table, emit, note, plain_text
from causal_model.cli.told import told_findings
from causal_model.cli.tornados import basis_in_words, span_in_words
from causal_model.cli.wording import closing, labelled, of_findings
from causal_model.model import Model, load
from causal_model.questions.reversal.ask import flip as ask
from causal_model.questions.reversal.effects import ORDERS, Flip, Order
from causal_model.questions.tornado.ask import LEVEL

# What a person is shown unless they ask for more.
SHOWN = 8
WORDS = {
    "en": {
        "rows": "One row of a table alone",
        "findings": "One finding alone",
        "entry": "entry",
        "now": "now",
        "needed": "needed",
        "change": "change",
        "interval": "{:g} % interval",
        "in": "of the way",
        "within": "within",
        "basis": "basis",
        "yes": "yes",
        "no": "no",
        "node": "node",
        "way": "how",
        "state": "state",
        "ratio": "ratio needed",
        "ratio now": "ratio now",
        "observed": "observed",
        "weaker": "given, but weaker",
        "stronger": "given, but stronger",
        "other reading": "another state instead",
        "new reading": "a new sign of",
        "holds": "{} holds: {}. {}",
        "fails": "{} does not hold: {}. {}",
        "value": "{} = {:.4g}",
        "no row": "No single row of a table can reverse it.",
        "count": "Rows that reverse it alone: {0}; within their {2:g} % intervals: {1}.",
        "count bare": "Rows that reverse it alone: {}.",
        "no finding": "No single finding can reverse it.",
        "not asked": "Findings are varied for statements about one probability only.",
        "row note": "The others of the row keep their proportions; of the way: the change in parts of the"
        " way to the end of the interval.",
        "finding note": "Ratio: how many times as probable the sign is under its best state as under its"
        " worst.",
    },
    "zh-Hant": {
        "rows": "單獨改變機率表的一列",
        "findings": "單獨改變一個發現",
        "entry": "數字",
        "now": "目前",
        "needed": "所需",
        "change": "變化",
        "interval": "{:g} % 區間",
        "in": "區間比",
        "within": "在區間內",
        "basis": "依據",
        "yes": "是",
        "no": "否",
        "node": "節點",
        "way": "方式",
        "state": "狀態",
        "ratio": "所需似然比",
        "ratio now": "目前似然比",
        "observed": "已觀察",
        "weaker": "已給定,但較弱",
        "stronger": "已給定,但較強",
        "other reading": "改為另一狀態",
        "new reading": "新的跡象",
        "holds": "{} 成立:{}。{}",
        "fails": "{} 不成立:{}。{}",
        "value": "{} = {:.4g}",
        "no row": "沒有任何單獨一列能使其反轉。",
        "count": "能單獨使其反轉的列:{0};在其 {2:g} % 區間內:{1}。",
        "count bare": "能單獨使其反轉的列:{}。",
        "no finding": "沒有任何單獨的發現能使其反轉。",
        "not asked": "只有關於單一機率的陳述才會變動發現。",
        "row note": "同列其他數字保持比例;區間比:變化佔到區間端點距離的比例。",
        "finding note": "似然比:跡象在其最佳狀態下的機率是最差狀態下的幾倍。",
    },
}


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "--claim",
    required=True,
    metavar="STATEMENT",
    help="A comparison in the notation of claims, such as 'P(btc_return = down) > 40 %'.",
)
@click.option(
    "--level",
    type=float,
    default=LEVEL,
    show_default=True,
    metavar="P",
    help="Probability of the intervals with which changes of rows are compared.",
)
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="change",
    show_default=True,
    help="Rows by the size of the change, or by its part of the interval.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help=f"Show so many of each; default {SHOWN} in tables for people, else all.",
)
@findings_options
@chart_option
@memory_option
@format_option
@lang_option
@general_options
def flip(
    graph: str,
    claim: str,
    level: float,
    order: Order,
    top: int | None,
    said: Said,
    output: Path | None,
    max_memory: int | None,
    format_: str,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """What would reverse a statement: the smallest change of one row, or of one finding.

    \b
    Examples:
      causal-model flip --claim "P(btc_return in strong_down, down) > 0.4" --scenario hard_mandate
      causal-model flip --claim "P(etf_flow = outflow | nasdaq_return = risk_off) > 40 %" --json

    A row changes in one entry, and its others keep their proportions. A finding that was given becomes
    weaker, stronger or another one; of other nodes the weakest sign is told that would do. Findings are
    in force besides the conditions of the statement.
    """
    if math.isnan(level):
        raise click.UsageError("--level nan: expected a number between 0 and 1")
    model = replace(load(graph), max_memory=max_memory)
    told = told_findings(model, said)
    found = ask(model, claim, level=level, order=order, findings=told)
    if format_ == "csv":
        tables = [_one_table(found, top)]
    else:
        whole = (_rows(found, top or SHOWN, lang), _findings(model, found, top or SHOWN, lang))
        told_about = [each.caption for each in whole if not each.rows] + [_told(found, lang)]
        tables = [each for each in whole if each.rows]
        if tables:
            tables[-1] = replace(tables[-1], caption="\n".join([tables[-1].caption, *told_about]))
        elif format_ != "json":
            click.echo(plain_text("\n".join(told_about)))
    if tables or format_ == "json":
        emit(tables, found.to_dict(top), format_, no_color=no_color)
    draw(output, lambda: charts.of_flip(model, found, lang, top=top or SHOWN), quiet=quiet)
    note(closing(lang), quiet=quiet)


def _rows(found: Flip, top: int, lang: str) -> Table:
    words = WORDS[lang]
    columns = (
        Column("entry", words["entry"]),
        Column("now", words["now"], "number"),
        Column("needed", words["needed"], "number"),
        Column("change_pp", words["change"], "points"),
        Column("interval", words["interval"].format(100 * found.level)),
        Column("in_intervals", words["in"], "number"),
        Column("within", words["within"]),
        Column("basis", words["basis"]),
    )
    rows: list[list[Cell]] = []
    for each in found.rows[:top]:
        span = each.interval and span_in_words(each.interval)
        share = None if each.in_intervals is None else float(f"{each.in_intervals:.3g}")
        within = None if each.plausible is None else words["yes" if each.plausible else "no"]
        rows.append(
            [
                *(str(each.entry), float(f"{each.now:.4g}"), float(f"{each.needed:.4g}")),
                *(100 * each.change, span, share, within, basis_in_words(each.basis, lang)),
            ]
        )
    if not found.rows:
        caption = words["no row"]
    elif any(each.interval for each in found.rows):
        inside = len(found.plausible)
        caption = words["count"].format(len(found.rows), inside, 100 * found.level)
        caption += f" {words['row note']}"
    else:
        caption = words["count bare"].format(len(found.rows))
    return Table(columns, rows, words["rows"], caption)


def _findings(model: Model, found: Flip, top: int, lang: str) -> Table:
    words = WORDS[lang]
    columns = (
        Column("node", words["node"]),
        Column("way", words["way"]),
        Column("state", words["state"]),
        Column("ratio", words["ratio"]),
        Column("ratio_now", words["ratio now"]),
    )
    rows: list[list[Cell]] = []
    for each in found.by_finding[:top]:
        state = None if each.state is None else labelled(model, each.node, each.state, lang)
        ratios = (each.ratio, each.ratio_now)
        shown = [words["observed"] if one is None else f"{one:.3g}" for one in ratios]
        rows.append([labelled(model, each.node, None, lang), words[each.way], state, *shown])
    if not found.findings_asked:
        caption = words["not asked"]
    else:
        caption = words["finding note"] if found.by_finding else words["no finding"]
    return Table(columns, rows, words["findings"], caption)


def _told(found: Flip, lang: str) -> str:
    """Whether the statement holds, and the numbers that it speaks of."""
    words = WORDS[lang]
    measured = ", ".join(words["value"].format(*each) for each in found.measured.items())
    verdict = words["holds" if found.holds else "fails"]
    return verdict.format(found.statement, measured, of_findings(found.findings, lang))


def _one_table(found: Flip, top: int | None) -> Table:
    """Rows and findings in one table with plain names, for a program."""
    names = ("kind", "node", "state", "given", "way", "within_interval", "basis")
    numbers = (
        *("now", "needed", "change", "low", "high", "in_intervals"),
        *("likelihood_ratio", "likelihood_ratio_now"),
    )
    columns = [
        *(Column(name, name) for name in names),
        *(Column(name, name, "number") for name in numbers),
    ]
    rows: list[list[Cell]] = []
    for row in found.rows[:top]:
        given = "; ".join(f"{name}={state}" for name, state in row.entry.given.items())
        within = None if row.plausible is None else str(row.plausible).lower()
        rows.append(
            [
                *("row", row.entry.node, row.entry.state, given, None, within),
                *(basis_in_words(row.basis, "en"), row.now, row.needed, row.change),
                *(row.interval or (None, None)),
                *(row.in_intervals, None, None),
            ]
        )
    for each in found.by_finding[:top]:
        head: list[Cell] = ["finding", each.node, each.state, None, each.way, None, None]
        rows.append([*head, *[None] * 6, each.ratio, each.ratio_now])
    return Table(columns, rows)
