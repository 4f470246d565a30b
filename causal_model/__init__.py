"""Causal graph files in, probabilities out.

    import causal_model as cm

    model = cm.load("article")
    result = model.query("btc_return", given={"china_policy": "hard_mandate"})
    result["btc_return"]["down"]

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from causal_model.errors import (
    BatchError,
    CausalModelError,
    CptError,
    DataError,
    EvidenceError,
    GraphFileError,
    GraphFileWarning,
    ImpossibleEvidence,
    QueryError,
    RenderError,
    StatementError,
    TooLarge,
)

if TYPE_CHECKING:
    from causal_model.claims.check import check_claims
    from causal_model.claims.report import ClaimReport
    from causal_model.inference.result import EstimatedResult, MostProbable, QueryResult
    from causal_model.model import Model, from_pgmpy, load
    from causal_model.network import Network, Variable
    from causal_model.questions.counterfactuals.answer import Counterfactual
    from causal_model.questions.counterfactuals.ask import counterfactual
    from causal_model.questions.decisions.decide import decide
    from causal_model.questions.decisions.result import Decided
    from causal_model.questions.interventions.effects import effects
    from causal_model.questions.interventions.identify import Identification, identify
    from causal_model.questions.interventions.result import Effects
    from causal_model.questions.reasons.explain import explain
    from causal_model.questions.reasons.explanation import Explanation
    from causal_model.questions.reversal.ask import flip
    from causal_model.questions.reversal.effects import Flip
    from causal_model.questions.tornado.ask import sensitivity
    from causal_model.questions.tornado.effects import Sensitivity
    from causal_model.questions.watching import Watch, watch
    from causal_model.variants.average import Average, average
    from causal_model.variants.difference import Difference, diff

__version__ = "0.1.0"

__all__ = [
    "Average",
    "BatchError",
    "CausalModelError",
    "ClaimReport",
    "Counterfactual",
    "CptError",
    "DataError",
    "Decided",
    "Difference",
    "Effects",
    "EstimatedResult",
    "EvidenceError",
    "Explanation",
    "Flip",
    "GraphFileError",
    "GraphFileWarning",
    "Identification",
    "ImpossibleEvidence",
    "Model",
    "MostProbable",
    "Network",
    "QueryError",
    "QueryResult",
    "RenderError",
    "Sensitivity",
    "StatementError",
    "TooLarge",
    "Variable",
    "Watch",
    "__version__",
    "average",
    "check_claims",
    "counterfactual",
    "decide",
    "diff",
    "effects",
    "explain",
    "flip",
    "from_pgmpy",
    "identify",
    "load",
    "sensitivity",
    "watch",
]

_HOMES = {
    "Average": "causal_model.variants.average",
    "ClaimReport": "causal_model.claims.report",
    "Counterfactual": "causal_model.questions.counterfactuals.answer",
    "Decided": "causal_model.questions.decisions.result",
    "Difference": "causal_model.variants.difference",
    "Effects": "causal_model.questions.interventions.result",
    "EstimatedResult": "causal_model.inference.result",
    "Explanation": "causal_model.questions.reasons.explanation",
    "Flip": "causal_model.questions.reversal.effects",
    "Identification": "causal_model.questions.interventions.identify",
    "Model": "causal_model.model",
    "MostProbable": "causal_model.inference.result",
    "Network": "causal_model.network",
    "QueryResult": "causal_model.inference.result",
    "Sensitivity": "causal_model.questions.tornado.effects",
    "Variable": "causal_model.network",
    "Watch": "causal_model.questions.watching",
    "average": "causal_model.variants.average",
    "check_claims": "causal_model.claims.check",
    "counterfactual": "causal_model.questions.counterfactuals.ask",
    "decide": "causal_model.questions.decisions.decide",
    "diff": "causal_model.variants.difference",
    "effects": "causal_model.questions.interventions.effects",
    "explain": "causal_model.questions.reasons.explain",
    "flip": "causal_model.questions.reversal.ask",
    "from_pgmpy": "causal_model.model",
    "identify": "causal_model.questions.interventions.identify",
    "load": "causal_model.model",
    "sensitivity": "causal_model.questions.tornado.ask",
    "watch": "causal_model.questions.watching",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'causal_model' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
