"""Files that were cut, shuffled and overwritten by chance: no crash, and every place inside the text."""

import random
import re
from pathlib import Path

import numpy as np
import pytest

from causal_model.build import build_network
from causal_model.library import shipped_graphs
from causal_model.model import Model
from causal_model.spec.check import check_graph_text, read_evidence_text
from causal_model.spec.diagnostics import Diagnostic, InvalidGraphFile
from tests.spec.test_rules import GRAPH

ARTICLE = shipped_graphs()["article"].read_text(encoding="utf-8")
EVIDENCE = """\
given: {rain: much, sprinkler: on}
excluded: {wet: [dry, damp]}
likelihood: {slip: {no: 0.2, yes: 0.8}}
belief: {alarm: {silent: 0.4, beeps: 0.6}}
findings:
  - {node: shoes, kind: do, state: boots}
"""
WORDS = (
    *("", "null", "~", "0", "-1", "1e400", "nan", "-inf", "[]", "{}", "[a]", "{a: b}", "x" * 300),
    *('"', "'", "|", ">", "&a", "*a", "!!python/object:os.system", "<<", "- ", "? ", ": ", "#"),
    *("\t", "\x00", "\u202e", "\u200b", "\r", "\x85", "\u2028", "\ufeff", "\U0001f600", "é"),
    *("yes", "12:30", "0x10", "table", "noisy_max", "mixed", "negative", "1.0", "0.5", "5e-324"),
    *("true", "[[[[[[", "%", "@", "`", "70%", "0,7", "[0, ]", "form", "interval", "extends: x"),
)
WORD = re.compile(r"[A-Za-z_0-9.\-]+|[\[\]{}:,\"]")
LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def mutated(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            del lines[at : at + rng.randint(1, 3)]
        case 1:
            lines[at:at] = lines[to : to + rng.randint(1, 5)]
        case 2:
            lines[at] = " " * rng.randrange(7) + lines[at].lstrip()
        case 3:
            return text[: rng.randrange(len(text))]
        case 4:
            found = rng.choice(list(WORD.finditer(text)))
            return text[: found.start()] + rng.choice(WORDS) + text[found.end() :]
        case _:
            cut = rng.randrange(len(text))
            return text[:cut] + chr(rng.choice([*range(32, 127), 0x2029, 0x7F])) + text[cut + 1 :]
    return "\n".join(lines)


def assert_inside(found: Diagnostic, text: str) -> None:
    """A place is a line of the text and columns in it, or right behind its last character."""
    lines, at = LINE_END.split(text), found.span
    assert 1 <= at.line <= len(lines), found
    line = lines[at.line - 1]
    assert at.text in ("", line), found
    assert 1 <= at.column <= len(line) + 1, found
    assert at.column < at.end_column <= len(line) + 2, found
    assert str(found)


@pytest.mark.parametrize(("text", "count", "seed"), [(GRAPH, 500, 1), (ARTICLE, 80, 2)])
def test_a_mutated_graph_is_refused_at_a_place_or_answers(text: str, count: int, seed: int) -> None:
    rng = random.Random(seed)
    answered = 0
    for _ in range(count):
        changed = mutated(text, rng)
        graph, found = check_graph_text(changed, "x.yaml", Path("nowhere"))
        for each in found:
            assert_inside(each, changed)
        assert (graph is None) == any(each.severity == "error" for each in found)
        if graph is not None and graph.nodes:
            model = Model(build_network(graph), graph)
            for states in model.query(model.nodes).posterior.values():
                assert np.isfinite(list(states.values())).all()
                assert sum(states.values()) == pytest.approx(1, abs=1e-9)
            answered += 1
    assert answered > 0


def test_mutated_evidence_is_refused_at_a_place_or_read() -> None:
    rng = random.Random(3)
    nodes = dict.fromkeys(("rain", "sprinkler", "wet", "slip"), ("no", "yes", "on", "much"))
    for at in range(400):
        changed = mutated(EVIDENCE, rng)
        try:
            read_evidence_text(changed, "x.json" if at % 10 == 0 else "x.yaml", nodes)
        except InvalidGraphFile as error:
            for each in error.diagnostics:
                assert_inside(each, changed)
