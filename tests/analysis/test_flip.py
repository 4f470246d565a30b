"""What reverses a statement really does, a little less does not, and nothing else could."""

import csv
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model as cm
from causal_model.analysis.flip import Margin, is_at_once, smallest_moves
from causal_model.analysis.hyperbolas import Hyperbolas
from causal_model.analysis.sensitivity import entry_functions, two_passes
from causal_model.analysis.signs import given_sign, new_signs
from causal_model.analysis.two_way import with_entries
from causal_model.claims.check import check_claims
from causal_model.inference.findings import bind
from causal_model.model import Model
from causal_model.network import Network, Variable
from causal_model.questions.tornado.entries import entry_of, place_of
from causal_model.spec.evidence import Finding, Likelihood, Observed
from tests.networks import random_findings, random_network
from tests.oracle import answer

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "published" / "sensitivity"
seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=20, deadline=None)


def holds(model: Model, statement: str) -> bool | None:
    """As claims judge it; None where they cannot, as under impossible conditions."""
    (result,) = check_claims(model, {"it": statement}).results
    assert result.judgement is not None
    return result.judgement.holds


def random_question(seed: int) -> tuple[Model, tuple[Finding, ...], str] | None:
    """A random graph with findings, and the name of a node that they leave open."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(2, 6)), most_states=3, zeros=0.1)
    kinds = ("observed", "excluded", "likelihood")
    findings = tuple(random_findings(rng, network, kinds=kinds, most=2))
    if answer(network, findings) is None:
        return None
    fixed = {*bind(network, findings).observed}
    free = [name for name in network.variables if name not in fixed]
    return (Model(network, findings=findings), findings, str(rng.choice(free))) if free else None


def one(rng: np.random.Generator, node: str) -> str:
    low = rng.uniform(0.02, 0.9)
    sign = rng.choice(["<", "<=", ">", ">="])
    return f"P({node} = s0) {sign} {low:.3f}"


def chain(rng: np.random.Generator, node: str) -> str:
    low, high = sorted(rng.uniform(0.01, 0.98, size=2))
    return f"{low:.3f} < P({node} = s0) <= {high + 0.01:.3f}"


def two(rng: np.random.Generator, node: str) -> str:
    return f"P({node} = s0) - 0.7 * P({node} = s1) > {rng.uniform(-0.5, 0.5):.3f}"


def near(rng: np.random.Generator, node: str) -> str:
    return f"P({node} = s0) within {rng.uniform(5, 60):.1f} pp of P({node} = s1)"


def three(rng: np.random.Generator, node: str) -> str:
    return f"P({node} = s0) + P(n0 = s0) - P(n1 = s0) > {rng.uniform(-0.5, 1):.3f}"


def ahead(rng: np.random.Generator, node: str) -> str:
    """Where one state is the most likely, with a margin or without."""
    margin = rng.choice(["", f" by at least {rng.uniform(0.1, 30):.1f} pp"])
    return f"most likely {node} is s{rng.integers(2)}{margin}"


def either_ahead(rng: np.random.Generator, node: str) -> str:
    return f"most likely {node} is s0 or s1 by at least {rng.uniform(0.1, 10):.1f} pp"


def trend(rng: np.random.Generator, node: str) -> str:
    over = rng.choice(["n0", "do(n0)"])
    margin = rng.choice(["", f" by at least {rng.uniform(0.1, 10):.1f} pp"])
    return f"P({node} = s0) {rng.choice(['rises', 'falls'])} over {over}{margin}"


def equal(rng: np.random.Generator, node: str) -> str:
    return f"P({node} = s0) = {rng.uniform(0.1, 0.9):.3f}"


def asked_of(
    form: Callable[[np.random.Generator, str], str], seed: int
) -> tuple[Model, tuple[Finding, ...], str] | None:
    """A random graph with findings, and a statement about it that can be reversed."""
    asked = random_question(seed)
    if asked is None:
        return None
    model, findings, node = asked
    rng = np.random.default_rng(seed)
    if form is either_ahead and len(model.states(node)) < 3:
        return None
    if form in (trend, under_two) and (node == "n0" or any(each.node == "n0" for each in findings)):
        return None
    statement = form(rng, node)
    if form is close:
        # Near what it is, so that a finding can reverse it.
        threshold = np.clip(model.query(node)[node]["s0"] + rng.uniform(-0.1, 0.1), 0.02, 0.95)
        statement = statement.replace("here", f"{threshold:.3f}")
    fixed = bind(model.network, model.findings).observed
    if any(f"P({name} =" in statement for name in fixed):
        with pytest.raises(cm.QueryError, match="is given itself"):
            cm.flip(model, statement)
        return None
    if holds(model, statement) is None:
        with pytest.raises(cm.CausalModelError):
            cm.flip(model, statement)
        return None
    return model, findings, statement


FORMS = [one, chain, two, near, three, ahead, either_ahead, trend, equal]


@pytest.mark.parametrize("form", FORMS)
@quick
@given(seeds)
def test_a_row_that_reverses_a_statement_does_and_a_little_less_does_not(
    form: Callable[[np.random.Generator, str], str], seed: int
) -> None:
    asked = asked_of(form, seed)
    if asked is None:
        return
    model, _, statement = asked
    rng = np.random.default_rng(seed)
    before = holds(model, statement)
    found = cm.flip(model, statement)
    assert found.holds == before
    sizes = [abs(each.change) for each in found.rows]
    np.testing.assert_allclose(sizes, sorted(sizes), atol=1e-12)
    for each in found.rows[:3]:
        name, at = place_of(model, each.entry)
        size = abs(each.change)

        def after(state: int, value: float, name: str = name, at: Any = at) -> bool | None:
            moved = with_entries(model.network, {(name, (*at[:-1], state)): value})
            return holds(Model(moved, findings=model.findings), statement)

        assert after(at[-1], each.needed) == (not before)
        assert after(at[-1], float(each.rounded.text())) == (not before)
        assert each.rounded.text() != each.rounded.text(each.now)
        if each.at_once:
            for part in (1e-4, 1e-6):
                step = part * (1 if each.change > 0 else -1)
                assert after(at[-1], each.now + step) == (not before)
        if size < 1e-6:
            continue
        # Nothing less does, in either direction, nor any other number of the row.
        for state, now in enumerate(model.network.tables[name][at[:-1]].tolist()):
            for value in (now - 0.99 * size, now + 0.99 * size):
                if 0 <= value <= 1:
                    assert after(state, value) in (before, None)
    reversible = {(each.entry.node, tuple(each.entry.given.values())) for each in found.rows}
    for name in model.network.variables:
        shape = model.network.tables[name].shape
        at = tuple(int(rng.integers(size)) for size in shape)
        given = tuple(
            model.network.variables[parent].states[state]
            for parent, state in zip(model.network.parents[name], at, strict=False)
        )
        if (name, given) in reversible or shape[-1] == 1:
            continue
        for value in (0.0, 0.2, 0.5, 0.8, 1.0):
            moved = with_entries(model.network, {(name, at): value})
            assert holds(Model(moved, findings=model.findings), statement) in (before, None)


def close(rng: np.random.Generator, node: str) -> str:
    """The threshold is put in once the answer is known."""
    return f"P({node} = s0) {rng.choice(['<', '<=', '>', '>='])} here"


def under_two(rng: np.random.Generator, node: str) -> str:
    return f"P({node} = s0 | do(n0 = s0)) >= {rng.uniform(0.3, 1.5):.3f} * P({node} = s0 | do(n0 = s1))"


@pytest.mark.parametrize("form", [close, two, near, ahead, either_ahead, trend, under_two])
@quick
@given(seeds)
def test_a_finding_that_reverses_a_statement_does_and_a_weaker_one_does_not(
    form: Callable[[np.random.Generator, str], str], seed: int
) -> None:
    asked = asked_of(form, seed)
    if asked is None:
        return
    model, findings, statement = asked
    found = cm.flip(model, statement)
    for each in found.by_finding:
        others = tuple(one for one in findings if one.node != each.node)

        def after(weights: dict[str, float], others: Any = others, each: Any = each) -> bool | None:
            sign = Likelihood(node=each.node, weights=weights)
            return holds(replace(model, findings=(*others, sign)), statement)

        assert after(dict(each.weights)) == (not found.holds)
        if each.way == "other reading":
            continue
        if each.rounded is not None:
            # The sign as strong as is printed; where it tells nothing any more, that is exact.
            assert each.ratio is not None
            shown = 1 - 1 / float(each.rounded.text())
            part = shown / (1 - 1 / each.ratio) if each.ratio > 1 else 1 + shown
            printed = {state: 1 + part * (weight - 1) for state, weight in each.weights.items()}
            assert after(printed) == (not found.holds)
            assert each.ratio_now is None or each.rounded.text() != each.rounded.text(
                each.ratio_now
            )
        old = dict.fromkeys(each.weights, 1.0)
        if each.way != "new reading":
            old = dict.fromkeys(old, 0.0) | _weights_of(findings, each.node, list(old))
        short = {state: old[state] + 0.99 * (w - old[state]) for state, w in each.weights.items()}
        if max(abs(short[state] - old[state]) for state in short) < 1e-6:
            continue
        assert after(short) == found.holds
        if each.way == "new reading":
            # No sign of another state that is weaker would do.
            lowest = min(short.values())
            for state in short:
                other = dict.fromkeys(short, lowest) | {state: 1.0}
                assert after(other) in (found.holds, None)
    # Every reading that reverses it is listed, of a node that was found and of one that was not.
    told = {each.node for each in findings}
    new = {each.node for each in found.by_finding if each.way == "new reading"}
    others_read = {
        (each.node, each.state) for each in found.by_finding if each.way == "other reading"
    }
    assert new.isdisjoint(told)
    # A node that the statement speaks of, or that is known only under a part of its conditions.
    left_out = {name for name in model.network.variables if re.search(rf"\b{name}\b", statement)}
    assert left_out.isdisjoint(new | {name for name, _ in others_read})
    for name in set(model.network.variables) - left_out:
        for state in model.states(name):
            rest = tuple(each for each in findings if each.node != name)
            more = (*rest, Observed(node=name, state=state))
            reached = holds(replace(model, findings=more), statement)
            if more == findings or reached is None:
                continue
            reversed_ = reached != found.holds
            if name in told:
                given = Observed(node=name, state=state) in findings
                assert reversed_ == ((name, state) in others_read) or given
            elif reversed_:
                assert name in new


def test_a_sign_is_found_as_strong_as_it_must_be() -> None:
    model = cm.load("article")
    claim = "P(btc_return in strong_down, down) > 0.4"
    seen = cm.flip(model, claim, given={"etf_flow": "outflow"})
    assert seen.holds
    (weaker,) = [each for each in seen.by_finding if each.way == "weaker"]
    assert (weaker.node, weaker.state, weaker.ratio_now) == ("etf_flow", "outflow", None)
    vague = {"etf_flow": {"outflow": 1.0, "flat": 0.5, "inflow": 0.5}}
    heard = cm.flip(model, claim, likelihood=vague)
    assert not heard.holds
    (stronger,) = [each for each in heard.by_finding if each.way == "stronger"]
    assert stronger.ratio_now == pytest.approx(2)
    # It is the same sign that both arrive at.
    assert weaker.ratio is not None
    assert weaker.ratio > 2
    assert stronger.ratio == pytest.approx(weaker.ratio, rel=1e-6)


def _weights_of(findings: tuple[Finding, ...], node: str, states: list[str]) -> dict[str, float]:
    (one,) = [each for each in findings if each.node == node]
    if one.kind == "observed":
        return {one.state: 1.0}
    if one.kind == "excluded":
        return {state: float(state != one.state) for state in states}
    assert one.kind == "likelihood"
    largest = max(one.weights.values())
    return {state: weight / largest for state, weight in one.weights.items()}


def test_a_margin_that_touches_zero_and_turns_back_is_not_reversed() -> None:
    # t + 0.25 / t as the sum of two answers, from t = 0.8; its minimum is 1 at t = 0.5.
    def function(value: float, a: float, c: float) -> Hyperbolas:
        slopes, below = np.array([a - value * c, 0.0]), np.array([c, 0.0])
        now = np.array([0.8, 0.2])
        return Hyperbolas(value=value, now=now, slopes=slopes, denominators=below)

    functions = [function(0.8, 1, 0), function(0.25 / 0.8, 0, 1 / 0.8)]
    for least, expected in ((1.0, np.nan), (1.01, (1.01 + np.sqrt(1.01**2 - 1)) / 2 - 0.8)):
        margin = Margin(-least, ((1.0, 0), (1.0, 1)))
        moves = smallest_moves(functions, [[margin]], now_holds=True).moves
        np.testing.assert_allclose(moves, [expected, np.nan], atol=1e-9)


@pytest.mark.parametrize("odds", [1e2, 1e4, 1e6, 1e8, 1e10])
def test_a_steep_answer_is_reversed_within_rounding(odds: float) -> None:
    # t / (t + odds (1 - t)) from t = 0: nothing happens until the very end, where t = odds / (odds + 1).
    functions = Hyperbolas(
        value=0.0,
        now=np.array([0.0, 1.0]),
        slopes=np.array([1 / odds, 0.0]),
        denominators=np.array([1 / odds - 1, 0.0]),
    )
    for margin, now_holds in (
        (Margin(0.5, ((-1.0, 0),)), True),
        (Margin(-0.5, ((1.0, 0),)), False),
    ):
        (move, _) = smallest_moves([functions], [[margin]], now_holds=now_holds).moves
        assert move == pytest.approx(odds / (odds + 1), rel=1e-8)
        assert float(functions.at(np.array([move, 0]))[0]) >= 0.5


def test_the_most_likely_state_is_overtaken_by_the_nearest_rival() -> None:
    model = cm.load("article")
    found = cm.flip(
        model, "most likely tech_risk_sentiment | scenario hard_mandate is sharp_risk_off"
    )
    assert found.holds
    first = found.rows[0]
    assert first.comparison == "sharp_risk_off > risk_off"
    curves = {
        state: (a * first.needed + b) / (c * first.needed + d)
        for state, (a, b, c, d) in first.answers.items()
    }
    assert curves.keys() == {"sharp_risk_off", "risk_off"}
    assert curves["risk_off"] == pytest.approx(curves["sharp_risk_off"], abs=1e-9)
    # Just behind that place no more is needed to make it hold again than to go back.
    place = place_of(model, first.entry)
    moved = with_entries(model.network, {place: first.needed + 0.01 * np.sign(first.change)})
    other = Model(moved, findings=model.told(scenario="hard_mandate"))
    back = cm.flip(other, "most likely tech_risk_sentiment is sharp_risk_off")
    assert not back.holds
    (same,) = [
        each
        for each in back.rows
        if each.entry.node == first.entry.node and each.entry.given == first.entry.given
    ]
    assert 0 < abs(same.change) <= 0.01 + 1e-9


def test_a_trend_is_reversed_at_one_of_its_steps() -> None:
    found = cm.flip(
        cm.load("article"),
        "P(etf_flow = outflow) falls over do(tech_risk_sentiment) by at least 1 pp",
    )
    assert found.holds
    assert found.comparisons == 3
    assert found.cases == 4
    assert found.subject == "P(etf_flow = outflow)"
    # The rows themselves are the cases: 14 % where it is neutral, 6 % where it is on.
    assert found.rows[0].comparison == "risk_on < neutral"
    assert abs(found.rows[0].change) == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("sign", "now", "needed"), [(">", True, 0.0), (">=", True, None), ("<=", False, 0.0)]
)
def test_a_tie_at_the_end_of_the_way_is_enough_where_the_statement_says_so(
    sign: str, now: bool, needed: float | None
) -> None:
    tables = {"x": np.array([0.5, 0.5]), "y": np.array([[0.6, 0.4], [0.0, 1.0]])}
    network = Network.of(
        [Variable("x", ("a", "b")), Variable("y", ("yes", "no"))], {"y": ("x",)}, tables
    )
    statement = f"P(y = yes | do(x = a)) {sign} P(y = yes | do(x = b))"
    found = cm.flip(Model(network), statement)
    assert found.holds == now
    rows = {tuple(each.entry.given.values()): each.needed for each in found.rows}
    # The other row gets there as well, and beyond.
    assert rows.pop(("b",)) == pytest.approx(0.6)
    assert rows == ({} if needed is None else {("a",): needed})


def test_what_two_numbers_would_be_equal_at() -> None:
    model = cm.load("article")
    found = cm.flip(model, "P(etf_flow = outflow | do(tech_risk_sentiment = neutral)) = 20 %")
    assert not found.holds
    (row,) = found.rows
    assert row.needed == pytest.approx(0.2, abs=1e-8)


def _first(model: Model, name: str) -> Any:
    return np.eye(len(model.states(name)))[0]


@pytest.mark.parametrize("goal", [0.6, 0.79, 0.81])
def test_the_strength_of_a_sign_by_hand(goal: float) -> None:
    # P(x) = 1/2 each and P(s | x) = 0.2, 0.8; with the weights 1 - λ and 1 of a sign of the second,
    # N = 0.1 (1 - λ) + 0.4 and D = 0.5 (1 - λ) + 0.5, and N / D is 0.5 at λ = 0, 0.6 at 0.5, 0.8 at 1.
    over, below = np.array([0.1, 0.4]), np.array([0.5, 0.5])
    expected = (0.5 - goal) / (0.1 - 0.5 * goal) if 0.5 < goal < 0.8 else np.nan
    at_least = [[Margin(-goal, ((1.0, 0),))]]
    signs = smallest_moves([new_signs(0.5, over, below)], at_least, now_holds=False)
    assert signs.moves[1] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert np.isnan(signs.moves[0])
    # The same sign where it was given, at λ = 1, is reached from the other side.
    given_ = given_sign(over, below, np.array([0.0, 1.0]))
    assert given_.value == pytest.approx(0.8)
    weaker = smallest_moves([given_], at_least, now_holds=goal < 0.8)
    assert 1 + weaker.moves[0] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    nothing = smallest_moves([given_sign(over, below, np.ones(2))], at_least, now_holds=False)
    assert np.isnan(nothing.moves[0])


def test_changes_that_meet_a_printed_constraint_are_the_printed_ones() -> None:
    model = cm.load(PUBLISHED / "fire_alarm.yaml")
    passes = two_passes(
        model.compiled, bind(model.network, []), {"report": _first(model, "report")}
    )
    functions = entry_functions(passes)
    moves = smallest_moves([functions], [[Margin(0.4, ((-1.0, 0),))]], now_holds=True).moves
    with (PUBLISHED / "changes.csv").open(encoding="utf-8") as opened:
        lines = list(csv.DictReader(opened))
    printed = {
        functions.number(place_of(model, entry_of(model, line["entry"]))): line for line in lines
    }
    assert len(printed) == 5
    for number, line in printed.items():
        assert functions.now[number] == float(line["value"])
        assert functions.now[number] + moves[number] == pytest.approx(
            float(line["published"]), abs=6e-8
        )


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("P(etf_flow = flat) = P(etf_flow = flat)", "the two are equal"),
        ("arrow etf_flow -> btc_return exists", "only the arrows of the graph decide this"),
        ("path etf_flow -> ... -> btc_return exists", "only the arrows of the graph decide this"),
        ("etf_flow independent of china_policy", "only the arrows of the graph decide this"),
        ("etf_flow depends on china_policy in the tables", "takes whole rows of tables"),
        (
            "share(etf_flow, china_policy: brief_pause -> hard_mandate, P(btc_return = down)) > 10 %",
            "ask of the effect itself",
        ),
        ("P(etf_flow = flat | etf_flow = flat) > 0.5", "given itself"),
        ("P(btc_retrun = down) > 0.2", "no node 'btc_retrun'"),
        ("P(btc_return = down) >", "but the statement ends"),
    ],
)
def test_what_cannot_be_reversed_says_what_can(statement: str, told: str) -> None:
    with pytest.raises(cm.QueryError, match=told):
        cm.flip(cm.load("article"), statement)


def test_beliefs_and_impossible_evidence_are_refused() -> None:
    model = cm.load("article")
    with pytest.raises(cm.EvidenceError, match="belief on etf_flow"):
        cm.flip(
            model, "P(btc_return = down) > 0.2", belief={"etf_flow": {"flat": 0.5, "inflow": 0.5}}
        )
    with pytest.raises(cm.QueryError, match="level"):
        cm.flip(model, "P(btc_return = down) > 0.2", level=float("nan"))


def test_how_far_a_change_goes_is_told_in_intervals() -> None:
    found = cm.flip(
        cm.load("article"),
        "P(btc_return in strong_down, down) > 0.4",
        given={"china_policy": "hard_mandate"},
    )
    assert found.holds
    assert found.rows
    aside = [each for each in found.rows if each.in_intervals is None]
    for each in found.rows:
        assert each.interval is not None
        assert each.plausible == (each.in_intervals is not None and each.in_intervals <= 1)
    # Skewed intervals that lie on the other side of what the number is now.
    assert aside
    assert all(
        each.interval and (each.change > 0) == (each.interval[1] <= each.now) for each in aside
    )
    assert 0 < len(found.plausible) < len(found.rows)
    given = {"china_policy": "hard_mandate"}
    ranked = cm.flip(cm.load("article"), found.statement, order="interval", given=given).rows
    shares = [math.inf if each.in_intervals is None else each.in_intervals for each in ranked]
    assert shares == sorted(shares)
    assert len(ranked) == len(found.rows)
    with pytest.raises(cm.QueryError, match="Did you mean 'interval'"):
        cm.flip(cm.load("article"), found.statement, order="intervall")  # type: ignore[arg-type]
    data = found.to_dict(3)
    assert len(data["rows"]) == 3
    assert data["rows_in_all"] == len(found.rows)


def test_no_row_can_reverse_what_no_row_touches() -> None:
    model = cm.load("article")
    found = cm.flip(model, "P(btc_return = down) < 0.99", given={"etf_flow": "flat"})
    assert found.rows == ()
    assert found.holds


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        ("P(btc_return in strong_down, down) > 0.4", {"china_policy": "hard_mandate"}),
        ("P(btc_return in strong_down, down) < 0.36", {}),
        ("P(btc_return = down) < P(btc_return = flat)", {}),
        ("P(miner_equities = down) >= 0.4", {"nasdaq_return": "risk_off"}),
    ],
)
def test_what_is_printed_reverses_a_statement_as_well(
    statement: str, given: dict[str, str]
) -> None:
    model = cm.load("article")
    told = tuple(Observed(node=node, state=state) for node, state in given.items())
    found = cm.flip(model, statement, given=given)
    assert found.rows
    for each in found.rows:
        assert not each.at_once
        assert each.rounded.digits <= 6
        printed = float(each.rounded.text())
        assert abs(printed - each.needed) <= 1e-3 * max(abs(each.needed), 1e-3)
        changed = with_entries(model.network, {place_of(model, each.entry): printed})
        assert holds(replace(model, network=changed, findings=told), statement) is not found.holds
    new = [each for each in found.by_finding if each.way == "new reading" and each.rounded]
    assert new
    for sign in new:
        assert sign.rounded
        ratio = float(sign.rounded.text())
        weights = {
            state: 1.0 if state == sign.state else 1 / ratio for state in model.states(sign.node)
        }
        likely = Likelihood(node=sign.node, weights=weights)
        assert holds(replace(model, findings=(*told, likely)), statement) is not found.holds


def test_where_anything_will_do_no_number_is_told() -> None:
    # A tie that rounding hides is one.
    functions = Hyperbolas(
        value=0.5, now=np.array([0.3]), slopes=np.array([0.4]), denominators=np.array([0.2])
    )
    for off in (-3e-14, 0.0, 3e-14, 1e-6):
        margins = [[Margin(off - 0.5, ((1.0, 0),))]]
        at_once = is_at_once([functions], margins, np.array([-1e-10]), now_holds=True)
        assert at_once.tolist() == [off < 1e-6]
    network = Network.of([Variable("coin", ("no", "yes"))], {}, {"coin": np.array([1.0, 0.0])})
    found = cm.flip(Model(network), "P(coin = yes) > 0")
    assert not found.holds
    assert found.rows
    for each in found.rows:
        assert each.at_once
