"""The answer of `average`."""

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import Answer, Distributions, GraphRef, Whole

__all__ = ["Average"]


class Variant(Answer):
    """One of the graphs that are averaged; the logarithm of zero is null."""

    name: str
    graph: GraphRef
    title: str
    prior_weight: float
    evidence_probability: float
    log_evidence_probability: float | None
    weight: float
    prior: Distributions
    posterior: Distributions | None


class PriorAndPosterior(Answer):
    """Prior and posterior, averaged."""

    prior: Distributions
    posterior: Distributions


class Spread(Answer):
    """How far the graphs lie apart."""

    lowest: Distributions
    highest: Distributions
    standard_deviation: Distributions


class Average(Whole):
    """Several graphs, weighed by the evidence."""

    findings: list[AnyFinding]
    evidence_probability: float
    log_evidence_probability: float
    variants: list[Variant]
    average: PriorAndPosterior
    spread: Spread
