"""What can be done about a question that is too large, in the options that a command has."""

from collections import Counter
from collections.abc import Sequence

import click

__all__ = ["ways_out"]

# What sampling does not answer.
EXACT_ONLY = {"--mpe", "--map", "--joint", "--belief"}


def ways_out(command: click.Command, arguments: Sequence[str], *, listing: bool) -> str:
    """A sentence that follows on what the question would take; empty where nothing can be done.

    Args:
        command: whose options may be named.
        arguments: what it was called with.
        listing: whether it is the answer itself that is too large, which no finding makes smaller.
    """
    options = {each.name for each in command.params}
    called = Counter(each.partition("=")[0] for each in arguments)
    ways = []
    if "given" in options and not listing:
        ways.append("observe some of them with --given")
    if called["--target"] > 1 or "--all" in called:
        ways.append("ask fewer nodes with --target")
    if "--workers" in called:
        ways.append("ask with fewer --workers, which divide the memory")
    if "max_memory" in options:
        ways.append("allow more with --max-memory")
    if "approximate" in options and EXACT_ONLY.isdisjoint(called):
        ways.append("let --approximate answer by sampling")
    if not ways:
        return ""
    several = ", ".join(ways[:-1])
    whole = f"{several}, or {ways[-1]}" if several else ways[-1]
    return f". {whole[0].upper()}{whole[1:]}"
