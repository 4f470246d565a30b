"""Instruments: observed nodes that move the cause, and the outcome through the cause alone.

Z is an instrument for the effect of X on Y, given W, if W leaves Z and X connected, separates Z from Y once
the first arrows of the causal paths from X to Y are cut, and holds no node of these paths, or below them,
or below Y [brito2002, for the whole effect: the nodes of causal paths count as hidden]. In a linear model
the effect is then cov(Z, Y | W) / cov(Z, X | W). Tables of states are not linear: there an instrument only
bounds the effect [balke1997], see `effect_bounds`.

If any W will do for some Z, then for some Z the W nearest to Y does, so that one is looked at
[vanderzander2015]; a Z that would need another W is not listed.

References:
    [brito2002] Brito, C. and Pearl, J. (2002). Generalized instrumental variables. UAI.
    [balke1997] Balke, A. and Pearl, J. (1997). Bounds on treatment effects from studies with imperfect
        compliance. JASA 92(439).
    [vanderzander2015] van der Zander, B., Textor, J. and Liskiewicz, M. (2015). Efficiently finding
        conditional instruments for causal inference. IJCAI.
"""

from collections.abc import Collection
from dataclasses import dataclass

from causal_model.causal.adjustment import back_door_graph, forbidden
from causal_model.causal.separators import nearest_separator
from causal_model.graph import Parents, d_connected, descendants

__all__ = ["Instrument", "instruments", "is_instrument"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A node that is an instrument once others are known; `given` is empty where none need be."""

    node: str
    given: tuple[str, ...] = ()


def is_instrument(
    parents: Parents, node: str, cause: str, outcome: str, given: Collection[str] = ()
) -> bool:
    """Whether a node is an instrument given others, all of them being observed."""
    if node in {cause, outcome} or {node, cause, outcome} & set(given):
        return False
    if not _barred(parents, cause, outcome).isdisjoint(given):
        return False
    return _works(back_door_graph(parents, [cause], [outcome]), node, cause, outcome, given)


def instruments(
    parents: Parents, cause: str, outcome: str, *, hidden: Collection[str] = ()
) -> tuple[Instrument, ...]:
    """The instruments for an effect, in the order of the graph."""
    bare = back_door_graph(parents, [cause], [outcome])
    allowed = frozenset(parents) - _barred(parents, cause, outcome) - set(hidden)
    found = []
    for node in parents:
        if node in hidden or node in (cause, outcome):
            continue
        given = nearest_separator(bare, [outcome], [node], allowed - {node})
        if given is not None and _works(bare, node, cause, outcome, given):
            found.append(Instrument(node, tuple(name for name in parents if name in given)))
    return tuple(found)


def _works(bare: Parents, node: str, cause: str, outcome: str, given: Collection[str]) -> bool:
    """Whether a node is linked to the cause and not to the outcome, without the causal paths."""
    linked = d_connected(bare, [node], given)
    return cause in linked and outcome not in linked


def _barred(parents: Parents, cause: str, outcome: str) -> frozenset[str]:
    """The nodes that may not be known: of causal paths or below, below the outcome, and the two."""
    return forbidden(parents, [cause], [outcome]) | descendants(parents, [outcome])
