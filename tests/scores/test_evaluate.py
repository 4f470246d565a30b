"""Scores of graphs: forecasts by enumeration, tables that have not seen what they forecast."""

import datetime
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from causal_model.errors import DataError, ImpossibleEvidence, QueryError
from causal_model.learning.em import Elicited
from causal_model.learning.rows import Rows
from causal_model.network import Network, Variable
from causal_model.scores.evaluate import (
    CLIMATOLOGY,
    UNINFORMED,
    Evaluation,
    evaluate,
    refit_scores,
)
from causal_model.scores.forecasters import Contender, climatology
from causal_model.scores.resampling import Resamples
from causal_model.spec.evidence import Observed
from tests.learning.test_learn import drawn_rows
from tests.networks import random_network
from tests.oracle import joint_posterior

seeds = st.integers(0, 2**32 - 1)


def rows_of(network: Network, states: NDArray[np.intp]) -> Rows:
    lines = np.arange(2, 2 + len(states))
    return Rows("rows.csv", "sha256:0", tuple(network.variables), states, lines, None)


def contender(network: Network, confidence: float = 2.0, name: str = "graph") -> Contender:
    elicited = {
        node: Elicited(table, np.full(table.shape[:-1], confidence))
        for node, table in network.tables.items()
    }
    return Contender(name, network, elicited)


def counted(network: Network, states: NDArray[np.intp], confidence: float) -> Network:
    """The network with every row learned by counting one row of the data after the other."""
    tables = {}
    for at, name in enumerate(network.variables):
        pseudo = confidence * network.tables[name]
        for row in states:
            above = [list(network.variables).index(each) for each in network.parents[name]]
            pseudo[(*(row[each] for each in above), row[at])] += 1
        tables[name] = pseudo / pseudo.sum(axis=-1, keepdims=True)
    return Network.of(network.variables.values(), network.parents, tables)


def ask(rows: Rows, network: Network, target: str, told: list[str], **more: object) -> Evaluation:
    rng = np.random.default_rng(0)
    return evaluate([contender(network)], rows, target, told, rng=rng, **more)  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_every_forecast_is_that_of_a_network_learned_from_the_rows_before(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=3, zeros=0.0)
    names = [str(each) for each in rng.permutation(list(network.variables))]
    target, told = names[0], names[1:3]
    rows = rows_of(network, drawn_rows(rng, network, 14))
    found = ask(rows, network, target, told, train=5, refit_every=3)
    assert found.scored.tolist() == list(range(5, 14))
    assert found.refits == 3
    for at, row in enumerate(found.scored.tolist()):
        origin = 5 + (row - 5) // 3 * 3
        learned = counted(network, rows.states[:origin], 2.0)
        for name, given_ in (("graph", told), (UNINFORMED, [])):
            seen = [
                Observed(node=each, state=network.variables[each].states[rows.of(each)[row]])
                for each in given_
            ]
            expected = joint_posterior(learned, seen, [target])
            assert expected is not None
            wanted = [expected[(state,)] for state in network.variables[target].states]
            np.testing.assert_allclose(found.forecasts[name][at], wanted, atol=1e-10)


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(1, 5))
def test_what_comes_later_changes_no_forecast(seed: int, every: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=3, zeros=0.0)
    names = list(network.variables)
    target = names[int(rng.integers(4))]
    told = [name for name in names if name != target][:2]
    states = drawn_rows(rng, network, 16)
    states[rng.random(states.shape) < 0.2] = -1
    states[:, names.index(target)] = drawn_rows(rng, network, 16)[:, names.index(target)]
    later = states.copy()
    cut = int(rng.integers(7, 15))
    later[cut + 1 :] = drawn_rows(rng, network, 16)[cut + 1 :]
    # The target of the row itself is not told either.
    later[cut, names.index(target)] = 0
    first = ask(rows_of(network, states), network, target, told, train=6, refit_every=every)
    second = ask(rows_of(network, later), network, target, told, train=6, refit_every=every)
    until = cut + 1 - 6
    for name in ("graph", UNINFORMED, CLIMATOLOGY):
        np.testing.assert_allclose(
            first.forecasts[name][:until], second.forecasts[name][:until], atol=1e-12
        )


def weather() -> tuple[Network, Rows]:
    network = Network.of(
        [Variable("rain", ("no", "yes")), Variable("mood", ("low", "so-so", "high"))],
        {"mood": ("rain",)},
        {
            "rain": np.array([0.7, 0.3]),
            "mood": np.array([[0.1, 0.3, 0.6], [0.5, 0.3, 0.2]]),
        },
    )
    return network, rows_of(network, drawn_rows(np.random.default_rng(5), network, 60))


def test_scores_and_intervals_by_plain_pandas() -> None:
    network, rows = weather()
    found = ask(rows, network, "mood", ["rain"], train=20, draws=200, block=3)
    frame = pd.DataFrame(rows.states, columns=list(rows.nodes))
    p = pd.DataFrame(network.tables["mood"]).loc[frame["rain"][20:]].reset_index(drop=True)
    came = frame["mood"][20:].reset_index(drop=True)
    hit = pd.get_dummies(came).reindex(columns=range(3), fill_value=False).astype(float)
    shares = (frame["mood"][:20].value_counts().reindex(range(3), fill_value=0) + 1 / 3) / 21
    base = pd.DataFrame([shares.sort_index()] * 40, index=range(40))
    rng = np.random.default_rng(0)
    which = Resamples.draw(40, 200, 3, rng).members()
    scores: list[tuple[str, Callable[[pd.DataFrame], pd.Series[float]], int]] = [
        ("log", lambda q: np.log((q * hit).sum(axis=1)), 1),
        ("brier", lambda q: ((q - hit) ** 2).sum(axis=1), -1),
        ("rps", lambda q: ((q - hit).cumsum(axis=1).iloc[:, :2] ** 2).mean(axis=1), -1),
    ]
    for rule, score, sign in scores:
        (one,) = [
            each for each in found.comparisons if (each.rule, each.against) == (rule, CLIMATOLOGY)
        ]
        own, other = score(p), score(base)
        assert one.own == pytest.approx(own.mean(), rel=1e-12)
        assert one.other == pytest.approx(other.mean(), rel=1e-12)
        gains = sign * (own - other)
        drawn = sorted(gains.iloc[each].mean() for each in which)
        expected = (gains.mean(), drawn[5], drawn[195])
        assert tuple(one.gain) == pytest.approx(expected, rel=1e-9)


def test_a_graph_that_knows_is_better_and_one_that_guesses_is_not() -> None:
    network, rows = weather()
    knowing = ask(rows, network, "mood", ["rain"], train=20)
    assert knowing.verdict().verdict == "better"
    even = Network.of(
        network.variables.values(),
        network.parents,
        {"rain": np.full(2, 0.5), "mood": np.full((2, 3), 1 / 3)},
    )
    assert ask(rows, even, "mood", ["rain"], train=20).verdict().verdict != "better"
    contrary = Network.of(
        network.variables.values(),
        network.parents,
        {"rain": np.full(2, 0.5), "mood": network.tables["mood"][::-1]},
    )
    assert ask(rows, contrary, "mood", ["rain"], train=20).verdict().verdict == "worse"


def test_climatology_shares_one_pseudo_count_evenly() -> None:
    weights = np.array([[1.0, 1, 1, 1], [0, 2, 0, 1]])
    found = climatology(np.array([0, 1, -1, 1]), 2, weights)
    np.testing.assert_allclose(found, [[1.5 / 4, 2.5 / 4], [0.5 / 4, 3.5 / 4]])


def test_what_was_called_impossible_scores_minus_infinity() -> None:
    network, rows = weather()
    mood = np.array([[0.0, 0.4, 0.6], [0.5, 0.3, 0.2]])
    sure = Network.of(network.variables.values(), network.parents, {**network.tables, "mood": mood})
    found = evaluate(
        [Contender("sure", sure, {}), Contender("other", sure, {})],
        rows,
        "mood",
        ["rain"],
        rng=np.random.default_rng(0),
        train=20,
    )
    assert found.verdict().own == -np.inf
    assert found.verdict().gain.value == -np.inf
    assert found.verdict().verdict in ("no better", "worse")
    # Both are wrong alike.
    assert found.verdict("other").gain == (0, 0, 0)


def test_states_without_an_order_have_no_ranked_score() -> None:
    network, rows = weather()
    assert set(ask(rows, network, "mood", [], ordered=False).rules) == {"log", "brier"}


def test_refits_on_resamples_are_those_of_single_fits() -> None:
    network, rows = weather()
    found = refit_scores(
        contender(network),
        rows,
        "mood",
        ["rain"],
        rng=np.random.default_rng(9),
        train=30,
        draws=40,
        block=5,
    )
    which = Resamples.draw(30, 40, 5, np.random.default_rng(9)).members()

    def score(trained: NDArray[np.intp]) -> float:
        learned = counted(network, rows.states[trained], 2.0)
        own = learned.tables["mood"][rows.of("rain")[30:], rows.of("mood")[30:]]
        return float(np.log(own).mean())

    drawn = sorted(score(each) for each in which)
    expected = (score(np.arange(30)), drawn[1], drawn[39])
    assert tuple(found["log"]) == pytest.approx(expected, rel=1e-10)
    assert set(found) == {"log", "brier", "rps"}


def test_what_cannot_be_scored_is_refused() -> None:
    network, rows = weather()
    with pytest.raises(
        QueryError, match="60 rows are to train, but there are 60; expected 1 to 59"
    ):
        ask(rows, network, "mood", [], train=60)
    unseen = rows.states.copy()
    unseen[:30, rows.nodes.index("mood")] = -1
    with pytest.raises(DataError, match="'mood' is never observed among the first 30 rows"):
        ask(rows_of(network, unseen), network, "mood", [])
    with pytest.raises(DataError, match="'mood' is never observed after the first 30 rows"):
        ask(rows_of(network, unseen[::-1]), network, "mood", [])
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(at) for at in range(60)]
    days[7] = datetime.date(2025, 1, 1)
    with pytest.raises(DataError, match=r"rows\.csv:9: 2025-01-01 comes after 2026-01-07"):
        ask(replace(rows, dates=tuple(days)), network, "mood", [])
    dry = Network.of(
        network.variables.values(), network.parents, {**network.tables, "rain": np.eye(2)[0]}
    )
    with pytest.raises(ImpossibleEvidence, match=r"probability zero under 'graph': rain=yes"):
        ask(rows, dry, "mood", ["rain"])
