"""The answer of `decide`."""

from typing import Literal

from causal_model.web.answers.parts import Answer, Evidenced

__all__ = ["Decide"]


class Case(Answer):
    """One decision under one state of what is known and matters."""

    given: dict[str, str]
    probability: float
    earlier: Literal["policy", "told", "any"] | None
    expected_utility: dict[str, float | None]
    best: str
    tied: list[str]


class Policy(Answer):
    """What is best at one decision."""

    node: str
    known: list[str]
    matters: list[str]
    always: dict[str, float]
    cases: list[Case]


class Learned(Answer):
    """What was taken to be known besides, and what that gains."""

    nodes: list[str]
    gained: float


class Worth(Answer):
    """What it is worth to know one node before, and the best option then."""

    node: str
    value: float
    then: dict[str, str] | None


class Decide(Evidenced):
    """Which option is best, and what it is worth to know more first."""

    unit: str | None
    utilities: list[str]
    expected_utility: float
    policies: list[Policy]
    learned: Learned
    before: str | None
    information: list[Worth]
    everything: float | None
    following: list[str]
