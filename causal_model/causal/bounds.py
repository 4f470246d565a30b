"""What would have been, whatever the responses: bounds over all functional models of a network.

A functional model gives each node a response, independent of the others', and agrees with the network if
every value of the response has the distribution of its row [balke1994]. Each such model answers
P(Y_x in B | e) differently; the bounds are the least and the greatest answer. P(e) is the same for all of
them, so the numerator N = P(Y_x in B, e) is what is bounded.

Responses matter for the nodes of which both versions take part and whose table does not settle how these go
together. Of such a node N takes only the joint of the values at two rows, for the pairs of rows that the
two worlds can bring about, and N is linear in these joints of every one node.

- Sharp: the joints that a node's response may have are a polytope. Where the pairs of rows make a forest,
  any joints with the right margins can be glued together along it, so the polytope is a product of
  transport polytopes, one for each pair; where they make a circle, the variables are the probabilities of
  all functions on the rows of the circle. With one such node the bounds are two linear programs. With
  several, N is linear in each while the others are held, hence extreme at vertices: the vertices of all
  polytopes but one are gone through, and for each of these choices the last is a linear program. Every
  bound is then attained by a functional model, so it is sharp.
- Outer: where that is too much, all that is used is how probable the evidence is and how probable the event
  is after the intervention, given what both worlds share [tian2000, Fréchet]. With S the variables that
  the intervention does not reach and that its descendants D hear, the own cause x among them, e_N the
  evidence outside D, a = P(e | s, e_N) and b = P(Y in B | s, do x),

      Σ_s P(s, e_N) max(0, a + b - 1)  <=  N  <=  Σ_s P(s, e_N) min(a, b),

  since given s both are events about the responses of D alone. These hold for every functional model, but
  need not be attained: that all responses are independent is not used.

References:
    [balke1994] Balke, A. & Pearl, J. (1994). Counterfactual probabilities: computational methods, bounds
        and applications. UAI. (Linear programs over response functions.)
    [tian2000] Tian, J. & Pearl, J. (2000). Probabilities of causation: bounds and identification.
        Annals of Mathematics and Artificial Intelligence 28.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from causal_model.causal.counterfactual import entered, twin_of
from causal_model.causal.response_polytope import Choice, Mechanism, mechanism_of
from causal_model.causal.responses import SECOND, Numbers, Versions, Worlds, comonotone
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["Bounds", "counterfactual_bounds"]

# Nodes whose responses are unknown, and choices of vertices that are gone through.
MOST_MECHANISMS, MOST_CHOICES = 8, 128
# Entries of the table of all that the last linear program weighs.
MOST_ENTRIES = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Bounds on probabilities of what would have been.

    Attributes:
        lower, upper: of P(Y_x in B | e) for every event B, shape (events,).
        sharp: whether every one of them is attained by some functional model of the network; else they
            are outer bounds, which hold but may be wider than need be.
        unsettled: the nodes whose responses they range over.
    """

    lower: Array
    upper: Array
    sharp: bool
    unsettled: tuple[str, ...]


def counterfactual_bounds(
    network: Network,
    evidence: Findings,
    do: Mapping[str, int],
    target: str,
    events: Array,
    *,
    max_memory: int | None = None,
) -> Bounds:
    """Bound what would have been, over all functional models of a network.

    Args:
        network: the network.
        evidence: what was seen, as observed states and weights of a single question; not impossible.
        do: the nodes that are set in the other world, and the states that they are set to.
        target: the node that is asked there.
        events: for every event the weights of the target's states, 0 or 1, shape (events, states).
        max_memory: bytes that one pass may take; None for a share of what is free.

    Raises:
        TooLarge: the network is too wide.
    """
    worlds, versions = twin_of(network, evidence, do, [target], max_memory)
    base = CompiledNetwork(worlds.network, max_memory)
    log_evidence = float(base.log_evidence(evidence))
    unsettled = versions.unsettled()
    if worlds.is_set(target, SECOND):
        at = events[:, do[target]]
        return Bounds(at, at, True, ())
    if not unsettled:
        found = CompiledNetwork(versions.joined(), max_memory).posterior(
            entered(versions, evidence), [target]
        )
        own = versions.collected(target, versions.drawn[target][-1], found.marginals[target])
        return Bounds(events @ own, events @ own, True, ())
    question = _Question(versions, evidence, target, events, log_evidence, max_memory)
    lower, upper, sharp = *question.outer(base), False
    arranged = question.arranged(unsettled)
    if arranged is not None:
        lower, upper = question.sharp(*arranged)
        sharp = True
    lower, upper = np.clip(lower, 0.0, 1.0), np.clip(upper, 0.0, 1.0)
    return Bounds(np.minimum(lower, upper), upper, sharp, unsettled)


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """A question with its twin network; see `counterfactual_bounds`."""

    versions: Versions
    evidence: Findings
    target: str
    events: Array
    log_evidence: float
    max_memory: int | None

    def arranged(self, unsettled: Sequence[str]) -> tuple[Mechanism, list[Choice]] | None:
        """The mechanism of the linear program, and the choices of vertices of all others.

        None where there are too many, or where more than one has no list of vertices.
        """
        if len(unsettled) > MOST_MECHANISMS:
            return None
        mechanisms = []
        free = CompiledNetwork(self.versions.joined(_independent), self.max_memory)
        told = entered(self.versions, self.evidence)
        for name in unsettled:
            above = self.versions.above(name)
            if math.prod(self.versions.extents(name)) > MOST_ENTRIES:
                return None
            # Whatever the couplings, no rows can meet that do not meet where all responses are free.
            possible = free.joint(told, above)[1] > 0
            table = self.versions.worlds.network.tables[name]
            mechanism = mechanism_of(
                name,
                table.reshape(-1, table.shape[-1]),
                [numbers[possible] for numbers in self.versions.rows(name)],
            )
            if mechanism is None:
                return None
            if mechanism.blocks:
                mechanisms.append(mechanism)
        listed = {each.name: each.vertices(MOST_CHOICES) for each in mechanisms}
        # What has no list goes last; otherwise what has the longest.
        mechanisms.sort(key=lambda each: math.inf if (v := listed[each.name]) is None else len(v))
        if not mechanisms:
            return Mechanism("", np.empty((0, 0)), ()), [{}]
        *others, last = mechanisms
        count = 1
        for each in others:
            own = listed[each.name]
            if own is None:
                return None
            count *= len(own)
        if count > MOST_CHOICES:
            return None
        family = [*self.versions.extents(last.name), self.versions.size(last.name)]
        if math.prod(family) * self.versions.size(self.target) > MOST_ENTRIES:
            return None
        lists = [[(each.name, vertex) for vertex in listed[each.name] or ()] for each in others]
        return last, [dict(chosen) for chosen in product(*lists)]

    def sharp(self, last: Mechanism, choices: Sequence[Choice]) -> tuple[Array, Array]:
        """The least and the greatest answers, by event."""
        lower = np.full(len(self.events), np.inf)
        upper = np.full(len(self.events), -np.inf)
        for choice in choices:
            for at, (settled, gains) in enumerate(self._linear(last, choice)):
                least, most = last.range(gains) if last.blocks else (0.0, 0.0)
                lower[at] = min(lower[at], settled + least)
                upper[at] = max(upper[at], settled + most)
        return lower, upper

    def _linear(
        self, last: Mechanism, choice: Choice
    ) -> Iterator[tuple[float, dict[tuple[int, int], Array]]]:
        """For every event the answer as a linear function of the joints of one mechanism.

        Yields:
            The part that does not depend on these joints, and for every pair of rows the coefficients
            of their joint, of shape (states, states).
        """
        versions, target = self.versions, self.target
        name = last.name or target
        size = versions.size(name)

        def coupling(node: str, rows: Array, first: Numbers, second: Numbers) -> Array:
            if node == last.name:
                return np.full((*first.shape, size), 1 / size)
            return _chosen(choice.get(node, {}), node, rows, first, second)

        asked = list(dict.fromkeys([*versions.above(name), name, target]))
        joined = CompiledNetwork(versions.joined(coupling), self.max_memory)
        log_evidence, joint = joined.joint(entered(versions, self.evidence), asked)
        # Relative to P(e), which is the same whatever the couplings.
        joint = joint * math.exp(float(log_evidence) - self.log_evidence)
        world = versions.drawn[target][-1]
        axis = asked.index(target)
        family = [asked.index(each) for each in (*versions.above(name), name)]
        for event in self.events:
            along = [-1 if at == axis else 1 for at in range(len(asked))]
            weighed = joint * versions.spread(target, world, event).reshape(along)
            if axis not in family:
                weighed = weighed.sum(axis=axis)
            if not last.blocks:
                yield float(weighed.sum()), {}
                continue
            yield self._by_rows(last, weighed * size)

    def _by_rows(
        self, last: Mechanism, weighed: Array
    ) -> tuple[float, dict[tuple[int, int], Array]]:
        """Sort the coefficients of shape (*extents, states * states) by pairs of rows."""
        first, second = self.versions.rows(last.name)
        states = last.rows.shape[-1]
        gains = {}
        rest = np.ones(first.shape, dtype=bool)
        for one, other in last.edges:
            ahead, back = (first == one) & (second == other), (first == other) & (second == one)
            total = weighed[ahead].sum(axis=0).reshape(states, states)
            gains[(one, other)] = total + weighed[back].sum(axis=0).reshape(states, states).T
            rest &= ~(ahead | back)
        settled = comonotone(last.name, last.rows, first[rest], second[rest])
        return float((weighed[rest] * settled).sum()), gains

    def outer(self, base: CompiledNetwork) -> tuple[Array, Array]:
        """Bounds that hold for every functional model; see the module."""
        versions, worlds = self.versions, self.versions.worlds
        reached = {
            name
            for name in versions.drawn
            if any(each in worlds.touched for each in worlds.network.parents[name])
        }
        heard = {parent for name in reached for parent in versions.above(name)} - reached
        shared = [name for name in versions.drawn if name in heard and name not in worlds.end]
        own = [name for name in versions.drawn if name in heard and name in worlds.end]
        outside = Findings(
            {name: at for name, at in self.evidence.observed.items() if name not in reached},
            {name: each for name, each in self.evidence.weights.items() if name not in reached},
        )
        whole = _scaled(base, self.evidence, [*shared, *own], self.log_evidence)
        before = _scaled(base, outside, [*shared, *own], self.log_evidence)
        after = self._after(worlds, shared)
        with np.errstate(invalid="ignore", divide="ignore"):
            seen = np.where(before > 0, whole / before, 0.0)[..., None]
        after = after.reshape(*after.shape[:-1], *[1] * len(own), after.shape[-1])
        scale = np.where(before > 0, before, 0.0)[..., None]
        axes = tuple(range(before.ndim))
        lower = (scale * np.clip(seen + after - 1, 0.0, None)).sum(axis=axes)
        return lower, (scale * np.minimum(seen, after)).sum(axis=axes)

    def _after(self, worlds: Worlds, shared: list[str]) -> Array:
        """P(Y in B | shared nodes, do), of shape (*shared sizes, events); 0 where these cannot be."""
        done = CompiledNetwork(worlds.network.do(worlds.end), self.max_memory)
        joint = done.joint(Findings(), [*shared, self.target])[1]
        with np.errstate(invalid="ignore"):
            rows = joint / joint.sum(axis=-1, keepdims=True)
        return np.asarray(np.nan_to_num(rows) @ self.events.T)


def _scaled(base: CompiledNetwork, findings: Findings, names: list[str], log_scale: float) -> Array:
    """P(nodes, findings) / exp(log_scale)."""
    log_evidence, joint = base.joint(findings, names)
    return np.asarray(joint * math.exp(float(log_evidence) - log_scale))


def _independent(name: str, rows: Array, first: Numbers, second: Numbers) -> Array:
    """Two rows have nothing to do with each other; all that can come about at all does so here."""
    states = rows.shape[-1]
    apart = rows[first][..., :, None] * rows[second][..., None, :]
    alike = rows[first][..., :, None] * np.eye(states)
    joint = np.where((first == second)[..., None, None], alike, apart)
    return np.asarray(joint.reshape(*first.shape, states * states))


def _chosen(
    joints: Mapping[tuple[int, int], Array],
    name: str,
    rows: Array,
    first: Numbers,
    second: Numbers,
) -> Array:
    """The joints that were chosen, and where there was no choice those that any coupling has."""
    found = comonotone(name, rows, first, second)
    for (one, other), joint in joints.items():
        found[(first == one) & (second == other)] = joint.reshape(-1)
        found[(first == other) & (second == one)] = joint.T.reshape(-1)
    return found
