"""Findings: what was seen, what is believed, what somebody does.

The same models read the command line, YAML and JSON files, CSV rows and Python dictionaries. They check
the form only; whether a graph has such a node and state is asked where findings meet a network. States
are names, never positions: neither `True` nor `1` stands for a state unless a state is called so.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, ValidationError
from pydantic_core import PydanticCustomError

from causal_model.errors import EvidenceError
from causal_model.spec.scalars import Model, Name, Number, shown
from causal_model.spec.validate import in_words

__all__ = [
    "AnyFinding",
    "Belief",
    "Do",
    "Evidence",
    "Excluded",
    "Finding",
    "Likelihood",
    "Observed",
    "column_of",
]

FIELDS = ("given", "excluded", "likelihood", "belief", "do", "findings")
# What a finding says, and the kind that it then is unless another is named.
PLAINEST = {"state": "observed", "weights": "likelihood", "probabilities": "belief"}
# A belief may miss 1 by this much; it is then divided by its sum.
SUM_TOLERANCE = 1e-6


def _state(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError(
            "F002",
            "expected the name of a state as text, got {what}",
            {
                "what": shown(value),
                "hint": "to weigh several states, use likelihood" if _is_list(value) else "",
            },
        )
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _weights(value: Any) -> Any:
    if not isinstance(value, Mapping) or not value:
        raise PydanticCustomError("F004", "expected a mapping of states to weights")
    return dict(value)


def _not_negative(weight: float) -> float:
    if weight < 0:
        raise PydanticCustomError(
            "F004", "a weight cannot be negative, got {weight}", {"weight": f"{weight:g}"}
        )
    return weight


def _not_all_zero(weights: dict[str, float]) -> dict[str, float]:
    if not any(weights.values()):
        raise PydanticCustomError("F004", "all weights are zero")
    return weights


def _sums_to_one(weights: dict[str, float]) -> dict[str, float]:
    total = math.fsum(_not_all_zero(weights).values())
    if abs(total - 1) > SUM_TOLERANCE:
        hint = "these are percentages; divide each of them by 100" if total == 100 else ""
        raise PydanticCustomError(
            "F004",
            "a belief must sum to 1, this one sums to {total}",
            {"total": f"{total:.6g}", "hint": hint},
        )
    return weights


StateName = Annotated[Name, BeforeValidator(_state)]
Weight = Annotated[Number, AfterValidator(_not_negative)]
Weights = Annotated[
    dict[StateName, Weight], BeforeValidator(_weights), AfterValidator(_not_all_zero)
]
Shares = Annotated[dict[StateName, Weight], BeforeValidator(_weights), AfterValidator(_sums_to_one)]


class Observed(Model):
    """The node is in this state."""

    node: Name
    kind: Literal["observed"] = "observed"
    state: StateName


class Excluded(Model):
    """The node is not in this state."""

    node: Name
    kind: Literal["excluded"] = "excluded"
    state: StateName


class Likelihood(Model):
    """Virtual evidence: P(what was seen | state), up to a factor; a state not named has weight 0."""

    node: Name
    kind: Literal["likelihood"] = "likelihood"
    weights: Weights


class Belief(Model):
    """The posterior of the node shall be this distribution (Jeffrey's rule)."""

    node: Name
    kind: Literal["belief"] = "belief"
    probabilities: Shares


class Do(Model):
    """Somebody sets the node to this state."""

    node: Name
    kind: Literal["do"] = "do"
    state: StateName


Finding = Union[Observed, Excluded, Likelihood, Belief, Do]  # noqa: UP007  (pydantic reads the tags)


def _kind(value: Any) -> str:
    if not isinstance(value, Mapping):
        kind = getattr(value, "kind", "")
    else:
        # Where what it says can be said by one kind only, or most plainly by one, the kind may be left out.
        said = (kind for key, kind in PLAINEST.items() if key in value)
        kind = value.get("kind", next(said, ""))
    return kind if isinstance(kind, str) else ""


AnyFinding = Annotated[
    Annotated[Observed, Tag("observed")]
    | Annotated[Excluded, Tag("excluded")]
    | Annotated[Likelihood, Tag("likelihood")]
    | Annotated[Belief, Tag("belief")]
    | Annotated[Do, Tag("do")],
    Discriminator(_kind),
]


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Evidence(Model):
    """Findings by kind; or, in short, a mapping of nodes to the states they were observed in."""

    given: dict[Name, StateName] = Field(
        default_factory=dict, description="Node and the state in which it was observed."
    )
    excluded: dict[
        Name,
        Annotated[
            tuple[StateName, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])
        ],
    ] = Field(default_factory=dict, description="Node and the state, or states, that it is not in.")
    likelihood: dict[Name, Weights] = Field(
        default_factory=dict, description="Node and weights by state, up to a factor."
    )
    belief: dict[Name, Shares] = Field(
        default_factory=dict, description="Node and the distribution that its posterior shall be."
    )
    do: dict[Name, StateName] = Field(
        default_factory=dict, description="Node and the state that somebody sets it to."
    )
    findings: tuple[AnyFinding, ...] = Field(
        (), description="Findings one by one, with node and kind."
    )

    @classmethod
    def of(cls, **parts: Any) -> "Evidence":
        """Build from Python values, a mapping per kind; parts that are None say nothing.

        Raises:
            EvidenceError: a value has the wrong form; says where and what was expected.

        >>> Evidence.of(given={"etf_flow": "outflow"}).all_findings()
        (Observed(node='etf_flow', kind='observed', state='outflow'),)
        """
        present = {name: part for name, part in parts.items() if part is not None}
        return _checked(cls, present)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Evidence":
        """Read one row of a table of findings.

        Args:
            row: column to cell. A column is `NODE`, `likelihood:NODE`, `belief:NODE` or `do:NODE`; a
                cell is a state, `!=state`, or `state:0.8|state:0.2`; None, NaN and "" say nothing.

        Raises:
            EvidenceError: a cell has the wrong form; says which.
        """
        parts: dict[str, dict[str, Any]] = {}
        for column, cell in row.items():
            if cell is None or cell == "" or cell != cell:
                continue
            kind, node = column_of(str(column))
            if kind in ("likelihood", "belief"):
                cell = _cell_weights(cell, str(column))
            elif isinstance(cell, str) and cell.startswith("!=") and kind == "given":
                kind, cell = "excluded", cell[2:].strip()
            parts.setdefault(kind, {})[node] = cell
        return cls.of(**parts)

    def all_findings(self) -> tuple[Finding, ...]:
        """All findings, one value each."""
        found: list[Finding] = []
        found += [Observed(node=node, state=state) for node, state in self.given.items()]
        found += [
            Excluded(node=node, state=state)
            for node, states in self.excluded.items()
            for state in states
        ]
        found += [Likelihood(node=node, weights=each) for node, each in self.likelihood.items()]
        found += [Belief(node=node, probabilities=each) for node, each in self.belief.items()]
        found += [Do(node=node, state=state) for node, state in self.do.items()]
        return (*found, *self.findings)


def in_short(data: Any) -> Any:
    """Take a mapping with none of the known keys as the nodes that were observed, a list as findings."""
    if isinstance(data, Mapping) and data and not set(data) & set(FIELDS):
        return {"given": data}
    return {"findings": data} if isinstance(data, list) else data


def column_of(name: str) -> tuple[str, str]:
    """The kind and the node of a column of a table: `given` where the name is that of a node."""
    kind, colon, node = name.partition(":")
    return (kind, node) if colon and kind in ("likelihood", "belief", "do") else ("given", name)


def _cell_weights(cell: Any, column: str) -> dict[str, str]:
    parts = [part.rpartition(":") for part in str(cell).split("|")]
    if not all(state.strip() and colon for state, colon, _ in parts):
        raise EvidenceError(f"column {column!r}: expected state:0.8|state:0.2, got {cell!r}")
    return {state.strip(): number.strip() for state, _, number in parts}


def _checked(model: type[Evidence], data: Any) -> Evidence:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        told = []
        for each in error.errors(include_url=False):
            parts = [str(part) if not at else repr(part) for at, part in enumerate(each["loc"])]
            place = " of ".join(part for part in reversed(parts) if part != "'[key]'")
            _, message, hint = in_words(each, model)
            told.append(" ".join(filter(None, (f"{place}:" if place else "", message, hint))))
        raise EvidenceError("; ".join(told)) from None
