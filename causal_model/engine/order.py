"""In which order to contract: variable elimination by smallest table, turned into pairs.

A Bayesian network is a tensor network whose labels (variables) stand on many leaves. Eliminating a
label means multiplying all tensors that carry it and summing it out; greedily taking the label
whose product table is smallest is the classic order for such networks. Within one elimination the
tensors are multiplied two at a time, the smallest first.

References:
    [kjaerulff1990] Kjærulff, U. (1990). Triangulation of graphs: algorithms giving small total
        state space. Technical report, Aalborg University.
"""

import heapq
import math
from collections.abc import Callable, Mapping, Sequence

__all__ = ["Labels", "Optimizer", "Pair", "elimination_order", "greedy", "hyper_greedy"]

Labels = tuple[int, ...]
Pair = tuple[int, int]
Optimizer = Callable[[Sequence[Labels], Labels, Mapping[int, int]], list[Pair]]


def greedy(leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int]) -> list[Pair]:
    """Return the pairs of slots to contract, in order; the i-th pair makes slot ``len(leaves) + i``.

    Args:
        leaves: the labels of every leaf.
        output: labels that are kept.
        sizes: the number of states of every label.
    """
    weight = {label: math.log2(size) for label, size in sizes.items()}
    slots: dict[int, frozenset[int]] = {at: frozenset(own) for at, own in enumerate(leaves)}
    holders: dict[int, set[int]] = {}
    for at, own in slots.items():
        for label in own:
            holders.setdefault(label, set()).add(at)
    kept = frozenset(output)
    pairs: list[Pair] = []

    def size_of(at: int) -> float:
        return sum(weight[label] for label in slots[at])

    def multiply(members: set[int]) -> None:
        heap = [(size_of(at), at) for at in members]
        heapq.heapify(heap)
        while len(heap) > 1:
            left, right = heapq.heappop(heap)[1], heapq.heappop(heap)[1]
            both = slots.pop(left) | slots.pop(right)
            made = len(leaves) + len(pairs)
            pairs.append((left, right))
            for label in both:
                holders[label] -= {left, right}
                holders[label].add(made)
            # A label that no other tensor carries any more is summed out by this very product.
            slots[made] = frozenset(
                label for label in both if label in kept or len(holders[label]) > 1
            )
            for label in both - slots[made]:
                del holders[label]
            heapq.heappush(heap, (size_of(made), made))

    for label in elimination_order(leaves, output, weight):
        if label in holders:
            multiply(holders[label])
    multiply(set(slots))
    return pairs


def elimination_order(
    leaves: Sequence[Labels], output: Labels, weight: Mapping[int, float]
) -> list[int]:
    """Order labels so that the next one always has the smallest product table [kjaerulff1990].

    Ties fall to the smaller label, so the order is the same on every run.
    """
    near: dict[int, set[int]] = {}
    for own in leaves:
        for label in own:
            near.setdefault(label, set()).update(own)
    for label, others in near.items():
        others.discard(label)
    cost = {
        label: weight[label] + sum(weight[other] for other in others)
        for label, others in near.items()
    }
    kept = set(output)
    heap = [(cost[label], label) for label in near if label not in kept]
    heapq.heapify(heap)
    order: list[int] = []
    done: set[int] = set()
    while heap:
        known, label = heapq.heappop(heap)
        if label in done or known != cost[label]:
            continue  # an entry that a later change made stale
        done.add(label)
        order.append(label)
        clique = near.pop(label)
        for other in clique:
            fill = clique - near[other]
            fill.discard(other)
            near[other] |= fill
            near[other].discard(label)
            cost[other] += sum(weight[new] for new in fill) - weight[label]
            if other not in kept:
                heapq.heappush(heap, (cost[other], other))
    return order


def hyper_greedy(repeats: int, seed: int = 0) -> Optimizer:
    """Search with cotengra's random-greedy optimizer, for networks where the order is worth it.

    Args:
        repeats: how many randomised orders are tried; the cheapest in operations is kept.
        seed: makes the search repeatable.
    """

    def search(leaves: Sequence[Labels], output: Labels, sizes: Mapping[int, int]) -> list[Pair]:
        # cotengra takes a fifth of a second to import; cheap networks never pay for it.
        from cotengra.pathfinders.path_basic import optimize_random_greedy_track_flops

        path, _ = optimize_random_greedy_track_flops(
            [list(own) for own in leaves],
            list(output),
            dict(sizes),
            ntrials=repeats,
            seed=seed,
            use_ssa=True,
        )
        # cotengra numbers one-tensor reductions as slots of their own; ours happen inside a pair.
        ours = list(range(len(leaves)))
        pairs: list[Pair] = []
        for slots in path:
            if len(slots) == 1:
                ours.append(ours[slots[0]])
            else:
                ours.append(len(leaves) + len(pairs))
                pairs.append((ours[slots[0]], ours[slots[1]]))
        return pairs

    return search
