"""Random graphs of two-state nodes with all their numbers: the joint, and what setting a node does."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, combinations, product

import numpy as np

from causal_model.network import Array

Parents = Mapping[str, tuple[str, ...]]


def random_parents(rng: np.random.Generator, most: int = 6) -> dict[str, tuple[str, ...]]:
    names = [f"n{at}" for at in range(int(rng.integers(3, most + 1)))]
    density = rng.uniform(0.2, 0.8)
    parents = {
        name: tuple(other for other in names[:at] if rng.random() < density)
        for at, name in enumerate(names)
    }
    return {str(name): parents[str(name)] for name in rng.permutation(names)}


def random_tables(rng: np.random.Generator, parents: Parents) -> dict[str, Array]:
    """P(1 | parents), away from 0 and 1 and without any accident that would look like independence."""
    return {name: rng.uniform(0.1, 0.9, size=(2,) * len(own)) for name, own in parents.items()}


def joint_of(
    parents: Parents, tables: Mapping[str, Array], do: Mapping[str, int] | None = None
) -> Array:
    """P(all nodes), an axis each, in the order of the graph."""
    names = list(parents)
    whole = np.zeros((2,) * len(names))
    for states in product((0, 1), repeat=len(names)):
        at = dict(zip(names, states, strict=True))
        probability = 1.0
        for name, own in parents.items():
            if do and name in do:
                probability *= float(at[name] == do[name])
                continue
            one = float(tables[name][tuple(at[each] for each in own)])
            probability *= one if at[name] else 1 - one
        whole[states] = probability
    return whole


def margin(joint: Array, names: Sequence[str], kept: Sequence[str]) -> Array:
    """P(kept), an axis each, in the order of `kept`."""
    summed = joint.sum(axis=tuple(at for at, name in enumerate(names) if name not in kept))
    order = [name for name in names if name in kept]
    return np.asarray(summed.transpose([order.index(name) for name in kept]))


def truth(parents: Parents, tables: Mapping[str, Array], cause: str, outcome: str) -> Array:
    """P(outcome | do(cause)), shape (2, 2)."""
    names = list(parents)
    return np.array(
        [margin(joint_of(parents, tables, {cause: at}), names, [outcome]) for at in (0, 1)]
    )


def adjusted(
    joint: Array, names: Sequence[str], cause: str, outcome: str, given: Sequence[str]
) -> Array:
    """Σ_z P(outcome | cause, z) P(z), shape (2, 2)."""
    whole = margin(joint, names, [*given, cause, outcome])
    weights = whole.sum(axis=(-1, -2))
    rows = whole / whole.sum(axis=-1, keepdims=True)
    return np.asarray((weights[..., None, None] * rows).sum(axis=tuple(range(len(given)))))


def dependent(
    joint: Array, names: Sequence[str], left: str, right: str, given: Sequence[str]
) -> bool:
    """Whether two nodes depend on each other given others, by the numbers."""
    whole = margin(joint, names, [*given, left, right])
    conditional = whole / whole.sum(axis=(-1, -2), keepdims=True)
    apart = conditional.sum(axis=-1, keepdims=True) * conditional.sum(axis=-2, keepdims=True)
    return bool(np.abs(conditional - apart).max() > 1e-9)


def subsets(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """All subsets, the smallest first."""
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def minimal(sets: Collection[frozenset[str]]) -> set[frozenset[str]]:
    """Those that contain no other."""
    return {each for each in sets if not any(other < each for other in sets)}
