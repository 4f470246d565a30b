"""A decision as one table for programs."""

from collections.abc import Mapping

from causal_model.cli.output import Cell, Column, Table
from causal_model.questions.decisions.result import Case, Decided

__all__ = ["less_than_best", "one_table"]

NAMES = (
    *("part", "decision", "given", "item", "probability", "earlier"),
    *("expected_utility", "less_than_best", "choice", "worth", "best_option_then"),
)


def one_table(found: Decided) -> Table:
    """All numbers under the same columns, and in `part` what a row is about.

    policy: the best policy; option: an option in a case; learned: the nodes that were taken to be known;
    node: one that could be known before the decision; together: all of these.
    """
    rows: list[dict[str, Cell]] = [{"part": "policy", "expected_utility": found.expected_utility}]
    for policy in found.policies:
        for case in policy.cases:
            for option, expected in case.expected_utility.items():
                rows.append(
                    {
                        "part": "option",
                        "decision": policy.node,
                        "given": _written(case.given),
                        "item": option,
                        "probability": case.probability,
                        "earlier": case.earlier,
                        "expected_utility": expected,
                        "less_than_best": less_than_best(case, option),
                        "choice": _choice(case, option),
                    }
                )
    if found.learned:
        item = "|".join(found.learned)
        rows.append(
            {"part": "learned", "decision": found.before, "item": item, "worth": found.gained}
        )
    rows += [
        {
            "part": "node",
            "decision": found.before,
            "item": each.node,
            "worth": each.value,
            "best_option_then": _written(each.then) if each.then else None,
        }
        for each in found.information
    ]
    if found.everything is not None:
        rows.append({"part": "together", "decision": found.before, "worth": found.everything})
    columns = [Column(name, "") for name in NAMES]
    return Table(columns, [[row.get(name) for name in NAMES] for row in rows])


def less_than_best(case: Case, option: str) -> float | None:
    """How much less an option is worth than the best; None where the case cannot be."""
    expected, best = case.expected_utility[option], case.expected_utility[case.best]
    if expected is None or best is None:
        return None
    return 0.0 if option in case.tied else best - expected


def _choice(case: Case, option: str) -> str | None:
    if not case.is_possible or option not in case.tied:
        return None
    return "best" if option == case.best else "as good"


def _written(states: Mapping[str, str]) -> str:
    return ", ".join(f"{node}={state}" for node, state in states.items())
