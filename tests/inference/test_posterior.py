"""The engine against enumeration, and its own laws, on random networks."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.engine import contract as contraction
from causal_model.errors import EvidenceError
from causal_model.inference import lookup
from causal_model.inference.compiled import CompiledNetwork, Posterior
from causal_model.inference.findings import Findings, bind, stack
from causal_model.network import Network, Variable
from tests import oracle
from tests.networks import random_findings, random_network

ALL_KINDS = ("observed", "excluded", "likelihood", "belief", "do")
WITHOUT_BELIEF = ("observed", "excluded", "likelihood", "do")

seeds = st.integers(0, 2**32 - 1)


def differences(expected: oracle.Answer, got: Posterior) -> float:
    worst = abs(math.exp(float(got.log_evidence)) - expected.evidence)
    for name, states in expected.posterior.items():
        wanted = np.array(list(states.values()))
        worst = max(worst, float(np.abs(got.marginals[name] - wanted).max()))
    return worst


def check_against_enumeration(network: Network, kinds: tuple[str, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    findings = random_findings(rng, network, kinds=kinds)
    try:
        expected = oracle.answer(network, findings)
    except oracle.CannotHold:
        with pytest.raises(EvidenceError):
            CompiledNetwork(network).posterior(bind(network, findings))
        return
    got = CompiledNetwork(network).posterior(bind(network, findings))
    if expected is None:
        assert got.log_evidence == -math.inf
    else:
        assert differences(expected, got) < 1e-10


@settings(max_examples=120, deadline=None)
@given(seeds)
def test_every_marginal_matches_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 7)))
    check_against_enumeration(network, WITHOUT_BELIEF, seed)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_all_five_kinds_match_enumeration(seed: int) -> None:
    network = random_network(np.random.default_rng(seed), nodes=5, most_states=3)
    check_against_enumeration(network, ALL_KINDS, seed)


@settings(max_examples=6, deadline=None)
@given(seeds)
def test_eight_nodes_match_enumeration(seed: int) -> None:
    network = random_network(np.random.default_rng(seed), nodes=8, most_states=3)
    # Fitting beliefs by enumeration takes long; networks of five nodes have them.
    check_against_enumeration(network, WITHOUT_BELIEF, seed)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_one_target_equals_all_targets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    findings = bind(network, random_findings(rng, network, kinds=WITHOUT_BELIEF))
    everything = CompiledNetwork(network).posterior(findings)
    for name in network.variables:
        alone = CompiledNetwork(network).posterior(findings, [name])
        np.testing.assert_allclose(alone.marginals[name], everything.marginals[name], atol=1e-12)
        np.testing.assert_allclose(alone.log_evidence, everything.log_evidence, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_row_of_a_batch_equals_the_row_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    names = list(network.variables)
    set_node = str(rng.choice(names)) if rng.random() < 0.5 else None
    rows = []
    for _ in range(7):
        found = random_findings(rng, network, kinds=("observed", "excluded", "likelihood"))
        found = [each for each in found if each.node != set_node]
        if set_node is not None:
            state = int(rng.integers(network.variables[set_node].size))
            rows.append(_with_do(bind(network, found), set_node, state))
        else:
            rows.append(bind(network, found))
    compiled = CompiledNetwork(network)
    together = compiled.posterior(stack(network, rows))
    for at, row in enumerate(rows):
        alone = compiled.posterior(row)
        np.testing.assert_allclose(together.log_evidence[at], alone.log_evidence, atol=1e-10)
        for name in names:
            np.testing.assert_allclose(
                together.marginals[name][at], alone.marginals[name], atol=1e-12
            )


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_rows_picked_out_of_the_tables_equal_the_rows_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(2, 8)))
    names = [str(name) for name in rng.permutation(list(network.variables))]
    hard, soft = names[: int(rng.integers(1, 4))], names[-1]
    rows = []
    for _ in range(9):
        seen = {name: int(rng.integers(network.variables[name].size)) for name in hard}
        weights = {} if soft in hard else {soft: rng.random(network.variables[soft].size)}
        rows.append(Findings(observed=seen, weights=weights))
    compiled = CompiledNetwork(network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "FEWEST_ROWS", 1)
        picked = lookup.picked_of(stack(network, rows))
    assert picked is not None
    assert set(picked.picked) >= set(hard)
    targets = tuple(network.variables)[: int(rng.integers(1, len(names) + 1))]
    for batch, first in ((picked, 0), (picked.slice(4, 9), 4)):
        together = compiled._answer(batch, targets, tables=False)
        for at, row in enumerate(rows[first:]):
            alone = compiled.posterior(row, targets)
            np.testing.assert_allclose(together.log_evidence[at], alone.log_evidence, atol=1e-10)
            for name in targets:
                np.testing.assert_allclose(
                    together.marginals[name][at], alone.marginals[name], atol=1e-12
                )


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_rows_looked_up_in_a_joint_table_equal_the_rows_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(2, 8)))
    names = [str(name) for name in rng.permutation(list(network.variables))]
    target, columns = names[0], names[1 : int(rng.integers(2, 5))]
    constant = bind(
        network,
        [
            each
            for each in random_findings(rng, network, kinds=("observed", "do"))
            if each.node not in (target, *columns)
        ],
    )
    rows = []
    for _ in range(20):
        seen = {
            name: int(rng.integers(network.variables[name].size))
            for name in columns
            if rng.random() < 0.8
        }
        rows.append(replace(constant, observed={**constant.observed, **seen}))
    batch = replace(stack(network, [replace(row, do={}) for row in rows]), do=dict(constant.do))
    compiled = CompiledNetwork(network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "FEWEST_ROWS", 1)
        # As if the rows took so much that this pays.
        together = compiled._looked_up(batch, 10**12, (target,))
    assert together is not None or not batch.by_row
    if together is None:
        return
    for at, row in enumerate(rows):
        alone = compiled.posterior(row, [target])
        np.testing.assert_allclose(together.log_evidence[at], alone.log_evidence, atol=1e-10)
        np.testing.assert_allclose(
            together.marginals[target][at], alone.marginals[target], atol=1e-12
        )


def _with_do(findings: Findings, name: str, state: int) -> Findings:
    return Findings(findings.observed, findings.weights, findings.beliefs, {name: state})


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_rescaling_and_logarithms_give_the_same_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    findings = bind(network, random_findings(rng, network, kinds=WITHOUT_BELIEF))
    plain = CompiledNetwork(network).posterior(findings, table_derivatives=True)
    for lowest in (0.5, 2.0):
        # Bounds that no array keeps make every step rescale; bounds that none can, use logarithms.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(contraction, "LOWEST", 1e-9 if lowest == 0.5 else lowest)
            patch.setattr(contraction, "HIGHEST", 1.0)
            other = CompiledNetwork(network).posterior(findings, table_derivatives=True)
        np.testing.assert_allclose(other.log_evidence, plain.log_evidence, atol=1e-10)
        for name in network.variables:
            np.testing.assert_allclose(other.marginals[name], plain.marginals[name], atol=1e-12)
            if np.isfinite(plain.log_evidence):
                np.testing.assert_allclose(
                    other.table_derivatives[name], plain.table_derivatives[name], rtol=1e-9
                )


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_table_derivatives_match_finite_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, nodes=int(rng.integers(1, 6)), zeros=0.0)
    findings = bind(network, random_findings(rng, network, kinds=WITHOUT_BELIEF))
    found = CompiledNetwork(network).posterior(findings, table_derivatives=True)
    step = 1e-6
    for name, table in network.tables.items():
        entry = tuple(int(rng.integers(extent)) for extent in table.shape)
        logs = []
        for sign in (1, -1):
            moved = table.copy()
            moved[entry] += sign * step
            tables = {**network.tables, name: moved}
            changed = Network(network.variables, network.parents, tables)
            # With the derivatives no node is left out as summing to one: the moved row does not.
            moved_to = CompiledNetwork(changed).posterior(findings, table_derivatives=True)
            logs.append(float(moved_to.log_evidence))
        slope = (logs[0] - logs[1]) / (2 * step)
        assert found.table_derivatives[name][entry] == pytest.approx(slope, rel=1e-5, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_do_on_a_root_equals_observing_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, zeros=0.0)
    root = next(name for name, above in network.parents.items() if not above)
    compiled = CompiledNetwork(network)
    seen = compiled.posterior(Findings(observed={root: 0}))
    done = compiled.posterior(Findings(do={root: 0}))
    for name in network.variables:
        np.testing.assert_allclose(done.marginals[name], seen.marginals[name], atol=1e-12)
    assert done.log_evidence == pytest.approx(0.0, abs=1e-12)


def umbrella(steps: int) -> Network:
    """The umbrella world of Russell & Norvig, chapter 14: rain persists with probability 0.7."""
    variables, parents, tables = [], {}, {}
    for at in range(steps):
        variables += [Variable(f"r{at}", ("yes", "no")), Variable(f"u{at}", ("yes", "no"))]
        parents[f"r{at}"] = [f"r{at - 1}"] if at else []
        tables[f"r{at}"] = np.array([[0.7, 0.3], [0.3, 0.7]]) if at else np.array([0.5, 0.5])
        parents[f"u{at}"] = [f"r{at}"]
        tables[f"u{at}"] = np.array([[0.9, 0.1], [0.2, 0.8]])
    return Network.of(variables, parents, tables)


def naive_bayes(findings: int, likelihoods: tuple[float, float]) -> Network:
    variables = [Variable("c", ("a", "b"))]
    parents: dict[str, list[str]] = {}
    tables = {"c": np.array([0.5, 0.5])}
    for at in range(findings):
        variables.append(Variable(f"x{at}", ("yes", "no")))
        parents[f"x{at}"] = ["c"]
        tables[f"x{at}"] = np.array([[each, 1 - each] for each in likelihoods])
    return Network.of(variables, parents, tables)


def test_two_thousand_umbrellas_do_not_underflow() -> None:
    steps = 2_000
    network = umbrella(steps)
    findings = Findings(observed={f"u{at}": 0 for at in range(steps)})
    found = CompiledNetwork(network).posterior(findings)
    forward = np.array([0.5, 0.5])
    log_evidence = 0.0
    for at in range(steps):
        if at:
            forward = forward @ np.array([[0.7, 0.3], [0.3, 0.7]])
        forward = forward * np.array([0.9, 0.2])
        log_evidence += math.log(forward.sum())
        forward = forward / forward.sum()
    np.testing.assert_allclose(found.marginals[f"r{steps - 1}"], forward, atol=1e-12)
    assert forward[0] == pytest.approx(0.896746, abs=1e-6)
    assert float(found.log_evidence) == pytest.approx(log_evidence, rel=1e-12)


@pytest.mark.parametrize("count", [108, 400, 3_000])
def test_thousands_of_rare_findings_are_possible(count: int) -> None:
    # Each finding has probability 0.001 under a and 0.001001 under b.
    network = naive_bayes(count, (0.001, 0.001001))
    findings = Findings(observed={f"x{at}": 0 for at in range(count)})
    found = CompiledNetwork(network).posterior(findings)
    odds = math.exp(count * math.log1p(0.001))
    assert found.marginals["c"][1] == pytest.approx(odds / (1 + odds), abs=1e-9)
    assert float(found.log_evidence) < -700


def test_findings_that_point_both_ways_keep_both_hypotheses() -> None:
    # Half of the findings favour a by 1000 to 1, half b: the partial products are 1e4500 apart.
    count = 1_500
    forth, back = naive_bayes(count, (0.9, 0.0009)), naive_bayes(count, (0.0009, 0.9))
    variables = [*forth.variables.values()]
    parents = {name: list(above) for name, above in forth.parents.items()}
    tables = dict(forth.tables)
    for at in range(count):
        variables.append(Variable(f"y{at}", ("yes", "no")))
        parents[f"y{at}"] = ["c"]
        tables[f"y{at}"] = back.tables[f"x{at}"]
    network = Network.of(variables, parents, tables)
    seen = {f"{letter}{at}": 0 for letter in "xy" for at in range(count)}
    found = CompiledNetwork(network).posterior(Findings(observed=seen))
    np.testing.assert_allclose(found.marginals["c"], [0.5, 0.5], atol=1e-9)


def test_a_denormal_prior_is_not_zero() -> None:
    table = np.array([1.0, 1e-320])
    network = Network.of(
        [Variable("a", ("x", "y")), Variable("b", ("x", "y"))],
        {"b": ["a"]},
        {"a": table, "b": np.array([[1.0, 0.0], [0.0, 1.0]])},
    )
    found = CompiledNetwork(network).posterior(Findings(observed={"b": 1}))
    np.testing.assert_allclose(found.marginals["a"], [0.0, 1.0])
    assert float(found.log_evidence) == pytest.approx(math.log(1e-320), rel=1e-4)


def test_a_belief_is_met_exactly_and_leaves_the_evidence_probability_alone() -> None:
    network = umbrella(3)
    beliefs = {"r0": np.array([0.2, 0.8]), "r2": np.array([0.6, 0.4])}
    found = CompiledNetwork(network).posterior(Findings(observed={"u1": 0}, beliefs=beliefs))
    for name, wanted in beliefs.items():
        np.testing.assert_allclose(found.marginals[name], wanted, atol=1e-12)
    plain = CompiledNetwork(network).log_evidence(Findings(observed={"u1": 0}))
    assert float(found.log_evidence) == pytest.approx(float(plain))


def test_plans_are_kept_by_pattern_not_by_value() -> None:
    network = umbrella(5)
    compiled = CompiledNetwork(network)
    compiled.posterior(Findings(observed={"u1": 0}))
    planned = len(compiled._plans)
    compiled.posterior(Findings(observed={"u1": 1}))
    assert len(compiled._plans) == planned
    compiled.posterior(Findings(observed={"u2": 1}))
    assert len(compiled._plans) == planned + 1


def test_old_plans_are_let_go_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from causal_model.inference import compiled as module

    monkeypatch.setattr(module, "MOST_PLANS", 3)
    compiled = CompiledNetwork(umbrella(6))
    wanted = compiled.posterior(Findings(observed={"u0": 0})).marginals["r5"]
    for at in range(1, 6):
        compiled.posterior(Findings(observed={f"u{at}": 0}))
    assert len(compiled._plans) == 3
    again = compiled.posterior(Findings(observed={"u0": 0})).marginals["r5"]
    np.testing.assert_array_equal(again, wanted)


def test_a_large_batch_is_cut_into_pieces_that_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    from causal_model.inference import compiled as module

    network = umbrella(3)
    rng = np.random.default_rng(1)
    rows = [Findings(weights={"u0": rng.random(2), "u2": rng.random(2)}) for _ in range(25)]
    batch = stack(network, rows)
    whole = CompiledNetwork(network).posterior(batch)
    monkeypatch.setattr(module, "BATCH_ENTRIES", 500)
    pieces = CompiledNetwork(network).posterior(batch)
    for name in network.variables:
        np.testing.assert_allclose(pieces.marginals[name], whole.marginals[name], atol=1e-14)
