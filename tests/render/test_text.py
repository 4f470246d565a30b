"""Text is measured and made to fit, and what shows nothing is replaced."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import example, given, settings
from hypothesis import strategies as st

from causal_model.render.text import (
    BOLD,
    FONTS,
    REGULAR,
    lacking,
    printable,
    shortened,
    width,
    wrapped,
)
from tests.render.pictures import HOSTILE

texts = st.text(max_size=60) | st.sampled_from(list(HOSTILE.values()))
# The first example waits for the font to be read.
QUICK = settings(max_examples=60, deadline=None)

rooms = st.floats(20, 300)


def test_the_width_is_the_sum_of_the_advances_in_the_font() -> None:
    for file, bold in ((REGULAR, False), (BOLD, True)):
        with TTFont(FONTS / file) as font:
            glyphs, advances = font.getBestCmap(), font["hmtx"].metrics
            em = font["head"].unitsPerEm
            expected = sum(advances[glyphs[ord(each)]][0] for each in "P(BTC ↓) = −5 %") / em
        assert abs(width("P(BTC ↓) = −5 %", 20, bold=bold) - 20 * expected) < 1e-9


@QUICK
@given(texts, texts, st.floats(1, 40))
def test_widths_add_up_and_grow_with_the_size(one: str, other: str, size: float) -> None:
    assert abs(width(one + other, size) - width(one, size) - width(other, size)) < 1e-6
    assert abs(width(one, 2 * size) - 2 * width(one, size)) < 1e-6


def test_a_character_without_a_glyph_is_as_wide_as_it_is_high() -> None:
    assert width("政策", 12) == 24
    assert lacking("a政 b策政\n") == "政策"


@QUICK
@given(texts, rooms)
@example("W" * 300, 20.0)
def test_a_shortened_text_fits_and_is_the_beginning(text: str, room: float) -> None:
    found = shortened(text, room, 11)
    if width(text, 11) <= room:
        assert found == text
    else:
        assert found.endswith("…")
        assert text.startswith(found[:-1])
        assert width(found, 11) <= room


@QUICK
@given(texts, rooms, st.integers(1, 3), st.booleans())
def test_wrapped_lines_are_no_more_than_allowed_and_fit(
    text: str, room: float, lines: int, bold: bool
) -> None:
    found = wrapped(text, room, 11, lines=lines, bold=bold)
    assert 1 <= len(found) <= lines
    for line in found:
        assert width(line, 11, bold=bold) <= room
    if not any(line.endswith("…") for line in found):
        # Nothing but blanks is lost on the way.
        assert "".join("".join(found).split()) == "".join(text.split())
    if len(found) == 1 and not found[0].endswith("…"):
        assert found[0] == " ".join(text.split())


def test_chinese_is_broken_between_characters_and_english_between_words() -> None:
    assert wrapped("中國政策", 25, 12, lines=2) == ["中國", "政策"]
    assert wrapped("soft mandate", 60, 11, lines=2) == ["soft", "mandate"]
    assert wrapped("soft 中國 mandate", 1000, 11, lines=2) == ["soft 中國 mandate"]


@pytest.mark.parametrize(
    "text", ["科技/人工智能", "P(證據) = 0.17", "25% 分成", "中國 H200訂單", "中 國"]
)
def test_blanks_are_where_they_were(text: str) -> None:
    assert wrapped(text, 1000, 11, lines=2) == [text]
    assert wrapped(text, 1000, 11, lines=1) == [text]


@QUICK
@given(st.text() | st.sampled_from(list(HOSTILE.values())))
def test_what_is_printed_can_be_seen_and_keeps_its_length(text: str) -> None:
    found = printable(text)
    assert len(found) == len(text)
    assert printable(found) == found
    for before, after in zip(text, found, strict=True):
        assert after.isprintable() or after == "\n"
        if before.isprintable():
            assert after == before


def test_characters_that_turn_text_round_or_steer_a_terminal_are_replaced() -> None:
    assert printable("\u202eabc\u2066\x1b[31m\x00") == "\ufffdabc\ufffd\ufffd[31m\ufffd"
    assert printable("a\tb\u2028c\rd") == "a b c d"
