"""How a graph and an answer become a picture: labels, bars, marks, arrows with sign and channel."""

from collections.abc import Mapping

import numpy as np

from causal_model.analysis.strength import Strength
from causal_model.build import row_confidences, row_counts
from causal_model.errors import RenderError, did_you_mean
from causal_model.glossary import listed, term
from causal_model.inference.findings import describe
from causal_model.inference.result import QueryResult
from causal_model.network import Array, Network
from causal_model.render.picture import Arrow, NodeBox, Picture, StateBar
from causal_model.spec.evidence import Finding
from causal_model.spec.graph_file import Citation, GraphFile

__all__ = ["NOTES", "picture_of"]

NOTES = {
    "en": "A conditional scenario under this graph's assumptions, not a forecast.",
    "zh-Hant": "在本圖假設下的條件情景,並非預測。",
}
# Behind the numbers of a node, and how strong an arrow is; for tooltips.
BASIS = {
    "en": {
        "elicited": "Numbers: elicited",
        "counted": "Numbers: counted, n = {:g}, on an elicited table",
        "definition": "Numbers: by definition",
        "confidence": ", confidence {}",
    },
    "zh-Hant": {
        "elicited": "數字:主觀估計",
        "counted": "數字:統計,n = {:g},疊加於主觀估計",
        "definition": "數字:依定義",
        "confidence": ",信心 {}",
    },
}
STRENGTH = {
    "en": "Moves it by {:.1f} pp on average, {:.1f} pp at most",
    "zh-Hant": "平均使其變動 {:.1f} pp,最多 {:.1f} pp",
}
ON_OUTCOME = {
    "en": "; this arrow alone moves the outcome by {:.1f} pp",
    "zh-Hant": ";僅此箭頭使結果變動 {:.1f} pp",
}
GIVEN = {"en": "given", "zh-Hant": "給定"}


def picture_of(
    network: Network,
    result: QueryResult,
    *,
    graph: GraphFile | None,
    lang: str,
    strengths: Mapping[tuple[str, str], Strength] | None = None,
) -> Picture:
    """Describe the picture of a graph under an answer.

    Args:
        network: gives nodes, states and arrows.
        result: prior and posterior of every node; its findings are marked.
        graph: gives labels, roles, signs, channels and sources, if there is one.
        lang: language of the labels, "en" or "zh-Hant".
        strengths: of the arrows, which their width shows; where there are none, all are alike.

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
    given = listed((describe(each, lang) for each in result.findings), lang)
    behind = _bases(graph, lang) if graph else {}
    subtitle = f"{GIVEN[lang]} {given}" if given else term("nothing given", lang)
    if any(each.kind not in ("do", "belief") for each in result.findings):
        subtitle += f"; {term('P(evidence)', lang)} = {result.evidence_probability:.4g}"
    return Picture(
        title=graph.title.text(lang) if graph else result.graph_id,
        subtitle=subtitle,
        boxes=tuple(
            _box(name, result, findings.get(name, []), graph, lang, behind.get(name, ""))
            for name in names
        )
        + (_utilities(graph, lang) if graph else ()),
        arrows=(
            *_arrows(network, names, findings, graph, lang, strengths or {}),
            *(_arrows_to_utilities(graph) if graph else ()),
        ),
        channels=_channels(graph, lang),
        lang=lang,
        note=NOTES[lang],
    )


def _box(
    name: str,
    result: QueryResult,
    findings: list[Finding],
    graph: GraphFile | None,
    lang: str,
    behind: str,
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
        role="decision"
        if graph and name in graph.decisions
        else graph.nodes[name].role
        if graph
        else "mechanism",
        states=bars,
        finding=findings[0].kind if findings else None,
        tooltip=_joined(_sources(graph, name), behind) if graph else "",
    )


def _arrows(
    network: Network,
    names: tuple[str, ...],
    findings: Mapping[str, list[Finding]],
    graph: GraphFile | None,
    lang: str,
    strengths: Mapping[tuple[str, str], Strength],
) -> list[Arrow]:
    through: dict[tuple[str, str], list[str]] = {}
    if graph is not None:
        for name, channel in graph.channels.items():
            for pair in channel.pairs:
                through.setdefault(pair, []).append(name)
    arrows = []
    for child in names:
        decided = network.variables[child].is_decision
        # What is known when a decision is taken stays known, whatever is decided.
        cut = not decided and any(each.kind == "do" for each in findings.get(child, []))
        for parent in network.parents[child]:
            spec = graph.nodes[child].parents[parent] if graph else None
            strength = strengths.get((parent, child))
            arrows.append(
                Arrow(
                    parent=parent,
                    child=child,
                    sign=spec.sign if spec and not decided else None,
                    cut=cut,
                    informs=decided,
                    channels=tuple(through.get((parent, child), ())),
                    weight=strength.average if strength and not decided else None,
                    tooltip=_joined(
                        _told(spec.sources, graph) if spec and graph else "",
                        _strength(strength, lang) if strength and not decided else "",
                    ),
                )
            )
    return arrows


def _utilities(graph: GraphFile, lang: str) -> tuple[NodeBox, ...]:
    return tuple(
        NodeBox(
            name=name,
            label=graph.label(name, None, lang),
            role="utility",
            states=(),
            tooltip=_told(tuple(dict.fromkeys((*each.sources, *each.table.sources))), graph),
            unit=each.unit.text(lang) if each.unit else "",
        )
        for name, each in graph.utilities.items()
    )


def _arrows_to_utilities(graph: GraphFile) -> list[Arrow]:
    return [
        Arrow(parent=parent, child=name, sign=link.sign, tooltip=_told(link.sources, graph))
        for name, each in graph.utilities.items()
        for parent, link in each.parents.items()
    ]


def _channels(graph: GraphFile | None, lang: str) -> dict[str, str]:
    if graph is None:
        return {}
    return {
        name: channel.label.text(lang) if channel.label else name
        for name, channel in graph.channels.items()
    }


def _sources(graph: GraphFile, name: str) -> str:
    """What supports a node and its numbers."""
    node = graph.nodes[name]
    return _told(tuple(dict.fromkeys((*node.sources, *node.table.sources))), graph)


def _bases(graph: GraphFile, lang: str) -> dict[str, str]:
    """What is behind the numbers of every node: judgement or counts, and how much of it."""
    words = BASIS[lang]
    counts = row_counts(graph)
    told = {}
    for name, confidence in row_confidences(graph).items():
        if graph.nodes[name].table.form == "deterministic":
            told[name] = words["definition"]
            continue
        basis = words["counted"].format(counts[name].sum()) if name in counts else words["elicited"]
        told[name] = basis + _confidence(confidence, words["confidence"])
    return told


def _confidence(confidence: Array, words: str) -> str:
    """The confidence of the rows of a table, from the least to the most; nothing where none is given."""
    if np.isnan(confidence).all():
        return ""
    least, most = np.nanmin(confidence), np.nanmax(confidence)
    return words.format(f"{least:.3g}" if least == most else f"{least:.3g}-{most:.3g}")


def _strength(strength: Strength, lang: str) -> str:
    told = STRENGTH[lang].format(100 * strength.average, 100 * strength.largest)
    if strength.outcome is None:
        return told
    return told + ON_OUTCOME[lang].format(100 * strength.outcome.average)


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _told(citations: tuple[Citation, ...], graph: GraphFile) -> str:
    """Quotes with gloss and publisher, a line each."""
    lines = []
    for each in citations:
        publisher = graph.sources[each.source].publisher
        quote = f"“{each.quote}” " if each.quote else ""
        gloss = f"({each.gloss}) " if each.gloss else ""
        lines.append(f"{quote}{gloss}— {publisher}".strip())
    return "\n".join(lines)
