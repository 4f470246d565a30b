"""Listening: a socket on this machine only, and the server on it until it is told to stop."""

import os
import socket

import uvicorn
from fastapi import FastAPI

__all__ = ["ADDRESS", "listen", "run", "url_of"]

ADDRESS = "127.0.0.1"
# Connections that wait to be accepted.
BACKLOG = 128
# Seconds that open requests have when the server is told to stop.
LAST_WORDS = 2


def listen(port: int) -> socket.socket:
    """A listening socket on this machine: the wished port, or a free one where that cannot be had.

    Raises:
        OSError: no port can be had.
    """
    try:
        return _listening(port)
    except (OSError, OverflowError):
        return _listening(0)


def url_of(listening: socket.socket) -> str:
    """Where a browser finds the server."""
    host, port = listening.getsockname()
    return f"http://{host}:{port}/"


def run(app: FastAPI, listening: socket.socket, *, debug: bool = False) -> None:
    """Serve until an interrupt.

    Args:
        app: the application.
        listening: a socket that listens.
        debug: whether requests and faults are told on stderr.

    Raises:
        KeyboardInterrupt: somebody wants it to stop.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=debug,
        log_level="info" if debug else "critical",
        timeout_graceful_shutdown=LAST_WORDS,
        backlog=BACKLOG,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _listening(port: int) -> socket.socket:
    # The protocol is named, or asyncio would not send small answers at once (TCP_NODELAY), and every one
    # of them would wait 40 ms for the other side's acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # A port that was just left is free at once; on other systems this would share one in use.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening
