"""Judgements against enumeration of all joint states, on random networks."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causal_model as cm
from causal_model.claims.check import check_claims
from causal_model.claims.judge import Judgement
from causal_model.graph import d_separated
from causal_model.model import Model
from causal_model.network import Network
from causal_model.spec.evidence import Do, Finding, Observed
from tests import oracle
from tests.networks import random_findings, random_network

seeds = st.integers(0, 2**32 - 1)
RELATIONS = ("in", "not in", "<=", ">=", "=", "!=")


def judged(model: Model, statement: str) -> Judgement:
    found = check_claims(model, {"it": statement})["it"].judgement
    assert found is not None
    return found


def random_event(rng: np.random.Generator, network: Network, node: str) -> tuple[str, set[str]]:
    """An event in the notation, and the states that it means; neither all nor none."""
    states = network.variables[node].states
    relation = str(rng.choice(RELATIONS))
    at = int(rng.integers(len(states)))
    several = [str(each) for each in rng.permutation(states)[: rng.integers(1, len(states))]]
    if relation == "in":
        bare = rng.random() < 0.5
        listed = ", ".join(several) if bare else "{" + ", ".join(several) + "}"
        return f"{node} in {listed}", set(several)
    if relation == "not in":
        return f"{node} not in {{{', '.join(several)}}}", set(states) - set(several)
    if relation == "<=":
        at = min(at, len(states) - 2)
        return f"{node} <= {states[at]}", set(states[: at + 1])
    if relation == ">=":
        at = max(at, 1)
        return f"{node} >= {states[at]}", set(states[at:])
    if relation == "=":
        return f"{node} = {states[at]}", {states[at]}
    return f"{node} != {states[at]}", set(states) - {states[at]}


def condition_of(finding: Finding) -> str:
    if finding.kind == "do":
        return f"do({finding.node} = {finding.state})"
    assert finding.kind in ("observed", "excluded")
    return f"{finding.node} {'=' if finding.kind == 'observed' else '!='} {finding.state}"


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_probability_is_that_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 7)), most_states=3)
    findings = random_findings(rng, network, kinds=("observed", "excluded", "do"), most=3)
    names = [str(each) for each in rng.permutation(list(network.variables))]
    names = names[: int(rng.integers(1, 4))]
    events = [random_event(rng, network, name) for name in names]
    conditions = [condition_of(each) for each in findings]
    given_ = f" | {', '.join(conditions)}" if conditions else ""
    text = f"P({', '.join(text for text, _ in events)}{given_}) > 0.5"
    answer = oracle.joint_posterior(network, findings, names)
    found = judged(Model(network), text)
    if answer is None:
        assert found.holds is None
        assert "probability zero" in found.reason
        return
    expected = math.fsum(
        p
        for states, p in answer.items()
        if all(state in wanted for state, (_, wanted) in zip(states, events, strict=True))
    )
    assert found.measured[0].value == pytest.approx(expected, abs=1e-12)
    assert found.measured[0].what == text.removesuffix(" > 0.5")
    assert found.distance == pytest.approx(expected - 0.5, abs=1e-12)
    assert found.holds == (expected > 0.5) or math.isclose(expected, 0.5, abs_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_the_most_likely_state_is_that_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 6)), most_states=4)
    findings = random_findings(rng, network, kinds=("observed", "do"), most=2)
    answer = oracle.answer(network, findings)
    assume(answer is not None)
    assert answer is not None
    node = str(rng.choice(list(network.variables)))
    states = network.variables[node].states
    named = [str(each) for each in rng.permutation(states)[: rng.integers(1, len(states))]]
    conditions = ", ".join(condition_of(each) for each in findings)
    given_ = f" | {conditions}" if conditions else ""
    found = judged(Model(network), f"most likely {node}{given_} is {' or '.join(named)}")
    posterior = answer.posterior[node]
    best = max(posterior[each] for each in named)
    other = max(p for state, p in posterior.items() if state not in named)
    assume(abs(best - other) > 1e-9)
    assert found.holds == (best > other)
    assert found.distance == pytest.approx(best - other, abs=1e-12)
    assert found.told.startswith(max(posterior, key=lambda state: posterior[state]))


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_trend_goes_through_the_states_of_a_node(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=4, zeros=0.0)
    node, over = (str(each) for each in rng.permutation(list(network.variables))[:2])
    text, wanted = random_event(rng, network, node)
    do = rng.random() < 0.5
    rises = rng.random() < 0.5
    values = []
    for state in network.variables[over].states:
        finding = Do(node=over, state=state) if do else Observed(node=over, state=state)
        answer = oracle.answer(network, [finding])
        assert answer is not None
        values.append(math.fsum(answer.posterior[node][each] for each in wanted))
    steps = [after - before for before, after in itertools.pairwise(values)]
    smallest = min(steps) if rises else min(-each for each in steps)
    assume(abs(smallest) > 1e-9)
    word, cases = ("rises" if rises else "falls"), (f"do({over})" if do else over)
    found = judged(Model(network), f"P({text}) {word} over {cases}")
    assert [each.value for each in found.measured] == pytest.approx(values, abs=1e-12)
    assert found.distance == pytest.approx(smallest, abs=1e-12)
    assert found.holds == (smallest > 0)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_what_the_arrows_separate_is_independent_in_the_tables(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=3)
    left, right, *rest = (str(each) for each in rng.permutation(list(network.variables)))
    known = rest[: int(rng.integers(0, 3))]
    given_ = f" given {{{', '.join(known)}}}" if known else ""
    model = Model(network)
    arrows = judged(model, f"{left} independent of {right}{given_}")
    tables = judged(model, f"{left} independent of {right}{given_} in the tables")
    assert arrows.holds == d_separated(network.parents, [left], [right], known)
    assert judged(model, f"{left} depends on {right}{given_}").holds is not arrows.holds
    expected = furthest(network, left, right, known)
    assert tables.measured[0].value == pytest.approx(expected, abs=1e-9)
    if arrows.holds:
        assert tables.holds
        assert arrows.told == "no open path"
    else:
        assert arrows.told.startswith(f"open path {left} ")


def furthest(network: Network, left: str, right: str, known: Sequence[str]) -> float:
    """The largest distance of P(left | right, known) from P(left | known), by enumeration."""
    joint = oracle.joint_posterior(network, [], [left, right, *known])
    assert joint is not None
    states = network.variables[left].states
    most = 0.0
    for key in {key[1:] for key, p in joint.items() if p > 0}:
        with_right = [joint[(state, *key)] for state in states]
        without = [
            math.fsum(p for each, p in joint.items() if each[0] == state and each[2:] == key[1:])
            for state in states
        ]
        a = [each / math.fsum(with_right) for each in with_right]
        b = [each / math.fsum(without) for each in without]
        most = max(most, math.fsum(abs(x - y) for x, y in zip(a, b, strict=True)) / 2)
    return most


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return cm.load("article")


def down(model: cm.Model, **given: str) -> float:
    found = model.query("btc_return", given=given)["btc_return"]
    return found["strong_down"] + found["down"]


def test_arithmetic_is_that_of_the_numbers(model: cm.Model) -> None:
    a, b = down(model, china_policy="hard_mandate"), down(model)
    found = judged(
        model,
        "2 * P(btc_return <= down | scenario hard_mandate) - P(btc_return <= down) + 1 pp >= 30 %",
    )
    assert found.distance == pytest.approx(2 * a - b + 0.01 - 0.3, abs=1e-12)
    assert found.told == f"2 * {a:.1%} - {b:.1%} + 1 pp >= 30 %".replace("%", " %").replace(
        "30  %", "30 %"
    )
    assert [each.value for each in found.measured] == pytest.approx([a, b])


def test_a_chain_holds_by_its_weakest_link(model: cm.Model) -> None:
    a, b = down(model, china_policy="brief_pause"), down(model, china_policy="hard_mandate")
    p = "P(btc_return <= down | scenario {})".format
    chain = f"0.3 < {p('brief_pause')} < {p('hard_mandate')} <= 0.5"
    found = judged(model, chain)
    assert found.holds
    assert found.distance == pytest.approx(min(a - 0.3, b - a, 0.5 - b), abs=1e-12)
    assert not judged(model, chain.replace("0.3", "0.35")).holds
    assert not judged(model, chain.replace("0.5", "0.38")).holds


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("P(btc_nasdaq_coupling = strong) >= 48 %", True),
        ("P(btc_nasdaq_coupling = strong) <= 48 %", True),
        ("P(btc_nasdaq_coupling = strong) = 48 %", True),
        ("P(btc_nasdaq_coupling = strong) > 48 %", False),
        ("P(btc_nasdaq_coupling = strong) < 48 %", False),
        ("P(btc_nasdaq_coupling = strong) = 48.1 %", False),
        # The same on paper, but not by the same sums.
        ("P(etf_flow = flat) > 1 - P(etf_flow != flat)", False),
        ("P(etf_flow = flat) >= 1 - P(etf_flow != flat)", True),
        ("P(btc_nasdaq_coupling = weak) rises over do(china_policy)", False),
        ("P(btc_nasdaq_coupling = strong) within 0 pp of 48 %", True),
        ("P(btc_nasdaq_coupling = strong) within 2 pp of 50 %", True),
        ("P(btc_nasdaq_coupling = strong) within 1.9 pp of 50 %", False),
        ("most likely btc_nasdaq_coupling is weak by at least 4 pp", True),
        ("most likely btc_nasdaq_coupling is weak by at least 4.1 pp", False),
    ],
)
def test_bounds_are_met_but_for_rounding(model: cm.Model, statement: str, holds: bool) -> None:
    assert judged(model, statement).holds is holds


STRUCTURE = [
    ("path china_policy -> ... -> btc_return exists", True),
    ("path china_policy -> btc_return exists", False),
    ("path china_policy -> tech_risk_sentiment -> ... -> btc_return exists", True),
    ("path btc_return -> ... -> china_policy exists", False),
    ("path gpu_rental_price -> ... -> btc_return avoiding tech_risk_sentiment exists", True),
    ("no path gpu_rental_price -> ... -> btc_return", False),
    ("no path gpu_rental_price -> ... -> btc_return avoiding crypto_sentiment", False),
    (
        "no path gpu_rental_price -> ... -> btc_return"
        " avoiding {crypto_sentiment, tech_risk_sentiment}",
        True,
    ),
    ("every path gpu_rental_price -> ... -> btc_return passes crypto_sentiment", False),
    ("every path ai_hosting_economics -> ... -> btc_return passes miner_equities", True),
    ("every path btc_return -> ... -> china_policy passes miner_equities", False),
    ("arrow {china_policy, us_export_terms} -> china_h200_orders exists", True),
    ("arrow {china_policy, us_export_terms} -> tech_risk_sentiment exists", False),
    ("no arrow gpu_rental_price -> {btc_return, miner_equities}", True),
    ("no arrow gpu_rental_price -> {btc_return, ai_hosting_economics}", False),
    ("china_policy independent of us_export_terms", True),
    ("china_policy independent of us_export_terms given china_h200_orders", False),
    ("china_policy depends on us_export_terms given nvda_guidance", True),
    (
        "{gpu_spot_quotes, cloud_rental_quotes} independent of btc_return given gpu_rental_price",
        True,
    ),
    ("gpu_spot_quotes independent of cloud_rental_quotes given parents(gpu_spot_quotes)", True),
    ("btc_return independent of etf_flow given parents(btc_return) in the tables", True),
]


@pytest.mark.parametrize(("statement", "holds"), STRUCTURE, ids=[each[0] for each in STRUCTURE])
def test_statements_about_arrows(model: cm.Model, statement: str, holds: bool) -> None:
    found = judged(model, statement)
    assert found.holds is holds
    assert found.told


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "path gpu_rental_price -> ... -> miner_equities exists",
            "gpu_rental_price -> ai_hosting_economics -> miner_equities",
        ),
        (
            "every path gpu_rental_price -> ... -> tech_risk_sentiment passes ai_hosting_economics",
            "around: gpu_rental_price -> ai_buildout_cost -> tech_risk_sentiment",
        ),
        (
            "china_policy independent of us_export_terms given china_h200_orders",
            "open path china_policy -> china_h200_orders <- us_export_terms",
        ),
        (
            "arrow china_policy -> {etf_flow, tech_risk_sentiment} exists",
            "missing china_policy -> etf_flow",
        ),
        (
            "no arrow china_policy -> {etf_flow, tech_risk_sentiment}",
            "china_policy -> tech_risk_sentiment",
        ),
        ("path china_policy -> btc_return exists", "no path"),
    ],
)
def test_what_is_told_about_arrows_is_a_witness(model: cm.Model, statement: str, told: str) -> None:
    assert judged(model, statement).told == told


def test_findings_that_the_model_assumes_are_in_force(model: cm.Model) -> None:
    assumed = model.with_findings(given={"china_policy": "hard_mandate"})
    found = judged(assumed, "P(btc_return <= down) > 0.4")
    assert found.measured[0].value == pytest.approx(down(model, china_policy="hard_mandate"))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "P(btc_return = down | china_policy = hard_mandate, scenario brief_pause) > 0.4",
            "contradict",
        ),
        (
            "P(btc_return = down | china_policy = hard_mandate, china_policy = brief_pause) > 0.4",
            "contradict",
        ),
        (
            "P(btc_return = down | do(china_policy = hard_mandate), scenario brief_pause) > 0.4",
            "do",
        ),
    ],
)
def test_what_cannot_be_assumed_cannot_be_judged(
    model: cm.Model, statement: str, reason: str
) -> None:
    found = judged(model, statement)
    assert found.holds is None
    assert reason in found.reason
    report = check_claims(model, {"it": statement})
    assert report["it"].verdict == "unjudged"
    assert not report.passed


def test_an_answer_that_would_take_too_much_memory_cannot_be_judged() -> None:
    small = replace(cm.load("article"), max_memory=10)
    found = judged(small, "P(btc_return = down) > 0.4")
    assert found.holds is None
    assert "memory" in found.reason


def test_equal_conditions_are_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = cm.load("article")
    asked = []
    query = cm.Model.query

    def counted(self: cm.Model, *arguments: object, **told: object) -> object:
        asked.append(told["findings"])
        return query(self, *arguments, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(cm.Model, "query", counted)
    check_claims(model)
    assert len(asked) == len(set(asked))
    assert len(asked) > 20
