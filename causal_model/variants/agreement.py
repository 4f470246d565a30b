"""What variants must have in common to be asked the same: targets, and nodes and states of findings."""

from collections.abc import Iterable, Mapping

from causal_model.errors import EvidenceError, QueryError, did_you_mean
from causal_model.inference.findings import describe
from causal_model.model import Model
from causal_model.spec.evidence import Finding

__all__ = ["assumed_by_all", "require_shared", "shared_targets"]

# Findings that P(evidence) counts.
COUNTED = ("observed", "excluded", "likelihood")


def shared_targets(
    variants: Mapping[str, Model], target: str | Iterable[str] | None
) -> tuple[str, ...]:
    """The asked nodes, which every variant has with the same states."""
    if target is None:
        outcomes = {name: model.outcome for name, model in variants.items()}
        if len(set(outcomes.values())) > 1 or None in outcomes.values():
            told = ", ".join(f"{name}: {outcome or 'none'}" for name, outcome in outcomes.items())
            raise QueryError(
                f"the variants do not agree on an outcome ({told}): say which node is the target"
            )
    first, *others = variants.items()
    targets = first[1].targets(target)
    for node in targets:
        for name, model in others:
            if node not in model.network.variables:
                raise QueryError(
                    f"target {node!r}: variant {name!r} has no such node."
                    + did_you_mean(node, model.nodes)
                )
            if set(model.states(node)) != set(first[1].states(node)):
                raise QueryError(
                    f"target {node!r} has other states in variant {name!r}"
                    f" ({', '.join(model.states(node))}) than in {first[0]!r}"
                    f" ({', '.join(first[1].states(node))}), so there is no average"
                )
            for state in first[1].states(node):
                _require_same_interval(variants, node, state, f"target {node!r}")
    return targets


def assumed_by_all(variants: Mapping[str, Model]) -> tuple[Finding, ...]:
    """What the models assume by `with_findings`, which must be the same for all."""
    first, *others = variants.items()
    for name, model in others:
        if model.findings != first[1].findings:
            raise QueryError(
                f"variants {first[0]!r} and {name!r} assume different findings, so P(evidence) of one"
                " is not that of the other; give the findings here instead"
            )
    return first[1].findings


def require_shared(variants: Mapping[str, Model], finding: Finding) -> None:
    """Every variant has the node of a finding, and the states that it names."""
    told = describe(finding)
    why = (
        ", and what only some variants can say cannot weigh them"
        if finding.kind in COUNTED
        else ", so it cannot be asked the same as the others"
    )
    states: Iterable[str]
    if finding.kind == "likelihood":
        states = finding.weights
    elif finding.kind == "belief":
        states = finding.probabilities
    else:
        states = (finding.state,)
    for name, model in variants.items():
        if finding.node not in model.network.variables:
            raise EvidenceError(
                f"{told}: variant {name!r} has no node {finding.node!r}{why}."
                + did_you_mean(finding.node, model.nodes)
            )
        for state in states:
            if state not in model.states(finding.node):
                near = did_you_mean(state, model.states(finding.node))
                raise EvidenceError(
                    f"{told}: node {finding.node!r} has no state {state!r} in variant {name!r}{why}."
                    f"{near} Its states there: {', '.join(model.states(finding.node))}"
                )
    for state in states:
        _require_same_interval(variants, finding.node, state, told)


def _require_same_interval(variants: Mapping[str, Model], node: str, state: str, told: str) -> None:
    """A state that stands for other numbers is another state, whatever it is called."""
    known = {}
    for name, model in variants.items():
        within = model.graph.nodes[node].states[state].interval if model.graph else None
        if within is not None:
            known[name] = within
    if len(set(known.values())) > 1:
        listed = ", ".join(
            f"{low:g} to {high:g} in {name!r}" for name, (low, high) in known.items()
        )
        raise EvidenceError(f"{told}: state {state!r} does not mean the same everywhere: {listed}")
