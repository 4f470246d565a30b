"""Expected utilities, policies and values of information against all policies of random diagrams."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.errors import QueryError, TooLarge
from causal_model.inference.findings import bind
from causal_model.network import Network, Variable
from causal_model.questions.decisions.diagram import Diagram
from causal_model.questions.decisions.rollback import EARLIER
from causal_model.questions.decisions.solve import gains, solve
from causal_model.questions.decisions.weigh import Scales
from causal_model.spec.evidence import Belief, Do, Finding, Likelihood, Observed
from tests.decisions.diagrams import (
    Plan,
    Puzzle,
    best_by_tree,
    best_by_trying,
    counted_case,
    lines_of,
    plans_to_try,
    random_puzzle,
)

# More policies than these are not tried one by one, but along the decision tree.
MOST_PLANS = 20_000
seeds = st.integers(0, 2**32 - 1)


def diagram_of(puzzle: Puzzle, findings: Sequence[Finding] = ()) -> Diagram:
    return Diagram.of(puzzle.network, puzzle.utilities, bind(puzzle.network, findings))


def random_facts(rng: np.random.Generator, puzzle: Puzzle) -> list[Finding]:
    """Findings on nodes that follow from no decision, and sometimes a decision that was taken."""
    after = diagram_of(puzzle).following(puzzle.decisions)
    facts: list[Finding] = []
    for name in puzzle.chance:
        states = puzzle.network.variables[name].states
        kind = rng.random()
        if kind < 0.15:
            facts.append(Do(node=name, state=str(rng.choice(states))))
        elif name not in after and kind < 0.35:
            facts.append(Observed(node=name, state=str(rng.choice(states))))
        elif name not in after and kind < 0.5:
            weights = {state: float(rng.random()) for state in states}
            facts.append(Likelihood(node=name, weights=weights))
    if puzzle.decisions and rng.random() < 0.3:
        facts.append(Do(node=puzzle.decisions[0], state="s1"))
    return facts


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(0, 3))
def test_the_best_policy_is_as_good_as_the_best_of_all(seed: int, decisions: int) -> None:
    rng = np.random.default_rng(seed)
    puzzle = random_puzzle(rng, decisions=decisions)
    facts = random_facts(rng, puzzle)
    diagram = diagram_of(puzzle, facts)
    scales = Scales(diagram)
    possible = bool(lines_of(puzzle, facts).weight.any())
    assert possible == np.isfinite(scales.log_evidence)
    if possible:
        few = plans_to_try(puzzle, facts) <= MOST_PLANS
        wanted = best_by_trying(puzzle, facts) if few else best_by_tree(puzzle, facts)
        assert solve(diagram, scales).value == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(seeds, st.integers(1, 3), st.booleans())
def test_every_case_comes_to_what_the_lines_in_it_add_up_to(
    seed: int, decisions: int, learns: bool
) -> None:
    rng = np.random.default_rng(seed)
    puzzle = random_puzzle(rng, decisions=decisions)
    facts = random_facts(rng, puzzle)
    diagram = diagram_of(puzzle, facts)
    if np.isneginf(Scales(diagram).log_evidence):
        return
    if learns and diagram.order:
        before = str(rng.choice(diagram.order))
        diagram = diagram.knowing(diagram.open_to(before)[:1], before)
    rolled = solve(diagram, Scales(diagram))
    plans = {name: Plan(each.matters, each.best) for name, each in rolled.choices.items()}
    for name, choice in rolled.choices.items():
        met = 0.0
        for at in np.ndindex(*choice.probability.shape):
            case = dict(zip(choice.matters, at, strict=True))
            wanted = counted_case(puzzle, facts, plans, name, case)
            assert choice.probability[at] == pytest.approx(wanted.probability, abs=1e-12)
            assert EARLIER[choice.earlier[at]] == wanted.earlier
            if wanted.worth is None:
                assert np.isnan(choice.expected[at]).all()
                continue
            assert choice.expected[at] == pytest.approx(wanted.worth, abs=1e-9)
            # Nobody who comes there could do better, though the policies may not lead there.
            assert wanted.worth[choice.best[at]] == pytest.approx(max(wanted.worth), abs=1e-9)
            met += wanted.probability * max(wanted.worth)
        assert met == pytest.approx(rolled.value, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 3))
def test_knowing_a_node_is_worth_what_the_whole_tree_gains(seed: int, decisions: int) -> None:
    rng = np.random.default_rng(seed)
    puzzle = random_puzzle(rng, decisions=decisions)
    facts = random_facts(rng, puzzle)
    diagram = diagram_of(puzzle, facts)
    scales = Scales(diagram)
    if np.isneginf(scales.log_evidence) or not diagram.order:
        return
    before = str(rng.choice(diagram.order))
    value = solve(diagram, scales).value
    assert value == pytest.approx(best_by_tree(puzzle, facts), abs=1e-9)
    found, everything = gains(diagram, scales, before, value)
    for name, gain in found.items():
        wanted = best_by_tree(puzzle, facts, {before: [name]})
        assert value + gain.value == pytest.approx(wanted, abs=1e-9)
        assert gain.value >= 0
    wanted = best_by_tree(puzzle, facts, {before: list(found)})
    if everything is None:
        assert not found
        return
    assert value + everything == pytest.approx(wanted, abs=1e-9)


def wildcatter(*, region: bool = False) -> Puzzle:
    """Test or not, then drill or not; with `region`, a node that is known at once tells of the oil."""
    variables = [
        Variable("region", ("poor", "rich")),
        Variable("oil", ("dry", "wet", "soaking")),
        Variable("test", ("no", "yes"), is_decision=True),
        Variable("seismic", ("diffuse", "open", "closed", "none")),
        Variable("drill", ("no", "yes"), is_decision=True),
    ]
    oil = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    if region:
        oil = np.array([[0.9, 0.05, 0.05], [0.5, 0.3, 0.2]])
    seismic = np.zeros((3, 2, 4))
    seismic[:, 0, 3] = 1
    seismic[:, 1, :3] = [[0.6, 0.3, 0.1], [0.3, 0.4, 0.3], [0.1, 0.4, 0.5]]
    tables = {"region": np.array([0.5, 0.5]), "oil": oil, "seismic": seismic}
    parents = {"oil": ["region"], "seismic": ["oil", "test"]}
    parents |= {"test": ["region"] if region else [], "drill": ["seismic", "test"]}
    tables["test"] = np.broadcast_to(np.eye(2)[0], (2, 2) if region else (2,))
    tables["drill"] = np.broadcast_to(np.eye(2)[0], (4, 2, 2))
    cost = (("test",), np.array([0.0, -10]))
    pay = (("drill", "oil"), np.array([[0.0, 0, 0], [-70, 50, 200]]))
    return Puzzle(Network.of(variables, parents, tables), {"cost": cost, "pay": pay})


def test_what_is_known_matters_to_a_decision_that_only_a_later_one_makes_worth_anything() -> None:
    puzzle = wildcatter(region=True)
    diagram = diagram_of(puzzle)
    rolled = solve(diagram, Scales(diagram))
    # The test costs, and pays through drilling alone; whether it does depends on the region.
    assert diagram.matters == {"test": ("region",), "drill": ("region", "seismic", "test")}
    assert rolled.choices["test"].best.tolist() == [0, 1]
    assert rolled.value == pytest.approx(best_by_tree(puzzle), abs=1e-9)


def two_bets() -> Puzzle:
    """First a bet on nothing, of which a light may tell; then one on the light, which is seen."""
    variables = [
        Variable("first", ("sure", "risky"), is_decision=True),
        Variable("light", ("off", "on")),
        Variable("second", ("off", "on"), is_decision=True),
    ]
    light = np.array([[1.0, 0.0], [0.5, 0.5]])
    off = np.array([1.0, 0.0])
    tables = {"first": off, "light": light, "second": np.broadcast_to(off, (2, 2))}
    parents = {"light": ["first"], "second": ["light"]}
    utilities = {
        "pay": (("first",), np.array([10.0, 4.0])),
        "won": (("light", "second"), np.array([[1.0, 0.0], [0.0, 3.0]])),
    }
    return Puzzle(Network.of(variables, parents, tables), utilities)


def test_what_earlier_decisions_are_where_their_policies_do_not_lead() -> None:
    diagram = diagram_of(two_bets())
    first, second = solve(diagram, Scales(diagram)).choices.values()
    assert first.expected.tolist() == [11.0, 4.0 + 0.5 * 1 + 0.5 * 3]
    # The light is off whenever the first bet is sure, so it tells all; on, the bet must have been risky.
    assert second.matters == ("light",)
    assert second.probability.tolist() == [1.0, 0.0]
    assert [EARLIER[each] for each in second.earlier] == ["policy", "any"]
    assert second.expected.tolist() == [[11.0, 10.0], [4.0, 7.0]]
    assert second.best.tolist() == [0, 1]


def test_what_follows_from_a_later_decision_is_not_known_before_either() -> None:
    diagram = diagram_of(two_bets(), [Do(node="light", state="on")])
    network = diagram.network
    late = Variable("late", ("off", "on"))
    further = Network.of(
        [*network.variables.values(), late],
        {**network.parents, "late": ["second"]},
        {**network.tables, "late": np.eye(2)},
    )
    cut = Diagram.of(further, diagram.utilities, diagram.findings)
    # What leads from the first decision to the second is set, so no arrow tells that one comes after it.
    assert cut.following(["first"]) == frozenset()
    assert cut.open_to("first") == ()


def test_a_sign_makes_its_causes_tell_of_each_other() -> None:
    variables = [Variable(name, ("a", "b")) for name in ("left", "right", "common")]
    variables.append(Variable("bet", ("a", "b"), is_decision=True))
    both = np.array([[[0.9, 0.1], [0.1, 0.9]], [[0.1, 0.9], [0.9, 0.1]]])
    half = np.array([0.5, 0.5])
    tables = {"left": half, "right": half, "common": both, "bet": np.eye(2)[[0, 0]]}
    parents = {"common": ["left", "right"], "bet": ["left"]}
    won = (("right", "bet"), np.eye(2))
    puzzle = Puzzle(Network.of(variables, parents, tables), {"won": won})
    assert diagram_of(puzzle).matters == {"bet": ()}
    for sign in (
        Likelihood(node="common", weights={"a": 1.0, "b": 0.2}),
        Observed(node="common", state="a"),
        Belief(node="common", probabilities={"a": 0.8, "b": 0.2}),
    ):
        diagram = diagram_of(puzzle, [sign])
        assert diagram.matters == {"bet": ("left",)}
        rolled = solve(diagram, Scales(diagram))
        assert rolled.choices["bet"].best.tolist() == [0, 1]
        if sign.kind != "belief":
            assert rolled.value == pytest.approx(best_by_tree(puzzle, [sign]), abs=1e-9)


def test_of_equal_options_the_status_quo_is_kept() -> None:
    puzzle = wildcatter()
    puzzle = Puzzle(puzzle.network, {"pay": (("oil",), np.array([1.0, 2.0, 3.0]))})
    diagram = diagram_of(puzzle)
    rolled = solve(diagram, Scales(diagram))
    assert [choice.best.tolist() for choice in rolled.choices.values()] == [0, 0]
    assert [choice.matters for choice in rolled.choices.values()] == [(), ()]
    assert rolled.value == pytest.approx(0.5 + 0.6 + 0.6)


def test_too_many_cases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = diagram_of(wildcatter())
    assert solve(diagram, Scales(diagram)).value == pytest.approx(22.5)
    monkeypatch.setattr("causal_model.questions.decisions.weigh.MOST_CASES", 15)
    with pytest.raises(
        TooLarge, match=r"16 cases of what is known and decided.*seismic, test, drill"
    ):
        solve(diagram, Scales(diagram))
    monkeypatch.setattr("causal_model.questions.decisions.weigh.MOST_CASES", 16)
    found, everything = gains(diagram, Scales(diagram), "drill", 22.5)
    assert found["oil"].value == everything == pytest.approx(0.3 * 50 + 0.2 * 200 - 22.5)


@pytest.mark.parametrize("size", [1e-300, 1e150])
def test_values_of_any_size_are_weighed(size: float) -> None:
    values = np.array([[0.0, 0, 0], [-70, 50, 200]])
    network = wildcatter().network
    small = Puzzle(network, {"pay": (("drill", "oil"), values)})
    diagram = diagram_of(Puzzle(network, {"pay": (("drill", "oil"), size * values)}))
    wanted = size * best_by_tree(small)
    assert solve(diagram, Scales(diagram)).value == pytest.approx(wanted, rel=1e-9)


def test_values_beyond_the_range_of_numbers_are_refused() -> None:
    pay = (("drill", "oil"), 1e308 * np.array([[0.0, 0, 0], [-1, 0.5, 1]]))
    diagram = diagram_of(Puzzle(wildcatter().network, {"pay": pay}))
    with pytest.raises(QueryError, match="too large"):
        solve(diagram, Scales(diagram))


def test_nodes_are_weighed_in_groups_where_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    puzzles = [random_puzzle(rng) for _ in range(10)]

    def worths() -> list[float]:
        found = []
        for puzzle in puzzles:
            diagram = diagram_of(puzzle)
            own, _ = gains(diagram, Scales(diagram), diagram.order[0], 0.0)
            found += [each.value for each in own.values()]
        return found

    together = worths()
    monkeypatch.setattr("causal_model.questions.decisions.solve.MOST_ENTRIES", 1)
    assert worths() == pytest.approx(together, abs=1e-12)
    assert len(together) > 10
