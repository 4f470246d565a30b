"""A table of cells in, arrays out: many questions at once, as spreadsheets hold them.

No value is made per row. Every different cell text becomes a vector over the states of its node, see
`cells`; a row is a number per column, see `columns`; and a batch is the vectors picked by these numbers.
Rows that set the same nodes, and hold beliefs on the same nodes, go through the engine together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError
from causal_model.inference.cells import BELIEF, DO, WEIGHTS, WRONG
from causal_model.inference.columns import CellColumn, Codes, joint_numbers
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.inference.heard import Heard, heard_by_node, what_is_wrong
from causal_model.network import Array
from causal_model.spec.evidence import Finding, column_of

__all__ = ["TableAnswers", "ask_table"]

ROUNDING = 1e-12
# Rows in which a batch pays for its call, and those in which a new kind of batch pays for its plan.
ROWS_OF_A_BATCH, ROWS_OF_A_KIND = 256, 2048


@dataclass(frozen=True, slots=True, eq=False)
class TableAnswers:
    """Answers to the rows of a table, in their order.

    Attributes:
        log_evidence: log P(evidence) of each row, shape (rows,); -inf where it is impossible, NaN in
            rows that could not be asked.
        marginals: posterior of each target, shape (rows, states); NaN where there is none.
        problems: row, from 0, to why it could not be asked.
    """

    log_evidence: Array
    marginals: Mapping[str, Array]
    problems: Mapping[int, str]


def ask_table(
    compiled: CompiledNetwork,
    columns: Sequence[CellColumn],
    rows: int,
    targets: Sequence[str],
    assumed: Sequence[Finding] = (),
) -> TableAnswers:
    """Ask the same targets under every row of a table.

    Args:
        compiled: the network.
        columns: the table; a node may have several columns.
        rows: how many rows the table has.
        targets: the nodes that are asked.
        assumed: findings that hold in every row.
    """
    network = compiled.network
    heard, constant = heard_by_node(network, columns, rows, assumed)
    roles = {name: each.roles_of_rows() for name, each in heard.items()}
    wrong = np.zeros(rows, dtype=bool)
    for each in roles.values():
        wrong |= each == WRONG
    for column in columns:
        if column_of(column.name)[1] not in network.variables:
            wrong |= column.codes >= 0
    problems = {
        row: what_is_wrong(network, columns, row, assumed) for row in np.flatnonzero(wrong).tolist()
    }
    log_evidence = np.full(rows, np.nan)
    marginals = {name: np.full((rows, network.variables[name].size), np.nan) for name in targets}
    special = [np.where(each >= BELIEF, each, 0).astype(np.intp) for each in roles.values()]
    asked = np.flatnonzero(~wrong)
    for group in _groups(joint_numbers([each for each in special if each.any()], rows), asked):
        states = _sliced(heard, group)
        joint = joint_numbers([each + 1 for each in states.values()], len(group))
        for within in _groups(joint, np.arange(len(group))):
            places = group[within]
            at = {name: int(each[within[0]]) for name, each in states.items()}
            findings = _findings(heard, roles, constant, places, at)
            _ask(compiled, findings, places, targets, (log_evidence, marginals, problems))
    return TableAnswers(log_evidence, marginals, dict(sorted(problems.items())))


def _ask(
    compiled: CompiledNetwork,
    findings: Findings,
    places: Codes,
    targets: Sequence[str],
    answers: tuple[Array, dict[str, Array], dict[int, str]],
) -> None:
    """Enter the answers of some rows; rows whose beliefs cannot be met are found by halving."""
    log_evidence, marginals, problems = answers
    try:
        found = compiled.posterior(findings, targets)
    except EvidenceError as error:
        if len(places) == 1:
            problems[int(places[0])] = str(error)
            return
        middle = len(places) // 2
        for start, stop in ((0, middle), (middle, len(places))):
            _ask(compiled, findings.slice(start, stop), places[start:stop], targets, answers)
        return
    logs = found.log_evidence
    # Rounding makes nothing more than certain.
    log_evidence[places] = np.where((logs > 0) & (logs < ROUNDING), 0.0, logs)
    for name in targets:
        marginals[name][places] = found.marginals[name]


def _findings(
    heard: Mapping[str, Heard],
    roles: Mapping[str, NDArray[np.int8]],
    constant: Findings,
    places: Codes,
    states: Mapping[str, int],
) -> Findings:
    """The rows at some places, which hold beliefs on and set the same nodes, as one batch.

    The nodes in `states` are observed or set in the same state by all these rows, or, where that is
    -1, none of them speaks of the node.
    """
    observed = dict(constant.observed)
    weights = dict(constant.weights)
    beliefs = dict(constant.beliefs)
    do = dict(constant.do)
    first = places[0]
    for name, each in heard.items():
        role = roles[name][first]
        if name in states:
            if role == DO:
                do[name] = states[name]
            elif role == WEIGHTS:
                observed[name] = states[name]
        elif role == BELIEF:
            beliefs[name] = each.vectors[each.codes[places]]
        elif role == DO:
            do[name] = each.vectors[each.codes[places]]
        elif (roles[name][places] == WEIGHTS).any():
            weights[name] = each.vectors[each.codes[places]]
    return Findings(observed, weights, beliefs, do, rows=len(places))


def _sliced(heard: Mapping[str, Heard], places: Codes) -> dict[str, Codes]:
    """The states of nodes by which rows are to be asked apart.

    A state that is the same for a whole batch is cut out of the tables, which makes the answer far
    cheaper than a vector per row does, as long as the batches stay large and are of few kinds.
    """
    if len(places) < ROWS_OF_A_BATCH + ROWS_OF_A_KIND:
        return {}
    states = {name: each.states_of_rows()[places] for name, each in heard.items()}
    sizes = {name: np.unique(each).size for name, each in states.items() if each.min() > -2}
    sliced: dict[str, Codes] = {}
    joint = kinds = np.zeros(len(places), dtype=np.intp)
    for name in sorted(sizes, key=lambda each: (sizes[each], each)):
        more, kind = states[name], (states[name] >= 0).astype(np.intp)
        batches, finer = np.unique(joint_numbers([joint, more], len(places)), return_inverse=True)
        listed, finer_kinds = np.unique(
            joint_numbers([kinds, kind], len(places)), return_inverse=True
        )
        if batches.size * ROWS_OF_A_BATCH + listed.size * ROWS_OF_A_KIND > len(places):
            break
        joint, kinds = finer.reshape(-1), finer_kinds.reshape(-1)
        sliced[name] = more
    return sliced


def _groups(joint: Codes, asked: Codes) -> list[Codes]:
    """The places of the rows asked, those of equal numbers together."""
    numbers = joint[asked]
    if not numbers.size or (numbers == numbers[0]).all():
        return [asked] if numbers.size else []
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    return list(np.split(asked[order], cuts))
