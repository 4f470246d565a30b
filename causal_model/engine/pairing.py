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
from collections.abc import Collection
from functools import lru_cache

from causal_model.engine.order import Labels

__all__ = ["BATCH", "Pairing", "forget", "pair"]

# The label of the batch axis. Its size is known only when arrays come, so shapes say -1.
BATCH = -1

# How long h must be, and how short all the rest, to be the last axis.
LONG, SHORT = 64, 64

# The transpositions that change nothing.
AS_IT_IS = tuple([tuple(range(axes)) for axes in range(64)])


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


class Pairing:
    """How two arrays are contracted into one, for labels of these sizes at these axes; a value.

    Attributes:
        left_axes: transposition of the left array to (h..., m..., k...), or (m..., k..., h...).
        right_axes: transposition of the right array to (h..., k..., n...), or (k..., n..., h...).
        last: whether h is the last axis of all these instead of the first.
        sizes: the sizes of the labels in h, in m, in k and in n; -1 for the batch.
        summed: number of terms of every sum, the extent of k.
        operations: multiplications for one batch row.
        shape: the sizes of the result's axes.
        form: what is done: the left array's transposition and shape, the right array's, whether k is
            summed, `last`, the result's shape and transposition; None for what need not be done.
    """

    __slots__ = (
        "_by_left",
        "_by_right",
        "form",
        "last",
        "left_axes",
        "operations",
        "right_axes",
        "shape",
        "sizes",
        "summed",
    )

    def __init__(
        self,
        left_axes: Labels,
        right_axes: Labels,
        last: bool,
        sizes: Groups,
        axes: Labels | None = None,
    ) -> None:
        # Most of the time of planning is spent here, so this is plain.
        in_h, in_m, in_k, in_n = sizes
        h, m, k, n = math.prod(in_h), math.prod(in_m), math.prod(in_k), math.prod(in_n)
        operations = h * m * k * n
        if operations < 0:
            # The extent that holds the batch, of size -1, is to be found out by the reshape.
            operations = -operations
            h, m, n = max(h, -1), max(m, -1), max(n, -1)
        # Where every group is one label, an array has the shape of the groups already.
        of_m, of_k, of_n = len(in_m) == 1, len(in_k) == 1, len(in_n) == 1
        if len(in_h) != 1 and (in_h or last):
            of_m = of_k = of_n = False
        left: Labels | None
        right: Labels | None
        if last:
            left, right, made = (m, k, h), (k, n, h), in_m + in_n + in_h
        elif in_h:
            left, right, made = (h, m, k), (h, k, n), in_h + in_m + in_n
        else:
            left, right, made = (m, k), (k, n), in_m + in_n
        self.left_axes = left_axes
        self.right_axes = right_axes
        self.last = last
        self.sizes = sizes
        self.summed = k
        self.operations = operations
        self.shape = made if axes is None else tuple([made[at] for at in axes])
        self.form: Form = (
            None if left_axes == _as_it_is(len(left_axes)) else left_axes,
            None if of_m and of_k else left,
            None if right_axes == _as_it_is(len(right_axes)) else right_axes,
            None if of_k and of_n else right,
            k > 1,
            last,
            None if of_m and of_n else made,
            axes,
        )
        self._by_left: Pairing | None = None
        self._by_right: Pairing | None = None

    @property
    def by_left(self) -> "Pairing":
        """The derivative by the left array: that by the product, contracted with the right array.

        For no batch. The result has the axes of the left array.
        """
        if self._by_left is None:
            h, m, k, n = self.sizes
            product = _as_it_is(len(h) + len(m) + len(n))
            right = _swapped(self.right_axes, len(h), len(k), len(n), self.last)
            self._by_left = Pairing(product, right, self.last, (h, m, n, k), _back(self.form[0]))
        return self._by_left

    @property
    def by_right(self) -> "Pairing":
        """The derivative by the right array: the left array, contracted with that by the product.

        For no batch. The result has the axes of the right array.
        """
        if self._by_right is None:
            h, m, k, n = self.sizes
            product = _as_it_is(len(h) + len(m) + len(n))
            left = _swapped(self.left_axes, len(h), len(m), len(k), self.last)
            self._by_right = Pairing(left, product, self.last, (h, k, m, n), _back(self.form[2]))
        return self._by_right


def pair(
    left: Labels, right: Labels, ended: Collection[int], left_sizes: Labels, right_sizes: Labels
) -> tuple[Pairing, Labels]:
    """Prepare one contraction, and tell the labels of the product.

    Labels of one side only live on, of the shared ones all but `ended`. The product has the labels h, m,
    n in this order; or m, n, h. The batch, if there is one, has size -1.
    """
    pairing, picked = _paired(
        tuple([left.index(label) if label in left else -1 for label in right]),
        tuple([left.index(label) for label in ended]),
        left_sizes,
        right_sizes,
    )
    both = left + right
    return pairing, tuple([both[at] for at in picked])


def forget() -> None:
    """Let go of all pairings that are kept, as in a new process."""
    _paired.cache_clear()


# Networks repeat themselves, and so do their contractions.
@lru_cache(maxsize=4096)
def _paired(
    places: Labels, ended: Labels, left_sizes: Labels, right_sizes: Labels
) -> tuple[Pairing, Labels]:
    """A pairing by structure alone.

    Args:
        places: for every axis of the right array the same label's axis of the left one, or -1.
        ended: the axes of the left array whose labels are summed.
        left_sizes: the shape of the left array.
        right_sizes: that of the right one.

    Returns:
        The pairing, and the axes of left and right, put end to end, that make those of the product.
    """
    shared = [at for at in range(len(left_sizes)) if at in places and at not in ended]
    own_left = [at for at in range(len(left_sizes)) if at not in places]
    own_right = [at for at, place in enumerate(places) if place < 0]
    right_shared = [places.index(at) for at in shared]
    right_ended = [places.index(at) for at in ended]
    groups = (
        tuple([left_sizes[at] for at in shared]),
        tuple([left_sizes[at] for at in own_left]),
        tuple([left_sizes[at] for at in ended]),
        tuple([right_sizes[at] for at in own_right]),
    )
    h = math.prod(groups[0])
    # A batch, of size -1, is long, whatever its length.
    last = (h >= LONG or h < 0) and abs(math.prod(map(math.prod, groups[1:]))) <= SHORT
    of_n = [len(left_sizes) + at for at in own_right]
    if last:
        to_left, to_right = (*own_left, *ended, *shared), (*right_ended, *own_right, *right_shared)
        picked = (*own_left, *of_n, *shared)
    else:
        to_left, to_right = (*shared, *own_left, *ended), (*right_shared, *right_ended, *own_right)
        picked = (*shared, *own_left, *of_n)
    return Pairing(to_left, to_right, last, groups), picked


def _as_it_is(axes: int) -> Labels:
    return AS_IT_IS[axes] if axes < len(AS_IT_IS) else tuple(range(axes))


def _back(axes: Labels | None) -> Labels | None:
    """The transposition that undoes one."""
    return axes and tuple([axes.index(at) for at in range(len(axes))])


def _swapped(axes: Labels, of_h: int, first: int, second: int, last: bool) -> Labels:
    """The axes of an array, with its two groups besides h the other way round."""
    if not first or not second:
        return axes
    start = 0 if last else of_h
    middle, end = start + first, start + first + second
    return axes[:start] + axes[middle:end] + axes[start:middle] + axes[end:]
