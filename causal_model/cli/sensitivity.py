"""`causal-model sensitivity`: what an answer hangs on."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.curves import curve_table, pair_rows, pair_table
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
from causal_model.cli.output import Table, emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.tornados import one_table, tables_of
from causal_model.cli.wording import closing
from causal_model.model import load
from causal_model.questions.tornado.ask import (
    KINDS,
    LEVEL,
    Kind,
    entry_in_force,
    entry_sensitivity,
    pair_sensitivity,
)
from causal_model.questions.tornado.ask import sensitivity as ask

if TYPE_CHECKING:
    from causal_model.render.charts.values import Chart

# What a person is shown unless they ask for more.
SHOWN = 12


@click.command(context_settings=CONTEXT)
@graph_option
@about_options("Ask about this node; default the graph's outcome.", together="counted")
@click.option(
    "--kind",
    multiple=True,
    type=click.Choice(KINDS),
    help="What is varied: a node that is seen, a node that is set, a row; repeatable; default all.",
)
@click.option(
    "--entry",
    metavar="ENTRY",
    help="The answer as a function of one entry of a table, 'P(NODE = STATE | PARENT = STATE, ...)'.",
)
@click.option(
    "--pair",
    nargs=2,
    metavar="ENTRY ENTRY",
    help="The answer as two entries of tables move together.",
)
@click.option(
    "--level",
    type=float,
    default=LEVEL,
    show_default=True,
    metavar="P",
    help="Probability of the interval over which an entry is moved.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help=f"Show so many of each kind; default {SHOWN} in tables for people, else all.",
)
@findings_options
@answer_options
def sensitivity(
    graph: str,
    about: About,
    kind: tuple[Kind, ...],
    entry: str | None,
    pair: tuple[str, str] | None,
    level: float,
    top: int | None,
    said: Said,
    shown: Shown,
) -> None:
    """What an answer hangs on: a node that is seen, a node that is set, a number in a table.

    \b
    Examples:
      causal-model sensitivity --given china_policy=hard_mandate
      causal-model sensitivity --kind rows --entry "P(etf_flow = inflow | tech_risk_sentiment = neutral)"

    The answer is P(target in its low states | findings). Seeing a node and setting it are different
    questions; what is set follows the arrows only. A number moves over the interval that the confidence
    of its row leaves it, and the others of the row keep their proportions: the answer is then
    (a t + b) / (c t + d).
    """
    if entry is not None and pair:
        raise click.UsageError("--entry and --pair exclude each other")
    if (entry is not None or pair) and set(kind) - {"rows"}:
        raise click.UsageError("--entry and --pair are about rows: leave --kind away")
    if math.isnan(level):
        raise click.UsageError("--level nan: expected a number between 0 and 1")
    kinds: tuple[Kind, ...] = ("rows",) if entry is not None or pair else kind or KINDS
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    found = ask(model, about.target, states=about.states, kinds=kinds, level=level, findings=told)
    plain = shown.format_ == "csv"
    tables: list[Table]
    data: dict[str, Any]
    drawn: Callable[[], Chart]
    if entry is not None:
        effect = entry_sensitivity(model, found, entry)
        tables = [curve_table(model, found, effect, shown.lang)]
        data = {**found.heading(), "row": effect.to_dict()}
        drawn = partial(charts.of_entry, model, found, effect, shown.lang)
    elif pair:
        first, second = (entry_in_force(model, found, each) for each in pair)
        both = pair_sensitivity(model, found, first, second)
        tables = [pair_rows(both) if plain else pair_table(model, found, both, shown.lang)]
        data = {**found.heading(), "pair": both.to_dict()}
        drawn = partial(charts.of_pair, model, found, both, shown.lang)
    else:
        data = found.to_dict(top)
        listed = top or SHOWN
        drawn = partial(charts.of_sensitivity, model, found, shown.lang, top=listed)
        tables = [one_table(found, top)] if plain else tables_of(model, found, listed, shown.lang)
    emit(tables, data, shown.format_, no_color=shown.no_color)
    draw(shown.output, drawn, quiet=shown.quiet)
    note(closing(shown.lang), quiet=shown.quiet)
