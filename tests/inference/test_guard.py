"""What would take too much memory is refused in words, before anything is allocated."""

import tracemalloc

import numpy as np
import pytest

from causal_model.errors import TooLarge
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Network, Variable


def grid(side: int) -> Network:
    """Binary nodes, each with its left and upper neighbours as parents."""
    variables, parents, tables = [], {}, {}
    for row in range(side):
        for column in range(side):
            name = f"g{row}_{column}"
            above = [f"g{row - 1}_{column}"] * (row > 0) + [f"g{row}_{column - 1}"] * (column > 0)
            variables.append(Variable(name, ("a", "b")))
            parents[name] = above
            tables[name] = np.full((2,) * (len(above) + 1), 0.5)
    return Network.of(variables, parents, tables)


def test_a_small_grid_is_answered() -> None:
    found = CompiledNetwork(grid(10)).posterior(Findings(observed={"g9_9": 0}))
    np.testing.assert_allclose(found.marginals["g0_0"], [0.5, 0.5], atol=1e-12)


@pytest.mark.parametrize("side", [30, 60])
def test_a_large_grid_is_refused_without_allocating(side: int) -> None:
    network = grid(side)
    last = f"g{side - 1}_{side - 1}"
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge) as caught:
            CompiledNetwork(network).posterior(Findings(observed={last: 0}))
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.predicted > 1e9
    assert len(caught.value.widest) >= side - 5
    assert "--approximate" in str(caught.value)


def test_the_limit_is_kept_to_what_is_allowed() -> None:
    network = grid(8)
    cost = CompiledNetwork(network).cost(Findings())
    CompiledNetwork(network, max_memory=cost.bytes).posterior(Findings())
    tight = CompiledNetwork(network, max_memory=cost.bytes - 1)
    assert tight.cost(Findings()) == cost
    with pytest.raises(TooLarge, match="are allowed"):
        tight.posterior(Findings())


def test_the_prediction_covers_what_is_taken() -> None:
    compiled = CompiledNetwork(grid(15))
    findings = Findings(observed={"g14_14": 0})
    predicted = compiled.cost(findings).bytes
    fresh = CompiledNetwork(grid(15))
    tracemalloc.start()
    try:
        fresh.posterior(findings)
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Plans and other objects of Python come on top of the arrays.
    assert taken < predicted + 20_000_000
