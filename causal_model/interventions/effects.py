"""What setting nodes does to the outcome, state by state, beside what merely seeing them would tell."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from causal_model.analysis.credible import DEFAULT_DRAWS
from causal_model.causal.channels import ChannelSplit, first_arrows, split_by_channel
from causal_model.causal.effects import Setting, Structure, done_and_seen, structure_of
from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.graph import ancestors, cut, descendants
from causal_model.harmless import on_one_line
from causal_model.inference.findings import Findings, bind, describe
from causal_model.interventions.certainty import EffectIntervals, effect_intervals
from causal_model.model import Model, Told
from causal_model.network import Array
from causal_model.outcome_set import outcome_set
from causal_model.spec.evidence import Do, Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ChannelShares", "Channels", "Effects", "SettingEffect", "effects"]

SCHEMA_VERSION = 1
# So many combinations of states are asked at most.
MOST_SETTINGS = 1_000
# A distribution may miss 1 by this much; it is then divided by its sum.
SUM_TOLERANCE = 1e-6

Distribution = Mapping[str, float]
Arrow = tuple[str, str]


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

    @property
    def contrasts(self) -> tuple[SettingEffect, ...]:
        """The settings other than the baseline."""
        return tuple(each for each in self.settings if dict(each.setting) != dict(self.baseline))

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
        """One row per setting and state: the set nodes, state, done, change_pp, seen, confounding_pp."""
        import pandas as pd

        rows = []
        for each in self.settings:
            told = [
                own if isinstance(own, str) else ",".join(f"{s}:{p:g}" for s, p in own.items())
                for own in each.setting.values()
            ]
            parts = (each.done, each.change_pp, each.seen, each.confounding_pp)
            rows += [
                [*told, state, *(math.nan if part is None else part[state] for part in parts)]
                for state in self.states
            ]
        names = ["state", "done", "change_pp", "seen", "confounding_pp"]
        return pd.DataFrame(rows, columns=[*self.of, *names])

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


def effects(
    model: Model,
    of: str | Iterable[str],
    *,
    on: str | None = None,
    states: str | Iterable[str] | None = None,
    baseline: str | Mapping[str, str] | None = None,
    policies: Iterable[Mapping[str, Distribution]] = (),
    channels: bool = False,
    interval: float | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    **told: Unpack[Told],
) -> Effects:
    """Ask what setting nodes does to an outcome, for every state of them.

    Interventions come first: what is known besides is evidence after the nodes are set. Where that
    evidence lies below them (`Effects.structure.post_treatment`), it was moved by the setting itself, and
    what is compared are different worlds in which the same was seen.

    Args:
        model: the model.
        of: the node that is set, or several: then all combinations of their states are asked.
        on: the outcome; default the graph's.
        states: one or more states of it that are taken together; default its low states.
        baseline: the state of the node with which its others are compared, or states by node; default
            their first states.
        policies: further settings: for one of the nodes a distribution over its states, that replaces what
            decides it.
        channels: whether to split every change of P(states) by channel.
        interval: ask for credible intervals as well, with this probability within, as in `Model.query`.
        draws: how many draws of the tables, with `interval`.
        seed: of the source of chance, with `interval`.
        **told: findings as in `Model.query`, on other nodes.

    Raises:
        EvidenceError: a finding names something unknown, or speaks of a node that is set in turn.
        ImpossibleEvidence: the evidence is impossible under every setting.
        QueryError: unknown nodes or states, too many combinations, or an effect that cannot be split by
            channel.
        TooLarge: the answer would take more memory than is allowed.
    """
    causes = model.targets(of)
    (outcome,) = model.targets(on)
    if outcome in causes:
        raise QueryError(f"{outcome!r} is the outcome, and cannot be what is set as well")
    chosen = _event(model, outcome, states, needed=channels)
    findings = _known(model, causes, told)
    _check_findings(findings, causes, outcome)
    start = _baseline(model, causes, baseline)
    settings = _settings(model, causes, policies)
    bound = bind(model.network, findings)
    try:
        found = done_and_seen(model.compiled, settings, bound, outcome)
    except EvidenceError as error:
        if not bound.beliefs:
            raise
        raise EvidenceError(
            f"{error}. A belief must be possible under every setting of {', '.join(causes)}"
        ) from None
    told_settings = [_told_as(model, each) for each in settings]
    at_start = told_settings.index({**start})
    if np.isneginf(found.log_evidence).all():
        # Asked once more, so that the message names what cannot go together.
        model.query(outcome, findings=[*findings, *(Do(node=n, state=s) for n, s in start.items())])
    among = model.states(outcome)
    done = [_named(among, row) for row in found.done]
    answers = [
        SettingEffect(
            told_settings[at],
            done[at],
            _named(among, found.seen[at]),
            done[at_start],
            chosen,
            float(found.log_evidence[at]),
        )
        for at in range(len(settings))
    ]
    used = None
    if channels:
        used, shares = _by_channel(model, causes, start, settings, outcome, chosen, bound)
        answers = [
            each if at == at_start else replace(each, channels=shares[at])
            for at, each in enumerate(answers)
        ]
    sure = None
    if interval is not None:
        sure = effect_intervals(
            *(model, settings, at_start, bound, outcome, chosen),
            possible=[each is not None for each in done],
            level=interval,
            draws=draws,
            seed=seed,
        )
    return Effects(
        graph_id=model.id,
        graph_hash=model.hash,
        findings=findings,
        of=causes,
        on=outcome,
        states=among,
        event=chosen,
        baseline=start,
        settings=tuple(answers),
        structure=structure_of(
            {name: model.network.parents[name] for name in model.nodes}, causes, outcome, bound
        ),
        channels=used,
        interval=sure,
    )


def _event(
    model: Model, outcome: str, states: str | Iterable[str] | None, *, needed: bool
) -> tuple[str, ...]:
    """The states that are taken together; none where the outcome has no low states and none are needed."""
    if states is None and not needed:
        return model.graph.nodes[outcome].low if model.graph else ()
    return outcome_set(model, outcome, states).states


def _known(model: Model, causes: Sequence[str], told: Told) -> tuple[Finding, ...]:
    """What is known and set besides; decisions that nobody makes stay at their first option."""
    found = model.told(**told)
    made = {*causes, *(each.node for each in found)}
    left = [name for name in model.decisions if name not in made]
    return (*found, *(Do(node=name, state=model.states(name)[0]) for name in left))


def _check_findings(findings: Iterable[Finding], causes: Sequence[str], outcome: str) -> None:
    for each in findings:
        if each.node in causes:
            raise EvidenceError(
                f"{describe(each)}: {each.node!r} is set to each of its states in turn, so nothing else can"
                " be said of it"
            )
        if each.node == outcome and each.kind in ("observed", "do"):
            raise EvidenceError(
                f"{describe(each)}: {outcome!r} is the outcome; once its state is given nothing can change"
                " it. To ask what would have been, use counterfactual"
            )


def _baseline(
    model: Model, causes: Sequence[str], baseline: str | Mapping[str, str] | None
) -> dict[str, str]:
    named: Mapping[str, str]
    if isinstance(baseline, str):
        if len(causes) > 1:
            raise QueryError(
                f"{', '.join(causes)} are set: say of which of them {baseline!r} is the baseline"
            )
        named = {causes[0]: baseline}
    else:
        named = baseline or {}
    for name, state in named.items():
        if name not in causes:
            raise QueryError(
                f"the baseline names {name!r}, which is not set.{did_you_mean(name, causes)} Set:"
                f" {', '.join(causes)}"
            )
        if state not in model.states(name):
            near = did_you_mean(state, model.states(name)) if isinstance(state, str) else ""
            raise QueryError(
                f"node {name!r} has no state {state!r}."
                + (near or f" States: {', '.join(model.states(name))}")
            )
    return {name: named.get(name, model.states(name)[0]) for name in causes}


def _settings(
    model: Model, causes: Sequence[str], policies: Iterable[Mapping[str, Distribution]]
) -> list[dict[str, int | Array]]:
    """All combinations, of states first."""
    choices: dict[str, list[int | Array]] = {
        name: list(range(len(model.states(name)))) for name in causes
    }
    for policy in policies:
        for name, shares in policy.items():
            if name not in choices:
                raise QueryError(
                    f"a distribution is given for {name!r}, which is not set."
                    f"{did_you_mean(name, causes)} Set: {', '.join(causes)}"
                )
            choices[name].append(_policy(name, model.states(name), shares))
    count = math.prod(len(each) for each in choices.values())
    if count > MOST_SETTINGS:
        raise QueryError(
            f"{', '.join(causes)} have {count:,} combinations of states; at most {MOST_SETTINGS:,} are"
            " asked. Set fewer nodes at once"
        )
    return [dict(zip(causes, each, strict=True)) for each in product(*choices.values())]


def _policy(name: str, states: Sequence[str], shares: Distribution) -> Array:
    found = np.zeros(len(states))
    for state, share in shares.items():
        if state not in states:
            raise QueryError(
                f"node {name!r} has no state {state!r}."
                + (did_you_mean(state, states) or f" States: {', '.join(states)}")
            )
        if not 0 <= share < math.inf:
            raise QueryError(f"{name}: {share:g} is no probability of {state!r}")
        found[states.index(state)] = share
    total = float(found.sum())
    if abs(total - 1) > SUM_TOLERANCE:
        raise QueryError(
            f"the probabilities of the states of {name!r} sum to {total:.6g}, expected 1"
        )
    return found / total


def _by_channel(
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


def _told_as(model: Model, setting: Setting) -> dict[str, str | Distribution]:
    return {
        name: model.states(name)[own]
        if isinstance(own, int)
        else {state: p for state, p in zip(model.states(name), own.tolist(), strict=True) if p > 0}
        for name, own in setting.items()
    }


def _named(states: Sequence[str], row: Array) -> Distribution | None:
    return None if np.isnan(row).any() else dict(zip(states, row.tolist(), strict=True))


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
