"""Credible intervals: how much an answer moves when every row of the tables moves as far as it may.

The tables are drawn from their Dirichlet distributions, and every question is asked under every draw; see
`inference.dirichlets` for the draws, `inference.intervals` for what comes out, and `analysis.width` for the
rows that carry the width.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict, Unpack

import numpy as np

from causal_model.analysis.fixed_rows import fixed_rows, row_given
from causal_model.analysis.width import Question, row_variances
from causal_model.errors import QueryError
from causal_model.inference.dirichlets import BLOCK, Dirichlets
from causal_model.inference.drawn_tables import DrawnPosterior, DrawnQuestion
from causal_model.inference.findings import Findings
from causal_model.inference.guard import BYTES, check_draws
from causal_model.inference.intervals import (
    FEWEST_IN_A_TAIL,
    Interval,
    Intervals,
    RowWidth,
    equal_tailed,
    required_draws,
)
from causal_model.network import Array

__all__ = [
    "DEFAULT_DRAWS",
    "MOST_DRAWS",
    "check_request",
    "credible",
    "credible_each",
    "drawn_answers",
    "row_widths",
]

DEFAULT_LEVEL = 0.9
DEFAULT_DRAWS, MOST_DRAWS = 2_000, 1_000_000
# Copies of the tables of a block while they are drawn, and of an answer while its quantiles are taken.
COPIES = 3
# Share of the variance that is left where terms cancel: below, a row adds nothing.
ROUNDING = 1e-15


def drawn_answers(
    questions: Sequence[Question],
    targets: Sequence[str],
    *,
    draws: int,
    seed: int,
    max_memory: int | None = None,
) -> list[DrawnPosterior]:
    """Ask several questions under the same draws of the tables.

    Args:
        questions: single questions.
        targets: the nodes that each is asked.
        draws: how many.
        seed: of the source of chance; the same seed gives the same tables, whatever is asked.
        max_memory: bytes that one pass, and all draws, may take; None for a share of what is free.

    Returns:
        An answer for each question.

    Raises:
        TooLarge: it would take more memory; nothing was drawn.
    """
    plans = [
        DrawnQuestion.of(known.network, findings, targets, known.open, max_memory)
        for known, findings in questions
    ]
    # Who draws a table: anyone who does not hold it fixed, as all draw it alike.
    drawn = {
        name: known
        for (known, _), plan in zip(questions, plans, strict=True)
        for name in plan.drawn
    }
    tables_size = sum(known.network.tables[name].size for name, known in drawn.items())
    width = 1 + sum(questions[0].dirichlets.network.variables[name].size for name in targets)
    check_draws(COPIES * BYTES * (BLOCK * tables_size + draws * len(plans) * width), max_memory)
    found: list[list[DrawnPosterior]] = [[] for _ in plans]
    for block, start in enumerate(range(0, draws, BLOCK)):
        size = min(BLOCK, draws - start)
        tables = {name: known.draw(name, block, seed)[:size] for name, known in drawn.items()}
        for plan, parts in zip(plans, found, strict=True):
            parts.append(plan.ask(tables, size, leave_out=True))
    return [_joined(parts) for parts in found]


class Options(TypedDict, total=False):
    """What `credible` takes besides the question; see `credible_each`."""

    level: float
    draws: int
    seed: int
    about: str | None
    low: Mapping[str, Collection[str]] | None
    counts: Mapping[str, Array] | None
    forms: Mapping[str, str] | None
    where: str
    max_memory: int | None


def credible(
    dirichlets: Dirichlets,
    findings: Findings,
    targets: Sequence[str],
    **options: Unpack[Options],
) -> Intervals:
    """Intervals of one question, whose evidence is possible; see `credible_each`."""
    return credible_each(dirichlets, [findings], targets, **options)[0]


def credible_each(
    dirichlets: Dirichlets,
    several: Sequence[Findings],
    targets: Sequence[str],
    *,
    level: float = DEFAULT_LEVEL,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    about: str | None = None,
    low: Mapping[str, Collection[str]] | None = None,
    counts: Mapping[str, Array] | None = None,
    forms: Mapping[str, str] | None = None,
    where: str = "",
    max_memory: int | None = None,
) -> list[Intervals]:
    """Intervals of several questions, whose evidence is possible, under the same draws of the tables.

    Tables are drawn once for all of them, and the prior is asked once.

    Args:
        dirichlets: the distributions of the rows, with the network.
        several: the questions.
        targets: the nodes that each is asked.
        level: the probability within an interval, between 0 and 1.
        draws: how many draws of the tables.
        seed: of the source of chance.
        about: the target whose width is told apart by rows; default the first that the findings leave
            open.
        low: by node its low states, whose probability together is told apart; of a node without any it
            is the sum of the variances of all states.
        counts: by node the sample size behind its rows, shape (*parent sizes,).
        forms: by node the form of its table.
        where: what refusals begin with, such as the file of the graph.
        max_memory: bytes that one pass, and all draws, may take; None for a share of what is free.

    Returns:
        Intervals for each question.

    Raises:
        QueryError: level, draws or seed make no sense; a row that matters has confidence 0; or no row that
            matters has a confidence.
        TooLarge: it would take more memory than is allowed.
    """
    check_request(level, draws, seed)
    nothing = Question(dirichlets, Findings())
    asked = [Question(dirichlets, each) for each in several]
    fixed = [fixed_rows([nothing, each], targets, where, max_memory) for each in asked]
    told = [at for at, each in enumerate(several) if _says_something(each)]
    before, *rest = drawn_answers(
        [nothing, *(asked[at] for at in told)],
        targets,
        draws=draws,
        seed=seed,
        max_memory=max_memory,
    )
    after = dict(zip(told, rest, strict=True))
    prior = _named(dirichlets, before.marginals, level)
    found = []
    for at, question in enumerate(asked):
        answer = after.get(at, before)
        impossible = int(np.isnan(answer.marginals[targets[0]]).any(axis=-1).sum())
        if draws - impossible < required_draws(level):
            raise QueryError(
                f"{where}the findings are impossible under {impossible:,} of {draws:,} draws of the"
                " tables; too few are left for an interval"
            )
        node = _open(question.findings, [*([about] if about else []), *targets])
        states, events = _events(dirichlets, node, (low or {}).get(node, ()))
        variances = row_variances(question, node, events, max_memory=max_memory)
        rows = row_widths(dirichlets, variances, counts or {}, forms or {})
        changes = {
            name: 100 * (own - before.marginals[name]) for name, own in answer.marginals.items()
        }
        together = events[0] if rows and states else None
        found.append(
            Intervals(
                level=level,
                draws=draws,
                seed=seed,
                impossible=impossible,
                evidence_probability=_of_evidence(question.findings, answer, level),
                prior=prior,
                posterior=_named(dirichlets, answer.marginals, level),
                change_pp=_named(dirichlets, changes, level),
                width_node=node if rows else None,
                width_states=states if rows else (),
                width_prior=_together(before.marginals[node], together, level),
                width_posterior=_together(answer.marginals[node], together, level),
                width_change_pp=_together(changes[node], together, level),
                width_by_row=rows,
                fixed=fixed[at],
                samples=answer.marginals,
            )
        )
    return found


def _says_something(findings: Findings) -> bool:
    return bool(findings.observed or findings.weights or findings.beliefs or findings.do)


def _open(findings: Findings, asked: Sequence[str]) -> str:
    """The first node that the findings leave open; the first of all if there is none."""
    told = {*findings.observed, *findings.do, *findings.beliefs}
    return next((name for name in asked if name not in told), asked[0])


def _of_evidence(findings: Findings, answer: DrawnPosterior, level: float) -> Interval:
    """The interval of P(evidence); 1 where nothing was seen."""
    if not (findings.observed or findings.weights):
        return 1.0, 1.0
    return equal_tailed(np.exp(np.minimum(answer.log_evidence, 0.0))[:, None], level)[0]


def _named(
    dirichlets: Dirichlets, by_node: Mapping[str, Array], level: float
) -> dict[str, dict[str, Interval]]:
    """The intervals of all states of all nodes, in one go."""
    own = iter(equal_tailed(np.concatenate(list(by_node.values()), axis=1), level))
    return {
        name: {state: next(own) for state in dirichlets.network.variables[name].states}
        for name in by_node
    }


def _together(samples: Array, states: Array | None, level: float) -> Interval | None:
    """The interval of the sum over some states, which are zeros and ones of shape (states,)."""
    return None if states is None else equal_tailed((samples @ states)[:, None], level)[0]


def check_request(level: float, draws: int, seed: int) -> None:
    """Level, draws and seed make sense together.

    Raises:
        QueryError: they do not.
    """
    if not 0 < level < 1:
        raise QueryError(
            f"an interval of {level!r} makes no sense; expected a share between 0 and 1, such as 0.9"
        )
    if draws > MOST_DRAWS:
        raise QueryError(f"{draws:,} draws are too many; expected at most {MOST_DRAWS:,}")
    if draws < required_draws(level):
        raise QueryError(
            f"an interval of {level:g} needs {required_draws(level):,} draws or more, so that"
            f" {FEWEST_IN_A_TAIL} lie outside on either side; got {draws:,}"
        )
    if seed < 0:
        raise QueryError(f"the seed is {seed}, expected 0 or more")


def _events(
    dirichlets: Dirichlets, node: str, low: Collection[str]
) -> tuple[tuple[str, ...], list[Array]]:
    """The sets of states whose width is told apart by rows."""
    states = dirichlets.network.variables[node].states
    if low:
        chosen = tuple(each for each in states if each in low)
        return chosen, [np.array([float(each in low) for each in states])]
    return (), list(np.eye(len(states)))


def row_widths(
    dirichlets: Dirichlets,
    variances: Mapping[str, Array],
    counts: Mapping[str, Array],
    forms: Mapping[str, str],
) -> tuple[RowWidth, ...]:
    """The rows that add to the width, those that add most first."""
    total = sum(float(each.sum()) for each in variances.values())
    found = []
    for name, own in variances.items():
        for place in np.argwhere(own > ROUNDING * total).tolist():
            row = tuple(place)
            found.append(
                RowWidth(
                    node=name,
                    given=row_given(dirichlets, name, row),
                    confidence=float(dirichlets.confidence[name][row]),
                    n=float(counts[name][row]) if name in counts else 0.0,
                    form=forms.get(name),
                    share=float(own[row]) / total,
                    deviation_pp=100 * float(np.sqrt(own[row])),
                )
            )
    return tuple(sorted(found, key=lambda each: -each.share))


def _joined(parts: Sequence[DrawnPosterior]) -> DrawnPosterior:
    if len(parts) == 1:
        return parts[0]
    return DrawnPosterior(
        np.concatenate([each.log_evidence for each in parts]),
        {
            name: np.concatenate([each.marginals[name] for each in parts])
            for name in parts[0].marginals
        },
    )
