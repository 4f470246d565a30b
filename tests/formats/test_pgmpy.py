"""The bridge to pgmpy, both ways, and pgmpy's own engine as a judge of ours."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import causal_model as cm
from causal_model.errors import CptError, EvidenceError, GraphFileError
from causal_model.formats.pgmpy_bridge import (
    network_from_pgmpy,
    network_to_pgmpy,
    posterior_by_pgmpy,
)
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import bind
from causal_model.network import Network, Variable
from causal_model.spec.evidence import Belief, Do, Excluded, Finding, Likelihood, Observed
from tests.networks import random_findings, random_network

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

# Seeds of random networks; together they meet every kind of finding, and evidence that is impossible.
SEEDS = range(12)
KINDS = ("observed", "excluded", "likelihood", "belief", "do")


def assert_same(found: Network, expected: Network) -> None:
    """Names, states, arrows with the order of parents, and tables to the last bit."""
    assert dict(found.variables) == dict(expected.variables)
    assert dict(found.parents) == dict(expected.parents)
    for name, table in expected.tables.items():
        np.testing.assert_array_equal(found.tables[name], table)


def pgmpy_network(
    edges: list[tuple[Any, Any]], *cpds: tuple[Any, ...], nodes: tuple[Any, ...] = ()
) -> "DiscreteBayesianNetwork":
    """A network built by pgmpy; each table is (node, columns by parent states, parents, state names)."""
    with warnings.catch_warnings(action="ignore"):
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.models import DiscreteBayesianNetwork

        network = DiscreteBayesianNetwork()
        network.add_nodes_from(nodes)
        network.add_edges_from(edges)
        for node, values, above, states in cpds:
            network.add_cpds(
                TabularCPD(
                    node,
                    len(values),
                    values,
                    evidence=above or None,
                    evidence_card=[len(states[each]) for each in above] or None,
                    state_names=states,
                )
            )
    return network


@pytest.mark.parametrize("seed", SEEDS)
def test_a_network_comes_back_to_the_last_bit(seed: int) -> None:
    network = random_network(np.random.default_rng(seed), nodes=7)
    assert_same(network_from_pgmpy(network_to_pgmpy(network)), network)


def test_the_graph_of_the_article_comes_back_to_the_last_bit() -> None:
    model = cm.load("article")
    back = cm.from_pgmpy(model.to_pgmpy())
    assert_same(back.network, model.network)
    assert back.hash == model.hash
    assert (back.graph, back.outcome, back.path, back.findings) == (None, None, None, ())


def test_findings_stay_behind() -> None:
    model = cm.load("article")
    set_model = model.with_findings(do={"etf_flow": "outflow"}, given={"nasdaq_return": "risk_on"})
    assert_same(network_from_pgmpy(set_model.to_pgmpy()), model.network)


@pytest.mark.parametrize("seed", SEEDS)
def test_pgmpy_finds_nothing_wrong_with_what_it_is_given(seed: int) -> None:
    network = random_network(np.random.default_rng(seed), nodes=6)
    given = network_to_pgmpy(network)
    assert given.check_model()
    arrows = {(parent, name) for name, above in network.parents.items() for parent in above}
    assert set(given.edges()) == arrows
    assert set(given.nodes()) == set(network.variables)
    for name, variable in network.variables.items():
        assert given.get_cpds(name).state_names[name] == list(variable.states)


def test_names_and_states_become_text() -> None:
    states = {1: [True, False], ("b", 2): [0, 1, 2.5]}
    read = network_from_pgmpy(
        pgmpy_network(
            [(1, ("b", 2))],
            (1, [[0.25], [0.75]], [], {1: states[1]}),
            (("b", 2), [[0.5, 0.125], [0.25, 0.125], [0.25, 0.75]], [1], states),
        )
    )
    assert {name: each.states for name, each in read.variables.items()} == {
        "1": ("True", "False"),
        "('b', 2)": ("0", "1", "2.5"),
    }
    assert dict(read.parents) == {"1": (), "('b', 2)": ("1",)}
    assert read.tables["('b', 2)"].tolist() == [[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]]


def test_text_that_looks_like_something_else_stays_text() -> None:
    states = ("1", "1.0", "True", "None", " x ", "ü", "<b>")
    network = Network.of([Variable("n", states)], {}, {"n": np.full(7, 1 / 7)})
    assert_same(network_from_pgmpy(network_to_pgmpy(network)), network)


def test_a_table_may_list_the_states_of_a_parent_in_an_order_of_its_own() -> None:
    read = network_from_pgmpy(
        pgmpy_network(
            [("a", "c"), ("b", "c")],
            ("a", [[0.1], [0.2], [0.7]], [], {"a": ["lo", "mid", "hi"]}),
            ("b", [[0.4], [0.6]], [], {"b": ["no", "yes"]}),
            (
                "c",
                # P(c=u): a from hi to lo, and under each b from yes to no.
                [[0.01, 0.02, 0.03, 0.04, 0.05, 0.06], [0.99, 0.98, 0.97, 0.96, 0.95, 0.94]],
                ["a", "b"],
                {"c": ["u", "v"], "a": ["hi", "mid", "lo"], "b": ["yes", "no"]},
            ),
        )
    )
    assert read.variables["a"].states == ("lo", "mid", "hi")
    # Rows: a from lo to hi, b from no to yes.
    assert read.tables["c"][..., 0].tolist() == [[0.06, 0.05], [0.04, 0.03], [0.02, 0.01]]


def test_a_node_without_a_table_is_refused_by_name() -> None:
    incomplete = pgmpy_network([("a", "b")], ("a", [[0.3], [0.7]], [], {"a": ["x", "y"]}))
    with pytest.raises(GraphFileError, match="node 'b' of the pgmpy network has no table"):
        network_from_pgmpy(incomplete)


def test_nodes_that_read_the_same_as_text_are_refused() -> None:
    colliding = pgmpy_network(
        [],
        (1, [[0.3], [0.7]], [], {1: ["x", "y"]}),
        ("1", [[0.3], [0.7]], [], {"1": ["x", "y"]}),
        nodes=(1, "1"),
    )
    with pytest.raises(GraphFileError, match="two nodes of the pgmpy network read the same"):
        network_from_pgmpy(colliding)


def test_states_that_read_the_same_as_text_are_refused() -> None:
    colliding = pgmpy_network([], ("a", [[0.3], [0.7]], [], {"a": [1, "1"]}), nodes=("a",))
    with pytest.raises(GraphFileError, match="node 'a': two states read the same as text"):
        network_from_pgmpy(colliding)


def test_a_row_that_pgmpy_lets_through_is_refused() -> None:
    # pgmpy is content with sums within 0.01 of one.
    loose = pgmpy_network([], ("a", [[0.3], [0.705]], [], {"a": ["x", "y"]}), nodes=("a",))
    with pytest.raises(CptError, match=r"'a': a row of the table sums to 1\.005"):
        network_from_pgmpy(loose)


def test_a_network_is_not_changed_by_being_read() -> None:
    network = random_network(np.random.default_rng(3), nodes=4)
    given = network_to_pgmpy(network)
    before = {name: given.get_cpds(name).values.copy() for name in network.variables}
    read = network_from_pgmpy(given)
    for name, values in before.items():
        np.testing.assert_array_equal(given.get_cpds(name).values, values)
        given.get_cpds(name).values[...] = 0
        np.testing.assert_array_equal(read.tables[name], network.tables[name])


def assert_engines_agree(network: Network, findings: list[Finding]) -> str:
    """Ask both engines; return what they agreed on: answered, impossible, or refused."""
    bound = bind(network, findings)
    targets = list(network.variables)
    try:
        own = CompiledNetwork(network).posterior(bound, targets)
    except EvidenceError:
        with pytest.raises(EvidenceError):
            posterior_by_pgmpy(network, bound, targets)
        return "refused"
    judge = posterior_by_pgmpy(network, bound, targets)
    if np.isneginf(own.log_evidence):
        assert np.isneginf(judge.log_evidence)
        assert judge.marginals == {}
        return "impossible"
    np.testing.assert_allclose(own.log_evidence, judge.log_evidence, rtol=0, atol=1e-9)
    for name in targets:
        np.testing.assert_allclose(
            own.marginals[name], judge.marginals[name], rtol=0, atol=1e-9, err_msg=name
        )
    return "answered"


@pytest.mark.parametrize("kind", KINDS)
def test_both_engines_agree_on_every_kind_of_finding(kind: str) -> None:
    outcomes = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        network = random_network(rng, nodes=5, most_states=3)
        # Beliefs on several nodes are fitted in many rounds, each of them slow in pgmpy.
        most = 1 if kind == "belief" else 3
        findings = random_findings(rng, network, kinds=(kind,), most=most)
        outcomes.append(assert_engines_agree(network, findings))
    assert outcomes.count("answered") > len(SEEDS) / 2


def test_both_engines_agree_on_mixed_findings_and_on_what_is_impossible() -> None:
    outcomes = []
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        network = random_network(rng, nodes=5, most_states=3, zeros=0.35)
        findings = random_findings(rng, network, kinds=("observed", "likelihood", "do"), most=4)
        outcomes.append(assert_engines_agree(network, findings))
    assert set(outcomes) == {"answered", "impossible"}


def test_both_engines_refuse_a_belief_in_what_is_ruled_out() -> None:
    network = Network.of(
        [Variable("a", ("x", "y")), Variable("b", ("x", "y"))],
        {"b": ["a"]},
        {"a": np.array([0.5, 0.5]), "b": np.eye(2)},
    )
    findings: list[Finding] = [
        Observed(node="a", state="x"),
        Belief(node="b", probabilities={"x": 0.5, "y": 0.5}),
    ]
    assert assert_engines_agree(network, findings) == "refused"


ARTICLE: dict[str, list[Finding]] = {
    "nothing": [],
    "observed": [
        Observed(node="china_policy", state="hard_mandate"),
        Observed(node="etf_flow", state="outflow"),
    ],
    "excluded": [
        Excluded(node="nasdaq_return", state="risk_on"),
        Excluded(node="china_policy", state="brief_pause"),
    ],
    "likelihood": [
        Likelihood(node="gpu_spot_quotes", weights={"falling": 0.9, "flat": 0.4, "rising": 0.1})
    ],
    "belief": [
        Belief(
            node="china_policy",
            probabilities={"brief_pause": 0.2, "soft_mandate": 0.3, "hard_mandate": 0.5},
        )
    ],
    "do": [Do(node="gpu_rental_price", state="falls_sharply")],
    "all five": [
        Observed(node="etf_flow", state="outflow"),
        Excluded(node="china_policy", state="brief_pause"),
        Likelihood(node="fear_greed_index", weights={"fear": 1, "neutral": 0.5, "greed": 0.1}),
        Belief(
            node="us_export_terms",
            probabilities={"open": 0.25, "toll_25pct": 0.5, "blocked": 0.25},
        ),
        Do(node="gpu_rental_price", state="falls"),
    ],
}


@pytest.mark.parametrize("case", ARTICLE)
def test_both_engines_agree_on_the_article(case: str) -> None:
    model = cm.load("article")
    result, judged = (
        model.query(model.nodes, findings=ARTICLE[case], engine=engine)
        for engine in ("own", "pgmpy")
    )
    assert judged.findings == result.findings
    assert judged.evidence_probability == pytest.approx(result.evidence_probability, abs=1e-9)
    for node in model.nodes:
        assert judged[node] == pytest.approx(result[node], abs=1e-9)
        assert judged.prior[node] == pytest.approx(result.prior[node], abs=1e-9)


def test_the_bridge_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    network = random_network(np.random.default_rng(5), nodes=4)
    back = network_from_pgmpy(network_to_pgmpy(network))
    posterior_by_pgmpy(back, bind(back, [Observed(node="n0", state="s0")]), ["n1"])
    assert capfd.readouterr() == ("", "")


A: Any = ("a", [[0.3], [0.7]], [], {"a": ["no", "yes"]})


@pytest.mark.parametrize(
    "cpd",
    [
        ("b", [[0.1, 0.2], [0.9, 0.8]], ["a"], {"b": ["u", "v"], "a": ["0", "1"]}),
        (
            *("b", [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]], ["a"]),
            {"b": ["u", "v"], "a": ["no", "yes", "maybe"]},
        ),
        ("b", [[0.1], [0.9]], [], {"b": ["u", "v"]}),
    ],
    ids=["other states of the parent", "a state more of the parent", "an arrow without a table"],
)
def test_a_pgmpy_network_at_odds_with_itself_is_refused(cpd: Any) -> None:
    with pytest.raises(cm.GraphFileError, match="'b'"):
        cm.from_pgmpy(pgmpy_network([("a", "b")], A, cpd))
