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

All contrasts with one baseline are answered at once: which of them is asked is a node of the network, whose
states are the baseline itself and every setting that is compared with it.

References:
    [shpitser2016] Shpitser, I. & Tchetgen Tchetgen, E. (2016). Causal inference with a graphical
        hierarchy of interventions. Annals of Statistics 44(6).
    [avin2005] Avin, C., Shpitser, I. & Pearl, J. (2005). Identifiability of path-specific effects. IJCAI.
    [shapley1953] Shapley, L.S. (1953). A value for n-person games. Contributions to the Theory of Games 2.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from causal_model.causal.responses import FIRST, SECOND, Arrow, Versions, Worlds
from causal_model.errors import QueryError
from causal_model.graph import children_of, cut, descendants, directed_path
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable

__all__ = ["ChannelEffects", "ChannelSplit", "channel_effects", "first_arrows", "split_by_channel"]

Opened = frozenset[str]

# So many sets of open channels are asked at most.
MOST_CHANNELS = 10
# Entries of the table of a node in two versions.
MOST_ENTRIES = 1 << 24
# The node that says which contrast is asked, and the one whose setting makes it so; no node of a graph is
# called like these.
CONTRAST, SET = "\0contrast", "\0set"
# The versions of nodes that decide an answer, and whose versions each of them hears.
_Question = frozenset[tuple[str, int, tuple[int, ...]]]


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
        baseline: P(outcome | do(baseline)), shape (states,).
        by_open: P(outcome) under each setting by the set of open channels, shape (settings, states).
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
        """P(outcome | do(setting)) - P(outcome | do(baseline)), shape (settings, states)."""
        return np.asarray(self.by_open[frozenset(self.channels)] - self.baseline)

    @property
    def other(self) -> Array:
        """What travels while all channels are closed, shape (settings, states)."""
        return np.asarray(self.by_open[frozenset()] - self.baseline)

    @property
    def shares(self) -> dict[str, Array]:
        """The Shapley value of each channel, shape (settings, states); with `other` they sum to `total`."""
        return {name: _shapley(name, self.channels, self.by_open) for name in self.channels}

    def of(self, at: int, weights: Array) -> ChannelEffects:
        """The effect of one setting on E[f(outcome)], f given by a number for each state."""
        return ChannelEffects(
            total=float(self.total[at] @ weights),
            shares={name: float(each[at] @ weights) for name, each in self.shares.items()},
            other=float(self.other[at] @ weights),
            expected={opened: float(found[at] @ weights) for opened, found in self.by_open.items()},
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

    Raises:
        QueryError: there are too many channels, an arrow belongs to two, or something is known that lies
            below the nodes that are set.
        TooLarge: a node in two versions has too large a table.
    """
    owner = _owners(channels)
    known = findings or Findings()
    fixed = network.do({**{name: known.state_of(name) for name in known.do}, **baseline})
    evidence = {
        name: known.vector(name, network.variables[name].size)
        for name in (*known.observed, *known.weights)
    }
    reached = descendants(fixed.parents, baseline) | set(baseline)
    late = [name for name in evidence if name in reached]
    if late:
        raise QueryError(
            f"{', '.join(late)} lies below what is set, so that the intervention moves it as well; what"
            " happens given such a sign cannot be split by channel"
        )
    whole = _contrasts(fixed, baseline, settings)
    # Which contrast it is takes part in every answer, even where it decides nothing.
    wanted = [(outcome, SECOND), (CONTRAST, FIRST), *((name, FIRST) for name in evidence)]
    asked: dict[_Question, Array] = {}
    by_open: dict[Opened, Array] = {}
    witnesses: dict[str, None] = {}
    names = list(channels)
    for count in range(len(names) + 1):
        for opened in combinations(names, count):
            closed = {arrow for arrow, name in owner.items() if name not in opened}
            versions = Worlds(whole, {SET: 0}, baseline, closed).versions(
                wanted, most=MOST_ENTRIES, hint="; name fewer channels"
            )
            question = _question(versions)
            if question not in asked:
                asked[question] = _answer(versions, evidence, outcome)
            by_open[frozenset(opened)] = asked[question]
            witnesses.update(dict.fromkeys(versions.unsettled()))
    # The baseline is the first of the contrasts, whichever channels are open.
    start = by_open[frozenset(names)][0]
    found = {opened: each[1:] for opened, each in by_open.items()}
    return ChannelSplit(start, found, tuple(witnesses))


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


def _owners(channels: Mapping[str, Collection[Arrow]]) -> dict[Arrow, str]:
    if len(channels) > MOST_CHANNELS:
        raise QueryError(
            f"{len(channels)} channels have {2 ** len(channels):,} sets of open ones; at most"
            f" {MOST_CHANNELS} channels are split"
        )
    owner: dict[Arrow, str] = {}
    for name, arrows in channels.items():
        for arrow in arrows:
            if owner.get(arrow, name) != name:
                raise QueryError(
                    f"the arrow {arrow[0]} -> {arrow[1]} belongs to the channels {owner[arrow]!r} and"
                    f" {name!r}; to split an effect it must belong to one"
                )
            owner[arrow] = name
    return owner


def _shapley(name: str, names: Sequence[str], values: Mapping[Opened, Array]) -> Array:
    """The mean of what opening a channel adds, over all orders in which channels may be opened."""
    others = [each for each in names if each != name]
    orders = math.factorial(len(names))
    share = np.zeros_like(values[frozenset()])
    for count in range(len(others) + 1):
        weight = math.factorial(count) * math.factorial(len(others) - count) / orders
        for opened in combinations(others, count):
            share += weight * (values[frozenset((*opened, name))] - values[frozenset(opened)])
    return share


def _contrasts(
    network: Network, baseline: Mapping[str, int], settings: Sequence[Mapping[str, int]]
) -> Network:
    """The network in which nodes are set as a further node says, as soon as another one is set.

    Of the former the first state is the baseline, each other one a setting; it is no matter of chance
    there, so all of them weigh the same.
    """
    count = 1 + len(settings)
    variables = [Variable(SET, ("set",)), Variable(CONTRAST, tuple(map(str, range(count))))]
    parents = dict(network.parents)
    tables = dict(network.tables) | {SET: np.ones(1), CONTRAST: np.full(count, 1 / count)}
    for name, start in baseline.items():
        states = [start, *(each[name] for each in settings)]
        parents[name] = (SET, CONTRAST)
        tables[name] = np.eye(network.variables[name].size)[None, states]
    return Network.of([*variables, *network.variables.values()], parents, tables)


def _question(versions: Versions) -> _Question:
    """What is asked: equal questions have equal answers."""
    worlds = versions.worlds
    return frozenset(
        (name, world, tuple(worlds.heard(each, name, world) for each in above))
        for name, own in versions.drawn.items()
        for above in [worlds.network.parents[name]]
        for world in own
    )


def _answer(versions: Versions, evidence: Mapping[str, Array], outcome: str) -> Array:
    """P(outcome | evidence) at the baseline and after each setting, shape (1 + settings, states)."""
    joined = CompiledNetwork(versions.joined())
    _, joint = joined.joint(Findings(weights=evidence), [CONTRAST, outcome])
    # Evidence that the intervention does not reach is as probable under every contrast.
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))
