"""Whether data on some nodes could tell an effect while others stay hidden, and how.

Where they could not, the distribution of the observed nodes still says within which bounds it lies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from causal_model.causal.adjustment import adjustment_formula, adjustment_sets
from causal_model.causal.formula import Conditional, Formula
from causal_model.causal.front_door import front_door_formula, front_door_sets
from causal_model.causal.identification import NotIdentified, shortest_formula
from causal_model.causal.implications import Implications, implied_independencies
from causal_model.causal.instruments import Instrument, instruments
from causal_model.causal.separators import Listing
from causal_model.errors import QueryError
from causal_model.graph import directed_path
from causal_model.model import Model
from causal_model.questions.interventions.bounded import EffectLimits, Unbounded, limits_of
from causal_model.questions.interventions.effects import baseline_states, event_states

__all__ = ["Identification", "identify"]

SCHEMA_VERSION = 1
# So many sets, and so many independencies, are listed at most.
MOST_SETS, MOST_INDEPENDENCIES = 100, 500

Way = Literal["no effect", "back door", "front door", "formula"]


@dataclass(frozen=True, slots=True)
class Identification:
    """What observed nodes can tell of P(on | do(of)): whatever the tables are, but for the bounds.

    Attributes:
        graph_id, graph_hash: the graph that was asked.
        of: the nodes that are set.
        on: the outcome.
        hidden: the nodes of which no data exist.
        directed: whether a path of arrows leads from a set node to the outcome.
        formula: P(on | do(of)) by the distribution of the observed nodes, as short as was found; None if
            it does not follow.
        hedge: the nodes on which it founders where it does not follow; hidden causes link them all.
        back_door: minimal adjustment sets Z: P(y | do(x)) = Σ_z P(y | x, z) P(z).
        front_door: minimal front-door sets; none looked for where several nodes are set.
        instruments: nodes that identify the effect if the model is linear, and bound it otherwise; none
            looked for likewise.
        implied: independencies of observed nodes that data can contradict.
        bounds: of an effect that does not follow, whatever the tables of hidden nodes are, by the
            distribution of the observed nodes that this graph has; or why there are none. None where
            the effect follows.
    """

    graph_id: str
    graph_hash: str
    of: tuple[str, ...]
    on: str
    hidden: tuple[str, ...]
    directed: bool
    formula: Formula | None
    hedge: tuple[str, ...]
    back_door: Listing
    front_door: Listing
    instruments: tuple[Instrument, ...]
    implied: Implications
    bounds: EffectLimits | Unbounded | None

    @property
    def identified(self) -> bool:
        """Whether the effect follows from what is observed."""
        return self.formula is not None

    @property
    def free(self) -> tuple[str, ...]:
        """Nodes in the formula that are not asked: its value is the same whatever their states."""
        found = frozenset() if self.formula is None else self.formula.nodes
        return tuple(sorted(found - {*self.of, self.on}))

    @property
    def way(self) -> Way | None:
        """The simplest way to the effect; None if it does not follow."""
        if not self.directed:
            return "no effect"
        if self.back_door.sets:
            return "back door"
        if self.front_door.sets:
            return "front door"
        return "formula" if self.identified else None

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON."""
        bounds = self.bounds if isinstance(self.bounds, EffectLimits) else EffectLimits((), (), ())
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "of": list(self.of),
            "on": self.on,
            "hidden": list(self.hidden),
            "identified": self.identified,
            "way": self.way,
            "formula": None if self.formula is None else str(self.formula),
            "free": list(self.free),
            "hedge": list(self.hedge),
            "back_door": _listed(self.back_door),
            "front_door": _listed(self.front_door),
            "instruments": [
                {"node": each.node, "given": list(each.given)} for each in self.instruments
            ],
            "implied_independencies": {
                "found": [
                    {"left": each.left, "right": each.right, "given": list(each.given)}
                    for each in self.implied.found
                ],
                "complete": self.implied.complete,
            },
            **bounds.to_dict(),
            "unbounded": self.bounds.reason if isinstance(self.bounds, Unbounded) else None,
        }

    def __repr__(self) -> str:
        known = "identified" if self.identified else "not identified"
        hidden = ", ".join(self.hidden) or "nothing"
        return (
            f"<Identification of {', '.join(self.of)} on {self.on} with {hidden} hidden: {known},"
            f" {len(self.back_door.sets)} back-door sets, {len(self.front_door.sets)} front-door sets,"
            f" {len(self.instruments)} instruments>"
        )


def identify(
    model: Model,
    of: str | Iterable[str],
    *,
    on: str | None = None,
    hidden: str | Iterable[str] = (),
    states: str | Iterable[str] | None = None,
    baseline: str | Mapping[str, str] | None = None,
) -> Identification:
    """Ask whether an effect could be told from data in which some nodes are hidden.

    Only arrows count, so that the answer holds whatever the tables are. Where it is no, the tables say
    how observed nodes are distributed, and that between which bounds the effect lies.

    Args:
        model: the model; findings that it assumes play no part.
        of: the node that is set, or several together.
        on: the outcome; default the graph's.
        hidden: nodes of which no data exist.
        states: one or more states of the outcome that are bounded together; default its low states, and
            each state by itself where it has none.
        baseline: with which states the others are compared, as in `effects`.

    Raises:
        QueryError: unknown nodes or states, or a hidden node that is a cause or the outcome.
    """
    causes = model.targets(of)
    (outcome,) = model.targets(on)
    if outcome in causes:
        raise QueryError(f"{outcome!r} is the outcome, and cannot be what is set as well")
    named = (hidden,) if isinstance(hidden, str) else tuple(hidden)
    unseen = model.targets(named) if named else ()
    for name in unseen:
        if name in (*causes, outcome):
            what = "the outcome" if name == outcome else "what is set"
            raise QueryError(f"{name!r} is {what}, and must be observed to tell the effect")
    event = event_states(model, outcome, states, needed=False)
    start = baseline_states(model, causes, baseline)
    parents = {name: model.network.parents[name] for name in model.nodes}
    single = causes[0] if len(causes) == 1 else None
    back_door = adjustment_sets(parents, causes, [outcome], hidden=unseen, most=MOST_SETS)
    front_door = Listing(())
    if single:
        front_door = front_door_sets(parents, single, outcome, hidden=unseen, most=MOST_SETS)
    directed = any(directed_path(parents, name, outcome) for name in causes)
    formula: Formula | NotIdentified
    if not directed:
        formula = Conditional((outcome,))
    elif back_door.sets:
        formula = adjustment_formula(causes, outcome, back_door.sets[0])
    elif front_door.sets:
        formula = front_door_formula(causes[0], outcome, front_door.sets[0])
    else:
        formula = shortest_formula(parents, causes, outcome, unseen)
    usable = instruments(parents, single, outcome, hidden=unseen) if single else ()
    bounds = None
    if isinstance(formula, NotIdentified):
        bounds = limits_of(model, causes, outcome, event, start, usable)
    return Identification(
        graph_id=model.id,
        graph_hash=model.hash,
        of=causes,
        on=outcome,
        hidden=unseen,
        directed=directed,
        formula=None if isinstance(formula, NotIdentified) else formula,
        hedge=formula.hedge if isinstance(formula, NotIdentified) else (),
        back_door=back_door,
        front_door=front_door,
        instruments=usable,
        implied=implied_independencies(parents, hidden=unseen, most=MOST_INDEPENDENCIES),
        bounds=bounds,
    )


def _listed(listing: Listing) -> dict[str, Any]:
    return {"sets": [list(each) for each in listing.sets], "complete": listing.complete}
