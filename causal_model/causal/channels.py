"""How much of an effect travels through each channel.

A channel is a set of arrows. While it is open its arrows carry what their source would be after the
intervention; while it is closed, what the source would be at the baseline. All other arrows are always
open. With v(S) for the distribution of the outcome when the channels in S are open,

    total   = v(all) - baseline
    other   = v(none) - baseline                what goes past all channels
    share_c = Shapley value of c in v           so that the shares and `other` sum to the total

[shpitser2016] shows that where closing arrows asks for one version of every node (after the
intervention, or at the baseline), v(S) follows from the tables. A node of which both versions take part
is a recanting witness [avin2005]: no table says how its two versions go together. For these the answer
rests on a further assumption, that of the ordinal response: one and the same quantile decides both
versions (they are comonotone, see `responses`), each by the row of its own parents. The result names the
witnesses for which this matters.

All contrasts with one baseline and all sets of open channels are answered at once, see `open_channels`.

References:
    [shpitser2016] Shpitser, I. & Tchetgen Tchetgen, E. (2016). Causal inference with a graphical
        hierarchy of interventions. Annals of Statistics 44(6).
    [avin2005] Avin, C., Shpitser, I. & Pearl, J. (2005). Identifiability of path-specific effects. IJCAI.
    [shapley1953] Shapley, L.S. (1953). A value for n-person games. Contributions to the Theory of Games 2.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from causal_model.causal.drawn_channels import DrawnChannels
from causal_model.causal.open_channels import OpenChannels, Opened
from causal_model.causal.responses import Arrow
from causal_model.errors import QueryError
from causal_model.graph import children_of, cut, descendants, directed_path
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = [
    "ChannelEffects",
    "ChannelSplit",
    "DrawnSplit",
    "channel_effects",
    "drawn_split",
    "first_arrows",
    "split_by_channel",
]

# So many sets of open channels are asked at most.
MOST_CHANNELS = 10
# Splits whose networks are kept.
MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class ChannelEffects:
    """An effect, split by channel.

    Attributes:
        total: E[f(outcome) | do(node = end)] - E[f(outcome) | do(node = start)].
        shares: what travels through each channel, its Shapley value [shapley1953].
        other: what travels while all channels are closed; total = sum(shares) + other.
        expected: E[f(outcome)] by the set of open channels.
        witnesses: the nodes whose two versions both take part in some of these; where there are any,
            the shares rest on the ordinal response.
    """

    total: float
    shares: Mapping[str, float]
    other: float
    expected: Mapping[Opened, float]
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelSplit:
    """What some settings change against one baseline, split by channel.

    Attributes:
        baseline: P(outcome | do(baseline)), shape (..., 1, states); in front come draws of the tables.
        by_open: P(outcome) under each setting by the set of open channels, small sets first, shape
            (..., settings, states).
        witnesses: the nodes whose two versions both take part in some of these; where there are any,
            the shares rest on the ordinal response.
    """

    baseline: Array
    by_open: Mapping[Opened, Array]
    witnesses: tuple[str, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels, in the order in which they were given."""
        return tuple(next(iter(each)) for each in self.by_open if len(each) == 1)

    @property
    def total(self) -> Array:
        """P(outcome | do(setting)) - P(outcome | do(baseline)), shape (..., settings, states)."""
        return np.asarray(self.by_open[frozenset(self.channels)] - self.baseline)

    @property
    def other(self) -> Array:
        """What travels while all channels are closed, shape (..., settings, states)."""
        return np.asarray(self.by_open[frozenset()] - self.baseline)

    @property
    def shares(self) -> dict[str, Array]:
        """The Shapley value of each channel, shaped alike; with `other` they sum to `total`."""
        values = np.array(list(self.by_open.values()))
        return dict(
            zip(self.channels, np.tensordot(_shapley(len(self.channels)), values, 1), strict=True)
        )

    def of(self, at: int, weights: Array) -> ChannelEffects:
        """The effect of one setting on E[f(outcome)], f given by a number for each state."""
        expected = np.array([each[at] for each in self.by_open.values()]) @ weights
        return ChannelEffects(
            total=float(self.total[at] @ weights),
            shares={name: float(each[at] @ weights) for name, each in self.shares.items()},
            other=float(self.other[at] @ weights),
            expected=dict(zip(self.by_open, expected.tolist(), strict=True)),
            witnesses=self.witnesses,
        )


def channel_effects(
    network: Network,
    channels: Mapping[str, Collection[Arrow]],
    *,
    node: str,
    start: int,
    end: int,
    outcome: str,
    weights: Array,
    do: Mapping[str, int] | None = None,
) -> ChannelEffects:
    """Split what setting a node changes.

    Args:
        network: the network.
        channels: the arrows of each channel.
        node: the node that is set.
        start: its state at the baseline.
        end: its state after the intervention.
        outcome: the node on which the effect is measured.
        weights: f, a number for each state of the outcome, of shape (states,).
        do: further nodes and the states that they are set to, in both cases.

    Raises:
        QueryError: there are too many channels, or an arrow belongs to two.
        TooLarge: a node in two versions has too large a table.
    """
    findings = Findings(do=dict(do or {}))
    split = split_by_channel(
        network, channels, {node: start}, [{node: end}], outcome=outcome, findings=findings
    )
    return split.of(0, weights)


def split_by_channel(
    network: Network,
    channels: Mapping[str, Collection[Arrow]],
    baseline: Mapping[str, int],
    settings: Sequence[Mapping[str, int]],
    *,
    outcome: str,
    findings: Findings | None = None,
    max_memory: int | None = None,
) -> ChannelSplit:
    """Split what setting some nodes changes, against one baseline.

    Args:
        network: the network.
        channels: the arrows of each channel.
        baseline: the nodes that are set, and their states at the baseline.
        settings: the states of the same nodes that are compared with it.
        outcome: the node on which effects are measured.
        findings: what else is set, in all cases; and what is known, which must not lie below the nodes
            that are set. Beliefs must have been met before.
        max_memory: bytes that one answer may take; None for a share of what is free.

    Raises:
        QueryError: there are too many channels, an arrow belongs to two, or something is known that lies
            below the nodes that are set.
        TooLarge: a node in two versions has too large a table, or the answer takes too much memory.
    """
    known = findings or Findings()
    asked = _asked_of(network, channels, baseline, settings, outcome, known, max_memory)
    return _split(asked, asked.by_open(_evidence(network, known)))


@dataclass(frozen=True, slots=True)
class DrawnSplit:
    """A split under draws of the tables, planned once.

    Attributes:
        question: all sets of open channels.
    """

    question: DrawnChannels

    @property
    def drawn(self) -> frozenset[str]:
        """The nodes whose drawn tables the split depends on."""
        return self.question.drawn

    def ask(self, tables: Mapping[str, Array], draws: int) -> ChannelSplit:
        """Split under every draw.

        Args:
            tables: at least the drawn tables that matter, each of shape (draws, *table shape).
            draws: how many.

        Returns:
            The split, whose numbers are NaN where the evidence is impossible or a belief cannot hold.
        """
        return _split(self.question.asked, self.question.ask(tables, draws))


def drawn_split(
    network: Network,
    channels: Mapping[str, Collection[Arrow]],
    baseline: Mapping[str, int],
    settings: Sequence[Mapping[str, int]],
    *,
    outcome: str,
    drawn: Collection[str],
    findings: Findings | None = None,
    max_memory: int | None = None,
) -> DrawnSplit:
    """Plan the same under draws of the tables of some nodes, `drawn`; see `split_by_channel`.

    Beliefs among the findings are met under every draw.
    """
    known = findings or Findings()
    asked = _asked_of(network, channels, baseline, settings, outcome, known, max_memory)
    evidence = _evidence(network, known)
    return DrawnSplit(DrawnChannels.of(asked, evidence, known.beliefs, drawn))


def _evidence(network: Network, findings: Findings) -> dict[str, Array]:
    return {
        name: findings.vector(name, network.variables[name].size)
        for name in (*findings.observed, *findings.weights)
    }


def _asked_of(
    network: Network,
    channels: Mapping[str, Collection[Arrow]],
    baseline: Mapping[str, int],
    settings: Sequence[Mapping[str, int]],
    outcome: str,
    findings: Findings,
    max_memory: int | None,
) -> OpenChannels:
    known = {*findings.observed, *findings.weights, *findings.beliefs}
    return _open_channels(
        network,
        tuple((name, tuple(arrows)) for name, arrows in channels.items()),
        tuple(baseline.items()),
        tuple((name, tuple(each[name] for each in settings)) for name in baseline),
        outcome,
        tuple((name, findings.state_of(name)) for name in findings.do),
        tuple(name for name in network.variables if name in known),
        max_memory,
    )


@lru_cache(maxsize=MOST_KEPT)
def _open_channels(
    network: Network,
    channels: tuple[tuple[str, tuple[Arrow, ...]], ...],
    baseline: tuple[tuple[str, int], ...],
    settings: tuple[tuple[str, tuple[int, ...]], ...],
    outcome: str,
    do: tuple[tuple[str, int], ...],
    known: tuple[str, ...],
    max_memory: int | None,
) -> OpenChannels:
    _check(dict(channels))
    causes = [name for name, _ in baseline]
    bare = cut(network.parents, into=(*dict(do), *causes))
    reached = descendants(bare, causes) | set(causes)
    late = [name for name in known if name in reached]
    if late:
        raise QueryError(
            f"{', '.join(late)} lies below what is set, so that the intervention moves it as well; what"
            " happens given such a sign cannot be split by channel"
        )
    return OpenChannels.of(
        *(network, dict(channels), dict(baseline), dict(settings), outcome),
        do=dict(do),
        known=known,
        max_memory=max_memory,
    )


def _split(asked: OpenChannels, by_open: Mapping[Opened, Array]) -> ChannelSplit:
    """The answers by the set of open channels, of shape (..., contrasts, states), as a split."""
    names = tuple(asked.channels)
    sets = [frozenset(names[at] for at in each) for each in _sets(len(names))]
    # The baseline is the first of the contrasts, whichever channels are open.
    start = by_open[frozenset(names)][..., :1, :]
    return ChannelSplit(
        start, {opened: by_open[opened][..., 1:, :] for opened in sets}, asked.witnesses
    )


def first_arrows(
    network: Network, nodes: Collection[str], outcome: str, do: Collection[str] = ()
) -> dict[str, list[Arrow]]:
    """Channels where none are named: directed paths to the outcome, by the node that they come to first.

    Closing first arrows never asks for a node in two versions, so that these shares need no assumption.
    """
    bare = cut(network.parents, into=(*nodes, *do))
    below = children_of(bare)
    firsts = dict.fromkeys(
        child for name in network.variables if name in nodes for child in below[name]
    )
    return {
        child: [(name, child) for name in bare[child] if name in nodes]
        for child in firsts
        if child == outcome or directed_path(bare, child, outcome, avoiding=nodes)
    }


def _check(channels: Mapping[str, Collection[Arrow]]) -> None:
    """Refuse too many channels, and an arrow that belongs to two."""
    if len(channels) > MOST_CHANNELS:
        raise QueryError(
            f"{len(channels)} channels have {2 ** len(channels):,} sets of open ones; at most"
            f" {MOST_CHANNELS} channels are split"
        )
    owner: dict[Arrow, str] = {}
    for name, arrows in channels.items():
        for arrow in arrows:
            if owner.setdefault(arrow, name) != name:
                raise QueryError(
                    f"the arrow {arrow[0]} -> {arrow[1]} belongs to the channels {owner[arrow]!r} and"
                    f" {name!r}; to split an effect it must belong to one"
                )


@lru_cache(maxsize=MOST_CHANNELS + 1)
def _shapley(count: int) -> Array:
    """The Shapley value as sums over the values of all sets, shape (channels, sets), small sets first.

    It is the mean of what opening a channel adds, over all orders in which channels may be opened.
    """
    sets = _sets(count)
    found = np.zeros((count, len(sets)))
    for at, opened in enumerate(sets):
        size = len(opened)
        if size:
            orders = math.factorial(size - 1) * math.factorial(count - size)
            found[list(opened), at] = orders / math.factorial(count)
        others = [name for name in range(count) if name not in opened]
        if others:
            orders = math.factorial(size) * math.factorial(count - size - 1)
            found[others, at] = -orders / math.factorial(count)
    return found


def _sets(count: int) -> list[tuple[int, ...]]:
    """All sets of channels by their places, small sets first."""
    return [each for size in range(count + 1) for each in combinations(range(count), size)]
