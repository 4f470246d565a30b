"""Where marks stand: at the places of their numbers, on one scale, whatever else is drawn."""

from collections.abc import Sequence

import pytest

from causal_model.render.charts.draw import draw_chart
from causal_model.render.charts.scale import scale_of
from causal_model.render.charts.units import BITS, PERCENT, POINTS, Unit
from causal_model.render.charts.values import (
    Bar,
    Bars,
    Bin,
    Calibration,
    Cell,
    Curve,
    Line,
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
from causal_model.render.shapes import Path, Rect, Shape, flat
from tests.render.charts.made_up import chart_of


def named(panel: Panel, *names: str) -> list[Shape]:
    shapes = flat(draw_chart(chart_of(panel)).shapes)
    return [each for each in shapes if each.name in names]


def rects(panel: Panel, *names: str) -> list[Rect]:
    return [each for each in named(panel, *names) if isinstance(each, Rect)]


def paths(panel: Panel, *names: str) -> list[Path]:
    return [each for each in named(panel, *names) if isinstance(each, Path)]


def centre(shape: Shape) -> tuple[float, float]:
    if isinstance(shape, Rect):
        return shape.x + shape.width / 2, shape.y + shape.height / 2
    assert isinstance(shape, Path)
    xs, ys = zip(*shape.points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def require_one_scale(
    values: Sequence[float], places: Sequence[float], *, up: bool = False
) -> None:
    """Equal steps of values are equal steps of places, to the right or upwards."""
    low, high = min(values), max(values)
    first, last = places[values.index(low)], places[values.index(high)]
    assert (last < first) if up else (last > first)
    for value, place in zip(values, places, strict=True):
        share = (value - low) / (high - low)
        assert place == pytest.approx(first + share * (last - first)), value


def test_bars_outlines_and_whiskers_are_on_one_scale() -> None:
    panel = Bars(PERCENT, (Cell((Bar("a", 0.2, 0.35, (0.1, 0.3)), Bar("b", 0.3, 0.05))),))
    ends = [each.x + each.width for each in rects(panel, "bar")]
    before = [each.x + each.width - 0.5 for each in rects(panel, "outline")]
    zero = rects(panel, "bar")[0].x
    whisker = paths(panel, "whisker")[0].points
    values = [0.2, 0.3, 0.35, 0.05, 0.0, 0.1, 0.3]
    require_one_scale(values, [*ends, *before, zero, whisker[0][0], whisker[1][0]])


def test_a_cell_without_changes_keeps_no_room_for_them() -> None:
    def length(*extras: str) -> float:
        cells = tuple(Cell((Bar("a", 0.8, extra=each),), str(each)) for each in extras)
        first, *others = (each.width for each in rects(Bars(PERCENT, cells), "bar"))
        assert others == pytest.approx([first, first])
        return first

    change = "+12.3 … +45.6"
    assert length("", change, change) > length(change, change, change) + 15


def test_bars_have_room_and_are_in_proportion_over_several_lines_of_cells() -> None:
    values = [at / 20 for at in range(1, 13)]
    cells = tuple(Cell((Bar("a", each, extra="+1.0"),), str(each)) for each in values)
    panel = Bars(PERCENT, cells)
    bars = rects(panel, "bar")
    assert len({each.y for each in bars}) > 1
    require_one_scale([0.0, *values], [0.0, *(each.width for each in bars)])
    # The longest is 0.6 on an axis from 0 to 0.6, or little more.
    assert max(each.width for each in bars) > 80


def test_a_tornado_turns_around_the_number_now() -> None:
    panel = Tornado(
        PERCENT, 0.4, "now", (Swing("x", 0.1, 0.6), Swing("y", 0.35, 0.4), Swing("z", 0.45, 0.5))
    )
    (base,) = {each.points[0][0] for each in paths(panel, "level")}
    rise, fall = rects(panel, "rise"), rects(panel, "fall")
    # What lies above the number now altogether begins where it begins.
    assert [each.x for each in rise] == [pytest.approx(base), pytest.approx(rise[1].x)]
    assert [each.x + each.width for each in fall] == [pytest.approx(base)] * 2
    values = [0.4, 0.6, 0.45, 0.5, 0.1, 0.35]
    places = [base, rise[0].x + rise[0].width, rise[1].x, rise[1].x + rise[1].width]
    require_one_scale(values, [*places, *(each.x for each in fall)])


def test_a_waterfall_walks_by_its_steps() -> None:
    steps = (Step("a", 5.0), Step("b", -2.0))
    panel = Waterfall(PERCENT, POINTS, ("start", 0.3), steps, ("end", 0.33))
    start, end = (centre(each)[0] for each in paths(panel, "diamond"))
    ((rise,), (fall,)) = rects(panel, "rise"), rects(panel, "fall")
    places = [start, rise.x, rise.x + rise.width, fall.x + fall.width, fall.x, end]
    require_one_scale([0.3, 0.3, 0.35, 0.35, 0.33, 0.33], places)


def test_a_curve_goes_through_its_points_and_marks() -> None:
    points = ((0.0, 0.2), (0.25, 0.3), (1.0, 0.5))
    marks = (Spot((0.25, 0.3), "now"), Spot((1.0, 0.5), "there", "diamond"))
    panel = Curve(
        *("x", "y", PERCENT, PERCENT, (Line(points),)), marks=marks, level=0.5, span=(0.1, 0.6)
    )
    (line,) = paths(panel, "curve")
    dot, diamond = (centre(each) for each in named(panel, "dot", "diamond"))
    (level,), (span,) = paths(panel, "level"), rects(panel, "span")
    xs = [*(x for x, _ in line.points), dot[0], diamond[0], span.x, span.x + span.width]
    require_one_scale([0.0, 0.25, 1.0, 0.25, 1.0, 0.1, 0.6], xs)
    ys = [*(y for _, y in line.points), dot[1], diamond[1], level.points[0][1]]
    require_one_scale([0.2, 0.3, 0.5, 0.3, 0.5, 0.5], ys, up=True)


def test_the_readings_of_a_watch_list_stand_at_their_answers() -> None:
    readings = (Reading("b", 0.5, 0.2), Reading("a", 0.1, 0.7), Reading("c", 0.3, 0.1))
    rows = (Watched("x", 0.2, readings), Watched("y", 0.1, (Reading("d", 0.35, 1.0),)))
    panel = WatchList(PERCENT, BITS, 0.4, "now", rows)
    dots = rects(panel, "dot")
    (base,) = {each.points[0][0] for each in paths(panel, "level")}
    # The most probable reading is drawn first and largest.
    sizes = [each.width for each in dots[:3]]
    assert sizes == sorted(sizes, reverse=True)
    require_one_scale([0.1, 0.5, 0.3, 0.35, 0.4], [*(centre(each)[0] for each in dots), base])
    long, short = (each.width for each in rects(panel, "bar"))
    assert long == pytest.approx(2 * short)


def test_moves_lead_from_the_number_now_to_the_one_that_is_needed() -> None:
    panel = Moves(PERCENT, (Move("x", 0.3, 0.6, (0.1, 0.5)),))
    (dot,), (diamond,) = rects(panel, "dot"), paths(panel, "diamond")
    whisker = paths(panel, "whisker")[0].points
    (move,) = paths(panel, "move")
    places = [centre(dot)[0], centre(diamond)[0], whisker[0][0], whisker[1][0]]
    require_one_scale([0.3, 0.6, 0.1, 0.5, 0.3, 0.6], [*places, *(x for x, _ in move.points)])


def test_calibration_stands_at_forecast_and_frequency() -> None:
    bins = (Bin(0.1, 0.3, 100), Bin(0.5, 0.4, 25), Bin(0.9, 0.7, 400))
    panel = Calibration("forecast", "came", "n", bins)
    dots = rects(panel, "dot")
    ordered = sorted(bins, key=lambda each: -each.n)
    require_one_scale([each.forecast for each in ordered], [centre(each)[0] for each in dots])
    require_one_scale([each.came for each in ordered], [centre(each)[1] for each in dots], up=True)
    assert [each.width for each in dots] == [pytest.approx(26 * size) for size in (1, 0.5, 0.25)]


def test_a_tie_line_says_where_forecasts_and_frequencies_agree() -> None:
    (level,) = paths(Calibration("forecast", "came", "n", (Bin(0.5, 0.5, 1),)), "level")
    (dot,) = rects(Calibration("forecast", "came", "n", (Bin(0.5, 0.5, 1),)), "dot")
    assert centre(level) == pytest.approx(centre(dot))


@pytest.mark.parametrize("unit", [PERCENT, POINTS, Unit(), Unit(factor=1e-6)])
@pytest.mark.parametrize(
    "values",
    [[0.1, 0.376], [-3.0, 7.0], [5.0], [0.0], [], [1e-9, 2e-9], [-1e12, 1.0], [99.9, 100.1]],
)
@pytest.mark.parametrize("zero", [False, True])
def test_scales_hold_their_values_between_round_ticks(
    values: list[float], unit: Unit, zero: bool
) -> None:
    scale = scale_of(values, 10.0, 400.0, unit, zero=zero)
    for each in (*values, *([0.0] if zero else [])):
        slack = 1e-6 * (scale.high - scale.low)
        assert scale.low - slack <= each <= scale.high + slack
        assert 10.0 <= scale.at(each) <= 400.0
    assert 2 <= len(scale.ticks) <= 8
    labels = [unit.tick(each, scale.step) for each in scale.ticks]
    assert len(set(labels)) == len(labels)


def test_a_label_of_a_tick_is_the_number_of_the_tick() -> None:
    scale = scale_of([0.30, 0.45], 0.0, 600.0, PERCENT, zero=False)
    for each in scale.ticks:
        assert float(PERCENT.tick(each, scale.step)) == pytest.approx(100 * each)
