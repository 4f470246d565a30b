"""`causal-model init`: a working project to start from."""

import json
import shlex
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from causal_model.cli.options import CONTEXT, general_options
from causal_model.cli.output import note
from causal_model.errors import QueryError
from causal_model.files import write_atomically
from causal_model.spec.json_schema import (
    claims_json_schema,
    graph_json_schema,
    scenario_json_schema,
)


@click.command(context_settings=CONTEXT)
@click.argument("folder", metavar="DIR")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@general_options
def init(folder: str, force: bool, quiet: bool, no_color: bool) -> None:
    """Start a project: a small graph, a variant, scenarios, claims, and the schemas for editors.

    \b
    Examples:
      causal-model init delivery
      causal-model query -g delivery/graph.yaml --given weather=storm
    """
    wanted = {
        place: text.encode()
        for place, text in {
            **_texts(files("causal_model") / "starter"),
            "schema/claims.json": _as_json(claims_json_schema()),
            "schema/graph.json": _as_json(graph_json_schema()),
            "schema/scenario.json": _as_json(scenario_json_schema()),
        }.items()
    }
    if not folder.strip():
        raise QueryError("the folder has no name; expected for example: causal-model init delivery")
    root = Path(folder)
    try:
        there = [place for place in wanted if (root / place).exists()]
        if there and not force:
            raise QueryError(
                f"{folder}: {', '.join(there)} would be overwritten; use --force or another folder"
            )
        for parent in {(root / place).parent for place in wanted}:
            _require_folder(parent)
        for parent in {(root / place).parent for place in wanted}:
            parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QueryError(f"{folder}: cannot be a project: {reason}") from None
    for place, data in wanted.items():
        write_atomically(root / place, data)
    note(f"wrote {len(wanted)} files to {folder}", quiet=quiet)
    shown = shlex.quote(str(root / "graph.yaml"))
    note(f"try: causal-model query -g {shown} --given weather=storm", quiet=quiet)


def _require_folder(folder: Path) -> None:
    """Refuse before anything is written what is, or lies below, something else than a folder."""
    for each in (folder, *folder.parents):
        if each.exists():
            if not each.is_dir():
                raise QueryError(f"{each}: is no folder")
            return


def _texts(folder: Traversable, prefix: str = "") -> dict[str, str]:
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found.update(_texts(entry, f"{prefix}{entry.name}/"))
        elif entry.name.endswith(".yaml"):
            found[prefix + entry.name] = entry.read_text(encoding="utf-8")
    return found


def _as_json(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
