"""Strength of arrows against enumeration, arrow by arrow."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import causal_model as cm
from causal_model.analysis.strength import Strength, arrow_strengths
from causal_model.inference.compiled import CompiledNetwork
from causal_model.network import Network, Variable
from tests import oracle
from tests.networks import random_network


def total_variation(a: dict[str, float], b: dict[str, float]) -> float:
    return sum(abs(a[state] - b[state]) for state in a) / 2


def mean_rank(distribution: dict[str, float]) -> float:
    states = list(distribution)
    return sum(at * distribution[state] for at, state in enumerate(states)) / (len(states) - 1)


def by_enumeration(network: Network, parent: str, child: str, outcome: str) -> dict[str, float]:
    """The same numbers, a question after the other."""
    others = [each for each in network.parents[child] if each != parent]
    weights = oracle.joint_posterior(network, [], others)
    assert weights is not None
    states = network.variables[parent].states
    pairs = list(itertools.combinations(states, 2))

    def row(x: str, z: tuple[str, ...]) -> dict[str, float]:
        given = {parent: x, **dict(zip(others, z, strict=True))}
        at = tuple(
            network.variables[each].states.index(given[each]) for each in network.parents[child]
        )
        own = network.variables[child].states
        return dict(zip(own, network.tables[child][at].tolist(), strict=True))

    def with_arrow_at(x: str) -> dict[str, float]:
        """The outcome where the child is told that the parent is x, whatever it is."""
        axis = network.parents[child].index(parent)
        fixed = np.take(network.tables[child], [states.index(x)], axis=axis)
        table = np.repeat(fixed, len(states), axis=axis)
        told = Network.of(
            network.variables.values(), network.parents, {**network.tables, child: table}
        )
        answer = oracle.answer(told, [])
        assert answer is not None
        return answer.posterior[outcome]

    outcomes = {x: with_arrow_at(x) for x in states}
    far = [total_variation(outcomes[a], outcomes[b]) for a, b in pairs]
    return {
        "average": sum(
            weight * total_variation(row(a, z), row(b, z)) / len(pairs)
            for z, weight in weights.items()
            for a, b in pairs
        ),
        "largest": max(
            total_variation(row(a, z), row(b, z))
            for z, weight in weights.items()
            if weight > 0
            for a, b in pairs
        ),
        "shift": sum(
            weight * (mean_rank(row(states[-1], z)) - mean_rank(row(states[0], z)))
            for z, weight in weights.items()
        ),
        "outcome average": sum(far) / len(far),
        "outcome largest": max(far),
        "outcome shift": mean_rank(outcomes[states[-1]]) - mean_rank(outcomes[states[0]]),
        "outcome low": 100
        * (
            outcomes[states[-1]][network.variables[outcome].states[0]]
            - outcomes[states[0]][network.variables[outcome].states[0]]
        ),
    }


def as_numbers(strength: Strength) -> dict[str, float | None]:
    assert strength.outcome is not None
    return {
        "average": strength.average,
        "largest": strength.largest,
        "shift": strength.shift,
        "outcome average": strength.outcome.average,
        "outcome largest": strength.outcome.largest,
        "outcome shift": strength.outcome.shift,
        "outcome low": strength.outcome.low_points,
    }


@given(st.integers(0, 10**6))
def test_every_arrow_is_as_strong_as_enumeration_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3)
    outcome = str(rng.choice(list(network.variables)))
    found = arrow_strengths(
        CompiledNetwork(network),
        outcome,
        ordered=network.variables,
        low=network.variables[outcome].states[:1],
    )
    arrows = [(parent, child) for child, above in network.parents.items() for parent in above]
    assert list(found) == arrows
    for link in arrows:
        expected = by_enumeration(network, *link, outcome)
        assert as_numbers(found[link]) == pytest.approx(expected, abs=1e-9)


def test_an_outcome_that_never_was_can_still_be_reached_by_an_arrow() -> None:
    # The parent is always off, so the outcome is never high; told that it is on, it is.
    network = Network.of(
        [Variable("a", ("off", "on")), Variable("b", ("low", "high"))],
        {"b": ["a"]},
        {"a": np.array([1.0, 0.0]), "b": np.eye(2)},
    )
    (found,) = arrow_strengths(
        CompiledNetwork(network), "b", ordered=("a", "b"), low=("low",)
    ).values()
    assert found.outcome is not None
    assert found.outcome.largest == pytest.approx(1)
    assert found.outcome.low_points == pytest.approx(-100)
    assert found.shift == pytest.approx(1)


def test_where_there_is_no_order_nothing_shifts() -> None:
    network = random_network(np.random.default_rng(3), nodes=4)
    for each in arrow_strengths(CompiledNetwork(network), "n0").values():
        assert each.shift is None
        assert each.outcome is not None
        assert each.outcome.shift is None
        assert each.outcome.low_points is None


def test_without_an_outcome_only_children_are_moved() -> None:
    network = random_network(np.random.default_rng(4), nodes=5)
    compiled = CompiledNetwork(network)
    bare = arrow_strengths(compiled)
    whole = arrow_strengths(compiled, "n0")
    assert all(each.outcome is None for each in bare.values())
    assert [each.average for each in bare.values()] == pytest.approx(
        [each.average for each in whole.values()]
    )


def test_a_network_without_arrows_has_no_strengths() -> None:
    network = Network.of([Variable("a", ("x", "y"))], {}, {"a": np.array([0.5, 0.5])})
    assert arrow_strengths(CompiledNetwork(network), "a") == {}


def test_a_parent_with_one_state_moves_nothing() -> None:
    network = Network.of(
        [Variable("a", ("x",)), Variable("b", ("y", "z"))],
        {"b": ["a"]},
        {"a": np.array([1.0]), "b": np.array([[0.3, 0.7]])},
    )
    (found,) = arrow_strengths(CompiledNetwork(network), "b", ordered=("a", "b")).values()
    assert (found.average, found.largest, found.shift) == (0, 0, 0)


def test_every_arrow_of_the_article_moves_its_child_the_way_its_sign_says() -> None:
    model = cm.load("article")
    assert model.graph is not None
    for (parent, child), strength in model.strengths.items():
        sign = model.graph.nodes[child].parents[parent].sign
        assert strength.shift is not None
        if sign != "mixed":
            assert (strength.shift > 0) is (sign == "positive")
        assert 0 < strength.average <= strength.largest <= 1


def test_evidence_changes_no_strength() -> None:
    model = cm.load("article")
    told = model.with_findings(given={"china_policy": "hard_mandate"})
    assert told.strengths == model.strengths
