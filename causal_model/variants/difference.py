"""Two variants of a graph side by side: what differs in structure, and what that does to the answers.

A change of an answer is after minus before in percentage points. Its size is the total variation distance
of the two distributions, the most that the probability of any set of states changes.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from causal_model.errors import EvidenceError, ImpossibleEvidence
from causal_model.model import Model, load
from causal_model.notebook import Bundle, bundle
from causal_model.spec.evidence import Finding
from causal_model.spec.scenario import Scenario
from causal_model.variants.structure import Changed, RowChange, Structure, alike, compare_structure

__all__ = ["AnswerChange", "Difference", "Side", "diff", "the_model"]

SCHEMA_VERSION = 1
# Changes below this many percentage points are not shown unless asked for.
AT_LEAST = 0.05
# Percentage points that are rounding.
SAME = 1e-10

Distribution = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two variants: how it is called here, its id, hash and title."""

    name: str
    graph_id: str
    graph_hash: str
    title: str


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One question, as both variants answer it.

    Attributes:
        scenario: the scenario that was given; None where nothing was.
        node: the node that was asked.
        before, after: P(node = state | scenario) by state, in the order of the first variant; None where
            the question cannot be asked there, or the evidence is impossible there.
        low: the low states of the node, see `Node.low`; empty where it has none.
        reasons: for each side that has no answer, why.
        findings_differ: the scenario is in both variants, and says something else.
    """

    scenario: str | None
    node: str
    before: Distribution | None
    after: Distribution | None
    low: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    findings_differ: bool = False

    @property
    def points(self) -> dict[str, float]:
        """The change by state in percentage points; empty where one side has no answer."""
        if self.before is None or self.after is None:
            return {}
        return {state: 100 * (self.after[state] - p) for state, p in self.before.items()}

    @property
    def asked_of_none(self) -> bool:
        """Whether neither side has an answer, each for a reason of its own."""
        return len(self.reasons) == 2

    @property
    def low_before(self) -> float | None:
        """P(one of the low states), before."""
        return _total(self.before, self.low)

    @property
    def low_after(self) -> float | None:
        """P(one of the low states), after."""
        return _total(self.after, self.low)

    @property
    def low_points(self) -> float | None:
        """The change of P(one of the low states) in percentage points."""
        if self.low_before is None or self.low_after is None:
            return None
        return 100 * (self.low_after - self.low_before)

    @property
    def distance(self) -> float:
        """Total variation, ½ Σ |after - before|, from 0 to 1; 0 where one side has no answer."""
        return math.fsum(abs(each) for each in self.points.values()) / 200

    @property
    def largest(self) -> float:
        """The largest change of a state or of the low states together, in percentage points."""
        return max(
            (abs(each) for each in (*self.points.values(), self.low_points or 0.0)), default=0.0
        )

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "scenario": self.scenario,
            "node": self.node,
            "before": None if self.before is None else dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "change_pp": self.points,
            "low": {
                "states": list(self.low),
                "before": self.low_before,
                "after": self.low_after,
                "change_pp": self.low_points,
            }
            if self.low
            else None,
            "distance": self.distance,
            "reasons": list(self.reasons),
            "findings_differ": self.findings_differ,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two variants.

    Attributes:
        before, after: the two variants.
        structure: nodes, arrows, signs, states, tables, sources.
        marginals: of every node that both have with the same states, with nothing given; the largest
            change first.
        outcome: the answers for the outcome, with nothing given and under every scenario of either
            variant; the largest change first, and what cannot be asked last.
    """

    before: Side
    after: Side
    structure: Structure
    marginals: tuple[AnswerChange, ...]
    outcome: tuple[AnswerChange, ...]
    _models: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    def shown(self, at_least: float = AT_LEAST) -> "Difference":
        """Without answers that change by less than so many percentage points."""

        def kept(changes: tuple[AnswerChange, ...]) -> tuple[AnswerChange, ...]:
            least = max(at_least, SAME)
            return tuple(
                each
                for each in changes
                if each.largest >= least or (each.reasons and not each.asked_of_none)
            )

        return Difference(
            self.before,
            self.after,
            self.structure,
            kept(self.marginals),
            kept(self.outcome),
        )

    def to_dict(self, at_least: float = AT_LEAST) -> dict[str, Any]:
        """What changed as plain data for JSON, numbers unrounded.

        Args:
            at_least: answers that change by less are left out, in percentage points.
        """
        kept = self.shown(at_least)
        structure = self.structure
        return {
            "schema_version": SCHEMA_VERSION,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "at_least_pp": at_least,
            "structure": {
                "nodes_added": list(structure.nodes_added),
                "nodes_removed": list(structure.nodes_removed),
                "arrows_added": [list(each) for each in structure.arrows_added],
                "arrows_removed": [list(each) for each in structure.arrows_removed],
                **{
                    what: [_changed(each) for each in getattr(structure, what)]
                    for what in ("signs", "states", "roles", "settings", "channels")
                },
                "tables": [
                    {
                        "node": each.node,
                        "rows_changed": each.rows_changed,
                        "rows": each.rows,
                        "largest": _row(each.largest),
                    }
                    for each in structure.tables
                ],
                "incomparable": list(structure.incomparable),
                "sources": asdict(structure.sources),
            },
            "marginals": [each.to_dict() for each in kept.marginals],
            "outcome": [each.to_dict() for each in kept.outcome],
        }

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        return bundle(
            repr(self), chart="of_difference", about=(self.shown(), self._models, AT_LEAST, "en")
        )

    def __repr__(self) -> str:
        found = self.structure
        return (
            f"<Difference {self.before.name!r} to {self.after.name!r}:"
            f" nodes +{len(found.nodes_added)} -{len(found.nodes_removed)},"
            f" arrows +{len(found.arrows_added)} -{len(found.arrows_removed)},"
            f" {len(found.tables)} tables; {len(self.shown().marginals)} marginals moved>"
        )


def diff(
    a: Model | str | Path,
    b: Model | str | Path,
    *,
    target: str | None = None,
    names: tuple[str, str] | None = None,
) -> Difference:
    """Compare two variants, by structure and by what they answer.

    A scenario that both have is asked as each of them has it; one that only one has is asked of both.

    Args:
        a: the variant before: a model, the id of a shipped graph, or a path.
        b: the variant after.
        target: the node that scenarios are asked about; default the outcome, where both have the same.
        names: how the two are called; default their ids.

    Raises:
        QueryError: unknown graph or target.
        GraphFileError: a graph cannot be read.
        TooLarge: a graph is too wide to be asked.
    """
    before, after = the_model(a), the_model(b)
    sides = names or (before.id, after.id)
    if sides[0] == sides[1]:
        sides = (f"{sides[0]} (before)", f"{sides[1]} (after)")
    node = _target(before, after, target)
    return Difference(
        _side(sides[0], before),
        _side(sides[1], after),
        compare_structure(before, after),
        _marginals(before, after),
        () if node is None else _outcome(before, after, node, sides),
        (before, after),
    )


def the_model(what: Model | str | Path) -> Model:
    """A model, loaded where only its name or path is given."""
    return what if isinstance(what, Model) else load(what)


def _side(name: str, model: Model) -> Side:
    title = model.graph.title.text("en") if model.graph else model.id
    return Side(name, model.id, model.hash, title)


def _target(a: Model, b: Model, target: str | None) -> str | None:
    """The node that scenarios are asked about; None where the two agree on none."""
    if target is None:
        known = a.outcome is not None and a.outcome in b.network.variables
        return a.outcome if known and a.outcome == b.outcome else None
    for model in (a, b):
        model.targets(target)
    return target


def _marginals(a: Model, b: Model) -> tuple[AnswerChange, ...]:
    shared = [name for name in a.nodes if name in b.network.variables and alike(a, b, name)]
    if not shared:
        return ()
    before, after = a.query(shared), b.query(shared)
    found = [
        AnswerChange(None, name, before[name], after[name], _low(a, b, name)) for name in shared
    ]
    return tuple(sorted(found, key=lambda each: -each.distance))


def _outcome(a: Model, b: Model, node: str, sides: tuple[str, str]) -> tuple[AnswerChange, ...]:
    questions: list[tuple[str | None, tuple[tuple[Finding, ...] | str, ...]]] = [(None, ((), ()))]
    known = [model.scenario_files() for model in (a, b)]
    for name in dict.fromkeys(each for found, broken in known for each in (*found, *broken)):
        own = [_findings(name, found, broken) for found, broken in known]
        # Who has no such scenario is asked what the other has.
        told = [
            mine if mine is not None else other for mine, other in zip(own, own[::-1], strict=True)
        ]
        questions.append((name, tuple(each for each in told if each is not None)))
    shown = [_change(a, b, name, node, told, sides) for name, told in questions]
    return tuple(sorted(shown, key=lambda each: (bool(each.reasons), -each.distance)))


def _findings(
    name: str, found: Mapping[str, Scenario], broken: Mapping[str, Exception]
) -> tuple[Finding, ...] | str | None:
    """What a scenario says; a text where it cannot be read, None where there is none."""
    if name in found:
        return tuple(found[name].all_findings())
    return f"the scenario cannot be read: {broken[name]}" if name in broken else None


def _change(
    a: Model,
    b: Model,
    scenario: str | None,
    node: str,
    told: tuple[tuple[Finding, ...] | str, ...],
    sides: tuple[str, str],
) -> AnswerChange:
    answers: list[Distribution | None] = []
    reasons = []
    for model, findings, side in zip((a, b), told, sides, strict=True):
        answer, reason = _answer(model, node, findings)
        answers.append(answer)
        if reason:
            reasons.append(f"{side}: {reason}")
    before, after = answers
    if before is not None and after is not None:
        if before.keys() != after.keys():
            listed = "; ".join(
                f"{side}: {', '.join(each)}"
                for side, each in zip(sides, (before, after), strict=True)
            )
            reasons.append(
                f"the states of {node!r} differ, so the answers cannot be compared ({listed})"
            )
            before = after = None
        else:
            after = {state: after[state] for state in before}
    return AnswerChange(
        scenario, node, before, after, _low(a, b, node), tuple(reasons), told[0] != told[1]
    )


def _answer(
    model: Model, node: str, findings: tuple[Finding, ...] | str
) -> tuple[Distribution | None, str]:
    """The posterior of a node, or why there is none."""
    if isinstance(findings, str):
        return None, findings
    try:
        return model.query(node, findings=findings)[node], ""
    except ImpossibleEvidence as error:
        return None, f"impossible there: {', '.join(error.conflict)}"
    except EvidenceError as error:
        return None, f"cannot be asked there: {error}"


def _low(a: Model, b: Model, node: str) -> tuple[str, ...]:
    """The low states of a node where both variants agree on them."""
    lows = [model.graph.nodes[node].low if model.graph else () for model in (a, b)]
    return lows[0] if lows[0] == lows[1] else ()


def _total(distribution: Distribution | None, states: tuple[str, ...]) -> float | None:
    if distribution is None or not states:
        return None
    return math.fsum(distribution[state] for state in states)


def _changed(change: Changed) -> dict[str, str | None]:
    return {"where": change.where, "before": change.before, "after": change.after}


def _row(row: RowChange) -> dict[str, Any]:
    return {
        "given": dict(row.given),
        "before": dict(row.before),
        "after": dict(row.after),
        "distance": row.distance,
        "basis_before": row.basis_before,
        "basis_after": row.basis_after,
    }
