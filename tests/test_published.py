"""Numbers that others printed, and answers that other programs gave."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import causal_model as cm
from causal_model.causal.instrument_bounds import instrument_bounds
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from causal_model.questions.interventions.bounded import EffectLimits
from causal_model.spec.evidence import Observed

ROOT = Path(__file__).parents[1]
TEXTBOOK = ROOT / "fixtures" / "textbook"
INSTRUMENTS = ROOT / "fixtures" / "published" / "instruments"
CORPORA = ROOT.parent / "shared" / "corpora"

with (TEXTBOOK / "numbers.csv").open(encoding="utf-8") as opened:
    PRINTED = list(csv.DictReader(opened))
with (INSTRUMENTS / "numbers.csv").open(encoding="utf-8") as opened:
    BOUNDS = list(csv.DictReader(opened))

# The others ask for identification, unrolled time, most likely paths, bounds or mediation.
ANSWERABLE = {"posterior", "do"}


def pairs(text: str) -> dict[str, str]:
    """Read ``a=x b=y``."""
    return dict(each.split("=", 1) for each in text.split())


@pytest.mark.parametrize(
    "line", PRINTED, ids=[f"{each['graph']}-{at}" for at, each in enumerate(PRINTED)]
)
def test_textbook_numbers(line: dict[str, str]) -> None:
    model = cm.load(TEXTBOOK / f"{line['graph']}.yaml")
    given, do = pairs(line["given"]), pairs(line["do"])
    if line["asked"] == "P(evidence)":
        found = model.query(model.nodes, given=given, do=do).evidence_probability
    else:
        node, state = line["asked"].split("=")
        found = model.query(node, given=given, do=do)[node][state]
    assert found == pytest.approx(float(line["published"]), abs=float(line["tolerance"]))


def test_every_textbook_graph_has_a_number() -> None:
    assert {path.stem for path in TEXTBOOK.glob("*.yaml")} == {each["graph"] for each in PRINTED}


def observed(data: str) -> Array:
    """P(x, y | z) of a published table of cells, shape (z, x, y)."""
    with (INSTRUMENTS / "cells.csv").open(encoding="utf-8") as opened:
        lines = [line for line in csv.DictReader(opened) if line["data"] == data]
    places = [tuple(int(line[axis]) for axis in "zxy") for line in lines]
    cells = np.zeros(np.max(places, axis=0) + 1)
    for place, line in zip(places, lines, strict=True):
        cells[place] = float(line["number"])
    return np.asarray(cells / cells.sum(axis=(1, 2), keepdims=True))


@pytest.mark.parametrize("line", BOUNDS, ids=lambda line: f"{line['data']}-{line['asked']}")
def test_printed_bounds_by_an_instrument(line: dict[str, str]) -> None:
    asked = {"do 0": [[0, 1], [0, 0]], "do 1": [[0, 0], [0, 1]], "change": [[0, -1], [0, 1]]}
    weights = np.array([asked[line["asked"]]], dtype=np.float64)
    found = np.concatenate(instrument_bounds(observed(line["data"]), weights))
    printed = [float(line["lower"]), float(line["upper"])]
    np.testing.assert_allclose(found, printed, rtol=0, atol=float(line["tolerance"]))


def test_printed_bounds_of_a_graph_with_the_same_distribution() -> None:
    model = cm.load(INSTRUMENTS / "cholestyramine.yaml")
    joint = model.joint(["assigned", "consumed", "cholesterol"])
    cells = np.array(list(joint.values())).reshape(2, 2, 2)
    np.testing.assert_allclose(2 * cells, observed("cholestyramine"), atol=1e-12)
    found = cm.identify(model, "consumed", hidden="patient", states="reduced").bounds
    assert isinstance(found, EffectLimits)
    (change,) = found.contrasts
    line = next(line for line in BOUNDS if line["data"] == "cholestyramine")
    assert (change.lower, change.upper) == pytest.approx(
        (float(line["lower"]), float(line["upper"])), abs=float(line["tolerance"])
    )
    assert {each and each.node for each in change.by} == {"assigned"}


def corpus(name: str) -> Any:
    """A file of the corpora, which lie beside a checkout and are no part of it."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"{name}: the corpora are not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


def test_known_numbers() -> None:
    asked, left_out = 0, set()
    for check in corpus("known_numbers.json")["checks"]:
        if check["kind"] not in ANSWERABLE:
            left_out.add(check["kind"])
            continue
        network = described(check["model"])
        query = check["query"]
        findings = bind(
            network, [Observed(node=node, state=state) for node, state in query["evidence"].items()]
        )
        do = {name: state_number(network, name, state) for name, state in query["do"].items()}
        findings = Findings(findings.observed, do=do)
        found = CompiledNetwork(network).posterior(findings, [query["target"]])
        at = state_number(network, query["target"], query["state"])
        number = float(found.marginals[query["target"]][at])
        assert number == pytest.approx(check["published"], abs=check["tolerance"]), check["id"]
        assert number == pytest.approx(check["brute_force"], abs=1e-12), check["id"]
        asked += 1
    assert asked >= 13
    assert not left_out & ANSWERABLE


def described(model: dict[str, Any]) -> Network:
    """The network of an entry: states by name, tables nested by parent."""
    return Network.of(
        [Variable(name, tuple(states)) for name, states in model["variables"].items()],
        {name: cpt["parents"] for name, cpt in model["cpts"].items()},
        {name: np.array(cpt["table"], dtype=np.float64) for name, cpt in model["cpts"].items()},
    )


def state_number(network: Network, name: str, state: str) -> int:
    return network.variables[name].states.index(state)
