"""`causal-model decide`: which option is best, and what it is worth to know more first."""

from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.decision_rows import one_table
from causal_model.cli.decision_tables import Wording, tables_of
from causal_model.cli.options import (
    CONTEXT,
    Said,
    Shown,
    answer_options,
    findings_options,
    graph_option,
)
from causal_model.cli.output import emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing
from causal_model.model import load
from causal_model.questions.decisions.decide import decide as ask


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "--know",
    multiple=True,
    metavar="NODE",
    help="What is best if NODE is known when it is decided, and what that gains; repeatable.",
)
@click.option(
    "--before",
    metavar="DECISION",
    help="Of several decisions the one before which more may be known; default the first.",
)
@findings_options
@answer_options
def decide(
    graph: str,
    know: tuple[str, ...],
    before: str | None,
    said: Said,
    shown: Shown,
) -> None:
    """Which option is best by expected utility, and what it is worth to know more first.

    \b
    Examples:
      causal-model decide -g hedge --given china_policy=hard_mandate
      causal-model decide -g hedge --know etf_flow --json

    For graphs with decisions (kind: decision) and utilities (kind: utility). Findings are known before all
    decisions; --do takes a decision. Several decisions are solved together: what was known and decided
    earlier is known later. Of options that are equally good the first is chosen. What a node is worth is
    what the best policy gains if it is known: perfect information on what the utility depends on, partial
    information on an indicator.
    """
    model = replace(load(graph), max_memory=shown.max_memory)
    found = ask(model, know=know, before=before, findings=told_findings(model, said))
    wording = Wording(model, found, shown.lang, know)
    if shown.format_ == "csv":
        tables = [one_table(found)]
    else:
        tables = tables_of(wording, plain=shown.format_ == "table")
    emit(tables, found.to_dict(), shown.format_, no_color=shown.no_color)
    draw(
        shown.output,
        lambda: charts.of_decided(model, found, shown.lang, [wording.worth], [wording.rest]),
        quiet=shown.quiet,
    )
    note(closing(shown.lang), quiet=shown.quiet)
