"""`causal-model average` as a shell sees it."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.shell import run
from tests.variants.graphs import write_two


@pytest.fixture(autouse=True)
def graphs(tmp_path: Path) -> None:
    write_two(tmp_path)


def test_the_table_has_weights_answers_average_and_spread() -> None:
    done = run("average", "one.yaml", "two.yaml", "--given", "sign=loud")
    assert done.code == 0
    lines = {line.split("  ")[0]: line for line in done.out.splitlines() if line}
    # 0.23 and 0.55 of 0.78; (0.071 + 0.191) / 0.78 of `low`.
    assert "29.5 %" in lines["one"]
    assert "70.5 %" in lines["two"]
    assert "33.6 %" in lines["average"]
    assert "30.9 %" in lines["lowest"]
    assert "34.7 %" in lines["highest"]
    assert "1.76 pp" in lines["s.d. between variants"]
    assert "P(evidence) over all = 0.39." in done.out


def test_json_has_the_same_unrounded() -> None:
    data = run(
        *("average", "one.yaml", "two.yaml", "--scenario", "loud", "--prior", "one=0.9", "--json")
    ).json
    assert data["schema_version"] == 1
    one, two = data["variants"]
    total = 0.9 * 0.23 + 0.1 * 0.55
    assert one["weight"] == pytest.approx(0.9 * 0.23 / total)
    assert two["evidence_probability"] == pytest.approx(0.55)
    assert data["average"]["posterior"]["effect"]["low"] == pytest.approx(
        (0.9 * 0.071 + 0.1 * 0.191) / total
    )
    assert set(data["spread"]) == {"lowest", "highest", "standard_deviation"}


def test_csv_is_a_row_per_variant_and_summary() -> None:
    text = run("average", "one.yaml", "two.yaml", "--format", "csv").out
    rows = {row["variant"]: row for row in csv.DictReader(io.StringIO(text))}
    assert list(rows) == ["one", "two", "average", "lowest", "highest", "deviation"]
    assert float(rows["average"]["low"]) == pytest.approx((0.58 + 0.38) / 2)
    assert float(rows["deviation"]["low"]) == pytest.approx(0.1)


def test_evidence_that_only_some_can_hear_names_node_and_variant() -> None:
    done = run("average", "one.yaml", "two.yaml", "--given", "other=yes")
    assert done.code == 2
    assert "other=yes: variant 'one' has no node 'other'" in done.err


def test_impossible_evidence_ends_with_one() -> None:
    for name in ("one", "two"):
        text = Path(f"{name}.yaml").read_text()
        for row, gone in (("absent: 0.8, present: 0.2", "absent: 1, present: 0"),):
            text = text.replace(row, gone).replace("absent: 0.5, present: 0.5", gone)
        Path(f"{name}.yaml").write_text(text)
    done = run("average", "one.yaml", "two.yaml", "--given", "cause=present")
    assert done.code == 1
    assert "probability zero under every variant" in done.err


def test_two_files_of_one_id_are_called_by_their_paths() -> None:
    Path("copy.yaml").write_text(Path("one.yaml").read_text())
    data = run("average", "one.yaml", "copy.yaml", "--prior", "copy.yaml=0.25", "--json").json
    assert [each["name"] for each in data["variants"]] == ["one.yaml", "copy.yaml"]
    assert [each["prior_weight"] for each in data["variants"]] == pytest.approx([0.75, 0.25])


def test_the_shipped_variants_can_be_told_in_chinese() -> None:
    done = run("average", "article", "long_run", "--lang", "zh-Hant")
    assert done.code == 0
    assert "變體間標準差" in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["one.yaml"], "two variants or more"),
        (["one.yaml", "one.yaml"], "named twice"),
        (["one.yaml", "two.yaml", "--prior", "tow=0.5"], "Did you mean 'two'?"),
        (["one.yaml", "two.yaml", "--prior", "two"], "expected NAME=P"),
        (["one.yaml", "two.yaml", "--prior", "two=60%"], "write 0.6"),
        (["one.yaml", "two.yaml", "--prior", "two=nan"], "expected NAME=P"),
        (["one.yaml", "two.yaml", "--prior", "two=inf"], "expected a probability"),
        (["one.yaml", "two.yaml", "--prior", "two=0.1", "--prior", "two=0.2"], "given twice"),
        (["one.yaml", "two.yaml", "--given", "sing=loud"], "Did you mean 'sign'?"),
        (["one.yaml", "two.yaml", "--target", "other"], "no node 'other'"),
        (["one.yaml", "article"], "do not agree on an outcome"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(arguments: list[str], told: str) -> None:
    done = run("average", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
