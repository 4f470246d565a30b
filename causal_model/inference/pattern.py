"""What decides the plan of a question: which nodes are observed, weighted or set, which are asked."""

from dataclasses import dataclass
from functools import cached_property

__all__ = ["Pattern"]


@dataclass(frozen=True)
class Pattern:
    """What decides the plan of a question.

    Attributes:
        observed, weighted, do: nodes with such findings.
        by_row: those of them whose weights or states differ from row to row.
        targets: nodes that are asked.
        tables: whether derivatives by all tables are wanted.
        batch: whether there are rows.
        whole: whether every node takes part, also what sums to one.
        joint: whether the targets are asked together, for their joint distribution.
        picked: nodes observed by row, whose states are picked out of the tables row by row.
    """

    observed: frozenset[str]
    weighted: frozenset[str]
    do: frozenset[str]
    by_row: frozenset[str]
    targets: tuple[str, ...]
    tables: bool = False
    batch: bool = False
    whole: bool = False
    joint: bool = False
    picked: frozenset[str] = frozenset()

    @cached_property
    def sliced(self) -> frozenset[str]:
        """The nodes whose state is one and the same for the whole question."""
        return self.observed | (self.do - self.by_row) | self.picked

    @cached_property
    def weighed(self) -> frozenset[str]:
        """The nodes that carry a vector."""
        return self.weighted | (self.do & self.by_row)
