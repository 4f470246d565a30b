"""`-o/--output` of commands whose answer can be drawn: the option, and writing the chart."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from causal_model import charts, render
from causal_model.cli.output import note

if TYPE_CHECKING:
    from causal_model.render.charts.values import Chart

__all__ = ["chart_option", "draw"]

Command = TypeVar("Command", bound=Callable[..., Any])


def chart_option(command: Command) -> Command:
    """`-o/--output`: draw the answer as well; a suffix that cannot be written is refused at once."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        callback=_path,
        help="Also draw the answer; the suffix decides: svg, png, pdf.",
    )(command)


def draw(output: Path | None, chart: "Callable[[], Chart]", *, quiet: bool) -> None:
    """Write a chart if a file was asked for; it is made, and drawing loaded, only then.

    Raises:
        RenderError: the file cannot be written.
    """
    if output is None:
        return
    for remark in charts.write(chart(), output):
        note(remark, quiet=quiet)
    note(f"wrote {output}", quiet=quiet)


def _path(_: click.Context, __: click.Parameter, value: str | None) -> Path | None:
    if value is None:
        return None
    path = Path(value)
    render.require_drawn(path)
    return path
