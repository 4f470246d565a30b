"""`causal-model explain` as a shell sees it."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.graphs import write_chain
from tests.cli.shell import run
from tests.test_article import FIXTURES

FOUR = ("--given", "nasdaq_return=risk_off", "--given", "miner_equities=down") + (
    *("--do", "etf_flow=flat"),
    *("--likelihood", "gpu_spot_quotes=falling:.8,flat:.3,rising:.1"),
)


def test_the_shares_sum_to_the_whole_change() -> None:
    data = run("explain", *FOUR, "--json").json
    assert data["schema_version"] == 1
    assert len(data["shares"]) == 4
    total = sum(each["shapley_pp"] for each in data["shares"])
    assert total == pytest.approx(data["outcome"]["change_pp"], abs=1e-10)
    for each in data["shares"]:
        over = sum(each["by_state_pp"][state] for state in data["outcome"]["states"])
        assert each["shapley_pp"] == pytest.approx(over, abs=1e-10)
        assert each["standard_error_pp"] is None
    assert data["findings"] == [each["finding"] for each in data["shares"]]
    answer = run("query", *FOUR, "--json").json
    assert data["outcome"]["posterior"] == answer["posterior"]["btc_return"]
    assert data["evidence_probability"] == answer["evidence_probability"]


def test_the_table_shows_shares_paths_and_conflict() -> None:
    done = run("explain", *FOUR)
    assert done.code == 0
    assert "P(Bitcoin over the week: strong down or down): 35.4 % with nothing given" in done.out
    assert "all together" in done.out
    assert "do(Spot-ETF flow = flat)" in done.out
    assert "Spot-ETF flow → Bitcoin over the week" in done.out
    assert "sign of GPU spot quotes (falling 0.8, flat 0.3, rising 0.1)" in done.out
    assert "Conflict measure" in done.out
    assert "not a forecast" in done.err


def test_one_finding_has_nothing_to_fit_with() -> None:
    done = run("explain", "--scenario", "hard_mandate", "-q")
    assert "How surprising" not in done.out
    assert done.err == ""


def test_words_only_in_both_languages() -> None:
    english = run("explain", *FOUR, "--words", "-q").out
    assert english.startswith("With Nasdaq 100 at “risk-off”, Miner equities at “down”")
    assert english.count("\n") == 1
    chinese = run("explain", *FOUR, "--words", "--lang", "zh-Hant", "-q").out
    assert chinese.startswith("當納斯達克 100 指數為「避險」")
    told = run("explain", *FOUR, "--json", "--lang", "zh-Hant").json["narrative"]
    assert told["lang"] == "zh-Hant"
    assert "".join(each["text"] for each in told["sentences"]) == chinese.strip()


def test_csv_is_one_table_with_a_row_for_every_finding() -> None:
    rows = list(csv.DictReader(io.StringIO(run("explain", *FOUR, "--format", "csv").out)))
    assert [row["finding"] for row in rows][:2] == ["nasdaq_return=risk_off", "miner_equities=down"]
    data = run("explain", *FOUR, "--json").json
    assert [float(row["shapley_pp"]) for row in rows] == [
        each["shapley_pp"] for each in data["shares"]
    ]
    assert rows[-1]["shortest_path"] == "etf_flow -> btc_return"
    assert rows[-1]["probability_alone"] == ""


def test_markdown_has_a_table_for_each_part() -> None:
    text = run("explain", *FOUR, "--format", "md").out
    assert sum(line.startswith("|---") for line in text.splitlines()) == 3
    assert "Shared out among the 4 findings" in text


def test_findings_without_a_path_are_told_in_one_line() -> None:
    names = [f"n{at}" for at in range(8)]
    write_chain({name: ["x", "y"] for name in names})
    told = ("explain", "-g", "chain.yaml", "-q", *(f"--given={name}=x" for name in names[:7]))
    lines = run(*told).out.splitlines()
    closed = "; ".join(f"{name} = x" for name in names[:6])
    assert f"No open path from: {closed}." in lines
    assert sum("o open path" in line for line in lines if "adds" not in line) == 1
    assert "沒有通路:n0 = x;n1 = x;" in run(*told, "--lang", "zh-Hant").out
    # Where no finding has a path there is no table of paths.
    alone = run("explain", "-q", "--do", "cloud_rental_quotes=falling").out
    assert "No open path from: do(Cloud rental quotes = falling)." in alone
    assert "Paths to" not in alone


def test_what_a_belief_closes_is_told() -> None:
    rents = "gpu_rental_price=falls_sharply:0.1,falls:0.2,steady:0.3,rises:0.4"
    told = ("explain", "--given", "gpu_spot_quotes=falling", "--belief", rents)
    line = "Every path is closed by what is believed: GPU spot quotes = falling."
    assert line in run(*told).out.splitlines()
    shares = run(*told, "--json").json["shares"]
    assert [each["closed"] for each in shares] == ["belief", None]
    assert shares[0]["paths"] == []
    rows = list(csv.DictReader(io.StringIO(run(*told, "--format", "csv").out)))
    assert [row["closed"] for row in rows] == ["belief", ""]


def test_what_neither_fits_nor_contradicts_is_told_so() -> None:
    causes = ("--given", "china_policy=hard_mandate", "--given", "us_export_terms=open")
    told = run("explain", *causes).out
    assert "Conflict measure 0 bits: they neither support nor contradict each other." in told
    assert "e-1" not in told
    run("explain", *causes, "-o", "why.svg")
    drawn = Path("why.svg").read_text(encoding="utf-8")
    assert "The findings neither support nor contradict each other." in drawn


def test_lists_are_chinese_in_chinese() -> None:
    told = run("explain", *FOUR, "--lang", "zh-Hant", "-q").out
    assert "GPU 現貨報價的跡象(下跌 0.8、持平 0.3、上漲 0.1)" in told
    assert "。 " not in told
    assert ", " not in told


def test_other_states_of_another_node() -> None:
    data = run(
        *("explain", "--given", "china_policy=hard_mandate", "--target", "miner_equities"),
        *("--states", "up", "--states", "flat", "--json"),
    ).json
    assert data["outcome"]["node"] == "miner_equities"
    assert data["outcome"]["states"] == ["flat", "up"]


def test_many_findings_are_drawn_with_standard_errors() -> None:
    states = ["x", "y", "z"]
    write_chain({f"n{at}": states for at in range(15)})
    told = [f"--likelihood=n{at}=x:{1 + at / 10},y:1,z:1" for at in range(13)]
    first = run("explain", "-g", "chain.yaml", *told, "--orders", "200", "--json")
    data = first.json
    assert data["method"]["orders_drawn"] == 200
    assert all(each["standard_error_pp"] > 0 for each in data["shares"][1:])
    total = sum(each["shapley_pp"] for each in data["shares"])
    assert total == pytest.approx(data["outcome"]["change_pp"], abs=1e-10)
    assert run("explain", "-g", "chain.yaml", *told, "--orders", "200", "--json").out == first.out
    table = run("explain", "-g", "chain.yaml", *told, "--orders", "200")
    assert "over 200 orders that were drawn" in table.out
    assert "s.e." in table.out


def test_what_is_impossible_without_what_is_set() -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"]})
    told = ("explain", "-g", "chain.yaml", "--given", "a=x", "--given", "c=y", "--do", "b=y")
    data = run(*told, "--json").json
    assert data["method"]["impossible_subsets"] == 1
    (set_,) = [each for each in data["shares"] if each["finding"]["kind"] == "do"]
    assert set_["left_out_pp"] is None
    assert "1 are impossible" in run(*told).out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "there is nothing to explain: give findings by --given"),
        (["--given", "a=x", "--target", "d"], 2, "there is no node 'd'"),
        (["--given", "a=x", "--states", "w"], 2, "has no state 'w'. States: x, y"),
        (["--given", "a=x", "--states", "x", "--states", "y"], 2, "are all states of 'c'"),
        (["--given", "a=x", "--given", "b=y"], 1, "probability zero"),
        (["--given", "a=x", "--given", "a=y"], 2, "contradict each other"),
        (["--given", "a=x", "--words", "--json"], 2, "--words prints text"),
        (["--given", "a=x", "--orders", "1"], 2, "--orders"),
        (["--given", "a=x", "--orders", "nan"], 2, "--orders"),
        (["--evidence", "folder"], 2, "folder"),
        (["--scenario", "missing"], 2, "missing"),
    ],
)
def test_what_cannot_be_explained(arguments: list[str], code: int, told: str) -> None:
    write_chain({"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"]})
    Path("folder").mkdir()
    done = run("explain", "-g", "chain.yaml", *arguments)
    assert done.code == code
    assert told in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_a_node_without_low_states_asks_which_are_meant() -> None:
    told = ("explain", "-g", str(FIXTURES / "formats" / "street.bif"), "--given", "rain=some")
    done = run(*told, "--target", "wet street")
    assert done.code == 2
    assert "'wet street' has no low states" in done.err
    assert "States: no, yes" in done.err
    assert run(*told, "--target", "wet street", "--states", "yes").code == 0
