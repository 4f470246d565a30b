"""A picture as DOT text for other people's Graphviz, through the graphviz package."""

from causal_model.render.picture import NodeBox, Picture
from causal_model.render.text import one_line

__all__ = ["write_dot"]


def write_dot(picture: Picture) -> str:
    """Write DOT: probabilities in the labels, signs on the arrows, a do dashed."""
    import graphviz

    graph = graphviz.Digraph(
        comment=one_line(picture.title),
        graph_attr={"rankdir": "LR", "label": _text(picture.title), "labelloc": "t"},
        node_attr={"shape": "box", "fontname": "DejaVu Sans"},
        edge_attr={"fontname": "DejaVu Sans"},
    )
    # Names become numbers: Graphviz reads a colon in a name as a port.
    numbers = {box.name: f"n{at}" for at, box in enumerate(picture.boxes)}
    for box in picture.boxes:
        style = {"do": "dashed", None: "solid"}.get(box.finding, "bold")
        graph.node(
            numbers[box.name],
            label=_label(box),
            style=style,
            tooltip=_lines(box.name, box.tooltip),
            peripheries="2" if box.role == "outcome" else "1",
            **({"shape": "hexagon"} if box.role == "utility" else {}),
        )
    for arrow in picture.arrows:
        graph.edge(
            numbers[arrow.parent],
            numbers[arrow.child],
            label=arrow.plain_sign,
            style="dashed" if arrow.cut else "dotted" if arrow.informs else "solid",
            penwidth=f"{arrow.thickness:.2f}",
            tooltip=_lines(f"{arrow.parent} -> {arrow.child}", arrow.tooltip),
        )
    source: str = graph.source
    return source


def _label(box: NodeBox) -> str:
    lines = [_text(box.heading), *([_text(box.unit)] if box.unit else [])]
    for bar in box.states:
        percent = "" if bar.probability is None else f"  {100 * bar.probability:.1f} %"
        lines.append(_text(bar.label) + percent)
    return lines[0] + "\n" + "".join(f"{line}\\l" for line in lines[1:])


def _lines(*texts: str) -> str:
    """Text on several lines, as Graphviz breaks them; never an HTML-like label."""
    import graphviz

    lines = "\n".join(filter(None, texts)).split("\n")
    joined: str = graphviz.nohtml("\\n".join(_text(line) for line in lines))
    return joined


def _text(text: str) -> str:
    """Text that Graphviz takes as it is: no escapes, and never an HTML-like label."""
    import graphviz

    # Graphviz reads entities in every label.
    escaped: str = graphviz.escape(one_line(text).replace("&", "&amp;"))
    return escaped
