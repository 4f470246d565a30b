"""`causal-model query`: prior and posterior, given what is known or done."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from causal_model import charts
from causal_model.analysis.credible import DEFAULT_DRAWS
from causal_model.cli.charting import draw
from causal_model.cli.intervals import (
    any_of,
    ends,
    ends_of_several,
    of_evidence_interval,
    of_intervals,
    width_tables,
    with_intervals,
)
from causal_model.cli.options import (
    CONTEXT,
    Said,
    Shown,
    answer_options,
    findings_options,
    graph_option,
    interval_option,
)
from causal_model.cli.output import Cell, Column, Table, emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.wording import (
    closing,
    headed,
    labelled,
    of_draws,
    of_evidence,
    of_findings,
    of_states,
)
from causal_model.inference.guard import check_listing
from causal_model.inference.intervals import Intervals
from causal_model.inference.result import EstimatedResult, MostProbable, QueryResult
from causal_model.model import Engine, Model, load
from causal_model.spec.evidence import Finding

COLUMNS = (
    Column("node", "node"),
    Column("state", "state"),
    Column("prior", "prior", "probability"),
    Column("posterior", "posterior", "probability"),
    Column("change_pp", "change", "points"),
    Column("bar", "", "bar"),
)
ERROR = Column("standard_error", "s.e.", "error")
# What a cell of a joint distribution takes until it is printed: laid out for a terminal, and otherwise.
CELL_BYTES, PLAIN_CELL_BYTES = 900, 160
# Draws that answers by sampling take unless told otherwise, and the fewest.
SAMPLED, FEWEST_SAMPLED = 100_000, 1_000


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
@click.option(
    "--joint", is_flag=True, help="Ask for the targets together: their joint distribution."
)
@click.option("--mpe", is_flag=True, help="The most probable states of all nodes together.")
@click.option(
    "--map",
    "map_",
    multiple=True,
    metavar="NODE",
    help="The most probable states of these nodes together, the others summed out; repeatable.",
)
@click.option("--approximate", is_flag=True, help="Answer by sampling, with standard errors.")
@interval_option
@click.option(
    "--draws",
    type=click.IntRange(1, 100_000_000),
    help="How many draws: default 100,000 with --approximate, 2,000 tables with --interval.",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Of the draws.  [default: 0]")
@answer_options
def query(
    graph: str,
    target: tuple[str, ...],
    everything: bool,
    said: Said,
    engine: Engine,
    joint: bool,
    mpe: bool,
    map_: tuple[str, ...],
    approximate: bool,
    interval: float | None,
    draws: int | None,
    seed: int,
    shown: Shown,
) -> None:
    """Prior and posterior of the outcome, given what is known or done.

    \b
    Examples:
      causal-model query --given china_policy=hard_mandate
      causal-model query --scenario hard_mandate --do gpu_rental_price=steady --json

    P(evidence) counts what was observed, excluded or weighed; interventions are in force and not
    counted. The change is posterior minus prior in percentage points.

    --interval says how sure the numbers are, and which rows of tables make them unsure. The confidence of a
    ranked or noisy-max table is that of every row that it generates.
    """
    if interval is not None and (joint or mpe or map_ or approximate or engine != "own"):
        raise click.UsageError(
            "--interval goes with none of --joint, --mpe, --map, --approximate and --engine pgmpy"
        )
    if approximate and draws is not None and draws < FEWEST_SAMPLED:
        raise click.UsageError(
            f"--approximate needs {FEWEST_SAMPLED:,} --draws or more, got {draws:,}"
        )
    if sum([joint, mpe or bool(map_), approximate, engine != "own"]) > 1 or (mpe and map_):
        raise click.UsageError(
            "--joint, --mpe, --map, --approximate and --engine exclude each other"
        )
    if (mpe or map_) and (target or everything):
        raise click.UsageError("--mpe and --map take no --target: name the nodes after --map")
    if joint and not (target or everything):
        raise click.UsageError("--joint needs at least one --target")
    if shown.output and (mpe or map_ or joint):
        raise click.UsageError("-o draws prior and posterior; --mpe, --map and --joint have none")
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    targets = model.nodes if everything else (target or None)
    if mpe or map_:
        best = model.most_probable(map_ or None, findings=told)
        emit(
            [_states_table(model, best, shown.lang, shown.format_)],
            best.to_dict(),
            shown.format_,
            no_color=shown.no_color,
        )
    elif joint:
        assert targets is not None
        table, data = _joint(model, targets, told, shown.lang, shown.format_)
        emit([table], data, shown.format_, no_color=shown.no_color)
    else:
        result = (
            model.estimate(targets, findings=told, draws=draws or SAMPLED, seed=seed)
            if approximate
            else model.query(
                targets,
                findings=told,
                engine=engine,
                interval=interval,
                draws=draws or DEFAULT_DRAWS,
                seed=seed,
            )
        )
        tables = [_posterior_table(model, result, shown.lang, shown.format_)]
        if result.interval is not None and shown.format_ != "csv":
            tables += width_tables(model, result.interval, shown.lang)
        emit(tables, result.to_dict(), shown.format_, no_color=shown.no_color)
        told_of = [of_intervals(model, result.interval, shown.lang)] if result.interval else []
        draw(
            shown.output,
            lambda: charts.of_query(model, result, shown.lang, told_of),
            quiet=shown.quiet,
        )
    note(closing(shown.lang), quiet=shown.quiet)


def _posterior_table(model: Model, result: QueryResult, lang: str, format_: str) -> Table:
    """A row per state; with a standard error where the answer is an estimate."""
    errors = result.standard_errors if isinstance(result, EstimatedResult) else None
    intervals = result.interval
    rows: list[tuple[Cell, ...]] = []
    groups = set()
    for node in result:
        for at, (_, state, *numbers) in enumerate(result.rows_of(node)):
            shown = (labelled(model, node, None, lang), labelled(model, node, state, lang))
            if format_ == "csv":
                shown = (node, state)
            elif format_ == "table" and at:
                shown = ("", shown[1])
            if intervals is not None:
                pairs = zip(numbers, ends(intervals, node, state, format_), strict=True)
                rows.append((*shown, *(cell for number, own in pairs for cell in (number, *own))))
                continue
            error = [] if errors is None else [errors[node][state]]
            rows.append((*shown, *numbers, *error, numbers[1]))
        if intervals is not None and node == intervals.width_node and format_ != "csv":
            rows += _of_several(model, result, intervals, lang, format_)
        groups.add(len(rows))
    columns = list(COLUMNS)
    caption = of_evidence(result, lang)
    if isinstance(result, EstimatedResult):
        columns.insert(-1, ERROR)
        caption = caption.rstrip(".。") + of_draws(result, lang)
    if intervals is not None:
        columns = with_intervals(columns, intervals.level, format_)
        seen = of_evidence_interval(intervals)
        stop = "." if lang == "en" else "。"
        caption = f"{caption}{seen}{stop}" if seen else caption
        caption = f"{caption}\n{of_intervals(model, intervals, lang)}"
    return Table(headed(columns, lang), rows, caption=caption, break_before=frozenset(groups))


def _of_several(
    model: Model, result: QueryResult, intervals: Intervals, lang: str, format_: str
) -> list[tuple[Cell, ...]]:
    """The row of the states whose width is told apart by rows; none of one, which has a row of its own."""
    node, states = intervals.width_node, intervals.width_states
    if node is None or len(states) < 2:
        return []
    before, now = (
        math.fsum(own[node][each] for each in states) for own in (result.prior, result.posterior)
    )
    numbers = zip((before, now, 100 * (now - before)), ends_of_several(intervals), strict=True)
    named = "" if format_ == "table" else labelled(model, node, None, lang)
    cells = (cell for pair in numbers for cell in pair)
    return [(named, any_of(model, node, states, lang), *cells)]


def _states_table(model: Model, best: MostProbable, lang: str, format_: str) -> Table:
    plain = format_ == "csv"
    rows = [
        (node, state)
        if plain
        else (labelled(model, node, None, lang), labelled(model, node, state, lang))
        for node, state in best.states.items()
    ]
    columns = headed((Column("node", "node"), Column("state", "most probable")), lang)
    return Table(columns, rows, caption=of_states(best, lang))


def _joint(
    model: Model, targets: Sequence[str], told: tuple[Finding, ...], lang: str, format_: str
) -> tuple[Table, dict[str, Any]]:
    names = model.targets(targets)
    sizes = {name: len(model.states(name)) for name in names}
    cell = CELL_BYTES if format_ == "table" else PLAIN_CELL_BYTES
    check_listing(sizes, cell * (len(names) + 2), model.max_memory)
    found = model.joint(names, findings=told)
    plain = format_ == "csv"
    columns = [
        *(Column(name, name if plain else labelled(model, name, None, lang)) for name in names),
        *headed((Column("probability", "probability", "probability"),), lang),
        Column("bar", "", "bar"),
    ]
    rows: list[tuple[str | float, ...]] = []
    for states, probability in found.items():
        shown = [
            state if plain else labelled(model, name, state, lang)
            for name, state in zip(names, states, strict=True)
        ]
        rows.append((*shown, probability, probability))
    data = {
        "schema_version": 1,
        "graph": {"id": model.id, "hash": model.hash},
        "findings": [each.model_dump(mode="json") for each in told],
        "targets": list(names),
        "joint": [
            {"states": list(states), "probability": probability}
            for states, probability in found.items()
        ],
    }
    return Table(columns, rows, caption=of_findings(told, lang)), data
