"""The font for characters that the bundled one lacks, as it does those of Chinese labels.

Fonts of the system are looked at for such characters only: all else gives the same bytes everywhere.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from causal_model.render.shapes import Drawing, Text, flat
from causal_model.render.text import lacking, one_line

__all__ = ["bold_of", "cjk_font", "face_of", "family_of", "foreign", "has_all", "runs"]

# Where common systems keep fonts with Chinese characters, the plain and the clear ones first; the first
# that is there is taken.
CJK_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msjh.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
# Of the faces in a file, the one that is drawn for Traditional Chinese; else the first.
TRADITIONAL = {"NotoSansCJK-Regular.ttc": 3, "NotoSansCJK-Bold.ttc": 3}


def foreign(drawing: Drawing) -> str:
    """The distinct characters of a drawing that the bundled font lacks."""
    texts = [shape.text for shape in flat(drawing.shapes) if isinstance(shape, Text)]
    return lacking("".join(one_line(text) for text in texts))


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut where the font changes, and whether the bundled font lacks the piece."""
    found = lacking(text)
    for is_foreign, run in groupby(text, key=lambda each: each in found):
        yield is_foreign, "".join(run)


def cjk_font() -> Path | None:
    """A font of the system with Chinese characters, if there is one."""
    return next((path for path in map(Path, CJK_FONTS) if path.is_file()), None)


def bold_of(font: Path) -> Path:
    """The bold type of a font, in a file beside it; the font itself where there is none."""
    bold = font.with_name(font.name.replace("Regular", "Bold"))
    return bold if bold.is_file() else font


def family_of(font: Path) -> str:
    """The name of the family of the face that is taken, as a stylesheet would say it."""
    from fontTools.ttLib import TTFont

    with TTFont(font, fontNumber=face_of(font), lazy=True) as opened:
        return str(opened["name"].getBestFamilyName())


def face_of(font: Path) -> int:
    """The number of the face that is taken from the file of a font."""
    return TRADITIONAL.get(font.name, 0)


def has_all(font: Path, characters: str) -> bool:
    """Whether a font has all these characters."""
    from fontTools.ttLib import TTFont

    with TTFont(font, fontNumber=face_of(font), lazy=True) as opened:
        glyphs: dict[int, str] = opened.getBestCmap()
    return set(map(ord, characters)) <= glyphs.keys()
