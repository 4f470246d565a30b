"""The calibrated variant: the market half counted, the chip half elicited, the story still told."""

import numpy as np
import pytest

import causal_model as cm
from causal_model.build import elicited_table, row_counts
from causal_model.spec.table_forms import CountsForm

MEASURED = {"nasdaq_return", "etf_flow", "miner_equities", "btc_return", "fear_greed_index"}
POLICIES = ("brief_pause", "soft_mandate", "hard_mandate")


@pytest.fixture(scope="module")
def model() -> cm.Model:
    return cm.load("calibrated")


def at_most(model: cm.Model, node: str, state: str, policy: str) -> float:
    """P(node is in this state or a lower one | policy)."""
    states = model.query(node, given={"china_policy": policy})[node]
    names = list(states)
    return sum(states[name] for name in names[: names.index(state) + 1])


def test_the_arrows_are_those_of_the_mechanism(model: cm.Model) -> None:
    base = cm.load("article").network.parents
    changed = {
        name: parents
        for name, parents in model.network.parents.items()
        if base.get(name) != parents
    }
    assert changed == {
        "ai_compute_demand": (),
        "crypto_specific_shock": (),
        "gpu_rental_price": ("h200_supply_ex_china", "ai_compute_demand"),
        "btc_return": (
            *("multi_asset_risk_budget", "etf_flow", "crypto_sentiment"),
            "crypto_specific_shock",
        ),
    }
    assert "btc_nasdaq_coupling" not in model.nodes


def test_every_row_says_whether_it_was_counted(model: cm.Model) -> None:
    assert model.graph is not None
    counted = row_counts(model.graph)
    assert set(counted) == MEASURED
    for name, n in counted.items():
        # All 102 weeks, but for what was lost when the counts were rounded.
        assert n.sum() == pytest.approx(102, abs=0.005 * model.network.tables[name].size)
        form = model.graph.nodes[name].table
        assert isinstance(form, CountsForm)
        assert (form.data.rows, form.data.method) == (102, "expected")
    told = {place: each.note.en for place, each in model.graph.citations("etf_flow") if each.note}
    assert "expected, n = " in told["P(etf_flow | tech_risk_sentiment=neutral)"]


def test_what_is_not_measured_is_the_base(model: cm.Model) -> None:
    base = cm.load("article")
    for name in set(base.nodes) - MEASURED - {"btc_nasdaq_coupling", "gpu_rental_price"}:
        np.testing.assert_array_equal(model.network.tables[name], base.network.tables[name])
    for policy in POLICIES:
        given = {"china_policy": policy}
        rents = [each.query("gpu_rental_price", given=given) for each in (model, base)]
        assert rents[0]["gpu_rental_price"] == pytest.approx(rents[1]["gpu_rental_price"])


def test_the_elicited_rows_are_still_there(model: cm.Model) -> None:
    base = cm.load("article")
    assert model.graph is not None
    for name in MEASURED - {"btc_return"}:
        elicited, confidence = elicited_table(model.graph, name)
        np.testing.assert_allclose(elicited, base.network.tables[name], atol=1e-15)
        assert (confidence > 0).all()


@pytest.mark.parametrize(
    ("node", "state"),
    [
        ("tech_risk_sentiment", "risk_off"),
        ("gpu_rental_price", "falls"),
        ("miner_equities", "down"),
        ("nasdaq_return", "risk_off"),
        ("btc_return", "down"),
    ],
)
def test_scenarios_are_ordered_as_in_the_base(model: cm.Model, node: str, state: str) -> None:
    found = [at_most(model, node, state, policy) for policy in POLICIES]
    assert found[1] - found[0] >= 0.02
    assert found[2] - found[1] >= 0.02
