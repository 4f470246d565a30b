"""`convert` and `validate` on network files, and what the command line says of them."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import causal_model as cm
from causal_model.cli.main import _run
from causal_model.formats.registry import FORMATS, read_network
from causal_model.spec.check_file import check_file

FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"
SUFFIXES = [suffix for suffix in FORMATS if suffix != ".uai"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_shipped_graph_gives_the_same_answers_in_every_format(suffix: str) -> None:
    assert _run(["convert", "article", f"copy{suffix}"]) == 0
    article, copy = cm.load("article"), cm.load(f"copy{suffix}")
    given = {"china_policy": "hard_mandate"}
    expected = article.query("btc_return", given=given)
    assert copy.query("btc_return", given=given)["btc_return"] == pytest.approx(
        expected["btc_return"], abs=1e-12
    )


@pytest.mark.parametrize("suffix", [*FORMATS, ".yaml"])
def test_every_format_becomes_a_graph_file_without_a_mistake(suffix: str) -> None:
    source = FIXTURES / f"street{suffix if suffix not in ('.xml', '.yaml') else '.bif'}"
    assert _run(["convert", str(source), "street.yaml"]) == 0
    assert check_file("street.yaml") == []
    network, copy = cm.load(source).network, cm.load("street.yaml").network
    for name, table in network.tables.items():
        assert copy.variables[name] == network.variables[name]
        np.testing.assert_array_equal(copy.tables[name], table)
    graph = cm.load("street.yaml").graph
    assert graph is not None
    assert graph.id == "street"
    assert [each.publisher for each in graph.sources.values()] == [source.name]


def test_there_and_back_changes_nothing() -> None:
    chain = ["article", "a.bif", "b.xdsl", "c.xmlbif", "d.net", "e.yaml", "f.bif"]
    for source, target in pairwise(chain):
        assert _run(["convert", source, target]) == 0
    assert Path("a.bif").read_text() == Path("f.bif").read_text()


def test_what_is_lost_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["convert", "article", "article.uai"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    graph = cm.load("article").graph
    assert graph is not None
    arrows = sum(len(node.parents) for node in graph.nodes.values())
    states = sum(len(node.states) for node in graph.nodes.values())
    for part in [
        f"wrote article.uai: {len(graph.nodes)} nodes",
        f"{len(graph.sources)} sources",
        f"{arrows} signs of arrows",
        f"{len(graph.channels)} channels",
        f"{len(graph.nodes)} names of nodes",
        f"{states} names of states",
        "confidence",
        "intervals",
        "labels",
        "orders of states",
        "forms of tables",
    ]:
        assert part in told.err


def test_nothing_is_lost_between_formats_that_say_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run(["convert", str(FIXTURES / "street.net"), "street.bif"]) == 0
    assert capsys.readouterr().err == "wrote street.bif: 3 nodes\n"


def test_names_that_other_programs_refuse_are_pointed_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run(["convert", str(FIXTURES / "street.net"), "street.xdsl"]) == 0
    assert "GeNIe wants names of letters, digits and _" in capsys.readouterr().err


def test_a_file_that_is_there_is_kept_without_force(capsys: pytest.CaptureFixture[str]) -> None:
    Path("article.bif").write_text("mine")
    assert _run(["convert", "article", "article.bif"]) == 2
    assert "article.bif is there already; use --force" in capsys.readouterr().err
    assert Path("article.bif").read_text() == "mine"
    assert _run(["convert", "article", "article.bif", "--force"]) == 0
    assert len(read_network("article.bif").variables) == len(cm.load("article").nodes)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["article", "article.doc"], "Known: .yaml, .yml, .bif"),
        (["article", "article"], "Known: .yaml, .yml, .bif"),
        (["artcle", "article.bif"], "Did you mean 'article'?"),
        (["article", "article.bif.gz"], "packed files are read only"),
        (["article", "missing/article.bif"], "cannot be written"),
        (["missing.bif", "article.bif"], "No such file"),
        ([str(FIXTURES / "street.bif"), "street.net"], "NET cannot carry the name 'wet street'"),
    ],
)
def test_what_cannot_be_converted_is_said(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(["convert", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_validate_reports_a_network_file_like_a_graph_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (FIXTURES / "street.bif").read_text()
    Path("street.bif").write_text(text)
    assert _run(["validate", "street.bif"]) == 0
    Path("street.bif").write_text(text.replace("0.05, 0.95", "0.05, 0.85"))
    assert _run(["validate", "street.bif", "--json"]) == 1
    told = capsys.readouterr()
    assert '"code": "N010"' in told.out
    assert '"line": 26' in told.out
    Path("street.bif").write_text(text.replace("0.05, 0.95", "0.05, 0.9501"))
    assert _run(["validate", "street.bif"]) == 0
    assert "street.bif:26:3: warning[N010]" in capsys.readouterr().out
    assert _run(["validate", "street.bif", "--strict"]) == 1


@pytest.mark.parametrize(
    "command", [["query", "--target", "rain"], ["show"], ["render", "-o", "a.svg"]]
)
def test_commands_take_network_files(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("street.bif").write_text((FIXTURES / "street.bif").read_text())
    status = _run([*command, "-g", "street.bif"])
    assert status == 0, capsys.readouterr().err


def test_a_remark_goes_to_stderr_unless_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    text = (FIXTURES / "street.bif").read_text().replace("0.05, 0.95", "0.05, 0.9501")
    Path("street.bif").write_text(text)
    question = ["query", "-g", "street.bif", "--target", "rain", "--json"]
    assert _run(question) == 0
    told = capsys.readouterr()
    assert "street.bif:26:3: warning[N010]" in told.err
    assert "warning" not in told.out
    assert _run([*question, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_a_broken_network_file_is_a_short_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.bif").write_text("network a {")
    assert _run(["query", "-g", "broken.bif"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "broken.bif:1:12: error[N003]" in told.err
    assert "Traceback" not in told.err
