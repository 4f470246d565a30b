"""Where boxes and arrows go: Graphviz's layered layout, or a plain one where it is missing.

A layout depends on names, sizes and arrows only, never on probabilities: evidence must not move a node.
Coordinates are pixels, y runs downwards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from causal_model.render.shapes import Point

__all__ = ["Engine", "Frame", "Layout", "layered", "place", "with_graphviz"]

Size = tuple[float, float]
Link = tuple[str, str]

# Room between layers (left to right) and between boxes of one layer.
LAYER_GAP, BOX_GAP = 46.0, 20.0
# Graphviz's work grows with the arrows and the layers that they skip, and far faster than these: up to
# QUICK it takes a second, with its limits up to BOUNDED a few, and beyond that there is no telling.
QUICK, BOUNDED = 2_500, 8_000
MOST_BOXES = 2_000


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of a box."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Frames by node; for each arrow a start and Bézier curves of three points each; canvas size."""

    frames: Mapping[str, Frame]
    curves: Mapping[Link, tuple[Point, ...]]
    width: float
    height: float

    def moved(self, right: float, down: float) -> "Layout":
        """The same at another place."""
        return Layout(
            {
                name: Frame(each.x + right, each.y + down, each.width, each.height)
                for name, each in self.frames.items()
            },
            {
                link: tuple((x + right, y + down) for x, y in curve)
                for link, curve in self.curves.items()
            },
            self.width,
            self.height,
        )


Engine = Callable[[Mapping[str, Size], Sequence[Link]], Layout]


def place(
    sizes: Mapping[str, Size],
    links: Sequence[Link],
    engine: Engine | None = None,
    *,
    layer_gap: float = LAYER_GAP,
    downwards: bool = False,
) -> Layout:
    """Lay boxes out from left to right, causes before effects.

    Args:
        sizes: width and height by node.
        links: arrows as (parent, child).
        engine: how; default Graphviz, or the plain layers where pygraphviz cannot be imported or the
            graph is too large for Graphviz to come to an end.
        layer_gap: room between layers, for Graphviz.
        downwards: whether Graphviz puts causes above their effects instead.
    """
    if not sizes:
        return Layout({}, {}, 0.0, 0.0)
    if engine is not None:
        return engine(sizes, links)
    if len(sizes) > MOST_BOXES or _work(sizes, links) > BOUNDED:
        return layered(sizes, links)
    try:
        import pygraphviz  # noqa: F401
    except ImportError:
        return layered(sizes, links)
    return with_graphviz(sizes, links, layer_gap=layer_gap, downwards=downwards)


def with_graphviz(
    sizes: Mapping[str, Size],
    links: Sequence[Link],
    *,
    layer_gap: float = LAYER_GAP,
    downwards: bool = False,
) -> Layout:
    """The layout of Graphviz's dot, which the pygraphviz wheel carries; no system program is used."""
    import pygraphviz

    # Names may hold anything, so Graphviz sees numbers.
    names = {name: f"n{at}" for at, name in enumerate(sizes)}
    graph = pygraphviz.AGraph(directed=True, strict=True)
    graph.graph_attr.update(
        rankdir="TB" if downwards else "LR",
        ranksep=str(layer_gap / 72),
        nodesep=str(BOX_GAP / 72),
        splines="true",
    )
    if _work(sizes, links) > QUICK:
        graph.graph_attr.update(splines="polyline", nslimit="1", nslimit1="1", mclimit="0.3")
    graph.node_attr.update(shape="box", fixedsize="true", label="", margin="0")
    graph.edge_attr.update(arrowhead="none", arrowsize="0")
    for name, (width, height) in sizes.items():
        graph.add_node(names[name], width=str(width / 72), height=str(height / 72))
    for parent, child in links:
        graph.add_edge(names[parent], names[child])
    graph.layout(prog="dot")
    _, _, right, top = (float(each) for each in graph.graph_attr["bb"].split(","))
    frames = {}
    for name, (width, height) in sizes.items():
        x, y = (float(each) for each in graph.get_node(names[name]).attr["pos"].split(","))
        frames[name] = Frame(x - width / 2, top - y - height / 2, width, height)
    curves = {}
    for parent, child in links:
        found = graph.get_edge(names[parent], names[child]).attr["pos"]
        curves[(parent, child)] = _spline(found, top)
    graph.close()
    return Layout(frames, curves, right, top)


def layered(sizes: Mapping[str, Size], links: Sequence[Link]) -> Layout:
    """Layers by longest path; within a layer, boxes near the middle of their parents.

    Arrows that skip layers get a lane between the boxes of the layers in between.
    """
    order = {name: at for at, name in enumerate(sizes)}
    parents: dict[str, list[str]] = {name: [] for name in sizes}
    for parent, child in links:
        parents[child].append(parent)
    for above in parents.values():
        above.sort(key=order.__getitem__)
    depth = _depths(sizes, links)
    layers = 1 + max(depth.values())
    # A lane is a box without height, so that the same ordering places boxes and lanes.
    lanes = {
        (parent, child, layer): (0.0, 6.0)
        for parent, child in links
        for layer in range(depth[parent] + 1, depth[child])
    }
    members: list[list[str | tuple[str, str, int]]] = [[] for _ in range(layers)]
    for name in sizes:
        members[depth[name]].append(name)
    for lane in lanes:
        members[lane[2]].append(lane)
    before: dict[str | tuple[str, str, int], list[str | tuple[str, str, int]]] = {
        name: [
            parent if depth[parent] == depth[name] - 1 else (parent, name, depth[name] - 1)
            for parent in above
        ]
        for name, above in parents.items()
    }
    for parent, child, layer in lanes:
        first = layer == depth[parent] + 1
        before[(parent, child, layer)] = [parent if first else (parent, child, layer - 1)]
    middle: dict[str | tuple[str, str, int], float] = {}
    x, at_x, tallest = 0.0, [], 0.0
    for row in members:
        wish = {
            each: sum(middle[p] for p in before[each]) / len(before[each]) if before[each] else 0.0
            for each in row
        }
        row.sort(key=lambda each: wish[each])
        y = 0.0
        for each in row:
            height = sizes[each][1] if isinstance(each, str) else lanes[each][1]
            y = max(y, wish[each] - height / 2 if before[each] else y)
            middle[each] = y + height / 2
            y += height + BOX_GAP
        tallest = max(tallest, y - BOX_GAP)
        widest = max((sizes[each][0] for each in row if isinstance(each, str)), default=0.0)
        at_x.append((x, widest))
        x += widest + LAYER_GAP
    frames = {
        name: Frame(at_x[depth[name]][0], middle[name] - height / 2, width, height)
        for name, (width, height) in sizes.items()
    }
    curves = {}
    for parent, child in links:
        points: list[Point] = [(frames[parent].x + frames[parent].width, middle[parent])]
        left, widest = at_x[depth[parent]]
        if points[0][0] < left + widest:
            # Level with its box until the layer ends, so that it runs into no wider neighbour.
            points.append((left + widest, middle[parent]))
        for layer_at in range(depth[parent] + 1, depth[child]):
            left, widest = at_x[layer_at]
            y = middle[(parent, child, layer_at)]
            points += [(left, y), (left + widest, y)]
        points.append((frames[child].x, middle[child]))
        curves[(parent, child)] = _smooth(points)
    return Layout(frames, curves, x - LAYER_GAP, tallest)


def _depths(sizes: Mapping[str, Size], links: Sequence[Link]) -> dict[str, int]:
    """The layer of every node: one more than that of its last parent."""
    import networkx as nx

    graph = nx.DiGraph(links)
    graph.add_nodes_from(sizes)
    return {
        name: at for at, layer in enumerate(nx.topological_generations(graph)) for name in layer
    }


def _work(sizes: Mapping[str, Size], links: Sequence[Link]) -> int:
    """The number of arrows, and of layers that they run through: what Graphviz has to place."""
    depth = _depths(sizes, links)
    return sum(depth[child] - depth[parent] for parent, child in links)


def _smooth(points: Sequence[Point]) -> tuple[Point, ...]:
    """Bézier curves through the points that leave and arrive horizontally."""
    curve = [points[0]]
    for (x, y), (to_x, to_y) in pairwise(points):
        bend = (to_x - x) / 2
        curve += [(x + bend, y), (to_x - bend, to_y), (to_x, to_y)]
    return tuple(curve)


def _spline(text: str, top: float) -> tuple[Point, ...]:
    """The points of Graphviz's `pos`; it puts the end, if there is one, in front as ``e,x,y``."""
    points: list[Point] = []
    end: Point | None = None
    for part in text.replace("\\\n", "").split():
        kind, *numbers = part.split(",")
        if kind == "e":
            end = (float(numbers[0]), top - float(numbers[1]))
        elif kind != "s":
            points.append((float(kind), top - float(numbers[0])))
    if end is not None:
        points += [points[-1], end, end]
    return tuple(points)
