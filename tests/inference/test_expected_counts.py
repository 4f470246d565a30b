"""Expected counts against enumeration of what every row leaves open."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from causal_model.inference.expected_counts import Counter
from causal_model.network import Array, Network
from tests.networks import random_network

seeds = st.integers(0, 2**32 - 1)


def probability(network: Network, states: dict[str, int]) -> float:
    found = 1.0
    for name in network.variables:
        at = tuple(states[each] for each in (*network.parents[name], name))
        found *= float(network.tables[name][at])
    return found


def by_enumeration(
    network: Network, learned: list[str], nodes: list[str], states: NDArray[np.intp], weights: Array
) -> tuple[dict[str, Array], list[float]]:
    counts = {name: np.zeros(network.tables[name].shape) for name in learned}
    evidence = []
    sizes = {name: range(variable.size) for name, variable in network.variables.items()}
    for row, weight in zip(states.tolist(), weights.tolist(), strict=True):
        seen = {name: at for name, at in zip(nodes, row, strict=True) if at >= 0}
        whole = [dict(zip(sizes, each, strict=True)) for each in itertools.product(*sizes.values())]
        fitting = [each for each in whole if seen.items() <= each.items()]
        chances = [probability(network, each) for each in fitting]
        evidence.append(sum(chances))
        for each, chance in zip(fitting, chances, strict=True):
            for name in learned:
                at = tuple(each[member] for member in (*network.parents[name], name))
                counts[name][at] += weight * chance / sum(chances)
    return counts, evidence


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_counts_match_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(2, 6)), most_states=3, zeros=0.0)
    names = list(network.variables)
    nodes = [str(each) for each in rng.permutation(names)[: int(rng.integers(1, len(names) + 1))]]
    learned = [str(each) for each in rng.permutation(names)[: int(rng.integers(1, len(names) + 1))]]
    states = np.array(
        [[rng.integers(network.variables[name].size) for name in nodes] for _ in range(6)],
        dtype=np.intp,
    )
    states[rng.random(states.shape) < 0.3] = -1
    weights = rng.integers(0, 4, size=(2, len(states))).astype(float)
    tables = {name: np.stack([network.tables[name]] * 2) for name in learned}
    found = Counter.of(network, learned, nodes, states).count(tables, weights)
    for draw in range(2):
        counts, evidence = by_enumeration(network, learned, nodes, states, weights[draw])
        np.testing.assert_allclose(np.exp(found.log_evidence[draw]), evidence, rtol=1e-9)
        for name in learned:
            np.testing.assert_allclose(found.by_node[name][draw], counts[name], atol=1e-10)
