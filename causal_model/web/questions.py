"""The questions: from a graph and the body of a request to the data that the command prints as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from causal_model.claims.check import check_claims
from causal_model.errors import QueryError, did_you_mean
from causal_model.model import Model
from causal_model.questions.counterfactuals.ask import counterfactual
from causal_model.questions.decisions.decide import decide
from causal_model.questions.interventions.effects import effects
from causal_model.questions.reasons.explain import explain
from causal_model.questions.reversal.ask import flip
from causal_model.questions.tornado.ask import (
    KINDS,
    entry_in_force,
    entry_sensitivity,
    pair_sensitivity,
    sensitivity,
)
from causal_model.questions.watching import watch
from causal_model.side_by_side import side_by_side
from causal_model.spec.evidence import Finding
from causal_model.variants.average import average
from causal_model.variants.difference import diff
from causal_model.web.bodies import (
    Asked,
    AverageBody,
    ClaimsBody,
    CounterfactualBody,
    DecideBody,
    DiffBody,
    EffectsBody,
    ExplainBody,
    FlipBody,
    QueryBody,
    ScenariosBody,
    SensitivityBody,
    WatchBody,
)

__all__ = ["ABOUT_ONE", "ABOUT_SEVERAL", "Data"]

Data = dict[str, Any]


def ask_query(model: Model, body: QueryBody) -> Data:
    """Prior and posterior; of all nodes where none is named."""
    return model.query(
        body.target or model.nodes,
        findings=_told(model, body),
        interval=body.interval,
        draws=body.draws,
        seed=body.seed,
    ).to_dict()


def ask_scenarios(model: Model, body: ScenariosBody) -> Data:
    """All scenarios side by side."""
    return side_by_side(
        _assuming(model, body),
        body.target,
        interval=body.interval,
        draws=body.draws,
        seed=body.seed,
    ).to_dict()


def ask_effects(model: Model, body: EffectsBody) -> Data:
    """What setting nodes changes."""
    return effects(
        model,
        body.of,
        on=body.on,
        states=body.states,
        baseline=body.baseline,
        policies=body.policies,
        channels=body.channels,
        interval=body.interval,
        draws=body.draws,
        seed=body.seed,
        findings=_told(model, body),
    ).to_dict()


def ask_counterfactual(model: Model, body: CounterfactualBody) -> Data:
    """What would have been."""
    return counterfactual(
        model,
        body.target,
        states=body.states,
        bounds=body.bounds,
        findings=_told(model, body),
    ).to_dict()


def ask_decide(model: Model, body: DecideBody) -> Data:
    """Which option is best, and what it is worth to know more first."""
    return decide(
        model, know=body.know or (), before=body.before, findings=_told(model, body)
    ).to_dict()


def ask_flip(model: Model, body: FlipBody) -> Data:
    """What would reverse a statement, or make it hold."""
    return flip(
        model,
        body.claim,
        level=body.level,
        order=body.order,
        findings=_told(model, body),
    ).to_dict(body.top)


def ask_explain(model: Model, body: ExplainBody) -> Data:
    """How much each finding moved the answer."""
    return explain(
        model,
        body.target,
        body.states,
        orders=body.orders,
        seed=body.seed,
        findings=_told(model, body),
    ).to_dict(body.lang)


def ask_sensitivity(model: Model, body: SensitivityBody) -> Data:
    """What an answer hangs on: nodes, rows, or one entry or two."""
    named = body.entry is not None or body.pair is not None
    found = sensitivity(
        model,
        body.target,
        states=body.states,
        kinds=("rows",) if named else body.kinds or KINDS,
        level=body.level,
        findings=_told(model, body),
    )
    if body.entry is not None:
        return {
            **found.heading(),
            "row": entry_sensitivity(model, found, body.entry).to_dict(),
        }
    if body.pair is not None:
        first, second = (entry_in_force(model, found, each) for each in body.pair)
        both = pair_sensitivity(model, found, first, second)
        return {**found.heading(), "pair": both.to_dict()}
    return found.to_dict(body.top)


def ask_watch(model: Model, body: WatchBody) -> Data:
    """What to watch next."""
    return watch(
        model,
        body.target,
        body.states,
        among=body.among,
        order=body.by,
        findings=_told(model, body),
    ).to_dict()


def ask_test(model: Model, body: ClaimsBody) -> Data:
    """The claims of the graph; where it lies on this machine is nobody's business."""
    found = check_claims(_assuming(model, body)).to_dict()
    for each in found["claims"]:
        each["file"] = _beside(model, each["file"])
    return found


def ask_diff(models: Mapping[str, Model], body: DiffBody) -> Data:
    """What two graphs differ in."""
    before, after = models[body.before], models[body.after]
    # Two files may give themselves the same id; the names under which they are served differ.
    names = (before.id, after.id)
    if names[0] == names[1] and body.before != body.after:
        names = (body.before, body.after)
    return diff(before, after, target=body.target, names=names).to_dict(body.at_least)


def ask_average(models: Mapping[str, Model], body: AverageBody) -> Data:
    """Several graphs weighed by the evidence."""
    if len(set(body.graphs)) < len(body.graphs):
        raise QueryError("a graph is named twice")
    first = models[body.graphs[0]]
    findings = _told(first, body)
    return average(models, body.target, prior=body.prior or None, findings=findings).to_dict()


# By the last part of their address.
ABOUT_ONE: Mapping[str, Callable[[Model, Any], Data]] = {
    "query": ask_query,
    "scenarios": ask_scenarios,
    "effects": ask_effects,
    "counterfactual": ask_counterfactual,
    "decide": ask_decide,
    "explain": ask_explain,
    "sensitivity": ask_sensitivity,
    "watch": ask_watch,
    "flip": ask_flip,
    "test": ask_test,
}
ABOUT_SEVERAL: Mapping[str, Callable[[Mapping[str, Model], Any], Data]] = {
    "diff": ask_diff,
    "average": ask_average,
}


def _beside(model: Model, file: str) -> str:
    """A file as it is called from the folder of a graph."""
    path = Path(file)
    if model.path is None or model.path.parent not in path.parents:
        return path.name
    return path.relative_to(model.path.parent).as_posix()


def _told(model: Model, body: Asked) -> tuple[Finding, ...]:
    """The findings of the scenario, then those of the request.

    A scenario is one of those beside the graph, by name or by id; a request opens no other file.
    """
    if body.scenario is None:
        return body.findings
    known, broken = model.scenario_files()
    by_id = {each.id: each for each in known.values()} | known
    if body.scenario in broken:
        raise broken[body.scenario]
    if body.scenario not in by_id:
        near = did_you_mean(body.scenario, by_id) or f" Known: {', '.join(known)}"
        raise QueryError(f"there is no scenario {body.scenario!r}.{near}")
    return (*by_id[body.scenario].all_findings(), *body.findings)


def _assuming(model: Model, body: Asked) -> Model:
    """The graph under the findings of a request; every question to it takes them for granted."""
    findings = _told(model, body)
    if not findings:
        return model
    return replace(model, findings=model.told(findings=findings), _compiled=model.compiled)
