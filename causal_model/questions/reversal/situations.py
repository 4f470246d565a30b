"""The conditions under which a statement asks, and its answers under them and under others.

`P(x | a) > P(y | a)` asks twice under the same conditions, a trend once under each of several. Answers
under the same ones are functions with the same denominator, which is the probability of what is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from causal_model.analysis.sensitivity import Passes, two_passes
from causal_model.errors import QueryError
from causal_model.inference.findings import Findings, bind
from causal_model.model import Model
from causal_model.questions.reversal.margins import Question

__all__ = ["Situations", "situations_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Situations:
    """Under what a statement asks.

    Attributes:
        questions: what it asks.
        bound: the findings that hold in each situation.
        of: the number of the situation of each question.
    """

    questions: tuple[Question, ...]
    bound: tuple[Findings, ...]
    of: tuple[int, ...]

    def passes(self, model: Model, bound: Sequence[Findings]) -> list[Passes]:
        """What is to be known of every answer, under other findings for each situation, or its own."""
        first: dict[int, Passes] = {}
        found = []
        for question, at in zip(self.questions, self.of, strict=True):
            own = two_passes(model.compiled, bound[at], question.answer)
            # What does not depend on the answer is exactly the same, and not only up to rounding.
            same = first.setdefault(at, own)
            found.append(replace(own, denominators=same.denominators, marginals=same.marginals))
        return found


def situations_of(model: Model, questions: tuple[Question, ...]) -> Situations:
    """The situations in which questions are asked.

    Raises:
        ImpossibleEvidence: one has probability zero; names a smallest conflict.
        QueryError: one fixes what is asked.
    """
    numbers = {each.findings: 0 for each in questions}
    bound = []
    for number, findings in enumerate(numbers):
        numbers[findings] = number
        own = [each for each in questions if each.findings == findings]
        targets = dict.fromkeys(name for each in own for name in each.answer)
        found = bind(model.network, model.query(list(targets), findings=findings).findings)
        for question in own:
            for name in question.answer:
                if name in found.observed or name in found.do:
                    raise QueryError(
                        f"{question.text}: {name!r} is given itself, so nothing else can reverse that"
                    )
        bound.append(found)
    return Situations(questions, tuple(bound), tuple(numbers[each.findings] for each in questions))
