"""`causal-model flip` as a shell sees it."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.shell import run

CLAIM = "P(btc_return in strong_down, down) > 0.4"
HARD = ("--scenario", "hard_mandate")


def test_rows_and_findings_that_reverse_a_claim() -> None:
    done = run("flip", "--claim", CLAIM, *HARD)
    assert done.code == 0
    rows, findings = done.out.split("One finding alone that reverses it")
    assert rows.startswith("One row of a table alone that reverses it")
    first = rows.splitlines()[3]
    assert first.startswith("P(etf_flow = inflow | tech_risk_sentiment = sharp_risk_off)")
    assert "+5.6 pp" in first
    assert "elicited, confidence 15" in first
    assert "Rows that reverse it alone: " in rows
    assert "given, but weaker" in findings
    assert "another state instead" in findings
    assert "a new sign of" in findings
    assert f"{CLAIM} holds: P(btc_return in strong_down, down) = 0.4044." in findings
    assert "not a forecast" in done.err


def test_the_weaker_sign_does_reverse_it() -> None:
    data = run("flip", "--claim", CLAIM, *HARD, "--json").json
    assert data["holds"]
    assert data["measured"] == {CLAIM.removesuffix(" > 0.4"): pytest.approx(0.4044, abs=5e-5)}
    (weaker,) = [each for each in data["by_finding"] if each["way"] == "weaker"]
    weights = ",".join(f"{state}:{weight!r}" for state, weight in weaker["weights"].items())
    found = run("query", "--likelihood", f"china_policy={weights}", "--json").json["posterior"]
    answer = found["btc_return"]
    assert answer["strong_down"] + answer["down"] == pytest.approx(0.4, abs=1e-9)
    ratios = [
        each["likelihood_ratio"] for each in data["by_finding"] if each["way"] == "new reading"
    ]
    assert ratios == sorted(ratios)


def test_nothing_alone_reverses_what_is_far_away() -> None:
    done = run("flip", "--claim", "P(btc_return = down) < 0.99", "--given", "etf_flow=flat")
    assert done.code == 0
    assert done.out.splitlines() == [
        "P(btc_return = down) < 0.99 holds: P(btc_return = down) = 0.2556. Given etf_flow=flat.",
        "No single row of a table can reverse it.",
        "No single finding can reverse it.",
    ]
    same = run(
        "flip", "--claim", "P(btc_return = down) < 0.99", "--given", "etf_flow=flat", "--json"
    )
    assert same.json["rows"] == same.json["by_finding"] == []


def test_what_does_not_hold_is_told_what_would_make_it_hold() -> None:
    claim = "P(btc_return in strong_down, down) > 0.4"
    done = run("flip", "--claim", claim)
    assert done.code == 0
    rows, findings = done.out.split("One finding alone that makes it hold")
    assert rows.startswith("One row of a table alone that makes it hold")
    assert "Rows that make it hold alone: " in rows
    assert f"{claim} does not hold: " in findings
    assert "reverse" not in done.out
    far = run("flip", "--claim", "P(btc_return = down) > 0.99").out.splitlines()
    assert far[1:] == [
        "No single row of a table can make it hold.",
        "No single finding can make it hold.",
    ]
    chinese = run("flip", "--claim", claim, "--lang", "zh-Hant").out
    assert "單獨改變一個發現即可成立" in chinese
    assert "推翻" not in chinese


def test_the_most_likely_state_and_what_overtakes_it() -> None:
    done = run("flip", "--claim", "most likely btc_return is flat")
    assert done.code == 0
    assert "what tips over" in done.out
    assert "flat > down" in done.out
    assert "most likely btc_return is flat holds: strong_down = 0.1053, " in done.out
    data = run("flip", "--claim", "most likely btc_return is flat", "--json").json
    assert data["comparisons"] == 4
    assert data["rows"][0]["comparison"] == "flat > down"
    assert list(data["measured"]) == ["strong_down", "down", "flat", "up", "strong_up"]
    # The finding that is told does reverse it.
    (first, *_) = data["by_finding"]
    lowest = min(first["weights"].values())
    stronger = ",".join(
        f"{state}:{weight if weight == 1 else 0.99 * lowest!r}"
        for state, weight in first["weights"].items()
    )
    found = run("query", "--likelihood", f"{first['node']}={stronger}", "--json").json["posterior"]
    assert max(found["btc_return"], key=found["btc_return"].get) == "down"


def test_a_trend_tips_over_at_a_step_and_findings_hold_in_every_case() -> None:
    claim = "P(etf_flow = outflow) rises over do(china_policy) by at least 10 pp"
    done = run("flip", "--claim", claim)
    assert done.code == 0
    assert "soft_mandate > brief_pause" in done.out
    assert "under all 3 conditions of the statement alike" in done.out
    data = run("flip", "--claim", claim, "--json").json
    assert data["subject"] == "P(etf_flow = outflow)"
    assert data["cases"] == 3
    assert data["by_finding"]
    assert "china_policy" not in {each["node"] for each in data["by_finding"]}


def test_csv_markdown_and_chinese() -> None:
    text = run("flip", "--claim", CLAIM, *HARD, "--format", "csv", "--top", "3").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["kind"] for row in rows] == ["row"] * 3 + ["finding"] * 3
    assert float(rows[0]["now"]) + float(rows[0]["change"]) == pytest.approx(
        float(rows[0]["needed"])
    )
    marked = run("flip", "--claim", CLAIM, *HARD, "--format", "md").out
    assert sum(line.startswith("|---") for line in marked.splitlines()) == 2
    done = run("flip", "--claim", CLAIM, *HARD, "--lang", "zh-Hant")
    assert "新的跡象" in done.out
    assert "成立" in done.out


def test_a_graph_without_confidence_has_no_intervals() -> None:
    asia = Path(__file__).parents[2] / "fixtures" / "textbook" / "asia.yaml"
    done = run("flip", "-g", str(asia), "--claim", "P(dysp = yes) > 0.4")
    assert done.code == 0
    assert "Rows that reverse it alone: " in done.out
    assert "% intervals" not in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing option '--claim'"),
        (["--claim", ""], "but the statement ends"),
        (["--claim", "P(btc_return = dwn) > 0.4"], "no state 'dwn'"),
        (["--claim", "P(etf_flow = flat) = P(etf_flow = flat)"], "the two are equal"),
        (["--claim", "no arrow etf_flow -> btc_return"], "only the arrows of the graph decide"),
        (["--claim", "P(btc_return = down) > 140 %"], "this never holds"),
        (["--claim", CLAIM, "--given", "btc_return=down"], "is given itself"),
        (
            ["--claim", CLAIM, "--belief", "etf_flow=flat:0.5,inflow:0.5"],
            "use a likelihood instead",
        ),
        (["--claim", CLAIM, "--level", "nan"], "expected a number between 0 and 1"),
        (["--claim", CLAIM, "--scenario", "nothing"], "nothing"),
        (["--claim", CLAIM, "-g", "missing.yaml"], "No such file"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(arguments: list[str], told: str) -> None:
    done = run("flip", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
    assert "Traceback" not in done.err
