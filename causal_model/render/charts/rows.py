"""Labels of rows: as wide as they need, on two lines where they are long, with a smaller line below."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from causal_model.render.palette import INK, SOFT
from causal_model.render.shapes import Shape, Text
from causal_model.render.text import width, wrapped

__all__ = ["LABEL_SIZE", "NUMBER_SIZE", "UNDER_SIZE", "Labels"]

LABEL_SIZE, NUMBER_SIZE, UNDER_SIZE = 12.5, 12.5, 10.5
LINE_HEIGHT, UNDER_HEIGHT, PAD, GAP = 14.5, 13.0, 9.0, 12.0
# The most of the whole that labels take.
SHARE = 0.36
UNDER_LINES = 3


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of rows.

    Attributes:
        room: the width of the column, with the gap after it.
        heights: of the rows.
        lines: of every label, as they are drawn.
        unders: the smaller lines of every label.
        strong: whether a label is in bold type.
    """

    room: float
    heights: tuple[float, ...]
    lines: tuple[tuple[str, ...], ...]
    unders: tuple[tuple[str, ...], ...]
    strong: tuple[bool, ...]

    @classmethod
    def of(
        cls,
        texts: Sequence[tuple[str, str]],
        room: float,
        *,
        least: float,
        strong: Sequence[bool] = (),
    ) -> "Labels":
        """Measure labels and what stands below them; no row is lower than `least`."""
        bold = tuple(strong) or (False,) * len(texts)
        longest = max(
            (
                max(width(label, LABEL_SIZE, bold=heavy), width(under, UNDER_SIZE))
                for (label, under), heavy in zip(texts, bold, strict=True)
            ),
            default=0.0,
        )
        own = min(longest, SHARE * room)
        lines, unders, heights = [], [], []
        for (label, under), heavy in zip(texts, bold, strict=True):
            lines.append(tuple(wrapped(label, own, LABEL_SIZE, lines=2, bold=heavy)))
            unders.append(
                tuple(wrapped(under, own, UNDER_SIZE, lines=UNDER_LINES)) if under else ()
            )
            needed = LINE_HEIGHT * len(lines[-1]) + UNDER_HEIGHT * len(unders[-1]) + PAD
            heights.append(max(needed, least))
        return cls(own + GAP, tuple(heights), tuple(lines), tuple(unders), bold)

    def at_least(self, heights: Sequence[float]) -> "Labels":
        """The same with rows that have so much height, or more."""
        higher = tuple(map(max, self.heights, heights))
        return replace(self, heights=higher)

    def draw(self, row: int, x: float, top: float) -> list[Shape]:
        """The label of a row, in the middle of its height."""
        lines, unders = self.lines[row], self.unders[row]
        needed = LINE_HEIGHT * len(lines) + UNDER_HEIGHT * len(unders)
        y = top + (self.heights[row] - needed) / 2
        shapes: list[Shape] = [
            Text(
                *(x, y + 11.4 + LINE_HEIGHT * at, line, LABEL_SIZE, INK),
                bold=self.strong[row],
                name="label",
            )
            for at, line in enumerate(lines)
        ]
        y += LINE_HEIGHT * len(lines)
        return shapes + [
            Text(x, y + 9.6 + UNDER_HEIGHT * at, line, UNDER_SIZE, SOFT, name="under")
            for at, line in enumerate(unders)
        ]
