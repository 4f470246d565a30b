"""Exact draws from the posterior of all nodes together, by the way back through the contraction."""

import numpy as np
from numpy.typing import NDArray

from causal_model.engine.contract import forward
from causal_model.engine.decode import decode, drawn
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings

__all__ = ["draw"]

# Draws that are decoded together; each holds all choices of a step.
AT_ONCE = 20_000


def draw(
    compiled: CompiledNetwork, findings: Findings, draws: int, rng: np.random.Generator
) -> tuple[float, dict[str, NDArray[np.intp]]]:
    """Draw states of all nodes, independently, each with its probability given the findings.

    Args:
        compiled: the network.
        findings: what is known or set.
        draws: how many.
        rng: the source of chance.

    Returns:
        Log P(evidence), -inf where there is nothing to draw from; node to the indices of its states,
        of shape (draws,).

    Raises:
        EvidenceError: beliefs that cannot hold together.
        TooLarge: the answer would take more memory than is allowed.
    """
    log_evidence, findings = compiled.met(findings)
    if np.isneginf(log_evidence):
        return -np.inf, {}
    found = {
        name: np.full(draws, findings.state_of(name)) for name in (*findings.observed, *findings.do)
    }
    prepared = compiled.prepared(compiled.pattern(findings, (), whole=True))
    for part in prepared.parts:
        done = forward(part.tree, compiled.fresh(part, findings))
        pieces = [
            decode(done, drawn(rng), min(AT_ONCE, draws - at)) for at in range(0, draws, AT_ONCE)
        ]
        for name, label in part.labels.items():
            drawn_states = [piece[label] for piece in pieces]
            found[name] = np.concatenate(drawn_states or [np.zeros(0, dtype=np.intp)])
    return float(log_evidence), {name: found[name] for name in compiled.network.variables}
