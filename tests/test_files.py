"""A file is the old one or the new one, never a part, whatever goes wrong."""

import os
from pathlib import Path

import pytest

from causal_model.errors import RenderError
from causal_model.files import write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["out.svg", "no-suffix", ".hidden", "名" * 60, "a b'\"&.svg"])
def test_a_file_is_written(tmp_path: Path, name: str) -> None:
    write_atomically(tmp_path / name, b"\x00new\r\n")
    assert (tmp_path / name).read_bytes() == b"\x00new\r\n"
    assert names(tmp_path) == [name]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.svg"
    path.write_bytes(b"a long old text")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "out.svg"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomically(path, b"new")
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "out.svg", b"new")
        # Asking for the mask has to leave it as it was.
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert (tmp_path / "out.svg").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "target.svg").write_bytes(b"old")
    (tmp_path / "link.svg").symlink_to("target.svg")
    write_atomically(tmp_path / "link.svg", b"new")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "target.svg").read_bytes() == b"new"
    assert names(tmp_path) == ["link.svg", "target.svg"]


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    # Moving a file into the place of a pipe or a device would take it away from everybody else.
    path = tmp_path / "pipe.svg"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(path, b"new")
        assert os.read(reader, 10) == b"new"
    finally:
        os.close(reader)
    assert path.is_fifo()
    assert names(tmp_path) == ["pipe.svg"]


def fail_to_write(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the disk fill up once the temporary file is there."""

    def refuse(handle: int, mode: str) -> None:
        os.close(handle)
        raise error

    monkeypatch.setattr("causal_model.files.os.fdopen", refuse)


def fail_to_move(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the last step fail, when the new file is whole and beside the old one."""

    def refuse(self: Path, target: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", refuse)


@pytest.mark.parametrize("fail", [fail_to_write, fail_to_move])
@pytest.mark.parametrize("there_is_one", [True, False])
def test_a_failure_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail: object, there_is_one: bool
) -> None:
    assert callable(fail)
    path = tmp_path / "out.svg"
    if there_is_one:
        path.write_bytes(b"old")
    fail(monkeypatch, OSError(28, "No space left on device"))
    with pytest.raises(RenderError, match="No space left on device") as caught:
        write_atomically(path, b"new")
    assert str(path) in str(caught.value)
    assert names(tmp_path) == (["out.svg"] if there_is_one else [])
    if there_is_one:
        assert path.read_bytes() == b"old"


@pytest.mark.parametrize("fail", [fail_to_write, fail_to_move])
def test_an_interruption_is_passed_on_and_leaves_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail: object
) -> None:
    assert callable(fail)
    fail(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "out.svg", b"new")
    assert names(tmp_path) == []


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out.svg").mkdir()
    with pytest.raises(RenderError, match=r"out\.svg: cannot be written"):
        write_atomically(tmp_path / "out.svg", b"new")
    assert names(tmp_path) == ["out.svg"]
    assert (tmp_path / "out.svg").is_dir()


@pytest.mark.parametrize("name", ["missing/out.svg", "file/out.svg", "nul\0.svg"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RenderError, match="cannot be written: ") as caught:
        write_atomically(tmp_path / name, b"new")
    assert str(tmp_path / name) in str(caught.value)
    assert names(tmp_path) == ["file"]
