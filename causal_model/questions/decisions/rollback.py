"""The optimal policy, by going back from the last decision to the first.

At the last decision the best option is found for every state of what is known and matters; with that
policy filled in, the decision is a node like others, and the one before it is the last. Of options that
are equally good the first is taken, which leaves the status quo alone.

References:
    [howard1984] Howard, R.A., Matheson, J.E. (1984). Influence diagrams.
    [shachter1986] Shachter, R.D. (1986). Evaluating influence diagrams. Operations Research 34(6).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["Choice", "Rolled", "roll_back"]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is best at one decision.

    With m the states of what matters, e the findings, and all other decisions taken by their policies:

    Attributes:
        matters: what matters, as the axes of the arrays below.
        probability: P(m | e), how often the decision is taken under m; of shape (*sizes of m,).
        expected: E[utility | m, do option, e], of shape (*sizes of m, options); NaN where m cannot be. Here
            later decisions follow their policies, and m may hold what earlier ones do not choose.
        best: the index of the best option, of shape (*sizes of m,).
        always: E[utility | do option whatever is known, e], of shape (options,).
    """

    matters: tuple[str, ...]
    probability: Array
    expected: Array
    best: NDArray[np.intp]
    always: Array


@dataclass(frozen=True, slots=True, eq=False)
class Rolled:
    """The largest expected utility, E[utility | e] under the optimal policies, and these policies."""

    value: float
    choices: Mapping[str, Choice]


def roll_back(
    axes: Sequence[str],
    probability: Array,
    worth: Array,
    matters: Mapping[str, Collection[str]],
    *,
    same: float,
) -> Rolled:
    """Find the best option at every decision.

    Args:
        axes: the nodes of the axes of the arrays.
        probability: P(what is known | do what is decided, findings), of shape (*sizes,).
        worth: expected utility of every case times its probability, likewise.
        matters: what matters to every open decision, first decision to last.
        same: expected utilities that differ by no more than this are equally good.
    """
    ahead = worth
    chance = probability
    expected: dict[str, Array] = {}
    # What a decision is worth once the later ones are taken, and its policy as an array of 0 and 1, with
    # all axes.
    worths: dict[str, Array] = {}
    policies: dict[str, Array] = {}
    for decision in reversed(list(matters)):
        kept = [name for name in axes if name in matters[decision]]
        summed, cases = (_along(each, axes, [*kept, decision]) for each in (ahead, chance))
        with np.errstate(invalid="ignore", divide="ignore"):
            expected[decision] = np.where(cases > 0, summed / cases, np.nan)
        policy = np.eye(summed.shape[-1])[_first_best(expected[decision], same)]
        worths[decision] = ahead
        policies[decision] = _spread(policy, [*kept, decision], axes)
        at = axes.index(decision)
        ahead = (ahead * policies[decision]).sum(axis=at, keepdims=True)
        chance = (chance * policies[decision]).sum(axis=at, keepdims=True)
    # How often it comes to what, now from the first decision to the last.
    taken = probability
    for policy in policies.values():
        taken = taken * policy
    choices = {}
    earlier = np.ones([1] * len(axes))
    for decision in matters:
        kept = [name for name in axes if name in matters[decision]]
        choices[decision] = Choice(
            matters=tuple(kept),
            probability=_along(taken, axes, kept),
            expected=expected[decision],
            best=_first_best(expected[decision], same),
            always=_along(worths[decision] * earlier, axes, [decision]),
        )
        earlier = earlier * policies[decision]
    return Rolled(float(ahead.sum()), choices)


def _first_best(expected: Array, same: float) -> NDArray[np.intp]:
    """The first of the best options; the first of all where what matters cannot be."""
    largest = expected.max(axis=-1, keepdims=True)
    return np.asarray((expected >= largest - same).argmax(axis=-1))


def _along(array: Array, axes: Sequence[str], kept: Sequence[str]) -> Array:
    """Sums over all axes but some, which come in this order."""
    gone = tuple(at for at, name in enumerate(axes) if name not in kept)
    left = [name for name in axes if name in kept]
    return np.asarray(array.sum(axis=gone).transpose([left.index(name) for name in kept]))


def _spread(array: Array, own: Sequence[str], axes: Sequence[str]) -> Array:
    """The same array with all axes, those that are not its own of length 1."""
    order = [own.index(name) for name in axes if name in own]
    shape = [array.shape[own.index(name)] if name in own else 1 for name in axes]
    return array.transpose(order).reshape(shape)
