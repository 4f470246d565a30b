"""How answers become charts, a module for each kind of question; computes no probabilities.

    from causal_model import charts

    charts.write(charts.of_query(model, model.query(given={"china_policy": "hard_mandate"})), "out.svg")

The names below are loaded when they are first used, as answers are drawn rarely.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from causal_model.charts.changes import of_difference
    from causal_model.charts.counterfactuals import of_counterfactual
    from causal_model.charts.decisions import of_decided
    from causal_model.charts.distributions import of_query, of_scenarios
    from causal_model.charts.explanations import of_explanation
    from causal_model.charts.forecasts import of_evaluation
    from causal_model.charts.interventions import of_channels, of_effects
    from causal_model.charts.reversals import of_flip
    from causal_model.charts.sensitivity import of_entry, of_pair, of_sensitivity
    from causal_model.charts.to_file import as_svg, write
    from causal_model.charts.watching import of_watch

__all__ = [
    "as_svg",
    "of_channels",
    "of_counterfactual",
    "of_decided",
    "of_difference",
    "of_effects",
    "of_entry",
    "of_evaluation",
    "of_explanation",
    "of_flip",
    "of_pair",
    "of_query",
    "of_scenarios",
    "of_sensitivity",
    "of_watch",
    "write",
]

_HOMES = {
    "as_svg": "causal_model.charts.to_file",
    "of_channels": "causal_model.charts.interventions",
    "of_counterfactual": "causal_model.charts.counterfactuals",
    "of_decided": "causal_model.charts.decisions",
    "of_difference": "causal_model.charts.changes",
    "of_effects": "causal_model.charts.interventions",
    "of_entry": "causal_model.charts.sensitivity",
    "of_evaluation": "causal_model.charts.forecasts",
    "of_explanation": "causal_model.charts.explanations",
    "of_flip": "causal_model.charts.reversals",
    "of_pair": "causal_model.charts.sensitivity",
    "of_query": "causal_model.charts.distributions",
    "of_scenarios": "causal_model.charts.distributions",
    "of_sensitivity": "causal_model.charts.sensitivity",
    "of_watch": "causal_model.charts.watching",
    "write": "causal_model.charts.to_file",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'causal_model.charts' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
