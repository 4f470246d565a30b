"""`causal-model effects`: what setting a node changes, by which channels, and whether data could tell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.effect_intervals import width_of_effects
from causal_model.cli.effect_rows import one_table
from causal_model.cli.effect_tables import tables_of
from causal_model.cli.finding_text import split_finding, split_weights
from causal_model.cli.identified import told_of
from causal_model.cli.intervals import of_intervals
from causal_model.cli.options import (
    CONTEXT,
    Said,
    Shown,
    answer_options,
    findings_options,
    graph_option,
    interval_options,
)
from causal_model.cli.output import emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing
from causal_model.errors import EvidenceError
from causal_model.model import Model, load
from causal_model.questions.interventions.effects import effects as ask
from causal_model.questions.interventions.identify import identify as ask_arrows
from causal_model.questions.interventions.result import Effects

if TYPE_CHECKING:
    from causal_model.render.charts.values import Chart


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "--of",
    multiple=True,
    metavar="NODE",
    help="Set this node to each of its states; repeatable, for all combinations.",
)
@click.option("--on", metavar="NODE", help="The outcome; default the graph's.")
@click.option(
    "--states",
    multiple=True,
    metavar="STATE",
    help="States of the outcome that are taken together; repeatable; default its low states.",
)
@click.option(
    "--baseline",
    multiple=True,
    metavar="[NODE=]STATE",
    help="Compare with this state; default the first.",
)
@click.option(
    "--as",
    "policies",
    multiple=True,
    metavar="NODE=STATE:P,...",
    help="A further setting: what decides NODE gives way to this distribution; repeatable.",
)
@click.option(
    "--channels", is_flag=True, help="Split every change by the channels it travels through."
)
@click.option(
    "--identify",
    is_flag=True,
    help="Ask whether data could tell the effect, from the arrows alone; if not, bound it.",
)
@click.option(
    "--hidden", multiple=True, metavar="NODE", help="With --identify: no data on NODE; repeatable."
)
@findings_options
@interval_options
@answer_options
@click.pass_context
def effects(
    ctx: click.Context,
    graph: str,
    of: tuple[str, ...],
    on: str | None,
    states: tuple[str, ...],
    baseline: tuple[str, ...],
    policies: tuple[str, ...],
    channels: bool,
    identify: bool,
    hidden: tuple[str, ...],
    said: Said,
    interval: float | None,
    draws: int,
    seed: int,
    shown: Shown,
) -> None:
    """What setting a node changes, through which channels, and whether data could tell.

    \b
    Examples:
      causal-model effects --of china_policy --channels
      causal-model effects --identify --of etf_flow --hidden tech_risk_sentiment

    The outcome when a node is set to each of its states, beside what merely seeing it there would tell:
    the difference is confounding. Findings hold after the node is set. With --identify the exit code is
    1 where no data on the other nodes could tell the effect; then bounds on it are given, which hold
    whatever the tables of hidden nodes.
    """
    if not of:
        raise click.UsageError("say with --of NODE what is set")
    model = replace(load(graph), max_memory=shown.max_memory)
    nodes = {name: model.states(name) for name in model.nodes}
    if identify:
        if shown.output:
            raise click.UsageError("-o draws probabilities, and --identify looks at arrows alone")
        if channels or policies or said or interval:
            raise click.UsageError(
                "--identify looks at arrows alone: it takes --of, --on and --hidden, and for"
                " bounds --states and --baseline"
            )
        answer = ask_arrows(
            model,
            of,
            on=on,
            hidden=hidden,
            states=states or None,
            baseline=_baseline(baseline, of, nodes),
        )
        tables = told_of(model, answer, shown.lang, shown.format_)
        emit(tables, answer.to_dict(), shown.format_, no_color=shown.no_color)
        ctx.exit(0 if answer.identified else 1)
    if hidden:
        raise click.UsageError("--hidden belongs to --identify")
    found = ask(
        model,
        of,
        on=on,
        states=states or None,
        baseline=_baseline(baseline, of, nodes),
        policies=[_policy(text, nodes) for text in policies],
        channels=channels,
        interval=interval,
        draws=draws,
        seed=seed,
        findings=told_findings(model, said),
    )
    if shown.format_ == "csv":
        tables = [one_table(found)]
    else:
        tables = tables_of(model, found, shown.lang, plain=shown.format_ == "table")
        if found.interval:
            tables += width_of_effects(model, found, shown.lang)
    emit(tables, found.to_dict(), shown.format_, no_color=shown.no_color)
    draw(shown.output, lambda: _chart(model, found, shown.lang), quiet=shown.quiet)
    note(closing(shown.lang), quiet=shown.quiet)


def _chart(model: Model, found: Effects, lang: str) -> "Chart":
    """The outcome by setting, or the split by channel where that was asked for."""
    tables = tables_of(model, replace(found, interval=None), lang, plain=False)
    said, *split = (table.caption.splitlines() for table in tables)
    sure = [of_intervals(model, found.interval, lang)] if found.interval else []
    if split:
        return charts.of_channels(model, found, lang, said, [*split[0], *sure])
    return charts.of_effects(model, found, lang, said, sure)


def _baseline(
    texts: Sequence[str], of: Sequence[str], nodes: Mapping[str, Sequence[str]]
) -> str | dict[str, str]:
    """States by node; the state alone where it can only be that of the one node."""
    if len(texts) == 1 and (texts[0] in nodes.get(of[0], ()) or "=" not in texts[0]):
        return texts[0]
    found: dict[str, str] = {}
    for text in texts:
        node, state, excluded = split_finding(text, "baseline", nodes)
        if excluded:
            raise EvidenceError(f"--baseline {text}: only --given takes NODE!=STATE")
        if found.setdefault(node, state) != state:
            raise EvidenceError(
                f"--baseline {text}: {node!r} has the baseline {found[node]!r} already"
            )
    return found


def _policy(text: str, nodes: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    node, rest, excluded = split_finding(text, "as", nodes)
    if excluded:
        raise EvidenceError(f"--as {text}: only --given takes NODE!=STATE")
    return {node: split_weights(rest, nodes[node], f"--as {node}")}
