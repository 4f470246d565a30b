"""Random networks and random findings, drawn from a generator."""

import numpy as np

from causal_model.network import Network, Variable
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed


def random_network(
    rng: np.random.Generator,
    *,
    nodes: int | None = None,
    most_states: int = 4,
    most_parents: int = 3,
    zeros: float = 0.2,
) -> Network:
    """A random network with some zeros in its tables; every row keeps a positive entry."""
    count = int(rng.integers(1, 9)) if nodes is None else nodes
    names = [f"n{at}" for at in range(count)]
    sizes = {name: int(rng.integers(2, most_states + 1)) for name in names}
    parents: dict[str, list[str]] = {}
    tables = {}
    for at, name in enumerate(names):
        above = rng.permutation(names[:at])[: int(rng.integers(0, most_parents + 1))]
        parents[name] = [str(parent) for parent in above]
        shape = (*(sizes[parent] for parent in parents[name]), sizes[name])
        table = rng.gamma(0.7, size=shape) + 1e-3
        table[rng.random(shape) < zeros] = 0.0
        empty = table.sum(axis=-1) == 0
        table[empty, int(rng.integers(sizes[name]))] = 1.0
        tables[name] = table / table.sum(axis=-1, keepdims=True)
    order = [str(name) for name in rng.permutation(names)]
    return Network.of(
        [Variable(name, tuple(f"s{state}" for state in range(sizes[name]))) for name in order],
        parents,
        tables,
    )


def random_findings(
    rng: np.random.Generator, network: Network, *, kinds: tuple[str, ...], most: int = 4
) -> list[Finding]:
    """Random findings, at most one per node."""
    names = [str(name) for name in rng.permutation(list(network.variables))]
    findings: list[Finding] = []
    for name in names[: int(rng.integers(0, most + 1))]:
        states = network.variables[name].states
        kind = str(rng.choice(kinds))
        state = str(rng.choice(states))
        weights = rng.random(len(states)) * (rng.random(len(states)) > 0.15)
        if not weights.any():
            weights[0] = 1.0
        numbers = {key: float(value) for key, value in zip(states, weights, strict=True)}
        if kind == "observed":
            findings.append(Observed(node=name, state=state))
        elif kind == "excluded":
            findings.append(Excluded(node=name, state=state))
        elif kind == "do":
            findings.append(Do(node=name, state=state))
        elif kind == "likelihood":
            findings.append(Likelihood(node=name, weights=numbers))
        else:
            total = float(weights.sum())
            findings.append(
                Belief(node=name, probabilities={k: v / total for k, v in numbers.items()})
            )
    return findings
