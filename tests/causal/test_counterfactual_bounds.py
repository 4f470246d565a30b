"""Bounds over all responses: against closed forms, and against functional models built by hand."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from causal_model.causal import bounds as module
from causal_model.causal.bounds import Bounds, counterfactual_bounds
from causal_model.causal.counterfactual import (
    Cause,
    Probability,
    counterfactual,
    probability_question,
)
from causal_model.causal.response_polytope import mechanism_of, transport_vertices
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from tests.causal.test_counterfactual import chain, two_nodes
from tests.networks import random_findings, random_network

seeds = st.integers(0, 2**32 - 1)


def bounded(
    network: Network, evidence: Findings, do: dict[str, int], target: str, event: Sequence[float]
) -> Bounds:
    return counterfactual_bounds(network, evidence, do, target, np.array([event], dtype=float))


def causation_bounds(network: Network, which: Probability, known: Findings) -> tuple[float, float]:
    """Bounds of PN, PS or PNS of x = 1 for y = 1."""
    cause = Cause("x", 1, 0, "y", (False, True))
    question = probability_question(network, known, cause, which)
    assert question is not None
    about = (question.network, question.evidence, question.do)
    found = counterfactual_bounds(*about, "y", question.event[None])
    assert found.sharp
    return question.factor * float(found.lower[0]), question.factor * float(found.upper[0])


def closed_form(which: str, yes: float, no: float) -> tuple[float, float]:
    """Of an exogenous cause, with P(y | x) and P(y | x') [tian2000; pearl2009, equations 9.9, 9.13, 9.14].

    max(0, P(y | x) - P(y | x')) <= PNS <= min(P(y | x), P(y' | x')); PN is PNS / P(y | x) and PS is
    PNS / P(y' | x').
    """
    scale = {"both": 1.0, "necessity": yes, "sufficiency": 1 - no}[which]
    return max(0.0, yes - no) / scale, min(yes, 1 - no) / scale


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.05, 0.95))
@pytest.mark.parametrize("which", ["necessity", "sufficiency", "both"])
def test_one_cause_has_the_bounds_of_tian_and_pearl(
    which: Probability, yes: float, no: float, share: float
) -> None:
    network = two_nodes(np.array([[1 - no, no], [1 - yes, yes]]), share)
    found = causation_bounds(network, which, Findings())
    assert found == pytest.approx(closed_form(which, yes, no), abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_with_a_common_cause_the_bounds_are_averages_of_those(seed: int) -> None:
    """Given w the cause is exogenous, and the responses at different w are arranged apart."""
    rng = np.random.default_rng(seed)
    network = Network.of(
        [Variable(name, ("0", "1")) for name in "wxy"],
        {"x": ["w"], "y": ["w", "x"]},
        {
            "w": rng.dirichlet([1, 1]),
            "x": rng.dirichlet([1, 1], size=2),
            "y": rng.dirichlet([1, 1], size=(2, 2)),
        },
    )
    whole = np.array([closed_form("both", *network.tables["y"][w, ::-1, 1]) for w in (0, 1)])
    assert causation_bounds(network, "both", Findings()) == pytest.approx(
        tuple(network.tables["w"] @ whole), abs=1e-9
    )
    parts = [closed_form("necessity", *network.tables["y"][w, ::-1, 1]) for w in (0, 1)]
    joint = network.tables["w"] * network.tables["x"][:, 1] * network.tables["y"][:, 1, 1]
    expected = joint @ np.array(parts) / joint.sum()
    assert causation_bounds(network, "necessity", Findings()) == pytest.approx(
        tuple(expected), abs=1e-9
    )


def functions_of(network: Network, name: str) -> list[dict[tuple[int, ...], int]]:
    """All functions from the states of the parents to a state."""
    sizes = [network.variables[each].size for each in network.parents[name]]
    rows = list(product(*map(range, sizes)))
    return [
        dict(zip(rows, values, strict=True))
        for values in product(range(network.variables[name].size), repeat=len(rows))
    ]


def answered(
    network: Network,
    responses: dict[str, Array],
    evidence: dict[str, int],
    do: dict[str, int],
    target: str,
    event: Sequence[float],
) -> float:
    """P(Y_x in B | e) of a functional model: all functions of all nodes, weighed by their probability."""
    functions = {name: functions_of(network, name) for name in network.variables}
    above = below = 0.0
    for place in product(*(np.flatnonzero(responses[name]) for name in network.variables)):
        weight = 1.0
        first: dict[str, int] = {}
        second: dict[str, int] = {}
        for name, at in zip(network.variables, place, strict=True):
            weight *= float(responses[name][at])
            for world, setting in ((first, {}), (second, do)):
                heard = tuple(world[each] for each in network.parents[name])
                world[name] = setting.get(name, functions[name][at][heard])
        if all(first[name] == state for name, state in evidence.items()):
            below += weight
            above += weight * event[second[target]]
    return above / below


def constraints(network: Network, name: str) -> tuple[Array, Array]:
    """What the probabilities of all functions must satisfy to agree with a table."""
    functions = functions_of(network, name)
    lines, values = [], []
    for row in functions[0]:
        for state in range(network.variables[name].size):
            lines.append([float(each[row] == state) for each in functions])
            values.append(float(network.tables[name][row][state]))
    return np.array(lines), np.array(values)


def a_response(network: Network, name: str, rng: np.random.Generator) -> Array:
    """The probabilities of all functions at a random vertex of those that agree with a table."""
    lines, values = constraints(network, name)
    found = linprog(rng.normal(size=lines.shape[1]), A_eq=lines, b_eq=values, method="highs")
    return np.asarray(np.clip(found.x, 0, None))


def diamond(rng: np.random.Generator) -> Network:
    above = {"x": [], "a": ["x"], "b": ["x"], "y": ["a", "b"]}
    return Network.of(
        [Variable(name, ("0", "1")) for name in above],
        above,
        {name: rng.dirichlet([1, 1], size=(2,) * len(own)) for name, own in above.items()},
    )


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_sharp_bounds_of_a_chain_are_the_best_of_all_corners(seed: int) -> None:
    """Two responses with two vertices each: among many random corners, all four come."""
    rng = np.random.default_rng(seed)
    network = chain(rng, "xmy")
    evidence, do, event = {"x": 1, "y": 1}, {"x": 0}, [0.0, 1.0]
    found = bounded(network, Findings(evidence), do, "y", event)
    assert found.sharp
    answers = []
    for _ in range(40):
        responses = {name: a_response(network, name, rng) for name in network.variables}
        answers.append(answered(network, responses, evidence, do, "y", event))
    assert min(answers) == pytest.approx(found.lower[0], abs=1e-8)
    assert max(answers) == pytest.approx(found.upper[0], abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_no_functional_model_leaves_the_bounds(seed: int) -> None:
    """Of random networks and evidence: the answers at random corners of all responses."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(3)
    if shape == 0:
        network = chain(rng, "xmy", states=3)
    elif shape == 1:
        network = diamond(rng)
    else:
        network = random_network(rng, nodes=4, most_states=2, most_parents=2)
    names = list(network.variables)
    evidence = {
        name: int(rng.integers(network.variables[name].size))
        for name in rng.permutation(names)[: int(rng.integers(1, 3))].tolist()
    }
    if np.isneginf(CompiledNetwork(network).log_evidence(Findings(evidence))):
        return
    do, target = {names[int(rng.integers(2))]: 0}, names[-1]
    event = np.eye(network.variables[target].size)[0].tolist()
    found = bounded(network, Findings(evidence), do, target, event)
    for _ in range(8):
        responses = {name: a_response(network, name, rng) for name in network.variables}
        answer = answered(network, responses, evidence, do, target, event)
        assert found.lower[0] - 1e-8 <= answer <= found.upper[0] + 1e-8


@settings(max_examples=4, deadline=None)
@given(seed=seeds)
def test_a_circle_of_rows_is_a_programme_over_all_functions(seed: int) -> None:
    """Both parents of Y are in two versions: for each choice of theirs, 16 functions are weighed."""
    network = diamond(np.random.default_rng(seed))
    evidence, do, event = {"x": 1, "y": 1}, {"x": 0}, [0.0, 1.0]
    lines, values = constraints(network, "y")
    ends = []
    corners = []
    for name in "ab":
        one, other = network.tables[name]
        # Functions in the order (f(0), f(1)) = 00, 01, 10, 11.
        alike = [max(0.0, one[0] + other[0] - 1), min(one[0], other[0])]
        corners.append(
            [np.array([p, one[0] - p, other[0] - p, 1 - one[0] - other[0] + p]) for p in alike]
        )
    only_one = np.array([0.0, 1.0])
    seen = float(CompiledNetwork(network).posterior(Findings({"x": 1}), ["y"]).marginals["y"][1])
    for first, second in product(*corners):
        costs = []
        for at in range(lines.shape[1]):
            one_function = np.eye(lines.shape[1])[at]
            responses = {"x": only_one, "a": first, "b": second, "y": one_function}
            # P(e) is that of the table, whatever the function: of this one take the numerator.
            costs.append(numerator(network, responses, evidence, do, event))
        for sign in (1, -1):
            best = linprog(sign * np.array(costs), A_eq=lines, b_eq=values, method="highs")
            ends.append(sign * best.fun / seen)
    found = bounded(network, Findings(evidence), do, "y", event)
    assert found.sharp
    assert found.lower[0] == pytest.approx(min(ends), abs=1e-8)
    assert found.upper[0] == pytest.approx(max(ends), abs=1e-8)


def numerator(
    network: Network,
    responses: dict[str, Array],
    evidence: dict[str, int],
    do: dict[str, int],
    event: Sequence[float],
) -> float:
    """P(Y_x in B, e) of a functional model in which X is x for certain."""
    functions = {name: functions_of(network, name) for name in network.variables}
    total = 0.0
    for place in product(*(np.flatnonzero(responses[name]) for name in network.variables)):
        weight = float(
            np.prod([responses[n][at] for n, at in zip(network.variables, place, strict=True)])
        )
        worlds: list[dict[str, int]] = [{}, {}]
        for world, setting in zip(worlds, ({}, do), strict=True):
            for name, at in zip(network.variables, place, strict=True):
                heard = tuple(world[each] for each in network.parents[name])
                world[name] = setting.get(name, functions[name][at][heard])
        if all(worlds[0][name] == state for name, state in evidence.items()):
            total += weight * event[worlds[1]["y"]]
    return total


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_bounds_hold_the_comonotone_answer_and_outer_ones_hold_the_sharp(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3, most_parents=2, zeros=0.1)
    kinds = ("observed", "excluded", "likelihood")
    evidence = bind(network, random_findings(rng, network, kinds=kinds, most=3))
    if np.isneginf(CompiledNetwork(network).log_evidence(evidence)):
        return
    names = list(network.variables)
    target = names[-1]
    do = {str(rng.choice(names)): 0}
    events = np.eye(network.variables[target].size)
    found = counterfactual_bounds(network, evidence, do, target, events)
    answer = counterfactual(network, evidence, do, [target]).marginals[target]
    assert (found.lower <= answer + 1e-8).all()
    assert (answer <= found.upper + 1e-8).all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_MECHANISMS", 0)
        outer = counterfactual_bounds(network, evidence, do, target, events)
    assert outer.sharp == (not outer.unsettled)
    assert (outer.lower <= found.lower + 1e-8).all()
    assert (found.upper <= outer.upper + 1e-8).all()


def test_a_mediator_tells_more_than_cause_and_effect_alone() -> None:
    """Independent responses along a chain leave less room: sharp bounds inside the outer ones."""
    table = np.array([[0.6, 0.4], [0.2, 0.8]])
    network = Network.of(
        [Variable(name, ("0", "1")) for name in "xmy"],
        {"m": ["x"], "y": ["m"]},
        {"x": np.array([0.5, 0.5]), "m": table, "y": table},
    )
    found = bounded(network, Findings({"x": 1, "y": 1}), {"x": 0}, "y", [1.0, 0.0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_MECHANISMS", 0)
        outer = bounded(network, Findings({"x": 1, "y": 1}), {"x": 0}, "y", [1.0, 0.0])
    # P(y | do x = 1) = 0.72 and P(y | do x = 0) = 0.56: PN is from 0.16 / 0.72 to 0.44 / 0.72.
    assert (outer.lower[0], outer.upper[0]) == pytest.approx((0.16 / 0.72, 0.44 / 0.72))
    assert not outer.sharp
    # m changes by 0.4 up, or 0.6 up and 0.2 down; y likewise, by m.
    assert found.sharp
    assert found.lower[0] == pytest.approx(0.16 / 0.72)
    assert found.upper[0] == pytest.approx((0.6 * 0.6 + 0.2 * 0.2) / 0.72)


def test_what_is_set_or_not_reached_needs_no_bounds() -> None:
    network = chain(np.random.default_rng(3), "abc")
    for target in ("a", "b"):
        found = bounded(network, Findings({"c": 1}), {"b": 0}, target, [1.0, 0.0])
        own = counterfactual(network, Findings({"c": 1}), {"b": 0}, [target]).marginals[target]
        assert found.sharp
        assert found.lower[0] == found.upper[0] == pytest.approx(own[0])


@settings(max_examples=30, deadline=None)
@given(seed=seeds, sizes=st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_vertices_of_transport_give_the_extremes_of_any_linear_function(
    seed: int, sizes: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    one, other = (rng.dirichlet(np.ones(size)) for size in sizes)
    vertices = transport_vertices(one, other)
    for vertex in vertices:
        np.testing.assert_allclose(vertex.sum(axis=1), one, atol=1e-12)
        np.testing.assert_allclose(vertex.sum(axis=0), other, atol=1e-12)
        assert (vertex >= 0).all()
    cost = rng.normal(size=sizes)
    lines = np.vstack(
        [np.kron(np.eye(sizes[0]), np.ones(sizes[1])), np.tile(np.eye(sizes[1]), sizes[0])]
    )
    best = linprog(cost.reshape(-1), A_eq=lines, b_eq=np.concatenate([one, other]), method="highs")
    assert min(float((vertex * cost).sum()) for vertex in vertices) == pytest.approx(best.fun)


def test_blocks_of_rows() -> None:
    rows = np.array([[0.5, 0.5], [0.4, 0.6], [1.0, 0.0], [0.3, 0.7], [0.2, 0.8]])
    first = np.array([0, 1, 2, 3, 3, 0])
    second = np.array([1, 0, 0, 3, 4, 2])
    found = mechanism_of("n", rows, [first, second])
    assert found is not None
    # The third row leaves nothing to chance, and so ties nothing.
    assert [each.rows for each in found.blocks] == [(0, 1), (3, 4)]
    assert all(each.is_tree for each in found.blocks)
    vertices = found.vertices(10)
    assert vertices is not None
    assert len(vertices) == 4
    assert found.vertices(3) is None
    many = np.full((13, 2), 0.5)
    pairs = [np.repeat(np.arange(13), 13), np.tile(np.arange(13), 13)]
    assert mechanism_of("n", many, pairs) is None
