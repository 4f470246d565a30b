"""How two arrays are contracted into one: labels in, transpositions and shapes out, prepared once.

Every contraction is brought to one of two forms:

    multiply   (h, m, 1) * (h, 1, n)       nothing is summed
    matmul     (h, m, k) @ (h, k, n)       k is summed

or, where h is long and the rest is short, with h as the last axis, along which machines run fastest,

    multiply   (m, 1, h) * (1, n, h)
    einsum     (m, k, h) , (k, n, h) -> (m, n, h)

where h are the labels that both arrays carry and that live on, k those that both carry and that end
here, m and n the labels of one side only. The derivative by one of the two arrays is the derivative by
the product contracted with the other array [darwiche2003]: in the first form G (h, m, n) gives
G (h, m, n) @ right (h, n, k) and left (h, k, m) @ G (h, m, n). So a contraction is prepared forwards, and
read backwards.

References:
    [darwiche2003] Darwiche, A. (2003). A differential approach to inference in Bayesian networks.
        Journal of the ACM 50(3).
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from causal_model.engine.order import Labels

__all__ = ["BATCH", "Pairing", "pair"]

# The label of the batch axis. Its size is known only when arrays come, so shapes say -1.
BATCH = -1

# How long h must be, and how short all the rest, to be the last axis.
LONG, SHORT = 64, 64


Groups = tuple[Labels, Labels, Labels, Labels]
# What one contraction does, see `Pairing.form`.
Form = tuple[
    Labels | None,
    Labels | None,
    Labels | None,
    Labels | None,
    bool,
    bool,
    Labels | None,
    Labels | None,
]


@dataclass(frozen=True, eq=False)
class Pairing:
    """How two arrays are contracted into one, for labels of these sizes at these axes.

    Attributes:
        left_axes: transposition of the left array to (h..., m..., k...), or (m..., k..., h...).
        right_axes: transposition of the right array to (h..., k..., n...), or (k..., n..., h...).
        last: whether h is the last axis of all these instead of the first.
        sizes: the sizes of the labels in h, in m, in k and in n; -1 for the batch.
        axes: transposition of the result in the end; None if there is none.
        summed: number of terms of every sum, the extent of k.
        operations: multiplications for one batch row.
        form: what is done: the left array's transposition and shape, the right array's, whether k is
            summed, `last`, the result's shape and transposition; None for what need not be done.
    """

    left_axes: Labels
    right_axes: Labels
    last: bool
    sizes: Groups
    axes: Labels | None
    summed: int
    operations: int
    form: Form

    @cached_property
    def by_left(self) -> "Pairing":
        """The derivative by the left array: that by the product, contracted with the right array.

        For no batch. The result has the axes of the left array.
        """
        h, m, k, n = self.sizes
        product = tuple(range(len(h) + len(m) + len(n)))
        right = _swapped(self.right_axes, len(h), len(k), len(n), self.last)
        return _made(product, right, self.last, (h, m, n, k), _back(self.left_axes))

    @cached_property
    def by_right(self) -> "Pairing":
        """The derivative by the right array: the left array, contracted with that by the product.

        For no batch. The result has the axes of the right array.
        """
        h, m, k, n = self.sizes
        product = tuple(range(len(h) + len(m) + len(n)))
        left = _swapped(self.left_axes, len(h), len(m), len(k), self.last)
        return _made(left, product, self.last, (h, k, m, n), _back(self.right_axes))


def pair(
    left: Labels, right: Labels, ended: Collection[int], sizes: Mapping[int, int]
) -> tuple[Pairing, Labels]:
    """Prepare one contraction, and tell the labels of the product.

    Labels of one side only live on, of the shared ones all but `ended`. The product has the labels h, m,
    n in this order; or m, n, h. The batch, if there is one, has size -1.
    """
    shared: list[int] = []
    own_left: list[int] = []
    summed: list[int] = []
    own_right: list[int] = []
    h = rest = 1
    for label in left:
        if label not in right:
            own_left.append(label)
            rest *= sizes[label]
        elif label in ended:
            summed.append(label)
            rest *= sizes[label]
        else:
            shared.append(label)
            h *= sizes[label]
    for label in right:
        if label not in left:
            own_right.append(label)
            rest *= sizes[label]
    # A batch, of size -1, is long, whatever its length.
    last = (h >= LONG or h < 0) and abs(rest) <= SHORT
    if last:
        to_left, to_right = [*own_left, *summed, *shared], [*summed, *own_right, *shared]
        labels = (*own_left, *own_right, *shared)
    else:
        to_left, to_right = [*shared, *own_left, *summed], [*shared, *summed, *own_right]
        labels = (*shared, *own_left, *own_right)
    groups = (
        tuple([sizes[label] for label in shared]),
        tuple([sizes[label] for label in own_left]),
        tuple([sizes[label] for label in summed]),
        tuple([sizes[label] for label in own_right]),
    )
    pairing = _made(
        tuple([left.index(label) for label in to_left]),
        tuple([right.index(label) for label in to_right]),
        last,
        groups,
    )
    return pairing, labels


# Networks repeat themselves, and so do their contractions.
@lru_cache(maxsize=4096)
def _made(
    left_axes: Labels, right_axes: Labels, last: bool, sizes: Groups, axes: Labels | None = None
) -> Pairing:
    """A pairing, see its attributes."""
    in_h, in_m, in_k, in_n = sizes
    # An extent that holds the batch, of size -1, is to be found out by the reshape.
    h, m, k, n = (max(-1, math.prod(group)) for group in sizes)
    left: Labels
    right: Labels
    of_left: tuple[Labels, ...]
    of_right: tuple[Labels, ...]
    of_made: tuple[Labels, ...]
    if last:
        of_left, of_right, of_made = (in_m, in_k, in_h), (in_k, in_n, in_h), (in_m, in_n, in_h)
        left, right = (m, k, h), (k, n, h)
    elif in_h:
        of_left, of_right, of_made = (in_h, in_m, in_k), (in_h, in_k, in_n), (in_h, in_m, in_n)
        left, right = (h, m, k), (h, k, n)
    else:
        of_left, of_right, of_made = (in_m, in_k), (in_k, in_n), (in_m, in_n)
        left, right = (m, k), (k, n)
    shape = tuple([size for group in of_made for size in group])
    operations = abs(math.prod([size for group in sizes for size in group]))
    form = (
        _unless_so(left_axes),
        None if _one_each(of_left) else left,
        _unless_so(right_axes),
        None if _one_each(of_right) else right,
        k > 1,
        last,
        None if _one_each(of_made) else shape,
        axes,
    )
    return Pairing(left_axes, right_axes, last, sizes, axes, k, operations, form)


def _one_each(groups: Iterable[Labels]) -> bool:
    """Whether every group is one label, so that an array has the shape of the groups already."""
    return all(len(group) == 1 for group in groups)


def _unless_so(axes: Labels) -> Labels | None:
    return None if axes == tuple(range(len(axes))) else axes


def _back(axes: Labels) -> Labels | None:
    """The transposition that undoes one."""
    return _unless_so(tuple([axes.index(at) for at in range(len(axes))]))


def _swapped(axes: Labels, of_h: int, first: int, second: int, last: bool) -> Labels:
    """The axes of an array, with its two groups besides h the other way round."""
    start = 0 if last else of_h
    middle, end = start + first, start + first + second
    return (*axes[:start], *axes[middle:end], *axes[start:middle], *axes[end:])
