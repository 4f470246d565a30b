"""The sign of an arrow, plus, minus or both in a circle: where it stands, and how it is drawn."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from causal_model.render.graph.curves import point_at, points_along
from causal_model.render.graph.findings import TAG_HEIGHT
from causal_model.render.graph.layout import Layout
from causal_model.render.palette import INK, PAPER
from causal_model.render.picture import Arrow
from causal_model.render.shapes import Point, Rect, Shape, Text

__all__ = ["SIGNS", "SIGN_RADIUS", "draw_sign", "place_signs"]

Array = NDArray[np.float64]

SIGNS = {"positive": "+", "negative": "−", "mixed": "±"}
SIGN_RADIUS, HEAD_ROOM = 6.5, 9.0
MOST_CROSSINGS = 300
# Where along an arrow its sign may stand, the best place first.
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)


def draw_sign(centre: Point, kind: str, colour: str, name: str) -> list[Shape]:
    """Draw a sign in a circle of this colour; the shapes get the name."""
    x, y = centre
    side = 2 * SIGN_RADIUS
    return [
        Rect(
            *(x - SIGN_RADIUS, y - SIGN_RADIUS, side, side, PAPER, colour, 1.1),
            radius=SIGN_RADIUS,
            name=name,
        ),
        Text(x, y + 4.3, SIGNS[kind], 12, INK, bold=True, anchor="middle", name=name),
    ]


def place_signs(arrows: Sequence[Arrow], layout: Layout) -> list[Point]:
    """The centre of every sign: along its arrow, off boxes, tags and other signs, and no crossing.

    A cut arrow keeps the place of its sign, so that no other sign moves; one without has none.
    """
    frames = np.array([(f.x, f.y, f.width, f.height) for f in layout.frames.values()]).reshape(
        -1, 4
    )
    away = SIGN_RADIUS + 2.0
    left, upper = frames[:, 0] - away, frames[:, 1] - away - TAG_HEIGHT
    right, lower = frames[:, 0] + frames[:, 2] + away, frames[:, 1] + frames[:, 3] + away
    lines = [points_along(layout.curves[(each.parent, each.child)]) for each in arrows]
    # Looking for crossings takes the square of the arrows, and a crowd of them cannot be read anyway.
    crowded = len(arrows) > MOST_CROSSINGS
    owner = np.repeat(np.arange(len(lines)), [0 if crowded else len(line) - 1 for line in lines])
    pieces = np.array(
        [pair for line in lines if not crowded for pair in pairwise(line)], dtype=np.float64
    ).reshape(-1, 2, 2)
    taken = np.full((len(arrows), 2), np.inf)
    for number, arrow in enumerate(arrows):
        if not arrow.sign:
            continue
        # The head of an arrow takes some of its length.
        points, tip = lines[number], lines[number][-1]
        line = [point for point in points if math.dist(point, tip) >= HEAD_ROOM] or points
        others = pieces[owner != number]
        least, best = math.inf, line[0]
        for share in PLACES:
            x, y = point_at(line, share)
            inside = (left < x) & (x < right) & (upper < y) & (y < lower)
            close = np.hypot(taken[:, 0] - x, taken[:, 1] - y) < 2 * away
            crossing = (_distance(others, (x, y)) < away).any()
            harm = 2 * int(inside.sum() + close.sum()) + int(crossing)
            if harm < least:
                least, best = harm, (x, y)
            if not harm:
                break
        taken[number] = best
    return [(float(x), float(y)) for x, y in taken]


def _distance(pieces: Array, point: Point) -> Array:
    """The distance of a point from straight pieces of lines, of shape (pieces, 2 ends, x and y)."""
    start, along = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((along * (np.array(point) - start)).sum(axis=1) / length, 0.0, 1.0)
    nearest = start + share[:, None] * along
    found: Array = np.hypot(nearest[:, 0] - point[0], nearest[:, 1] - point[1])
    return found
