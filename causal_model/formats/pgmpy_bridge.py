"""The bridge to pgmpy: its networks in and out, and its variable elimination as a second opinion.

pgmpy takes seconds to import, so that happens only when one of these functions is called. pgmpy counts
the axes of a table with the child first and merges the parents into columns; nothing else differs.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from causal_model.errors import EvidenceError, GraphFileError
from causal_model.inference.compiled import Posterior
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

__all__ = ["network_from_pgmpy", "network_to_pgmpy", "posterior_by_pgmpy"]

# A belief is met when it is this close; the fit is repeated at most so often.
BELIEF_TOLERANCE = 1e-12
BELIEF_ROUNDS = 2_000

SEEN, UNSEEN = "seen", "unseen"


def network_to_pgmpy(network: Network) -> "DiscreteBayesianNetwork":
    """Build pgmpy's `DiscreteBayesianNetwork` with the same names, states and tables."""
    with _quiet():
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.models import DiscreteBayesianNetwork

        model = DiscreteBayesianNetwork()
        model.add_nodes_from(list(network.variables))
        model.add_edges_from(
            [(parent, name) for name, above in network.parents.items() for parent in above]
        )
        for name, table in network.tables.items():
            model.add_cpds(_cpd(TabularCPD, network, name, table))
    return model


def network_from_pgmpy(model: "DiscreteBayesianNetwork") -> Network:
    """Read a pgmpy network; names and states become text.

    Raises:
        GraphFileError: a node has no table, or two nodes or states read the same as text.
    """
    variables, parents, tables = [], {}, {}
    for node in model.nodes():
        cpd = model.get_cpds(node)
        if cpd is None:
            raise GraphFileError(f"node {str(node)!r} of the pgmpy network has no table (CPD)")
        name = str(node)
        states = tuple(str(state) for state in cpd.state_names[node])
        if len(set(states)) < len(states):
            raise GraphFileError(f"node {name!r}: two states read the same as text: {states}")
        variables.append(Variable(name, states))
        above = list(cpd.variables[1:])
        parents[name] = [str(parent) for parent in above]
        values = np.asarray(cpd.values, dtype=np.float64)
        for axis, parent in enumerate(above, start=1):
            # A table may list a parent's states in an order of its own.
            own = [str(state) for state in cpd.state_names[parent]]
            wanted = [str(state) for state in model.get_cpds(parent).state_names[parent]]
            values = values.take([own.index(state) for state in wanted], axis=axis)
        tables[name] = np.moveaxis(values, 0, -1)
    if len({variable.name for variable in variables}) < len(variables):
        raise GraphFileError("two nodes of the pgmpy network read the same as text")
    return Network.of(variables, parents, tables)


def posterior_by_pgmpy(network: Network, findings: Findings, targets: Sequence[str]) -> Posterior:
    """Answer one question with pgmpy's variable elimination, to check ours by.

    Interventions cut the network first. Weights become a child of the node that was seen; P(evidence)
    follows by the chain rule, one finding after the other; beliefs are fitted in rounds.

    Returns:
        The posterior; its `log_evidence` is -inf, and its marginals are empty, where the evidence is
        impossible.

    Raises:
        EvidenceError: beliefs that cannot be met together.
    """
    fixed = {name: findings.state_of(name) for name in findings.do}
    cut = network.do(fixed)
    with _quiet():
        log_evidence = _log_evidence(cut, findings)
        if math.isinf(log_evidence):
            return Posterior(np.array(log_evidence), {}, {})
        for _ in range(BELIEF_ROUNDS if findings.beliefs else 0):
            present = _marginals(cut, findings, list(findings.beliefs))
            worst = max(
                float(np.abs(present[name] - wanted).max())
                for name, wanted in findings.beliefs.items()
            )
            if worst < BELIEF_TOLERANCE:
                break
            findings = _fitted(cut, findings)
        else:
            if findings.beliefs:
                names = ", ".join(repr(name) for name in findings.beliefs)
                raise EvidenceError(f"the beliefs on {names} cannot be met together")
        return Posterior(np.array(log_evidence), _marginals(cut, findings, targets), {})


def _fitted(network: Network, findings: Findings) -> Findings:
    """One round of iterative proportional fitting, a node at a time."""
    beliefs = findings.beliefs
    for name, wanted in beliefs.items():
        present = _marginals(network, findings, [name])[name]
        if ((present == 0) & (wanted > 0)).any():
            raise EvidenceError(
                f"belief on {name!r} gives weight to a state that the other findings rule out"
            )
        ratio = np.divide(wanted, present, out=np.zeros_like(present), where=present > 0)
        raised = findings.with_weights({name: ratio}).weights
        scaled = {**raised, name: raised[name] / raised[name].max()}
        findings = Findings(findings.observed, scaled, beliefs, findings.do)
    return findings


def _log_evidence(network: Network, findings: Findings) -> float:
    model, evidence = _with_weights(network, findings)
    engine = _engine(model)
    known: dict[str, str] = {}
    total = 0.0
    for name, state in evidence.items():
        factor = engine.query([name], evidence=known or None, show_progress=False)
        probability = float(factor.get_value(**{name: state}))
        if not probability > 0:
            return -math.inf
        total += math.log(probability)
        known[name] = state
    return total


def _marginals(network: Network, findings: Findings, targets: Sequence[str]) -> dict[str, Array]:
    model, evidence = _with_weights(network, findings)
    engine = _engine(model)
    found = {}
    for name in targets:
        variable = network.variables[name]
        if name in evidence:
            found[name] = np.eye(variable.size)[variable.states.index(evidence[name])]
            continue
        factor = engine.query([name], evidence=evidence or None, show_progress=False)
        states = factor.state_names[name]
        values = dict(zip(states, factor.values, strict=True))
        found[name] = np.array([values[state] for state in variable.states])
    return found


def _with_weights(
    network: Network, findings: Findings
) -> "tuple[DiscreteBayesianNetwork, dict[str, str]]":
    """The pgmpy network with one observed child per weighted node, and the evidence on it."""
    model = network_to_pgmpy(network)
    evidence = {
        name: network.variables[name].states[state] for name, state in findings.observed.items()
    }
    if findings.weights:
        from pgmpy.factors.discrete import TabularCPD
    for name, weights in findings.weights.items():
        child = f"{name} {SEEN}"
        states = list(network.variables[name].states)
        model.add_node(child)
        model.add_edge(name, child)
        model.add_cpds(
            TabularCPD(
                child,
                2,
                [list(weights), list(1 - weights)],
                evidence=[name],
                evidence_card=[len(states)],
                state_names={child: [SEEN, UNSEEN], name: states},
            )
        )
        evidence[child] = SEEN
    return model, evidence


def _engine(model: "DiscreteBayesianNetwork") -> Any:
    from pgmpy.inference import VariableElimination

    return VariableElimination(model)


def _cpd(make: Any, network: Network, name: str, table: Array) -> Any:
    above = network.parents[name]
    family = (*above, name)
    names: Mapping[str, list[str]] = {each: list(network.variables[each].states) for each in family}
    return make(
        name,
        network.variables[name].size,
        table.reshape(-1, table.shape[-1]).T,
        evidence=list(above) or None,
        evidence_card=[network.variables[parent].size for parent in above] or None,
        state_names=names,
    )


def _quiet() -> "warnings.catch_warnings[None]":
    """A context without the deprecation notes that pgmpy prints about its own modules."""
    return warnings.catch_warnings(action="ignore")
