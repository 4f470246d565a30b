"""What data can tell while nodes are hidden: textbook graphs, and formulas against random models."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.causal.adjustment import adjustment_sets, is_adjustment_set
from causal_model.causal.formula import Conditional, Formula, Product, Ratio, Sum, summed
from causal_model.causal.front_door import front_door_sets
from causal_model.causal.identification import (
    NotIdentified,
    identify_effect,
    shortest_formula,
)
from causal_model.causal.instruments import instruments
from causal_model.causal.projection import project
from causal_model.network import Array
from tests.causal.worlds import (
    Parents,
    joint_of,
    margin,
    random_parents,
    random_tables,
    truth,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "identification"
CASES = json.loads((FIXTURES / "cases.json").read_text(encoding="utf-8"))
seeds = st.integers(0, 2**32 - 1)


def graph_of(arrows: list[str]) -> dict[str, tuple[str, ...]]:
    pairs = [each.split(" -> ") for each in arrows]
    names = dict.fromkeys(name for pair in pairs for name in pair)
    return {name: tuple(a for a, b in pairs if b == name) for name in names}


def told(formula: Formula, names: list[str], observed: Array, asked: list[str]) -> Array:
    """The value of a formula over the asked nodes; what else it depends on must not matter."""
    cells = formula.value(names, observed)
    free = [name for name in cells.nodes if name not in asked]
    numbers = cells.over([*free, *asked]).reshape(
        -1, *cells.over([*free, *asked]).shape[len(free) :]
    )
    np.testing.assert_allclose(numbers, np.broadcast_to(numbers[:1], numbers.shape), atol=1e-9)
    return np.broadcast_to(numbers[0], (2,) * len(asked))


@pytest.mark.parametrize("case", CASES, ids=lambda each: each["name"])
def test_textbook_graphs(case: dict[str, Any]) -> None:
    parents, hidden = graph_of(case["arrows"]), case["hidden"]
    cause, outcome = case["cause"], case["outcome"]
    found = identify_effect(parents, [cause], [outcome], hidden=hidden)
    assert isinstance(found, NotIdentified) != case["identified"]
    back = adjustment_sets(parents, [cause], [outcome], hidden=hidden)
    assert sorted(sorted(each) for each in back.sets) == sorted(case["back_door"])
    front = front_door_sets(parents, cause, outcome, hidden=hidden)
    assert [list(each) for each in front.sets] == case["front_door"]
    if case["instruments"] is not None:
        listed = instruments(parents, cause, outcome, hidden=hidden)
        assert [each.node for each in listed] == case["instruments"]


def test_the_napkin_by_numbers_and_adjusting_for_the_middle_of_m_is_wrong() -> None:
    by_name = {each["name"]: graph_of(each["arrows"]) for each in CASES}
    assert not is_adjustment_set(by_name["M"], ["x"], ["y"], ["m"])
    parents = by_name["napkin"]
    tables = random_tables(np.random.default_rng(3), parents)
    formula = identify_effect(parents, ["x"], ["y"], hidden=["u", "v"])
    assert isinstance(formula, Formula)
    assert str(formula) == "(Σ_{w} P(w) P(x | w, z) P(y | w, z, x)) / (Σ_{w} P(w) P(x | w, z))"
    names = ["w", "x", "y", "z"]
    observed = margin(joint_of(parents, tables), list(parents), names)
    found = told(formula, names, observed, ["x", "y"])
    np.testing.assert_allclose(found, truth(parents, tables, "x", "y"), atol=1e-9)


@settings(max_examples=80, deadline=None)
@given(seed=seeds)
def test_formulas_give_the_effect_from_what_is_observed_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    cause, outcome = (str(each) for each in rng.choice(list(parents), size=2, replace=False))
    hidden = [name for name in parents if rng.random() < 0.4 and name not in (cause, outcome)]
    names = [name for name in parents if name not in hidden]
    tables = random_tables(rng, parents)
    observed = margin(joint_of(parents, tables), list(parents), names)
    expected = truth(parents, tables, cause, outcome)
    for formula in (
        identify_effect(parents, [cause], [outcome], hidden=hidden),
        shortest_formula(parents, [cause], outcome, hidden),
    ):
        if isinstance(formula, NotIdentified):
            assert set(formula.within) < set(formula.hedge)
            assert not adjustment_sets(parents, [cause], [outcome], hidden=hidden).sets
            assert not front_door_sets(parents, cause, outcome, hidden=hidden).sets
            continue
        assert formula.nodes.isdisjoint(hidden)
        np.testing.assert_allclose(
            told(formula, names, observed, [cause, outcome]), expected, atol=1e-9
        )


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_effects_given_a_sign_are_told_as_well(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parents = random_parents(rng)
    cause, outcome, sign = (str(e) for e in rng.choice(list(parents), size=3, replace=False))
    hidden = [n for n in parents if rng.random() < 0.3 and n not in (cause, outcome, sign)]
    names = [name for name in parents if name not in hidden]
    tables = random_tables(rng, parents)
    formula = identify_effect(parents, [cause], [outcome], given=[sign], hidden=hidden)
    if isinstance(formula, NotIdentified):
        return
    observed = margin(joint_of(parents, tables), list(parents), names)
    found = told(formula, names, observed, [cause, sign, outcome])
    for at in (0, 1):
        whole = margin(joint_of(parents, tables, {cause: at}), list(parents), [sign, outcome])
        np.testing.assert_allclose(found[at], whole / whole.sum(axis=1, keepdims=True), atol=1e-9)


def test_a_sign_that_setting_makes_worthless_may_be_confounded() -> None:
    # The sign hangs on x and on a cause of x; once x is set, neither tells anything of y any more.
    parents = {"w": (), "h": (), "x": ("w", "h"), "sign": ("x", "h"), "y": ("w",)}
    found = identify_effect(parents, ["x"], ["y"], given=["sign"], hidden=["h"])
    assert str(found) == "Σ_{w} P(w) P(y | w)"
    assert isinstance(identify_effect(parents, ["x"], ["sign"], hidden=["h"]), NotIdentified)


def bows(parents: Parents, hidden: list[str]) -> set[frozenset[str]]:
    found = project(parents, hidden)
    return {frozenset((a, b)) for a, own in found.confounded.items() for b in own}


def test_a_projection_passes_through_hidden_nodes() -> None:
    parents = {
        "h": (),
        "g": ("h",),
        "a": ("g",),
        "b": ("h",),
        "c": ("a",),
        "k": ("c",),
        "d": ("k", "b"),
    }
    assert bows(parents, ["h", "g", "k"]) == {frozenset("ab")}
    seen = project(parents, ["h", "g", "k"])
    assert {name: set(own) for name, own in seen.parents.items()} == {
        "a": set(),
        "b": set(),
        "c": {"a"},
        "d": {"b", "c"},
    }
    assert set(seen.districts()) == {frozenset("ab"), frozenset("c"), frozenset("d")}


def test_formulas_are_short_and_bound_names_are_marked() -> None:
    inside = summed(["x"], Product((Conditional(("y",), ("x", "m")), Conditional(("x",)))))
    whole = summed(["m"], Product((Conditional(("m",), ("x",)), inside)))
    assert str(whole) == "Σ_{m} P(m | x) [Σ_{x'} P(y | x', m) P(x')]"
    assert whole.nodes == {"x", "y"}
    both = Product((Conditional(("a",)), Conditional(("b",), ("a",))))
    assert Ratio.of(both, Conditional(("a",))) == Conditional(("b",), ("a",))
    assert summed(["b"], both) == Conditional(("a",))
    nested = summed(["a"], Sum(("b",), Conditional(("b", "c"), ("a",))))
    assert str(nested) == "Σ_{a, b} P(b, c | a)"
