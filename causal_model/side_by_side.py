"""All scenarios of a graph side by side: the same question under each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from causal_model.analysis.credible import DEFAULT_DRAWS
from causal_model.errors import EvidenceError, GraphFileError, QueryError
from causal_model.harmless import on_one_line
from causal_model.inference.intervals import Intervals
from causal_model.inference.result import QueryResult
from causal_model.model import Model
from causal_model.notebook import Bundle, bundle
from causal_model.spec.scenario import Scenario

__all__ = ["SideBySide", "side_by_side"]

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SideBySide:
    """One node under every scenario that fits the graph.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        node: the node.
        scenarios: the scenarios, by name, in their own order.
        answers: the answer under each, with the prior and P(evidence).
        left_out: what is wrong with scenarios that cannot be read or do not fit the graph, by name.
    """

    graph_id: str
    graph_hash: str
    node: str
    scenarios: Mapping[str, Scenario]
    answers: Mapping[str, QueryResult]
    left_out: Mapping[str, GraphFileError | EvidenceError]
    _model: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    def __repr__(self) -> str:
        told = ", ".join(self.answers)
        return on_one_line(f"<SideBySide of {self.graph_id!r}: {self.node} under {told}>")

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        titles = {name: each.title.text("en") for name, each in self.scenarios.items()}
        about = (self._model, self.node, self.answers, titles)
        return bundle(repr(self), chart="of_scenarios", about=about)

    def to_dict(self) -> dict[str, Any]:
        """The answers as plain data for JSON, numbers unrounded."""
        first = next(iter(self.answers.values()))
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "target": self.node,
            "prior": dict(first.prior[self.node]),
            "scenarios": [
                {
                    "id": name,
                    "title": self.scenarios[name].title.en,
                    "findings": [each.model_dump(mode="json") for each in answer.findings],
                    "evidence_probability": answer.evidence_probability,
                    "log_evidence_probability": answer.log_evidence_probability,
                    "posterior": dict(answer[self.node]),
                    **_interval_of(answer.interval, self.node),
                }
                for name, answer in self.answers.items()
            ],
            **_shared_interval(self.answers, self.node),
        }


def side_by_side(
    model: Model,
    target: str | None = None,
    *,
    interval: float | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
) -> SideBySide:
    """Ask about one node under every scenario beside the graph file.

    Args:
        model: the graph; findings that it assumes are in force.
        target: the node; default the graph's outcome.
        interval: ask for credible intervals as well, as in `Model.query`; all scenarios are asked under the
            same draws of the tables.
        draws: how many draws of the tables, with `interval`.
        seed: of the source of chance, with `interval`.

    Raises:
        QueryError: there is no scenario, or none that fits the graph; unknown target.
        TooLarge: the answer would take more memory than is allowed.
    """
    (node,) = model.targets(target)
    known, broken = model.scenario_files()
    if not known and not broken:
        raise QueryError(f"there are no scenarios beside the graph {model.id!r}")
    answers: dict[str, QueryResult] = {}
    left_out: dict[str, GraphFileError | EvidenceError] = dict(broken)
    for name, scenario in known.items():
        try:
            answers[name] = model.query(node, findings=scenario.all_findings())
        except EvidenceError as error:
            left_out[name] = error
    if answers and interval is not None:
        known_by = [each.findings for each in answers.values()]
        sure = model.intervals(known_by, [node], interval, draws, seed)
        answers = {
            name: replace(answer, interval=own)
            for (name, answer), own in zip(answers.items(), sure, strict=True)
        }
    if not answers:
        told = "".join(f"\nscenario {name!r}: {error}" for name, error in left_out.items())
        raise QueryError(f"no scenario fits the graph {model.id!r}{told}")
    return SideBySide(model.id, model.hash, node, known, answers, left_out, model)


def _interval_of(interval: Intervals | None, node: str) -> dict[str, Any]:
    """What JSON says of the intervals of one scenario."""
    if interval is None:
        return {}
    whole = interval.to_dict()
    kept = ("impossible_draws", "evidence_probability", "width_of", "width_by_row", "fixed_rows")
    by_node = ("posterior", "change_pp")
    found = {name: whole[name] for name in kept} | {name: whole[name][node] for name in by_node}
    return {"interval": found}


def _shared_interval(answers: Mapping[str, QueryResult], node: str) -> dict[str, Any]:
    """What JSON says of all intervals: how they were made, the prior, and scenarios against each other."""
    intervals = {name: each.interval for name, each in answers.items() if each.interval}
    if not intervals:
        return {}
    first = next(iter(intervals.values()))
    differences = [
        {
            "from": before,
            "to": after,
            "change_pp": {
                state: list(each)
                for state, each in intervals[after].changes_from(intervals[before], node).items()
            },
        }
        for before, after in combinations(intervals, 2)
    ]
    return {
        "interval": {
            "level": first.level,
            "draws": first.draws,
            "seed": first.seed,
            "prior": {state: list(each) for state, each in first.prior[node].items()},
            "differences": differences,
        }
    }
