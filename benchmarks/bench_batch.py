"""Claims: 10,000 rows of evidence take less than 3 us each, and 150 times less than in pyAgrum's loop.

And a file of a million rows takes linear time, and no more memory than one of a hundred thousand.

The rows speak of three nodes of the article graph, two by their states and one by a likelihood, and ask for
the outcome. pyAgrum sets the evidence, runs its inference and reads the posterior row by row; it gets its
findings ready made, we read ours from the text of cells. Run: python -m benchmarks.bench_batch
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import causal_model as cm
from benchmarks.peers import pyagrum_network
from benchmarks.timing import alternate

ROWS = 10_000
# Of these rows pyAgrum answers so many a round, since all of them would take seconds.
SAMPLE = 200
PLAIN = ("china_policy", "etf_flow")
WEIGHED = "gpu_spot_quotes"
# The different rows where there are few, through the likelihoods that they choose from.
FEW = 20
# The command, and then its peak in kilobytes: what `resource` says would count this process as well.
MEASURED = """
import re, sys
from causal_model.cli.main import cli
cli.main(sys.argv[1:], standalone_mode=False)
print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])
"""


def evidence(model: cm.Model, rows: int, *, different: int) -> pd.DataFrame:
    """Random rows: two states, one of them now and then missing, and one of so many likelihoods."""
    rng = np.random.default_rng(1)
    states = model.states(WEIGHED)
    weights = rng.random((different, len(states))).round(4) + 1e-4
    cells = [
        "|".join(f"{state}:{weight:.4f}" for state, weight in zip(states, row, strict=True))
        for row in weights.tolist()
    ]
    chosen = np.arange(rows) if different == rows else rng.integers(different, size=rows)
    first, second = (model.states(node) for node in PLAIN)
    return pd.DataFrame(
        {
            PLAIN[0]: rng.choice(first, rows),
            PLAIN[1]: rng.choice([*second, ""], rows),
            f"likelihood:{WEIGHED}": [cells[at] for at in chosen.tolist()],
        }
    )


def pyagrum(model: cm.Model, frame: pd.DataFrame) -> Callable[[], list[list[float]]]:
    """Loop over the rows, each findings that are ready for pyAgrum."""
    import pyagrum as gum

    inference = gum.LazyPropagation(pyagrum_network(model.network))
    inference.setTargets({model.outcome})
    rows = []
    for row in frame.to_dict("records"):
        told: dict[str, str | list[float]] = {node: row[node] for node in PLAIN if row[node]}
        parts = [part.rpartition(":") for part in row[f"likelihood:{WEIGHED}"].split("|")]
        numbers = {state: float(number) for state, _, number in parts}
        told[WEIGHED] = [numbers[state] for state in model.states(WEIGHED)]
        rows.append(told)

    def ask() -> list[list[float]]:
        found = []
        for told in rows:
            inference.setEvidence(told)
            inference.makeInference()
            found.append(inference.posterior(model.outcome).tolist())
        return found

    return ask


def files(model: cm.Model, sizes: list[int]) -> Iterator[tuple[int, float, int]]:
    """Rows, seconds and peak megabytes of the command over files of all different rows."""
    with tempfile.TemporaryDirectory() as folder:
        rows, out = Path(folder, "rows.csv"), Path(folder, "out.parquet")
        for size in sizes:
            evidence(model, size, different=size).to_csv(rows, index=False)
            start = time.perf_counter()
            ended = subprocess.run(
                [sys.executable, "-c", MEASURED, "batch", str(rows), "-o", str(out), "-q"],
                stdout=subprocess.PIPE,
                check=True,
            )
            yield size, time.perf_counter() - start, int(ended.stdout) // 1024


def main(rounds: int) -> dict[str, float]:
    """Print medians, ratios and peaks; return the ratio pyAgrum / ours by kind of rows."""
    model = cm.load("article")
    ratios = {}
    for kind, different in (("few different", FEW), ("all different", ROWS)):
        frame = evidence(model, ROWS, different=different)
        sample = frame.head(SAMPLE)
        theirs_ask = pyagrum(model, sample)
        worst = np.abs(model.query_many(sample).iloc[:, :-1].to_numpy() - theirs_ask()).max()
        mine, theirs = alternate(
            [lambda frame=frame: model.query_many(frame), theirs_ask],  # type: ignore[misc]
            rounds=rounds,
            warmup=1,
        )
        mine, theirs = mine / ROWS, theirs / SAMPLE
        ratios[kind] = theirs / mine
        print(
            f"{ROWS} rows, {kind}: ours {mine * 1e6:6.2f} us a row, pyAgrum's loop"
            f" {theirs * 1e6:6.0f} us, ratio {theirs / mine:5.0f}, disagreement {worst:.1e}"
        )
    sizes = [10**3, 10**4] if rounds == 1 else [10**3, 10**4, 10**5, 10**6]
    for size, seconds, peak in files(model, sizes):
        print(f"file of {size:7d} different rows: {seconds:6.2f} s, peak {peak:4.0f} MB")
    return ratios


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    main(parser.parse_args().rounds)
