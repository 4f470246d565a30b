"""What a person reads is in the language asked for; what a program reads never changes."""

import re
from itertools import pairwise

import pytest

from tests.cli.shell import run

COMMANDS = [
    ["query", "--scenario", "hard_mandate"],
    ["query", "--do", "etf_flow=outflow"],
    ["query"],
    ["query", "--mpe"],
    ["query", "--joint", "--target", "etf_flow"],
    ["query", "--approximate", "--draws", "2000", "--given", "china_policy=hard_mandate"],
    ["query", "--interval", "0.9", "--draws", "200"],
    ["effects", "--of", "china_policy", "--channels"],
    ["effects", "--of", "etf_flow", "--given", "fear_greed_index=fear"],
    ["effects", "--identify", "--of", "etf_flow"],
    ["scenarios"],
    ["scenarios", "--interval", "0.9", "--draws", "200"],
    ["show"],
    ["show", "btc_return"],
    ["show", "btc_return", "--sources"],
    ["graphs"],
]
# English words that stay: names of the graph, units, and what one types.
WORDS = re.compile(
    r"\b(given|nothing|prior|posterior|change|state|node|most probable|probability|evidence|findings"
    r"|conditional|draws|label|role|parents|confidence|publisher|quote|gloss|title|arrows)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("format_", ["table", "md"])
def test_headings_and_sentences_are_chinese(command: list[str], format_: str) -> None:
    ran = run(*command, "--lang", "zh-Hant", "--format", format_)
    assert ran.code == 0
    lines = ran.out.splitlines()
    headings = [line for line, ruler in pairwise(lines) if "──" in ruler or "--" in ruler]
    assert headings
    captions = [line for line in lines[-2:] if "─" not in line and "|" not in line]
    if command[0] in ("query", "scenarios"):
        captions += ran.err.splitlines()
    for line in [*headings, *(captions if command[0] != "show" else [])]:
        assert not WORDS.search(line), line


def test_the_caption_says_the_same_in_both_languages() -> None:
    ran = run("query", "--given", "etf_flow=flat", "--lang", "zh-Hant")
    assert re.search(r"^給定 etf_flow=flat。P\(證據\) = 0\.37\d+$", ran.out, re.MULTILINE)
    assert ran.err == "在本圖假設下的條件情景,並非預測。\n"
    ran = run("query", "--given", "etf_flow=flat")
    assert re.search(r"^Given etf_flow=flat\. P\(evidence\) = 0\.37\d+$", ran.out, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("format_", ["csv", "json"])
def test_programs_read_the_same_in_every_language(command: list[str], format_: str) -> None:
    if command[0] in ("graphs", "show") and format_ == "csv":
        pytest.skip("labels and titles are data there")
    english, chinese = (
        run(*command, "--format", format_, "--lang", lang).out for lang in ("en", "zh-Hant")
    )
    assert english == chinese


@pytest.mark.parametrize("command", [["graphs"], ["show"], ["show", "btc_return", "--sources"]])
def test_columns_of_csv_stay_english(command: list[str]) -> None:
    english, chinese = (
        run(*command, "--format", "csv", "--lang", lang).out.splitlines()[0]
        for lang in ("en", "zh-Hant")
    )
    assert english == chinese
