"""The optimal policy, by going back from the last decision to the first.

At the last decision the best option is found for every state of what is known and matters; with that
policy filled in, the decision is a node like others, and the one before it is the last. Of options that
are equally good the first is taken, which leaves the status quo alone.

Which option is best does not depend on earlier decisions that do not matter, but what it is worth does: so
expected utilities are told on the way forth, when the policies of earlier decisions are there.

References:
    [howard1984] Howard, R.A., Matheson, J.E. (1984). Influence diagrams.
    [shachter1986] Shachter, R.D. (1986). Evaluating influence diagrams. Operations Research 34(6).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array

__all__ = ["EARLIER", "Choice", "Earlier", "Rolled", "roll_back"]


# What earlier decisions are taken to be where it is told what an option is worth in a case:
# "policy": they follow their policies, so wherever these lead to the case;
# "told": they do not lead there, so the decisions that the case names are set to what it says (do), and the
# others follow their policies;
# "any": not even so, so the others take every option alike;
# None: the case is impossible, whatever was decided.
Earlier = Literal["policy", "told", "any"]
EARLIER: tuple[Earlier | None, ...] = ("policy", "told", "any", None)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is best at one decision.

    With m the states of what matters, e the findings, and later decisions taken by their policies:

    Attributes:
        matters: what matters, as the axes of the arrays below.
        probability: P(m | e) when earlier decisions follow their policies; of shape (*sizes of m,).
        earlier: what earlier decisions are taken to be in `expected`, by place in `EARLIER`; likewise.
        expected: E[utility | m, do option, e] with such earlier decisions, of shape (*sizes of m, options);
            NaN where m is impossible. Differences between options are the same whatever decisions that
            are not in m were taken.
        good: which options are as good as the best, likewise; all of them where m is impossible.
        always: E[utility | do option whatever is known, e], earlier decisions by their policies; of shape
            (options,).
    """

    matters: tuple[str, ...]
    probability: Array
    earlier: NDArray[np.intp]
    expected: Array
    good: NDArray[np.bool_]
    always: Array

    @property
    def best(self) -> NDArray[np.intp]:
        """The index of the first of the best options, of shape (*sizes of m,)."""
        return np.asarray(self.good.argmax(axis=-1))


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
        same: expected utilities that differ by no more than this are equally good, and one that is no
            further from 0 is 0.
    """
    # How probable all cases are and what they are worth, once the decisions behind are taken.
    chance, ahead = probability, worth
    before: dict[str, tuple[Array, Array]] = {}
    good: dict[str, NDArray[np.bool_]] = {}
    # Policies as arrays of 0 and 1, with all axes.
    policies: dict[str, Array] = {}
    own = {name: [each for each in axes if each in known] for name, known in matters.items()}
    for decision in reversed(own):
        before[decision] = chance, ahead
        kept = [*own[decision], decision]
        expected = _shared_out(*(_along(each, axes, kept) for each in (ahead, chance)))
        # Nothing is best where m cannot be, so there all options are as good.
        good[decision] = ~(expected < expected.max(axis=-1, keepdims=True) - same)
        policy = np.eye(expected.shape[-1])[good[decision].argmax(axis=-1)]
        policies[decision] = _spread(policy, kept, axes)
        at = axes.index(decision)
        chance, ahead = (
            (each * policies[decision]).sum(axis=at, keepdims=True) for each in (chance, ahead)
        )
    value = float(ahead.sum())
    choices = {}
    followed: dict[str, Array] = {}
    for decision in own:
        expected, earlier = _expected(*before[decision], axes, own[decision], decision, followed)
        chance, ahead = (each * _product(followed.values()) for each in before[decision])
        choices[decision] = Choice(
            matters=tuple(own[decision]),
            probability=_along(chance * policies[decision], axes, own[decision]),
            earlier=earlier,
            expected=_without_dust(expected, same),
            good=good[decision],
            always=_without_dust(_along(ahead, axes, [decision]), same),
        )
        followed[decision] = policies[decision]
    return Rolled(float(_without_dust(np.array(value), same)), choices)


def _expected(
    chance: Array,
    ahead: Array,
    axes: Sequence[str],
    own: Sequence[str],
    decision: str,
    followed: Mapping[str, Array],
) -> tuple[Array, NDArray[np.intp]]:
    """What every option is worth in every case, and what earlier decisions are taken to be there.

    Args:
        chance: how probable all cases are once later decisions are taken, with all axes.
        ahead: what they are worth, likewise.
        axes: the nodes of the axes.
        own: those that matter to the decision.
        decision: the decision.
        followed: the policies of earlier decisions, by decision.
    """
    others = [policy for name, policy in followed.items() if name not in own]
    kept = [*own, decision]
    expected = np.full([chance.shape[axes.index(name)] for name in kept], np.nan)
    earlier = np.full(expected.shape[:-1], EARLIER.index(None))
    for at, policies in enumerate((list(followed.values()), others, [])):
        taken = _product(policies)
        found = _shared_out(*(_along(each * taken, axes, kept) for each in (ahead, chance)))
        new = (earlier == EARLIER.index(None)) & ~np.isnan(found).any(axis=-1)
        expected[new], earlier[new] = found[new], at
    return expected, earlier


def _product(policies: Collection[Array]) -> Array:
    """Which decisions are taken when all these policies are followed, as 0 and 1."""
    return np.asarray(math.prod(policies, start=np.ones(())))


def _shared_out(worth: Array, probability: Array) -> Array:
    """Expected utility times probability by probability; NaN where that is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(probability > 0, worth / probability, np.nan)


def _without_dust(numbers: Array, same: float) -> Array:
    """Expected utilities with 0 for what is left of it by rounding."""
    return np.where(np.abs(numbers) <= same, 0.0, numbers)


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
