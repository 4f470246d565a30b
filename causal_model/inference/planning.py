"""From the pattern of a question to the plans of the tensor networks that answer it.

Five things make the tensor networks small before an order is looked for:

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

from causal_model.engine.plan import BATCH, Plan, make_plan
from causal_model.engine.pullback import Pullback, pullback
from causal_model.inference.pattern import Pattern
from causal_model.inference.tensor_network import Orders, TensorNetwork, tensor_network
from causal_model.network import Array, Network

__all__ = ["Follower", "PlannedParts", "Slice", "plan_parts"]


@dataclass(frozen=True, slots=True)
class Slice:
    """A table with the known axes sliced out: its leaf, if it is one, and the nodes of those axes."""

    leaf: int
    table: Array
    nodes: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Follower:
    """A node without findings at or below it that hangs on one open parent, or on none.

    Its posterior is that of the parent times the table.
    """

    name: str
    cut: Slice
    parent: str | None


@dataclass(frozen=True, eq=False)
class PlannedParts:
    """The plans of a question before any array is made.

    Attributes:
        parts: each tensor network with its plan, and the backward pass where one is needed.
        numbers: the tables of which the findings leave a single number.
        followers: the asked nodes that follow from another one alone, parents before children.
    """

    parts: tuple[tuple[TensorNetwork, Plan, Pullback | None], ...]
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
        for family in [network.family(name)]
        if pattern.sliced.issuperset(family)
    )
    sketches = []
    for nodes in planner.components(relevant, asked if pattern.joint else ()):
        sketches += planner.split(nodes, [name for name in asked if name in nodes], found)
    parts = tuple([_planned(pattern, each) for each in sketches])
    return PlannedParts(parts, numbers, tuple(followers))


def _planned(
    pattern: Pattern, sketch: TensorNetwork
) -> tuple[TensorNetwork, Plan, Pullback | None]:
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
    _orders: Orders = field(default_factory=dict)

    @property
    def undivided(self) -> bool:
        """Whether a part must not be asked in groups."""
        return self.pattern.tables or self.pattern.whole or self.pattern.joint

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
            if name in self.network.inexact or not pattern.picked.isdisjoint(
                self.network.family(name)
            ):
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
            nodes = tuple(
                [each if each in pattern.sliced else None for each in self.network.family(name)]
            )
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
            family = (name,) if name in do else self.network.family(name)
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

    def split(self, nodes: set[str], targets: list[str], found: list[str]) -> list[TensorNetwork]:
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

    def divide(self, sinks: Sequence[str], core: set[str], open_: set[str]) -> list[TensorNetwork]:
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

    def sketch(
        self, nodes: Collection[str], targets: Sequence[str], *, counts: bool
    ) -> TensorNetwork:
        """The tensor network of some nodes; its order is looked for once."""
        return tensor_network(
            *(self.network, self.pattern, nodes, targets), counts=counts, orders=self._orders
        )


def _seconds(sketches: Iterable[TensorNetwork]) -> float:
    return sum([each.seconds for each in sketches])
