"""The answer of `watch`."""

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import Answer, Distribution, OfOneGraph

__all__ = ["Watch"]


class Reading(Answer):
    """What one reading would do."""

    state: str
    probability: float
    outcome_probability: float | None
    change_pp: float | None
    outcome: Distribution | None


class Watched(Answer):
    """What one node would tell."""

    node: str
    role: str | None
    information_bits: float
    expected_change_pp: float
    cost: float | None
    bits_per_cost: float | None
    readings: list[Reading]


class WatchedOutcome(Answer):
    """What one wants to know about."""

    node: str
    states: list[str]
    probability: float
    posterior: Distribution
    entropy_bits: float


class Together(Answer):
    """What several nodes would tell together."""

    nodes: list[str]
    information_bits: float
    cost: float | None


class Watch(OfOneGraph):
    """What to watch next."""

    findings: list[AnyFinding]
    outcome: WatchedOutcome
    order: str
    nodes: list[Watched]
    together: list[Together]
    together_method: str
