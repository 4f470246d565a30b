"""What goes wrong, as RFC 9457 tells it (`application/problem+json`), with nothing of the inside."""

from pydantic import BaseModel, ConfigDict, Field

from causal_model.errors import (
    CausalModelError,
    EvidenceError,
    GraphFileError,
    ImpossibleEvidence,
    TooLarge,
)

__all__ = ["MEDIA_TYPE", "Fault", "Problem", "problem", "problem_of"]

MEDIA_TYPE = "application/problem+json"

# What kinds there are: the status, and what they are called.
KINDS = {
    "bad-request": (400, "The request cannot be read"),
    "origin": (403, "Only this page itself may ask"),
    "not-found": (404, "There is nothing here"),
    "method": (405, "This cannot be done here"),
    "slow-request": (408, "The request took too long to arrive"),
    "too-long": (413, "The request is too long"),
    "host": (421, "This server answers to the names of this machine only"),
    "invalid": (422, "The request does not say what is expected"),
    "evidence": (422, "The findings make no sense for this graph"),
    "impossible-evidence": (422, "The findings cannot hold together"),
    "question": (422, "The question makes no sense for this graph"),
    "too-large": (422, "The answer would take too much memory"),
    "fault": (500, "A fault of the program itself"),
    "graph-file": (503, "The graph file cannot be read at the moment"),
    "busy": (503, "Too many questions at a time"),
    "time": (503, "The answer takes too long"),
}


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(extra="forbid")

    at: str = Field(description="Where: keys and positions, joined by dots.")
    message: str = Field(description="What is wrong there.")


class Problem(BaseModel):
    """Why there is no answer (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="The kind of problem, as /problems/KIND.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field("", description="What, where, and what was expected.")
    conflict: list[str] = Field(
        default_factory=list, description="A smallest set of findings that cannot hold together."
    )
    errors: list[Fault] = Field(default_factory=list, description="What is wrong, one by one.")

    def to_json(self) -> bytes:
        """The body of a response."""
        return self.model_dump_json(exclude_defaults=True).encode()


def problem(kind: str, detail: str = "", *, errors: list[Fault] | None = None) -> Problem:
    """A problem of one of the `KINDS`."""
    status, title = KINDS[kind]
    return Problem(
        type=f"/problems/{kind}", title=title, status=status, detail=detail, errors=errors or []
    )


def problem_of(error: Exception) -> Problem:
    """The problem that an error is; of what a user cannot act on it tells nothing."""
    if isinstance(error, ImpossibleEvidence):
        found = problem("impossible-evidence", str(error))
        return found.model_copy(update={"conflict": list(error.conflict)})
    if isinstance(error, TooLarge):
        return problem("too-large", f"{error.problem}. Observe some of them, or ask fewer targets")
    if isinstance(error, MemoryError):
        return problem("too-large")
    if isinstance(error, GraphFileError):
        return problem("graph-file", str(error))
    if isinstance(error, OSError):
        return problem("graph-file", error.strerror or "")
    if isinstance(error, EvidenceError):
        return problem("evidence", str(error))
    if isinstance(error, CausalModelError):
        return problem("question", str(error))
    return problem("fault")
