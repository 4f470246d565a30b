"""From a graph file to a network; the only place where table forms meet arrays."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from causal_model.cpt.deterministic import deterministic_table
from causal_model.cpt.noisy_max import noisy_max_table
from causal_model.cpt.ranked import cut_points, ranked_table
from causal_model.cpt.table import rows_to_table
from causal_model.network import ROUNDING, Array, Network, Variable
from causal_model.spec.graph_file import GraphFile, Node
from causal_model.spec.table_forms import (
    Case,
    DeterministicForm,
    DeterministicRow,
    NoisyMaxForm,
    RankedForm,
    Row,
    TableForm,
)

__all__ = ["build_network", "row_confidences"]


def build_network(graph: GraphFile) -> Network:
    """Build the network of a graph file that was checked."""
    network = Network.of(
        variables=[Variable(name, tuple(node.states)) for name, node in graph.nodes.items()],
        parents={name: tuple(node.parents) for name, node in graph.nodes.items()},
        tables={name: _table(graph, node) for name, node in graph.nodes.items()},
    )
    return network.normalised()


def row_confidences(graph: GraphFile) -> dict[str, Array]:
    """The confidence of every row, as arrays of shape (*parent sizes,); NaN where none is given."""
    found = {}
    for name, node in graph.nodes.items():
        default = node.table.confidence
        shape = tuple(len(graph.nodes[parent].states) for parent in node.parents)
        array = np.full(shape, np.nan if default is None else default)
        for row in getattr(node.table, "rows", ()):
            if isinstance(row, Row) and row.confidence is not None:
                array[np.ix_(*_places(graph, node, row))] = row.confidence
        found[name] = array
    return found


def _table(graph: GraphFile, node: Node) -> Array:
    sizes = [len(graph.nodes[parent].states) for parent in node.parents]
    shape = (*sizes, len(node.states))
    match node.table:
        case TableForm() as form:
            return _filled(graph, node, form.rows, shape)
        case RankedForm() as form:
            generated = _ranked(graph, node, form)
            given = _filled(graph, node, form.rows, shape)
            return np.where(np.isnan(given), generated, given)
        case NoisyMaxForm() as form:
            return _noisy_max(graph, node, form)
        case DeterministicForm() as form:
            states = list(node.states)
            rows = [(_places(graph, node, row), states.index(row.state)) for row in form.rows]
            default = None if form.default is None else states.index(form.default)
            return deterministic_table(rows, shape, default)


def _filled(graph: GraphFile, node: Node, rows: Sequence[Row], shape: Sequence[int]) -> Array:
    return rows_to_table(
        [(_places(graph, node, row), _ordered(node, row.p)) for row in rows], shape
    )


def _places(graph: GraphFile, node: Node, row: Row | DeterministicRow) -> list[list[int]]:
    """For each parent the states for which a row holds, as numbers."""
    found = []
    for parent in node.parents:
        states = list(graph.nodes[parent].states)
        found.append([states.index(state) for state in row.given[parent]])
    return found


def _ordered(node: Node, p: Mapping[str, float]) -> list[float]:
    """The numbers of a row in the order of the states; a sum that is a little off is made one."""
    row = [p[state] for state in node.states]
    total = math.fsum(row)
    return row if abs(total - 1) <= ROUNDING else [number / total for number in row]


def _ranked(graph: GraphFile, node: Node, form: RankedForm) -> Array:
    if form.moderator is None:
        whole = Case(weights=None, spread=None, typical=None)
        return _ranked_case(graph, node, form, whole, list(node.parents))
    # One table per state of the moderator, put side by side along the moderator's axis.
    others = [parent for parent in node.parents if parent != form.moderator]
    axis = list(node.parents).index(form.moderator)
    assert form.cases is not None
    tables = [
        _ranked_case(graph, node, form, form.cases[state], others)
        for state in graph.nodes[form.moderator].states
    ]
    return np.stack(tables, axis=axis)


def _ranked_case(
    graph: GraphFile, node: Node, form: RankedForm, case: Case, parents: Sequence[str]
) -> Array:
    weights = (case.weights if case.weights is not None else form.weights) or {}
    spread = case.spread if case.spread is not None else form.spread
    typical = case.typical if case.typical is not None else form.typical
    assert spread is not None
    own = None if typical is None else _ordered(node, typical)
    return ranked_table(
        [weights[parent] for parent in parents],
        [len(graph.nodes[parent].states) for parent in parents],
        cuts=cut_points(len(node.states), spread, own),
        spread=spread,
    )


def _noisy_max(graph: GraphFile, node: Node, form: NoisyMaxForm) -> Array:
    neutral = np.eye(len(node.states))[0]
    causes = []
    for parent in node.parents:
        pushes = form.causes[parent]
        causes.append(
            np.array(
                [
                    _ordered(node, pushes[state]) if state in pushes else neutral
                    for state in graph.nodes[parent].states
                ]
            )
        )
    return noisy_max_table(causes, np.array(_ordered(node, form.leak)))
