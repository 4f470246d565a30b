"""What a question is answered with: prior, posterior and P(evidence), by node and state."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from causal_model.errors import QueryError, did_you_mean
from causal_model.harmless import in_markdown, on_one_line
from causal_model.inference.findings import describe
from causal_model.inference.intervals import Intervals
from causal_model.notebook import Bundle, bundle
from causal_model.spec.evidence import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Distributions", "EstimatedResult", "MostProbable", "Named", "QueryResult"]

Distributions = Mapping[str, Mapping[str, float]]

SCHEMA_VERSION = 1

Value = TypeVar("Value")


class Named(dict[str, Value]):
    """A dictionary by names, which answers for one that it lacks with the nearest that it has.

    >>> Named("node 'n' has no state", {"down": 0.4, "up": 0.6})["donw"]
    Traceback (most recent call last):
    ...
    causal_model.errors.QueryError: node 'n' has no state 'donw'. Did you mean 'down'?
    """

    def __init__(self, lacking: str, entries: Mapping[str, Value]) -> None:
        super().__init__(entries)
        self.lacking = lacking

    def __missing__(self, name: object) -> Value:
        near = did_you_mean(name, self) if isinstance(name, str) else ""
        raise QueryError(f"{self.lacking} {name!r}.{near or ' Known: ' + ', '.join(self)}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.lacking, dict(self))


@dataclass(frozen=True, eq=False)
class QueryResult(Mapping[str, Mapping[str, float]]):
    """The answer to one query; as a mapping it is the posterior, ``result["btc_return"]["down"]``.

    Attributes:
        graph_id: the graph that was asked.
        graph_hash: identifies its content, ``sha256:...``.
        findings: what was assumed, in the order given.
        log_evidence_probability: natural logarithm of P(evidence). Evidence is what was observed,
            excluded or weighed by a likelihood (relative to its largest weight); interventions are
            in force and not counted, nor are beliefs.
        prior: P(node = state) with no finding at all, by node and state, in the graph's order.
        posterior: P(node = state | findings), likewise.
        interval: how far all of these move with the tables, if that was asked for.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    log_evidence_probability: float
    prior: Distributions
    posterior: Distributions
    interval: Intervals | None = None
    _model: Any = field(default=None, repr=False, compare=False)  # only to be drawn

    @cached_property
    def evidence_probability(self) -> float:
        """P(evidence) under the interventions; 0 where it is smaller than any float."""
        return math.exp(self.log_evidence_probability)

    def __getitem__(self, node: str) -> Mapping[str, float]:
        if node in self:
            return self.posterior[node]
        near = did_you_mean(node, self.posterior) if isinstance(node, str) else ""
        raise QueryError(f"{node!r} was not asked.{near} Asked: {', '.join(self.posterior)}")

    def __contains__(self, node: object) -> bool:
        return node in self.posterior

    def get(self, node: str, default: Any = None) -> Any:
        """The posterior of a node, or the default if it was not asked."""
        return self.posterior[node] if node in self else default

    def __iter__(self) -> Iterator[str]:
        return iter(self.posterior)

    def __len__(self) -> int:
        return len(self.posterior)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        found = {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "evidence_probability": self.evidence_probability,
            "log_evidence_probability": self.log_evidence_probability,
            "prior": {node: dict(states) for node, states in self.prior.items()},
            "posterior": {node: dict(states) for node, states in self.posterior.items()},
        }
        return found if self.interval is None else found | {"interval": self.interval.to_dict()}

    def to_frame(self) -> "pd.DataFrame":
        """One row per node and state: node, state, prior, posterior, change_pp; with intervals their ends.

        These are prior_low, prior_high, posterior_low, posterior_high, change_pp_low, change_pp_high.
        """
        import pandas as pd

        frame = pd.DataFrame(
            self.rows(), columns=["node", "state", "prior", "posterior", "change_pp"]
        )
        if self.interval is not None:
            for name, column in self.interval.columns().items():
                frame[name] = [column[node][state] for node, state, *_ in self.rows()]
        return frame

    def rows(self) -> list[tuple[str, str, float, float, float]]:
        """The same as tuples (node, state, prior, posterior, change in percentage points)."""
        return [row for node in self for row in self.rows_of(node)]

    def rows_of(self, node: str) -> list[tuple[str, str, float, float, float]]:
        """The rows of one node, a state each."""
        return [
            (node, state, self.prior[node][state], p, 100 * (p - self.prior[node][state]))
            for state, p in self[node].items()
        ]

    def __repr__(self) -> str:
        asked = "; ".join(
            f"{node}: " + ", ".join(f"{state} {p:.1%}" for state, p in states.items())
            for node, states in self.posterior.items()
        )
        given = ", ".join(describe(each) for each in self.findings) or "nothing"
        return on_one_line(
            f"<QueryResult of {self.graph_id!r} given {given};"
            f" P(evidence) = {self.evidence_probability:.4g}; {asked}>"
        )

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        lines = ["| node | state | prior | posterior | change |", "|---|---|---:|---:|---:|"]
        for node, state, prior, posterior, change in self.rows():
            names = f"{in_markdown(node)} | {in_markdown(state)}"
            lines.append(f"| {names} | {prior:.1%} | {posterior:.1%} | {change:+.1f} pp |")
        return bundle(
            repr(self), markdown="\n".join(lines), chart="of_query", about=(self._model, self)
        )

    def __getstate__(self) -> dict[str, Any]:
        """For another process, without the graph."""
        return {**self.__dict__, "_model": None}


@dataclass(frozen=True, eq=False, repr=False)
class EstimatedResult(QueryResult):
    """The answer to a query by sampling; every number has a standard error.

    Attributes:
        draws: how many weighted draws were made, for the prior and for the posterior each.
        seed: of the source of chance; the same seed gives the same numbers.
        effective_sample_size: (sum of weights)^2 / sum of squared weights, of the posterior.
        log_evidence_error: standard error of `log_evidence_probability`.
        standard_errors: of the posterior, by node and state.
    """

    draws: int = 0
    seed: int = 0
    effective_sample_size: float = 0.0
    log_evidence_error: float = 0.0
    standard_errors: Distributions = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        return {
            **super().to_dict(),
            "approximate": {
                "draws": self.draws,
                "seed": self.seed,
                "effective_sample_size": self.effective_sample_size,
                "log_evidence_error": self.log_evidence_error,
                "standard_error": {n: dict(each) for n, each in self.standard_errors.items()},
            },
        }


@dataclass(frozen=True, eq=False)
class MostProbable:
    """The most probable states of some nodes together, all others summed out.

    Attributes:
        graph_id: the graph that was asked.
        graph_hash: identifies its content.
        findings: what was assumed.
        log_evidence_probability: natural logarithm of P(evidence).
        states: node to state.
        log_probability: natural logarithm of P(these states together | findings).
        tied: whether other states of these nodes are just as probable.
    """

    graph_id: str
    graph_hash: str
    findings: tuple[Finding, ...]
    log_evidence_probability: float
    states: Mapping[str, str]
    log_probability: float
    tied: bool

    @property
    def probability(self) -> float:
        """P(these states together | findings)."""
        return math.exp(self.log_probability)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "evidence_probability": math.exp(self.log_evidence_probability),
            "log_evidence_probability": self.log_evidence_probability,
            "most_probable": dict(self.states),
            "probability": self.probability,
            "log_probability": self.log_probability,
            "tied": self.tied,
        }
