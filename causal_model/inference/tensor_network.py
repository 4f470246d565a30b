"""The tensor network of some nodes of a question, with an order for it and what that will cost.

A node is a leaf with its table, a state that is observed or set sliced out of it; a node with weights is
one leaf more. Nothing is computed here: it tells the planner what to ask together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from causal_model.engine.order import Elimination, search
from causal_model.engine.plan import BATCH, Labels
from causal_model.inference.pattern import Pattern
from causal_model.network import Network

__all__ = ["Orders", "TensorNetwork", "tensor_network"]

# What a contraction costs besides its arithmetic, in seconds; it matters only for the choice between one
# wide plan and several narrow ones.
STEP = 4e-6
# Arithmetic of a part, in seconds for each of its labels, from which on asking its targets in groups is
# tried: what the trial takes, with a share of what it may save.
WORTH_SPLITTING = 2.4e-5
# Orders tried while it is not yet decided what is asked together.
MOST_ORDERS = 3

# Orders that were found, by nodes and output: the same nodes may be looked at again, for other targets.
Orders = dict[tuple[frozenset[str], Labels], Elimination]


@dataclass(frozen=True, slots=True, eq=False)
class TensorNetwork:
    """The sketch of a part: a tensor network before it is planned, with what it will cost.

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


def tensor_network(
    network: Network,
    pattern: Pattern,
    nodes: Collection[str],
    targets: Sequence[str],
    *,
    counts: bool,
    orders: Orders,
) -> TensorNetwork:
    """The tensor network of some nodes.

    Args:
        network: gives their tables.
        pattern: what is known and asked.
        nodes: that take part.
        targets: those of them that are answered here.
        counts: whether its value is a factor of P(evidence).
        orders: what was found before; what is found now is added.
    """
    sliced, weighed = pattern.sliced, pattern.weighed
    ordered = [name for name in network.variables if name in nodes]
    labels: dict[str, int] = {}
    leaves: list[Labels] = []
    leaf_of: dict[str, int] = {}
    uses: dict[int, int] = {}
    batch = False
    for name in ordered:
        family = (name,) if name in pattern.do else network.family(name)
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
    looked_at = frozenset(nodes), output
    order = orders.get(looked_at)
    if order is None:
        order = orders[looked_at] = search(leaves, output, sizes, most=MOST_ORDERS)
    return TensorNetwork(
        *(leaves, output, sizes, order, tuple(targets)),
        *(labels, leaf_of, tuple(vectors), direct, counts),
    )
