"""`causal-model flip` as a shell sees it."""

import csv
import io
import re
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


CERTAIN = """\
schema_version: 1
id: certain
title: {en: "What is certain"}
sources:
  me: {publisher: me, kind: judgement}
nodes:
  cause:
    label: {en: "The cause"}
    states: [lo, hi]
    table:
      form: table
      sources: [{source: me}]
      rows: [{p: {lo: 0.3, hi: 0.7}, confidence: 0}]
  effect:
    label: {en: "Its effect"}
    role: outcome
    states: [none, "a b"]
    parents: {cause: {sign: mixed, sources: [{source: me}]}}
    table:
      form: table
      sources: [{source: me}]
      rows:
        - {given: {cause: lo}, p: {none: 0.6, "a b": 0.4}, confidence: 10}
        - {given: {cause: hi}, p: {none: 1.0, "a b": 0.0}, confidence: 10}
"""


def written(folder: Path, text: str = CERTAIN) -> str:
    path = folder / "certain.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def cells(line: str) -> list[str]:
    """The cells of a line of a table."""
    return re.split(r" {2,}", line.strip())


@pytest.mark.parametrize("claim", ['P(effect = "a b") > 0.08', 'P(effect = "a b") <= 0.2345678'])
def test_the_number_of_the_table_reverses_the_claim_in_the_file(claim: str, tmp_path: Path) -> None:
    graph = written(tmp_path)
    done = run("flip", "-g", graph, "--claim", claim)
    rows, findings = done.out.split("One finding alone that reverses it")
    lines = [line for line in rows.splitlines() if line.startswith("P(")]
    assert len(lines) > 1
    # By row of the file: its two numbers in the order of the states.
    places = {
        "P(cause": ("{lo: 0.3, hi: 0.7}", "lo"),
        "cause = lo)": ('{none: 0.6, "a b": 0.4}', "none"),
        "cause = hi)": ('{none: 1.0, "a b": 0.0}', "none"),
    }
    for line in lines:
        entry, _, needed, *_ = cells(line)
        old, first = next(place for part, place in places.items() if part in entry)
        moved = float(needed)
        number = moved if f"= {first}" in entry.split("|")[0] else 1 - moved
        other = "hi" if first == "lo" else '"a b"'
        new = f"{{{first}: {number!r}, {other}: {1 - number!r}}}"
        changed = written(tmp_path, CERTAIN.replace(old, new))
        assert not run("flip", "-g", changed, "--claim", claim, "--json").json["holds"]
    graph = written(tmp_path)
    assert run("flip", "-g", graph, "--claim", claim, "--json").json["holds"]
    (sign,) = [line for line in findings.splitlines() if line.startswith("The cause")]
    _, _, state, ratio, now = cells(sign)
    assert now == "1"
    weights = ",".join(f"{one}:{1 if one == state else 1 / float(ratio)!r}" for one in ("lo", "hi"))
    told = ("--likelihood", f"cause={weights}", "--json")
    assert not run("flip", "-g", graph, "--claim", claim, *told).json["holds"]


def test_where_anything_will_do_that_is_said(tmp_path: Path) -> None:
    asked = (
        "flip",
        "-g",
        written(tmp_path),
        "--claim",
        'P(effect = "a b") > 0',
        "--given",
        "cause=hi",
    )
    done = run(*asked, "-o", str(tmp_path / "x.svg"))
    rows, findings = done.out.split("One finding alone that makes it hold")
    (line,) = [line for line in rows.splitlines() if line.startswith("P(")]
    # Either number of the row, as one is what the other leaves.
    ways = {"0": ("above 0", "above 0.0 %"), "1": ("below 1", "below 100.0 %")}
    _, now, needed, change, *_ = cells(line)
    assert (needed, change) == (f"anything {ways[now][0]}", "-")
    assert "given, but weaker       hi      anything weaker   observed" in findings
    assert "e-" not in done.out
    assert "e+" not in done.out
    drawn = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert f"tips over at anything {ways[now][1]}" in drawn
    data = run(*asked, "--json").json
    assert [each["at_once"] for each in data["rows"]] == [True]
    assert 0 < abs(data["rows"][0]["change"]) < 1e-9
    assert [each["at_once"] for each in data["by_finding"] if each["way"] == "weaker"] == [True]
    # What is to be as good as certain is an observation, and no huge ratio.
    equal = run("flip", "-g", written(tmp_path), "--claim", 'P(effect = "a b") = 0').out
    assert cells(equal.split("One finding")[1].splitlines()[3])[2:] == ["hi", "observed", "1"]


def test_rows_of_confidence_0_are_named(tmp_path: Path) -> None:
    graph, picture = written(tmp_path), tmp_path / "x.svg"
    done = run("flip", "-g", graph, "--claim", 'P(effect = "a b") > 0.1', "-o", str(picture))
    assert "taken for its interval: rows of cause. query --interval refuses such rows." in done.out
    assert "rows of The cause." in picture.read_text(encoding="utf-8")
    assert run("query", "-g", graph, "--interval", "0.9").code == 2
    assert "confidence 0" not in run("flip", "--claim", CLAIM).out


def test_an_interval_on_the_other_side_is_not_measured(tmp_path: Path) -> None:
    picture = tmp_path / "x.svg"
    done = run("flip", "--claim", CLAIM, *HARD, "-o", str(picture))
    (line,) = [line for line in done.out.splitlines() if "ai_buildout_cost = unchanged" in line]
    _, now, needed, _, span, share, within, *_ = cells(line)
    assert float(span.split(" – ")[1]) < float(now) < float(needed)
    assert (share, within) == ("-", "no")
    data = run("flip", "--claim", CLAIM, *HARD, "--json").json["rows"]
    aside = [each["in_intervals"] is None for each in data]
    assert any(aside)
    ranked = run("flip", "--claim", CLAIM, *HARD, "--order", "interval", "--json").json["rows"]
    last = [each["in_intervals"] is None for each in ranked]
    assert last == sorted(last)
    drawn = picture.read_text(encoding="utf-8")
    assert "outside its interval" in drawn
    assert "103.0" not in drawn


SKEWED = """\
schema_version: 1
id: skewed
title: {en: "A skewed row, and a sure one"}
sources:
  me: {publisher: me, kind: judgement}
nodes:
  rare:
    label: {en: "What is rare"}
    states: [seen, not seen]
    table:
      form: table
      sources: [{source: me}]
      rows: [{p: {seen: 0.0015, not seen: 0.9985}, confidence: 6}]
  sure:
    label: {en: "What is sure"}
    role: outcome
    states: [lo, hi]
    table:
      form: table
      sources: [{source: me}]
      rows: [{p: {lo: 0.5, hi: 0.5}, confidence: 1000000}]
"""


def test_a_skewed_interval_is_measured_on_its_own_side_only(tmp_path: Path) -> None:
    asked = ("flip", "-g", written(tmp_path, SKEWED), "--order", "interval", "--claim")
    claim = "P(rare = seen) + P(sure = lo) < 0.6"
    first, last = run(*asked, claim, "--json").json["rows"]
    # Far behind the end of its interval, and yet nearer than what has no way to it at all.
    assert first["node"] == "sure"
    assert first["in_intervals"] > 100
    assert (last["node"], last["in_intervals"], last["plausible"]) == ("rare", None, False)
    # On the way to an interval, and not yet there.
    picture = tmp_path / "x.svg"
    (row,) = run(*asked, "P(rare = seen) > 0.001", "--json", "-o", str(picture)).json["rows"]
    assert 0 < row["in_intervals"] < 1
    assert not row["plausible"]
    assert "outside its interval" in picture.read_text(encoding="utf-8")


def test_the_chart_says_the_claim_in_labels_and_that_nothing_will_do(tmp_path: Path) -> None:
    picture = tmp_path / "x.svg"
    run("flip", "--claim", CLAIM, *HARD, "-o", str(picture))
    drawn = picture.read_text(encoding="utf-8")
    assert "With labels: P(Bitcoin over the week in strong down, down) &gt; 0.4." in drawn
    assert drawn.count("btc_return") == drawn.count("P(btc_return in strong_down, down) &gt; 0.4")
    trend = "P(etf_flow = outflow) rises over do(china_policy) by at least 10 pp"
    run("flip", "--claim", trend, "-o", str(picture))
    drawn = picture.read_text(encoding="utf-8")
    assert "brief pause = 0.1792" in drawn
    assert "brief_pause" not in drawn
    run("flip", "--claim", "P(btc_return = down) > 0.99", "-o", str(picture))
    drawn = picture.read_text(encoding="utf-8")
    assert "No single row of a table can." in drawn
    assert "No single finding can." in drawn
