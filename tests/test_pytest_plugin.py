"""Claims files as tests of pytest."""

import json
from pathlib import Path

import pytest

from tests.cli.graphs import write_street
from tests.test_public import loaded_after

pytest_plugins = ["pytester"]

CLAIMS = {
    "holds": {"statement": "P(rain = no) > 60 %"},
    "fails": {"statement": "P(rain = no) > 80 %"},
    "warns": {"statement": "most likely rain is some", "severity": "warn"},
    "impossible": {"statement": "P(wet = dry | shoes = boots, wet = dry) > 10 %"},
}


def write(folder: Path, text: str | None = None) -> None:
    write_street(folder)
    (folder / "claims").mkdir(exist_ok=True)
    whole = {"schema_version": 1, "graph": "street", "claims": CLAIMS}
    (folder / "claims" / "street.yaml").write_text(text or json.dumps(whole), encoding="utf-8")


def test_every_claim_is_a_test(pytester: pytest.Pytester) -> None:
    write(pytester.path)
    ran = pytester.runpytest_inprocess("-rxf")
    ran.assert_outcomes(passed=1, failed=2, xfailed=1)
    ran.stdout.fnmatch_lines(
        [
            *("P(rain = no) > 80 %", "measured: 70.0 % > 80 %"),
            "*these findings cannot hold together*",
            "XFAIL *claims/street.yaml::warns*",
            "FAILED *claims/street.yaml::fails*",
        ]
    )
    assert "Traceback" not in ran.stdout.str()


def test_one_claim_can_be_asked_for(pytester: pytest.Pytester) -> None:
    write(pytester.path)
    pytester.runpytest_inprocess("claims/street.yaml::holds").assert_outcomes(passed=1)
    pytester.runpytest_inprocess("-k", "warns").assert_outcomes(xfailed=1, deselected=3)


def test_a_dropped_claim_is_skipped_with_the_reason(pytester: pytest.Pytester) -> None:
    write(pytester.path)
    (pytester.path / "dry.yaml").write_text(
        "schema_version: 1\nid: dry\nextends: street.yaml\ntitle: Dry\n"
    )
    (pytester.path / "claims" / "dry.yaml").write_text(
        "schema_version: 1\ngraph: dry\ninherits: street.yaml\n"
        "drops: {fails: {note: Not here.}, impossible: {note: Nor this.}}\n"
    )
    ran = pytester.runpytest_inprocess("claims/dry.yaml", "-rs")
    ran.assert_outcomes(passed=1, xfailed=1, skipped=2)
    ran.stdout.fnmatch_lines(["*Not here.*"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema_version: 1\ngraph: strt\nclaims: {}\n", "there is no graph 'strt'"),
        ("schema_version: 1\nclaims: {}\n", "there is no graph None"),
        (
            "schema_version: 1\ngraph: street\nclaims: {a: {statement: P(rain = no) rise over wet}}\n",
            "write rises over",
        ),
        ("claims: [", "is not YAML"),
    ],
)
def test_a_file_with_mistakes_is_an_error_with_its_place(
    pytester: pytest.Pytester, text: str, words: str
) -> None:
    write(pytester.path, text)
    ran = pytester.runpytest_inprocess()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([f"*{words}*"])
    assert "Traceback" not in ran.stdout.str()


def test_other_yaml_files_are_left_alone(pytester: pytest.Pytester) -> None:
    write(pytester.path)
    (pytester.path / "claims" / "street.yaml").write_text("insurance: {claims_filed: 3}\n")
    (pytester.path / "claims" / "template.yaml").write_text("{{ no: [YAML\n")
    (pytester.path / "street.yaml").rename(pytester.path / "claims" / "graph.yml")
    pytester.runpytest_inprocess().assert_outcomes()


def test_the_plugin_loads_nothing_heavy_before_a_claims_file_is_found() -> None:
    heavy = ("lark", "networkx", "numpy", "pandas", "pydantic", "yaml", "cotengra")
    assert loaded_after("import causal_model.pytest_plugin", heavy) == []


def test_the_plugin_is_registered_under_its_entry_point(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.hasplugin("causal-model")
