"""Within which bounds an effect lies that no data can tell, for the states that a question is about."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from causal_model.causal.effect_bounds import Unused, effect_bounds
from causal_model.causal.instruments import Instrument
from causal_model.errors import TooLarge
from causal_model.model import Model
from causal_model.questions.interventions.effects import MOST_SETTINGS

__all__ = ["Bound", "EffectLimits", "Unbounded", "limits_of"]


@dataclass(frozen=True, slots=True)
class Bound:
    """Bounds on P(Y in B | do(x)), or on what x instead of a baseline x' changes.

    Attributes:
        on: the outcome Y.
        setting: the state x of every set node.
        baseline: x'; None for P(Y in B | do(x)) itself.
        states: the states B.
        lower, upper: the bounds of the probability, or of P(Y in B | do(x)) - P(Y in B | do(x')).
        in_graph: its value with the graph's own tables of the hidden nodes.
        lower_by, upper_by: the instrument that gives the bound; None where P(x, y) alone does.
    """

    on: str
    setting: Mapping[str, str]
    baseline: Mapping[str, str] | None
    states: tuple[str, ...]
    lower: float
    upper: float
    in_graph: float
    lower_by: Instrument | None
    upper_by: Instrument | None

    @property
    def by(self) -> tuple[Instrument | None, Instrument | None]:
        """The instruments that give the bounds."""
        return self.lower_by, self.upper_by

    def to_dict(self) -> dict[str, Any]:
        """The bounds as plain data for JSON."""
        found: dict[str, Any] = {"setting": dict(self.setting)}
        if self.baseline is not None:
            found["baseline"] = dict(self.baseline)
        return found | {
            "states": list(self.states),
            "lower": self.lower,
            "upper": self.upper,
            "value_in_graph": self.in_graph,
            "by": {"lower": _by(self.lower_by), "upper": _by(self.upper_by)},
        }


@dataclass(frozen=True, slots=True)
class EffectLimits:
    """All bounds on an effect.

    Attributes:
        effects: of every setting, and of every set of states that is asked.
        contrasts: of every setting but the baseline, likewise.
        unused: instruments that are left out, and why.
    """

    effects: tuple[Bound, ...]
    contrasts: tuple[Bound, ...]
    unused: tuple[Unused, ...]

    @property
    def largest(self) -> Bound | None:
        """The contrast that is largest in the graph itself; None where a node has one state only."""
        return max(self.contrasts, key=lambda each: abs(each.in_graph), default=None)

    def to_dict(self) -> dict[str, Any]:
        """The bounds as plain data for JSON."""
        return {
            "bounds": [each.to_dict() for each in self.effects],
            "contrasts": [each.to_dict() for each in self.contrasts],
            "unused_instruments": [
                {
                    "instrument": each.instrument.node,
                    "given": list(each.instrument.given),
                    "reason": each.reason,
                    "by": each.by and each.by.node,
                }
                for each in self.unused
            ],
        }


@dataclass(frozen=True, slots=True)
class Unbounded:
    """Why an effect has no bounds here, in a sentence."""

    reason: str


def limits_of(
    model: Model,
    causes: Sequence[str],
    outcome: str,
    event: Sequence[str],
    baseline: Mapping[str, str],
    instruments: Sequence[Instrument],
) -> EffectLimits | Unbounded:
    """Bound an effect; the tables count, and no findings.

    Args:
        model: the model.
        causes: the nodes that are set.
        outcome: the node that is asked.
        event: the states of it that are taken together; none for each of its states by itself.
        baseline: with which settings are compared.
        instruments: for the effect of a single cause.
    """
    count = math.prod(len(model.states(name)) for name in causes)
    if count > MOST_SETTINGS:
        return Unbounded(
            f"{', '.join(causes)} have {count:,} combinations of states, at most"
            f" {MOST_SETTINGS:,} are bounded"
        )
    settings = [
        dict(zip(causes, each, strict=True)) for each in product(*map(model.states, causes))
    ]
    among = model.states(outcome)
    sets = [tuple(event)] if event else [(state,) for state in among]
    start = settings.index(dict(baseline))
    others = [at for at in range(len(settings)) if at != start]
    asked: list[tuple[int, int | None, tuple[str, ...]]] = [
        *((at, None, own) for at in range(len(settings)) for own in sets),
        *((at, start, own) for at in others for own in sets),
    ]
    weights = np.zeros((len(asked), len(settings), len(among)))
    for row, (at, against, own) in zip(weights, asked, strict=True):
        inside = np.isin(among, own)
        row[at, inside] = 1
        if against is not None:
            row[against, inside] = -1
    try:
        found = effect_bounds(model.compiled, causes, outcome, weights, instruments)
    except TooLarge as error:
        return Unbounded(error.problem)
    bounds = [
        Bound(
            outcome,
            settings[at],
            None if against is None else settings[against],
            own,
            float(found.lower[number]),
            float(found.upper[number]),
            float(found.in_graph[number]),
            found.lower_by[number],
            found.upper_by[number],
        )
        for number, (at, against, own) in enumerate(asked)
    ]
    levels = len(settings) * len(sets)
    return EffectLimits(tuple(bounds[:levels]), tuple(bounds[levels:]), found.unused)


def _by(instrument: Instrument | None) -> str | dict[str, Any]:
    if instrument is None:
        return "natural"
    return {"instrument": instrument.node, "given": list(instrument.given)}
