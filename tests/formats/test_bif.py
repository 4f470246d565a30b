"""BIF: one planted mistake for every rule, at its line; what is legal though odd; published networks."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from causal_model.formats.bif import parse_bif, read_bif, write_bif
from causal_model.formats.source import Source
from causal_model.network import Network, Variable
from causal_model.spec.diagnostics import InvalidGraphFile
from tests.formats.corpora import example_models
from tests.formats.planted import mistake_in, planted

BIF = """\
network test {
}
variable A {
  type discrete [ 2 ] { yes, no };
}
variable B {
  type discrete [ 3 ] { low, mid, high };
}
variable C {
  type discrete [ 2 ] { off, on };
}
probability ( A ) {
  table 0.2, 0.8;
}
probability ( B ) {
  table 0.5, 0.3, 0.2;
}
probability ( C | A, B ) {
  (yes, low) 0.9, 0.1;
  (no, low) 0.8, 0.2;
  (yes, mid) 0.7, 0.3;
  (no, mid) 0.6, 0.4;
  (yes, high) 0.5, 0.5;
  (no, high) 0.4, 0.6;
}
"""
C = np.array([[[0.9, 0.1], [0.7, 0.3], [0.5, 0.5]], [[0.8, 0.2], [0.6, 0.4], [0.4, 0.6]]])


def parsed(text: str) -> Network:
    return parse_bif(Source("test.bif", text)).network


def changed(old: str, new: str) -> str:
    return planted(BIF, old, new)


# Rule, what is replaced by what, line, and a part of the message.
PLANTED = [
    ("N003", "network test", "netwrok test", 1, "Did you mean 'network'?"),
    ("N003", "}\nvariable B", "variable B", 5, "found 'variable', expected 'property' or '}'"),
    ("N003", "{ yes, no };", "{ yes, no }", 5, "found '}', expected ';'"),
    ("N003", "( A )", "( A", 12, "found '{', expected '|' or ')'"),
    ("N003", "( C | A, B )", "( C A, B )", 18, "found 'A', expected '|' or ')'"),
    ("N003", "( C | A, B )", "( C | )", 18, "expected the name of a parent"),
    ("N003", "( C | A, B )", "( C | A,, B )", 18, "expected a name"),
    ("N003", "0.2, 0.8;", "0.2, 0.8", 14, "found '}', expected a number or ';'"),
    ("N003", "0.2, 0.8;", "0.2,, 0.8;", 13, "found ',', expected a number or ';'"),
    ("N003", "0.2, 0.8;", "0.2, 0.8,;", 13, "found ';', expected a number"),
    ("N003", "0.2, 0.8;", "0.2, eight;", 13, "found 'eight', expected a number"),
    ("N003", "0.2, 0.8;", "0.2, 0_8;", 13, "found '0_8', expected a number"),
    ("N003", "0.9, 0.1;", "0.9, ٠.١;", 19, "expected a number"),
    ("N003", "table 0.2", "tabel 0.2", 13, "expected a row such as"),
    ("N003", "0.4, 0.6;\n}\n", "0.4, 0.6;\n", 25, "found the end of the file, expected '}'"),
    ("N003", "network test {", "network test { /* {", 1, "the comment does not end"),
    ("N003", "{ yes, no }", '{ "yes, no }', 4, "the quoted text does not end"),
    ("N003", "[ 2 ]", "[ two ]", 4, "found 'two', expected the number of states"),
    ("N004", "variable B", "variable A", 6, "variable 'A' was declared in line 3 already"),
    ("N004", "{ yes, no }", "{ yes, yes }", 4, "variable 'A' has state 'yes' twice"),
    ("N004", "( C | A, B )", "( C | A, A )", 18, "parent 'A' comes twice"),
    ("N005", "( C | A, B )", "( C | A, Z )", 18, "parent 'Z' is not declared"),
    ("N005", "probability ( B )", "probability ( Z )", 15, "variable 'Z' is not declared"),
    ("N005", "(no, mid)", "(no, mdi)", 22, "'B' has no state 'mdi'"),
    ("N005", "(no, mid)", "(no, mdi)", 22, "Did you mean 'mid'?"),
    ("N005", "{ yes, no }", '{ yes, "" }', 4, "'' is no name of a state"),
    ("N005", "{ yes, no }", '{ yes, "a\x1bb" }', 4, "is no name of a state"),
    ("N006", "[ 2 ] { yes", "[ 3 ] { yes", 4, "variable 'A' lists 2 states, declared are 3"),
    ("N006", "[ 2 ] { yes", "[ 999999999999 ] { yes", 4, "declared are 999999999999"),
    ("N006", "[ 2 ] { yes, no }", "[ 0 ] { }", 3, "variable 'A' has no states"),
    ("N006", "  type discrete [ 2 ] { yes, no };\n", "", 3, "variable 'A' has no type"),
    ("N007", "0.2, 0.8;", "-0.2, 1.2;", 13, "P(A=yes) is -0.2"),
    ("N007", "(yes, mid) 0.7, 0.3", "(yes, mid) 1.3, -0.3", 21, "P(C=on | A=yes, B=mid) is -0.3"),
    ("N007", "0.2, 0.8;", "nan, 0.8;", 13, "found 'nan'"),
    ("N007", "0.9, 0.1;", "inf, 0.1;", 19, "found 'inf'"),
    ("N007", "0.9, 0.1;", "0.9, 1e400;", 19, "found '1e400'"),
    ("N008", "0.2, 0.8;", "0.2;", 13, "the table of 'A' has 1 number, expected 2"),
    ("N008", "0.9, 0.1;", "0.9, 0.05, 0.05;", 19, "the row of 'C' has 3 numbers, expected 2"),
    ("N008", "0.2, 0.8;", "0,2 0,8;", 13, "decimals take a point"),
    ("N008", "(no, mid)", "(no)", 22, "the row names 1 states, expected 2 (A, B)"),
    ("N008", "  table 0.2, 0.8;\n", "", 13, "'A' has no numbers"),
    ("N009", "  (no, mid) 0.6, 0.4;\n", "", 19, "'C' has no row (A=no, B=mid)"),
    ("N009", "(no, mid)", "(no, low)", 22, "row (A=no, B=low) of 'C' comes twice"),
    ("N009", "  (yes, low) 0.9, 0.1;", "  table 1 1 1 1 1 1 0 0 0 0 0 0;", 20, "besides the whole table"),
    ("N009", "table 0.2, 0.8;", "table 0.2, 0.8; default 0.2, 0.8;", 13, "besides other numbers"),
    ("N010", "0.2, 0.8;", "0.2, 0.7;", 13, "the table of 'A' sums to 0.9, expected 1"),
    ("N010", "0.6, 0.4;", "0.6, 0.5;", 22, "row (A=no, B=mid) of 'C' sums to 1.1"),
    ("N010", "0.2, 0.8;", "0, 0;", 13, "sums to 0, expected 1"),
    ("N011", "( C | A, B )", "( C | C, B )", 18, "'C' is a parent of itself: C -> C"),
    ("N013", "probability ( B )", "probability ( A )", 15, "'A' got its table in line 12 already"),
    ("N014", "discrete [ 3 ]", "continuous [ 3 ]", 7, "is of type 'continuous', expected discrete"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "line", "message"), PLANTED)
def test_a_planted_mistake_is_found_at_its_line(
    code: str, old: str, new: str, line: int, message: str
) -> None:
    found = mistake_in(parse_bif, changed(old, new))
    assert (found.code, found.span.line) == (code, line)
    assert message in f"{found.message} {found.hint}"


def test_a_circle_is_named() -> None:
    text = changed(
        "probability ( A ) {\n  table 0.2, 0.8;", "probability ( A | C ) {\n  default 0.2, 0.8;"
    )
    with pytest.raises(
        InvalidGraphFile, match=r"test\.bif:1[28]:15: error\[N011\].*: [AC] -> [AC] -> "
    ):
        parsed(text)


@pytest.mark.parametrize("text", ["", "\n", "// nothing\n", "network a {\n}\n"])
def test_a_file_without_variables_is_refused(text: str) -> None:
    with pytest.raises(InvalidGraphFile, match="N013"):
        parsed(text)


def test_a_variable_without_a_table_is_refused() -> None:
    text = changed("probability ( B ) {\n  table 0.5, 0.3, 0.2;\n}\n", "")
    with pytest.raises(InvalidGraphFile, match=r":6:10: error\[N013\] variable 'B' has no table"):
        parsed(text)


def test_a_mistake_is_shown_with_its_line_and_a_caret() -> None:
    with pytest.raises(InvalidGraphFile) as caught:
        parsed(changed("(no, mid)", "(no, mdi)"))
    assert str(caught.value) == (
        "1 mistake:\ntest.bif:22:8: error[N005] 'B' has no state 'mdi'\n"
        "    22 |   (no, mdi) 0.6, 0.4;\n"
        "       |        ^^^\n"
        "  help: Did you mean 'mid'?"
    )


def test_tables_with_too_many_parents_are_refused_before_anything_is_allocated() -> None:
    names = [f"p{at}" for at in range(34)]
    variables = "".join(
        f"variable {name} {{ type discrete [2] {{ a, b }}; }}\n" for name in [*names, "x"]
    )
    text = variables + f"probability ( x | {', '.join(names)} ) {{ default 0.5, 0.5; }}\n"
    with pytest.raises(
        InvalidGraphFile, match=r"34 parents and 34,359,738,368 entries.*16,777,216"
    ):
        parsed(text)


def test_numbers_of_parents_that_no_array_can_have_are_refused() -> None:
    for count, size, told in [
        (2_000, 1, "2000 parents, expected at most 31"),
        (9_000, 9, "10\\^8589"),
    ]:
        names = [f"p{at}" for at in range(count)]
        states = ", ".join(f"s{state}" for state in range(size))
        variables = "".join(
            f"variable {name} {{ type discrete [{size}] {{ {states} }}; }}\n"
            for name in [*names, "x"]
        )
        text = variables + f"probability ( x | {', '.join(names)} ) {{ table 1; }}\n"
        with pytest.raises(InvalidGraphFile, match=rf"\[N012\].*{told}"):
            parsed(text)


# What is replaced by what; the network stays the same.
ODD = [
    ("  (yes, low) 0.9, 0.1;\n  (no, low) 0.8, 0.2;", "  (no, low) 0.8, 0.2;\n  (yes, low) 0.9, 0.1;"),
    ("  (yes, low) 0.9, 0.1;\n", "  default 0.9, 0.1;\n"),
    ("  (yes, low) 0.9, 0.1;\n", '  ("yes", "low") 0.9, 0.1;\n'),
    ("(yes, low) 0.9, 0.1;", "(yes low) 0.9 0.1;"),
    ("(yes, low) 0.9, 0.1;", "(yes,low)9e-1,.1;"),
    ("(yes, low) 0.9, 0.1;", "(yes, /* lowest */ low) 0.9, // nine\n 1.E-1;"),
    ("0.5, 0.3, 0.2;", "0.5 0.3,0.2;"),
    ("( C | A, B )", "(C|A B)"),
    ("{ yes, no };", "{ yes no };"),
    ("[ 2 ]", "[2]"),
    ("[ 2 ]", "[ 02 ]"),
    ("network test {", 'network "a test" {\n  property "x { ; \\" }";\n  property y = {a; b};'),
    ("network test {\n}\n", ""),
    ("table 0.2, 0.8;", "property source = http://example.org/a;b;\n;\n  table 0.2, 0.8;"),
    ("  (yes, low) 0.9, 0.1;", '  property "}";\n  (yes, low) 0.9, 0.1;\n  property x;'),
    ("variable A {\n", "variable A {\n  property a;\n"),
    ("{ yes, no };", "{ yes, no };\n  property b;"),
    ("table 0.2, 0.8;", "default 0.2, 0.8;"),
    ("table 0.2, 0.8;", "() 0.2, 0.8;"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), ODD)
def test_what_is_legal_though_odd_is_read(old: str, new: str) -> None:
    if "http" in new:
        # What follows // is a comment, so the property ends in the next line.
        new = new.replace(";b;", "")
    network = parsed(changed(old, new))
    np.testing.assert_array_equal(network.tables["C"], C)
    np.testing.assert_array_equal(network.tables["A"], [0.2, 0.8])
    np.testing.assert_array_equal(network.tables["B"], [0.5, 0.3, 0.2])


def test_a_whole_table_has_the_own_state_running_slowest() -> None:
    rows = BIF[BIF.index("  (yes, low)") : BIF.rindex("}")]
    numbers = "0.9 0.7 0.5 0.8 0.6 0.4  0.1 0.3 0.5 0.2 0.4 0.6"
    np.testing.assert_array_equal(parsed(changed(rows, f"  table {numbers};\n")).tables["C"], C)


def test_tables_may_come_before_variables() -> None:
    at = BIF.index("probability")
    np.testing.assert_array_equal(parsed(BIF[at:] + BIF[:at]).tables["C"], C)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("12-+.5", "12-+.5"),
        ("Asy/Patch", "Asy/Patch"),
        ("<5", "<5"),
        ("très_haut", "très_haut"),
        ("very high", "very high"),
        ('"very, high"', "very, high"),
        ('"<script>alert(1)</script>"', "<script>alert(1)</script>"),
        ('"a \\"b\\" \\\\ \\c"', 'a "b" \\ \\c'),
        ("table", "table"),
        ("default", "default"),
        ("property", "property"),
        ("1", "1"),
        ("0.5", "0.5"),
    ],
)
def test_names_of_states_are_kept(written: str, name: str) -> None:
    text = BIF.replace("yes", written)
    network = parsed(text)
    assert network.variables["A"].states == (name, "no")
    np.testing.assert_array_equal(network.tables["C"], C)


@pytest.mark.parametrize(
    "name", ["network", "variable", "probability", "property", '"a b"', "a-b.c"]
)
def test_names_of_variables_are_kept(name: str) -> None:
    text = BIF.replace("variable A", f"variable {name}").replace("( A )", f"( {name} )")
    network = parsed(text.replace("| A,", f"| {name},"))
    assert name.strip('"') in network.variables
    np.testing.assert_array_equal(network.tables["C"], C)


def test_both_ways_to_read_a_row_agree_on_sums_and_remarks() -> None:
    reading = parse_bif(Source("test.bif", changed("0.6, 0.4;", "0.6002 0.4;")))
    assert [(each.code, each.severity, each.span.line) for each in reading.remarks] == [
        ("N010", "warning", 22)
    ]
    np.testing.assert_allclose(reading.network.tables["C"].sum(axis=-1), 1, atol=1e-15)
    assert parse_bif(Source("test.bif", changed("0.6, 0.4;", "0.6000001 0.4;"))).remarks == ()


def test_a_network_is_written_as_people_know_it() -> None:
    network = Network.of(
        [Variable("A", ("yes", "no")), Variable("B c", ("low", "5,5"))],
        {"B c": ["A"]},
        {"A": np.array([1 / 3, 2 / 3]), "B c": np.array([[1.0, 0.0], [1e-5, 0.99999]])},
    )
    assert write_bif(network) == (
        "network unknown {\n}\n"
        "variable A {\n  type discrete [ 2 ] { yes, no };\n}\n"
        'variable "B c" {\n  type discrete [ 2 ] { low, "5,5" };\n}\n'
        "probability ( A ) {\n  table 0.3333333333333333, 0.6666666666666666;\n}\n"
        'probability ( "B c" | A ) {\n  (yes) 1.0, 0.0;\n  (no) 1e-05, 0.99999;\n}\n'
    )


def test_a_published_network_has_the_tables_that_pgmpy_reads() -> None:
    from pgmpy.readwrite import BIFReader

    path = example_models() / "sachs.bif.gz"
    network = read_bif(path)
    theirs = BIFReader(string=gzip.decompress(path.read_bytes()).decode()).get_model()
    assert set(theirs.nodes()) == set(network.variables)
    for cpd in theirs.get_cpds():
        table = network.tables[cpd.variable]
        assert tuple(cpd.variables[1:]) == network.parents[cpd.variable]
        assert tuple(cpd.state_names[cpd.variable]) == network.variables[cpd.variable].states
        values = np.moveaxis(cpd.values, 0, -1)
        np.testing.assert_allclose(table, values, atol=1e-9)


@pytest.mark.parametrize(
    "path", sorted(example_models().glob("*.bif.gz")), ids=lambda p: p.name[:-7]
)
def test_every_published_network_is_read(path: Path) -> None:
    assert len(read_bif(path).variables) > 4
