"""A statement as margins over answers: what has to stay positive for it to hold.

Only what compares numbers has margins. A probability is the expected weight E[w | e] with weights 0 and 1;
an expected value is one as well, once its values are laid on 0 to 1. A trend compares each case with the
next. A state is the most likely one if it is ahead of every other state; of several states one has to be,
so each of them is an alternative.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from causal_model.analysis.flip import Alternatives, Margin
from causal_model.claims.asking import Asked, cases_of, chosen
from causal_model.claims.judge import EQUAL
from causal_model.errors import QueryError
from causal_model.model import Model
from causal_model.network import Array
from causal_model.notation.statement import (
    Amount,
    Arrows,
    Comparison,
    Condition,
    Expected,
    Independence,
    MostLikely,
    Nearness,
    Paths,
    Probability,
    Quantity,
    Share,
    Statement,
    Sum,
    Trend,
)
from causal_model.spec.evidence import Finding

__all__ = ["AsMargins", "Question", "as_margins"]

FORMS = (
    "what can be reversed compares probabilities or expected values, such as P(...) > 40 %,"
    " P(...) - P(...) > 5 pp, P(...) within 2 pp of P(...), P(...) rises over NODE, or most likely NODE is"
    " STATE"
)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An answer that a statement speaks of: scale x E[w | findings] + offset.

    Attributes:
        text: how the statement writes it; for a trend the case, for the most likely state the state.
        findings: what is given, besides what the model assumes.
        answer: w by node, shape (states,); empty where the answer is certain.
        scale, offset: from E[w | findings] to the quantity.
    """

    text: str
    findings: tuple[Finding, ...]
    answer: Mapping[str, Array]
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class AsMargins:
    """What decides a statement.

    Attributes:
        questions: the answers that it speaks of.
        alternatives: margins over E[w | findings] of each; all of one alternative have to be positive.
        subject: what the questions have in common, where their texts do not say it.
        equal: whether it says that two numbers are equal, which any change reverses.
    """

    questions: tuple[Question, ...]
    alternatives: Alternatives
    subject: str = ""
    equal: bool = False

    @property
    def margins(self) -> list[Margin]:
        """All margins, in the order in which they are counted."""
        return [each for margins in self.alternatives for each in margins]


def as_margins(statement: Statement, text: str, model: Model) -> AsMargins:
    """The answers that a statement speaks of, and margins over them.

    Args:
        statement: the statement.
        text: as it is written.
        model: whose names it uses.

    Raises:
        QueryError: it does not compare probabilities or expected values.
    """
    match statement:
        case Comparison():
            return _Sums(text, model, statement).comparison(statement)
        case Nearness():
            return _Sums(text, model, statement).nearness(statement)
        case Trend():
            return _Sums(text, model, statement).trend(statement)
        case MostLikely():
            return _most_likely(statement, model)
        case Arrows() | Paths():
            raise QueryError(
                f"{text}: only the arrows of the graph decide this, and no number in a table and no finding"
                f" changes an arrow; {FORMS}"
            )
        case Independence():
            why = (
                "to make nodes independent, or not, takes whole rows of tables and no single one"
                if statement.in_tables
                else "only the arrows of the graph decide this, and no number in a table and no finding"
                " changes an arrow"
            )
            raise QueryError(f"{text}: {why}; {FORMS}")


class _Sums:
    """Margins of statements that compare sums: all their quantities, each asked once in every case."""

    def __init__(self, text: str, model: Model, statement: Statement) -> None:
        self.text = text
        self.asked = Asked(model, [statement])
        self.questions: list[Question] = []
        self._numbers: dict[tuple[Quantity, Condition | None], int] = {}

    def comparison(self, claim: Comparison) -> AsMargins:
        """A margin for every sign; two for one that says that numbers are equal."""
        margins = []
        for (left, right), sign in zip(pairwise(claim.sides), claim.signs, strict=True):
            text = f"{self.words(left)} {sign} {self.words(right)}"
            a, b = self.terms(left), self.terms(right)
            if sign == "=":
                margins.append(self.lead(a, b, -EQUAL, text, strict=False))
                margins.append(self.lead(b, a, -EQUAL, text, strict=False))
            else:
                more, less = (a, b) if sign in (">", ">=") else (b, a)
                margins.append(self.lead(more, less, 0.0, text, strict=sign in ("<", ">")))
        return AsMargins(tuple(self.questions), [margins], equal="=" in claim.signs)

    def nearness(self, claim: Nearness) -> AsMargins:
        """A margin for either direction in which the two may part."""
        left, right = self.words(claim.left), self.words(claim.right)
        most = self.text[slice(*claim.margin.at)]
        a, b = self.terms(claim.left), self.terms(claim.right)
        least = -claim.margin.value
        margins = [
            self.lead(b, a, least, f"{left} <= {right} + {most}", strict=False),
            self.lead(a, b, least, f"{right} <= {left} + {most}", strict=False),
        ]
        return AsMargins(tuple(self.questions), [margins])

    def trend(self, claim: Trend) -> AsMargins:
        """A margin for every step from one case to the next."""
        cases = cases_of(claim, self.asked.model)
        steps = [(name, self.terms(claim.sum, (name, case))) for name, case in cases]
        margins = []
        for (before, a), (after, b) in pairwise(steps):
            more, less = (b, a) if claim.rises else (a, b)
            text = f"{after} {'>' if claim.rises else '<'} {before}"
            least = claim.margin.value
            margins.append(self.lead(more, less, least, text, strict=not least))
        return AsMargins(tuple(self.questions), [margins], self.words(claim.sum))

    def words(self, sum_: Sum) -> str:
        return " ".join(self.text[slice(*sum_.at)].split())

    def terms(
        self, sum_: Sum, case: tuple[str, Condition] | None = None
    ) -> tuple[float, dict[int, float]]:
        """A sum as a constant, and factors by the numbers of its questions."""
        constants, factors = [0.0], dict[int, float]()
        for term in sum_.terms:
            if isinstance(term.of, Amount):
                constants.append(term.factor * term.of.value)
                continue
            at = self.number(term.of, case, alone=sum(1 for _ in sum_.quantities()) == 1)
            constants.append(term.factor * self.questions[at].offset)
            factors[at] = factors.get(at, 0.0) + term.factor * self.questions[at].scale
        return math.fsum(constants), factors

    def number(self, quantity: Quantity, case: tuple[str, Condition] | None, *, alone: bool) -> int:
        """The number of a quantity in a case; one that is new is added."""
        if isinstance(quantity, Share):
            raise QueryError(
                f"{self.text}: how far a number would have to move to change the share of a channel is not"
                " known exactly; ask of the effect itself, as in P(... | do(NODE = STATE)) - P(... |"
                f" do(NODE = STATE)) > 5 pp; {FORMS}"
            )
        key = (quantity, case and case[1])
        if key not in self._numbers:
            self._numbers[key] = len(self.questions)
            written = self.text[slice(*quantity.at)]
            if case is not None:
                written = case[0] if alone else f"{written}, {case[0]}"
            more = () if case is None else (case[1],)
            findings = self.asked.findings((*quantity.conditions, *more))
            self.questions.append(_question(quantity, written, findings, self.asked.model))
        return self._numbers[key]

    def lead(
        self,
        more: tuple[float, Mapping[int, float]],
        less: tuple[float, Mapping[int, float]],
        least: float,
        text: str,
        *,
        strict: bool,
    ) -> Margin:
        """What is left of more - less - least, which has to be positive."""
        factors = dict(more[1])
        for at, factor in less[1].items():
            factors[at] = factors.get(at, 0.0) - factor
        constant = math.fsum([more[0], -less[0], -least])
        return Margin(constant, _nonzero(factors), strict, text)


def _nonzero(factors: Mapping[int, float]) -> tuple[tuple[float, int], ...]:
    return tuple((factor, at) for at, factor in factors.items() if factor)


def _question(
    quantity: Probability | Expected, written: str, findings: tuple[Finding, ...], model: Model
) -> Question:
    if isinstance(quantity, Probability):
        weights = {}
        for event in quantity.events:
            states = model.states(event.node.text)
            weights[event.node.text] = _of_states(states, chosen(event, states))
        return Question(written, findings, weights)
    node = quantity.node.text
    assert model.graph is not None
    values = [each.value or 0.0 for each in model.graph.nodes[node].states.values()]
    low, high = min(values), max(values)
    scaled = (np.array(values) - low) / ((high - low) or 1.0)
    return Question(written, findings, {node: scaled}, high - low, low)


def _of_states(states: Sequence[str], wanted: Iterable[str]) -> Array:
    """Weight 1 for some states, and 0 for the others."""
    named = set(wanted)
    return np.array([float(state in named) for state in states])


def _most_likely(claim: MostLikely, model: Model) -> AsMargins:
    """For every state that is named, a margin over every one that is not."""
    node, states = claim.node.text, model.states(claim.node.text)
    findings = Asked(model, [claim]).findings(claim.conditions)
    questions = tuple(
        Question(each, findings, {node: _of_states(states, [each])}) for each in states
    )
    named = {each.text for each in claim.states}
    least = claim.margin.value
    more = f" + {claim.margin.number:g} {claim.margin.unit}".rstrip() if least else ""

    def lead(at: int, rival: int) -> Margin:
        text = f"{states[at]} > {states[rival]}{more}"
        return Margin(-least, ((1.0, at), (-1.0, rival)), strict=not least, text=text)

    rivals = [at for at, state in enumerate(states) if state not in named]
    alternatives = [
        [lead(at, rival) for rival in rivals] for at, state in enumerate(states) if state in named
    ]
    return AsMargins(questions, alternatives, node)
