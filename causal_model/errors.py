"""Errors a user can act on: each message says where, what, and what was expected.

CausalModelError
├── GraphFileError           the file cannot be read, or does not describe a graph
│   └── CptError             a node's table does not fit its states and parents
├── EvidenceError            evidence names something that the graph does not have, or contradicts itself
│   └── ImpossibleEvidence   the evidence has probability zero under the model
├── QueryError               the question does not make sense for this graph
│   └── TooLarge             the answer would take more memory than is allowed
├── BatchError               a run over many rows can neither start nor go on
└── RenderError              the picture cannot be drawn or written
"""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "BatchError",
    "CausalModelError",
    "CptError",
    "EvidenceError",
    "GraphFileError",
    "GraphFileWarning",
    "ImpossibleEvidence",
    "QueryError",
    "RenderError",
    "TooLarge",
    "did_you_mean",
]


class CausalModelError(Exception):
    """The root of all errors that a user can act on."""


class GraphFileError(CausalModelError):
    """The file cannot be read, or does not describe a graph."""


class GraphFileWarning(UserWarning):
    """A network file was read, but something in it is not quite right."""


class CptError(GraphFileError):
    """A node's table does not fit its states and parents."""


class EvidenceError(CausalModelError):
    """Evidence names something that the graph does not have, or contradicts itself."""


class ImpossibleEvidence(EvidenceError):
    """The evidence has probability zero under the model.

    Attributes:
        conflict: a smallest set of findings that cannot hold together, as the user wrote them.
    """

    def __init__(self, message: str, conflict: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.conflict = conflict


class QueryError(CausalModelError):
    """The question does not make sense for this graph."""


class TooLarge(QueryError):
    """The answer is predicted to take more memory than is allowed; nothing was allocated.

    Attributes:
        predicted: bytes.
        widest: the nodes of the intermediate table that makes it so.
    """

    def __init__(self, message: str, predicted: int, widest: tuple[str, ...]) -> None:
        super().__init__(message)
        self.predicted = predicted
        self.widest = widest


class BatchError(CausalModelError):
    """A run over many rows can neither start nor go on."""


class RenderError(CausalModelError):
    """The picture cannot be drawn or written."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known name, or an empty string.

    >>> did_you_mean("btc_retrun", ["btc_return", "etf_flow"])
    " Did you mean 'btc_return'?"
    >>> did_you_mean("zzz", ["btc_return"])
    ''
    """
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""
