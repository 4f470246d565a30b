"""Charts: every number is written, no text runs over another or off the canvas, nothing is markup."""

import re
from dataclasses import replace

import pytest

from causal_model.render.charts.draw import PANELS, draw_chart
from causal_model.render.charts.units import BITS, PERCENT, POINTS, Unit
from causal_model.render.charts.values import (
    Bar,
    Bars,
    Cell,
    Chart,
    Curve,
    Key,
    Line,
    Spot,
    Step,
    Swing,
    Tornado,
    WatchList,
    Waterfall,
)
from causal_model.render.output import ENCODERS
from causal_model.render.palette import FALL_PAPER, RISE
from causal_model.render.shapes import Drawing, Path, Rect, flat
from causal_model.render.svg import write_svg
from tests.render.charts.apart import require_apart, texts
from tests.render.charts.made_up import CHARTS, chart_of, many, saying
from tests.render.pictures import HOSTILE, parsed

MANY = (1, 2, 7, 60)
EVERYTHING = CHARTS | {f"{count} of all": many(count) for count in MANY}


def words_of(drawing: Drawing) -> set[str]:
    return {each.text for each in texts(drawing)}


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_text_runs_over_another_or_off_the_canvas(name: str) -> None:
    drawing = draw_chart(EVERYTHING[name])
    require_apart(drawing)


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_mark_is_on_the_canvas(name: str) -> None:
    drawing = draw_chart(EVERYTHING[name])
    for shape in flat(drawing.shapes):
        if isinstance(shape, Rect):
            corners = [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
        elif isinstance(shape, Path):
            corners = list(shape.points)
        else:
            continue
        for x, y in corners:
            assert 0 <= x <= drawing.width, shape
            assert 0 <= y <= drawing.height, shape


@pytest.mark.parametrize("name", EVERYTHING)
def test_svg_is_well_formed_and_the_same_every_time(name: str) -> None:
    first = write_svg(draw_chart(EVERYTHING[name]))
    assert first == write_svg(draw_chart(EVERYTHING[name]))
    root = parsed(first)
    assert root.get("aria-label", "").startswith(EVERYTHING[name].title)


def test_every_kind_of_panel_is_among_the_charts() -> None:
    assert {type(panel) for chart in CHARTS.values() for panel in chart.panels} == set(PANELS)


@pytest.mark.parametrize("name", ["single", "multiples with intervals", "changes", "utilities"])
def test_every_number_of_bars_is_written(name: str) -> None:
    written = [
        each.text for each in texts(draw_chart(CHARTS[name])) if each.name in ("number", "extra")
    ]
    (panel,) = CHARTS[name].panels
    assert isinstance(panel, Bars)
    expected = []
    for cell in panel.cells:
        for bar in cell.bars:
            assert bar.value is not None
            expected += [panel.unit.written(bar.value), *filter(None, [bar.extra])]
    assert written == expected


def test_both_ends_of_every_interval_are_written() -> None:
    chart = CHARTS["multiples with intervals"]
    (panel,) = chart.panels
    assert isinstance(panel, Bars)
    written = [each.text for each in texts(draw_chart(chart)) if each.name == "interval"]
    ends = [bar.interval for cell in panel.cells for bar in cell.bars]
    assert written == [f"{PERCENT.written(a)}–{PERCENT.written(b)}" for a, b in filter(None, ends)]


def test_a_tornado_writes_both_ends_and_what_leads_there() -> None:
    chart = CHARTS["tornado"]
    shown = [each.text for each in texts(draw_chart(chart)) if each.name in ("number", "reading")]
    expected = []
    for panel in chart.panels:
        assert isinstance(panel, Tornado)
        for each in panel.swings:
            expected += [PERCENT.written(each.low), each.low_text]
            expected += [PERCENT.written(each.high), each.high_text]
    assert shown == expected
    assert "now 37.6 %" in words_of(draw_chart(chart))


def test_a_waterfall_writes_every_change_and_both_ends() -> None:
    (panel,) = CHARTS["waterfall"].panels
    assert isinstance(panel, Waterfall)
    shown = [each.text for each in texts(draw_chart(CHARTS["waterfall"])) if each.name == "number"]
    steps = [POINTS.full(each.change) for each in panel.steps]
    assert shown == [PERCENT.full(panel.start[1]), *steps, PERCENT.full(panel.end[1])]


def test_a_watch_list_writes_every_reading() -> None:
    drawing = draw_chart(CHARTS["watch"])
    written = iter(each for each in texts(drawing) if each.name in ("reading", "answer"))
    shown = sorted(
        (label.text, number.text) for label, number in zip(written, written, strict=True)
    )
    (panel,) = CHARTS["watch"].panels
    assert isinstance(panel, WatchList)
    expected = sorted(
        (reading.label, PERCENT.written(reading.value))
        for row in panel.rows
        for reading in row.readings
    )
    assert shown == expected
    assert {BITS.written(row.information) for row in panel.rows} <= words_of(drawing)


def test_calibration_writes_every_bin() -> None:
    drawing = draw_chart(CHARTS["calibration"])
    assert {"5.0 %", "3.0 %", "31.0 %", "28.0 %", "1,234"} <= words_of(drawing)


@pytest.mark.parametrize("name", CHARTS)
def test_title_findings_legend_remarks_and_note_are_drawn(name: str) -> None:
    chart = CHARTS[name]
    shown = words_of(draw_chart(chart))
    assert {chart.title, *chart.told, *chart.remarks, chart.note} <= shown
    assert {key.text for key in chart.keys} <= shown


# What a bar says without its colour.


def shapes_named(drawing: Drawing, *names: str) -> list[Rect]:
    found = [each for each in flat(drawing.shapes) if each.name in names]
    return [each for each in found if isinstance(each, Rect)]


def paths_named(drawing: Drawing, name: str) -> list[Path]:
    found = [each for each in flat(drawing.shapes) if each.name == name]
    return [each for each in found if isinstance(each, Path)]


def grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_up_and_down_differ_by_direction_pattern_sign_and_grey() -> None:
    bars = (Bar("up", 2.0), Bar("down", -2.0))
    drawing = draw_chart(chart_of(Bars(POINTS, (Cell(bars),))))
    up, down = shapes_named(drawing, "rise", "fall")
    assert down.x + down.width == pytest.approx(up.x)
    assert down.width == pytest.approx(up.width)
    hatched = paths_named(drawing, "hatch")
    assert hatched
    for each in hatched:
        assert all(down.x - 0.01 <= x <= down.x + down.width + 0.01 for x, _ in each.points)
        assert all(down.y - 0.01 <= y <= down.y + down.height + 0.01 for _, y in each.points)
    assert abs(grey(RISE) - grey(FALL_PAPER)) > 0.4
    assert {"+2.0", "−2.0"} <= words_of(drawing)


def test_lengths_are_in_proportion_on_one_scale_for_all_cells() -> None:
    cells = tuple(Cell((Bar("x", value),), str(value)) for value in (0.1, 0.2, 0.4))
    drawing = draw_chart(chart_of(Bars(PERCENT, cells)))
    a, b, c = (each.width for each in shapes_named(drawing, "bar"))
    assert b == pytest.approx(2 * a)
    assert c == pytest.approx(4 * a)


def test_an_outline_is_drawn_where_something_moved() -> None:
    def outlines(before: float) -> int:
        bars = (Bar("x", 0.3, before), Bar("y", 0.7, 0.7))
        return len(shapes_named(draw_chart(chart_of(Bars(PERCENT, (Cell(bars),)))), "outline"))

    assert outlines(0.3) == 0
    assert outlines(0.31) == 2


def test_the_steps_of_a_waterfall_meet() -> None:
    drawing = draw_chart(CHARTS["waterfall"])
    steps = [each for each in shapes_named(drawing, "rise", "fall") if each.height > 10]
    ends = [(x.points[0][0] + x.points[2][0]) / 2 for x in paths_named(drawing, "diamond")]
    at = ends[0]
    for step in steps:
        falls = step.name == "fall"
        assert (step.x + step.width if falls else step.x) == pytest.approx(at)
        at = step.x if falls else step.x + step.width
    assert at == pytest.approx(ends[1])


def test_labels_that_all_cells_share_are_written_once() -> None:
    shared = texts(draw_chart(CHARTS["multiples"]))
    assert [each.text for each in shared].count("strong down") == 1
    own = texts(draw_chart(CHARTS["own labels"]))
    assert [each.text for each in own].count("Nasdaq 100 state 0") == 1


def test_a_shared_label_is_bold_where_it_is_strong_in_all_cells() -> None:
    cells = (
        Cell((Bar("never", 0.1), Bar("once", 0.2, strong=True), Bar("always", 0.7, strong=True))),
        Cell((Bar("never", 0.1), Bar("once", 0.2), Bar("always", 0.7, strong=True))),
    )
    shown = texts(draw_chart(chart_of(Bars(PERCENT, cells))))
    labels = [(each.text, each.bold) for each in shown if each.name == "label"]
    assert labels == [("never", False), ("once", False), ("always", True)]


# Numbers.


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (PERCENT, 0.0, "0.0"),
        (PERCENT, 1.0, "100.0"),
        (PERCENT, 0.3456, "34.6"),
        (PERCENT, 1e-9, "<0.1"),
        (POINTS, 1e-9, "+0.0"),
        (POINTS, -1e-9, "−0.0"),
        (Unit(), -1e-9, "−0.0"),
        (POINTS, 0.0, "0.0"),
        (POINTS, -0.0, "0.0"),
        (POINTS, 12.25, "+12.2"),
        (Unit(decimals=0), 0.3, "<1"),
        (Unit(decimals=0), 1_234_567.0, "1,234,567"),
        (Unit(decimals=2), 1.5e12, "1.5e+12"),
        (Unit(), float("nan"), "–"),
        (Unit(), float("-inf"), "−∞"),
        (Unit(signed=True), float("inf"), "+∞"),
    ],
)
def test_numbers_are_written_so_that_nothing_looks_like_what_it_is_not(
    unit: Unit, value: float, text: str
) -> None:
    assert unit.written(value) == text


STRANGE = (
    0.0,
    1.0,
    -1.0,
    1e-320,
    1e-12,
    1e12,
    1e308,
    -1e308,
    float("inf"),
    float("-inf"),
    float("nan"),
)


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("other", STRANGE)
def test_any_number_can_be_drawn(value: float, other: float) -> None:
    finite = [each if abs(each) < 1e300 else 1.0 for each in (value, other)]
    chart = chart_of(
        Bars(Unit(), (Cell((Bar("a", value, other), Bar("b", other), Bar("c", None))),)),
        Tornado(PERCENT, finite[0], "now", (Swing("x", min(finite), max(finite)),)),
        Waterfall(PERCENT, POINTS, ("a", finite[0]), (Step("x", finite[1]),), ("b", finite[1])),
        Curve(
            "x",
            "y",
            Unit(),
            PERCENT,
            (Line(((0.0, finite[0]), (1.0, finite[1]))),),
            (Spot((0.5, finite[0]), "now"),),
        ),
    )
    text = write_svg(draw_chart(chart))
    assert not re.search(r'="[^"]*\b(nan|inf)\b', text)
    require_apart(draw_chart(chart))


def test_a_chart_of_nothing_can_be_drawn() -> None:
    empty = (Bars(PERCENT, ()), Bars(PERCENT, (Cell(()),)), Tornado(PERCENT, 0.5, "now", ()))
    drawing = draw_chart(Chart("Title", (), empty))
    assert words_of(drawing) >= {"Title", "now 50.0 %"}


# Texts from elsewhere.


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_is_drawn_as_text(name: str) -> None:
    drawing = draw_chart(saying(HOSTILE[name]))
    assert drawing.width < 1_000
    root = parsed(write_svg(drawing))
    assert {each.tag for each in root.iter()} <= {"svg", "title", "rect", "g", "path", "text"}
    for each in root.iter():
        assert not any(key.startswith("on") or "href" in key for key in each.attrib)


@pytest.mark.parametrize(
    "name", ["Chinese", "long", "long without blanks", "label of markup", "nothing"]
)
def test_long_texts_stay_apart(name: str) -> None:
    require_apart(draw_chart(saying(HOSTILE[name])))


@pytest.mark.parametrize("suffix", ENCODERS)
def test_every_kind_is_written_in_every_format(suffix: str) -> None:
    starts = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}
    chart = chart_of(*(panel for each in CHARTS.values() for panel in each.panels))
    data = ENCODERS[suffix](draw_chart(replace(chart, keys=(Key("rise", "up"),))))
    assert data.startswith(starts[suffix])
    assert data == ENCODERS[suffix](draw_chart(replace(chart, keys=(Key("rise", "up"),))))
