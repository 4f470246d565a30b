"""How answers become charts, a module for each kind of question; computes no probabilities.

    from causal_model import charts

    charts.write(charts.of_query(model, model.query(given={"china_policy": "hard_mandate"})), "out.svg")

The names below are loaded when they are first used, as answers are drawn rarely.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from causal_model.charts.changes import of_difference
    from causal_model.charts.distributions import of_query, of_scenarios
    from causal_model.charts.forecasts import of_evaluation
    from causal_model.charts.write import write

__all__ = ["of_difference", "of_evaluation", "of_query", "of_scenarios", "write"]

_HOMES = {
    "of_difference": "causal_model.charts.changes",
    "of_evaluation": "causal_model.charts.forecasts",
    "of_query": "causal_model.charts.distributions",
    "of_scenarios": "causal_model.charts.distributions",
    "write": "causal_model.charts.write",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'causal_model.charts' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
