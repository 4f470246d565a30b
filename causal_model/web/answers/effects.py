"""The answer of `effects`."""

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import (
    Answer,
    Distribution,
    Draws,
    Interval,
    IntervalsByState,
    OfOneGraph,
    RowWidth,
)

__all__ = ["Effects"]


class EventEffect(Answer):
    """The states that are counted together."""

    done: float | None
    seen: float | None
    change_pp: float | None
    confounding_pp: float | None


class EventIntervals(Answer):
    """Intervals of the states that are counted together."""

    done: Interval
    change_pp: Interval
    seen: Interval | None
    confounding_pp: Interval | None


class StateShareIntervals(Answer):
    """Intervals of the change of one state by channel."""

    shares_pp: dict[str, Interval]
    other_pp: Interval


class ChannelIntervals(StateShareIntervals):
    """Intervals of a change by channel."""

    by_state_pp: dict[str, StateShareIntervals]


class SettingIntervals(Answer):
    """Intervals of one setting."""

    done: IntervalsByState
    change_pp: IntervalsByState
    seen: IntervalsByState | None
    confounding_pp: IntervalsByState | None
    event: EventIntervals | None = None
    channels: ChannelIntervals | None = None
    impossible_draws: int
    width_by_row: list[RowWidth]


class StateShares(Answer):
    """The change of one state by channel."""

    shares_pp: dict[str, float]
    other_pp: float


class ChannelShares(Answer):
    """A change by channel."""

    total_pp: float
    shares_pp: dict[str, float]
    other_pp: float
    by_state_pp: dict[str, StateShares]


class SettingEffect(Answer):
    """The outcome when the nodes are set so, and when they are merely seen so."""

    setting: dict[str, str | Distribution]
    evidence_probability: float
    done: Distribution | None
    seen: Distribution | None
    change_pp: dict[str, float] | None
    confounding_pp: dict[str, float] | None
    event: EventEffect | None = None
    channels: ChannelShares | None = None
    interval: SettingIntervals | None = None


class Channels(Answer):
    """How changes were split."""

    by: str
    arrows: dict[str, list[tuple[str, str]]]
    witnesses: list[str]
    unordered: list[str]
    assumption: str | None


class EffectDraws(Draws):
    """How the intervals of effects were made."""

    fixed_rows: dict[str, int]


class Effects(OfOneGraph):
    """What setting nodes changes."""

    findings: list[AnyFinding]
    of: list[str]
    on: str
    states: list[str]
    event: list[str]
    baseline: dict[str, str]
    directed_path: list[str] | None
    depends: bool
    back_door_path: list[str] | None
    post_treatment: list[str]
    settings: list[SettingEffect]
    channels: Channels | None = None
    interval: EffectDraws | None = None
