"""Answers that other programs gave: DAGitty, y0 and pyAgrum."""

import json
import re
from typing import Any

import numpy as np
import pytest

from causal_model.causal.adjustment import (
    adjustment_sets,
    back_door_graph,
    canonical_adjustment_set,
    forbidden,
    is_adjustment_set,
)
from causal_model.causal.formula import Formula
from causal_model.causal.identification import identify_effect
from causal_model.causal.implications import implied_independencies
from causal_model.causal.instruments import instruments, is_instrument
from causal_model.graph import ancestors, d_separated, descendants
from tests.formats.corpora import CORPORA, needs_corpora

pytestmark = needs_corpora


def cases(name: str) -> list[dict[str, Any]]:
    path = CORPORA / name
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return found


# Some graphs of DAGitty are no directed ones, or have a circle.
DAGITTY = [
    case for case in cases("dagitty_oracle.json") if case["type"] == "dag" and case["acyclic"]
]
ADMG = cases("admg_identification.json")


def graph_of(case: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(a for a, _, b in case["edges"] if b == name) for name in case["nodes"]}


def test_what_follows_from_arrows_as_dagitty_says_it() -> None:
    asked = 0
    for case in DAGITTY:
        parents = graph_of(case)
        for name in parents:
            assert ancestors(parents, [name]) == set(case["ancestors"][name])
            assert descendants(parents, [name]) == set(case["descendants"][name])
        for each in case["dsep"]:
            assert d_separated(parents, [each["x"]], [each["y"]], each["z"]) == each["dsep"]
            asked += 1
        found = {
            (frozenset((each.left, each.right)), frozenset(each.given))
            for each in implied_independencies(parents, hidden=case["latent"], most=3000).found
        }
        listed = case["implied_independencies_minimal"]
        expected = {(frozenset((a, b)), frozenset(z)) for a, b, z in listed}
        # DAGitty stops at two thousand.
        assert expected == found or (len(listed) == 2000 and expected <= found)
    assert asked > 1000


def test_adjustment_as_dagitty_says_it() -> None:
    listed = checked = 0
    for case in DAGITTY:
        # Where something was adjusted for already, DAGitty looks for sets that hold it.
        if "minimal_adjustment_sets_total" not in case or case["adjusted"]:
            continue
        parents, hidden = graph_of(case), case["latent"]
        ends = (case["exposures"], case["outcomes"])
        found = adjustment_sets(parents, *ends, hidden=hidden, most=10_000)
        assert found.complete
        expected = {frozenset(each) for each in case["minimal_adjustment_sets_total"]}
        assert {frozenset(each) for each in found.sets} == expected
        canonical = canonical_adjustment_set(parents, *ends, hidden)
        assert ([] if canonical is None else [sorted(canonical)]) == case[
            "canonical_adjustment_set"
        ]
        barred = forbidden(parents, *ends)
        for each in case["is_adjustment_set"]:
            # Of sets with forbidden nodes the file tells only whether they separate the back-door graph.
            separated = d_separated(back_door_graph(parents, *ends), *ends, each["z"])
            assert separated == each["valid"]
            right = each["valid"] and barred.isdisjoint(each["z"])
            assert is_adjustment_set(parents, *ends, each["z"]) == right
            checked += 1
        listed += len(expected)
    assert listed > 100
    assert checked > 1000


def test_instruments_as_dagitty_says_it() -> None:
    compared = 0
    for case in DAGITTY:
        if "instruments" not in case or len(case["exposures"]) != 1 or len(case["outcomes"]) != 1:
            continue
        # DAGitty's instruments are for the arrow, ours for the whole effect: the same without mediators.
        if case["mediators"]:
            continue
        parents, (cause,), (outcome,) = graph_of(case), case["exposures"], case["outcomes"]
        found = {each.node for each in instruments(parents, cause, outcome, hidden=case["latent"])}
        assert found == {each["z"] for each in case["instruments"]}
        for each in case["instruments"]:
            assert is_instrument(parents, each["z"], cause, outcome, each["given"])
        compared += len(found)
    assert compared > 50


def verdict(case: dict[str, Any]) -> bool:
    """Where y0 did not answer, pyAgrum did."""
    programs = [case["y0"], case["pyagrum"]]
    return bool(next(each["identifiable"] for each in programs if "identifiable" in each))


@pytest.mark.parametrize("case", ADMG, ids=lambda each: each["id"])
def test_effects_under_hidden_causes_as_two_programs_and_the_numbers_say(
    case: dict[str, Any],
) -> None:
    parents = {name: tuple(a for a, b in case["directed"] if b == name) for name in case["nodes"]}
    hidden = []
    for at, (one, other) in enumerate(case["bidirected"]):
        hidden.append(f"U{at}")
        parents[f"U{at}"] = ()
        parents[one], parents[other] = (*parents[one], f"U{at}"), (*parents[other], f"U{at}")
    found = identify_effect(parents, case["do"], case["on"], given=case["given"], hidden=hidden)
    assert isinstance(found, Formula) == verdict(case)
    if not isinstance(found, Formula):
        return
    names = case["observational_joint"]["order"]
    observed = np.array(case["observational_joint"]["values"]).reshape((2,) * len(names))
    cells = found.value(names, observed)
    asked = [*case["do"], *case["given"], *case["on"]]
    free = [name for name in cells.nodes if name not in asked]
    numbers = cells.over([*free, *asked])[(0,) * len(free)]
    numbers = np.broadcast_to(numbers, (2,) * len(asked))
    for setting, truth in case["interventional_truth"].items():
        states = {name: int(at) for name, at in re.findall(r"(\w+)=(\d)", setting)}
        row = numbers[tuple(states[name] for name in case["do"])]
        # The joint is printed with twelve digits.
        np.testing.assert_allclose(row, truth, atol=1e-9)
