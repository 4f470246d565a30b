"""`causal-model diff` as a shell sees it."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.shell import run
from tests.variants.graphs import ONE, write_two
from tests.variants.test_revision import git


@pytest.fixture(autouse=True)
def graphs(tmp_path: Path) -> None:
    write_two(tmp_path)


def test_the_table_names_what_came_and_what_moved() -> None:
    done = run("diff", "one.yaml", "two.yaml")
    assert done.code == 0
    assert "node added      other" in done.out
    assert "arrow removed   cause -> effect" in done.out
    assert "most: cause=absent, other=yes" in done.out
    assert "there is no node 'other'" in done.out
    assert "not a forecast" in done.err


def test_the_sentence_below_names_the_largest_move() -> None:
    last = run("diff", "one.yaml", "two.yaml", "-q").out.splitlines()[-1]
    # P(low | nothing) falls from 0.58 to 0.38; given the loud sign it rises from 0.309 to 0.347.
    assert last == "From one to two: P(effect: low) moves by -20.0 pp."


def test_json_holds_only_what_changed() -> None:
    data = run("diff", "one.yaml", "two.yaml", "--json", "--at-least", "10").json
    assert data["schema_version"] == 1
    assert data["structure"]["nodes_added"] == ["other"]
    assert data["structure"]["arrows_removed"] == [["cause", "effect"]]
    # P(loud) moves by 32 pp, P(cause) by 30, P(effect) by 20.
    assert [each["node"] for each in data["marginals"]] == ["sign", "cause", "effect"]
    scenarios = {each["scenario"]: each for each in data["outcome"]}
    assert set(scenarios) == {None, "second"}
    assert scenarios[None]["change_pp"]["low"] == pytest.approx(-20)
    assert scenarios[None]["low"]["change_pp"] == pytest.approx(-20)
    assert scenarios["second"]["before"] is None


def test_csv_is_one_table_of_plain_numbers() -> None:
    text = run("diff", "one.yaml", "two.yaml", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["part"] for row in rows} >= {"node_added", "signs", "table", "marginal", "outcome"}
    (low,) = [
        row
        for row in rows
        if row["part"] == "outcome" and not row["scenario"] and row["item"] == "low"
    ]
    assert float(low["change_pp"]) == pytest.approx(-20)


def test_markdown_has_a_table_for_each_part() -> None:
    text = run("diff", "one.yaml", "two.yaml", "--format", "md").out
    assert sum(line.startswith("|---") for line in text.splitlines()) == 3
    assert "**The outcome: effect**" in text


def test_the_shipped_variants_can_be_told_in_chinese() -> None:
    done = run("diff", "article", "long_run", "--lang", "zh-Hant")
    assert done.code == 0
    assert "結果:比特幣一週表現" in done.out
    assert "硬性規定" in done.out


def test_equal_graphs_have_no_difference() -> None:
    done = run("diff", "one.yaml", "one.yaml", "--at-least", "0")
    assert done.code == 0
    assert done.out.strip().startswith("No difference")
    assert run("diff", "one.yaml", "one.yaml", "--format", "md").out == done.out.replace(
        " 0 ", " 0.05 "
    )
    assert run("diff", "one.yaml", "one.yaml", "--json").json["marginals"] == []


def test_a_file_against_its_own_past() -> None:
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "First")):
        git(Path(), *arguments)
    Path("one.yaml").write_text(
        ONE.replace("absent: 0.8, present: 0.2", "absent: 0.5, present: 0.5")
    )
    done = run("diff", "one.yaml", "--against", "HEAD")
    assert done.code == 0
    # P(low) was 0.8 * 0.7 + 0.2 * 0.1 = 0.58 and is 0.4; given the loud sign 0.309 and 0.171.
    assert "From one @ HEAD to one: P(effect: low) moves by -18.0 pp." in done.out
    assert run("diff", "one.yaml", "--against", "HEAD", "--format", "md").code == 0
    missing = run("diff", "one.yaml", "--against", "HEAD~3")
    assert missing.code == 2
    assert "no revision 'HEAD~3'" in missing.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["one.yaml"], "give two graphs, or one graph and --against REV"),
        (["one.yaml", "two.yaml", "--against", "HEAD"], "give two graphs, or one"),
        (["one.yaml", "nothing.yaml"], "No such file"),
        (["one.yaml", "artcle"], "Did you mean 'article'?"),
        (["one.yaml", "two.yaml", "--target", "efect"], "Did you mean 'effect'?"),
        (["one.yaml", "two.yaml", "--at-least", "nan"], "nan"),
        (["one.yaml", "."], "no shipped graph '.'"),
        (["one.yaml", "./folder.yaml"], "is a folder"),
        (["one.yaml", "--against", "--all"], "no revision"),
        (["one.yaml", "--against", "HEAD"], "not a git repository"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(arguments: list[str], told: str) -> None:
    Path("folder.yaml").mkdir()
    done = run("diff", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
    assert "Traceback" not in done.err
