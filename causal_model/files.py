"""Writing files so that a failure loses nothing."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from causal_model.errors import RenderError

__all__ = ["reason_of", "unwritable", "write_atomically"]


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file under a temporary name beside it, then move it into place.

    Whoever looks finds the old file or the new one, never a part. A link is followed, and what is there
    but no regular file, such as a pipe or a device, is written to.

    Raises:
        RenderError: the file cannot be written, or is a pipe that nobody reads.
    """
    shown = path
    try:
        # Asked before links are resolved: what /dev/stdout leads to may have no path of its own.
        if path.exists() and not path.is_file() and not path.is_dir():
            _write_through(path, data)
            return
        path = path.resolve()
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part"
        )
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(_mode(path))
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except (OSError, ValueError) as error:
        raise unwritable(shown, error) from None


def unwritable(path: Path, error: Exception) -> RenderError:
    """What every command says where a file cannot be written."""
    return RenderError(f"{path}: cannot be written: {reason_of(error)}")


def reason_of(error: Exception) -> str:
    """Why a file cannot be read or written, in a line; what the system says, where it says something.

    >>> reason_of(OSError(5, "Input/output error"))
    'Input/output error'
    >>> reason_of(OSError(5))
    'Input/output error'
    >>> reason_of(ValueError())
    'ValueError'
    """
    said = getattr(error, "strerror", None)
    if not said and isinstance(error, OSError) and error.args and isinstance(error.args[0], int):
        said = os.strerror(error.args[0])
    return next(iter((said or str(error)).splitlines()), "") or type(error).__name__


def _write_through(path: Path, data: bytes) -> None:
    """Write to a pipe or a device; a pipe without a reader is refused instead of waited for."""
    try:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == errno.ENXIO and path.is_fifo():
            raise OSError(error.errno, "nobody reads from this pipe") from None
        raise
    if hasattr(os, "O_NONBLOCK"):
        # A reader that is there may take its time.
        os.set_blocking(handle, True)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file would have."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
