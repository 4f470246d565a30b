"""Hugin NET: one planted mistake for every rule, at its line; what is legal though odd."""

import numpy as np
import pytest

from causal_model.formats.net import parse_net
from causal_model.formats.source import Source
from tests.formats.planted import line_of, mistake_in, planted, street

STREET = street("net")

# Rule, what is replaced by what, a part of the line where it is reported, and of the message.
PLANTED = [
    ("N003", "net\n{", "nett\n{", "nett", "expected net, node or potential"),
    ("N003", "node rain\n{", "node {", "node {", "expected the name of a node"),
    ("N003", '("off" "on");', '("off" "on")', "}\nnode wet_street", "expected ';'"),
    ("N003", '"very much"', '"very much', '"very much', "the quoted text does not end"),
    ("N003", "(0.5 0.3 0.2)", "(0.5 0.3 0.2", "(0.5 0.3 0.2;", "expected ')'"),
    ("N003", "(0.5 0.3 0.2)", "(0.5 0.3 0.2))", "0.2))", "found ')', expected ';'"),
    ("N003", "(0.5 0.3 0.2)", "(0.5, 0.3 0.2)", "0.5,", "found '0.5,', expected a number"),
    ("N003", "(0.5 0.3 0.2)", "(0.5 nan 0.2)", "nan", "found 'nan', expected a number"),
    ("N003", "(0 1)));\n}\n", "(0 1)));\n", "(0 1)));\n", "found the end of the file"),
    ("N004", "node sprinkler", "node rain", "node rain\n{\n  states = (\"off\"", "declared in line 6"),
    ("N004", '"off" "on"', '"off" "off"', '"off" "off"', "has state 'off' twice"),
    ("N004", "| sprinkler rain", "| rain rain", "| rain rain", "parent 'rain' comes twice"),
    ("N005", "| sprinkler rain", "| sprinkler rian", "rian", "parent 'rian' is not declared"),
    ("N005", "potential ( rain | )", "potential ( rian )", "rian", "variable 'rian' is not declared"),
    ("N006", '  states = ("off" "on");\n', "", "node sprinkler", "'sprinkler' has no states"),
    ("N006", '"off" "on"', "", "node sprinkler", "'sprinkler' has no states"),
    ("N007", "(0.5 0.3 0.2)", "(0.5 0.7 -0.2)", "0.7 -0.2", "P(rain=very much) is -0.2"),
    ("N007", "(0.5 0.3 0.2)", "(1e400 0.3 0.2)", "1e400", "found '1e400'"),
    ("N008", "(0.5 0.3 0.2)", "(0.5 0.5)", "(0.5 0.5)", "have 2 numbers, expected 3"),
    ("N008", "  data = (0.5 0.3 0.2);\n", "", "potential ( rain", "has no data"),
    ("N009", "(0.5 0.3 0.2);", "(0.5 0.3 0.2); data = (1 0 0);", "data = (1", "data twice"),
    ("N010", "(.6 .4)", "(.6 .3)", "(.6 .3)", "row (rain=none) of 'sprinkler' sums to 0.9"),
    ("N011", "| sprinkler rain", "| wet_street rain", "wet_street rain", "'wet_street' is a parent of"),
    ("N013", "potential ( sprinkler | rain )", "potential ( rain )", "potential ( rain )", "in line 20"),
    ("N014", "node rain", "utility rain", "utility rain", "utility 'rain': expected only discrete"),
    ("N014", "node rain", "continuous node rain", "continuous", "expected only discrete"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "where", "message"), PLANTED)
def test_a_planted_mistake_is_found_at_its_line(
    code: str, old: str, new: str, where: str, message: str
) -> None:
    text = planted(STREET, old, new)
    found = mistake_in(parse_net, text)
    # What is missing at the end is missed on the line after the last one.
    line = line_of(text, where) + (message == "found the end of the file")
    assert (found.code, found.span.line) == (code, line)
    assert message in found.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("node rain", "discrete node rain"),
        ("potential ( rain | )", "potential ( rain )"),
        ("(0.5 0.3 0.2)", "(.5 3e-1 2.E-1)"),
        ("(0.5 0.3 0.2)", "0.5 0.3 0.2"),
        ('"none"', "none"),
        ("net\n{", 'net\n{ a = "}"; b = ((1 2) "x;"); '),
        ("potential ( rain | )\n{", 'potential ( rain | )\n{ comment = "%"; '),
    ],
)
def test_what_is_legal_though_odd_is_read(old: str, new: str) -> None:
    network = parse_net(Source("test.net", planted(STREET, old, new))).network
    np.testing.assert_array_equal(network.tables["rain"], [0.5, 0.3, 0.2])
    assert network.variables["rain"].states == ("none", "some", "very much")
    assert network.parents["wet_street"] == ("sprinkler", "rain")
    np.testing.assert_array_equal(network.tables["wet_street"][1, 2], [0, 1])
