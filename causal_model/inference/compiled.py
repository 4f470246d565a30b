"""A network made ready for questions: plans are kept by pattern, so equal questions plan once.

A question has a pattern (which nodes are observed, weighted or set, which are asked) and values. The
pattern decides the tensor network and its plan; the values only fill the leaves:

- a node that is set by `do` loses its table, its state is sliced out of its children's tables;
- an observed state is sliced out of every table that has the node;
- weights (likelihoods, exclusions) are one vector more on the node;
- nodes that are neither asked nor above something asked or found are left out, as they sum to one.

In a batch, whatever differs from row to row is a vector per row instead of a slice.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from causal_model.engine.contract import Contraction, contract, log_floor, sum_to
from causal_model.engine.plan import BATCH, Labels, Plan, Pullback, make_plan, pullback
from causal_model.errors import EvidenceError
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["CompiledNetwork", "Posterior"]

# Iterative proportional fitting stops when every belief is met to this.
BELIEF_TOLERANCE = 1e-13
# Passes in which the worst belief must come twice as close, or they are said not to fit together.
BELIEF_PATIENCE = 400
# Entries of all arrays of one batch that are alive at a time: 64 MB.
BATCH_ENTRIES = 1 << 23


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What one forward and backward pass tells.

    Attributes:
        log_evidence: log P(observed, excluded and likelihood findings), under the interventions; a
            number or an array of shape (rows,); -inf where the evidence is impossible. Likelihood
            weights count relative to their largest.
        marginals: P(node | findings) of shape (states,) or (rows, states); NaN where impossible.
        table_derivatives: of log P(evidence) by every entry of a node's table, in the table's shape;
            empty unless asked for.
    """

    log_evidence: Array
    marginals: Mapping[str, Array]
    table_derivatives: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What decides the plan of a question."""

    observed: frozenset[str]
    weighted: frozenset[str]
    do: frozenset[str]
    by_row: frozenset[str]
    targets: tuple[str, ...]
    tables: bool
    batch: bool


@dataclass(frozen=True, slots=True)
class _Slice:
    """A leaf that is a table with the observed axes sliced out: its place and the axes' nodes."""

    leaf: int
    table: Array
    nodes: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A planned pattern.

    Attributes:
        plan: the contraction.
        constants: the leaves; those that depend on the values are placeholders.
        floor: sum of the log floors of the table leaves.
        slices: leaves to be cut out of tables.
        vectors: leaf number and the node whose weights (or row-wise do) it holds; None for the
            ones that carry a batch which nothing else carries.
        labels: node to label.
        leaf_of: node to the leaf that holds its table.
        direct: the target that the forward pass alone answers, if it is so planned.
        back: the backward pass, if there is one.
        sources: target to the slot that it is read from.
    """

    plan: Plan
    constants: Sequence[Array]
    floor: float
    slices: Sequence[_Slice]
    vectors: Sequence[tuple[int, str | None]]
    labels: Mapping[str, int]
    leaf_of: Mapping[str, int]
    direct: str | None
    back: Pullback | None
    sources: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class CompiledNetwork:
    """A network with the plans of the questions that it was asked."""

    network: Network
    _plans: dict[_Pattern, _Prepared] = field(default_factory=dict, repr=False)
    _floors: dict[str, float] = field(default_factory=dict, repr=False)

    def posterior(
        self,
        findings: Findings,
        targets: Sequence[str] | None = None,
        *,
        table_derivatives: bool = False,
    ) -> Posterior:
        """Answer one question, or one per row of the findings.

        Args:
            findings: what is known or set.
            targets: nodes whose posterior is wanted; default all.
            table_derivatives: whether to give the derivatives of log P(evidence) by the tables; for
                a single question without beliefs.

        Raises:
            EvidenceError: beliefs that cannot hold together.
        """
        wanted = tuple(self.network.variables if targets is None else dict.fromkeys(targets))
        if findings.rows is not None:
            step = self._rows_at_once(findings, wanted)
            if findings.rows > step:
                parts = [
                    self._answer(findings.slice(at, at + step), wanted, tables=False)
                    for at in range(0, findings.rows, step)
                ]
                return _concatenated(parts)
        return self._answer(findings, wanted, tables=table_derivatives)

    def log_evidence(self, findings: Findings) -> Array:
        """Logarithm of P(evidence) under the interventions, without any posterior."""
        return self._answer(findings, (), tables=False).log_evidence

    def _answer(self, findings: Findings, targets: tuple[str, ...], *, tables: bool) -> Posterior:
        if not findings.beliefs:
            return self._evaluate(findings, targets, tables=tables)
        given = self._evaluate(findings, tuple(findings.beliefs), tables=False)
        weights = self._fit_beliefs(findings, given.marginals)
        found = self._evaluate(findings.with_weights(weights), targets, tables=tables)
        return Posterior(given.log_evidence, found.marginals, found.table_derivatives)

    def _fit_beliefs(self, findings: Findings, start: Mapping[str, Array]) -> dict[str, Array]:
        """Find weights under which the posterior of every belief node is the belief.

        Iterative proportional fitting [deming1940]: multiply the weights of one node by wanted over
        present, the node that is furthest off first. The limit is the distribution nearest to the
        one without beliefs, in relative entropy, that has them all [csiszar1975]; with one belief
        that is Jeffrey's rule, in one step.

        References:
            [deming1940] Deming, W.E. & Stephan, F.F. (1940). On a least squares adjustment of a
                sampled frequency table. Annals of Mathematical Statistics 11(4).
            [csiszar1975] Csiszár, I. (1975). I-divergence geometry of probability distributions
                and minimization problems. Annals of Probability 3(1).
        """
        beliefs = findings.beliefs
        weights = {name: np.ones_like(present) for name, present in start.items()}
        present = start
        halved, patience = math.inf, BELIEF_PATIENCE
        while True:
            off = {name: _distance(present[name], wanted) for name, wanted in beliefs.items()}
            name = max(off, key=lambda each: off[each])
            if off[name] < BELIEF_TOLERANCE:
                return weights
            if off[name] < halved / 2:
                halved, patience = off[name], BELIEF_PATIENCE
            patience -= 1
            if not patience:
                break
            wanted = beliefs[name]
            held = present[name] > 0
            if (~held & (wanted > 0) & ~np.isnan(present[name])).any():
                raise EvidenceError(
                    f"belief on {name!r} gives weight to a state that the other findings rule out"
                )
            ratio = np.divide(wanted, present[name], out=np.zeros_like(present[name]), where=held)
            raised = weights[name] * ratio
            top = raised.max(axis=-1, keepdims=True)
            weights[name] = raised / np.where(top > 0, top, 1.0)
            present = self._evaluate(
                findings.with_weights(weights), tuple(beliefs), tables=False
            ).marginals
        names = ", ".join(repr(each) for each in beliefs)
        raise EvidenceError(
            f"the beliefs on {names} cannot be met together: {name!r} stays {off[name]:.2g} off"
        )

    def _evaluate(self, findings: Findings, targets: tuple[str, ...], *, tables: bool) -> Posterior:
        prepared = self._prepare(findings, targets, tables=tables)
        leaves = list(prepared.constants)
        floor = prepared.floor
        for cut in prepared.slices:
            at = tuple(
                slice(None) if name is None else findings.state_of(name) for name in cut.nodes
            )
            leaves[cut.leaf] = cut.table[at]
        for leaf, name in prepared.vectors:
            if name is None:
                leaves[leaf] = np.ones(findings.rows or 1)
                continue
            vector = findings.vector(name, self.network.variables[name].size)
            leaves[leaf] = vector
            floor += log_floor(vector)
        done = contract(prepared.plan, leaves, floor)
        log_evidence = done.log_total()
        with np.errstate(invalid="ignore", divide="ignore"):
            marginals, derivatives = self._read(done, prepared, findings, targets, tables=tables)
        impossible = np.isneginf(log_evidence)
        if impossible.any():
            unknown = np.where(impossible, np.nan, 1.0)[..., None]
            marginals = {name: unknown * each for name, each in marginals.items()}
        return Posterior(log_evidence, marginals, derivatives)

    def _read(
        self,
        done: Contraction,
        prepared: _Prepared,
        findings: Findings,
        targets: tuple[str, ...],
        *,
        tables: bool,
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        by_slot = {} if prepared.back is None else done.derivatives(prepared.back)
        marginals: dict[str, Array] = {}
        for name in targets:
            if name == prepared.direct:
                weight = done.output()
            elif name in prepared.sources:
                assert prepared.back is not None
                slot = prepared.sources[name]
                axes = prepared.back.labels[slot]
                weight = sum_to(done.joint(slot, by_slot[slot], axes), axes, prepared.labels[name])
            else:
                weight = self._known(name, findings)
            marginals[name] = weight / weight.sum(axis=-1, keepdims=True)
        if not tables:
            return marginals, {}
        return marginals, self._table_derivatives(done, prepared, findings, by_slot)

    def _known(self, name: str, findings: Findings) -> Array:
        """The posterior of a node that was observed or set."""
        known = findings.vector(name, self.network.variables[name].size)
        if findings.rows is not None and known.ndim == 1:
            known = np.broadcast_to(known, (findings.rows, known.size))
        return known

    def _table_derivatives(
        self,
        done: Contraction,
        prepared: _Prepared,
        findings: Findings,
        by_slot: Mapping[int, Array],
    ) -> dict[str, Array]:
        """Derivatives of log P(evidence) by the tables; zero where the evidence does not reach."""
        found = {}
        for name, table in self.network.tables.items():
            whole = np.zeros_like(table)
            if prepared.back is not None and name in prepared.leaf_of:
                leaf = prepared.leaf_of[name]
                axes = prepared.back.labels[leaf]
                slope = done.slope(leaf, by_slot[leaf], axes)
                family = (*self.network.parents[name], name)
                at = tuple(
                    findings.state_of(each) if each not in prepared.labels else slice(None)
                    for each in family
                )
                order = [axes.index(prepared.labels[e]) for e in family if e in prepared.labels]
                whole[at] = slope.transpose(order)
            found[name] = whole
        return found

    def _prepare(self, findings: Findings, targets: tuple[str, ...], *, tables: bool) -> _Prepared:
        pattern = _Pattern(
            observed=frozenset(findings.observed),
            weighted=frozenset(findings.weights),
            do=frozenset(findings.do),
            by_row=findings.by_row,
            targets=targets,
            tables=tables,
            batch=findings.rows is not None,
        )
        prepared = self._plans.get(pattern)
        if prepared is None:
            prepared = self._plans[pattern] = self._plan(pattern)
        return prepared

    def _plan(self, pattern: _Pattern) -> _Prepared:
        network = self.network
        set_by_row = pattern.do & pattern.by_row
        sliced = pattern.observed | (pattern.do - set_by_row)
        asked = [name for name in pattern.targets if name not in pattern.observed | pattern.do]
        relevant = self._relevant(pattern, asked)
        labels = {
            name: at
            for at, name in enumerate(network.variables)
            if name in relevant and name not in sliced
        }
        leaves: list[Labels] = []
        constants: list[Array] = []
        slices: list[_Slice] = []
        vectors: list[tuple[int, str | None]] = []
        leaf_of: dict[str, int] = {}
        floor = 0.0

        def add(array: Array, own: Labels) -> None:
            leaves.append(own)
            constants.append(array)

        for name in network.variables:
            if name not in relevant or name in pattern.do:
                continue
            family = (*network.parents[name], name)
            leaf_of[name] = len(leaves)
            table = network.tables[name]
            if not sliced.isdisjoint(family):
                nodes = tuple(each if each in sliced else None for each in family)
                slices.append(_Slice(len(leaves), table, nodes))
            add(table, tuple(labels[each] for each in family if each in labels))
            floor += self._floor(name)
        for name in network.variables:
            if name in labels and name in pattern.weighted | set_by_row:
                vectors.append((len(leaves), name))
                batch = (BATCH,) if name in pattern.by_row else ()
                add(np.ones(network.variables[name].size), (*batch, labels[name]))
        output: Labels = (BATCH,) if pattern.batch else ()
        if pattern.batch and not any(BATCH in own for own in leaves):
            # The rows are alike in all that matters here; the batch still needs a leaf to stand on.
            vectors.append((len(leaves), None))
            add(np.ones(1), (BATCH,))
        direct = asked[0] if len(asked) == 1 and not pattern.tables else None
        if direct is not None:
            output = (*output, labels[direct])
        uses = Counter(label for own in (*leaves, output) for label in own)
        for name, label in labels.items():
            if uses[label] < 2:
                add(np.ones(network.variables[name].size), (label,))
        if not leaves:
            add(np.ones(()), ())
        sizes = {label: network.variables[name].size for name, label in labels.items()}
        plan = make_plan(leaves, output, sizes)
        sources = {} if direct else {name: _smallest_slot(plan, labels[name]) for name in asked}
        wanted = [*sources.values(), *(leaf_of.values() if pattern.tables else ())]
        return _Prepared(
            plan=plan,
            constants=constants,
            floor=floor,
            slices=slices,
            vectors=vectors,
            labels=labels,
            leaf_of=leaf_of,
            direct=direct,
            back=pullback(plan, wanted) if wanted else None,
            sources=sources,
        )

    def _relevant(self, pattern: _Pattern, asked: Sequence[str]) -> set[str]:
        """The asked and found nodes and all above them; arrows into set nodes are cut."""
        relevant: set[str] = set()
        stack = [*asked, *pattern.observed, *pattern.weighted]
        if pattern.tables:
            stack.extend(self.network.variables)
        while stack:
            name = stack.pop()
            if name not in relevant:
                relevant.add(name)
                if name not in pattern.do:
                    stack.extend(self.network.parents[name])
        return relevant

    def _floor(self, name: str) -> float:
        if name not in self._floors:
            self._floors[name] = log_floor(self.network.tables[name])
        return self._floors[name]

    def _rows_at_once(self, findings: Findings, targets: tuple[str, ...]) -> int:
        plan = self._prepare(findings, targets, tables=False).plan
        entries = sum(math.prod(plan.sizes[label] for label in own) for own in plan.slots)
        return max(1, BATCH_ENTRIES // (2 * entries))


def _distance(present: Array, wanted: Array) -> float:
    """The largest difference; rows whose evidence is impossible do not count."""
    return float(np.max(np.abs(present - wanted), initial=0.0, where=~np.isnan(present)))


def _smallest_slot(plan: Plan, label: int) -> int:
    """The smallest array that has a label, the one nearest to the value where several are alike."""
    holders = [slot for slot, own in enumerate(plan.slots) if label in own]

    def entries(slot: int) -> int:
        return math.prod(plan.sizes[each] for each in plan.slots[slot])

    return min(holders, key=lambda slot: (entries(slot), -slot))


def _concatenated(parts: Sequence[Posterior]) -> Posterior:
    return Posterior(
        log_evidence=np.concatenate([part.log_evidence for part in parts]),
        marginals={
            name: np.concatenate([part.marginals[name] for part in parts])
            for name in parts[0].marginals
        },
        table_derivatives={},
    )
