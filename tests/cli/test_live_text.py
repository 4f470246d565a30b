"""Labels stay text: in Markdown, in Mermaid, and in tables that have too little room."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

import causal_model as cm
from causal_model.cli.output import LONGEST_WORD, Column, Table, _widths
from causal_model.harmless import in_markdown
from causal_model.render.mermaid import write_mermaid
from tests.cli.graphs import write_chain
from tests.cli.shell import run
from tests.render.pictures import HARMLESS, HOSTILE, saying

LIVE = {
    **HOSTILE,
    "picture": "![i](http://evil/x.png)",
    "link": "[l](javascript:alert(1))",
    "reference": "[l][r] [r]: http://evil",
    "code": "`code` ``` x",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~ x_y_z _a_b",
    "entity": "&lt;b&gt; &#60;i&#62;",
    "autolink": "<http://evil>",
    "backslash": "\\* \\",
    "cell": "a | b",
    "break": "a<br>b  \nc",
    "formula": "$x$",
}


class Elements(HTMLParser):
    """Elements and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.cells: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] += 1
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def page(markdown: str) -> Elements:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Elements(reader.render(markdown))


@pytest.mark.parametrize("name", LIVE)
def test_a_cell_of_markdown_shows_its_text(name: str) -> None:
    text = LIVE[name]
    found = page(f"| h | h |\n|---|---|\n| {in_markdown(text)} | end |\n")
    plain = page("| h | h |\n|---|---|\n| x | end |\n")
    assert found.found == plain.found
    shown = re.sub(r"\\x[0-9a-f]{2}", "", found.cells[2])
    if text.isprintable():
        assert shown.strip() == text.strip()
    assert found.cells[3].strip() == "end"


@pytest.mark.parametrize("name", ["gpu_rental_price", "a_b_c", "2026_q1"])
def test_a_name_stays_readable_in_markdown(name: str) -> None:
    assert in_markdown(name) == name


def test_labels_are_text_in_the_markdown_of_a_command() -> None:
    label = " ".join(LIVE[name] for name in ("picture", "link", "code", "emphasis", "entity"))
    chain = write_chain({"a": ["x", "y"]}, labels={"a": label, "x": label})
    found = page(run("query", "-g", chain, "--format", "md").out)
    assert set(found.found) == {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert found.cells[5].strip() == label
    assert found.cells[6].strip() == label


TITLES = {
    "directive": '%%{init: {"theme": "forest", "securityLevel": "loose"}}%%',
    "click": "x\nclick n0 href 'javascript:alert(1)'",
    "end": "end\nend",
    "label": '"] n9["x',
    "comment": "%% x",
    "front matter": "---\nconfig: {}\n---",
}


@pytest.mark.parametrize("name", TITLES)
def test_a_title_or_label_is_no_mermaid(name: str) -> None:
    hostile, plain = write_mermaid(saying(TITLES[name])), write_mermaid(saying(HARMLESS))
    assert len(hostile.splitlines()) == len(plain.splitlines())
    for line, other in zip(hostile.splitlines(), plain.splitlines(), strict=True):
        assert re.match(r"\W*\w+", line) is not None
        assert line.split("[")[0].split()[:1] == other.split("[")[0].split()[:1]
    title = hostile.splitlines()[0].removeprefix("%% ")
    assert not set(title) & set("%{}[]\"'<>`|:")
    assert "{" not in hostile
    titled = replace(saying(HARMLESS), title="China's 25 % toll, (again)")
    assert write_mermaid(titled).startswith("%% China#39;s 25 #37; toll, (again)\n")


# Tables with too little room.


def cells(*rows: str) -> Table:
    return Table((Column("a", "a"), Column("b", "b")), [(row, row) for row in rows])


@pytest.mark.parametrize(
    ("table", "wide", "widths"),
    [
        (cells("china_policy x"), 80, [14, 14]),
        (cells("china_policy x"), 29, [13, 13]),
        (cells("china_policy x"), 10, [12, 12]),
        (cells("a\nbc d"), 80, [4, 4]),
        (cells("W" * 100), 60, [LONGEST_WORD, LONGEST_WORD]),
        (cells(""), 1, [1, 1]),
        (cells("政策 政策"), 12, [4, 4]),
    ],
)
def test_a_column_is_no_narrower_than_its_longest_word(
    table: Table, wide: int, widths: list[int]
) -> None:
    assert _widths(table, wide) == widths


@pytest.mark.parametrize("columns", [20, 60, 80, 100])
def test_no_name_is_broken_on_a_terminal(columns: int) -> None:
    shown = run("show", terminal=True, environment={"COLUMNS": str(columns), "NO_COLOR": "1"}).out
    words = set(shown.split())
    for name in cm.load("article").nodes:
        assert name in words
