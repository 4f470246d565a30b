"""The command line as a shell sees it, without the price of starting a process."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from causal_model.cli.main import _run

# Whoever runs the tests may have set any of these; every run starts from a plain terminal of 100 columns.
ENVIRONMENT = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
DECIDING = ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE")

ESCAPE = "\x1b"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind: its exit code, and what it wrote on both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output read as JSON; fails where anything else was written there."""
        return json.loads(self.out)


class _Stream(io.TextIOWrapper):
    """A text stream over bytes in memory, as `main` sets the real ones up."""

    def __init__(self, *, terminal: bool) -> None:
        self.written = io.BytesIO()
        super().__init__(self.written, "utf-8", "backslashreplace", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def text(self) -> str:
        return self.written.getvalue().decode()


def run(
    *arguments: str,
    stdin: str = "",
    terminal: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Run a command in this process.

    Args:
        arguments: what follows `causal-model`.
        stdin: what another command pipes in.
        terminal: whether both outputs are a terminal rather than a pipe.
        environment: variables on top of those of a plain terminal.
    """
    out, err = _Stream(terminal=terminal), _Stream(terminal=terminal)
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    with (
        patch.dict(os.environ, ENVIRONMENT),
        patch.object(sys, "stdin", given),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        for name in DECIDING:
            os.environ.pop(name, None)
        os.environ.update(environment or {})
        code = _run(list(arguments))
    return Ran(code, out.text(), err.text())


def start(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `python -m causal_model` in a process of its own, with its outputs on pipes."""
    whole = {name: value for name, value in os.environ.items() if name not in DECIDING}
    return subprocess.run(
        [sys.executable, "-m", "causal_model", *arguments],
        input=stdin,
        env={**whole, **ENVIRONMENT, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def unsafe(text: str) -> set[str]:
    """The characters that could steer a terminal; a line feed is what a line ends with."""
    return {each for each in text if not each.isprintable() and each != "\n"}
