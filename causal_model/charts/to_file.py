"""Charts as files."""

from pathlib import Path

from causal_model.render.charts.draw import draw_chart
from causal_model.render.charts.values import Chart
from causal_model.render.output import write_drawing
from causal_model.render.svg import write_svg

__all__ = ["as_svg", "write"]


def as_svg(chart: Chart) -> str:
    """A chart as the text of an SVG image."""
    return write_svg(draw_chart(chart))


def write(chart: Chart, path: str | Path) -> list[str]:
    """Write a chart as SVG, PNG or PDF; the file is replaced only when the new one is whole.

    Returns:
        Remarks for the user, for example on characters without a font.

    Raises:
        RenderError: unknown suffix, or the file cannot be written.
    """
    return write_drawing(draw_chart(chart), Path(path))
