"""Names of curves: in their order, at the ends of their curves, and told apart without colour."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_model.render.charts.draw import draw_chart
from causal_model.render.charts.units import PERCENT
from causal_model.render.charts.values import Curve, Line, Spot
from causal_model.render.shapes import Drawing, Group, Path, Rect, Text, flat
from tests.render.charts.apart import require_apart
from tests.render.charts.made_up import chart_of

# How far a name on the plot is below or above its end, and the height of a line where several stand there.
BESIDE, LINE = 21.0, 15.0


def drawn(*lines: Line, marks: tuple[Spot, ...] = ()) -> Drawing:
    curve = Curve("x", "y", PERCENT, PERCENT, lines, marks, span=(0.2, 0.6), span_text="interval")
    return draw_chart(chart_of(curve))


def names(drawing: Drawing) -> list[tuple[Text, Path]]:
    """Every name with the piece of a line before it, downwards."""
    found = []
    for panel in drawing.shapes:
        if not isinstance(panel, Group):
            continue
        for each in panel.shapes:
            if isinstance(each, Group) and each.attributes.get("class") == "curve-name":
                sample, text = each.shapes
                assert isinstance(sample, Path)
                assert isinstance(text, Text)
                found.append((text, sample))
    return sorted(found, key=lambda pair: pair[0].y)


def paths(drawing: Drawing, name: str) -> list[Path]:
    return [each for each in flat(drawing.shapes) if isinstance(each, Path) and each.name == name]


def straight(start: float, end: float, label: str, until: float = 1.0) -> Line:
    places = (0.0, until / 2, until)
    return Line(tuple((x, start + x * (end - start)) for x in places), label)


@pytest.mark.parametrize("noise", [0.0, 1e-15, -1e-15])
@pytest.mark.parametrize("until", [1.0, 0.5])
def test_curves_in_one_place_are_named_in_their_order(noise: float, until: float) -> None:
    lines = [
        straight(0.4 + at * noise, 0.3 + at * noise, label, until)
        for at, label in enumerate(("first", "second", "third"))
    ]
    drawing = drawn(*lines, straight(0.9, 0.8, "above"))
    assert [text.text for text, _ in names(drawing)] == ["above", "first", "second", "third"]
    require_apart(drawing)


def test_names_stand_as_their_curves_end() -> None:
    drawing = drawn(*(straight(0.5, end, str(end)) for end in (0.5, 0.54, 0.9, 0.1, 0.52)))
    assert [text.text for text, _ in names(drawing)] == ["0.9", "0.54", "0.52", "0.5", "0.1"]


def test_before_a_name_is_a_piece_of_its_line() -> None:
    drawing = drawn(straight(0.1, 0.2, "a"), straight(0.3, 0.2, "b"), straight(0.5, 0.2, "c", 0.6))
    curves = dict(zip("abc", paths(drawing, "curve"), strict=True))
    found = {text.text: sample for text, sample in names(drawing)}
    assert {label: (each.stroke, each.dash) for label, each in found.items()} == {
        label: (each.stroke, each.dash) for label, each in curves.items()
    }
    # Without colours as well they are three.
    assert len({each.dash for each in found.values()}) == 3


@given(
    st.lists(
        st.tuples(*[st.integers(0, 20).map(lambda each: each / 20)] * 2, st.integers(1, 20)),
        min_size=1,
        max_size=5,
    )
)
def test_every_name_is_beside_the_end_of_its_curve_or_a_line_leads_there(
    chosen: list[tuple[float, float, int]],
) -> None:
    lines = [straight(a, b, f"name {at}", end / 20) for at, (a, b, end) in enumerate(chosen)]
    drawing = drawn(*lines, marks=(Spot((0.3, 0.5), "now"),))
    require_apart(drawing)
    found = {text.text: (text, sample) for text, sample in names(drawing)}
    curves = paths(drawing, "curve")
    leads = [(each.points[0], each.points[-1]) for each in paths(drawing, "lead")]
    assert len(found) == len(curves) == len(lines)
    for line, curve in zip(lines, curves, strict=True):
        _, sample = found[line.label]
        x, y = curve.points[-1]
        left, middle = sample.points[0]
        led = any(here == (x, y) and math.dist(there, (left, middle)) < 5 for here, there in leads)
        beside = abs(y - middle) <= BESIDE + LINE * (len(lines) - 1) and x - 250 <= left <= x + 10
        assert led or beside


def test_a_name_on_the_plot_hides_nothing() -> None:
    drawing = drawn(
        straight(0.6, 0.1, "short", 0.5), straight(0.5, 0.0, "other", 0.7), straight(0.7, 0.2, "x")
    )
    (frame,) = paths(drawing, "axis")
    right = frame.points[-1][0]
    on_plot = [(text, sample) for text, sample in names(drawing) if sample.points[0][0] < right]
    assert {text.text for text, _ in on_plot} == {"short", "other"}
    for text, sample in on_plot:
        left, end = sample.points[0][0], text.x
        for curve in paths(drawing, "curve"):
            (a, b), *_, (c, d) = curve.points
            for x in (left, (left + end) / 2, end):
                if a <= x <= c:
                    height = b + (d - b) * (x - a) / (c - a)
                    assert abs(height - (text.y - 4)) > 6


def test_words_far_from_their_mark_are_led_to() -> None:
    # Between curves there is no room beside the mark.
    lines = [straight(y / 100, y / 100, "") for y in range(45, 56)]
    drawing = drawn(*lines, straight(0.0, 1.0, ""), marks=(Spot((0.5, 0.5), "now here"),))
    (dot,) = (
        each for each in flat(drawing.shapes) if isinstance(each, Rect) and each.name == "dot"
    )
    (lead,) = paths(drawing, "lead")
    centre = dot.x + dot.width / 2, dot.y + dot.height / 2
    assert lead.points[0] == pytest.approx(centre)
