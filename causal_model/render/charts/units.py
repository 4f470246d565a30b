"""How the numbers of a chart are written, so that zero, tiny and huge ones can be told apart."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = ["BITS", "MILLIBITS", "PERCENT", "POINTS", "Unit"]

# From here on digits say less than the power of ten.
HUGE = 1e9
MINUS, NOTHING, INFINITE = "−", "–", "∞"


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of an axis.

    Attributes:
        name: written after a number that stands alone, such as "%".
        factor: numbers are multiplied by it before they are written.
        decimals: how many are written; what is above zero but rounds to it is written as "<0.1", unless
            its sign tells that.
        signed: whether a plus is written, as for changes.
    """

    name: str = ""
    factor: float = 1.0
    decimals: int = 1
    signed: bool = False

    def written(self, value: float) -> str:
        """The number without its unit; a dash for NaN.

        >>> [Unit(signed=True).written(each) for each in (-1.25, 0, 0.001, 12345.6)]
        ['−1.2', '0.0', '+0.0', '+12,345.6']
        """
        if math.isnan(value):
            return NOTHING
        scaled = value * self.factor
        sign = MINUS if scaled < 0 else "+" if self.signed and scaled > 0 else ""
        size = abs(scaled)
        if math.isinf(size):
            return sign + INFINITE
        if size >= HUGE:
            return sign + f"{size:.3g}"
        text = f"{size:,.{self.decimals}f}"
        if size and not sign and not float(text.replace(",", "")):
            return f"<{10.0**-self.decimals:.{self.decimals}f}"
        return sign + text

    def full(self, value: float) -> str:
        """The number with its unit.

        >>> PERCENT.full(0.376)
        '37.6 %'
        """
        return f"{self.written(value)} {self.name}".rstrip()

    def between(self, low: float, high: float) -> str:
        """An interval without its unit; where there are signs, no dash stands between them.

        >>> PERCENT.between(0.1, 0.25), POINTS.between(-1, 2)
        ('10.0–25.0', '−1.0 … +2.0')
        """
        ends = [self.written(each) for each in (low, high)]
        return (" … " if self.signed or MINUS in ends[0] + ends[1] else "–").join(ends)

    def fitted(self, values: Iterable[float], digits: int = 3) -> "Unit":
        """The same with decimals for so many digits of the largest number, 1 to 4 of them.

        >>> [POINTS.fitted(each, 2).decimals for each in ([12.0, 0.1], [0.16, -0.05], [])]
        [1, 2, 1]
        """
        sizes = [abs(each * self.factor) for each in values if math.isfinite(each)]
        largest = max(sizes, default=0.0)
        decimals = digits - 1 - math.floor(math.log10(largest)) if largest else 1
        return replace(self, decimals=min(max(decimals, 1), 4))

    def tick(self, value: float, step: float) -> str:
        """The number at a tick of an axis whose ticks are so far apart: no more digits than they need."""
        scaled, apart = value * self.factor, abs(step * self.factor)
        size = abs(scaled)
        if not apart or not math.isfinite(apart) or not 1e-6 <= max(apart, size) < HUGE:
            return f"{scaled:.3g}".replace("-", MINUS)
        decimals = next(
            (
                each
                for each in range(9)
                if abs(apart * 10**each - round(apart * 10**each)) < 1e-6 * apart * 10**each
            ),
            9,
        )
        text = f"{size:,.{decimals}f}"
        zero = not float(text.replace(",", ""))
        sign = "" if zero else MINUS if scaled < 0 else "+" if self.signed else ""
        return sign + text


PERCENT = Unit("%", 100.0)
POINTS = Unit("pp", signed=True)
BITS = Unit("bit", decimals=4)
MILLIBITS = Unit("mbit", 1000.0, decimals=2)
