"""A question that is too large: every command says what can be done with the options that it has."""

import re
from pathlib import Path

import click
import pytest

from causal_model.cli.main import cli
from tests.cli.shell import run

ASKING = {
    ("query",): {"--given", "--max-memory", "--approximate"},
    ("query", "--all"): {"--given", "--target", "--max-memory", "--approximate"},
    ("query", "--mpe"): {"--given", "--max-memory"},
    ("query", "--map", "etf_flow"): {"--given", "--max-memory"},
    ("query", "--joint", "--target", "etf_flow"): {"--max-memory"},
    # No finding makes a list shorter.
    ("query", "--joint", "--all"): {"--target", "--max-memory"},
    ("query", "--belief", "etf_flow=flat:1,outflow:0,inflow:0"): {"--given", "--max-memory"},
    ("render", "-o", "out.svg"): {"--given", "--max-memory"},
    ("scenarios",): {"--max-memory"},
    ("batch", "rows.csv", "-o", "out.csv"): {"--max-memory"},
    ("batch", "rows.csv", "-o", "out.csv", "--workers=2"): {"--max-memory", "--workers"},
}


@pytest.mark.parametrize("asked", ASKING, ids=" ".join)
def test_a_command_names_the_options_that_it_has_and_that_help(asked: tuple[str, ...]) -> None:
    Path("rows.csv").write_text("china_policy\nhard_mandate\n", encoding="utf-8")
    ran = run(*asked, "--max-memory", "1")
    assert (ran.code, ran.out) == (2, "")
    assert " bytes are allowed. What makes it wide is a table over" in ran.err
    named = set(re.findall(r"--[a-z-]+", ran.err))
    assert named == ASKING[asked]
    command = cli.get_command(click.Context(cli), asked[0])
    assert command is not None
    assert named <= {name for each in command.params for name in each.opts}
    assert "max_memory" not in ran.err
    assert [path.name for path in Path().iterdir()] == ["rows.csv"]


def test_a_joint_distribution_counts_as_what_is_printed() -> None:
    # The dictionary would fit, the table laid out for a terminal does not.
    asked = ("query", "--joint", "--target", "etf_flow", "--target", "btc_return")
    limit = ("--max-memory", "40kB")
    assert run(*asked, *limit, "--json").code == 0
    refused = run(*asked, *limit)
    assert (refused.code, refused.out) == (2, "")
    assert "a table over 2 nodes with" in refused.err
