"""What is answered about effects: settings, changes against a baseline, and their split by channel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from causal_model.causal.effects import Structure
from causal_model.causal.responses import Arrow
from causal_model.harmless import on_one_line
from causal_model.inference.findings import describe
from causal_model.notebook import Bundle, bundle
from causal_model.questions.interventions.certainty import EffectIntervals, SettingIntervals
from causal_model.spec.evidence import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NUMBERS", "ChannelShares", "Channels", "Distribution", "Effects", "SettingEffect"]

SCHEMA_VERSION = 1
# What is told of every state under every setting, in this order.
NUMBERS = ("done", "change_pp", "seen", "confounding_pp")

Distribution = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ChannelShares:
    """A change of P(Y in B), B being the event, split by channel; all in percentage points.

    With v(S) = P(Y in B) while the channels in S are open:

    Attributes:
        total: v(all) - v at the baseline.
        shares: the Shapley value of each channel in v; total = sum(shares) + other.
        other: v(none) - v at the baseline: what goes past all channels.
        by_state: the shares of each channel in the change of every single state; "" for `other`.
    """

    total: float
    shares: Mapping[str, float]
    other: float
    by_state: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels by which effects are split.

    Attributes:
        by: "name" for the channels that the graph names; "first arrow" where it names none on the way,
            so that directed paths are grouped by the node that they come to first.
        arrows: of every channel.
        witnesses: nodes that channels need as they are after the intervention and as they were at the
            baseline, at once (recanting witnesses). No table says how the two go together: for these the
            shares rest on the ordinal response, one quantile deciding both.
        unordered: those of them with three states or more that have no order, so that the ordinal
            response is an arbitrary choice.
    """

    by: Literal["name", "first arrow"]
    arrows: Mapping[str, tuple[Arrow, ...]]
    witnesses: tuple[str, ...]
    unordered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingEffect:
    """The outcome Y under one setting x of the set nodes X; e are the findings.

    Attributes:
        setting: for every set node its state, or a distribution over its states that replaces what
            decides it.
        done: P(Y = y | do(x), e) by state; None where e is impossible under the setting.
        seen: P(Y = y | x, e) by state; None where that is impossible, and where x holds a distribution.
        baseline: P(Y = y | do(baseline), e) by state; None where e is impossible there.
        event: the states B of Y that are taken together; may be empty.
        log_evidence: log P(e) under do(x); -inf where e is impossible.
        channels: the change of P(Y in B) by channel, if it was asked for and there is one.
    """

    setting: Mapping[str, str | Distribution]
    done: Distribution | None
    seen: Distribution | None
    baseline: Distribution | None
    event: tuple[str, ...]
    log_evidence: float
    channels: ChannelShares | None = None

    @property
    def change_pp(self) -> dict[str, float] | None:
        """Done minus the baseline in percentage points, by state."""
        return _points(self.done, self.baseline)

    @property
    def confounding_pp(self) -> dict[str, float] | None:
        """Seen minus done in percentage points, by state: what seeing tells and doing does not do."""
        return _points(self.seen, self.done)

    @property
    def event_done(self) -> float | None:
        """P(Y in B | do(x), e)."""
        return _total(self.done, self.event)

    @property
    def event_seen(self) -> float | None:
        """P(Y in B | x, e)."""
        return _total(self.seen, self.event)

    @property
    def event_change_pp(self) -> float | None:
        """The change of P(Y in B) against the baseline, in percentage points."""
        return _total(self.change_pp, self.event)

    @property
    def event_confounding_pp(self) -> float | None:
        """The difference of seeing and doing for P(Y in B), in percentage points."""
        return _total(self.confounding_pp, self.event)

    def numbers(self, state: str | None = None) -> tuple[float | None, ...]:
        """Done, change, seen and confounding, of one state or of the event."""
        if state is None:
            whole = (self.event_done, self.event_change_pp, self.event_seen)
            return (*whole, self.event_confounding_pp)
        parts = (self.done, self.change_pp, self.seen, self.confounding_pp)
        return tuple(None if part is None else part[state] for part in parts)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded."""
        found: dict[str, Any] = {
            "setting": {
                name: own if isinstance(own, str) else dict(own)
                for name, own in self.setting.items()
            },
            "evidence_probability": math.exp(self.log_evidence),
            "done": _plain(self.done),
            "seen": _plain(self.seen),
            "change_pp": self.change_pp,
            "confounding_pp": self.confounding_pp,
        }
        if self.event:
            found["event"] = {
                "done": self.event_done,
                "seen": self.event_seen,
                "change_pp": self.event_change_pp,
                "confounding_pp": self.event_confounding_pp,
            }
        if self.channels:
            found["channels"] = {
                "total_pp": self.channels.total,
                "shares_pp": dict(self.channels.shares),
                "other_pp": self.channels.other,
                "by_state_pp": {
                    state: {
                        "shares_pp": {name: each for name, each in own.items() if name},
                        "other_pp": own[""],
                    }
                    for state, own in self.channels.by_state.items()
                },
            }
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What setting some nodes does to an outcome.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        findings: what is known and set besides, in every setting.
        of: the nodes that are set in turn.
        on: the outcome.
        states: all states of the outcome.
        event: those that are taken together; may be empty.
        baseline: the setting with which the others are compared.
        settings: every combination of states, and of the distributions that were asked for.
        structure: what the arrows say: a path from cause to outcome, an open back-door path, and findings
            that the setting moves itself.
        channels: how effects were split, if that was asked for.
        interval: how far all of this moves with the tables, if that was asked for.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    of: tuple[str, ...]
    on: str
    states: tuple[str, ...]
    event: tuple[str, ...]
    baseline: Mapping[str, str]
    settings: tuple[SettingEffect, ...]
    structure: Structure
    channels: Channels | None = None
    interval: EffectIntervals | None = None
    _model: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    @property
    def contrasts(self) -> tuple[SettingEffect, ...]:
        """The settings other than the baseline."""
        return tuple(each for each in self.settings if dict(each.setting) != dict(self.baseline))

    @property
    def in_turn(self) -> tuple[tuple[SettingEffect, SettingIntervals | None], ...]:
        """All settings, each with its intervals if there are any."""
        sure = self.interval.settings if self.interval else (None,) * len(self.settings)
        return tuple(zip(self.settings, sure, strict=True))

    @property
    def least_sure(self) -> tuple[SettingEffect, SettingIntervals] | None:
        """The setting whose change varies most with the tables; None where none is known to vary."""
        varying = [(each, sure) for each, sure in self.in_turn if sure and sure.width_by_row]
        return max(
            varying,
            key=lambda own: sum(row.deviation_pp**2 for row in own[1].width_by_row),
            default=None,
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        path = self.structure.directed
        back_door = self.structure.back_door
        found: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "of": list(self.of),
            "on": self.on,
            "states": list(self.states),
            "event": list(self.event),
            "baseline": dict(self.baseline),
            "directed_path": None if path is None else list(path),
            "depends": self.structure.moved,
            "back_door_path": None if back_door is None else list(back_door),
            "post_treatment": list(self.structure.post_treatment),
            "settings": [each.to_dict() for each in self.settings],
        }
        if self.channels:
            found["channels"] = {
                "by": self.channels.by,
                "arrows": {
                    name: [list(each) for each in arrows]
                    for name, arrows in self.channels.arrows.items()
                },
                "witnesses": list(self.channels.witnesses),
                "unordered": list(self.channels.unordered),
                "assumption": "ordinal response" if self.channels.witnesses else None,
            }
        if self.interval:
            found["interval"] = self.interval.to_dict()
            for setting, own in zip(found["settings"], self.interval.settings, strict=True):
                setting["interval"] = own and own.to_dict()
        return found

    def to_frame(self) -> "pd.DataFrame":
        """One row per setting and state: the set nodes, state, done, change_pp, seen, confounding_pp.

        With intervals their ends as well: done_low, done_high, change_pp_low and so on.
        """
        import pandas as pd

        rows = []
        for each, sure in self.in_turn:
            told = [
                own if isinstance(own, str) else ",".join(f"{s}:{p:g}" for s, p in own.items())
                for own in each.setting.values()
            ]
            for state in self.states:
                row = [*told, state, *(math.nan if x is None else x for x in each.numbers(state))]
                if self.interval:
                    ends = sure.ends(state) if sure else (None,) * len(NUMBERS)
                    row += [end for pair in ends for end in pair or (math.nan, math.nan)]
                rows.append(row)
        columns = [*self.of, "state", *NUMBERS]
        if self.interval:
            columns += [f"{name}_{end}" for name in NUMBERS for end in ("low", "high")]
        return pd.DataFrame(rows, columns=columns)

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        return bundle(repr(self), chart="of_effects", about=(self._model, self))

    def __repr__(self) -> str:
        start = ", ".join(f"{name}={state}" for name, state in self.baseline.items())
        moved = "; ".join(
            ", ".join(f"{name}={own}" for name, own in each.setting.items())
            + f": {each.event_change_pp:+.1f} pp"
            for each in self.contrasts
            if each.event_change_pp is not None
        )
        given = ", ".join(describe(each) for each in self.findings) or "nothing"
        return on_one_line(
            f"<Effects of {', '.join(self.of)} on {self.on} against {start}, given {given}; {moved}>"
        )


def _points(after: Distribution | None, before: Distribution | None) -> dict[str, float] | None:
    if after is None or before is None:
        return None
    return {state: 100 * (after[state] - p) for state, p in before.items()}


def _total(numbers: Distribution | None, states: Sequence[str]) -> float | None:
    if numbers is None or not states:
        return None
    return math.fsum(numbers[state] for state in states)


def _plain(numbers: Distribution | None) -> dict[str, float] | None:
    return None if numbers is None else dict(numbers)
