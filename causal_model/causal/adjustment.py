"""Which observed nodes to adjust for, so that what is seen tells what doing would do.

A set Z is an adjustment set for the effect of X on Y if, whatever the tables are,

    P(y | do(x)) = Σ_z P(y | x, z) P(z).

It is one exactly if none of its nodes lies on a causal path from X to Y or below it, and if it separates X
and Y once the first arrows of these paths are cut (the back-door graph) [shpitser2010, perkovic2018]. So
the minimal sets are the minimal separators of that graph among the nodes that are allowed
[vanderzander2019]. Sets by Pearl's back-door criterion [pearl1995], which hold no descendant of X, are
adjustment sets; some others are as well.

References:
    [pearl1995] Pearl, J. (1995). Causal diagrams for empirical research. Biometrika 82(4).
    [shpitser2010] Shpitser, I., VanderWeele, T. and Robins, J. (2010). On the validity of covariate
        adjustment for estimating causal effects. UAI.
    [perkovic2018] Perković, E., Textor, J., Kalisch, M. and Maathuis, M. (2018). Complete graphical
        characterization and construction of adjustment sets. JMLR 18(220).
    [vanderzander2019] van der Zander, B., Liskiewicz, M. and Textor, J. (2019). Separators and adjustment
        sets in causal graphs: complete criteria and an algorithmic framework. Artificial Intelligence 270.
"""

from collections.abc import Collection, Sequence

from causal_model.causal.formula import Conditional, Formula, Product, summed
from causal_model.causal.separators import Listing, minimal_separators
from causal_model.graph import Parents, ancestors, cut, d_separated, descendants

__all__ = [
    "adjustment_formula",
    "adjustment_sets",
    "back_door_graph",
    "canonical_adjustment_set",
    "forbidden",
    "is_adjustment_set",
    "on_causal_paths",
]


def on_causal_paths(
    parents: Parents, causes: Collection[str], outcomes: Collection[str]
) -> frozenset[str]:
    """The nodes on arrows from causes to outcomes that pass no other cause; without the causes."""
    below = descendants(cut(parents, into=causes), causes)
    above = ancestors(cut(parents, out_of=causes), outcomes) | set(outcomes)
    return frozenset((below & above) - set(causes))


def back_door_graph(
    parents: Parents, causes: Collection[str], outcomes: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The graph without the first arrow of every causal path."""
    onwards = on_causal_paths(parents, causes, outcomes)
    return {
        child: tuple(each for each in own if not (child in onwards and each in causes))
        for child, own in parents.items()
    }


def forbidden(
    parents: Parents, causes: Collection[str], outcomes: Collection[str]
) -> frozenset[str]:
    """The nodes of no adjustment set: those on causal paths and all below, causes and outcomes."""
    onwards = on_causal_paths(parents, causes, outcomes)
    return frozenset({*onwards, *descendants(parents, onwards), *causes, *outcomes})


def is_adjustment_set(
    parents: Parents, causes: Collection[str], outcomes: Collection[str], given: Collection[str]
) -> bool:
    """Whether a set of nodes is an adjustment set, all of them being observed."""
    if not forbidden(parents, causes, outcomes).isdisjoint(given):
        return False
    return d_separated(back_door_graph(parents, causes, outcomes), causes, outcomes, given)


def adjustment_sets(
    parents: Parents,
    causes: Collection[str],
    outcomes: Collection[str],
    *,
    hidden: Collection[str] = (),
    most: int = 100,
) -> Listing:
    """All minimal adjustment sets, the smallest first; at most so many."""
    found = minimal_separators(
        back_door_graph(parents, causes, outcomes),
        causes,
        outcomes,
        _allowed(parents, causes, outcomes, hidden),
    )
    return Listing.of(found, parents, most)


def adjustment_formula(causes: Sequence[str], outcome: str, given: Sequence[str]) -> Formula:
    """Σ_z P(y | x, z) P(z), z being the states of an adjustment set."""
    of_outcome = Conditional((outcome,), (*causes, *given))
    if not given:
        return of_outcome
    return summed(given, Product((of_outcome, Conditional(tuple(given)))))


def canonical_adjustment_set(
    parents: Parents,
    causes: Collection[str],
    outcomes: Collection[str],
    hidden: Collection[str] = (),
) -> frozenset[str] | None:
    """All allowed ancestors of causes and outcomes: an adjustment set if there is any; else None."""
    above = ancestors(parents, (*causes, *outcomes))
    found = above & _allowed(parents, causes, outcomes, hidden)
    return found if is_adjustment_set(parents, causes, outcomes, found) else None


def _allowed(
    parents: Parents, causes: Collection[str], outcomes: Collection[str], hidden: Collection[str]
) -> frozenset[str]:
    return frozenset(parents) - set(hidden) - forbidden(parents, causes, outcomes)
