"""What makes no sense for a graph is found, each at its place; what makes sense is let through."""

import pytest

from causal_model.notation.fit import Vocabulary, misfits
from causal_model.notation.read import parse_statement

KNOWN = Vocabulary(
    nodes={
        "rain": ("no", "some", "much"),
        "wet": ("dry", "damp", "soaked"),
        "shoes": ("sandals", "boots"),
        "colour": ("red", "green", "blue"),
    },
    unordered=["colour"],
    valued=["rain"],
    scenarios=["storm", "calm"],
    channels=["water"],
    outcome="wet",
)

FITTING = [
    "P(wet = dry) > 0.4",
    "P(wet != dry | scenario storm, do(shoes = boots), rain <= some) > 40 %",
    "E(rain | scenario calm) < 2",
    "E(rain) within 0.5 of 2",
    "2 * P(wet = dry) > 1.5",
    "P(wet = dry) - P(wet = damp) > -0.2",
    "P(wet = dry) = P(wet = damp)",
    # What is certain is no bound beyond what can be.
    "P(wet = dry) >= 1",
    "P(wet = dry) <= 0",
    "P(wet = dry) > 0",
    "P(wet = dry) = 1",
    "P(wet = dry) rises over scenarios storm, calm by at least 2 pp",
    "P(wet = dry) falls over rain",
    "P(wet = dry) falls over do(colour = red, blue)",
    "E(rain) rises over scenarios storm, calm by at least 3",
    "most likely wet | rain = much is damp or soaked by at least 1 pp",
    "wet independent of {shoes, colour} given parents(wet)",
    "arrow rain -> wet exists",
    "no path rain -> ... -> wet avoiding shoes",
    "share(water, rain: no -> much, P(wet = dry)) > 2",
]


@pytest.mark.parametrize("text", FITTING)
def test_what_makes_sense_is_let_through(text: str) -> None:
    assert misfits(parse_statement(text), KNOWN) == []


# Statement, rule, where, a part of the message, a part of the hint.
PLANTED = [
    ("P(wte = dry) > 0.4", "C002", "wte", "no node 'wte'", "Did you mean 'wet'?"),
    ("P(wet = dry | rian = no) > 0.4", "C002", "rian", "no node 'rian'", "'rain'"),
    ("P(zzz = dry) > 0.4", "C002", "zzz", "no node", "known: rain, wet, shoes, colour"),
    ("E(wte) > 0.4", "C002", "wte", "no node", "'wet'"),
    ("most likely wte is dry", "C002", "wte", "no node", "'wet'"),
    ("wet independent of rian", "C002", "rian", "no node", "'rain'"),
    ("wet independent of rain given parents(wte)", "C002", "wte", "no node", "'wet'"),
    ("no arrow {rain, wte} -> shoes", "C002", "wte", "no node", "'wet'"),
    ("path rain -> wte exists", "C002", "wte", "no node", "'wet'"),
    ("no path rain -> ... -> wet avoiding shoe", "C002", "shoe", "no node", "'shoes'"),
    ("P(wet = dry) rises over rian", "C002", "rian", "no node", "'rain'"),
    ("P(wet in {dry, dmp}) > 0.4", "C003", "dmp", "no state 'dmp'", "Did you mean 'damp'?"),
    ("P(wet = dry | do(rain = nno)) > 0.4", "C003", "nno", "no state", "'no'"),
    ("most likely wet is dri", "C003", "dri", "no state", "'dry'"),
    ("P(wet = dry) rises over rain = no, mch", "C003", "mch", "no state", "'much'"),
    ("share(water, rain: no -> mch, P(wet = dry)) > 2", "C003", "mch", "no state", "'much'"),
    ("P(wet = dry | scenario strom) > 0.4", "C004", "strom", "no scenario", "'storm'"),
    ("P(wet = dry) rises over scenarios storm, clam", "C004", "clam", "no scenario", "'calm'"),
    ("share(watr, rain: no -> much, P(wet = dry)) > 2", "C004", "watr", "no channel", "'water'"),
    ("E(wet) > 0.4", "C005", "wet", "have no numbers", "a value in the graph file"),
    ("P(wet = dry) > 40", "C006", "40", "never holds", "write 40 %"),
    ("P(wet = dry) < 40", "C006", "40", "always holds", "write 40 %"),
    ("P(wet = dry) >= 0", "C006", "0", "always holds", ""),
    ("P(wet = dry) > 1", "C006", "1", "never holds", ""),
    ("P(wet = dry) = 2", "C006", "2", "never holds", "write 2 %"),
    ("P(wet = dry) < 120 %", "C006", "120 %", "always holds", "120 % is more than any probability"),
    ("0.3 < P(wet = dry) < 1.025", "C006", "1.025", "always holds", "102.5 % is more than any"),
    ("P(wet = dry) > -40", "C006", "-40", "always holds", ""),
    ("P(wet = dry) > P(wet = damp) + 1", "C006", "P(wet = dry) > P(wet = damp) + 1", "never", ""),
    ("0.4 > 0.2", "C006", "0.4 > 0.2", "says nothing about the graph", ""),
    ("P(wet = dry) > E(rain)", "C006", "P(wet = dry) > E(rain)", "cannot be compared", ""),
    ("E(rain) > 40 %", "C006", "40 %", "not in %", "unit of the node"),
    ("E(rain) rises over shoes by at least 2 pp", "C006", "2 pp", "not in pp", "unit"),
    ("P(wet = dry) within 3 of 0.5", "C006", "3", "differ by that much", "write 3 pp"),
    ("most likely wet is dry by at least 100 %", "C006", "100 %", "differ by that much", ""),
    ("P(wet in {dry, damp, soaked}) > 0.4", "C006", "wet in {dry, damp, soaked", "every", ""),
    ("P(wet <= soaked) > 0.4", "C006", "wet <= soaked", "every state", ""),
    ("P(wet not in {dry, damp, soaked}) > 0.4", "C006", "wet not in {dry, damp, soaked", "no", ""),
    ("most likely wet is dry or damp or soaked", "C006", "dry or damp or soaked", "every", ""),
    ("P(colour <= green) > 0.4", "C006", "colour", "have no order", "NODE in"),
    ("P(wet = dry) rises over colour", "C006", "colour", "have no order", "list them"),
    ("P(wet = dry) rises over scenarios storm", "C006", "storm", "no trend", "at least two"),
    ("P(wet = dry) rises over rain = no, no", "C006", "no", "named twice", ""),
    ("P(wet = dry | rain = no) rises over rain", "C006", "rain", "takes no condition", ""),
    ("P(wet = dry, wet = damp) > 0.4", "C006", "wet", "named twice", ""),
    ("P(wet = dry | do(rain = no), rain != no) > 0.4", "C006", "rain", "set by do", ""),
    ("P(wet = dry | do(rain = no, rain = much)) > 0.4", "C006", "rain", "named twice", ""),
    ("wet independent of wet", "C006", "wet", "on both sides", ""),
    ("wet independent of rain given rain", "C006", "rain", "is given", ""),
    ("path rain -> ... -> wet avoiding wet exists", "C006", "wet", "on the path itself", ""),
    ("path rain -> ... -> rain exists", "C006", "rain", "named twice", ""),
    (
        "share(water, rain: no -> much, P(wet = dry | rain = no)) > 2",
        *("C006", "rain", "takes no condition", ""),
    ),
    ("share(water, rain: no -> no, P(wet = dry)) > 2", "C006", "no", "named twice", ""),
]


@pytest.mark.parametrize(
    ("text", "code", "part", "message", "hint"), PLANTED, ids=[each[0] for each in PLANTED]
)
def test_a_planted_misfit_is_found_at_its_place(
    text: str, code: str, part: str, message: str, hint: str
) -> None:
    found = misfits(parse_statement(text), KNOWN)
    assert [each.code for each in found] == [code]
    assert text[slice(*found[0].at)] == part
    assert message in found[0].message
    assert hint in found[0].hint
    assert bool(hint) == bool(found[0].hint)


def test_every_misfit_of_a_statement_is_found_in_order() -> None:
    text = "P(wte = dry | scenario strom, rain = mch) > 40"
    found = misfits(parse_statement(text), KNOWN)
    assert [each.code for each in found] == ["C002", "C004", "C003", "C006"]


def test_scenarios_and_channels_that_are_not_known_are_not_asked_for() -> None:
    known = Vocabulary(KNOWN.nodes)
    text = "share(any, rain: no -> much, P(wet = dry | scenario any)) > 2"
    assert misfits(parse_statement(text), known) == []
