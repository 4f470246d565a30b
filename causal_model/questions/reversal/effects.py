"""What reverses a statement: the results, as values.

A statement that does not hold is reversed by what makes it hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from causal_model.harmless import on_one_line
from causal_model.notation.fit import Unit
from causal_model.questions.reversal.digits import Rounded
from causal_model.questions.tornado.entries import Basis, Entry
from causal_model.spec.evidence import Finding

__all__ = ["ORDERS", "FindingFlip", "Flip", "Order", "RowFlip", "Way"]

SCHEMA_VERSION = 1
Order = Literal["change", "interval"]
ORDERS: tuple[Order, ...] = get_args(Order)
Way = Literal["weaker", "stronger", "other reading", "new reading"]


@dataclass(frozen=True, slots=True)
class RowFlip:
    """The smallest change of one row that reverses the statement.

    Attributes:
        entry: the entry of the row that has to move least; the others keep their proportions.
        now: its value t0.
        needed: its value at which the statement is reversed.
        rounded: the same as it is printed, so that what is printed reverses it as well.
        at_once: whether any change in that direction will do, however small; at `needed` rounding no longer
            hides it.
        interval: where the entry lies with probability `level`; None where the row has no confidence.
        basis: what stands behind the row.
        comparison: of those that the statement makes, the one that tips over.
        answers: the quantities that it compares, as the statement writes them, and a, b, c, d of each as a
            function of the entry, (a t + b) / (c t + d).
    """

    entry: Entry
    now: float
    needed: float
    rounded: Rounded
    at_once: bool
    interval: tuple[float, float] | None
    basis: Basis
    comparison: str
    answers: Mapping[str, tuple[float, float, float, float]]

    @property
    def change(self) -> float:
        """Needed minus now; its size is the total variation distance of the two rows."""
        return self.needed - self.now

    @property
    def in_intervals(self) -> float | None:
        """The size of the change in parts of the way to the end of the interval on its side.

        1 is the end of the interval. None where there is no interval, or none of any width on that side, as
        where all of a skewed one lies on the other side of `now`.
        """
        if self.interval is None:
            return None
        rises = self.change > 0
        way = self.interval[1] - self.now if rises else self.now - self.interval[0]
        return abs(self.change) / way if way > 0 else None

    @property
    def plausible(self) -> bool | None:
        """Whether the needed value lies within the interval; None where there is no interval."""
        if self.interval is None:
            return None
        return self.interval[0] <= self.needed <= self.interval[1]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            **self.entry.to_dict(),
            "entry": str(self.entry),
            "now": self.now,
            "needed": self.needed,
            "change": self.change,
            "at_once": self.at_once,
            "interval": None if self.interval is None else list(self.interval),
            "in_intervals": self.in_intervals,
            "plausible": self.plausible,
            "basis": self.basis.kind,
            "confidence": self.basis.confidence,
            "n": self.basis.n,
            "generated": self.basis.generated,
            "comparison": self.comparison,
        }


@dataclass(frozen=True, slots=True)
class FindingFlip:
    """A change of what is known about one node that reverses the statement.

    Attributes:
        node: the node.
        way: "weaker" or "stronger": the sign that was given, with another strength; "other reading": the
            node was found in another state instead; "new reading": a sign about a node of which nothing
            was known.
        state: the state that the sign speaks for; None where a sign that was given spoke for several.
        weights: how the sign weighs the states at that strength, the largest being 1.
        ratio: how many times as probable the sign is under its best state as under its worst; None
            where the worst is excluded, as by an observation.
        ratio_now: the same of the sign as it was given; 1 where there was none, None as above.
        rounded: `ratio` as it is printed, so that a sign as strong reverses it as well; None for an
            observation, or what is as good as one.
        at_once: whether any sign that is stronger than nothing, or than what was given, or weaker, will do.
    """

    node: str
    way: Way
    state: str | None
    weights: Mapping[str, float]
    ratio: float | None
    ratio_now: float | None
    rounded: Rounded | None = None
    at_once: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "node": self.node,
            "way": self.way,
            "state": self.state,
            "weights": dict(self.weights),
            "likelihood_ratio": self.ratio,
            "likelihood_ratio_now": self.ratio_now,
            "at_once": self.at_once,
        }


@dataclass(frozen=True, slots=True)
class Flip:
    """What reverses a statement.

    Attributes:
        graph_id, graph_hash: the graph.
        findings: what was given besides the conditions of the statement.
        statement: its text.
        holds: whether it holds as things are.
        measured: the quantities that it speaks of, as it writes them, and their values; of a trend by
            case, of the most likely state by state.
        unit: of these: "probability" or "value".
        subject: what they have in common, where their names do not say it: the sum that has a trend, the
            node whose most likely state is meant.
        comparisons: how many it makes of them.
        level: the probability of the intervals.
        order: what makes a change of a row small: its size, or its part of the interval.
        rows: rows each of which alone reverses it, the smallest change first; empty where none can.
        by_finding: findings each of which alone reverses it: changes of what was given first, then new
            readings, the weakest sign first.
        cases: under how many different conditions it asks. A finding changes under all of them alike; a
            node of which they say different things is left out.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    statement: str
    holds: bool
    measured: Mapping[str, float]
    unit: Unit
    subject: str
    comparisons: int
    level: float
    order: Order
    rows: tuple[RowFlip, ...]
    by_finding: tuple[FindingFlip, ...]
    cases: int

    @property
    def plausible(self) -> tuple[RowFlip, ...]:
        """The rows that reverse it within their intervals."""
        return tuple(each for each in self.rows if each.plausible)

    @property
    def without_any_confidence(self) -> tuple[str, ...]:
        """The nodes of rows with confidence 0, of which the interval is all from 0 to 1."""
        open_ = (
            each.entry.node
            for each in self.rows
            if each.basis.confidence == 0 and each.interval == (0.0, 1.0)
        )
        return tuple(dict.fromkeys(open_))

    def to_dict(self, top: int | None = None) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded.

        Args:
            top: how many rows and findings are listed; default all.
        """
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [each.model_dump(mode="json") for each in self.findings],
            "statement": self.statement,
            "holds": self.holds,
            "measured": dict(self.measured),
            "unit": self.unit,
            "subject": self.subject,
            "comparisons": self.comparisons,
            "level": self.level,
            "order": self.order,
            "rows": [each.to_dict() for each in self.rows[:top]],
            "rows_in_all": len(self.rows),
            "rows_within_interval": len(self.plausible),
            "cases": self.cases,
            "by_finding": [each.to_dict() for each in self.by_finding[:top]],
        }

    def __repr__(self) -> str:
        verb = "holds" if self.holds else "does not hold"
        what = "reverse it" if self.holds else "make it hold"
        told = f"<Flip {self.statement!r}: {verb}; {len(self.rows)} rows {what} alone>"
        return on_one_line(told)
