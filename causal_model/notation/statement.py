"""What a statement says: frozen values that the grammar leads to, and that judging reads.

Places are characters of the text of the statement, from 0, the end exclusive; they do not count when
two statements are compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Amount",
    "Arrows",
    "Cases",
    "Comparison",
    "Condition",
    "Event",
    "Expected",
    "InScenario",
    "Independence",
    "Intervention",
    "MostLikely",
    "Nearness",
    "ParentsOf",
    "Paths",
    "Place",
    "Probability",
    "Quantity",
    "Relation",
    "Share",
    "Sign",
    "Statement",
    "Sum",
    "Term",
    "Trend",
    "Word",
]

Place = tuple[int, int]
Relation = Literal["in", "not in", "<=", ">="]
Sign = Literal["<", "<=", "=", ">=", ">"]
_NOWHERE: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Word:
    """A name in a statement: of a node, a state, a scenario or a channel."""

    text: str
    at: Place = field(default=_NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Event:
    """A node is in one of these states, or in none of them, or at most or at least in this one."""

    node: Word
    relation: Relation
    states: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """Somebody sets a node to a state."""

    node: Word
    state: Word


@dataclass(frozen=True, slots=True)
class InScenario:
    """All findings of a scenario hold."""

    name: Word


Condition = Event | Intervention | InScenario


@dataclass(frozen=True, slots=True)
class Probability:
    """P(all events | conditions)."""

    events: tuple[Event, ...]
    conditions: tuple[Condition, ...] = ()
    at: Place = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """Σ value(state) · P(node = state | conditions), in the unit of the node."""

    node: Word
    conditions: tuple[Condition, ...] = ()
    at: Place = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a change of a probability that travels through a channel.

    The change is that of `probability` when `node` is set to `end` instead of `start`.
    """

    channel: Word
    node: Word
    start: Word
    end: Word
    probability: Probability
    at: Place = field(default=_NOWHERE, compare=False, repr=False)


Quantity = Probability | Expected | Share


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, in the unit in which it was written: plain, "%" or "pp"."""

    number: float
    unit: Literal["", "%", "pp"] = ""
    at: Place = field(default=_NOWHERE, compare=False, repr=False)

    @property
    def value(self) -> float:
        """The number itself: 5 pp and 5 % are 0.05."""
        return self.number / 100 if self.unit else self.number


@dataclass(frozen=True, slots=True)
class Term:
    """A factor times a quantity, or times a number."""

    factor: float
    of: Quantity | Amount


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms that are added; what is subtracted has a negative factor."""

    terms: tuple[Term, ...]
    at: Place = field(default=_NOWHERE, compare=False, repr=False)

    def quantities(self) -> Iterator[Quantity]:
        """What has to be asked of a model."""
        for term in self.terms:
            if not isinstance(term.of, Amount):
                yield term.of


@dataclass(frozen=True, slots=True)
class Comparison:
    """Sums in a chain such as ``0.2 < P(...) <= P(...)``; `signs` stand between the `sides`."""

    sides: tuple[Sum, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Nearness:
    """Two sums that differ by a margin at most."""

    left: Sum
    right: Sum
    margin: Amount


@dataclass(frozen=True, slots=True)
class Cases:
    """Conditions, one after the other: scenarios, or the states of a node, observed or set.

    Attributes:
        kind: what the names are.
        node: the node whose states they are; None for scenarios.
        names: scenarios or states in their order; no states stand for all states of the node.
    """

    kind: Literal["scenarios", "states", "do"]
    node: Word | None
    names: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """A sum that rises, or falls, from case to case, by a margin at each step."""

    sum: Sum
    rises: bool
    over: Cases
    margin: Amount = Amount(0.0)


@dataclass(frozen=True, slots=True)
class MostLikely:
    """The most likely state of a node is one of these, by a margin over all others."""

    node: Word
    conditions: tuple[Condition, ...]
    states: tuple[Word, ...]
    margin: Amount = Amount(0.0)


@dataclass(frozen=True, slots=True)
class ParentsOf:
    """All parents of a node."""

    node: Word


@dataclass(frozen=True, slots=True)
class Independence:
    """Two sets of nodes are independent, or depend on each other, once others are known.

    Attributes:
        left: nodes.
        right: nodes.
        given: what is known.
        holds: False for "depends on".
        in_tables: judged by the numbers instead of by the arrows.
    """

    left: tuple[Word, ...]
    right: tuple[Word, ...]
    given: tuple[Word | ParentsOf, ...] = ()
    holds: bool = True
    in_tables: bool = False


@dataclass(frozen=True, slots=True)
class Arrows:
    """Every arrow from one set to another exists, or none does."""

    starts: tuple[Word, ...]
    ends: tuple[Word, ...]
    exist: bool = True


@dataclass(frozen=True, slots=True)
class Paths:
    """A path through these nodes exists, or none does, or every path passes one of some nodes.

    Attributes:
        nodes: where the path leads along.
        direct: for each step, whether it is one arrow rather than any number of them.
        avoiding: nodes that it must not pass; for `every`, the nodes that it has to pass.
        quantifier: "some", "no" or "every".
    """

    nodes: tuple[Word, ...]
    direct: tuple[bool, ...]
    avoiding: tuple[Word, ...] = ()
    quantifier: Literal["some", "no", "every"] = "some"


Statement = Comparison | Nearness | Trend | MostLikely | Independence | Arrows | Paths
