"""Front-door sets: mediators that tell an effect although its common causes are hidden.

A set Z is a front-door set for the effect of X on Y if it stands in every directed path from X to Y, no
back-door path from X to Z is open, and X closes all back-door paths from Z to Y. Then [pearl1995]

    P(y | do(x)) = Σ_z P(z | x) Σ_x' P(y | x', z) P(x').

The nodes that fail one of the latter two are struck out until none is left that does: every front-door set
is part of what remains, and this is one itself if any set is [jeong2022]. From there a node goes for good
where a set is left without it, until a minimal set remains; every other minimal set lacks one of its nodes,
and is looked for without that one.

References:
    [pearl1995] Pearl, J. (1995). Causal diagrams for empirical research. Biometrika 82(4).
    [jeong2022] Jeong, H., Tian, J. and Bareinboim, E. (2022). Finding and listing front-door adjustment
        sets. NeurIPS.
"""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import replace

from causal_model.causal.formula import Conditional, Formula, Product, summed
from causal_model.causal.separators import Listing
from causal_model.graph import Parents, ancestors, cut, d_connected, descendants

__all__ = ["front_door_formula", "front_door_sets", "is_front_door_set"]

# Minimal sets are looked for among so many nodes, times the nodes of the graph.
MOST_LOOKED_AT = 10_000


def is_front_door_set(parents: Parents, cause: str, outcome: str, given: Collection[str]) -> bool:
    """Whether a set of nodes is a front-door set, all of them being observed."""
    return set(given) == _largest(parents, cause, outcome, given) and _intercepts(
        parents, cause, outcome, given
    )


def front_door_sets(
    parents: Parents, cause: str, outcome: str, *, hidden: Collection[str] = (), most: int = 100
) -> Listing:
    """Minimal front-door sets, the smallest first; none where no directed path leads to the outcome."""
    if outcome not in descendants(parents, [cause]):
        return Listing(())
    # What lies above neither of the two opens no path between them.
    parents = _above(parents, [cause, outcome])
    observed = [name for name in parents if name not in {cause, outcome, *hidden}]
    widest = _largest(parents, cause, outcome, observed)
    if not _intercepts(parents, cause, outcome, widest):
        return Listing(())
    found: dict[frozenset[str], None] = {}
    seen, waiting = {widest}, deque([widest])
    while waiting and len(found) <= most and len(seen) * len(parents) <= MOST_LOOKED_AT:
        among = waiting.popleft()
        least = _shrunk(parents, cause, outcome, among)
        found[least] = None
        for name in least:
            less = _largest(parents, cause, outcome, among - {name})
            if less not in seen and _intercepts(parents, cause, outcome, less):
                seen.add(less)
                waiting.append(less)
    listing = Listing.of(found, parents, most)
    return replace(listing, complete=listing.complete and not waiting)


def front_door_formula(cause: str, outcome: str, given: Sequence[str]) -> Formula:
    """Σ_z P(z | x) Σ_x' P(y | x', z) P(x'), z being the states of a front-door set."""
    of_outcome = Conditional((outcome,), (cause, *given))
    inside = summed([cause], Product((of_outcome, Conditional((cause,)))))
    return summed(given, Product((Conditional(tuple(given), (cause,)), inside)))


def _above(parents: Parents, nodes: Collection[str]) -> Parents:
    """The graph over some nodes and all above them."""
    kept = ancestors(parents, nodes) | set(nodes)
    return {name: own for name, own in parents.items() if name in kept}


def _largest(parents: Parents, cause: str, outcome: str, among: Collection[str]) -> frozenset[str]:
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
    return outcome not in descendants(cut(parents, out_of=given), [cause])


def _shrunk(parents: Parents, cause: str, outcome: str, widest: frozenset[str]) -> frozenset[str]:
    """One minimal set: a node goes for good where there is a set without it."""
    kept = widest
    # By halves first, as most nodes can go; then one by one, and who cannot go then never can.
    size = len(widest)
    while size:
        size //= 2
        order = [name for name in parents if name in kept]
        for at in range(0, len(order), max(1, size)):
            some = kept.intersection(order[at : at + max(1, size)])
            if some and len(some) < len(kept):
                less = _largest(parents, cause, outcome, kept - some)
                if _intercepts(parents, cause, outcome, less):
                    kept = less
    return kept
