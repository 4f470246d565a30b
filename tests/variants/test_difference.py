"""`diff`: structure and answers, against enumeration and against numbers worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import causal_model as cm
from causal_model.model import Model
from causal_model.network import Network, Variable
from causal_model.variants.difference import diff
from causal_model.variants.structure import compare_structure
from tests import oracle
from tests.networks import random_network
from tests.variants.graphs import ONE, load_two, write_two


def test_nodes_and_arrows_that_come_and_go_are_named(tmp_path: Path) -> None:
    found = diff(*load_two(tmp_path)).structure
    assert found.nodes_added == ("other",)
    assert found.nodes_removed == ()
    assert set(found.arrows_added) == {("other", "sign"), ("other", "effect")}
    assert found.arrows_removed == (("cause", "effect"),)
    assert [(each.where, each.before, each.after) for each in found.signs] == [
        ("cause -> sign", "positive", "negative")
    ]
    assert found.incomparable == ()


def test_tables_are_compared_over_the_parents_of_both(tmp_path: Path) -> None:
    found = {each.node: each for each in diff(*load_two(tmp_path)).structure.tables}
    assert list(found) == ["sign", "effect", "cause"]
    # absent: 0.9 becomes 0.2 where the new parent is there, which is the most any row moves.
    assert dict(found["sign"].largest.given) == {"cause": "absent", "other": "yes"}
    assert found["sign"].largest.distance == pytest.approx(0.7)
    assert (found["sign"].rows_changed, found["sign"].rows) == (4, 4)
    # Neither side of `effect` has both parents: (absent, yes) 0.7 to 0.2; (present, no) 0.1 to 0.5.
    assert dict(found["effect"].largest.given) == {"cause": "absent", "other": "yes"}
    assert found["effect"].largest.distance == pytest.approx(0.5)
    assert found["cause"].largest.distance == pytest.approx(0.3)
    assert found["cause"].largest.moved == "absent"
    assert found["cause"].largest.basis_before == "elicited, confidence 10"
    assert found["sign"].largest.basis_before == "elicited"


def test_answers_are_those_of_enumeration(tmp_path: Path) -> None:
    one, two = load_two(tmp_path)
    found = diff(one, two)
    for change in found.marginals:
        for model, side in ((one, change.before), (two, change.after)):
            expected = oracle.answer(model.network, [])
            assert expected is not None
            assert side == pytest.approx(expected.posterior[change.node], abs=1e-12)
    assert {each.node for each in found.marginals} == {"cause", "sign", "effect"}
    loud = next(each for each in found.outcome if each.scenario == "loud")
    told = [*one.scenarios()["loud"].all_findings()]
    for model, side in ((one, loud.before), (two, loud.after)):
        expected = oracle.answer(model.network, told)
        assert expected is not None
        assert side == pytest.approx(expected.posterior["effect"], abs=1e-12)
    assert loud.low == ("low",)
    assert loud.low_points == pytest.approx(loud.points["low"])
    assert loud.distance == pytest.approx(abs(loud.points["low"]) / 100)


def test_a_scenario_about_a_node_that_only_one_has_cannot_be_asked_of_the_other(
    tmp_path: Path,
) -> None:
    second = next(each for each in diff(*load_two(tmp_path)).outcome if each.scenario == "second")
    assert second.before is None
    assert second.after is not None
    assert second.points == {}
    assert len(second.reasons) == 1
    assert second.reasons[0].startswith("one: cannot be asked there: there is no node 'other'")
    # What cannot be asked comes last, and no threshold hides it.
    assert diff(*load_in_place(tmp_path)).shown(100).outcome == (second,)


def load_in_place(folder: Path) -> tuple[Model, Model]:
    return cm.load(folder / "one.yaml"), cm.load(folder / "two.yaml")


def test_the_largest_change_comes_first(tmp_path: Path) -> None:
    found = diff(*load_two(tmp_path))
    sizes = [each.distance for each in found.marginals]
    assert sizes == sorted(sizes, reverse=True)
    answered = [each.distance for each in found.outcome if not each.reasons]
    assert answered == sorted(answered, reverse=True)


def test_a_scenario_is_asked_as_each_side_has_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_two(tmp_path / name)
    told = tmp_path / "b" / "scenarios" / "loud.yaml"
    told.write_text(told.read_text().replace("sign: loud", "sign: quiet"))
    found = diff(tmp_path / "a" / "one.yaml", tmp_path / "b" / "one.yaml")
    assert not found.structure
    moved = {each.scenario: each for each in found.outcome if each.points}
    assert moved["loud"].findings_differ
    assert not moved[None].findings_differ
    assert (
        moved["loud"].before
        == cm.load(tmp_path / "a" / "one.yaml").query(given={"sign": "loud"})["effect"]
    )
    assert (
        moved["loud"].after
        == cm.load(tmp_path / "a" / "one.yaml").query(given={"sign": "quiet"})["effect"]
    )


def test_a_scenario_that_only_one_side_has_is_asked_of_both(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_two(tmp_path / name)
    (tmp_path / "b" / "scenarios" / "loud.yaml").unlink()
    paths = tmp_path / "a" / "one.yaml", tmp_path / "b" / "two.yaml"
    for pair, sides in ((paths, ("before", "after")), (paths[::-1], ("after", "before"))):
        loud = next(each for each in diff(*pair).outcome if each.scenario == "loud")
        assert not loud.findings_differ
        for path, side in zip(paths, sides, strict=True):
            expected = cm.load(path).query(given={"sign": "loud"})["effect"]
            assert getattr(loud, side) == pytest.approx(dict(expected))


def test_a_scenario_that_is_impossible_on_one_side_says_so(tmp_path: Path) -> None:
    write_two(tmp_path)
    never = ONE.replace("{quiet: 0.9, loud: 0.1}", "{quiet: 1, loud: 0}")
    never = never.replace("{quiet: 0.25, loud: 0.75}", "{quiet: 1, loud: 0}")
    (tmp_path / "never.yaml").write_text(never.replace("id: one", "id: never"))
    found = diff(tmp_path / "one.yaml", tmp_path / "never.yaml")
    loud = next(each for each in found.outcome if each.scenario == "loud")
    assert loud.reasons == ("never: impossible there: sign=loud",)


def test_other_states_are_named_and_not_compared(tmp_path: Path) -> None:
    one, _ = write_two(tmp_path)
    more = ONE.replace("[low, high]", "[low, middle, high]").replace(
        "low: 0.", "middle: 0, low: 0."
    )
    (tmp_path / "more.yaml").write_text(more)
    found = diff(one, tmp_path / "more.yaml")
    assert [each.where for each in found.structure.states] == ["effect"]
    assert found.structure.incomparable == ("effect",)
    assert "effect" not in {each.node for each in found.marginals}
    told = {each.scenario: each.reasons[-1] for each in found.outcome if each.scenario != "second"}
    assert set(told) == {None, "loud"}
    assert all("the states of 'effect' differ" in each for each in told.values())


def test_states_in_another_order_are_the_same_distribution() -> None:
    def network(states: tuple[str, ...], p: list[float]) -> Network:
        return Network.of([Variable("x", states)], {}, {"x": np.array(p)})

    a = Model(network(("a", "b", "c"), [0.2, 0.3, 0.5]))
    b = Model(network(("c", "a", "b"), [0.5, 0.2, 0.3]))
    found = diff(a, b, target="x")
    assert found.structure.tables == ()
    assert found.marginals[0].distance == 0
    assert found.shown().marginals == ()


def test_a_graph_does_not_differ_from_itself() -> None:
    found = diff("article", "article")
    assert not found.structure
    assert found.shown(0).marginals == ()
    assert found.shown(0).outcome == ()
    assert found.before.name != found.after.name


@given(st.integers(0, 10**6))
def test_the_largest_row_is_that_of_a_search_through_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, zeros=0)
    name = str(rng.choice(list(network.variables)))
    table = rng.gamma(1.0, size=network.tables[name].shape)
    tables = {**network.tables, name: table / table.sum(axis=-1, keepdims=True)}
    changed = Network.of(network.variables.values(), network.parents, tables)
    (found,) = compare_structure(Model(network), Model(changed)).tables
    distances = {
        index: 0.5 * sum(abs(network.tables[name][index] - changed.tables[name][index]))
        for index in np.ndindex(network.tables[name].shape[:-1])
    }
    assert found.node == name
    assert found.rows == len(distances)
    assert found.largest.distance == pytest.approx(max(distances.values()))
    at = tuple(
        network.variables[parent].states.index(state)
        for parent, state in found.largest.given.items()
    )
    assert distances[at] == pytest.approx(found.largest.distance)


def test_a_diff_backwards_is_the_diff_with_signs_turned_round() -> None:
    there, back = diff("article", "gpu_only"), diff("gpu_only", "article")
    assert there.structure.arrows_removed == back.structure.arrows_added != ()
    turned = {each.node: each.points for each in back.marginals}
    for each in there.marginals:
        assert {state: -points for state, points in turned[each.node].items()} == pytest.approx(
            each.points, abs=1e-9
        )


def test_the_calibrated_variant_adds_two_causes_and_drops_the_moderator() -> None:
    found = diff("article", "calibrated")
    assert found.structure.nodes_added == ("ai_compute_demand", "crypto_specific_shock")
    assert found.structure.nodes_removed == ("btc_nasdaq_coupling",)
    tables = {each.node: each.largest for each in found.structure.tables}
    assert tables["btc_return"].basis_before.startswith("elicited")
    assert tables["btc_return"].basis_after.startswith("counted, n = ")
    assert found.structure.incomparable == ()
    asked = {each.scenario for each in found.outcome if each.points}
    assert asked == {None, "brief_pause", "soft_mandate", "hard_mandate", "orders_resume"}
