"""What the page knows about a graph, as plain data for JSON; see `content_of`.

The page itself asks for posteriors, of the server or of the engine inside it. What takes more than that,
the words of an explanation, channels, rows of tables and intervals, is answered here beforehand where there
is no server to ask, for nothing given and for every scenario.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import Any

from causal_model.claims.check import claims_of, judged
from causal_model.errors import CausalModelError, ImpossibleEvidence, QueryError, TooLarge
from causal_model.graph import descendants
from causal_model.inference.result import QueryResult
from causal_model.model import Model
from causal_model.network import Network
from causal_model.page.figure import figure_of
from causal_model.questions.interventions.effects import effects
from causal_model.questions.outcome_set import outcome_set
from causal_model.questions.reasons.explain import explain
from causal_model.questions.tornado.ask import sensitivity
from causal_model.spec.evidence import Finding
from causal_model.spec.graph_file import Citation, GraphFile
from causal_model.spec.scalars import Text

__all__ = ["LANGUAGES", "MOST_ENTRIES", "Preset", "content_of", "page_entries", "presets_of"]

Data = dict[str, Any]

LANGUAGES = ("en", "zh-Hant")
# What the engine of the page multiplies for one answer; so many take it some 30 ms.
MOST_ENTRIES = 200_000
# Rows of tables that the page shows, those that the answer hangs on most.
ROWS, LEVEL = 12, 0.9


@dataclass(frozen=True, slots=True)
class Preset:
    """Findings under a name: a scenario that fits the graph."""

    id: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    findings: tuple[Finding, ...]


def presets_of(model: Model) -> tuple[Preset, ...]:
    """The scenarios beside the graph that can be read, fit it and are possible, in their order."""
    found = []
    for name, scenario in model.scenario_files()[0].items():
        findings = scenario.all_findings()
        with suppress(CausalModelError):
            model.query(model.nodes[:1], findings=findings)
            found.append(
                Preset(name, _texts(scenario.title), _texts(scenario.description), findings)
            )
    return tuple(found)


def page_entries(network: Network) -> int:
    """The entries of all products that the engine of the page forms, by the order it eliminates in.

    It is the same greedy order as in `assets/engine.js`: next comes the variable whose own product is
    the smallest.
    """
    near: dict[str, set[str]] = {name: set() for name in network.variables}
    for name, above in network.parents.items():
        for first, second in combinations((*above, name), 2):
            near[first].add(second)
            near[second].add(first)
    size = {name: variable.size for name, variable in network.variables.items()}
    total = 0
    while near and total <= MOST_ENTRIES:
        costs = {name: size[name] * prod(size[other] for other in near[name]) for name in near}
        best = min(costs, key=costs.__getitem__)
        total += costs[best]
        left = near.pop(best)
        for name in left:
            near[name] |= left - {name}
            near[name].discard(best)
    return total


def content_of(model: Model, *, answers: bool = True, server: bool = False) -> Data:
    """Everything that the page shows of a graph and does not ask for.

    Args:
        model: the graph; its own findings are left out.
        answers: whether what needs more than posteriors is answered here, for nothing given and for every
            scenario.
        server: whether a server answers questions; tables for the engine of the page are left out then.

    Returns:
        Plain data: labels in both languages, states, arrows, sources, scenarios with their findings and
        posteriors, and `tables` (flat, the node's own axis last) unless the graph is too wide for the
        engine of the page, or a server is asked.
    """
    network, graph = model.network, model.graph
    presets, figure = presets_of(model), figure_of(model)
    wide = page_entries(network) > MOST_ENTRIES
    told: dict[str, Data] = {}
    for preset in (None, *presets):
        findings = preset.findings if preset else ()
        result = model.query(model.nodes, findings=findings)
        told[preset.id if preset else ""] = {
            "query": _answer(result),
            **(_further(model, findings) if answers else {}),
        }
    return {
        "schema_version": 1,
        "graph": {"id": model.id, "hash": model.hash},
        "title": _texts(graph.title) if graph else _named(model.id),
        "description": _texts(graph.description if graph else None),
        "horizon": _texts(graph.horizon if graph else None),
        "as_of": str(graph.as_of) if graph and graph.as_of else None,
        "outcome": _outcome(model),
        "order": list(network.variables),
        "nodes": [_node(model, name) for name in model.nodes],
        "arrows": list(_arrows(model)),
        "channels": {
            name: _texts(each.label) or _named(name)
            for name, each in (graph.channels if graph else {}).items()
        },
        "sources": {
            name: {
                "publisher": each.publisher,
                "title": _texts(each.title),
                "kind": each.kind,
                "date": str(each.date) if each.date else None,
                "url": each.url,
                "note": _texts(each.note),
            }
            for name, each in (graph.sources if graph else {}).items()
        },
        "scenarios": [
            {
                "id": each.id,
                "title": each.title,
                "description": each.description,
                "findings": [finding.model_dump(mode="json") for finding in each.findings],
            }
            for each in presets
        ],
        "wide": wide,
        "tables": None
        if wide or server
        else {name: table.reshape(-1).tolist() for name, table in network.tables.items()},
        "answers": told,
        "claims": _claims(model),
        "figure": {"markup": figure.markup, "downwards": figure.downwards},
    }


def _answer(result: QueryResult) -> Data:
    """What the page needs of an answer to all nodes."""
    whole = result.to_dict()
    kept = ("findings", "evidence_probability", "log_evidence_probability", "posterior")
    return {name: whole[name] for name in kept}


def _further(model: Model, findings: Sequence[Finding]) -> Data:
    """What takes more than posteriors; a part that cannot be answered is left out, and the page says so."""
    found: Data = {}
    if model.outcome is None:
        return found
    with suppress(QueryError, ImpossibleEvidence, TooLarge):
        rows = sensitivity(model, kinds=("rows",), findings=findings, level=LEVEL).to_dict(ROWS)
        found["rows"] = {
            "probability": rows["probability"],
            "level": rows["level"],
            "rows": [
                {key: each[key] for key in ("node", "state", "given", "now", "interval", "answers")}
                for each in rows["rows"]
            ],
        }
    with suppress(QueryError, ImpossibleEvidence, TooLarge):
        result = model.query(model.outcome, findings=findings, interval=LEVEL)
        assert result.interval is not None
        whole = result.interval.to_dict()
        found["interval"] = {
            "level": whole["level"],
            "draws": whole["draws"],
            **{key: whole[key][model.outcome] for key in ("prior", "posterior", "change_pp")},
        }
    if not findings:
        return found
    with suppress(QueryError, ImpossibleEvidence, TooLarge):
        why = explain(model, findings=findings)
        data = why.to_dict("en")
        found["explain"] = {
            "narrative": {lang: [each.text for each in why.narrative(lang)] for lang in LANGUAGES},
            "shares": [
                {
                    "finding": each["finding"],
                    "shapley_pp": each["shapley_pp"],
                    "paths": [
                        {"nodes": path["nodes"], "forwards": path["forwards"]}
                        for path in each["paths"][:5]
                    ],
                }
                for each in data["shares"]
            ],
        }
    found["effects"] = list(_channels(model, findings))
    return found


def _channels(model: Model, findings: Sequence[Finding]) -> Iterator[Data]:
    """For every node that a finding puts into one state: what setting it there does, by channel."""
    if model.graph is None or not model.graph.channels:
        return
    for each in findings:
        if each.kind not in ("observed", "do") or each.node == model.outcome:
            continue
        with suppress(QueryError, ImpossibleEvidence, TooLarge):
            # Setting it moves what lies below, and a sign of that cannot be split by channel.
            below = {each.node, *descendants(model.network.parents, [each.node])}
            others = [other for other in findings if other.kind == "do" or other.node not in below]
            others = [other for other in others if other.node != each.node]
            data = effects(model, [each.node], channels=True, findings=others).to_dict()
            for setting in data["settings"]:
                if setting["setting"] == {each.node: each.state} and "channels" in setting:
                    own = setting["channels"]
                    yield {
                        "node": each.node,
                        "state": each.state,
                        "baseline": data["baseline"][each.node],
                        **{key: own[key] for key in ("total_pp", "shares_pp", "other_pp")},
                    }


def _outcome(model: Model) -> Data | None:
    """The node that the page is about, and those of its states that are counted together."""
    if model.outcome is None:
        return None
    try:
        found = outcome_set(model)
    except QueryError:
        return {"node": model.outcome, "states": [model.states(model.outcome)[0]]}
    return {"node": found.node, "states": list(found.states)}


def _node(model: Model, name: str) -> Data:
    graph = model.graph
    variable = model.network.variables[name]
    found: Data = {
        "id": name,
        "label": _labels(graph, name, None),
        "states": [
            {"id": state, "label": _labels(graph, name, state)} for state in variable.states
        ],
        "parents": list(model.network.parents[name]),
        "role": "mechanism",
        "decision": variable.is_decision,
    }
    if graph is None:
        return found
    spec = graph.nodes[name]
    confidence = getattr(spec.table, "confidence", None)
    return found | {
        "role": spec.role,
        "description": _texts(spec.description),
        "form": spec.table.form,
        "confidence": confidence,
        "citations": [
            {"supports": what, **_citation(each)} for what, each in graph.citations(name)
        ],
    }


def _arrows(model: Model) -> Iterator[Data]:
    for child in model.nodes:
        for parent in model.network.parents[child]:
            link = model.graph.nodes[child].parents.get(parent) if model.graph else None
            yield {"parent": parent, "child": child, "sign": link.sign if link else None}


def _claims(model: Model) -> list[Data] | None:
    """The claims with their verdicts; None where there are none, or they cannot be read."""
    try:
        report = judged(model, claims_of(model))
    except CausalModelError:
        return None
    found = []
    for each in report.results:
        title = each.held.claim.title
        found.append(
            {
                "id": each.id,
                "verdict": each.verdict,
                "title": _texts(title) or _named(each.id),
                "statement": " ".join(each.held.claim.statement.split()),
                "told": (each.judgement.told if each.judgement else "")
                or each.reason.partition("\n")[0],
            }
        )
    return found


def _citation(each: Citation) -> Data:
    return {
        "source": each.source,
        "quote": each.quote,
        "gloss": each.gloss,
        "note": _texts(each.note),
    }


def _labels(graph: GraphFile | None, node: str, state: str | None) -> dict[str, str]:
    if graph is None:
        return _named(state or node)
    return {lang: graph.label(node, state, lang) for lang in LANGUAGES}


def _texts(text: Text | None) -> dict[str, str]:
    return {lang: text.text(lang) for lang in LANGUAGES} if text else {}


def _named(name: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, name)
