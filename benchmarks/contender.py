"""One engine on one network in a process of its own, asked through pipes a line at a time.

A process of its own, because some engines take all memory, or die, and because two that share a process
share its memory peak. Run by `bench_networks`; every request and answer is a line of JSON.
"""

import gzip
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

Evidence = dict[str, int]

ROWS_OF_LOOPS = 20


class Contender(Protocol):
    """What every engine can be asked."""

    def fresh(self) -> None:
        """Forget everything but the network."""

    def all_marginals(self, evidence: Evidence) -> dict[str, list[float]]:
        """The posterior of every node without evidence."""

    def one_target(self, target: str, evidence: Evidence) -> list[float]:
        """The posterior of one node."""

    def rows(self, target: str, rows: list[Evidence]) -> tuple[float, int]:
        """Seconds for the posterior of one node under many rows, and how many rows that were."""


class Ours:
    """causal-model."""

    def __init__(self, path: Path) -> None:
        import causal_model as cm

        # Rows of published files miss 1 in the seventh digit; everybody gets them divided by their sum.
        self.network = cm.load(path).network.normalised()
        self.model = cm.Model(self.network)
        self.fresh()

    def fresh(self) -> None:
        from causal_model.engine import pairing
        from causal_model.inference.compiled import CompiledNetwork

        pairing.forget()
        self.compiled = CompiledNetwork(self.network)

    def all_marginals(self, evidence: Evidence) -> dict[str, list[float]]:
        from causal_model.inference.findings import Findings

        targets = [name for name in self.network.variables if name not in evidence]
        found = self.compiled.posterior(Findings(observed=evidence), targets).marginals
        return {name: each.tolist() for name, each in found.items()}

    def one_target(self, target: str, evidence: Evidence) -> list[float]:
        from causal_model.inference.findings import Findings

        found: list[float] = (
            self.compiled.posterior(Findings(observed=evidence), [target])
            .marginals[target]
            .tolist()
        )
        return found

    def rows(self, target: str, rows: list[Evidence]) -> tuple[float, int]:
        import pandas as pd

        variables = self.network.variables
        frame = pd.DataFrame(
            [{name: variables[name].states[at] for name, at in row.items()} for row in rows]
        )
        start = time.perf_counter()
        self.model.query_many(frame, target)
        return time.perf_counter() - start, len(rows)


class PyAgrum:
    """One of pyAgrum's exact engines, with our tables in float64."""

    def __init__(self, path: Path, engine: str) -> None:
        import pyagrum as gum

        from benchmarks.peers import pyagrum_network

        self.network = Ours(path).network
        self.net = pyagrum_network(self.network)
        self.make: Callable[[Any], Any] = getattr(gum, engine)
        self.single: dict[str, Any] = {}
        self.fresh()

    def fresh(self) -> None:
        self.engine = self.make(self.net)

    def all_marginals(self, evidence: Evidence) -> dict[str, list[float]]:
        self.engine.setEvidence(evidence)
        self.engine.makeInference()
        return {
            name: self.engine.posterior(name).tolist()
            for name in self.network.variables
            if name not in evidence
        }

    def one_target(self, target: str, evidence: Evidence) -> list[float]:
        engine = self.single.get(target)
        if engine is None:
            engine = self.single[target] = self.make(self.net)
            engine.setTargets({target})
        engine.setEvidence(evidence)
        engine.makeInference()
        found: list[float] = engine.posterior(target).tolist()
        return found

    def rows(self, target: str, rows: list[Evidence]) -> tuple[float, int]:
        self.one_target(target, rows[0])
        start = time.perf_counter()
        for row in rows[:ROWS_OF_LOOPS]:
            self.one_target(target, row)
        return time.perf_counter() - start, len(rows[:ROWS_OF_LOOPS])


class Pgmpy:
    """pgmpy's variable elimination, a query per node."""

    def __init__(self, path: Path) -> None:
        import causal_model as cm

        self.network = Ours(path).network
        self.net = cm.Model(self.network).to_pgmpy()
        self.fresh()

    def fresh(self) -> None:
        from pgmpy.inference import VariableElimination

        self.engine = VariableElimination(self.net)

    def all_marginals(self, evidence: Evidence) -> dict[str, list[float]]:
        return {
            name: self.one_target(name, evidence)
            for name in self.network.variables
            if name not in evidence
        }

    def one_target(self, target: str, evidence: Evidence) -> list[float]:
        variables = self.network.variables
        named = {name: variables[name].states[at] for name, at in evidence.items()}
        factor = self.engine.query([target], evidence=named, show_progress=False)
        values = dict(zip(factor.state_names[target], factor.values.tolist(), strict=True))
        return [float(values[state]) for state in variables[target].states]

    def rows(self, target: str, rows: list[Evidence]) -> tuple[float, int]:
        start = time.perf_counter()
        for row in rows[:ROWS_OF_LOOPS]:
            self.one_target(target, row)
        return time.perf_counter() - start, len(rows[:ROWS_OF_LOOPS])


CONTENDERS: dict[str, Callable[[Path], Contender]] = {
    "ours": Ours,
    "LazyPropagation": lambda path: PyAgrum(path, "LazyPropagation"),
    "ShaferShenoy": lambda path: PyAgrum(path, "ShaferShenoyInference"),
    "VariableElimination": lambda path: PyAgrum(path, "VariableElimination"),
    "pgmpy": Pgmpy,
}


def read_seconds(name: str, path: Path) -> float:
    """How long a program takes to read a BIF file."""
    if name == "ours":
        import causal_model.formats.registry as registry

        def read(plain: Path) -> object:
            return registry.read_network(plain)
    elif name == "pgmpy":
        from pgmpy.readwrite import BIFReader

        def read(plain: Path) -> object:
            return BIFReader(str(plain)).get_model()
    else:
        import pyagrum as gum

        def read(plain: Path) -> object:
            return gum.loadBN(str(plain))

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, "network.bif")
        plain.write_bytes(gzip.decompress(path.read_bytes()))
        times = []
        for _ in range(1 if name == "pgmpy" else 5):
            start = time.perf_counter()
            read(plain)
            times.append(time.perf_counter() - start)
    return min(times)


def peak() -> float:
    """The most memory that this process has taken, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main(name: str, path: Path) -> None:
    """Answer requests until there are no more."""
    warnings.simplefilter("ignore")
    contender = CONTENDERS[name](path)
    print(json.dumps({"peak": peak()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["kind"]
        answer: dict[str, Any] = {}
        if kind == "first":
            contender.fresh()
        start = time.perf_counter()
        if kind in ("first", "repeat"):
            found = contender.all_marginals(request["evidence"])
            answer["seconds"] = time.perf_counter() - start
            if request.get("show"):
                answer["marginals"] = found
        elif kind == "one":
            contender.one_target(request["target"], request["evidence"])
            answer["seconds"] = time.perf_counter() - start
        elif kind == "rows":
            seconds, count = contender.rows(request["target"], request["rows"])
            answer["seconds"] = seconds / count
        elif kind == "read":
            answer["seconds"] = read_seconds(name, path)
        answer["peak"] = peak()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    np.seterr(all="ignore")
    main(sys.argv[1], Path(sys.argv[2]))
