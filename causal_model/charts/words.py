"""Words that several charts share, in the languages of `--lang`, and labels of a graph."""

from collections.abc import Mapping, Sequence

from causal_model.glossary import listed, term
from causal_model.illustrate import NOTES
from causal_model.in_words import finding, joined, label
from causal_model.model import Model
from causal_model.render.charts.values import Chart, Key, Panel
from causal_model.spec.evidence import Finding

__all__ = [
    "assigned",
    "chart",
    "event",
    "evidence_of",
    "finding",
    "given",
    "joined",
    "label",
    "share_text",
    "title_of",
    "words_of",
]

WORDS = {
    "en": {
        "given": "Given {}",
        "nothing": "Nothing given",
        "also": "; {} = {:.4g}",
        "of": "{}: {}",
        "probability": "probability (%)",
        "prior": "with nothing given",
        "interval": "{} interval",
        "now": "now",
        "rise": "higher than now",
        "fall": "lower than now",
        "change": "change in percentage points (pp)",
    },
    "zh-Hant": {
        "given": "給定 {}",
        "nothing": "未給定任何發現",
        "also": ";{} = {:.4g}",
        "of": "{}:{}",
        "probability": "機率(%)",
        "prior": "未給定任何發現時",
        "interval": "{} 區間",
        "now": "目前",
        "rise": "高於目前",
        "fall": "低於目前",
        "change": "變化,百分點(pp)",
    },
}


def words_of(lang: str) -> dict[str, str]:
    """The shared words of a language."""
    ends = {"end": term("full stop", lang)}
    return {**WORDS[lang], **{name: term(name, lang) for name in ("comma", "or")}, **ends}


def given(model: Model, findings: Sequence[Finding], lang: str) -> str:
    """What was given, with the labels of the graph, without a full stop."""
    words = WORDS[lang]
    if not findings:
        return words["nothing"]
    return words["given"].format(listed((finding(model, each, lang) for each in findings), lang))


def event(model: Model, node: str, states: Sequence[str], lang: str) -> str:
    """The probability of a set of states in words, `P(Bitcoin over the week: down or strong down)`."""
    named = WORDS[lang]["of"].format(
        label(model, node, None, lang), joined(model, node, states, lang)
    )
    return f"P({named})"


def assigned(model: Model, states: Mapping[str, str], lang: str) -> str:
    """States of nodes in words, `China's policy = hard mandate`."""
    told = [
        f"{label(model, node, None, lang)} = {label(model, node, state, lang)}"
        for node, state in states.items()
    ]
    return listed(told, lang)


def title_of(model: Model, lang: str) -> str:
    """What the graph is called."""
    return model.graph.title.text(lang) if model.graph else model.id


def evidence_of(model: Model, findings: Sequence[Finding], probability: float, lang: str) -> str:
    """What was given, and how probable it is where something was seen."""
    words = WORDS[lang]
    told = given(model, findings, lang)
    if any(each.kind not in ("do", "belief") for each in findings):
        told += words["also"].format(term("P(evidence)", lang), probability)
    return told + term("full stop", lang)


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
