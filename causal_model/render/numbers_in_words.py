"""Numbers as sentences print them: rounded, with their unit, and never in powers of ten."""

import math
from collections.abc import Sequence
from typing import Literal

__all__ = ["Form", "decimals_that_agree", "printed"]

Form = Literal["probability", "chance", "points", "size", "bits", "count"]

# A probability below this is told as one in so many, and one in more than this as less than that.
AS_ONE_IN, ONE_IN_AT_MOST = 1e-5, 10**12
WORDS = {
    "en": {
        "bits": "{} bits",
        "bit": "{} bit",
        "less": "less than {}",
        "more": "more than {}",
        "one in": "1 in {:,}",
    },
    "zh-Hant": {
        "bits": "{} 位元",
        "bit": "{} 位元",
        "less": "不到 {}",
        "more": "逾 {}",
        "one in": "{:,} 分之 1",
    },
}


def printed(value: float, form: Form, lang: str, decimals: int = 1) -> str:
    """A number with its unit.

    Args:
        value: the number; a probability for "probability" and "chance", percentage points for "points" and
            "size", bits for "bits".
        form: "probability" in percent; "chance" to three digits of a percentage, or as one in so many;
            "points" with their sign and "size" without; "bits" to two digits; "count" not rounded.
        lang: "en" or "zh-Hant".
        decimals: of "probability", "points" and "size".
    """
    words = WORDS[lang]
    match form:
        case "probability":
            return f"{100 * value:.{decimals}f} %"
        case "chance":
            return _chance(value, lang)
        case "points":
            return f"{round(value, decimals) + 0.0:+.{decimals}f} pp"
        case "size":
            least = 10.0**-decimals
            small = 0 < abs(value) < least / 2
            shown = f"{least if small else abs(value):.{decimals}f} pp"
            return words["less"].format(shown) if small else shown
        case "bits":
            shown = _digits(value, 2)
            return words["bit" if shown == "1" else "bits"].format(shown)
        case "count":
            return f"{value:,.0f}"


def decimals_that_agree(*sums: tuple[Sequence[float], float], most: int) -> int | None:
    """The fewest decimals, at least one, with which rounded terms sum to the rounded total.

    Args:
        sums: the terms and their total, all of which have to agree.
        most: how many decimals there may be.

    Returns:
        None where so many are not enough.

    >>> decimals_that_agree(([35.44, -2.46], 32.98), most=3)
    2
    """
    for decimals in range(1, most + 1):
        scale = 10**decimals
        if all(
            sum(round(scale * round(term, decimals)) for term in terms)
            == round(scale * round(total, decimals))
            for terms, total in sums
        ):
            return decimals
    return None


def _chance(value: float, lang: str) -> str:
    words = WORDS[lang]
    if value < AS_ONE_IN:
        if value * ONE_IN_AT_MOST < 1:
            return words["less"].format(words["one in"].format(ONE_IN_AT_MOST))
        return words["one in"].format(int(float(f"{1 / value:.3g}")))
    shown = _digits(100 * value, 3)
    if shown == "100" and value < 1 - 1e-12:
        return words["more"].format("99.9 %")
    return f"{shown} %"


def _digits(value: float, digits: int) -> str:
    """A number to so many digits, but whole numbers in full, and without powers of ten.

    >>> _digits(123.4, 2), _digits(0.000123, 2), _digits(-1.04, 2), _digits(99.96, 3)
    ('123', '0.00012', '-1', '100')
    """
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits}g}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    if decimals == 0:
        return f"{value:,.0f}"
    shown = f"{rounded:.{decimals}f}"
    return shown.rstrip("0").rstrip(".")
