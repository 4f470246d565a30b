"""A picture as a Mermaid flowchart, for Markdown pages that draw such."""

from causal_model.render.picture import NodeBox, Picture
from causal_model.render.text import one_line

__all__ = ["write_mermaid"]


def write_mermaid(picture: Picture) -> str:
    """Write a flowchart: probabilities in the labels, signs on the arrows, a do dashed."""
    numbers = {box.name: f"n{at}" for at, box in enumerate(picture.boxes)}
    # Escaped even as a comment: Mermaid looks for %%{directives} there as well.
    lines = [f"%% {_escaped(picture.title)}", "flowchart LR"]
    lines += [
        f'  {numbers[box.name]}{{{{"{_label(box)}"}}}}'
        if box.role == "utility"
        else f'  {numbers[box.name]}["{_label(box)}"]'
        for box in picture.boxes
    ]
    for arrow in picture.arrows:
        link = "-.->" if arrow.cut or arrow.informs else "-->"
        sign = f'|"{arrow.plain_sign}"|' if arrow.sign else ""
        lines.append(f"  {numbers[arrow.parent]} {link}{sign} {numbers[arrow.child]}")
    for box in picture.boxes:
        if box.finding:
            dash = ",stroke-dasharray:6 4" if box.finding == "do" else ""
            lines.append(f"  style {numbers[box.name]} stroke-width:3px{dash}")
    return "\n".join(lines) + "\n"


def _label(box: NodeBox) -> str:
    told = [_escaped(box.heading), *([_escaped(box.unit)] if box.unit else [])]
    for bar in box.states:
        percent = "" if bar.probability is None else f" {100 * bar.probability:.1f} %"
        told.append(_escaped(bar.label) + percent)
    return "<br/>".join(told)


def _escaped(text: str) -> str:
    """Every character that Mermaid or HTML could take for more than text, as an entity code."""
    return "".join(
        each if each.isalnum() or each in " .,-+()/" or ord(each) > 0x2E7F else f"#{ord(each)};"
        for each in one_line(text)
    )
