"""One question under many tables at once.

Whoever re-fits a network on a thousand resamples, or draws its tables a thousand times from their
Dirichlet distributions, asks the same question of a thousand networks that differ in numbers only. So the
tables that differ carry the batch axis of the engine, everything that does not depend on them is
contracted once, and one pass answers all.

See `drawn_rows` for many rows of hard evidence under drawn tables.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from causal_model.engine.contract import Tree, evaluate, grow
from causal_model.engine.plan import BATCH, Labels, make_plan
from causal_model.engine.pullback import pullback
from causal_model.inference.beliefs import fit_beliefs
from causal_model.inference.findings import Findings
from causal_model.inference.guard import BYTES, check_memory
from causal_model.network import Array, Network
from causal_model.threads import one_blas_thread

__all__ = ["DrawnPosterior", "DrawnQuestion", "complete", "posterior"]

# Entries of all arrays of one pass that are alive at a time: 32 MB.
AT_ONCE = 1 << 22

# Log P(evidence) below which a draw is asked again with care. Products that were lost are below 1e-300.
DOUBTFUL = math.log(1e-200)
_WHOLE = slice(None)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPosterior:
    """Answers under every draw of the tables.

    Attributes:
        log_evidence: log P(evidence) by draw, shape (draws,); -inf where it is impossible.
        marginals: P(target | findings) of shape (draws, states); NaN where the evidence is impossible, or
            a belief cannot hold.
    """

    log_evidence: Array
    marginals: Mapping[str, Array]


class Cut(NamedTuple):
    """A drawn table at the states that are known: its node, and the index of (draws, *table)."""

    name: str
    at: tuple[slice | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnQuestion:
    """The plan of P(evidence), and of P(target | findings) for all targets, under drawn tables.

    One backward pass gives all marginals, as in `compiled`; here it carries the draws.

    Attributes:
        network: the network; the tables that are not drawn are its own.
        findings: the question.
        targets: the nodes that are asked, each by itself.
        asked: those of them, and of the nodes with a belief, whose state is open.
        labels: node to label.
        tree: the plan, with what is constant in place.
        quick: the same for numbers of the usual size, see `_pass`.
        cuts: the leaves that are cut out of drawn tables, by number.
        numbers: the drawn tables of which the findings leave a single number.
        vectors: the leaves that hold weights, by number.
        log_constant: logarithm of what the other tables leave as single numbers.
        at_once: entries of all arrays of one pass that may be alive at a time.
    """

    network: Network
    findings: Findings
    targets: tuple[str, ...]
    asked: tuple[str, ...]
    labels: Mapping[str, int]
    tree: Tree
    quick: Tree
    cuts: Mapping[int, Cut]
    numbers: tuple[Cut, ...]
    vectors: Mapping[int, str]
    log_constant: float
    at_once: int

    @classmethod
    def of(
        cls,
        network: Network,
        findings: Findings,
        targets: Sequence[str],
        drawn: Iterable[str],
        max_memory: int | None = None,
    ) -> "DrawnQuestion":
        """Plan it.

        Args:
            network: the network.
            findings: a single question.
            targets: the nodes that are asked.
            drawn: nodes whose table differs from draw to draw.
            max_memory: bytes that one pass may take; None for a share of what is free.

        Raises:
            TooLarge: one draw alone would take more memory; nothing was allocated.
        """
        assert findings.rows is None
        changing = frozenset(drawn)
        known = {name: findings.state_of(name) for name in (*findings.observed, *findings.do)}
        asked = dict.fromkeys((*(name for name in targets if name not in known), *findings.beliefs))
        found = (*findings.observed, *findings.weights, *network.inexact)
        relevant = network.above([*asked, *found], findings.do)
        labels: dict[str, int] = {}
        leaves: list[Labels] = []
        arrays: list[Array | None] = []
        floors: list[float] = []
        cuts: dict[int, Cut] = {}
        numbers = []
        log_constant = 0.0
        for name in network.variables:
            if name not in relevant or name in findings.do:
                continue
            family = network.family(name)
            own = [labels.setdefault(each, len(labels)) for each in family if each not in known]
            at = tuple([known.get(each, _WHOLE) for each in family])
            if name in changing:
                cut = Cut(name, (_WHOLE, *at))
                if not own:
                    numbers.append(cut)
                    continue
                cuts[len(leaves)] = cut
                leaves.append((BATCH, *own))
                arrays.append(None)
                floors.append(0.0)
            elif own:
                leaves.append(tuple(own))
                arrays.append(network.tables[name][at])
                floors.append(network.smallest_entries[name])
            else:
                number = float(network.tables[name][at])
                log_constant += math.log(number) if number > 0 else -math.inf
        vectors = {}
        for name in (*findings.weights, *findings.beliefs):
            vectors[len(leaves)] = name
            leaves.append((BATCH, labels[name]) if name in findings.beliefs else (labels[name],))
            arrays.append(None)
            floors.append(0.0)
        output: Labels = (BATCH,) if any(BATCH in own for own in leaves) else ()
        if len(asked) == 1:
            # The forward pass alone answers for a single target.
            output = (*output, *(labels[name] for name in asked))
        sizes = {label: network.variables[name].size for name, label in labels.items()}
        complete(leaves, arrays, floors, output, sizes)
        plan = make_plan(leaves, output, sizes)
        back = pullback(plan, [labels[name] for name in asked]) if len(asked) > 1 else None
        check_memory([(plan, back, labels)], max_memory)
        return cls(
            *(network, findings, tuple(targets), tuple(asked), labels),
            tree=grow(plan, back, arrays, floors),
            quick=grow(plan, back, arrays, [floor or 1.0 for floor in floors]),
            cuts=cuts,
            numbers=tuple(numbers),
            vectors=vectors,
            log_constant=log_constant,
            at_once=AT_ONCE if max_memory is None else min(AT_ONCE, max_memory // BYTES),
        )

    @property
    def drawn(self) -> frozenset[str]:
        """The nodes whose drawn tables the answer depends on."""
        return frozenset(each.name for each in (*self.cuts.values(), *self.numbers))

    @property
    def entries(self) -> int:
        """Entries of the arrays that one draw takes at a time."""
        plan, back = self.tree.plan, self.tree.back
        by_draw = sum(
            entries for entries, own in zip(plan.entries, plan.slots, strict=True) if BATCH in own
        )
        return max(1, by_draw + (back.alive if back else 0))

    def ask(
        self, tables: Mapping[str, Array], draws: int, *, leave_out: bool = False
    ) -> DrawnPosterior:
        """Answer under every draw.

        Args:
            tables: at least the drawn tables that matter, each of shape (draws, *table shape).
            draws: how many.
            leave_out: answer NaN where beliefs cannot hold, instead of an error.

        Raises:
            EvidenceError: beliefs that cannot hold under some draw.
        """
        step = max(1, self.at_once // self.entries)
        logs = np.empty(draws)
        found = {
            name: np.empty((draws, self.network.variables[name].size)) for name in self.targets
        }
        for at in range(0, draws, step):
            down = slice(at, min(draws, at + step))
            some = {name: tables[name][down] for name in self.drawn}
            logs[down], marginals = self._answer(some, down.stop - at, leave_out=leave_out)
            for name, own in found.items():
                own[down] = marginals[name]
        return DrawnPosterior(logs, found)

    def _answer(
        self, tables: Mapping[str, Array], draws: int, *, leave_out: bool
    ) -> tuple[Array, dict[str, Array]]:
        findings, sizes = self.findings, self.network.variables
        ones = {name: np.ones((draws, sizes[name].size)) for name in findings.beliefs}
        logs, marginals = self._pass(tables, {**findings.weights, **ones}, draws)
        lost = np.isneginf(logs)
        if findings.beliefs:

            def ask(weights: Mapping[str, Array]) -> Mapping[str, Array]:
                return self._pass(tables, {**findings.weights, **weights}, draws)[1]

            start = {name: marginals[name] for name in findings.beliefs}
            fitted = fit_beliefs(findings.beliefs, start, ask, leave_out=leave_out)
            _, marginals = self._pass(tables, {**findings.weights, **fitted}, draws)
            for name in findings.beliefs:
                lost |= np.isnan(fitted[name]).any(axis=-1)
        for name in self.targets:
            if name not in marginals:
                marginals[name] = findings.vector(name, sizes[name].size)
            marginals[name] = np.where(lost[:, None], np.nan, marginals[name])
        return logs + findings.log_scale, marginals

    def _pass(
        self, tables: Mapping[str, Array], weights: Mapping[str, Array], draws: int
    ) -> tuple[Array, dict[str, Array]]:
        """One pass without beliefs.

        A row drawn with little confidence has entries as small as floats can be, and in the quick pass
        their products may be lost. That matters only to a draw whose evidence is hardly more likely than
        they are; these draws, few if any, are asked again with the care that small numbers take.
        """
        fresh = {leaf: tables[cut.name][cut.at] for leaf, cut in self.cuts.items()}
        for leaf, name in self.vectors.items():
            fresh[leaf] = weights[name]
        work = self.tree.plan.operations + (self.tree.back.operations if self.tree.back else 0)
        with one_blas_thread(work * draws), np.errstate(divide="ignore", invalid="ignore"):
            logs, marginals = self._evaluated(self.quick, fresh, draws)
            doubtful = np.flatnonzero(logs < DOUBTFUL)
            if len(doubtful):
                by_draw = {leaf for leaf in fresh if BATCH in self.tree.plan.leaves[leaf]}
                some = {
                    leaf: each[doubtful] if leaf in by_draw else each
                    for leaf, each in fresh.items()
                }
                logs[doubtful], again = self._evaluated(self.tree, some, len(doubtful))
                for name, own in marginals.items():
                    own[doubtful] = again[name]
            logs += self.log_constant
            for cut in self.numbers:
                logs += np.log(tables[cut.name][cut.at])
        impossible = np.isneginf(logs)
        if impossible.any():
            # What makes it so may be a number that no contraction has seen.
            for name, own in marginals.items():
                marginals[name] = np.where(impossible[:, None], np.nan, own)
        return logs, marginals

    def _evaluated(
        self, tree: Tree, fresh: Mapping[int, Array], draws: int
    ) -> tuple[Array, dict[str, Array]]:
        answer = evaluate(tree, fresh)
        marginals = {}
        for name in self.asked:
            alone = len(self.asked) == 1
            weight = answer.output if alone else answer.marginals[self.labels[name]]
            share = weight / weight.sum(axis=-1, keepdims=True)
            marginals[name] = _by_draw(share, (draws, share.shape[-1]))
        return _by_draw(answer.log_total, (draws,)), marginals


def posterior(
    network: Network,
    findings: Findings,
    targets: Sequence[str],
    tables: Mapping[str, Array],
    max_memory: int | None = None,
) -> DrawnPosterior:
    """Answer one question under every draw of some tables.

    Args:
        network: the network; its own tables hold where none are drawn.
        findings: a single question.
        targets: the nodes that are asked, each by itself.
        tables: by node its drawn tables, shape (draws, *table shape); as many draws for each.
        max_memory: bytes that one pass may take; None for a share of what is free.

    Raises:
        EvidenceError: beliefs that cannot hold under some draw.
        TooLarge: one draw alone would take more memory than is allowed.
    """
    draws = next((len(each) for each in tables.values()), 1)
    return DrawnQuestion.of(network, findings, targets, tables, max_memory).ask(tables, draws)


def _by_draw(array: Array, shape: tuple[int, ...]) -> Array:
    """An array of its own of this shape; what is alike for all draws has none of its axes."""
    return array if array.shape == shape else np.broadcast_to(array, shape).copy()


def complete(
    leaves: list[Labels],
    arrays: list[Array | None],
    floors: list[float],
    output: Labels,
    sizes: Mapping[int, int],
) -> None:
    """Add ones until every label stands on two leaves or more, or in the output; at least one leaf."""
    uses = Counter(label for own in (*leaves, output) for label in own)
    for label, size in sizes.items():
        if uses[label] < 2:
            leaves.append((label,))
            arrays.append(np.ones(size))
            floors.append(1.0)
    if not leaves:
        leaves.append(())
        arrays.append(np.ones(()))
        floors.append(1.0)
