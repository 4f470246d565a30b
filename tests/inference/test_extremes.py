"""Numbers at the ends of their range, and values on their way to another process."""

import copy
import math
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import causal_model as cm
from causal_model.cpt.ranked import cut_points, ranked_table
from causal_model.errors import CptError, EvidenceError, GraphFileError, TooLarge
from causal_model.factor_list import FactorList
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.factors import answer_factors
from causal_model.inference.findings import Findings, bind
from causal_model.network import Network, Variable
from causal_model.spec.check import read_graph
from causal_model.spec.diagnostics import InvalidGraphFile
from causal_model.spec.evidence import Belief, Finding, Likelihood

COIN = Network.of([Variable("a", ("x", "y"))], {}, {"a": np.array([0.5, 0.5])})


def posterior(network: Network, findings: list[Finding]) -> list[float]:
    found: list[float] = (
        CompiledNetwork(network).posterior(bind(network, findings)).marginals["a"].tolist()
    )
    return found


def test_likelihoods_on_one_node_do_not_underflow() -> None:
    weights = [{"x": 1.0, "y": 1e-200}, {"x": 1e-200, "y": 1.0}]
    found = posterior(COIN, [Likelihood(node="a", weights=each) for each in weights])
    assert found == pytest.approx([0.5, 0.5])


def test_weights_too_far_apart_for_numbers_are_refused() -> None:
    with pytest.raises(EvidenceError, match="below 1e-300"):
        posterior(COIN, [Likelihood(node="a", weights={"x": 1e308, "y": 1e-308})])


def test_the_order_of_likelihoods_changes_no_bit() -> None:
    rng = np.random.default_rng(0)
    signs: list[Finding] = [
        Likelihood(node="a", weights={"x": float(x), "y": float(y)}) for x, y in rng.random((9, 2))
    ]
    wanted = posterior(COIN, signs)
    for _ in range(20):
        rng.shuffle(signs)
        assert posterior(COIN, signs) == wanted


def test_equal_likelihoods_are_two_signs() -> None:
    sign = Likelihood(node="a", weights={"x": 0.5, "y": 1.0})
    model = cm.Model(COIN)
    assert model.query("a", findings=[sign, sign])["a"]["x"] == pytest.approx(0.2)
    once = model.with_findings(likelihood={"a": {"x": 0.5, "y": 1.0}})
    assert once.query("a", findings=[sign])["a"]["x"] == pytest.approx(0.2)


@pytest.mark.parametrize("rare", [1e-200, 1e-309, 5e-324])
def test_a_belief_far_from_the_network_is_met(rare: float) -> None:
    network = Network.of([Variable("a", ("x", "y"))], {}, {"a": np.array([rare, 1.0])})
    belief: list[Finding] = [Belief(node="a", probabilities={"x": 0.5, "y": 0.5})]
    assert posterior(network, belief) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("count", [5, 9, 12])
def test_ranked_tables_with_many_parents_stay_small(count: int) -> None:
    weights = [1.37**at for at in range(count)]
    table = ranked_table(weights, [2] * count, cuts=cut_points(3, 0.2), spread=0.2)
    assert table.shape == (2,) * count + (3,)
    np.testing.assert_allclose(table.sum(axis=-1), 1, atol=1e-12)


@pytest.mark.parametrize(("weight", "spread"), [(1e308, 0.2), (1e-308, 0.2), (1.0, 1e20)])
def test_ranked_tables_of_any_size_of_number(weight: float, spread: float) -> None:
    cuts = cut_points(3, spread, [0.2, 0.3, 0.5])
    table = ranked_table([weight, weight], [2, 2], cuts=cuts, spread=spread)
    np.testing.assert_allclose(table.sum(axis=-1), 1, atol=1e-12)
    if spread > 1:
        np.testing.assert_allclose(table[0, 0], [0.2, 0.3, 0.5], atol=1e-6)


def test_a_ranked_node_without_parents_has_its_typical_distribution() -> None:
    cuts = cut_points(3, 0.2, [0.2, 0.3, 0.5])
    np.testing.assert_allclose(ranked_table([], [], cuts=cuts, spread=0.2), [0.2, 0.3, 0.5])


def test_networks_at_odds_with_themselves_are_refused() -> None:
    half = np.array([0.5, 0.5])
    two = Variable("a", ("x", "y"))
    with pytest.raises(GraphFileError, match="different"):
        Network.of([Variable("a", ("x", "x"))], {}, {"a": half})
    with pytest.raises(GraphFileError, match="2 times"):
        Network.of([two, two], {}, {"a": half})
    with pytest.raises(CptError, match="no table"):
        Network.of([two], {}, {})
    with pytest.raises(GraphFileError, match="'b', which is not a node"):
        Network.of([two], {}, {"a": half, "b": half})
    with pytest.raises(GraphFileError, match="parent twice"):
        Network.of([two, Variable("b", ("u", "v"))], {"b": ["a", "a"]}, {"a": half, "b": half})
    with pytest.raises(CptError, match="no array of numbers"):
        Network.of([two], {}, {"a": ["half", "half"]})  # type: ignore[dict-item]


def test_a_model_can_be_copied_and_sent(tmp_path: object) -> None:
    model = cm.load("article")
    wanted = model.query(given={"china_policy": "hard_mandate"}).posterior
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other.query(given={"china_policy": "hard_mandate"}).posterior == wanted
        assert not other.network.tables["btc_return"].flags.writeable


def test_errors_survive_the_way_from_another_process() -> None:
    with pytest.raises(InvalidGraphFile) as caught:
        read_graph("missing.yaml")
    for error in (caught.value, TooLarge("wide", 7, ("a",))):
        back = pickle.loads(pickle.dumps(error))
        assert str(back) == str(error)
        assert vars(back) == vars(error)


def test_thousands_of_findings_are_told_in_no_time() -> None:
    count = 3_000
    variables = [Variable(f"n{at}", ("x", "y")) for at in range(count)]
    network = Network.of(variables, {}, {each.name: np.array([0.5, 0.5]) for each in variables})
    result = cm.Model(network).query("n0", given={each.name: "x" for each in variables[1:]})
    assert result.log_evidence_probability == pytest.approx((count - 1) * math.log(0.5))
    assert Findings().rows is None


def test_an_impossible_model_still_shows_itself() -> None:
    copying = Network.of(
        [Variable("a", ("x", "y")), Variable("b", ("x", "y"))],
        {"b": ["a"]},
        {"a": np.array([0.5, 0.5]), "b": np.eye(2)},
    )
    model = cm.Model(copying).with_findings(given={"a": "x", "b": "y"})
    assert list(model._repr_mimebundle_()) == ["text/plain"]


def test_a_column_twice_is_refused_in_words() -> None:
    frame = pd.DataFrame([["x", "y"]], columns=["a", "a"])
    with pytest.raises(cm.QueryError, match="'a' comes twice"):
        cm.Model(COIN).query_many(frame, "a")


def test_a_most_probable_state_under_a_belief_has_the_probability_of_the_belief() -> None:
    best = cm.Model(COIN).most_probable(belief={"a": {"x": 0.9, "y": 0.1}})
    assert best.states == {"a": "x"}
    assert best.probability == pytest.approx(0.9)


def copies(count: int) -> Network:
    """One hidden coin and nodes that show it, so that two that differ are impossible."""
    names = [f"c{at}" for at in range(count)]
    return Network.of(
        [Variable("h", ("x", "y")), *(Variable(name, ("x", "y")) for name in names)],
        {name: ["h"] for name in names},
        {"h": np.array([0.5, 0.5]), **dict.fromkeys(names, np.eye(2) * 1.0)},
    )


@pytest.mark.parametrize("rows", [10, 200])
def test_rows_under_impossible_assumptions_have_no_answer(rows: int) -> None:
    model = cm.Model(copies(4)).with_findings(given={"c0": "x", "c1": "y"})
    frame = pd.DataFrame({"c2": ["x", "y"] * (rows // 2)})
    found = model.query_many(frame, "c3")
    assert np.isneginf(found["log_evidence_probability"]).all()
    assert found["c3=x"].isna().all()


def test_equal_likelihoods_multiply_in_tables_as_well() -> None:
    weights = {"x": 0.5, "y": 1.0}
    model = cm.Model(COIN).with_findings(likelihood={"a": weights})
    frame = pd.DataFrame({"likelihood:a": ["x:0.5|y:1"]})
    asked = model.query("a", likelihood={"a": weights})["a"]["x"]
    assert float(model.query_many(frame, "a")["a=x"][0]) == pytest.approx(asked)


def test_readings_and_followers_do_not_underflow() -> None:
    # Ways of 1e-199 and 1e-90 meet: the product of a message and its derivative is beyond floats.
    tiny = Network.of(
        [Variable(name, ("s", "t")) for name in ("w", "x", "e", "y")],
        {"x": ["w"], "e": ["x"], "y": ["x"]},
        {
            "w": np.array([1e-120, 1.0]),
            "x": np.array([[1.0 - 1e-90, 1e-90], [1.0, 1e-130]]),
            "e": np.array([[1e-199, 1.0], [0.0, 1.0]]),
            "y": np.array([[1e-60, 1.0], [0.5, 0.5]]),
        },
    )
    for seen in ({}, {"e": 0}, {"e": 0, "w": 0}):
        found = CompiledNetwork(tiny).posterior(Findings(observed=seen), table_derivatives=True)
        for values in found.marginals.values():
            assert np.isfinite(values).all()
        for slopes in found.table_derivatives.values():
            assert np.isfinite(slopes).all()
    rare = CompiledNetwork(tiny).posterior(Findings(observed={"e": 0}))
    assert rare.marginals["y"][0] == pytest.approx(1e-60)


def test_large_sums_do_not_hide_small_entries() -> None:
    factors = [((0, at), np.array([[1e-140, 1e-140], [1e140, 1e140]])) for at in range(1, 40)]
    problem = FactorList((2,) * 40, (*factors, ((0,), np.array([1.0, 0.0]))))
    found = answer_factors(problem, {})
    assert found.log_total == pytest.approx(39 * (math.log(2) - 140 * math.log(10)))
    assert found.marginals[0].tolist() == [1.0, 0.0]


def test_a_derived_model_with_another_network_answers_for_that() -> None:
    other = Network.of([Variable("a", ("x", "y"))], {}, {"a": np.array([0.9, 0.1])})
    derived = cm.Model(COIN).with_findings(likelihood={"a": {"x": 1.0, "y": 1.0}})
    assert replace(derived, network=other).query("a")["a"]["x"] == pytest.approx(0.9)


def test_priors_cannot_be_written_into() -> None:
    model = cm.Model(COIN)
    with pytest.raises(ValueError, match="read-only"):
        model.prior["a"][0] = 7.0


def test_as_many_draws_as_asked_for() -> None:
    assert len(cm.Model(COIN).sample(0)) == 0
    assert len(cm.Model(COIN).sample(45_000)) == 45_000
    with pytest.raises(cm.QueryError, match="-1"):
        cm.Model(COIN).sample(-1)
    with pytest.raises(cm.QueryError, match="too few"):
        cm.Model(COIN).estimate("a", draws=50)
