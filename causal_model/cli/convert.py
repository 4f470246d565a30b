"""`causal-model convert`: a graph or network file in another format."""

from pathlib import Path

import click

from causal_model.cli.options import CONTEXT, general_options
from causal_model.cli.output import note
from causal_model.errors import GraphFileError, QueryError
from causal_model.files import write_atomically
from causal_model.formats.draft import said
from causal_model.formats.graph_yaml import write_graph_file
from causal_model.formats.losses import lost_names, lost_words, odd_names
from causal_model.formats.registry import FORMATS, format_of, write_network
from causal_model.library import GRAPH_SUFFIXES
from causal_model.model import Model, load

# Programs that take identifiers only, by the suffix of their files.
STRICT_PROGRAMS = {".xdsl": "GeNIe", ".net": "Hugin"}


@click.command(context_settings=CONTEXT)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--force", is_flag=True, help="Overwrite OUT if it is there.")
@general_options
def convert(source: str, target: str, force: bool, quiet: bool, no_color: bool) -> None:
    """Write a graph in another format; the suffix of OUT decides.

    \b
    Examples:
      causal-model convert article article.bif
      causal-model convert article.bif copy.yaml

    IN is a shipped graph, a graph file, or a network file. Formats: .yaml, .bif, .xdsl, .xmlbif (.xml),
    .net and .uai; IN may also be packed (.bif.gz). Names, arrows and numbers are kept to the last digit;
    what OUT cannot carry is listed.
    """
    path = Path(target)
    to_yaml = path.suffix.lower() in GRAPH_SUFFIXES
    if not to_yaml and format_of(path) is None:
        known = ", ".join((*GRAPH_SUFFIXES, *FORMATS))
        raise GraphFileError(f"{target}: this suffix is unknown. Known: {known}")
    if path.exists() and not force:
        raise QueryError(f"{target} is there already; use --force or another name")
    model = load(source)
    if to_yaml:
        origin = str(model.path.name if model.path else source)
        text = write_graph_file(model.network, name=path.stem, origin=origin)
        write_atomically(path, text.encode())
    else:
        write_network(model.network, path)
    note(f"wrote {target}: {len(model.nodes)} nodes", quiet=quiet)
    lost = _lost(model, path)
    if lost:
        note(
            "not kept: " + ", ".join(f"{count} {kind}" for kind, count in lost.items()), quiet=quiet
        )
    strict = STRICT_PROGRAMS.get(path.suffix.lower())
    odd = odd_names(model.network, states=strict == "GeNIe") if strict else []
    if odd:
        note(
            f"{strict} wants names of letters, digits and _, and may refuse {len(odd)} of these:"
            f" {said(odd)}",
            quiet=quiet,
        )


def _lost(model: Model, target: Path) -> dict[str, int]:
    lost = lost_words(model.graph) if model.graph else {}
    if target.suffix.lower() == ".uai":
        lost |= lost_names(model.network)
    return lost
