"""Ask what would reverse a statement; see `analysis.flip` for the mathematics."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from causal_model.analysis.flip import is_at_once, is_reversed, smallest_moves
from causal_model.analysis.hyperbolas import Hyperbolas
from causal_model.analysis.sensitivity import EntryFunctions, entry_functions, entry_intervals
from causal_model.build import row_confidences
from causal_model.claims.asking import Asked
from causal_model.claims.check import require_statement, setting_for
from causal_model.claims.judge import judge
from causal_model.errors import QueryError, did_you_mean
from causal_model.model import Model, Told
from causal_model.network import Array
from causal_model.questions.reversal.digits import rounded_away
from causal_model.questions.reversal.effects import ORDERS, Flip, Order, RowFlip
from causal_model.questions.reversal.margins import AsMargins, Question, as_margins
from causal_model.questions.reversal.signs import signs_that_reverse
from causal_model.questions.reversal.situations import situations_of
from causal_model.questions.tornado.ask import LEVEL
from causal_model.questions.tornado.entries import bases_of, entry_at

__all__ = ["flip"]

# Of a number of a table, unless the statement hangs on further ones.
DIGITS = 4


def flip(
    model: Model,
    statement: str,
    *,
    level: float = LEVEL,
    order: Order = "change",
    **told: Unpack[Told],
) -> Flip:
    """Ask for the smallest change of one row, and of one finding, that reverses a statement.

    Args:
        model: the graph; findings that it assumes are in force.
        statement: in the notation of claims, about probabilities or expected values: a comparison such as
            ``P(btc_return = down) > 40 %``, a trend, or a most likely state.
        level: the probability of the intervals with which changes of rows are compared.
        order: what makes a change of a row small: "change", its size, or "interval", its size in parts of
            the way to the end of the interval, where rows without an interval come last.
        **told: findings as in `Model.query`, which hold besides the conditions of the statement.

    Raises:
        StatementError: the statement is not in the notation, or does not fit the graph.
        QueryError: it compares no numbers, or the findings fix what it speaks of.
        EvidenceError: a finding names something unknown, or is a belief.
        ImpossibleEvidence: the evidence has probability zero.
        TooLarge: the graph is too wide for the memory that is allowed.
    """
    if not 0 < level < 1:
        raise QueryError(f"level {level!r}: expected a number between 0 and 1, such as 0.9")
    if order not in ORDERS:
        near = did_you_mean(str(order), ORDERS)
        raise QueryError(f"there is no order {order!r}.{near} Known: {', '.join(ORDERS)}")
    stated = require_statement(statement, setting_for(model))
    base = replace(model, findings=model.told(**told), _compiled=model.compiled)
    decided = as_margins(stated, statement, base)
    situations = situations_of(base, decided.questions)
    passes = situations.passes(base, situations.bound)
    judged = judge(stated, statement, Asked(base, [stated]))
    if judged.holds is None:
        raise QueryError(f"{statement}: {judged.reason}")
    if judged.holds and decided.equal:
        raise QueryError(
            f"{statement}: the two are equal, so any change of a number that one of them hangs on reverses"
            " it, however small; say how far apart they may be, as in P(...) within 1 pp of P(...)"
        )
    functions = [entry_functions(each) for each in passes]
    assert judged.unit is not None
    return Flip(
        model.id,
        model.hash,
        base.findings,
        statement,
        judged.holds,
        {each.what: each.value for each in judged.measured},
        judged.unit,
        decided.subject,
        len(decided.margins),
        level,
        order,
        tuple(_rows(base, functions, decided, level, order, holds=judged.holds)),
        tuple(
            signs_that_reverse(base, situations, passes, decided.alternatives, holds=judged.holds)
        ),
        len(situations.bound),
    )


def _rows(
    model: Model,
    functions: list[EntryFunctions],
    decided: AsMargins,
    level: float,
    order: Order,
    *,
    holds: bool,
) -> Iterator[RowFlip]:
    """The entry of every row that reverses it by the smallest change, the smallest first."""
    first, margins = functions[0], decided.margins
    found = smallest_moves(functions, decided.alternatives, now_holds=holds)
    confidences = row_confidences(model.graph) if model.graph else {}
    intervals = entry_intervals(first, confidences, level)
    bases = bases_of(model)
    sizes = _sizes(found.moves, intervals - first.now, order)
    # By row, in their order, the entry of which the smallest change will do.
    best: dict[tuple[str, tuple[int, ...]], int] = {}
    for number in np.lexsort((np.abs(found.moves), sizes)).tolist():
        if np.isnan(found.moves[number]):
            break
        name, at = first.place(number)
        best.setdefault((name, at[:-1]), number)
    if not best:
        return
    chosen = np.array(list(best.values()), dtype=np.intp)
    own = [each.only(chosen) for each in functions]
    moves = found.moves[chosen]

    def reverses(numbers: Array) -> NDArray[np.bool_]:
        answers = [each.at(numbers) for each in own]
        return is_reversed(decided.alternatives, answers, now_holds=holds)

    now = first.now[chosen]
    shown = rounded_away(now, now + moves, reverses, digits=DIGITS, low=0.0, high=1.0)
    at_once = is_at_once(own, decided.alternatives, moves, now_holds=holds)
    for number, move, rounded, any_ in zip(
        chosen.tolist(), moves.tolist(), shown, at_once.tolist(), strict=True
    ):
        name, at = first.place(number)
        low, high = intervals[:, number].tolist()
        as_is = float(first.now[number])
        tips = margins[found.margins[number]]
        yield RowFlip(
            entry_at(first.network, (name, at)),
            as_is,
            as_is + move,
            rounded,
            any_,
            None if np.isnan(low) else (low, high),
            bases[name].of(at[:-1]),
            tips.text,
            {
                decided.questions[which].text: _answer(
                    functions[which], decided.questions[which], number
                )
                for _, which in tips.terms
            },
        )


def _sizes(moves: Array, ways: Array, order: Order) -> Array:
    """How large each move is, shape (entries,), NaN where there is none.

    Args:
        moves: of the entries, shape (entries,).
        ways: from each to the ends of its interval, shape (2, entries).
        order: what makes a move small.
    """
    sizes = np.abs(moves)
    if order == "change":
        return sizes
    # To the end on its own side; where the interval lies on the other one, there is no way.
    way = np.where(moves > 0, ways[1], -ways[0])
    parts = np.divide(sizes, way, out=np.full_like(sizes, np.inf), where=way > 0)
    return np.where(np.isnan(moves), np.nan, parts)


def _answer(
    function: Hyperbolas, question: Question, number: int
) -> tuple[float, float, float, float]:
    """a, b, c, d of a quantity as a function of an entry, in its own unit."""
    a, b, c, d = function.coefficients[:, number].tolist()
    scale, offset = question.scale, question.offset
    return scale * a + offset * c, scale * b + offset * d, c, d
