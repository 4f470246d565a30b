"""How an answer moves when two entries of the tables move together.

D = P(e) and N = E[w; e] are linear in an entry of each of two tables or rows, hence bilinear in both,

    N(t, u) = (1 - t) (1 - u) N00 + t (1 - u) N10 + (1 - t) u N01 + t u N11,

and the answer is N / D [coupe2002]. The corners are asked of networks in which the entries are 0 or 1, so
no number is a difference of others. Two entries of one row share what they leave to the rest of it; there
N11 = N10 + N01 - N00, which makes N linear, and t + u is at most 1.

References:
    [coupe2002] Coupé, V.M.H., van der Gaag, L.C. (2002). Properties of sensitivity analysis of Bayesian
        belief networks. Annals of Mathematics and Artificial Intelligence 36.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from causal_model.analysis.sensitivity import Place
from causal_model.errors import QueryError
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = ["PairFunction", "pair_function", "with_entries"]


@dataclass(frozen=True, slots=True, eq=False)
class PairFunction:
    """The answer as a function of two entries (t, u).

    Attributes:
        numerators: N at t, u of 0 and 1, divided by the largest D; shape (2, 2).
        denominators: D likewise.
        one_row: whether both entries are of one row, so that t + u is at most 1.
    """

    numerators: Array
    denominators: Array
    one_row: bool

    def at(self, first: Array | float, second: Array | float) -> Array:
        """The answer at entries of any shapes that fit together; NaN where it is none.

        There the evidence is impossible, or the two entries leave no row.
        """
        t, u = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
        corners = [(1 - t) * (1 - u), (1 - t) * u, t * (1 - u), t * u]
        over = sum(part * n for part, n in zip(corners, self.numerators.flat, strict=True))
        below = sum(part * d for part, d in zip(corners, self.denominators.flat, strict=True))
        possible = below > 0
        if self.one_row:
            possible = possible & (t + u <= 1 + 1e-12)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(possible, over / below, np.nan)


def pair_function(
    compiled: CompiledNetwork,
    findings: Findings,
    answer: Mapping[str, Array],
    pair: tuple[Place, Place],
) -> PairFunction:
    """Ask at the corners.

    Args:
        compiled: the network.
        findings: one question, without beliefs.
        answer: weights from 0 to 1 of shape (states,), by node.
        pair: two entries of the tables.

    Raises:
        QueryError: the entries are the same, or one decides the other.
        TooLarge: the network is too wide for the memory that is allowed.
    """
    one_row = pair[0][0] == pair[1][0] and pair[0][1][:-1] == pair[1][1][:-1]
    if pair[0] == pair[1]:
        raise QueryError("the two entries are the same one")
    if one_row and compiled.network.variables[pair[0][0]].size == 2:
        raise QueryError("the two entries are a whole row, so one decides the other")
    corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), *([] if one_row else [(1.0, 1.0)])]
    logs = []
    for values in corners:
        network = with_entries(compiled.network, dict(zip(pair, values, strict=True)))
        moved = CompiledNetwork(network, compiled.max_memory)
        logs.append(
            [
                float(moved.log_evidence(findings.with_weights(answer))),
                float(moved.log_evidence(findings)),
            ]
        )
    scaled = np.array(logs)
    largest = scaled[:, 1].max()
    found = np.exp(scaled - largest) if np.isfinite(largest) else np.zeros_like(scaled)
    if one_row:
        found = np.vstack([found, found[1] + found[2] - found[0]])
    return PairFunction(found[:, 0].reshape(2, 2), found[:, 1].reshape(2, 2), one_row)


def with_entries(network: Network, moved: Mapping[Place, float]) -> Network:
    """The network with some entries moved; the others of their rows keep their proportions.

    Those of a row that had nothing but the entries that move share alike.
    """
    tables = dict(network.tables)
    rows: dict[tuple[str, tuple[int, ...]], dict[int, float]] = {}
    for (name, at), value in moved.items():
        rows.setdefault((name, at[:-1]), {})[at[-1]] = value
    for (name, given), values in rows.items():
        table = tables[name].copy()
        table[given] = _moved(table[given], values)
        table.flags.writeable = False
        tables[name] = table
    return replace(network, tables=MappingProxyType(tables))


def _moved(row: Array, values: Mapping[int, float]) -> Array:
    """A row of shape (states,) with some entries at new values, and the rest scaled to what they leave."""
    rest = np.ones(row.size, dtype=bool)
    rest[list(values)] = False
    left = float(row.sum()) - sum(values.values())
    if not rest.any() or left < -1e-12:
        raise QueryError("the entries leave nothing to the rest of their row")
    share = row[rest].sum()
    found = np.empty(row.size)
    found[rest] = max(left, 0.0) * (row[rest] / share if share > 0 else 1 / rest.sum())
    for state, value in values.items():
        found[state] = value
    return found
