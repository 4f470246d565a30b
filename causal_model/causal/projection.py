"""A graph as it looks to somebody who does not see some of its nodes.

The latent projection [verma1993] keeps the observed nodes. An arrow leads from one to another if a path of
arrows does that passes hidden nodes only; two are confounded if such paths lead to both from a hidden node.
Nodes that confounding links, directly or through others, make a district (c-component) [tian2002].

References:
    [verma1993] Verma, T. (1993). Graphical aspects of causal models. Technical report R-191, UCLA.
    [tian2002] Tian, J. and Pearl, J. (2002). A general identification condition for causal effects. AAAI.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

from causal_model.graph import Parents, ancestors, children_of, cut
from causal_model.network import topological_order

__all__ = ["Projection", "project"]


@dataclass(frozen=True, slots=True)
class Projection:
    """Observed nodes, the arrows between them, and what confounds them.

    Attributes:
        parents: the arrows, in topological order of the nodes.
        confounded: for every node those with which it has a hidden common cause.
    """

    parents: Mapping[str, tuple[str, ...]]
    confounded: Mapping[str, frozenset[str]]

    def within(self, nodes: Collection[str]) -> "Projection":
        """The part over some nodes."""
        return Projection(
            {
                name: tuple(each for each in own if each in nodes)
                for name, own in self.parents.items()
                if name in nodes
            },
            {name: own & set(nodes) for name, own in self.confounded.items() if name in nodes},
        )

    def ancestral(self, nodes: Collection[str]) -> "Projection":
        """The part over some nodes and all above them."""
        return self.within(ancestors(self.parents, nodes) | set(nodes))

    def districts(self) -> tuple[frozenset[str], ...]:
        """The nodes in groups that confounding links, in topological order of their first node."""
        found: list[frozenset[str]] = []
        for name in self.parents:
            if not any(name in each for each in found):
                found.append(self.district(name))
        return tuple(found)

    def district(self, name: str) -> frozenset[str]:
        """The nodes that confounding links to a node, with itself."""
        reached, waiting = {name}, [name]
        while waiting:
            more = self.confounded[waiting.pop()] - reached
            reached |= more
            waiting += more
        return frozenset(reached)

    def with_causes(
        self, *, into: Collection[str] = (), out_of: Collection[str] = ()
    ) -> dict[str, tuple[str, ...]]:
        """The same as arrows alone, with a node for every pair that is confounded, and some arrows cut.

        Cut are the arrows into some nodes, those of their hidden causes too, and those out of others.
        """
        whole: dict[str, tuple[str, ...]] = dict(self.parents)
        for one, other in combinations(self.parents, 2):
            if other in self.confounded[one]:
                hidden = f"{one} <-> {other}"
                whole[hidden] = ()
                whole[one], whole[other] = (*whole[one], hidden), (*whole[other], hidden)
        return cut(whole, into=into, out_of=out_of)


def project(parents: Parents, hidden: Collection[str]) -> Projection:
    """Look at a graph without its hidden nodes."""
    order = topological_order(parents)
    below = children_of(parents)
    observed = [name for name in order if name not in hidden]

    def shows_in(name: str) -> set[str]:
        """The observed nodes to which arrows lead from a node past hidden ones."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = list(below[name])
        while waiting:
            at = waiting.pop()
            if at not in hidden:
                found.add(at)
            elif at not in seen:
                seen.add(at)
                waiting += below[at]
        return found

    above: dict[str, list[str]] = {name: [] for name in observed}
    confounded: dict[str, set[str]] = {name: set() for name in observed}
    for name in order:
        shown = shows_in(name)
        if name not in hidden:
            for each in shown:
                above[each].append(name)
            continue
        for each in shown:
            confounded[each] |= shown - {each}
    return Projection(
        {name: tuple(own) for name, own in above.items()},
        {name: frozenset(own) for name, own in confounded.items()},
    )
