"""Learn tables: rows of a data file on top of what a graph file elicits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from causal_model.build import build_network, elicited_table
from causal_model.errors import DataError, QueryError
from causal_model.inference.expected_counts import Counter
from causal_model.learning.em import Elicited, Fit, ImpossibleRow, fit
from causal_model.learning.rows import Rows
from causal_model.network import Array, Network
from causal_model.spec.binning import Binning
from causal_model.spec.graph_file import GraphFile

__all__ = ["Learned", "LearnedTable", "elicited_of", "learn", "learned_nodes", "same_states"]

Method = Literal["counted", "expected"]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedTable:
    """One table that data were added to.

    Attributes:
        elicited: the table and confidence that it starts from.
        counts: how often each state was seen, shape (*parent sizes, own size); fractions where the
            family was not wholly observed.
        table: (confidence x elicited row + counts) / sum, same shape.
        method: counted where every row observed the whole family, else expected.
        confidence: what replaces the confidence of the elicited rows; None where that is kept.
    """

    elicited: Elicited
    counts: Array
    table: Array
    method: Method
    confidence: float | None

    @property
    def n(self) -> Array:
        """The sample size behind every row, shape (*parent sizes,)."""
        return np.asarray(self.counts.sum(axis=-1))


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What data made of some tables.

    Attributes:
        tables: by node.
        rows: how many data rows there were.
        objective: the penalised log likelihood before every step of EM, shape (steps,); never falls.
        converged: whether EM came to rest.
    """

    tables: Mapping[str, LearnedTable]
    rows: int
    objective: Array
    converged: bool


def learn(
    graph: GraphFile, rows: Rows, binning: Binning, *, confidence: float | None = None
) -> Learned:
    """Learn the tables that a binning asks for.

    Args:
        graph: the graph file; the tables that are not learned are taken as they are.
        rows: the data.
        binning: says what is learned, and may say with which confidence.
        confidence: equivalent sample size of every elicited row of all learned tables; default what
            the binning says, else the tables. 0 gives relative frequencies.

    Raises:
        QueryError: nothing is to be learned, or a confidence is missing.
        DataError: a row of the data is impossible under the tables that are not learned.
    """
    names = learned_nodes(graph, binning)
    own = {
        name: confidence if confidence is not None else binning.nodes[name].confidence
        for name in names
        if confidence is not None or name in binning.nodes
    }
    elicited = {name: elicited_of(graph, name, own.get(name)) for name in names}
    network = build_network(graph)
    distinct, weights, first = same_states(rows.states)
    counter = Counter.of(network, names, rows.nodes, distinct)
    try:
        found = fit(counter, elicited, weights[None].astype(float))
    except ImpossibleRow as error:
        line = rows.lines[first[error.row]]
        raise DataError(
            f"{rows.file}:{line}: this row has probability zero under the graph, whatever is learned;"
            " a table that is not learned rules it out"
        ) from None
    return _learned(network, rows, elicited, own, found)


def learned_nodes(graph: GraphFile, binning: Binning) -> tuple[str, ...]:
    """The nodes whose tables a binning wants to be learned, in the order of the graph.

    Raises:
        QueryError: there are none.
    """
    wanted = set(binning.nodes if binning.learn is None else binning.learn)
    names = tuple(name for name in graph.nodes if name in wanted)
    if not names:
        raise QueryError("nothing is to be learned: the binning names no node")
    return names


def elicited_of(graph: GraphFile, name: str, confidence: float | None) -> Elicited:
    """The elicited table of a node, with its confidence or another one.

    Raises:
        QueryError: no confidence is given anywhere.
    """
    table, own = elicited_table(graph, name)
    if confidence is not None:
        return Elicited(table, np.full(own.shape, confidence))
    if np.isnan(own).any():
        raise QueryError(
            f"node {name!r}: the graph does not say with which confidence its rows were elicited;"
            " say it there, in the binning, or by --confidence"
        )
    return Elicited(table, own)


def same_states(
    states: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The different rows of states, how often each comes, and where it comes first."""
    distinct, first, count = np.unique(states, axis=0, return_index=True, return_counts=True)
    return distinct, count, first


def _learned(
    network: Network,
    rows: Rows,
    elicited: Mapping[str, Elicited],
    confidence: Mapping[str, float | None],
    found: Fit,
) -> Learned:
    tables = {}
    for name, each in elicited.items():
        family = network.family(name)
        whole = set(family) <= set(rows.nodes) and all((rows.of(one) >= 0).all() for one in family)
        tables[name] = LearnedTable(
            elicited=each,
            counts=found.counts[name][0],
            table=found.tables[name][0],
            method="counted" if whole else "expected",
            confidence=confidence.get(name),
        )
    return Learned(tables, len(rows), found.objective[:, 0], bool(found.converged[0]))
