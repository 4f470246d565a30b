"""`causal-model diff`: what two variants of a graph differ in."""

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from causal_model import charts
from causal_model.cli.charting import chart_option, draw
from causal_model.cli.differences import no_difference, one_table, tables_of
from causal_model.cli.options import CONTEXT, format_option, general_options, lang_option
from causal_model.cli.output import emit, note
from causal_model.cli.wording import closing
from causal_model.library import find_graph
from causal_model.model import load
from causal_model.variants.difference import AT_LEAST, AnswerChange
from causal_model.variants.difference import diff as compare
from causal_model.variants.revision import at_revision


@click.command(context_settings=CONTEXT)
@click.argument("before", metavar="A")
@click.argument("after", required=False, metavar="[B]")
@click.option(
    "--against",
    metavar="REV",
    help="Compare A with itself in this git revision, such as HEAD~1 or main.",
)
@click.option("--target", metavar="NODE", help="Ask scenarios about NODE; default the outcome.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 100),
    default=AT_LEAST,
    show_default=True,
    metavar="PP",
    help="Hide answers that move by fewer percentage points.",
)
@chart_option
@format_option
@lang_option
@general_options
def diff(
    before: str,
    after: str | None,
    against: str | None,
    target: str | None,
    at_least: float,
    output: Path | None,
    format_: str,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """What two variants differ in: nodes, arrows, tables, and every answer that this moves.

    \b
    Examples:
      causal-model diff article long_run
      causal-model diff graphs/article.yaml --against HEAD~1 --format md

    Of a table the row that changed most is shown; its size is the total variation distance, the most
    that the probability of any set of states changes. Answers are compared with nothing given and, for
    the outcome, under every scenario beside either graph. Changes are B minus A, or now minus then.
    """
    if (after is None) == (against is None):
        raise click.UsageError("give two graphs, or one graph and --against REV")
    if math.isnan(at_least):
        raise click.UsageError("--at-least nan: expected a number from 0 to 100")
    with ExitStack() as stack:
        tell: Callable[[str], str] = str
        if against is not None:
            path = find_graph(before)
            now = load(path)
            then = stack.enter_context(at_revision(path, against))
            models, tell = (then.model, now), then.told
            names = (f"{now.id} @ {against}", now.id)
        else:
            assert after is not None
            models = (load(before), load(after))
            names = (models[0].id, models[1].id)
            if names[0] == names[1] and before != after:
                names = (before, after)
        found = compare(*models, target=target, names=names)
    found = replace(found, outcome=tuple(_told(each, tell) for each in found.outcome))
    kept = found.shown(at_least)
    draw(output, lambda: charts.of_difference(kept, models, at_least, lang), quiet=quiet)
    if format_ == "csv":
        tables = [one_table(kept)]
    else:
        tables = tables_of(kept, models, at_least, lang, plain=format_ == "table")
    if not tables and format_ != "json":
        click.echo(no_difference(at_least, lang))
        return
    emit(tables, found.to_dict(at_least), format_, no_color=no_color)
    note(closing(lang), quiet=quiet)


def _told(change: AnswerChange, tell: Callable[[str], str]) -> AnswerChange:
    return replace(change, reasons=tuple(tell(each) for each in change.reasons))
