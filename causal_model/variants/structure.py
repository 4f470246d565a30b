"""What two variants of a graph differ in before anything is asked: nodes, arrows, tables, sources.

Tables are compared by the total variation distance of their rows. Where a node has a parent in one
variant only, the table of the other says the same for all states of that parent, so rows are compared for
every combination of the parents of both.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.build import row_confidences
from causal_model.model import Model
from causal_model.network import Array, Network
from causal_model.spec.graph_file import GraphFile

__all__ = [
    "Changed",
    "RowChange",
    "SourceChanges",
    "Structure",
    "TableChange",
    "alike",
    "compare_structure",
]

Link = tuple[str, str]

# Rows that lie closer differ by rounding only.
SAME_ROW = 1e-9
# Combinations of the parents of both variants, beyond which a table is not compared.
MOST_ENTRIES = 1 << 24
# Values of a utility that are listed.
MOST_VALUES = 15


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that both variants have, and say differently; None where one says nothing."""

    where: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a table on both sides.

    Attributes:
        given: parent to state, over the parents of both variants; empty for a node without any.
        before, after: P(state | given) by state.
        distance: total variation, ½ Σ_state |after - before|, from 0 to 1.
        basis_before, basis_after: "elicited" with its confidence, or "counted" with its sample size.
    """

    given: Mapping[str, str]
    before: Mapping[str, float]
    after: Mapping[str, float]
    distance: float
    basis_before: str
    basis_after: str

    @property
    def moved(self) -> str:
        """The state whose probability changed most."""
        return max(self.before, key=lambda state: abs(self.after[state] - self.before[state]))


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table that differs: the row that changed most, and how many did.

    Attributes:
        node: whose table.
        rows_changed: rows that differ by more than rounding.
        rows: combinations of the parents of both variants.
        largest: the row with the largest distance.
    """

    node: str
    rows_changed: int
    rows: int
    largest: RowChange


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """How many sources and citations came, went, or say something else now."""

    sources_added: int = 0
    sources_removed: int = 0
    sources_changed: int = 0
    citations_added: int = 0
    citations_removed: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, each) for each in self.__slots__)


@dataclass(frozen=True, slots=True)
class Structure:
    """All differences of structure, from the first variant to the second.

    Attributes:
        nodes_added, nodes_removed: in the order of the variant that has them.
        arrows_added, arrows_removed: (parent, child).
        signs: arrows whose sign changed.
        states: nodes with other states, in other order, or with other intervals.
        roles: nodes with another part in the story.
        settings: what the whole graph says: outcome, horizon, as_of, utilities.
        channels: channels with other arrows.
        tables: those of shared nodes that differ, the largest change first; a node whose own or shared
            parents' states changed is not among them.
        incomparable: shared nodes whose tables cannot be held against each other for that reason.
        sources: counts.
    """

    nodes_added: tuple[str, ...]
    nodes_removed: tuple[str, ...]
    arrows_added: tuple[Link, ...]
    arrows_removed: tuple[Link, ...]
    signs: tuple[Changed, ...]
    states: tuple[Changed, ...]
    roles: tuple[Changed, ...]
    settings: tuple[Changed, ...]
    channels: tuple[Changed, ...]
    tables: tuple[TableChange, ...]
    incomparable: tuple[str, ...]
    sources: SourceChanges

    def __bool__(self) -> bool:
        return any(getattr(self, each) for each in self.__slots__)


def compare_structure(a: Model, b: Model) -> Structure:
    """Compare two variants; `a` is before, `b` after."""
    shared = [name for name in a.nodes if name in b.network.variables]
    arrows_a, arrows_b = _arrows(a), _arrows(b)
    tables, incomparable = _tables(a, b, shared)
    return Structure(
        nodes_added=tuple(name for name in b.nodes if name not in a.network.variables),
        nodes_removed=tuple(name for name in a.nodes if name not in b.network.variables),
        arrows_added=tuple(each for each in arrows_b if each not in arrows_a),
        arrows_removed=tuple(each for each in arrows_a if each not in arrows_b),
        signs=_signs(a.graph, b.graph, [each for each in arrows_a if each in arrows_b]),
        states=tuple(
            Changed(name, before, after)
            for name in shared
            for before, after in [(_states(a, name), _states(b, name))]
            if before != after
        ),
        roles=_roles(a.graph, b.graph, shared),
        settings=_settings(a, b),
        channels=_channels(a.graph, b.graph),
        tables=tables,
        incomparable=incomparable,
        sources=_sources(a.graph, b.graph),
    )


def alike(a: Model, b: Model, node: str) -> bool:
    """Whether a node has the same states on both sides, in whatever order."""
    return set(a.network.variables[node].states) == set(b.network.variables[node].states)


def _arrows(model: Model) -> dict[Link, None]:
    return dict.fromkeys(
        (parent, child) for child in model.nodes for parent in model.network.parents[child]
    )


def _signs(a: GraphFile | None, b: GraphFile | None, arrows: Sequence[Link]) -> tuple[Changed, ...]:
    if a is None or b is None:
        return ()
    found = []
    for parent, child in arrows:
        signs = [graph.nodes[child].parents[parent].sign for graph in (a, b)]
        if signs[0] != signs[1]:
            found.append(Changed(f"{parent} -> {child}", signs[0], signs[1]))
    return tuple(found)


def _states(model: Model, name: str) -> str:
    """The states of a node in their order, with the intervals that they stand for."""
    listed = []
    for state in model.network.variables[name].states:
        spec = model.graph.nodes[name].states[state] if model.graph else None
        within = (
            f" ({spec.interval[0]:g} to {spec.interval[1]:g})" if spec and spec.interval else ""
        )
        listed.append(state + within)
    return ", ".join(listed)


def _roles(a: GraphFile | None, b: GraphFile | None, shared: Sequence[str]) -> tuple[Changed, ...]:
    if a is None or b is None:
        return ()

    def role(graph: GraphFile, name: str) -> str:
        return "decision" if name in graph.decisions else graph.nodes[name].role

    pairs = [(name, role(a, name), role(b, name)) for name in shared]
    return tuple(Changed(*each) for each in pairs if each[1] != each[2])


def _settings(a: Model, b: Model) -> tuple[Changed, ...]:
    def told(model: Model) -> dict[str, str | None]:
        graph = model.graph
        return {
            "outcome": model.outcome,
            "horizon": graph.horizon.text("en") if graph and graph.horizon else None,
            "as_of": graph.as_of.isoformat() if graph and graph.as_of else None,
        }

    before, after = told(a), told(b)
    changed = [
        Changed(name, before[name], after[name]) for name in before if before[name] != after[name]
    ]
    return (*changed, *_worths(a, b))


def _worths(a: Model, b: Model) -> list[Changed]:
    """Utilities that one graph has and the other has not, or whose values differ."""

    def whole(model: Model, name: str) -> tuple[tuple[str, ...], bytes] | None:
        parents, values = model.utilities.get(name, ((), None))
        return None if values is None else (parents, values.tobytes())

    def told(model: Model, name: str) -> str | None:
        if name not in model.utilities:
            return None
        parents, values = model.utilities[name]
        listed = [f"{each:.6g}" for each in values.reshape(-1)[:MOST_VALUES]]
        more = ["..."] if values.size > MOST_VALUES else []
        return ", ".join([*listed, *more]) + f" by {', '.join(parents) or 'nothing'}"

    return [
        Changed(f"utility {name}", told(a, name), told(b, name))
        for name in dict.fromkeys((*a.utilities, *b.utilities))
        if whole(a, name) != whole(b, name)
    ]


def _channels(a: GraphFile | None, b: GraphFile | None) -> tuple[Changed, ...]:
    told = [
        {name: ", ".join(each.arrows) for name, each in graph.channels.items()} if graph else {}
        for graph in (a, b)
    ]
    pairs = [(name, told[0].get(name), told[1].get(name)) for name in {**told[0], **told[1]}]
    return tuple(Changed(*each) for each in pairs if each[1] != each[2])


def _tables(
    a: Model, b: Model, shared: Sequence[str]
) -> tuple[tuple[TableChange, ...], tuple[str, ...]]:
    found, incomparable = [], []
    confidences = [row_confidences(model.graph) if model.graph else {} for model in (a, b)]
    for name in shared:
        parents = tuple(dict.fromkeys((*a.network.parents[name], *b.network.parents[name])))
        sizes = {
            parent: (a if parent in a.network.parents[name] else b).network.variables[parent].size
            for parent in parents
        }
        both = set(a.network.parents[name]) & set(b.network.parents[name])
        entries = math.prod(sizes.values()) * a.network.variables[name].size
        if not all(alike(a, b, each) for each in (name, *both)) or entries > MOST_ENTRIES:
            incomparable.append(name)
            continue
        order = {each: a.network.variables[each].states for each in (name, *both)}
        before = _spread(a.network, name, parents, order)
        after = _spread(b.network, name, parents, order)
        distance = np.abs(after - before).sum(axis=-1) / 2
        if distance.max(initial=0.0) <= SAME_ROW:
            continue
        # Sides that do not depend on a parent have one row for all of its states.
        whole = np.broadcast_to(distance, tuple(sizes.values()))
        at = tuple(int(each) for each in np.unravel_index(int(whole.argmax()), whole.shape))
        states = {
            parent: (a if parent in a.network.parents[name] else b).network.variables[parent].states
            for parent in parents
        }
        given = {parent: states[parent][place] for parent, place in zip(parents, at, strict=True)}
        rows = []
        for table in (before, after):
            row = np.broadcast_to(table, (*whole.shape, table.shape[-1]))[at]
            rows.append(dict(zip(order[name], row.tolist(), strict=True)))
        largest = RowChange(
            given,
            rows[0],
            rows[1],
            float(whole[at]),
            _basis(a, name, given, confidences[0].get(name)),
            _basis(b, name, given, confidences[1].get(name)),
        )
        count = int((whole > SAME_ROW).sum())
        found.append(TableChange(name, count, whole.size, largest))
    found.sort(key=lambda each: -each.largest.distance)
    return tuple(found), tuple(incomparable)


def _spread(
    network: Network, name: str, parents: Sequence[str], order: Mapping[str, Sequence[str]]
) -> Array:
    """A table with an axis for each of these parents, of length 1 where it does not depend on one.

    States come in the order that is given for their node.
    """
    own = network.parents[name]
    table = network.tables[name]
    for axis, each in enumerate((*own, name)):
        if each in order:
            states = network.variables[each].states
            table = np.take(table, [states.index(state) for state in order[each]], axis=axis)
    kept = [parent for parent in parents if parent in own]
    table = table.transpose([*(own.index(parent) for parent in kept), len(own)])
    shape = [network.variables[each].size if each in own else 1 for each in parents]
    return table.reshape(*shape, table.shape[-1])


def _basis(model: Model, name: str, given: Mapping[str, str], confidence: Array | None) -> str:
    """What stands behind a row: judgement with its confidence, or counts with their number."""
    if model.graph is None:
        return "as read"
    table = model.graph.nodes[name].table
    own = model.network.parents[name]
    if table.form == "counts":
        wanted = {parent: given[parent] for parent in own}
        n = next((row.n for row in table.rows if dict(row.given) == wanted), 0.0)
        return f"counted, n = {n:g}"
    if table.form == "deterministic":
        return "by definition"
    at = tuple([model.network.variables[each].states.index(given[each]) for each in own])
    known = confidence is not None and not math.isnan(confidence[at])
    assert confidence is not None
    return f"elicited, confidence {confidence[at]:g}" if known else "elicited"


def _sources(a: GraphFile | None, b: GraphFile | None) -> SourceChanges:
    if a is None or b is None:
        return SourceChanges()
    citations = []
    for graph in (a, b):
        listed = [each for node in graph.nodes for each in graph.citations(node)]
        citations.append(Counter((place, each.model_dump_json()) for place, each in listed))
    return SourceChanges(
        sources_added=len(b.sources.keys() - a.sources.keys()),
        sources_removed=len(a.sources.keys() - b.sources.keys()),
        sources_changed=sum(
            source != b.sources[name] for name, source in a.sources.items() if name in b.sources
        ),
        citations_added=(citations[1] - citations[0]).total(),
        citations_removed=(citations[0] - citations[1]).total(),
    )
