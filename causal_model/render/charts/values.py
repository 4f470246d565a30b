"""What a chart shows, as plain values; drawing starts from here.

All words come from outside, so a chart is of any language. Every number is in the unit of its panel
before the unit's factor: a probability from 0 to 1 under `PERCENT`, percentage points under `POINTS`.
"""

from dataclasses import dataclass
from typing import Literal

from causal_model.render.charts.units import Unit

__all__ = [
    "Bar",
    "Bars",
    "Bin",
    "Calibration",
    "Cell",
    "Chart",
    "Curve",
    "Interval",
    "Key",
    "Line",
    "Mark",
    "Move",
    "Moves",
    "Panel",
    "Point",
    "Reading",
    "Spot",
    "Step",
    "Swing",
    "Tornado",
    "WatchList",
    "Watched",
    "Waterfall",
]

Interval = tuple[float, float]
Point = tuple[float, float]
Mark = Literal[
    "bar",
    "outline",
    "interval",
    "rise",
    "fall",
    "level",
    "span",
    "dot",
    "ring",
    "diamond",
    "change",
]


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a mark and what it means."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row with a bar.

    Attributes:
        label: what it is about.
        value: where the bar ends; None where there is no number.
        before: drawn as an outline, to compare with.
        interval: low and high, drawn as a whisker and written below the number.
        extra: written after the number, such as a change.
        extra_under: written below that, such as the interval of the change.
        group: rows with the same group stand below one heading.
        strong: whether label and number are in bold type.
    """

    label: str
    value: float | None
    before: float | None = None
    interval: Interval | None = None
    extra: str = ""
    group: str = ""
    strong: bool = False
    extra_under: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Bars under a heading, beside others on the same scale; `under` is smaller, and says more."""

    bars: tuple[Bar, ...]
    heading: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from zero: one cell, or small multiples; cells with the same labels share them.

    `extra_name` stands below what is written after the numbers, such as its unit.
    """

    unit: Unit
    cells: tuple[Cell, ...]
    heading: str = ""
    extra_name: str = ""


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one thing moves a number: its lowest and highest value, and what leads to either."""

    label: str
    low: float
    high: float
    low_text: str = ""
    high_text: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Tornado:
    """Ranges around the number as it is now, in the order given."""

    unit: Unit
    base: float
    base_text: str
    swings: tuple[Swing, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A change on the way from one number to another."""

    label: str
    change: float
    under: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From one number to another by steps, whose changes sum to the difference."""

    unit: Unit
    changes: Unit
    start: tuple[str, float]
    steps: tuple[Step, ...]
    end: tuple[str, float]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve through points from left to right; its label stands at its right end."""

    points: tuple[Point, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A marked place on a curve, with its words beside it."""

    at: Point
    text: str
    mark: Literal["dot", "ring", "diamond"] = "dot"


@dataclass(frozen=True, slots=True)
class Curve:
    """Curves over one axis; `level` is a line to be crossed, `span` a marked part of the axis."""

    x: str
    y: str
    x_unit: Unit
    y_unit: Unit
    lines: tuple[Line, ...]
    marks: tuple[Spot, ...] = ()
    level: float | None = None
    level_text: str = ""
    span: Interval | None = None
    span_text: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an observation may read, how probable that is, and the number after it."""

    label: str
    value: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Watched:
    """A node that may be observed: how much that tells, and what every reading would do."""

    label: str
    information: float
    readings: tuple[Reading, ...]
    under: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class WatchList:
    """Observations, the most telling first, with the answer after each of their readings."""

    unit: Unit
    bits: Unit
    base: float
    base_text: str
    rows: tuple[Watched, ...]
    information_text: str = ""
    readings_text: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A number as it is and as it would have to be, with the interval where it plausibly lies.

    `number` is what is written where both in the digits of the unit would not say it.
    """

    label: str
    now: float
    needed: float
    interval: Interval | None = None
    under: str = ""
    extra: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves of numbers, the smallest first."""

    unit: Unit
    rows: tuple[Move, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about one probability: their mean, the share that came, and how many there are."""

    forecast: float
    came: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was forecast against what came; on the diagonal they agree."""

    forecast: str
    came: str
    n: str
    bins: tuple[Bin, ...]
    agreement: str = ""
    heading: str = ""


Panel = Bars | Tornado | Waterfall | Curve | WatchList | Moves | Calibration


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole picture.

    Attributes:
        title: the question.
        told: what was given and found, a paragraph each.
        panels: from top to bottom.
        keys: the legend.
        remarks: assumptions and limits, below the panels.
        note: the last line, that this is a conditional scenario.
        lang: language of the words.
    """

    title: str
    told: tuple[str, ...]
    panels: tuple[Panel, ...]
    keys: tuple[Key, ...] = ()
    remarks: tuple[str, ...] = ()
    note: str = ""
    lang: str = "en"
