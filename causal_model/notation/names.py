"""Where the nodes and states of a statement stand in its text, so that others can say them in its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from causal_model.notation.statement import (
    Comparison,
    Condition,
    Event,
    Expected,
    InScenario,
    Intervention,
    MostLikely,
    Nearness,
    Place,
    Quantity,
    Share,
    Statement,
    Sum,
    Trend,
    Word,
)

__all__ = ["Name", "names_in"]


@dataclass(frozen=True, slots=True)
class Name:
    """A node, or one of its states, at a place of a statement.

    Attributes:
        at: the place.
        node: the node.
        state: the state; None where the node itself is named.
    """

    at: Place
    node: str
    state: str | None = None


def names_in(statement: Statement) -> list[Name]:
    """The nodes and states that a statement about numbers names, in the order of its text."""
    return sorted(set(_stated(statement)), key=lambda each: each.at)


def _stated(statement: Statement) -> Iterator[Name]:
    match statement:
        case Comparison():
            yield from _sums(statement.sides)
        case Nearness():
            yield from _sums((statement.left, statement.right))
        case Trend():
            yield from _sums((statement.sum,))
            if statement.over.node is not None:
                yield from _of(statement.over.node, statement.over.names)
        case MostLikely():
            yield from _of(statement.node, statement.states)
            yield from _conditions(statement.conditions)


def _sums(sums: Iterable[Sum]) -> Iterator[Name]:
    for one in sums:
        for each in one.quantities():
            yield from _quantity(each)


def _quantity(quantity: Quantity) -> Iterator[Name]:
    if isinstance(quantity, Share):
        yield from _of(quantity.node, (quantity.start, quantity.end))
        yield from _quantity(quantity.probability)
        return
    if isinstance(quantity, Expected):
        yield from _of(quantity.node)
    else:
        for event in quantity.events:
            yield from _of(event.node, event.states)
    yield from _conditions(quantity.conditions)


def _conditions(conditions: Iterable[Condition]) -> Iterator[Name]:
    for each in conditions:
        match each:
            case Event():
                yield from _of(each.node, each.states)
            case Intervention():
                yield from _of(each.node, (each.state,))
            case InScenario():
                pass


def _of(node: Word, states: Iterable[Word] = ()) -> Iterator[Name]:
    yield Name(node.at, node.text)
    for state in states:
        yield Name(state.at, node.text, state.text)
