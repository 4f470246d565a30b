"""`causal-model report`: the page as one file, or a note in Markdown."""

from dataclasses import replace
from pathlib import Path

import click

from causal_model.cli.options import (
    CONTEXT,
    general_options,
    graph_option,
    lang_option,
    memory_option,
)
from causal_model.cli.output import note
from causal_model.errors import RenderError, did_you_mean
from causal_model.files import write_atomically
from causal_model.model import load

SUFFIXES = (".html", ".md")


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The report; its suffix decides: html, md.",
)
@memory_option
@lang_option
@general_options
def report(
    graph: str,
    output: Path,
    max_memory: int | None,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """The graph as a page in one file that works without a server, or as a note in Markdown.

    \b
    Examples:
      causal-model report -o report.html
      causal-model report -g long_run --lang zh-Hant -o note.md

    The page opens from the disk and asks nothing of any network. An exact engine inside it answers what is
    clicked; a graph too wide for it shows its scenarios only. --lang is the language that it opens in.
    """
    suffix = output.suffix.lower()
    if suffix not in SUFFIXES:
        shown = f"{output.suffix!r}" if output.suffix else "a file without a suffix"
        raise RenderError(
            f"cannot write {shown} as a report; known: {', '.join(SUFFIXES)}."
            + did_you_mean(suffix, SUFFIXES)
        )
    model = replace(load(graph), max_memory=max_memory)
    if suffix == ".md":
        from causal_model.page.markdown import markdown_report

        text = markdown_report(model, lang)
    else:
        from causal_model.page.content import MOST_ENTRIES, page_entries
        from causal_model.page.document import page_of

        text = page_of(model, lang=lang)
        if page_entries(model.network) > MOST_ENTRIES:
            note("too wide for the engine in the page: it shows scenarios only", quiet=quiet)
    write_atomically(output, text.encode())
    note(f"wrote {output} ({len(text.encode()) / 1000:,.0f} kB)", quiet=quiet)
