"""Many questions at once: rows of findings become batches, and equal rows are asked once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_model.errors import EvidenceError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind, stack
from causal_model.network import Array
from causal_model.spec.evidence import Finding

__all__ = ["RowAnswers", "ask_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class RowAnswers:
    """Answers to many questions, in the order of the questions.

    Attributes:
        log_evidence: log P(evidence) of each row, shape (rows,); -inf where it is impossible.
        marginals: posterior of each target, shape (rows, states); NaN where it is impossible.
    """

    log_evidence: Array
    marginals: dict[str, Array]


def ask_rows(
    compiled: CompiledNetwork, rows: Sequence[Sequence[Finding]], targets: Sequence[str]
) -> RowAnswers:
    """Ask the same targets under the findings of each row.

    Rows that set the same nodes, and hold beliefs on the same nodes, go through the engine together.

    Raises:
        EvidenceError: a row names something unknown or contradicts itself; says which row, from 1.
    """
    network = compiled.network
    log_evidence = np.zeros(len(rows))
    marginals = {name: np.zeros((len(rows), network.variables[name].size)) for name in targets}
    groups: dict[tuple[frozenset[str], frozenset[str]], list[tuple[int, Findings]]] = {}
    for at, row in enumerate(rows):
        try:
            bound = bind(network, row)
        except EvidenceError as error:
            raise EvidenceError(f"row {at + 1}: {error}") from None
        groups.setdefault((frozenset(bound.do), frozenset(bound.beliefs)), []).append((at, bound))
    for members in groups.values():
        places = [at for at, _ in members]
        found = compiled.posterior(stack(network, [bound for _, bound in members]), targets)
        log_evidence[places] = found.log_evidence
        for name in targets:
            marginals[name][places] = found.marginals[name]
    return RowAnswers(log_evidence, marginals)
