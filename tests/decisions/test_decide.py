"""`cm.decide` on graph files, and what all other questions make of a graph with decisions."""

import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import causal_model as cm
from causal_model.formats.losses import lost_words
from causal_model.questions.decisions.result import Decided
from causal_model.spec.evidence import Do
from tests.decisions.files import write_graph

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "published" / "decisions"


@pytest.fixture(scope="module")
def hedge() -> cm.Model:
    return cm.load("hedge")


@pytest.fixture(scope="module")
def wildcatter() -> cm.Model:
    return cm.load(PUBLISHED / "wildcatter.yaml")


def weighed(model: cm.Model, option: str, **told: object) -> float:
    """The expected utility of an option of `hedge`, from the posterior of bitcoin alone."""
    worth = {"strong_down": -9, "down": -4, "flat": 0, "up": 4, "strong_up": 9}
    share, cost = {"none": (1, 0), "half": (0.5, 0.1), "full": (0, 0.5)}[option]
    posterior = model.query("btc_return", **told)["btc_return"]  # type: ignore[arg-type]
    return share * sum(p * worth[state] for state, p in posterior.items()) - cost


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"given": {"china_policy": "hard_mandate"}},
        {"scenario": "soft_mandate"},
        {"likelihood": {"etf_flow": {"outflow": 0.9, "flat": 0.1}}},
        {"belief": {"nasdaq_return": {"risk_off": 0.6, "neutral": 0.4}}},
        {"do": {"tech_risk_sentiment": "risk_off"}, "excluded": {"fear_greed_index": "greed"}},
    ],
    ids=lambda told: ",".join(told) or "nothing",
)
def test_expected_utilities_are_those_of_the_posterior(
    hedge: cm.Model, told: dict[str, object]
) -> None:
    found = cm.decide(hedge, **told)  # type: ignore[arg-type]
    (case,) = found.policies[0].cases
    wanted = {option: weighed(hedge, option, **told) for option in ("none", "half", "full")}
    assert case.expected_utility == pytest.approx(wanted, abs=1e-9)
    assert case.best == max(wanted, key=lambda option: wanted[option])
    assert found.expected_utility == pytest.approx(max(wanted.values()), abs=1e-9)
    assert found.policies[0].always == pytest.approx(wanted, abs=1e-9)
    asked = hedge.query(**told)  # type: ignore[arg-type]
    assert found.evidence_probability == pytest.approx(asked.evidence_probability, rel=1e-9)


def test_a_node_is_worth_what_the_best_option_for_each_of_its_states_gains(hedge: cm.Model) -> None:
    found = cm.decide(hedge)
    assert [each.value for each in found.information] == sorted(
        (each.value for each in found.information), reverse=True
    )
    assert {each.node for each in found.information} == {*hedge.nodes} - {"hedge"}
    for each in found.information:
        wanted = -found.expected_utility
        for state, p in hedge.query(each.node)[each.node].items():
            options = {
                option: weighed(hedge, option, given={each.node: state})
                for option in ("none", "half", "full")
            }
            wanted += p * max(options.values())
            assert each.then is not None
            assert options[each.then[state]] == pytest.approx(max(options.values()), abs=1e-9)
        assert each.value == pytest.approx(wanted, abs=1e-9)
        known = cm.decide(hedge, know=each.node)
        assert known.gained == pytest.approx(each.value, abs=1e-9)
        assert known.policies[0].known == (each.node,)
    # The utilities depend on nothing but bitcoin, so whoever knows it knows all.
    assert found.everything == pytest.approx(found.information[0].value, abs=1e-9)
    assert found.information[0].node == "btc_return"


def test_a_decision_that_is_taken_is_no_longer_open(wildcatter: cm.Model) -> None:
    found = cm.decide(wildcatter, do={"test": "yes"})
    assert [each.node for each in found.policies] == ["drill"]
    assert found.before == "drill"
    assert found.expected_utility == pytest.approx(22.5)
    # Once the test is made, its result can be given.
    closed = cm.decide(wildcatter, do={"test": "yes"}, given={"seismic": "closed"})
    expected = (0.05 * -70 + 0.09 * 50 + 0.1 * 200) / 0.24 - 10
    assert closed.expected_utility == pytest.approx(expected)
    assert closed.evidence_probability == pytest.approx(0.24)
    settled = cm.decide(wildcatter, do={"test": "no", "drill": "yes"})
    assert settled.expected_utility == pytest.approx(20)
    assert (settled.policies, settled.before, settled.information) == ((), None, ())
    assert settled.everything is None


def test_what_a_node_is_worth_depends_on_the_decision_before_which_it_is_known(
    wildcatter: cm.Model,
) -> None:
    first, later = cm.decide(wildcatter), cm.decide(wildcatter, before="drill")
    assert [each.node for each in first.information] == ["oil"]
    # Whoever knows the oil at once saves the test.
    assert first.information[0].value == pytest.approx(55 - 22.5)
    assert first.following == ("seismic",)
    assert later.information[0].value == pytest.approx(55 - 22.5)
    # Then there is no test to pay for either: it was worth while only for what it tells.
    known = cm.decide(wildcatter, know=["oil"], before="drill")
    assert known.policies[0].cases[0].best == "no"
    assert known.policies[1].matters == ("oil",)


def small(folder: Path, nodes: str) -> cm.Model:
    return cm.load(write_graph(folder / "small.yaml", nodes))


def test_what_a_later_option_is_worth_counts_what_was_decided_before(tmp_path: Path) -> None:
    model = small(
        tmp_path,
        """\
        first: {kind: decision, states: [a, b]}
        second: {kind: decision, states: [x, y], parents: [first]}
        u1:
          {kind: utility, parents: [first], table: {sources: [{source: j}], rows: [
            {given: {first: a}, value: 0}, {given: {first: b}, value: 10}]}}
        u2:
          {kind: utility, parents: [second], table: {sources: [{source: j}], rows: [
            {given: {second: x}, value: 0}, {given: {second: y}, value: 1}]}}
        """,
    )
    first, second = cm.decide(model).policies
    assert first.cases[0].expected_utility == {"a": 1, "b": 11}
    assert second.matters == ()
    assert second.cases[0].expected_utility == {"x": 10, "y": 11} == second.always


def test_cases_say_what_they_take_for_decided(wildcatter: cm.Model) -> None:
    cases = cm.decide(wildcatter).policies[1].cases
    told = {case.earlier for case in cases if case.given["test"] == "no"}
    assert told == {"told"}
    assert {case.earlier for case in cases if case.given["test"] == "yes"} == {"policy"}
    assert all(case.is_possible for case in cases)
    seen = cm.decide(wildcatter, do={"seismic": "open"}).policies[1]
    assert [case.to_dict()["earlier"] for case in seen.cases] == ["policy"]


def test_what_follows_from_a_later_decision_cannot_be_known_before(tmp_path: Path) -> None:
    model = small(
        tmp_path,
        """\
        first: {kind: decision, states: [a, b]}
        middle:
          states: [l, h]
          parents: {first: {sign: mixed, sources: [{source: j}]}}
          table: {form: table, sources: [{source: j}], rows: [
            {given: {first: a}, p: {l: 0.5, h: 0.5}}, {given: {first: b}, p: {l: 0.1, h: 0.9}}]}
        second: {kind: decision, states: [x, y], parents: [middle]}
        after:
          states: [l, h]
          parents: {second: {sign: mixed, sources: [{source: j}]}}
          table: {form: table, sources: [{source: j}], rows: [
            {given: {second: x}, p: {l: 0.5, h: 0.5}}, {given: {second: y}, p: {l: 0.1, h: 0.9}}]}
        u:
          {kind: utility, parents: [after, first], table: {sources: [{source: j}], rows: [
            {given: {after: l, first: [a, b]}, value: 0}, {given: {after: h, first: [a, b]}, value: 1}]}}
        """,
    )
    for told in ({}, {"do": {"middle": "l"}}):
        found = cm.decide(model, **told)  # type: ignore[arg-type]
        assert "after" in found.following
        with pytest.raises(cm.QueryError, match="'after' may depend on what is decided at"):
            cm.decide(model, know="after", **told)  # type: ignore[arg-type]
    # Once the later decision is taken, nothing is left that it could depend on.
    taken = cm.decide(model, know="after", do={"middle": "l", "second": "y"})
    assert (taken.learned, taken.following) == (("after",), ())


def test_what_is_left_by_rounding_is_nothing(hedge: cm.Model, tmp_path: Path) -> None:
    states = hedge.states("btc_return")
    found = cm.decide(hedge, belief={"btc_return": dict.fromkeys(states, 1 / len(states))})
    assert found.expected_utility == 0
    assert found.policies[0].cases[0].expected_utility["none"] == 0
    assert found.policies[0].always["none"] == 0
    model = small(
        tmp_path,
        """\
        w: {states: [dry, wet], table: {form: table, sources: [{source: j}], rows: [
          {p: {dry: 0.7, wet: 0.3}}]}}
        d: {kind: decision, states: [a, b, c]}
        u:
          {kind: utility, parents: [w, d], table: {sources: [{source: j}], rows: [
            {given: {w: dry, d: [a, b]}, value: -1}, {given: {w: dry, d: c}, value: -2},
            {given: {w: wet, d: [a, b, c]}, value: -0.3}]}}
        """,
    )
    assert cm.decide(model, know="w").gained == 0
    assert cm.decide(model).everything == 0


def test_the_answer_is_plain_data_and_survives_pickling(wildcatter: cm.Model) -> None:
    found = cm.decide(wildcatter)
    assert isinstance(found, cm.Decided)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["schema_version"] == 1
    assert data["unit"] == "thousand dollars"
    assert data["policies"][1]["known"] == ["seismic", "test"]
    again: Decided = pickle.loads(pickle.dumps(found))
    assert again.to_dict() == found.to_dict()
    assert repr(found) == "<Decided 'wildcatter' given nothing; expected utility 22.5, test=yes>"


@pytest.mark.parametrize(
    ("asked", "kind", "told"),
    [
        ({"before": "oil"}, cm.QueryError, "no decision 'oil'"),
        ({"before": "dril"}, cm.QueryError, "Did you mean 'drill'"),
        ({"before": "test", "do": {"test": "no"}}, cm.QueryError, "'test' is decided already"),
        ({"know": "oi"}, cm.QueryError, "no node 'oi'"),
        ({"know": "reward"}, cm.QueryError, "'reward' is a utility"),
        ({"know": "xyz"}, cm.QueryError, "no node 'xyz'. Known: oil"),
        ({"know": "drill"}, cm.QueryError, "'drill' is a decision"),
        ({"know": "seismic"}, cm.QueryError, "'seismic' may depend on what is decided at 'test'"),
        ({"know": 3}, cm.QueryError, "expected"),
        ({"before": 3}, cm.QueryError, "no decision 3"),
        (
            {"know": "oil", "do": {"test": "no", "drill": "no"}},
            cm.QueryError,
            "all decisions are taken",
        ),
        (
            {"given": {"seismic": "open"}},
            cm.EvidenceError,
            "may depend on what is decided at 'test'",
        ),
        ({"given": {"test": "yes"}}, cm.EvidenceError, "is a decision, which is made, not seen"),
        ({"belief": {"drill": {"no": 1}}}, cm.EvidenceError, "is a decision"),
        ({"given": {"oil": "dri"}}, cm.EvidenceError, "no state 'dri'"),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_questions_that_make_no_sense(
    wildcatter: cm.Model, asked: dict[str, object], kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told):
        cm.decide(wildcatter, **asked)  # type: ignore[arg-type]


def test_impossible_evidence_names_its_conflict(hedge: cm.Model) -> None:
    model = cm.load(Path(__file__).parents[2] / "fixtures" / "textbook" / "asia.yaml")
    with pytest.raises(cm.QueryError, match="no decision, so there is nothing to decide"):
        cm.decide(model)
    with pytest.raises(cm.ImpossibleEvidence, match="gpu_rental_price=falls_sharply"):
        cm.decide(
            hedge,
            given={
                "h200_supply_ex_china": "tight",
                "ai_compute_demand": "strong",
                "gpu_rental_price": "falls_sharply",
            },
        )


def test_other_questions_take_the_status_quo_and_say_so(wildcatter: cm.Model) -> None:
    asked = wildcatter.query("seismic")
    assert asked.findings == (Do(node="test", state="no"),)
    assert asked["seismic"]["open"] == pytest.approx(0.33)
    assert wildcatter.query("seismic", do={"test": "yes"})["seismic"]["open"] == pytest.approx(0.35)
    # Oil depends on no decision, so there is nothing to say.
    assert wildcatter.query("oil").findings == ()
    assert wildcatter.query("drill")["drill"] == {"no": 1.0, "yes": 0.0}
    assert wildcatter.most_probable("seismic").findings == (Do(node="test", state="no"),)
    assert wildcatter.joint(["test", "oil"])["no", "dry"] == 0.5
    assumed = wildcatter.with_findings(given={"oil": "wet"})
    assert assumed.query("seismic", do={"test": "yes"})["seismic"]["closed"] == pytest.approx(0.3)
    assert cm.decide(assumed).expected_utility == pytest.approx(50)
    with pytest.raises(cm.QueryError, match="'reward' is a utility"):
        wildcatter.query("reward")


def test_rows_set_decisions_and_do_not_observe_them(wildcatter: cm.Model) -> None:
    rows = wildcatter.query_many(pd.DataFrame({"do:test": ["yes", "no", None]}), "seismic")
    assert rows["seismic=open"].tolist() == pytest.approx([0.35, 0.33, 0.33])
    with pytest.raises(cm.EvidenceError, match="row 1: test=yes: 'test' is a decision"):
        wildcatter.query_many(pd.DataFrame({"test": ["yes"]}), "seismic")


def test_utilities_are_part_of_what_a_graph_is(hedge: cm.Model, tmp_path: Path) -> None:
    text = (PUBLISHED / "wildcatter.yaml").read_text(encoding="utf-8")
    path = tmp_path / "wildcatter.yaml"
    path.write_text(text.replace("value: 200", "value: 201"), encoding="utf-8")
    changed, same = cm.load(path), cm.load(PUBLISHED / "wildcatter.yaml")
    assert changed.hash != same.hash
    difference = cm.diff(same, changed).to_dict()
    assert "utility reward" in json.dumps(difference)
    assert cm.diff(same, same).to_dict() != difference


def test_what_other_programs_are_given_and_what_is_left_behind(hedge: cm.Model) -> None:
    assert hedge.graph is not None
    lost = lost_words(hedge.graph)
    assert lost["utilities"] == 2
    assert lost["decisions (their status quo is kept)"] == 1
    graph = hedge.to_networkx()
    assert graph.nodes["hedge"]["role"] == "decision"
    assert "position" not in graph
    network = hedge.to_pgmpy()
    assert network.get_cpds("hedge").values.tolist() == [1, 0, 0]
    by_pgmpy = hedge.query(engine="pgmpy")["btc_return"]
    assert by_pgmpy == pytest.approx(hedge.query()["btc_return"], abs=1e-9)


def test_strengths_and_rows_of_confidence_do_not_stumble_over_decisions(
    wildcatter: cm.Model,
) -> None:
    assert ("test", "seismic") in wildcatter.strengths
    assert all(np.isfinite(each.average) for each in wildcatter.strengths.values())
