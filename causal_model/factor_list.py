"""A product of factors over numbered variables: a Markov network, without names or rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FactorList"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FactorList:
    """The factors of a Markov network.

    Attributes:
        sizes: the number of states of each variable.
        factors: for each factor its variables, and its entries as an array with one axis for each of
            them, in their order. Entries are finite and not negative; arrays are read-only.
    """

    sizes: tuple[int, ...]
    factors: tuple[tuple[tuple[int, ...], Array], ...]
