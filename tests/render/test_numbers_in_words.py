"""Numbers in sentences: rounded rightly, adding up, and without powers of ten."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_model.render.numbers_in_words import Form, decimals_that_agree, printed

numbers = st.floats(0, 1)


@given(numbers, numbers)
def test_rounded_numbers_add_up(before: float, after: float) -> None:
    change = 100 * (after - before)
    decimals = decimals_that_agree(([100 * before, change], 100 * after), most=4)
    if decimals is None:
        return
    parts: list[tuple[float, Form]] = [
        (before, "probability"),
        (after, "probability"),
        (change, "points"),
    ]
    told = [
        Fraction(printed(value, form, "en", decimals).removesuffix("pp").removesuffix("%").strip())
        for value, form in parts
    ]
    assert told[0] + told[2] == told[1]


@given(
    st.floats(1e-300, 1e6), st.sampled_from(["chance", "bits"]), st.sampled_from(["en", "zh-Hant"])
)
def test_no_number_is_written_in_powers_of_ten(value: float, form: Form, lang: str) -> None:
    value = min(value, 1.0) if form == "chance" else value
    shown = printed(value, form, lang)
    assert "e" not in shown.replace("less than", "").replace("more than", "")


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.354, "probability", "35.4 %"),
        (0.17, "chance", "17 %"),
        (0.0001234, "chance", "0.0123 %"),
        (2.16e-7, "chance", "1 in 4,630,000"),
        (1e-40, "chance", "less than 1 in 1,000,000,000,000"),
        (0.0, "chance", "less than 1 in 1,000,000,000,000"),
        (0.99999, "chance", "more than 99.9 %"),
        (1.0, "chance", "100 %"),
        (-0.04, "points", "+0.0 pp"),
        (2.0, "points", "+2.0 pp"),
        (0.04, "size", "less than 0.1 pp"),
        (0.0, "size", "0.0 pp"),
        (-2.5, "size", "2.5 pp"),
        (123.4, "bits", "123 bits"),
        (1.0, "bits", "1 bit"),
        (0.0000123, "bits", "0.000012 bits"),
        (0.0, "bits", "0 bits"),
        (1234, "count", "1,234"),
    ],
)
def test_printed(value: float, form: Form, shown: str) -> None:
    assert printed(value, form, "en") == shown


def test_printed_in_chinese() -> None:
    assert printed(2.16e-7, "chance", "zh-Hant") == "4,630,000 分之 1"
    assert printed(0.04, "size", "zh-Hant") == "不到 0.1 pp"
    assert printed(1.0, "bits", "zh-Hant") == "1 位元"


def test_decimals_that_agree() -> None:
    assert decimals_that_agree(([10.0, 2.5], 12.5), most=3) == 1
    assert decimals_that_agree(([35.44, -2.46], 32.98), most=3) == 2
    assert decimals_that_agree(([35.44, -2.46], 32.98), ([0.005, 0.005], 0.01), most=2) is None
