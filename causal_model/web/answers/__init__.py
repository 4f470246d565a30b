"""The shapes of answers: what `--json` prints and the server sends, closed to keys not named here.

Answers are made by the results themselves (`to_dict`); these models describe them, in the OpenAPI document
and to whoever reads them. Probabilities are between 0 and 1, unrounded; what ends in `_pp` is in percentage
points; an interval is [low, high]; states come in the order of the graph.
"""

from causal_model.web.answers.average import Average
from causal_model.web.answers.claims import Test
from causal_model.web.answers.counterfactual import Counterfactual
from causal_model.web.answers.decide import Decide
from causal_model.web.answers.diff import Diff
from causal_model.web.answers.effects import Effects
from causal_model.web.answers.explain import Explain
from causal_model.web.answers.flip import Flip
from causal_model.web.answers.graphs import Content, Graphs
from causal_model.web.answers.query import Query
from causal_model.web.answers.scenarios import Scenarios
from causal_model.web.answers.sensitivity import Sensitivity
from causal_model.web.answers.watch import Watch

__all__ = [
    "Average",
    "Content",
    "Counterfactual",
    "Decide",
    "Diff",
    "Effects",
    "Explain",
    "Flip",
    "Graphs",
    "Query",
    "Scenarios",
    "Sensitivity",
    "Test",
    "Watch",
]
