"""`causal-model learn`: tables from data, on top of what was elicited."""

from pathlib import Path
from typing import Any

import click

from causal_model.cli.options import (
    CONTEXT,
    format_option,
    general_options,
    graph_option,
    lang_option,
)
from causal_model.cli.output import Column, Table, emit, note
from causal_model.cli.wording import headed, labelled
from causal_model.errors import GraphFileError, QueryError
from causal_model.files import write_atomically
from causal_model.model import Model, load
from causal_model.spec.scalars import number_of


class Confidence(click.ParamType):  # type: ignore[type-arg]
    """An equivalent sample size: a number from 0."""

    name = "confidence"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number, or a complaint in words."""
        number = value if isinstance(value, float) else number_of(str(value).strip())
        if number is None or not 0 <= number < float("inf"):
            self.fail(f"{value!r} is no sample size; expected a number from 0", param, ctx)
        return number


@click.command(context_settings=CONTEXT)
@graph_option
@click.option("--data", required=True, metavar="FILE", help="A CSV file, a row per observation.")
@click.option(
    "--binning",
    "binning_file",
    required=True,
    metavar="FILE",
    help="Which column measures which node, and how cells become states (YAML).",
)
@click.option(
    "--confidence",
    type=Confidence(),
    metavar="C",
    help="Equivalent sample size of every elicited row; 0 leaves relative frequencies.",
)
@click.option("-o", "--output", metavar="FILE", help="Write a graph file with the learned tables.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
@format_option
@lang_option
@general_options
def learn(
    graph: str,
    data: str,
    binning_file: str,
    confidence: float | None,
    output: str | None,
    force: bool,
    format_: str,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """Learn tables from data, on top of what the graph elicits.

    \b
    Examples:
      causal-model learn --data weeks.csv --binning binning.yaml
      causal-model learn -g calibrated --data weeks.csv --binning binning.yaml -o learned.yaml

    A row of a table becomes (confidence x elicited row + counts) / sum. Missing cells and nodes without
    a column are filled in by expected counts (EM). The file that is written says for every row which
    part is elicited and how many observations are behind it; learning from it again starts from what
    was elicited, so it gives the same file.

    \b
    A binning file:
      schema_version: 1
      source: weekly_states             # a source of the graph
      date: week_ending                 # optional; no date may come twice
      missing: [NA]                     # optional; an empty cell is missing in any case
      nodes:
        btc_return: {column: btc}       # the cells are states
        fear_greed_index: {column: fg, states: {ext_fear: fear, fear: fear, greed: greed}}
        nasdaq_return: {column: ndx, holds: numbers, cuts: [-2, 2]}   # low < x <= high
    """
    from causal_model.learning.graph_text import learned_graph_text
    from causal_model.learning.learn import learn as learn_tables
    from causal_model.learning.rows import columns_of, read_rows
    from causal_model.spec.binning import read_binning

    model = load(graph)
    if model.graph is None or model.path is None:
        raise QueryError(
            "tables are learned on top of a graph file;"
            f" write one with causal-model convert {graph} graph.yaml"
        )
    target = None if output is None else Path(output)
    if target is not None:
        _require_writable(target, force=force)
    binning = read_binning(binning_file, model.graph)
    rows = read_rows(
        data, columns_of(binning, model.graph), date=binning.date, missing=binning.missing
    )
    learned = learn_tables(model.graph, rows, binning, confidence=confidence)
    if target is not None:
        text = learned_graph_text(model.graph, model.path, target, learned, rows, binning.source)
        write_atomically(target, text.encode())
    table, described = _shown(model, learned, lang)
    told = {
        "schema_version": 1,
        "graph": {"id": model.id, "hash": model.hash},
        "data": {"file": rows.file, "hash": rows.hash, "rows": len(rows)},
        "steps": len(learned.objective),
        "converged": learned.converged,
        "log_objective": float(learned.objective[-1]),
        "tables": described,
    }
    emit([table], told, format_, no_color=no_color)
    if not learned.converged:
        note("EM did not come to rest; the tables are those of its last step", quiet=False)
    note(
        f"learned {len(learned.tables)} of {len(model.nodes)} tables from {len(rows)} rows; all others"
        " stay as they were elicited",
        quiet=quiet,
    )
    if target is not None:
        note(f"wrote {output}", quiet=quiet)


def _require_writable(target: Path, *, force: bool) -> None:
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise GraphFileError(f"{target}: expected a file that ends in .yaml or .yml")
    if target.exists() and not force:
        raise QueryError(f"{target} is there already; use --force or another name")


def _shown(model: Model, learned: Any, lang: str) -> tuple[Table, list[dict[str, Any]]]:
    """A line for every learned table, and all of its numbers."""
    columns = [
        *(Column("node", "node"), Column("method", "method"), Column("rows", "rows", "number")),
        *(Column("elicited_only", "elicited only", "number"), Column("n", "n", "number")),
        Column("confidence", "confidence", "number"),
        Column("weight", "weight of data", "probability"),
    ]
    lines: list[list[Any]] = []
    described = []
    for name, each in learned.tables.items():
        n, confidence = each.n, each.elicited.confidence
        total = float(n.sum())
        pseudo = float(confidence.sum())
        lines.append(
            [
                labelled(model, name, None, lang),
                each.method,
                int(n.size),
                int((n == 0).sum()),
                total,
                pseudo,
                total / (total + pseudo) if total + pseudo else None,
            ]
        )
        described.append(
            {
                "node": name,
                "method": each.method,
                "parents": list(model.network.parents[name]),
                "n": n.tolist(),
                "confidence": confidence.tolist(),
                "counts": each.counts.tolist(),
                "elicited": each.elicited.table.tolist(),
                "table": each.table.tolist(),
            }
        )
    return Table(headed(columns, lang), lines), described
