"""A statement as margins over answers: what has to stay positive for it to hold.

Only comparisons of numbers have margins. A probability is the expected weight E[w | e] with weights 0 and
1; an expected value is one as well, once its values are laid on 0 to 1.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from causal_model.analysis.flip import Margin
from causal_model.claims.asking import Asked, chosen
from causal_model.errors import QueryError
from causal_model.model import Model
from causal_model.network import Array
from causal_model.notation.statement import (
    Amount,
    Comparison,
    Expected,
    Nearness,
    Probability,
    Quantity,
    Share,
    Statement,
    Sum,
)
from causal_model.spec.evidence import Finding

__all__ = ["Question", "margins_of"]

FORMS = (
    "what can be reversed is a comparison of probabilities or expected values, such as P(...) > 40 %,"
    " P(...) < P(...), P(...) - P(...) > 5 pp, 0.2 < P(...) < 0.4, or P(...) within 2 pp of P(...)"
)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An answer that a statement speaks of: scale x E[w | findings] + offset.

    Attributes:
        text: how the statement writes it.
        findings: what is given, besides what the model assumes.
        answer: w by node, shape (states,); empty where the answer is certain.
        scale, offset: from E[w | findings] to the quantity.
    """

    text: str
    findings: tuple[Finding, ...]
    answer: Mapping[str, Array]
    scale: float = 1.0
    offset: float = 0.0


def margins_of(
    statement: Statement, text: str, model: Model
) -> tuple[tuple[Question, ...], tuple[Margin, ...]]:
    """The answers that a statement speaks of, and margins over E[w | findings] of each.

    Raises:
        QueryError: the statement is no comparison of numbers, or says that two are equal.
    """
    asked = Asked(model, [statement])
    differences: list[tuple[float, Sum, Sum]] = []
    if isinstance(statement, Comparison):
        for (left, right), sign in zip(pairwise(statement.sides), statement.signs, strict=True):
            if sign == "=":
                raise QueryError(f"{text}: any change reverses that two numbers are equal; {FORMS}")
            pair = (left, right) if sign in (">", ">=") else (right, left)
            differences.append((0.0, *pair))
    elif isinstance(statement, Nearness):
        margin = statement.margin.value
        differences.append((margin, statement.left, statement.right))
        differences.append((margin, statement.right, statement.left))
    else:
        raise QueryError(f"{text}: {FORMS}")
    quantities: dict[Quantity, int] = {}
    for _, more, less in differences:
        for each in (*more.quantities(), *less.quantities()):
            if isinstance(each, Share):
                raise QueryError(f"{text}: the share of a channel cannot be reversed; {FORMS}")
            quantities.setdefault(each, len(quantities))
    questions = tuple(_question(each, text, asked) for each in quantities)
    margins = tuple(
        _margin(constant, [(1.0, more), (-1.0, less)], quantities, questions)
        for constant, more, less in differences
    )
    return questions, margins


def _margin(
    constant: float,
    sums: Sequence[tuple[float, Sum]],
    numbers: Mapping[Quantity, int],
    questions: Sequence[Question],
) -> Margin:
    constants = [constant]
    factors: dict[int, float] = {}
    for sign, sum_ in sums:
        for term in sum_.terms:
            if isinstance(term.of, Amount):
                constants.append(sign * term.factor * term.of.value)
                continue
            at = numbers[term.of]
            constants.append(sign * term.factor * questions[at].offset)
            factors[at] = factors.get(at, 0.0) + sign * term.factor * questions[at].scale
    return Margin(
        math.fsum(constants), tuple((factor, at) for at, factor in factors.items() if factor)
    )


def _question(quantity: Quantity, text: str, asked: Asked) -> Question:
    assert isinstance(quantity, Probability | Expected)
    findings = asked.findings(quantity.conditions)
    written = text[slice(*quantity.at)]
    if isinstance(quantity, Probability):
        weights = {}
        for event in quantity.events:
            states = asked.model.states(event.node.text)
            wanted = chosen(event, states)
            weights[event.node.text] = np.array([float(state in wanted) for state in states])
        return Question(written, findings, weights)
    node = quantity.node.text
    assert asked.model.graph is not None
    values = [each.value or 0.0 for each in asked.model.graph.nodes[node].states.values()]
    low, high = min(values), max(values)
    scaled = (np.array(values) - low) / ((high - low) or 1.0)
    return Question(written, findings, {node: scaled}, high - low, low)
