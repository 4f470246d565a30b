"""Contract a planned tensor network forwards (the value) and backwards (all derivatives).

The value of a Bayesian network with evidence is P(evidence). The value is linear in every single
leaf, so for any tensor T of the tree, leaf or intermediate, with derivative G,

    value = sum(T * G)      and      P(label = i, evidence) = sum over the other labels of (T * G).

Hence one backward pass gives the posterior of every variable, and the derivative of log P(evidence)
by a table is G / sum(T * G) [darwiche2003]. Both are ratios in which any factor of T or G cancels, so
the passes may rescale freely and only the forward one keeps track.

Numbers must not underflow, as a long chain of findings would make them. Every array is accompanied by
bounds of its positive entries; products of bounds bound products of arrays, so hardly ever must an
array be looked at. Where the bounds come near the end of the range, the array is divided by its largest
entry (per batch row), the logarithm of the divisor is kept, and the bounds are measured anew. Where the
entries of one array really lie too far apart, the contraction is done again in logarithms. So a zero is
always a true zero, one of the zeros of the tables, never an underflow.

References:
    [darwiche2003] Darwiche, A. (2003). A differential approach to inference in Bayesian networks.
        Journal of the ACM 50(3).
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from causal_model.engine.plan import BATCH, Labels, Plan, Step
from causal_model.engine.pullback import Pullback
from causal_model.engine.semiring import LINEAR, LOGARITHM, Array, Semiring

__all__ = [
    "Answer",
    "Forward",
    "Tree",
    "evaluate",
    "forward",
    "grow",
    "in_logarithms",
    "of_logarithms",
]

# Positive entries of products stay between these, so that a product of two stays within the range of
# floats. Leaves may lie below; their products are looked at.
LOWEST, HIGHEST = 1e-145, 1e145
# Constant arrays with a lower bound below this are measured once, so that questions need not.
LOOSE = 1e-9

Bound = tuple[float, float]


class _OutOfRange(ArithmeticError):
    """Entries of one array lie too far apart for floats; only logarithms can hold them."""


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A plan whose constant leaves are in place, with all that follows from them alone.

    Attributes:
        plan: the plan.
        back: the backward pass, if there is one.
        leaves: the constant leaves; None for those that every question brings anew.
        values: the array of every slot that depends on constant leaves only, else None.
        bounds: bounds of the positive entries of these.
        steps: the contractions that are left, as (slot, step).
        log_scale: logarithm of what was divided out of `values`.
    """

    plan: Plan
    back: Pullback | None
    leaves: Sequence[Array | None]
    values: Sequence[Array | None]
    bounds: Sequence[Bound]
    steps: Sequence[tuple[int, Step]]
    log_scale: float


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """A network contracted forwards.

    Attributes:
        plan: the plan that was followed.
        values: the array of every slot in the form of `semiring`, each up to a positive factor; those
            that nothing needs any more are None.
        bounds: bounds of the positive entries; of no meaning in logarithms.
        semiring: LINEAR or LOGARITHM.
        log_scale: logarithm of what was divided out; a number, or one per batch row.
    """

    plan: Plan
    values: Sequence[Array | None]
    bounds: Sequence[Bound]
    semiring: Semiring
    log_scale: Array | float

    def value(self, slot: int) -> Array:
        """The array of a slot that is still there."""
        found = self.values[slot]
        assert found is not None
        return found

    def log_total(self) -> Array:
        """Logarithm of the value summed over the output labels: a number, or one per batch row.

        It is -inf exactly where the value is zero.
        """
        value, labels = self.value(-1), self.plan.slots[-1]
        if self.semiring is LINEAR and BATCH not in labels:
            one = value.sum().item() if labels else value.item()
            return np.asarray((math.log(one) if one > 0 else -math.inf) + self.log_scale)
        entries = _flattened(self.value(-1), self.plan.slots[-1])
        with np.errstate(divide="ignore"):
            if self.semiring is LINEAR:
                total = np.log(entries.sum(axis=-1))
            else:
                total = np.logaddexp.reduce(entries, axis=-1)
        result: Array = total + self.log_scale
        return result

    def output(self) -> Array:
        """The value over the output labels in their order, up to a factor per batch row."""
        plain = _plain(self.semiring, self.value(-1), self.plan.slots[-1])
        return plain.transpose(self.plan.output_axes)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the passes through one tensor network tell.

    Attributes:
        log_total: logarithm of the value, summed over the output labels; a number, or one per row.
        output: the value over the output labels, up to a factor per row.
        marginals: by label, P(label, evidence) of shape (states,) or (rows, states), up to a factor.
        slopes: by kept slot, the derivative of log(value); axes as in the pullback's `labels`.
    """

    log_total: Array
    output: Array
    marginals: Mapping[int, Array]
    slopes: Mapping[int, Array]


def grow(
    plan: Plan, back: Pullback | None, leaves: Sequence[Array | None], floors: Sequence[float]
) -> Tree:
    """Put the constant leaves into a plan and contract what depends on them alone.

    Args:
        plan: the plan.
        back: the backward pass that the questions need, if any.
        leaves: one array per leaf, entries from 0 to 1; None for those that come with the question.
        floors: a lower bound of the positive entries of each leaf; 0 for leaves of the question whose
            entries are to be measured.
    """
    values: list[Array | None] = list(leaves)
    bounds: list[Bound] = [(floor, 1.0) for floor in floors]
    log_scale = 0.0
    left_over: list[tuple[int, Step]] = []
    try:
        for at, step in enumerate(plan.steps, start=len(plan.leaves)):
            left, right = values[step.left], values[step.right]
            if left is None or right is None:
                values.append(None)
                bounds.append((1.0, 1.0))
                left_over.append((at, step))
                continue
            made, bound, log_top = _step(
                step, left, bounds[step.left], right, bounds[step.right], plan.slots[at]
            )
            log_scale += float(log_top)
            values.append(made)
            bounds.append(bound)
        for _, step in left_over:
            for slot in (step.left, step.right):
                value = values[slot]
                if value is not None and bounds[slot][0] < LOOSE:
                    bounds[slot] = _measured(value)
    except _OutOfRange:
        # Every question will be answered in logarithms.
        steps = list(enumerate(plan.steps, start=len(plan.leaves)))
        lost = [(0.0, np.inf)] * len(plan.slots)
        kept = [*leaves, *([None] * len(plan.steps))]
        return Tree(plan, back, leaves, kept, lost, steps, 0.0)
    return Tree(plan, back, leaves, values, bounds, left_over, log_scale)


def evaluate(tree: Tree, fresh: Mapping[int, Array]) -> Answer:
    """Answer one question, or a batch of them, forwards and backwards.

    Args:
        tree: the planned network.
        fresh: the leaves that are not constant, entries from 0 to 1.
    """
    with suppress(_OutOfRange):
        return _backward(_forward(tree, fresh), tree.back)
    # Only here, so that the arrays of the pass that failed are gone.
    return _backward(in_logarithms(tree, fresh), tree.back)


def forward(tree: Tree, fresh: Mapping[int, Array]) -> Forward:
    """Contract forwards and keep the arrays of all slots."""
    with suppress(_OutOfRange):
        return _forward(tree, fresh, keep=True)
    return in_logarithms(tree, fresh)


def in_logarithms(
    tree: Tree, fresh: Mapping[int, Array], semiring: Semiring = LOGARITHM
) -> Forward:
    """Contract forwards in logarithms: slower, and right whatever the range of the entries."""
    with np.errstate(divide="ignore"):
        logs = [np.log(fresh[at] if leaf is None else leaf) for at, leaf in enumerate(tree.leaves)]
    return of_logarithms(tree.plan, logs, semiring)


def of_logarithms(plan: Plan, leaves: Sequence[Array], semiring: Semiring) -> Forward:
    """Contract leaves that are logarithms, -inf for zero."""
    values: list[Array] = list(leaves)
    for step in plan.steps:
        values.append(semiring.contract(step.pairing, values[step.left], values[step.right]))
    return Forward(plan, values, (), semiring, 0.0)


def _forward(tree: Tree, fresh: Mapping[int, Array], *, keep: bool = False) -> Forward:
    values = list(tree.values)
    bounds = list(tree.bounds)
    for at, leaf in fresh.items():
        values[at] = leaf
        if bounds[at][0] == 0.0:
            bounds[at] = _measured(leaf)
    log_scale: Array | float = tree.log_scale
    slots = tree.plan.slots
    thrifty = tree.back is None and not keep
    contract = LINEAR.contract
    for at, (first, second, pairing) in tree.steps:
        left, right = values[first], values[second]
        assert left is not None
        assert right is not None
        made = contract(pairing, left, right)
        left_low, left_high = bounds[first]
        right_low, right_high = bounds[second]
        low, high = left_low * right_low, left_high * right_high * pairing.summed
        if low > LOWEST and high < HIGHEST:
            bounds[at] = (low, high)
        else:
            made, bounds[at], log_top = _rescaled(made, slots[at], low)
            log_scale = log_scale + log_top
        values[at] = made
        if thrifty:
            values[first] = values[second] = None
    return Forward(tree.plan, values, bounds, LINEAR, log_scale)


def _step(
    step: Step, left: Array, of_left: Bound, right: Array, of_right: Bound, labels: Labels
) -> tuple[Array, Bound, Array | float]:
    """One contraction, its bounds, and the logarithm of what was divided out."""
    made = LINEAR.contract(step.pairing, left, right)
    low = of_left[0] * of_right[0]
    high = of_left[1] * of_right[1] * step.pairing.summed
    if low > LOWEST and high < HIGHEST:
        return made, (low, high), 0.0
    return _rescaled(made, labels, low)


def _backward(done: Forward, back: Pullback | None) -> Answer:
    log_total = done.log_total()
    if back is None:
        return Answer(log_total, done.output(), {}, {})
    semiring, plan, values = done.semiring, done.plan, done.values
    last = len(plan.slots) - 1
    top = done.value(last)
    linear = semiring is LINEAR
    contract, readings = semiring.contract, back.readings
    found: dict[int, Array] = {last: (np.ones if linear else np.zeros)(top.shape)}
    bounds: dict[int, Bound] = {last: (1.0, 1.0)}
    marginals: dict[int, Array] = {}
    slopes: dict[int, Array] = {}

    terms: list[Array] = []

    def read(slot: int) -> None:
        value, derivative = done.value(slot), found[slot]
        if linear and bounds[slot][0] * done.bounds[slot][0] < LOWEST * LOWEST:
            raise _OutOfRange
        if slot in readings and back.by_row:
            for label, _, pairing, labels in readings[slot]:
                assert pairing is not None
                made = _plain(semiring, contract(pairing, derivative, value), labels)
                by_row = made.ndim == 2 and labels[0] != BATCH
                marginals[label] = made.T if by_row else made
        elif slot in readings:
            product = semiring.terms(value, derivative)
            for _, axes, _, _ in readings[slot]:
                terms.append((product if axes is None else product.transpose(axes)).reshape(-1))
        if slot in back.kept:
            value = _aligned(value, plan.slots[slot], back.labels[slot])
            slopes[slot] = _slope(semiring, value, derivative)

    read(last)
    for target, source, sibling, pairing, sibling_left, finished in back.pulls:
        by = values[sibling]
        assert by is not None
        if sibling_left:
            made = contract(pairing, by, found[source])
        else:
            made = contract(pairing, found[source], by)
        if linear:
            low, high = bounds[source]
            by_low, by_high = done.bounds[sibling]
            low, high = low * by_low, high * by_high * pairing.summed
            if low > LOWEST and high < HIGHEST:
                bounds[target] = (low, high)
            else:
                made, bounds[target], _ = _rescaled(made, back.labels[target], low)
        found[target] = made
        if target in readings or target in back.kept:
            read(target)
        for slot in finished:
            del found[slot]
    if terms:
        # One call sums the terms of every state of every label.
        sums = np.add.reduceat(np.concatenate(terms), back.firsts)
        end = 0
        for label, size in back.states:
            marginals[label] = sums[end : end + size]
            end += size
    return Answer(log_total, done.output(), marginals, slopes)


def _slope(semiring: Semiring, value: Array, derivative: Array) -> Array:
    """The derivative of log(value) by a slot, from that of the value up to a factor; for no batch."""
    if semiring is LOGARITHM:
        total = np.logaddexp.reduce((value + derivative).reshape(-1))
        return np.asarray(np.exp(derivative - total))
    return np.asarray(derivative / (value * derivative).sum())


def _rescaled(made: Array, labels: Labels, low: float) -> tuple[Array, Bound, Array | float]:
    """Divide by the largest entry (per batch row); also the new bounds, and the log of the divisor.

    Args:
        made: a fresh product.
        labels: its labels.
        low: what its positive entries are known to exceed.
    """
    if low < LOWEST * LOWEST:
        raise _OutOfRange
    if BATCH not in labels:
        highest, lowest = float(made.max()), float(made.min())
        if highest <= 0:
            return made, (1.0, 1.0), 0.0
        if lowest <= 0:
            lowest = _smallest_positive(made)
        if lowest / highest < LOWEST:
            raise _OutOfRange
        return made / highest, (lowest / highest, 1.0), math.log(highest)
    top = made.max(axis=_all_but_batch(labels), keepdims=True)
    top = np.where(top > 0, top, 1.0)
    log_top: Array = np.log(top.reshape(-1 if BATCH in labels else ()))
    scaled: Array = made / top
    # An entry that was positive and is no more counts as 0 here.
    floor = float(np.min(scaled, initial=1.0, where=made > 0))
    if floor < LOWEST:
        raise _OutOfRange
    return scaled, (floor, 1.0), log_top


def _measured(array: Array) -> Bound:
    floor = _smallest_positive(array)
    if floor < LOWEST:
        raise _OutOfRange
    return floor, max(1.0, float(array.max(initial=0.0)))


def _smallest_positive(array: Array) -> float:
    return float(np.min(array, initial=1.0, where=array > 0))


def _plain(semiring: Semiring, array: Array, labels: Labels) -> Array:
    """Numbers from the form of a semiring, up to a factor per batch row."""
    if semiring is LINEAR:
        return array
    top = array.max(axis=_all_but_batch(labels), keepdims=True)
    result: Array = np.exp(array - np.where(np.isneginf(top), 0.0, top))
    return result


def _all_but_batch(labels: Labels) -> tuple[int, ...]:
    return tuple(at for at, label in enumerate(labels) if label != BATCH)


def _flattened(array: Array, labels: Labels) -> Array:
    """Merge all axes but the batch into one, the last."""
    if BATCH not in labels:
        return array.reshape(-1)
    array = np.moveaxis(array, labels.index(BATCH), 0)
    return array.reshape(array.shape[0], -1)


def _aligned(array: Array, have: Labels, want: Labels) -> Array:
    """Bring axes into the order `want`; a label that the array lacks (the batch) gets extent 1."""
    array = array.transpose([have.index(label) for label in want if label in have])
    if array.ndim < len(want):
        missing = tuple(at for at, label in enumerate(want) if label not in have)
        array = np.expand_dims(array, missing)
    return array
