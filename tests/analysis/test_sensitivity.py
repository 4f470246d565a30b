"""Sensitivity against enumeration, against networks that are built anew, and against printed numbers."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import causal_model as cm
from causal_model.analysis.sensitivity import (
    answers_when_observed,
    answers_when_set,
    entry_functions,
    entry_intervals,
    two_passes,
)
from causal_model.analysis.two_way import pair_function, with_entries
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Do, Finding, Observed
from tests.networks import random_findings, random_network
from tests.oracle import answer, joint_states

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "published" / "sensitivity"
seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=40, deadline=None)


def question(seed: int) -> tuple[Network, list[Finding], str, tuple[str, ...]] | None:
    """A random network with findings, and a node with some of its states; None if it cannot be asked."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(2, 6)), most_states=3)
    kinds = ("observed", "excluded", "likelihood", "do")
    findings = random_findings(rng, network, kinds=kinds, most=2)
    fixed = {each.node for each in findings if each.kind in ("observed", "do")}
    free = [name for name in network.variables if name not in fixed]
    if not free or answer(network, findings) is None:
        return None
    # A node whose findings leave it one state is observed as well.
    target = str(rng.choice(free))
    bound = bind(network, findings)
    if target in bound.observed:
        return None
    states = network.variables[target].states
    return network, findings, target, tuple(states[: int(rng.integers(1, len(states)))])


def probability(
    network: Network, findings: list[Finding], target: str, states: tuple[str, ...]
) -> float | None:
    """P(target in states | findings) by enumeration."""
    found = answer(network, findings)
    return None if found is None else math.fsum(found.posterior[target][each] for each in states)


def event(network: Network, target: str, states: tuple[str, ...]) -> dict[str, Array]:
    return {target: np.array([float(each in states) for each in network.variables[target].states])}


@quick
@given(seeds)
def test_every_entry_moves_the_answer_as_a_network_that_is_built_anew(seed: int) -> None:
    asked = question(seed)
    if asked is None:
        return
    network, findings, target, states = asked
    weights = event(network, target, states)
    compiled = CompiledNetwork(network)
    functions = entry_functions(two_passes(compiled, bind(network, findings), weights))
    assert functions.value == pytest.approx(
        probability(network, findings, target, states), abs=1e-12
    )
    rng = np.random.default_rng(seed)
    moved = rng.random(functions.now.size)
    found = functions.at(moved)
    a, b, c, d = functions.coefficients
    for number in rng.permutation(functions.now.size)[:6]:
        place = functions.place(int(number))
        assert functions.number(place) == number
        if network.variables[place[0]].size == 1:
            continue
        other = with_entries(network, {place: float(moved[number])})
        # The siblings keep their proportions, unless there are none left.
        row, before = other.tables[place[0]][place[1][:-1]], network.tables[place[0]][place[1][:-1]]
        assert row.sum() == pytest.approx(1)
        assert row[place[1][-1]] == moved[number]
        left = 1 - before[place[1][-1]]
        if left > 0:
            rest = np.delete(before, place[1][-1]) * (1 - moved[number]) / left
            np.testing.assert_allclose(np.delete(row, place[1][-1]), rest, atol=1e-12)
        expected = probability(other, findings, target, states)
        if expected is None:
            assert np.isnan(found[number])
            continue
        assert found[number] == pytest.approx(expected, abs=1e-9)
        t = moved[number]
        assert (a[number] * t + b[number]) / (c[number] * t + d[number]) == pytest.approx(
            expected, abs=1e-9
        )


@quick
@given(seeds)
def test_slopes_are_finite_differences(seed: int) -> None:
    asked = question(seed)
    if asked is None:
        return
    network, findings, target, states = asked
    compiled = CompiledNetwork(network)
    weights = event(network, target, states)
    functions = entry_functions(two_passes(compiled, bind(network, findings), weights))
    rng = np.random.default_rng(seed)
    for number in rng.permutation(functions.now.size)[:4]:
        place, now = functions.place(int(number)), float(functions.now[number])
        if not 1e-3 < now < 1 - 1e-3 or network.variables[place[0]].size == 1:
            continue
        low, high = (
            probability(with_entries(network, {place: now + step}), findings, target, states)
            for step in (-1e-5, 1e-5)
        )
        assert low is not None
        assert high is not None
        expected = (high - low) / 2e-5
        assert functions.slopes[number] == pytest.approx(expected, abs=1e-6, rel=1e-4)


@quick
@given(seeds)
def test_what_is_observed_or_set_is_what_enumeration_says(seed: int) -> None:
    asked = question(seed)
    if asked is None:
        return
    network, findings, target, states = asked
    weights = event(network, target, states)
    passes = two_passes(CompiledNetwork(network), bind(network, findings), weights)
    observed, done = answers_when_observed(passes), answers_when_set(passes)
    with_findings = {each.node for each in findings}
    assert set(done) == set(network.variables) - with_findings - {target}
    for found, kind in ((observed, Observed), (done, Do)):
        for name, answers in found.items():
            for at, state in enumerate(network.variables[name].states):
                more = [*findings, kind(node=name, state=state)]
                expected = probability(network, more, target, states)
                if expected is None:
                    assert np.isnan(answers[at]), (name, state)
                else:
                    assert answers[at] == pytest.approx(expected, abs=1e-9), (name, state)


@quick
@given(seeds)
def test_two_entries_move_the_answer_together(seed: int) -> None:
    asked = question(seed)
    if asked is None:
        return
    network, findings, target, states = asked
    weights = event(network, target, states)
    compiled = CompiledNetwork(network)
    functions = entry_functions(two_passes(compiled, bind(network, findings), weights))
    rng = np.random.default_rng(seed)
    wide = [
        each
        for each in range(functions.now.size)
        if network.variables[functions.place(each)[0]].size > 2
    ]
    # Two of one row, when there is a row of three, and any two of different rows.
    pairs = [tuple(int(each) for each in rng.permutation(functions.now.size)[:2])]
    if wide:
        name, at = functions.place(int(rng.choice(wide)))
        pairs.append(
            (functions.number((name, (*at[:-1], 0))), functions.number((name, (*at[:-1], 2))))
        )
    for first, second in pairs:
        one, two = functions.place(first), functions.place(second)
        same = one[0] == two[0] and one[1][:-1] == two[1][:-1]
        if same and network.variables[one[0]].size == 2:
            with pytest.raises(cm.QueryError, match="one decides the other"):
                pair_function(compiled, bind(network, findings), weights, (one, two))
            continue
        function = pair_function(compiled, bind(network, findings), weights, (one, two))
        assert function.one_row == same
        for _ in range(3):
            t, u = rng.random(2) / (2 if same else 1)
            other = with_entries(network, {one: float(t), two: float(u)})
            expected = probability(other, findings, target, states)
            found = float(function.at(t, u))
            assert (
                np.isnan(found) if expected is None else found == pytest.approx(expected, abs=1e-9)
            )
        if same:
            assert np.isnan(function.at(0.7, 0.5))


@quick
@given(seeds)
def test_setting_a_node_that_leads_nowhere_does_exactly_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=6, most_states=3, zeros=0)
    target = str(rng.choice(list(network.variables)))
    weights = event(network, target, network.variables[target].states[:1])
    passes = two_passes(CompiledNetwork(network), bind(network, []), weights)
    above, waiting = set(), [target]
    while waiting:
        for parent in network.parents[waiting.pop()]:
            above.add(parent)
            waiting.append(parent)
    for name, answers in answers_when_set(passes).items():
        if name not in above:
            assert (answers == passes.value).all()


def test_setting_a_node_that_only_leads_to_evidence_may_matter() -> None:
    # x -> seen <- cause: setting x explains what was seen, or leaves it to the cause.
    coin = np.array([0.5, 0.5])
    either = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
    network = Network.of(
        [Variable(name, ("no", "yes")) for name in ("x", "cause", "seen")],
        {"seen": ("x", "cause")},
        {"x": coin, "cause": coin, "seen": either},
    )
    yes = {"cause": np.array([0.0, 1.0])}
    seen = bind(network, [Observed(node="seen", state="yes")])
    answers = answers_when_set(two_passes(CompiledNetwork(network), seen, yes))["x"]
    np.testing.assert_allclose(answers, [8 / 9, 9 / 17])
    alone = answers_when_set(two_passes(CompiledNetwork(network), bind(network, []), yes))["x"]
    assert alone.tolist() == [0.5, 0.5]


@quick
@given(seeds)
def test_setting_a_node_that_evidence_no_longer_speaks_of_is_all_one(seed: int) -> None:
    # cause -> x -> seen and cause -> asked: once x is set, what was seen below it tells nothing.
    rng = np.random.default_rng(seed)
    network = Network.of(
        [Variable(name, ("0", "1", "2")) for name in ("cause", "x", "seen", "asked")],
        {"x": ("cause",), "seen": ("x",), "asked": ("cause",)},
        {
            "cause": rng.dirichlet(np.ones(3)),
            **{name: rng.dirichlet(np.ones(3), size=3) for name in ("x", "seen", "asked")},
        },
    )
    first = {"asked": np.array([1.0, 0.0, 0.0])}
    seen = bind(network, [Observed(node="seen", state="1")])
    passes = two_passes(CompiledNetwork(network), seen, first)
    answers = answers_when_set(passes)["x"]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0] == pytest.approx(probability(network, [], "asked", ("0",)), abs=1e-12)
    assert answers[0] != pytest.approx(passes.value, abs=1e-9)


def test_an_answer_of_zero_still_has_slopes() -> None:
    network = Network.of(
        [Variable("a", ("no", "yes")), Variable("b", ("no", "yes"))],
        {"b": ("a",)},
        {"a": np.array([0.25, 0.75]), "b": np.array([[1.0, 0.0], [1.0, 0.0]])},
    )
    yes = {"b": np.array([0.0, 1.0])}
    passes = two_passes(CompiledNetwork(network), bind(network, []), yes)
    functions = entry_functions(passes)
    assert functions.value == 0
    # P(b = yes) = 0.25 t, and 0.75 u; a does not matter as long as both are zero.
    place = ("b", (0, 1)), ("b", (1, 1)), ("a", (1,))
    slopes = [functions.slopes[functions.number(each)] for each in place]
    np.testing.assert_allclose(slopes, [0.25, 0.75, 0.0], atol=1e-15)
    assert answers_when_set(passes)["a"].tolist() == [0.0, 0.0]


def test_intervals_are_those_of_the_beta_distribution() -> None:
    network = Network.of(
        [Variable("a", ("x", "y", "z")), Variable("b", ("x", "y"))],
        {"b": ("a",)},
        {"a": np.array([0.2, 0.3, 0.5]), "b": np.array([[0.0, 1.0], [0.4, 0.6], [0.1, 0.9]])},
    )
    passes = two_passes(CompiledNetwork(network), bind(network, []), {"b": np.array([1.0, 0.0])})
    functions = entry_functions(passes)
    confidences = {"a": np.array(12.0), "b": np.array([8.0, np.nan, 0.0])}
    low, high = entry_intervals(functions, confidences, 0.9)
    for at, p in enumerate((0.2, 0.3, 0.5)):
        expected = stats.beta(12 * p, 12 * (1 - p)).ppf([0.05, 0.95])
        np.testing.assert_allclose([low[at], high[at]], expected, rtol=1e-12)
    # A certain row stays certain, one without confidence has no interval, one with none may be anything.
    np.testing.assert_array_equal(low[3:], [0, 1, np.nan, np.nan, 0, 0])
    np.testing.assert_array_equal(high[3:], [0, 1, np.nan, np.nan, 1, 1])
    # A row so skewed that nearly all of it is nearly zero has an end of zero, and no number below meaning.
    network = Network.of([Variable("a", ("x", "y"))], {}, {"a": np.array([0.004, 0.996])})
    passes = two_passes(CompiledNetwork(network), bind(network, []), {"a": np.array([1.0, 0.0])})
    low, high = entry_intervals(entry_functions(passes), {"a": np.array(0.5)}, 0.9)
    assert stats.beta(0.002, 0.498).ppf(0.05) < 1e-300
    assert (low[0], high[1]) == (0.0, 1.0)
    sure = entry_intervals(functions, {"a": np.array(1e300)}, 0.9)[:, :3]
    np.testing.assert_allclose(sure, [[0.2, 0.3, 0.5]] * 2, atol=1e-9)


def test_the_oracle_of_these_tests_really_enumerates() -> None:
    network = random_network(np.random.default_rng(0), nodes=4)
    assert math.fsum(p for _, p in joint_states(network, {})) == pytest.approx(1)


# Printed by others; see the provenance beside the numbers.

with (PUBLISHED / "functions.csv").open(encoding="utf-8") as opened:
    PRINTED = list(csv.DictReader(opened))


def test_the_sensitivity_function_is_the_printed_one() -> None:
    model = cm.load(PUBLISHED / "fire_alarm.yaml")
    found = cm.sensitivity(model, "report", states="true", kinds=["rows"])
    assert len(PRINTED) == 20
    for line in PRINTED:
        (effect,) = [each for each in found.effects() if str(each.entry) == line["entry"]]
        at = effect.at(float(line["value"]))
        assert at == pytest.approx(float(line["published"]), abs=5.1e-8)
