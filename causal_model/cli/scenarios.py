"""`causal-model scenarios`: all scenarios of a graph side by side."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.intervals import (
    any_of,
    csv_columns,
    of_change,
    of_intervals,
    of_probability,
    widths_beside,
)
from causal_model.cli.options import (
    CONTEXT,
    Shown,
    answer_options,
    graph_option,
    interval_options,
)
from causal_model.cli.output import Cell, Column, Table, emit, note
from causal_model.cli.wording import closing, evidence_in_words, headed, labelled
from causal_model.inference.intervals import Interval
from causal_model.inference.result import QueryResult
from causal_model.model import Model, load
from causal_model.side_by_side import side_by_side

Answers = Mapping[str, QueryResult]
CHANGE = {"en": "Change against nothing given", "zh-Hant": "相對於未給定任何發現的變化"}


@click.command(context_settings=CONTEXT)
@graph_option
@click.option("--target", metavar="NODE", help="Compare this node; default the graph's outcome.")
@interval_options
@answer_options
def scenarios(
    graph: str,
    target: str | None,
    interval: float | None,
    draws: int,
    seed: int,
    shown: Shown,
) -> None:
    """Compare all scenarios of a graph side by side.

    \b
    Examples:
      causal-model scenarios
      causal-model scenarios --target gpu_rental_price --format md

    Scenarios are the files in the folder `scenarios/` beside the graph. One that cannot be read, or
    does not fit the graph, is named on stderr and left out.

    With --interval all scenarios are asked under the same draws of the tables, so that the interval of a
    change, or of the difference of two scenarios (in --json), is that of one under the same tables; and
    the rows of tables that make each of them uncertain stand side by side.
    """
    model = replace(load(graph), max_memory=shown.max_memory)
    found = side_by_side(model, target, interval=interval, draws=draws, seed=seed)
    for name, fault in found.left_out.items():
        note(f"scenario {name!r} is left out: {fault}", quiet=False)
    node, known, answers = found.node, found.scenarios, found.answers
    first = next(iter(answers.values()))
    titles = {
        name: known[name].title.text(shown.lang) if shown.lang != "en" else name for name in answers
    }
    tables = [_beside(model, node, answers, titles, shown.lang, shown.format_)]
    if first.interval is not None and shown.format_ != "csv":
        tables.append(_changes(model, node, answers, titles, shown.lang, shown.format_))
        sure = {name: each.interval for name, each in answers.items() if each.interval}
        tables += widths_beside(model, sure, titles, shown.lang)
    emit(tables, found.to_dict(), shown.format_, no_color=shown.no_color)
    titled = {name: known[name].title.text(shown.lang) for name in answers}
    said = [tables[0].caption] if tables[0].caption else []
    draw(
        shown.output,
        lambda: charts.of_scenarios(model, node, answers, titled, shown.lang, said),
        quiet=shown.quiet,
    )
    note(closing(shown.lang), quiet=shown.quiet)


def _beside(
    model: Model, node: str, answers: Answers, titles: Mapping[str, str], lang: str, format_: str
) -> Table:
    """A row per state and a column per scenario, each with its interval if there is one."""
    first = next(iter(answers.values()))
    plain = format_ == "csv"
    columns = [
        Column("state", labelled(model, node, None, lang)),
        *headed((Column("prior", "prior", "probability"),), lang),
    ]
    if first.interval is not None and plain:
        columns += csv_columns("prior")
    for name in answers:
        columns.append(Column(name, titles[name], "probability"))
        if first.interval is not None and plain:
            columns += csv_columns(name)
            columns.append(Column(f"{name}_change_pp", f"{name}_change_pp", "points"))
            columns += csv_columns(f"{name}_change_pp")
    rows: list[list[Cell]] = []
    for state, prior in first.prior[node].items():
        row: list[Cell] = [state if plain else labelled(model, node, state, lang)]
        row += _cells(prior, first.interval.prior[node][state] if first.interval else None, format_)
        for answer in answers.values():
            own = answer.interval
            row += _cells(answer[node][state], own.posterior[node][state] if own else None, format_)
            if own is not None and plain:
                row += [100 * (answer[node][state] - prior), *own.change_pp[node][state]]
        rows.append(row)
    if not plain and (chosen := _together(answers)):
        rows.append(_of_several(model, node, answers, chosen, lang, format_))
    told = evidence_in_words("en" if plain else lang)
    evidence: list[Cell] = [told, None]
    if first.interval is not None and plain:
        evidence += [None, None]
    for answer in answers.values():
        own = answer.interval
        evidence += _cells(
            answer.evidence_probability, own.evidence_probability if own else None, format_
        )
        if own is not None and plain:
            evidence += [None, None, None]
    caption = ""
    if first.interval is not None:
        fixed = {
            name: n
            for each in answers.values()
            if each.interval
            for name, n in each.interval.fixed.items()
        }
        impossible = max(each.interval.impossible for each in answers.values() if each.interval)
        caption = of_intervals(
            model, replace(first.interval, fixed=fixed, impossible=impossible), lang
        )
    return Table(columns, [*rows, evidence], caption=caption, break_before=frozenset({len(rows)}))


def _changes(
    model: Model, node: str, answers: Answers, titles: Mapping[str, str], lang: str, format_: str
) -> Table:
    """The change that each scenario makes, with its interval."""
    columns = [
        Column("state", labelled(model, node, None, lang)),
        *(Column(name, titles[name], "points") for name in answers),
    ]
    rows: list[list[Cell]] = []
    for state in model.states(node):
        row: list[Cell] = [labelled(model, node, state, lang)]
        for answer in answers.values():
            assert answer.interval is not None
            change = 100 * (answer[node][state] - answer.prior[node][state])
            row.append(of_change(change, answer.interval.change_pp[node][state], format_))
        rows.append(row)
    if chosen := _together(answers):
        rows.append([any_of(model, node, chosen, lang)])
        for answer in answers.values():
            change = math.fsum(
                100 * (answer[node][each] - answer.prior[node][each]) for each in chosen
            )
            ends = answer.interval and answer.interval.width_change_pp
            rows[-1].append(of_change(change, ends, format_) if ends else change)
    return Table(columns, rows, title=CHANGE[lang])


def _of_several(
    model: Model, node: str, answers: Answers, states: Sequence[str], lang: str, format_: str
) -> list[Cell]:
    """The row of some states together, whose width is told apart by rows of tables."""
    first = next(iter(answers.values()))
    sure = [each.interval for each in answers.values() if each.interval]
    prior = next((each.width_prior for each in sure if each.width_prior), None)
    whole = [(first.prior[node], prior)]
    whole += [
        (answer[node], own.width_posterior)
        for answer, own in zip(answers.values(), sure, strict=True)
    ]
    row: list[Cell] = [any_of(model, node, states, lang)]
    for numbers, ends in whole:
        row += _cells(math.fsum(numbers[each] for each in states), ends, format_)
    return row


def _together(answers: Answers) -> tuple[str, ...]:
    """The states that are taken together; none where that is one, which has a row of its own."""
    sure = [each.interval.width_states for each in answers.values() if each.interval]
    return next((each for each in sure if len(each) > 1), ())


def _cells(value: float, interval: Interval | None, format_: str) -> list[Cell]:
    """The cells of one probability."""
    if interval is None:
        return [value]
    if format_ == "csv":
        return [value, *interval]
    return [of_probability(value, interval, format_)]
