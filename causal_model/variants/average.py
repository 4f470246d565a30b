"""Bayesian model averaging: what several variants of a story say together, given what was seen.

A variant counts by how probable it was thought to be before, times how probable it made what was then
seen: w_i ∝ P(variant i) · P(evidence | variant i). The average of the answers is Σ w_i P(target | evidence,
variant i), and how far the variants lie apart is part of the answer [hoeting1999, eq. 1-3]. Variants may
have different nodes; they are weighed by evidence on nodes and states that all of them have, since P(e) of
different events cannot be compared. Interventions and beliefs say nothing about which variant is right:
they are in force in every variant, and do not count in P(evidence).

The weights are only as good as the list of variants: a variant that nobody wrote down has weight zero.

References:
    [hoeting1999] Hoeting, J.A., Madigan, D., Raftery, A.E. and Volinsky, C.T. (1999). Bayesian model
        averaging: a tutorial. Statistical Science 14(4).
    [madigan1994] Madigan, D. and Raftery, A.E. (1994). Model selection and accounting for model
        uncertainty in graphical models using Occam's window. JASA 89(428).
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

from causal_model.errors import EvidenceError, ImpossibleEvidence, QueryError, did_you_mean
from causal_model.inference.findings import describe
from causal_model.inference.result import Distributions
from causal_model.library import find_scenario
from causal_model.model import Model, Told
from causal_model.spec.check import read_scenario
from causal_model.spec.evidence import Evidence, Finding
from causal_model.variants.agreement import assumed_by_all, require_shared, shared_targets
from causal_model.variants.difference import the_model

__all__ = ["Average", "VariantAnswer", "average"]

SCHEMA_VERSION = 1
# Prior weights may miss 1 by rounding.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class VariantAnswer:
    """One variant's part in the average.

    Attributes:
        name: how it is called here.
        graph_id, graph_hash: which graph it is.
        title: its title.
        prior_weight: P(variant), before anything was seen.
        log_evidence_probability: natural logarithm of P(evidence | variant); -inf where impossible.
        weight: P(variant | evidence).
        prior: P(node = state | variant) with nothing given, by node and state.
        posterior: P(node = state | findings, variant); None where the evidence is impossible.
    """

    name: str
    graph_id: str
    graph_hash: str
    title: str
    prior_weight: float
    log_evidence_probability: float
    weight: float
    prior: Distributions
    posterior: Distributions | None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON; the logarithm of zero is null."""
        log = self.log_evidence_probability
        return {
            "name": self.name,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "title": self.title,
            "prior_weight": self.prior_weight,
            "evidence_probability": math.exp(log),
            "log_evidence_probability": None if math.isinf(log) else log,
            "weight": self.weight,
            "prior": _plain(self.prior),
            "posterior": None if self.posterior is None else _plain(self.posterior),
        }


@dataclass(frozen=True, eq=False)
class Average(Mapping[str, Mapping[str, float]]):
    """What variants say together; as a mapping it is the averaged posterior by node and state.

    Attributes:
        variants: each with its weight and its own answer, in the order given.
        findings: what was given, the same for all.
        log_evidence_probability: log Σ_i P(variant i) P(evidence | variant i).
    """

    variants: tuple[VariantAnswer, ...]
    findings: tuple[Finding, ...]
    log_evidence_probability: float

    @cached_property
    def prior(self) -> Distributions:
        """Σ_i P(variant i) P(node = state | variant i), with nothing given."""
        return _combined(
            [each.prior for each in self.variants],
            lambda values: _weighted(values, [each.prior_weight for each in self.variants]),
        )

    @cached_property
    def posterior(self) -> Distributions:
        """Σ_i w_i P(node = state | findings, variant i)."""
        return _combined(self._answers, lambda values: _weighted(values, self._weights))

    @cached_property
    def lowest(self) -> Distributions:
        """The smallest of the answers of variants that have any weight."""
        return _combined(self._answers, min)

    @cached_property
    def highest(self) -> Distributions:
        """The largest of the answers of variants that have any weight."""
        return _combined(self._answers, max)

    @cached_property
    def deviation(self) -> Distributions:
        """Standard deviation between variants, √ Σ_i w_i (P_i - average)², by node and state."""

        def spread(values: Sequence[float]) -> float:
            middle = _weighted(values, self._weights)
            squares = [(value - middle) ** 2 for value in values]
            return math.sqrt(_weighted(squares, self._weights))

        return _combined(self._answers, spread)

    @property
    def evidence_probability(self) -> float:
        """Σ_i P(variant i) P(evidence | variant i)."""
        return math.exp(self.log_evidence_probability)

    @cached_property
    def _counting(self) -> tuple[VariantAnswer, ...]:
        return tuple(each for each in self.variants if each.weight > 0)

    @property
    def _answers(self) -> list[Distributions]:
        return [each.posterior for each in self._counting if each.posterior is not None]

    @property
    def _weights(self) -> list[float]:
        return [each.weight for each in self._counting]

    def __getitem__(self, node: str) -> Mapping[str, float]:
        if node in self.posterior:
            return self.posterior[node]
        near = did_you_mean(node, self.posterior) if isinstance(node, str) else ""
        raise QueryError(f"{node!r} was not asked.{near} Asked: {', '.join(self.posterior)}")

    def __contains__(self, node: object) -> bool:
        return node in self.posterior

    def get(self, node: str, default: Any = None) -> Any:
        """The averaged posterior of a node, or the default if it was not asked."""
        return self.posterior[node] if node in self else default

    def __iter__(self) -> Iterator[str]:
        return iter(self.posterior)

    def __len__(self) -> int:
        return len(self.posterior)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, numbers unrounded."""
        return {
            "schema_version": SCHEMA_VERSION,
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "evidence_probability": self.evidence_probability,
            "log_evidence_probability": self.log_evidence_probability,
            "variants": [each.to_dict() for each in self.variants],
            "average": {"prior": _plain(self.prior), "posterior": _plain(self.posterior)},
            "spread": {
                "lowest": _plain(self.lowest),
                "highest": _plain(self.highest),
                "standard_deviation": _plain(self.deviation),
            },
        }

    def __repr__(self) -> str:
        told = ", ".join(f"{each.name} {each.weight:.1%}" for each in self.variants)
        given = ", ".join(describe(each) for each in self.findings) or "nothing"
        return f"<Average of {told}; given {given}>"


def average(
    models: Mapping[str, Model | str | Path] | Iterable[Model | str | Path],
    target: str | Iterable[str] | None = None,
    *,
    prior: Mapping[str, float] | None = None,
    **told: Unpack[Told],
) -> Average:
    """Ask all variants the same, and average their answers by how well they explain the evidence.

    Args:
        models: two variants or more: models, ids of shipped graphs or paths; a mapping gives them names,
            else they are called by their ids.
        target: a node or several, which all variants have with the same states; default the outcome.
        prior: P(variant) by name; variants that are not named share the rest equally, so that by default
            all are equal.
        **told: findings as in `Model.query`, the same for all; a scenario is one beside the first
            variant, or the path of a file.

    Raises:
        EvidenceError: a finding names something that a variant does not have, or findings contradict
            each other.
        ImpossibleEvidence: the evidence is impossible under every variant with a prior above zero.
        QueryError: fewer than two variants, two of one name, a target that some variant lacks, or prior
            weights that are none.
    """
    variants = _named(models)
    priors = _priors(tuple(variants), prior)
    first = next(iter(variants.values()))
    findings = _findings(first, told)
    targets = shared_targets(variants, target)
    for finding in (*assumed_by_all(variants), *findings):
        require_shared(variants, finding)
    return _weighed(variants, priors, targets, findings)


def _findings(first: Model, told: Told) -> tuple[Finding, ...]:
    """What is given to all; a scenario is looked for beside the first variant."""
    scenario = told.pop("scenario", None)
    found: list[Finding] = []
    if scenario is not None:
        found += read_scenario(find_scenario(scenario, first.path)).all_findings()
    further: Any = told.get("findings", ())
    if isinstance(further, Iterable) and not isinstance(further, (str, Mapping)):
        further = list(further)
    return (*found, *Evidence.of(**{**told, "findings": further}).all_findings())


def _weighed(
    variants: Mapping[str, Model],
    priors: Mapping[str, float],
    targets: Sequence[str],
    told: tuple[Finding, ...],
) -> Average:
    logs: dict[str, float] = {}
    answers: dict[str, Distributions | None] = {}
    before: dict[str, Distributions] = {}
    heard = told
    for name, model in variants.items():
        try:
            result = model.query(targets, findings=told)
        except ImpossibleEvidence:
            logs[name], answers[name] = -math.inf, None
            before[name] = _prior_of(model, targets)
        except EvidenceError as error:
            raise EvidenceError(f"variant {name!r}: {error}") from None
        else:
            logs[name], answers[name] = result.log_evidence_probability, dict(result)
            before[name], heard = result.prior, result.findings
    scores = {
        name: logs[name] + math.log(priors[name]) if priors[name] > 0 else -math.inf
        for name in variants
    }
    best = max(scores.values())
    if math.isinf(best):
        raise ImpossibleEvidence(
            "the evidence has probability zero under every variant that has a prior above zero: "
            + ", ".join(describe(each) for each in told if each.kind != "do"),
            tuple(describe(each) for each in told),
        )
    # In logarithms, so that long evidence, whose probability no number can hold, still weighs.
    shares = {name: math.exp(score - best) for name, score in scores.items()}
    total = math.fsum(shares.values())
    order = {node: tuple(next(iter(before.values()))[node]) for node in targets}
    return Average(
        tuple(
            VariantAnswer(
                name=name,
                graph_id=model.id,
                graph_hash=model.hash,
                title=model.graph.title.text("en") if model.graph else model.id,
                prior_weight=priors[name],
                log_evidence_probability=logs[name],
                weight=shares[name] / total,
                prior=_ordered(before[name], order),
                posterior=None if answers[name] is None else _ordered(answers[name] or {}, order),
            )
            for name, model in variants.items()
        ),
        heard,
        best + math.log(total),
    )


def _prior_of(model: Model, targets: Sequence[str]) -> Distributions:
    """P(node = state) with no finding at all."""
    found = model.compiled.prior(targets)
    return {
        node: dict(zip(model.states(node), found[node].tolist(), strict=True)) for node in targets
    }


def _named(
    models: Mapping[str, Model | str | Path] | Iterable[Model | str | Path],
) -> dict[str, Model]:
    if isinstance(models, (str, Path, Model)):
        raise QueryError("an average is over several variants: give a list of them")
    if isinstance(models, Mapping):
        found = {name: the_model(each) for name, each in models.items()}
    else:
        listed = [the_model(each) for each in models]
        ids = [each.id for each in listed]
        twice = next((each for each in ids if ids.count(each) > 1), None)
        if twice is not None:
            raise QueryError(
                f"two variants are called {twice!r}; give them names, as a mapping of names to models"
            )
        found = dict(zip(ids, listed, strict=True))
    if len(found) < 2:
        raise QueryError(f"an average is over two variants or more, got {len(found)}")
    return found


def _priors(names: Sequence[str], prior: Mapping[str, float] | None) -> dict[str, float]:
    """P(variant) for all; those that are not named share the rest equally.

    Raises:
        QueryError: an unknown variant, a number that is no probability, or a sum that is not 1.
    """
    told = dict(prior or {})
    for name, weight in told.items():
        if name not in names:
            near = did_you_mean(name, names) or f" Variants: {', '.join(names)}"
            raise QueryError(f"prior: there is no variant {name!r}.{near}")
        # Written so that NaN is refused as well.
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            raise QueryError(
                f"prior of {name!r}: expected a probability from 0 to 1, got {weight!r}"
            )
    total = math.fsum(told.values())
    rest = [name for name in names if name not in told]
    if total > 1 + ROUNDING or (not rest and total < 1 - ROUNDING):
        raise QueryError(
            f"the prior weights sum to {total:.6g}, expected 1"
            + ("" if not rest else " at most, the rest being shared by " + ", ".join(rest))
        )
    left = max(0.0, 1 - total)
    whole = {name: told.get(name, left / len(rest) if rest else 0.0) for name in names}
    scale = math.fsum(whole.values())
    return {name: weight / scale for name, weight in whole.items()}


def _weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(weight * value for weight, value in zip(weights, values, strict=True))


def _combined(answers: Sequence[Distributions], how: Any) -> dict[str, dict[str, float]]:
    """One number out of the answers of all variants, for every node and state."""
    return {
        node: {state: how([answer[node][state] for answer in answers]) for state in states}
        for node, states in answers[0].items()
    }


def _ordered(
    answer: Distributions, order: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    return {
        node: {state: answer[node][state] for state in states} for node, states in order.items()
    }


def _plain(distributions: Distributions) -> dict[str, dict[str, float]]:
    return {node: dict(states) for node, states in distributions.items()}
