"""Errors a user can act on: each message says where, what, and what was expected.

CausalModelError
├── GraphFileError           the file cannot be read, or does not describe a graph
│   └── CptError             a node's table does not fit its states and parents
├── EvidenceError            evidence names something that the graph does not have, or contradicts itself
│   └── ImpossibleEvidence   the evidence has probability zero under the model
├── QueryError               the question does not make sense for this graph
│   ├── StatementError       a statement about a graph is not in the notation of claims
│   └── TooLarge             the answer would take more memory than is allowed
├── DataError                a data file cannot be read, or a cell of it is no state
├── BatchError               a run over many rows can neither start nor go on
└── RenderError              a picture cannot be drawn, or a file cannot be written
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any
from unicodedata import east_asian_width

__all__ = [
    "BatchError",
    "CausalModelError",
    "CptError",
    "DataError",
    "EvidenceError",
    "GraphFileError",
    "GraphFileWarning",
    "ImpossibleEvidence",
    "QueryError",
    "RenderError",
    "StatementError",
    "TooLarge",
    "did_you_mean",
    "nearest",
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


class StatementError(QueryError):
    """A statement is not in the notation of claims, or does not fit the graph.

    Attributes:
        statement: the text.
        reason: what is wrong, in a sentence.
        at: where it is wrong, as characters from 0, the end exclusive.
        hint: what may help; may be empty.
    """

    def __init__(self, statement: str, reason: str, at: tuple[int, int], hint: str = "") -> None:
        # Characters that could break the line apart would put the caret in the wrong place.
        shown = "".join(each if each.isprintable() else " " for each in statement)
        wide = [2 if east_asian_width(each) in "WF" else 1 for each in shown]
        start, stop = sum(wide[: at[0]]), sum(wide[: max(at[1], at[0] + 1)])
        lines = [reason, f"  {shown}", f"  {' ' * start}{'^' * max(1, stop - start)}"]
        super().__init__("\n".join([*lines, *([f"  help: {hint}"] if hint else [])]))
        self.statement = statement
        self.reason = reason
        self.at = at
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it survives the way from another process."""
        return StatementError, (self.statement, self.reason, self.at, self.hint)


class TooLarge(QueryError):
    """The answer is predicted to take more memory than is allowed; nothing was allocated.

    Attributes:
        problem: what it would take, and why.
        predicted: bytes.
        widest: the nodes of the intermediate table that makes it so.
        ways_out: what can be done about it in Python; a command says it with its own options.
        listing: whether it is the answer itself that is too large, which no finding makes smaller.
    """

    def __init__(
        self,
        problem: str,
        predicted: int = 0,
        widest: tuple[str, ...] = (),
        ways_out: str = "",
        *,
        listing: bool = False,
    ) -> None:
        super().__init__(f"{problem}. {ways_out}" if ways_out else problem)
        self.problem = problem
        self.predicted = predicted
        self.widest = widest
        self.ways_out = ways_out
        self.listing = listing


class DataError(CausalModelError):
    """A data file cannot be read, or a cell of it is no state of its node."""


class BatchError(CausalModelError):
    """A run over many rows can neither start nor go on."""


class RenderError(CausalModelError):
    """A picture cannot be drawn, or a file cannot be written."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known name, or an empty string.

    The case of letters does not matter, and three letters or more may stand for a name that begins
    with them.

    >>> did_you_mean("btc_retrun", ["btc_return", "etf_flow"])
    " Did you mean 'btc_return'?"
    >>> did_you_mean("BTC", ["btc_return", "etf_flow"])
    " Did you mean 'btc_return'?"
    >>> did_you_mean("zzz", ["btc_return"])
    ''
    """
    near = nearest(wrong, known)
    return "" if near is None else f" Did you mean {near!r}?"


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """The known name that is meant by a wrong one, as `did_you_mean` finds it."""
    short = wrong.casefold()
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.casefold(), name)
    if short in folded:
        return folded[short]
    begun = [name for name in folded if len(short) >= 3 and name.startswith(short)]
    if begun:
        return folded[min(begun, key=len)]
    # Names of very different lengths are not alike, and to compare their letters costs much more.
    longest = 7 * len(short) / 3
    near = [name for name in folded if 3 * len(short) / 7 <= len(name) <= longest]
    found = get_close_matches(short, near, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
