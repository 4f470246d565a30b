"""The notation: what is read, and what a reader is told who writes something else."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model as cm
from causal_model.errors import QueryError, StatementError
from causal_model.notation.read import LONGEST_STATEMENT, parse_statement, quoted
from causal_model.notation.statement import (
    Amount,
    Arrows,
    Cases,
    Comparison,
    Event,
    Expected,
    Independence,
    InScenario,
    Intervention,
    MostLikely,
    Nearness,
    ParentsOf,
    Paths,
    Probability,
    Share,
    Statement,
    Sum,
    Term,
    Trend,
    Word,
)


def w(text: str) -> tuple[Word, ...]:
    return tuple(Word(each) for each in text.split())


def amount(number: float, unit: str = "") -> Sum:
    return Sum((Term(1.0, Amount(number, unit)),))  # type: ignore[arg-type]


def event(node: str, states: str, relation: str = "in") -> Event:
    return Event(Word(node), relation, w(states))  # type: ignore[arg-type]


def one(quantity: Probability | Expected | Share) -> Sum:
    return Sum((Term(1.0, quantity),))


DOWN = Probability((event("btc", "strong_down down"),))
X = Probability((event("a", "x"),))

READ: list[tuple[str, Statement]] = [
    ("P(btc in {strong_down, down}) > 0.4", Comparison((one(DOWN), amount(0.4)), (">",))),
    ("P(btc in strong_down, down) > 40 %", Comparison((one(DOWN), amount(40, "%")), (">",))),
    ("P(a=x)≥.5", Comparison((one(X), amount(0.5)), (">=",))),
    ("0.2 <= P(a = x) < 1e-1", Comparison((amount(0.2), one(X), amount(0.1)), ("<=", "<"))),
    ("P(a = x) = P(a = x)", Comparison((one(X), one(X)), ("=",))),
    (
        "P(a in x, y, b != z | c <= p, scenario s, do(d = q, e = r), f not in {u, v}) > 0.1",
        Comparison(
            (
                one(
                    Probability(
                        (event("a", "x y"), event("b", "z", "not in")),
                        (
                            event("c", "p", "<="),
                            InScenario(Word("s")),
                            Intervention(Word("d"), Word("q")),
                            Intervention(Word("e"), Word("r")),
                            event("f", "u v", "not in"),
                        ),
                    )
                ),
                amount(0.1),
            ),
            (">",),
        ),
    ),
    (
        "2 * P(a = x) - P(a = x) + 3 pp >= -1",
        Comparison(
            (
                Sum((Term(2.0, X), Term(-1.0, X), Term(1.0, Amount(3, "pp")))),
                Sum((Term(-1.0, Amount(1.0)),)),
            ),
            (">=",),
        ),
    ),
    (
        "E(rent | scenario s) < -2",
        Comparison(
            (
                one(Expected(Word("rent"), (InScenario(Word("s")),))),
                Sum((Term(-1.0, Amount(2.0)),)),
            ),
            ("<",),
        ),
    ),
    ("P(a = x) within 3 pp of 0.5", Nearness(one(X), amount(0.5), Amount(3, "pp"))),
    (
        "P(a = x) rises over scenarios s, t by at least 2 pp",
        Trend(one(X), True, Cases("scenarios", None, w("s t")), Amount(2, "pp")),
    ),
    ("P(a = x) falls over b", Trend(one(X), False, Cases("states", Word("b"), ()))),
    (
        "P(a = x) falls over do(b = p, q)",
        Trend(one(X), False, Cases("do", Word("b"), w("p q"))),
    ),
    (
        "most likely a | b in p, q is x or y",
        MostLikely(Word("a"), (event("b", "p q"),), w("x y")),
    ),
    ("most likely a is one of x, y", MostLikely(Word("a"), (), w("x y"))),
    ("most likely a is one of {x, y}", MostLikely(Word("a"), (), w("x y"))),
    (
        "most likely a is x by at least 5 pp",
        MostLikely(Word("a"), (), w("x"), Amount(5, "pp")),
    ),
    (
        "a independent of {b, c} given parents(a)",
        Independence(w("a"), w("b c"), (ParentsOf(Word("a")),)),
    ),
    (
        "{a, b} depend on c given {parents(a), d} in the tables",
        Independence(w("a b"), w("c"), (ParentsOf(Word("a")), Word("d")), False, True),
    ),
    ("a depends on b", Independence(w("a"), w("b"), (), False)),
    ("arrow a -> b exists", Arrows(w("a"), w("b"))),
    ("no arrow {a, b} → c", Arrows(w("a b"), w("c"), False)),
    ("path a -> ... -> b -> c exists", Paths(w("a b c"), (False, True))),
    ("path a → … → b avoiding c exists", Paths(w("a b"), (False,), w("c"))),
    ("no path a -> ... -> b avoiding {c, d}", Paths(w("a b"), (False,), w("c d"), "no")),
    ("every path a -> ... -> b passes {c}", Paths(w("a b"), (False,), w("c"), "every")),
    (
        "share(gpu, a: p -> q, P(a = x)) < 50 %",
        Comparison(
            (one(Share(Word("gpu"), Word("a"), Word("p"), Word("q"), X)), amount(50, "%")), ("<",)
        ),
    ),
    (
        "share(gpu, a from p to q, P(a = x)) < 50 %",
        Comparison(
            (one(Share(Word("gpu"), Word("a"), Word("p"), Word("q"), X)), amount(50, "%")), ("<",)
        ),
    ),
]


@pytest.mark.parametrize(("text", "statement"), READ, ids=[text for text, _ in READ])
def test_a_statement_is_read(text: str, statement: Statement) -> None:
    assert parse_statement(text) == statement
    spread = text.replace(" ", "\n   ")
    assert parse_statement(f"  {spread}  ") == statement


@pytest.mark.parametrize(
    "name",
    ["in", "is", "given", "scenario", "do", "P", "6", "2x", "a-b", "a.b", "中國", "pp", "over"],
)
def test_words_of_the_notation_are_names_where_a_name_is_expected(name: str) -> None:
    found = parse_statement(f"P(x in {{{name}, {name}1}}) > 0.1")
    assert isinstance(found, Comparison)
    quantity = found.sides[0].terms[0].of
    assert isinstance(quantity, Probability)
    assert quantity.events[0].states == w(f"{name} {name}1")


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20).filter(str.isprintable))
def test_any_name_can_be_written_in_quotes(name: str) -> None:
    found = parse_statement(f"most likely {quoted(name)} is {quoted(name)}")
    assert found == MostLikely(Word(name), (), (Word(name),))


def test_names_know_their_places() -> None:
    text = 'P("a" = x | scenario s) > 0.4'
    found = parse_statement(text)
    assert isinstance(found, Comparison)
    quantity = found.sides[0].terms[0].of
    assert isinstance(quantity, Probability)
    assert text[slice(*quantity.at)] == 'P("a" = x | scenario s)'
    assert text[slice(*quantity.events[0].node.at)] == '"a"'
    assert text[slice(*found.sides[1].at)] == "0.4"


REFUSED = [
    ("P(a = x", "", "expected ')', ',' or '|', but the statement ends", ""),
    ("P(a on x) > 1", "on", "expected 'in', 'not in', '!=', '<=', '=' or '>=', got 'on'", ""),
    ("most likely a = x", "=", "expected 'is' or '|', got '='", "write is"),
    ("P(a == x) > 0.1", "=", "expected a name or '{', got '='", "a single ="),
    ("P(a = x) >", "", "expected a number", ""),
    ("P(a = x) > 0.4 and P(b = y) > 0.1", "and", "got 'and'", "one claim states one thing"),
    ("P(a = x) rise over b", "rise", "got 'rise'", "write rises over"),
    ("P(a = x) risse over b", "risse", "got 'risse'", "did you mean 'rises'"),
    ("P[a = x] > 0.1", "[", "expected '('", "round brackets"),
    ("P(a = $) > 0.1", "$", "expected a name or '{', got '$'", ""),
    ("P(a = {x, y}) > 0.1", "{x, y}", "a set of states", "write in"),
    ("P(a != {x, y}) > 0.1", "{x, y}", "a set of states", "write not in"),
    ("P(a = x, y) > 0.1", "y", "'y' stands alone", "NODE = STATE"),
    ("P(a in {x}, y) > 0.1", "y", "'y' stands alone", "NODE = STATE"),
    ("P(a = x | y) > 0.1", ")", "expected", ""),
    ("P(a = x) > 1e999", "1e999", "too large", ""),
    ("Prob(a = x) > 0.1", "(", "got '('", "begins with P(...)"),
    ("hello", "", "but the statement ends", "begins with P(...)"),
    ("", "", "but the statement ends", ""),
    ("path a -> b", "", "expected 'avoiding' or 'exists'", ""),
    ("__import__('os')", "(", "", "begins with P(...)"),
]


@pytest.mark.parametrize(("text", "part", "reason", "hint"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_mistake_is_shown_where_it_stands(text: str, part: str, reason: str, hint: str) -> None:
    with pytest.raises(StatementError) as caught:
        parse_statement(text)
    error = caught.value
    assert isinstance(error, QueryError)
    assert reason in error.reason
    assert hint in error.hint
    if part:
        assert text[slice(*error.at)] == part
    else:
        assert error.at[0] == len(text)
    lines = str(error).splitlines()
    assert lines[1] == f"  {text}"
    assert lines[2].index("^") == 2 + error.at[0]


def test_an_error_survives_the_way_from_another_process() -> None:
    with pytest.raises(StatementError) as caught:
        parse_statement("P(中國 = $)")
    arrived = pickle.loads(pickle.dumps(caught.value))
    assert str(arrived) == str(caught.value)
    # Each of the two characters is two columns wide.
    assert str(arrived).splitlines()[2].index("^") == 2 + len("P(") + 4 + len(" = ")


@settings(deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(" ".join(t for t, _ in READ).split())).map(" ".join)
)
def test_whatever_is_written_is_read_or_refused_with_a_place(text: str) -> None:
    refused: StatementError | None = None
    try:
        parse_statement(text)
    except StatementError as error:
        refused = error
    if refused is not None:
        assert 0 <= refused.at[0] <= len(text)
        assert refused.reason


def test_the_statements_of_the_documentation_are_read_and_make_sense() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
    statements = documented.partition("```text\n")[2].partition("```")[0].splitlines()
    assert len(statements) > 15
    report = cm.check_claims(cm.load("article"), {text: text for text in statements})
    assert report.counts["unjudged"] == 0
    kinds = {type(each.held.statement) for each in report.results}
    assert kinds == {type(statement) for _, statement in READ}


def test_a_very_long_statement_is_refused_at_once_and_a_long_one_is_read() -> None:
    with pytest.raises(StatementError, match="at most 4,000"):
        parse_statement("(" * (LONGEST_STATEMENT + 1))
    terms = " + ".join(["P(a = x)"] * 300)
    found = parse_statement(f"{terms} > 0.1")
    assert isinstance(found, Comparison)
    assert len(found.sides[0].terms) == 300
