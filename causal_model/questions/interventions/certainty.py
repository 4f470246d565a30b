"""How sure effects are: intervals of what setting nodes does, over draws of the tables.

All settings are asked under the same draws, so that the interval of a change is that of the difference
under one and the same tables; see `inference.intervals` for what an interval is, and `analysis.width` for
the rows that carry the width of a change.
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

__all__ = ["EffectIntervals", "SettingIntervals", "effect_intervals"]


@dataclass(frozen=True, slots=True)
class SettingIntervals:
    """Intervals of one setting x; e are the findings, B the states that are taken together.

    Attributes:
        done: of P(Y = y | do(x), e), by state.
        change_pp: of the change against the baseline under the same draw, in percentage points, by state.
        event_done: of P(Y in B | do(x), e); None without B.
        event_change_pp: of the change of that, in percentage points; None without B.
        impossible: under how many draws e is impossible, after x or at the baseline; they are left out.
        width_by_row: the rows that add to the variance of the change of P(Y in B), or without B of all
            states, those that add most first; empty for the baseline.
    """

    done: Mapping[str, Interval]
    change_pp: Mapping[str, Interval]
    event_done: Interval | None
    event_change_pp: Interval | None
    impossible: int
    width_by_row: tuple[RowWidth, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, numbers unrounded; intervals as [low, high]."""
        found: dict[str, Any] = {
            "done": {state: list(each) for state, each in self.done.items()},
            "change_pp": {state: list(each) for state, each in self.change_pp.items()},
        }
        if self.event_done is not None and self.event_change_pp is not None:
            found["event"] = {
                "done": list(self.event_done),
                "change_pp": list(self.event_change_pp),
            }
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
    where = f"{model.path}: " if model.path else ""
    fixed = fixed_rows(list(asked.values()), [outcome], where, model.max_memory)
    answers = drawn_answers(
        list(asked.values()), [outcome], draws=draws, seed=seed, max_memory=model.max_memory
    )
    done = {at: each.marginals[outcome] for at, each in zip(asked, answers, strict=True)}
    found: list[SettingIntervals | None] = [None] * len(settings)
    if baseline in done:
        for at, own in done.items():
            widths: tuple[RowWidth, ...] = ()
            if at != baseline:
                widths = _widths(model, asked[at], asked[baseline], outcome, event)
            states = model.states(outcome)
            found[at] = _setting(own, done[baseline], states, event, level, widths)
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


def _setting(
    done: Array,
    start: Array,
    states: Sequence[str],
    event: Sequence[str],
    level: float,
    widths: tuple[RowWidth, ...],
) -> SettingIntervals:
    impossible = np.isnan(done).any(axis=1) | np.isnan(start).any(axis=1)
    kept = np.flatnonzero(~impossible)
    if len(kept) < required_draws(level):
        raise QueryError(
            f"the findings are impossible under {impossible.sum():,} of {len(done):,} draws of the tables;"
            " too few are left for an interval"
        )
    whole, changes = done[kept], 100 * (done[kept] - start[kept])
    event_done = event_change = None
    if event:
        weights = np.array([float(state in event) for state in states])
        (event_done,) = equal_tailed((whole @ weights)[:, None], level)
        (event_change,) = equal_tailed((changes @ weights)[:, None], level)
    return SettingIntervals(
        done=dict(zip(states, equal_tailed(whole, level), strict=True)),
        change_pp=dict(zip(states, equal_tailed(changes, level), strict=True)),
        event_done=event_done,
        event_change_pp=event_change,
        impossible=len(done) - len(kept),
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
