"""`causal-model scenarios`: all scenarios of a graph side by side."""

from dataclasses import replace
from pathlib import Path

import click

from causal_model import charts
from causal_model.cli.charting import chart_option, draw
from causal_model.cli.options import (
    CONTEXT,
    format_option,
    general_options,
    graph_option,
    lang_option,
    memory_option,
)
from causal_model.cli.output import Column, Table, emit, note
from causal_model.cli.wording import closing, evidence_in_words, headed, labelled
from causal_model.errors import EvidenceError, QueryError
from causal_model.model import load


@click.command(context_settings=CONTEXT)
@graph_option
@click.option("--target", metavar="NODE", help="Compare this node; default the graph's outcome.")
@chart_option
@memory_option
@format_option
@lang_option
@general_options
def scenarios(
    graph: str,
    target: str | None,
    output: Path | None,
    max_memory: int | None,
    format_: str,
    as_json: bool,
    lang: str,
    quiet: bool,
    no_color: bool,
    debug: bool,
) -> None:
    """Compare all scenarios of a graph side by side.

    \b
    Examples:
      causal-model scenarios
      causal-model scenarios --target gpu_rental_price --format md

    Scenarios are the files in the folder `scenarios/` beside the graph. One that cannot be read, or
    does not fit the graph, is named on stderr and left out.
    """
    model = replace(load(graph), max_memory=max_memory)
    known, broken = model.scenario_files()
    for name, fault in broken.items():
        note(f"scenario {name!r} is left out: {fault}", quiet=False)
    if not known and not broken:
        raise QueryError(f"there are no scenarios beside the graph {model.id!r}")
    answers = {}
    for name, scenario in known.items():
        try:
            answers[name] = model.query(target, findings=scenario.all_findings())
        except EvidenceError as error:
            note(f"scenario {name!r} is left out: {error}", quiet=False)
    if not answers:
        raise QueryError(f"no scenario fits the graph {model.id!r}")
    first = next(iter(answers.values()))
    node = next(iter(first))
    titles = {name: known[name].title.text(lang) if lang != "en" else name for name in answers}
    columns = [
        Column("state", labelled(model, node, None, lang)),
        *headed((Column("prior", "prior", "probability"),), lang),
        *(Column(name, titles[name], "probability") for name in answers),
    ]
    rows: list[list[str | float | None]] = [
        [
            state if format_ == "csv" else labelled(model, node, state, lang),
            prior,
            *(answer[node][state] for answer in answers.values()),
        ]
        for state, prior in first.prior[node].items()
    ]
    told = evidence_in_words("en" if format_ == "csv" else lang)
    evidence = [told, None, *(each.evidence_probability for each in answers.values())]
    table = Table(columns, [*rows, evidence], break_before=frozenset({len(rows)}))
    data = {
        "schema_version": 1,
        "graph": first.to_dict()["graph"],
        "target": node,
        "prior": dict(first.prior[node]),
        "scenarios": [
            {
                "id": name,
                "title": known[name].title.en,
                "findings": answer.to_dict()["findings"],
                "evidence_probability": answer.evidence_probability,
                "log_evidence_probability": answer.log_evidence_probability,
                "posterior": dict(answer[node]),
            }
            for name, answer in answers.items()
        ],
    }
    emit([table], data, "json" if as_json else format_, no_color=no_color)
    titled = {name: known[name].title.text(lang) for name in answers}
    draw(output, lambda: charts.of_scenarios(model, node, answers, titled, lang), quiet=quiet)
    note(closing(lang), quiet=quiet)
