"""The public face: what the package offers, and what importing it costs."""

import pickle
import subprocess
import sys

import pytest

import causal_model as cm

# Adding a name is a decision; losing one breaks somebody.
PUBLIC = [
    "Average",
    "BatchError",
    "CausalModelError",
    "ClaimReport",
    "Counterfactual",
    "CptError",
    "DataError",
    "Decided",
    "Difference",
    "Effects",
    "EstimatedResult",
    "EvidenceError",
    "Explanation",
    "Flip",
    "GraphFileError",
    "GraphFileWarning",
    "Identification",
    "ImpossibleEvidence",
    "Model",
    "MostProbable",
    "Network",
    "QueryError",
    "QueryResult",
    "RenderError",
    "Sensitivity",
    "StatementError",
    "TooLarge",
    "Variable",
    "Watch",
    "__version__",
    "average",
    "check_claims",
    "counterfactual",
    "decide",
    "diff",
    "effects",
    "explain",
    "flip",
    "from_pgmpy",
    "identify",
    "load",
    "sensitivity",
    "watch",
]
HEAVY = (
    "cotengra",
    "dask",
    "fastapi",
    "matplotlib",
    "networkx",
    "numpy",
    "pandas",
    "pgmpy",
    "pydantic",
    "pygraphviz",
    "rich",
    "yaml",
)
# What answering a question needs, and no more.
UNUSED_BY_A_QUERY = (
    *("matplotlib", "networkx", "pandas", "pgmpy", "pygraphviz", "rich"),
    *("causal_model.render.output", "causal_model.spec.strict"),
)


def test_the_public_names_are_frozen() -> None:
    assert sorted(cm.__all__) == PUBLIC
    assert dir(cm) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(cm, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'lod'"):
        _ = cm.lod


def test_the_errors_are_a_tree() -> None:
    parents = {
        cm.GraphFileError: cm.CausalModelError,
        cm.CptError: cm.GraphFileError,
        cm.EvidenceError: cm.CausalModelError,
        cm.ImpossibleEvidence: cm.EvidenceError,
        cm.QueryError: cm.CausalModelError,
        cm.StatementError: cm.QueryError,
        cm.TooLarge: cm.QueryError,
        cm.BatchError: cm.CausalModelError,
        cm.DataError: cm.CausalModelError,
        cm.RenderError: cm.CausalModelError,
        cm.CausalModelError: Exception,
    }
    assert {error: error.__base__ for error in parents} == parents


def test_an_impossible_evidence_keeps_its_conflict_on_the_way_to_another_process() -> None:
    error = cm.ImpossibleEvidence("cannot be", ("a=x", "b=y"))
    arrived = pickle.loads(pickle.dumps(error))
    assert str(arrived) == "cannot be"
    assert arrived.conflict == ("a=x", "b=y")


def loaded_after(code: str, names: tuple[str, ...]) -> list[str]:
    """Which of these modules a fresh interpreter has after the code; it must print nothing else."""
    told = f"import sys; print(*(name for name in {names} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{told}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    return done.stdout.split()


def test_importing_the_package_loads_nothing_heavy_and_says_nothing() -> None:
    assert loaded_after("import causal_model", HEAVY) == []


def test_a_query_loads_only_what_it_needs_and_says_nothing() -> None:
    code = "import causal_model\ncausal_model.load('article').query(do={'etf_flow': 'outflow'})"
    assert loaded_after(code, UNUSED_BY_A_QUERY) == []


def test_the_modules_are_really_looked_for() -> None:
    # The two tests above would also pass if no module were ever found.
    assert loaded_after("import causal_model.network", ("numpy", "pandas")) == ["numpy"]
    own = ("causal_model.render.output", "causal_model.spec.strict")
    assert loaded_after("import causal_model.cli.render", own) == []
    asked = "import causal_model.spec.check_file\nfrom causal_model.render import write"
    assert loaded_after(asked, own) == list(own)
