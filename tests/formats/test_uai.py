"""UAI: networks, factor lists, evidence; one planted mistake for every rule, at its line."""

from pathlib import Path

import numpy as np
import pytest

from causal_model.formats.source import Source
from causal_model.formats.uai import (
    parse_factor_list,
    parse_uai,
    read_factor_list,
    read_uai_evidence,
    write_factor_list,
    write_uai_evidence,
)
from causal_model.spec.diagnostics import InvalidGraphFile
from tests.formats.planted import mistake_in, planted

UAI = """\
BAYES
2
2 3
2
1 0
2 0 1

2
 0.2 0.8

6
 0.5 0.3 0.2
 0.1 0.1 0.8
"""
MARKOV = """\
MARKOV # a list of factors
3
2 2 3
3
2 2 0
1 1
0

6
 1 2
 3 4
 5 6
2
 0 1e3
1
 2.5
"""

# Rule, what is replaced by what, line, and a part of the message.
PLANTED = [
    ("N003", "BAYES", "BAYS", 1, "found 'BAYS', expected BAYES"),
    ("N003", "2\n2 3", "two\n2 3", 2, "found 'two', expected the number of variables"),
    ("N003", "2\n2 3", "-2\n2 3", 2, "found '-2', expected the number of variables"),
    ("N003", "0.1 0.1 0.8", "0.1 0.1", 14, "found the end of the file, expected a number"),
    ("N003", "0.1 0.1 0.8", "0.1 0.1 0.8 1", 13, "found '1', expected the end of the file"),
    ("N004", "2 0 1", "2 1 1", 6, "a variable comes twice in a function"),
    ("N006", "2 3\n", "2 0\n", 3, "variable 1 has no states"),
    ("N007", "0.2 0.8", "0.2 nan", 9, "found 'nan'"),
    ("N007", "0.2 0.8", "0.2 0_8", 9, "found '0_8'"),
    ("N007", "0.2 0.8", "0,2 0,8", 9, "found '0,2'"),
    ("N007", "0.2 0.8", "1.2 -0.2", 9, "found '-0.2'"),
    ("N007", "0.2 0.8", "0.2 1e400", 9, "found '1e400'"),
    ("N008", "6\n", "5\n", 11, "declares 5 entries, but the function of line 6 has 6"),
    ("N010", "0.5 0.3 0.2", "0.5 0.3 0.1", 12, "row (x0=s0) of 'x1' sums to 0.9"),
    ("N012", "2 0 1", "2 0 7", 6, "a variable is 7, expected at most 1"),
    ("N012", "2 3\n", "2 99999999\n", 3, "expected at most 16,777,216"),
    ("N012", "2\n2 3", "9999999999\n2 3", 2, "the number of variables is 9999999999"),
    ("N012", "2\n2 3", "40\n2 3", 2, "the number of variables is 40, expected at most"),
    ("N013", "2 0 1", "2 1 0", 11, "'x0' got its table in line 8 already"),
    ("N013", "2\n1 0\n2 0 1\n\n2\n 0.2 0.8\n", "1\n2 0 1\n", 3, "variable 'x0' has no table"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "line", "message"), PLANTED)
def test_a_planted_mistake_is_found_at_its_line(
    code: str, old: str, new: str, line: int, message: str
) -> None:
    found = mistake_in(parse_uai, planted(UAI, old, new))
    assert (found.code, found.span.line) == (code, line)
    assert message in found.message


def test_the_last_variable_of_a_function_is_the_child() -> None:
    network = parse_uai(Source("test.uai", UAI)).network
    assert network.variables["x1"].states == ("s0", "s1", "s2")
    assert network.parents["x1"] == ("x0",)
    np.testing.assert_array_equal(network.tables["x1"], [[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])


def test_a_circle_is_named() -> None:
    text = "BAYES 2 1 1 2 2 0 1 2 1 0 1 1 1 1"
    with pytest.raises(InvalidGraphFile, match=r"\[N011\].*(x0 -> x1 -> x0|x1 -> x0 -> x1)"):
        parse_uai(Source("test.uai", text))


def test_a_markov_file_is_a_list_of_factors_and_no_network() -> None:
    source = Source("test.uai", MARKOV)
    with pytest.raises(InvalidGraphFile, match=r"test\.uai:1:1: error\[N014\] is a MARKOV file"):
        parse_uai(source)
    factors = parse_factor_list(source)
    assert factors.sizes == (2, 2, 3)
    assert [scope for scope, _ in factors.factors] == [(2, 0), (1,), ()]
    tables = [table for _, table in factors.factors]
    np.testing.assert_array_equal(tables[0], [[1, 2], [3, 4], [5, 6]])
    np.testing.assert_array_equal(tables[1], [0, 1000])
    assert tables[2].shape == ()
    assert float(tables[2]) == 2.5
    assert not any(table.flags.writeable for table in tables)


def test_factors_survive_to_the_last_bit() -> None:
    factors = parse_factor_list(Source("test.uai", MARKOV.replace("2.5", "0.1")))
    again = parse_factor_list(Source("test.uai", write_factor_list(factors)))
    assert again.sizes == factors.sizes
    for (scope, table), (other, values) in zip(again.factors, factors.factors, strict=True):
        assert scope == other
        np.testing.assert_array_equal(table, values)


def test_a_network_is_a_list_of_factors_too(tmp_path: Path) -> None:
    (tmp_path / "test.uai").write_text(UAI)
    factors = read_factor_list(tmp_path / "test.uai")
    assert [scope for scope, _ in factors.factors] == [(0,), (0, 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 0 1 2 0", {0: 1, 2: 0}),
        ("1\n2 0 1 2 0", {0: 1, 2: 0}),
        ("1 1 1", {1: 1}),
        ("1 1 1 1", {1: 1}),
        ("0", {}),
        ("1\n0\n", {}),
    ],
)
def test_evidence_may_count_samples_first(tmp_path: Path, text: str, found: dict[int, int]) -> None:
    path = tmp_path / "test.uai.evid"
    path.write_text(text)
    assert read_uai_evidence(path, (2, 2, 3)) == found
    path.write_text(write_uai_evidence(found))
    assert read_uai_evidence(path, (2, 2, 3)) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "N003"),
        ("a", "N003"),
        ("1 0 x", "N003"),
        ("2 0 1 0 1", "N004"),
        ("1 3 0", "N005"),
        ("1 0 2", "N005"),
        ("2 0 1", "N008"),
        ("3 1 0 0", "N014"),
    ],
)
def test_wrong_evidence_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "test.uai.evid"
    path.write_text(text)
    with pytest.raises(InvalidGraphFile) as caught:
        read_uai_evidence(path, (2, 2, 3))
    assert [each.code for each in caught.value.diagnostics] == [code]
