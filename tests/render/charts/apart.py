"""Whether the texts of a drawing can be read: none off the canvas, none over another."""

from itertools import combinations

from causal_model.render.shapes import Drawing, Text, flat
from causal_model.render.text import printable, width

__all__ = ["require_apart", "texts"]


def texts(drawing: Drawing) -> list[Text]:
    return [each for each in flat(drawing.shapes) if isinstance(each, Text)]


def box(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text, without what hangs below the line."""
    long = width(printable(text.text), text.size, bold=text.bold)
    left = text.x - {"start": 0.0, "middle": long / 2, "end": long}[text.anchor]
    return left, text.y - 0.74 * text.size, left + long, text.y + 0.02 * text.size


def require_apart(drawing: Drawing) -> None:
    found = [(each, box(each)) for each in texts(drawing)]
    for text, (left, top, right, bottom) in found:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= drawing.width, text
        assert bottom <= drawing.height, text
    for (one, a), (other, b) in combinations(found, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)
