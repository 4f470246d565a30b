"""What is wrong with a file: rule, place, message and hint, and how that is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from causal_model.errors import GraphFileError

__all__ = [
    "RULES",
    "Diagnostic",
    "InvalidGraphFile",
    "Severity",
    "Span",
    "formatted",
    "has_errors",
    "in_order",
]

Severity = Literal["error", "warning"]

# Codes are stable: scripts and editors may rely on them. Y: YAML, S: shape, G: graph, T: tables,
# D: decisions and utilities,
# E: extends, F: findings and scenarios, L: learning from data, C: claims, P: sources and
# confidence, asked for by --strict, N: network files of other programs.
RULES: Mapping[str, str] = {
    "Y001": "the file can be read as UTF-8 text",
    "Y002": "the text is YAML",
    "Y003": "no key twice",
    "Y004": "no anchors, aliases or merge keys",
    "Y005": "no tags",
    "Y006": "no nesting beyond 50 levels",
    "Y007": "no file beyond 10 MB",
    "Y008": "one document a file",
    "S001": "nothing that is needed is missing",
    "S002": "no unknown keys",
    "S003": "values are of the right kind",
    "S004": "names are text without control characters",
    "S005": "numbers are numbers within their bounds",
    "S006": "one of the known choices",
    "S007": "dates are dates",
    "S008": "schema_version is known",
    "G001": "parents are nodes",
    "G002": "arrows do not run in a circle",
    "G003": "at most one outcome",
    "G004": "sources are known",
    "G005": "channels consist of arrows that exist",
    "G006": "states are at least one, and different",
    "G007": "intervals run from low to high and do not overlap",
    "G008": "every source is used",
    "T001": "rows sum to one",
    "T002": "every combination of parent states has its row",
    "T003": "no row twice",
    "T004": "rows name every parent, and nothing but parents",
    "T005": "rows name states that exist",
    "T006": "every state has its probability",
    "T007": "probabilities lie between 0 and 1",
    "T008": "every parent has its weight, and nothing but parents",
    "T009": "weights are not zero",
    "T010": "weights agree with the sign of the arrow",
    "T011": "ranked tables join ordered nodes",
    "T012": "the spread is positive",
    "T013": "a moderator is a parent, with a case for each of its states",
    "T014": "causes are the parents and their states",
    "T015": "tables have at most 2^24 entries",
    "T016": "tables agree with the sign of the arrow",
    "T017": "confidence is not negative",
    "T018": "counts are not negative",
    "T019": "a table with counts says its confidence",
    "D001": "nothing follows from a utility",
    "D002": "decisions follow one on another",
    "D003": "utilities have the same unit, so that they add up",
    "E001": "the extended file exists and is a file",
    "E002": "the extended file stays inside the folder",
    "E003": "files do not extend each other in a circle",
    "E004": "no more than 10 files extend one another",
    "E005": "what is removed was there",
    "F001": "findings name nodes of the graph",
    "F002": "findings name states of their node",
    "F003": "findings do not contradict each other",
    "F004": "weights are usable",
    "F005": "scenarios are called as their files are",
    "L001": "nodes of a binning are nodes of the graph",
    "L002": "labels are mapped to states of their node",
    "L003": "numbers are cut, labels are mapped, and cuts go up, one between any two states",
    "L004": "numbers have the unit of their node",
    "L005": "a column measures one node",
    "L006": "the data are a source of the graph",
    "C001": "statements follow the notation of claims",
    "C002": "statements name nodes of the graph",
    "C003": "statements name states of their node",
    "C004": "statements name scenarios and channels that exist",
    "C005": "expected values are asked of nodes whose states have numbers",
    "C006": "statements can hold and can fail",
    "C007": "what is replaced, contradicted or dropped is inherited",
    "C008": "claims are about a graph beside them, and called as it is",
    "P001": "arrows have a source",
    "P002": "numbers have a source",
    "P003": "quotes occur in the text of their source",
    "P004": "no source is younger than the graph",
    "P005": "rows have a confidence",
    "P006": "texts of sources lie in the folder of the graph, and can be read",
    "N001": "the network file can be read, and is not too large",
    "N002": "the network file is text in a known encoding",
    "N003": "the network file follows the grammar of its format",
    "N004": "no variable, state or parent twice",
    "N005": "names are visible, and those that are used are declared",
    "N006": "every variable has as many states as it declares, and at least one",
    "N007": "numbers are finite, and not negative",
    "N008": "tables and rows have as many numbers as there are states",
    "N009": "every row once, and none missing",
    "N010": "rows sum to one",
    "N011": "arrows do not run in a circle",
    "N012": "tables have at most 2^24 entries",
    "N013": "every variable has one table, and there is at least one variable",
    "N014": "variables are discrete, and only chance nodes are read",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file: line and columns from 1, the end column exclusive, and the text of the line."""

    file: str
    line: int
    column: int
    end_column: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: its rule, where it is, what is wrong, and what may help."""

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """Formatted as ``file:line:column``, the line with a caret, and the hint."""
        at = self.span
        lines = [f"{at.file}:{at.line}:{at.column}: {self.severity}[{self.code}] {self.message}"]
        if at.text:
            shown, start, stop = _excerpt(at)
            lines.append(f"  {at.line:>4} | {shown}")
            lines.append(f"       | {' ' * start}{'^' * max(1, stop - start)}")
        if self.hint:
            lines.append(f"  help: {self.hint}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {
            "code": self.code,
            "rule": RULES[self.code],
            "severity": self.severity,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "end_column": self.span.end_column,
            "message": self.message,
            "hint": self.hint,
        }


class InvalidGraphFile(GraphFileError):
    """A file with mistakes; the message lists all of them.

    Attributes:
        diagnostics: every mistake found, errors and warnings.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [each for each in diagnostics if each.severity == "error"]
        count = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        super().__init__(f"{count}:\n{formatted(errors)}")
        self.diagnostics = tuple(diagnostics)

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it survives the way from another process."""
        return InvalidGraphFile, (self.diagnostics,)


def formatted(diagnostics: Iterable[Diagnostic]) -> str:
    """All diagnostics as text, a blank line between them."""
    return "\n\n".join(str(each) for each in diagnostics)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any is an error rather than a warning."""
    return any(each.severity == "error" for each in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Every diagnostic once, in the order of its file."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda each: (each.span.file, each.span.line, each.span.column))


# A longer line is shown around the mistake only.
WIDEST_LINE = 110


def _excerpt(at: Span) -> tuple[str, int, int]:
    """The line as shown, and the columns of the mistake in it from 0."""
    start, stop = at.column - 1, min(at.end_column - 1, len(at.text))
    left = 0
    text = at.text
    if len(text) > WIDEST_LINE:
        left = max(0, start - 30)
        text = ("…" if left else "") + text[left : left + WIDEST_LINE] + "…"
        start, stop = start - left + bool(left), stop - left + bool(left)
    shown = "".join(each if each.isprintable() else " " for each in text)
    stop = min(max(stop, start + 1), len(shown))
    before = sum(2 if _wide(each) else 1 for each in shown[:start])
    width = sum(2 if _wide(each) else 1 for each in shown[start:stop])
    return shown, before, before + width


def _wide(character: str) -> bool:
    """Whether a terminal shows it two columns wide."""
    from unicodedata import east_asian_width

    return east_asian_width(character) in "WF"
