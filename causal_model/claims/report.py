"""The claims of a graph and what became of them."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from causal_model.claims.judge import Judgement
from causal_model.spec.claims import HeldClaim

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ClaimReport", "ClaimResult", "Verdict"]

Verdict = Literal["pass", "warn", "fail", "unjudged", "dropped"]
SCHEMA_VERSION = 1
COLUMNS = ("id", "verdict", "severity", "statement", "told", "distance", "unit")


@dataclass(frozen=True, slots=True, eq=False)
class ClaimResult:
    """A claim and what became of it.

    Attributes:
        held: the claim, and how the graph came by it.
        judgement: whether its statement holds; None for a dropped claim.
        original: for a claim that contradicts another, what became of that one, which must fail.
    """

    held: HeldClaim
    judgement: Judgement | None
    original: Judgement | None = None

    @property
    def id(self) -> str:
        """The name of the claim."""
        return self.held.id

    @property
    def severity(self) -> str:
        """Error or warn."""
        return self.held.claim.severity

    @property
    def verdict(self) -> Verdict:
        """pass; warn or fail by the severity of what does not hold; unjudged; dropped."""
        if self.judgement is None:
            return "dropped"
        if self.judgement.holds is None or (self.original and self.original.holds is None):
            return "unjudged"
        if self.judgement.holds and not (self.original and self.original.holds):
            return "pass"
        return "fail" if self.severity == "error" else "warn"

    @property
    def failed(self) -> bool:
        """Whether a claim that must hold does not, or cannot be judged."""
        return self.severity == "error" and self.verdict in ("fail", "unjudged")

    @property
    def reason(self) -> str:
        """Why it is not simply a pass or a fail; empty where it is."""
        if self.judgement is None:
            return self.held.note.text("en") if self.held.note else ""
        if self.judgement.reason or self.original is None:
            return self.judgement.reason
        if self.original.reason:
            return f"what it contradicts cannot be judged: {self.original.reason}"
        if self.original.holds:
            return f"contradicts nothing: the inherited claim holds here too ({self.original.told})"
        return ""

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data for JSON, numbers unrounded."""
        claim, judgement = self.held.claim, self.judgement
        measured = judgement.measured if judgement else ()
        return {
            "id": self.id,
            "verdict": self.verdict,
            "severity": self.severity,
            "statement": claim.statement,
            "title": claim.title.text("en") if claim.title else None,
            "holds": judgement.holds if judgement else None,
            "measured": [{"what": each.what, "value": each.value} for each in measured],
            "told": judgement.told if judgement else "",
            "distance": judgement.distance if judgement else None,
            "unit": judgement.unit if judgement else None,
            "reason": self.reason,
            "how": self.held.how,
            "note": self.held.note.text("en") if self.held.note else None,
            "contradicts": (
                self.held.original.claim.statement if self.held.original is not None else None
            ),
            "sources": [
                each.model_dump(mode="json", by_alias=True, exclude_none=True)
                for each in claim.sources
            ],
            "file": self.held.span.file,
            "line": self.held.span.line,
        }


@dataclass(frozen=True, eq=False)
class ClaimReport:
    """All claims about a graph and what became of them.

    Attributes:
        graph_id: the graph.
        graph_hash: identifies its content.
        results: a result per claim, those that are inherited first.
    """

    graph_id: str
    graph_hash: str
    results: tuple[ClaimResult, ...]

    @property
    def passed(self) -> bool:
        """Whether every claim that must hold does."""
        return not any(each.failed for each in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many claims came to each verdict."""
        found = Counter(each.verdict for each in self.results)
        known = ("pass", "warn", "fail", "unjudged", "dropped")
        return {verdict: found[verdict] for verdict in known}  # type: ignore[index]

    def __getitem__(self, claim: str) -> ClaimResult:
        for each in self.results:
            if each.id == claim:
                return each
        raise KeyError(claim)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data for JSON, numbers unrounded."""
        return {
            "schema_version": SCHEMA_VERSION,
            "graph": {"id": self.graph_id, "hash": self.graph_hash},
            "passed": self.passed,
            "counts": self.counts,
            "claims": [each.to_dict() for each in self.results],
        }

    def to_frame(self) -> "pd.DataFrame":
        """A row per claim: id, verdict, severity, statement, told, distance, unit."""
        import pandas as pd

        rows = [
            [row[column] for column in COLUMNS] for row in map(ClaimResult.to_dict, self.results)
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {verdict}" for verdict, count in self.counts.items() if count)
        return f"<ClaimReport of {self.graph_id!r}: {told or 'no claims'}>"
