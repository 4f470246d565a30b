"""How a graph and an answer become a picture: labels, bars, marks, arrows with sign and channel."""

from collections.abc import Mapping

from causal_model.errors import RenderError, did_you_mean
from causal_model.inference.findings import describe
from causal_model.inference.result import QueryResult
from causal_model.network import Network
from causal_model.render.picture import Arrow, NodeBox, Picture, StateBar
from causal_model.spec.evidence import Finding
from causal_model.spec.graph_file import Citation, GraphFile

__all__ = ["NOTES", "picture_of"]

NOTES = {
    "en": "A conditional scenario under this graph's assumptions, not a forecast.",
    "zh-Hant": "在本圖假設下的條件情景,並非預測。",
}
NOTHING_GIVEN = {"en": "nothing given", "zh-Hant": "未給定任何證據"}
EVIDENCE = {"en": "P(evidence)", "zh-Hant": "P(證據)"}
GIVEN = {"en": "given", "zh-Hant": "給定"}


def picture_of(
    network: Network, result: QueryResult, *, graph: GraphFile | None, lang: str
) -> Picture:
    """Describe the picture of a graph under an answer.

    Args:
        network: gives nodes, states and arrows.
        result: prior and posterior of every node; its findings are marked.
        graph: gives labels, roles, signs, channels and sources, if there is one.
        lang: language of the labels, "en" or "zh-Hant".

    Raises:
        RenderError: there are no labels in this language.
    """
    if lang not in NOTES:
        near = did_you_mean(lang, NOTES) if isinstance(lang, str) else ""
        raise RenderError(f"there are no labels in {lang!r}.{near} Known: {', '.join(NOTES)}")
    findings: dict[str, list[Finding]] = {}
    for finding in result.findings:
        findings.setdefault(finding.node, []).append(finding)
    names = tuple(graph.nodes if graph else network.variables)
    given = ", ".join(describe(each) for each in result.findings)
    subtitle = f"{GIVEN[lang]} {given}" if given else NOTHING_GIVEN[lang]
    if any(each.kind not in ("do", "belief") for each in result.findings):
        subtitle += f"; {EVIDENCE[lang]} = {result.evidence_probability:.4g}"
    return Picture(
        title=graph.title.text(lang) if graph else result.graph_id,
        subtitle=subtitle,
        boxes=tuple(_box(name, result, findings.get(name, []), graph, lang) for name in names),
        arrows=tuple(_arrows(network, names, findings, graph)),
        channels=_channels(graph, lang),
        lang=lang,
        note=NOTES[lang],
    )


def _box(
    name: str, result: QueryResult, findings: list[Finding], graph: GraphFile | None, lang: str
) -> NodeBox:
    marks = {}
    for finding in findings:
        if finding.kind in ("observed", "excluded", "do"):
            marks[finding.state] = finding.kind
    bars = tuple(
        StateBar(
            name=state,
            label=graph.label(name, state, lang) if graph else state,
            probability=probability,
            prior=result.prior[name][state],
            mark=marks.get(state),
        )
        for state, probability in result[name].items()
    )
    return NodeBox(
        name=name,
        label=graph.label(name, None, lang) if graph else name,
        role=graph.nodes[name].role if graph else "mechanism",
        states=bars,
        finding=findings[0].kind if findings else None,
        tooltip=_told(graph.nodes[name].sources, graph) if graph else "",
    )


def _arrows(
    network: Network,
    names: tuple[str, ...],
    findings: Mapping[str, list[Finding]],
    graph: GraphFile | None,
) -> list[Arrow]:
    through: dict[tuple[str, str], list[str]] = {}
    if graph is not None:
        for name, channel in graph.channels.items():
            for pair in channel.pairs:
                through.setdefault(pair, []).append(name)
    arrows = []
    for child in names:
        cut = any(each.kind == "do" for each in findings.get(child, []))
        for parent in network.parents[child]:
            spec = graph.nodes[child].parents[parent] if graph else None
            arrows.append(
                Arrow(
                    parent=parent,
                    child=child,
                    sign=spec.sign if spec else None,
                    cut=cut,
                    channels=tuple(through.get((parent, child), ())),
                    tooltip=_told(spec.sources, graph) if spec and graph else "",
                )
            )
    return arrows


def _channels(graph: GraphFile | None, lang: str) -> dict[str, str]:
    if graph is None:
        return {}
    return {
        name: channel.label.text(lang) if channel.label else name
        for name, channel in graph.channels.items()
    }


def _told(citations: tuple[Citation, ...], graph: GraphFile) -> str:
    """Quotes with gloss and publisher, a line each."""
    lines = []
    for each in citations:
        publisher = graph.sources[each.source].publisher
        quote = f"“{each.quote}” " if each.quote else ""
        gloss = f"({each.gloss}) " if each.gloss else ""
        lines.append(f"{quote}{gloss}— {publisher}".strip())
    return "\n".join(lines)
