"""Claims: 1,000 re-fits of `calibrated` on resamples, each scored, take less than 60 seconds.

And a large batch of draws is some times faster than one after the other, since draws are a batch axis.

The first half of the weeks is resampled in blocks, the five measured tables are learned anew from every
resample by EM, and the second half is forecast from two nodes and scored. Run:
python -m benchmarks.bench_scores
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from causal_model.build import build_network
from causal_model.learning.learn import elicited_of, learned_nodes
from causal_model.learning.rows import Rows, columns_of, read_rows
from causal_model.library import shipped_graphs
from causal_model.scores.evaluate import refit_scores
from causal_model.scores.forecasters import Contender
from causal_model.spec.binning import read_binning
from causal_model.spec.check import read_graph

FOLDER = Path(__file__).parents[1] / "fixtures" / "weekly_states"
DRAWS, FEW = 1000, 20
TARGET, GIVEN = "btc_return", ("nasdaq_return", "etf_flow")


def calibrated() -> tuple[Contender, Rows]:
    """The graph, and the weeks that it was counted in."""
    graph = read_graph(shipped_graphs()["calibrated"])
    binning = read_binning(FOLDER / "binning.yaml", graph)
    rows = read_rows(FOLDER / "weeks.csv", columns_of(binning, graph), date=binning.date)
    elicited = {
        name: elicited_of(graph, name, binning.nodes[name].confidence)
        for name in learned_nodes(graph, binning)
    }
    return Contender("calibrated", build_network(graph), elicited), rows


def seconds(contender: Contender, rows: Rows, *, draws: int, times: int = 1) -> float:
    """Of so many re-fits and scores, in so many batches."""
    start = time.perf_counter()
    for seed in range(times):
        refit_scores(
            contender,
            rows,
            TARGET,
            GIVEN,
            rng=np.random.default_rng(seed),
            train=len(rows) // 2,
            draws=draws // times,
        )
    return time.perf_counter() - start


def main(rounds: int) -> dict[str, float]:
    """Print medians; return seconds of all re-fits, and how much faster they are than one by one."""
    contender, rows = calibrated()
    draws = DRAWS if rounds > 1 else FEW
    together = statistics.median(seconds(contender, rows, draws=draws) for _ in range(rounds))
    alone = seconds(contender, rows, draws=FEW, times=FEW)
    # The rows themselves are fitted besides their resamples.
    each, lone = together / (draws + 1), alone / (2 * FEW)
    print(f"{draws} re-fits and scores: {together:6.2f} s, {1e3 * each:6.2f} ms each")
    print(f"one after the other: {1e3 * lone:6.2f} ms each, ratio {lone / each:5.1f}")
    return {"seconds": together, "few / together": lone / each}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    main(parser.parse_args().rounds)
