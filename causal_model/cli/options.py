"""Options that several commands share, and how findings are read from them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

import click

from causal_model.cli.main import CONTEXT
from causal_model.errors import EvidenceError, did_you_mean
from causal_model.spec.check_graph import known_names
from causal_model.spec.scalars import number_hint, number_of

__all__ = [
    "CONTEXT",
    "FORMATS",
    "Said",
    "findings_options",
    "format_option",
    "general_options",
    "graph_option",
    "interval_option",
    "interval_options",
    "lang_option",
    "memory_option",
    "require_one_state",
    "split_finding",
    "split_weights",
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


def split_finding(
    text: str, option: str, nodes: Mapping[str, Sequence[str]], outcome: str | None = None
) -> tuple[str, str, bool]:
    """Split ``NODE=STATE`` or ``NODE!=STATE`` into node, rest, and whether it is an exclusion.

    Names may hold `=` themselves, so the longest node that fits is taken. A list of known nodes does not
    leave out the outcome.

    Raises:
        EvidenceError: there is no `=`, or no such node.
    """
    fitting = [node for node in nodes if text.startswith((f"{node}=", f"{node}!="))]
    if fitting:
        node = max(fitting, key=len)
        rest = text[len(node) :]
        excluded = rest.startswith("!=")
        return node, rest[2 if excluded else 1 :].strip(), excluded
    if "=" not in text:
        raise EvidenceError(
            f"--{option} {text}: expected NODE=STATE, for example {_example(nodes)}"
        )
    node = text.partition("=")[0].removesuffix("!").strip()
    if node in nodes:
        rest = text[text.index(node) + len(node) :].lstrip()
        return split_finding(node + rest, option, nodes, outcome)
    known = "Known" + known_names(nodes, likely=outcome).removeprefix("known")
    raise EvidenceError(
        f"--{option} {text}: there is no node {node!r}."
        + (did_you_mean(node, nodes) or f" {known}")
    )


def require_one_state(text: str, node: str, state: str, states: Sequence[str]) -> None:
    """Show how to say what some would say by `--given NODE=STATE,STATE` or `--given NODE==STATE`.

    Raises:
        EvidenceError: the state is several states, or begins with a second `=`.
    """
    if state in states:
        return
    if state.startswith("=") and state[1:].strip() in states:
        raise EvidenceError(f"--given {text}: write {node}={state[1:].strip()}, with a single =")
    several = [each.strip() for each in state.split(",")]
    if len(several) > 1 and all(each in states for each in several):
        weights = ",".join(f"{each}:1" for each in several)
        raise EvidenceError(
            f"--given {text}: a node was observed in one state; for one of several, use"
            f" --likelihood {node}={weights}"
        )


def split_weights(text: str, states: Sequence[str], where: str) -> dict[str, float]:
    """Read ``STATE:0.8,STATE:0.2``; names may hold `,` and `:` themselves.

    Raises:
        EvidenceError: a part is no STATE:NUMBER of this node, or a state comes twice.
    """
    numbers: dict[str, float] = {}
    rest = text.strip()
    while rest:
        fitting = [
            state
            for state in states
            if rest.startswith(state) and rest[len(state) :].lstrip().startswith(":")
        ]
        if not fitting:
            wrong = rest.partition(",")[0].partition(":")[0].strip()
            if wrong.isdecimal() and numbers:
                raise EvidenceError(f"{where}: numbers are written with a point, as 0.{wrong}")
            if wrong in states:
                raise EvidenceError(f"{where}: {wrong!r} has no number; expected {wrong}:NUMBER")
            raise EvidenceError(
                f"{where}: there is no state {wrong!r}."
                + (did_you_mean(wrong, states) or f" States: {', '.join(states)}")
            )
        state = max(fitting, key=len)
        number, _, rest = rest[len(state) :].lstrip()[1:].partition(",")
        rest = rest.strip()
        if state in numbers:
            raise EvidenceError(f"{where}: state {state!r} is given twice")
        found = number_of(number.strip())
        if found is None:
            hint = number_hint(number.strip())
            raise EvidenceError(
                f"{where}: {number.strip()!r} is not a number" + (f"; {hint}" if hint else "")
            )
        numbers[state] = found
    if not numbers:
        raise EvidenceError(f"{where}: expected STATE:NUMBER,...")
    return numbers


def _example(nodes: Mapping[str, Sequence[str]]) -> str:
    node, states = next(iter(nodes.items()))
    return f"{node}={states[0]}"
