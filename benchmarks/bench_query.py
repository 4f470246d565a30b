"""Claim: one query with all marginals on the article graph takes less time than pyAgrum's.

Both get the same tables in float64 and the same findings, new values on every call; the clock covers
setting evidence, inference and reading every posterior as numbers. Run: python -m benchmarks.bench_query
"""

import argparse
import itertools
from collections.abc import Callable

import numpy as np

import causal_model as cm
from benchmarks.peers import pyagrum_network
from benchmarks.timing import alternate
from causal_model.network import Network

EVIDENCE = ("china_policy", "etf_flow")


def ours(model: cm.Model) -> Callable[[], dict[str, list[float]]]:
    """Ask through the public interface, findings as a dictionary."""
    rows = itertools.cycle(_rows(model.network))

    def ask() -> dict[str, list[float]]:
        result = model.query(model.nodes, given=next(rows))
        return {node: list(states.values()) for node, states in result.posterior.items()}

    return ask


def pyagrum(network: Network, engine: str) -> Callable[[], dict[str, list[float]]]:
    """Ask one of pyAgrum's exact engines, which is kept between the calls."""
    import pyagrum as gum

    inference = getattr(gum, engine)(pyagrum_network(network))
    rows = itertools.cycle(_rows(network))

    def ask() -> dict[str, list[float]]:
        inference.setEvidence(next(rows))
        inference.makeInference()
        return {name: inference.posterior(name).tolist() for name in network.variables}

    return ask


def _rows(network: Network) -> list[dict[str, str]]:
    states = [network.variables[name].states for name in EVIDENCE]
    return [dict(zip(EVIDENCE, each, strict=True)) for each in itertools.product(*states)]


def main(rounds: int) -> dict[str, float]:
    """Print medians and ratios; return the ratio pyAgrum / ours by engine."""
    model = cm.load("article")
    engines = ("LazyPropagation", "ShaferShenoyInference", "VariableElimination")
    asked = {engine: pyagrum(model.network, engine) for engine in engines}
    ratios = {}
    for engine, ask in asked.items():
        disagreement = _disagreement(ours(model), ask)
        mine, theirs = alternate([ours(model), ask], rounds=rounds)
        ratios[engine] = theirs / mine
        print(
            f"all marginals, article graph: ours {mine * 1e6:7.0f} us, pyAgrum {engine}"
            f" {theirs * 1e6:7.0f} us, ratio {ratios[engine]:.2f}, disagreement {disagreement:.1e}"
        )
    return ratios


def _disagreement(
    mine: Callable[[], dict[str, list[float]]], theirs: Callable[[], dict[str, list[float]]]
) -> float:
    """The largest difference of any posterior over one round of evidence rows."""
    worst = 0.0
    for _ in range(9):
        left, right = mine(), theirs()
        for name, numbers in left.items():
            worst = max(worst, float(np.abs(np.array(numbers) - np.array(right[name])).max()))
    return worst


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    main(parser.parse_args().rounds)
