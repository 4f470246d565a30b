"""`causal-model test`: the claims of a graph, like a test run."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from causal_model.claims.check import claims_of, judged
from causal_model.claims.report import ClaimReport, ClaimResult
from causal_model.cli.github import annotation
from causal_model.cli.junit import junit_xml
from causal_model.cli.options import (
    CONTEXT,
    general_options,
    graph_option,
    lang_option,
    memory_option,
)
from causal_model.cli.output import Column, Table, emit, note
from causal_model.cli.wording import closing, headed
from causal_model.errors import QueryError, did_you_mean
from causal_model.glossary import listed
from causal_model.model import load
from causal_model.spec.check_graph import known_names
from causal_model.spec.claims import HeldClaim
from causal_model.spec.load import STDIN

FORMATS = ("table", "json", "csv", "md", "junit", "github")
SHOWN = {
    "en": {
        "pass": "PASS",
        "warn": "WARN",
        "fail": "FAIL",
        "unjudged": "CANNOT BE JUDGED",
        "dropped": "DROPPED",
    },
    "zh-Hant": {
        "pass": "成立",
        "warn": "警告",
        "fail": "不成立",
        "unjudged": "未判定",
        "dropped": "撤銷",
    },
}
NONE = {"en": "none", "zh-Hant": "無"}
SUMMARY = {"en": "{} claims about {}: {}.", "zh-Hant": "{} 項主張,關於 {}:{}。"}
# What is measured comes last: it may be long.
COLUMNS = (
    *(Column("verdict", "verdict"), Column("distance", "distance")),
    *(Column("claim", "claim"), Column("measured", "measured")),
)
ALL_COLUMNS = (
    *(Column("id", "claim"), Column("verdict", "verdict"), Column("severity", "severity")),
    *(Column("statement", "statement"), Column("told", "measured")),
    *(Column("distance", "distance", "number"), Column("unit", "unit"), Column("reason", "reason")),
    *(Column("file", "file"), Column("line", "line", "number")),
)


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "--claims",
    "file",
    metavar="FILE|-",
    help="Hold the graph against this file, or stdin; default the claims beside the graph.",
)
@click.option(
    "-k", "only", multiple=True, metavar="TEXT", help="Only claims whose id holds TEXT; repeatable."
)
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@memory_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="junit: XML for build servers; github: annotations for a pull request.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@lang_option
@general_options
@click.pass_context
def test(
    ctx: click.Context,
    graph: str,
    file: str | None,
    only: tuple[str, ...],
    strict: bool,
    max_memory: int | None,
    format_: str,
    as_json: bool,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """The claims of a graph, like a test run.

    \b
    Examples:
      causal-model test
      causal-model test -g long_run -k hosting --format junit

    A claim is a statement that must hold in the graph, such as `P(btc_return <= down | scenario
    hard_mandate) > 40 %`; claims lie beside the graph in the folder `claims/`, and a variant has those
    of the graph that it extends. The distance says by how much a claim holds, or fails.

    Exit code 0: all that must hold holds; 1: a claim fails or cannot be judged; 2: there are no claims,
    or they cannot be read. What has the severity warn is told and does not fail, but with --strict.
    """
    model = replace(load(graph), max_memory=max_memory)
    place = STDIN if file == "-" else file
    report = judged(model, _chosen(claims_of(model, place), only))
    kind = "json" if as_json else format_
    if kind == "junit":
        click.echo(junit_xml(report))
    elif kind == "github":
        for each in report.results:
            _annotate(each)
    else:
        table = _whole(report) if kind == "csv" else _short(report, lang)
        emit([table], report.to_dict(), kind, no_color=no_color)
    for each in report.results:
        if each.verdict in ("warn", "fail", "unjudged"):
            note(_explained(each, lang), quiet=quiet or kind == "github")
    if kind == "table":
        note(closing(lang), quiet=quiet)
    warned = strict and any(each.verdict in ("warn", "unjudged") for each in report.results)
    ctx.exit(0 if report.passed and not warned else 1)


def _chosen(held: Sequence[HeldClaim], only: Iterable[str]) -> list[HeldClaim]:
    """The claims whose id holds one of some texts; all where none is given."""
    for text in only:
        if not any(text in each.id for each in held):
            ids = [each.id for each in held]
            near = did_you_mean(text, ids) or f" K{known_names(ids).removeprefix('k')}"
            raise QueryError(f"-k {text}: no claim is called like that.{near}")
    return [each for each in held if not only or any(text in each.id for text in only)]


def _short(report: ClaimReport, lang: str) -> Table:
    """A line a claim: verdict, name, what was measured, and by how much it holds."""
    rows: list[list[str]] = []
    for each in report.results:
        claim, judgement = each.held.claim, each.judgement
        titled = lang != "en" and claim.title is not None
        name = claim.title.text(lang) if titled and claim.title else each.id
        told = (judgement.told if judgement else "") or each.reason.partition("\n")[0]
        rows.append([SHOWN[lang][each.verdict], _distance(each), name, told])
    counts = [f"{n} {SHOWN[lang][verdict]}" for verdict, n in report.counts.items() if n]
    told = listed(counts, lang) or NONE[lang]
    caption = SUMMARY[lang].format(len(report.results), report.graph_id, told)
    return Table(headed(COLUMNS, lang), rows, caption=caption)


def _whole(report: ClaimReport) -> Table:
    """All that is known, for programs."""
    rows = []
    for each in report.results:
        data = each.to_dict()
        rows.append([data[column.name] for column in ALL_COLUMNS])
    return Table(ALL_COLUMNS, rows)


def _distance(result: ClaimResult) -> str:
    judgement = result.judgement
    if judgement is None or judgement.distance is None:
        return "-"
    if judgement.unit == "value":
        return f"{judgement.distance:+.4g}"
    points = 100 * judgement.distance
    # What is off by less than is shown still has a side.
    return f"{points:+.1f} pp" if abs(points) >= 0.05 else f"{points:+.1g} pp"


def _explained(result: ClaimResult, lang: str) -> str:
    """What a reader needs to follow a claim that does not hold."""
    held, judgement = result.held, result.judgement
    where = f" ({held.span.file}:{held.span.line})" if held.span.file else ""
    lines = [f"{SHOWN[lang][result.verdict]} {result.id}{where}"]
    title = held.claim.title.text(lang) if held.claim.title else ""
    lines.append(f"  claim     {' '.join(held.claim.statement.split())}")
    if title:
        lines.append(f"            {title}")
    if judgement and judgement.told:
        lines.append(f"  measured  {judgement.told}")
    if result.reason:
        lines.append(f"  reason    {result.reason}")
    for each in held.claim.sources:
        if each.quote:
            gloss = f" ({each.gloss})" if each.gloss else ""
            lines.append(f"  source    {each.source}: {each.quote}{gloss}")
    return "\n".join(lines)


def _annotate(result: ClaimResult) -> None:
    if result.verdict not in ("warn", "fail", "unjudged"):
        return
    held = result.held
    told = result.judgement.told if result.judgement else ""
    message = " ".join(f"{held.claim.statement}: {told} {result.reason}".split())
    severity = "error" if result.failed else "warning"
    click.echo(
        annotation(severity, _relative(held.span.file), held.span.line, message, title=result.id)
    )


def _relative(file: str) -> str:
    """A path as the repository has it, where the command is run at its root."""
    path: Any = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
