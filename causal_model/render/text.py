"""How wide text is in the bundled font, and how it is made to fit."""

from functools import cache
from pathlib import Path

__all__ = ["FONTS", "lacking", "one_line", "printable", "shortened", "width", "wrapped"]

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"

# No line that is drawn has room for so many characters; what follows them is not even measured.
LONGEST = 4_000


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text in pixels; characters that the font lacks count as square (CJK is)."""
    advances, em = _metrics(BOLD if bold else REGULAR)
    return sum(advances.get(ord(each), em) for each in text) * size / em


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or its beginning and an ellipsis where there is no room for all of it."""
    if len(text) <= LONGEST and width(text, size, bold=bold) <= room:
        return text
    advances, em = _metrics(BOLD if bold else REGULAR)
    left, kept = room - width("…", size, bold=bold), 0
    for each in text[:LONGEST]:
        left -= advances.get(ord(each), em) * size / em
        if left < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def wrapped(text: str, room: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """The text in at most so many lines; the last is shortened if all else fails."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    words = _words(text)
    found: list[str] = []
    while words and len(found) < lines - 1:
        line = words.pop(0).lstrip()
        while words and width(line + words[0], size, bold=bold) <= room:
            line += words.pop(0)
        found.append(line)
    if words:
        found.append("".join(words).lstrip())
    return [shortened(line, room, size, bold=bold) for line in found] or [""]


def lacking(text: str) -> str:
    """The distinct characters of a text that the bundled font has no glyph for."""
    advances, _ = _metrics(REGULAR)
    return "".join(
        dict.fromkeys(each for each in text if ord(each) not in advances and each != "\n")
    )


def printable(text: str) -> str:
    """Without characters that XML forbids or that show nothing; each becomes a stand-in."""
    return "".join(
        each if each.isprintable() or each == "\n" else " " if each.isspace() else "\ufffd"
        for each in text
    )


def one_line(text: str) -> str:
    """What is printable, with a blank for every line feed."""
    return printable(text).replace("\n", " ")


def _words(text: str) -> list[str]:
    """Where a line may end, cut: at blanks, with which words then begin, and before Chinese characters."""
    found: list[str] = []
    for at, word in enumerate(text.split()):
        piece = " " if at else ""
        for each in word:
            if piece.strip() and ord(each) > 0x2E7F:
                found.append(piece)
                piece = ""
            piece += each
        found.append(piece)
    return found


@cache
def _metrics(font: str) -> tuple[dict[int, int], int]:
    """Advance width by code point, and the em, in units of the font."""
    from fontTools.ttLib import TTFont

    with TTFont(FONTS / font, lazy=True) as opened:
        advances = opened["hmtx"].metrics
        points = opened["cmap"].getBestCmap()
        return {point: advances[name][0] for point, name in points.items()}, opened[
            "head"
        ].unitsPerEm
