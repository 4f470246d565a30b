"""What a picture of a graph shows, as plain values; drawing starts from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "FULL_WEIGHT",
    "THICKEST",
    "THINNEST",
    "Arrow",
    "FindingKind",
    "NodeBox",
    "Picture",
    "StateBar",
]

FindingKind = Literal["observed", "excluded", "likelihood", "belief", "do"]


@dataclass(frozen=True, slots=True)
class StateBar:
    """One state of a node: its probabilities now and before, and whether a finding names it."""

    name: str
    label: str
    probability: float | None
    prior: float | None = None
    mark: Literal["observed", "excluded", "do"] | None = None


@dataclass(frozen=True, slots=True)
class NodeBox:
    """One node: its states low to high, its part in the story, and the kind of finding on it.

    A decision has the role `decision`, and its options are states. A utility has the role `utility` and no
    states; its `unit` is that of its numbers.
    """

    name: str
    label: str
    role: str
    states: tuple[StateBar, ...]
    finding: FindingKind | None = None
    tooltip: str = ""
    unit: str = ""

    @property
    def heading(self) -> str:
        """The label with the kind of its finding, as formats of text say it."""
        return f"{self.label} ({self.finding})" if self.finding else self.label


# The weight from which on arrows are drawn at full width, and the widths in pixels.
FULL_WEIGHT = 0.6
THINNEST, MIDDLE, THICKEST = 0.8, 1.8, 3.6


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow; `cut` says that a do has cut it, `informs` that its child is a decision.

    Its `weight`, how far it moves its child (0 to 1, see `analysis.strength`), is drawn as width; None
    where it is not known.
    """

    parent: str
    child: str
    sign: Literal["positive", "negative", "mixed"] | None = None
    weight: float | None = None
    cut: bool = False
    channels: tuple[str, ...] = ()
    tooltip: str = ""
    informs: bool = False

    @property
    def plain_sign(self) -> str:
        """The sign in characters that every program can show; nothing where there is none."""
        return {None: "", "positive": "+", "negative": "-", "mixed": "+/-"}[self.sign]

    @property
    def thickness(self) -> float:
        """The width of its line in pixels; that of a middling arrow where its weight is not known."""
        if self.weight is None:
            return MIDDLE
        return THINNEST + (THICKEST - THINNEST) * min(max(self.weight / FULL_WEIGHT, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn; `channels` maps ids to labels, in the order of the legend."""

    title: str
    subtitle: str
    boxes: tuple[NodeBox, ...]
    arrows: tuple[Arrow, ...]
    channels: Mapping[str, str]
    lang: str = "en"
    note: str = ""
