"""What each finding moved, against enumeration of all orders; and what kept silent has no share."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.analysis import attribution
from causal_model.analysis.attribution import Attribution, attribute
from causal_model.errors import EvidenceError, QueryError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Belief, Do, Finding, Likelihood, Observed
from tests import oracle
from tests.networks import random_findings, random_network

SEEN = ("observed", "excluded", "likelihood", "do")
seeds = st.integers(0, 2**32 - 1)


def value(network: Network, findings: Sequence[Finding], target: str) -> Array | None:
    """P(target | findings) by enumeration; None where there is no such thing."""
    try:
        answer = oracle.answer(network, findings)
    except oracle.CannotHold:
        return None
    return None if answer is None else np.array(list(answer.posterior[target].values()))


def by_orders(network: Network, findings: Sequence[Finding], target: str) -> Array:
    """The mean of what each finding adds, order by order."""
    places = range(len(findings))
    values = {
        subset: value(network, [findings[at] for at in subset], target)
        for count in range(len(findings) + 1)
        for subset in itertools.combinations(places, count)
    }
    shares = np.zeros((len(findings), network.variables[target].size))
    used = 0
    for order in itertools.permutations(places):
        steps = [values[tuple(sorted(order[:count]))] for count in range(len(order) + 1)]
        if any(each is None for each in steps):
            continue
        used += 1
        for at, before, after in zip(order, steps, steps[1:], strict=False):
            assert before is not None
            assert after is not None
            shares[at] += after - before
    return shares / used


def of(network: Network, findings: Sequence[Finding], target: str, **more: int) -> Attribution:
    size = network.variables[target].size
    rng = np.random.default_rng(1)
    orders = more.get("orders", 100)
    compiled = CompiledNetwork(network)
    return attribute(compiled, findings, target, np.eye(size)[0], orders=orders, rng=rng)


def a_case(
    seed: int, kinds: tuple[str, ...], most: int = 4
) -> tuple[Network, list[Finding], str] | None:
    """A random network, findings that are possible, and a target."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(2, 6)), most_states=3)
    findings = random_findings(rng, network, kinds=kinds, most=most)
    target = str(rng.choice(list(network.variables)))
    if not findings or value(network, findings, target) is None:
        return None
    return network, findings, target


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_shares_equal_the_mean_over_all_orders(seed: int) -> None:
    case = a_case(seed, SEEN)
    if case is None:
        return
    found = of(*case)
    np.testing.assert_allclose(found.shares, by_orders(*case), atol=1e-10)
    np.testing.assert_allclose(found.shares.sum(axis=0), found.after - found.before, atol=1e-10)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_alone_and_left_out_equal_enumeration(seed: int) -> None:
    case = a_case(seed, SEEN)
    if case is None:
        return
    network, findings, target = case
    found = of(*case)
    before, after = value(network, [], target), value(network, findings, target)
    assert before is not None
    assert after is not None
    np.testing.assert_allclose(found.before, before, atol=1e-12)
    np.testing.assert_allclose(found.after, after, atol=1e-10)
    for at, each in enumerate(findings):
        alone = value(network, [each], target)
        others = value(network, [*findings[:at], *findings[at + 1 :]], target)
        for row, expected in (
            (found.alone[at], None if alone is None else alone - before),
            (found.left_out[at], None if others is None else after - others),
        ):
            if expected is None:
                assert np.isnan(row).all()
            else:
                np.testing.assert_allclose(row, expected, atol=1e-10)


def pair(likely: float = 0.5) -> Network:
    """A cause and its copy."""
    yes = ("no", "yes")
    return Network.of(
        [Variable("cause", yes), Variable("copy", yes)],
        {"copy": ["cause"]},
        {"cause": np.array([1 - likely, likely]), "copy": np.eye(2)},
    )


def test_two_findings_that_say_the_same_share_alike() -> None:
    sign = Likelihood(node="cause", weights={"no": 0.5, "yes": 1})
    found = of(pair(), [sign, sign.model_copy(update={"node": "copy"})], "cause")
    # The odds go from 1 to 2 and to 4.
    assert found.before[1] == pytest.approx(1 / 2)
    assert found.after[1] == pytest.approx(4 / 5)
    np.testing.assert_allclose(found.shares[:, 1], [0.15, 0.15], atol=1e-12)
    np.testing.assert_allclose(found.alone[:, 1], [1 / 6, 1 / 6], atol=1e-12)


def test_what_is_set_can_make_possible_what_was_seen() -> None:
    findings: list[Finding] = [
        Observed(node="copy", state="yes"),
        Do(node="cause", state="yes"),
    ]
    found = of(pair(likely=0.0), findings, "cause")
    assert found.impossible == 1
    np.testing.assert_allclose(found.shares, [[0, 0], [-1, 1]], atol=1e-12)
    assert np.isnan(found.alone[0]).all()
    assert np.isnan(found.left_out[1]).all()


def test_a_belief_out_of_reach_without_an_intervention() -> None:
    findings: list[Finding] = [
        Belief(node="copy", probabilities={"no": 0.0, "yes": 1.0}),
        Do(node="cause", state="yes"),
    ]
    found = of(pair(likely=0.0), findings, "cause")
    assert found.impossible == 1
    np.testing.assert_allclose(found.shares.sum(axis=0), [-1, 1], atol=1e-10)


@given(seeds)
@settings(max_examples=12, deadline=None)
def test_beliefs_have_their_shares(seed: int) -> None:
    case = a_case(seed, ("observed", "belief", "do"), most=3)
    if case is None:
        return
    found = of(*case)
    np.testing.assert_allclose(found.shares, by_orders(*case), atol=1e-7)
    np.testing.assert_allclose(found.shares.sum(axis=0), found.after - found.before, atol=1e-10)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_drawn_orders_sum_to_the_total_and_lie_around_the_exact_shares(seed: int) -> None:
    case = a_case(seed, SEEN)
    if case is None or len(case[1]) < 2:
        return
    exact = of(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribution, "MOST_EXACT", 1)
        patch.setattr(attribution, "AT_ONCE", 400)
        drawn = of(*case, orders=2_000)
    np.testing.assert_allclose(drawn.shares.sum(axis=0), drawn.after - drawn.before, atol=1e-10)
    np.testing.assert_array_equal(np.isnan(drawn.left_out), np.isnan(exact.left_out))
    off = np.abs(drawn.shares[:, 0] - exact.shares[:, 0])
    assert (off <= 5 * drawn.errors + 1e-9).all()


def test_standard_errors_are_those_of_the_mean() -> None:
    """Of two orders one adds 1/6 and the other 0.3 - 1/6: the deviation of a draw is half of that."""
    sign = Likelihood(node="cause", weights={"no": 0.5, "yes": 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribution, "MOST_EXACT", 1)
        patch.setattr(attribution, "AT_ONCE", 50)
        drawn = of(pair(), [sign, sign], "cause", orders=10_000)
    assert drawn.orders == 10_000
    expected = (1 / 6 - (0.3 - 1 / 6)) / 2 / math.sqrt(10_000)
    np.testing.assert_allclose(drawn.errors, expected, rtol=0.02)


def test_what_cannot_be_drawn_is_said() -> None:
    names = [f"n{at}" for at in range(14)]
    yes = ("no", "yes")
    parents = {"copy": ["cause"], **{name: ["copy"] for name in names}}
    tables = {"cause": np.array([1.0, 0.0]), **dict.fromkeys(["copy", *names], np.eye(2))}
    network = Network.of([Variable(n, yes) for n in ("cause", "copy", *names)], parents, tables)
    seen: list[Finding] = [Observed(node=name, state="yes") for name in names]
    with pytest.raises(QueryError, match="orders of 15 findings nearly all begin"):
        of(network, [*seen, Do(node="cause", state="yes")], "copy", orders=2)


def test_contradictions_are_told_first() -> None:
    findings = [Observed(node="cause", state="yes"), Observed(node="cause", state="no")]
    with pytest.raises(EvidenceError, match="contradict each other"):
        of(pair(), findings, "copy")
