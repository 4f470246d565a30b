"""How much memory a question may take: a share of what is free to this process."""

from contextlib import suppress
from pathlib import Path

__all__ = ["DEFAULT_SHARE", "divided_memory", "free_memory", "in_words"]

# Of what is free, so that the rest of the machine goes on breathing.
DEFAULT_SHARE = 0.6

CGROUP = Path("/sys/fs/cgroup")


def free_memory() -> int:
    """Bytes that this process can still take: of the machine, of its container, of its own limit."""
    import psutil

    free = [int(psutil.virtual_memory().available)]
    with suppress(OSError, ValueError, KeyError):
        limit = (CGROUP / "memory.max").read_text().strip()
        if limit != "max":
            stat = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
            # Pages of files that were read count as taken, but are given up for the asking.
            taken = int((CGROUP / "memory.current").read_text()) - int(stat["inactive_file"])
            free.append(int(limit) - taken)
    with suppress(ImportError, OSError, ValueError):
        import resource

        limits = resource.getrlimit(resource.RLIMIT_AS)
        if limits[0] != resource.RLIM_INFINITY:
            free.append(limits[0] - int(psutil.Process().memory_info().vms))
    return max(0, min(free))


def divided_memory(allowed: int | None, sharers: int) -> int | None:
    """What one answer may take where several are made at a time on one machine.

    Args:
        allowed: bytes for all of them together; None for a share of what is free.
        sharers: how many are made at a time.

    Returns:
        Bytes; None if there is one sharer that may take a share of what is free.

    >>> divided_memory(1000, 4)
    250
    """
    if sharers == 1:
        return allowed
    return (int(DEFAULT_SHARE * free_memory()) if allowed is None else allowed) // sharers


def in_words(amount: float) -> str:
    """Bytes for people.

    >>> in_words(1536)
    '1.5 KiB'
    >>> in_words(3e30)
    '2.37 QiB'
    """
    units = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB", "RiB", "QiB")
    for unit in units:
        if amount < 1024 or unit == units[-1]:
            return f"{amount:.3g} {unit}"
        amount /= 1024
    raise AssertionError
