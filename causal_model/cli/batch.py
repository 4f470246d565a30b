"""`causal-model batch`: evidence rows of a file to posteriors."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import click

from causal_model.cli.options import CONTEXT, general_options, graph_option, memory_option
from causal_model.cli.output import is_plain, note
from causal_model.model import load
from causal_model.parallel import Dask, Map, Processes, serial


@click.command(context_settings=CONTEXT)
@click.argument("rows", metavar="ROWS")
@graph_option
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="The answers; its suffix decides: csv, parquet.",
)
@click.option("--target", multiple=True, metavar="NODE", help="Ask for this node; repeatable.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Carry this column over; repeatable.")
@click.option(
    "--on-error",
    type=click.Choice(["stop", "mark"]),
    default="stop",
    show_default=True,
    help="What a row that cannot be asked does: stop the run, or get a remark.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped.")
@click.option("--force", is_flag=True, help="Start again where a run was stopped.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Ask in so many processes, which divide the memory that is allowed.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Ask on the Dask cluster of this scheduler.")
@memory_option
@general_options
def batch(
    rows: str,
    graph: str,
    output: str,
    target: tuple[str, ...],
    keep: tuple[str, ...],
    on_error: Literal["stop", "mark"],
    resume: bool,
    force: bool,
    workers: int,
    scheduler: str | None,
    max_memory: int | None,
    quiet: bool,
    no_color: bool,
) -> None:
    """Evidence rows of a CSV or Parquet file to posteriors, a row for every row.

    \b
    Examples:
      causal-model batch rows.csv -o answers.parquet
      causal-model batch rows.csv -o answers.csv --target btc_return --keep date --on-error mark

    A column is NODE, likelihood:NODE, belief:NODE or do:NODE; a cell is a state, !=state, or
    state:0.8|state:0.2; an empty cell says nothing. The answers are a column NODE=STATE per state,
    log_evidence_probability, and problem, which says why a row has no answer: evidence that is
    impossible never stops a run. The output is replaced only when all rows are answered; until then
    they are in OUTPUT.part.
    """
    from causal_model.batch.run import answer_file

    if scheduler and workers > 1:
        raise click.UsageError("--workers and --scheduler exclude each other")
    map_: Map = serial
    if scheduler:
        map_ = Dask(scheduler)
    elif workers > 1:
        map_ = Processes(workers, partial(note, quiet=quiet))
    model = replace(load(graph), max_memory=max_memory)
    with _progress(rows, quiet=quiet, no_color=no_color) as progress:
        try:
            summary = answer_file(
                model,
                Path(rows),
                Path(output),
                target=target or None,
                keep=keep,
                on_error=on_error,
                resume=resume,
                force=force,
                map_=map_,
                progress=progress,
            )
        except KeyboardInterrupt:
            note("stopped; the same command with --resume goes on from here", quiet=quiet)
            raise
    told = f"wrote {output}: {summary.rows} rows, {summary.asked} of them asked"
    if summary.resumed:
        told += f", {summary.resumed} answered before"
    if summary.problems:
        told += f", {summary.problems} without an answer"
    note(told, quiet=quiet)


@contextmanager
def _progress(what: str, *, quiet: bool, no_color: bool) -> Iterator[Callable[[float], None]]:
    """A bar on stderr where that is a terminal; nothing otherwise."""
    if quiet or not sys.stderr.isatty() or is_plain(sys.stderr, no_color=False):
        yield lambda share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr, no_color=no_color), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)
