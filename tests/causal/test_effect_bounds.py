"""Bounds on effects in networks: the truth by enumeration lies inside, however nodes are hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.causal import effect_bounds as module
from causal_model.causal.effect_bounds import EffectBounds, effect_bounds
from causal_model.causal.instrument_bounds import instrument_bounds
from causal_model.causal.instruments import Instrument, instruments
from causal_model.errors import QueryError, TooLarge
from causal_model.inference.compiled import CompiledNetwork
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Do
from tests import oracle
from tests.networks import random_network

seeds = st.integers(0, 2**32 - 1)
# A covariate w of instrument, cause and outcome; a sign s of the instrument; a hidden cause u.
TRIAL = {
    "u": (),
    "w": (),
    "z": ("w",),
    "s": ("z",),
    "x": ("z", "u", "w"),
    "y": ("x", "u", "w"),
}
Z, S = Instrument("z", ("w",)), Instrument("s", ("w",))


def network_of(
    rng: np.random.Generator, parents: Mapping[str, Sequence[str]], most_states: int = 3
) -> Network:
    """Random tables, near to what is without chance or far from it."""
    sizes = {name: int(rng.integers(2, most_states + 1)) for name in parents}
    tables = {}
    for name, above in parents.items():
        shape = (*(sizes[each] for each in above), sizes[name])
        rows = rng.gamma(rng.choice([0.1, 0.5, 2.0]), size=shape) + 1e-9
        tables[name] = rows / rows.sum(axis=-1, keepdims=True)
    names = {name: tuple(f"{name}{at}" for at in range(size)) for name, size in sizes.items()}
    return Network.of([Variable(name, own) for name, own in names.items()], parents, tables)


def every_level_and_change(network: Network, causes: Sequence[str], outcome: str) -> Array:
    """P(Y = y | do(x)) for all x and y, and its difference from that at the first setting."""
    settings = int(np.prod([network.variables[name].size for name in causes]))
    states = network.variables[outcome].size
    levels = np.eye(settings * states).reshape(-1, settings, states)
    changes = levels[states:].copy()
    for at, change in enumerate(changes):
        change[0, at % states] = -1
    return np.concatenate([levels, changes])


def by_enumeration(network: Network, causes: Sequence[str], outcome: str) -> Array:
    """P(Y = y | do(x)), of shape (settings, states)."""
    rows = []
    for at in np.ndindex(*(network.variables[name].size for name in causes)):
        states = [network.variables[name].states[own] for name, own in zip(causes, at, strict=True)]
        doing = [Do(node=name, state=state) for name, state in zip(causes, states, strict=True)]
        found = oracle.answer(network, doing)
        assert found is not None
        rows.append(list(found.posterior[outcome].values()))
    return np.array(rows)


def bounded(
    network: Network, used: Sequence[Instrument], causes: Sequence[str] = ("x",), outcome: str = "y"
) -> EffectBounds:
    weights = every_level_and_change(network, causes, outcome)
    return effect_bounds(CompiledNetwork(network), causes, outcome, weights, used)


def check_inside(network: Network, found: EffectBounds, causes: Sequence[str], on: str) -> None:
    truth = by_enumeration(network, causes, on)
    value = np.einsum("qxy,xy->q", every_level_and_change(network, causes, on), truth)
    np.testing.assert_allclose(found.in_graph, value, atol=1e-10)
    assert (found.lower <= value + 1e-8).all()
    assert (value <= found.upper + 1e-8).all()
    assert (found.lower <= found.upper).all()


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_truth_lies_inside_in_a_trial_with_a_covariate(seed: int) -> None:
    network = network_of(np.random.default_rng(seed), TRIAL)
    found = instruments(network.parents, "x", "y", hidden=["u"])
    assert set(found) == {Z, S}
    check_inside(network, bounded(network, found), ["x"], "y")


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_the_truth_lies_inside_in_any_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3)
    cause, outcome, *others = map(str, rng.permutation(list(network.variables)))
    hidden = others[: int(rng.integers(1, 3))]
    found = instruments(network.parents, cause, outcome, hidden=hidden)
    check_inside(network, bounded(network, found, [cause], outcome), [cause], outcome)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_the_truth_lies_inside_for_two_causes_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3)
    one, other, outcome, *_ = map(str, rng.permutation(list(network.variables)))
    check_inside(network, bounded(network, (), [one, other], outcome), [one, other], outcome)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_with_a_covariate_the_bounds_are_averages_over_it(seed: int) -> None:
    network = network_of(np.random.default_rng(seed), TRIAL)
    names = ["w", "z", "x", "y"]
    lines = oracle.joint_posterior(network, [], names)
    assert lines is not None
    shape = [network.variables[name].size for name in names]
    joint = np.array([lines[each] for each in sorted(lines)]).reshape(shape)
    weights = every_level_and_change(network, ["x"], "y")
    rows = joint / joint.sum(axis=(2, 3), keepdims=True)
    ends = [np.stack(instrument_bounds(own, weights)) for own in rows]
    lower, upper = np.einsum("w,weq->eq", joint.sum(axis=(1, 2, 3)), np.stack(ends))
    found = bounded(network, [Z])
    np.testing.assert_allclose(found.lower, lower, atol=1e-8)
    np.testing.assert_allclose(found.upper, upper, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_an_instrument_that_is_covered_narrows_nothing(seed: int) -> None:
    network = network_of(np.random.default_rng(seed), TRIAL)
    both, strong, weak = (bounded(network, each) for each in ([S, Z], [Z], [S]))
    assert [(each.instrument, each.reason, each.by) for each in both.unused] == [(S, "covered", Z)]
    np.testing.assert_array_equal(both.lower, strong.lower)
    assert (weak.lower <= strong.lower + 1e-8).all()
    assert (strong.upper <= weak.upper + 1e-8).all()


def test_an_instrument_given_other_nodes_is_not_taken_for_covered() -> None:
    parents = {"u": (), "w": (), "z": ("w",), "s": ("z",), "x": ("z", "u"), "y": ("x", "u")}
    network = network_of(np.random.default_rng(1), parents)
    assert bounded(network, [Instrument("z"), S]).unused == ()


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_a_cause_that_follows_the_instrument_leaves_one_number(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = {"u": (), "z": (), "x": ("z", "u"), "y": ("x", "u")}
    network = network_of(rng, parents)
    states = network.variables["x"].size
    variables = {**network.variables, "z": Variable("z", tuple(f"z{at}" for at in range(states)))}
    follows = np.zeros((states, network.variables["u"].size, states))
    follows[range(states), :, range(states)] = 1
    tables = {**network.tables, "z": rng.dirichlet(np.ones(states)), "x": follows}
    found = bounded(Network.of(variables.values(), parents, tables), [Instrument("z")])
    check_inside(network, found, ["x"], "y")
    np.testing.assert_allclose(found.lower, found.upper, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_of_two_instruments_each_quantity_keeps_its_narrowest_ends(seed: int) -> None:
    parents = {"u": (), "z": (), "v": (), "x": ("z", "v", "u"), "y": ("x", "u")}
    network = network_of(np.random.default_rng(seed), parents)
    one, other = Instrument("z"), Instrument("v")
    apart = [bounded(network, [each]) for each in (one, other)]
    both = bounded(network, [one, other])
    assert both.unused == ()
    np.testing.assert_allclose(both.lower, np.maximum(*(each.lower for each in apart)), atol=1e-8)
    np.testing.assert_allclose(both.upper, np.minimum(*(each.upper for each in apart)), atol=1e-8)
    for at, by in enumerate(both.lower_by):
        if by is not None:
            assert both.lower[at] == apart[[one, other].index(by)].lower[at]


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_rows_that_miss_1_as_printed_digits_do_refute_no_instrument(seed: int) -> None:
    rng = np.random.default_rng(seed)
    exact = network_of(rng, TRIAL)
    tables = {
        name: table * (1 + rng.uniform(-9e-7, 9e-7, size=(*table.shape[:-1], 1)))
        for name, table in exact.tables.items()
    }
    printed = Network.of(exact.variables.values(), exact.parents, tables)
    assert printed.inexact
    found = bounded(printed, [Z])
    assert found.unused == ()
    np.testing.assert_allclose(found.lower, bounded(exact, [Z]).lower, atol=1e-8)


def test_states_that_never_come_tell_nothing_and_do_no_harm() -> None:
    network = network_of(np.random.default_rng(3), TRIAL)
    never = np.zeros_like(network.tables["z"])
    never[..., 0] = 1
    network = replace(network, tables={**network.tables, "z": never})
    found, without = bounded(network, [Z]), bounded(network, ())
    np.testing.assert_allclose(found.lower, without.lower, atol=1e-8)
    assert set(found.lower_by) == {None}


def test_an_instrument_below_the_cause_is_left_out() -> None:
    parents = {"u": (), "x": ("u",), "y": ("x", "u"), "b": ("x",)}
    network = network_of(np.random.default_rng(4), parents)
    found = bounded(network, [Instrument("b")])
    assert [(each.instrument.node, each.reason) for each in found.unused] == [
        ("b", "below the cause")
    ]
    np.testing.assert_array_equal(found.lower, bounded(network, ()).lower)


@pytest.mark.parametrize("limit", ["MOST_VARIABLES", "MOST_WORK"])
def test_too_large_a_programme_leaves_the_bounds_without_it(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    network = network_of(np.random.default_rng(5), TRIAL)
    narrow = bounded(network, [Z])
    monkeypatch.setattr(module, limit, 10)
    found = bounded(network, [Z])
    assert [(each.instrument, each.reason) for each in found.unused] == [(Z, "too large")]
    assert (found.lower <= narrow.lower + 1e-8).all()
    assert found.lower.sum() < narrow.lower.sum()


def test_memory_is_asked_for_before_a_programme_is_made() -> None:
    network = network_of(np.random.default_rng(6), TRIAL, most_states=2)
    weights = every_level_and_change(network, ["x"], "y")
    tight = CompiledNetwork(network, 50_000)
    found = effect_bounds(tight, ["x"], "y", weights, [Z])
    assert [each.reason for each in found.unused] == ["too large"]
    with pytest.raises(TooLarge):
        effect_bounds(CompiledNetwork(network, 100), ["x"], "y", weights, [Z])


def test_an_instrument_that_rounding_refutes_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuted(*_: object) -> None:
        raise QueryError("refuted")

    network = network_of(np.random.default_rng(7), TRIAL)
    monkeypatch.setattr(module, "instrument_bounds", refuted)
    found = bounded(network, [Z])
    assert [(each.instrument, each.reason) for each in found.unused] == [(Z, "refuted")]
    check_inside(network, found, ["x"], "y")
