"""UAI, the format of the inference competitions: numbers only, variables and states are counted.

`BAYES` files are networks: the last variable of each function is the child, and its states run fastest.
They get the names x0, x1, ... and s0, s1, ... `MARKOV` files are lists of factors. Text after `#` is a
comment.

References:
    [uai2014] UAI 2014 inference competition: file formats.
"""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from causal_model.factor_list import FactorList
from causal_model.formats.draft import LARGEST_TABLE, Draft, beyond_limits
from causal_model.formats.numbers import numbers_of
from causal_model.formats.source import Reading, Source, read_source
from causal_model.network import Array, Network
from causal_model.spec.diagnostics import InvalidGraphFile, Span

__all__ = [
    "parse_factor_list",
    "parse_uai",
    "read_factor_list",
    "read_uai_evidence",
    "write_factor_list",
    "write_uai",
    "write_uai_evidence",
]

COMMENT = re.compile(r"#[^\n]*")
WORD = re.compile(r"\S+")
# More digits than any count has; `int` must not be given a text of any length.
LONGEST_COUNT = 9

Function = tuple[tuple[int, ...], Array, int]


def parse_uai(source: Source) -> Reading:
    """Read the text of a BAYES file as a network.

    Raises:
        InvalidGraphFile: it is a MARKOV file, or something is wrong with it; says where.
    """
    scan = _Scan(source)
    sizes, functions = scan.model("BAYES")
    draft = scan.draft
    names = [f"x{number}" for number in range(len(sizes))]
    for name, size, at in zip(names, sizes, scan.sizes_at, strict=True):
        draft.declare(name, [f"s{state}" for state in range(size)], at)
    for scope, table, at in functions:
        if not scope:
            raise draft.error("N013", "a function without variables is no table of a variable", at)
        *above, child = (names[variable] for variable in scope)
        draft.open_table(child, above, at)
        draft.fill(child, table, lambda row, at=at, size=table.shape[-1]: at + 1 + row * size)  # type: ignore[misc]
    return draft.reading()


def read_factor_list(path: str | Path) -> FactorList:
    """Read a UAI file, MARKOV or BAYES, as a list of factors.

    Raises:
        InvalidGraphFile: it cannot be read, or something is wrong with it; says where.
    """
    return parse_factor_list(read_source(path))


def parse_factor_list(source: Source) -> FactorList:
    """Read the text of a UAI file, MARKOV or BAYES, as a list of factors.

    Raises:
        InvalidGraphFile: something is wrong with it; says where.
    """
    sizes, functions = _Scan(source).model("MARKOV", "BAYES")
    return FactorList(sizes, tuple((scope, table) for scope, table, _ in functions))


def read_uai_evidence(path: str | Path, sizes: Sequence[int]) -> dict[int, int]:
    """Read a `.evid` file: variable to state. Its length decides whether it counts samples first.

    Args:
        path: the file.
        sizes: the number of states of each variable.

    Raises:
        InvalidGraphFile: it cannot be read, or names what does not exist; says where.
    """
    scan = _Scan(read_source(path))
    start = 1 - len(scan.words) % 2
    if not scan.words:
        raise scan.draft.error("N003", "is empty, expected the number of findings", 0)
    if start and scan.count(0, "the number of samples") != 1:
        raise scan.draft.error("N014", "holds several samples, expected one", 0)
    pairs = scan.count(start, "the number of findings")
    if len(scan.words) - start - 1 != 2 * pairs:
        held = (len(scan.words) - start - 1) // 2
        raise scan.draft.error("N008", f"holds {held} findings, declared are {pairs}", start)
    found: dict[int, int] = {}
    for at in range(start + 1, len(scan.words), 2):
        variable = scan.count(at, "a variable")
        if variable >= len(sizes):
            message = f"variable {variable} is not there, the last one is {len(sizes) - 1}"
            raise scan.draft.error("N005", message, at)
        state = scan.count(at + 1, "a state")
        if state >= sizes[variable]:
            message = f"variable {variable} has no state {state}, the last is {sizes[variable] - 1}"
            raise scan.draft.error("N005", message, at + 1)
        if variable in found:
            raise scan.draft.error("N004", f"variable {variable} comes twice", at)
        found[variable] = state
    return found


def write_uai(network: Network) -> str:
    """The text of a BAYES file; names are lost, variables are counted in the network's order."""
    number = {name: at for at, name in enumerate(network.variables)}
    return _written(
        "BAYES",
        [variable.size for variable in network.variables.values()],
        [
            (tuple(number[each] for each in network.family(name)), table)
            for name, table in network.tables.items()
        ],
    )


def write_factor_list(factors: FactorList) -> str:
    """The text of a MARKOV file."""
    return _written("MARKOV", factors.sizes, factors.factors)


def write_uai_evidence(evidence: Mapping[int, int]) -> str:
    """The text of a `.evid` file, without a count of samples."""
    pairs = [f"{variable} {state}" for variable, state in evidence.items()]
    return " ".join([str(len(pairs)), *pairs]) + "\n"


def _written(
    kind: str, sizes: Sequence[int], functions: Sequence[tuple[tuple[int, ...], Array]]
) -> str:
    lines = [kind, str(len(sizes)), " ".join(map(str, sizes)), str(len(functions))]
    lines += [" ".join(map(str, (len(scope), *scope))) for scope, _ in functions]
    for _, table in functions:
        rows = table.reshape(-1, table.shape[-1] if table.ndim else 1).tolist()
        lines += ["", str(table.size), *(" " + " ".join(map(repr, row)) for row in rows)]
    return "\n".join(lines) + "\n"


class _Scan:
    """The words of a file, known by their number."""

    def __init__(self, source: Source) -> None:
        # Blanks in place of comments keep the places of everything else.
        text = COMMENT.sub(lambda match: " " * len(match[0]), source.text)
        self.source = source
        self.text = text
        self.words = text.split()
        self.draft = Draft(self.locate)
        self.sizes_at: range = range(0)

    def locate(self, number: int) -> Span:
        """Where a word stands; beyond the last one, the end of the file."""
        match = next(islice(WORD.finditer(self.text), number, None), None)
        if match is None:
            return self.source.span(len(self.text))
        return self.source.span(match.start(), min(len(match[0]), 60))

    def count(self, at: int, what: str, most: int | None = None) -> int:
        """A whole number that must be here.

        Raises:
            InvalidGraphFile: there is none, or it is too large.
        """
        word = self.words[at] if at < len(self.words) else ""
        if not (word.isascii() and word.isdigit()):
            raise self._expected(what, at)
        if len(word) > LONGEST_COUNT or (most is not None and int(word) > most):
            limit = f"at most {most:,}" if most is not None else "a smaller number"
            raise self.draft.error("N012", f"{what} is {word[:20]}, expected {limit}", at)
        return int(word)

    def model(self, *kinds: str) -> tuple[tuple[int, ...], list[Function]]:
        """The sizes of the variables; and the functions, each with the place of its numbers."""
        word = self.words[0] if self.words else ""
        if word.upper() not in kinds:
            if word.upper() == "MARKOV":
                message = "is a MARKOV file, a list of factors; expected BAYES, a network"
                raise self.draft.error("N014", message, 0)
            raise self._expected(" or ".join(kinds), 0)
        variables = self.count(1, "the number of variables", len(self.words))
        self.sizes_at = range(2, 2 + variables)
        sizes = tuple(self.count(at, "a number of states", LARGEST_TABLE) for at in self.sizes_at)
        for number, (size, at) in enumerate(zip(sizes, self.sizes_at, strict=True)):
            if not size:
                raise self.draft.error("N006", f"variable {number} has no states", at)
        at = 2 + variables
        functions = self.count(at, "the number of functions", len(self.words))
        at += 1
        scopes: list[tuple[tuple[int, ...], int]] = []
        for _ in range(functions):
            scopes.append((self._scope(at, sizes), at))
            at += 1 + len(scopes[-1][0])
        return sizes, self._functions(at, sizes, scopes)

    def _scope(self, at: int, sizes: Sequence[int]) -> tuple[int, ...]:
        length = self.count(at, "the number of variables of a function", len(sizes))
        scope = tuple(
            self.count(place, "a variable", len(sizes) - 1)
            for place in range(at + 1, at + 1 + length)
        )
        if len(set(scope)) < length:
            raise self.draft.error("N004", "a variable comes twice in a function", at)
        if excess := beyond_limits([sizes[variable] for variable in scope]):
            raise self.draft.error("N012", f"a function has {excess}", at)
        return scope

    def _functions(
        self, at: int, sizes: Sequence[int], scopes: Sequence[tuple[tuple[int, ...], int]]
    ) -> list[Function]:
        start = at
        places = []
        for scope, scope_at in scopes:
            wanted = math.prod(sizes[variable] for variable in scope)
            if (declared := self.count(at, "the number of entries")) != wanted:
                line = self.locate(scope_at).line
                message = (
                    f"declares {declared} entries, but the function of line {line} has {wanted}"
                )
                raise self.draft.error("N008", message, at)
            places.append(at)
            at += 1 + wanted
        if at > len(self.words):
            raise self._expected("a number", len(self.words))
        if at < len(self.words):
            raise self._expected("the end of the file", at)
        numbers = self._numbers(start)
        found: list[Function] = []
        for (scope, _), place in zip(scopes, places, strict=True):
            shape = tuple(sizes[variable] for variable in scope)
            first = place + 1 - start
            table = numbers[first : first + math.prod(shape)].reshape(shape)
            table.flags.writeable = False
            found.append((scope, table, place))
        return found

    def _numbers(self, start: int) -> Array:
        """All words from one on, as numbers that are not negative."""
        words = self.words[start:]
        numbers = numbers_of(words)
        if numbers is None:
            wrong = next(at for at, word in enumerate(words) if numbers_of([word]) is None)
        elif (numbers < 0).any():
            wrong = int(np.argmax(numbers < 0))
        else:
            return numbers
        message = f"found {words[wrong][:40]!r}, expected a number from 0 on"
        raise self.draft.error("N007", message, start + wrong)

    def _expected(self, what: str, at: int) -> InvalidGraphFile:
        found = f"{self.words[at][:40]!r}" if at < len(self.words) else "the end of the file"
        return self.draft.error("N003", f"found {found}, expected {what}", at)
