"""`causal-model flip`: what would reverse a statement."""

import math
from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.options import (
    CONTEXT,
    Said,
    Shown,
    answer_options,
    findings_options,
    graph_option,
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
        "rows holds": "One row of a table alone that reverses it",
        "rows fails": "One row of a table alone that makes it hold",
        "findings holds": "One finding alone that reverses it",
        "findings fails": "One finding alone that makes it hold",
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
        "comparison": "what tips over",
        "holds": "{} holds: {}. {}",
        "fails": "{} does not hold: {}. {}",
        "value": "{} = {:.4g}",
        "no row holds": "No single row of a table can reverse it.",
        "no row fails": "No single row of a table can make it hold.",
        "count holds": "Rows that reverse it alone: {}",
        "count fails": "Rows that make it hold alone: {}",
        "within intervals": "; within their {:g} % intervals: {}",
        "end": ".",
        "no finding holds": "No single finding can reverse it.",
        "no finding fails": "No single finding can make it hold.",
        "cases": "A finding is added or changed under all {} conditions of the statement alike.",
        "row note": "The others of the row keep their proportions; of the way: the change in parts of the"
        " way to the end of the interval.",
        "finding note": "Ratio: how many times as probable the sign is under its best state as under its"
        " worst.",
    },
    "zh-Hant": {
        "rows holds": "單獨改變機率表的一列即可推翻",
        "rows fails": "單獨改變機率表的一列即可成立",
        "findings holds": "單獨改變一個發現即可推翻",
        "findings fails": "單獨改變一個發現即可成立",
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
        "observed": "觀察到",
        "weaker": "已給定,但較弱",
        "stronger": "已給定,但較強",
        "other reading": "改為另一狀態",
        "new reading": "新的跡象",
        "comparison": "翻轉的比較",
        "holds": "{} 成立:{}。{}",
        "fails": "{} 不成立:{}。{}",
        "value": "{} = {:.4g}",
        "no row holds": "沒有任何單獨一列能推翻此陳述。",
        "no row fails": "沒有任何單獨一列能使此陳述成立。",
        "count holds": "能單獨推翻此陳述的列:{}",
        "count fails": "能單獨使此陳述成立的列:{}",
        "within intervals": ";在其 {:g} % 區間內:{}",
        "end": "。",
        "no finding holds": "沒有任何單獨的發現能推翻此陳述。",
        "no finding fails": "沒有任何單獨的發現能使此陳述成立。",
        "cases": "發現在陳述的全部 {} 種條件下一併加入或改變。",
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
    help="A statement in the notation of claims, such as 'P(btc_return = down) > 40 %'.",
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
@answer_options
def flip(
    graph: str,
    claim: str,
    level: float,
    order: Order,
    top: int | None,
    said: Said,
    shown: Shown,
) -> None:
    """What would reverse a statement: the smallest change of one row, or of one finding.

    \b
    Examples:
      causal-model flip --claim "P(btc_return in strong_down, down) > 0.4" --scenario hard_mandate
      causal-model flip --claim "most likely btc_return is flat" --json

    The statement is about probabilities or expected values: a comparison, a trend, or a most likely state.
    Of one that does not hold it is told what would make it hold.

    A row changes in one entry, and its others keep their proportions. A finding that was given becomes
    weaker, stronger or another one; of other nodes the weakest sign is told that would do. Findings are
    in force besides the conditions of the statement.
    """
    if math.isnan(level):
        raise click.UsageError("--level nan: expected a number between 0 and 1")
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    found = ask(model, claim, level=level, order=order, findings=told)
    if shown.format_ == "csv":
        tables = [_one_table(found, top)]
    else:
        whole = (
            _rows(found, top or SHOWN, shown.lang),
            _findings(model, found, top or SHOWN, shown.lang),
        )
        verdict, none = _told(found, shown.lang), [each.caption for each in whole if not each.rows]
        tables = [each for each in whole if each.rows]
        if tables:
            caption = "\n".join([tables[-1].caption, *none, verdict])
            tables[-1] = replace(tables[-1], caption=caption)
        elif shown.format_ != "json":
            click.echo(plain_text("\n".join([verdict, *none])))
    if tables or shown.format_ == "json":
        emit(tables, found.to_dict(top), shown.format_, no_color=shown.no_color)
    draw(
        shown.output,
        lambda: charts.of_flip(model, found, shown.lang, top=top or SHOWN),
        quiet=shown.quiet,
    )
    note(closing(shown.lang), quiet=shown.quiet)


def _rows(found: Flip, top: int, lang: str) -> Table:
    words, kind = WORDS[lang], _kind(found)
    # Cases and states are short; whole sums would only repeat the statement.
    several = found.comparisons > 1 and bool(found.subject)
    columns = (
        Column("entry", words["entry"]),
        Column("now", words["now"], "number"),
        Column("needed", words["needed"], "number"),
        Column("change_pp", words["change"], "points"),
        *((Column("comparison", words["comparison"]),) if several else ()),
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
                *(100 * each.change, *((each.comparison,) if several else ())),
                *(span, share, within, basis_in_words(each.basis, lang)),
            ]
        )
    if not found.rows:
        caption = words[f"no row {kind}"]
    else:
        caption = words[f"count {kind}"].format(len(found.rows))
        if any(each.interval for each in found.rows):
            caption += words["within intervals"].format(100 * found.level, len(found.plausible))
            caption += f"{words['end']} {words['row note']}"
        else:
            caption += words["end"]
    return Table(columns, rows, words[f"rows {kind}"], caption)


def _kind(found: Flip) -> str:
    """Which words are meant: a statement that holds is reversed, one that does not is made to hold."""
    return "holds" if found.holds else "fails"


def _findings(model: Model, found: Flip, top: int, lang: str) -> Table:
    words, kind = WORDS[lang], _kind(found)
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
    caption = words["finding note"] if found.by_finding else words[f"no finding {kind}"]
    if found.by_finding and found.cases > 1:
        caption += f"\n{words['cases'].format(found.cases)}"
    return Table(columns, rows, words[f"findings {kind}"], caption)


def _told(found: Flip, lang: str) -> str:
    """Whether the statement holds, and the numbers that it speaks of."""
    words = WORDS[lang]
    measured = ", ".join(words["value"].format(*each) for each in found.measured.items())
    return words[_kind(found)].format(found.statement, measured, of_findings(found.findings, lang))


def _one_table(found: Flip, top: int | None) -> Table:
    """Rows and findings in one table with plain names, for a program."""
    names = ("kind", "node", "state", "given", "way", "comparison", "within_interval", "basis")
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
                *("row", row.entry.node, row.entry.state, given, None, row.comparison, within),
                *(basis_in_words(row.basis, "en"), row.now, row.needed, row.change),
                *(row.interval or (None, None)),
                *(row.in_intervals, None, None),
            ]
        )
    for each in found.by_finding[:top]:
        head: list[Cell] = ["finding", each.node, each.state, None, each.way, None, None, None]
        rows.append([*head, *[None] * 6, each.ratio, each.ratio_now])
    return Table(columns, rows)
