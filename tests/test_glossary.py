"""One word for one thing: no module says in Chinese what the glossary says otherwise."""

import re
from pathlib import Path

import pytest

import causal_model
from causal_model.glossary import TERMS
from tests.cli.shell import run

PACKAGE = Path(causal_model.__file__).parent
SOURCES = [*PACKAGE.rglob("*.py"), *(PACKAGE / "page/assets").glob("*.js")]
# What the same things were called elsewhere, or might be.
OTHERWISE = [
    *("專家判斷", "專家估計"),
    *("訊息", "信息"),
    *("沙普利", "Shapley 值"),
    *("未給定任何證據", "未給定證據"),
    *("照檔案", "次序"),
]


@pytest.mark.parametrize("word", OTHERWISE)
def test_no_module_has_a_word_of_its_own(word: str) -> None:
    assert [path.name for path in SOURCES if word in path.read_text(encoding="utf-8")] == []


def test_every_term_is_in_every_language() -> None:
    assert {lang: known.keys() for lang, known in TERMS.items()} == dict.fromkeys(
        TERMS, TERMS["en"].keys()
    )


def test_the_page_names_roles_as_the_glossary_does() -> None:
    script = (PACKAGE / "page/assets/words.js").read_text(encoding="utf-8")
    for known in TERMS.values():
        for name in ("driver", "mechanism", "indicator", "outcome", "decision"):
            assert f'{name}: "{known[name]}"' in script


TOLD = [
    ["query", "--given", "etf_flow=flat", "--given", "nasdaq_return=risk_off"],
    ["query", "--mpe", "--given", "etf_flow=flat"],
    ["query", "--likelihood", "etf_flow=flat:0.5,inflow:1", "--interval", "0.9", "--draws", "200"],
    ["scenarios", "--interval", "0.9", "--draws", "200"],
    ["show"],
    ["diff", "article", "gpu_only"],
    ["average", "article", "gpu_only", "--given", "etf_flow=flat"],
    ["test"],
    ["effects", "--of", "china_policy", "--channels", "--interval", "0.9", "--draws", "200"],
    ["effects", "--of", "etf_flow", "--identify"],
    ["counterfactual", "--given", "etf_flow=outflow", "--do", "etf_flow=inflow"],
    ["explain", "--likelihood", "gpu_spot_quotes=falling:1,flat:0.5", "--scenario", "hard_mandate"],
    ["sensitivity", "--given", "china_policy=hard_mandate", "--given", "nasdaq_return=risk_off"],
    ["watch", "--belief", "etf_flow=flat:0.5,inflow:0.5"],
    ["decide", "-g", "hedge", "--know", "china_policy"],
]


@pytest.mark.parametrize("command", TOLD, ids=" ".join)
def test_chinese_lists_and_sentences_are_joined_as_chinese(command: list[str]) -> None:
    done = run(*command, "--lang", "zh-Hant")
    assert done.code == 0
    for line in (done.out + done.err).splitlines():
        assert "。 " not in line
        assert not re.search("[\u4e00-\u9fff] 或 |[\u4e00-\u9fff], [\u4e00-\u9fff]", line), line
        assert not re.search("likelihood|belief|indicator|mechanism|driver", line), line
