"""`causal-model validate` and `schema`: what is wrong with files, and what they may say."""

import json
from pathlib import Path

import click

from causal_model.cli.github import annotation
from causal_model.cli.options import CONTEXT, general_options
from causal_model.cli.output import Column, Table, as_json_text, emit, note, plain_text
from causal_model.files import write_atomically
from causal_model.formats.registry import format_of, reading_of
from causal_model.spec.check_file import check_file
from causal_model.spec.diagnostics import (
    Diagnostic,
    InvalidGraphFile,
    formatted,
    has_errors,
)
from causal_model.spec.json_schema import (
    binning_json_schema,
    claims_json_schema,
    graph_json_schema,
    scenario_json_schema,
)
from causal_model.spec.load import STDIN

FORMATS = ("table", "json", "csv", "md", "github")
SCHEMAS = {
    "graph": graph_json_schema,
    "scenario": scenario_json_schema,
    "claims": claims_json_schema,
    "binning": binning_json_schema,
}


@click.command(context_settings=CONTEXT)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="github: annotations for a pull request.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--strict",
    is_flag=True,
    help="Ask for sources, confidence and true quotes as well; warnings fail.",
)
@general_options
@click.pass_context
def validate(
    ctx: click.Context,
    files: tuple[str, ...],
    format_: str,
    as_json: bool,
    strict: bool,
    quiet: bool,
    no_color: bool,
) -> None:
    """Find every mistake in graph, scenario and claims files.

    \b
    Examples:
      causal-model validate graphs/article.yaml graphs/scenarios/*.yaml
      cat draft.yaml | causal-model validate - --format json

    Exit code 0: no mistakes; 1: at least one. Each mistake comes with its place, a stable rule code and,
    where there is one, the nearest valid name.

    With --strict a graph must be traceable: every arrow (P001) and table (P002) has a source, and every
    row a confidence (P005); no source is dated after the graph's as_of (P004); and where the graph names
    the full text of a source (`text:`, a file in its folder, P006), every quote occurs in it (P003).
    Full-width punctuation, blanks and styles of quotation marks make no difference there, and "..."
    stands for words that a quote leaves out.
    """
    found: list[Diagnostic] = []
    for file in files:
        own = check_file(STDIN, strict=strict) if file == "-" else _checked(file, strict=strict)
        found += own
        if not own:
            note(f"{file}: no mistakes", quiet=quiet)
    failed = has_errors(found) or (strict and bool(found))
    _print(found, "json" if as_json else format_, valid=not failed)
    if found:
        errors = sum(each.severity == "error" for each in found)
        note(f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}", quiet=quiet)
    ctx.exit(1 if failed else 0)


@click.command(context_settings=CONTEXT)
@click.option(
    "--of",
    "kind",
    type=click.Choice(list(SCHEMAS)),
    default="graph",
    show_default=True,
    help="Which files the schema is for.",
)
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to stdout.")
@general_options
def schema(kind: str, output: str | None, quiet: bool, no_color: bool) -> None:
    """Write the JSON Schema that editors use to complete and check files.

    \b
    Examples:
      causal-model schema -o schema/graph.json
      causal-model schema --of scenario

    Let the first line of a graph file name it:
    # yaml-language-server: $schema=schema/graph.json
    """
    text = json.dumps(SCHEMAS[kind](), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_atomically(Path(output), text.encode())
        note(f"wrote {output}", quiet=quiet)


def _checked(file: str, *, strict: bool) -> list[Diagnostic]:
    """What is wrong with a file; one of another program is read until its first mistake."""
    if format_of(file) is None:
        return check_file(file, strict=strict)
    try:
        return list(reading_of(file).remarks)
    except InvalidGraphFile as error:
        return list(error.diagnostics)


def _print(found: list[Diagnostic], format_: str, *, valid: bool) -> None:
    if format_ == "json":
        data = {
            "schema_version": 1,
            "valid": valid,
            "diagnostics": [each.to_dict() for each in found],
        }
        click.echo(as_json_text(data))
    elif format_ == "github":
        for each in found:
            at = each.span
            told = f"{each.message} {each.hint}".strip()
            click.echo(
                annotation(each.severity, at.file, at.line, told, title=each.code, column=at.column)
            )
    elif format_ in ("csv", "md"):
        columns = [
            *(Column("file", "file"), Column("line", "line", "number")),
            *(Column("column", "column", "number"), Column("severity", "severity")),
            *(Column("code", "code"), Column("message", "message"), Column("hint", "hint")),
        ]
        rows: list[list[str | int]] = [
            [e.span.file, e.span.line, e.span.column, e.severity, e.code, e.message, e.hint]
            for e in found
        ]
        emit([Table(columns, rows)], None, format_, no_color=True)
    elif found:
        click.echo(plain_text(formatted(found)))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
