"""What would have been, against two worlds enumerated quantile by quantile."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.causal.counterfactual import Cause, counterfactual, probability_question
from causal_model.causal.responses import FIRST, SECOND, Worlds, comonotone
from causal_model.errors import TooLarge
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Finding
from tests.networks import random_findings, random_network

seeds = st.integers(0, 2**32 - 1)
KINDS = ("observed", "excluded", "likelihood")

States = Mapping[str, int]


def two_worlds(network: Network, do: States) -> Sequence[tuple[float, States, States]]:
    """Every cell of quantiles with its weight, and what all nodes are in both worlds there."""
    cuts = {
        name: [0.0, *sorted({float(x) for x in np.cumsum(t, axis=-1)[..., :-1].flat}), 1.0]
        for name, t in network.tables.items()
    }
    cells = [[(low, high) for low, high in pairwise(own) if high > low] for own in cuts.values()]
    found = []
    for place in product(*cells):
        first: dict[str, int] = {}
        second: dict[str, int] = {}
        weight = 1.0
        for name, (low, high) in zip(network.variables, place, strict=True):
            weight *= high - low
            for world, setting in ((first, {}), (second, do)):
                row = network.tables[name][tuple(world[each] for each in network.parents[name])]
                drawn = np.searchsorted(np.cumsum(row)[:-1], (low + high) / 2)
                world[name] = setting.get(name, int(drawn))
        found.append((weight, first, second))
    return found


def agreeing(network: Network, told: Sequence[Finding], world: States) -> float:
    """How far a world agrees with what was seen, relative to the most that it could."""
    weight = 1.0
    for each in told:
        state = network.variables[each.node].states[world[each.node]]
        if each.kind == "observed":
            weight *= state == each.state
        elif each.kind == "excluded":
            weight *= state != each.state
        elif each.kind == "likelihood":
            weight *= each.weights[state] / max(each.weights.values())
    return weight


def small(rng: np.random.Generator) -> Network:
    nodes = int(rng.integers(2, 5))
    return random_network(rng, nodes=nodes, most_states=3, most_parents=2).normalised()


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_the_twin_network_equals_the_enumerated_worlds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = small(rng)
    names = list(network.variables)
    told = random_findings(rng, network, kinds=KINDS, most=3)
    chosen = [str(each) for each in rng.permutation(names)[: int(rng.integers(1, 3))]]
    do = {name: int(rng.integers(network.variables[name].size)) for name in chosen}
    lines = [
        (weight * agreeing(network, told, first), second)
        for weight, first, second in two_worlds(network, do)
    ]
    evidence = math.fsum(weight for weight, _ in lines)
    found = counterfactual(network, bind(network, told), do, names)
    if evidence == 0:
        assert found.log_evidence == -math.inf
        assert all(np.isnan(each).all() for each in found.marginals.values())
        return
    assert math.exp(found.log_evidence) == pytest.approx(evidence, rel=1e-9)
    for name, marginal in found.marginals.items():
        for state in range(network.variables[name].size):
            share = math.fsum(w for w, second in lines if second[name] == state) / evidence
            assert marginal[state] == pytest.approx(share, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_setting_what_was_seen_changes_nothing(seed: int) -> None:
    """Consistency: in the world as it is, X was x already."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=6, most_states=3, most_parents=2)
    bound = bind(network, random_findings(rng, network, kinds=KINDS, most=3))
    compiled = CompiledNetwork(network)
    name = str(rng.choice(list(network.variables)))
    before = compiled.posterior(bound, [name])
    if np.isneginf(before.log_evidence):
        return
    state = int(before.marginals[name].argmax())
    weights = {each: own for each, own in bound.weights.items() if each != name}
    seen = Findings({**bound.observed, name: state}, weights)
    factual = compiled.posterior(seen).marginals
    found = counterfactual(network, seen, {name: state}, list(network.variables)).marginals
    for each, own in factual.items():
        np.testing.assert_allclose(found[each], own, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_without_evidence_it_is_an_intervention(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=6)
    name = str(rng.choice(list(network.variables)))
    do = {name: int(rng.integers(network.variables[name].size))}
    found = counterfactual(network, Findings(), do, list(network.variables))
    assert found.coupled == ()
    done = CompiledNetwork(network).posterior(Findings(do=do)).marginals
    for each, own in done.items():
        np.testing.assert_allclose(found.marginals[each], own, atol=1e-10)


def test_what_the_intervention_does_not_reach_stays() -> None:
    rng = np.random.default_rng(4)
    network = chain(rng, "abc")
    seen = Findings({"c": 1})
    found = counterfactual(network, seen, {"b": 0}, ["a", "b"])
    expected = CompiledNetwork(network).posterior(seen, ["a"]).marginals["a"]
    np.testing.assert_allclose(found.marginals["a"], expected, atol=1e-12)
    np.testing.assert_array_equal(found.marginals["b"], [1, 0])
    assert found.coupled == ()


def chain(rng: np.random.Generator, names: str, states: int = 2) -> Network:
    labels = tuple(map(str, range(states)))
    return Network.of(
        [Variable(name, labels) for name in names],
        {after: [before] for before, after in pairwise(names)},
        {
            name: rng.dirichlet(np.ones(states), size=(states,) if at else ())
            for at, name in enumerate(names)
        },
    )


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_probabilities_of_causation_equal_the_enumerated_worlds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = small(rng)
    names = list(network.variables)
    cause, effect = names[0], names[-1]
    size = network.variables[effect].size
    event = rng.random(size) < 0.5
    if event.all() or not event.any():
        event = np.arange(size) == 0
    told = [
        each
        for each in random_findings(rng, network, kinds=("observed",), most=1)
        if each.node not in (cause, effect)
    ]
    asked = Cause(cause, 1, 0, effect, tuple(event.tolist()))
    present, absent = two_worlds(network, {cause: 1}), two_worlds(network, {cause: 0})

    def share(met: Sequence[bool], of: Sequence[bool]) -> float | None:
        below = math.fsum(w for (w, _, _), each in zip(present, of, strict=True) if each)
        above = math.fsum(w for (w, _, _), a, b in zip(present, met, of, strict=True) if a and b)
        return above / below if below > 1e-15 else None

    known = [agreeing(network, told, first) > 0 for _, first, _ in present]
    seen = [first for _, first, _ in present]
    under = [bool(event[second[effect]]) for _, _, second in present]
    without = [bool(event[second[effect]]) for _, _, second in absent]
    expected = {
        "necessity": share(
            [not each for each in without],
            [
                k and s[cause] == 1 and bool(event[s[effect]])
                for k, s in zip(known, seen, strict=True)
            ],
        ),
        "sufficiency": share(
            under,
            [
                k and s[cause] == 0 and not event[s[effect]]
                for k, s in zip(known, seen, strict=True)
            ],
        ),
        "both": share([a and not b for a, b in zip(under, without, strict=True)], known),
    }
    for which in ("necessity", "sufficiency", "both"):
        question = probability_question(network, bind(network, told), asked, which)
        if question is None:
            after = which == "both" and told
            assert after or expected[which] is None
            continue
        about = (question.network, question.evidence, question.do)
        found = counterfactual(*about, [effect]).marginals[effect]
        value = question.factor * float(found @ question.event)
        if math.isnan(value):
            assert expected[which] is None  # what was seen is impossible
            continue
        assert value == pytest.approx(expected[which], abs=1e-9)


def test_both_needs_a_third_world_where_something_after_the_cause_is_known() -> None:
    network = chain(np.random.default_rng(5), "abcd")
    asked = Cause("b", 1, 0, "d", (True, False))
    assert probability_question(network, Findings({"c": 1}), asked, "both") is None
    assert probability_question(network, Findings({"a": 1}), asked, "both") is not None
    assert probability_question(network, Findings({"c": 1}), asked, "necessity") is not None
    # What the cause does not reach it brings about in no world.
    reversed_ = Cause("d", 1, 0, "a", (True, False))
    question = probability_question(network, Findings({"c": 1}), reversed_, "both")
    assert question is not None
    assert question.factor == 0


def test_comonotone_joints_have_the_rows_as_margins_and_move_the_least() -> None:
    rng = np.random.default_rng(6)
    rows = rng.dirichlet(np.ones(4), size=5)
    first, second = np.meshgrid(np.arange(5), np.arange(5), indexing="ij")
    joint = comonotone("", rows, first, second).reshape(5, 5, 4, 4)
    np.testing.assert_allclose(joint.sum(axis=-1), rows[first], atol=1e-12)
    np.testing.assert_allclose(joint.sum(axis=-2), rows[second], atol=1e-12)
    # No other joint has a smaller expected distance of ranks: that between the two distributions.
    distance = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    least = np.abs(np.cumsum(rows[first] - rows[second], axis=-1)).sum(axis=-1)
    np.testing.assert_allclose((joint * distance).sum(axis=(-1, -2)), least, atol=1e-12)


def test_only_what_both_worlds_need_is_doubled() -> None:
    network = chain(np.random.default_rng(7), "abcde")
    worlds = Worlds(network, {"b": 0})
    seen_above = worlds.versions([("e", SECOND), ("a", FIRST)])
    assert seen_above.doubled == ()
    assert set(seen_above.drawn) == {"a", "c", "d", "e"}
    seen_below = worlds.versions([("e", SECOND), ("d", FIRST)])
    assert seen_below.doubled == ("c", "d")
    assert seen_below.drawn["e"] == (SECOND,)
    assert seen_below.drawn["b"] == (FIRST,)


def test_a_response_that_the_table_settles_is_no_assumption() -> None:
    """Where at most one row leaves anything to chance, two versions go together in one way."""
    table = np.array([[0.3, 0.7], [0.0, 1.0]])
    network = two_nodes(table)
    assert counterfactual(network, Findings({"y": 1}), {"x": 1}, ["y"]).coupled == ()
    open_ = two_nodes(np.array([[0.3, 0.7], [0.3, 0.7]]))
    assert counterfactual(open_, Findings({"y": 1}), {"x": 1}, ["y"]).coupled == ("y",)


def two_nodes(table: Array, share: float = 0.5) -> Network:
    """X -> Y with P(Y | X)."""
    names = [tuple(map(str, range(size))) for size in table.shape]
    cause = np.full(table.shape[0], (1 - share) / (table.shape[0] - 1))
    cause[1] = share
    return Network.of(
        [Variable("x", names[0]), Variable("y", names[1])],
        {"y": ["x"]},
        {"x": cause, "y": table},
    )


def test_tables_of_two_versions_have_a_limit() -> None:
    network = chain(np.random.default_rng(8), "abc", states=3)
    with pytest.raises(TooLarge, match="'b' is needed before and after the intervention"):
        counterfactual(network, Findings({"c": 1}), {"a": 0}, ["c"], max_memory=200)


def test_answers_that_no_float_holds_apart() -> None:
    """Evidence of probability 1e-388 is evidence."""
    count = 40
    names = ["x", *(f"y{at}" for at in range(count))]
    table = np.array([[1 - 1e-10, 1e-10], [1 - 2e-10, 2e-10]])
    network = Network.of(
        [Variable(name, ("0", "1")) for name in names],
        {name: ["x"] for name in names[1:]},
        {"x": np.array([0.5, 0.5]), **dict.fromkeys(names[1:], table)},
    )
    seen = Findings(dict.fromkeys(names[1:], 1))
    found = counterfactual(network, seen, {"x": 1}, ["y0"])
    assert found.log_evidence < -890
    np.testing.assert_allclose(found.marginals["y0"], [0, 1], atol=1e-9)
