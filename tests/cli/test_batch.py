"""`batch`: rows of a file in, a row of posteriors for each of them out."""

import csv
from pathlib import Path

import pytest

import causal_model as cm
from tests.cli.graphs import write_chain
from tests.cli.shell import run, start

SURE = {"a": ("low", "high"), "b": ("low", "high")}


def rows_of(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def chain() -> str:
    """A graph whose second node copies the first; `rows.csv` holds an impossible row."""
    Path("rows.csv").write_text("day,a,b\nmon,low,\ntue,low,high\nwed,,high\n", encoding="utf-8")
    return write_chain(SURE)


def test_every_row_is_answered_in_order_and_impossible_ones_are_marked(chain: str) -> None:
    ran = run("batch", "rows.csv", "-g", chain, "-o", "out.csv", "--keep", "day")
    assert (ran.code, ran.out) == (0, "")
    assert "wrote out.csv: 3 rows, 3 of them asked, 1 without an answer" in ran.err
    found = rows_of("out.csv")
    assert [row["day"] for row in found] == ["mon", "tue", "wed"]
    assert [row["b=low"] for row in found] == ["1", "", "0"]
    assert [row["log_evidence_probability"] for row in found][1] == "-inf"
    assert [row["problem"] for row in found] == [
        "",
        "line 3: the evidence has probability zero",
        "",
    ]
    assert sorted(path.name for path in Path().iterdir()) == ["chain.yaml", "out.csv", "rows.csv"]


def test_the_target_may_be_named_and_the_graph_left_out() -> None:
    Path("rows.csv").write_text("china_policy\nhard_mandate\n", encoding="utf-8")
    assert run("batch", "rows.csv", "-o", "out.csv", "--target", "miner_equities").code == 0
    alone = cm.load("article").query("miner_equities", given={"china_policy": "hard_mandate"})
    for state, number in alone["miner_equities"].items():
        found = float(rows_of("out.csv")[0][f"miner_equities={state}"])
        assert found == pytest.approx(number, abs=1e-12)


def test_a_malformed_row_stops_the_run_or_is_marked(chain: str) -> None:
    with Path("rows.csv").open("a", encoding="utf-8") as file:
        file.write("thu,lwo,\n")
    asked = ("batch", "rows.csv", "-g", chain, "-o", "out.csv", "--keep", "day")
    ran = run(*asked)
    assert (ran.code, ran.out) == (2, "")
    assert "rows.csv: line 5: node 'a' has no state 'lwo'. Did you mean 'low'?" in ran.err
    assert not Path("out.csv").exists()
    assert run(*asked, "--on-error", "mark").code == 0
    assert rows_of("out.csv")[-1]["problem"].startswith("line 5: node 'a' has no state 'lwo'")


def test_a_column_that_is_no_node_is_refused_with_the_way_out(chain: str) -> None:
    ran = run("batch", "rows.csv", "-g", chain, "-o", "out.csv")
    assert ran.code == 2
    assert "column 'day': there is no node 'day'" in ran.err
    assert "--keep 'day'" in ran.err


def test_what_a_stopped_run_left_is_named_with_both_ways_on(chain: str) -> None:
    Path("out.csv.part").mkdir()
    asked = ("batch", "rows.csv", "-g", chain, "-o", "out.csv", "--keep", "day")
    ran = run(*asked)
    assert ran.code == 2
    assert "--resume" in ran.err
    assert "--force" in ran.err
    assert run(*asked, "--force").code == 0
    assert len(rows_of("out.csv")) == 3


def test_two_workers_in_a_real_process_give_the_same_bytes(chain: str) -> None:
    asked = ("batch", "rows.csv", "-g", chain, "--keep", "day")
    assert run(*asked, "-o", "one.csv").code == 0
    ran = start(*asked, "-o", "two.csv", "--workers", "2")
    assert ran.returncode == 0, ran.stderr
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()


def test_workers_and_a_cluster_exclude_each_other(chain: str) -> None:
    ran = run("batch", "rows.csv", "-o", "o.csv", "--workers", "2", "--scheduler", "tcp://h:1")
    assert ran.code == 2
    assert "exclude each other" in ran.err


@pytest.mark.parametrize("more", [(), ("-q",)])
def test_words_and_bar_go_to_a_terminal_and_nothing_to_the_quiet(
    chain: str, more: tuple[str, ...]
) -> None:
    asked = ("batch", "rows.csv", "-g", chain, "-o", "out.csv", "--keep", "day", *more)
    ran = run(*asked, terminal=True)
    assert (ran.code, ran.out) == (0, "")
    assert ("100%" in ran.err) is (not more)
    assert (ran.err == "") is bool(more)
    assert "%" not in run(*asked).err
