"""Words that several charts share, in the languages of `--lang`, and labels of a graph."""

from collections.abc import Sequence

from causal_model.illustrate import EVIDENCE, NOTES
from causal_model.inference.result import QueryResult
from causal_model.model import Model
from causal_model.render.charts.values import Chart, Key, Panel
from causal_model.spec.evidence import Finding

__all__ = ["chart", "evidence_of", "given", "joined", "label", "low_of", "share_text", "words_of"]

WORDS = {
    "en": {
        "given": "Given {}",
        "nothing": "Nothing given",
        "end": ".",
        "also": "; {} = {:.4g}",
        "do": "do({} = {})",
        "likelihood": "signs of {}: {}",
        "belief": "belief in {}: {}",
        "comma": ", ",
        "or": " or ",
        "of": "{}: {}",
        "probability": "probability (%)",
        "prior": "with nothing given",
        "interval": "{} interval",
        "now": "now",
    },
    "zh-Hant": {
        "given": "給定 {}",
        "nothing": "未給定任何證據",
        "end": "。",
        "also": ";{} = {:.4g}",
        "do": "do({} = {})",
        "likelihood": "{} 的跡象:{}",
        "belief": "對 {} 的信念:{}",
        "comma": "、",
        "or": "或",
        "of": "{}:{}",
        "probability": "機率(%)",
        "prior": "未給定任何證據時",
        "interval": "{} 區間",
        "now": "目前",
    },
}


def words_of(lang: str) -> dict[str, str]:
    """The shared words of a language."""
    return WORDS[lang]


def label(model: Model, node: str, state: str | None, lang: str) -> str:
    """The label of a node, or of one of its states; the id where it has none."""
    if model.graph is None:
        return state or node
    return model.graph.label(node, state, lang)


def joined(model: Model, node: str, states: Sequence[str], lang: str) -> str:
    """A set of states in words, `down or strong down`."""
    return WORDS[lang]["or"].join(label(model, node, each, lang) for each in states)


def low_of(model: Model, node: str) -> tuple[str, ...]:
    """The low states of a node; see `Node.low`."""
    if model.graph is None or node not in model.graph.nodes:
        return ()
    return model.graph.nodes[node].low


def given(model: Model, findings: Sequence[Finding], lang: str) -> str:
    """What was given, with the labels of the graph, without a full stop."""
    words = WORDS[lang]
    if not findings:
        return words["nothing"]
    return words["given"].format(
        words["comma"].join(_finding(model, each, lang) for each in findings)
    )


def _finding(model: Model, finding: Finding, lang: str) -> str:
    words = WORDS[lang]
    node = label(model, finding.node, None, lang)
    if finding.kind == "observed" or finding.kind == "excluded":
        sign = "=" if finding.kind == "observed" else "≠"
        return f"{node} {sign} {label(model, finding.node, finding.state, lang)}"
    if finding.kind == "do":
        return words["do"].format(node, label(model, finding.node, finding.state, lang))
    numbers = finding.weights if finding.kind == "likelihood" else finding.probabilities
    listed = words["comma"].join(
        f"{label(model, finding.node, state, lang)} {number:.3g}"
        for state, number in numbers.items()
    )
    return words[finding.kind].format(node, f"({listed})")


def evidence_of(model: Model, result: QueryResult, lang: str) -> str:
    """What was given, and how probable it is where something was seen."""
    words = WORDS[lang]
    told = given(model, result.findings, lang)
    if any(each.kind not in ("do", "belief") for each in result.findings):
        told += words["also"].format(EVIDENCE[lang], result.evidence_probability)
    return told + words["end"]


def share_text(level: float) -> str:
    """A level in words, `90 %`."""
    return f"{100 * level:.3g} %"


def chart(
    title: str,
    told: Sequence[str],
    panels: Sequence[Panel],
    keys: Sequence[Key],
    lang: str,
    remarks: Sequence[str] = (),
) -> Chart:
    """A chart with the note that belongs to every answer."""
    return Chart(title, tuple(told), tuple(panels), tuple(keys), tuple(remarks), NOTES[lang], lang)
