"""One question under many tables at once: a batch of draws, of rows of evidence, or of both.

Whoever re-fits a network on a thousand resamples, or draws its tables a thousand times from their
Dirichlet distributions, asks the same question of a thousand networks that differ in numbers only. So the
tables that differ carry the batch axis of the engine, everything that does not depend on them is
contracted once, and one pass answers all.

Rows of hard evidence join the same axis: where a node is observed its state is picked out of the tables,
row by row, so a batch is every draw with every row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from causal_model.engine.contract import Tree, evaluate, grow
from causal_model.engine.plan import BATCH, Labels, make_plan
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["DrawnPosterior", "Joint", "posterior"]

# Entries of all arrays of one pass that are alive at a time: 32 MB.
AT_ONCE = 1 << 22

Codes = Mapping[str, NDArray[np.intp]]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPosterior:
    """Answers under every draw of the tables.

    Attributes:
        log_evidence: log P(evidence) by draw, shape (draws,); -inf where it is impossible.
        marginals: P(target | findings) of shape (draws, states); NaN where impossible.
    """

    log_evidence: Array
    marginals: Mapping[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class _Leaf:
    """A table of the contraction: its node, the nodes of its axes, and whether it differs by draw."""

    name: str
    family: tuple[str, ...]
    drawn: bool


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """The plan of P(targets, evidence) for rows of hard evidence under drawn tables.

    Attributes:
        network: the network; the tables that are not drawn are its own.
        targets: the nodes that are asked together, in this order; none of them observed.
        tree: the plan, with what is constant in place.
        fresh: the leaves that come with every question, by number.
        vectors: the leaves that hold weights, by number.
    """

    network: Network
    targets: tuple[str, ...]
    tree: Tree
    fresh: Mapping[int, _Leaf]
    vectors: Mapping[int, str]

    @classmethod
    def of(
        cls,
        network: Network,
        targets: Sequence[str],
        *,
        observed: Iterable[str] = (),
        weighted: Iterable[str] = (),
        do: Iterable[str] = (),
        drawn: Iterable[str] = (),
    ) -> "Joint":
        """Plan it.

        Args:
            network: the network.
            targets: the nodes that are asked together; none of them observed or set.
            observed: nodes whose state is known in every row.
            weighted: nodes that carry weights.
            do: nodes that somebody sets; their states come like those of the observed.
            drawn: nodes whose table differs from draw to draw.
        """
        cut, known, changing = frozenset(do), frozenset((*observed, *do)), frozenset(drawn)
        relevant = _above(network, [*targets, *known, *weighted, *network.inexact], cut)
        labels: dict[str, int] = {}
        leaves: list[Labels] = []
        arrays: list[Array | None] = []
        floors: list[float] = []
        fresh: dict[int, _Leaf] = {}
        for name in network.variables:
            if name not in relevant or name in cut:
                continue
            family = (*network.parents[name], name)
            own = [labels.setdefault(each, len(labels)) for each in family if each not in known]
            leaf = _Leaf(name, family, name in changing)
            by_row = not known.isdisjoint(family)
            if leaf.drawn or by_row:
                fresh[len(leaves)] = leaf
            leaves.append((BATCH, *own) if leaf.drawn or by_row else tuple(own))
            arrays.append(None if leaf.drawn or by_row else network.tables[name])
            floors.append(0.0 if leaf.drawn else network.smallest_entries[name])
        vectors = {}
        for name in weighted:
            vectors[len(leaves)] = name
            leaves.append((labels[name],))
            arrays.append(None)
            floors.append(0.0)
        output: Labels = (BATCH,) if fresh else ()
        output = (*output, *(labels.setdefault(name, len(labels)) for name in targets))
        sizes = {label: network.variables[name].size for name, label in labels.items()}
        uses = [label for own in (*leaves, output) for label in own]
        for label in labels.values():
            # Every label must stand on two leaves or more, or in the output.
            if uses.count(label) < 2:
                leaves.append((label,))
                arrays.append(np.ones(sizes[label]))
                floors.append(1.0)
        if not leaves:
            leaves, arrays, floors = [()], [np.ones(())], [1.0]
        tree = grow(make_plan(leaves, output, sizes), None, arrays, floors)
        return cls(network, tuple(targets), tree, fresh, vectors)

    @property
    def entries(self) -> int:
        """Entries of the arrays that one row under one draw takes."""
        plan = self.tree.plan
        return sum(
            entries
            for entries, own in zip(plan.entries, plan.slots, strict=True)
            if BATCH in own or not own
        )

    def ask(
        self,
        tables: Mapping[str, Array],
        codes: Codes,
        weights: Mapping[str, Array] | None = None,
    ) -> tuple[Array, Array]:
        """Log P(evidence) of shape (draws, rows), and P(targets | evidence) of (draws, rows, *sizes).

        Args:
            tables: the drawn tables, each of shape (draws, *table shape).
            codes: for every node that is observed or set its states by row, shape (rows,).
            weights: for every weighted node its weights, at most 1, shape (states,).

        Where the evidence is impossible the former is -inf and the latter NaN.
        """
        draws = next((len(each) for each in tables.values()), 1)
        rows = next((len(each) for each in codes.values()), 1)
        wide = min(rows, max(1, AT_ONCE // max(1, self.entries)))
        deep = max(1, AT_ONCE // max(1, wide * self.entries))
        sizes = [self.network.variables[name].size for name in self.targets]
        logs, joint = np.empty((draws, rows)), np.empty((draws, rows, *sizes))
        for top in range(0, draws, deep):
            down = slice(top, min(draws, top + deep))
            some = {name: table[down] for name, table in tables.items()}
            for left in range(0, rows, wide):
                along = slice(left, min(rows, left + wide))
                own = {name: states[along] for name, states in codes.items()}
                extent = (down.stop - top, along.stop - left)
                logs[down, along], joint[down, along] = self._pass(some, own, weights or {}, extent)
        return logs, joint

    def _pass(
        self,
        tables: Mapping[str, Array],
        codes: Codes,
        weights: Mapping[str, Array],
        extent: tuple[int, int],
    ) -> tuple[Array, Array]:
        leaves = {}
        for at, leaf in self.fresh.items():
            table = tables[leaf.name] if leaf.drawn else self.network.tables[leaf.name][None]
            leaves[at] = _picked(table, leaf.family, codes, extent)
        for at, name in self.vectors.items():
            leaves[at] = weights[name]
        answer = evaluate(self.tree, leaves)
        sizes = [self.network.variables[name].size for name in self.targets]
        joint = answer.output.reshape(-1, *sizes)
        axes = tuple(range(1, joint.ndim))
        with np.errstate(invalid="ignore"):
            joint = joint / joint.sum(axis=axes, keepdims=True)
        logs = np.broadcast_to(answer.log_total.reshape(-1), (extent[0] * extent[1],))
        joint = np.broadcast_to(joint, (extent[0] * extent[1], *sizes))
        return logs.reshape(extent), joint.reshape(*extent, *sizes)


def posterior(
    network: Network,
    findings: Findings,
    targets: Sequence[str],
    tables: Mapping[str, Array],
) -> DrawnPosterior:
    """Answer one question under every draw of some tables.

    Args:
        network: the network; its own tables hold where none are drawn.
        findings: a single question without beliefs.
        targets: the nodes that are asked, each by itself.
        tables: by node its drawn tables, shape (draws, *table shape); as many draws for each.
    """
    assert findings.rows is None
    assert not findings.beliefs
    draws = next((len(each) for each in tables.values()), 1)
    states = {name: findings.state_of(name) for name in (*findings.observed, *findings.do)}
    codes = {name: np.array([at], dtype=np.intp) for name, at in states.items()}

    def ask(names: tuple[str, ...]) -> tuple[Array, Array]:
        plan = Joint.of(
            network,
            names,
            observed=findings.observed,
            weighted=findings.weights,
            do=findings.do,
            drawn=tables,
        )
        used = {leaf.name: tables[leaf.name] for leaf in plan.fresh.values() if leaf.drawn}
        logs, joint = plan.ask(used, codes, findings.weights)
        scale = np.asarray(findings.log_scale)
        return (
            np.broadcast_to(logs[:, 0] + scale, (draws,)),
            np.broadcast_to(joint[:, 0], (draws, *joint.shape[2:])),
        )

    log_evidence, _ = ask(())
    marginals = {}
    for name in targets:
        if name in states:
            one = np.eye(network.variables[name].size)[states[name]]
            marginals[name] = np.where(np.isneginf(log_evidence)[:, None], np.nan, one)
        else:
            marginals[name] = ask((name,))[1]
    return DrawnPosterior(log_evidence, marginals)


def _above(network: Network, names: Iterable[str], cut: frozenset[str]) -> set[str]:
    """The nodes and all above them; arrows into set nodes are cut."""
    found: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            if name not in cut:
                stack.extend(network.parents[name])
    return found


def _picked(table: Array, family: Sequence[str], codes: Codes, extent: tuple[int, int]) -> Array:
    """The table of every draw at the states of every row, shape (draws * rows, *open axes).

    Args:
        table: of shape (draws or 1, *table shape).
        family: the nodes of its axes.
        codes: states by row of the nodes that are known.
        extent: draws and rows.
    """
    known = [axis for axis, name in enumerate(family, start=1) if name in codes]
    open_ = [axis for axis, name in enumerate(family, start=1) if name not in codes]
    moved = table.transpose(0, *known, *open_)
    index: tuple[Any, ...] = (slice(None), *(codes[family[axis - 1]] for axis in known))
    found = moved[index] if known else moved[:, None]
    whole = np.broadcast_to(found, (*extent, *found.shape[2:]))
    return whole.reshape(extent[0] * extent[1], *found.shape[2:])
