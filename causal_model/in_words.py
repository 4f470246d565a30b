"""Nodes, states and findings in the words of a graph: its labels, or their names where it has none."""

from collections.abc import Iterable, Sequence

from causal_model.glossary import either, listed
from causal_model.model import Model
from causal_model.spec.evidence import Finding

__all__ = ["finding", "joined", "label", "named"]

WEIGHED = {
    "en": {"likelihood": "sign of {} ({})", "belief": "belief about {} ({})"},
    "zh-Hant": {"likelihood": "{}的跡象({})", "belief": "關於{}的信念({})"},
}


def label(model: Model, node: str, state: str | None, lang: str) -> str:
    """The label of a node, or of one of its states; the id where it has none."""
    if model.graph is None:
        return state or node
    return model.graph.label(node, state, lang)


def named(model: Model, nodes: Iterable[str], lang: str) -> str:
    """Nodes in words, `China's policy, US export terms`."""
    return listed((label(model, each, None, lang) for each in nodes), lang)


def joined(model: Model, node: str, states: Sequence[str], lang: str) -> str:
    """A set of states in words, `down or strong down`."""
    return either((label(model, node, each, lang) for each in states), lang)


def finding(model: Model, told: Finding, lang: str) -> str:
    """One finding, with all its weights if it has any."""
    node = label(model, told.node, None, lang)
    if told.kind == "observed" or told.kind == "excluded":
        sign = "=" if told.kind == "observed" else "≠"
        return f"{node} {sign} {label(model, told.node, told.state, lang)}"
    if told.kind == "do":
        return f"do({node} = {label(model, told.node, told.state, lang)})"
    numbers = told.weights if told.kind == "likelihood" else told.probabilities
    by_state = [
        f"{label(model, told.node, state, lang)} {number:.3g}" for state, number in numbers.items()
    ]
    return WEIGHED[lang][told.kind].format(node, listed(by_state, lang))
