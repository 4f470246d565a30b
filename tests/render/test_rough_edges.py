"""What pictures once got wrong: layers of unequal boxes, dashes and glyphs in PDF, entities in DOT."""

import pytest

import causal_model as cm
from causal_model.render import fallback_font, output
from causal_model.render.graph import draw as drawing
from causal_model.render.graph.layout import layered
from causal_model.render.pdf import write_pdf
from causal_model.render.picture import Arrow, NodeBox, Picture, StateBar
from causal_model.render.shapes import flat
from tests.render.pictures import along, random_graph, saying
from tests.render.test_dot import drawn, lines, read


@pytest.mark.parametrize("seed", range(30))
def test_plain_layers_lead_no_arrow_through_a_box(seed: int) -> None:
    sizes, links = random_graph(seed)
    layout = layered(sizes, links)
    for link in links:
        for name, frame in layout.frames.items():
            inside = [
                (x, y)
                for x, y in along(layout, link)
                if 1 < x - frame.x < frame.width - 1 and 1 < y - frame.y < frame.height - 1
            ]
            assert name in link or not inside, (link, name)


def test_missing_glyphs_are_not_logged_besides_the_remark(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fallback_font, "CJK_FONTS", ())
    picture = drawing.draw(saying("中"))
    assert write_pdf(picture).startswith(b"%PDF")
    assert caplog.records == []
    assert output.remarks(picture, "pdf")


def test_the_dashes_of_all_channels_differ_in_pdf() -> None:
    # fpdf2 knows dashes of one length and one gap only.
    boxes = tuple(
        NodeBox(name, name, "mechanism", (StateBar("x", "x", 1.0),)) for name in ("a", "b")
    )
    channels = {f"c{at}": str(at) for at in range(5)}
    seen = set()
    for channel in channels:
        arrows = (Arrow("a", "b", channels=(channel,)),)
        shapes = flat(drawing.draw(Picture("T", "", boxes, arrows, channels)).shapes)
        (line,) = [shape for shape in shapes if getattr(shape, "name", "") == "line"]
        dash = getattr(line, "dash", ())
        assert len(dash) in (0, 2)
        seen.add(dash)
    assert len(seen) == 5


def test_entities_in_a_label_are_shown_as_written_by_dot() -> None:
    assert "&lt; 25.0 %" in lines(drawn(read(saying("&lt;"))))


def test_an_empty_network_can_be_drawn() -> None:
    model = cm.Model(cm.Network.of([], {}, {}))
    assert output.to_bytes(model.picture(), "svg").startswith(b"<svg")
