"""The answer of `counterfactual`."""

from typing import Literal

from causal_model.web.answers.parts import Answer, Distribution, Evidenced

__all__ = ["Counterfactual"]


class Bounds(Answer):
    """Between what a probability lies whatever the responses; sharp where both ends can be reached."""

    lower: float
    upper: float
    sharp: bool


class TogetherInBothWorlds(Answer):
    """The states that are taken together, as it is and as it would have been."""

    states: list[str]
    factual: float
    counterfactual: float
    change_pp: float
    bounds: Bounds | None = None


class Causation(Answer):
    """Whether what is set was necessary for the event, sufficient, or both."""

    node: str
    present: str
    absent: str
    necessity: float | None
    sufficiency: float | None
    both: float | None
    bounds: dict[Literal["necessity", "sufficiency", "both"], Bounds]
    coupled: list[str]


class InBothWorlds(Answer):
    """One node as it is and as it would have been."""

    factual: Distribution
    counterfactual: Distribution
    change_pp: dict[str, float]
    event: TogetherInBothWorlds | None = None
    bounds: dict[str, Bounds] | None = None
    causation: Causation | None = None


class Counterfactual(Evidenced):
    """What would have been."""

    do: dict[str, str]
    response: Literal["comonotone"]
    coupled: list[str]
    arbitrary: list[str]
    targets: dict[str, InBothWorlds]
