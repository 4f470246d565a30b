"""The answer as one entry of a table moves, or two: tables for people, and for programs."""

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.tornados import answer_in_words, basis_in_words
from causal_model.model import Model
from causal_model.questions.tornado.effects import EntryEffect, PairEffect, Sensitivity

__all__ = ["curve_table", "function_in_words", "pair_rows", "pair_table"]

CURVE_STEPS = 10
# Parts of a function that are rounding.
ROUNDING = 1e-12
WORDS = {
    "en": {
        "value": "value",
        "answer": "answer",
        "function": "f(t) = {}, slope {:.4g} at {:.4g}; {}.",
        "line": "f(t) = {}; {}.",
        "as it is": "as it is",
        "low end": "low end",
        "high end": "high end",
        "pair": "By the first entry downwards: {}; and by the second across: {}.",
    },
    "zh-Hant": {
        "value": "數值",
        "answer": "答案",
        "function": "f(t) = {},斜率 {:.4g}(於 {:.4g});{}。",
        "line": "f(t) = {};{}。",
        "as it is": "目前",
        "low end": "下端",
        "high end": "上端",
        "pair": "向下為第一個數字 {};向右為第二個數字 {}。",
    },
}


def curve_table(model: Model, found: Sensitivity, effect: EntryEffect, lang: str) -> Table:
    """The answer at steps of one entry from 0 to 1, and at the entry as it is and its interval."""
    words = WORDS[lang]
    named = [(effect.now, words["as it is"])]
    if effect.interval is not None:
        named += zip(effect.interval, (words["low end"], words["high end"]), strict=True)
    steps = [(step / CURVE_STEPS, "") for step in range(CURVE_STEPS + 1)]
    # What stands twice is shown once, with its name.
    marked = dict([*steps, *reversed(named)])
    rows: list[list[Cell]] = [
        [value, effect.at(value), what] for value, what in sorted(marked.items())
    ]
    columns = (
        Column("value", words["value"], "number"),
        Column("answer", words["answer"], "probability"),
        Column("what", ""),
    )
    form, basis = function_in_words(effect.coefficients), basis_in_words(effect.basis, lang)
    told = words["function"].format(form, effect.slope, effect.now, basis)
    if "/" not in form:
        # The slope of a line is seen.
        told = words["line"].format(form, basis)
    return Table(columns, rows, str(effect.entry), f"{told}\n{answer_in_words(model, found, lang)}")


def function_in_words(coefficients: tuple[float, float, float, float]) -> str:
    """(a t + b) / (c t + d), without what is not there; a straight line is written as one.

    >>> function_in_words((-0.25, 1, 0, 2)), function_in_words((0, 0.2, -0.5, 1))
    ('-0.125 t + 0.5', '0.2 / (-0.5 t + 1)')
    >>> function_in_words((1, 0, 0.5, 0.5)), function_in_words((0.1, -0.2, 0.5, 0))
    ('1 t / (0.5 t + 0.5)', '(0.1 t - 0.2) / (0.5 t)')
    """
    a, b, c, d = coefficients
    if abs(c) <= ROUNDING * abs(d):
        return _line(a / d, b / d).strip("()")
    above, below = _line(a, b), _line(c, d)
    return f"{above} / {below}" if below[0] == "(" else f"{above} / ({below})"


def _line(slope: float, start: float) -> str:
    """A straight line, in brackets where it has two terms."""
    if abs(slope) <= ROUNDING * abs(start):
        return f"{start:.6g}"
    if abs(start) <= ROUNDING * abs(slope):
        return f"{slope:.6g} t"
    return f"({slope:.6g} t {'-' if start < 0 else '+'} {abs(start):.6g})"


def pair_table(model: Model, found: Sensitivity, pair: PairEffect, lang: str) -> Table:
    """The answer with both entries at the ends of their intervals and as they are."""
    words = WORDS[lang]
    kept = [pair.steps[1].index(step) for step in dict.fromkeys(pair.steps[1])]
    columns = [
        Column("first", ""),
        *(Column(f"second_{at}", f"{pair.steps[1][at]:.4g}", "probability") for at in kept),
    ]
    rows: list[list[Cell]] = [
        [f"{step:.4g}", *(row[at] for at in kept)]
        for step, row in dict(zip(pair.steps[0], pair.grid, strict=True)).items()
    ]
    told = words["pair"].format(pair.first.entry, pair.second.entry)
    whole = answer_in_words(model, found, lang)
    return Table(columns, rows, caption=f"{whole}\n{told}")


def pair_rows(pair: PairEffect) -> Table:
    """The same for a program: a row for every two values, empty where no row of the table has both."""
    columns = [Column(name, name, "number") for name in ("first", "second", "answer")]
    cells: dict[tuple[float, float], float | None] = {
        (first, second): answer
        for first, row in zip(pair.steps[0], pair.grid, strict=True)
        for second, answer in zip(pair.steps[1], row, strict=True)
    }
    return Table(columns, [[*steps, answer] for steps, answer in cells.items()])
