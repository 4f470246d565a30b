"""Charts of made-up numbers: one of every kind, and what may be long, many, tiny, huge or hostile."""

from typing import get_args

import numpy as np

from causal_model.render.charts.units import BITS, PERCENT, POINTS, Unit
from causal_model.render.charts.values import (
    Bar,
    Bars,
    Bin,
    Calibration,
    Cell,
    Chart,
    Curve,
    Interval,
    Key,
    Line,
    Mark,
    Move,
    Moves,
    Panel,
    Reading,
    Spot,
    Step,
    Swing,
    Tornado,
    Watched,
    WatchList,
    Waterfall,
)

__all__ = ["CHARTS", "LONG", "chart_of", "many", "saying"]

NOTE = "A conditional scenario under this graph's assumptions, not a forecast."
LONG = "the cost of building data centres outside China, as told by those who rent them out"
MARKS: tuple[Mark, ...] = get_args(Mark)
STATES = ("strong down", "down", "flat", "up", "strong up")
PRIOR = (0.105, 0.249, 0.313, 0.161, 0.172)


def chart_of(*panels: Panel, title: str = "A question?", keys: tuple[Key, ...] = ()) -> Chart:
    return Chart(
        title, ("Given a=b. P(evidence) = 0.17",), panels, keys, ("It rests on that.",), NOTE
    )


def _cell(seed: int, heading: str, *, interval: bool = False) -> Cell:
    rng = np.random.default_rng(seed)
    now = rng.dirichlet(30 * np.array(PRIOR)).tolist()
    bars = []
    for label, before, value in zip(STATES, PRIOR, now, strict=True):
        ends: Interval | None = (max(value - 0.05, 0.0), value + 0.06) if interval else None
        extra = POINTS.written(100 * (value - before))
        bars.append(Bar(label, value, before, ends, extra))
    return Cell(tuple(bars), heading, f"P(evidence) = {0.1 * seed:.2g}")


def _single() -> Chart:
    keys = (Key("bar", "probability now"), Key("outline", "with nothing given"))
    return chart_of(Bars(PERCENT, (_cell(1, ""),)), title="Bitcoin over the week", keys=keys)


def _multiples(count: int, *, interval: bool) -> Chart:
    cells = tuple(_cell(at + 1, f"Scenario number {at}", interval=interval) for at in range(count))
    keys = (Key("bar", "probability"), Key("outline", "prior"), Key("interval", "90 % interval"))
    return chart_of(Bars(PERCENT, cells, extra_name="pp"), keys=(*keys, Key("change", "change")))


def _changes() -> Chart:
    bars = tuple(
        Bar(label, change, group=group, strong=label == "down or flat")
        for group in ("nothing given", "Beijing makes the mandate hard")
        for label, change in (
            ("down", -2.345),
            ("flat", 0.0),
            ("up", 0.00001),
            ("down or flat", 14.2),
        )
    )
    keys = (Key("rise", "more probable in B"), Key("fall", "less probable in B"))
    return chart_of(Bars(POINTS, (Cell(bars),)), keys=keys)


def _own_labels() -> Chart:
    cells = tuple(
        Cell(tuple(Bar(f"{name} state {at}", 1 / (at + 2)) for at in range(2 + number % 3)), name)
        for number, name in enumerate(
            ("Nasdaq 100", "Miner equities", "GPU rental price", "ETF flow", LONG)
        )
    )
    return chart_of(Bars(PERCENT, cells))


def _tornado() -> Chart:
    def panel(heading: str) -> Tornado:
        swings = tuple(
            Swing(
                label,
                0.376 - at,
                0.376 + 1.4 * at,
                "falls sharply",
                "rises",
                "elicited, confidence 20",
            )
            for label, at in (
                ("Tech and AI risk sentiment", 0.12),
                (LONG, 0.08),
                ("Nasdaq 100", 0.021),
                ("Fear and greed index", 0.0001),
                ("Coupling", 0.0),
            )
        )
        return Tornado(PERCENT, 0.376, "now", swings, heading)

    keys = (
        Key("level", "P(down or strong down) now"),
        Key("rise", "higher than now"),
        Key("fall", "lower than now"),
    )
    return chart_of(
        panel("What observing a node would tell"), panel("What setting a node would do"), keys=keys
    )


def _waterfall() -> Chart:
    steps = (
        Step("GPU supply and rents", -1.25, extra="31 %"),
        Step("Multi-asset risk budget", 0.8),
        Step("ETF flows", 0.0, "an assumption: ordinal response"),
        Step(LONG, 3.4567, extra="3 %"),
        Step("other", -0.00001),
    )
    total = sum(each.change for each in steps) / 100
    panel = Waterfall(
        PERCENT,
        POINTS,
        ("do(policy = brief pause)", 0.354),
        steps,
        ("do(policy = hard)", 0.354 + total),
    )
    return chart_of(panel)


def _curve() -> Chart:
    t = np.linspace(0, 1, 60)
    lines = tuple(
        Line(
            tuple(zip(t.tolist(), ((a * t + 0.2) / (0.6 * t + 0.7)).tolist(), strict=True)),
            f"given {a:.1f}",
        )
        for a in (0.1, 0.4, 0.45)
    )
    marks = (
        Spot((0.3, 0.364), "now: 30.0 % gives 36.4 %"),
        Spot((0.62, 0.418), "from 62.0 % on the answer is another", "diamond"),
    )
    panel = Curve(
        *("P(risk-off | sharp fall, hard mandate)", "P(down or strong down)", PERCENT, PERCENT),
        lines,
        marks,
        level=0.418,
        level_text="claimed: more than 41.8 %",
        span=(0.18, 0.44),
        span_text="90 % interval",
    )
    return chart_of(panel)


def _watch(count: int = 5) -> Chart:
    rows = tuple(
        Watched(
            f"GPU quotes {at}" if at % 3 else LONG,
            0.08 / (at + 1),
            (
                Reading("falling", 0.45 - 0.01 * at, 0.6),
                Reading("flat", 0.376, 0.3),
                Reading("rising", 0.30 + 0.01 * at, 0.1),
            ),
            "indicator",
            strong=at == 0,
        )
        for at in range(count)
    )
    words = ("now", rows, "information (bit)", "P(down) after each reading")
    return chart_of(WatchList(PERCENT, BITS, 0.376, *words))


def _moves() -> Chart:
    rows = (
        Move(
            "Tech and AI risk: risk-off", 0.3, 0.347, (0.2, 0.41), "given a = b", "in the interval"
        ),
        Move(LONG, 0.3, 0.9, (0.28, 0.32), LONG, "far outside of it"),
        Move("by definition", 0.5, 0.1),
    )
    return chart_of(Moves(PERCENT, rows))


def _calibration() -> Chart:
    bins = (Bin(0.05, 0.03, 40), Bin(0.22, 0.3, 200), Bin(0.31, 0.28, 1_234), Bin(0.72, 0.5, 4))
    gains = (
        Bar("log score, against climatology", 0.0123, interval=(-0.004, 0.03), extra="no better"),
        Bar("Brier score, against climatology", -0.2, interval=(-0.3, -0.1), extra="worse"),
    )
    return chart_of(
        Calibration("forecast", "came", "n", bins, "On the dashed line they agree."),
        Bars(Unit(decimals=4, signed=True), (Cell(gains),), "Better by"),
    )


def _utilities() -> Chart:
    bars = (
        Bar("no hedge", -4.2, extra="1.3 behind the best"),
        Bar("half", -2.9, extra="best", strong=True),
        Bar("full", -3.31),
    )
    return chart_of(Bars(Unit("% of the position", decimals=2), (Cell(bars),)))


def many(count: int) -> Chart:
    """So many bars, swings, steps and rows, of either sign."""
    rng = np.random.default_rng(count)
    sizes = rng.normal(size=count).tolist()
    bars = tuple(
        Bar(f"{LONG} {at}" if at % 7 == 3 else f"bar {at}", each) for at, each in enumerate(sizes)
    )
    swings = tuple(
        Swing(f"node {at}", -abs(each), 0.1, "low", "high") for at, each in enumerate(sizes)
    )
    steps = tuple(Step(f"step {at}", each) for at, each in enumerate(sizes))
    ends = (("start", 0.4), steps, ("end", 0.4 + sum(sizes) / 100))
    (watched,) = _watch(count).panels
    return chart_of(
        Bars(POINTS, (Cell(bars),)),
        Tornado(Unit(), 0.0, "now", swings),
        Waterfall(PERCENT, POINTS, *ends),
        watched,
    )


def saying(text: str) -> Chart:
    """Every text in it is this one."""
    unit = Unit(text)
    reading = Reading(text, 0.3, 0.5)
    bar = Bar(text, 1.0, 2.0, (0.5, 1.5), text, text)
    panels: tuple[Panel, ...] = (
        Bars(unit, (Cell((bar,), text, text),) * 3, text, text),
        Bars(unit, (Cell((Bar(text, 1.0),)), Cell((Bar("other", 1.0), Bar(text, -1.0)))), text),
        Tornado(unit, 0.5, text, (Swing(text, 0.2, 0.7, text, text, text),), text),
        Waterfall(unit, unit, (text, 1.0), (Step(text, 0.5, text, text),), (text, 1.5), text),
        Curve(
            *(text, text, unit, unit, (Line(((0.0, 0.0), (1.0, 1.0)), text),)),
            marks=(Spot((0.5, 0.5), text),),
            level=0.7,
            level_text=text,
            span=(0.2, 0.4),
            span_text=text,
            heading=text,
        ),
        WatchList(unit, unit, 0.4, text, (Watched(text, 0.1, (reading,) * 4, text),), *(text,) * 3),
        Moves(unit, (Move(text, 0.3, 0.4, (0.2, 0.5), text, text),), text),
        Calibration(text, text, text, (Bin(0.3, 0.4, 5),), text, text),
    )
    keys = tuple(Key(each, text) for each in MARKS)
    return Chart(text, (text, text), panels, keys, (text,), text)


CHARTS: dict[str, Chart] = {
    "single": _single(),
    "multiples": _multiples(4, interval=False),
    "multiples with intervals": _multiples(5, interval=True),
    "changes": _changes(),
    "own labels": _own_labels(),
    "tornado": _tornado(),
    "waterfall": _waterfall(),
    "curve": _curve(),
    "watch": _watch(),
    "moves": _moves(),
    "calibration": _calibration(),
    "utilities": _utilities(),
}
