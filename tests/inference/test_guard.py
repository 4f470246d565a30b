"""What would take too much memory is refused in words, before anything is allocated."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import causal_model as cm
from causal_model.engine.semiring import CHUNK
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
    # What there is in Python; a command names its own options.
    assert "allow more with max_memory" in str(caught.value)
    assert "--" not in str(caught.value)
    assert str(caught.value).startswith(caught.value.problem)


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


def taken_by(ask: Callable[[], object]) -> int:
    """The most bytes that a question takes."""
    tracemalloc.start()
    try:
        ask()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("states", [40, 120, 240])
def test_the_prediction_covers_the_sums_that_logarithms_write_out(states: int) -> None:
    # P(last | first) is a product of two matrices. Two steps aside have a probability of 1e-300, so that
    # plain numbers will not do.
    table = np.eye(states) + 1e-150 * (np.eye(states, k=1) + np.eye(states, k=-1))
    names = [f"s{at}" for at in range(states)]
    variables = [Variable(name, tuple(names)) for name in ("first", "middle", "last")]
    parents = {"middle": ["first"], "last": ["middle"]}
    first = np.full(states, 1 / states)
    tables = {"first": first, "middle": table, "last": table}
    network = Network.of(variables, parents, tables)
    asked = ("first", "last")
    with pytest.raises(TooLarge) as caught:
        CompiledNetwork(network, max_memory=1).joint(Findings(), asked)
    fresh = CompiledNetwork(network)
    taken = taken_by(lambda: fresh.joint(Findings(), asked))
    # Most of it are the terms of the sum, and what is predicted is not far off.
    terms = 8 * min(states**3, CHUNK)
    assert 3 * terms < taken < caught.value.predicted + 100_000
    assert caught.value.predicted < 2 * taken


@pytest.mark.parametrize("nodes", [4, 12, 15])
def test_a_joint_distribution_counts_as_the_dictionary_that_it_is(nodes: int) -> None:
    names = [f"n{at}" for at in range(nodes)]
    coin = np.array([0.5, 0.5])
    variables = [Variable(name, ("a", "b")) for name in names]
    model = cm.Model(Network.of(variables, {}, dict.fromkeys(names, coin)))
    model.joint(names)  # the plans are made
    taken = taken_by(lambda: model.joint(names))
    with pytest.raises(TooLarge, match=f"a table over {nodes} nodes") as caught:
        replace(model, max_memory=1).joint(names)
    assert 2**nodes * 200 < caught.value.predicted
    assert taken < caught.value.predicted + 100_000 < 2 * taken + 200_000
    enough = replace(model, max_memory=caught.value.predicted)
    assert enough.joint(names) == model.joint(names)
    with pytest.raises(TooLarge):
        replace(model, max_memory=caught.value.predicted - 1).joint(names)


def test_a_joint_distribution_of_everything_is_refused_before_it_is_made() -> None:
    network = grid(6)
    with pytest.raises(
        TooLarge, match=r"6\.87e\+10 entries: .*Ask fewer targets, or allow"
    ) as caught:
        cm.Model(network).joint(list(network.variables), given={"g0_0": "a"})
    assert caught.value.listing
    assert "Observe" not in str(caught.value)
