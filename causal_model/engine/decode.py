"""From the value back to states: one for every label, drawn or the best.

The arrays of the forward pass are the messages of the tree. Going back from the value, the labels that
a step summed are given a state, from what the two arrays of the step say once all labels that were
decided before are in place. With maxima for sums the best state is taken, and the outcome is the most
probable explanation; with sums a state is drawn, and the outcome is an exact draw from the posterior
(forward filtering, backward sampling, on a tree) [koller2009, ch. 9.3.5 and 13.2].

References:
    [koller2009] Koller, D. & Friedman, N. (2009). Probabilistic Graphical Models. MIT Press.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from causal_model.engine.contract import Forward
from causal_model.engine.plan import Labels
from causal_model.engine.semiring import LINEAR, Array

__all__ = ["States", "best", "decode", "drawn"]

States = NDArray[np.intp]
# From logarithms of weights, of shape (draws, choices), one choice per draw.
Choose = Callable[[Array], States]

# A choice whose weight comes this near to the best one, in logarithms and relative to their size, is a tie.
TIE = 1e-12


def decode(
    done: Forward, choose: Choose, draws: int, known: dict[int, States] | None = None
) -> dict[int, States]:
    """Decide every label of a contracted network.

    Args:
        done: the forward pass, with the arrays of all slots.
        choose: picks one choice per draw.
        draws: how many.
        known: states of the output labels, if there are any.

    Returns:
        By label, states of shape (draws,).
    """
    plan, first = done.plan, len(done.plan.leaves)
    chosen: dict[int, States] = dict(known or {})
    for at in range(len(plan.steps) - 1, -1, -1):
        step = plan.steps[at]
        left, right = plan.slots[step.left], plan.slots[step.right]
        summed = [label for label in left if label in right and label not in plan.slots[first + at]]
        if not summed:
            continue
        picked = [
            _picked(done.value(slot), own, chosen, summed)
            for slot, own in ((step.left, left), (step.right, right))
        ]
        if done.semiring is LINEAR:
            with np.errstate(divide="ignore"):
                weights = np.log(picked[0]) + np.log(picked[1])
        else:
            weights = picked[0] + picked[1]
        extents = [plan.sizes[label] for label in summed]
        weights = np.broadcast_to(weights, (draws, *extents)).reshape(draws, -1)
        found = np.unravel_index(choose(weights), extents)
        chosen.update(zip(summed, found, strict=True))
    return chosen


def drawn(rng: np.random.Generator) -> Choose:
    """Choose at random, in proportion to the weights."""

    def choose(weights: Array) -> States:
        share = np.exp(weights - weights.max(axis=1, keepdims=True))
        below = share.cumsum(axis=1)
        at = rng.random((len(share), 1)) * below[:, -1:]
        return np.asarray((below <= at).sum(axis=1).clip(max=share.shape[1] - 1), dtype=np.intp)

    return choose


def best(ties: list[bool]) -> Choose:
    """Choose what weighs most, the first of several that weigh the same; appends whether there were."""

    def choose(weights: Array) -> States:
        top = weights.max(axis=1, keepdims=True)
        # Long sums of logarithms are large, and round accordingly.
        near = weights >= top - TIE * np.maximum(1.0, np.abs(top))
        ties.append(bool((np.count_nonzero(near, axis=1) > 1).any()))
        return np.asarray(near.argmax(axis=1))

    return choose


def _picked(
    array: Array, labels: Labels, chosen: dict[int, States], summed: Sequence[int]
) -> Array:
    """The entries at the decided states, of shape (draws or 1, *extents of the summed labels)."""
    ones = (1,) * len(summed)
    index = []
    for axis, label in enumerate(labels):
        if label in chosen:
            index.append(chosen[label].reshape(-1, *ones))
        else:
            place = 1 + summed.index(label)
            shape = [1] * (1 + len(summed))
            shape[place] = array.shape[axis]
            index.append(np.arange(array.shape[axis]).reshape(shape))
    return array[tuple(index)]
