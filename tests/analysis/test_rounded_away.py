"""A number that is printed is the nearest with as few digits that still reverses the statement."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_model.questions.reversal.digits import Rounded, rounded_away


def rounded(
    now: float, needed: float, reverses: Callable[[float], bool], digits: int = 4
) -> Rounded:
    (found,) = rounded_away(
        np.array([now]),
        np.array([needed]),
        lambda numbers: np.array([reverses(each) for each in numbers.tolist()]),
        digits=digits,
        low=0.0,
        high=1.0,
    )
    return found


@pytest.mark.parametrize(
    ("now", "needed", "until", "text"),
    [
        # Away from what it is now, in either direction.
        (0.3, 0.61231, 1.0, "0.6124"),
        (0.3, 0.16127, 0.0, "0.1612"),
        (0.5, 0.001234999, 0.0, "0.001234"),
        # Four digits would be past where it tips back.
        (0.3, 0.61231, 0.612319, "0.61231"),
        (0.3, 0.2, 0.2 - 1e-12, "0.2"),
        # Told apart from what it is now.
        (0.32287, 0.322882, 1.0, "0.32289"),
        # Not certain, where it need not be; but so where it is all but that.
        (0.3, 0.999961, 1.0, "0.99997"),
        (0.3, 0.999999999, 1.0, "1"),
        (0.3, 1e-9, 0.0, "0"),
        (0.3, 1.23456e-6, 0.0, "1.234e-06"),
    ],
)
def test_as_few_digits_as_reverse_it(now: float, needed: float, until: float, text: str) -> None:
    low, high = sorted((needed, until))
    assert rounded(now, needed, lambda each: low <= each <= high).text() == text


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_what_is_printed_lies_behind_what_is_needed(now: float, needed: float) -> None:
    if abs(now - needed) < 1e-12:
        return
    up = needed > now
    found = rounded(now, needed, lambda each: each >= needed if up else each <= needed)
    printed = float(found.text())
    assert printed >= needed if up else printed <= needed
    assert abs(printed - needed) <= 10.0 ** (1 - found.digits)
    assert found.text() != found.text(now)
    assert 0 < printed < 1
