"""What nodes and entries do to an answer: the results, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from causal_model.analysis.hyperbolas import NO_EVIDENCE
from causal_model.analysis.sensitivity import EntryFunctions
from causal_model.analysis.two_way import PairFunction
from causal_model.harmless import on_one_line
from causal_model.network import Array
from causal_model.notebook import Bundle, bundle
from causal_model.questions.tornado.entries import Bases, Basis, Entry, entry_at
from causal_model.spec.evidence import Finding

__all__ = ["EntryEffect", "NodeEffect", "PairEffect", "Sensitivity"]

SCHEMA_VERSION = 1
# Slopes below this are rounding.
NO_SLOPE = 1e-14


@dataclass(frozen=True, slots=True)
class NodeEffect:
    """What one node does to the answer, when it is observed or when it is set.

    Attributes:
        node: the node.
        answers: the answer by state of the node; None where the state, or the evidence under it, is
            impossible.
    """

    node: str
    answers: Mapping[str, float | None]

    @property
    def possible(self) -> dict[str, float]:
        """The answers that there are, by state."""
        return {state: each for state, each in self.answers.items() if each is not None}

    @property
    def lowest(self) -> str | None:
        """The state with the lowest answer; None where no state is possible."""
        return min(self.possible, key=self.possible.__getitem__, default=None)

    @property
    def highest(self) -> str | None:
        """The state with the highest answer."""
        return max(self.possible, key=self.possible.__getitem__, default=None)

    @property
    def spread(self) -> float:
        """The highest answer minus the lowest."""
        found = self.possible.values()
        return max(found) - min(found) if found else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "node": self.node,
            "answers": dict(self.answers),
            "lowest": self.lowest,
            "highest": self.highest,
            "range": self.spread,
        }


@dataclass(frozen=True, slots=True)
class EntryEffect:
    """What one entry of a table does to the answer, the rest of its row in proportion.

    Attributes:
        entry: the entry.
        now: its value t0.
        interval: where it lies with probability `level`, its Beta distribution cut at both ends alike;
            None where the row has no confidence. The mean of a very skewed row may lie outside of it.
        answers: the answer with the entry at the ends of the interval; None likewise, or where the
            evidence is impossible there.
        slope: derivative of the answer by the entry.
        coefficients: a, b, c, d of f(t) = (a t + b) / (c t + d).
        basis: what stands behind the row.
    """

    entry: Entry
    now: float
    interval: tuple[float, float] | None
    answers: tuple[float, float] | None
    slope: float
    coefficients: tuple[float, float, float, float]
    basis: Basis

    @property
    def spread(self) -> float | None:
        """How far the answer moves over the interval."""
        return None if self.answers is None else abs(self.answers[1] - self.answers[0])

    @property
    def outside(self) -> bool:
        """Whether the entry as it is lies outside its own interval, so that both ends are on one side."""
        return self.interval is not None and not self.interval[0] <= self.now <= self.interval[1]

    def at(self, value: float) -> float | None:
        """The answer with the entry at some value from 0 to 1; None where the evidence is impossible."""
        a, b, c, d = self.coefficients
        below = c * value + d
        return min(max((a * value + b) / below, 0.0), 1.0) if below > NO_EVIDENCE else None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        basis = self.basis
        return {
            **self.entry.to_dict(),
            "entry": str(self.entry),
            "now": self.now,
            "interval": None if self.interval is None else list(self.interval),
            "answers": None if self.answers is None else list(self.answers),
            "range": self.spread,
            "derivative": self.slope,
            "function": dict(zip("abcd", self.coefficients, strict=True)),
            "basis": basis.kind,
            "confidence": basis.confidence,
            "n": basis.n,
            "generated": basis.generated,
        }


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What an answer hangs on.

    Attributes:
        graph_id, graph_hash: the graph.
        findings: what was given.
        target: the node that was asked about.
        states: the states of it that are counted; the answer is P(target in states | findings).
        value: the answer as it is.
        level: the probability of the intervals of the entries.
        observe: P(target in states | findings, X = x) for every other node, the widest range first;
            None where it was not asked.
        do: P(target in states | findings, do(X = x)) likewise.
        functions: the answer as a function of every entry of every table; None where not asked.
        intervals: of the entries, shape (2, entries), NaN where there is none.
        left_out: nodes that findings fix, so that they are not varied themselves.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    target: str
    states: tuple[str, ...]
    value: float
    level: float
    observe: tuple[NodeEffect, ...] | None
    do: tuple[NodeEffect, ...] | None
    functions: EntryFunctions | None
    intervals: Array | None
    left_out: tuple[str, ...]
    _bases: Mapping[str, Bases] = field(default_factory=dict, repr=False)
    _model: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    @cached_property
    def _ends(self) -> Array:
        """The answer at both ends of every interval, shape (2, entries); NaN where there is none."""
        assert self.functions is not None
        assert self.intervals is not None
        # A probability misses 0 and 1 by rounding alone.
        return self.functions.at(self.intervals).clip(0.0, 1.0)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The entries that matter, by number: the widest range first, then the steepest.

        Entries of rows without confidence have no range, and come last.
        """
        if self.functions is None or self.intervals is None:
            return ()
        spread = np.nan_to_num(np.abs(self._ends[1] - self._ends[0]), nan=-1.0)
        steep = np.abs(self.functions.slopes)
        found = np.lexsort((-steep, -spread))
        return tuple(int(each) for each in found if steep[each] > NO_SLOPE)

    def effects(self, *, by_row: bool = False) -> Iterator[EntryEffect]:
        """The entries that matter in their order.

        Args:
            by_row: of every row the first entry only.
        """
        assert self.functions is not None or not self.order
        seen = set()
        for number in self.order:
            assert self.functions is not None
            name, at = self.functions.place(number)
            if by_row and (name, at[:-1]) in seen:
                continue
            seen.add((name, at[:-1]))
            yield self.effect(number)

    def effect(self, number: int) -> EntryEffect:
        """One entry by its number."""
        assert self.functions is not None
        assert self.intervals is not None
        name, at = self.functions.place(number)
        interval = answers = None
        low, high = self.intervals[:, number].tolist()
        if not np.isnan(low):
            interval = (low, high)
            ends = self._ends[:, number].tolist()
            answers = None if np.isnan(ends).any() else (ends[0], ends[1])
        return EntryEffect(
            entry_at(self.functions.network, (name, at)),
            float(self.functions.now[number]),
            interval,
            answers,
            float(self.functions.slopes[number]),
            tuple(self.functions.coefficients[:, number].tolist()),
            self._bases[name].of(at[:-1]),
        )

    @cached_property
    def without_confidence(self) -> tuple[str, ...]:
        """The nodes whose tables matter and have rows without confidence, which have no interval."""
        if self.functions is None or self.intervals is None:
            return ()
        known = ~np.isnan(self.intervals[0])
        found = {self.functions.place(each)[0]: None for each in self.order if not known[each]}
        return tuple(found)

    @cached_property
    def without_any_confidence(self) -> tuple[str, ...]:
        """The nodes whose tables matter and have rows with confidence 0, which may be anything."""
        if self.functions is None or self.intervals is None:
            return ()
        open_ = (self.intervals[0] == 0) & (self.intervals[1] == 1)
        places = [self.functions.place(each) for each in self.order if open_[each]]
        return tuple(
            dict.fromkeys(
                name for name, at in places if self._bases[name].of(at[:-1]).confidence == 0
            )
        )

    def heading(self) -> dict[str, Any]:
        """What was asked and the answer as it is, as plain data for JSON."""
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [each.model_dump(mode="json") for each in self.findings],
            "target": self.target,
            "states": list(self.states),
            "probability": self.value,
            "level": self.level,
        }

    def to_dict(self, top: int | None = None) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded.

        Args:
            top: how many nodes and entries are listed; default all that matter.
        """

        def listed(effects: tuple[NodeEffect, ...] | None) -> list[dict[str, Any]] | None:
            return None if effects is None else [each.to_dict() for each in effects[:top]]

        rows = None
        if self.functions is not None:
            rows = [each.to_dict() for each in islice(self.effects(), top)]
        return {
            **self.heading(),
            "observe": listed(self.observe),
            "do": listed(self.do),
            "rows": rows,
            "rows_that_matter": None if rows is None else len(self.order),
            "without_confidence": list(self.without_confidence),
            "confidence_zero": list(self.without_any_confidence),
            "left_out": list(self.left_out),
        }

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        return bundle(repr(self), chart="of_sensitivity", about=(self._model, self))

    def __repr__(self) -> str:
        states = ", ".join(self.states)
        return on_one_line(f"<Sensitivity of P({self.target} in {states}) = {self.value:.4g}>")


@dataclass(frozen=True, eq=False)
class PairEffect:
    """What two entries do to the answer together.

    Attributes:
        first, second: each of them alone.
        function: the answer as a function of both.
    """

    first: EntryEffect
    second: EntryEffect
    function: PairFunction

    @property
    def steps(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Each entry at the low end of its interval, as it is, and at the high end; else 0 and 1."""
        return _steps(self.first), _steps(self.second)

    @property
    def grid(self) -> list[list[float | None]]:
        """The answer at the steps, rows by the first entry; None where there is none."""
        first, second = (np.array(each) for each in self.steps)
        found = self.function.at(first[:, None], second[None, :])
        return [[None if np.isnan(each) else float(each) for each in row] for row in found]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "function": {
                "corners": [[0, 0], [0, 1], [1, 0], [1, 1]],
                "numerators": self.function.numerators.reshape(-1).tolist(),
                "denominators": self.function.denominators.reshape(-1).tolist(),
                "one_row": self.function.one_row,
            },
            "steps": {"first": list(self.steps[0]), "second": list(self.steps[1])},
            "answers": self.grid,
        }


def _steps(effect: EntryEffect) -> tuple[float, float, float]:
    low, high = effect.interval or (0.0, 1.0)
    return low, effect.now, high
