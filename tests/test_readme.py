"""Every command that the README shows prints what the README shows."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from causal_model.cli.main import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ causal-model (.*?)\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_the_readme_shows_what_is_printed(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    printed = CliRunner().invoke(cli, command.split()).output
    assert "\n".join(line.rstrip() for line in printed.splitlines()) + "\n" == shown


def test_there_are_five_examples() -> None:
    assert len(EXAMPLES) + len(re.findall(r"```python\n>>> ", README)) >= 5


def test_the_map_names_folders_that_exist() -> None:
    named = re.findall(r"`((?:causal_model|graphs|fixtures|tests|benchmarks)[a-z_/]*)/`", README)
    assert len(named) >= 9
    for folder in named:
        assert (ROOT / folder).is_dir(), folder


QUESTIONS = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
ASKED = re.findall(r"^causal-model (.+)$", QUESTIONS, flags=re.MULTILINE)


@pytest.mark.parametrize("command", ASKED)
def test_what_the_page_on_questions_asks_is_answered(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(cli, shlex.split(command))
    # 1: no data can tell the effect.
    assert done.exit_code == int("miner_equities" in command and "--identify" in command)
    assert done.stdout
    if "--words" not in command:
        plain = CliRunner().invoke(cli, [*shlex.split(command), "--json"])
        assert json.loads(plain.stdout)["schema_version"] == 1


def test_the_page_on_questions_has_commands() -> None:
    assert len(ASKED) >= 12
