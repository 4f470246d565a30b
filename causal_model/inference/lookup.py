"""Many rows of hard evidence by one table: contract the joint of the columns and a target, and look up.

A batch contracts the network once per row. Where the rows speak of few nodes with few states, the joint
distribution of those and a target is contracted once, and every row is a cell of it. Rows that do not
speak of a node find the sum over its states in a further place of its axis.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = [
    "A_LOOK",
    "A_PLACE",
    "MOST_BYTES",
    "MOST_ENTRIES",
    "MOST_LOOKED_UP",
    "Places",
    "looked_up",
    "picked_of",
    "places_of",
]

# Fewer rows are not worth a plan of their own, and larger tables not worth their memory.
FEWEST_ROWS, MOST_ENTRIES = 64, 1 << 22
# Every target needs a table of its own; a batch answers many at once.
MOST_LOOKED_UP = 3
MOST_BYTES = 1 << 29
# To make a cell of the table ready for looking takes as long as so many multiplications of its making; of
# those for the rows so many take as long as one of these, since they come in longer products.
A_LOOK, A_PLACE = 16, 3


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the rows stand in the joint table of the nodes that they speak of.

    Attributes:
        nodes: the axes of the table.
        places: for each node the state of every row, its number of states where it says nothing.
        log_weights: logarithm of what the rows weigh their states with, shape (rows,).
        entries: cells of the table, without the axis of a target.
        constant: the findings that all rows share.
    """

    nodes: tuple[str, ...]
    places: Mapping[str, NDArray[np.intp]]
    log_weights: Array
    entries: int
    constant: Findings


def places_of(network: Network, findings: Findings) -> Places | None:
    """The places of all rows; None where a row does not put every node in one state or in none."""
    rows = findings.rows or 0
    if rows < FEWEST_ROWS or findings.beliefs or not findings.by_row.isdisjoint(findings.do):
        return None
    nodes = tuple([name for name in network.variables if name in findings.by_row])
    places = {}
    log_weights = np.zeros(rows)
    for name in nodes:
        vectors = findings.weights[name]
        held = np.count_nonzero(vectors, axis=1)
        silent = (vectors == 1.0).all(axis=1)
        if not ((held == 1) | silent).all():
            return None
        states = vectors.argmax(axis=1)
        log_weights += np.log(vectors[np.arange(rows), states])
        places[name] = np.where(silent, network.variables[name].size, states)
    entries = math.prod(network.variables[name].size + 1 for name in nodes)
    if entries > MOST_ENTRIES:
        return None
    weights = {name: each for name, each in findings.weights.items() if name not in places}
    constant = replace(findings, weights=weights, rows=None)
    return Places(nodes, places, log_weights, entries, constant)


def looked_up(places: Places, table: Array) -> tuple[Array, Array]:
    """Read the rows off a joint table.

    Args:
        places: where the rows stand.
        table: P(nodes, target), of shape (*node sizes, target size).

    Returns:
        Log of P(row), shape (rows,), -inf where it is impossible; P(target | row), shape (rows,
        states), NaN where it is impossible.
    """
    for axis in range(len(places.nodes)):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    weights = table[tuple([places.places[name] for name in places.nodes])]
    total = weights.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(total[:, 0]) + places.log_weights, weights / total


def picked_of(findings: Findings) -> Findings | None:
    """The same findings with every node that all rows put in one state as picked; None if there is none."""
    rows = findings.rows or 0
    if rows < FEWEST_ROWS or findings.beliefs:
        return None
    picked: dict[str, NDArray[np.intp]] = {}
    log_scale = np.zeros(rows)
    for name in findings.by_row - findings.do.keys():
        vectors = findings.weights[name]
        if (np.count_nonzero(vectors, axis=1) == 1).all():
            picked[name] = vectors.argmax(axis=1)
            log_scale += np.log(vectors[np.arange(rows), picked[name]])
    if not picked:
        return None
    weights = {name: each for name, each in findings.weights.items() if name not in picked}
    return replace(findings, weights=weights, picked=picked, log_scale=log_scale)
