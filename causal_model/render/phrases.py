"""Phrases of an explanation: nodes, states, findings and numbers, put into the words of a language."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causal_model.render.narrative_words import WORDS
from causal_model.render.numbers_in_words import Form, printed

__all__ = ["ALIKE", "NOTHING", "Data", "Label", "Phrase", "Phrases", "PrintedNumber", "States"]

Key = str | int
Label = Callable[..., str]
States = Callable[[str], Sequence[str]]
Data = Mapping[str, Any]

# Relative differences that are rounding.
ALIKE = 1e-9

HAN = "[\u4e00-\u9fff]"
LATIN_AFTER, LATIN_BEFORE = (
    re.compile(f"({HAN})([A-Za-z0-9])"),
    re.compile(f"([A-Za-z0-9])({HAN})"),
)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number in a sentence.

    Attributes:
        shown: as it is printed, with its unit.
        path: its place in the explanation, a JSON Pointer.
        form: how it is printed, see `numbers_in_words.printed`; with the decimals that are shown.
    """

    shown: str
    path: str
    form: Form


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence; one that begins with a name is not capitalised, as names are written."""

    text: str
    numbers: tuple[PrintedNumber, ...] = ()
    begins_with_name: bool = False


NOTHING = Phrase("")


@dataclass(frozen=True)
class Phrases:
    """What sentences are made of.

    Attributes:
        data: the explanation as it is written for JSON, see `Explanation.to_dict`.
        label: the label of a node, or of a node and one of its states.
        states: all states of a node.
        lang: "en" or "zh-Hant".
    """

    data: Data
    label: Label
    states: States
    lang: str

    def node(self, name: str) -> Phrase:
        """A node by its label."""
        return Phrase(self.label(name), begins_with_name=True)

    def outcome(self) -> Phrase:
        """The node that is explained."""
        return self.node(self.data["outcome"]["node"])

    def these_states(self, node: str, states: Sequence[str], last: str = "or") -> Phrase:
        """States of a node by their labels, in quotation marks."""
        quoted = [Phrase(self._word("state").format(self.label(node, each))) for each in states]
        return self.listed(quoted, last)

    def the_finding(self, at: int) -> Phrase:
        """A finding that was named before."""
        return self.named(self.data["shares"][at]["finding"], "the ")

    def named(self, finding: Data, article: str = "") -> Phrase:
        """A finding: what it says of its node.

        Args:
            finding: as it is written for JSON.
            article: "the " where it is spoken of again.
        """
        kind, node = finding["kind"], finding["node"]
        states = [finding["state"]] if "state" in finding else []
        if variant := self.variant(finding):
            most, rest = self._weighed(finding)
            states = rest if variant in ("against", "out") else most
            kind = "belief" if article and kind == "belief" else f"{kind} {variant}"
        told = self.these_states(node, states)
        return self.say(article + kind, node=self.node(node), states=told)

    def variant(self, finding: Data) -> str:
        """What the weights of a finding say, in a word of the keys of WORDS; "" where it has none.

        Whichever is said in fewer states: what is most likely, or what is less likely or ruled out.
        """
        if "state" in finding:
            return ""
        most, rest = self._weighed(finding)
        if not rest:
            return "none"
        weights = finding.get("weights") or finding["probabilities"]
        if not any(weights.get(state) for state in rest):
            return "only" if len(most) <= len(rest) else "out"
        few = 2 if finding["kind"] == "belief" else 1
        return "to" if len(most) <= max(few, len(rest)) else "against"

    def _weighed(self, finding: Data) -> tuple[list[str], list[str]]:
        """The states of the largest weight, and the others."""
        weights = finding.get("weights") or finding["probabilities"]
        largest = max(weights.values())
        states = self.states(finding["node"])
        most = [
            each for each in states if math.isclose(weights.get(each, 0), largest, rel_tol=ALIKE)
        ]
        return most, [each for each in states if each not in most]

    def listed(self, parts: Sequence[Phrase], last: str = "and") -> Phrase:
        """A list in words: a, b and c."""
        numbers = tuple(number for each in parts for number in each.numbers)
        texts = [each.text for each in parts]
        if len(texts) > 1:
            head = self._word("comma").join(texts[:-1])
            texts = [self._word(last).format(head, texts[-1])]
        named = bool(parts) and parts[0].begins_with_name
        return Phrase("".join(texts), numbers, named)

    def _word(self, key: str) -> str:
        return WORDS[self.lang][key]

    def say(self, key: str, **parts: Phrase) -> Phrase:
        """Fill parts into words; only the numbers that are printed come along."""
        words = self._word(key)
        text = words.format(**{name: part.text for name, part in parts.items()})
        used = [part for name, part in parts.items() if "{" + name + "}" in words]
        first = re.match(r"\{(\w+)\}", words)
        named = first is not None and parts[first[1]].begins_with_name
        if words[-1] in ".。":
            text = _spaced(text if named else text[:1].upper() + text[1:])
        return Phrase(text, tuple(number for part in used for number in part.numbers), named)

    def number(self, form: Form, *keys: Key, decimals: int = 1) -> Phrase:
        """A number of the explanation, which is found under these keys."""
        value: Any = self.data
        for key in keys:
            value = value[key]
        pointer = "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)
        shown = printed(float(value), form, self.lang, decimals)
        return Phrase(shown, (PrintedNumber(shown, pointer, form),))


def _spaced(text: str) -> str:
    """With a blank between Chinese characters and Latin letters or digits, as is usual in print."""
    return LATIN_AFTER.sub(r"\1 \2", LATIN_BEFORE.sub(r"\1 \2", text))
