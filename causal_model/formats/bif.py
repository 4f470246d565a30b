"""BIF, the interchange format of bnlearn, pgmpy and most program libraries: read and written.

References:
    [cozman1998] Cozman, F.G. (1998). The Interchange Format for Bayesian Networks, version 0.15.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from causal_model.errors import did_you_mean
from causal_model.formats.bif_table import read_table
from causal_model.formats.bif_tokens import BifTokens
from causal_model.formats.draft import Draft
from causal_model.formats.names import printable_names
from causal_model.formats.source import Reading, Source, read_source
from causal_model.formats.tokens import quoted
from causal_model.network import Network, Variable

__all__ = ["parse_bif", "read_bif", "write_bif"]

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
BLOCKS = ("network", "variable", "probability")


def read_bif(path: str | Path) -> Network:
    """Read a BIF file.

    Raises:
        InvalidGraphFile: it cannot be read, or something is wrong with it; says where.
    """
    return parse_bif(read_source(path)).network


def parse_bif(source: Source) -> Reading:
    """Read the text of a BIF file.

    Raises:
        InvalidGraphFile: something is wrong with it; says where.
    """
    return _Parser(source).reading()


def write_bif(network: Network) -> str:
    """The text of a BIF file; `parse_bif` reads the same names and numbers back.

    Raises:
        GraphFileError: a name holds characters that nobody could see.
    """
    printable_names(network, "BIF")
    lines = ["network unknown {", "}"]
    for name, variable in network.variables.items():
        states = ", ".join(_written(state) for state in variable.states)
        lines += [
            f"variable {_written(name)} {{",
            f"  type discrete [ {variable.size} ] {{ {states} }};",
            "}",
        ]
    for name, table in network.tables.items():
        above = [network.variables[parent] for parent in network.parents[name]]
        given = ", ".join(_written(parent.name) for parent in above)
        lines.append(f"probability ( {_written(name)}{' | ' if given else ''}{given} ) {{")
        rows = [", ".join(map(repr, row)) for row in table.reshape(-1, table.shape[-1]).tolist()]
        if above:
            lines += [
                f"  ({', '.join(labels)}) {row};"
                for labels, row in zip(_combinations(above), rows, strict=True)
            ]
        else:
            lines.append(f"  table {rows[0]};")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _combinations(parents: Sequence[Variable]) -> list[tuple[str, ...]]:
    """All combinations of states, the last parent running fastest, as they are written."""
    found: list[tuple[str, ...]] = [()]
    for parent in parents:
        states = [_written(state) for state in parent.states]
        found = [(*before, state) for before in found for state in states]
    return found


def _written(name: str) -> str:
    return name if PLAIN.fullmatch(name) else quoted(name)


class _Parser:
    """One pass over the tokens for the variables, and one for the tables, which may come first."""

    def __init__(self, source: Source) -> None:
        self.scan = BifTokens(source)
        self.tokens = self.scan.list
        self.draft = Draft(self.scan.locate)

    def reading(self) -> Reading:
        tables = []
        at = 0
        while word := self.tokens[at]:
            if word == "network":
                at = self._network(at)
            elif word == "variable":
                at = self._variable(at)
            elif word == "probability":
                tables.append(at)
                at = self.scan.end_of_block(at) + 1
            else:
                hint = did_you_mean(word, BLOCKS).strip()
                raise self.scan.expected("network, variable or probability", at, hint)
        for at in tables:
            self._probability(at)
        return self.draft.reading()

    def _network(self, at: int) -> int:
        at += 1
        while not self.scan.is_sign(at):
            at += 1
        at = self.scan.take("{", at)
        while self.tokens[at] == "property":
            at = self.scan.after_property(at)
        return self.scan.take("}", at)

    def _variable(self, at: int) -> int:
        name_at = at + 1
        name = self.scan.name(name_at, "the name of a variable")
        at = self.scan.take("{", name_at + 1)
        found: tuple[list[str], list[int]] | None = None
        while self.tokens[at] != "}":
            if self.tokens[at] == "property":
                at = self.scan.after_property(at)
            elif self.tokens[at] == "type" and found is None:
                at, states, places = self._states(name, at)
                found = states, places
            else:
                raise self.scan.expected("'property' or '}'" if found else "'type'", at)
        if found is None:
            raise self.draft.error("N006", f"variable {name!r} has no type and no states", name_at)
        self.draft.declare(name, found[0], name_at, found[1])
        return at + 1

    def _states(self, name: str, at: int) -> tuple[int, list[str], list[int]]:
        """Read ``type discrete [ n ] { a, b };``."""
        kind = self.scan.name(at + 1, "'discrete'")
        if kind != "discrete":
            message = f"variable {name!r} is of type {kind[:40]!r}, expected discrete"
            raise self.draft.error("N014", message, at + 1)
        at = self.scan.take("[", at + 2)
        declared = self.tokens[at]
        if not (declared.isascii() and declared.isdigit()):
            raise self.scan.expected("the number of states", at)
        count_at = at
        at = self.scan.take("{", self.scan.take("]", at + 1))
        end = self.scan.closing("}", at)
        states, places = self.scan.listed(at, end, declared)
        if declared.lstrip("0") != str(len(states)) and (states or declared.strip("0")):
            message = f"variable {name!r} lists {len(states)} states, declared are {declared[:20]}"
            raise self.draft.error("N006", message, count_at)
        return self.scan.take(";", end + 1), states, places

    def _probability(self, at: int) -> None:
        child_at = self.scan.take("(", at + 1)
        child = self.scan.name(child_at, "the name of a variable")
        at = child_at + 1
        parents: list[str] = []
        parents_at: list[int] = []
        if self.tokens[at] == "|":
            end = self.scan.closing(")", at + 1)
            parents, parents_at = self.scan.listed(at + 1, end, end - at - 1)
            if not parents:
                raise self.scan.expected("the name of a parent", end)
            at = end
        elif self.tokens[at] != ")":
            raise self.scan.expected("'|' or ')'", at)
        shape = self.draft.open_table(child, parents, child_at, parents_at)
        at = self.scan.take("{", self.scan.take(")", at))
        read_table(self.scan, self.draft, child, parents, shape, at)
