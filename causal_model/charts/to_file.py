"""Charts as files."""

from pathlib import Path

from causal_model.render.charts.draw import draw_chart
from causal_model.render.charts.values import Chart
from causal_model.render.output import write_drawing

__all__ = ["write"]


def write(chart: Chart, path: str | Path) -> list[str]:
    """Write a chart as SVG, PNG or PDF; the file is replaced only when the new one is whole.

    Returns:
        Remarks for the user, for example on characters without a font.

    Raises:
        RenderError: unknown suffix, or the file cannot be written.
    """
    return write_drawing(draw_chart(chart), Path(path))
