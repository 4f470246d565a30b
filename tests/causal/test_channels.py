"""Effects split by channel, against worlds enumerated quantile by quantile, and published numbers."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.causal import channels, open_channels
from causal_model.causal.channels import (
    ChannelSplit,
    channel_effects,
    drawn_split,
    first_arrows,
    split_by_channel,
)
from causal_model.causal.responses import SECOND, Worlds
from causal_model.errors import QueryError, TooLarge
from causal_model.graph import cut, descendants
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Do
from tests.networks import random_network
from tests.oracle import answer

seeds = st.integers(0, 2**32 - 1)


def a_network(arrows: dict[str, list[str]], rng: np.random.Generator, states: int = 2) -> Network:
    tables = {
        name: rng.dirichlet(np.ones(states), size=(states,) * len(above))
        for name, above in arrows.items()
    }
    names = tuple(map(str, range(states)))
    return Network.of([Variable(name, names) for name in arrows], arrows, tables)


def enumerated(
    network: Network,
    closed: set[tuple[str, str]],
    node: str,
    start: int,
    end: int,
    outcome: str,
    weights: Array,
) -> float:
    """E[f(outcome)] over all quantiles: every node has one that decides both of its versions."""
    cuts: dict[str, list[float]] = {}
    for name, table in network.tables.items():
        sums = np.cumsum(table, axis=-1)[..., :-1]
        cuts[name] = [0.0, *sorted({float(each) for each in sums.reshape(-1)}), 1.0]
    total = 0.0
    for place in product(*(range(len(cuts[name]) - 1) for name in network.variables)):
        weight, before, after = 1.0, {}, {}
        for name, at in zip(network.variables, place, strict=True):
            low, high = cuts[name][at], cuts[name][at + 1]
            if name == node:
                # Its own quantile plays no part, so it is counted once.
                weight *= float(at == 0)
                before[name], after[name] = start, end
                continue
            weight *= high - low
            middle = (low + high) / 2
            for world in (before, after):
                row = network.tables[name][
                    tuple(
                        before[parent] if (parent, name) in closed else world[parent]
                        for parent in network.parents[name]
                    )
                ]
                world[name] = int(np.searchsorted(np.cumsum(row)[:-1], middle))
        total += weight * float(weights[after[outcome]])
    return total


DIAMOND = {"x": [], "w": ["x"], "a": ["w"], "b": ["w", "x"], "y": ["a", "b"]}


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_every_set_of_open_channels_equals_the_enumerated_worlds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = a_network(DIAMOND, rng)
    arrows = [(parent, name) for name, above in DIAMOND.items() for parent in above]
    owners = rng.integers(0, 3, size=len(arrows))  # the third is no channel
    named = {
        name: [arrow for arrow, owner in zip(arrows, owners, strict=True) if owner == at]
        for at, name in enumerate(("first", "second"))
    }
    weights = rng.random(2)
    split = channel_effects(network, named, node="x", start=0, end=1, outcome="y", weights=weights)
    for opened, value in split.expected.items():
        closed = {arrow for name, own in named.items() if name not in opened for arrow in own}
        expected = enumerated(network, closed, "x", 0, 1, "y", weights)
        assert value == pytest.approx(expected, abs=1e-12)
    before = enumerated(network, set(), "x", 0, 0, "y", weights)
    after = enumerated(network, set(), "x", 0, 1, "y", weights)
    assert split.total == pytest.approx(after - before, abs=1e-12)
    assert sum(split.shares.values()) + split.other == pytest.approx(split.total, abs=1e-10)


def test_the_mediation_formula_of_a_published_example() -> None:
    """Pearl, J. (2012). The causal mediation formula. Prevention Science 13: enzyme and cure.

    Total effect 0.46, natural direct effect 0.32, natural indirect effect 0.035.
    """
    cure = np.array([[0.20, 0.30], [0.40, 0.80]])  # by drug, by enzyme
    network = Network.of(
        [Variable(name, ("no", "yes")) for name in ("drug", "enzyme", "cure")],
        {"enzyme": ["drug"], "cure": ["drug", "enzyme"]},
        {
            "drug": np.array([0.5, 0.5]),
            "enzyme": np.array([[0.60, 0.40], [0.25, 0.75]]),
            "cure": np.stack([1 - cure, cure], axis=-1),
        },
    )
    split = channel_effects(
        network,
        {"direct": [("drug", "cure")], "enzyme": [("drug", "enzyme")]},
        node="drug",
        start=0,
        end=1,
        outcome="cure",
        weights=np.array([0.0, 1.0]),
    )
    baseline = split.expected[frozenset()]
    assert split.total == pytest.approx(0.46, abs=1e-12)
    assert split.expected[frozenset({"direct"})] - baseline == pytest.approx(0.32, abs=1e-12)
    assert split.expected[frozenset({"enzyme"})] - baseline == pytest.approx(0.035, abs=1e-12)
    assert split.other == pytest.approx(0, abs=1e-12)
    assert split.witnesses == ()


def test_a_recanting_witness_is_named() -> None:
    network = a_network(DIAMOND, np.random.default_rng(1))
    behind = {"a": [("w", "a")], "b": [("w", "b")]}
    at_once = {"w": [("x", "w")], "b": [("x", "b")]}
    weights = np.array([0.0, 1.0])
    for named, witnesses in ((behind, ("w",)), (at_once, ())):
        split = channel_effects(
            network, named, node="x", start=0, end=1, outcome="y", weights=weights
        )
        assert split.witnesses == witnesses


def test_what_is_set_besides_cuts_its_channels() -> None:
    network = a_network(DIAMOND, np.random.default_rng(2), states=3)
    weights = np.array([0.0, 1.0, 2.0])
    named = {"a": [("w", "a")], "b": [("w", "b"), ("x", "b")]}
    split = channel_effects(
        network, named, node="x", start=0, end=2, outcome="y", weights=weights, do={"a": 1}
    )
    assert split.shares["a"] == pytest.approx(0, abs=1e-12)
    assert split.shares["b"] == pytest.approx(split.total, abs=1e-12)
    assert abs(split.total) > 1e-3


def test_a_channel_has_its_arrows_alone_and_tables_have_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = a_network(DIAMOND, np.random.default_rng(3))
    weights = np.array([0.0, 1.0])

    def split(named: dict[str, list[tuple[str, str]]]) -> channels.ChannelEffects:
        return channel_effects(
            network, named, node="x", start=0, end=1, outcome="y", weights=weights
        )

    with pytest.raises(QueryError, match=r"w -> a belongs to the channels 'a' and 'b'"):
        split({"a": [("w", "a")], "b": [("w", "a")]})
    with pytest.raises(QueryError, match=r"11 channels .* at most 10"):
        split({str(at): [] for at in range(11)})
    monkeypatch.setattr(open_channels, "MOST_ENTRIES", 3)
    monkeypatch.setattr(open_channels, "MOST_WITH_SWITCHES", 3)
    with pytest.raises(TooLarge, match="'w' is needed before and after"):
        split({"a": [("w", "a")]})


def channelled(seed: int, *, nodes: int = 7) -> tuple[Network, dict[str, list[tuple[str, str]]]]:
    """A random network, and its arrows dealt out to three channels and to none."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=nodes, most_states=3)
    arrows = [(parent, name) for name, above in network.parents.items() for parent in above]
    owners = rng.integers(0, 4, size=len(arrows))  # the last is no channel
    return network, {
        name: [arrow for arrow, owner in zip(arrows, owners, strict=True) if owner == at]
        for at, name in enumerate(("first", "second", "third"))
    }


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_halves_of_sets_give_what_all_give_at_once(seed: int) -> None:
    network, named = channelled(seed)
    first, *_, last = network.variables

    def split() -> ChannelSplit:
        channels._open_channels.cache_clear()
        return split_by_channel(network, named, {first: 0}, [{first: 1}], outcome=last)

    whole = split()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_channels, "MOST_WITH_SWITCHES", 0)
        halved = split()
    with pytest.MonkeyPatch.context() as patch:
        plain = CompiledNetwork.joint

        def narrow(self: CompiledNetwork, findings: Findings, names: list[str]) -> object:
            if len(names) > 3:
                raise TooLarge("too wide", 1, ())
            return plain(self, findings, names)

        patch.setattr(CompiledNetwork, "joint", narrow)
        asked_again = split()
    channels._open_channels.cache_clear()
    for other in (halved, asked_again):
        assert other.by_open.keys() == whole.by_open.keys()
        for opened, own in whole.by_open.items():
            np.testing.assert_allclose(other.by_open[opened], own, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_witnesses_are_those_of_each_set_of_open_channels(seed: int) -> None:
    network, named = channelled(seed)
    first, *_, last = network.variables
    split = split_by_channel(network, named, {first: 0}, [{first: 1}], outcome=last)
    expected: set[str] = set()
    for opened in split.by_open:
        closed = {arrow for name, own in named.items() if name not in opened for arrow in own}
        worlds = Worlds(network, {first: 1}, {first: 0}, closed)
        expected.update(worlds.versions([(last, SECOND)]).unsettled())
    assert set(split.witnesses) == expected


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_drawn_tables_give_what_each_draw_gives_by_itself(seed: int) -> None:
    network, named = channelled(seed, nodes=6)
    first, *_, last = network.variables
    rng = np.random.default_rng(seed + 1)
    draws = 3
    tables = {
        name: np.stack([random_rows(rng, table.shape) for _ in range(draws)])
        for name, table in network.tables.items()
        if rng.random() < 0.8
    }
    asked = {first: 0}, [{first: 1}]
    # What is set besides, and a sign of what the cause does not reach, which need not lead to the outcome.
    others = [name for name in network.variables if name not in (first, last)]
    fixed = str(rng.choice(others))
    reached = descendants(cut(network.parents, into=(first, fixed)), [first])
    signs = [name for name in others if name not in reached and name != fixed]
    findings = Findings(observed=dict.fromkeys(signs[:1], 0), do={fixed: 0})
    plan = drawn_split(network, named, *asked, outcome=last, drawn=tables, findings=findings)
    assert plan.drawn <= tables.keys()
    many = plan.ask(tables, draws)
    for draw in range(draws):
        own = {name: each[draw] for name, each in tables.items()}
        one = Network.of(network.variables.values(), network.parents, {**network.tables, **own})
        split = split_by_channel(one, named, *asked, outcome=last, findings=findings)
        np.testing.assert_allclose(many.total[draw], split.total, atol=1e-12)
        np.testing.assert_allclose(many.other[draw], split.other, atol=1e-12)
        for name, share in split.shares.items():
            np.testing.assert_allclose(many.shares[name][draw], share, atol=1e-12)


def test_draws_under_which_the_evidence_is_impossible_are_no_numbers() -> None:
    network = a_network({"r": [], "x": [], "y": ["x", "r"]}, np.random.default_rng(6))
    named = {"direct": [("x", "y")]}
    findings = Findings(observed={"r": 1})
    plan = drawn_split(
        network, named, {"x": 0}, [{"x": 1}], outcome="y", drawn=["r"], findings=findings
    )
    # The table of what is seen matters, if only for whether it can be.
    split = plan.ask({"r": np.array([[0.5, 0.5], [1.0, 0.0]])}, 2)
    assert np.isfinite(split.total[0]).all()
    assert np.isnan(split.total[1]).all()


def test_memory_that_is_allowed_is_not_exceeded() -> None:
    network = a_network(DIAMOND, np.random.default_rng(7), states=4)
    named = {"a": [("w", "a")], "b": [("w", "b")]}
    asked = (network, named, {"x": 0}, [{"x": 1}])
    with pytest.raises(TooLarge):
        split_by_channel(*asked, outcome="y", max_memory=64)
    with pytest.raises(TooLarge):
        drawn_split(*asked, outcome="y", drawn=DIAMOND, max_memory=64)


def random_rows(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    drawn = rng.random(shape)
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def test_all_contrasts_at_once_equal_each_by_itself() -> None:
    network = a_network(DIAMOND, np.random.default_rng(4), states=3)
    named = {"a": [("w", "a"), ("a", "y")], "b": [("w", "b")], "direct": [("x", "b")]}
    settings: list[Mapping[str, int]] = [{"x": 0}, {"x": 2}]
    split = split_by_channel(network, named, {"x": 1}, settings, outcome="y")
    weights = np.array([1.0, 0.0, 3.0])
    for at, setting in enumerate(settings):
        one = channel_effects(
            network, named, node="x", start=1, end=setting["x"], outcome="y", weights=weights
        )
        many = split.of(at, weights)
        assert many.total == pytest.approx(one.total, abs=1e-12)
        assert many.other == pytest.approx(one.other, abs=1e-12)
        assert many.shares == pytest.approx(one.shares, abs=1e-12)
    parts = sum(split.shares.values()) + split.other
    np.testing.assert_allclose(parts, split.total, atol=1e-10)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_first_arrows_share_the_whole_effect_without_any_assumption(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=6, most_states=3)
    cause, outcome = (str(each) for each in rng.choice(list(network.variables), 2, replace=False))
    named = first_arrows(network, [cause], outcome)
    split = split_by_channel(network, named, {cause: 0}, [{cause: 1}], outcome=outcome)
    assert split.witnesses == ()
    np.testing.assert_allclose(split.other, 0, atol=1e-12)
    parts = sum(split.shares.values()) + split.other
    np.testing.assert_allclose(parts, split.total, atol=1e-10)
    done = [answer(network, [Do(node=cause, state=f"s{state}")]) for state in (0, 1)]
    assert done[0] is not None
    assert done[1] is not None
    expected = [
        done[1].posterior[outcome][state] - p for state, p in done[0].posterior[outcome].items()
    ]
    np.testing.assert_allclose(split.total[0], expected, atol=1e-12)


def test_what_is_known_of_a_root_counts_like_a_setting_of_it() -> None:
    arrows = {"r": [], "x": ["r"], "a": ["x", "r"], "b": ["x", "a"], "y": ["a", "b", "r"]}
    network = a_network(arrows, np.random.default_rng(5))
    named = {"a": [("x", "a")], "b": [("a", "b"), ("x", "b")]}
    seen, done = (
        split_by_channel(network, named, {"x": 0}, [{"x": 1}], findings=findings, outcome="y")
        for findings in (Findings(observed={"r": 1}), Findings(do={"r": 1}))
    )
    plain = split_by_channel(network, named, {"x": 0}, [{"x": 1}], outcome="y")
    np.testing.assert_allclose(seen.total, done.total, atol=1e-12)
    for name, share in done.shares.items():
        np.testing.assert_allclose(seen.shares[name], share, atol=1e-12)
        assert abs(plain.shares[name] - share).max() > 1e-4
    with pytest.raises(QueryError, match="b lies below what is set"):
        split_by_channel(
            network, named, {"x": 0}, [{"x": 1}], findings=Findings(observed={"b": 1}), outcome="y"
        )
