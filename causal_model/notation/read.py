"""From the text of a statement to what it says; the text is parsed, and nothing in it is evaluated.

The grammar is LALR(1), so reading takes time in proportion to the text.
"""

import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NoReturn

from causal_model.errors import StatementError, nearest
from causal_model.notation.statement import (
    Amount,
    Arrows,
    Cases,
    Comparison,
    Condition,
    Event,
    Expected,
    Independence,
    InScenario,
    Intervention,
    MostLikely,
    Nearness,
    ParentsOf,
    Paths,
    Place,
    Probability,
    Quantity,
    Relation,
    Share,
    Sign,
    Statement,
    Sum,
    Term,
    Trend,
    Word,
)

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["LONGEST_STATEMENT", "parse_statement", "quoted"]

# A tree of the parser; its tokens know their places, which its types do not say.
Branch = Any

LONGEST_STATEMENT = 4_000
PLAIN_NAME = re.compile(r"\w+(?:[.-]\w+)*")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# How terminals that are no plain text are called in messages.
CALLED: dict[str, tuple[str, ...]] = {
    "WORD": ("a name",),
    "QUOTED": (),
    "NUMBER": ("a number",),
    "SIGN": ("a comparison such as '>'",),
    "BOUND": ("'<='", "'>='"),
    "EQUAL": ("'='",),
    "UNEQUAL": ("'!='",),
    "NOT_IN": ("'not in'",),
    "IN_THE_TABLES": ("'in the tables'",),
    "UNIT": ("'%'", "'pp'"),
    "DIRECTION": ("'rises'", "'falls'"),
    "PLUS_OR_MINUS": ("'+'", "'-'"),
    "MINUS": (),
    "P": ("'P(...)'",),
    "E": ("'E(...)'",),
    "SHARE": ("'share(...)'",),
    "_ARROW": ("'->'",),
    "DOTS": ("'...'",),
    "$END": ("the end",),
}
# What people write who have not read the notation: a pattern at the mistake, and what helps.
SLIPS = (
    (re.compile(r"={1,2}"), "write a single ="),
    (
        re.compile(r"&|and\b|AND\b|∧|;"),
        "one claim states one thing; several conditions take commas",
    ),
    (re.compile(r"\["), "write round brackets"),
    (re.compile(r"increases?\b|rise\b|grows?\b"), "write rises over"),
    (re.compile(r"decreases?\b|fall\b|drops?\b"), "write falls over"),
    (re.compile(r"[()]|,"), ""),
)
BEGINNINGS = "P(...), E(...), most likely, path, no path, arrow, no arrow, NODE independent of"


def parse_statement(text: str) -> Statement:
    """Read a statement.

    Raises:
        StatementError: it is not in the notation; says where, and what was expected.

    >>> parse_statement("P(btc_return in strong_down, down) > 40 %").signs
    ('>',)
    >>> parse_statement("path china_policy -> ... -> btc_return exists").direct
    (False,)
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > LONGEST_STATEMENT:
        reason = f"a statement of {len(text):,} characters, expected at most {LONGEST_STATEMENT:,}"
        raise StatementError(text[:60], reason, (0, 1))
    try:
        tree: Branch = _parser().parse(text)
    except UnexpectedInput as error:
        raise _refused(text, error) from None
    return _Reader(text).statement(tree.children[0])


def quoted(name: str) -> str:
    """A name as it is written in a statement: in quotes where it is no plain word.

    >>> quoted("btc_return"), quoted("two words")
    ('btc_return', '"two words"')
    """
    if PLAIN_NAME.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@cache
def _parser() -> "Lark":
    from lark import Lark

    grammar = files("causal_model.notation").joinpath("statement.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", start="statement", propagate_positions=True)


def _refused(text: str, error: Any) -> StatementError:
    """The parser's complaint in our words."""
    token = getattr(error, "token", None)
    expected = set(getattr(error, "accepts", None) or getattr(error, "allowed", None) or ())
    if token is None:
        start, found = error.pos_in_stream, text[error.pos_in_stream : error.pos_in_stream + 1]
        stop = start + 1
    elif token.type == "$END":
        start, found = len(text.rstrip()), ""
        stop = start + 1
    else:
        start, stop, found = token.start_pos, token.end_pos, str(token)
    names = _in_words(expected)
    got = f"got {found!r}" if found else "but the statement ends"
    reason = f"expected {names}, {got}" if names else f"{found!r} is not understood here"
    return StatementError(text, reason, (start, stop), _hint(text, start, found, expected))


def _in_words(expected: Collection[str]) -> str:
    """What the parser expected: descriptions, then words, then signs."""
    found = sorted(
        _called(expected),
        key=lambda each: (each.startswith("'"), not each.strip("'")[:1].isalpha(), each),
    )
    return f"{', '.join(found[:-1])} or {found[-1]}" if len(found) > 1 else "".join(found)


def _called(expected: Collection[str]) -> set[str]:
    literals = {each.name: each.pattern.value for each in _parser().terminals}
    return {
        called
        for name in expected
        for called in CALLED.get(name, (f"'{literals.get(name, name)}'",))
    }


def _hint(text: str, start: int, found: str, expected: Collection[str]) -> str:
    if set(expected) <= {"DEPENDS", "DEPEND", "INDEPENDENT"}:
        return f"a statement begins with {BEGINNINGS}"
    if found == "=" and "'is'" in _called(expected):
        return "write is, as in: most likely btc_return is flat"
    for pattern, help_ in SLIPS:
        if pattern.match(text, start):
            return help_
    near = nearest(found, [each.strip("'") for each in _called(expected) if each[0] == "'"])
    return f"did you mean {near!r}?" if near and found.isalpha() else ""


class _Reader:
    """The walk from the tree of the parser to a statement."""

    def __init__(self, text: str) -> None:
        self.text = text

    def statement(self, tree: Branch) -> Statement:
        parts = tree.children
        match str(tree.data):
            case "comparison":
                signs = tuple(_sign(each) for each in parts[1::2])
                return Comparison(tuple(self.sum(each) for each in parts[::2]), signs)
            case "nearness":
                return Nearness(self.sum(parts[0]), self.sum(parts[2]), self.amount(parts[1]))
            case "trend":
                over = self.cases(parts[2])
                rises = str(parts[1]) == "rises"
                return Trend(self.sum(parts[0]), rises, over, self.least(parts[3]))
            case "most_likely":
                conditions = self.conditions(parts[1])
                states = self.words(parts[2])
                return MostLikely(self.word(parts[0]), conditions, states, self.least(parts[3]))
            case "independence" | "dependence" as kind:
                given = () if parts[2] is None else self.givens(parts[2])
                left, right = self.words(parts[0]), self.words(parts[1])
                holds = kind == "independence"
                return Independence(left, right, given, holds, parts[3] is not None)
            case "arrow" | "no_arrow" as kind:
                return Arrows(self.words(parts[0]), self.words(parts[1]), kind == "arrow")
            case kind:
                way = parts[0].children
                nodes = tuple(self.word(each) for each in way[::2])
                direct = tuple(each.children[0] is None for each in way[1::2])
                passed = () if parts[1] is None else self.words(parts[1])
                some = {"path": "some", "no_path": "no", "every_path": "every"}
                return Paths(nodes, direct, passed, some[kind])  # type: ignore[arg-type]

    def sum(self, tree: Branch) -> Sum:
        first, *rest = tree.children
        sign = 1.0 if first is None else -1.0
        terms = [self.term(rest[0], sign)]
        for operator, each in zip(rest[1::2], rest[2::2], strict=True):
            terms.append(self.term(each, 1.0 if str(operator) == "+" else -1.0))
        return Sum(tuple(terms), _place(tree))

    def term(self, tree: Branch, sign: float) -> Term:
        if tree.data == "amount":
            return Term(sign, self.amount(tree))
        factor, quantity = tree.children
        times = 1.0 if factor is None else self.number(factor)
        return Term(sign * times, self.quantity(quantity))

    def quantity(self, tree: Branch) -> Quantity:
        parts = tree.children
        if tree.data == "expected":
            return Expected(self.word(parts[0]), self.conditions(parts[1]), _place(tree))
        if tree.data == "share":
            node, start, end = (self.word(each) for each in parts[1].children)
            inner = self.quantity(parts[2])
            assert isinstance(inner, Probability)
            return Share(self.word(parts[0]), node, start, end, inner, _place(tree))
        events = self.events(parts[0])
        return Probability(events, self.conditions(parts[1]), _place(tree))

    def events(self, tree: Branch) -> tuple[Event, ...]:
        found = self.conditions(tree)
        assert all(isinstance(each, Event) for each in found)
        return found  # type: ignore[return-value]

    def conditions(self, tree: Branch | None) -> tuple[Condition, ...]:
        found: list[Condition] = []
        open_set = False
        for each in () if tree is None else tree.children:
            if each.data == "name":
                if not open_set:
                    self.refuse(
                        each,
                        f"{self.word(each).text!r} stands alone",
                        "expected NODE = STATE, or a set of states in front of it",
                    )
                last = found[-1]
                assert isinstance(last, Event)
                found[-1] = Event(last.node, last.relation, (*last.states, self.word(each)))
            elif each.data == "event":
                found.append(self.event(each))
                open_set = str(each.children[1].children[0].type) in ("IN", "NOT_IN")
                open_set = open_set and each.children[2].data == "name"
            elif each.data == "scenario":
                found.append(InScenario(self.word(each.children[0])))
                open_set = False
            else:
                for pair in each.children:
                    node, state = (self.word(part) for part in pair.children)
                    found.append(Intervention(node, state))
                open_set = False
        return tuple(found)

    def event(self, tree: Branch) -> Event:
        node, relation, states = tree.children
        token = relation.children[0]
        several = states.data == "braced"
        if several and token.type not in ("IN", "NOT_IN"):
            instead = "not in" if token.type == "UNEQUAL" else "in"
            self.refuse(
                states, "a set of states where a single one was expected", f"write {instead}"
            )
        relations: dict[str, Relation] = {
            "IN": "in",
            "EQUAL": "in",
            "NOT_IN": "not in",
            "UNEQUAL": "not in",
        }
        bound: Relation = ">=" if str(token) in (">=", "≥") else "<="
        return Event(self.word(node), relations.get(token.type, bound), self.words(states))

    def cases(self, tree: Branch) -> Cases:
        words = [self.word(each) for each in tree.children if each is not None]
        if tree.data == "over_scenarios":
            return Cases("scenarios", None, tuple(words))
        kind = "states" if tree.data == "over_states" else "do"
        return Cases(kind, words[0], tuple(words[1:]))  # type: ignore[arg-type]

    def givens(self, tree: Branch) -> tuple[Word | ParentsOf, ...]:
        return tuple(
            ParentsOf(self.word(each.children[0])) if each.data == "parents" else self.word(each)
            for each in tree.children
        )

    def least(self, tree: Branch | None) -> Amount:
        return Amount(0.0) if tree is None else self.amount(tree.children[0])

    def amount(self, tree: Branch) -> Amount:
        number, unit = tree.children
        return Amount(self.number(number), "" if unit is None else str(unit), _place(tree))  # type: ignore[arg-type]

    def number(self, token: Any) -> float:
        found = float(token)
        if found == float("inf"):
            at = (token.start_pos, token.end_pos)
            raise StatementError(self.text, f"{token} is too large for a number", at)
        return found

    def words(self, tree: Branch) -> tuple[Word, ...]:
        """All names below a node of the tree, in their order."""
        if tree.data == "name":
            return (self.word(tree),)
        return tuple(word for each in tree.children for word in self.words(each))

    def word(self, tree: Branch) -> Word:
        token = tree.children[0]
        text = str(token)
        if token.type == "QUOTED":
            text = ESCAPED.sub(r"\1", text[1:-1])
        return Word(text, (token.start_pos, token.end_pos))

    def refuse(self, tree: Branch, reason: str, hint: str) -> NoReturn:
        raise StatementError(self.text, reason, _place(tree), hint)


def _sign(token: Any) -> Sign:
    signs: dict[str, Sign] = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "=": "="}
    return signs.get(str(token), ">=" if str(token) == ">=" else "<=")


def _place(tree: Branch) -> Place:
    meta = tree.meta
    return (meta.start_pos, meta.end_pos)
