"""Sets of open channels under many tables at once, planned once for all draws.

The tables of nodes in two versions are coupled draw by draw, see `responses`; every set of open channels
and every contrast is a question under drawn tables, see `inference.drawn_tables`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from causal_model.causal.open_channels import Expanded, OpenChannels, Opened
from causal_model.inference.drawn_tables import DrawnQuestion
from causal_model.inference.findings import Findings
from causal_model.network import Array

__all__ = ["DrawnChannels"]

# Entries of drawn tables that are alive at a time: 32 MB.
AT_ONCE = 1 << 22
# A set of open channels, and the states of the nodes that are set.
_Key = tuple[Opened, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class DrawnChannels:
    """P(outcome | evidence) under every contrast, set of open channels and draw.

    Attributes:
        asked: the question.
        parts: its networks, each with the questions that it is asked, and where the answer to each set and
            contrast is found among them.
    """

    asked: OpenChannels
    parts: tuple[tuple[Expanded, Mapping[_Key, DrawnQuestion], Mapping[_Key, _Key]], ...]

    @classmethod
    def of(
        cls,
        asked: OpenChannels,
        evidence: Mapping[str, Array],
        beliefs: Mapping[str, Array],
        drawn: Collection[str],
    ) -> "DrawnChannels":
        """Plan it.

        Args:
            asked: the question.
            evidence: by the nodes that are known, weights of shape (states,).
            beliefs: by node the distribution that its posterior shall be, under every draw.
            drawn: nodes whose table differs from draw to draw.

        Raises:
            TooLarge: a node in two versions has too large a table, or one draw takes too much memory.
        """
        fixed = {*asked.baseline, *asked.do}
        changing = set(drawn) - fixed
        parts = []
        for each in asked.expanded():
            moving = [name for name in each.versions.drawn if name in changing]
            # The baseline is the same whichever channels are open.
            keys = {
                (opened, states): (
                    each.opened if states == asked.contrasts[0] else opened,
                    states,
                )
                for opened in each.sets
                for states in asked.contrasts
            }
            questions = {}
            for opened, states in dict.fromkeys(keys.values()):
                do = dict(zip(asked.baseline, states, strict=True))
                findings = Findings(
                    each.sets[opened],
                    evidence,
                    beliefs,
                    {name: state for name, state in do.items() if name in each.versions.drawn},
                )
                questions[opened, states] = DrawnQuestion.of(
                    each.compiled.network, findings, [asked.outcome], moving, asked.max_memory
                )
            parts.append((each, questions, keys))
        return cls(asked, tuple(parts))

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The nodes whose drawn tables the answers depend on."""
        return frozenset().union(
            *(own.drawn for _, questions, _ in self.parts for own in questions.values())
        )

    def ask(self, tables: Mapping[str, Array], draws: int) -> dict[Opened, Array]:
        """Answer under every draw.

        Args:
            tables: at least the drawn tables that matter, each of shape (draws, *table shape).
            draws: how many.

        Returns:
            Arrays of shape (draws, contrasts, states); NaN where the evidence is impossible, or a belief
            cannot hold.
        """
        found = {}
        for each, questions, keys in self.parts:
            answers = self._answers(each, questions, tables, draws)
            for opened in each.sets:
                own = [answers[keys[opened, states]] for states in self.asked.contrasts]
                found[opened] = np.stack(own, axis=1)
        return found

    def _answers(
        self,
        expanded: Expanded,
        questions: Mapping[_Key, DrawnQuestion],
        tables: Mapping[str, Array],
        draws: int,
    ) -> dict[_Key, Array]:
        outcome, joined = self.asked.outcome, expanded.compiled.network
        size = self.asked.network.variables[outcome].size
        moving = [name for name in expanded.versions.drawn if name in self.drawn]
        answers = {each: np.empty((draws, size)) for each in questions}
        # Tables of two versions are many times as large as those that they are made of.
        step = max(1, AT_ONCE // max(1, sum(joined.tables[name].size for name in moving)))
        for at in range(0, draws, step):
            down = slice(at, min(draws, at + step))
            some = {name: expanded.versions.table(name, own=tables[name][down]) for name in moving}
            for each, question in questions.items():
                told = question.ask(some, down.stop - at, leave_out=True)
                answers[each][down] = told.marginals[outcome]
        return answers
