"""Formulas over the distribution of what is observed: conditionals, products, ratios, sums.

A formula is a value that can be read, and computed from a joint distribution of the observed nodes. Sums
are simplified as they are made: a conditional P(v | ...) goes where v is summed over and stands nowhere
else.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from causal_model.network import Array

__all__ = ["Conditional", "Formula", "Product", "Ratio", "Sum", "summed"]


@dataclass(frozen=True, slots=True)
class Cells:
    """Numbers by the states of some nodes: an array with an axis for each of them, in this order."""

    nodes: tuple[str, ...]
    numbers: Array

    def over(self, nodes: Sequence[str]) -> Array:
        """The numbers with an axis for each of these nodes, of length 1 where they do not depend on it."""
        kept = [name for name in nodes if name in self.nodes]
        moved = self.numbers.transpose([self.nodes.index(name) for name in kept])
        sizes = iter(moved.shape)
        return moved.reshape([next(sizes) if name in self.nodes else 1 for name in nodes])

    def without(self, nodes: Collection[str]) -> "Cells":
        """Summed over some nodes."""
        axes = tuple(at for at, name in enumerate(self.nodes) if name in nodes)
        kept = tuple(name for name in self.nodes if name not in nodes)
        return Cells(kept, self.numbers.sum(axis=axes))


class Formula(ABC):
    """A function of the states of some nodes, by the distribution of what is observed."""

    __slots__ = ()

    @property
    @abstractmethod
    def nodes(self) -> frozenset[str]:
        """The nodes on whose states the value depends."""

    @abstractmethod
    def cells(self, joint: Cells) -> Cells:
        """The value for all states; NaN where it divides zero by zero."""

    @abstractmethod
    def text(self, taken: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
        """The formula in writing.

        Args:
            taken: names that mean something outside; what is summed over is then written otherwise.
            names: how some nodes are written.
        """

    def value(self, joint: Mapping[str, Sequence[str]] | Sequence[str], numbers: Array) -> Cells:
        """The value by a joint distribution.

        Args:
            joint: the observed nodes, in the order of the axes.
            numbers: P(observed nodes), of shape (*sizes).
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.cells(Cells(tuple(joint), numbers))

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Conditional(Formula):
    """P(of | given)."""

    of: tuple[str, ...]
    given: tuple[str, ...] = ()

    @property
    def nodes(self) -> frozenset[str]:
        """See `Formula`."""
        return frozenset((*self.of, *self.given))

    def cells(self, joint: Cells) -> Cells:
        """See `Formula`."""
        whole = joint.without(set(joint.nodes) - self.nodes)
        below = whole.without(self.of)
        return Cells(whole.nodes, whole.numbers / below.over(whole.nodes))

    def text(self, taken: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
        """See `Formula`."""
        of, given = (
            ", ".join((names or {}).get(name, name) for name in each)
            for each in (self.of, self.given)
        )
        return f"P({of} | {given})" if given else f"P({of})"


@dataclass(frozen=True, slots=True)
class Product(Formula):
    """The product of some formulas; 1 where there are none."""

    factors: tuple[Formula, ...]

    @classmethod
    def of(cls, factors: Sequence[Formula]) -> Formula:
        """The product, flat; a single factor is itself."""
        flat: list[Formula] = []
        for each in factors:
            flat += each.factors if isinstance(each, Product) else [each]
        return flat[0] if len(flat) == 1 else cls(tuple(flat))

    @property
    def nodes(self) -> frozenset[str]:
        """See `Formula`."""
        return frozenset().union(*(each.nodes for each in self.factors))

    def cells(self, joint: Cells) -> Cells:
        """See `Formula`."""
        nodes = tuple(name for name in joint.nodes if name in self.nodes)
        parts = [each.cells(joint).over(nodes) for each in self.factors]
        return Cells(nodes, reduce(np.multiply, parts, np.ones([1] * len(nodes))))

    def text(self, taken: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
        """See `Formula`."""
        parts = [
            f"[{each.text(taken, names)}]" if isinstance(each, Sum) else each.text(taken, names)
            for each in self.factors
        ]
        return " ".join(parts) or "1"


@dataclass(frozen=True, slots=True)
class Ratio(Formula):
    """One formula divided by another."""

    top: Formula
    bottom: Formula

    @classmethod
    def of(cls, top: Formula, bottom: Formula) -> Formula:
        """The ratio, without the factors that both have."""
        tops, bottoms = ([*_factors(each)] for each in (top, bottom))
        for each in tuple(bottoms):
            if each in tops:
                tops.remove(each)
                bottoms.remove(each)
        above = Product.of(tops)
        return cls(above, Product.of(bottoms)) if bottoms else above

    @property
    def nodes(self) -> frozenset[str]:
        """See `Formula`."""
        return self.top.nodes | self.bottom.nodes

    def cells(self, joint: Cells) -> Cells:
        """See `Formula`."""
        top, bottom = self.top.cells(joint), self.bottom.cells(joint)
        nodes = tuple(name for name in joint.nodes if name in self.nodes)
        return Cells(nodes, top.over(nodes) / bottom.over(nodes))

    def text(self, taken: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
        """See `Formula`."""
        return f"({self.top.text(taken, names)}) / ({self.bottom.text(taken, names)})"


@dataclass(frozen=True, slots=True)
class Sum(Formula):
    """A formula summed over all states of some nodes."""

    over: tuple[str, ...]
    inside: Formula

    @property
    def nodes(self) -> frozenset[str]:
        """See `Formula`."""
        return self.inside.nodes - set(self.over)

    def cells(self, joint: Cells) -> Cells:
        """See `Formula`."""
        return self.inside.cells(joint).without(self.over)

    def text(self, taken: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
        """See `Formula`."""
        known, used = dict(names or {}), {*taken, *(names or {}).values(), *self.nodes}
        for name in self.over:
            shown = name
            while shown in used:
                shown += "'"
            known[name] = shown
            used.add(shown)
        listed = ", ".join(known[name] for name in self.over)
        return f"Σ_{{{listed}}} {self.inside.text(used, known)}"


def summed(over: Sequence[str], formula: Formula) -> Formula:
    """The sum of a formula over all states of some nodes, simplified.

    >>> print(summed(["b", "c"], Product((Conditional(("b",), ("a",)), Conditional(("c",), ("b",))))))
    1
    """
    left = [name for name in over if name in formula.nodes]
    if isinstance(formula, Sum):
        left, formula = [*left, *formula.over], formula.inside
    factors = _factors(formula)
    found = True
    while found:
        found = False
        for name in left:
            holding = [each for each in factors if name in each.nodes]
            if len(holding) == 1 and _is_of(holding[0], name):
                factors = [each for each in factors if each is not holding[0]]
                left.remove(name)
                found = True
                break
    inside = Product.of(factors)
    return Sum(tuple(left), inside) if left else inside


def _is_of(formula: Formula, name: str) -> bool:
    """Whether summing a factor over a node gives 1."""
    return isinstance(formula, Conditional) and formula.of == (name,)


def _factors(formula: Formula) -> list[Formula]:
    return list(formula.factors) if isinstance(formula, Product) else [formula]
