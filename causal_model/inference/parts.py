"""From the pattern of a question to the tensor networks that answer it.

What decides the plan of a question is its pattern: which nodes are observed, weighted or set, which are
asked. Five things make the tensor networks small before an order is looked for:

- only asked and found nodes and what is above them take part; all else sums to one (and what does
  not, because its rows miss 1 a little, takes part as well);
- a node that is set loses its table, and a state that is observed or set is sliced out of every table;
- nodes that follow from one other alone are left for a product at the end;
- what falls apart is contracted apart: parts that share no open variable are factors of P(evidence);
- where a part is wide, its targets are asked in groups, each with only what is above it and the
  findings, as long as that makes the sum of all groups cheaper [shachter1988].

References:
    [shachter1988] Shachter, R.D. (1988). Probabilistic inference and influence diagrams. Operations
        Research 36(4). (Barren nodes.)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from causal_model.engine.contract import Tree, grow
from causal_model.engine.order import Elimination, search
from causal_model.engine.plan import BATCH, Labels, Plan, make_plan
from causal_model.engine.pullback import Pullback, pullback
from causal_model.inference.guard import check_memory
from causal_model.network import Array, Network
from causal_model.threads import one_blas_thread

__all__ = [
    "Follower",
    "Part",
    "Pattern",
    "PlannedParts",
    "Prepared",
    "Slice",
    "plan_parts",
    "prepare",
]

# What a contraction costs besides its arithmetic, in seconds; it matters only for the choice between one
# wide plan and several narrow ones.
STEP = 4e-6
# Arithmetic of a part, in seconds for each of its labels, from which on asking its targets in groups is
# tried: what the trial takes, with a share of what it may save.
WORTH_SPLITTING = 2.4e-5
# Orders tried while it is not yet decided what is asked together.
MOST_ORDERS = 3


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


@dataclass(frozen=True, slots=True)
class Slice:
    """A table with the known axes sliced out: its leaf, if it is one, and the nodes of those axes."""

    leaf: int
    table: Array
    nodes: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One tensor network of a question.

    Attributes:
        tree: the plan with the constant leaves in place.
        slices: leaves to be cut out of tables.
        vectors: leaf and the node whose weights, or states by row, it holds.
        labels: node to label.
        leaf_of: node to the leaf that holds its table.
        targets: the nodes that are answered here.
        direct: whether the forward pass alone answers, for a single target or several jointly.
        counts: whether its value is a factor of P(evidence).
    """

    tree: Tree
    slices: tuple[Slice, ...]
    vectors: tuple[tuple[int, str], ...]
    labels: Mapping[str, int]
    leaf_of: Mapping[str, int]
    targets: tuple[str, ...]
    direct: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Follower:
    """A node without findings at or below it that hangs on one open parent, or on none.

    Its posterior is that of the parent times the table.
    """

    name: str
    cut: Slice
    parent: str | None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A planned pattern.

    Attributes:
        parts: its tensor networks.
        numbers: the tables of which the findings leave a single number.
        followers: the asked nodes that follow from another one alone, parents before children.
    """

    parts: tuple[Part, ...]
    numbers: tuple[Slice, ...]
    followers: tuple[Follower, ...]

    @cached_property
    def held(self) -> int:
        """Entries of the constant arrays, besides the tables themselves."""
        return sum(
            entries
            for part in self.parts
            for first in [len(part.tree.plan.leaves)]
            for entries, value in zip(
                part.tree.plan.entries[first:], part.tree.values[first:], strict=True
            )
            if value is not None
        )

    @property
    def operations(self) -> int:
        """Multiplications of all passes, for one row."""
        return sum(
            part.tree.plan.operations + (part.tree.back.operations if part.tree.back else 0)
            for part in self.parts
        )

    @cached_property
    def row_operations(self) -> int:
        """Those that every question does anew."""
        return sum(
            sum(step.pairing.operations for _, step in part.tree.steps)
            + (part.tree.back.operations if part.tree.back else 0)
            for part in self.parts
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Sketch:
    """A part before it is planned, with what it will cost.

    Attributes:
        leaves, output, sizes: the tensor network.
        order: an elimination order.
        targets, labels, leaf_of, vectors, counts: as in `Part`.
        direct: whether the forward pass alone answers the only target.
    """

    leaves: Sequence[Labels]
    output: Labels
    sizes: Mapping[int, int]
    order: Elimination
    targets: tuple[str, ...]
    labels: Mapping[str, int]
    leaf_of: Mapping[str, int]
    vectors: tuple[tuple[int, str], ...]
    direct: bool
    counts: bool

    @property
    def passes(self) -> int:
        """Forwards, and twice as much backwards where that is needed."""
        return 1 if self.direct or not self.targets else 3

    @property
    def arithmetic(self) -> float:
        """Predicted seconds of multiplications."""
        return self.passes * self.order.seconds

    @property
    def wide(self) -> bool:
        """Whether it is worth a trial to ask the targets in groups."""
        return self.arithmetic > WORTH_SPLITTING * len(self.order.order)

    @property
    def seconds(self) -> float:
        """Predicted seconds."""
        return self.arithmetic + STEP * self.passes * len(self.leaves)


@dataclass(frozen=True, eq=False)
class PlannedParts:
    """The plans of a question before any array is made; see `Prepared`."""

    parts: tuple[tuple[_Sketch, Plan, Pullback | None], ...]
    numbers: tuple[Slice, ...]
    followers: tuple[Follower, ...]

    @cached_property
    def row_cost(self) -> int:
        """Multiplications and entries that a row of a batch takes."""
        cost = 0
        for _, plan, back in self.parts:
            made = plan.slots[len(plan.leaves) :]
            for step, labels in zip(plan.steps, made, strict=True):
                cost += step.pairing.operations if BATCH in labels else 0
            cost += sum(plan.entries[at] for at, own in enumerate(plan.leaves) if BATCH in own)
            cost += back.operations if back and BATCH in plan.output else 0
        return cost

    @property
    def plans(self) -> list[tuple[Plan, Pullback | None, Mapping[str, int]]]:
        """Plan, backward pass and labels by node of every part."""
        return [(plan, back, each.labels) for each, plan, back in self.parts]


def prepare(
    network: Network,
    pattern: Pattern,
    planned: PlannedParts,
    max_memory: int | None = None,
) -> Prepared:
    """Contract what depends on the tables alone.

    Args:
        network: the network.
        pattern: what is known and asked.
        planned: the plans for that.
        max_memory: bytes that the answer may take; default a share of what is free.

    Raises:
        TooLarge: the answer is predicted to take more memory; nothing was allocated.
    """
    check_memory(planned.plans, max_memory)
    with one_blas_thread(sum([plan.operations for _, plan, _ in planned.parts])):
        parts = tuple([_grown(network, pattern, *each) for each in planned.parts])
    return Prepared(parts, planned.numbers, planned.followers)


def plan_parts(network: Network, pattern: Pattern) -> PlannedParts:
    """Plan all parts of a question, and compute nothing."""
    known = pattern.observed | pattern.do | pattern.picked
    asked = [name for name in pattern.targets if name not in known]
    found = [*pattern.observed, *pattern.weighted, *pattern.picked, *(network.inexact - pattern.do)]
    everything = pattern.tables or pattern.whole
    wanted = list(network.variables) if everything else asked
    planner = _Planner(network, pattern)
    relevant = planner.above([*wanted, *found])
    followers: list[Follower] = []
    if not (everything or pattern.joint):
        followers, asked = planner.followers(relevant, asked)
        relevant = planner.above([*asked, *found])
    numbers = tuple(
        Slice(-1, network.tables[name], family)
        for name in network.variables
        if name in relevant and name not in pattern.do
        for family in [planner.family(name)]
        if pattern.sliced.issuperset(family)
    )
    sketches = []
    for nodes in planner.components(relevant, asked if pattern.joint else ()):
        sketches += planner.split(nodes, [name for name in asked if name in nodes], found)
    parts = tuple([_planned(pattern, each) for each in sketches])
    return PlannedParts(parts, numbers, tuple(followers))


def _planned(pattern: Pattern, sketch: _Sketch) -> tuple[_Sketch, Plan, Pullback | None]:
    plan = make_plan(sketch.leaves, sketch.output, sketch.sizes, known=sketch.order)
    back = None
    if pattern.tables or (sketch.targets and not sketch.direct):
        asked = [sketch.labels[name] for name in sketch.targets]
        back = pullback(plan, asked, list(sketch.leaf_of.values()) if pattern.tables else ())
    return sketch, plan, back


@dataclass(frozen=True, slots=True)
class _Planner:
    network: Network
    pattern: Pattern
    _orders: dict[tuple[frozenset[str], Labels], Elimination] = field(default_factory=dict)

    @property
    def undivided(self) -> bool:
        """Whether a part must not be asked in groups."""
        return self.pattern.tables or self.pattern.whole or self.pattern.joint

    def family(self, name: str) -> tuple[str, ...]:
        return (*self.network.parents[name], name)

    def above(self, names: Iterable[str]) -> set[str]:
        """The nodes and all above them; arrows into set nodes are cut."""
        return self.network.above(names, self.pattern.do)

    def followers(
        self, relevant: Collection[str], asked: Sequence[str]
    ) -> tuple[list[Follower], list[str]]:
        """The asked nodes that follow from one other alone, and what is to be asked instead."""
        pattern = self.pattern
        children = dict.fromkeys(relevant, 0)
        for name in relevant:
            if name not in pattern.do:
                for parent in self.network.parents[name]:
                    children[parent] += 1
        wanted = dict.fromkeys(asked)
        found: list[Follower] = []
        for name in [each for each in self.network.variables if each in relevant][::-1]:
            if name in pattern.weighted or name in pattern.sliced or children[name]:
                continue
            if name in self.network.inexact or not pattern.picked.isdisjoint(self.family(name)):
                continue
            above = self.network.parents[name]
            free = [parent for parent in above if parent not in pattern.sliced]
            if len(free) > 1 or name in pattern.do:
                continue
            for parent in above:
                children[parent] -= 1
            if name not in wanted:
                continue  # nobody asks for it any more, so it sums to one
            del wanted[name]
            if free and free[0] not in pattern.do:
                wanted.setdefault(free[0])
            nodes = tuple([each if each in pattern.sliced else None for each in self.family(name)])
            cut = Slice(-1, self.network.tables[name], nodes)
            found.append(Follower(name, cut, free[0] if free else None))
        return found[::-1], list(wanted)

    def components(self, nodes: Collection[str], together: Sequence[str] = ()) -> list[set[str]]:
        """Groups of nodes whose tables share open variables, directly or through others.

        A node is in the group of its table's open variables; one that is sliced away itself goes
        with those of its parents. Nodes whose whole table is a number are in none. Those named
        `together` end up in one group in any case.
        """
        sliced, do = self.pattern.sliced, self.pattern.do
        root: dict[str, str] = {}

        def find(name: str) -> str:
            while root[name] != name:
                root[name] = root[root[name]]
                name = root[name]
            return name

        homes = {}
        for name in self.network.variables:
            if name not in nodes:
                continue
            family = (name,) if name in do else self.family(name)
            open_ = [each for each in family if each not in sliced]
            if not open_:
                continue
            for each in open_:
                root.setdefault(each, each)
            first = find(open_[0])
            for each in open_[1:]:
                root[find(each)] = first
            homes[name] = open_[0]
        for name in together[1:]:
            root[find(name)] = find(together[0])
        groups: dict[str, set[str]] = {}
        for name, home in homes.items():
            groups.setdefault(find(home), set()).add(name)
        return list(groups.values())

    def split(self, nodes: set[str], targets: list[str], found: list[str]) -> list[_Sketch]:
        """One part for all, or groups of targets where that is cheaper."""
        core = self.above(found) & nodes
        # Without a finding a part sums to one.
        whole = self.sketch(
            nodes, targets, counts=bool(core) or self.pattern.tables or self.pattern.whole
        )
        if self.undivided or not whole.wide:
            return [whole]
        beyond = [name for name in targets if name not in core]
        if not beyond or (not core and len(beyond) == 1):
            return [whole]
        within = [name for name in targets if name in core]
        groups = [
            self.sketch(each, [name for name in within if name in each], counts=True)
            for each in self.components(core)
        ]
        if _seconds(groups) < whole.seconds:
            groups += self.divide(self.last(beyond), core, set(beyond))
        return groups if _seconds(groups) < whole.seconds else [whole]

    def last(self, targets: Sequence[str]) -> list[str]:
        """The targets that are above no other one."""
        rest = set(targets)
        found: list[str] = []
        for name in list(self.network.variables)[::-1]:
            if name in rest:
                found.append(name)
                rest -= self.above([name])
        return found[::-1]

    def divide(self, sinks: Sequence[str], core: set[str], open_: set[str]) -> list[_Sketch]:
        """Ask all that is open above the sinks together, or by halves where that is cheaper."""
        nodes = self.above(sinks)
        targets = [name for name in self.network.variables if name in open_ and name in nodes]
        whole = [
            self.sketch(each, own, counts=False)
            for each in self.components(nodes | core)
            if (own := [name for name in targets if name in each])
        ]
        if len(sinks) == 1 or not any(each.wide for each in whole):
            return whole
        half = len(sinks) // 2
        halves = self.divide(sinks[:half], core, open_)
        if _seconds(halves) < _seconds(whole):
            left = open_ - self.above(sinks[:half])
            halves += self.divide(sinks[half:], core, left)
        return halves if _seconds(halves) < _seconds(whole) else whole

    def sketch(self, nodes: Collection[str], targets: Sequence[str], *, counts: bool) -> _Sketch:
        """Plan the tensor network of some nodes."""
        network, pattern = self.network, self.pattern
        sliced, weighed = pattern.sliced, pattern.weighed
        ordered = [name for name in network.variables if name in nodes]
        labels: dict[str, int] = {}
        leaves: list[Labels] = []
        leaf_of: dict[str, int] = {}
        uses: dict[int, int] = {}
        batch = False
        for name in ordered:
            family = (name,) if name in pattern.do else self.family(name)
            own = []
            for each in family:
                if each not in sliced:
                    label = labels.setdefault(each, len(labels))
                    own.append(label)
                    uses[label] = uses.get(label, 0) + 1
            if name in pattern.do:
                uses[own[0]] -= 1
                continue
            leaf_of[name] = len(leaves)
            if not pattern.picked.isdisjoint(family):
                batch = True
                own.insert(0, BATCH)
            leaves.append(tuple(own))
        vectors = []
        for name in ordered:
            if name in weighed and name in labels:
                by_row = name in pattern.by_row
                batch = batch or by_row
                vectors.append((len(leaves), name))
                leaves.append((BATCH, labels[name]) if by_row else (labels[name],))
                uses[labels[name]] += 1
        direct = bool(targets) and not pattern.tables and (pattern.joint or len(targets) == 1)
        output: Labels = (BATCH,) if batch else ()
        if direct:
            output = (*output, *(labels[name] for name in targets))
            for name in targets:
                uses[labels[name]] += 1
        # Every label must stand on two leaves or more, or in the output.
        leaves += [(label,) for label, count in uses.items() if count < 2]
        sizes = {label: network.variables[name].size for name, label in labels.items()}
        sizes[BATCH] = 1
        # The same nodes may be looked at again, for other targets.
        looked_at = frozenset(nodes), output
        order = self._orders.get(looked_at)
        if order is None:
            order = self._orders[looked_at] = search(leaves, output, sizes, most=MOST_ORDERS)
        return _Sketch(
            *(leaves, output, sizes, order, tuple(targets)),
            *(labels, leaf_of, tuple(vectors), direct, counts),
        )


def _seconds(sketches: Iterable[_Sketch]) -> float:
    return sum([each.seconds for each in sketches])


def _grown(
    network: Network,
    pattern: Pattern,
    sketch: _Sketch,
    plan: Plan,
    back: Pullback | None,
) -> Part:
    """Put the tables that no finding touches into the plan."""
    sliced = pattern.sliced
    slices = []
    leaves: list[Array | None] = []
    lowest = []
    for name, leaf in sketch.leaf_of.items():
        family = (*network.parents[name], name)
        table = network.tables[name]
        if sliced.isdisjoint(family):
            leaves.append(table)
        else:
            nodes = tuple([each if each in sliced else None for each in family])
            slices.append(Slice(leaf, table, nodes))
            leaves.append(None)
        lowest.append(network.smallest_entries[name])
    weighed = dict(sketch.vectors)
    for leaf in range(len(leaves), len(plan.leaves)):
        shape = [plan.sizes[label] for label in plan.leaves[leaf]]
        leaves.append(None if leaf in weighed else np.ones(shape))
        lowest.append(0.0 if leaf in weighed else 1.0)
    return Part(
        tree=grow(plan, back, leaves, lowest),
        slices=tuple(slices),
        vectors=sketch.vectors,
        labels=sketch.labels,
        leaf_of=sketch.leaf_of,
        targets=sketch.targets,
        direct=sketch.direct,
        counts=sketch.counts,
    )
