"""Whether a statement makes sense for a graph: its names exist, its numbers can be compared.

A statement that holds or fails whatever the tables say is no claim, and is refused here as well.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from causal_model.errors import did_you_mean
from causal_model.notation.statement import (
    Amount,
    Arrows,
    Cases,
    Comparison,
    Condition,
    Event,
    Expected,
    Independence,
    InScenario,
    Intervention,
    MostLikely,
    Nearness,
    ParentsOf,
    Paths,
    Place,
    Quantity,
    Share,
    Statement,
    Sum,
    Trend,
    Word,
)

__all__ = ["Misfit", "Unit", "Vocabulary", "misfits", "unit_of"]

Unit = Literal["probability", "value"]
MOST_LISTED = 12
# A bound from here on is rather a number of per cent than a probability that is a little too large.
LEAST_PER_CENT = 2.0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a statement may name.

    Attributes:
        nodes: node to its states, low to high where it is ordered.
        unordered: the nodes whose states have no order.
        valued: the nodes of which every state has a number.
        scenarios: known scenarios; None for any.
        channels: known channels; None for any.
        outcome: the node that a list of known nodes does not leave out.
    """

    nodes: Mapping[str, Sequence[str]]
    unordered: Collection[str] = ()
    valued: Collection[str] = ()
    scenarios: Collection[str] | None = None
    channels: Collection[str] | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit: the code of the rule, a sentence, the place in the statement, and a hint."""

    code: str
    message: str
    at: Place
    hint: str = ""


def unit_of(sums: Iterable[Sum]) -> Unit | None:
    """What kind of number the quantities of some sums are; None if there are none, or of both kinds."""
    kinds = {
        "value" if isinstance(each, Expected) else "probability"
        for one in sums
        for each in one.quantities()
    }
    return kinds.pop() if len(kinds) == 1 else None  # type: ignore[return-value]


def misfits(statement: Statement, known: Vocabulary) -> list[Misfit]:
    """Everything in a statement that makes no sense for a graph, in the order of its text."""
    found = list(_Fit(known).statement(statement))
    return sorted(dict.fromkeys(found), key=lambda each: each.at)


class _Fit:
    """The rules, a method per part of a statement."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known

    def statement(self, statement: Statement) -> Iterator[Misfit]:
        match statement:
            case Comparison():
                yield from self.sums(statement.sides)
                yield from _never_or_always(statement)
            case Nearness():
                yield from self.sums((statement.left, statement.right), statement.margin)
            case Trend():
                yield from self.sums((statement.sum,), statement.margin)
                yield from self.cases(statement)
            case MostLikely():
                yield from self.most_likely(statement)
            case Independence():
                yield from self.independence(statement)
            case Arrows():
                yield from self.distinct((*statement.starts, *statement.ends))
            case Paths():
                yield from self.distinct(statement.nodes)
                yield from self.distinct(statement.avoiding)
                for each in statement.avoiding:
                    if each in statement.nodes:
                        yield Misfit("C006", f"{each.text!r} is on the path itself", each.at)

    # Names.

    def node(self, word: Word) -> Iterator[Misfit]:
        nodes = self.known.nodes
        if word.text not in nodes:
            message = f"the graph has no node {word.text!r}"
            yield Misfit("C002", message, word.at, _near(word, nodes, self.known.outcome))

    def states(self, node: Word, states: Iterable[Word]) -> Iterator[Misfit]:
        yield from self.node(node)
        known = self.known.nodes.get(node.text)
        for each in states if known is not None else ():
            if known is not None and each.text not in known:
                message = f"{node.text!r} has no state {each.text!r}"
                yield Misfit("C003", message, each.at, _near(each, known))
        yield from _once(states)

    def distinct(self, words: Sequence[Word]) -> Iterator[Misfit]:
        for each in words:
            yield from self.node(each)
        yield from _once(words)

    # Quantities.

    def sums(self, sums: Sequence[Sum], margin: Amount | None = None) -> Iterator[Misfit]:
        whole = (min(each.at[0] for each in sums), max(each.at[1] for each in sums))
        quantities = [each for one in sums for each in one.quantities()]
        if not quantities:
            yield Misfit("C006", "says nothing about the graph: no P(...) or E(...) in it", whole)
        elif unit_of(sums) is None:
            yield Misfit("C006", "probabilities and expected values cannot be compared", whole)
        amounts = [term.of for one in sums for term in one.terms if isinstance(term.of, Amount)]
        if unit_of(sums) == "value":
            for each in (*amounts, *([margin] if margin else [])):
                if each.unit:
                    hint = "write the number in the unit of the node"
                    yield Misfit("C006", f"expected values are not in {each.unit}", each.at, hint)
        elif quantities and margin is not None:
            yield from _margin(margin)
        for quantity in quantities:
            yield from self.quantity(quantity)

    def quantity(self, quantity: Quantity) -> Iterator[Misfit]:
        if isinstance(quantity, Expected):
            yield from self.node(quantity.node)
            node = quantity.node.text
            if node in self.known.nodes and node not in self.known.valued:
                hint = "give every state of the node a value in the graph file"
                message = f"the states of {node!r} have no numbers, so it has no expected value"
                yield Misfit("C005", message, quantity.node.at, hint)
        elif isinstance(quantity, Share):
            yield from self.states(quantity.node, (quantity.start, quantity.end))
            yield from self.quantity(quantity.probability)
            channels = self.known.channels
            if channels is not None and quantity.channel.text not in channels:
                hint = _near(quantity.channel, channels)
                message = f"the graph has no channel {quantity.channel.text!r}"
                yield Misfit("C004", message, quantity.channel.at, hint)
            for each in quantity.probability.conditions:
                if isinstance(each, Event | Intervention) and each.node == quantity.node:
                    message = f"{each.node.text!r} is what changes, so it takes no condition"
                    yield Misfit("C006", message, each.node.at)
            return
        else:
            for event in quantity.events:
                yield from self.event(event)
            yield from _once(event.node for event in quantity.events)
        yield from self.conditions(quantity.conditions)

    def event(self, event: Event) -> Iterator[Misfit]:
        yield from self.states(event.node, event.states)
        node, states = event.node.text, self.known.nodes.get(event.node.text, ())
        if event.relation in ("<=", ">=") and node in self.known.unordered:
            hint = "name the states: NODE in {STATE, STATE}"
            yield Misfit("C006", f"the states of {node!r} have no order", event.node.at, hint)
        elif states and _chosen(event, states) in (set(), set(states)):
            what = "every" if _chosen(event, states) else "no"
            at = (event.node.at[0], event.states[-1].at[1])
            yield Misfit("C006", f"{what} state of {node!r} is among these", at)

    def conditions(self, conditions: Iterable[Condition]) -> Iterator[Misfit]:
        set_, seen = [], []
        for each in conditions:
            if isinstance(each, InScenario):
                yield from self.scenario(each.name)
            elif isinstance(each, Intervention):
                yield from self.states(each.node, (each.state,))
                set_.append(each.node)
            else:
                yield from self.event(each)
                seen.append(each.node)
        yield from _once(set_)
        for node in seen:
            if node in set_:
                message = f"{node.text!r} is set by do, so it takes no other condition"
                yield Misfit("C006", message, node.at)

    def scenario(self, name: Word) -> Iterator[Misfit]:
        known = self.known.scenarios
        if known is not None and name.text not in known:
            hint = (
                _near(name, known) if known else "the folder scenarios/ beside the graph is empty"
            )
            yield Misfit("C004", f"there is no scenario {name.text!r}", name.at, hint)

    # Statements that are no comparison.

    def cases(self, trend: Trend) -> Iterator[Misfit]:
        over: Cases = trend.over
        if over.node is None:
            for name in over.names:
                yield from self.scenario(name)
            yield from _once(over.names)
        else:
            yield from self.states(over.node, over.names)
            for each in _conditions_of(trend.sum):
                if isinstance(each, Event | Intervention) and each.node == over.node:
                    message = f"{each.node.text!r} goes from case to case, so it takes no condition"
                    yield Misfit("C006", message, each.node.at)
            if over.node.text in self.known.unordered and not over.names:
                message = f"the states of {over.node.text!r} have no order"
                yield Misfit("C006", message, over.node.at, "list them: over NODE = STATE, STATE")
        if len(over.names) == 1:
            yield Misfit("C006", "one case is no trend", over.names[0].at, "name at least two")

    def most_likely(self, claim: MostLikely) -> Iterator[Misfit]:
        yield from self.states(claim.node, claim.states)
        yield from self.conditions(claim.conditions)
        yield from _margin(claim.margin)
        states = self.known.nodes.get(claim.node.text)
        named = {each.text for each in claim.states}
        if states is not None and named >= set(states):
            at = (claim.states[0].at[0], claim.states[-1].at[1])
            yield Misfit("C006", f"every state of {claim.node.text!r} is among these", at)

    def independence(self, claim: Independence) -> Iterator[Misfit]:
        for side in (claim.left, claim.right):
            yield from self.distinct(side)
        for each in claim.given:
            yield from self.node(each.node if isinstance(each, ParentsOf) else each)
        known = [each for each in claim.given if isinstance(each, Word)]
        for word in claim.right:
            if word in claim.left:
                yield Misfit("C006", f"{word.text!r} stands on both sides", word.at)
        for word in known:
            if word in claim.left or word in claim.right:
                message = f"{word.text!r} is given, so it depends on nothing"
                yield Misfit("C006", message, word.at)


def _conditions_of(sum_: Sum) -> Iterator[Condition]:
    for each in sum_.quantities():
        yield from (each.probability if isinstance(each, Share) else each).conditions


def _chosen(event: Event, states: Sequence[str]) -> set[str]:
    """The states that an event allows, as far as they exist."""
    named = [each.text for each in event.states if each.text in states]
    if not named:
        return {""}  # said to be unknown already
    if event.relation == "in":
        return set(named)
    if event.relation == "not in":
        return set(states) - set(named)
    at = states.index(named[0])
    return set(states[: at + 1] if event.relation == "<=" else states[at:])


def _never_or_always(claim: Comparison) -> Iterator[Misfit]:
    """Probabilities lie between 0 and 1, so some bounds say nothing, or are no probabilities."""
    if unit_of(claim.sides) != "probability":
        return
    for (left, right), sign in zip(pairwise(claim.sides), claim.signs, strict=True):
        if not (any(left.quantities()) or any(right.quantities())):
            continue
        (a, b), (c, d) = _range(left), _range(right)
        low, high = a - d, b - c
        always = {
            ">": low > 0,
            ">=": low >= 0,
            "<": high < 0,
            "<=": high <= 0,
            "=": low == high == 0,
        }[sign]
        never = {
            ">": high <= 0,
            ">=": high < 0,
            "<": low >= 0,
            "<=": low > 0,
            "=": low > 0 or high < 0,
        }[sign]
        if always or never:
            how = "always" if always else "never"
            bounds = [each for each in (left, right) if not any(each.quantities())]
            hint = ""
            if bounds:
                other = right if bounds[0] is left else left
                hint = _bound_hint(bounds[0], alone=len(other.terms) == 1)
            at = bounds[0].at if bounds else (left.at[0], right.at[1])
            message = f"this {how} holds, whatever the graph: a probability lies between 0 and 1"
            yield Misfit("C006", message, at, hint)


def _bound_hint(bound: Sum, *, alone: bool) -> str:
    """What may be meant by a bound that says nothing.

    Args:
        bound: numbers only.
        alone: whether it is a single probability that is bounded.
    """
    (term, *more), amount = bound.terms, bound.terms[0].of
    if not isinstance(amount, Amount) or more or term.factor < 0:
        return ""
    if not amount.unit and LEAST_PER_CENT <= amount.number <= 100:
        return f"write {amount.number:g} %"
    if alone and amount.value > 1:
        return f"{100 * amount.value:g} % is more than any probability"
    return ""


def _range(sum_: Sum) -> tuple[float, float]:
    """The least and the most that a sum of probabilities can be; shares have no bounds."""
    low = high = 0.0
    for term in sum_.terms:
        if isinstance(term.of, Amount):
            ends = [term.factor * term.of.value] * 2
        elif isinstance(term.of, Share):
            ends = [-math.inf, math.inf]
        else:
            ends = [0.0, term.factor]
        low, high = low + min(ends), high + max(ends)
    return low, high


def _margin(margin: Amount) -> Iterator[Misfit]:
    if margin.value >= 1:
        hint = f"write {margin.number:g} pp" if margin.number <= 100 and not margin.unit else ""
        yield Misfit("C006", "no two probabilities differ by that much", margin.at, hint)


def _once(words: Iterable[Word]) -> Iterator[Misfit]:
    seen = set()
    for each in words:
        if each in seen:
            yield Misfit("C006", f"{each.text!r} is named twice", each.at)
        seen.add(each)


def _near(word: Word, known: Iterable[str], likely: str | None = None) -> str:
    names = list(known)
    near = did_you_mean(word.text, names).strip()
    if near:
        return near
    shown = names[:MOST_LISTED]
    if len(names) > MOST_LISTED:
        shown.append("...")
        if likely in names[MOST_LISTED:]:
            shown.append(str(likely))
    return "known: " + ", ".join(shown) if shown else ""
