"""In which order to contract: variable elimination by smallest table, turned into pairs.

A Bayesian network is a tensor network whose labels (variables) stand on many leaves. Eliminating a
label means multiplying all tensors that carry it and summing it out; greedily taking the label
whose product table is smallest is the classic order for such networks. Within one elimination the
tensors are multiplied two at a time, the smallest first. Where the order found so is costly, orders
with some chance in the choice are tried as well, and those of cotengra's random-greedy search.

References:
    [kjaerulff1990] Kjærulff, U. (1990). Triangulation of graphs: algorithms giving small total
        state space. Technical report, Aalborg University.
    [gray2021] Gray, J. & Kourtis, S. (2021). Hyper-optimized tensor network contraction. Quantum 5.
"""

import heapq
import math
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

__all__ = [
    "HOPELESS",
    "Elimination",
    "Labels",
    "Optimizer",
    "Pair",
    "Product",
    "eliminate",
    "greedy",
    "hyper_greedy",
    "pairs",
    "products",
    "search",
    "with_ended",
]

Labels = tuple[int, ...]
Pair = tuple[int, int]
# Two slots, and the labels that end when they are multiplied.
Product = tuple[int, int, list[int]]
Optimizer = Callable[[Sequence[Labels], Labels, Mapping[int, int]], list[Pair]]


# Seconds to fill an entry of a product of labels with few states; with more than so many states each, on
# average, products are longer, and quicker by as much.
FILLING, FEW_STATES = 1e-9, 3.0
# Seconds of filling that one more order is worth, for each label: some more than it takes, since it may
# save but a part.
ORDERING = 8e-6
# No other order brings so many entries down to what a machine can hold.
HOPELESS = 1e15
NOISE = 0.7

SUMMED_AWAY = "every label must stand on two leaves or more, or in the output"


class Elimination(NamedTuple):
    """An order of labels.

    Attributes:
        order: the labels.
        entries: of all the product tables that come with it.
        seconds: about how long it takes to fill these.
    """

    order: Sequence[int]
    entries: float
    seconds: float


def greedy(leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int]) -> list[Pair]:
    """Return the pairs of slots to contract, in order; the i-th pair makes slot ``len(leaves) + i``.

    Args:
        leaves: the labels of every leaf.
        output: labels that are kept.
        sizes: the number of states of every label.
    """
    return pairs(leaves, output, sizes, eliminate(leaves, output, sizes).order)


def eliminate(
    leaves: Sequence[Labels],
    output: Labels,
    sizes: Mapping[int, int],
    *,
    noise: float = 0.0,
    seed: int = 0,
) -> Elimination:
    """Order labels so that the next one always has the smallest product table [kjaerulff1990].

    Ties fall to the smaller label, so the order is the same on every run.

    Args:
        leaves: the labels of every leaf.
        output: labels that are not eliminated.
        sizes: the number of states of every label.
        noise: how far chance moves the choice, as a standard deviation in doublings of a table.
        seed: makes that chance repeatable.
    """
    weight = {label: math.log2(size) for label, size in sizes.items()}
    near: dict[int, set[int]] = {}
    for own in leaves:
        for label in own:
            if label in near:
                near[label].update(own)
            else:
                near[label] = set(own)
    cost = {label: sum(map(weight.__getitem__, others)) for label, others in near.items()}
    moved = dict.fromkeys(cost, 0.0)
    if noise:
        chance = random.Random(seed)
        moved = {label: chance.gauss(0.0, noise) for label in cost}
        cost = {label: each + moved[label] for label, each in cost.items()}
    for label, others in near.items():
        others.discard(label)
    kept = frozenset(output)
    heap = [(cost[label], label) for label in near if label not in kept]
    heapq.heapify(heap)
    order: list[int] = []
    entries = 0.0
    done: set[int] = set()
    push, pop = heapq.heappush, heapq.heappop
    while heap:
        known, label = pop(heap)
        if label in done:
            continue
        now = cost[label]
        if known != now:
            # Where a cost has fallen, a truer entry came before this one; where it has risen, comes now.
            if known < now:
                push(heap, (now, label))
            continue
        done.add(label)
        order.append(label)
        entries += 2.0 ** min(now - moved[label], 1000.0)
        clique = near.pop(label)
        gone = weight[label]
        for other in clique:
            around = near[other]
            around.discard(label)
            change = -gone
            fill = clique - around
            if len(fill) > 1:  # it always holds the other one itself
                fill.discard(other)
                around |= fill
                for new in fill:
                    change += weight[new]
            cost[other] += change
            if change < 0 and other not in kept:
                push(heap, (cost[other], other))
    mean_size = 2.0 ** (sum(weight.values()) / max(1, len(near) + len(order)))
    return Elimination(order, entries, FILLING * entries * FEW_STATES / max(FEW_STATES, mean_size))


def search(
    leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int], *, most: int
) -> Elimination:
    """The best of several eliminations; the costlier the greedy one is, the more are tried.

    Args:
        leaves: the labels of every leaf.
        output: labels that are not eliminated.
        sizes: the number of states of every label.
        most: how many are tried at most besides the greedy one.
    """
    best = eliminate(leaves, output, sizes)
    if best.entries > HOPELESS:
        return best
    worth = best.seconds / (ORDERING * (1 + len(best.order)))
    for seed in range(min(most, int(worth))):
        other = eliminate(leaves, output, sizes, noise=NOISE, seed=seed)
        best = min(best, other, key=lambda each: each.entries)
    return best


def pairs(
    leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int], order: Sequence[int]
) -> list[Pair]:
    """Multiply what carries each label in turn, then whatever is left; see `greedy`."""
    return [(left, right) for left, right, _ in products(leaves, output, sizes, order)]


def products(
    leaves: Sequence[Labels],
    output: Labels,
    sizes: Mapping[int, int],
    order: Sequence[int],
    *,
    finish: bool = True,
) -> list[Product]:
    """Multiply what carries each label in turn, then, to finish, whatever is left; see `greedy`."""
    slots: dict[int, set[int]] = {at: set(own) for at, own in enumerate(leaves)}
    holders: dict[int, set[int]] = {}
    for at, own in slots.items():
        for label in own:
            if label in holders:
                holders[label].add(at)
            else:
                holders[label] = {at}
    kept = frozenset(output)
    found: list[Product] = []
    weight = {label: math.log2(size) for label, size in sizes.items()}
    first = len(leaves)

    def multiply_two(left: int, right: int) -> int:
        both = slots.pop(left)
        both |= slots.pop(right)
        made = first + len(found)
        ended = []
        for label in both:
            others = holders[label]
            others.discard(left)
            others.discard(right)
            if others or label in kept:
                others.add(made)
            else:
                ended.append(label)
        # A label that no other tensor carries any more is summed out by this very product.
        for label in ended:
            both.discard(label)
            del holders[label]
        slots[made] = both
        found.append((left, right, ended))
        return made

    def size(at: int) -> float:
        return sum([weight[label] for label in slots[at]])

    def multiply(members: Collection[int]) -> None:
        if len(members) < 3:
            if len(members) == 2:
                left, right = sorted(members)
                multiply_two(left, right)
            return
        heap = [(size(at), at) for at in members]
        heapq.heapify(heap)
        while len(heap) > 1:
            left, right = heapq.heappop(heap)[1], heapq.heappop(heap)[1]
            made = multiply_two(left, right)
            if heap:
                heapq.heappush(heap, (size(made), made))

    for label in order:
        if label in holders:
            multiply(tuple(holders[label]))
    if finish:
        multiply(tuple(slots))
    return found


def with_ended(leaves: Sequence[Labels], output: Labels, found: Sequence[Pair]) -> list[Product]:
    """Tell for each of the pairs which labels end there."""
    slots = [frozenset(own) for own in leaves]
    uses: dict[int, int] = {}
    for own in (*slots, output):
        for label in own:
            uses[label] = uses.get(label, 0) + 1
    assert all(count > 1 for count in uses.values()), SUMMED_AWAY
    products: list[Product] = []
    for left, right in found:
        ended = []
        for label in slots[left] & slots[right]:
            uses[label] -= 1
            if uses[label] == 1:
                ended.append(label)
        slots.append((slots[left] | slots[right]).difference(ended))
        products.append((left, right, ended))
    return products


def hyper_greedy(repeats: int, seed: int = 0) -> Optimizer:
    """Search with cotengra's random-greedy optimizer [gray2021], for networks that are worth it.

    Args:
        repeats: how many randomised orders are tried; the cheapest in operations is kept.
        seed: makes the search repeatable.
    """

    def search(leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int]) -> list[Pair]:
        # cotengra takes a fifth of a second to import; cheap networks never pay for it.
        from cotengra.pathfinders.path_basic import get_optimize_random_greedy_track_flops

        # Its compiled form takes characters for labels; surrogates are no characters.
        name = {
            label: chr(at if at < 0xD800 else at + 0x800)
            for at, label in enumerate(sizes, start=32)
        }
        path, _ = get_optimize_random_greedy_track_flops()(
            [[name[label] for label in own] for own in leaves],
            [name[label] for label in output],
            {name[label]: size for label, size in sizes.items()},
            ntrials=repeats,
            seed=seed,
            use_ssa=True,
        )
        # cotengra numbers one-tensor reductions as slots of their own; ours happen inside a pair.
        ours = list(range(len(leaves)))
        found: list[Pair] = []
        for slots in path:
            if len(slots) == 1:
                ours.append(ours[slots[0]])
            else:
                ours.append(len(leaves) + len(found))
                found.append((ours[slots[0]], ours[slots[1]]))
        return found

    return search
