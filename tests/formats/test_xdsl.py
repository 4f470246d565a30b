"""XDSL: tables, noisy-max and deterministic nodes; one planted mistake for every rule, at its line."""

import itertools

import numpy as np
import pytest

from causal_model.formats.source import Source
from causal_model.formats.xdsl import parse_xdsl
from causal_model.network import Network
from tests.formats.planted import line_of, mistake_in, planted, street

STREET = street("xdsl")


def parsed(text: str) -> Network:
    return parse_xdsl(Source("test.xdsl", text)).network


# Rule, what is replaced by what, a part of the line where it is reported, and of the message.
PLANTED = [
    ("N003", "</smile>\n", "\n", "</extensions>", "is not XML: no element found"),
    ("N014", "<nodes>", "<nodes><nodes/>", "<nodes>", "nodes '': expected only cpt"),
    ("N003", '<state id="off" />', "<state />", "<state />", "<state> has no id"),
    ("N003", "<parents>rain", "<parents>rain</parents><parents>rain", "<parents>rain", "comes twice"),
    ("N004", '<cpt id="sprinkler">', '<cpt id="rain">', 'rain">\n      <state id="off"', "in line 4"),
    ("N004", '"off" />', '"on" />', '"on" />\n      <parents', "has state 'on' twice"),
    ("N005", "sprinkler rain<", "sprinkler rian<", "rian", "parent 'rian' is not declared"),
    ("N005", "sandals boots boots", "sandals boots boats", "boats", "has no state 'boats'"),
    ("N005", "1 0 2 1 0<", "1 1 2 1 0<", "1 1 2 1 0", "strengths 1, 1 are no order of the 2 states"),
    ("N006", '<state id="sandals" />\n      <state id="boots" />', "", '"shoes"', "has no states"),
    ("N007", "0.5 0.3 0.2<", "0.5 0.3 zwei<", "zwei", "found 'zwei'"),
    ("N007", "0.5 0.3 0.2<", "0.5 0.7 -0.2<", "-0.2", "P(rain=very much) is -0.2"),
    ("N008", "0.5 0.3 0.2<", "0.5 0.5<", "0.5 0.5", "'rain' has 2 numbers, expected 3"),
    ("N008", "<probabilities>0.5 0.3 0.2</probabilities>", "", '"rain"', "has no <probabilities>"),
    ("N008", "sandals boots boots", "sandals boots", "sandals boots<", "2 resulting states, expected 3"),
    ("N008", "1 0 2 1 0<", "1 0 2 1<", "1 0 2 1<", "'slip' has 4 strengths, expected 5"),
    ("N008", " 0.01 0.04 0.95<", "<", "0.8 0 0 1<", "'slip' has 15 numbers, expected 18"),
    ("N008", "0 0 1 0.1", "0 0.5 0.5 0.1", "0 0.5 0.5 0.1", "of its neutral state, expected 0 0 1"),
    ("N008", "0.2 0.3 0.5 0 0 1", "0 0 1 0.2 0.3 0.5", "0 0 1 0.2", "of its neutral state"),
    ("N010", "0.2 0.3 0.5", "0.2 0.3 0.4", "0.2 0.3 0.4", "sums to 0.9"),
    ("N011", "<parents>rain</parents>", "<parents>sprinkler</parents>", "sprinkler</p", "of itself"),
    ("N014", "<cpt id=\"rain\">", '<decision id="rain">', "<decision", "decision 'rain': expected only"),
    ("N014", "<nodes>", '<nodes>\n<utility id="u"/>', "<utility", "utility 'u': expected only cpt"),
    ("N014", "<nodes>", '<nodes>\n<equation id="e"/>', "<equation", "equation 'e': expected only"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "where", "message"), PLANTED)
def test_a_planted_mistake_is_found_at_its_line(
    code: str, old: str, new: str, where: str, message: str
) -> None:
    text = planted(STREET, old, new)
    if new.startswith("<decision"):
        text = planted(text, "</cpt>", "</decision>")
    found = mistake_in(parse_xdsl, text)
    # What is missing at the end is missed on the line after the last one.
    line = line_of(text, where) + 2 * (where == "</extensions>")
    assert (found.code, found.span.line) == (code, line)
    assert message in found.message


def test_deterministic_nodes_are_tables_of_zeros_and_ones() -> None:
    table = parsed(STREET).tables["shoes"]
    np.testing.assert_array_equal(table, [[1, 0], [0, 1], [0, 1]])


def test_noisy_max_is_worked_out_by_hand() -> None:
    # Wet street, no rain: she walks if neither the street (0.5) nor the leak (0.95) makes her stumble,
    # and does not fall if neither makes her fall (0.8 and 0.99).
    table = parsed(STREET).tables["slip"]
    walks, stays_up = 0.5 * 0.95, 0.8 * 0.99
    np.testing.assert_allclose(table[1, 0], [1 - stays_up, stays_up - walks, walks], atol=1e-15)
    # Dry street, no rain: the leak alone.
    np.testing.assert_allclose(table[0, 0], [0.01, 0.04, 0.95], atol=1e-15)
    # Dry street, very much rain: rain and the leak.
    walks, stays_up = 0.7 * 0.95, 0.9 * 0.99
    np.testing.assert_allclose(table[0, 2], [1 - stays_up, stays_up - walks, walks], atol=1e-15)


def test_noisy_max_is_the_maximum_of_its_causes() -> None:
    wet, rain = (
        np.array([[0, 0, 1], [0.2, 0.3, 0.5]]),
        np.array([[0, 0, 1], [0.05, 0.15, 0.8], [0.1, 0.2, 0.7]]),
    )
    leak = np.array([0.01, 0.04, 0.95])
    expected = np.zeros((2, 3, 3))
    for w, r in itertools.product(range(2), range(3)):
        for a, b, c in itertools.product(range(3), repeat=3):
            # The first state is the strongest.
            expected[w, r, min(a, b, c)] += wet[w, a] * rain[r, b] * leak[c]
    np.testing.assert_allclose(parsed(STREET).tables["slip"], expected, atol=1e-15)


@pytest.mark.parametrize("strengths", ["0 2 1", "1 2 0", "2 0 1", "0 1 2"])
def test_the_rows_of_a_parent_stand_in_the_order_of_its_strengths(strengths: str) -> None:
    # As in CancerMAX.xdsl, written by GeNIe 2.0.4535.0 (github.com/krzysztof/BayesianLearning, folder
    # src): there BadDiet has the states Good, Medium and Bad, its strengths are 0 2 1, and the last of
    # its three rows is the neutral one, of Medium.
    text = planted(STREET, "<strengths>1 0 2 1 0<", f"<strengths>1 0 {strengths}<")
    table = parsed(text).tables["slip"]
    # Rain alone, with the leak: rows 0.1 0.2 0.7, then 0.05 0.15 0.8, then nothing.
    rows = {int(state): at for at, state in enumerate(strengths.split())}
    for state, at in rows.items():
        walk, stay_up = [(0.7, 0.9), (0.8, 0.95), (1.0, 1.0)][at]
        walks, stays_up = walk * 0.95, stay_up * 0.99
        expected = [1 - stays_up, stays_up - walks, walks]
        np.testing.assert_allclose(table[0, state], expected, atol=1e-15)


def test_without_strengths_the_last_state_is_neutral() -> None:
    text = STREET.replace("      <strengths>1 0 2 1 0</strengths>\n", "")
    table = parsed(text).tables["slip"]
    np.testing.assert_array_equal(table[::-1, ::-1], parsed(STREET).tables["slip"])


def test_two_neutral_states_leave_no_doubt() -> None:
    # "very much" and "none" both lead to the last state; what is left belongs to "some".
    text = STREET.replace("0.1 0.2 0.7 0.05 0.15 0.8 0 0 1", "0 0 1 0.05 0.15 0.8 0 0 1")
    reading = parse_xdsl(Source("test.xdsl", text))
    table = reading.network.tables["slip"]
    assert not reading.remarks
    np.testing.assert_array_equal(table[0, 0], table[0, 2])
    assert table[0, 1, 2] == pytest.approx(0.8 * 0.95, abs=1e-15)
