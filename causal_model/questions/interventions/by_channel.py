"""Changes of the outcome split by channel: by those that a graph names, or by the first arrow of a path."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Literal

import numpy as np

from causal_model.causal.channels import ChannelSplit, first_arrows, split_by_channel
from causal_model.causal.effects import Setting
from causal_model.causal.responses import Arrow
from causal_model.graph import ancestors, cut, descendants
from causal_model.inference.findings import Findings
from causal_model.model import Model
from causal_model.network import Array
from causal_model.questions.interventions.result import Channels, ChannelShares

__all__ = ["split_effects"]


def split_effects(
    model: Model,
    causes: Sequence[str],
    start: Mapping[str, str],
    settings: Sequence[Setting],
    outcome: str,
    event: Sequence[str],
    bound: Findings,
) -> tuple[Channels, list[ChannelShares]]:
    """The split of every setting; of one with distributions, the mean over what they may give."""
    network = model.network
    baseline = {name: model.states(name).index(state) for name, state in start.items()}
    by, arrows = _channels(model, causes, outcome, bound)
    if bound.beliefs:
        with_start = replace(bound, do={**bound.do, **baseline})
        _, met = model.compiled.met(with_start)
        bound = replace(met, do=bound.do)
    hard = [
        dict(zip(causes, each, strict=True))
        for each in product(*(range(len(model.states(name))) for name in causes))
    ]
    split = split_by_channel(network, arrows, baseline, hard, outcome=outcome, findings=bound)
    weights = np.array([float(state in event) for state in model.states(outcome)])
    used = Channels(
        by,
        {name: tuple(each) for name, each in arrows.items()},
        split.witnesses,
        tuple(name for name in split.witnesses if not _has_order(model, name)),
    )
    found = []
    for setting in settings:
        mix = np.array([_weight_of(setting, each) for each in hard])
        found.append(_shares(split, mix, weights, model.states(outcome)))
    return used, found


def _channels(
    model: Model, causes: Sequence[str], outcome: str, bound: Findings
) -> tuple[Literal["name", "first arrow"], dict[str, Sequence[Arrow]]]:
    """The channels of the graph that lie on the way; where there are none, paths by first arrow."""
    bare = cut(model.network.parents, into=(*causes, *bound.do))
    below = descendants(bare, causes) | set(causes)
    above = ancestors(bare, [outcome]) | {outcome}
    named = model.graph.channels if model.graph else {}
    # An arrow into a node that is set has gone, and with it what it could carry.
    on_the_way = {
        name: each.pairs
        for name, each in named.items()
        if any(a in below and b in above and a in bare[b] for a, b in each.pairs)
    }
    if on_the_way:
        return "name", dict(on_the_way)
    return "first arrow", dict(first_arrows(model.network, causes, outcome, tuple(bound.do)))


def _shares(
    split: ChannelSplit, mix: Array, weights: Array, states: Sequence[str]
) -> ChannelShares:
    def points(changes: Array) -> Array:
        return np.asarray(100 * (mix @ changes))

    parts = {name: points(each) for name, each in split.shares.items()} | {"": points(split.other)}
    return ChannelShares(
        total=float(points(split.total) @ weights),
        shares={name: float(each @ weights) for name, each in parts.items() if name},
        other=float(parts[""] @ weights),
        by_state={
            state: {name: float(each[at]) for name, each in parts.items()}
            for at, state in enumerate(states)
        },
    )


def _weight_of(setting: Setting, states: Mapping[str, int]) -> float:
    """How probable states are under a setting."""
    weight = 1.0
    for name, own in setting.items():
        weight *= float(own == states[name] if isinstance(own, int) else own[states[name]])
    return weight


def _has_order(model: Model, node: str) -> bool:
    """Whether the ordinal response of a node does not hang on how its states happen to be listed."""
    if len(model.states(node)) < 3:
        return True
    return model.graph is not None and model.graph.nodes[node].ordered
