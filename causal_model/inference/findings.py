"""From what a user says about nodes and states to the numbers of a network.

Five kinds of finding come in, three kinds of number go out: the index of a state (observed, do), a
vector of weights that multiplies (excluded, likelihood), and a vector that the posterior shall equal
(belief). Anything that the graph does not know, or that contradicts itself on one node, ends here.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError, did_you_mean
from causal_model.glossary import term
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Finding

__all__ = ["Findings", "bind", "describe", "stack"]

# Weights below exp of this are refused rather than lost.
SMALLEST_LOG = -690.0
_NOTHING: Mapping[str, Array] = MappingProxyType({})
_NOT_PICKED: Mapping[str, NDArray[np.intp]] = MappingProxyType({})
_NO_STATES: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Findings as numbers, for one question or for one per row.

    Attributes:
        observed: node to the index of its state.
        weights: node to weights of shape (states,) or (rows, states), each row's largest being 1.
        beliefs: node to a distribution of shape (states,) or (rows, states).
        do: node to the index of the state it is set to, or to one-hot rows (rows, states).
        rows: how many questions; None for a single one.
        picked: node to the index of the state it was observed in, by row, shape (rows,).
        log_scale: logarithm of what the rows weigh these states with, shape (rows,).
    """

    observed: Mapping[str, int] = field(default_factory=lambda: _NO_STATES)
    weights: Mapping[str, Array] = field(default_factory=lambda: _NOTHING)
    beliefs: Mapping[str, Array] = field(default_factory=lambda: _NOTHING)
    do: Mapping[str, int | Array] = field(default_factory=lambda: _NO_STATES)
    rows: int | None = None
    picked: Mapping[str, NDArray[np.intp]] = field(default_factory=lambda: _NOT_PICKED)
    log_scale: Array | float = 0.0

    @property
    def by_row(self) -> frozenset[str]:
        """The nodes whose weights or interventions differ from row to row."""
        if self.rows is None:
            return frozenset()
        vectors = [(name, each) for name, each in self.do.items() if not isinstance(each, int)]
        vectors.extend(self.weights.items())
        return frozenset(name for name, each in vectors if each.ndim == 2)

    def state_of(self, name: str) -> int:
        """The index of the state at which a node was observed or set."""
        state = self.observed[name] if name in self.observed else self.do[name]
        assert isinstance(state, int)
        return state

    def vector(self, name: str, size: int) -> Array:
        """Weights of a node, or the one-hot vector of the state at which it is."""
        if name in self.weights:
            return self.weights[name]
        if name in self.picked:
            return np.asarray(np.eye(size)[self.picked[name]])
        state = self.observed[name] if name in self.observed else self.do[name]
        if not isinstance(state, int):
            return state
        return _one_hot(size, state)

    def with_weights(self, more: Mapping[str, Array]) -> "Findings":
        """Multiply further weights in, and forget the beliefs that they stand for."""
        weights = dict(self.weights)
        for name, each in more.items():
            weights[name] = weights[name] * each if name in weights else each
        return replace(self, weights=weights, beliefs=_NOTHING)

    def slice(self, start: int, stop: int) -> "Findings":
        """The questions of some rows."""
        assert self.rows is not None

        def cut(vectors: Mapping[str, Array]) -> dict[str, Array]:
            return {
                name: each[start:stop] if each.ndim == 2 else each for name, each in vectors.items()
            }

        do: dict[str, int | Array] = {
            name: each if isinstance(each, int) else each[start:stop]
            for name, each in self.do.items()
        }
        return replace(
            self,
            weights=cut(self.weights),
            beliefs=cut(self.beliefs),
            do=do,
            rows=min(stop, self.rows) - start,
            picked={name: each[start:stop] for name, each in self.picked.items()},
            log_scale=(
                self.log_scale if isinstance(self.log_scale, float) else self.log_scale[start:stop]
            ),
        )


def bind(network: Network, findings: Iterable[Finding]) -> Findings:
    """Turn findings into numbers.

    Raises:
        EvidenceError: an unknown node or state, or findings on one node that contradict each other.
    """
    by_node: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.node not in network.variables:
            raise EvidenceError(
                f"there is no node {finding.node!r}."
                + (did_you_mean(finding.node, network.variables) or _known(network.variables))
            )
        by_node.setdefault(finding.node, []).append(finding)
    observed: dict[str, int] = {}
    weights: dict[str, Array] = {}
    beliefs: dict[str, Array] = {}
    do: dict[str, int | Array] = {}
    for name, own in by_node.items():
        variable = network.variables[name]
        if variable.is_decision:
            _require_made(variable, own)
        seen, vector, belief, fixed = _combined(variable, own)
        if fixed is not None:
            do[name] = fixed
        elif belief is not None:
            beliefs[name] = belief
        elif seen is not None and vector is None:
            observed[name] = seen
        elif vector is not None:
            weights[name] = vector
    return Findings(observed, weights, beliefs, do)


def stack(network: Network, rows: Sequence[Findings]) -> Findings:
    """Put single questions on top of each other, as the rows of one batch.

    All rows must set the same nodes and hold beliefs on the same nodes.
    """

    def one_hot(name: str, state: int) -> Array:
        return _one_hot(network.variables[name].size, state)

    def weights_of(row: Findings, name: str) -> Array:
        if name in row.observed:
            return one_hot(name, row.observed[name])
        return row.weights.get(name, np.ones(network.variables[name].size))

    seen = dict.fromkeys(name for row in rows for name in (*row.observed, *row.weights))
    do: dict[str, int | Array] = {}
    for name in rows[0].do:
        do[name] = np.stack([row.vector(name, network.variables[name].size) for row in rows])
    return Findings(
        weights={name: np.stack([weights_of(row, name) for row in rows]) for name in seen},
        beliefs={name: np.stack([row.beliefs[name] for row in rows]) for name in rows[0].beliefs},
        do=do,
        rows=len(rows),
    )


def describe(finding: Finding, lang: str = "en") -> str:
    """The finding as a user would write it, with the name of its kind in a language.

    >>> from causal_model.spec.evidence import Observed
    >>> describe(Observed(node="etf_flow", state="outflow"))
    'etf_flow=outflow'
    """
    if finding.kind == "observed":
        return f"{finding.node}={finding.state}"
    if finding.kind == "excluded":
        return f"{finding.node}!={finding.state}"
    if finding.kind == "do":
        return f"do {finding.node}={finding.state}"
    numbers = finding.weights if finding.kind == "likelihood" else finding.probabilities
    listed = ",".join(f"{state}:{number:.6g}" for state, number in numbers.items())
    return f"{term(finding.kind, lang)} {finding.node}={listed}"


def _combined(
    variable: Variable, findings: Sequence[Finding]
) -> tuple[int | None, Array | None, Array | None, int | None]:
    """Merge the findings on one node into (state, weights, belief, set state)."""
    seen: int | None = None
    logs: list[Array] = []
    belief: Array | None = None
    fixed: int | None = None
    for finding in findings:
        if finding.kind == "do":
            state = _state(variable, finding.state)
            if fixed not in (None, state):
                raise _contradiction(variable, findings)
            fixed = state
        elif finding.kind == "observed":
            state = _state(variable, finding.state)
            if seen not in (None, state):
                raise _contradiction(variable, findings)
            seen = state
        elif finding.kind == "belief":
            wanted = _vector(variable, finding.probabilities, "belief")
            if belief is not None and not np.array_equal(belief, wanted):
                raise _contradiction(variable, findings)
            belief = wanted / wanted.sum()
        else:
            if finding.kind == "excluded":
                more = 1.0 - _one_hot(variable.size, _state(variable, finding.state))
            else:
                more = _vector(variable, finding.weights, "likelihood")
            if not more.any():
                # It has one state only, and that is excluded.
                raise _contradiction(variable, findings)
            with np.errstate(divide="ignore"):
                each = np.log(more)
            logs.append(each - each.max())
    if (
        sum(each is not None for each in (fixed, belief))
        and len({finding.kind for finding in findings}) > 1
    ):
        raise EvidenceError(
            f"node {variable.name!r} has findings that exclude each other: "
            + ", ".join(describe(finding) for finding in findings)
            + ". A node that is set by do, or whose posterior a belief gives, takes no other finding."
        )
    if not logs:
        return seen, None, belief, fixed
    # In logarithms nothing underflows; summed exactly, so that their order does not matter.
    total = np.array([_sum(column) for column in np.array(logs).T.tolist()])
    if seen is not None:
        total[np.arange(variable.size) != seen] = -np.inf
    if np.isneginf(total).all():
        raise _contradiction(variable, findings)
    if total.min(where=~np.isneginf(total), initial=0.0) < SMALLEST_LOG:
        raise EvidenceError(
            f"the weights on node {variable.name!r} fall below 1e-300 of the largest, which numbers"
            " cannot hold: " + ", ".join(describe(finding) for finding in findings)
        )
    return seen, np.exp(total), belief, fixed


def _require_made(variable: Variable, findings: Iterable[Finding]) -> None:
    """Nobody observes a decision before it is made, and then it is set."""
    for finding in findings:
        if finding.kind != "do":
            state = getattr(finding, "state", None)
            made = state if finding.kind == "observed" and state in variable.states else None
            raise EvidenceError(
                f"{describe(finding)}: {variable.name!r} is a decision, which is made, not seen;"
                f" set it by do, for example {variable.name}={made or variable.states[0]}"
            )


def _sum(logs: Sequence[float]) -> float:
    return -math.inf if -math.inf in logs else math.fsum(logs)


def _one_hot(size: int, state: int) -> Array:
    vector = np.zeros(size)
    vector[state] = 1.0
    return vector


def _state(variable: Variable, state: str) -> int:
    try:
        return variable.states.index(state)
    except ValueError:
        raise EvidenceError(
            f"node {variable.name!r} has no state {state!r}."
            + (did_you_mean(state, variable.states) or _known(variable.states))
        ) from None


def _vector(variable: Variable, numbers: Mapping[str, float], kind: str) -> Array:
    """Numbers by state as an array; states that a finding does not name have weight zero."""
    vector = np.zeros(variable.size)
    for state, number in numbers.items():
        vector[_state(variable, state)] = number
    if not vector.any():
        raise EvidenceError(f"{kind} on {variable.name!r}: all weights are zero")
    return vector


def _contradiction(variable: Variable, findings: Sequence[Finding]) -> EvidenceError:
    listed = ", ".join(describe(finding) for finding in findings)
    if len(findings) == 1:
        return EvidenceError(f"{listed}: {variable.name!r} has no other state")
    return EvidenceError(f"findings on node {variable.name!r} contradict each other: {listed}")


def _known(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(listed[:12])
    return f" Known: {shown}" + (", ..." if len(listed) > 12 else "")
