"""What a picture of a graph shows, as plain values; drawing starts from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Arrow", "FindingKind", "NodeBox", "Picture", "StateBar"]

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
    """One node: its states low to high, its part in the story, and the kind of finding on it."""

    name: str
    label: str
    role: str
    states: tuple[StateBar, ...]
    finding: FindingKind | None = None
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow; `weight` from 0 to 1 is drawn as width, `cut` says that a do has cut it."""

    parent: str
    child: str
    sign: Literal["positive", "negative", "mixed"] | None = None
    weight: float = 0.5
    cut: bool = False
    channels: tuple[str, ...] = ()
    tooltip: str = ""


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
