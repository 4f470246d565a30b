"""An influence diagram: who decides what, knowing what, and for the sake of what.

Nothing is forgotten: what was known at one decision, and what was decided, is known at all later ones.
Much of it does not matter, though. What is known at a decision matters only if, once the decision and all
else that is known are given, it still tells something of the utilities that come after; the rest is left
out of the policy without loss [lauritzen2001, section 4; nielsen1999].

References:
    [lauritzen2001] Lauritzen, S.L., Nilsson, D. (2001). Representing and solving decision problems with
        limited information. Management Science 47(9).
    [nielsen1999] Nielsen, T.D., Jensen, F.V. (1999). Well-defined decision scenarios. UAI.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from causal_model.graph import d_separated, descendants
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["Diagram"]

Valued = tuple[tuple[str, ...], Array]


@dataclass(frozen=True, eq=False)
class Diagram:
    """An influence diagram under findings.

    Attributes:
        network: chance nodes and decisions; the parents of a decision are what is known when it is taken.
        utilities: by name, the parents and the values, of shape (*parent sizes,); they add up.
        findings: what is known before all decisions, and which decisions are taken (by do).
        learned: for a decision what is known besides, see `knowing`.
    """

    network: Network
    utilities: Mapping[str, Valued]
    findings: Findings
    learned: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, network: Network, utilities: Mapping[str, Valued], findings: Findings) -> "Diagram":
        """The diagram of a network and its utilities."""
        return cls(network, utilities, findings, {})

    def knowing(self, nodes: Iterable[str], before: str) -> "Diagram":
        """The diagram in which some nodes are known as well, from a decision on."""
        more = self.learned.get(before, frozenset()) | frozenset(nodes)
        return replace(self, learned={**self.learned, before: more})

    @cached_property
    def every_decision(self) -> tuple[str, ...]:
        """All decisions in the order in which they are taken."""
        found = [name for name, each in self.network.variables.items() if each.is_decision]
        # The network lists parents before children, and a path leads from each decision to the next.
        return tuple(found)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The decisions that are still open, first to last."""
        return tuple(name for name in self.every_decision if name not in self.findings.do)

    def from_on(self, decision: str) -> tuple[str, ...]:
        """An open decision and the open ones after it."""
        return self.order[self.order.index(decision) :]

    @cached_property
    def settled(self) -> frozenset[str]:
        """The nodes whose state the findings tell."""
        return frozenset((*self.findings.observed, *self.findings.do))

    @cached_property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """What is known at every open decision and not told by the findings; chance nodes only."""
        so_far: dict[str, None] = {}
        found = {}
        for name in self.every_decision:
            own = (*self.network.parents[name], *sorted(self.learned.get(name, ())))
            so_far.update(dict.fromkeys(each for each in own if each not in self.every_decision))
            if name in self.order:
                found[name] = tuple(each for each in so_far if each not in self.settled)
        return found

    @cached_property
    def causes(self) -> Mapping[str, tuple[str, ...]]:
        """The parents of every node without arrows into decisions, and into what is set."""
        cut = {*self.every_decision, *self.findings.do}
        return {name: () if name in cut else above for name, above in self.network.parents.items()}

    def open_to(self, decision: str) -> tuple[str, ...]:
        """The chance nodes that could be known at a decision: neither known yet, nor following from it.

        Nor from a later one: what a do cuts off from this decision may still follow from that.
        """
        known = {*self.known[decision], *self.settled, *self.every_decision}
        after = self.following(self.from_on(decision))
        return tuple(
            name for name in self.network.variables if name not in known and name not in after
        )

    def following(self, decisions: Collection[str]) -> frozenset[str]:
        """What may depend on decisions: their descendants, through later decisions as well."""
        parents = {
            name: () if name in self.findings.do else above
            for name, above in self.network.parents.items()
        }
        return descendants(parents, decisions)

    @cached_property
    def matters(self) -> Mapping[str, tuple[str, ...]]:
        """What of all that is known matters to every open decision: nodes and earlier decisions."""
        parents: dict[str, tuple[str, ...]] = dict(self.causes)
        # Names of nodes are text without a line end, so these are different from all of them.
        worth = {f"worth\n{name}": own for name, (own, _) in self.utilities.items()}
        softly = (*self.findings.weights, *self.findings.beliefs)
        signs = {f"sign\n{name}": (name,) for name in softly}
        parents |= worth | signs
        found: dict[str, tuple[str, ...]] = {}
        for at in reversed(range(len(self.order))):
            decision = self.order[at]
            history = (*self.known[decision], *self.order[:at])
            given = {*history, decision, *self.settled, *signs}
            goals = descendants(parents, [decision]) & worth.keys()
            found[decision] = tuple(
                name
                for name in history
                if goals and not d_separated(parents, [name], goals, given - {name})
            )
            # From here on it is a node like others, which its policy decides.
            parents[decision] = found[decision]
        return {name: found[name] for name in self.order}
