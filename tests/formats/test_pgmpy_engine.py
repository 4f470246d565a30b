"""pgmpy as a judge where it is easily misled: names, small numbers, rows that miss 1."""

import math

import numpy as np
import pytest

import causal_model as cm
from causal_model.errors import QueryError
from causal_model.formats.pgmpy_bridge import posterior_by_pgmpy
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import bind
from causal_model.network import ROW_SUM_TOLERANCE, Network, Variable
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed
from tests.networks import random_network

KINDS: dict[str, list[Finding]] = {
    "nothing": [],
    "observed": [Observed(node="c", state="x")],
    "excluded": [Excluded(node="c", state="x")],
    "likelihood": [Likelihood(node="a", weights={"x": 1, "y": 0.3})],
    "belief": [Belief(node="b", probabilities={"x": 0.2, "y": 0.8})],
    "do": [Do(node="b", state="y")],
    "several": [
        Do(node="b", state="y"),
        Observed(node="c", state="y"),
        Likelihood(node="a", weights={"x": 0.1, "y": 0.9}),
    ],
}


def abc(names: tuple[str, str, str] = ("a", "b", "c"), miss: float = 0.0, seed: int = 1) -> Network:
    """Three nodes, each a child of all before it; rows miss 1 by up to a given amount."""
    rng = np.random.default_rng(seed)
    tables = {}
    for at, name in enumerate(names):
        table = rng.dirichlet([1, 1], size=[2] * at)
        tables[name] = table * (1 + miss * rng.uniform(-1, 1, size=(*table.shape[:-1], 1)))
    parents = {name: names[:at] for at, name in enumerate(names)}
    return Network.of([Variable(name, ("x", "y")) for name in names], parents, tables)


def assert_agree(network: Network, findings: list[Finding]) -> float:
    """Both engines agree on everything; the logarithm of P(evidence)."""
    bound = bind(network, findings)
    targets = list(network.variables)
    own = CompiledNetwork(network).posterior(bound, targets)
    judge = posterior_by_pgmpy(network, bound, targets)
    np.testing.assert_allclose(judge.log_evidence, own.log_evidence, rtol=1e-12, atol=1e-9)
    for name in targets if np.isfinite(own.log_evidence) else ():
        np.testing.assert_allclose(
            judge.marginals[name], own.marginals[name], rtol=0, atol=1e-9, err_msg=name
        )
    return float(judge.log_evidence)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "names",
    [("self", "values", "inplace"), ("a", "a seen", "w0"), ("n1", "n0", "r0"), (" ", "'", "ü")],
)
def test_names_do_not_matter(names: tuple[str, str, str], kind: str) -> None:
    network = abc(names)
    called = dict(zip("abc", names, strict=True))
    findings = [each.model_copy(update={"node": called[each.node]}) for each in KINDS[kind]]
    assert_agree(network, findings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_rows_that_miss_one_mean_the_same_to_both(kind: str, seed: int) -> None:
    network = abc(miss=0.99 * ROW_SUM_TOLERANCE, seed=seed)
    assert network.inexact
    assert_agree(network, KINDS[kind])


def copies(impossible: bool = False) -> Network:
    """A node that is x, never y, with two exact copies; or one that may be either."""
    first = np.array([1.0, 0.0] if impossible else [0.5, 0.5])
    return Network.of(
        [Variable(name, ("x", "y")) for name in "abc"],
        {"b": "a", "c": "a"},
        {"a": first, "b": np.eye(2), "c": np.eye(2)},
    )


def tiny(node: str, weight: float) -> Likelihood:
    return Likelihood(node=node, weights={"x": weight, "y": 1.0})


def test_improbable_is_not_impossible() -> None:
    network = copies(impossible=True)
    found = assert_agree(network, [tiny("b", 1e-200), tiny("c", 1e-200)])
    assert found == pytest.approx(2 * math.log(1e-200))


@pytest.mark.parametrize("weight", [1e-100, 1e-160, 1e-200, 1e-290])
def test_small_weights_are_answered_alike(weight: float) -> None:
    findings: list[Finding] = [
        tiny("b", weight),
        Likelihood(node="c", weights={"x": 1, "y": weight}),
    ]
    network = abc()
    assert_agree(network, findings)


def test_what_is_impossible_stays_impossible() -> None:
    findings: list[Finding] = [tiny("b", 1e-200), Observed(node="c", state="y")]
    assert assert_agree(copies(impossible=True), findings) == -math.inf
    with pytest.raises(cm.ImpossibleEvidence):
        cm.Model(copies(impossible=True)).query("a", findings=findings, engine="pgmpy")


def test_what_pgmpy_cannot_hold_is_no_answer() -> None:
    # 1e-400 whatever the state: no weight can be taken out beforehand.
    network = Network.of(
        [Variable("a", ("x", "y")), *(Variable(f"b{at}", ("x", "y")) for at in range(2))],
        {"b0": ["a"], "b1": ["a"]},
        {
            "a": np.array([0.5, 0.5]),
            "b0": np.array([[1e-200, 1.0], [2e-200, 1.0]]),
            "b1": np.array([[1e-200, 1.0], [2e-200, 1.0]]),
        },
    )
    findings: list[Finding] = [Observed(node=f"b{at}", state="x") for at in range(2)]
    bound = bind(network, findings)
    own = CompiledNetwork(network).posterior(bound, ["a"])
    assert own.marginals["a"].tolist() == pytest.approx([0.2, 0.8])
    with pytest.raises(QueryError, match="pgmpy's numbers become zero"):
        posterior_by_pgmpy(network, bound, ["a"])


def test_errors_speak_of_the_names_of_the_user() -> None:
    network = copies()
    bound = bind(
        network,
        [Observed(node="a", state="x"), Belief(node="b", probabilities={"x": 0.5, "y": 0.5})],
    )
    with pytest.raises(cm.EvidenceError, match="belief on 'b' gives weight"):
        posterior_by_pgmpy(network, bound, ["c"])


def test_a_larger_network_with_rows_that_miss_one() -> None:
    rng = np.random.default_rng(11)
    exact = random_network(rng, nodes=7)
    tables = {
        name: table * (1 + 8e-7 * rng.uniform(-1, 1, size=(*table.shape[:-1], 1)))
        for name, table in exact.tables.items()
    }
    network = Network.of(exact.variables.values(), exact.parents, tables)
    last = list(network.variables)[-1]
    for findings in ([], [Observed(node=last, state=network.variables[last].states[0])]):
        assert_agree(network, list(findings))
