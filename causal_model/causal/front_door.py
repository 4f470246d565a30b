"""Front-door sets: mediators that tell an effect although its common causes are hidden.

A set Z is a front-door set for the effect of X on Y if it stands in every directed path from X to Y, no
back-door path from X to Z is open, and X closes all back-door paths from Z to Y. Then [pearl1995]

    P(y | do(x)) = Σ_z P(z | x) Σ_x' P(y | x', z) P(x').

The nodes that fail one of the latter two are struck out until none is left that does: every front-door set
is part of what remains, and this is one itself if any set is [jeong2022]. Minimal ones are looked for by
size.

References:
    [pearl1995] Pearl, J. (1995). Causal diagrams for empirical research. Biometrika 82(4).
    [jeong2022] Jeong, H., Tian, J. and Bareinboim, E. (2022). Finding and listing front-door adjustment
        sets. NeurIPS.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from causal_model.causal.separators import Listing
from causal_model.graph import Parents, cut, d_connected, directed_path

__all__ = ["front_door_sets", "is_front_door_set"]

# So many sets are looked at; with twelve candidates or fewer these are all.
MOST_TRIED = 1 << 12


def is_front_door_set(parents: Parents, cause: str, outcome: str, given: Collection[str]) -> bool:
    """Whether a set of nodes is a front-door set, all of them being observed."""
    return set(given) == _largest(parents, cause, outcome, given) and _intercepts(
        parents, cause, outcome, given
    )


def front_door_sets(
    parents: Parents, cause: str, outcome: str, *, hidden: Collection[str] = (), most: int = 100
) -> Listing:
    """Minimal front-door sets, the smallest first; none where no directed path leads to the outcome."""
    if directed_path(parents, cause, outcome) is None:
        return Listing(())
    observed = [name for name in parents if name not in {cause, outcome, *hidden}]
    widest = _largest(parents, cause, outcome, observed)
    if not _intercepts(parents, cause, outcome, widest):
        return Listing(())
    listing = Listing.of(_by_size(parents, cause, outcome, widest), parents, most)
    if not listing.sets:
        listing = Listing.of([_shrunk(parents, cause, outcome, widest)], parents, most)
    return replace(listing, complete=listing.complete and 1 << len(widest) <= MOST_TRIED)


def _largest(
    parents: Parents, cause: str, outcome: str, among: Collection[str]
) -> frozenset[str]:
    """The largest set that no back-door path reaches from the cause, or links to the outcome past it."""
    tied = d_connected(cut(parents, out_of=[cause]), [cause])
    kept = frozenset(among) - tied - {cause, outcome}
    while True:
        # Whoever is linked to the outcome without its own arrows and those of the others is in no set.
        linked = d_connected(cut(parents, out_of=kept), [outcome], [cause])
        if kept.isdisjoint(linked):
            return kept
        kept -= linked


def _intercepts(parents: Parents, cause: str, outcome: str, given: Collection[str]) -> bool:
    return directed_path(parents, cause, outcome, avoiding=given) is None


def _by_size(
    parents: Parents, cause: str, outcome: str, widest: frozenset[str]
) -> Iterator[frozenset[str]]:
    found: list[frozenset[str]] = []
    order = [name for name in parents if name in widest]
    tried = 0
    for size in range(len(order) + 1):
        for each in map(frozenset, combinations(order, size)):
            if tried == MOST_TRIED:
                return
            tried += 1
            if any(one <= each for one in found):
                continue
            if is_front_door_set(parents, cause, outcome, each):
                found.append(each)
                yield each


def _shrunk(
    parents: Parents, cause: str, outcome: str, widest: frozenset[str]
) -> frozenset[str]:
    """One minimal set: a node goes for good where there is a set without it."""
    kept = widest
    for name in widest:
        less = _largest(parents, cause, outcome, kept - {name})
        if name in kept and _intercepts(parents, cause, outcome, less):
            kept = less
    return kept
