"""What `report` writes, without a browser: the one file, the note, and the parts that both are made of."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.model import Model
from causal_model.page.content import content_of
from causal_model.page.document import MODULES, asset, page_html
from causal_model.page.figure import figure_of
from causal_model.page.markdown import markdown_report
from tests.cli.shell import run

LARGEST = 300_000
TOP = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) ([\w$]+)", re.MULTILINE)
EXPORTED = re.compile(r"^export (?:async )?(?:const|function|class) (\w+)", re.MULTILINE)


def test_the_article_is_small_enough_to_be_mailed(article: Path) -> None:
    assert article.stat().st_size <= LARGEST


def test_only_its_own_script_and_style_may_run(article: Path) -> None:
    page = article.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for tag in ('script type="module"', "style"):
        text = re.search(rf"<{tag}>(.*?)</{tag.split()[0]}>", page, re.DOTALL)
        assert text
        assert f"sha256-{b64encode(sha256(text[1].encode()).digest()).decode()}" in policy[1]
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert "http" not in re.sub(
        r"http://www\.w3\.org/2000/svg|http-equiv|\"http:\"|\"https:\"", "", page
    )


def test_modules_become_one_script(article: Path) -> None:
    names = [name for module in MODULES for name in TOP.findall(asset(module))]
    assert len(names) == len(set(names)) > 50
    known: set[str] = set()
    for module in MODULES:
        for imported in re.findall(r"^import \{([^}]*)\}", asset(module), re.MULTILINE):
            assert {each.strip() for each in imported.split(",")} <= known
        known |= set(EXPORTED.findall(asset(module)))
    script = re.search(r'<script type="module">(.*?)</script>', article.read_text(), re.DOTALL)
    assert script
    assert not re.search(r"^(import|export) ", script[1], re.MULTILINE)


def test_names_of_assets_lead_nowhere_else() -> None:
    for name in ("../document.py", "/etc/hostname", "", "main.js/", "engine.mjs"):
        with pytest.raises(KeyError):
            asset(name)


def test_the_page_of_a_server_holds_no_script_and_no_tables(model: Model) -> None:
    content = content_of(model, answers=False, server=True)
    page = page_html(content, served_as='a"b')
    assert content["tables"] is None
    assert "Content-Security-Policy" not in page
    assert 'data-served-as="a&quot;b"' in page
    scripts = re.findall(r"<script[^>]*>", page)
    assert [each for each in scripts if "json" not in each] == [
        '<script type="module" src="/assets/main.js">'
    ]


def test_content_is_what_the_model_says(model: Model) -> None:
    content = json.loads(json.dumps(content_of(model, answers=False)))
    for name, table in content["tables"].items():
        assert table == model.network.tables[name].reshape(-1).tolist()
    for preset in content["scenarios"]:
        answer = model.query(model.nodes, scenario=preset["id"])
        assert (
            content["answers"][preset["id"]]["query"]["posterior"] == answer.to_dict()["posterior"]
        )
    assert content["outcome"] == {"node": "btc_return", "states": ["strong_down", "down"]}


@pytest.mark.parametrize(
    "graph", ["article", "hedge", "fixtures/textbook/asia.yaml", "fixtures/formats/street.bif"]
)
def test_all_boxes_and_arrows_have_two_places(graph: str) -> None:
    model = cm.load(graph)
    figure = figure_of(model)
    nodes = [*model.nodes, *model.utilities]
    assert list(figure.downwards["nodes"]) == nodes
    assert len(figure.downwards["arrows"]) == figure.markup.count('data-parent="')
    assert figure_of(model) == figure


def test_the_note_holds_the_numbers(model: Model) -> None:
    note = markdown_report(model)
    answer = model.query(scenario="hard_mandate")
    for state, p in answer["btc_return"].items():
        label = model.graph.label("btc_return", state) if model.graph else ""
        row = next(line for line in note.splitlines() if line.startswith(f"| {label} |"))
        assert row.split("|")[5].strip() == f"{100 * p:.1f} %"
    for title in ("Scenarios", "Why", "How sure", "Claims", "Sources"):
        assert f"\n## {title}\n" in note
    assert "\n## 情景\n" in markdown_report(model, "zh-Hant")
    assert "nothing given" in markdown_report(cm.load("fixtures/textbook/asia.yaml")).lower()


def test_a_note_shows_labels_as_they_are(tmp_path: Path) -> None:
    graph = tmp_path / "graph.bif"
    graph.write_text(
        "network x {}\n"
        "variable a { type discrete [2] { b, c }; }\n"
        "probability ( a ) { table 0.5, 0.5; }\n"
    )
    assert run("report", "-g", str(graph), "-o", str(tmp_path / "note.md")).code == 0
    assert "- **a**: b 50.0 %, c 50.0 %" in (tmp_path / "note.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "report.pdf"], "known: .html, .md"),
        (["-o", "report.htm"], "Did you mean '.html'?"),
        (["-o", "report"], "a file without a suffix"),
        (["-o", "nowhere/report.html"], "cannot be written"),
        (["-g", "artcle", "-o", "report.html"], "article"),
        ([], "--output"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("report", *arguments)
    assert found.code == 2
    assert told in found.err
    assert list(tmp_path.iterdir()) == []


def test_paths_of_findings_say_which_way_they_go() -> None:
    model = cm.load("article")
    content = content_of(model)
    told = [
        path
        for answers in content["answers"].values()
        for share in answers.get("explain", {}).get("shares", [])
        for path in share["paths"]
    ]
    assert told
    for path in told:
        for (a, b), forwards in zip(pairwise(path["nodes"]), path["forwards"], strict=True):
            assert (a in model.network.parents[b]) if forwards else (b in model.network.parents[a])
