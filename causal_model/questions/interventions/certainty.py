"""How sure effects are: intervals of what setting nodes does, over draws of the tables.

All settings are asked under the same draws, set and merely seen, so that the interval of a change, or of
what confounds, is that of the difference under one and the same tables; see `inference.intervals` for what
an interval is, and `analysis.width` for the rows that carry the width of a change.

Where no back-door path is open, seeing tells the same as setting whatever the tables are (`causal.effects`)
and is not asked again. What only decides how often a state is seen then needs no confidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from causal_model.analysis.credible import check_request, drawn_answers, row_widths
from causal_model.analysis.fixed_rows import fixed_rows
from causal_model.analysis.width import Question, row_variances
from causal_model.build import row_counts
from causal_model.causal.effects import Setting
from causal_model.errors import QueryError
from causal_model.inference.dirichlets import Dirichlets
from causal_model.inference.findings import Findings
from causal_model.inference.intervals import Interval, RowWidth, equal_tailed, required_draws
from causal_model.model import Model
from causal_model.network import Array

__all__ = ["ChannelIntervals", "EffectIntervals", "SettingIntervals", "effect_intervals"]


ByState = Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class ChannelIntervals:
    """Intervals of the shares of channels in a change, under the same draws; all in percentage points.

    Attributes:
        shares: of the share of each channel in the change of P(Y in B).
        other: of what goes past all channels.
        by_state: the same for the change of every single state; "" for `other`.
    """

    shares: Mapping[str, Interval]
    other: Interval
    by_state: Mapping[str, ByState]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded; intervals as [low, high]."""
        return {
            "shares_pp": _plain(self.shares),
            "other_pp": list(self.other),
            "by_state_pp": {
                state: {
                    "shares_pp": {name: list(each) for name, each in own.items() if name},
                    "other_pp": list(own[""]),
                }
                for state, own in self.by_state.items()
            },
        }


@dataclass(frozen=True, slots=True)
class SettingIntervals:
    """Intervals of one setting x; e are the findings, B the states that are taken together.

    Attributes:
        done: of P(Y = y | do(x), e), by state.
        change_pp: of the change against the baseline under the same draw, in percentage points, by state.
        seen: of P(Y = y | x, e), by state; None where nobody sees that.
        confounding_pp: of seen minus done under the same draw, in percentage points, by state; likewise.
        event_done: of P(Y in B | do(x), e); None without B.
        event_change_pp: of the change of that, in percentage points; None without B.
        event_seen: of P(Y in B | x, e); None without B, and where nobody sees that.
        event_confounding_pp: of the difference of the two, in percentage points; likewise.
        impossible: under how many draws e is impossible, after x, at the baseline, or where x is seen;
            they are left out where they are.
        width_by_row: the rows that add to the variance of the change of P(Y in B), or without B of all
            states, those that add most first; empty for the baseline.
        channels: of the shares of channels in the change, if they were asked for; None for the baseline.
    """

    done: ByState
    change_pp: ByState
    seen: ByState | None
    confounding_pp: ByState | None
    event_done: Interval | None
    event_change_pp: Interval | None
    event_seen: Interval | None
    event_confounding_pp: Interval | None
    impossible: int
    width_by_row: tuple[RowWidth, ...]
    channels: ChannelIntervals | None = None

    def ends(self, state: str | None = None) -> tuple[Interval | None, ...]:
        """The intervals of done, change, seen and confounding, of one state or of B."""
        if state is None:
            whole = (self.event_done, self.event_change_pp, self.event_seen)
            return (*whole, self.event_confounding_pp)
        parts = (self.done, self.change_pp, self.seen, self.confounding_pp)
        return tuple(None if part is None else part[state] for part in parts)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded; intervals as [low, high]."""
        found: dict[str, Any] = {
            "done": _plain(self.done),
            "change_pp": _plain(self.change_pp),
            "seen": _plain(self.seen),
            "confounding_pp": _plain(self.confounding_pp),
        }
        if self.event_done is not None:
            ends = {
                "done": self.event_done,
                "change_pp": self.event_change_pp,
                "seen": self.event_seen,
                "confounding_pp": self.event_confounding_pp,
            }
            found["event"] = {name: own and list(own) for name, own in ends.items()}
        if self.channels:
            found["channels"] = self.channels.to_dict()
        return found | {
            "impossible_draws": self.impossible,
            "width_by_row": [each.to_dict() for each in self.width_by_row],
        }


@dataclass(frozen=True, slots=True)
class EffectIntervals:
    """Intervals of all settings, under the same draws.

    Attributes:
        level: the probability within every interval.
        draws, seed: of the tables.
        fixed: by node the number of rows that matter but have no confidence, and are held fixed.
        settings: in the order of the effects; None where the findings are impossible, or are so at the
            baseline.
    """

    level: float
    draws: int
    seed: int
    fixed: Mapping[str, int]
    settings: tuple[SettingIntervals | None, ...]

    @property
    def impossible(self) -> int:
        """Under how many draws the findings are impossible in some setting."""
        return max((each.impossible for each in self.settings if each), default=0)

    def to_dict(self) -> dict[str, Any]:
        """How they were made, as plain data for JSON."""
        return {
            "level": self.level,
            "draws": self.draws,
            "seed": self.seed,
            "fixed_rows": dict(self.fixed),
        }


def effect_intervals(
    model: Model,
    settings: Sequence[Setting],
    baseline: int,
    findings: Findings,
    outcome: str,
    event: Sequence[str],
    *,
    possible: Sequence[bool],
    visible: Sequence[bool],
    confounded: bool,
    level: float,
    draws: int,
    seed: int,
) -> EffectIntervals:
    """Ask all settings under draws of the tables.

    Args:
        model: the model.
        settings: states, or distributions, of the nodes that are set.
        baseline: the number of the one with which the others are compared.
        findings: what is known and set besides.
        outcome: the node that is asked.
        event: states of it that are taken together; may be empty.
        possible: of every setting whether the findings are possible under it.
        visible: of every setting whether it can be seen, with the findings.
        confounded: whether a back-door path is open, so that seeing may differ from setting.
        level: the probability within an interval.
        draws: how many.
        seed: of the source of chance.

    Raises:
        QueryError: level, draws or seed make no sense; a row that matters has confidence 0, or none that
            matters has one.
        TooLarge: it would take more memory than is allowed.
    """
    check_request(level, draws, seed)
    asked = {
        at: _question(model.dirichlets, each, findings)
        for at, each in enumerate(settings)
        if possible[at]
    }
    seeing = {
        at: Question(model.dirichlets, _where_seen(each, findings))
        for at, each in enumerate(settings)
        if visible[at] and confounded
    }
    questions = [*asked.values(), *seeing.values()]
    where = f"{model.path}: " if model.path else ""
    fixed = fixed_rows(questions, [outcome], where, model.max_memory)
    answers = drawn_answers(
        questions, [outcome], draws=draws, seed=seed, max_memory=model.max_memory
    )
    samples = [each.marginals[outcome] for each in answers]
    done = dict(zip(asked, samples, strict=False))
    seen = dict(zip(seeing, samples[len(asked) :], strict=True))
    if not confounded:
        seen = {at: own for at, own in done.items() if visible[at]}
    found: list[SettingIntervals | None] = [None] * len(settings)
    if baseline in done:
        for at, own in done.items():
            widths: tuple[RowWidth, ...] = ()
            if at != baseline:
                widths = _widths(model, asked[at], asked[baseline], outcome, event)
            parts = {"done": own, "change_pp": 100 * (own - done[baseline])}
            if at in seen:
                parts |= {"seen": seen[at], "confounding_pp": 100 * (seen[at] - own)}
            found[at] = _setting(parts, model.states(outcome), event, level, widths)
    return EffectIntervals(level, draws, seed, fixed, tuple(found))


def _question(known: Dirichlets, setting: Setting, findings: Findings) -> Question:
    """A setting as a question; where it holds a distribution, that replaces what decides the node."""
    states = {name: own for name, own in setting.items() if isinstance(own, int)}
    roots = {name: own for name, own in setting.items() if not isinstance(own, int)}
    network = known.network
    if roots:
        network = replace(
            network,
            parents=MappingProxyType({**network.parents, **dict.fromkeys(roots, ())}),
            tables=MappingProxyType({**network.tables, **roots}),
        )
        known = Dirichlets(network, known.confidence, frozenset(roots))
    return Question(known, replace(findings, do={**findings.do, **states}))


def _where_seen(setting: Setting, findings: Findings) -> Findings:
    states = {name: own for name, own in setting.items() if isinstance(own, int)}
    return replace(findings, observed={**findings.observed, **states})


def _setting(
    parts: Mapping[str, Array],
    states: Sequence[str],
    event: Sequence[str],
    level: float,
    widths: tuple[RowWidth, ...],
) -> SettingIntervals:
    """The intervals of one setting.

    Args:
        parts: the draws of done, change_pp and, where it can be seen, seen and confounding_pp, each of
            shape (draws, states); NaN where the findings are impossible.
        states: of the outcome.
        event: those that are taken together; may be empty.
        level: the probability within an interval.
        widths: the rows that carry the width of the change.
    """
    weights = np.array([float(state in event) for state in states])
    by_state: dict[str, ByState] = {}
    whole: dict[str, Interval] = {}
    impossible = 0
    for name, own in parts.items():
        lost = int(np.isnan(own).any(axis=1).sum())
        if len(own) - lost < required_draws(level):
            raise QueryError(
                f"the findings are impossible under {lost:,} of {len(own):,} draws of the tables; too few"
                " are left for an interval"
            )
        impossible = max(impossible, lost)
        by_state[name] = dict(zip(states, equal_tailed(own, level), strict=True))
        if event:
            (whole[name],) = equal_tailed((own @ weights)[:, None], level)
    return SettingIntervals(
        done=by_state["done"],
        change_pp=by_state["change_pp"],
        seen=by_state.get("seen"),
        confounding_pp=by_state.get("confounding_pp"),
        event_done=whole.get("done"),
        event_change_pp=whole.get("change_pp"),
        event_seen=whole.get("seen"),
        event_confounding_pp=whole.get("confounding_pp"),
        impossible=impossible,
        width_by_row=widths,
    )


def _widths(
    model: Model, asked: Question, less: Question, outcome: str, event: Sequence[str]
) -> tuple[RowWidth, ...]:
    """The rows that carry the width of a change."""
    states = model.states(outcome)
    events = [np.array([float(each in event) for each in states])] if event else np.eye(len(states))
    variances = row_variances(asked, outcome, list(events), less=less, max_memory=model.max_memory)
    assert model.graph is not None
    forms = {name: node.table.form for name, node in model.graph.nodes.items()}
    return row_widths(model.dirichlets, variances, row_counts(model.graph), forms)


def _plain(intervals: ByState | None) -> dict[str, list[float]] | None:
    return None if intervals is None else {state: list(each) for state, each in intervals.items()}
