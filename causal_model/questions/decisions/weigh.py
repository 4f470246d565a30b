"""What every course of events is worth: one batch of questions to a network for each utility.

A row of the batch is a case: a state of all that may be known, and an option of every open decision. A
utility u with parents pa becomes a node with two states whose probability is the utility on a scale from
0 to 1 [cooper1988], so P(u = 1 | case) is what the case is worth, and the posterior given u = 1 tells of
every other node at once what it would be worth to see it as well:

    E[u; x | case] = P(u = 1 | case) P(x | u = 1, case).

References:
    [cooper1988] Cooper, G.F. (1988). A method for using belief networks as influence diagrams. UAI.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from causal_model.errors import QueryError, TooLarge
from causal_model.inference.compiled import CompiledNetwork, Posterior
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable
from causal_model.questions.decisions.diagram import Diagram

__all__ = ["MOST_CASES", "Scales", "Weighed", "weigh"]

# Cases of all that may be known and decided that one question may have.
MOST_CASES = 1 << 20


@dataclass(frozen=True, eq=False)
class Weighed:
    """How probable all cases are, and what they are worth.

    With i the states of what is known, d the options of the open decisions, and e the findings:

    Attributes:
        axes: the nodes of the axes: what may be known, then the decisions.
        probability: P(i | do d, e), of shape (*sizes of the axes,).
        worth: Σ_u E[u; i | do d, e], the expected utility of each case times its probability; likewise.
        probability_with: P(i, x | do d, e) by node x, of shape (*sizes of the axes, states of x).
        worth_with: the same for Σ_u E[u; i, x | do d, e].
    """

    axes: tuple[str, ...]
    probability: Array
    worth: Array
    probability_with: Mapping[str, Array]
    worth_with: Mapping[str, Array]

    def beside(self, name: str) -> "Weighed":
        """The cases of what is known, of what is decided, and of one of the further nodes."""
        axes = (*self.axes, name)
        return Weighed(axes, self.probability_with[name], self.worth_with[name], {}, {})


@dataclass(frozen=True, eq=False)
class Scales:
    """A diagram as a network in which utilities are nodes, ready to be asked.

    Attributes:
        diagram: its network, utilities and findings; what is known does not matter here.
        max_memory: bytes that one answer may take.
    """

    diagram: Diagram
    max_memory: int | None = None

    @cached_property
    def ranges(self) -> Mapping[str, tuple[float, float]]:
        """The least value of every utility, and how far the largest is from it.

        Raises:
            QueryError: their sum is beyond the range of numbers.
        """
        with np.errstate(over="ignore"):
            sizes = [np.abs(values).max() for _, values in self.diagram.utilities.values()]
            if not math.isfinite(2 * sum(sizes)):
                raise QueryError("the values of the utilities are too large to be added up")
        return {
            name: (float(values.min()), float(values.max() - values.min()))
            for name, (_, values) in self.diagram.utilities.items()
        }

    @cached_property
    def compiled(self) -> CompiledNetwork:
        """The network of chance nodes, decisions without parents, and utilities with two states."""
        network = self.diagram.network
        variables = list(network.variables.values())
        parents, tables = dict(network.parents), dict(network.tables)
        for name in self.diagram.every_decision:
            size = network.variables[name].size
            parents[name], tables[name] = (), np.full(size, 1 / size)
        for name, (own, values) in self.diagram.utilities.items():
            least, span = self.ranges[name]
            share = (values - least) / span if span else np.zeros_like(values)
            variables.append(Variable(name, ("0", "1")))
            parents[name] = own
            tables[name] = np.stack([1 - share, share], axis=-1)
        return CompiledNetwork(Network.of(variables, parents, tables), self.max_memory)

    @cached_property
    def log_evidence(self) -> float:
        """Log P(e), which does not count beliefs; -inf where the findings are impossible."""
        return float(self._met[0])

    @property
    def told(self) -> Findings:
        """The findings with weights instead of beliefs."""
        return self._met[1]

    @cached_property
    def scale(self) -> float:
        """Log of the sum of the weights of all cases, which beliefs make another than P(e)."""
        if not self.diagram.findings.beliefs:
            return self.log_evidence
        return float(self.compiled.log_evidence(self.told))

    @cached_property
    def _met(self) -> tuple[Array, Findings]:
        return self.compiled.met(self.diagram.findings)


def weigh(
    scales: Scales, known: Sequence[str], decisions: Sequence[str], targets: Sequence[str] = ()
) -> Weighed:
    """Weigh all cases.

    Args:
        scales: the diagram.
        known: nodes that may be known.
        decisions: the decisions that are open.
        targets: further nodes, each of which is told as well, one at a time.

    Raises:
        TooLarge: there are too many cases.
        EvidenceError: beliefs that cannot hold together.
    """
    axes = (*known, *decisions)
    network = scales.compiled.network
    sizes = [network.variables[name].size for name in axes]
    if math.prod(sizes) > MOST_CASES:
        raise TooLarge(
            f"there are {math.prod(sizes):,} cases of what is known and decided, at most"
            f" {MOST_CASES:,} are weighed; they are those of {', '.join(axes)}",
            widest=axes,
            ways_out="Let fewer nodes be known, or observe some of them",
        )
    rows = _rows(scales.told, dict(zip(axes, sizes, strict=True)), decisions)

    def ask(findings: Findings) -> tuple[Array, dict[str, Array]]:
        """Probabilities of the cases given the findings, alone and with every target."""
        found: Posterior = scales.compiled.posterior(findings, tuple(targets))
        with np.errstate(invalid="ignore"):
            share = np.exp(found.log_evidence - scales.scale)
        shares = {
            # Where a case is impossible it has no posterior, and no weight either.
            name: np.where(share[:, None] > 0, share[:, None] * found.marginals[name], 0.0)
            for name in targets
        }
        return share, shares

    probability, probability_with = ask(rows)
    worth = np.zeros_like(probability)
    worth_with = {name: np.zeros_like(each) for name, each in probability_with.items()}
    for name, (least, span) in scales.ranges.items():
        worth += least * probability
        for target in targets:
            worth_with[target] += least * probability_with[target]
        if span:
            share, shares = ask(replace(rows, observed={**rows.observed, name: 1}))
            worth += span * share
            for target in targets:
                worth_with[target] += span * shares[target]
    return Weighed(
        axes,
        probability.reshape(sizes),
        worth.reshape(sizes),
        {name: each.reshape(*sizes, -1) for name, each in probability_with.items()},
        {name: each.reshape(*sizes, -1) for name, each in worth_with.items()},
    )


def _rows(told: Findings, sizes: Mapping[str, int], decisions: Sequence[str]) -> Findings:
    """The findings under every case: what is known is seen, what is decided is set."""
    count = math.prod(sizes.values())
    states = np.unravel_index(np.arange(count), tuple(sizes.values())) if sizes else ()
    weights, do = dict(told.weights), dict(told.do)
    for (name, size), at in zip(sizes.items(), states, strict=True):
        rows = np.eye(size)[at]
        if name in decisions:
            do[name] = rows
        else:
            # A case that the weights exclude stays: it has no probability.
            weights[name] = rows * told.weights[name] if name in told.weights else rows
    return Findings(told.observed, weights, {}, do, rows=count)
