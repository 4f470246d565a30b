"""Hold a model against its claims."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from causal_model.claims.asking import Asked
from causal_model.claims.judge import judge
from causal_model.claims.report import ClaimReport, ClaimResult
from causal_model.errors import QueryError, StatementError
from causal_model.library import find_claims, scenarios_of
from causal_model.model import Model
from causal_model.notation.fit import Vocabulary, misfits
from causal_model.notation.read import parse_statement
from causal_model.notation.statement import Statement
from causal_model.spec.check_claims import Setting, read_claims, setting_of, taken_over
from causal_model.spec.claims import Claim, HeldClaim
from causal_model.spec.diagnostics import Span

__all__ = ["check_claims", "claims_of", "judged", "require_statement", "setting_for"]

Statements = Mapping[str, str]


def check_claims(model: Model, claims: str | Path | Statements | None = None) -> ClaimReport:
    """Judge every claim about a graph.

    Args:
        model: the graph; findings that it assumes are in force.
        claims: a claims file, or statements by name; default the file beside the graph, or beside the
            graph that it extends.

    Raises:
        QueryError: there are no claims beside the graph.
        StatementError: a statement is not in the notation, or does not fit the graph.
        InvalidGraphFile: the claims file has mistakes; lists all of them.
    """
    return judged(model, claims_of(model, claims))


def judged(model: Model, held: Iterable[HeldClaim]) -> ClaimReport:
    """Judge these claims."""
    listed = tuple(held)
    kept = [each for each in listed if each.how != "dropped"]
    statements = [each.statement for each in kept]
    statements += [each.original.statement for each in kept if each.original]
    asked = Asked(model, statements)

    def result(each: HeldClaim) -> ClaimResult:
        if each.how == "dropped":
            return ClaimResult(each, None)
        old = each.original
        return ClaimResult(
            each,
            judge(each.statement, each.claim.statement, asked),
            judge(old.statement, old.claim.statement, asked) if old else None,
        )

    return ClaimReport(model.id, model.hash, tuple(result(each) for each in listed))


def claims_of(model: Model, claims: str | Path | Statements | None = None) -> tuple[HeldClaim, ...]:
    """The claims about a graph as they stand once inheritance is resolved; see `check_claims`."""
    setting = setting_for(model)
    if isinstance(claims, Mapping):
        return tuple(_stated(name, text, setting) for name, text in claims.items())
    if claims is not None:
        return read_claims(claims, setting)
    found = find_claims(model.path) if model.path else None
    if found is None:
        expected = ""
        if model.path:
            expected = f"; expected {model.path.parent / 'claims' / model.path.stem}.yaml"
        raise QueryError(f"there are no claims beside the graph {model.id!r}{expected}")
    file, graph = found
    if graph == model.path:
        return read_claims(file, setting)
    return taken_over(read_claims(file), setting)


def setting_for(model: Model) -> Setting:
    """What statements about a model may name."""
    scenarios = tuple(scenarios_of(model.path)) if model.path else ()
    if model.graph is not None:
        return setting_of(model.graph, scenarios)
    nodes = {name: each.states for name, each in model.network.variables.items()}
    return Setting(Vocabulary(nodes, scenarios=scenarios, channels=()))


def require_statement(text: str, setting: Setting) -> Statement:
    """Read a statement that must fit a graph.

    Raises:
        StatementError: it is not in the notation, or does not fit the graph.
    """
    statement = parse_statement(text)
    for each in misfits(statement, setting.known):
        raise StatementError(text, each.message, each.at, each.hint)
    return statement


def _stated(name: str, text: str, setting: Setting) -> HeldClaim:
    if not isinstance(text, str):
        raise QueryError(f"claim {name!r}: expected a statement as text")
    statement = require_statement(text, setting)
    claim = Claim.model_validate({"statement": text})
    return HeldClaim(str(name), claim, statement, "own", Span("", 1, 1, 2))
