"""Labels and sentences that several commands print."""

from collections.abc import Sequence

from causal_model.inference.findings import describe
from causal_model.inference.result import QueryResult
from causal_model.model import Model
from causal_model.spec.evidence import Finding

__all__ = ["NOT_A_FORECAST", "labelled", "of_evidence", "of_findings"]

NOT_A_FORECAST = "A conditional scenario under this graph's assumptions, not a forecast."


def labelled(model: Model, node: str, state: str | None, lang: str) -> str:
    """The label of a node, or of one of its states, in a language; the id where it has none."""
    if model.graph is None:
        return state or node
    return model.graph.label(node, state, lang)


def of_evidence(result: QueryResult) -> str:
    """What was given, and how probable it is.

    The probability is left out when nothing was seen, as it would be 1 whatever the graph.
    """
    given = of_findings(result.findings)
    seen = any(each.kind not in ("do", "belief") for each in result.findings)
    return f"{given} P(evidence) = {result.evidence_probability:.4g}" if seen else given


def of_findings(findings: Sequence[Finding]) -> str:
    """What was given."""
    if not findings:
        return "Nothing given."
    return "Given " + ", ".join(describe(each) for each in findings) + "."
