"""Statements in the words of a graph: with its labels where they are typed with names."""

from dataclasses import dataclass

from causal_model.in_words import label
from causal_model.model import Model
from causal_model.notation.names import names_in
from causal_model.notation.read import parse_statement
from causal_model.notation.statement import Place, Trend

__all__ = ["Worded"]


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement about numbers, and what can stand in place of its names.

    Attributes:
        text: as it is typed.
        labels: of nodes and states, at the places of their names, in order.
        cases: of a trend over the states of a node, by name.
    """

    text: str
    labels: tuple[tuple[Place, str], ...]
    cases: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, model: Model, text: str, lang: str) -> "Worded":
        """A statement that fits a graph."""
        stated = parse_statement(text)
        labels = [(each.at, label(model, each.node, each.state, lang)) for each in names_in(stated)]
        cases: list[tuple[str, str]] = []
        if isinstance(stated, Trend) and stated.over.node is not None:
            node = stated.over.node.text
            cases = [(each, label(model, node, each, lang)) for each in model.states(node)]
        return cls(text, tuple(labels), tuple(cases))

    def whole(self) -> str:
        """The statement with labels."""
        return self._between(0, len(self.text))

    def part(self, written: str) -> str:
        """A quantity as the statement writes it, a case, or a quantity in a case, with labels."""
        for name, own in self.cases:
            if written == name:
                return own
            if written.endswith(f", {name}"):
                return f"{self.part(written.removesuffix(f', {name}'))}, {own}"
        start = self.text.find(written)
        return written if start < 0 else self._between(start, start + len(written))

    def _between(self, start: int, end: int) -> str:
        told, at = [], start
        for (first, last), own in self.labels:
            if start <= first and last <= end:
                told += [self.text[at:first], own]
                at = last
        return "".join([*told, self.text[at:end]])
