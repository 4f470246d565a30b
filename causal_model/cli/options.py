"""Options that several commands share; those that belong together reach a command as one value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any

import click

from causal_model.cli.charting import chart_option
from causal_model.cli.main import CONTEXT
from causal_model.spec.scalars import number_of

__all__ = [
    "CONTEXT",
    "FORMATS",
    "About",
    "Said",
    "Shown",
    "about_options",
    "answer_options",
    "findings_options",
    "format_option",
    "general_options",
    "graph_option",
    "interval_option",
    "interval_options",
    "lang_option",
    "memory_option",
]

SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{0,6})?) ?([kmgt]?)(i?)b?")
FORMATS = ("table", "json", "csv", "md")
LANGUAGES = ("en", "zh-Hant")

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the findings options of a command line say, each as often as it was given."""

    given: tuple[str, ...] = ()
    likelihood: tuple[str, ...] = ()
    belief: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    scenario: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(
            (self.given, self.likelihood, self.belief, self.do, self.evidence, self.scenario)
        )


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about: the outcome where no node is named, and its low states where no states are."""

    target: str | None
    states: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer may take, and how it is shown.

    Attributes:
        output: the file of its chart.
        max_memory: how many bytes it may take.
        format_: one of FORMATS.
        lang: one of LANGUAGES.
        quiet: only the answer is printed.
        no_color: without colour.
    """

    output: Path | None
    max_memory: int | None
    format_: str
    lang: str
    quiet: bool
    no_color: bool


def graph_option(command: Command) -> Command:
    """`-g/--graph`: which graph is asked."""
    return click.option(
        "-g",
        "--graph",
        default="article",
        show_default=True,
        metavar="NAME|PATH",
        help="A shipped graph, or the path of a graph file.",
    )(command)


def format_option(command: Command) -> Command:
    """`--format` and its short form `--json`; the command is told `format_`."""

    @wraps(command)
    def told(*args: Any, as_json: bool, format_: str, **others: Any) -> Any:
        return command(*args, format_="json" if as_json else format_, **others)

    told = click.option("--json", "as_json", is_flag=True, help="The same as --format json.")(told)
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How the answer is printed.",
    )(told)


def lang_option(command: Command) -> Command:
    """`--lang`: the language of labels."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        help="Language of the labels.",
    )(command)


class _Size(click.ParamType):  # type: ignore[type-arg]
    """An amount of memory such as 500MB, 2GiB or 1.5g."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        if isinstance(value, int):
            return value
        found = SIZE.fullmatch(str(value).strip().lower())
        if not found:
            self.fail(f"{value!r} is no size; expected for example 500MB or 2GiB", param, ctx)
        number, unit, binary = found.groups()
        base = 1024 if binary == "i" or not str(value).lower().endswith("b") else 1000
        return int(float(number) * base ** (" kmgt".index(unit or " ")))


def memory_option(command: Command) -> Command:
    """`--max-memory`: what one answer may take."""
    return click.option(
        "--max-memory",
        type=_Size(),
        metavar="SIZE",
        help="Refuse a question that would take more, e.g. 2GiB; default 60 % of what is free.",
    )(command)


class _Level(click.ParamType):  # type: ignore[type-arg]
    """The probability within an interval, such as 0.9 or 90%."""

    name = "level"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        text = str(value).strip()
        found = number_of(text.removesuffix("%").rstrip())
        level = found / 100 if found is not None and text.endswith("%") else found
        if level is None or not 0 < level < 1:
            self.fail(
                f"{value!r} is no share between 0 and 1; expected for example 0.9", param, ctx
            )
        return level


def interval_option(command: Command) -> Command:
    """`--interval`: how sure the numbers are."""
    return click.option(
        "--interval",
        type=_Level(),
        metavar="LEVEL",
        help="Credible intervals, such as 0.9: every row of a table that has a confidence is drawn around"
        " what it says.",
    )(command)


def interval_options(command: Command) -> Command:
    """`--interval`, `--draws` and `--seed`."""
    command = click.option(
        "--seed",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="Of the draws; the same for all answers, so that their differences are honest.",
    )(command)
    command = click.option(
        "--draws",
        type=click.IntRange(1, 1_000_000),
        default=2_000,
        show_default=True,
        help="How many draws of the tables, with --interval.",
    )(command)
    return interval_option(command)


def general_options(command: Command) -> Command:
    """`-q`, `--no-color` and `--debug`, which commands need not know: it is obeyed whatever they do."""
    command = click.option(
        "--debug",
        is_flag=True,
        expose_value="debug" in signature(command).parameters,
        help="Show the traceback of an error.",
    )(command)
    command = click.option("--no-color", is_flag=True, help="Print without colour.")(command)
    return click.option("-q", "--quiet", is_flag=True, help="Print the answer only.")(command)


def answer_options(command: Command) -> Command:
    """What an answer may take and how it is shown, whatever is asked; the command is told `shown`."""

    @wraps(command)
    def told(
        *args: Any,
        output: Path | None,
        max_memory: int | None,
        format_: str,
        lang: str,
        quiet: bool,
        no_color: bool,
        **others: Any,
    ) -> Any:
        shown = Shown(output, max_memory, format_, lang, quiet, no_color)
        return command(*args, shown=shown, **others)

    decorated: Command = told
    for options in (general_options, lang_option, format_option, memory_option, chart_option):
        decorated = options(decorated)
    return decorated


def about_options(wanted: str, together: str = "taken") -> Callable[[Command], Command]:
    """`--target` and `--states`; the command is told `about`.

    Args:
        wanted: what the target is asked for, in the words of the command.
        together: how its states come together.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def told(*args: Any, target: str | None, states: tuple[str, ...], **others: Any) -> Any:
            return command(*args, about=About(target, states or None), **others)

        told = click.option(
            "--states",
            multiple=True,
            metavar="STATE",
            help=f"States of the target that are {together} together; repeatable; default its low states.",
        )(told)
        return click.option("--target", metavar="NODE", help=wanted)(told)

    return decorate


def findings_options(command: Command) -> Command:
    """All ways to say what is known or done, each repeatable; the command is told `said`."""

    @wraps(command)
    def told(
        *args: Any,
        given: tuple[str, ...],
        likelihood: tuple[str, ...],
        belief: tuple[str, ...],
        do: tuple[str, ...],
        evidence: tuple[str, ...],
        scenario: tuple[str, ...],
        **others: Any,
    ) -> Any:
        said = Said(given, likelihood, belief, do, evidence, scenario)
        return command(*args, said=said, **others)

    options = [
        click.option(
            "--given",
            multiple=True,
            metavar="NODE=STATE",
            help="NODE was observed in STATE; NODE!=STATE: it is known not to be.",
        ),
        click.option(
            "--likelihood",
            multiple=True,
            metavar="NODE=STATE:W,...",
            help="Weigh the states: P(what was seen | state), up to a factor.",
        ),
        click.option(
            "--belief",
            multiple=True,
            metavar="NODE=STATE:P,...",
            help="The posterior of NODE shall be this distribution.",
        ),
        click.option(
            "--do",
            multiple=True,
            metavar="NODE=STATE",
            help="Somebody sets NODE to STATE; what usually decides it no longer does.",
        ),
        click.option(
            "--evidence",
            multiple=True,
            metavar="FILE|-",
            help="Findings from a YAML, JSON or CSV file (FILE.csv:3 for its third row), or stdin.",
        ),
        click.option(
            "--scenario",
            multiple=True,
            metavar="NAME|PATH",
            help="Findings of a scenario beside the graph, or of a scenario file.",
        ),
    ]
    for option in reversed(options):
        told = option(told)
    return told
