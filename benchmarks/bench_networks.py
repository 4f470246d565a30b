"""Claims: on published networks no exact engine is faster, and all agree.

Fifteen networks that ship with pgmpy, five random hard findings drawn by forward sampling, the engines
in turns in one run, each in a process of its own. Writes docs/benchmarks.md with --write.
Run: python -m benchmarks.bench_networks [NETWORK...]
"""

import argparse
import contextlib
import datetime
import importlib.metadata
import importlib.util
import json
import os
import platform
import queue
import resource
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import causal_model as cm
from causal_model.network import Network

ENGINES = ("ours", "LazyPropagation", "ShaferShenoy", "VariableElimination", "pgmpy")
NETWORKS = (
    *("asia", "alarm", "insurance", "hailfinder", "win95pts", "hepar2", "andes", "pathfinder"),
    *("munin1", "pigs", "link", "diabetes", "barley", "mildew", "munin"),
)
KINDS = {
    "first": "all marginals, first query",
    "repeat": "all marginals, same variables, new values",
    "one": "one target, same variables, new values",
    "rows": "a row of 1,000, one target",
    "read": "reading the BIF file",
}
FINDINGS, ROWS = 5, 1_000
# An engine that needs longer, or more memory, is shown so.
LIMIT_SECONDS, LIMIT_BYTES = 60, 10 << 30
# One that takes this long is not asked again for the same kind.
SLOW = 3.0
REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


@dataclass(slots=True)
class Engine:
    """A contender's process, and what it took; `fault` says why it is out."""

    name: str
    path: Path
    times: dict[str, list[float]] = field(default_factory=dict)
    fault: dict[str, str] = field(default_factory=dict)
    peak: float = 0.0
    process: "subprocess.Popen[str] | None" = None
    lines: "queue.Queue[str | None]" = field(default_factory=queue.Queue)
    listener: threading.Thread | None = None

    def start(self) -> None:
        """Start the process and wait until the network is read."""

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))

        self.lines = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.contender", self.name, str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=limit,
        )
        self.listener = threading.Thread(target=self._listen, args=(self.process, self.lines))
        self.listener.start()
        self._answer("start")

    def ask(self, kind: str, request: dict[str, Any]) -> dict[str, Any] | None:
        """Ask; None where the engine has failed, now or before."""
        if kind in self.fault or "start" in self.fault:
            return None
        if self.process is None:
            self.start()
        if self.process is None or self.process.stdin is None:
            return None
        try:
            self.process.stdin.write(json.dumps({"kind": kind, **request}) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass
        answer = self._answer(kind)
        if answer is not None:
            self.times.setdefault(kind, []).append(answer["seconds"])
        return answer

    def stop(self) -> None:
        """End the process."""
        if self.process is not None and self.listener is not None:
            self.process.kill()
            self.process.wait()
            self.listener.join()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self.process = None

    def median(self, kind: str) -> float | None:
        """Median seconds; None where there are none."""
        return statistics.median(self.times[kind]) if self.times.get(kind) else None

    def slow(self, kind: str) -> bool:
        """Whether one answer of this kind is enough."""
        return any(each > SLOW for each in self.times.get(kind, ()))

    def _answer(self, kind: str) -> dict[str, Any] | None:
        try:
            line = self.lines.get(timeout=LIMIT_SECONDS)
        except queue.Empty:
            self.fault[kind] = f"over {LIMIT_SECONDS} s"
            self.stop()
            return None
        if line is None:
            self.fault[kind] = "out of memory or dead"
            self.stop()
            return None
        answer: dict[str, Any] = json.loads(line)
        self.peak = max(self.peak, answer["peak"])
        return answer

    @staticmethod
    def _listen(process: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)


def network_path(name: str) -> Path:
    """Where pgmpy keeps a network."""
    spec = importlib.util.find_spec("pgmpy")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "utils", "example_models", f"{name}.bif.gz")


def draw_evidence(network: Network, seed: int, rows: int) -> tuple[str, list[dict[str, int]]]:
    """A target, and rows of states of five random nodes, drawn from parents to children."""
    rng = np.random.default_rng(seed)
    names = [str(name) for name in rng.permutation(list(network.variables))]
    seen, target = names[:FINDINGS], names[FINDINGS]
    states: dict[str, Any] = {}
    for name, above in network.parents.items():
        table = network.tables[name][tuple([states[parent] for parent in above])]
        below = np.cumsum(np.broadcast_to(table, (rows, table.shape[-1])), axis=1)
        at = rng.random((rows, 1)) * below[:, -1:]
        states[name] = np.minimum((below <= at).sum(axis=1), table.shape[-1] - 1)
    return target, [{name: int(states[name][row]) for name in seen} for row in range(rows)]


def measure(name: str, *, sets: int, rounds: int, engines: Iterable[str]) -> dict[str, Any]:
    """Ask all engines the same questions about one network, in turns."""
    path = network_path(name)
    network = cm.load(path).network
    contenders = [Engine(each, path) for each in engines]
    for each in contenders:
        each.start()
    questions = [draw_evidence(network, seed, ROWS) for seed in range(1, sets + 1)]
    disagreement: dict[str, float] = {}
    for target, rows in questions:
        shown: dict[str, dict[str, list[float]]] = {}
        plan: list[tuple[str, dict[str, Any]]] = []
        plan += [("first", {"evidence": rows[0], "show": at == 0}) for at in range(rounds)]
        plan += [("repeat", {"evidence": rows[1 + at]}) for at in range(2 * rounds)]
        plan += [("one", {"target": target, "evidence": rows[at]}) for at in range(4 * rounds)]
        plan += [("rows", {"target": target, "rows": rows})]
        for kind, request in plan:
            for each in contenders:
                if each.slow(kind) and not request.get("show"):
                    continue
                answer = each.ask(kind, request)
                if answer and "marginals" in answer:
                    shown[each.name] = answer["marginals"]
        for other, marginals in shown.items():
            if other != "ours" and "ours" in shown:
                off = max(
                    float(np.abs(np.array(shown["ours"][node]) - np.array(values)).max())
                    for node, values in marginals.items()
                )
                disagreement[other] = max(disagreement.get(other, 0.0), off)
    for each in contenders:
        if each.name in ("ours", "LazyPropagation", "pgmpy"):
            each.ask("read", {})
        each.stop()
    return {
        "name": name,
        "nodes": len(network.variables),
        "engines": {each.name: each for each in contenders},
        "disagreement": disagreement,
    }


def best_peer(found: dict[str, Any], kind: str) -> float | None:
    """The fastest of pyAgrum's engines; for rows the fastest of all peers."""
    peers = [name for name in found["engines"] if name != "ours"]
    if kind not in ("rows", "read"):
        peers = [name for name in peers if name != "pgmpy"]
    if kind == "read":
        peers = [name for name in peers if name == "LazyPropagation"]
    times = [found["engines"][name].median(kind) for name in peers]
    return min((each for each in times if each is not None), default=None)


def ratio(found: dict[str, Any], kind: str) -> float | None:
    """The time of the best peer over ours."""
    theirs, mine = best_peer(found, kind), found["engines"]["ours"].median(kind)
    return None if theirs is None or mine is None else theirs / mine


def table_of(results: list[dict[str, Any]], kind: str) -> list[str]:
    """Milliseconds of every engine, and the ratio, as Markdown."""
    shown = [each for each in ENGINES if each in results[0]["engines"]]
    lines = ["| network | nodes | " + " | ".join(shown) + " | ratio |"]
    lines.append("|---|---:|" + "---:|" * (len(shown) + 1))
    for found in results:
        cells = []
        for name in shown:
            engine = found["engines"][name]
            seconds = engine.median(kind)
            missing = engine.fault.get(kind) or engine.fault.get("start") or "-"
            cells.append(missing if seconds is None else f"{seconds * 1e3:.3g}")
        own = ratio(found, kind)
        last = "-" if own is None else f"{own:.2f}"
        lines.append(f"| {found['name']} | {found['nodes']} | {' | '.join(cells)} | {last} |")
    ratios = [each for found in results if (each := ratio(found, kind)) is not None]
    if ratios:
        lines.append("")
        lines.append(f"Ratios: lowest {min(ratios):.2f}, median {statistics.median(ratios):.2f}.")
    return lines


def report(results: list[dict[str, Any]]) -> str:
    """What was measured, as a page."""
    versions = ", ".join(
        f"{each} {importlib.metadata.version(each)}" for each in ("pyAgrum", "pgmpy", "numpy")
    )
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {datetime.date.today().isoformat()}: {os.cpu_count()} cores,"
        f" {platform.machine()}, Python {platform.python_version()}, {versions}.",
        "",
        "Times are medians in milliseconds, all engines in turns in one run, each in a process of its"
        " own. Evidence: five random nodes in states drawn by forward sampling, fixed seeds. Ratios are"
        " the time of the fastest of pyAgrum's engines over ours (for rows: of any peer's loop). Only"
        " ratios carry over to another machine.",
    ]
    for kind, title in KINDS.items():
        lines += ["", f"## {title[0].upper()}{title[1:]}", "", *table_of(results, kind)]
    lines += ["", "## Peak memory of the process, in megabytes", ""]
    shown = [each for each in ENGINES if each in results[0]["engines"]]
    lines += ["| network | " + " | ".join(shown) + " |", "|---|" + "---:|" * len(shown)]
    for found in results:
        peaks = [f"{found['engines'][name].peak:.0f}" for name in shown]
        lines.append(f"| {found['name']} | {' | '.join(peaks)} |")
    lines += ["", "## Largest difference of any posterior from ours", ""]
    lines += ["| network | " + " | ".join(shown[1:]) + " |", "|---|" + "---:|" * len(shown[1:])]
    for found in results:
        off = [found["disagreement"].get(name) for name in shown[1:]]
        cells = ["-" if each is None else f"{each:.1e}" for each in off]
        lines.append(f"| {found['name']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(
    rounds: int,
    names: Iterable[str] = ("asia",),
    *,
    sets: int = 1,
    engines: Iterable[str] = ENGINES,
    write: bool = False,
) -> dict[str, float]:
    """Print the report; return the ratio of the first query by network."""
    results = []
    for name in names:
        results.append(measure(name, sets=sets, rounds=rounds, engines=engines))
        ratios = {kind: ratio(results[-1], kind) for kind in KINDS}
        told = ", ".join(f"{k} {v:.2f}" for k, v in ratios.items() if v is not None)
        print(f"{name}: ratio to the best peer: {told}", flush=True)
    page = report(results)
    print(page)
    if write:
        REPORT.write_text(page, encoding="utf-8")
    return {found["name"]: ratio(found, "first") or float("nan") for found in results}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(NETWORKS))
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--sets", type=int, default=5)
    parser.add_argument("--no-pgmpy", action="store_true")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    main(
        given.rounds,
        given.names,
        sets=given.sets,
        engines=[each for each in ENGINES if each != "pgmpy" or not given.no_pgmpy],
        write=given.write,
    )
