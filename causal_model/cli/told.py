"""From the findings options of a command to findings."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from causal_model.cli.finding_text import require_one_state, split_finding, split_weights
from causal_model.cli.options import Said
from causal_model.errors import EvidenceError
from causal_model.library import find_scenario
from causal_model.model import Model
from causal_model.spec.check import read_evidence, read_evidence_text, read_scenario
from causal_model.spec.evidence import Evidence, Finding
from causal_model.spec.load import STDIN, read_text

__all__ = ["findings_about", "told_findings"]


def told_findings(model: Model, said: Said) -> tuple[Finding, ...]:
    """All findings that the options of one command state, in the order scenario, file, option.

    Raises:
        EvidenceError: an option or a file says something that is no finding on this graph.
    """
    nodes = {name: model.network.variables[name].states for name in model.nodes}
    return findings_about(nodes, model.outcome, model.path, said)


def findings_about(
    nodes: Mapping[str, Sequence[str]],
    outcome: str | None,
    path: Path | None,
    said: Said,
) -> tuple[Finding, ...]:
    """The same for nodes with their states, whatever graph they are of.

    Args:
        nodes: the nodes and states that findings may name.
        outcome: the node that a list of known nodes does not leave out.
        path: the graph file beside which scenarios are looked for.
        said: what the options say.
    """
    told: list[Finding] = []
    for name in said.scenario:
        found = find_scenario(name, path)
        told += read_scenario(found, nodes, outcome).all_findings()
    for place in said.evidence:
        if place == "-":
            read = read_evidence_text(read_text(STDIN), STDIN, nodes, outcome)
        else:
            read = read_evidence(place, nodes, outcome)
        told += read.all_findings()
    for text in said.given:
        node, state, excluded = split_finding(text, "given", nodes, outcome)
        require_one_state(text, node, state, nodes[node])
        told += Evidence.of(**{"excluded" if excluded else "given": {node: state}}).all_findings()
    for option, texts in (("likelihood", said.likelihood), ("belief", said.belief)):
        for text in texts:
            node, rest, excluded = split_finding(text, option, nodes, outcome)
            if excluded:
                raise EvidenceError(f"--{option} {text}: only --given takes NODE!=STATE")
            weights = split_weights(rest, nodes[node], f"--{option} {node}")
            told += Evidence.of(**{option: {node: weights}}).all_findings()
    for text in said.do:
        node, state, excluded = split_finding(text, "do", nodes, outcome)
        if excluded:
            raise EvidenceError(f"--do {text}: only --given takes NODE!=STATE")
        told += Evidence.of(do={node: state}).all_findings()
    return tuple(told)
