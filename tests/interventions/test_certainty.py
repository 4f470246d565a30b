"""How sure effects are: against a loop over networks, each by enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model as cm
from causal_model.analysis.width import Question, row_variances
from causal_model.inference.findings import bind
from causal_model.network import Array, Network
from causal_model.questions.interventions.by_channel import SplitQuestion
from causal_model.spec.evidence import Do, Finding, Observed
from tests.analysis.test_credible import at_draw, chain, confident
from tests.networks import random_findings, random_network
from tests.oracle import answer

seeds = st.integers(0, 2**32 - 1)
DRAWS = 120


def drawn_tables(model: cm.Model, seed: int) -> dict[str, Array]:
    dirichlets = model.dirichlets
    return {name: dirichlets.draw(name, 0, seed)[:DRAWS] for name in dirichlets.open}


def interval(values: list[float]) -> list[float]:
    return [float(each) for each in np.quantile(values, [0.05, 0.95])]


def slim(network: Network, nodes: tuple[str, ...]) -> Network:
    """The part of a network that holds these nodes and all above them."""
    kept = [name for name in network.variables if name in nodes]
    return Network.of(
        [network.variables[name] for name in kept],
        {name: network.parents[name] for name in kept},
        {name: network.tables[name] for name in kept},
    )


# Few enough to be enumerated: orders, and what is above and right below them.
SUPPLY = ("china_policy", "us_export_terms", "china_h200_orders", "h200_supply_ex_china")
REVENUE = ("china_policy", "us_export_terms", "china_h200_orders", "nvda_china_revenue")
BLOCKED = Observed(node="us_export_terms", state="blocked")
HARD = Observed(node="china_policy", state="hard_mandate")


@pytest.mark.parametrize(
    ("cause", "nodes", "told", "confounded"),
    [
        ("china_policy", SUPPLY, [], False),
        ("china_policy", SUPPLY, [BLOCKED], False),
        # What the United States allow moves orders as well as revenue.
        ("china_h200_orders", REVENUE, [], True),
        ("china_h200_orders", REVENUE, [HARD], True),
        ("china_h200_orders", REVENUE, [BLOCKED], False),
    ],
)
def test_intervals_of_effects_are_those_of_a_loop_over_networks(
    cause: str, nodes: tuple[str, ...], told: list[Finding], confounded: bool
) -> None:
    model = cm.load("article")
    outcome = nodes[-1]
    found = cm.effects(model, cause, on=outcome, findings=told, interval=0.9, draws=DRAWS, seed=3)
    assert found.interval is not None
    assert (found.structure.back_door is not None) == confounded
    tables = {name: each for name, each in drawn_tables(model, 3).items() if name in nodes}
    network = slim(model.network, nodes)
    networks = [at_draw(network, tables, draw) for draw in range(DRAWS)]

    def loop(finding: Finding) -> list[dict[str, float]]:
        answers = [answer(each, [*told, finding]) for each in networks]
        return [each.posterior[outcome] for each in answers if each]

    start = loop(Do(node=cause, state=found.baseline[cause]))
    for effect, own in zip(found.settings, found.interval.settings, strict=True):
        assert own is not None
        assert own.seen is not None
        assert own.confounding_pp is not None
        assert own.impossible == 0
        state = str(effect.setting[cause])
        done = loop(Do(node=cause, state=state))
        seen = loop(Observed(node=cause, state=state))
        for each in found.states:
            np.testing.assert_allclose(own.done[each], interval([d[each] for d in done]))
            np.testing.assert_allclose(own.seen[each], interval([s[each] for s in seen]))
            changes = [100 * (d[each] - b[each]) for b, d in zip(start, done, strict=True)]
            np.testing.assert_allclose(own.change_pp[each], interval(changes), atol=1e-9)
            gaps = [100 * (s[each] - d[each]) for d, s in zip(done, seen, strict=True)]
            np.testing.assert_allclose(own.confounding_pp[each], interval(gaps), atol=1e-9)
            assert (np.ptp(gaps) > 1e-3) == confounded
        event = {
            name: [sum(each[state] for state in found.event) for each in draws]
            for name, draws in (("start", start), ("done", done), ("seen", seen))
        }
        change = 100 * (np.array(event["done"]) - event["start"])
        gap = 100 * (np.array(event["seen"]) - event["done"])
        for ends, values in (
            (own.event_done, event["done"]),
            (own.event_seen, event["seen"]),
            (own.event_change_pp, list(change)),
            (own.event_confounding_pp, list(gap)),
        ):
            assert ends is not None
            np.testing.assert_allclose(ends, interval(values), atol=1e-9)


def test_what_nobody_sees_has_no_interval_of_being_seen() -> None:
    policies = [{"china_h200_orders": {"halted": 0.5, "resumed": 0.5}}]
    found = cm.effects(
        cm.load("article"), "china_h200_orders", policies=policies, interval=0.9, draws=DRAWS
    )
    assert found.interval is not None
    *states, policy = found.interval.settings
    assert all(each and each.seen and each.event_seen for each in states)
    assert policy is not None
    assert policy.seen is None
    assert policy.confounding_pp is None
    assert policy.event_seen is None
    told = policy.to_dict()
    assert told["seen"] is told["confounding_pp"] is told["event"]["seen"] is None
    assert len(told["event"]["done"]) == 2


def test_a_policy_is_certain_and_mixes_the_settings_draw_by_draw() -> None:
    model = cm.load("article")
    shares = {"brief_pause": 0.25, "hard_mandate": 0.75}
    found = cm.effects(
        model,
        "china_policy",
        on="china_h200_orders",
        policies=[{"china_policy": shares}],
        interval=0.9,
        draws=DRAWS,
    )
    assert found.interval is not None
    network = slim(model.network, SUPPLY)
    tables = {name: each for name, each in drawn_tables(model, 0).items() if name in SUPPLY}
    mixed = []
    for draw in range(DRAWS):
        each = at_draw(network, tables, draw)
        policy = {**each.tables, "china_policy": np.array([0.25, 0.0, 0.75])}
        answers = answer(replace(each, tables=policy), [])
        assert answers is not None
        mixed.append(answers.posterior["china_h200_orders"]["halted"])
    own = found.interval.settings[-1]
    assert own is not None
    np.testing.assert_allclose(own.done["halted"], interval(mixed))
    assert {each.node for each in own.width_by_row} == {"china_h200_orders", "us_export_terms"}
    # Both ends of a change carry its width.
    hard = found.interval.settings[2]
    assert hard is not None
    rows = [each for each in hard.width_by_row if each.node == "china_h200_orders"]
    assert {each.given["china_policy"] for each in rows} == {"brief_pause", "hard_mandate"}
    assert found.interval.fixed == {}


def test_the_baseline_differs_from_itself_by_nothing() -> None:
    found = cm.effects(cm.load("article"), "etf_flow", interval=0.9, draws=DRAWS)
    assert found.interval is not None
    first = found.interval.settings[0]
    assert first is not None
    assert set(first.change_pp.values()) == {(0.0, 0.0)}
    assert first.width_by_row == ()
    assert found.to_dict()["settings"][0]["interval"] == first.to_dict()
    assert list(found.to_dict()["interval"]) == ["level", "draws", "seed", "fixed_rows"]


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_the_width_of_a_difference_is_that_of_finite_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=2, zeros=0.0)
    names = [str(each) for each in rng.permutation(list(network.variables))]
    cause, node = names[:2]
    told = [
        each
        for each in random_findings(rng, network, kinds=("observed", "likelihood"), most=2)
        if each.node not in (cause, node)
    ]
    dirichlets = confident(network, rng=rng)
    both: list[list[Finding]] = [
        [*told, Do(node=cause, state=state)] for state in network.variables[cause].states[:2]
    ]
    asked, less = (Question(dirichlets, bind(network, each)) for each in both)
    found = row_variances(asked, node, [np.array([1.0, 0.0])], less=less)

    def change(at: Network) -> float:
        ends = [answer(at, each) for each in both]
        values = [each.posterior[node]["s0"] for each in ends if each]
        return values[0] - values[1]

    for name, variances in found.items():
        for place in np.ndindex(variances.shape):
            p = network.tables[name][place]
            step = 1e-5 * float(p.min())
            ends = []
            for by in (step, -step):
                table = network.tables[name].copy()
                table[place] += np.array([by, -by])
                ends.append(change(replace(network, tables={**network.tables, name: table})))
            slope = (ends[0] - ends[1]) / (2 * step)
            variance = slope**2 * p.prod() / (dirichlets.confidence[name][place] + 1)
            np.testing.assert_allclose(variances[place], variance, rtol=1e-4, atol=1e-9)


def test_what_both_sides_share_adds_nothing_to_the_width_of_their_difference() -> None:
    # Whether it slips hangs on wet alone: the row of a dry street counts only as far as rain dries it.
    dirichlets = confident(chain(), 9.0)
    asked, less = (
        Question(dirichlets, bind(chain(), [Do(node="rain", state=state)]))
        for state in ("yes", "no")
    )
    found = row_variances(asked, "slip", [np.array([0.0, 1.0])], less=less)
    # P(wet | rain) - P(wet | no rain) is 0.7, by which both rows of slip count.
    assert found["slip"][0] == pytest.approx(0.7**2 * 0.05 * 0.95 / 10)
    assert found["slip"][1] == pytest.approx(0.7**2 * 0.4 * 0.6 / 10)
    assert found["rain"] == 0


@pytest.mark.parametrize(
    ("believed", "do"), [([], {}), (["us_export_terms"], {}), ([], {"miner_equities": "down"})]
)
def test_intervals_of_channels_are_those_of_a_loop_over_networks(
    believed: list[str], do: dict[str, str]
) -> None:
    model = cm.load("article")
    told = {name: dict(zip(model.states(name), (0.5, 0.3, 0.2), strict=True)) for name in believed}
    mixed = {"china_policy": {"soft_mandate": 0.4, "hard_mandate": 0.6}}
    found = cm.effects(
        model,
        "china_policy",
        policies=[mixed],
        channels=True,
        belief=told,
        do=do,
        interval=0.9,
        draws=DRAWS,
        seed=3,
    )
    tables = drawn_tables(model, 3)
    loops = []
    for draw in range(DRAWS):
        own = {name: each[draw] for name, each in tables.items()}
        network = replace(model.network, tables={**model.network.tables, **own})
        split = SplitQuestion.of(
            replace(model, network=network),
            {"china_policy": "brief_pause"},
            [{"china_policy": 2}, {"china_policy": np.array([0.0, 0.4, 0.6])}],
            "btc_return",
            found.event,
            bind(network, found.findings),
        )
        loops.append(split.answer()[1])
    for at, place in ((2, 0), (3, 1)):
        sure = found.interval and found.interval.settings[at]
        assert sure
        assert sure.channels
        for name, ends in sure.channels.shares.items():
            expected = interval([each[place].shares[name] for each in loops])
            np.testing.assert_allclose(ends, expected, atol=1e-9)
        np.testing.assert_allclose(
            sure.channels.other, interval([each[place].other for each in loops]), atol=1e-9
        )
        by_state = sure.channels.by_state["flat"]
        np.testing.assert_allclose(
            by_state["gpu"],
            interval([each[place].by_state["flat"]["gpu"] for each in loops]),
            atol=1e-9,
        )
        plain = found.to_dict()["settings"][at]["interval"]["channels"]
        assert plain["shares_pp"]["gpu"] == list(sure.channels.shares["gpu"])
    baseline = found.interval and found.interval.settings[0]
    assert baseline
    assert baseline.channels is None
