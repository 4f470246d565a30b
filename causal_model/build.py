"""From a graph file to a network; the only place where table forms meet arrays."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from causal_model.cpt.counts import counted_table
from causal_model.cpt.deterministic import deterministic_table
from causal_model.cpt.noisy_max import noisy_max_table
from causal_model.cpt.ranked import cut_points, ranked_table
from causal_model.cpt.table import rows_to_table
from causal_model.network import ROUNDING, Array, Network, Variable
from causal_model.spec.decisions import UtilityRow
from causal_model.spec.graph_file import GraphFile, Node
from causal_model.spec.table_forms import (
    Case,
    CountedRow,
    CountsForm,
    DeterministicForm,
    DeterministicRow,
    NoisyMaxForm,
    RankedForm,
    Row,
    TableForm,
    TableSpec,
)

__all__ = ["build_network", "elicited_table", "row_confidences", "row_counts", "utility_values"]


def build_network(graph: GraphFile) -> Network:
    """Build the network of a graph file that was checked."""
    network = Network.of(
        variables=[
            Variable(name, tuple(node.states), name in graph.decisions)
            for name, node in graph.nodes.items()
        ],
        parents={name: tuple(node.parents) for name, node in graph.nodes.items()},
        tables={name: _table(graph, node, node.table) for name, node in graph.nodes.items()},
    )
    return network.normalised()


def row_confidences(graph: GraphFile) -> dict[str, Array]:
    """The confidence of every row, as arrays of shape (*parent sizes,); NaN where none is given.

    Where counts are, it is that of the elicited row plus the size of the sample.
    """
    found = {}
    for name, node in graph.nodes.items():
        found[name] = _confidences(graph, node, node.table)
        if isinstance(node.table, CountsForm):
            found[name] = found[name] + _sample_sizes(graph, node, node.table)
    return found


def row_counts(graph: GraphFile) -> dict[str, Array]:
    """The size of the sample behind every row of the tables with counts, shape (*parent sizes,).

    A row with 0 is elicited, and so are all rows of the nodes that are not here.
    """
    return {
        name: _sample_sizes(graph, node, node.table)
        for name, node in graph.nodes.items()
        if isinstance(node.table, CountsForm)
    }


def elicited_table(graph: GraphFile, name: str) -> tuple[Array, Array]:
    """The elicited table of a node without any count, and the confidence of its rows, NaN where none.

    Shapes (*parent sizes, own size) and (*parent sizes,).
    """
    node = graph.nodes[name]
    form = node.table.prior if isinstance(node.table, CountsForm) else node.table
    table = _table(graph, node, form)
    return table / table.sum(axis=-1, keepdims=True), _confidences(graph, node, node.table)


def utility_values(graph: GraphFile) -> dict[str, tuple[tuple[str, ...], Array]]:
    """The parents of every utility, and what their states are worth, of shape (*parent sizes,)."""
    found = {}
    for name, utility in graph.utilities.items():
        array = np.zeros([len(graph.nodes[each].states) for each in utility.parents])
        for row in utility.table.rows:
            array[np.ix_(*_places(graph, utility.parents, row))] = row.value
        found[name] = (tuple(utility.parents), array)
    return found


def _confidences(graph: GraphFile, node: Node, form: TableSpec) -> Array:
    """Those of the elicited rows, shape (*parent sizes,)."""
    if isinstance(form, CountsForm) and form.confidence is None:
        return _confidences(graph, node, form.prior)
    shape = tuple(len(graph.nodes[parent].states) for parent in node.parents)
    array = np.full(shape, np.nan if form.confidence is None else form.confidence)
    for row in getattr(form, "rows", ()):
        if isinstance(row, Row) and row.confidence is not None:
            array[np.ix_(*_places(graph, node.parents, row))] = row.confidence
    return array


def _table(graph: GraphFile, node: Node, form: TableSpec) -> Array:
    sizes = [len(graph.nodes[parent].states) for parent in node.parents]
    shape = (*sizes, len(node.states))
    match form:
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
            rows = [
                (_places(graph, node.parents, row), states.index(row.state)) for row in form.rows
            ]
            default = None if form.default is None else states.index(form.default)
            return deterministic_table(rows, shape, default)
        case CountsForm() as form:
            prior = _table(graph, node, form.prior)
            counts = _counts(graph, node, form)
            return counted_table(prior, _confidences(graph, node, form), counts)


def _sample_sizes(graph: GraphFile, node: Node, form: CountsForm) -> Array:
    """How often every row was seen, shape (*parent sizes,)."""
    array = np.zeros([len(graph.nodes[each].states) for each in node.parents])
    for row in form.rows:
        array[np.ix_(*_places(graph, node.parents, row))] = row.n
    return array


def _counts(graph: GraphFile, node: Node, form: CountsForm) -> Array:
    """How often every state was seen, shape (*parent sizes, own size)."""
    array = np.zeros([len(graph.nodes[each].states) for each in node.parents] + [len(node.states)])
    for row in form.rows:
        array[np.ix_(*_places(graph, node.parents, row))] = [
            row.counts.get(each, 0) for each in node.states
        ]
    return array


def _filled(graph: GraphFile, node: Node, rows: Sequence[Row], shape: Sequence[int]) -> Array:
    return rows_to_table(
        [(_places(graph, node.parents, row), _ordered(node, row.p)) for row in rows], shape
    )


def _places(
    graph: GraphFile,
    parents: Iterable[str],
    row: Row | DeterministicRow | CountedRow | UtilityRow,
) -> list[list[int]]:
    """For each parent the states for which a row holds, as numbers."""
    found = []
    for parent in parents:
        states = list(graph.nodes[parent].states)
        given = row.given[parent]
        given = (given,) if isinstance(given, str) else given
        found.append([states.index(state) for state in given])
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
