"""`average`: weights by hand, answers against enumeration, and what cannot be averaged."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import causal_model as cm
from causal_model.model import Model
from causal_model.network import Network, Variable
from causal_model.variants.average import average
from tests import oracle
from tests.networks import random_findings, random_network
from tests.variants.graphs import ONE, load_two, write_two


def test_the_weights_are_those_of_a_sheet_of_paper(tmp_path: Path) -> None:
    # P(loud | one) = 0.8 * 0.1 + 0.2 * 0.75 = 0.23
    # P(loud | two) = 0.5 * (0.6 * 0.5 + 0.4 * 0.8) + 0.5 * (0.6 * 0.4 + 0.4 * 0.6) = 0.55
    found = average(load_two(tmp_path), given={"sign": "loud"})
    one, two = found.variants
    assert math.exp(one.log_evidence_probability) == pytest.approx(0.23, abs=1e-12)
    assert math.exp(two.log_evidence_probability) == pytest.approx(0.55, abs=1e-12)
    assert one.weight == pytest.approx(0.23 / 0.78, abs=1e-12)
    assert two.weight == pytest.approx(0.55 / 0.78, abs=1e-12)
    assert found.evidence_probability == pytest.approx(0.39, abs=1e-12)
    # P(low | loud, one) = (0.08 * 0.7 + 0.15 * 0.1) / 0.23
    # P(low | loud, two) = (0.27 * 0.5 + 0.28 * 0.2) / 0.55
    low = {"one": 0.071 / 0.23, "two": 0.191 / 0.55}
    for each in found.variants:
        assert each.posterior is not None
        assert each.posterior["effect"]["low"] == pytest.approx(low[each.name], abs=1e-12)
    middle = (0.071 + 0.191) / 0.78
    assert found["effect"]["low"] == pytest.approx(middle, abs=1e-12)
    variance = (0.23 * (low["one"] - middle) ** 2 + 0.55 * (low["two"] - middle) ** 2) / 0.78
    assert found.deviation["effect"]["low"] == pytest.approx(math.sqrt(variance), abs=1e-12)
    assert found.lowest["effect"]["low"] == pytest.approx(min(low.values()))
    assert found.highest["effect"]["low"] == pytest.approx(max(low.values()))


def test_prior_weights_count(tmp_path: Path) -> None:
    found = average(load_two(tmp_path), prior={"two": 0.1}, given={"sign": "loud"})
    assert [each.prior_weight for each in found.variants] == pytest.approx([0.9, 0.1])
    assert found.variants[0].weight == pytest.approx(0.9 * 0.23 / (0.9 * 0.23 + 0.1 * 0.55))
    # Before anything was seen, the average is that of the prior weights.
    assert found.prior["effect"]["low"] == pytest.approx(0.9 * 0.58 + 0.1 * 0.38)


def test_interventions_do_not_weigh(tmp_path: Path) -> None:
    found = average(load_two(tmp_path), do={"cause": "present"})
    assert [each.weight for each in found.variants] == pytest.approx([0.5, 0.5])
    # P(low | do(cause)): 0.1 in the first; in the second the effect does not hang on it.
    assert found["effect"]["low"] == pytest.approx((0.1 + 0.38) / 2)


def test_evidence_is_weighed_under_interventions(tmp_path: Path) -> None:
    found = average(
        load_in_place(write_two(tmp_path)), do={"cause": "present"}, given={"sign": "loud"}
    )
    assert found.variants[0].weight == pytest.approx(0.75 / (0.75 + 0.48))


def load_in_place(paths: tuple[Path, Path]) -> list[Model]:
    return [cm.load(each) for each in paths]


def test_beliefs_do_not_weigh(tmp_path: Path) -> None:
    found = average(load_two(tmp_path), belief={"sign": {"quiet": 0.5, "loud": 0.5}})
    assert [each.weight for each in found.variants] == pytest.approx([0.5, 0.5])


@given(st.integers(0, 10**6))
def test_weights_and_answers_are_those_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=4, zeros=0)
    tables = {}
    for name, table in network.tables.items():
        drawn = rng.gamma(1.0, size=table.shape)
        tables[name] = drawn / drawn.sum(axis=-1, keepdims=True)
    other = Network.of(network.variables.values(), network.parents, tables)
    kinds = ("observed", "excluded", "likelihood", "do")
    told = random_findings(rng, network, kinds=kinds)
    target = next(iter(network.variables))
    expected = [oracle.answer(each, told) for each in (network, other)]
    models = {"a": Model(network), "b": Model(other)}
    if None in expected:
        return
    share = float(rng.random())
    found = average(models, target, prior={"a": share}, findings=told)
    weights = [
        prior * answer.evidence
        for prior, answer in zip((share, 1 - share), expected, strict=True)
        if answer is not None
    ]
    assert [each.weight for each in found.variants] == pytest.approx(
        [each / sum(weights) for each in weights]
    )
    for state in network.variables[target].states:
        wanted = sum(
            weight * answer.posterior[target][state]
            for weight, answer in zip(weights, expected, strict=True)
            if answer is not None
        ) / sum(weights)
        assert found[target][state] == pytest.approx(wanted, abs=1e-12)


def test_evidence_that_one_variant_forbids_leaves_the_others(tmp_path: Path) -> None:
    one, two = write_two(tmp_path)
    never = ONE.replace("{quiet: 0.9, loud: 0.1}", "{quiet: 1, loud: 0}")
    never = never.replace("{quiet: 0.25, loud: 0.75}", "{quiet: 1, loud: 0}").replace(
        "id: one", "id: never"
    )
    (tmp_path / "never.yaml").write_text(never)
    found = average([one, two, tmp_path / "never.yaml"], given={"sign": "loud"})
    assert found.variants[2].weight == 0
    assert found.variants[2].posterior is None
    assert found.variants[0].weight == pytest.approx(0.23 / 0.78)
    # JSON knows no infinity.
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["variants"][2]["log_evidence_probability"] is None
    with pytest.raises(cm.ImpossibleEvidence, match="under every variant"):
        average([one, tmp_path / "never.yaml"], prior={"one": 0}, given={"sign": "loud"})


def test_evidence_too_improbable_for_a_number_still_weighs() -> None:
    # P(e) is 1e-800 and twice that, so the weights are a third and two thirds.
    def many(first: float) -> Model:
        names = [f"n{at}" for at in range(400)]
        tables = {name: np.array([0.01, 0.99]) for name in names}
        tables["n0"] = np.array([first, 1 - first])
        return Model(Network.of([Variable(name, ("x", "y")) for name in names], {}, tables))

    seen = {f"n{at}": "x" for at in range(400)}
    found = average({"a": many(0.01), "b": many(0.02)}, "n1", given=seen)
    assert [each.weight for each in found.variants] == pytest.approx([1 / 3, 2 / 3])
    assert found.evidence_probability == 0
    assert found.log_evidence_probability == pytest.approx(400 * math.log(0.01) + math.log(1.5))


def test_what_only_one_variant_knows_is_refused_by_node_and_variant(tmp_path: Path) -> None:
    models = load_two(tmp_path)
    with pytest.raises(cm.EvidenceError, match=r"other=yes: variant 'one' has no node 'other'"):
        average(models, given={"other": "yes"})
    with pytest.raises(cm.EvidenceError, match=r"no state 'deafening' in variant 'one'"):
        average(models, given={"sign": "deafening"})
    with pytest.raises(cm.EvidenceError, match="cannot be asked the same as the others"):
        average(models, do={"other": "yes"})
    with pytest.raises(cm.QueryError, match="there is no node 'other'"):
        average(models, "other")
    with pytest.raises(cm.QueryError, match="target 'other': variant 'one' has no such node"):
        average(models[::-1], "other")


def test_a_state_that_means_other_numbers_is_refused(tmp_path: Path) -> None:
    one, _ = write_two(tmp_path)
    for name, cut in (("a", 0), ("b", 5)):
        states = f"{{low: {{interval: [-inf, {cut}]}}, high: {{interval: [{cut}, inf]}}}}"
        text = one.read_text().replace("[low, high]", states).replace("id: one", f"id: {name}")
        (tmp_path / f"{name}.yaml").write_text(text)
    with pytest.raises(
        cm.EvidenceError, match=r"'low' does not mean the same.*-inf to 0 in 'a', -inf to 5"
    ):
        average([tmp_path / "a.yaml", tmp_path / "b.yaml"], "cause", given={"effect": "low"})


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ({"three": 0.5}, "no variant 'three'"),
        ({"one": 1.2}, "expected a probability from 0 to 1, got 1.2"),
        ({"one": math.nan}, "expected a probability"),
        ({"one": -0.1}, "expected a probability"),
        ({"one": True}, "expected a probability"),
        ({"one": 0.7, "two": 0.7}, "sum to 1.4, expected 1"),
        ({"one": 0.2, "two": 0.2}, "sum to 0.4, expected 1"),
    ],
)
def test_priors_that_are_none_are_refused(
    tmp_path: Path, prior: dict[str, float], message: str
) -> None:
    with pytest.raises(cm.QueryError, match=message):
        average(load_two(tmp_path), prior=prior)


def test_an_average_needs_two_variants_of_different_names(tmp_path: Path) -> None:
    one, two = load_two(tmp_path)
    with pytest.raises(cm.QueryError, match="two variants or more, got 1"):
        average([one])
    with pytest.raises(cm.QueryError, match="two variants are called 'one'"):
        average([one, one])
    with pytest.raises(cm.QueryError, match="several variants"):
        average("article")
    with pytest.raises(cm.QueryError, match="assume different findings"):
        average([one.with_findings(given={"sign": "loud"}), two])
    assert len(average({"a": one, "b": one}).variants) == 2


def test_what_is_assumed_by_all_weighs_as_well(tmp_path: Path) -> None:
    models = [each.with_findings(given={"sign": "loud"}) for each in load_two(tmp_path)]
    found = average(models)
    assert found.variants[0].weight == pytest.approx(0.23 / 0.78)
    assert len(found.findings) == 1
