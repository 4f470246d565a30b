"""Random influence diagrams, and their best policies by trying all of them.

Shares no code with the engine: every joint state of chance nodes and decisions is a line, and a policy
takes the lines in which every decision is what it says for all that is known.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from causal_model.network import Array, Network, Variable
from causal_model.spec.evidence import Finding

NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})
Utilities = Mapping[str, tuple[tuple[str, ...], Array]]


@dataclass(frozen=True)
class Puzzle:
    """A random diagram, small enough for all its policies to be tried."""

    network: Network
    utilities: Utilities

    @property
    def decisions(self) -> list[str]:
        return [name for name, each in self.network.variables.items() if each.is_decision]

    @property
    def chance(self) -> list[str]:
        return [name for name, each in self.network.variables.items() if not each.is_decision]


def random_puzzle(rng: np.random.Generator, *, decisions: int | None = None) -> Puzzle:
    """Two to five chance nodes, and decisions, of which each knows the one before; default one or two."""
    count = int(rng.integers(1, 3)) if decisions is None else decisions
    kinds = [True] * count + [False] * int(rng.integers(2, {0: 6, 1: 6, 2: 5}.get(count, 4)))
    order = [bool(each) for each in rng.permutation(kinds)]
    names = [f"{'d' if decides else 'c'}{at}" for at, decides in enumerate(order)]
    taken = [name for name, decides in zip(names, order, strict=True) if decides]
    variables: list[Variable] = []
    parents, tables = {}, {}
    for at, (name, decides) in enumerate(zip(names, order, strict=True)):
        size = 2 if decides or rng.random() < 0.7 else 3
        sizes = {each.name: each.size for each in variables}
        above = [str(each) for each in rng.permutation(names[:at])[: int(rng.integers(0, 4))]]
        if decides:
            # A decision sees at most one chance node of two states, so that policies can be counted.
            before = [str(each) for each in rng.permutation(names[:at])]
            seen = [each for each in before if each not in taken and sizes[each] == 2][:1]
            above = [*seen, *(each for each in taken if taken.index(each) == taken.index(name) - 1)]
        shape = (*(sizes[each] for each in above), size)
        table = rng.gamma(0.7, size=shape) + 1e-3
        table[rng.random(shape) < 0.15] = 0.0
        table[table.sum(axis=-1) == 0, 0] = 1.0
        if decides:
            table = np.broadcast_to(np.eye(size)[0], shape)
        variables.append(Variable(name, tuple(f"s{each}" for each in range(size)), decides))
        parents[name] = above
        tables[name] = table / table.sum(axis=-1, keepdims=True)
    network = Network.of(variables, parents, tables)
    utilities = {}
    for at in range(int(rng.integers(1, 4))):
        own = tuple(str(each) for each in rng.permutation(names)[: int(rng.integers(0, 4))])
        shape = tuple(network.variables[each].size for each in own)
        utilities[f"u{at}"] = (own, np.round(rng.normal(0, 10, size=shape), 1))
    return Puzzle(network, utilities)


def known_at(puzzle: Puzzle, extra: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """All that is known at every decision, decided or seen, when nothing is forgotten."""
    so_far: list[str] = []
    found = {}
    for decision in puzzle.decisions:
        so_far += [*puzzle.network.parents[decision], *extra.get(decision, ())]
        found[decision] = sorted(set(so_far))
        so_far.append(decision)
    return found


@dataclass(frozen=True)
class Lines:
    """Every joint state of a puzzle under findings: states by node, weight, and worth."""

    column: Mapping[str, NDArray[np.intp]]
    weight: Array
    worth: Array


def lines_of(puzzle: Puzzle, findings: Sequence[Finding]) -> Lines:
    network = puzzle.network
    names = list(network.variables)
    do = {each.node: each.state for each in findings if each.kind == "do"}
    grid = np.array(list(itertools.product(*(range(network.variables[n].size) for n in names))))
    column = {name: grid[:, at] for at, name in enumerate(names)}
    weight = np.ones(len(grid))
    for name in names:
        own = column[name]
        if name in do:
            weight *= own == network.variables[name].states.index(do[name])
        elif not network.variables[name].is_decision:
            weight *= network.tables[name][(*(column[p] for p in network.parents[name]), own)]
    for each in findings:
        states = network.variables[each.node].states
        if each.kind == "observed":
            weight *= column[each.node] == states.index(each.state)
        elif each.kind == "likelihood":
            vector = np.array([each.weights.get(state, 0.0) for state in states])
            weight *= vector[column[each.node]]
    worth = np.zeros(len(grid))
    for above, values in puzzle.utilities.values():
        worth += values[tuple(column[name] for name in above)]
    return Lines(column, weight, worth)


def plans_to_try(puzzle: Puzzle, findings: Sequence[Finding]) -> int:
    """How many policies there are for all open decisions together."""
    known, sizes = known_at(puzzle, {}), puzzle.network.variables
    return math.prod(
        sizes[name].size ** math.prod(sizes[each].size for each in known[name])
        for name in open_decisions(puzzle, findings)
    )


def best_by_trying(puzzle: Puzzle, findings: Sequence[Finding] = ()) -> float:
    """The largest expected utility of all policies.

    Args:
        puzzle: the diagram.
        findings: possible ones, on nodes that follow from no open decision.
    """
    network = puzzle.network
    lines = lines_of(puzzle, findings)
    known = known_at(puzzle, {})
    plans = []
    for name in open_decisions(puzzle, findings):
        sizes = [network.variables[each].size for each in known[name]]
        flat = np.zeros(len(lines.weight), dtype=int)
        for each, size in zip(known[name], sizes, strict=True):
            flat = flat * size + lines.column[each]
        every = itertools.product(range(network.variables[name].size), repeat=math.prod(sizes))
        plans.append([np.array(plan)[flat] == lines.column[name] for plan in every])
    best = -math.inf
    for chosen in itertools.product(*plans):
        taken = lines.weight * np.prod(chosen, axis=0)
        best = max(best, float((taken * lines.worth).sum() / taken.sum()))
    return best


@dataclass(frozen=True)
class Plan:
    """A policy: the option that is taken at a decision by states of the nodes that it looks at."""

    looks_at: Sequence[str]
    option: NDArray[np.intp]


@dataclass(frozen=True)
class Counted:
    """A case of what is known at a decision: how often it comes to it, and what every option is worth.

    `earlier` says what decisions before it are: taken by their plans, or, where these do not lead to the
    case, those that it names as told by it, or, where not even that does, all others at random; None
    where nothing leads to it.
    """

    probability: float
    earlier: str | None
    worth: list[float] | None


def counted_case(
    puzzle: Puzzle,
    findings: Sequence[Finding],
    plans: Mapping[str, Plan],
    decision: str,
    case: Mapping[str, int],
) -> Counted:
    """What a case comes to when all other open decisions follow plans."""
    lines = lines_of(puzzle, findings)

    def following(names: Sequence[str]) -> Array:
        kept = np.ones(len(lines.weight))
        for name in names:
            looks = tuple(lines.column[each] for each in plans[name].looks_at)
            kept *= plans[name].option[looks] == lines.column[name]
        return kept

    decisions = open_decisions(puzzle, findings)
    at = decisions.index(decision)
    earlier, later = decisions[:at], decisions[at + 1 :]
    inside = np.ones(len(lines.weight))
    for name, state in case.items():
        inside *= lines.column[name] == state
    all_taken = lines.weight * following(decisions)
    probability = float((all_taken * inside).sum() / all_taken.sum())
    untold = [name for name in earlier if name not in case]
    for way, names in (("policy", earlier), ("told", untold), ("any", [])):
        here = lines.weight * inside * following([*names, *later])
        options = range(puzzle.network.variables[decision].size)
        shares = [here * (lines.column[decision] == option) for option in options]
        if all(each.sum() > 0 for each in shares):
            worth = [float((each * lines.worth).sum() / each.sum()) for each in shares]
            return Counted(probability, way, worth)
    return Counted(probability, None, None)


def best_by_tree(
    puzzle: Puzzle, findings: Sequence[Finding] = (), extra: Mapping[str, Sequence[str]] = NOTHING
) -> float:
    """The largest expected utility by the whole decision tree: all that is known, then an option.

    Args:
        puzzle: the diagram.
        findings: on nodes that follow from no open decision.
        extra: what is known besides, by decision.
    """
    lines = lines_of(puzzle, findings)
    known = known_at(puzzle, extra)
    decisions = open_decisions(puzzle, findings)

    def value(weight: Array, at: int) -> float:
        if at == len(decisions):
            return float((weight * lines.worth).sum())
        name = decisions[at]
        total = 0.0
        seen = [lines.column[each] for each in known[name]]
        for case in sorted(set(zip(*(each[weight > 0].tolist() for each in seen), strict=True))):
            here = weight * np.prod(
                [own == one for own, one in zip(seen, case, strict=True)], axis=0
            )
            size = puzzle.network.variables[name].size
            total += max(value(here * (lines.column[name] == one), at + 1) for one in range(size))
        if not seen:
            size = puzzle.network.variables[name].size
            total = max(value(weight * (lines.column[name] == one), at + 1) for one in range(size))
        return total

    # All options are lines, so what is open counts once for each.
    options = math.prod(puzzle.network.variables[name].size for name in decisions)
    return value(lines.weight, 0) / float(lines.weight.sum() / options)


def open_decisions(puzzle: Puzzle, findings: Sequence[Finding]) -> list[str]:
    done = {each.node for each in findings if each.kind == "do"}
    return [name for name in puzzle.decisions if name not in done]
