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
from causal_model.cli.output import emit, note, plain_text
from causal_model.cli.reversals import findings_table, one_table, rows_table, verdict
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing
from causal_model.model import load
from causal_model.questions.reversal.ask import flip as ask
from causal_model.questions.reversal.effects import ORDERS, Order
from causal_model.questions.tornado.ask import LEVEL

# What a person is shown unless they ask for more.
SHOWN = 8


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
        tables = [one_table(found, top)]
    else:
        whole = (
            rows_table(found, top or SHOWN, shown.lang),
            findings_table(model, found, top or SHOWN, shown.lang),
        )
        none = [each.caption for each in whole if not each.rows]
        holds = verdict(found, shown.lang)
        tables = [each for each in whole if each.rows]
        if tables:
            caption = "\n".join([tables[-1].caption, *none, holds])
            tables[-1] = replace(tables[-1], caption=caption)
        elif shown.format_ != "json":
            click.echo(plain_text("\n".join([holds, *none])))
    if tables or shown.format_ == "json":
        emit(tables, found.to_dict(top), shown.format_, no_color=shown.no_color)
    draw(
        shown.output,
        lambda: charts.of_flip(model, found, shown.lang, top=top or SHOWN),
        quiet=shown.quiet,
    )
    note(closing(shown.lang), quiet=shown.quiet)
