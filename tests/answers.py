"""300 questions and their answers, for every engine and every way to ask: `fixtures/answers/`.

Run: python -m tests.answers    writes the file again, to the same bytes as long as the graph is the same.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import causal_model as cm
from causal_model.errors import CausalModelError
from causal_model.model import Model
from tests.networks import random_findings

GRAPH, COUNT, SEED = "article", 300, 20260107
KINDS = ("observed", "excluded", "likelihood", "belief", "do")
# Nodes beside the outcome whose posterior is kept, other ones for every question.
KEPT = 3
# What two ways to the same answer may differ by.
TOLERANCE = 1e-12
FILE = Path(__file__).parent.parent / "fixtures" / "answers" / "article.json"

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions of one graph: findings, log P(evidence), and the posterior of some nodes."""

    graph: dict[str, str]
    answers: list[Data]


def golden() -> Answers:
    """What the file holds."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return Answers(data["graph"], data["answers"])


def farthest(expected: Data, posterior: Data, log_evidence: float) -> float:
    """By how much an answer is off at most; the logarithm counts relative to its size."""
    exact = expected["log_evidence_probability"]
    off: list[float] = [abs(log_evidence - exact) / max(1.0, abs(exact))]
    for node, states in expected["posterior"].items():
        assert posterior[node].keys() == states.keys()
        off += [abs(posterior[node][state] - p) for state, p in states.items()]
    return max(off)


def made(model: Model, *, count: int = COUNT, confirmed: bool = True) -> Answers:
    """The questions, drawn from a seed, and what our engine answers.

    Args:
        model: the graph.
        count: how many.
        confirmed: whether variable elimination by pgmpy has to answer the same.

    Raises:
        AssertionError: the two disagree.
    """
    rng = np.random.default_rng(SEED)
    answers: list[Data] = []
    while len(answers) < count:
        findings = random_findings(rng, model.network, kinds=KINDS, most=6)
        try:
            found = model.query(model.nodes, findings=findings)
        except CausalModelError:
            continue  # the findings contradict each other
        own = found.to_dict()
        chosen = rng.choice([name for name in model.nodes if name != model.outcome], KEPT, False)
        nodes = [str(model.outcome), *map(str, chosen)]
        answer = {
            "findings": own["findings"],
            "log_evidence_probability": own["log_evidence_probability"],
            "posterior": {node: own["posterior"][node] for node in nodes},
        }
        if confirmed:
            second = model.query(nodes, findings=findings, engine="pgmpy")
            off = farthest(answer, second.to_dict()["posterior"], second.log_evidence_probability)
            assert off < TOLERANCE, (findings, off)
        answers.append(answer)
    return Answers({"id": model.id, "hash": model.hash}, answers)


def write() -> None:
    """Write the file, an answer a line."""
    found = made(cm.load(GRAPH))
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in found.answers)
    head = json.dumps(found.graph)
    FILE.write_text(f'{{"graph": {head},\n"answers": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    write()
