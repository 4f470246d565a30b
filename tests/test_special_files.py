"""Pipes, devices and links as places to write to."""

import os
import select
import threading
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.errors import RenderError
from causal_model.files import write_atomically
from tests.cli.graphs import write_street
from tests.cli.shell import run, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")


@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_that_nobody_reads_is_refused_at_once(tmp_path: Path, linked: bool) -> None:
    pipe = path = tmp_path / "p.svg"
    os.mkfifo(pipe)
    if linked:
        path = tmp_path / "link.svg"
        path.symlink_to(pipe)
    with pytest.raises(RenderError, match="cannot be written: nobody reads from this pipe"):
        write_atomically(path, b"new")
    assert pipe.is_fifo()


def test_a_pipe_takes_more_than_it_holds_if_somebody_reads(tmp_path: Path) -> None:
    path, data = tmp_path / "p.svg", b"x" * 1_000_000
    os.mkfifo(path)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(handle, True)
    found: list[bytes] = []

    def read() -> None:
        with os.fdopen(handle, "rb") as file:
            found.append(file.read())

    reader = threading.Thread(target=read)
    # The writer comes first, or the reader finds the end of the file.
    writer = threading.Thread(target=write_atomically, args=(path, data))
    writer.start()
    select.select([handle], [], [], 30)
    reader.start()
    writer.join()
    reader.join()
    assert found == [data]


@pytest.mark.parametrize("name", ["/dev/null", "link.svg"])
def test_a_device_is_written_to_and_stays_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "link.svg").symlink_to("/dev/null")
    write_atomically(tmp_path / name, b"new")
    assert Path("/dev/null").is_char_device()
    assert (tmp_path / "link.svg").is_symlink()


def test_the_command_refuses_a_pipe_that_nobody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("p.svg")
    ran = run("render", "-g", write_street(), "-o", "p.svg")
    assert ran.code == 2
    assert "p.svg: cannot be written: nobody reads from this pipe" in ran.err


def test_a_link_to_standard_output_is_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("out.mmd").symlink_to("/dev/stdout")
    street = write_street()
    ran = start("render", "-q", "-g", street, "-o", "out.mmd")
    assert (ran.returncode, ran.stderr) == (0, "")
    cm.load(Path(street)).render("file.mmd")
    assert ran.stdout == Path("file.mmd").read_text(encoding="utf-8")
