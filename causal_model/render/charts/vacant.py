"""Where words can stand on a plot without hiding what is drawn there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from causal_model.render.shapes import Point

__all__ = ["Box", "Vacant"]

# Left, top, right and bottom.
Box = tuple[float, float, float, float]
# What a text of one line reaches above its base and below it.
ABOVE, BELOW = 10.5, 3.5


@dataclass(frozen=True, slots=True)
class Vacant:
    """A plot, what is drawn on it, and what has been written there so far, all in pixels.

    Attributes:
        frame: the plot.
        curves: lines that words should not hide.
        across: heights of lines from side to side.
        upright: places of lines from top to bottom.
        taken: boxes of marks and words; grows with every text that is placed.
    """

    frame: Box
    curves: Sequence[Sequence[Point]]
    across: Sequence[float] = ()
    upright: Sequence[float] = ()
    taken: list[Box] = field(default_factory=list)

    def free(
        self, places: Sequence[Point], long: float, *, lines: int = 1, apart: float = 0.0
    ) -> Point | None:
        """A place where a text hides neither curves nor marks nor words; None if there is none.

        The first one where no straight line crosses it, else the first.

        Args:
            places: left end and base of its first line, the best first.
            long: its width.
            lines: how many there are.
            apart: how far their bases are apart.
        """
        deep = (lines - 1) * apart
        boxes = {place: _box(place, long, deep) for place in places}
        found = [
            place
            for place, box in boxes.items()
            if not (self._outside(box) or self._over(box) or self._hidden(box))
        ]
        if not found:
            return None
        place = min(found, key=lambda each: self._crossed(boxes[each]))
        self._take(place, long, deep)
        return place

    def place(
        self, places: Sequence[Point], long: float, *, lines: int = 1, apart: float = 0.0
    ) -> Point:
        """Where a text hides and crosses nothing, else where it hides the least; otherwise like `free`."""
        left, top, right, bottom = self.frame
        deep = (lines - 1) * apart
        x, y = min(places, key=lambda each: self._harm(_box(each, long, deep)))
        x = min(max(x, left + 2), max(right - long, left + 2))
        y = min(max(y, top + 11), bottom - 4 - deep)
        self._take((x, y), long, deep)
        return x, y

    def _take(self, place: Point, long: float, deep: float) -> None:
        x, y = place
        self.taken.append((x - 2, y - 11, x + long + 2, y + 4 + deep))

    def _harm(self, box: Box) -> float:
        return (
            1e6 * self._outside(box)
            + 1e4 * self._over(box)
            + 10 * self._crossed(box)
            + self._hidden(box)
        )

    def _crossed(self, box: Box) -> int:
        return sum(box[1] < each < box[3] for each in self.across) + sum(
            box[0] < each < box[2] for each in self.upright
        )

    def _outside(self, box: Box) -> bool:
        left, top, right, bottom = self.frame
        return box[0] < left + 1 or box[2] > right + 1 or box[1] < top or box[3] > bottom

    def _over(self, box: Box) -> int:
        return sum(
            min(box[2], other[2]) > max(box[0], other[0])
            and min(box[3], other[3]) > max(box[1], other[1])
            for other in self.taken
        )

    def _hidden(self, box: Box) -> int:
        return sum(
            box[0] <= x <= box[2] and box[1] <= y <= box[3]
            for curve in self.curves
            for x, y in _dense(curve)
        )


def _box(place: Point, long: float, deep: float) -> Box:
    left, base = place
    return left - 1, base - ABOVE, left + long + 1, base + BELOW + deep


def _dense(points: Sequence[Point]) -> Iterator[Point]:
    """Points of a curve, with some between those that are far apart."""
    for (a, b), (c, d) in pairwise(points):
        steps = int(min(max(abs(c - a), abs(d - b)) / 6, 200)) + 1
        for at in range(steps):
            share = at / steps
            yield (a + share * (c - a), b + share * (d - b))
    yield from points[-1:]
