"""Any subset of some findings, many subsets as the rows of one question.

What is seen is a row of weights that are all one where the finding is not in the subset. An intervention
cannot be left out of a row like that, as it cuts arrows; so it stands behind a switch: one more parent of
its node, with which the node is set, or goes on as before [pearl2009, section 3.2.2, augmented network].
Beliefs are fitted for all rows of a question alike, so every set of beliefs is a question of its own.

References:
    [pearl2009] Pearl, J. (2009). Causality, 2nd edition. Cambridge University Press.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Finding

__all__ = ["Subsets"]

Members = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Subsets:
    """Findings of which any subset can be asked; a finding goes by its place among them.

    Attributes:
        compiled: the network, with a switch for every intervention.
        target: the node that is asked.
        seen: what was observed, excluded or weighed: the node, and weights of shape (states,).
        switches: of the interventions.
        beliefs: the node, and the distribution of shape (states,).
    """

    compiled: CompiledNetwork
    target: str
    seen: Mapping[int, tuple[str, Array]]
    switches: Mapping[int, str]
    beliefs: Mapping[int, tuple[str, Array]]

    @classmethod
    def of(cls, compiled: CompiledNetwork, findings: Sequence[Finding], target: str) -> "Subsets":
        """Make findings ready.

        Raises:
            EvidenceError: a finding names something unknown, or they contradict each other.
        """
        network = compiled.network
        whole = bind(network, findings)
        switches: dict[str, str] = {}
        if whole.do:
            network, switches = _switched(
                network, {name: whole.state_of(name) for name in whole.do}
            )
            compiled = CompiledNetwork(network, compiled.max_memory)
        seen: dict[int, tuple[str, Array]] = {}
        beliefs: dict[int, tuple[str, Array]] = {}
        for at, each in enumerate(findings):
            own = bind(network, [each])
            if each.kind == "belief":
                beliefs[at] = (each.node, own.beliefs[each.node])
            elif each.kind != "do":
                size = network.variables[each.node].size
                seen[at] = (each.node, own.vector(each.node, size))
        set_ = {at: switches[each.node] for at, each in enumerate(findings) if each.kind == "do"}
        return cls(compiled, target, seen, set_, beliefs)

    def values(self, members: Members) -> tuple[Array, NDArray[np.bool_]]:
        """P(target | the findings in a subset) for every subset, and whether there is an answer.

        There is none where the subset has probability zero, or its beliefs cannot be met.

        Args:
            members: whether a finding is in a subset, shape (subsets, findings).

        Returns:
            Shape (subsets, states), NaN where there is no answer, and shape (subsets,).

        Raises:
            EvidenceError: the beliefs cannot be met with all findings together.
            TooLarge: the answer would take more memory than is allowed.
        """
        found = np.empty((len(members), self._size))
        alike: dict[bytes, list[int]] = {}
        if not self.beliefs:
            return self._with_doubt(self._asked(members))
        for at, row in enumerate(members[:, list(self.beliefs)]):
            alike.setdefault(row.tobytes(), []).append(at)
        for rows in alike.values():
            found[rows] = self._asked(members[rows])
        return self._with_doubt(found)

    @property
    def _size(self) -> int:
        return self.compiled.network.variables[self.target].size

    def _with_doubt(self, found: Array) -> tuple[Array, NDArray[np.bool_]]:
        return found, np.asarray(~np.isnan(found).any(axis=1))

    def _asked(self, members: Members) -> Array:
        """The answers for subsets that have the same beliefs."""
        try:
            answer = self.compiled.posterior(self._rows(members), [self.target])
            return answer.marginals[self.target]
        except EvidenceError:
            # Without an intervention beliefs may be out of reach; the other rows have their answer.
            if len(members) == 1:
                if members.all():
                    raise
                return np.full((1, self._size), np.nan)
            half = len(members) // 2
            return np.concatenate([self._asked(members[:half]), self._asked(members[half:])])

    def _rows(self, members: Members) -> Findings:
        weights: dict[str, Array] = {}
        for at, (name, vector) in self.seen.items():
            own = np.where(members[:, at, None], vector, 1.0)
            weights[name] = weights[name] * own if name in weights else own
        for switch in dict.fromkeys(self.switches.values()):
            places = [at for at, name in self.switches.items() if name == switch]
            weights[switch] = np.eye(2)[members[:, places].any(axis=1).astype(int)]
        beliefs = {
            name: np.broadcast_to(wanted, (len(members), len(wanted)))
            for at, (name, wanted) in self.beliefs.items()
            if members[0, at]
        }
        return Findings(weights=weights, beliefs=beliefs, rows=len(members))


def _switched(network: Network, do: Mapping[str, int]) -> tuple[Network, dict[str, str]]:
    """The network in which a node that somebody may set has a switch as its last parent.

    Args:
        network: the network.
        do: the nodes, and the states to which they are set where their switch is on.

    Returns:
        The network, and the switch of every node; its second state is on.
    """
    variables = list(network.variables.values())
    parents, tables, switches = dict(network.parents), dict(network.tables), {}
    for name, state in do.items():
        switch = f"{name} is set"
        while switch in network.variables:
            switch += "'"
        switches[name] = switch
        variables.append(Variable(switch, ("off", "on")))
        table = network.tables[name]
        fixed = np.broadcast_to(np.eye(table.shape[-1])[state], table.shape)
        tables[name] = np.stack([table, fixed], axis=-2)
        tables[switch] = np.array([0.5, 0.5])
        parents[name] = (*network.parents[name], switch)
    return Network.of(variables, parents, tables), switches
