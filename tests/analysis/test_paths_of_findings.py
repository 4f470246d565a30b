"""Paths of findings against what findings do: without a path nothing moves, and along one it does."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from causal_model.analysis.paths_of_findings import FindingPaths, paths_of_finding
from causal_model.network import Network, Variable
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed
from tests import oracle
from tests.analysis.test_attribution import a_case, seeds, value
from tests.networks import random_findings, random_network

KINDS = ("observed", "excluded", "likelihood", "belief", "do")


def of_chain(
    findings: list[Finding], at: int, outcome: str, sizes: tuple[int, ...]
) -> FindingPaths:
    """The paths of a finding in n0 -> n1 -> ..."""
    return paths_of_finding(chain(*sizes), findings, at, outcome)


def chain(*sizes: int) -> Network:
    """The nodes n0 -> n1 -> ... of some sizes, with states s0, s1, ..."""
    names = [f"n{at}" for at in range(len(sizes))]
    variables = [
        Variable(name, tuple(f"s{state}" for state in range(size)))
        for name, size in zip(names, sizes, strict=True)
    ]
    rng = np.random.default_rng(1)
    shapes = [sizes[:1], *pairwise(sizes)]
    tables = {
        name: rng.dirichlet(np.ones(shape[-1]), shape[:-1])
        for name, shape in zip(names, shapes, strict=True)
    }
    parents = {name: [before] for before, name in pairwise(names)}
    return Network.of(variables, parents, tables)


@given(seeds)
@settings(max_examples=80, deadline=None)
def test_without_a_path_a_finding_moves_nothing(seed: int) -> None:
    """So it is for what was seen, by the switch of an intervention for what is set, and under beliefs."""
    case = a_case(seed, KINDS)
    if case is None:
        return
    network, findings, target = case
    whole = value(network, findings, target)
    assert whole is not None
    for at in range(len(findings)):
        found = paths_of_finding(network, findings, at, target)
        assert (found.closed is None) == bool(found.paths)
        if found.paths:
            continue
        others = value(network, [*findings[:at], *findings[at + 1 :]], target)
        if others is not None:
            np.testing.assert_allclose(whole, others, atol=1e-9)


def test_along_a_path_a_finding_moves_something() -> None:
    """Where no table has a zero, and no numbers are made to cancel, an active path is not idle."""
    moved = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        network = random_network(rng, nodes=5, most_states=3, most_parents=2, zeros=0.0)
        findings = random_findings(rng, network, kinds=("observed", "belief", "do"))
        target = str(rng.choice(list(network.variables)))
        whole = value(network, findings, target)
        for at in range(len(findings)):
            if not paths_of_finding(network, findings, at, target).paths:
                continue
            others = value(network, [*findings[:at], *findings[at + 1 :]], target)
            assert whole is not None
            assert others is not None
            assert np.abs(whole - others).max() > 1e-9, (seed, at)
            moved += 1
    assert moved > 50


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_no_path_runs_over_a_node_of_one_state(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=5, most_states=2, zeros=0.0)
    single = str(rng.choice(list(network.variables)))
    network = narrowed(network, single)
    findings = random_findings(rng, network, kinds=KINDS)
    target = str(rng.choice([name for name in network.variables if name != single]))
    whole = value(network, findings, target)
    for at in range(len(findings) if whole is not None else 0):
        found = paths_of_finding(network, findings, at, target)
        assert not any(single in path.nodes for path in found.paths)
        others = value(network, [*findings[:at], *findings[at + 1 :]], target)
        if not found.paths and whole is not None and others is not None:
            np.testing.assert_allclose(whole, others, atol=1e-9)


def narrowed(network: Network, name: str) -> Network:
    """The network in which a node can only be in its first state."""
    variables = [
        Variable(each.name, each.states[:1]) if each.name == name else each
        for each in network.variables.values()
    ]
    tables = {}
    for child, table in network.tables.items():
        for axis, parent in enumerate(network.parents[child]):
            table = table.take([0], axis=axis) if parent == name else table
        tables[child] = np.ones((*table.shape[:-1], 1)) if child == name else table
    return Network.of(variables, network.parents, tables)


def test_a_state_that_is_left_over_is_known() -> None:
    findings: list[Finding] = [
        Observed(node="n0", state="s0"),
        Excluded(node="n1", state="s1"),
    ]
    assert of_chain(findings, 0, "n2", (2, 2, 2)).closed == "no_open_path"
    assert len(of_chain(findings, 1, "n2", (2, 2, 2)).paths) == 1
    # What is set has no causes any more, so what is seen above it is of no use.
    set_: list[Finding] = [findings[0], Do(node="n1", state="s0")]
    assert of_chain(set_, 0, "n2", (2, 2, 2)).closed == "no_open_path"
    assert oracle.answer(chain(2, 2, 2), findings) is not None


HALVES = {"s0": 0.5, "s1": 0.5}


@pytest.mark.parametrize(
    ("findings", "closed"),
    [
        ([Observed(node="n0", state="s0"), Belief(node="n1", probabilities=HALVES)], "belief"),
        ([Do(node="n0", state="s0"), Belief(node="n1", probabilities=HALVES)], "belief"),
        ([Observed(node="n0", state="s0"), Belief(node="n2", probabilities=HALVES)], "belief"),
        ([Observed(node="n0", state="s0"), Observed(node="n2", state="s1")], "outcome_known"),
        ([Observed(node="n0", state="s0"), Observed(node="n1", state="s1")], "no_open_path"),
        ([Excluded(node="n0", state="s1"), Observed(node="n0", state="s0")], "said_already"),
        ([Excluded(node="n0", state="s1"), Excluded(node="n0", state="s1")], "said_already"),
        ([Belief(node="n0", probabilities=HALVES)] * 2, "said_already"),
        ([Likelihood(node="n0", weights={"s0": 0.2, "s1": 0.2})], "says_nothing"),
        ([Likelihood(node="n0", weights={"s0": 0.2, "s1": 0.1})], None),
        # What is believed of n1 says nothing new where the finding is on the outcome itself.
        ([Observed(node="n2", state="s0"), Belief(node="n1", probabilities=HALVES)], None),
    ],
)
def test_why_there_is_no_path(findings: list[Finding], closed: str | None) -> None:
    assert of_chain(findings, 0, "n2", (2, 2, 2)).closed == closed


def test_a_belief_opens_what_meets_at_its_node() -> None:
    variables = [Variable(name, ("s0", "s1")) for name in "abc"]
    tables = {"a": np.array([0.3, 0.7]), "b": np.array([0.4, 0.6])}
    tables["c"] = np.array([[[0.9, 0.1], [0.5, 0.5]], [[0.2, 0.8], [0.4, 0.6]]])
    network = Network.of(variables, {"c": ["a", "b"]}, tables)
    findings: list[Finding] = [
        Observed(node="a", state="s0"),
        Belief(node="c", probabilities={"s0": 0.7, "s1": 0.3}),
    ]
    (path,) = paths_of_finding(network, findings, 0, "b").paths
    assert str(path) == "a -> c <- b"
    assert paths_of_finding(network, findings[:1], 0, "b").closed == "no_open_path"


def test_two_beliefs_leave_open_how_they_hang_together() -> None:
    """f tells of a and b at once, and o of both: f moves o, though a and b are as they are believed."""
    yes = ("s0", "s1")
    variables = [Variable(name, yes) for name in "abfo"]
    same = np.array([[[0.9, 0.1], [0.1, 0.9]], [[0.1, 0.9], [0.9, 0.1]]])
    half = np.array([0.5, 0.5])
    tables = {"a": half, "b": half, "f": same, "o": same}
    network = Network.of(variables, {"f": ["a", "b"], "o": ["a", "b"]}, tables)
    beliefs: list[Finding] = [Belief(node=name, probabilities=HALVES) for name in "ab"]
    findings = [Observed(node="f", state="s0"), *beliefs]
    found = paths_of_finding(network, findings, 0, "o")
    assert sorted(map(str, found.paths)) == ["f <- a -> o", "f <- b -> o"]
    after, before = value(network, findings, "o"), value(network, beliefs, "o")
    assert after is not None
    assert before is not None
    assert after[0] - before[0] == pytest.approx(0.32, abs=1e-9)
