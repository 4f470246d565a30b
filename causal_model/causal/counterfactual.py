"""What would have been: abduction, action and prediction on a twin network.

Evidence e was seen in the world as it is; had X been x instead, what would Y be? [pearl2009, theorem 7.1.7]
first learns from e what the units are like that it was seen of (abduction), then sets X (action), then lets
all else follow (prediction). The twin network [balke1994] does all three in one pass: what X does not reach
is shared by both worlds, all else stands there twice, evidence is entered on the first version, and the
second is asked.

    P(Y_x = y | e) = P(second Y = y | first versions agree with e)

How two versions of a node go together is the response of the unit, which no table gives; see `responses`
for the comonotone response that is taken, and `bounds` for what holds whatever the response.

References:
    [balke1994] Balke, A. & Pearl, J. (1994). Probabilistic evaluation of counterfactual queries. AAAI.
    [pearl2009] Pearl, J. (2009). Causality, 2nd ed., chapters 7 and 9.
    [tian2000] Tian, J. & Pearl, J. (2000). Probabilities of causation: bounds and identification.
        Annals of Mathematics and Artificial Intelligence 28.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from causal_model.causal.responses import FIRST, MOST_ENTRIES, SECOND, Versions, Worlds
from causal_model.graph import descendants
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = [
    "Cause",
    "Probability",
    "Question",
    "Twin",
    "counterfactual",
    "entered",
    "probability_question",
    "twin_of",
]

Probability = Literal["necessity", "sufficiency", "both"]

# Of an entry of a table.
BYTES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Twin:
    """What would have been, under the comonotone response.

    Attributes:
        log_evidence: log P(e) in the first world; -inf where the evidence is impossible.
        marginals: P(Y_x | e) by target, of shape (states,); NaN where the evidence is impossible.
        coupled: the nodes of which both versions take part and whose tables leave open how these go
            together: where there are any, the answer rests on the response that is taken.
    """

    log_evidence: float
    marginals: Mapping[str, Array]
    coupled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause with its two sides, and an effect with its two sides.

    Attributes:
        node, present, absent: the node that may have been the cause, and the numbers of the two states
            between which it is asked.
        effect: the node on which the effect is measured.
        event: for every state of the effect whether it belongs to the event.
    """

    node: str
    present: int
    absent: int
    effect: str
    event: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A counterfactual question whose answer, times a factor, is a probability of causation.

    Attributes:
        network: the network of the first world.
        evidence: what is known there.
        do: what is set in the second.
        event: the weights of the states of the effect whose probability is asked, shape (states,).
        factor: what the answer is multiplied with.
    """

    network: Network
    evidence: Findings
    do: Mapping[str, int]
    event: Array
    factor: float


def counterfactual(
    network: Network,
    evidence: Findings,
    do: Mapping[str, int],
    targets: Sequence[str],
    *,
    max_memory: int | None = None,
) -> Twin:
    """Ask what would have been.

    Args:
        network: the network.
        evidence: what was seen, as observed states and weights of a single question.
        do: the nodes that are set in the other world, and the states that they are set to.
        targets: the nodes that are asked there.
        max_memory: bytes that the answer may take; None for a share of what is free.

    Raises:
        TooLarge: the twin network is too wide.
    """
    worlds, versions = twin_of(network, evidence, do, targets, max_memory)
    joined = CompiledNetwork(versions.joined(), max_memory)
    asked = {name: name for name in targets if not worlds.is_set(name, SECOND)}
    found = joined.posterior(entered(versions, evidence), tuple(asked))
    log_evidence = float(found.log_evidence)
    marginals = {}
    for name in targets:
        if name in asked:
            world = versions.drawn[name][-1]
            marginals[name] = versions.collected(name, world, found.marginals[name])
        else:
            marginals[name] = np.eye(network.variables[name].size)[do[name]]
        if math.isinf(log_evidence):
            marginals[name] = np.full(network.variables[name].size, np.nan)
    return Twin(log_evidence, marginals, versions.unsettled())


def twin_of(
    network: Network,
    evidence: Findings,
    do: Mapping[str, int],
    targets: Sequence[str],
    max_memory: int | None = None,
) -> tuple[Worlds, Versions]:
    """The two worlds of a question, and the versions that take part in its answer.

    Raises:
        TooLarge: a node in two versions has too large a table.
    """
    worlds = Worlds(network.normalised(), do)
    asked = [(name, SECOND) for name in targets]
    asked += [(name, FIRST) for name in (*evidence.observed, *evidence.weights)]
    most = MOST_ENTRIES if max_memory is None else max_memory // BYTES
    return worlds, worlds.versions(asked, most=most)


def entered(versions: Versions, evidence: Findings) -> Findings:
    """The evidence on first versions."""
    observed, weights = {}, {}
    for name, state in evidence.observed.items():
        if name in versions.doubled:
            one_hot = np.eye(versions.worlds.network.variables[name].size)[state]
            weights[name] = versions.spread(name, FIRST, one_hot)
        else:
            observed[name] = state
    for name, own in evidence.weights.items():
        weights[name] = versions.spread(name, FIRST, own)
    return Findings(observed, weights)


def probability_question(
    network: Network, evidence: Findings, cause: Cause, which: Probability
) -> Question | None:
    """A probability of causation as a counterfactual question [pearl2009, definitions 9.2.1 to 9.2.3].

    With B the event, x the cause while present, x' while absent, and c what else is known,

        necessity     PN  = P(Y_x' not in B | X = x, Y in B, c)
        sufficiency   PS  = P(Y_x in B | X = x', Y not in B, c)
        both          PNS = P(Y_x in B, Y_x' not in B | c)
                          = P(Y in B | c) P(Y_x' not in B | Y in B, c), each where X is set to x.

    Args:
        network: the network.
        evidence: what is known; what it says of cause and effect themselves is replaced.
        cause: the cause and the effect.
        which: which of the three.

    Returns:
        None where the condition has probability zero; and for PNS where c speaks of what comes after
        the cause, since that would take three worlds.
    """
    inside = np.array(cause.event, dtype=np.float64)
    known = _without(evidence, (cause.node, cause.effect))
    factor = 1.0
    if which == "necessity":
        seen, given, do, event = cause.present, inside, cause.absent, 1 - inside
    elif which == "sufficiency":
        seen, given, do, event = cause.absent, 1 - inside, cause.present, inside
    else:
        seen, given, do, event = None, inside, cause.absent, 1 - inside
        after = descendants(network.parents, [cause.node])
        if cause.effect not in after:
            return Question(network, known, {cause.node: do}, 0 * event, 0.0)
        if not after.isdisjoint((*known.observed, *known.weights)):
            return None
        network = network.do({cause.node: cause.present})
        found = CompiledNetwork(network).posterior(known, [cause.effect])
        factor = float(found.marginals[cause.effect] @ inside)
    observed = {**known.observed, **({} if seen is None else {cause.node: seen})}
    asked = replace(known, observed=observed, weights={**known.weights, cause.effect: given})
    if not given.any() or not math.isfinite(float(CompiledNetwork(network).log_evidence(asked))):
        # PNS is zero where the event cannot come about at all.
        return Question(network, known, {cause.node: do}, 0 * event, 0.0) if factor == 0 else None
    return Question(network, asked, {cause.node: do}, event, factor)


def _without(evidence: Findings, names: Sequence[str]) -> Findings:
    """The evidence but for what it says of some nodes."""
    return replace(
        evidence,
        observed={name: each for name, each in evidence.observed.items() if name not in names},
        weights={name: each for name, each in evidence.weights.items() if name not in names},
    )
