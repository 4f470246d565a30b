"""What would have been: the question, and the types of its answer."""

from causal_model.questions.counterfactuals.answer import (
    Causation,
    Counterfactual,
    CounterfactualNode,
    Interval,
)

__all__ = ["Causation", "Counterfactual", "CounterfactualNode", "Interval"]
