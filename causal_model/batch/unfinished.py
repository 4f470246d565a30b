"""The answers of a run that is not finished: a folder beside the output, a file per chunk.

    OUT.part/journal.json    what was asked of what; a run goes on only if all of it is still the same
    OUT.part/00000.arrow     the answers to the first chunk, and so on

A chunk is written under another name and then renamed, so those that are there are whole. Killing the
run at any moment loses at most the chunks that were being asked.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from causal_model.errors import BatchError
from causal_model.files import reason_of, unwritable

__all__ = ["Unfinished"]

JOURNAL = "journal.json"


class Unfinished:
    """The folder with the chunks of a run.

    Args:
        out: the file that the run makes.
        journal: what decides the answers, by what people call it.
        resume: go on with what is there.
        force: throw away what is there.

    Raises:
        BatchError: something is there and must not be used.
        RenderError: the folder, or later the file, cannot be written.
    """

    def __init__(self, out: Path, journal: Mapping[str, Any], *, resume: bool, force: bool) -> None:
        self.out = out
        self.folder = out.with_name(f"{out.name}.part")
        try:
            if out.is_dir():
                # Told now, not when all rows are answered.
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if self.folder.is_dir():
                self._take_over(journal, resume=resume, force=force)
            elif os.path.lexists(self.folder):
                raise BatchError(f"{self.folder}: is in the way, expected a folder or nothing")
            else:
                self.folder.mkdir()
            if not (self.folder / JOURNAL).exists():
                text = json.dumps(journal, ensure_ascii=False, indent=1)
                self._write(JOURNAL, lambda path: path.write_text(text, encoding="utf-8"))
        except OSError as error:
            self.give_up()
            raise unwritable(out, error) from None

    def _take_over(self, journal: Mapping[str, Any], *, resume: bool, force: bool) -> None:
        strange = [path for path in self.folder.iterdir() if not _is_ours(path)]
        if strange:
            raise BatchError(f"{self.folder}: holds {strange[0].name!r}, which no run left there")
        if force:
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            return
        if not resume:
            raise BatchError(
                f"{self.folder}: an earlier run was not finished; --resume goes on with it,"
                " --force throws it away"
            )
        if not (self.folder / JOURNAL).exists():
            return
        try:
            before = json.loads((self.folder / JOURNAL).read_text(encoding="utf-8"))
        except ValueError:
            raise BatchError(f"{self.folder / JOURNAL}: is damaged; --force starts again") from None
        changed = [name for name in journal if before.get(name) != journal[name]]
        if changed:
            raise BatchError(
                f"{self.folder}: the earlier run cannot go on, since it had another"
                f" {' and another '.join(changed)}; --force starts again"
            )

    @property
    def done(self) -> int:
        """How many chunks are there, from the first on without a gap."""
        count = 0
        while self._chunk(count).exists():
            count += 1
        return count

    def enter(self, number: int, chunk: pa.Table) -> None:
        """Keep the answers to a chunk.

        Raises:
            RenderError: they cannot be written.
        """

        def write(path: Path) -> None:
            with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, chunk.schema) as writer:
                writer.write_table(chunk)

        try:
            self._write(self._chunk(number).name, write)
        except OSError as error:
            raise unwritable(self.out, error) from None

    def read(self, number: int) -> pa.Table:
        """The answers to a chunk.

        Raises:
            BatchError: the file is damaged, or cannot be read.
        """
        path = self._chunk(number)
        try:
            with pa.OSFile(str(path)) as file:
                return pa.ipc.open_file(file).read_all()
        except (pa.ArrowException, OSError) as error:
            # An error without a number is pyarrow's, about what it read.
            if isinstance(error, OSError) and error.errno:
                raise BatchError(f"{path}: cannot be read: {reason_of(error)}") from None
            raise BatchError(
                f"{path}: is damaged ({reason_of(error)}); --force starts again"
            ) from None

    def chunks(self) -> Iterator[pa.Table]:
        """The answers to all chunks, in order."""
        for number in range(self.done):
            yield self.read(number)

    def finish(self, write: Callable[[Path, Iterator[pa.Table]], None]) -> None:
        """Make the output of the chunks, put it into its place, and remove the folder.

        Raises:
            RenderError: it cannot be written.
        """
        try:
            self._write("whole", lambda path: write(path, self.chunks()))
            (self.folder / "whole").replace(self.out)
        except OSError as error:
            raise unwritable(self.out, error) from None
        self.discard()

    def give_up(self) -> None:
        """Remove the folder if no chunk is in it, so that a run that did nothing leaves nothing."""
        with suppress(OSError):
            if not self.done and all(map(_is_ours, self.folder.iterdir())):
                self.discard()

    def discard(self) -> None:
        """Remove the folder; what it holds is of no use."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _chunk(self, number: int) -> Path:
        return self.folder / f"{number:05}.arrow"

    def _write(self, name: str, write: Callable[[Path], object]) -> None:
        """Write a file so that it is there either whole, also after a power cut, or not at all."""
        path = self.folder / f"{name}.writing"
        try:
            write(path)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            path.replace(self.folder / name)
        except BaseException:
            # Where the disk is full, a part of a file would keep it so.
            with suppress(OSError):
                path.unlink()
            raise


def _is_ours(path: Path) -> bool:
    name = path.name.removesuffix(".writing")
    return name in (JOURNAL, "whole") or (name.endswith(".arrow") and name[:-6].isdigit())
