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
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

__all__ = [
    "HOPELESS",
    "Elimination",
    "Labels",
    "Optimizer",
    "Pair",
    "eliminate",
    "greedy",
    "hyper_greedy",
    "pairs",
    "search",
]

Labels = tuple[int, ...]
Pair = tuple[int, int]
Optimizer = Callable[[Sequence[Labels], Labels, Mapping[int, int]], list[Pair]]


# What a search may cost grows with what it may save.
ENTRIES_PER_LABEL = 4_000
# No other order brings so many entries down to what a machine can hold.
HOPELESS = 1e15
NOISE = 0.7


class Elimination(NamedTuple):
    """An order of labels, and the entries of all the product tables that come with it."""

    order: Sequence[int]
    entries: float


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
        if label in done or known != cost[label]:
            continue  # an entry that a later change made stale
        done.add(label)
        order.append(label)
        entries += 2.0 ** min(known - moved[label], 1000.0)
        clique = near.pop(label)
        gone = weight[label]
        for other in clique:
            around = near[other]
            around.discard(label)
            fill = clique - around
            fill.discard(other)
            change = -gone
            if fill:
                around |= fill
                for new in fill:
                    change += weight[new]
            cost[other] += change
            if other not in kept:
                push(heap, (cost[other], other))
    return Elimination(order, entries)


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
    # So many entries take as long to fill as one label takes to order.
    worth = best.entries / (ENTRIES_PER_LABEL * (1 + len(best.order)))
    for seed in range(min(most, int(worth))):
        other = eliminate(leaves, output, sizes, noise=NOISE, seed=seed)
        best = min(best, other, key=lambda each: each.entries)
    return best


def pairs(
    leaves: Sequence[Labels],
    output: Labels,
    sizes: Mapping[int, int],
    order: Sequence[int],
    *,
    finish: bool = True,
) -> list[Pair]:
    """Multiply what carries each label in turn, then, to finish, whatever is left; see `greedy`."""
    weight = {label: math.log2(size) for label, size in sizes.items()}
    slots: dict[int, set[int]] = {at: set(own) for at, own in enumerate(leaves)}
    size = {at: sum(map(weight.__getitem__, own)) for at, own in slots.items()}
    holders: dict[int, set[int]] = {}
    for at, own in slots.items():
        for label in own:
            if label in holders:
                holders[label].add(at)
            else:
                holders[label] = {at}
    kept = frozenset(output)
    found: list[Pair] = []

    def multiply(members: Sequence[int]) -> None:
        heap = [(size[at], at) for at in members]
        heapq.heapify(heap)
        while len(heap) > 1:
            left, right = heapq.heappop(heap)[1], heapq.heappop(heap)[1]
            both = slots.pop(left)
            both |= slots.pop(right)
            made = len(leaves) + len(found)
            found.append((left, right))
            left_over = []
            for label in both:
                others = holders[label]
                others.discard(left)
                others.discard(right)
                if others or label in kept:
                    others.add(made)
                else:
                    left_over.append(label)
            # A label that no other tensor carries any more is summed out by this very product.
            for label in left_over:
                both.discard(label)
                del holders[label]
            slots[made] = both
            size[made] = sum(map(weight.__getitem__, both))
            heapq.heappush(heap, (size[made], made))

    for label in order:
        if label in holders:
            multiply(tuple(holders[label]))
    if finish:
        multiply(tuple(slots))
    return found


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
