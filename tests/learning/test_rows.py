"""Data files: every cell a state, or missing, or a mistake with its line."""

from pathlib import Path

import numpy as np
import pytest

from causal_model.errors import DataError
from causal_model.learning.rows import read_rows
from tests.learning.weather import BINNING, DATA, read, write


def test_numbers_and_labels_become_states(tmp_path: Path) -> None:
    write(tmp_path, data=DATA + "2026-01-06,,great\n2026-01-07, NA ,bad\n")
    _, _, rows = read(tmp_path)
    # A value on a cut belongs to the state below it; the lowest bound of all is part of its state.
    assert rows.of("rain").tolist() == [0, 0, 1, 0, 1, -1, -1]
    assert rows.of("mood").tolist() == [1, 1, 0, 0, 1, 1, 0]
    assert rows.lines.tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert rows.dates is not None
    assert [str(day) for day in rows.dates][-1] == "2026-01-07"
    assert rows.file == "days.csv"
    assert rows.hash.startswith("sha256:")


def test_own_cuts_replace_the_intervals(tmp_path: Path) -> None:
    binning = BINNING.replace("holds: numbers", "holds: numbers, cuts: [0.5, 1]")
    write(tmp_path, binning=binning, data=DATA + "2026-01-06,-3,bad\n")
    assert read(tmp_path)[2].of("rain").tolist() == [0, 1, 2, 0, 2, 0]


def test_lines_are_counted_over_blank_ones_and_quoted_line_ends(tmp_path: Path) -> None:
    write(tmp_path, data='note,day,mm,felt\n\n"two\nlines",2026-01-01,0,fine\nx,2026-01-02,0,bad\n')
    assert read(tmp_path)[2].lines.tolist() == [3, 5]


ONE = "2026-01-05,5,fine"
MISTAKES = [
    ("day,mm,felt", "day,mm,flt", "days.csv:1: there is no column 'felt'. Did you mean 'flt'?"),
    ("day,mm,felt", "day;mm;felt", "days.csv:1: the cells seem to be separated by semicolons"),
    ("day,mm,felt", "day,mm,mm", "days.csv:1: column 'mm' comes twice"),
    (ONE, "2026-01-05,5,fien", "days.csv:6: column 'felt': 'fien' is no state of 'mood'. Did you"),
    (ONE, "2026-01-05,-1,fine", "days.csv:6: column 'mm': '-1' lies outside the states of 'rain'"),
    (ONE, "2026-01-05,wet,fine", "days.csv:6: column 'mm': 'wet' is no number"),
    (ONE, '2026-01-05,"0,5",fine', "days.csv:6: column 'mm': '0,5' is no number; write 0.5"),
    (ONE, "2026-01-05,nan,fine", "days.csv:6: column 'mm': 'nan' is no number"),
    (ONE, "2026-01-05,inf,fine", "days.csv:6: column 'mm': 'inf' is no number"),
    (ONE, "2026-01-03,5,fine", "days.csv:6: column 'day': 2026-01-03 was given in line 4 already"),
    (ONE, "5 January,5,fine", "days.csv:6: column 'day': '5 January' is no date such as"),
    (ONE, ",5,fine", "days.csv:6: column 'day': '' is no date such as"),
    (ONE, "2026-01-05,5", "days.csv:6: 2 cells, but the header has 3"),
    (ONE, '2026-01-05,5,"fine', "days.csv:6: is not CSV"),
    (DATA, "", "days.csv: is empty"),
    (DATA, "\n\n", "days.csv: is empty"),
    (DATA, "day,mm,felt\n", "days.csv: has no rows"),
]


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in DATA
    write(tmp_path, data=DATA.replace(old, new))
    with pytest.raises(DataError) as caught:
        read(tmp_path)
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "days.csv"))


def test_all_mistakes_are_told_at_once_up_to_ten(tmp_path: Path) -> None:
    write(tmp_path, data=DATA + "".join(f"2026-02-{day:02},x,y\n" for day in range(1, 4)))
    with pytest.raises(DataError) as caught:
        read(tmp_path)
    assert str(caught.value).count("days.csv:") == 6
    write(tmp_path, data=DATA + "".join(f"2026-02-{day:02},x,y\n" for day in range(1, 20)))
    with pytest.raises(DataError, match="and maybe more") as caught:
        read(tmp_path)
    assert str(caught.value).count("days.csv:") == 10


def test_what_is_no_file_of_text_is_refused(tmp_path: Path) -> None:
    import os

    (tmp_path / "latin.csv").write_bytes("mood\nfröhlich\n".encode("latin-1"))
    os.mkfifo(tmp_path / "pipe.csv")
    for name, told in [
        ("latin.csv", "latin.csv:2: is not UTF-8 text"),
        ("pipe.csv", "no regular file"),
        (".", "is a folder"),
        ("latn.csv", "No such file or directory. Did you mean 'latin.csv'?"),
        ("a\0b", "cannot be read"),
    ]:
        with pytest.raises(DataError) as caught:
            read_rows(tmp_path / name, [])
        assert told in str(caught.value)


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    write(tmp_path)
    plain = read(tmp_path)[2].states
    (tmp_path / "days.csv").write_bytes(b"\xef\xbb\xbf" + DATA.replace("\n", "\r\n").encode())
    np.testing.assert_array_equal(read(tmp_path)[2].states, plain)
