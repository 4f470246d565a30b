"""What the distribution of the observed nodes says of an effect that does not follow from it.

The bounds are those of `instrument_bounds`: from P(causes, outcome) alone, and by every instrument Z given
W with P(cause, outcome | z, w). None of W and Z lies below the cause, so that they are the same whatever it
is set to, and W separates Z from the potential outcomes together; so the bounds hold for each w, and their
average over P(w) for the effect. A difference of two settings is bounded itself, which is narrower than
the difference of their bounds. Of several instruments each quantity keeps its narrowest ends.

An instrument that is independent of cause and outcome given another one, both given the same W, is covered
by it: whatever responses agree with the other's probabilities agree with its own, averages of them.

Each bound by an instrument is as narrow as P(cause, outcome | z, w) allows. All observed nodes and all
arrows together may leave less room, which takes polynomial programmes to tell [duarte2024].

References:
    [duarte2024] Duarte, G., Finkelstein, N., Knox, D., Mummolo, J. & Shpitser, I. (2024). An automated
        approach to causal inference in discrete settings. JASA 119(547).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from causal_model.causal.instrument_bounds import (
    Programme,
    instrument_bounds,
    natural_bounds,
    programme_size,
)
from causal_model.causal.instruments import Instrument
from causal_model.errors import QueryError, TooLarge
from causal_model.graph import Parents, d_connected, descendants
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, stack
from causal_model.network import Array

__all__ = ["EffectBounds", "Unused", "effect_bounds"]

# Variables of one linear programme, which then takes a second, and of all of them together, about ten; a
# programme with fewer than the last takes as long as one with so many.
MOST_VARIABLES, MOST_WORK, LEAST_WORK = 20_000, 500_000, 100
# What a variable takes while its programme is solved; up to 5,227 was measured.
VARIABLE_BYTES = 6_000
# Ends that lie closer are the same.
ROUNDING = 1e-9

Reason = Literal["covered", "below the cause", "too large", "refuted"]


@dataclass(frozen=True, slots=True)
class Unused:
    """An instrument that is left out, and why.

    Attributes:
        instrument: the instrument.
        reason: "covered" by another one; "below the cause", so that setting it moves the instrument;
            "too large" a programme; "refuted" by the probabilities, as rounding may do.
        by: the instrument that covers it.
    """

    instrument: Instrument
    reason: Reason
    by: Instrument | None = None


@dataclass(frozen=True, slots=True, eq=False)
class EffectBounds:
    """Bounds on quantities of an effect.

    Attributes:
        lower, upper: the least and the greatest value of each, of shape (quantities,).
        in_graph: its value with the graph's own tables of hidden nodes, of shape (quantities,).
        lower_by, upper_by: the instrument that gives each end; None where none narrows it.
        unused: the instruments that are left out.
    """

    lower: Array
    upper: Array
    in_graph: Array
    lower_by: tuple[Instrument | None, ...]
    upper_by: tuple[Instrument | None, ...]
    unused: tuple[Unused, ...]


def effect_bounds(
    compiled: CompiledNetwork,
    causes: Sequence[str],
    outcome: str,
    weights: Array,
    instruments: Sequence[Instrument] = (),
) -> EffectBounds:
    """Bound an effect by what is observed.

    Rows of tables that miss 1 are divided by their sums, as no responses agree with what misses 1.

    Args:
        compiled: the network; only its tables count, no findings.
        causes: the nodes that are set.
        outcome: the node that is asked.
        weights: f_x(y) for every quantity asked, of shape (quantities, settings, states of the outcome);
            the settings are all combinations of the causes' states, the last cause changing first.
        instruments: for the effect of a single cause.

    Raises:
        TooLarge: not even P(causes, outcome) can be had.
    """
    if compiled.network.inexact:
        compiled = CompiledNetwork(compiled.network.normalised(), compiled.max_memory)
    variables = compiled.network.variables
    seen = compiled.joint(Findings(), [*causes, outcome])[1]
    lower, upper = natural_bounds(seen.reshape(-1, variables[outcome].size), weights)
    lower_by: list[Instrument | None] = [None] * len(weights)
    upper_by = list(lower_by)
    kept, unused = _chosen(compiled, causes, outcome, len(weights), instruments)
    for instrument in kept:
        try:
            ends = _by_instrument(compiled, instrument, causes[0], outcome, weights)
        except TooLarge:
            unused.append(Unused(instrument, "too large"))
            continue
        except QueryError:
            unused.append(Unused(instrument, "refuted"))
            continue
        higher, less = ends[0] > lower + ROUNDING, ends[1] < upper - ROUNDING
        lower, upper = np.where(higher, ends[0], lower), np.where(less, ends[1], upper)
        for at in np.flatnonzero(higher).tolist():
            lower_by[at] = instrument
        for at in np.flatnonzero(less).tolist():
            upper_by[at] = instrument
    # Where an instrument decides the effect both ends are one number, but for rounding.
    crossed = lower > upper
    lower[crossed] = upper[crossed] = (lower[crossed] + upper[crossed]) / 2
    order = {each: at for at, each in enumerate(instruments)}
    return EffectBounds(
        lower,
        upper,
        np.einsum("qxy,xy->q", weights, _in_graph(compiled, causes, outcome)),
        tuple(lower_by),
        tuple(upper_by),
        tuple(sorted(unused, key=lambda each: order[each.instrument])),
    )


def _in_graph(compiled: CompiledNetwork, causes: Sequence[str], outcome: str) -> Array:
    """P(outcome | do(setting)), of shape (settings, states)."""
    network = compiled.network
    settings = product(*(range(network.variables[name].size) for name in causes))
    rows = [Findings(do=dict(zip(causes, each, strict=True))) for each in settings]
    return compiled.posterior(stack(network, rows), [outcome]).marginals[outcome]


def _chosen(
    compiled: CompiledNetwork,
    causes: Sequence[str],
    outcome: str,
    quantities: int,
    instruments: Sequence[Instrument],
) -> tuple[list[Instrument], list[Unused]]:
    """The instruments whose programmes are solved, and those that are left out."""
    parents = compiled.network.parents
    below = descendants(parents, causes)
    kept, unused = [], []
    for each in instruments:
        if not below.isdisjoint({each.node, *each.given}):
            unused.append(Unused(each, "below the cause"))
        elif _too_large(compiled, each, causes[0], outcome):
            unused.append(Unused(each, "too large"))
        else:
            kept.append(each)
    covering = _covering(parents, kept, causes[0], outcome)
    unused += [Unused(each, "covered", by) for each, by in covering.items()]
    within, work = [], 0
    for each in kept:
        if each not in covering:
            work += _work(compiled, each, causes[0], outcome, quantities)
            if work <= MOST_WORK:
                within.append(each)
            else:
                unused.append(Unused(each, "too large"))
    return within, unused


def _covering(
    parents: Parents, instruments: Sequence[Instrument], cause: str, outcome: str
) -> dict[Instrument, Instrument]:
    """For every instrument that is covered by others one of these that is not covered itself."""
    linked = {
        each: d_connected(parents, [cause, outcome], [each.node, *each.given])
        for each in instruments
    }
    covering: dict[Instrument, Instrument] = {}
    for each in instruments:
        for other in instruments:
            alike = other != each and set(other.given) == set(each.given)
            if alike and other not in covering and each.node not in linked[other]:
                covering[each] = other
                break
    for each, by in covering.items():
        while by in covering:
            by = covering[by]
        covering[each] = by
    return covering


def _sizes(
    compiled: CompiledNetwork, instrument: Instrument, cause: str, outcome: str
) -> tuple[int, int, int]:
    variables = compiled.network.variables
    return variables[instrument.node].size, variables[cause].size, variables[outcome].size


def _too_large(compiled: CompiledNetwork, instrument: Instrument, cause: str, outcome: str) -> bool:
    """Whether a programme has too many variables, or would take more memory than is allowed."""
    size = programme_size(*_sizes(compiled, instrument, cause, outcome))
    allowed = compiled.max_memory
    return size > MOST_VARIABLES or (allowed is not None and size * VARIABLE_BYTES > allowed)


def _work(
    compiled: CompiledNetwork, instrument: Instrument, cause: str, outcome: str, quantities: int
) -> int:
    """Variables of all programmes together: two for every quantity and all states of what is given."""
    size = programme_size(*_sizes(compiled, instrument, cause, outcome))
    cases = math.prod(compiled.network.variables[name].size for name in instrument.given)
    return 2 * quantities * cases * max(size, LEAST_WORK)


def _by_instrument(
    compiled: CompiledNetwork, instrument: Instrument, cause: str, outcome: str, weights: Array
) -> Array:
    """The ends of every quantity, of shape (2, quantities), averaged over what is given.

    Raises:
        QueryError: the probabilities refute the instrument.
        TooLarge: the joint with what is given has too many states.
    """
    names = [*instrument.given, instrument.node, cause, outcome]
    joint = compiled.joint(Findings(), names)[1]
    programmes: dict[int, Programme] = {}
    ends = np.zeros((2, len(weights)))
    for cells in joint.reshape(-1, *joint.shape[-3:]):
        # States of the instrument that never come tell nothing.
        cells = cells[cells.sum(axis=(1, 2)) > 0]
        count = len(cells)
        if count:
            if count not in programmes:
                programmes[count] = Programme.of(*cells.shape)
            rows = cells / cells.sum(axis=(1, 2), keepdims=True)
            ends += cells.sum() * np.stack(instrument_bounds(rows, weights, programmes[count]))
    return ends
