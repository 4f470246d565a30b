"""Contract a planned tensor network forwards (the value) and backwards (all derivatives).

The value of a Bayesian network with evidence is P(evidence). The value is linear in every single
leaf, so for any tensor T of the tree, leaf or intermediate, with derivative G,

    value = sum(T * G)      and      P(label = i, evidence) = sum over the other labels of (T * G).

Hence one backward pass gives the posterior of every variable, and the derivative of log P(evidence)
by a table is G / sum(T * G) [darwiche2003]. Both are ratios in which any factor of T or G cancels, so
the passes may rescale freely and only the forward one keeps track.

Plain floats are used as they are while no product can leave their range; a long chain of findings
can, and then every product is divided by its largest entry (per batch row) and the logarithm of the
divisor is kept. Even so one array may hold entries more than 1e300 apart. That is noticed before an
entry is lost, and the contraction is done again in logarithms. So a zero is always a true zero, one of
the zeros of the tables, never an underflow.

References:
    [darwiche2003] Darwiche, A. (2003). A differential approach to inference in Bayesian networks.
        Journal of the ACM 50(3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.engine.plan import BATCH, Labels, Plan, Pullback
from causal_model.engine.semiring import LINEAR, LOGARITHM, Array, Semiring

__all__ = ["Contraction", "contract", "log_floor", "sum_to"]

# exp(-500) is about 1e-217: products above it are exact, with room for the sums.
SAFE_LOG = 500.0
# While the entries of a rescaled product stay above this, none of them is lost.
TINY = 1e-290


class _OutOfRange(ArithmeticError):
    """Entries of one array lie too far apart for floats; only logarithms can hold them."""


@dataclass(frozen=True, slots=True, eq=False)
class Contraction:
    """A contracted network, ready for questions.

    Attributes:
        plan: the plan that was followed.
        values: the array of every slot in the form of `semiring`, each up to a positive factor.
        semiring: LINEAR or LOGARITHM.
        log_scale: logarithm of what was divided out; a number, or one per batch row.
        floors: a lower bound of the positive entries of every slot where arrays were rescaled,
            None where they were not.
    """

    plan: Plan
    values: Sequence[Array]
    semiring: Semiring
    log_scale: Array
    floors: Sequence[float] | None

    def log_total(self) -> Array:
        """Logarithm of the value summed over the output labels: a number, or one per batch row.

        It is -inf exactly where the value is zero.
        """
        entries = _flattened(self.values[-1], self.plan.slots[-1])
        with np.errstate(divide="ignore"):
            if self.semiring is LOGARITHM:
                total = np.logaddexp.reduce(entries, axis=-1)
            else:
                total = np.log(entries.sum(axis=-1))
        result: Array = total + self.log_scale
        return result

    def output(self) -> Array:
        """The value over the output labels in their order, up to a factor per batch row."""
        plain = self._plain(self.values[-1], self.plan.slots[-1])
        return plain.transpose(self.plan.output_axes)

    def derivatives(self, back: Pullback) -> dict[int, Array]:
        """The derivative of the value by each slot that `back` reaches, up to a factor per row.

        Axes are in the order of ``back.labels[slot]``, arrays in the form of `semiring`. They are
        good for this contraction's `joint` only.
        """
        last = len(self.values) - 1
        start = np.zeros if self.semiring is LOGARITHM else np.ones
        found: dict[int, Array] = {last: start(self.values[last].shape)}
        floors = {last: 1.0}
        for pull in back.pulls:
            given, sibling = found[pull.source], self.values[pull.sibling]
            made = self.semiring.contract(pull.pairing, given, sibling)
            if self.floors is not None:
                floor = _product_floor(
                    given, floors[pull.source], sibling, self.floors[pull.sibling]
                )
                made, floors[pull.target], _ = _rescaled(made, pull.pairing.labels, floor)
            found[pull.target] = made
        return found

    def joint(self, slot: int, derivative: Array, labels: Labels) -> Array:
        """P(labels of the slot, evidence) up to a factor per batch row, as plain numbers.

        Args:
            slot: a leaf or an intermediate.
            derivative: by that slot, from `derivatives`.
            labels: the axes of the derivative; the result has them too.
        """
        value = _aligned(self.values[slot], self.plan.slots[slot], labels)
        if self.semiring is LOGARITHM:
            return self._plain(value + derivative, labels)
        return value * derivative

    def slope(self, slot: int, derivative: Array, labels: Labels) -> Array:
        """The derivative of log(value) by a slot, in the order of `labels`; for no batch."""
        value = _aligned(self.values[slot], self.plan.slots[slot], labels)
        if self.semiring is LOGARITHM:
            total = np.logaddexp.reduce((value + derivative).reshape(-1))
            return np.asarray(np.exp(derivative - total))
        return np.asarray(derivative / (value * derivative).sum())

    def _plain(self, array: Array, labels: Labels) -> Array:
        if self.semiring is not LOGARITHM:
            return array
        top = array.max(axis=_all_but_batch(labels), keepdims=True)
        result: Array = np.exp(array - np.where(np.isneginf(top), 0.0, top))
        return result


def contract(plan: Plan, leaves: Sequence[Array], floor: float) -> Contraction:
    """Contract forwards.

    Args:
        plan: the plan.
        leaves: one array per leaf, entries from 0 to 1.
        floor: sum of `log_floor` over the leaves, or anything below it.
    """
    if floor > -SAFE_LOG and plan.log_states < SAFE_LOG:
        values = list(leaves)
        for step in plan.steps:
            values.append(LINEAR.contract(step.pairing, values[step.left], values[step.right]))
        return Contraction(plan, values, LINEAR, np.zeros(()), None)
    try:
        return _contract_rescaled(plan, leaves)
    except _OutOfRange:
        return contract_in_logarithms(plan, leaves)


def contract_in_logarithms(plan: Plan, leaves: Sequence[Array]) -> Contraction:
    """Contract forwards in logarithms: slower, and right whatever the range of the entries."""
    with np.errstate(divide="ignore"):
        values = [np.log(leaf) for leaf in leaves]
    for step in plan.steps:
        values.append(LOGARITHM.contract(step.pairing, values[step.left], values[step.right]))
    return Contraction(plan, values, LOGARITHM, np.zeros(()), None)


def log_floor(array: Array) -> float:
    """The logarithm of the smallest positive entry, 0 where there is none.

    >>> round(log_floor(np.array([0.0, 0.25, 0.5])), 6)
    -1.386294
    """
    return float(np.log(_smallest_positive(array)))


def sum_to(joint: Array, labels: Labels, label: int) -> Array:
    """Sum a joint over all labels but one (and the batch); shape (states,) or (batch, states)."""
    others = tuple(at for at, own in enumerate(labels) if own not in (label, BATCH))
    kept = joint.sum(axis=others) if others else joint
    if kept.ndim == 2 and labels.index(BATCH) > labels.index(label):
        return kept.T
    return kept


def _contract_rescaled(plan: Plan, leaves: Sequence[Array]) -> Contraction:
    values = list(leaves)
    floors = [_smallest_positive(leaf) for leaf in leaves]
    log_scale: Array = np.zeros(())
    for step in plan.steps:
        left, right = values[step.left], values[step.right]
        made = LINEAR.contract(step.pairing, left, right)
        floor = _product_floor(left, floors[step.left], right, floors[step.right])
        made, floor, log_top = _rescaled(made, step.pairing.labels, floor)
        log_scale = log_scale + log_top
        values.append(made)
        floors.append(floor)
    return Contraction(plan, values, LINEAR, log_scale, floors)


def _product_floor(left: Array, left_floor: float, right: Array, right_floor: float) -> float:
    """A lower bound of the positive entries of a product.

    The bounds of the factors are carried along from product to product; only when they have become
    too loose to tell does it look at the arrays.
    """
    floor = left_floor * right_floor
    if floor < TINY:
        floor = _smallest_positive(left) * _smallest_positive(right)
        if floor < TINY:
            raise _OutOfRange
    return floor


def _rescaled(made: Array, labels: Labels, floor: float) -> tuple[Array, float, Array]:
    """Divide by the largest entry (per batch row); also the new floor, and the log of the divisor."""
    top = made.max(axis=_all_but_batch(labels), keepdims=True)
    top = np.where(top > 0, top, 1.0)
    log_top: Array = np.log(top.reshape(-1 if BATCH in labels else ()))
    return made / top, min(1.0, floor / float(top.max())), log_top


def _smallest_positive(array: Array) -> float:
    return float(np.min(array, initial=1.0, where=array > 0))


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
