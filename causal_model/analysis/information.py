"""What would tell most about the outcome next: the expected information of observing a node.

Given findings e, observing X in its state x would change what is thought of the outcome O. Before one
looks,

    information(X) = Σ_o,x P(o, x | e) log2 P(o, x | e) / (P(o | e) P(x | e))

is the mutual information of O and X in bits: the expected fall of the entropy of O, and what X is worth
watching for [lindley1956]. For an event A of the outcome, such as that it is low,

    change(X) = Σ_x P(x | e) |P(A | x, e) - P(A | e)|.

One question answers for all X at once: its rows set the states of O, so P(o, e) and P(x | o, e) come out of
one pass each. All X stand in one table, state by state, so that their numbers are taken at once as well.

Which two or three nodes to watch together is chosen greedily: the node that tells most, then the one that
tells most besides. Where the nodes are independent given the outcome this is at least 1 - 1/e of the best
there is [krause2005]; in general it is a heuristic, as two signs can tell together what neither tells
alone.

References:
    [lindley1956] Lindley, D.V. (1956). On a measure of the information provided by an experiment. Annals
        of Mathematical Statistics 27(4).
    [krause2005] Krause, A. and Guestrin, C. (2005). Near-optimal nonmyopic value of information in
        graphical models. UAI.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from string import ascii_letters

import numpy as np

from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array

__all__ = ["MOST_ROWS", "Chosen", "Joints", "entropy", "greedy_sets", "joints_with"]

# Combinations of states that one question may have as rows.
MOST_ROWS = 1 << 14
# States of an outcome and all candidates together, and nodes, up to which their joint is asked for once,
# instead of a question for every node that is chosen.
MOST_STATES, MOST_AXES = 1 << 12, len(ascii_letters)
# Bits that are rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Joints:
    """P(O, C, X | findings) for an outcome O, some nodes C, and every X of others.

    Attributes:
        names: every X.
        starts: where the states of each begin on the last axis of the table; and where all end.
        shares: P(O, C | findings), shape (states of O, *states of C).
        table: P(O, C, X | findings), shape (states of O, combinations of C, states of all X); zero where
            that is impossible.
    """

    names: tuple[str, ...]
    starts: tuple[int, ...]
    shares: Array
    table: Array

    def of(self, name: str) -> Array:
        """P(O, C, X | findings) of one X, shape (states of O, *states of C, states of X)."""
        at = self.names.index(name)
        own = self.table[..., self.starts[at] : self.starts[at + 1]]
        return own.reshape(*self.shares.shape, -1)

    def open(self) -> tuple[str, ...]:
        """Every X that may be in more than one state."""
        counts = self._summed(np.sign(self.table.sum(axis=(0, 1))))
        return tuple(
            name for name, count in zip(self.names, counts.tolist(), strict=True) if count > 1
        )

    @cached_property
    def information(self) -> dict[str, float]:
        """The mutual information of O and (C, X) in bits, by X."""
        alone = self.table.sum(axis=0)
        apart = self.shares.reshape(len(self.table), -1).sum(axis=1)[:, None, None] * alone
        held = self.table > 0
        ratios = np.divide(self.table, apart, out=np.ones_like(self.table), where=held)
        bits = self._summed((self.table * np.log2(ratios)).sum(axis=(0, 1)))
        return self._named(np.where(bits > ROUNDING, bits, 0.0))

    def changes(self, event: Array) -> dict[str, float]:
        """Σ_c,x P(c, x) |P(A | c, x) - P(A)|, by X.

        Args:
            event: 1 for the states of O that are in A, else 0, of shape (states of O,).
        """
        now = float(event @ self.shares.reshape(len(event), -1).sum(axis=1))
        moved = np.abs(np.tensordot(event, self.table, axes=1) - now * self.table.sum(axis=0))
        return self._named(self._summed(moved.sum(axis=0)))

    def _summed(self, by_state: Array) -> Array:
        """Sums over the states of each X."""
        return np.asarray(np.add.reduceat(by_state, self.starts[:-1]))

    def _named(self, values: Array) -> dict[str, float]:
        return dict(zip(self.names, values.tolist(), strict=True))


def joints_with(
    compiled: CompiledNetwork, findings: Findings, first: Sequence[str], names: Collection[str]
) -> Joints:
    """P(first | findings), and P(first, X | findings) for every X of some nodes, in one question.

    Args:
        compiled: the network.
        findings: what is known, for a single question, without beliefs (see `CompiledNetwork.met`);
            possible.
        first: the outcome, and further nodes, whose states become the rows; neither observed nor set.
        names: the other nodes; at least one.

    Raises:
        TooLarge: the answer would take more memory than is allowed.
    """
    variables = compiled.network.variables
    sizes = [variables[name].size for name in first]
    states = np.indices(sizes).reshape(len(sizes), -1)
    weights = dict(findings.weights)
    for name, at in zip(first, states, strict=True):
        weights[name] = np.eye(variables[name].size)[at] * weights.get(name, 1.0)
    rows = replace(findings, weights=weights, rows=states.shape[1])
    found = compiled.posterior(rows, tuple(names))
    shares = np.exp(found.log_evidence - found.log_evidence.max())
    shares /= shares.sum()
    table = np.concatenate(list(found.marginals.values()), axis=1)
    if not shares.all():
        table[shares == 0] = 0.0
    table *= shares[:, None]
    return Joints(
        names=tuple(found.marginals),
        starts=tuple(accumulate((variables[name].size for name in found.marginals), initial=0)),
        shares=shares.reshape(sizes),
        table=table.reshape(sizes[0], -1, table.shape[1]),
    )


def _joints_in(
    whole: Array, names: Sequence[str], first: Sequence[str], left: Sequence[str]
) -> Joints:
    """The same out of the joint distribution of all nodes, whose axes are `names`."""
    letters = dict(zip(names, ascii_letters, strict=False))
    axes = "".join(letters.values())

    def over(kept: Sequence[str]) -> Array:
        return np.asarray(np.einsum(f"{axes}->{''.join(letters[name] for name in kept)}", whole))

    shares = over(first)
    tables = [
        over((*first, name)).reshape(len(shares), -1, whole.shape[names.index(name)])
        for name in left
    ]
    starts = tuple(accumulate((each.shape[-1] for each in tables), initial=0))
    return Joints(tuple(left), starts, shares, np.concatenate(tables, axis=-1))


def entropy(distribution: Array) -> float:
    """Of a distribution of any shape, in bits."""
    positive = distribution[distribution > 0]
    return float(-(positive * np.log2(positive)).sum())


@dataclass(frozen=True, slots=True)
class Chosen:
    """Nodes that are watched together, in the order in which they were chosen.

    Attributes:
        nodes: the nodes.
        information: what they tell about the outcome together, in bits.
    """

    nodes: tuple[str, ...]
    information: float


def greedy_sets(
    compiled: CompiledNetwork,
    findings: Findings,
    outcome: str,
    names: Sequence[str],
    *,
    most: int = 3,
    costs: Mapping[str, float] | None = None,
    alone: Joints | None = None,
) -> list[Chosen]:
    """Choose nodes to watch together one after the other, each time the one that tells most besides.

    Args:
        compiled: the network.
        findings: what is known, without beliefs.
        outcome: the node that one wants to know about.
        names: the nodes that can be watched.
        most: how many are watched together.
        costs: of observing each node; where given, the one is taken that tells most besides per cost.
        alone: P(outcome, X | findings) for at least these nodes, where that is known.

    Returns:
        The sets of one node, of two, and so on; they end where no node tells anything more, or where the
        states of the next set are too many to be asked.
    """
    chosen: list[str] = []
    sets: list[Chosen] = []
    known = 0.0
    sizes = {name: compiled.network.variables[name].size for name in (outcome, *names)}
    whole: Array | None = None
    while len(sets) < most:
        first = (outcome, *chosen)
        left = [name for name in names if name not in chosen]
        if math.prod(sizes[name] for name in first) > MOST_ROWS or not left:
            break
        if alone is not None and not chosen:
            joints = alone
        elif math.prod(sizes.values()) <= MOST_STATES and len(sizes) <= MOST_AXES:
            if whole is None:
                _, whole = compiled.joint(findings, list(sizes))
            joints = _joints_in(whole, list(sizes), first, left)
        else:
            joints = joints_with(compiled, findings, first, left)
        told = joints.information
        worth = {name: (told[name] - known) / (costs[name] if costs else 1.0) for name in left}
        best = max(left, key=lambda name: worth[name])
        if told[best] - known <= ROUNDING:
            break
        chosen.append(best)
        known = told[best]
        sets.append(Chosen(tuple(chosen), known))
    return sets
