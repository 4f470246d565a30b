"""What is best to do: the question `decide`, asked of a model."""

from collections.abc import Iterable, Mapping
from typing import Unpack

import numpy as np

from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.inference.findings import bind, describe
from causal_model.model import Model, Told
from causal_model.network import Network
from causal_model.questions.decisions.diagram import Diagram
from causal_model.questions.decisions.result import Case, Decided, Information, Policy
from causal_model.questions.decisions.rollback import EARLIER, Choice
from causal_model.questions.decisions.solve import Gain, gain, gains, solve
from causal_model.questions.decisions.weigh import Scales
from causal_model.spec.evidence import Finding

__all__ = ["decide"]


def decide(
    model: Model,
    *,
    know: str | Iterable[str] = (),
    before: str | None = None,
    **told: Unpack[Told],
) -> Decided:
    """The options with the largest expected utility, and what it is worth to know more first.

    Args:
        model: a graph with decisions and utilities.
        know: nodes that shall be known when `before` is decided, though the graph does not say so.
        before: a decision that is open; default the first.
        **told: findings as in `query`: what is known before all decisions, and by `do` which decisions are
            taken already.

    Raises:
        QueryError: the graph has no decision or no utility; `before` is no open decision; or a node
            cannot be known by then, since it may depend on what is decided.
        EvidenceError: a finding names something unknown, or tells what follows from an open decision.
        ImpossibleEvidence: the evidence has probability zero.
        TooLarge: there are too many cases of what is known and decided.
    """
    _require_decisions(model)
    found = model.told(**told)
    network = model.network
    diagram = Diagram.of(network, model.utilities, bind(network, found))
    _require_open(diagram, found)
    scales = Scales(diagram, model.max_memory)
    if np.isneginf(scales.log_evidence):
        # Asked again, since that says which findings cannot hold together.
        model.query(model.nodes[0], findings=found)
    before = _decision(diagram, before)
    learned = _to_learn(model, diagram, know, before)
    rolled = solve(diagram, scales)
    gained = 0.0
    if before is not None and learned:
        diagram = diagram.knowing(learned, before)
        without, rolled = rolled, solve(diagram, scales)
        gained = gain(scales, rolled.value, without.value)
    worth: Mapping[str, Gain] = {}
    everything = None
    if before is not None:
        worth, everything = gains(diagram, scales, before, rolled.value)
    after = diagram.following(diagram.from_on(before)) if before else frozenset()
    return Decided(
        graph_id=model.id,
        graph_hash=model.hash,
        findings=found,
        log_evidence_probability=min(0.0, scales.log_evidence),
        unit=_unit(model),
        utilities=tuple(model.utilities),
        expected_utility=rolled.value,
        policies=tuple(_policy(diagram, name, each) for name, each in rolled.choices.items()),
        learned=learned,
        gained=gained,
        before=before,
        information=tuple(
            Information(name, each.value, _then(network, name, before, each.choice))
            for name, each in sorted(worth.items(), key=lambda item: -item[1].value)
        ),
        everything=everything,
        following=tuple(
            name for name in model.nodes if name in after and name not in diagram.every_decision
        ),
    )


def _unit(model: Model) -> str | None:
    """The unit of the utilities, which all have the same."""
    utilities = model.graph.utilities.values() if model.graph else ()
    return next((each.unit.en for each in utilities if each.unit), None)


def _then(
    network: Network, name: str, before: str | None, choice: Choice | None
) -> dict[str, str] | None:
    """The best option at a decision by state of a node, where nothing else matters to it."""
    if before is None or choice is None or choice.matters != (name,):
        return None
    states, options = (network.variables[each].states for each in (name, before))
    cases = zip(states, choice.best.tolist(), choice.probability.tolist(), strict=True)
    return {state: options[best] for state, best, probability in cases if probability > 0}


def _policy(diagram: Diagram, name: str, choice: Choice) -> Policy:
    network = diagram.network
    options = network.variables[name].states
    cases = []
    for at in np.ndindex(*choice.probability.shape):
        given = {
            node: network.variables[node].states[state]
            for node, state in zip(choice.matters, at, strict=True)
        }
        numbers = zip(options, choice.expected[at].tolist(), strict=True)
        good = zip(options, choice.good[at].tolist(), strict=True)
        cases.append(
            Case(
                given=given,
                probability=float(choice.probability[at]),
                earlier=EARLIER[int(choice.earlier[at])],
                expected_utility={
                    option: None if np.isnan(number) else number for option, number in numbers
                },
                best=options[int(choice.best[at])],
                tied=tuple(option for option, is_good in good if is_good),
            )
        )
    earlier = diagram.every_decision[: diagram.every_decision.index(name)]
    return Policy(
        node=name,
        known=(*diagram.known[name], *earlier),
        matters=choice.matters,
        always=dict(zip(options, choice.always.tolist(), strict=True)),
        cases=tuple(cases),
    )


def _require_decisions(model: Model) -> None:
    for what, found in (("decision", model.decisions), ("utility", model.utilities)):
        if not found:
            raise QueryError(
                f"the graph {model.id!r} has no {what}, so there is nothing to decide: add a node with"
                f" kind: {what}, as the shipped graph 'hedge' has"
            )


def _require_open(diagram: Diagram, findings: Iterable[Finding]) -> None:
    """Findings other than do are known before all open decisions, so they cannot follow from one."""
    for decision in diagram.order:
        after = diagram.following([decision])
        for each in findings:
            if each.kind != "do" and each.node in after:
                raise EvidenceError(
                    f"{describe(each)}: {each.node!r} may depend on what is decided at {decision!r}, so it"
                    f" is not known before; say what was decided with do, or leave it out"
                )


def _decision(diagram: Diagram, before: str | None) -> str | None:
    if before is None:
        return diagram.order[0] if diagram.order else None
    if before not in diagram.order:
        if before in diagram.every_decision:
            raise QueryError(f"{before!r} is decided already, by do")
        near = did_you_mean(before, diagram.order) if isinstance(before, str) else ""
        near = near or f" Open: {', '.join(diagram.order) or 'none'}"
        raise QueryError(f"there is no decision {before!r}.{near}")
    return before


def _to_learn(
    model: Model, diagram: Diagram, know: str | Iterable[str], before: str | None
) -> tuple[str, ...]:
    """The nodes that shall be known, each once; what is known anyway is left out."""
    named = tuple(know) if isinstance(know, Iterable) and not isinstance(know, str) else (know,)
    for name in named:
        if not isinstance(name, str):
            raise QueryError(f"expected the name of a node to be known, got {name!r}")
        if name in model.utilities:
            raise QueryError(
                f"{name!r} is a utility: it says what the outcome is worth, and is not seen"
            )
        if name not in diagram.network.variables:
            near = did_you_mean(name, diagram.network.variables)
            near = near or f" Known: {', '.join(model.nodes[:12])}"
            raise QueryError(f"there is no node {name!r}.{near}")
        if before is None:
            raise QueryError(f"all decisions are taken, so it does not help to know {name!r}")
        if name in diagram.every_decision:
            raise QueryError(f"{name!r} is a decision; earlier ones are known at later ones anyway")
        for decision in diagram.from_on(before):
            if name in diagram.following([decision]):
                raise QueryError(
                    f"{name!r} may depend on what is decided at {decision!r}, so it is not known before"
                )
    kept = [name for name in named if name in diagram.open_to(before or "")] if named else []
    return tuple(dict.fromkeys(kept))
