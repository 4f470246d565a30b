"""Every name of a node or state in a statement is found at its place."""

import pytest

from causal_model.notation.names import names_in
from causal_model.notation.read import parse_statement

# What a name stands for, by its place among the names of the statement.
NAMED = [
    ("P(a in x, y) > 0.4", ["a", "a=x", "a=y"]),
    (
        '2 * P(a = "x y" | b != z, do(c = w)) - E(d | scenario s) <= 1',
        ["a", "a=x_y", "b", "b=z", "c", "c=w", "d"],
    ),
    ("P(a <= x) within 2 pp of P(b not in {x, y})", ["a", "a=x", "b", "b=x", "b=y"]),
    ("E(a) rises over do(b = lo, hi) by at least 2", ["a", "b", "b=lo", "b=hi"]),
    ("P(a = x) falls over scenarios one, two", ["a", "a=x"]),
    ("most likely a | b = z is x or y", ["a", "b", "b=z", "a=x", "a=y"]),
    (
        "share(c, b: lo -> hi, P(a = x | do(d = y))) > 10 %",
        ["b", "b=lo", "b=hi", "a", "a=x", "d", "d=y"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), NAMED, ids=[each[0] for each in NAMED])
def test_names_are_told_with_their_nodes_in_the_order_of_the_text(
    text: str, expected: list[str]
) -> None:
    found = names_in(parse_statement(text))
    told = [each.node + (f"={each.state}" if each.state else "") for each in found]
    assert [each.replace(" ", "_") for each in told] == expected
    for each in found:
        written = text[slice(*each.at)].strip('"')
        assert written == (each.state or each.node)
