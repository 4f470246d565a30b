"""How far one answer moves: when a node is seen, when it is set, and when an entry of a table moves.

The answer is E[w | e], the expected weight of what is asked about under the findings e; with weights 0 and
1 it is a probability. Let D = P(e) and N = E[w; e], so that it is A = N / D. Every table enters both once,
so both are linear in each of its entries. When the entry t = P(y | z) moves and the rest of its row keeps
its proportions, both are linear in t, and the answer is a part of a hyperbola [coupe2002]

    f(t) = (A + a (t - t0)) / (1 + c (t - t0)),    a = dN/dt / D,    c = dD/dt / D,

with t0 the entry as it is. A pass forwards and one backwards give the derivatives of D by all entries of
all tables, and two more those of N [darwiche2003], so four passes give f for every entry.

The same derivatives say what setting a node does, since its whole table is replaced where it enters:

    D under do(X = x) = Σ_z ∂D/∂P(x | z),    and N likewise.

And the marginals of the two passes say what seeing it does:

    E[w | e, X = x] = E[w; X = x | e] / P(X = x | e).

References:
    [coupe2002] Coupé, V.M.H., van der Gaag, L.C. (2002). Properties of sensitivity analysis of Bayesian
        belief networks. Annals of Mathematics and Artificial Intelligence 36.
    [darwiche2003] Darwiche, A. (2003). A differential approach to inference in Bayesian networks. Journal
        of the ACM 50(3).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from causal_model.analysis.hyperbolas import Hyperbolas
from causal_model.errors import EvidenceError, QueryError
from causal_model.graph import ancestors, open_path
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Array, Network

__all__ = [
    "EntryFunctions",
    "Passes",
    "Place",
    "answers_when_observed",
    "answers_when_set",
    "entry_functions",
    "entry_intervals",
    "separated",
    "two_passes",
]

# A node, and the states of its parents and its own, as numbers.
Place = tuple[str, tuple[int, ...]]
# Parts of a derivative that are rounding.
ROUNDING = 1e-14
# Probabilities below this say nothing but 0.
NO_PROBABILITY = 1e-12
# Derivatives above are no rounding, whatever the arrows say.
NEARLY_NOTHING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """What the passes for D = P(e) and for N = E[w; e] tell about one question.

    Attributes:
        network: the network.
        findings: e.
        answer: w, a weight from 0 to 1 for every state, by node; several nodes are multiplied.
        value: E[w | e].
        marginals: P(X = x | e) by node, shape (states,); empty unless asked for.
        weighed: E[w; X = x | e] by node, shape (states,); empty likewise.
        denominators: ∂D/∂θ / D for every entry θ of a node's table, in the table's shape.
        numerators: ∂N/∂θ / D likewise.
    """

    network: Network
    findings: Findings
    answer: Mapping[str, Array]
    value: float
    marginals: Mapping[str, Array]
    weighed: Mapping[str, Array]
    denominators: Mapping[str, Array]
    numerators: Mapping[str, Array]


def two_passes(
    compiled: CompiledNetwork,
    findings: Findings,
    answer: Mapping[str, Array],
    *,
    marginals: bool = True,
) -> Passes:
    """Ask for the answer, and for all that it depends on.

    Args:
        compiled: the network.
        findings: one question; what is known or set.
        answer: weights from 0 to 1 of shape (states,), by node.
        marginals: whether the marginals of all nodes are wanted.

    Raises:
        EvidenceError: the findings hold beliefs, or are impossible.
        QueryError: the findings fix a node of the answer, or an answer about several nodes is zero.
        TooLarge: the network is too wide for the memory that is allowed.
    """
    if findings.beliefs:
        raise EvidenceError(
            f"there is a belief on {', '.join(findings.beliefs)}: it is fitted anew whenever a table"
            " changes, so the answer is no simple function of the tables; use a likelihood instead"
        )
    for name in answer:
        if name in findings.observed or name in findings.do:
            raise QueryError(f"{name!r} is given itself, so its probability hangs on nothing else")
    targets = None if marginals else ()
    # Weights of one change nothing, but let both questions be planned once, and reach the same tables.
    ones = {name: np.ones_like(weights) for name, weights in answer.items()}
    open_ = compiled.posterior(findings.with_weights(ones), targets, table_derivatives=True)
    if np.isneginf(open_.log_evidence):
        raise EvidenceError("the evidence has probability zero under this graph")
    met = compiled.posterior(findings.with_weights(answer), targets, table_derivatives=True)
    value = math.exp(min(0.0, float(met.log_evidence - open_.log_evidence)))
    slopes = open_.table_derivatives
    if value > 0:
        numerators = {name: value * each for name, each in met.table_derivatives.items()}
        weighed = {name: value * each for name, each in met.marginals.items()}
    else:
        # Nothing can be divided by N = 0, but (D + N) / 2 has weights of its own.
        if len(answer) > 1:
            raise QueryError(
                "a probability of several nodes together that is exactly 0 has no slopes"
            )
        half = {name: (1 + weights) / 2 for name, weights in answer.items()}
        mixed = compiled.posterior(findings.with_weights(half), (), table_derivatives=True)
        numerators = {
            name: np.maximum(each - slopes[name], 0.0)
            for name, each in mixed.table_derivatives.items()
        }
        weighed = {name: np.zeros_like(each) for name, each in met.marginals.items()}
    network = compiled.network
    return Passes(network, findings, answer, value, open_.marginals, weighed, slopes, numerators)


@dataclass(frozen=True, eq=False, kw_only=True)
class EntryFunctions(Hyperbolas):
    """The answer as a function of each entry of each table alone, end to end in one array.

    An entry moves with its siblings in proportion; those of an entry that is 1 share alike.

    Attributes:
        network: whose tables they are, nodes in its order, each table in the order of its axes.
    """

    network: Network

    @cached_property
    def starts(self) -> dict[str, int]:
        """Where the entries of every node begin."""
        sizes = [table.size for table in self.network.tables.values()]
        return dict(zip(self.network.tables, accumulate(sizes, initial=0), strict=False))

    def place(self, number: int) -> Place:
        """Which entry has a number."""
        name = next(each for each in reversed(self.starts) if self.starts[each] <= number)
        at = np.unravel_index(number - self.starts[name], self.network.tables[name].shape)
        return name, tuple(int(each) for each in at)

    def number(self, place: Place) -> int:
        """The number of an entry."""
        name, at = place
        shape = self.network.tables[name].shape
        return self.starts[name] + int(np.ravel_multi_index(at, shape))


def entry_functions(passes: Passes) -> EntryFunctions:
    """The answer as a function of every entry; those that do not matter have slope 0."""
    tables = passes.network.tables
    slopes, denominators = [], []
    for name, table in tables.items():
        below = _with_siblings(table, passes.denominators[name])
        slope = _with_siblings(table, passes.numerators[name]) - passes.value * below
        # Where the arrows say that a table does not matter, what is left of its slopes is rounding, which
        # grows without bounds where a change makes the evidence improbable.
        size = np.abs(slope).max(initial=0.0)
        if 0 < size <= NEARLY_NOTHING and _table_is_separated(passes, name):
            slope = np.zeros_like(slope)
        slopes.append(slope.reshape(-1))
        denominators.append(below.reshape(-1))
    return EntryFunctions(
        network=passes.network,
        value=passes.value,
        now=np.concatenate([table.reshape(-1) for table in tables.values()]),
        slopes=np.concatenate(slopes),
        denominators=np.concatenate(denominators),
    )


def _with_siblings(table: Array, slopes: Array) -> Array:
    """The derivative by every entry when the rest of its row gives way, from those by it alone.

    Shapes (*parent sizes, states). An entry's siblings θ_k change by -θ_k / Σ θ_k.
    """
    size = table.shape[-1]
    others = 1 - np.eye(size)
    rest = table @ others
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = ((table * slopes) @ others) / rest
        alike = (slopes @ others) / (size - 1)
    if size == 1:
        return np.zeros_like(table)
    given_way = np.where(rest > 0, shared, alike)
    found = slopes - given_way
    # Where nothing depends on the row, all its derivatives are alike, and their difference is rounding.
    return np.where(np.abs(found) <= ROUNDING * np.abs(slopes), 0.0, found)


def entry_intervals(
    functions: EntryFunctions, confidences: Mapping[str, Array], level: float
) -> Array:
    """Equal-tailed intervals of all entries, shape (2, entries); NaN where no confidence is known.

    A row θ with confidence s is a Dirichlet distribution with s θ pseudo-counts, so an entry t of it has
    the Beta distribution with s t and s (1 - t). With confidence 0 it may be anything; what is 0 or 1
    stays so. An interval need not hold the entry, as the mean of a very skewed row may lie in a tail.

    Args:
        functions: the entries.
        confidences: by node, of shape (*parent sizes,); NaN where a row has none.
        level: the probability of the interval, such as 0.9.
    """
    from scipy.special import betaincinv

    network = functions.network
    known = np.concatenate(
        [
            np.repeat(
                confidences[name].reshape(-1) if name in confidences else np.nan,
                table.shape[-1] if name in confidences else table.size,
            )
            for name, table in network.tables.items()
        ]
    )
    tails = np.array([[(1 - level) / 2], [(1 + level) / 2]])
    now = functions.now
    free = (now > 0) & (now < 1)
    bounds = np.where(np.isnan(known), np.nan, np.broadcast_to(now, (2, now.size)))
    at = free & (known > 0)
    found = betaincinv(known[at] * now[at], known[at] * (1 - now[at]), tails)
    # Where confidence is so large that the function gives up, there is no width either.
    found = np.where(np.isfinite(found), found, now[at])
    bounds[:, at] = np.where(found < NO_PROBABILITY, 0.0, found)
    bounds[:, free & (known == 0)] = [[0.0], [1.0]]
    return bounds


def answers_when_observed(passes: Passes) -> dict[str, Array]:
    """E[w | e, X = x] by node and state, NaN where X = x is impossible.

    For all nodes that are neither asked about nor fixed. Where the arrows alone say that the node tells
    nothing more, all are exactly E[w | e].
    """
    found = {}
    for name in _free(passes):
        before = passes.marginals[name]
        if separated(passes, name, cut=False):
            answers = np.full_like(before, passes.value)
        else:
            with np.errstate(invalid="ignore", divide="ignore"):
                answers = np.minimum(passes.weighed[name] / before, 1.0)
        found[name] = np.where(before > 0, answers, np.nan)
    return found


def answers_when_set(passes: Passes) -> dict[str, Array]:
    """E[w | e, do(X = x)] by node and state, NaN where the evidence is impossible under it.

    For all nodes without findings that are not asked about. Where no path of arrows leads from the node
    to the answer or to the evidence, all are exactly E[w | e]; where the arrows alone say that it does
    not matter to which state the node is set, all are equal.
    """
    found = {}
    parents, evidence = _as_set(passes)
    above = ancestors(parents, [*passes.answer, *evidence])
    for name in _free(passes, weighted=False):
        size = passes.network.variables[name].size
        if name not in above:
            found[name] = np.full(size, passes.value)
            continue
        below = passes.denominators[name].reshape(-1, size).sum(axis=0)
        over = passes.numerators[name].reshape(-1, size).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            answers = np.where(below > 0, np.minimum(over / below, 1.0), np.nan)
        possible = below > 0
        if possible.any() and separated(passes, name, cut=True):
            answers[possible] = answers[possible][0]
        found[name] = answers
    return found


def _free(passes: Passes, *, weighted: bool = True) -> list[str]:
    """The nodes that can be seen or set besides: neither asked about nor fixed; or without any finding."""
    findings = passes.findings
    taken = {*passes.answer, *findings.observed, *findings.do}
    if not weighted:
        taken |= set(findings.weights)
    return [name for name in passes.network.variables if name not in taken]


def _as_set(passes: Passes) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The arrows that are in force, and the nodes with evidence.

    What weighs a node is a sign of it, and so a child that was observed.
    """
    findings = passes.findings
    parents = {
        name: () if name in findings.do else above for name, above in passes.network.parents.items()
    }
    signs = {f"sign of {name}\0": (name,) for name in findings.weights}
    return parents | signs, [*findings.observed, *signs]


def separated(passes: Passes, name: str, *, cut: bool = False) -> bool:
    """Whether the arrows alone say that a node, once seen (or set), tells nothing about the answer."""
    parents, evidence = _as_set(passes)
    if cut:
        parents[name] = ()
    given = [*evidence, *passes.findings.do]
    return open_path(parents, [name], list(passes.answer), given) is None


def _table_is_separated(passes: Passes, name: str) -> bool:
    """Whether the arrows alone say that the answer does not hang on the table of a node."""
    parents, evidence = _as_set(passes)
    if name in passes.findings.do:
        return True
    # The table is one more cause of the node.
    table = f"table of {name}\0"
    parents |= {name: (*parents[name], table), table: ()}
    return (
        open_path(parents, [table], list(passes.answer), [*evidence, *passes.findings.do]) is None
    )
