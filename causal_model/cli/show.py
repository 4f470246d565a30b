"""`causal-model graphs` and `show`: which graphs ship, and what one contains."""

import math
from dataclasses import replace
from typing import Any

import click

from causal_model.build import row_confidences, row_counts
from causal_model.cli.arrows import arrows_into, strength_table
from causal_model.cli.options import (
    CONTEXT,
    format_option,
    general_options,
    graph_option,
    lang_option,
    memory_option,
)
from causal_model.cli.output import Column, Table, emit, note
from causal_model.cli.wording import headed, labelled
from causal_model.errors import GraphFileError
from causal_model.glossary import listed, term
from causal_model.inference.findings import Findings
from causal_model.inference.guard import Cost
from causal_model.library import scenarios_of, shipped_graphs
from causal_model.memory import DEFAULT_SHARE, free_memory, in_words
from causal_model.model import Model, load

SOURCES = {"en": "Sources", "zh-Hant": "出處"}
DECISIONS = {
    "en": {
        "option": "option",
        "status quo": "holds until somebody decides",
        "title": "{} ({}), a decision",
        "known": "Known when it is decided: {}.",
        "nothing": "Nothing of the graph is known when it is decided.",
        "utility": "{} ({}), a utility",
        "value": "value",
    },
    "zh-Hant": {
        "option": "選項",
        "status quo": "決定之前的現狀",
        "title": "{}({}),決策",
        "known": "決策時已知:{}。",
        "nothing": "決策時對圖中各節點一無所知。",
        "utility": "{}({}),效用",
        "value": "值",
    },
}
FORM = {"en": ", form {}", "zh-Hant": ",形式 {}"}
SIGNS = {"positive": "+", "negative": "−", "mixed": "±"}


@click.command(context_settings=CONTEXT)
@format_option
@lang_option
@general_options
def graphs(format_: str, lang: str, quiet: bool, no_color: bool) -> None:
    """List the graphs that ship.

    \b
    Examples:
      causal-model graphs
      causal-model query -g long_run --scenario hard_mandate
    """
    rows: list[list[Any]] = []
    data = []
    for name, path in shipped_graphs().items():
        model = load(name)
        graph = model.graph
        assert graph is not None
        arrows = sum(len(node.parents) for node in graph.nodes.values())
        scenarios = _scenario_names(model)
        rows.append(
            [name, graph.title.text(lang), len(graph.nodes), arrows, graph.extends, model.outcome]
        )
        data.append(
            {
                "id": name,
                "title": graph.title.en,
                "nodes": len(graph.nodes),
                "arrows": arrows,
                "extends": graph.extends,
                "outcome": model.outcome,
                "scenarios": scenarios,
                "path": str(path),
            }
        )
    columns = [
        *(Column("id", "graph"), Column("title", "title"), Column("nodes", "nodes", "number")),
        *(Column("arrows", "arrows", "number"), Column("extends", "extends")),
        Column("outcome", "outcome"),
    ]
    table = Table(headed(columns, lang), rows)
    emit([table], {"schema_version": 1, "graphs": data}, format_, no_color=no_color)


@click.command(context_settings=CONTEXT)
@graph_option
@click.argument("nodes", nargs=-1, metavar="[NODE]...")
@click.option("--sources", "with_sources", is_flag=True, help="List every citation.")
@click.option(
    "--strength", "with_strength", is_flag=True, help="How far every arrow moves its child."
)
@click.option(
    "--plan", "with_plan", is_flag=True, help="What asking NODE, or all nodes, will take."
)
@memory_option
@format_option
@lang_option
@general_options
def show(
    graph: str,
    nodes: tuple[str, ...],
    with_sources: bool,
    with_strength: bool,
    with_plan: bool,
    max_memory: int | None,
    format_: str,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """Show what a graph contains: nodes, arrows, tables, sources.

    \b
    Examples:
      causal-model show
      causal-model show btc_return --sources

    Without NODE: all nodes, a line each. With NODE: its table, and with --sources its quotes, with
    --strength the arrows into it: how far each moves its child, and alone the outcome. With
    --plan: the predicted multiplications, memory and widest table of the question for all posteriors.
    """
    model = replace(load(graph), max_memory=max_memory)
    utilities = tuple(node for node in nodes if node in model.utilities)
    nodes = tuple(node for node in nodes if node not in utilities)
    for node in nodes:
        model.states(node)
    if with_plan:
        cost = model.compiled.cost(Findings(), nodes or model.nodes)
        table = _plan_table(cost, lang)
        emit([table], _plan_data(model, cost), format_, no_color=no_color)
        allowed = int(DEFAULT_SHARE * free_memory()) if max_memory is None else max_memory
        if cost.bytes > allowed:
            note(
                f"more than is allowed ({in_words(allowed)}): such a question is refused, but query"
                " --approximate answers it by sampling",
                quiet=quiet,
            )
        return
    named = bool(nodes or utilities)
    if not named:
        nodes, utilities = model.nodes, tuple(model.utilities)
    plain = format_ == "csv"
    tables = []
    if named:
        tables += [_of_node(model, node, lang, plain=plain) for node in nodes]
        tables += [_values(model, name, lang, plain=plain) for name in utilities]
    elif not (with_sources or with_strength):
        tables.append(_overview(model, lang, plain=plain))
    if with_strength:
        tables.append(strength_table(model, nodes, lang, plain=plain))
    if with_sources:
        tables.append(_citations(model, (*nodes, *utilities), lang))
    data = _data(model, nodes, utilities)
    emit(tables, data, format_, no_color=no_color)
    if model.graph is not None and not named and not with_sources and not with_strength:
        arrows = sum(len(node.parents) for node in model.graph.nodes.values())
        note(
            f"{len(model.nodes)} nodes, {arrows} arrows, channels: "
            + ", ".join(model.graph.channels or ["none"]),
            quiet=quiet,
        )


def _plan_table(cost: Cost, lang: str) -> Table:
    rows: list[list[Any]] = [
        ["multiplications", f"{cost.operations:,}"],
        ["contractions", f"{cost.steps:,}"],
        ["peak memory", in_words(cost.bytes)],
        ["separate parts", f"{cost.parts:,}"],
        ["widest table", f"{cost.widest_entries:,} entries"],
        ["its nodes", ", ".join(cost.widest)],
    ]
    columns = headed((Column("what", "what"), Column("predicted", "predicted")), lang)
    return Table(columns, rows)


def _plan_data(model: Model, cost: Cost) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "graph": {"id": model.id, "hash": model.hash},
        "plan": {
            "operations": cost.operations,
            "contractions": cost.steps,
            "peak_memory_bytes": cost.bytes,
            "parts": cost.parts,
            "widest_entries": cost.widest_entries,
            "widest_nodes": list(cost.widest),
        },
    }


def _overview(model: Model, lang: str, *, plain: bool) -> Table:
    roles_in = "en" if plain else lang
    columns = [
        *(Column("node", "node"), Column("label", "label"), Column("role", "role")),
        *(Column("states", "states"), Column("parents", "parents"), Column("form", "table")),
        Column("confidence", "confidence", "number"),
    ]
    rows = []
    for name in model.nodes:
        spec = model.graph.nodes[name] if model.graph else None
        parents = [
            f"{parent} {SIGNS[spec.parents[parent].sign]}"
            if spec and name not in model.decisions
            else parent
            for parent in model.network.parents[name]
        ]
        rows.append(
            [
                name,
                labelled(model, name, None, lang),
                _role(model, name, roles_in),
                ", ".join(model.states(name)),
                ", ".join(parents) or None,
                None if name in model.decisions or not spec else spec.table.form,
                spec.table.confidence if spec else None,
            ]
        )
    for name, (above, _) in model.utilities.items():
        told = labelled(model, name, None, lang)
        role = term("utility", roles_in)
        rows.append([name, told, role, None, ", ".join(above) or None, "values", None])
    title = model.graph.title.text(lang) if model.graph else model.id
    return Table(headed(columns, lang), rows, title=title)


def _role(model: Model, name: str, lang: str) -> str | None:
    if name in model.decisions:
        return term("decision", lang)
    return term(model.graph.nodes[name].role, lang) if model.graph else None


def _of_node(model: Model, name: str, lang: str, *, plain: bool) -> Table:
    if name in model.decisions:
        return _options(model, name, lang, plain=plain)
    return _rows(model, name, lang, plain=plain)


def _options(model: Model, name: str, lang: str, *, plain: bool) -> Table:
    """The options of a decision, the status quo first, and what is known by then."""
    words = DECISIONS[lang]
    states = model.states(name)
    shown = [state if plain else labelled(model, name, state, lang) for state in states]
    known = [labelled(model, each, None, lang) for each in model.network.parents[name]]
    return Table(
        [Column("option", words["option"]), Column("status", "")],
        [[each, "" if at else words["status quo"]] for at, each in enumerate(shown)],
        title=words["title"].format(labelled(model, name, None, lang), name),
        caption=words["known"].format(listed(known, lang)) if known else words["nothing"],
    )


def _values(model: Model, name: str, lang: str, *, plain: bool) -> Table:
    """The values of a utility, a row per combination of parent states."""
    words = DECISIONS[lang]
    parents, values = model.utilities[name]
    assert model.graph is not None
    unit = model.graph.utilities[name].unit

    def shown(node: str, state: str | None = None) -> str:
        return (state or node) if plain else labelled(model, node, state, lang)

    rows: list[list[Any]] = []
    for index in _indices(values.shape):
        states = [shown(p, model.states(p)[at]) for p, at in zip(parents, index, strict=True)]
        rows.append([*states, float(values[index])])
    heading = unit.text(lang) if unit else words["value"]
    columns = [Column(parent, shown(parent)) for parent in parents]
    title = words["utility"].format(shown(name), name)
    return Table([*columns, Column("value", heading, "number")], rows, title=title)


def _rows(model: Model, name: str, lang: str, *, plain: bool) -> Table:
    """The table of a node, a row per combination of parent states."""
    parents = model.network.parents[name]

    def shown(node: str, state: str | None = None) -> str:
        return (state or node) if plain else labelled(model, node, state, lang)

    columns = [Column(parent, shown(parent)) for parent in parents]
    columns += [Column(state, shown(name, state), "probability") for state in model.states(name)]
    columns += headed((Column("confidence", "confidence", "number"),), lang)
    table = model.network.tables[name]
    confidence = row_confidences(model.graph)[name] if model.graph else None
    counted = row_counts(model.graph).get(name) if model.graph else None
    if counted is not None:
        columns.append(Column("n", "n", "number"))
    rows = []
    for index in _indices(table.shape[:-1]):
        states = [shown(p, model.states(p)[at]) for p, at in zip(parents, index, strict=True)]
        own = (
            None
            if confidence is None or confidence[index] != confidence[index]
            else confidence[index]
        )
        n = [] if counted is None else [float(counted[index])]
        rows.append([*states, *table[index].tolist(), None if own is None else float(own), *n])
    form = FORM[lang].format(model.graph.nodes[name].table.form) if model.graph else ""
    return Table(columns, rows, title=f"{shown(name)} ({name}){form}")


def _indices(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    from itertools import product

    return list(product(*(range(extent) for extent in shape)))


def _citations(model: Model, nodes: tuple[str, ...], lang: str) -> Table:
    if model.graph is None:
        raise GraphFileError("this graph comes from a format that carries no sources")
    columns = [
        *(Column("supports", "supports"), Column("publisher", "publisher"), Column("kind", "kind")),
        *(Column("quote", "quote"), Column("gloss", "gloss"), Column("note", "note")),
    ]
    rows: list[list[Any]] = []
    for name in nodes:
        for place, citation in model.graph.citations(name):
            source = model.graph.sources[citation.source]
            told = citation.note.en if citation.note else None
            rows.append(
                [place, source.publisher, source.kind, citation.quote, citation.gloss, told]
            )
    title = SOURCES[lang]
    return Table(headed(columns, lang), rows, title=title)


def _data(model: Model, nodes: tuple[str, ...], utilities: tuple[str, ...]) -> dict[str, Any]:
    """Everything about the chosen nodes as plain data."""
    described: list[dict[str, Any]] = []
    confidence = row_confidences(model.graph) if model.graph else {}
    counted = row_counts(model.graph) if model.graph else {}
    for name in nodes:
        own: dict[str, Any] = {
            "name": name,
            "states": list(model.states(name)),
            "parents": list(model.network.parents[name]),
            "table": model.network.tables[name].tolist(),
            "strength": arrows_into(model, name),
        }
        if model.graph is not None:
            spec = model.graph.every_node[name]
            own["confidence"] = _for_json(confidence[name].tolist())
            if name in counted:
                own["n"] = counted[name].tolist()
            own["spec"] = _for_json(spec.model_dump(by_alias=True, exclude_none=True))
        described.append(own)
    graph: dict[str, Any] = {"id": model.id, "hash": model.hash, "outcome": model.outcome}
    if model.graph is not None:
        kept = {"title", "description", "as_of", "horizon", "extends", "sources", "channels"}
        graph |= model.graph.model_dump(mode="json", by_alias=True, exclude_none=True, include=kept)
        graph["scenarios"] = _scenario_names(model)
    data = {"schema_version": 1, "graph": graph, "nodes": described}
    if model.graph is not None and utilities:
        data["utilities"] = [
            {
                "name": name,
                "parents": list(model.utilities[name][0]),
                "values": model.utilities[name][1].tolist(),
                "spec": _for_json(
                    model.graph.utilities[name].model_dump(by_alias=True, exclude_none=True)
                ),
            }
            for name in utilities
        ]
    return data


def _scenario_names(model: Model) -> list[str]:
    """The scenarios beside a graph in their order; by name where one of them cannot be read."""
    try:
        return list(model.scenarios())
    except GraphFileError:
        return list(scenarios_of(model.path)) if model.path else []


def _for_json(data: Any) -> Any:
    """JSON knows no NaN, which is null here, and no infinities, which are written as in files."""
    if isinstance(data, dict):
        return {key: _for_json(each) for key, each in data.items()}
    if isinstance(data, (list, tuple)):
        return [_for_json(each) for each in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None if math.isnan(data) else ("inf" if data > 0 else "-inf")
    return data
