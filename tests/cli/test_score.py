"""`score`: how well a graph forecast, to the digit, and in words that do not flatter."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import causal_model as cm
from tests.cli.shell import run
from tests.learning.weather import BINNING, DATA, GRAPH, write

FIXTURE = Path(__file__).parents[2] / "fixtures" / "weekly_states"
WEEKS = ("--data", str(FIXTURE / "weeks.csv"), "--binning", str(FIXTURE / "binning.yaml"))
ROWS = "day,rain,mood\n" + "".join(
    f"2026-01-{day:02},{rain},{mood}\n"
    for day, (rain, mood) in enumerate(
        [*[("none", "high")] * 5, *[("much", "low")] * 4, ("some", "high"), ("none", "low")] * 2,
        start=1,
    )
)
ASKED = ("score", "-g", "weather.yaml", "--data", "rows.csv", "--date", "day", "--given", "rain")


@pytest.fixture
def weather() -> None:
    """The small graph, and rows of its states."""
    write(Path())
    Path("rows.csv").write_text(ROWS, encoding="utf-8")


def test_the_fixture_is_scored_as_plain_pandas_would() -> None:
    ran = run("score", "-g", "article", *WEEKS, "--given", "nasdaq_return,etf_flow", "--json")
    assert ran.code == 0
    frame = pd.read_csv(FIXTURE / "weeks.csv")
    model = cm.load("article")
    states = list(model.states("btc_return"))
    came = frame["btc"][51:].map(states.index).to_numpy()
    told = zip(frame["nasdaq"][51:], frame["etf_flow"][51:], strict=True)
    answers = [model.query(given={"nasdaq_return": n, "etf_flow": flow}) for n, flow in told]
    p = np.array([list(each["btc_return"].values()) for each in answers])
    counts = frame["btc"][:51].value_counts()
    shares = [(counts.get(state, 0) + 1 / 5) / 52 for state in states]
    hit = np.eye(5)[came]
    for name, q in (("article", p), ("climatology", np.tile(shares, (51, 1)))):
        expected = {
            "log": np.log((q * hit).sum(axis=1)).mean(),
            "brier": ((q - hit) ** 2).sum(axis=1).mean(),
            "rps": ((q - hit).cumsum(axis=1)[:, :4] ** 2).mean(),
        }
        found = {rule: by_name[name] for rule, by_name in ran.json["scores"].items()}
        assert found == pytest.approx(expected, rel=1e-9)
        # And to the digits that are printed.
        printed = run("score", "-g", "article", *WEEKS, "--given", "nasdaq_return,etf_flow").out
        assert all(f"{round(number, 4):g}" in printed for number in expected.values())
    assert sum(each["n"] for each in ran.json["calibration"]) == 51 * 5
    assert sum(each["came"] for each in ran.json["calibration"]) == 51


def test_a_graph_that_was_counted_in_the_file_makes_no_forecasts() -> None:
    ran = run("score", "-g", "calibrated", *WEEKS, "--given", "nasdaq_return")
    assert "These are no forecasts: the tables of nasdaq_return, etf_flow" in ran.out
    assert run("score", "-g", "calibrated", *WEEKS, "--json").json["seen_before"] is True
    weeks = (FIXTURE / "weeks.csv").read_text(encoding="utf-8")
    Path("other.csv").write_text(weeks + "2026-01-02,flat,neutral,,flat,flat,,,fear,flat\n")
    fresh = ("--data", "other.csv", *WEEKS[2:], "--json")
    assert run("score", "-g", "calibrated", *fresh).json["seen_before"] is False
    again = run("score", "-g", "calibrated", *WEEKS, "--refit-every", "10")
    assert "no forecasts" not in again.out
    assert "cite 'weekly_states' themselves" in again.err


def test_no_better_than_climatology_is_said_plainly(weather: None) -> None:
    even = GRAPH
    for old in ("low: 0.2, high: 0.8", "low: 0.9, high: 0.1"):
        even = even.replace(old, "low: 0.5, high: 0.5")
    write(Path(), graph=even)
    ran = run(*ASKED)
    assert ran.code == 0
    assert "On these 11 rows weather is no better than climatology: " in ran.out
    assert run(*ASKED, "--json").json["verdict"] == "no better"
    assert "並不優於 climatology" in run(*ASKED, "--lang", "zh-Hant").out


def test_what_a_person_reads(weather: None) -> None:
    ran = run(*ASKED, "--draws", "200", "--refits", "20", "--refit-every", "5")
    assert ran.code == 0
    assert ran.out == READ
    assert ran.err == (
        "what is given stands in the same row as what is scored: this says how well the graph infers one"
        " from the other, not how far it sees ahead\n"
    )


WORSE = "On these 11 rows weather is no better than"
INTERVAL = " nats a row, 95 % interval "
READ = f"""\
mood | rain
score                      weather   against         its score   better by     2.5 %   97.5 %   verdict
─────────────────────────────────────────────────────────────────────────────────────────────────────────
log score                   -0.355   climatology       -0.8009      0.4459    -0.043   0.8409   no better
log score                   -0.355   nothing given     -0.7635      0.4085   -0.0736   0.8139   no better

Brier score                  0.208   climatology        0.6015      0.3935    0.0134   0.7097   better
Brier score                  0.208   nothing given      0.5653      0.3574   -0.0167   0.6845   no better

ranked probability score     0.104   climatology        0.3008      0.1968    0.0067   0.3549   better
ranked probability score     0.104   nothing given      0.2827      0.1787   -0.0083   0.3423   no better
{WORSE} climatology: +0.4459{INTERVAL}-0.0430 to +0.8409.
{WORSE} itself with nothing given: +0.4085{INTERVAL}-0.0736 to +0.8139.

Calibration
from    to    n   forecast   came    share
──────────────────────────────────────────
   0   0.2   10     12.2 %      1   10.0 %
 0.4   0.6    2     50.0 %      1   50.0 %
 0.8     1   10     87.8 %      9   90.0 %

Learned from resamples of the first 11 rows
score                         mean     2.5 %    97.5 %
──────────────────────────────────────────────────────
log score                  -0.3182   -0.3543   -0.3112
Brier score                 0.1894    0.1811    0.2187
ranked probability score    0.0947    0.0905    0.1094
"""


def test_numbers_in_csv_are_not_rounded(weather: None) -> None:
    text = run(*ASKED, "--format", "csv").out
    lines = list(csv.DictReader(io.StringIO(text.split("\n\n")[0])))
    found = run(*ASKED, "--json").json
    assert lines[0]["against"] == "climatology"
    assert float(lines[0]["own"]) == found["scores"]["log"]["weather"]
    assert float(lines[0]["gain"]) == found["comparisons"][0]["gain"]


def test_the_same_seed_gives_the_same_and_another_another(weather: None) -> None:
    assert run(*ASKED).out == run(*ASKED, "--seed", "0").out != run(*ASKED, "--seed", "1").out


def test_two_graphs_forecast_the_same_rows(weather: None) -> None:
    other = GRAPH.replace("id: weather", "id: other").replace(
        "low: 0.2, high: 0.8", "low: 0, high: 1"
    )
    Path("other.yaml").write_text(other, encoding="utf-8")
    ran = run(*ASKED, "--against", "other.yaml", "--json")
    assert set(ran.json["scores"]["log"]) == {"weather", "climatology", "nothing given", "other"}
    # The other one called impossible what came.
    assert ran.json["scores"]["log"]["other"] == "-inf"
    (one,) = [
        each
        for each in ran.json["comparisons"]
        if (each["rule"], each["against"]) == ("log", "other")
    ]
    assert (one["gain"], one["high"]) == ("inf", "inf")
    assert "-inf" in run(*ASKED, "--against", "other.yaml").out


def test_a_network_file_is_scored_as_it_is_and_cannot_be_learned_anew(weather: None) -> None:
    run("convert", "weather.yaml", "weather.bif")
    asked = ("score", "-g", "weather.bif", *ASKED[3:], "--target", "mood")
    found = run(*asked, "--json").json
    # Nobody knows whether its states have an order.
    assert set(found["scores"]) == {"log", "brier"}
    assert found["scores"]["log"]["weather"] == pytest.approx(
        run(*ASKED, "--json").json["scores"]["log"]["weather"]
    )
    ran = run(*asked, "--refit-every", "3")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be learned anew" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--given", "rian"), "--given rian: there is no node 'rian'. Did you mean 'rain'?"),
        (("--given", "mood"), "--given mood: 'mood' is what is forecast"),
        (("--target", "moood"), "'moood'. Did you mean 'mood'?"),
        (("--data", "missing.csv"), "missing.csv: cannot be read"),
        (("--data", "days.csv"), "days.csv:1: there is no column 'mood'"),
        (("--data", "empty.csv"), "empty.csv: is empty"),
        (("--date", "dai"), "rows.csv:1: there is no column 'dai'. Did you mean 'day'?"),
        (("--train", "22"), "22 rows are to train, but there are 22; expected 1 to 21"),
        (("--train", "0"), "'--train'"),
        (("--refit-every", "0"), "'--refit-every'"),
        (("--draws", "999999999"), "'--draws'"),
        (("--bins", "0"), "'--bins'"),
        (("--seed", "-1"), "'--seed'"),
        (("--against", "article"), "--against article: this graph has no node 'mood'"),
        (("--against", "weather.yaml"), "two of these graphs are called 'weather'"),
        (("--against", "other.yaml"), "--against other: its node 'rain' has other states"),
        (("--binning", "binning.yaml"), "rows.csv:1: there is no column 'mm'"),
        (("--binning", "part.yaml"), "the binning does not say which column measures 'rain'"),
    ],
)
def test_what_cannot_be_scored_is_told(
    weather: None, arguments: tuple[str, ...], told: str
) -> None:
    Path("empty.csv").write_text("", encoding="utf-8")
    Path("part.yaml").write_text(BINNING.replace("  rain:", "#"), encoding="utf-8")
    other = GRAPH.replace("id: weather", "id: other").replace("some", "little")
    Path("other.yaml").write_text(other, encoding="utf-8")
    ran = run(*ASKED, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_an_impossible_row_is_the_answer_no(weather: None) -> None:
    dry = GRAPH.replace("{none: 0.6, some: 0.3, much: 0.1}", "{none: 1, some: 0, much: 0}")
    write(Path(), graph=dry)
    ran = run(*ASKED)
    assert (ran.code, ran.out) == (1, "")
    assert "rows.csv:18: what is given has probability zero under 'weather': rain=much" in ran.err


def test_rows_that_are_binned_are_scored_as_rows_of_states(weather: None) -> None:
    numbers = {"none": "0", "some": "2", "much": "9"}
    text = (
        ROWS.replace("day,rain,mood", "day,mm,felt").replace("low", "bad").replace("high", "fine")
    )
    for state, number in numbers.items():
        text = text.replace(state, number)
    Path("days.csv").write_text(text, encoding="utf-8")
    asked = ("score", "-g", "weather.yaml", "--data", "days.csv", "--given", "rain")
    assert DATA.startswith("day,mm,felt")
    assert run(*asked, "--binning", "binning.yaml").out == run(*ASKED).out
