"""`causal-model score`: how well a graph forecast, in plain words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from causal_model import charts
from causal_model.cli.charting import chart_option, draw
from causal_model.cli.learn import Confidence
from causal_model.cli.options import (
    CONTEXT,
    format_option,
    general_options,
    graph_option,
    lang_option,
)
from causal_model.cli.output import emit, note
from causal_model.errors import DataError, QueryError, did_you_mean
from causal_model.model import Model, load
from causal_model.spec.graph_file import GraphFile
from causal_model.spec.table_forms import CountsForm

if TYPE_CHECKING:
    from causal_model.learning.rows import Rows
    from causal_model.scores.evaluate import Evaluation
    from causal_model.scores.forecasters import Contender
    from causal_model.spec.binning import Binning

POSITIVE = click.IntRange(min=1)
MOST_RESAMPLES = 100_000


@click.command(context_settings=CONTEXT)
@graph_option
@click.option("--data", required=True, metavar="FILE", help="A CSV file, rows in order of time.")
@click.option(
    "--binning",
    "binning_file",
    metavar="FILE",
    help="Which column measures which node (YAML); default columns are nodes, cells are states.",
)
@click.option("--date", metavar="COLUMN", help="Column with dates; default what the binning says.")
@click.option("--target", metavar="NODE", help="Forecast this node; default the graph's outcome.")
@click.option(
    "--given", multiple=True, metavar="NODE,...", help="What each row tells the forecaster."
)
@click.option(
    "--against", multiple=True, metavar="NAME|PATH", help="Another graph to beat; repeatable."
)
@click.option("--train", type=POSITIVE, metavar="N", help="First N rows train only; default half.")
@click.option(
    "--refit-every",
    type=POSITIVE,
    metavar="N",
    help="Learn the tables anew every N rows, from the rows before.",
)
@click.option(
    "--confidence",
    type=Confidence(),
    metavar="C",
    help="Equivalent sample size of elicited rows when learning.",
)
@click.option(
    "--refits",
    type=click.IntRange(1, MOST_RESAMPLES),
    metavar="N",
    help="Also learn from N resamples of the first rows.",
)
@click.option(
    "--draws",
    type=click.IntRange(1, MOST_RESAMPLES),
    default=1000,
    show_default=True,
    metavar="N",
    help="Resamples behind the intervals.",
)
@click.option(
    "--block", type=POSITIVE, metavar="N", help="Rows of a block; default the cube root of all."
)
@click.option(
    "--bins",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    metavar="N",
    help="Bins of the calibration table.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@chart_option
@format_option
@lang_option
@general_options
def score(
    graph: str,
    data: str,
    binning_file: str | None,
    date: str | None,
    target: str | None,
    given: tuple[str, ...],
    against: tuple[str, ...],
    train: int | None,
    refit_every: int | None,
    confidence: float | None,
    refits: int | None,
    draws: int,
    block: int | None,
    bins: int,
    seed: int,
    output: Path | None,
    format_: str,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """How well a graph forecast, against climatology and other graphs.

    \b
    Examples:
      causal-model score --data weeks.csv --binning binning.yaml --given nasdaq_return,etf_flow
      causal-model score -g calibrated --data weeks.csv --binning binning.yaml --refit-every 4

    Each row after the first N is forecast from what that row says of the given nodes, and scored by
    the state of the target that came: log score (nats, higher is better), Brier score and ranked
    probability score (lower is better). Climatology is the frequency of each state in the training
    rows, with one pseudo-count spread evenly; `nothing given` is the graph itself, told nothing.
    With --refit-every no row is scored by a table that was counted in it; without, tables stay as
    they are. Elicited numbers may know the rows as well: no resampling can tell.

    A graph is called better or worse only where the whole 95 % interval of the difference says so.
    The intervals come from paired resamples in blocks of neighbouring rows, as weeks are alike.
    """
    import numpy as np

    from causal_model.cli.scored import plain_data, tables_of
    from causal_model.scores.evaluate import evaluate, refit_scores

    model = load(graph)
    targets = model.targets(target)
    told = _given(model, given, targets[0])
    binning = _binning(binning_file, model)
    rows = _rows(model, data, binning, date, targets[0], told)
    learns = refit_every is not None or refits is not None
    others = [load(each) for each in against]
    contenders = [
        _contender(name, each, rows, binning, confidence, learns=learns)
        for name, each in _named([model, *others]).items()
    ]
    for each in contenders[1:]:
        _require_same(contenders[0], each, (targets[0], *told))
    if learns and not contenders[0].elicited:
        raise QueryError(
            f"{graph!r} is no graph file, so it says nothing of what was elicited, and its tables"
            " cannot be learned anew"
        )
    ordered = model.graph is not None and model.graph.nodes[targets[0]].ordered
    evaluation = evaluate(
        contenders,
        rows,
        targets[0],
        told,
        rng=np.random.default_rng(seed),
        train=train,
        refit_every=refit_every,
        ordered=ordered,
        draws=draws,
        block=block,
        bins=bins,
    )
    hanging = None
    if refits is not None:
        hanging = refit_scores(
            contenders[0],
            rows,
            targets[0],
            told,
            rng=np.random.default_rng(seed),
            train=evaluation.train,
            draws=refits,
            block=block,
            ordered=ordered,
        )
    seen = [] if model.graph is None else _seen_before(model.graph, rows, evaluation, contenders[0])
    tables = tables_of(model, evaluation, hanging, seen, lang, plain=format_ == "csv")
    described = plain_data(model, rows, evaluation, hanging, seen, seed)
    emit(tables, described, format_, no_color=no_color)
    draw(output, lambda: charts.of_evaluation(model, evaluation, seen, lang), quiet=quiet)
    if binning is not None and model.graph is not None:
        _tell_of_sources(model.graph, binning, quiet=quiet)
    if rows.dates is None:
        note("no column holds dates; rows were taken to be in the order of time", quiet=quiet)
    if given:
        note(
            "what is given stands in the same row as what is scored: this says how well the graph infers"
            " one from the other, not how far it sees ahead",
            quiet=quiet,
        )


def _given(model: Model, given: Sequence[str], target: str) -> tuple[str, ...]:
    """The nodes that are given, each once.

    Raises:
        QueryError: one is no node, or the target.
    """
    names: list[str] = []
    for text in given:
        parts = [text] if text in model.nodes else [each.strip() for each in text.split(",")]
        for name in parts:
            if name not in model.nodes:
                near = did_you_mean(name, model.nodes) or f" Known: {', '.join(model.nodes[:12])}"
                raise QueryError(f"--given {text}: there is no node {name!r}.{near}")
            if name == target:
                raise QueryError(f"--given {text}: {name!r} is what is forecast")
            names.append(name)
    return tuple(dict.fromkeys(names))


def _binning(path: str | None, model: Model) -> "Binning | None":
    from causal_model.spec.binning import read_binning

    if path is None:
        return None
    if model.graph is None:
        raise QueryError("a binning speaks of the nodes of a graph file; convert the network first")
    return read_binning(path, model.graph)


def _rows(
    model: Model,
    path: str,
    binning: "Binning | None",
    date: str | None,
    target: str,
    given: Sequence[str],
) -> "Rows":
    """The rows of the data file, with the target and all that is given among their nodes."""
    from causal_model.learning.rows import column_names, columns_of, label_columns, read_rows

    if binning is not None and model.graph is not None:
        columns = columns_of(binning, model.graph)
        missing = binning.missing
        date = date or binning.date
        for name in (target, *given):
            if name not in binning.nodes:
                raise QueryError(f"the binning does not say which column measures {name!r}")
    else:
        header = column_names(path)
        for name in (target, *given):
            if name not in header:
                near = did_you_mean(name, header) or f" Columns: {', '.join(header[:20])}"
                raise DataError(f"{path}:1: there is no column {name!r}.{near}")
        measured = [
            name
            for name in model.nodes
            if name in header and name != date and name not in model.decisions
        ]
        columns = label_columns({name: model.states(name) for name in measured})
        missing = ()
    return read_rows(path, columns, date=date, missing=missing)


def _named(models: Sequence[Model]) -> dict[str, Model]:
    """The models by their ids, which must differ from each other.

    Raises:
        QueryError: two have the same id.
    """
    found: dict[str, Model] = {}
    for each in models:
        if each.id in found:
            raise QueryError(f"two of these graphs are called {each.id!r}; give one another id")
        found[each.id] = each
    return found


def _contender(
    name: str,
    model: Model,
    rows: "Rows",
    binning: "Binning | None",
    confidence: float | None,
    *,
    learns: bool,
) -> "Contender":
    from causal_model.learning.learn import elicited_of
    from causal_model.scores.forecasters import Contender

    elicited = {}
    if learns and model.graph is not None:
        wanted = rows.nodes if binning is None or binning.learn is None else binning.learn
        for node in model.graph.nodes:
            if node in wanted:
                own = binning.nodes[node].confidence if binning and node in binning.nodes else None
                chosen = own if confidence is None else confidence
                elicited[node] = elicited_of(model.graph, node, chosen)
    return Contender(name, model.network, elicited)


def _require_same(judged: "Contender", other: "Contender", nodes: Sequence[str]) -> None:
    """What is asked and told is in both graphs, with the same states.

    Raises:
        QueryError: it is not.
    """
    for name in nodes:
        if name not in other.network.variables:
            raise QueryError(f"--against {other.name}: this graph has no node {name!r}")
    for name, variable in judged.network.variables.items():
        theirs = other.network.variables.get(name)
        if theirs is not None and theirs.states != variable.states:
            raise QueryError(
                f"--against {other.name}: its node {name!r} has other states"
                f" ({', '.join(theirs.states)})"
            )


def _seen_before(
    graph: GraphFile, rows: "Rows", evaluation: "Evaluation", judged: "Contender"
) -> list[str]:
    """Tables that were counted in the very file that is scored."""
    relearned = judged.elicited if evaluation.refits else {}
    counted = [
        name
        for name, node in graph.nodes.items()
        if isinstance(node.table, CountsForm)
        and node.table.data.hash == rows.hash
        and name not in relearned
    ]
    if not counted:
        return []
    return [
        f"These are no forecasts: the tables of {', '.join(counted)} were counted in this very file;"
        " --refit-every learns them from earlier rows only."
    ]


def _tell_of_sources(graph: GraphFile, binning: "Binning", *, quiet: bool) -> None:
    """Elicited tables that cite the source of the data may have seen what is scored."""
    knowing = []
    for name, node in graph.nodes.items():
        form = node.table.prior if isinstance(node.table, CountsForm) else node.table
        if any(each.source == binning.source for each in form.sources):
            knowing.append(name)
    if knowing:
        note(
            f"the elicited tables of {', '.join(knowing)} cite {binning.source!r} themselves: whoever"
            " elicited them may have seen the rows that are scored",
            quiet=quiet,
        )
