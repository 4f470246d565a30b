"""The rows that carry the width: against brute force over draws, and against finite differences."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.analysis.credible import credible
from causal_model.analysis.width import Question, reached_rows, row_variances
from causal_model.inference.dirichlets import Dirichlets
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network
from causal_model.spec.evidence import Belief, Finding, Likelihood, Observed
from tests.analysis.test_credible import chain, confident
from tests.networks import random_findings, random_network
from tests.oracle import CannotHold, answer, joint_states

seeds = st.integers(0, 2**32 - 1)
KINDS = ("observed", "excluded", "likelihood", "belief", "do")
STEP = 1e-5


def moved(network: Network, name: str, row: tuple[int, ...], by: float) -> Network:
    """The network with one row of two states tilted towards the first."""
    table = network.tables[name].copy()
    table[row] += np.array([by, -by])
    return replace(network, tables={**network.tables, name: table})


def chance(network: Network, told: list[Finding], node: str, state: str) -> float:
    found = answer(network, told)
    assert found is not None
    return found.posterior[node][state]


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_variances_are_those_of_finite_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 5)), most_states=2)
    told = random_findings(rng, network, kinds=KINDS, most=3)
    node = str(rng.choice(list(network.variables)))
    try:
        if answer(network, told) is None:
            return
    except CannotHold:
        return
    dirichlets = confident(network, rng=rng)
    found = row_variances(Question(dirichlets, bind(network, told)), node, [np.array([1.0, 0.0])])
    assert set(found) == set(dirichlets.open)
    for name, variances in found.items():
        for place in np.ndindex(variances.shape):
            p = network.tables[name][place]
            if not p.all():
                assert variances[place] == 0
                continue
            step = STEP * p.min()
            ends = [
                chance(moved(network, name, place, by), told, node, "s0") for by in (step, -step)
            ]
            slope = (ends[0] - ends[1]) / (2 * step)
            variance = slope**2 * p.prod() / (dirichlets.confidence[name][place] + 1)
            np.testing.assert_allclose(variances[place], variance, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("seen", [(), (Likelihood(node="wet", weights={"no": 0.3, "yes": 0.9}),)])
def test_weights_that_meet_a_belief_move_with_the_tables(seen: tuple[Finding, ...]) -> None:
    network = chain()
    told = [*seen, Belief(node="slip", probabilities={"no": 0.4, "yes": 0.6})]
    dirichlets = confident(network, 7.0)
    found = row_variances(Question(dirichlets, bind(network, told)), "rain", [np.array([1.0, 0.0])])
    for name, variances in found.items():
        for place in np.ndindex(variances.shape):
            ends = [
                chance(moved(network, name, place, by), told, "rain", "no") for by in (1e-5, -1e-5)
            ]
            slope = (ends[0] - ends[1]) / 2e-5
            variance = slope**2 * network.tables[name][place].prod() / 8
            np.testing.assert_allclose(variances[place], variance, rtol=1e-4)
            assert variances[place] > 1e-6


def test_shares_are_the_sobol_indices_of_brute_force() -> None:
    # Pick and freeze: two samples that share one row and nothing else have the covariance
    # Var(E[Q | row]). Here Q is written out, and shares nothing with the engine.
    network = chain()
    told = [Observed(node="slip", state="yes")]
    confidence = 600.0
    rng = np.random.default_rng(5)
    rows = {
        (name, place): float(network.tables[name][place][1])
        for name in network.variables
        for place in np.ndindex(network.tables[name].shape[:-1])
    }

    def draws() -> dict[tuple[str, tuple[int, ...]], Array]:
        return {
            row: rng.beta(confidence * p, confidence * (1 - p), size=400_000)
            for row, p in rows.items()
        }

    def rain_given_slip(p: Mapping[tuple[str, tuple[int, ...]], Array]) -> Array:
        rain, dry_wet, rain_wet = p["rain", ()], p["wet", (0,)], p["wet", (1,)]
        firm, loose = p["slip", (0,)], p["slip", (1,)]
        yes = rain * (rain_wet * loose + (1 - rain_wet) * firm)
        no = (1 - rain) * (dry_wet * loose + (1 - dry_wet) * firm)
        return yes / (yes + no)

    one, other = draws(), draws()
    q = rain_given_slip(one)
    brute = {row: float(np.cov(q, rain_given_slip({**other, row: one[row]}))[0, 1]) for row in rows}
    found = credible(
        confident(network, confidence), bind(network, told), ["rain"], low={"rain": ["yes"]}
    )
    assert found.width_states == ("yes",)
    assert len(found.width_by_row) == len(rows)
    for each in found.width_by_row:
        at = tuple(("no", "yes").index(state) for state in each.given.values())
        assert each.share == pytest.approx(brute[each.node, at] / sum(brute.values()), abs=0.01)
        variance = (each.deviation_pp / 100) ** 2
        assert variance == pytest.approx(brute[each.node, at], abs=0.01 * float(q.var()))
    # There is little left for rows that act together.
    assert sum(brute.values()) == pytest.approx(q.var(), rel=0.03)


def test_without_evidence_the_share_is_exact_for_little_confidence_too() -> None:
    network = chain()
    dirichlets = confident(network, 2.0)
    found = row_variances(Question(dirichlets, Findings()), "slip", [np.array([0.0, 1.0])])
    # E[Q | row] is Q with all other rows at their means.
    p_rain, (dry_wet, rain_wet) = 0.3, (0.1, 0.8)
    slope = (rain_wet - dry_wet) * (0.4 - 0.05)
    assert found["rain"] == pytest.approx(slope**2 * p_rain * 0.7 / 3)
    slope = (1 - p_rain) * (0.4 - 0.05)
    assert found["wet"][0] == pytest.approx(slope**2 * dry_wet * (1 - dry_wet) / 3)


def test_all_states_together_where_none_are_named() -> None:
    network = random_network(np.random.default_rng(3), nodes=5, zeros=0.0)
    dirichlets = confident(network, 9.0)
    node = list(network.variables)[-1]
    size = network.variables[node].size
    whole = credible(dirichlets, Findings(), [node])
    assert whole.width_states == ()
    assert whole.width_node == node
    expected = sum(
        float(each.sum())
        for state in np.eye(size)
        for each in row_variances(Question(dirichlets, Findings()), node, [state]).values()
    )
    total = sum((each.deviation_pp / 100) ** 2 for each in whole.width_by_row)
    assert total == pytest.approx(expected)
    shares = [each.share for each in whole.width_by_row]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_reached_rows_are_those_that_enumeration_reaches(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=3, zeros=0.4)
    told = random_findings(rng, network, kinds=("observed", "excluded", "do"), most=2)
    if answer(network, told) is None:
        return
    names = list(network.variables)
    do = {each.node: each.state for each in told if each.kind == "do"}
    lines = [
        states
        for states, probability in joint_states(network, do)
        if probability > 0
        and all(
            (states[each.node] == each.state) == (each.kind != "excluded")
            for each in told
            if each.kind in ("observed", "excluded", "do")
        )
    ]
    for name, rows in reached_rows(network, bind(network, told), names).items():
        places = {
            tuple(
                network.variables[parent].states.index(states[parent])
                for parent in network.parents[name]
            )
            for states in lines
        }
        assert {tuple(place) for place in np.argwhere(rows).tolist()} == places
    assert set(reached_rows(network, bind(network, told), names)) == set(names) - set(do)


def test_nothing_varies_where_the_answer_is_told() -> None:
    network = chain()
    told = bind(network, [Observed(node="slip", state="yes")])
    found = row_variances(Question(confident(network, 5.0), told), "slip", [np.array([0.0, 1.0])])
    assert all((each == 0).all() for each in found.values())
    whole = credible(Dirichlets(network, confident(network, 5.0).confidence), told, ["slip"])
    assert whole.posterior["slip"] == {"no": (0.0, 0.0), "yes": (1.0, 1.0)}
    assert whole.width_node is None
    assert whole.width_by_row == ()
