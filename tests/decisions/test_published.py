"""Decisions that others printed, and expected utilities that other programs gave."""

import csv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

import causal_model as cm
from causal_model.inference.findings import Findings
from causal_model.network import Network, Variable
from causal_model.questions.decisions.diagram import Diagram
from causal_model.questions.decisions.solve import solve
from causal_model.questions.decisions.weigh import Scales

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "fixtures" / "published" / "decisions"
CORPORA = ROOT.parent / "shared" / "corpora" / "agrum" / "ID"

with (PUBLISHED / "numbers.csv").open(encoding="utf-8") as opened:
    PRINTED = list(csv.DictReader(opened))

# Expected utilities by aGrUM, with half a unit of the last digit: its tables hold thirds as 0.333333.
EXPECTED = {
    "OilWildcatter.xml": (22.5, 5e-5),
    "ClemenFigure04.12.xml": (4.6348, 5e-5),
    "Pinball.xml": (276.25, 5e-3),
    "decAsia.xml": (47.55222, 5e-6),
    "mikailo.bifxml": (145.458157, 5e-7),
}


@pytest.mark.parametrize("line", PRINTED, ids=lambda line: f"{line['graph']}-{line['asked']}")
def test_printed_numbers(line: dict[str, str]) -> None:
    found = cm.decide(cm.load(PUBLISHED / f"{line['graph']}.yaml"), before=line["decision"])
    what, _, of = line["asked"].partition(" of ")
    if what == "expected utility":
        number = found.expected_utility
    elif what == "worth":
        number = next(each.value for each in found.information if each.node == of)
    else:
        policy = next(each for each in found.policies if each.node == line["decision"])
        node, state = line["given"].split("=")
        case = next(each for each in policy.cases if each.given == {node: state})
        expected = case.expected_utility[of]
        assert expected is not None
        number = case.probability * expected
    assert number == pytest.approx(float(line["published"]), abs=1e-9, rel=1e-9)


def test_the_wildcatter_tests_and_drills_unless_the_soundings_are_diffuse() -> None:
    found = cm.decide(cm.load(PUBLISHED / "wildcatter.yaml"))
    test, drill = found.policies
    assert test.cases[0].best == "yes"
    # Without a test he drills: 0.5 x -70 + 0.3 x 50 + 0.2 x 200.
    assert test.cases[0].expected_utility == pytest.approx({"no": 20.0, "yes": 22.5})
    best = {tuple(case.given.values()): case.best for case in drill.cases}
    assert {soundings for (soundings, tested), it in best.items() if tested == it == "yes"} == {
        "open",
        "closed",
    }
    assert [case.probability for case in drill.cases if case.given["test"] == "no"] == [0, 0, 0]


def read_diagram(path: Path) -> Diagram:
    """The influence diagram of a BIFXML file of aGrUM."""
    root = ElementTree.parse(path).getroot()
    kinds, states, given, numbers = {}, {}, {}, {}
    for each in root.iter("VARIABLE"):
        name = str(each.findtext("NAME")).strip()
        kinds[name] = each.get("TYPE")
        states[name] = tuple(str(one.text).strip() for one in each.iter("OUTCOME"))
    for each in root.iter("DEFINITION"):
        name = str(each.findtext("FOR")).strip()
        given[name] = [str(one.text).strip() for one in each.iter("GIVEN")]
        numbers[name] = [float(one) for one in str(each.findtext("TABLE") or "").split()]
    variables, parents, tables, utilities = [], {}, {}, {}
    for name, kind in kinds.items():
        above = given.get(name, [])
        shape = tuple(len(states[parent]) for parent in above)
        if kind == "utility":
            utilities[name] = (tuple(above), np.array(numbers[name]).reshape(shape))
            continue
        size = len(states[name])
        variables.append(Variable(name, states[name], kind == "decision"))
        parents[name] = above
        table = np.array(numbers[name]) if kind == "nature" else np.tile(np.eye(size)[0], shape)
        tables[name] = table.reshape(*shape, size)
        tables[name] /= tables[name].sum(axis=-1, keepdims=True)
    return Diagram.of(Network.of(variables, parents, tables), utilities, Findings())


@pytest.mark.parametrize("name", EXPECTED)
def test_expected_utilities_of_agrum(name: str) -> None:
    if not (CORPORA / name).exists():
        pytest.skip("the corpora are not beside this checkout")
    diagram = read_diagram(CORPORA / name)
    expected, tolerance = EXPECTED[name]
    assert solve(diagram, Scales(diagram)).value == pytest.approx(expected, abs=tolerance)
