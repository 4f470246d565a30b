"""Claim: `causal-model --help` answers in 0.15 s and a cold `query` in 0.6 s, on an idle machine.

Whole processes are timed, beside an interpreter that starts and does nothing, because that part is the
machine's. Run: python -m benchmarks.bench_start
"""

import argparse
import subprocess
import sys
from functools import partial

from benchmarks.timing import alternate

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import causal_model": ["-c", "import causal_model"],
    "causal-model --help": ["-m", "causal_model", "--help"],
    "causal-model query": ["-m", "causal_model", "query", "--scenario", "hard_mandate"],
}


def main(rounds: int) -> dict[str, float]:
    """Print and return the median seconds of each command."""

    def run(arguments: list[str]) -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    medians = alternate([partial(run, each) for each in COMMANDS.values()], rounds=rounds, warmup=1)
    for name, seconds in zip(COMMANDS, medians, strict=True):
        print(f"{name:22s} {seconds:6.3f} s, {seconds / medians[0]:5.1f} x an empty interpreter")
    return dict(zip(COMMANDS, medians, strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    main(parser.parse_args().rounds)
