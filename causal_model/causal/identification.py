"""Whether an effect follows from what is observed, however strong hidden causes are, and by which formula.

Let Q[S](v) be P(s | do(all other nodes)). An effect is a sum over a product of Q[D], one for each district
D of what lies above the outcomes once the causes are cut out. Each D lies in a district of the whole graph,
whose Q is a product of conditionals of the observed distribution; step by step Q is summed down to
ancestors of D, and split into districts again, until it is Q[D] [tian2002, huang2006]. Where no step is
left, the effect does not follow: two models agree on all that is observed and not on the effect, and the
nodes on which it founders are a hedge [shpitser2006a]. An effect given evidence is reduced to one without
[shpitser2006b].

References:
    [tian2002] Tian, J. and Pearl, J. (2002). A general identification condition for causal effects. AAAI.
    [huang2006] Huang, Y. and Valtorta, M. (2006). Identifiability in causal Bayesian networks: a sound and
        complete algorithm. AAAI.
    [shpitser2006a] Shpitser, I. and Pearl, J. (2006). Identification of joint interventional distributions
        in recursive semi-Markovian causal models. AAAI.
    [shpitser2006b] Shpitser, I. and Pearl, J. (2006). Identification of conditional interventional
        distributions. UAI.
"""

from collections.abc import Collection
from dataclasses import dataclass

from causal_model.causal.formula import Conditional, Formula, Product, Ratio, summed
from causal_model.causal.projection import Projection, project
from causal_model.graph import Parents, d_separated

__all__ = ["NotIdentified", "identify_effect", "shortest_formula"]

# With more nodes than this the formula stays as long as it comes.
MOST_SHORTENED = 60


@dataclass(frozen=True, slots=True)
class NotIdentified:
    """An effect that does not follow from what is observed.

    Attributes:
        hedge: the nodes on which it founders; all of one district, so that hidden causes link them.
        within: those of them that decide the outcome.
    """

    hedge: tuple[str, ...]
    within: tuple[str, ...]


class _Founders(Exception):
    def __init__(self, hedge: Collection[str], within: Collection[str]) -> None:
        super().__init__()
        self.hedge, self.within = hedge, within


def identify_effect(
    parents: Parents,
    causes: Collection[str],
    outcomes: Collection[str],
    *,
    given: Collection[str] = (),
    hidden: Collection[str] = (),
) -> Formula | NotIdentified:
    """P(outcomes | do(causes), given) by what is observed.

    Args:
        parents: the graph, hidden nodes included.
        causes: the nodes that are set.
        outcomes: the nodes that are asked; none of them set or given.
        given: what is seen after the causes are set.
        hidden: the nodes of which no data exist.
    """
    seen = project(parents, hidden)
    set_, known = list(causes), list(given)
    moved = True
    while moved:
        moved = False
        for name in known:
            others = [each for each in known if each != name]
            graph = seen.with_causes(into=set_, out_of=[name])
            if d_separated(graph, outcomes, [name], [*set_, *others]):
                # Rule 2 of the calculus of interventions: to see it is as good as to set it.
                set_, known, moved = [*set_, name], others, True
                break
    try:
        together = _effect(seen, set_, [*outcomes, *known])
    except _Founders as founders:
        order = list(parents)
        hedge, within = (
            tuple(sorted(each, key=order.index)) for each in (founders.hedge, founders.within)
        )
        return NotIdentified(hedge, within)
    return Ratio.of(together, summed([*outcomes], together)) if known else together


def shortest_formula(
    parents: Parents, causes: Collection[str], outcome: str, hidden: Collection[str]
) -> Formula | NotIdentified:
    """P(outcome | do(causes)) by as few of the observed nodes as one gets when leaving out one by one."""
    unseen = list(hidden)
    found = identify_effect(parents, causes, [outcome], hidden=unseen)
    if isinstance(found, NotIdentified) or len(parents) > MOST_SHORTENED:
        return found
    for name in parents:
        if name in (*unseen, *causes, outcome):
            continue
        shorter = identify_effect(parents, causes, [outcome], hidden=[*unseen, name])
        if not isinstance(shorter, NotIdentified):
            unseen.append(name)
            found = shorter
    return found


def _effect(seen: Projection, causes: Collection[str], outcomes: Collection[str]) -> Formula:
    """P(outcomes | do(causes)), summed over everything else."""
    seen = seen.ancestral(outcomes)
    free = seen.within(set(seen.parents) - set(causes))
    deciding = free.ancestral(outcomes)
    factors = []
    for own in deciding.districts():
        whole = seen.district(next(iter(own)))
        factors.append(_narrowed(own, seen.within(whole), _of_district(whole, seen)))
    rest = [name for name in deciding.parents if name not in outcomes]
    return summed(rest, Product.of(factors))


def _of_district(district: Collection[str], seen: Projection) -> Formula:
    """Q of a district: the product of P(node | what comes before it and matters) [tian2002, lemma 1]."""
    order = list(seen.parents)
    factors: list[Formula] = []
    for at, name in enumerate(order):
        if name in district:
            before = seen.within(order[: at + 1])
            linked = before.district(name)
            near = {*linked, *(each for one in linked for each in before.parents[one])} - {name}
            factors.append(Conditional((name,), tuple(each for each in order if each in near)))
    return Product.of(factors)


def _narrowed(wanted: Collection[str], seen: Projection, known: Formula) -> Formula:
    """Q[wanted] from Q of the nodes of a graph that is one district [huang2006, algorithm identify]."""
    above = seen.ancestral(wanted)
    if set(above.parents) == set(wanted):
        return summed([name for name in seen.parents if name not in wanted], known)
    if len(above.parents) == len(seen.parents):
        raise _Founders(seen.parents, wanted)
    reduced = summed([name for name in seen.parents if name not in above.parents], known)
    own = above.district(next(iter(wanted)))
    order = list(above.parents)
    factors: list[Formula] = []
    for at, name in enumerate(order):
        if name in own:
            until, before = summed(order[at + 1 :], reduced), summed(order[at:], reduced)
            factors.append(Ratio.of(until, before))
    return _narrowed(wanted, above.within(own), Product.of(factors))
