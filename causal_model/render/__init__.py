"""Pictures of results; computes no probabilities.

The names below are loaded when they are first used, as results are drawn rarely.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from causal_model.render.output import require_drawn, to_bytes, write

__all__ = ["require_drawn", "to_bytes", "write"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'causal_model.render' has no attribute {name!r}")
    return getattr(import_module("causal_model.render.output"), name)
