"""Entries of tables by name: which number it is, and what stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from causal_model.analysis.sensitivity import Place
from causal_model.build import row_confidences, row_counts
from causal_model.errors import QueryError, StatementError, did_you_mean
from causal_model.model import Model
from causal_model.network import Array, Network
from causal_model.notation.read import parse_statement, quoted
from causal_model.notation.statement import Comparison, Event, Probability
from causal_model.spec.table_forms import CountsForm

__all__ = ["Bases", "Basis", "BasisKind", "Entry", "bases_of", "entry_at", "entry_of", "place_of"]

BasisKind = Literal["elicited", "counted", "by definition", "as read"]
GENERATED = {"ranked", "noisy_max"}


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands behind a row of a table.

    Attributes:
        kind: judgement, counts, a definition, or what a file of another program held.
        confidence: equivalent sample size of the whole row; None where none is given.
        n: how often the row was seen; None where nothing was counted.
        generated: whether the row was generated from fewer numbers, by a ranked or noisy-max form.
    """

    kind: BasisKind
    confidence: float | None = None
    n: float | None = None
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a table: P(node = state | given)."""

    node: str
    state: str
    given: Mapping[str, str]

    def __str__(self) -> str:
        """As it is written in statements, and read by `entry_of`."""
        event = f"{quoted(self.node)} = {quoted(self.state)}"
        listed = ", ".join(
            f"{quoted(name)} = {quoted(state)}" for name, state in self.given.items()
        )
        return f"P({event} | {listed})" if listed else f"P({event})"

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {"node": self.node, "state": self.state, "given": dict(self.given)}


@dataclass(frozen=True, slots=True, eq=False)
class Bases:
    """What stands behind the rows of one table; arrays of shape (*parent sizes,)."""

    kind: BasisKind
    generated: bool
    confidences: Array | None
    counts: Array | None

    def of(self, row: tuple[int, ...]) -> Basis:
        """What stands behind one row."""
        n = None if self.counts is None else float(self.counts[row])
        confidence = None
        if self.confidences is not None and not np.isnan(self.confidences[row]):
            confidence = float(self.confidences[row])
        return Basis("counted" if n else self.kind, confidence, n, self.generated)


def bases_of(model: Model) -> dict[str, Bases]:
    """What stands behind the rows of every table."""
    if model.graph is None:
        return {name: Bases("as read", False, None, None) for name in model.network.variables}
    confidences, counts = row_confidences(model.graph), row_counts(model.graph)
    found = {}
    for name, node in model.graph.nodes.items():
        form = node.table.prior.form if isinstance(node.table, CountsForm) else node.table.form
        kind: BasisKind = "by definition" if form == "deterministic" else "elicited"
        found[name] = Bases(kind, form in GENERATED, confidences.get(name), counts.get(name))
    return found


def entry_of(model: Model, text: str) -> Entry:
    """Read an entry such as ``P(btc_return = down | etf_flow = outflow)``; all parents are named.

    Raises:
        StatementError: it is not in the notation.
        QueryError: it names something unknown, or is no entry of a table.
    """
    try:
        statement = parse_statement(f"{text} >= 0")
    except StatementError as error:
        if not text.lstrip().startswith("P"):
            raise _no_entry(text) from None
        end = min(error.at[0], len(text))
        hint = error.hint or "an entry is written P(NODE = STATE | PARENT = STATE, ...)"
        reason = error.reason.replace(", got '>='", ", but it ends")
        raise StatementError(text, reason, (end, min(error.at[1], len(text))), hint) from None
    sides = statement.sides if isinstance(statement, Comparison) else ()
    terms = sides[0].terms if len(sides) == 2 else ()
    asked = terms[0].of if len(terms) == 1 and terms[0].factor == 1 else None
    if not isinstance(asked, Probability) or len(asked.events) != 1:
        raise _no_entry(text)
    parts = (*asked.events, *asked.conditions)
    named = {}
    for each in parts:
        if not isinstance(each, Event) or each.relation != "in" or len(each.states) != 1:
            raise _no_entry(text)
        node, state = each.node.text, each.states[0].text
        model.targets(node)
        if state not in model.states(node):
            near = did_you_mean(state, model.states(node))
            known = near or f" States: {', '.join(model.states(node))}"
            raise QueryError(f"node {node!r} has no state {state!r}.{known}")
        if node in named:
            raise QueryError(f"{text}: {node!r} is named twice")
        named[node] = state
    (node, state), *given = named.items()
    parents = model.network.parents[node]
    if {name for name, _ in given} != set(parents):
        expected = ", ".join(parents) if parents else "none"
        raise QueryError(f"{text}: expected a state for every parent of {node!r}: {expected}")
    by_name = dict(given)
    return Entry(node, state, {name: by_name[name] for name in parents})


def place_of(model: Model, entry: Entry) -> Place:
    """Where an entry stands in the tables."""
    pairs = [*entry.given.items(), (entry.node, entry.state)]
    return entry.node, tuple(
        model.network.variables[name].states.index(state) for name, state in pairs
    )


def entry_at(network: Network, place: Place) -> Entry:
    """Which entry stands there, by names."""
    name, at = place
    *above, own = [
        network.variables[each].states[state]
        for each, state in zip(network.family(name), at, strict=True)
    ]
    return Entry(name, own, dict(zip(network.parents[name], above, strict=True)))


def _no_entry(text: str) -> QueryError:
    return QueryError(
        f"{text}: expected one entry of a table, such as P(NODE = STATE | PARENT = STATE, ...)"
    )
