"""Score a graph on rows that its tables have not seen, beside climatology and other graphs.

The rows are in the order of time. The first ones train only. From there on every row is forecast by tables
that were learned from rows before it, anew every so many rows (rolling origin [tashman2000]); without
re-fitting the tables stay as the graph has them, and only climatology learns, from the first rows.

References:
    [tashman2000] Tashman, L.J. (2000). Out-of-sample tests of forecasting accuracy: an analysis and review.
        International Journal of Forecasting 16(4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import DataError, QueryError
from causal_model.learning.rows import Rows
from causal_model.network import Array
from causal_model.scores.calibration import CalibrationBin, calibration
from causal_model.scores.forecasters import Contender, climatology, forecasts, refitted
from causal_model.scores.resampling import AT_ONCE, Interval, Resamples, default_block, interval
from causal_model.scores.rules import HIGHER_IS_BETTER, RULES, Rule

__all__ = [
    "CLIMATOLOGY",
    "UNINFORMED",
    "Comparison",
    "Evaluation",
    "Verdict",
    "evaluate",
    "refit_scores",
]

CLIMATOLOGY = "climatology"
UNINFORMED = "nothing given"
DEFAULT_BINS = 5

Verdict = Literal["better", "no better", "worse"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A graph beside another forecaster, by one rule.

    Attributes:
        rule: the scoring rule.
        against: the other forecaster.
        own, other: mean scores.
        gain: by how much the graph is better, whichever way the rule runs, with its interval over
            paired block resamples of the scored rows.
    """

    rule: Rule
    against: str
    own: float
    other: float
    gain: Interval

    @property
    def verdict(self) -> Verdict:
        """Better or worse only where the whole interval says so."""
        if self.gain.low > 0:
            return "better"
        return "worse" if self.gain.high < 0 else "no better"


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How well a graph forecast.

    Attributes:
        graph: its name.
        target: the node that was forecast.
        given: the nodes that each row told of.
        rules: mean score by rule and forecaster.
        comparisons: the graph beside every other forecaster, by every rule.
        bins: calibration of the graph.
        scored: the rows that were scored, counted from 0, shape (rows,).
        forecasts: by forecaster, shape (rows, states).
        came: number of the state that came, shape (rows,).
        train: how many rows trained only.
        refits: how many times tables were learned; 0 where they stay as they are.
        draws, block: of the resampling.
    """

    graph: str
    target: str
    given: tuple[str, ...]
    rules: Mapping[Rule, Mapping[str, float]]
    comparisons: tuple[Comparison, ...]
    bins: tuple[CalibrationBin, ...]
    scored: NDArray[np.intp]
    forecasts: Mapping[str, Array]
    came: NDArray[np.intp]
    train: int
    refits: int
    draws: int
    block: int

    def verdict(self, against: str = CLIMATOLOGY) -> Comparison:
        """The comparison by the logarithmic score, which sees the whole distribution."""
        return next(
            each for each in self.comparisons if each.rule == "log" and each.against == against
        )


def evaluate(
    contenders: Sequence[Contender],
    rows: Rows,
    target: str,
    given: Sequence[str],
    *,
    rng: np.random.Generator,
    train: int | None = None,
    refit_every: int | None = None,
    ordered: bool = True,
    draws: int = 1000,
    block: int | None = None,
    bins: int = DEFAULT_BINS,
) -> Evaluation:
    """Score the first contender beside climatology, itself when told nothing, and other contenders.

    Args:
        contenders: graphs; the first one is judged, and all of them forecast the same rows.
        rows: in the order of time.
        target: the node that is forecast; rows where it is missing are not scored.
        given: what the forecaster of a row is told.
        rng: chance, for the resamples.
        train: how many rows train only; default half of them.
        refit_every: after how many rows the tables are learned anew; None for never.
        ordered: whether the states of the target go from low to high, so that near misses count less.
        draws: how many resamples.
        block: rows of a block; default the cube root of the number of scored rows.
        bins: of the calibration table.

    Raises:
        QueryError: the numbers do not fit the data.
        DataError: the dates are not in order, or there is no row to learn from or to score.
        ImpossibleEvidence: what a row tells has probability zero under a contender.
    """
    require_order(rows)
    first = len(rows) // 2 if train is None else train
    if not 0 < first < len(rows):
        raise QueryError(
            f"{first} rows are to train, but there are {len(rows)}; expected 1 to {len(rows) - 1}"
        )
    column = rows.of(target)
    scored = np.flatnonzero((column >= 0) & (np.arange(len(rows)) >= first))
    if not len(scored) or not (column[:first] >= 0).any():
        part = "after" if len(scored) == 0 else "among"
        raise DataError(f"{rows.file}: {target!r} is never observed {part} the first {first} rows")
    came = column[scored]
    origins = np.array([first], dtype=np.intp)
    if refit_every is not None:
        origins = np.arange(first, len(rows), refit_every, dtype=np.intp)
    weights = (np.arange(len(rows)) < origins[:, None]).astype(float)
    origin_of = np.searchsorted(origins, scored, side="right") - 1
    found = {}
    own: dict[str, Array] = {}
    for each in reversed(contenders):
        own = refitted(each, rows, weights) if refit_every and each.elicited else {}
        found[each.name] = forecasts(each, own, rows, target, given, scored, origin_of)[0]
    judged = contenders[0].name
    states = found[judged].shape[-1]
    others = [CLIMATOLOGY, *(each.name for each in contenders[1:])]
    found[CLIMATOLOGY] = climatology(column, states, weights)[origin_of]
    if given:
        # What the graph owes to its tables, and what to being told something, are different things.
        found[UNINFORMED] = forecasts(contenders[0], own, rows, target, (), scored, origin_of)[0]
        others.insert(1, UNINFORMED)
    length = default_block(len(scored)) if block is None else block
    resampled = Resamples.draw(len(scored), draws, length, rng)
    rules: dict[Rule, dict[str, float]] = {}
    comparisons = []
    for rule, score in RULES.items():
        if rule == "rps" and not ordered:
            continue
        by_row = {name: score(each, came) for name, each in found.items()}
        rules[rule] = {name: float(each.mean()) for name, each in by_row.items()}
        for name in others:
            gains = _gains(rule, by_row[judged], by_row[name])
            gain = interval(float(gains.mean()), resampled.means(gains))
            comparisons.append(Comparison(rule, name, rules[rule][judged], rules[rule][name], gain))
    return Evaluation(
        graph=judged,
        target=target,
        given=tuple(given),
        rules=rules,
        comparisons=tuple(comparisons),
        bins=calibration(found[judged], came, bins),
        scored=scored,
        forecasts=found,
        came=came,
        train=first,
        refits=len(origins) if refit_every is not None and contenders[0].elicited else 0,
        draws=draws,
        block=length,
    )


def refit_scores(
    contender: Contender,
    rows: Rows,
    target: str,
    given: Sequence[str],
    *,
    rng: np.random.Generator,
    train: int,
    draws: int,
    block: int | None = None,
    ordered: bool = True,
) -> dict[Rule, Interval]:
    """How much the scores hang on the few rows that the tables were learned from.

    The first rows are resampled in blocks, the tables learned from every resample, and the rows after
    them scored; all resamples are one batch.

    Args:
        contender: the graph.
        rows: in the order of time.
        target: the node that is forecast.
        given: what the forecaster of a row is told.
        rng: chance, for the resamples.
        train: so many first rows are resampled, and those after them are scored.
        draws: how many resamples.
        block: rows of a block; default the cube root of the number of training rows.
        ordered: whether the states of the target go from low to high.

    Returns:
        By rule the mean score after learning from the rows themselves, and the interval over resamples.
    """
    column = rows.of(target)
    scored = np.flatnonzero((column >= 0) & (np.arange(len(rows)) >= train))
    length = default_block(train) if block is None else block
    resampled = Resamples.draw(train, draws, length, rng)
    states = contender.network.variables[target].size
    step = max(1, AT_ONCE // (len(rows) * states))

    def means(members: NDArray[np.intp]) -> dict[Rule, Array]:
        """Mean scores after learning from some resamples, shape (resamples,)."""
        weights = np.array([np.bincount(each, minlength=len(rows)) for each in members])
        tables = refitted(contender, rows, weights.astype(float))
        found = forecasts(contender, tables, rows, target, given, scored)
        return {
            rule: score(found, column[scored]).mean(axis=-1)
            for rule, score in RULES.items()
            if rule != "rps" or ordered
        }

    itself = means(np.arange(train)[None])
    drawn = [means(resampled.members(at, at + step)) for at in range(0, draws, step)]
    return {
        rule: interval(float(value[0]), np.concatenate([each[rule] for each in drawn]))
        for rule, value in itself.items()
    }


def require_order(rows: Rows) -> None:
    """Rows that say their dates are in the order of time.

    Raises:
        DataError: one is not; says which.
    """
    for at, day in enumerate(rows.dates or ()):
        before = rows.dates[at - 1] if rows.dates and at else day
        if day < before:
            raise DataError(
                f"{rows.file}:{rows.lines[at]}: {day} comes after {before}; to be scored, rows must be"
                " in the order of time"
            )


def _gains(rule: Rule, own: Array, other: Array) -> Array:
    """By how much one is better, row by row; nothing where both called impossible what came."""
    with np.errstate(invalid="ignore"):
        gains = own - other if rule in HIGHER_IS_BETTER else other - own
    return np.where(np.isneginf(own) & np.isneginf(other), 0.0, gains)
