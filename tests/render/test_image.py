"""PNG and PDF: the same bytes every time, and what is drawn is there to be read."""

import io
import re
import shutil
import struct
import time
import zlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.render import fallback_font, output
from causal_model.render import shapes as sh
from causal_model.render.graph.draw import draw
from causal_model.render.palette import BAR, BAR_SET, TRACK
from causal_model.render.pdf import write_pdf
from causal_model.render.picture import Picture
from causal_model.render.png import SCALE, write_png
from causal_model.render.shapes import flat
from causal_model.render.svg import write_svg
from causal_model.render.text import FONTS
from tests.render.pictures import KINDS, one_node, saying

# fpdf2 needs it, so it is there wherever PDF can be written.
pillow = pytest.importorskip("PIL.Image")


@pytest.fixture(scope="module")
def picture() -> Picture:
    model = cm.load("article")
    asked = model.query(given={"china_policy": "hard_mandate"}, do={"etf_flow": "outflow"})
    return model.picture(asked)


@pytest.fixture(scope="module")
def drawing(picture: Picture) -> sh.Drawing:
    return draw(picture)


@pytest.fixture(scope="module")
def png(drawing: sh.Drawing) -> bytes:
    return write_png(drawing)


@pytest.fixture(scope="module")
def pdf(drawing: sh.Drawing) -> bytes:
    return write_pdf(drawing)


def small(kind: str = "do") -> sh.Drawing:
    return draw(one_node(kind))  # type: ignore[arg-type]


# PNG.


def test_a_png_has_its_signature_and_whole_chunks(png: bytes) -> None:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, kinds = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        (checksum,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert zlib.crc32(body) == checksum
        kinds.append(body[:4])
        at += 12 + length
    assert kinds[0] == b"IHDR"
    assert kinds[-1] == b"IEND"
    # No chunk that holds a time or a text.
    assert set(kinds) <= {b"IHDR", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"pHYs"}


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_a_png_has_the_size_of_the_drawing(scale: float) -> None:
    drawing = small()
    wide, high = pillow.open(io.BytesIO(write_png(drawing, scale))).size
    assert wide == pytest.approx(drawing.width * scale, abs=scale + 1)
    assert high == pytest.approx(drawing.height * scale, abs=scale + 1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_drawing_is_the_same_png(kind: str) -> None:
    assert write_png(small(kind)) == write_png(small(kind))


def test_other_numbers_are_another_png() -> None:
    first = one_node(None)
    (box,) = first.boxes
    bars = (replace(box.states[0], probability=0.21), *box.states[1:])
    other = replace(first, boxes=(replace(box, states=bars),))
    assert write_png(draw(first)) != write_png(draw(other))


def pixels(png: bytes) -> "Pixels":
    return Pixels(pillow.open(io.BytesIO(png)).convert("RGB"))


class Pixels:
    """A PNG asked for colours at places of the drawing."""

    def __init__(self, picture: object) -> None:
        self.picture = picture

    def at(self, x: float, y: float) -> str:
        place = (round(x * SCALE), round(y * SCALE))
        red, green, blue = self.picture.getpixel(place)  # type: ignore[attr-defined]
        return f"#{red:02x}{green:02x}{blue:02x}"

    def darkest(self, left: float, top: float, right: float, bottom: float) -> int:
        """The least brightness, from 0 to 255, in a rectangle."""
        sides = tuple(round(each * SCALE) for each in (left, top, right, bottom))
        grey = self.picture.crop(sides).convert("L")  # type: ignore[attr-defined]
        return int(grey.getextrema()[0])


def test_text_is_drawn_where_it_belongs(drawing: sh.Drawing, png: bytes) -> None:
    shown = pixels(png)
    (title, *_) = (
        each for each in flat(drawing.shapes) if isinstance(each, sh.Text) and each.name == "title"
    )
    # Without a font there would be nothing but the white page here.
    assert shown.darkest(title.x, title.y - title.size, title.x + 200, title.y) < 80
    for each in flat(drawing.shapes):
        if isinstance(each, sh.Text) and each.name == "percent":
            left = each.x - 0.6 * each.size
            assert shown.darkest(left, each.y - each.size, each.x, each.y) < 140, each.text


def test_bars_are_drawn_as_long_as_they_are_said_to_be(drawing: sh.Drawing, png: bytes) -> None:
    shown = pixels(png)
    rects = [each for each in flat(drawing.shapes) if isinstance(each, sh.Rect)]
    checked = 0
    for track, bar in pairwise(rects):
        if (track.name, bar.name) != ("track", "bar"):
            continue
        middle, end = bar.y + bar.height / 2, bar.x + bar.width
        if bar.width > 8:
            # The outline of the prior may end here, or a little before.
            assert bar.fill in {shown.at(end - step / 2, middle) for step in range(4, 12)}
            assert bar.fill in (BAR, BAR_SET)
            checked += 1
        if track.x + track.width - end > 8:
            # A little beyond the end there is the track, or the outline of the prior.
            assert shown.at(end + 4, middle) != bar.fill
            assert TRACK in {shown.at(end + step / 2, middle) for step in range(4, 16)}
    assert checked > 40


# PDF.


class Page:
    """What a PDF says, read with nothing but its own tables of characters."""

    def __init__(self, data: bytes) -> None:
        self.objects = {
            int(number): body for number, body in re.findall(rb"(?s)(\d+) 0 obj(.*?)endobj", data)
        }
        fonts = dict(re.findall(rb"/(F\d+) (\d+) 0 R", data))
        self.characters = {name: self._cmap(int(at)) for name, at in fonts.items()}
        (contents,) = re.findall(rb"/Contents (\d+) 0 R", data)
        self.content = self._stream(int(contents))

    def _stream(self, at: int) -> bytes:
        head, _, rest = self.objects[at].partition(b"stream")
        body = rest.rpartition(b"endstream")[0].strip(b"\r\n")
        return zlib.decompress(body) if b"/FlateDecode" in head else body

    def _cmap(self, font: int) -> dict[int, str]:
        (at,) = re.findall(rb"/ToUnicode (\d+) 0 R", self.objects[font])
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", self._stream(int(at)))
        return {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs
        }

    def lines(self) -> list[str]:
        """The texts, in the order in which they are drawn."""
        found, font = [], b""
        pattern = rb"(?s)/(F\d+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj"
        for name, text in re.findall(pattern, self.content):
            if name:
                font = name
                continue
            plain = re.sub(
                rb"(?s)\\(.)",
                lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]),
                text,
            )
            codes = struct.unpack(f">{len(plain) // 2}H", plain)
            found.append("".join(self.characters[font][code] for code in codes))
        return found


def test_a_pdf_begins_and_ends_as_one_and_has_one_page(pdf: bytes, drawing: sh.Drawing) -> None:
    assert pdf.startswith(b"%PDF-1.")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [float(side) for side in box] == pytest.approx([drawing.width, drawing.height], abs=0.01)


@pytest.mark.parametrize("kind", ["observed", "do"])
def test_the_same_drawing_is_the_same_pdf_at_any_time(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_pdf(small(kind))
    assert b"/CreationDate (D:20260107" in first
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert write_pdf(small(kind)) == first


def test_a_pdf_holds_every_text_as_text_in_the_order_of_the_drawing(
    pdf: bytes, drawing: sh.Drawing
) -> None:
    expected = [each.text for each in flat(drawing.shapes) if isinstance(each, sh.Text)]
    assert len(expected) > 100
    assert Page(pdf).lines() == expected


def test_lines_and_boxes_of_a_pdf_are_drawn_and_not_pixels(pdf: bytes, picture: Picture) -> None:
    assert b"/Subtype /Image" not in pdf
    content = Page(pdf).content
    # Each arrow has a Bézier curve or more.
    assert len(re.findall(rb" c\b", content)) >= len(picture.arrows)
    # A cut arrow and an intervention are dashed.
    assert re.search(rb"\[4[.0]* 4[.0]*\] 0[.0]* d", content)
    assert re.search(rb"\[6[.0]* 3\.5[0]*\] 0[.0]* d", content)


@pytest.mark.parametrize("text", ["(a) \\ b)", "<b>&amp;", "x\\", "quote ' \" ` %PDF"])
def test_signs_of_the_format_are_text_in_a_pdf(text: str) -> None:
    drawing = draw(saying(text))
    lines = Page(write_pdf(drawing)).lines()
    assert lines == [each.text for each in flat(drawing.shapes) if isinstance(each, sh.Text)]


# Characters that the bundled font lacks.


def texts_of(drawing: sh.Drawing) -> str:
    return "".join(each.text for each in flat(drawing.shapes) if isinstance(each, sh.Text))


def test_what_follows_a_text_in_another_font_is_still_what_it_says(
    drawing: sh.Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Any font will do, and any characters: capitals are taken from the bold font.
    monkeypatch.setattr(fallback_font, "CJK_FONTS", (str(FONTS / "DejaVuSans-Bold.ttf"),))
    monkeypatch.setattr(
        fallback_font, "lacking", lambda text: "".join(filter(str.isupper, dict.fromkeys(text)))
    )
    page = Page(write_pdf(drawing))
    assert "".join(page.lines()) == texts_of(drawing)
    assert len(page.lines()) > 150


@pytest.mark.skipif(
    fallback_font.cjk_font() is None, reason="no font with Chinese characters is here"
)
def test_a_pdf_with_chinese_labels_says_what_they_say(picture: Picture) -> None:
    chinese = draw(cm.load("article").picture(lang="zh-Hant"))
    assert output.remarks(chinese, "pdf") == []
    assert "".join(Page(write_pdf(chinese)).lines()) == texts_of(chinese)


def written(text: str, *, bold: bool) -> sh.Drawing:
    return sh.Drawing(
        200, 60, (sh.Text(10, 40, text, 30, "#000000", bold=bold),), "text", "zh-Hant"
    )


@pytest.mark.skipif(
    (found := fallback_font.cjk_font()) is None or fallback_font.bold_of(found) == found,
    reason="no bold font with Chinese characters is here",
)
def test_bold_chinese_is_bold_too() -> None:
    def ink(drawing: sh.Drawing) -> int:
        histogram = pillow.open(io.BytesIO(write_png(drawing))).convert("L").histogram()
        return sum((255 - grey) * count for grey, count in enumerate(histogram))

    plain, bold = (ink(written("避險全部", bold=each)) for each in (False, True))
    assert bold > 1.1 * plain
    assert write_pdf(written("全", bold=True)) != write_pdf(written("全", bold=False))


def test_a_font_without_a_bold_file_beside_it_is_its_own_bold(tmp_path: Path) -> None:
    regular, bold = tmp_path / "Some-Regular.ttf", tmp_path / "Some-Bold.ttf"
    shutil.copy(FONTS / "DejaVuSans.ttf", regular)
    assert fallback_font.bold_of(regular) == regular
    shutil.copy(FONTS / "DejaVuSans-Bold.ttf", bold)
    assert fallback_font.bold_of(regular) == bold
    assert fallback_font.family_of(bold) == fallback_font.family_of(regular) == "DejaVu Sans"


def test_texts_that_the_bundled_font_lacks_can_name_another_font() -> None:
    assert (
        '<text x="10" y="40" font-size="30" fill="#000000" font-family="Some Font">中<'
        in write_svg(written("中", bold=False), other="Some Font")
    )
    assert "Some Font" not in write_svg(written("plain", bold=False), other="Some Font")


def test_a_font_is_taken_alone_only_if_it_has_all_characters() -> None:
    font = FONTS / "DejaVuSans.ttf"
    assert fallback_font.has_all(font, "aé±")
    assert not fallback_font.has_all(font, "a中")


def test_the_user_is_told_of_characters_without_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback_font, "CJK_FONTS", ())
    drawing = draw(saying("中國"))
    for suffix in ("png", "pdf"):
        (told,) = output.remarks(drawing, suffix)
        assert "中國" in told
        assert "or write SVG" in told
    # The reader of the other formats brings the fonts along.
    for suffix in ("svg", "dot", "mmd"):
        assert output.remarks(drawing, suffix) == []
    assert output.remarks(draw(saying("plain")), "png") == []


def test_a_font_with_chinese_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Any font will do to see that it is embedded; the first that exists is the one.
    monkeypatch.setattr(
        fallback_font, "CJK_FONTS", ("/missing.ttf", str(FONTS / "DejaVuSans-Bold.ttf"))
    )
    drawing = draw(replace(one_node(None), title="plain 中"))
    assert output.remarks(drawing, "pdf") == []
    assert fallback_font.cjk_font() == FONTS / "DejaVuSans-Bold.ttf"
