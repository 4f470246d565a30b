"""The bridge to pgmpy: its networks in and out, and its variable elimination as a second opinion.

pgmpy takes seconds to import, so that happens only when one of these functions is called. pgmpy counts
the axes of a table with the child first and merges the parents into columns; nothing else differs.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError, GraphFileError, QueryError
from causal_model.inference.compiled import Posterior
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

__all__ = ["network_from_pgmpy", "network_to_pgmpy", "posterior_by_pgmpy"]

# A belief is met when it is this close; the fit is repeated at most so often.
BELIEF_TOLERANCE = 1e-12
BELIEF_ROUNDS = 2_000

# Below this P(evidence) is too near to the smallest float for its digits to be trusted.
SMALLEST_LOG = -600.0

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
        GraphFileError: a node has no table, or one that does not fit the arrows and the parents'
            states; or two nodes or states read the same as text.
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
        if set(above) != set(model.get_parents(node)):
            raise GraphFileError(
                f"node {name!r} of the pgmpy network: its table has the parents {parents[name]}, its"
                f" arrows come from {[str(each) for each in model.get_parents(node)]}"
            )
        values = np.asarray(cpd.values, dtype=np.float64)
        for axis, parent in enumerate(above, start=1):
            # A table may list a parent's states in an order of its own.
            own = [str(state) for state in cpd.state_names[parent]]
            of_parent = model.get_cpds(parent)
            if of_parent is None:
                raise GraphFileError(
                    f"node {str(parent)!r} of the pgmpy network has no table (CPD)"
                )
            wanted = [str(state) for state in of_parent.state_names[parent]]
            if sorted(own) != sorted(wanted):
                raise GraphFileError(
                    f"node {name!r} of the pgmpy network: its table gives {str(parent)!r} the states"
                    f" {own}, that node itself has {wanted}"
                )
            values = values.take([own.index(state) for state in wanted], axis=axis)
        tables[name] = np.moveaxis(values, 0, -1)
    if len({variable.name for variable in variables}) < len(variables):
        raise GraphFileError("two nodes of the pgmpy network read the same as text")
    return Network.of(variables, parents, tables)


def posterior_by_pgmpy(network: Network, findings: Findings, targets: Sequence[str]) -> Posterior:
    """Answer one question with pgmpy's variable elimination, to check ours by.

    Interventions cut the network first. Weights become a child of the node that was seen; P(evidence)
    follows by the chain rule, one finding after the other; beliefs are fitted in rounds.

    pgmpy divides every row by its sum, and so would answer for another network where rows miss 1 a
    little (`Network.inexact`); there the sums become a child of the parents that is always seen, so that
    the network is the product of its tables as they are, as it is for our engine.

    Returns:
        The posterior; its `log_evidence` is -inf, and its marginals are empty, where the evidence is
        impossible.

    Raises:
        EvidenceError: beliefs that cannot be met together.
        QueryError: the evidence is possible, but so improbable that pgmpy's numbers become zero.
    """
    cut = network.do({name: findings.state_of(name) for name in findings.do})
    # pgmpy trips over some names, such as `self`, so it sees numbers.
    names = {name: f"n{at}" for at, name in enumerate(network.variables)}
    called = {number: name for name, number in names.items()}
    plain = _renamed(cut, names)
    told = Findings(
        {names[name]: state for name, state in findings.observed.items()},
        {names[name]: weights for name, weights in findings.weights.items()},
        {names[name]: belief for name, belief in findings.beliefs.items()},
    )
    with _quiet():
        log_evidence = _log_evidence(plain, told)
        if log_evidence < SMALLEST_LOG:
            possible = _possible(plain, told)
            if possible is None:
                return Posterior(np.array(-math.inf), {}, {})
            told, log_scale = _rescaled(told, possible)
            log_evidence = _log_evidence(plain, told)
            if log_evidence < SMALLEST_LOG:
                raise _too_small()
            log_evidence += log_scale
        told = _met(plain, told, called)
        found = _marginals(plain, told, [names[name] for name in targets])
    return Posterior(
        np.array(log_evidence), {called[number]: each for number, each in found.items()}, {}
    )


def _renamed(network: Network, names: Mapping[str, str]) -> Network:
    """The network with other names, and with numbers for states."""
    return Network.of(
        [
            Variable(names[name], tuple(f"s{at}" for at in range(variable.size)))
            for name, variable in network.variables.items()
        ],
        {names[name]: [names[each] for each in above] for name, above in network.parents.items()},
        {names[name]: table for name, table in network.tables.items()},
    )


def _met(network: Network, findings: Findings, called: Mapping[str, str]) -> Findings:
    """Findings in which weights stand for the beliefs."""
    beliefs = findings.beliefs
    for _ in range(BELIEF_ROUNDS if beliefs else 0):
        present = _marginals(network, findings, list(beliefs))
        worst = max(float(np.abs(present[name] - wanted).max()) for name, wanted in beliefs.items())
        if worst < BELIEF_TOLERANCE:
            return findings
        findings = _fitted(network, findings, called)
    if beliefs:
        listed = ", ".join(repr(called[name]) for name in beliefs)
        raise EvidenceError(f"the beliefs on {listed} cannot be met together")
    return findings


def _fitted(network: Network, findings: Findings, called: Mapping[str, str]) -> Findings:
    """One round of iterative proportional fitting, a node at a time."""
    beliefs = findings.beliefs
    for name, wanted in beliefs.items():
        present = _marginals(network, findings, [name])[name]
        if ((present == 0) & (wanted > 0)).any():
            raise EvidenceError(
                f"belief on {called[name]!r} gives weight to a state that the other findings rule out"
            )
        ratio = np.divide(wanted, present, out=np.zeros_like(present), where=present > 0)
        raised = findings.with_weights({name: ratio}).weights
        scaled = {**raised, name: raised[name] / raised[name].max()}
        findings = Findings(findings.observed, scaled, beliefs, findings.do)
    return findings


def _log_evidence(network: Network, findings: Findings) -> float:
    """Log P(evidence); -inf where it is zero in pgmpy's numbers."""
    model, evidence, total = _with_children(network, findings)
    engine = _engine(model)
    known: dict[str, str] = {}
    for name, state in evidence.items():
        factor = engine.query([name], evidence=known or None, show_progress=False)
        probability = float(factor.get_value(**{name: state}))
        if not probability > 0:
            return -math.inf
        total += math.log(probability)
        known[name] = state
    return total


def _possible(network: Network, findings: Findings) -> dict[str, NDArray[np.bool_]] | None:
    """For every weighted node, which states can be at all; None where the evidence is impossible.

    Every entry that is not zero counts the same, so that nothing is lost to small numbers.
    """
    tables = {
        name: (table > 0) / (table > 0).sum(axis=-1, keepdims=True)
        for name, table in network.tables.items()
    }
    even = Network.of(network.variables.values(), network.parents, tables)
    told = Findings(
        findings.observed, {name: np.sign(each) for name, each in findings.weights.items()}
    )
    if math.isinf(_log_evidence(even, told)):
        return None
    return {name: each > 0 for name, each in _marginals(even, told, list(told.weights)).items()}


def _rescaled(
    findings: Findings, possible: Mapping[str, NDArray[np.bool_]]
) -> tuple[Findings, float]:
    """Weights whose largest among the possible states is 1, and the logarithm of what that took."""
    weights, log_scale = {}, 0.0
    for name, each in findings.weights.items():
        own = np.where(possible[name], each, 0.0)
        weights[name] = own / own.max()
        log_scale += math.log(own.max())
    return Findings(findings.observed, weights, findings.beliefs), log_scale


def _too_small() -> QueryError:
    return QueryError(
        "the evidence is possible, but so improbable that pgmpy's numbers become zero;"
        " ask the own engine, which keeps logarithms"
    )


def _marginals(network: Network, findings: Findings, targets: Sequence[str]) -> dict[str, Array]:
    model, evidence, _ = _with_children(network, findings)
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
        if not np.isfinite(found[name]).all():
            raise _too_small()
    return found


def _with_children(
    network: Network, findings: Findings
) -> "tuple[DiscreteBayesianNetwork, dict[str, str], float]":
    """The pgmpy network with an observed child for every weighted node and for rows that miss 1.

    Returns:
        The network, the evidence on it, and the logarithm of the factor that it leaves out.
    """
    model = network_to_pgmpy(network.normalised())
    log_scale = 0.0
    evidence = {
        name: network.variables[name].states[state] for name, state in findings.observed.items()
    }
    for at, name in enumerate(sorted(network.inexact)):
        sums = network.tables[name].sum(axis=-1)
        log_scale += math.log(sums.max())
        if network.parents[name]:
            _add_child(model, network, f"r{at}", network.parents[name], sums / sums.max())
            evidence[f"r{at}"] = SEEN
    for at, (name, weights) in enumerate(findings.weights.items()):
        _add_child(model, network, f"w{at}", (name,), weights)
        evidence[f"w{at}"] = SEEN
    return model, evidence, log_scale


def _add_child(
    model: "DiscreteBayesianNetwork",
    network: Network,
    child: str,
    parents: Sequence[str],
    weights: Array,
) -> None:
    """Add a node that is seen with these probabilities, of shape (*parent sizes)."""
    from pgmpy.factors.discrete import TabularCPD

    seen = weights.reshape(-1)
    model.add_node(child)
    model.add_edges_from([(parent, child) for parent in parents])
    model.add_cpds(
        TabularCPD(
            child,
            2,
            [list(seen), list(1 - seen)],
            evidence=list(parents),
            evidence_card=[network.variables[parent].size for parent in parents],
            state_names={
                child: [SEEN, UNSEEN],
                **{parent: list(network.variables[parent].states) for parent in parents},
            },
        )
    )


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
