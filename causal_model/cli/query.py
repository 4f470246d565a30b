"""`causal-model query`: prior and posterior, given what is known or done."""

import click

from causal_model.cli.options import (
    CONTEXT,
    findings_options,
    format_option,
    general_options,
    graph_option,
    lang_option,
)
from causal_model.cli.output import Column, Table, emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.wording import NOT_A_FORECAST, labelled, of_evidence
from causal_model.model import Engine, load

COLUMNS = (
    Column("node", "node"),
    Column("state", "state"),
    Column("prior", "prior", "probability"),
    Column("posterior", "posterior", "probability"),
    Column("change_pp", "change", "points"),
    Column("bar", "", "bar"),
)


@click.command(context_settings=CONTEXT)
@graph_option
@click.option("--target", multiple=True, metavar="NODE", help="Ask for this node; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Ask for every node.")
@findings_options
@click.option(
    "--engine",
    type=click.Choice(["own", "pgmpy"]),
    default="own",
    show_default=True,
    help="pgmpy: a second opinion by pgmpy's variable elimination.",
)
@format_option
@lang_option
@general_options
def query(
    graph: str,
    target: tuple[str, ...],
    everything: bool,
    given: tuple[str, ...],
    likelihood: tuple[str, ...],
    belief: tuple[str, ...],
    do: tuple[str, ...],
    evidence: tuple[str, ...],
    scenario: tuple[str, ...],
    engine: Engine,
    format_: str,
    as_json: bool,
    lang: str,
    quiet: bool,
    no_color: bool,
    debug: bool,
) -> None:
    """Prior and posterior of the outcome, given what is known or done.

    \b
    Examples:
      causal-model query --given china_policy=hard_mandate
      causal-model query --scenario hard_mandate --do gpu_rental_price=steady --json

    P(evidence) counts what was observed, excluded or weighed; interventions are in force and not
    counted. The change is posterior minus prior in percentage points.
    """
    model = load(graph)
    told = told_findings(model, given, likelihood, belief, do, evidence, scenario)
    targets = model.nodes if everything else (target or None)
    result = model.query(targets, findings=told, engine=engine)
    rows: list[tuple[str | float, ...]] = []
    groups = set()
    for node in result:
        for at, (_, state, *numbers) in enumerate(result.rows_of(node)):
            shown = (labelled(model, node, None, lang), labelled(model, node, state, lang))
            if format_ == "csv":
                shown = (node, state)
            elif format_ == "table" and at:
                shown = ("", shown[1])
            rows.append((*shown, *numbers, numbers[1]))
        groups.add(len(rows))
    table = Table(COLUMNS, rows, caption=of_evidence(result), break_before=frozenset(groups))
    emit([table], result.to_dict(), "json" if as_json else format_, no_color=no_color)
    note(NOT_A_FORECAST, quiet=quiet)
