"""Tables as Dirichlet distributions, and draws of them.

A row with its confidence c is a Dirichlet distribution with the parameters c p, where p is the row as the
table has it: c pseudo-counts that are spread as the row says, or for counted rows c pseudo-counts and
counts together (see `cpt.counts`). Its mean is p, and its covariance is (diag(p) - p pᵀ) / (c + 1)
[heckerman1995]. Rows are independent of each other, and a zero stays zero.

A draw is a vector of gamma variates of shapes c p, divided by their sum. Where a shape is small the
variates may fall below any float, all of a row at once; such rows are drawn in logarithms, by
log G(a) = log G(a + 1) + log(U) / a [devroye1986].

Draws come in blocks, each from a source of chance of its own that hangs on seed, node and block alone. So
the same seed gives the same tables whatever is asked, given, or held in memory at a time: differences of
two answers under one seed are differences under the same tables (common random numbers). The last draws are
kept, as the next question will be asked of them as well.

References:
    [devroye1986] Devroye, L. (1986). Non-Uniform Random Variate Generation. Springer. Section IX.3.
    [heckerman1995] Heckerman, D., Geiger, D. & Chickering, D.M. (1995). Learning Bayesian networks: the
        combination of knowledge and statistical data. Machine Learning 20.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array, Network

__all__ = ["BLOCK", "Dirichlets"]

# Draws of one source of chance.
BLOCK = 1000
# A row with a smaller shape among its own is drawn in logarithms. Above, the chance that a variate is
# below 1e-100 is less than 1e-10.
SMALL = 0.1
# A confidence is kept within these, where gamma variates and their logarithms are within the range of
# floats. Below, every draw is a corner; above, nothing moves that a float could show.
LEAST, MOST = 1e-200, 1e30
# Of shapes, since a row may have tiny entries itself.
LEAST_SHAPE = 1e-290
# Bytes of draws that are kept for the next question: those of the article's tables are 10 MB.
MOST_KEPT = 1 << 26


@dataclass(frozen=True, eq=False)
class Dirichlets:
    """What is known about the tables of a network: a distribution for every row, or the row itself.

    Attributes:
        network: the network, whose tables are the means.
        confidence: by node the pseudo-counts behind its rows, shape (*parent sizes,); NaN for a row that
            is held fixed, as are all rows of nodes that are not here.
        decided: nodes whose table is what somebody decides, and certain as it stands.
    """

    network: Network
    confidence: Mapping[str, Array]
    decided: frozenset[str] = frozenset()
    _kept: dict[tuple[str, int, int], Array] = field(default_factory=dict, repr=False)

    @cached_property
    def uncertain(self) -> Mapping[str, NDArray[np.bool_]]:
        """By node the rows with two or more possible states, shape (*parent sizes,).

        All others say what is certain, and are so whatever their confidence; and so is what is decided.
        """
        return {
            name: ((table > 0).sum(axis=-1) > 1) & (name not in self.decided)
            for name, table in self.network.tables.items()
        }

    @cached_property
    def open(self) -> Mapping[str, NDArray[np.bool_]]:
        """By node the rows that differ from draw to draw; nodes without any are left out."""
        found = {}
        for name, confidence in self.confidence.items():
            if name not in self.decided and (rows := self.uncertain[name] & (confidence > 0)).any():
                found[name] = rows
        return found

    def draw(self, name: str, block: int, seed: int) -> Array:
        """The draws of one table in one block.

        Args:
            name: a node with open rows.
            block: its number; draws BLOCK * block to BLOCK * (block + 1) - 1.
            seed: of the source of chance.

        Returns:
            Tables of shape (BLOCK, *table shape), read-only. The draws are the last axis in memory, along
            which the engine runs.
        """
        key = (name, block, seed)
        found = self._kept.get(key)
        if found is None:
            found = self._draw(name, block, seed)
            found.flags.writeable = False
            if sum(each.nbytes for each in self._kept.values()) + found.nbytes > MOST_KEPT:
                self._kept.clear()
            if found.nbytes <= MOST_KEPT:
                self._kept[key] = found
        return found

    def _draw(self, name: str, block: int, seed: int) -> Array:
        place = list(self.network.variables).index(name)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(place, block)))
        table = self.network.tables[name]
        rows = table.reshape(-1, table.shape[-1])
        open_ = self.open[name].reshape(-1)
        confidence = np.clip(self.confidence[name].reshape(-1, 1), LEAST, MOST)
        shapes = np.where(rows > 0, np.maximum(confidence * rows, LEAST_SHAPE), np.inf)
        drawn = np.zeros((*rows.shape, BLOCK))
        drawn[~open_] = rows[~open_, :, None]
        for at in np.flatnonzero(open_):
            if shapes[at].min() < SMALL:
                _small(shapes[at], drawn[at], rng)
            else:
                for shape, out in zip(shapes[at].tolist(), drawn[at], strict=True):
                    if shape < np.inf:
                        rng.standard_gamma(shape, out=out)
        drawn /= drawn.sum(axis=1, keepdims=True)
        return np.moveaxis(drawn.reshape(*table.shape, BLOCK), -1, 0)


def _small(shapes: Array, out: Array, rng: np.random.Generator) -> None:
    """Gamma variates up to a factor by draw, the largest of a draw being 1, of shape (states, BLOCK)."""
    logs = np.full(out.shape, -np.inf)
    for state in np.flatnonzero(np.isfinite(shapes)):
        # The logarithm of a uniform variate is an exponential one with its sign turned.
        logs[state] = np.log(rng.standard_gamma(shapes[state] + 1, BLOCK))
        logs[state] -= rng.standard_exponential(BLOCK) / shapes[state]
    np.exp(logs - logs.max(axis=0), out=out)
