"""A table of cells in, arrays out: many questions at once, as spreadsheets hold them.

No value is made per row. Every different cell text is read once and becomes a vector over the states of
its node, a row is a number per column, and a batch is the vectors picked by these numbers. Rows that
set the same nodes, and hold beliefs on the same nodes, go through the engine together.

What a cell means is decided by `Evidence.from_row` and `bind`. Cells in the usual forms are read here
faster; every other cell, every node that is spoken of twice in a row, and the words of every error come
from there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings, bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Evidence, Finding, column_of

__all__ = ["CellColumn", "Codes", "TableAnswers", "ask_table", "same_rows"]

Codes = NDArray[np.intp]

# What a node hears in a row.
NOTHING, WEIGHTS, BELIEF, DO, WRONG = range(5)
ROLES = {"given": WEIGHTS, "likelihood": WEIGHTS, "belief": BELIEF, "do": DO}

# Cells that are longer, or beliefs that miss 1 by more, are for the slow reading to judge.
LONGEST_CELL = 300
BELIEF_TOLERANCE = 1e-9
ROUNDING = 1e-12
# Rows in which a batch pays for its call, and those in which a new kind of batch pays for its plan.
ROWS_OF_A_BATCH, ROWS_OF_A_KIND = 256, 2048
# Bytes that stand for states while cells are taken apart: no text for people holds them.
FIRST_PRINTABLE = 32
MARKS = [mark for mark in range(1, FIRST_PRINTABLE) if mark != ord("\n")]
AS_COMMAS = bytes([ord(",") if code in MARKS else code for code in range(256)])
PLACE_OF_MARK = np.array(
    [MARKS.index(code) if code in MARKS else -1 for code in range(FIRST_PRINTABLE)], dtype=np.intp
)
# Numbers of rows are combined to one integer up to here.
LARGEST_CODE = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class CellColumn:
    """A column of a table, with every different cell once.

    Attributes:
        name: `NODE`, `likelihood:NODE`, `belief:NODE` or `do:NODE`.
        cells: the different cells; none of them is empty.
        codes: for every row the place of its cell in `cells`, -1 where the row says nothing.
    """

    name: str
    cells: Sequence[object]
    codes: Codes

    def take(self, rows: Codes) -> "CellColumn":
        """The column of some of the rows, with the cells that are left."""
        if len(rows) == len(self.codes) and (rows == np.arange(len(rows))).all():
            return self
        kept, codes = np.unique(self.codes[rows], return_inverse=True)
        codes = codes.reshape(-1)
        if kept.size and kept[0] < 0:
            kept, codes = kept[1:], codes - 1
        return CellColumn(self.name, [self.cells[at] for at in kept.tolist()], codes)

    def cell(self, row: int) -> object:
        """The cell of a row; None where it says nothing."""
        at = int(self.codes[row])
        return None if at < 0 else self.cells[at]


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


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """What one node hears, by code; the last entry, which is also that of code -1, is nothing.

    Attributes:
        vectors: weights, or a distribution, of shape (codes + 1, states).
        roles: what the vector is, of shape (codes + 1,).
        codes: of every row.
    """

    vectors: Array
    roles: NDArray[np.int8]
    codes: Codes

    def roles_of_rows(self) -> NDArray[np.int8]:
        return self.roles[self.codes]

    def states_of_rows(self) -> Codes:
        """The state in which every row observes or sets the node; -1 if none, -2 if it says else."""
        sure = (self.vectors.max(axis=-1) == 1) & (np.count_nonzero(self.vectors, axis=-1) == 1)
        sure &= self.roles != BELIEF
        states = np.where(sure, self.vectors.argmax(axis=-1), -2)
        states[self.roles == NOTHING] = -1
        return states[self.codes]


def same_rows(columns: Sequence[CellColumn], rows: int) -> tuple[Codes, Codes]:
    """Find the rows that are alike, cell by cell.

    Returns:
        For each different row where it is first seen, and for each row the number of its different row.
    """
    joint = _joint([column.codes for column in columns], rows)
    _, first, number = np.unique(joint, return_index=True, return_inverse=True)
    if len(first) == rows:
        return np.arange(rows), np.arange(rows)
    return first, number.reshape(-1)


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
    heard, constant = _heard(network, columns, rows, assumed)
    roles = {name: each.roles_of_rows() for name, each in heard.items()}
    wrong = np.zeros(rows, dtype=bool)
    for each in roles.values():
        wrong |= each == WRONG
    for column in columns:
        if column_of(column.name)[1] not in network.variables:
            wrong |= column.codes >= 0
    problems = {
        row: _problem(network, columns, row, assumed) for row in np.flatnonzero(wrong).tolist()
    }
    log_evidence = np.full(rows, np.nan)
    marginals = {name: np.full((rows, network.variables[name].size), np.nan) for name in targets}
    special = [np.where(each >= BELIEF, each, 0).astype(np.intp) for each in roles.values()]
    asked = np.flatnonzero(~wrong)
    for group in _groups(_joint([each for each in special if each.any()], rows), asked):
        states = _sliced(heard, group)
        joint = _joint([each + 1 for each in states.values()], len(group))
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
    heard: Mapping[str, _Heard],
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


def _sliced(heard: Mapping[str, _Heard], places: Codes) -> dict[str, Codes]:
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
        batches, finer = np.unique(_joint([joint, more], len(places)), return_inverse=True)
        listed, finer_kinds = np.unique(_joint([kinds, kind], len(places)), return_inverse=True)
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


def _joint(codes: Sequence[Codes], rows: int) -> Codes:
    """One number per row: equal for rows whose codes, -1 or more, are all equal."""
    joint, span = np.zeros(rows, dtype=np.intp), 1
    for each in codes:
        width = int(each.max(initial=-1)) + 2
        if span * width > LARGEST_CODE:
            kept, joint = np.unique(joint, return_inverse=True)
            joint, span = joint.reshape(-1), kept.size
        joint = joint * width + (each + 1)
        span *= width
    return joint


def _heard(
    network: Network, columns: Sequence[CellColumn], rows: int, assumed: Sequence[Finding]
) -> tuple[dict[str, _Heard], Findings]:
    """What every node hears in the rows, and what the nodes hear that no column speaks of."""
    by_node: dict[str, list[CellColumn]] = {}
    for column in columns:
        node = column_of(column.name)[1]
        if node in network.variables and (column.codes >= 0).any():
            by_node.setdefault(node, []).append(column)
    heard = {}
    for node, own in by_node.items():
        told = [finding for finding in assumed if finding.node == node]
        if len(own) == 1 and not told:
            vectors, roles = _read(network, own[0])
            heard[node] = _Heard(vectors, roles, own[0].codes)
        else:
            heard[node] = _several(network, node, own, rows, told)
    return heard, bind(network, [each for each in assumed if each.node not in heard])


def _several(
    network: Network, node: str, columns: Sequence[CellColumn], rows: int, told: Sequence[Finding]
) -> _Heard:
    """What a node hears of which several columns speak, or a column and what is assumed.

    Rows in which one column speaks alone are read as if there were no other.
    """
    size = network.variables[node].size
    vectors, roles = [np.ones((0, size))], [np.zeros(0, dtype=np.int8)]
    codes = np.full(rows, -1, dtype=np.intp)
    spoken = np.sum([column.codes >= 0 for column in columns], axis=0)
    offset = 0
    if not told:
        for column in columns:
            alone = (column.codes >= 0) & (spoken == 1)
            own = column.take(np.flatnonzero(alone))
            read, role = _read(network, own)
            codes[alone] = own.codes + offset
            vectors.append(read[:-1])
            roles.append(role[:-1])
            offset += len(own.cells)
    mixed = np.flatnonzero(spoken >= (0 if told else 2))
    joint = _joint([column.codes[mixed] for column in columns], mixed.size)
    _, first, number = np.unique(joint, return_index=True, return_inverse=True)
    codes[mixed] = number.reshape(-1) + offset
    known: dict[tuple[str, int], tuple[Finding, ...]] = {}
    for row in mixed[first].tolist():
        try:
            vector, role_of = _bound(network, node, [*told, *_said(columns, row, known)])
        except EvidenceError:
            vector, role_of = np.ones(size), WRONG
        vectors.append(vector[None])
        roles.append(np.array([role_of], dtype=np.int8))
    vectors.append(np.ones((1, size)))
    roles.append(np.array([NOTHING], dtype=np.int8))
    return _Heard(np.concatenate(vectors), np.concatenate(roles), codes)


def _said(
    columns: Sequence[CellColumn], row: int, known: dict[tuple[str, int], tuple[Finding, ...]]
) -> list[Finding]:
    """What the columns say in a row, as findings; `known` spares reading a cell twice."""
    said: list[Finding] = []
    for column in columns:
        at = int(column.codes[row])
        if at < 0:
            continue
        if (column.name, at) not in known:
            read = Evidence.from_row({column.name: column.cells[at]})
            known[column.name, at] = read.all_findings()
        said += known[column.name, at]
    return said


def _bound(network: Network, node: str, findings: Sequence[Finding]) -> tuple[Array, int]:
    """The vector of a node, and what it is.

    Raises:
        EvidenceError: the findings contradict each other.
    """
    bound = bind(network, _without_doubles(findings))
    size = network.variables[node].size
    if node in bound.beliefs:
        return bound.beliefs[node], BELIEF
    if node in bound.do:
        return bound.vector(node, size), DO
    if node in bound.observed or node in bound.weights:
        return bound.vector(node, size), WEIGHTS
    return np.ones(size), NOTHING


def _without_doubles(findings: Sequence[Finding]) -> list[Finding]:
    """What is said twice counts once, but likelihoods are independent signs, and multiply."""
    return [
        each
        for at, each in enumerate(findings)
        if each.kind == "likelihood" or each not in findings[:at]
    ]


def _problem(
    network: Network, columns: Sequence[CellColumn], row: int, assumed: Sequence[Finding]
) -> str:
    """Why a row cannot be asked, in the words of the slow reading."""
    try:
        cells = {column.name: column.cell(row) for column in columns}
        bind(network, _without_doubles([*assumed, *Evidence.from_row(cells).all_findings()]))
        # Columns of the same name, of which a mapping holds one only.
        bind(network, _without_doubles([*assumed, *_said(columns, row, {})]))
    except EvidenceError as error:
        return str(error)
    raise AssertionError(f"row {row} was taken for wrong")


def _read(network: Network, column: CellColumn) -> tuple[Array, NDArray[np.int8]]:
    """Vectors and roles of the different cells of a column, and of nothing at the end."""
    kind, node = column_of(column.name)
    variable = network.variables[node]
    vectors = np.ones((len(column.cells) + 1, variable.size))
    roles = np.full(len(column.cells) + 1, ROLES[kind], dtype=np.int8)
    roles[-1] = NOTHING
    if kind in ("likelihood", "belief"):
        left = _read_weights(column.cells, variable, vectors, belief=kind == "belief")
    else:
        left = _read_states(column.cells, variable, vectors, may_exclude=kind == "given")
    for at in left:
        try:
            said = Evidence.from_row({column.name: column.cells[at]}).all_findings()
            vectors[at], roles[at] = _bound(network, node, said)
        except EvidenceError:
            roles[at] = WRONG
    return vectors, roles


def _read_states(
    cells: Sequence[object], variable: Variable, vectors: Array, *, may_exclude: bool
) -> list[int]:
    """Enter the cells `STATE` and `!=STATE`; return the places of all others."""
    place = {state: at for at, state in enumerate(variable.states)}
    left = []
    for at, cell in enumerate(cells):
        excluded = isinstance(cell, str) and may_exclude and cell.startswith("!=")
        state = place.get(cell[2:].strip() if excluded else cell) if isinstance(cell, str) else None
        if state is None or (excluded and variable.size == 1):
            left.append(at)
        elif excluded:
            vectors[at, state] = 0.0
        else:
            vectors[at] = 0.0
            vectors[at, state] = 1.0
    return left


def _read_weights(
    cells: Sequence[object], variable: Variable, vectors: Array, *, belief: bool
) -> list[int]:
    """Enter the cells `STATE:NUMBER|STATE:NUMBER`; return the places of all others."""
    usual = [isinstance(cell, str) and len(cell) <= LONGEST_CELL for cell in cells]
    texts = [str(cell) if fits else "" for cell, fits in zip(cells, usual, strict=True)]
    rows, states, numbers = _taken_apart(texts, variable) or _split(texts, variable)
    good = np.isfinite(numbers) & (numbers >= 0) & (states >= 0)
    fine = np.array(usual, dtype=bool)
    fine[rows[~good]] = False
    flat = rows[good] * variable.size + states[good]
    table = np.zeros((len(cells), variable.size))
    table.reshape(-1)[flat] = numbers[good]
    named_twice = np.bincount(flat, minlength=1) > 1
    if named_twice.any():
        fine[np.flatnonzero(named_twice) // variable.size] = False
    if belief:
        total = table.sum(axis=-1, keepdims=True)
        fine &= np.abs(total[:, 0] - 1) < BELIEF_TOLERANCE
    else:
        total = table.max(axis=-1, keepdims=True)
        fine &= total[:, 0] > 0
    np.divide(table, total, out=vectors[:-1], where=fine[:, None])
    return [int(at) for at in np.flatnonzero(~fine)]


Parts = tuple[Codes, Codes, Array]


def _taken_apart(texts: Sequence[str], variable: Variable) -> Parts | None:
    """Row, state and number of every part of the cells, if all are spelled in the plainest way.

    The work is done on one text of all cells, whose state names are replaced by marks, so that no
    Python runs per part: it would take longer than the answers.
    """
    whole = "".join([f"\n|{text}" for text in texts]).encode("utf-8", "surrogatepass")
    if variable.size > len(MARKS) or not whole.isascii() or "|" in "".join(variable.states):
        return None
    if np.count_nonzero(np.frombuffer(whole, np.uint8) < FIRST_PRINTABLE) > len(texts):
        return None
    # Longer names first: no name can then be taken for the beginning of another one.
    for mark, state in sorted(zip(MARKS, variable.states, strict=False), key=lambda e: -len(e[1])):
        whole = whole.replace(f"|{state}:".encode(), bytes([mark]))
    if b"|" in whole or b"," in whole or b":" in whole:
        return None
    marks = np.frombuffer(whole, np.uint8)
    marks = marks[marks < FIRST_PRINTABLE]
    begins = marks == ord("\n")
    listed = whole.translate(AS_COMMAS, b"\n")[1:]
    if b"_" in listed:  # Python takes it within numbers, and files do not
        return None
    try:
        numbers = np.array(listed.decode().split(","), dtype=np.float64)
    except ValueError:
        return None
    if len(numbers) != np.count_nonzero(~begins):
        return None
    rows = np.cumsum(begins)[~begins] - 1
    return rows, PLACE_OF_MARK[marks[~begins]], numbers


def _split(texts: Sequence[str], variable: Variable) -> Parts:
    """Row, state and number of every part of the cells; -1 and NaN for what is neither."""
    parts = [part.rpartition(":") for part in "|".join(texts).split("|")]
    place = {state: at for at, state in enumerate(variable.states)}
    for name in {name for name, _, _ in parts} - place.keys():
        place[name] = place.get(name.strip(), -1)
    states = np.array([place[name] for name, _, _ in parts], dtype=np.intp)
    numbers = np.array([_number(number) for _, _, number in parts])
    rows = np.repeat(np.arange(len(texts)), [text.count("|") + 1 for text in texts])
    return rows, states, numbers


def _number(text: str) -> float:
    """The numbers that graph files know too; NaN for all other text."""
    # Python's own reading of numbers takes 1_000 and the digits of all scripts as well.
    if not text.isascii() or "_" in text:
        return math.nan
    try:
        return float(text)
    except ValueError:
        return math.nan
