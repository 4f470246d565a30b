"""`causal-model render`: the graph as a picture with belief bars."""

from dataclasses import replace
from pathlib import Path

import click

from causal_model.cli.options import (
    CONTEXT,
    Said,
    findings_options,
    general_options,
    graph_option,
    lang_option,
    memory_option,
)
from causal_model.cli.output import note
from causal_model.cli.told import told_findings
from causal_model.model import load


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="The picture; its suffix decides: svg, png, pdf, dot, mmd.",
)
@findings_options
@memory_option
@lang_option
@general_options
def render(
    graph: str,
    output: str,
    said: Said,
    max_memory: int | None,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """Draw the graph with belief bars.

    \b
    Examples:
      causal-model render -o graph.svg
      causal-model render --scenario hard_mandate --do gpu_rental_price=steady -o picture.png

    Bars show the posterior, outlines the prior. Nothing but the package is needed: no Graphviz, no
    fonts, no display. The file is replaced only when the new picture is whole.
    """
    model = replace(load(graph), max_memory=max_memory)
    told = told_findings(model, said)
    result = model.query(model.nodes, findings=told)
    for remark in model.render(Path(output), result=result, lang=lang):
        note(remark, quiet=quiet)
    note(f"wrote {output}", quiet=quiet)
