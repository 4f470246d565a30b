"""The command `causal-model`: finds the subcommand, and turns errors into words and exit codes.

Subcommands are imported when they are called, so that ``causal-model --help`` answers at once.
"""

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from io import StringIO

import click

from causal_model import __version__
from causal_model.errors import (
    CausalModelError,
    GraphFileWarning,
    ImpossibleEvidence,
    TooLarge,
    did_you_mean,
)

__all__ = ["cli", "main"]

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

# Name of the command: its module below causal_model.cli, and what the overview says of it.
COMMANDS = {
    "init": ("init", "Start a project: a small graph, a variant, scenarios, claims."),
    "graphs": ("show", "List the graphs that ship."),
    "show": ("show", "Show what a graph contains, with its sources."),
    "validate": ("validate", "Find every mistake in graph, scenario and claims files."),
    "schema": ("validate", "Write the JSON Schema that editors use."),
    "query": ("query", "Prior and posterior of the outcome, given what is known or done."),
    "scenarios": ("scenarios", "Compare all scenarios of a graph side by side."),
    "render": ("render", "Draw the graph with belief bars."),
    "report": ("report", "The page as one file that works without a server; a note in Markdown."),
    "effects": ("effects", "What setting a node changes, and through which channels."),
    "counterfactual": ("counterfactual", "What would have been, given what was."),
    "explain": ("explain", "Why: how much each finding moved the answer, and in words."),
    "watch": ("watch", "What to watch next, by what it would tell about the outcome."),
    "decide": ("decide", "Which option is best, and what it is worth to know more first."),
    "test": ("test", "Hold a graph against its claims, like a test run."),
    "diff": ("diff", "What two variants differ in, by structure and by answer."),
    "average": ("average", "Several variants weighed by the evidence, and their average."),
    "sensitivity": (
        "sensitivity",
        "What an answer hangs on: nodes seen, nodes set, numbers in tables.",
    ),
    "flip": ("flip", "What would reverse a statement: one row of a table, or one finding."),
    "learn": ("learn", "Tables from data, on top of what was elicited."),
    "score": ("score", "How well a graph forecast, against climatology and other graphs."),
    "batch": ("batch", "Evidence rows of a CSV or Parquet file to posteriors."),
    "serve": ("serve", "The page in a browser, and a JSON interface to every question."),
    "convert": ("convert", "Write a graph as BIF, XDSL, XMLBIF, NET or UAI, or take one over."),
}


class _Commands(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"causal_model.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no such command {args[0]!r}.{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="causal-model")
def cli() -> None:
    """Turn a causal story into a model, and ask it.

    \b
    Examples:
      causal-model query --given china_policy=hard_mandate
      causal-model render --scenario hard_mandate -o picture.png

    Answers are conditional scenarios under the graph's assumptions, not forecasts.
    """


def main() -> None:
    """Run the command line and exit: 0 fine, 1 the answer is no, 2 cannot be asked, 130 interrupted."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        # Names may hold any character; a terminal that lacks one shows a stand-in instead of failing.
        getattr(sys, name).reconfigure(errors="backslashreplace")
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    quiet = not {"-q", "--quiet"}.isdisjoint(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", GraphFileWarning)
            warnings.showwarning = partial(_remark, quiet=quiet)
            status = cli.main(arguments, prog_name="causal-model", standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except click.ClickException as error:
        told = StringIO()
        error.show(told)
        click.echo(_plain(told.getvalue()), err=True, nl=False)
        return error.exit_code
    except (BrokenPipeError, SystemExit):
        # The reader has gone, as with `| head`, which Click turns into an exit; python must not
        # complain about it when it closes.
        _forget_output()
        return 0
    except (CausalModelError, OSError) as error:
        if debug:
            click.echo(_plain(traceback.format_exc()), err=True)
        reason = None
        if isinstance(error, OSError) and error.strerror:
            reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        if isinstance(error, TooLarge):
            click.echo(f"error: {_plain(error.problem + _ways_out(error, arguments))}", err=True)
            return 2
        click.echo(f"error: {_plain(reason or str(error))}", err=True)
        if reason:
            _forget_output()
        return 1 if isinstance(error, ImpossibleEvidence) else 2
    except Exception as error:
        if debug:
            click.echo(_plain(traceback.format_exc()), err=True)
        kind = type(error).__name__
        click.echo(_plain(f"error: a fault of the program itself ({kind}: {error})"), err=True)
        click.echo("Please report it, with the output of the same command with --debug.", err=True)
        return 70
    return status if isinstance(status, int) else 0


def _ways_out(error: TooLarge, arguments: Sequence[str]) -> str:
    """What can be done about a question that is too large, with what the command has."""
    from causal_model.cli.ways_out import ways_out

    # No option of the group takes a value, so the first of these names is the command.
    name = next(each for each in arguments if each in COMMANDS)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return ways_out(command, arguments, listing=error.listing)


def _remark(message: Warning | str, *_: object, quiet: bool) -> None:
    """Say what is not quite right about a file; all other warnings are for developers."""
    if isinstance(message, GraphFileWarning) and not quiet:
        click.echo(_plain(str(message)), err=True)


def _forget_output() -> None:
    """Let nothing more be written to an output that takes nothing more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(text: str) -> str:
    """Without the control characters that a file could smuggle onto a terminal."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in text
    )
