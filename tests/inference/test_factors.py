"""Factor lists against enumeration, and the problems of a competition with their published answers."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_model.errors import TooLarge
from causal_model.factor_list import FactorList
from causal_model.formats.uai import read_factor_list, read_uai_evidence
from causal_model.inference.factors import answer_factors

PROBLEMS = Path(__file__).parents[2].parent / "shared" / "corpora" / "uai2014"
needs_problems = pytest.mark.skipif(
    not PROBLEMS.is_dir(), reason="the problems of the competition are not beside the checkout"
)
# Those that take longest; the others have the same shapes.
LONG = {"DBN_12", "DBN_13", "DBN_14", "DBN_15", "Alchemy_11"}


def random_factors(rng: np.random.Generator) -> FactorList:
    """Up to six variables and eight factors, some of them zero in places, some without variables."""
    sizes = tuple(int(each) for each in rng.integers(1, 4, size=rng.integers(1, 7)))
    factors = []
    for _ in range(int(rng.integers(1, 9))):
        scope = tuple(int(each) for each in rng.permutation(len(sizes))[: int(rng.integers(0, 4))])
        table = rng.gamma(0.5, size=[sizes[at] for at in scope]) * 10.0 ** rng.integers(-9, 9)
        table = np.where(rng.random(table.shape) < 0.15, 0.0, table)
        factors.append((scope, np.asarray(table)))
    return FactorList(sizes, tuple(factors))


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_sums_and_marginals_match_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_factors(rng)
    evidence = {
        at: int(rng.integers(size)) for at, size in enumerate(problem.sizes) if rng.random() < 0.3
    }
    total = 0.0
    weights = [np.zeros(size) for size in problem.sizes]
    for states in itertools.product(*(range(size) for size in problem.sizes)):
        if any(states[at] != state for at, state in evidence.items()):
            continue
        value = math.prod(
            float(table[tuple(states[at] for at in scope)]) for scope, table in problem.factors
        )
        total += value
        for at, state in enumerate(states):
            weights[at][state] += value
    found = answer_factors(problem, evidence)
    if total == 0:
        assert found.log_total == -math.inf
        return
    assert found.log_total == pytest.approx(math.log(total), abs=1e-9)
    for own, expected in zip(found.marginals, weights, strict=True):
        np.testing.assert_allclose(own, expected / total, atol=1e-10)


def test_factors_over_too_many_variables_are_refused() -> None:
    pairs = list(itertools.combinations(range(60), 2))
    problem = FactorList((2,) * 60, tuple((pair, np.full((2, 2), 0.5)) for pair in pairs))
    with pytest.raises(TooLarge, match="59 nodes"):
        answer_factors(problem, {})


def problems(kind: str) -> list[str]:
    """The names of the problems of a kind."""
    found = sorted(path.stem for path in (PROBLEMS / kind).glob("*.uai"))
    return [name for name in found if name not in LONG]


def read(kind: str, name: str) -> tuple[FactorList, dict[int, int], list[str]]:
    """A problem, its evidence, and the words of its answer without the first."""
    path = PROBLEMS / kind / f"{name}.uai"
    problem = read_factor_list(path)
    beside = path.with_name(path.name + ".evid")
    seen = beside.exists() and beside.read_text().strip()
    evidence = read_uai_evidence(beside, problem.sizes) if seen else {}
    answer = path.with_name(f"{path.name}.{kind}").read_text().split()
    return problem, dict(evidence), answer[1:]


@needs_problems
@pytest.mark.parametrize("name", problems("PR") if PROBLEMS.is_dir() else ["none"])
def test_published_sums(name: str) -> None:
    problem, evidence, (published,) = read("PR", name)
    found = answer_factors(problem, evidence).log_total / math.log(10)
    assert found == pytest.approx(float(published), rel=1e-3)


@needs_problems
@pytest.mark.parametrize("name", problems("MAR") if PROBLEMS.is_dir() else ["none"])
def test_published_marginals(name: str) -> None:
    problem, evidence, (count, *words) = read("MAR", name)
    found = answer_factors(problem, evidence).marginals
    assert int(count) == len(found)
    numbers = iter(words)
    for own in found:
        published = [float(next(numbers)) for _ in range(int(next(numbers)))]
        np.testing.assert_allclose(own, published, atol=2e-5)
