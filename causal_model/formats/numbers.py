"""Decimal numbers as network files write them, to float64 and back without loss.

`float` takes more than a file may say (`nan`, `1_000`, digits of all scripts), so the characters are
looked at first, all at once.
"""

import re
from collections.abc import Sequence

import numpy as np

from causal_model.network import Array

__all__ = ["is_number", "numbers_of"]

CHARACTERS = "0123456789.eE+-"
NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)


def numbers_of(tokens: Sequence[str]) -> Array | None:
    """Convert all, or None where one is no finite number.

    >>> numbers_of([".9", "1e-3"]).tolist(), numbers_of(["nan"]), numbers_of(["1e400"])
    ([0.9, 0.001], None, None)
    """
    if "".join(tokens).strip(CHARACTERS):
        return None
    try:
        found = np.fromiter(map(float, tokens), dtype=np.float64, count=len(tokens))
    except ValueError:
        return None
    return found if np.isfinite(found).all() else None


def is_number(token: str) -> bool:
    """Whether it has the form of a number.

    >>> is_number("1e-3"), is_number("1_0"), is_number("e5")
    (True, False, False)
    """
    return NUMBER.fullmatch(token) is not None
