"""What the writers ask of names before they write anything."""

from collections.abc import Callable

from causal_model.errors import GraphFileError
from causal_model.network import Network

__all__ = ["printable_names", "require_names"]


def printable_names(network: Network, format_: str) -> None:
    """Refuse names that no reader would take back: empty ones, and control characters.

    Raises:
        GraphFileError: says which name.
    """
    require_names(network, format_, lambda name: bool(name.strip()) and name.isprintable())


def require_names(
    network: Network, format_: str, fits: Callable[[str], bool], *, states: bool = True
) -> None:
    """Refuse a network with a name that a format cannot carry.

    Args:
        network: whose names.
        format_: how the format is called.
        fits: whether the format can carry a name.
        states: whether that goes for states as well as for nodes.

    Raises:
        GraphFileError: says which name.
    """
    for name, variable in network.variables.items():
        if not fits(name):
            raise GraphFileError(f"{format_} cannot carry the name {name!r} of a node")
        for state in variable.states if states else ():
            if not fits(state):
                raise GraphFileError(f"{format_} cannot carry the state {state!r} of node {name!r}")
