"""Credible intervals against a loop over networks, each by enumeration, and against what must hold."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc

from causal_model.analysis.credible import credible, credible_each, drawn_answers
from causal_model.analysis.width import Question
from causal_model.errors import QueryError, TooLarge
from causal_model.inference import dirichlets as dirichlets_module
from causal_model.inference.dirichlets import BLOCK, Dirichlets
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Belief, Do, Observed
from tests.networks import random_findings, random_network
from tests.oracle import CannotHold, answer

seeds = st.integers(0, 2**32 - 1)
KINDS = ("observed", "excluded", "likelihood", "belief", "do")


def confident(
    network: Network, confidence: float | None = None, *, rng: np.random.Generator | None = None
) -> Dirichlets:
    """Every row with one confidence, or with one of its own from 2 to 60."""
    found = {}
    for name, table in network.tables.items():
        rows = table.shape[:-1]
        if rng is None:
            assert confidence is not None
            found[name] = np.full(rows, confidence)
        else:
            found[name] = np.exp(rng.uniform(np.log(2), np.log(60), size=rows))
    return Dirichlets(network, found)


def at_draw(network: Network, tables: Mapping[str, Array], draw: int) -> Network:
    drawn = {name: each[draw] for name, each in tables.items()}
    return replace(network, tables={**network.tables, **drawn})


def chain() -> Network:
    """Rain makes the street wet, and a wet street makes people slip."""
    return Network.of(
        [Variable(name, ("no", "yes")) for name in ("rain", "wet", "slip")],
        {"wet": ("rain",), "slip": ("wet",)},
        {
            "rain": np.array([0.7, 0.3]),
            "wet": np.array([[0.9, 0.1], [0.2, 0.8]]),
            "slip": np.array([[0.95, 0.05], [0.6, 0.4]]),
        },
    )


# The law: one network after the other.


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_intervals_are_those_of_a_loop_over_networks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 5)), most_states=3)
    told = random_findings(rng, network, kinds=KINDS, most=3)
    dirichlets = confident(network, rng=rng)
    targets = [str(each) for each in rng.permutation(list(network.variables))[:2]]
    try:
        if answer(network, told) is None:
            return
    except CannotHold:
        return
    draws, level = 12, 0.1
    found = credible(
        dirichlets, bind(network, told), targets, level=level, draws=draws, seed=seed % 1000
    )
    tables = {name: dirichlets.draw(name, 0, seed % 1000) for name in dirichlets.open}
    before = [answer(at_draw(network, tables, draw), []) for draw in range(draws)]
    after = [answer(at_draw(network, tables, draw), told) for draw in range(draws)]

    def interval(values: list[float]) -> list[float]:
        return [float(each) for each in np.quantile(values, [0.45, 0.55])]

    seen = any(each.kind in ("observed", "excluded", "likelihood") for each in told)
    chances = [each.evidence for each in after if each]
    assert len(chances) == draws
    expected = interval(chances) if seen else [1.0, 1.0]
    np.testing.assert_allclose(found.evidence_probability, expected, rtol=1e-9)
    for node in targets:
        for state in network.variables[node].states:
            old = [each.posterior[node][state] for each in before if each]
            new = [each.posterior[node][state] for each in after if each]
            points = [100 * (b - a) for a, b in zip(old, new, strict=True)]
            np.testing.assert_allclose(found.prior[node][state], interval(old), atol=1e-11)
            np.testing.assert_allclose(found.posterior[node][state], interval(new), atol=1e-11)
            np.testing.assert_allclose(found.change_pp[node][state], interval(points), atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_mean_of_many_draws_is_the_answer(seed: int) -> None:
    # P(target, evidence) is linear in every row, and rows are independent: its mean is its value at the
    # means, also for rows of little confidence.
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=3)
    told = random_findings(rng, network, kinds=("observed", "excluded", "likelihood", "do"), most=2)
    exact = answer(network, told)
    if exact is None:
        return
    node = str(rng.choice(list(network.variables)))
    dirichlets = confident(network, rng=rng)
    (found,) = drawn_answers(
        [Question(dirichlets, bind(network, told))], [node], draws=4000, seed=1
    )
    chance = np.exp(found.log_evidence)
    joint = chance[:, None] * np.where(chance[:, None] > 0, found.marginals[node], 0.0)
    expected = exact.evidence * np.array(list(exact.posterior[node].values()))
    error = joint.std(axis=0) / np.sqrt(len(joint))
    assert (np.abs(joint.mean(axis=0) - expected) <= 5.5 * error + 1e-12).all()


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_several_questions_at_once_are_each_of_them_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, most_states=3)
    told = [random_findings(rng, network, kinds=KINDS, most=2) for _ in range(3)]
    dirichlets = confident(network, rng=rng)
    questions = [Findings()]
    for each in told:
        try:
            if answer(network, each) is not None:
                questions.append(bind(network, each))
        except CannotHold:
            continue
    targets = [str(each) for each in rng.permutation(list(network.variables))[:2]]
    together = credible_each(dirichlets, questions, targets, level=0.8, draws=100, seed=seed)
    for question, found in zip(questions, together, strict=True):
        alone = credible(dirichlets, question, targets, level=0.8, draws=100, seed=seed)
        assert found.to_dict() == alone.to_dict()
        for name, own in alone.samples.items():
            np.testing.assert_array_equal(found.samples[name], own)


@pytest.mark.parametrize("confidence", [0.7, 6.0, 40.0])
def test_intervals_of_a_root_are_quantiles_of_the_beta_distribution(confidence: float) -> None:
    network = chain()
    known = {**confident(network, 6.0).confidence, "rain": np.array(confidence)}
    draws = 20_000
    found = credible(Dirichlets(network, known), Findings(), ["rain"], level=0.8, draws=draws)
    ends = found.prior["rain"]["yes"]
    below = betainc(0.3 * confidence, 0.7 * confidence, ends)
    # As many draws lie below either end as the level says, up to chance.
    error = np.sqrt(0.1 * 0.9 / draws)
    np.testing.assert_allclose(below, [0.1, 0.9], atol=5 * error)


# Draws.


def test_draws_have_the_moments_of_the_dirichlet() -> None:
    row = np.array([0.6, 0.3, 0.1])
    network = Network.of([Variable("a", ("x", "y", "z"))], {}, {"a": row})
    for confidence in (0.5, 5.0, 50.0):
        dirichlets = Dirichlets(network, {"a": np.array(confidence)})
        drawn = np.concatenate([dirichlets.draw("a", at, 3) for at in range(20)])
        np.testing.assert_allclose(drawn.sum(axis=1), 1)
        assert len(np.unique(drawn[:, 0])) > 0.99 * len(drawn)
        deviation = np.sqrt(row * (1 - row) / (confidence + 1))
        assert (np.abs(drawn.mean(axis=0) - row) < 5 * deviation / np.sqrt(len(drawn))).all()
        expected = (np.diag(row) - np.outer(row, row)) / (confidence + 1)
        np.testing.assert_allclose(np.cov(drawn.T), expected, atol=0.06 / (confidence + 1))


@pytest.mark.parametrize("confidence", [1e-300, 1e-5, 1e-3])
def test_rows_of_hardly_any_confidence_end_in_a_corner_as_often_as_the_row_says(
    confidence: float,
) -> None:
    row = np.array([0.6, 0.3, 0.1])
    network = Network.of([Variable("a", ("x", "y", "z"))], {}, {"a": row})
    drawn = Dirichlets(network, {"a": np.array(confidence)}).draw("a", 0, 0)
    assert np.isfinite(drawn).all()
    corners = (drawn > 0.999).mean(axis=0)
    assert (np.abs(corners - row) < 5 * np.sqrt(row * (1 - row) / BLOCK)).all()


@pytest.mark.parametrize("confidence", [1e18, 1e300])
def test_a_huge_confidence_has_no_width(confidence: float) -> None:
    network = chain()
    told = bind(network, [Observed(node="slip", state="yes")])
    found = credible(confident(network, confidence), told, list(network.variables))
    exact = answer(network, [Observed(node="slip", state="yes")])
    assert exact is not None
    for node, states in found.posterior.items():
        for state, interval in states.items():
            np.testing.assert_allclose(interval, exact.posterior[node][state], atol=1e-7)
            np.testing.assert_allclose(
                found.change_pp[node][state][0], found.change_pp[node][state][1], atol=1e-5
            )


def test_zeros_and_rows_without_confidence_stay_as_they_are() -> None:
    network = Network.of(
        [Variable("a", ("x", "y", "z")), Variable("b", ("x", "y"))],
        {"b": ("a",)},
        {
            "a": np.array([0.5, 0.0, 0.5]),
            "b": np.array([[0.2, 0.8], [1.0, 0.0], [0.3, 0.7]]),
        },
    )
    confidence = {"a": np.array(3.0), "b": np.array([4.0, 4.0, np.nan])}
    dirichlets = Dirichlets(network, confidence)
    drawn = {name: dirichlets.draw(name, 0, 0) for name in ("a", "b")}
    assert (drawn["a"][:, 1] == 0).all()
    assert drawn["a"][:, 0].std() > 0.1
    assert drawn["b"][:, 0, 0].std() > 0.1
    assert (drawn["b"][:, 1] == [1.0, 0.0]).all()
    assert (drawn["b"][:, 2] == [0.3, 0.7]).all()


def test_one_seed_gives_the_same_draws_whatever_is_asked() -> None:
    rng = np.random.default_rng(8)
    network = random_network(rng, nodes=6, zeros=0.0)
    dirichlets = confident(network, 5.0)
    names = list(network.variables)
    whole = credible(dirichlets, Findings(), names, draws=1500, seed=4)
    told = bind(network, [Observed(node=names[0], state=network.variables[names[0]].states[0])])
    alone = credible(dirichlets, told, names[-1:], draws=1500, seed=4)
    other = credible(dirichlets, Findings(), names[-1:], draws=1500, seed=5)
    for state, interval in whole.prior[names[-1]].items():
        assert alone.prior[names[-1]][state] == pytest.approx(interval, abs=1e-12)
        assert other.prior[names[-1]][state] != pytest.approx(interval, abs=1e-6)


def test_the_last_draws_are_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    known, anew = confident(chain(), 5.0), confident(chain(), 5.0)
    first = known.draw("wet", 0, 1)
    assert known.draw("wet", 0, 1) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0.5
    monkeypatch.setattr(dirichlets_module, "MOST_KEPT", 2 * first.nbytes)
    for block in range(1, 5):
        known.draw("wet", block, 1)
        assert sum(each.nbytes for each in known._kept.values()) <= 2 * first.nbytes
    again = known.draw("wet", 0, 1)
    np.testing.assert_array_equal(again, anew.draw("wet", 0, 1))
    monkeypatch.setattr(dirichlets_module, "MOST_KEPT", 0)
    assert known.draw("wet", 9, 1) is not known.draw("wet", 9, 1)


def test_fewer_draws_are_the_first_of_more() -> None:
    dirichlets = confident(chain(), 5.0)
    few, many = (
        drawn_answers([Question(dirichlets, Findings())], ["slip"], draws=draws, seed=0)[0]
        for draws in (BLOCK + 7, 3 * BLOCK)
    )
    np.testing.assert_array_equal(few.marginals["slip"], many.marginals["slip"][: BLOCK + 7])


def test_a_change_is_taken_under_the_same_draw() -> None:
    network = chain()
    dirichlets = confident(network, 5.0)
    asked = [
        credible(dirichlets, bind(network, [Observed(node="rain", state=state)]), ["slip"])
        for state in ("no", "yes")
    ]
    change = asked[1].changes_from(asked[0], "slip")["yes"]
    apart = 100 * (asked[1].posterior["slip"]["yes"][1] - asked[0].posterior["slip"]["yes"][0])
    assert change[1] - change[0] > 0
    assert change[1] < apart
    itself = asked[0].changes_from(asked[0], "slip")
    assert itself == {"no": (0.0, 0.0), "yes": (0.0, 0.0)}
    other = credible(dirichlets, Findings(), ["slip"], seed=1)
    with pytest.raises(QueryError, match="seed"):
        asked[0].changes_from(other, "slip")
    with pytest.raises(QueryError, match="'rain' was not asked"):
        asked[0].changes_from(asked[1], "rain")


# What is refused, and what is held fixed.


def test_a_row_of_confidence_zero_that_matters_is_refused() -> None:
    dirichlets = confident(chain(), 5.0)
    for name, zero, told in (
        ("rain", np.array(0.0), r"P\(rain\)"),
        ("wet", np.array([5.0, 0.0]), r"P\(wet \| rain=yes\)"),
    ):
        weak = Dirichlets(chain(), {**dirichlets.confidence, name: zero})
        with pytest.raises(QueryError, match=told) as refused:
            credible(weak, Findings(), ["slip"], where="street.yaml: ")
        assert str(refused.value).startswith("street.yaml: the row ")


def test_a_row_of_confidence_zero_that_does_not_matter_is_not_looked_at() -> None:
    network = Network.of(
        [Variable(name, ("no", "yes")) for name in ("rain", "wet", "slip")],
        {"wet": ("rain",), "slip": ("wet",)},
        {**chain().tables, "rain": np.array([1.0, 0.0])},
    )
    # It never rains, so the row is never used; rain itself is certain, whatever its confidence.
    confidence = {
        "rain": np.array(0.0),
        "wet": np.array([5.0, 0.0]),
        "slip": np.array([5.0, 5.0]),
    }
    found = credible(Dirichlets(network, confidence), Findings(), ["wet", "slip"])
    assert {each.node for each in found.width_by_row} == {"wet"}
    # Nobody asks for what comes after.
    below = Dirichlets(chain(), {**confident(chain(), 5.0).confidence, "slip": np.zeros(2)})
    assert credible(below, Findings(), ["wet"]).width_by_row


def test_rows_without_confidence_are_named_and_held_fixed() -> None:
    network = chain()
    some = Dirichlets(network, {"rain": np.array(4.0), "wet": np.array([np.nan, 4.0])})
    found = credible(some, Findings(), ["slip"])
    assert found.fixed == {"wet": 1, "slip": 2}
    assert {(each.node, *each.given.values()) for each in found.width_by_row} == {
        ("rain",),
        ("wet", "yes"),
    }
    with pytest.raises(QueryError, match="no row of a table that this question hangs on"):
        credible(Dirichlets(network, {}), Findings(), ["slip"])


def test_what_is_certain_has_an_interval_without_width() -> None:
    network = Network.of(
        [Variable("a", ("x", "y")), Variable("b", ("x", "y"))],
        {"b": ("a",)},
        {"a": np.array([1.0, 0.0]), "b": np.eye(2)},
    )
    found = credible(Dirichlets(network, {}), Findings(), ["b"])
    assert found.posterior == {"b": {"x": (1.0, 1.0), "y": (0.0, 0.0)}}
    assert found.fixed == {}
    assert found.width_node is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"level": 0.0}, "between 0 and 1"),
        ({"level": 1.0}, "between 0 and 1"),
        ({"level": float("nan")}, "between 0 and 1"),
        ({"level": 0.9, "draws": 99}, "needs 100 draws"),
        ({"level": 0.999}, "needs 10,000 draws"),
        ({"level": 1 - 1e-12}, "draws or more"),
        ({"draws": 10_000_000}, "at most 1,000,000"),
        ({"seed": -1}, "the seed is -1"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, float], told: str) -> None:
    with pytest.raises(QueryError, match=told):
        credible(confident(chain(), 5.0), Findings(), ["slip"], **options)  # type: ignore[arg-type]


def test_draws_that_would_take_too_much_memory_are_refused() -> None:
    with pytest.raises(TooLarge, match=r"draws of tables and answers would take about 7\.1 MiB"):
        credible(confident(chain(), 5.0), Findings(), ["slip"], draws=100_000, max_memory=1_000_000)


def test_draws_that_make_the_evidence_impossible_are_counted_and_left_out() -> None:
    # The shapes are so small that a draw may be below any float: then nobody slips.
    network = Network.of(
        [Variable("wet", ("no", "yes")), Variable("slip", ("no", "yes"))],
        {"slip": ("wet",)},
        {"wet": np.array([0.6, 0.4]), "slip": np.array([[0.7, 0.3], [0.4, 0.6]])},
    )
    dirichlets = Dirichlets(network, {"wet": np.array(9.0), "slip": np.full(2, 1e-4)})
    told = bind(network, [Observed(node="slip", state="yes")])
    found = credible(dirichlets, told, ["wet"], draws=1000, seed=2)
    assert 220 < found.impossible < 340  # expected: 0.7 * 0.4 of them
    assert np.isnan(found.samples["wet"]).all(axis=1).sum() == found.impossible
    assert found.evidence_probability[0] == 0.0
    assert 0 <= found.posterior["wet"]["no"][0] < found.posterior["wet"]["no"][1] <= 1
    with pytest.raises(QueryError, match="too few are left"):
        credible(
            Dirichlets(network, {"wet": np.array(9.0), "slip": np.full(2, 1e-4)}),
            bind(network, [Observed(node="slip", state="yes"), Observed(node="wet", state="no")]),
            ["wet"],
            level=0.985,
            draws=1000,
        )


def test_draws_under_which_a_belief_cannot_hold_are_counted_and_left_out() -> None:
    # Rain is so unsure that under some draws it is certain, whatever anybody believes.
    network = chain()
    dirichlets = Dirichlets(
        network, {"rain": np.array(0.004), "wet": np.full(2, 6.0), "slip": np.full(2, 6.0)}
    )
    told = [Belief(node="rain", probabilities={"no": 0.5, "yes": 0.5})]
    found = credible(dirichlets, bind(network, told), ["slip"])
    certain = (dirichlets.draw("rain", 0, 0) == 0).any(axis=-1).sum()
    certain += (dirichlets.draw("rain", 1, 0) == 0).any(axis=-1).sum()
    # And as many as are nearer to certain than a belief can reach across.
    assert certain <= found.impossible < certain + 50
    assert found.evidence_probability == (1.0, 1.0)
    # Rain is what it is believed to be, so its own row adds nothing.
    assert {each.node for each in found.width_by_row} == {"wet", "slip"}
    sure = credible(confident(network, 6.0), bind(network, told), ["slip"])
    np.testing.assert_allclose(
        found.posterior["slip"]["yes"], sure.posterior["slip"]["yes"], atol=0.01
    )


# Coverage.


def test_intervals_cover_what_they_promise() -> None:
    # Tables are drawn from what is known beforehand, data from those tables; what is then known is a
    # Dirichlet distribution again, and 90 % of its intervals hold the truth: of an answer, of what the
    # evidence changes, and of what one setting does against another.
    network = chain()
    told = [
        *(Findings(), bind(network, [Observed(node="slip", state="yes")])),
        *(bind(network, [Do(node="wet", state=state)]) for state in ("no", "yes")),
    ]

    def numbers(known: Dirichlets, draws: int, seed: int) -> Array:
        asked = [Question(known, each) for each in told]
        found = drawn_answers(asked, ["rain", "slip"], draws=draws, seed=seed)
        before, after, dry, wet = found
        return np.stack(
            [
                after.marginals["rain"][:, 1],
                after.marginals["rain"][:, 1] - before.marginals["rain"][:, 1],
                wet.marginals["slip"][:, 1] - dry.marginals["slip"][:, 1],
            ]
        )

    before = confident(network, 4.0)
    runs, rows = 500, 30
    held = np.zeros(3)
    rng = np.random.default_rng(2)
    truths = {name: before.draw(name, 0, 11) for name in network.variables}
    truth = numbers(before, runs, 11)
    for run in range(runs):
        after = _learned(before, {name: each[run] for name, each in truths.items()}, rows, rng)
        low, high = np.quantile(numbers(after, 200, run), [0.05, 0.95], axis=1)
        held += (low <= truth[:, run]) & (truth[:, run] <= high)
    assert (0.86 * runs <= held).all()
    assert (held <= 0.94 * runs).all()


def _learned(
    before: Dirichlets, truth: Mapping[str, Array], rows: int, rng: np.random.Generator
) -> Dirichlets:
    """What is known of the chain after rows drawn from the true tables."""
    network = before.network
    tables, confidence = {}, {}
    states = np.zeros(rows, dtype=np.intp)
    for name, table in truth.items():
        above = states if network.parents[name] else np.zeros(rows, dtype=np.intp)
        states = (rng.random(rows) < table.reshape(-1, 2)[above, 1]).astype(np.intp)
        counts = np.zeros((table.size // 2, 2))
        np.add.at(counts, (above, states), 1)
        shapes = before.confidence[name][..., None] * network.tables[name] + counts.reshape(
            table.shape
        )
        confidence[name] = shapes.sum(axis=-1)
        tables[name] = shapes / shapes.sum(axis=-1, keepdims=True)
    learned = Network.of(list(network.variables.values()), network.parents, tables)
    return Dirichlets(learned, confidence)
