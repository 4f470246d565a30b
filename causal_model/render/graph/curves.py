"""Where points of an arrow's line are: a start, then Bézier curves of three points each."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from causal_model.render.shapes import Point

__all__ = ["bezier", "direction", "pieces", "point_at", "points_along"]


def pieces(curve: Sequence[Point]) -> Iterator[Sequence[Point]]:
    """The Bézier curves of a line, four points each; one begins where the one before ends."""
    return (curve[at : at + 4] for at in range(0, len(curve) - 1, 3))


def bezier(piece: Sequence[Point], share: float) -> Point:
    """The point of a Bézier curve at a share of its parameter, 0 to 1."""
    rest = 1 - share
    weights = (rest**3, 3 * share * rest**2, 3 * share**2 * rest, share**3)
    x = sum(weight * each[0] for weight, each in zip(weights, piece, strict=True))
    y = sum(weight * each[1] for weight, each in zip(weights, piece, strict=True))
    return (x, y)


def points_along(curve: Sequence[Point]) -> list[Point]:
    """Points along a line, a dozen for each of its curves."""
    points = [curve[0]]
    for piece in pieces(curve):
        points += [bezier(piece, step / 12) for step in range(1, 13)]
    return points


def point_at(points: Sequence[Point], share: float) -> Point:
    """The point at a share of the length of a line of straight pieces."""
    steps = [math.dist(*pair) for pair in pairwise(points)]
    left = share * sum(steps)
    for (start, end), step in zip(pairwise(points), steps, strict=True):
        if left <= step and step > 0:
            part = left / step
            return (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        left -= step
    return points[-1]


def direction(curve: Sequence[Point]) -> Point:
    """The unit vector in which a line arrives."""
    x, y = curve[-1]
    for back_x, back_y in reversed(curve[:-1]):
        gap = math.hypot(x - back_x, y - back_y)
        if gap > 0.5:
            return ((x - back_x) / gap, (y - back_y) / gap)
    return (1.0, 0.0)
