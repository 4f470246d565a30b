"""`causal-model serve`: the page in a browser, and a JSON interface to every question."""

import math
import os
from collections.abc import Iterable
from pathlib import Path

import click

from causal_model.cli.options import CONTEXT, general_options, memory_option
from causal_model.cli.output import note
from causal_model.library import DEFAULT_GRAPH, find_graph, shipped_graphs
from causal_model.memory import divided_memory
from causal_model.model import load

PORT = 8765
FEWEST_WORKERS, MOST_WORKERS = 2, 4


@click.command(context_settings=CONTEXT)
@click.option(
    "-g",
    "--graph",
    "graphs",
    multiple=True,
    metavar="NAME|PATH",
    help="Serve this graph; repeatable, the first is shown first; default all that ship.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="The port that is wished; a free one is taken where it is in use.",
)
@click.option("--open", "open_", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 86_400),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="Give up a question that takes longer.",
)
@click.option(
    "--workers",
    type=click.IntRange(FEWEST_WORKERS, 64),
    metavar="N",
    help="Processes that answer; default as many as there are processors, from 2 to 4.",
)
@memory_option
@general_options
def serve(
    graphs: tuple[str, ...],
    port: int,
    open_: bool,
    time_limit: float,
    workers: int | None,
    max_memory: int | None,
    quiet: bool,
    no_color: bool,
    debug: bool,
) -> None:
    """The page in a browser, and a JSON interface to every question.

    \b
    Examples:
      causal-model serve --open
      causal-model serve -g ours.yaml -g ours_long_run.yaml --port 9000

    Prints the address, and serves until it is interrupted. Only this machine can reach it. A graph is read
    again when its file, a file that it extends, a scenario or a claim changes. The JSON interface is
    described under /api. The memory that is allowed is divided among the processes that answer.
    """
    if math.isnan(time_limit):
        raise click.UsageError("--time-limit nan: expected a number of seconds")
    places = _places(graphs)
    count = workers or min(max(os.cpu_count() or 1, FEWEST_WORKERS), MOST_WORKERS)

    from causal_model.web.app import create_app
    from causal_model.web.listen import listen, run, url_of

    with listen(port) as listening:
        app = create_app(
            places,
            workers=count,
            seconds=time_limit,
            max_memory=divided_memory(max_memory, count),
            debug=debug,
        )
        url = url_of(listening)
        if port and not url.endswith(f":{port}/"):
            note(f"port {port} is in use, so another one was taken", quiet=quiet)
        click.echo(url)
        note(f"serving {', '.join(places)}; Ctrl-C stops it", quiet=quiet)
        if open_:
            click.launch(url)
        run(app, listening, debug=debug)


def _places(graphs: Iterable[str]) -> dict[str, Path]:
    """The graph files by the name in their address, which is their id where no two have the same.

    Raises:
        CausalModelError: a graph cannot be found or read.
    """
    others = (name for name in shipped_graphs() if name != DEFAULT_GRAPH)
    places: dict[str, Path] = {}
    for path in dict.fromkeys(find_graph(name) for name in graphs or (DEFAULT_GRAPH, *others)):
        places[_free_name(load(path).id, places)] = path
    return places


def _free_name(wished: str, taken: Iterable[str]) -> str:
    """A name for an address: letters, digits, `-`, `_` and `.`, and none that is there already.

    >>> _free_name("our graph/2", ["our_graph_2"])
    'our_graph_2-2'
    """
    plain = "".join(each if each.isalnum() or each in "-_." else "_" for each in wished) or "graph"
    known = set(taken)
    names = (plain if number == 1 else f"{plain}-{number}" for number in range(1, len(known) + 2))
    return next(each for each in names if each not in known)
