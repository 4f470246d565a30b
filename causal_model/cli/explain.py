"""`causal-model explain`: how much each finding moved the answer, along which arrows, and in words."""

from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.explain_tables import one_table, tables_of
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
from causal_model.cli.output import emit, note, plain_text
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing
from causal_model.glossary import sentences
from causal_model.harmless import in_markdown
from causal_model.model import load
from causal_model.questions.reasons.explain import ORDERS
from causal_model.questions.reasons.explain import explain as ask
from causal_model.questions.reasons.explanation import Explanation


@click.command(context_settings=CONTEXT)
@graph_option
@about_options("Explain this node; default the outcome.")
@findings_options
@click.option("--words", is_flag=True, help="Print the explanation in words only.")
@click.option(
    "--orders",
    type=click.IntRange(100, 1_000_000),
    default=ORDERS,
    show_default=True,
    help="How many orders are drawn where there are more than 12 findings.",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Of these orders.  [default: 0]")
@answer_options
def explain(
    graph: str,
    about: About,
    said: Said,
    words: bool,
    orders: int,
    seed: int,
    shown: Shown,
) -> None:
    """Why the answer is what it is: the share of every finding, its paths, and how surprising it all is.

    \b
    Examples:
      causal-model explain --given nasdaq_return=risk_off --given miner_equities=down --do etf_flow=flat
      causal-model explain --scenario hard_mandate --words --lang zh-Hant

    The shares sum to the whole change of the probability that the target is in one of its low states, or
    in one of --states. The conflict measure is log2 of the product of the probabilities of what was seen
    over their joint probability: above zero they are less probable together than apart. What somebody
    sets is no evidence and does not count in it.
    """
    if words and shown.format_ in ("json", "csv"):
        raise click.UsageError("--words prints text, so it goes with --format table or md only")
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    if not told:
        raise click.UsageError(
            "there is nothing to explain: give findings by --given, --do, --likelihood, --belief,"
            " --evidence or --scenario"
        )
    found = ask(model, about.target, about.states, orders=orders, seed=seed, findings=told)
    if words:
        text = in_words(found, shown.lang)
        click.echo(in_markdown(text) if shown.format_ == "md" else plain_text(text))
    elif shown.format_ == "csv":
        emit([one_table(found)], None, shown.format_, no_color=shown.no_color)
    elif shown.format_ == "json":
        emit([], found.to_dict(shown.lang), shown.format_, no_color=shown.no_color)
    else:
        tables = tables_of(model, found, shown.lang)
        text = in_words(found, shown.lang)
        if shown.format_ == "table":
            below = "\n\n".join(filter(None, (tables[-1].caption, text)))
            tables[-1] = replace(tables[-1], caption=below)
        emit(tables, None, shown.format_, no_color=shown.no_color)
        if shown.format_ == "md":
            click.echo("\n" + in_markdown(text))
    draw(shown.output, lambda: charts.of_explanation(model, found, shown.lang), quiet=shown.quiet)
    note(closing(shown.lang), quiet=shown.quiet)


def in_words(found: Explanation, lang: str) -> str:
    """The narrative as one paragraph."""
    return sentences((each.text for each in found.narrative(lang)), lang)
