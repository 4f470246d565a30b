"""Expected utilities, policies and values of information against all policies of random diagrams."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.decisions.diagram import Diagram
from causal_model.decisions.solve import gains, solve
from causal_model.decisions.weigh import Scales
from causal_model.inference.findings import bind
from causal_model.spec.evidence import Do, Finding, Likelihood, Observed
from tests.decisions.diagrams import Puzzle, best_by_tree, best_by_trying, random_puzzle

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
    if rng.random() < 0.3:
        facts.append(Do(node=puzzle.decisions[0], state="s1"))
    return facts


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_best_policy_is_as_good_as_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    puzzle = random_puzzle(rng)
    facts = random_facts(rng, puzzle)
    wanted = best_by_trying(puzzle, facts)
    diagram = diagram_of(puzzle, facts)
    scales = Scales(diagram)
    if wanted is None:
        assert np.isneginf(scales.told[0])
        return
    assert solve(diagram, scales).value == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_knowing_a_node_is_worth_what_the_whole_tree_gains(seed: int) -> None:
    rng = np.random.default_rng(seed)
    puzzle = random_puzzle(rng)
    facts = random_facts(rng, puzzle)
    diagram = diagram_of(puzzle, facts)
    scales = Scales(diagram)
    if np.isneginf(scales.told[0]) or not diagram.order:
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
    assert everything is not None
    assert value + everything == pytest.approx(wanted, abs=1e-9)
