"""What setting nodes does to the outcome, state by state, beside what merely seeing them would tell."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Unpack

import numpy as np

from causal_model.analysis.credible import DEFAULT_DRAWS
from causal_model.causal.effects import Setting, done_and_seen, structure_of
from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.inference.findings import bind, describe
from causal_model.model import Model, Told
from causal_model.network import Array
from causal_model.questions.interventions.by_channel import SplitQuestion
from causal_model.questions.interventions.certainty import effect_intervals
from causal_model.questions.interventions.result import Distribution, Effects, SettingEffect
from causal_model.questions.outcome_set import outcome_set
from causal_model.spec.evidence import Do, Finding

__all__ = ["MOST_SETTINGS", "baseline_states", "effects", "event_states"]

# So many combinations of states are asked at most.
MOST_SETTINGS = 1_000
# A distribution may miss 1 by this much; it is then divided by its sum.
SUM_TOLERANCE = 1e-6


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
    if outcome in model.decisions:
        raise QueryError(
            f"{outcome!r} is a decision: it is made, and not moved by what is set. Ask decide what is best"
        )
    chosen = event_states(model, outcome, states, needed=channels)
    findings = _known(model, causes, told)
    _check_findings(findings, causes, outcome)
    start = baseline_states(model, causes, baseline)
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
    structure = structure_of(
        {name: model.network.parents[name] for name in model.nodes}, causes, outcome, bound
    )
    among = model.states(outcome)
    done = [_named(among, row) for row in found.done]
    # Without an open back-door path the two are one number, and not two that differ by rounding.
    told_seen = found.seen if structure.back_door else found.done
    seen = [
        None if np.isnan(own).any() else _named(among, told)
        for own, told in zip(found.seen, told_seen, strict=True)
    ]
    answers = [
        SettingEffect(
            told_settings[at],
            done[at],
            seen[at],
            done[at_start],
            chosen,
            float(found.log_evidence[at]),
        )
        for at in range(len(settings))
    ]
    used = split = None
    if channels:
        split = SplitQuestion.of(model, start, settings, outcome, chosen, bound)
        used, shares = split.answer()
        answers = [
            each if at == at_start else replace(each, channels=shares[at])
            for at, each in enumerate(answers)
        ]
    sure = None
    if interval is not None:
        sure = effect_intervals(
            *(model, settings, at_start, bound, outcome, chosen),
            possible=[each is not None for each in done],
            visible=[each.seen is not None for each in answers],
            confounded=structure.back_door is not None,
            level=interval,
            draws=draws,
            seed=seed,
        )
    if split and sure:
        parts = split.intervals(level=sure.level, draws=draws, seed=seed)
        sure = replace(
            sure,
            settings=tuple(
                own and (own if at == at_start else replace(own, channels=parts[at]))
                for at, own in enumerate(sure.settings)
            ),
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
        structure=structure,
        channels=used,
        interval=sure,
        _model=model,
    )


def event_states(
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
        if each.node == outcome and each.kind == "belief":
            raise EvidenceError(
                f"{describe(each)}: {outcome!r} is the outcome; where its posterior is given nothing can"
                " change it"
            )
        if each.node == outcome and each.kind in ("observed", "do"):
            raise EvidenceError(
                f"{describe(each)}: {outcome!r} is the outcome; once its state is given nothing can change"
                " it. To ask what would have been, use counterfactual"
            )


def baseline_states(
    model: Model, causes: Sequence[str], baseline: str | Mapping[str, str] | None
) -> dict[str, str]:
    """The state of every set node with which others are compared; its first where none is named.

    Raises:
        QueryError: a node that is not set, an unknown state, or one state where several nodes are set.
    """
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


def _told_as(model: Model, setting: Setting) -> dict[str, str | Distribution]:
    return {
        name: model.states(name)[own]
        if isinstance(own, int)
        else {state: p for state, p in zip(model.states(name), own.tolist(), strict=True) if p > 0}
        for name, own in setting.items()
    }


def _named(states: Sequence[str], row: Array) -> Distribution | None:
    return None if np.isnan(row).any() else dict(zip(states, row.tolist(), strict=True))
