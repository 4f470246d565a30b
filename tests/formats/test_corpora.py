"""Files and answers that others wrote: broken and odd files, published networks, competition problems."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from causal_model.errors import GraphFileError
from causal_model.formats.bif import parse_bif, read_bif
from causal_model.formats.registry import read_network
from causal_model.formats.source import read_source
from causal_model.formats.uai import read_factor_list, read_uai_evidence
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.explanation import most_probable
from causal_model.inference.findings import Findings, bind
from causal_model.spec.evidence import Finding, Observed
from tests.formats.corpora import CORPORA, example_models, needs_corpora

pytestmark = needs_corpora

# Where the words of the expectation leave a choice: what we do.
CHOSEN = {
    "bif_row_sums_1.0001.bif": "a remark",
    "bif_state_quoted_with_comma.bif": "works",
    "bif_redos_open_comment_200k.bif": "error",
    "bif_redos_property_quotes_50k.bif": "error",
}
NAMED = {
    "bif_cycle.bif": "A -> B -> A",
    "bif_self_loop.bif": "B -> B",
    "bif_missing_row.bif": "A=no",
    "bif_prob_of_undeclared_variable.bif": "'B'",
}


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (CORPORA / "malformed_bif").glob("*.bif"))
)
def test_broken_and_odd_files_do_what_they_should(name: str) -> None:
    expectations = json.loads((CORPORA / "malformed_bif" / "expectations.json").read_text())
    wanted = CHOSEN.get(name, expectations[name])
    path = CORPORA / "malformed_bif" / name
    if "error" in wanted:
        with pytest.raises(GraphFileError) as caught:
            read_bif(path)
        assert str(path) in str(caught.value)
        assert NAMED.get(name, "") in str(caught.value)
        assert len(str(caught.value)) < 1_000
        return
    reading = parse_bif(read_source(path))
    marginals = CompiledNetwork(reading.network).posterior(Findings()).marginals
    np.testing.assert_allclose(marginals["B"], [0.42, 0.58], atol=1e-4)
    assert len(reading.remarks) == (wanted == "a remark")


# What these files say contradicts itself: a row is missing, tables are given twice, or are too short.
CONTRADICTORY = {
    "carpo.bif": "has no row (N143=1, N187=1)",
    "dBN.bif": "got its table in line 70 already",
    "dBN_with_errors.bif": "got its table in line 70 already",
    "BIFReader_file1.bif": "holds no variables",
    "BIFReader_file3.bif": "has 10 numbers, expected 12",
    "BIFReader_file4.bif": "has 10 numbers, expected 12",
    "BIFReader_file5.bif": "has 10 numbers, expected 12",
    "test1.net": "sums to 100, expected 1",
    "BNUAIReader_file1.uai": "found the end of the file",
    "BNUAIReader_file3.uai": "sums to 0.5, expected 1",
    "BNUAIIO_RO_file.uai": "got its table in line",
    "markov_example.uai": "is a MARKOV file",
    "Pinball.xdsl": "decision 'BusinessDecision': expected only cpt",
    "mikailo.bifxml": "the suffix '.bifxml' is unknown",
}


@pytest.mark.parametrize(
    "path", sorted(path for path in (CORPORA / "agrum").glob("*/*")), ids=lambda path: path.name
)
def test_files_of_another_program_are_read_or_refused_with_a_reason(path: Path) -> None:
    # Influence diagrams have decisions and utilities.
    reason = CONTRADICTORY.get(path.name, "expected only" if path.parent.name == "ID" else "")
    if reason:
        with pytest.raises(GraphFileError) as caught:
            read_network(path)
        assert reason in str(caught.value)
    else:
        assert read_network(path).variables


def test_the_same_network_in_two_formats_gives_the_same_answers() -> None:
    bif = read_network(CORPORA / "agrum" / "bif" / "alarm.bif")
    net = read_network(CORPORA / "agrum" / "net" / "alarm.net")
    seen: list[Finding] = [Observed(node="HR", state="LOW"), Observed(node="CO", state="HIGH")]
    expected = CompiledNetwork(bif).posterior(bind(bif, seen)).marginals
    found = CompiledNetwork(net).posterior(bind(net, seen)).marginals
    for name, values in expected.items():
        assert net.variables[name].states == bif.variables[name].states
        np.testing.assert_allclose(found[name], values, atol=1e-9)


def test_the_same_numbers_without_names() -> None:
    bif = read_network(CORPORA / "agrum" / "bif" / "asia2.bif")
    uai = read_network(CORPORA / "agrum" / "uai" / "asia.uai")
    expected, found = (
        sorted(
            values.tolist()
            for values in CompiledNetwork(each).posterior(Findings()).marginals.values()
        )
        for each in (bif, uai)
    )
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("folder", ["MAR", "PR", "wide_refuse_or_survive"])
def test_competition_problems_are_read(folder: str) -> None:
    paths = sorted((CORPORA / "uai2014" / folder).rglob("*.uai"))
    assert paths
    for path in paths:
        problem = read_factor_list(path)
        assert problem.factors
        evidence = path.with_name(path.name + ".evid")
        if evidence.exists() and evidence.read_text().strip():
            found = read_uai_evidence(evidence, problem.sizes)
            assert len(found) == (len(evidence.read_text().split()) - 1) // 2


@pytest.mark.parametrize("name", ["alarm", "barley", "diabetes", "mildew", "pathfinder"])
def test_published_networks_give_the_answers_of_two_other_programs(name: str) -> None:
    # Files print a third as 0.3333333; those who gave the answers took the rows as they are.
    answers = json.loads((CORPORA / "bn_posteriors" / f"{name}.json").read_text())
    network = read_network(example_models() / f"{name}.bif.gz")
    compiled = CompiledNetwork(network)
    for case in answers["cases"]:
        findings = bind(
            network, [Observed(node=node, state=state) for node, state in case["evidence"].items()]
        )
        posterior = compiled.posterior(findings)
        found = float(posterior.log_evidence) / math.log(10)
        assert found == pytest.approx(case["log10_p_evidence"], abs=1e-9)
        for node, values in case["posteriors"].items():
            assert list(network.variables[node].states) == answers["states"][node]
            np.testing.assert_allclose(posterior.marginals[node], values, atol=1e-9)
        if "log10_mpe_value" in case:
            best = most_probable(compiled, findings)
            value = (best.log_probability + best.log_evidence) / math.log(10)
            assert value == pytest.approx(case["log10_mpe_value"], abs=1e-9)
