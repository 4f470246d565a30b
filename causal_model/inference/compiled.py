"""A network made ready for questions: plans are kept by pattern, so equal questions plan once.

A question has a pattern (which nodes are observed, weighted or set, which are asked) and values. The
pattern decides the tensor networks and their plans, see `planning`; the values only fill leaves. Whatever
depends on the tables alone is contracted once per pattern.

In a batch, whatever differs from row to row is a vector per row instead of a slice.
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from causal_model.engine.contract import Answer, evaluate, forward
from causal_model.engine.semiring import LINEAR
from causal_model.inference.beliefs import fit_beliefs
from causal_model.inference.findings import Findings
from causal_model.inference.guard import Cost, cost_of
from causal_model.inference.lookup import (
    A_LOOK,
    A_PLACE,
    MOST_BYTES,
    MOST_ENTRIES,
    MOST_LOOKED_UP,
    looked_up,
    picked_of,
    places_of,
)
from causal_model.inference.parts import Part, Prepared, prepare
from causal_model.inference.pattern import Pattern
from causal_model.inference.planning import PlannedParts, Slice, plan_parts
from causal_model.network import Array, Network
from causal_model.threads import one_blas_thread

__all__ = ["CompiledNetwork", "Posterior", "log_of_numbers"]

# Entries of all arrays of one batch that are alive at a time: 16 MB, about a cache.
BATCH_ENTRIES = 1 << 21
# Plans that are kept, and entries of the arrays that they hold: 512 MB.
MOST_PLANS, MOST_HELD = 256, 1 << 26
# Work of rows below which no other way of answering them is planned: about what a plan takes.
ANOTHER_PLAN = 1 << 20
_WHOLE = slice(None)


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


@dataclass(frozen=True, eq=False)
class CompiledNetwork:
    """A network with the plans of the questions that it was asked.

    Attributes:
        network: the network.
        max_memory: bytes that one answer may take; None for a share of what is free.
    """

    network: Network
    max_memory: int | None = None
    _plans: dict[Pattern, Prepared] = field(default_factory=dict, repr=False)
    _priors: dict[str, Array] = field(default_factory=dict, repr=False)
    _drafts: dict[Pattern, PlannedParts] = field(default_factory=dict, repr=False)

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
            TooLarge: the answer would take more memory than is allowed.
        """
        wanted = tuple(self.network.variables if targets is None else dict.fromkeys(targets))
        rows = findings.rows
        if rows is not None:
            usual, findings = findings, self._picked(findings, wanted)
            found = self._looked_up(usual, self._row_work(findings, wanted), wanted)
            if found is not None:
                return found
            step = self._rows_at_once(findings, wanted)
            if rows > step:
                parts = [
                    self._answer(findings.slice(at, at + step), wanted, tables=False)
                    for at in range(0, rows, step)
                ]
                return _concatenated(parts)
        return self._answer(findings, wanted, tables=table_derivatives)

    def prior(self, targets: Sequence[str]) -> dict[str, Array]:
        """P(target) with no finding at all, of shape (states,); asked for once each.

        Raises:
            TooLarge: the answer would take more memory than is allowed.
        """
        missing = [name for name in targets if name not in self._priors]
        if missing:
            for name, found in self.posterior(Findings(), missing).marginals.items():
                own = found.copy()
                own.flags.writeable = False
                self._priors[name] = own
        return {name: self._priors[name] for name in targets}

    def log_evidence(self, findings: Findings) -> Array:
        """Logarithm of P(evidence) under the interventions, without any posterior."""
        return self._answer(findings, (), tables=False).log_evidence

    def joint(self, findings: Findings, targets: Sequence[str]) -> tuple[Array, Array]:
        """Log P(evidence), and P(targets | findings) of shape (*target sizes), for one question.

        Where the evidence is impossible the former is -inf and the latter NaN.

        Raises:
            EvidenceError: beliefs that cannot hold together.
            TooLarge: the joint has too many states.
        """
        log_evidence = None
        if findings.beliefs:
            log_evidence, findings = self.met(findings)
        known = [name for name in targets if name in findings.observed or name in findings.do]
        asked = tuple([name for name in targets if name not in known])
        prepared = self.prepared(self.pattern(findings, asked, joint=True))
        log_here = log_of_numbers(prepared, findings) + findings.log_scale
        inner: Array = np.ones(())
        for part in prepared.parts:
            answer = evaluate(part.tree, self.fresh(part, findings))
            if part.counts:
                log_here = log_here + answer.log_total
            if part.targets:
                inner = answer.output.transpose([part.targets.index(name) for name in asked])
        log_evidence = log_here if log_evidence is None else log_evidence
        shape = [self.network.variables[name].size for name in targets]
        if np.isneginf(log_evidence):
            return log_evidence, np.full(shape, np.nan)
        whole = np.zeros(shape)
        at = [findings.state_of(name) if name in known else _WHOLE for name in targets]
        whole[tuple(at)] = inner / inner.sum()
        return log_evidence, whole

    def cost(self, findings: Findings, targets: Sequence[str] | None = None) -> Cost:
        """What a question is predicted to take, be it allowed or not; nothing is computed."""
        wanted = tuple(self.network.variables if targets is None else dict.fromkeys(targets))
        return cost_of(plan_parts(self.network, self.pattern(findings, wanted)).plans)

    def met(self, findings: Findings) -> tuple[Array, Findings]:
        """Log P(evidence), and findings in which weights stand for the beliefs.

        Raises:
            EvidenceError: beliefs that cannot hold together.
        """
        names = tuple(findings.beliefs)
        given = self._evaluate(findings, names, tables=False)
        if not names:
            return given.log_evidence, findings

        def ask(weights: Mapping[str, Array]) -> Mapping[str, Array]:
            return self._evaluate(findings.with_weights(weights), names, tables=False).marginals

        weights = fit_beliefs(findings.beliefs, given.marginals, ask)
        return given.log_evidence, findings.with_weights(weights)

    def _picked(self, findings: Findings, targets: tuple[str, ...]) -> Findings:
        """The same rows, with hard evidence picked out of the tables where that is cheaper."""
        work = self._row_work(findings, targets)
        better = picked_of(findings) if work > ANOTHER_PLAN else None
        if better is None:
            return findings
        return better if self._row_work(better, targets) < work else findings

    def _row_work(self, findings: Findings, targets: tuple[str, ...]) -> int:
        """Multiplications and entries that all rows take together."""
        return (findings.rows or 0) * self.planned(self.pattern(findings, targets)).row_cost

    def _looked_up(
        self, findings: Findings, work: int, targets: tuple[str, ...]
    ) -> Posterior | None:
        """Many rows of hard evidence by a joint table, where that takes less than `work`; else None."""
        if work < ANOTHER_PLAN:
            return None
        places = places_of(self.network, findings)
        known = {*findings.observed, *findings.do, *(() if places is None else places.nodes)}
        if places is None or not 0 < len(targets) <= MOST_LOOKED_UP:
            return None
        if not known.isdisjoint(targets):
            return None
        patterns = [
            self.pattern(places.constant, (*places.nodes, name), joint=True) for name in targets
        ]
        sizes = [self.network.variables[name].size for name in targets]
        if places.entries * max(sizes) > MOST_ENTRIES:
            return None
        assert findings.rows is not None
        # What was decided before is not planned again.
        fresh = [each for each in patterns if each not in self._plans]
        costs = [cost_of(self.planned(each).plans) for each in fresh]
        making = sum(each.operations for each in costs) + A_LOOK * places.entries * sum(sizes)
        if making > work / A_PLACE:
            return None
        if any(each.bytes > MOST_BYTES for each in costs):
            return None
        log_evidence, _ = self.met(places.constant)
        if np.isneginf(log_evidence):
            return None
        marginals = {}
        row_logs = np.zeros(findings.rows)
        for name, pattern in zip(targets, patterns, strict=True):
            table = self._joint_table(pattern, places.constant)
            if table is None:
                return None
            row_logs, marginals[name] = looked_up(places, table)
        return Posterior(row_logs + log_evidence, marginals, {})

    def _joint_table(self, pattern: Pattern, findings: Findings) -> Array | None:
        """P(targets | findings); None where its entries lie too far apart for plain numbers."""
        prepared = self.prepared(pattern)
        for part in prepared.parts:
            if part.targets:
                with one_blas_thread(prepared.row_operations):
                    done = forward(part.tree, self.fresh(part, findings))
                if done.semiring is not LINEAR:
                    return None
                order = [part.targets.index(name) for name in pattern.targets]
                table = done.output().transpose(order)
                with np.errstate(invalid="ignore"):
                    return np.asarray(table / table.sum())
        return None

    def _answer(self, findings: Findings, targets: tuple[str, ...], *, tables: bool) -> Posterior:
        if not findings.beliefs:
            return self._evaluate(findings, targets, tables=tables)
        log_evidence, findings = self.met(findings)
        found = self._evaluate(findings, targets, tables=tables)
        return Posterior(log_evidence, found.marginals, found.table_derivatives)

    def _evaluate(self, findings: Findings, targets: tuple[str, ...], *, tables: bool) -> Posterior:
        prepared = self.prepared(self.pattern(findings, targets, tables=tables))
        log_evidence = log_of_numbers(prepared, findings) + findings.log_scale
        weights: dict[str, Array] = {}
        derivatives = (
            {name: np.zeros_like(table) for name, table in self.network.tables.items()}
            if tables
            else {}
        )
        single = findings.rows is None
        # The check of zeros costs more than a small question, and there only slopes can divide by them.
        quiet = np.errstate(invalid="ignore", divide="ignore")
        calm = one_blas_thread(prepared.row_operations * (findings.rows or 1))
        with calm, nullcontext() if single and not tables else quiet:
            for part in prepared.parts:
                answer = evaluate(part.tree, self.fresh(part, findings))
                if part.counts:
                    log_evidence = log_evidence + answer.log_total
                if part.direct:
                    weights[part.targets[0]] = answer.output
                else:
                    for name in part.targets:
                        weights[name] = answer.marginals[part.labels[name]]
                if tables:
                    self._enter_derivatives(derivatives, part, answer, findings)
            if single and log_evidence == -math.inf:
                unknown = {name: self.network.variables[name].size for name in targets}
                marginals = {name: np.full(size, np.nan) for name, size in unknown.items()}
                return Posterior(log_evidence, marginals, derivatives)
            for each in prepared.followers:
                table = _cut(each.cut, findings)
                if each.parent is None:
                    weights[each.name] = table
                else:
                    above = weights.get(each.parent)
                    if above is None:
                        above = self._known(each.parent, findings)
                    # Divided first: weights are up to a factor, which may be at the end of the range.
                    weights[each.name] = above / above.sum(axis=-1, keepdims=True) @ table
            if tables:
                for cut in prepared.numbers:
                    at = tuple([findings.state_of(name) for name in cut.nodes if name is not None])
                    derivatives[cut.nodes[-1] or ""][at] = 1 / cut.table[at]
            for name in targets:
                if name not in weights:
                    weights[name] = self._known(name, findings)
            own = [weights[name] for name in targets]
            if findings.rows is None:
                return Posterior(log_evidence, _shares(targets, own), derivatives)
            marginals = _shares_of_rows(findings.rows, targets, own)
        log_evidence = np.broadcast_to(log_evidence, (findings.rows,))
        impossible = np.isneginf(log_evidence)
        if impossible.any():
            shown = np.where(impossible, np.nan, 1.0)[:, None]
            marginals = {name: shown * each for name, each in marginals.items()}
        return Posterior(log_evidence, marginals, derivatives)

    def fresh(self, part: Part, findings: Findings) -> dict[int, Array]:
        """The leaves that the values of the findings fill."""
        fresh = {}
        for cut in part.slices:
            fresh[cut.leaf] = _cut(cut, findings)
        for leaf, name in part.vectors:
            fresh[leaf] = findings.vector(name, self.network.variables[name].size)
        return fresh

    def _known(self, name: str, findings: Findings) -> Array:
        """The posterior of a node that was observed or set."""
        return findings.vector(name, self.network.variables[name].size)

    def _enter_derivatives(
        self, derivatives: Mapping[str, Array], part: Part, answer: Answer, findings: Findings
    ) -> None:
        """Derivatives of log P(evidence) by the tables; zero where the evidence does not reach."""
        assert part.tree.back is not None
        for name, leaf in part.leaf_of.items():
            axes = part.tree.back.labels[leaf]
            family = self.network.family(name)
            at = tuple(
                [slice(None) if each in part.labels else findings.state_of(each) for each in family]
            )
            order = [axes.index(part.labels[each]) for each in family if each in part.labels]
            derivatives[name][at] = answer.slopes[leaf].transpose(order)

    def pattern(
        self,
        findings: Findings,
        targets: Sequence[str],
        *,
        tables: bool = False,
        whole: bool = False,
        joint: bool = False,
    ) -> Pattern:
        """The pattern of a question."""
        return Pattern(
            observed=frozenset(findings.observed),
            weighted=frozenset(findings.weights),
            do=frozenset(findings.do),
            by_row=findings.by_row,
            targets=tuple(targets),
            tables=tables,
            batch=findings.rows is not None,
            whole=whole,
            joint=joint,
            picked=frozenset(findings.picked),
        )

    def prepared(self, pattern: Pattern) -> Prepared:
        """The plans of a pattern, made when they are first asked for.

        Raises:
            TooLarge: they would take more memory than is allowed.
        """
        found = self._plans.get(pattern)
        if found is None:
            found = prepare(self.network, pattern, self.planned(pattern), self.max_memory)
            self._plans[pattern] = found
            self._forget()
        return found

    def planned(self, pattern: Pattern) -> PlannedParts:
        """The plans of a pattern before anything is contracted, made when they are first asked for."""
        found = self._drafts.get(pattern)
        if found is None:
            found = plan_parts(self.network, pattern)
            self._drafts[pattern] = found
            while len(self._drafts) > MOST_PLANS:
                self._drafts.pop(next(iter(self._drafts)), None)
        return found

    def _forget(self) -> None:
        """Let the oldest plans go where all together hold too much; the newest always stays."""
        held = sum(each.held for each in list(self._plans.values()))
        for pattern in list(self._plans)[:-1]:
            if len(self._plans) <= MOST_PLANS and held <= MOST_HELD:
                return
            gone = self._plans.pop(pattern, None)  # another thread may have been quicker
            held -= gone.held if gone else 0

    def _rows_at_once(self, findings: Findings, targets: tuple[str, ...]) -> int:
        prepared = self.prepared(self.pattern(findings, targets))
        entries = max((sum(part.tree.plan.entries) for part in prepared.parts), default=1)
        return max(1, BATCH_ENTRIES // (2 * entries))


def _shares(names: Sequence[str], weights: Sequence[Array]) -> dict[str, Array]:
    """Divide all weights by their sums, in a few calls for all names together."""
    if len(names) < 2:
        return {name: own / own.sum() for name, own in zip(names, weights, strict=True)}
    sizes = [each.size for each in weights]
    ends = list(accumulate(sizes))
    whole = np.concatenate(weights)
    totals = np.add.reduceat(whole, [0, *ends[:-1]])
    whole /= np.repeat(totals, sizes)
    return {
        name: whole[end - size : end] for name, size, end in zip(names, sizes, ends, strict=True)
    }


def _shares_of_rows(rows: int, names: Sequence[str], weights: Sequence[Array]) -> dict[str, Array]:
    """Divide the weights of every row by their sum; those that are alike for all rows stay one."""
    found = {}
    for name, weight in zip(names, weights, strict=True):
        share = weight / weight.sum(axis=-1, keepdims=True)
        found[name] = share if share.ndim == 2 else np.broadcast_to(share, (rows, share.size))
    return found


def _cut(cut: Slice, findings: Findings) -> Array:
    """The table at the states that are known."""
    picked = findings.picked
    at = [
        _WHOLE if name is None or name in picked else findings.state_of(name) for name in cut.nodes
    ]
    table = cut.table[tuple(at)]
    if not picked:
        return table
    # Of the axes that are left, those that are picked by row come first, and become one of rows.
    left = [name for name in cut.nodes if name is None or name in picked]
    rows = [axis for axis, name in enumerate(left) if name is not None]
    if not rows:
        return table
    order = [*rows, *(axis for axis in range(len(left)) if axis not in rows)]
    index = tuple([picked[name] for name in left if name is not None])
    return np.asarray(table.transpose(order)[index])


def log_of_numbers(prepared: Prepared, findings: Findings) -> Array:
    """Logarithm of the product of the tables of which the findings leave a single number."""
    if findings.picked:
        with np.errstate(divide="ignore"):
            logs = [np.log(_cut(cut, findings)) for cut in prepared.numbers]
        return np.asarray(sum(logs, start=np.zeros(findings.rows or 0)))
    total = 0.0
    for cut in prepared.numbers:
        number = cut.table[tuple([findings.state_of(name) for name in cut.nodes if name])]
        total += math.log(number) if number > 0 else -math.inf
    return np.asarray(total)


def _concatenated(parts: Sequence[Posterior]) -> Posterior:
    return Posterior(
        log_evidence=np.concatenate([part.log_evidence for part in parts]),
        marginals={
            name: np.concatenate([part.marginals[name] for part in parts])
            for name in parts[0].marginals
        },
        table_derivatives={},
    )
