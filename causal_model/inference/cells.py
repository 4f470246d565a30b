"""Cells to vectors: every different text of a column is read once.

What a cell means is decided by `Evidence.from_row` and `bind`. Cells in the usual forms are read here
faster; every other cell, and the words of every error, come from there.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from causal_model.errors import EvidenceError
from causal_model.inference.columns import CellColumn, Codes
from causal_model.inference.findings import bind
from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Evidence, Finding, column_of

__all__ = [
    "BELIEF",
    "DO",
    "NOTHING",
    "WEIGHTS",
    "WRONG",
    "bound_vector",
    "read_cells",
    "without_doubles",
]

# What a node hears in a row.
NOTHING, WEIGHTS, BELIEF, DO, WRONG = range(5)
ROLES = {"given": WEIGHTS, "likelihood": WEIGHTS, "belief": BELIEF, "do": DO}

# Cells that are longer, or beliefs that miss 1 by more, are for the slow reading to judge.
LONGEST_CELL = 300
BELIEF_TOLERANCE = 1e-9
# Bytes that stand for states while cells are taken apart: no text for people holds them.
FIRST_PRINTABLE = 32
MARKS = [mark for mark in range(1, FIRST_PRINTABLE) if mark != ord("\n")]
AS_COMMAS = bytes([ord(",") if code in MARKS else code for code in range(256)])
PLACE_OF_MARK = np.array(
    [MARKS.index(code) if code in MARKS else -1 for code in range(FIRST_PRINTABLE)], dtype=np.intp
)

# Row, state and number of every part of some cells.
Parts = tuple[Codes, Codes, Array]


def read_cells(network: Network, column: CellColumn) -> tuple[Array, NDArray[np.int8]]:
    """Vectors and roles of the different cells of a column, and of nothing at the end.

    Returns:
        Weights or distributions of shape (cells + 1, states), and what they are, of shape (cells + 1,);
        `WRONG` where a cell says nothing that makes sense for this node.
    """
    kind, node = column_of(column.name)
    variable = network.variables[node]
    vectors = np.ones((len(column.cells) + 1, variable.size))
    roles = np.full(len(column.cells) + 1, ROLES[kind], dtype=np.int8)
    roles[-1] = NOTHING
    if variable.is_decision and kind != "do":
        # `bind` says why, for the cells that say anything.
        left: Sequence[int] = range(len(column.cells))
    elif kind in ("likelihood", "belief"):
        left = _read_weights(column.cells, variable, vectors, belief=kind == "belief")
    else:
        left = _read_states(column.cells, variable, vectors, may_exclude=kind == "given")
    for at in left:
        try:
            said = Evidence.from_row({column.name: column.cells[at]}).all_findings()
            vectors[at], roles[at] = bound_vector(network, node, said)
        except EvidenceError:
            roles[at] = WRONG
    return vectors, roles


def bound_vector(network: Network, node: str, findings: Sequence[Finding]) -> tuple[Array, int]:
    """The vector of a node, and what it is.

    Raises:
        EvidenceError: the findings contradict each other.
    """
    bound = bind(network, without_doubles(findings))
    size = network.variables[node].size
    if node in bound.beliefs:
        return bound.beliefs[node], BELIEF
    if node in bound.do:
        return bound.vector(node, size), DO
    if node in bound.observed or node in bound.weights:
        return bound.vector(node, size), WEIGHTS
    return np.ones(size), NOTHING


def without_doubles(findings: Sequence[Finding]) -> list[Finding]:
    """What is said twice counts once, but likelihoods are independent signs, and multiply."""
    return [
        each
        for at, each in enumerate(findings)
        if each.kind == "likelihood" or each not in findings[:at]
    ]


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
