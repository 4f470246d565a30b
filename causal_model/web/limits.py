"""What a request must be before anything of it is read, and what every response says to a browser.

The server listens to this machine only, but so does every web page that is open on it. A page elsewhere can
point a name of its own at 127.0.0.1 (DNS rebinding), hence the check of `Host`; and can send a form or a
request without reading the answer, hence the check of `Origin`. No header ever allows another origin.
"""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from causal_model.web.problems import MEDIA_TYPE, Problem, problem

__all__ = ["HEADERS", "HOSTS", "MOST_BYTES", "Limits", "as_response"]

# The names of this machine. The port is not compared: through a tunnel it is another one.
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
MOST_BYTES = 256 << 10
# Seconds in which a body must have arrived.
PATIENCE = 10.0

# Styles may stand in elements, since bars are drawn so; scripts may not.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Limits:
    """Middleware that lets a request through, with its body read, or answers it with a problem."""

    def __init__(
        self, app: ASGIApp, *, most_bytes: int = MOST_BYTES, patience: float = PATIENCE
    ) -> None:
        self.app, self.most_bytes, self.patience = app, most_bytes, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, and pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        found = refused(Headers(scope=scope), str(scope["method"]), self.most_bytes)
        body = b""
        if found is None:
            try:
                async with asyncio.timeout(self.patience):
                    body = await _body(receive, self.most_bytes)
            except TimeoutError:
                found = problem("slow-request")
            except _TooLong:
                found = _too_long(self.most_bytes)
            except ConnectionError:
                return
        if found is not None:
            response = as_response(found)
            # What is still on its way is not read, so the connection is of no more use.
            response.headers["Connection"] = "close"
            await response(scope, receive, send_with_headers)
            return
        await self.app(scope, _replayed(body, receive), send_with_headers)


def refused(headers: Headers, method: str, most_bytes: int) -> Problem | None:
    """What is wrong with a request by its headers alone."""
    hosts = headers.getlist("host")
    if len(hosts) != 1 or _name_of(hosts[0]) not in HOSTS:
        return problem("host", f"Expected one of {', '.join(sorted(HOSTS))} as Host.")
    origin = headers.get("origin")
    if method not in ("GET", "HEAD") and origin is not None and not _same(origin, hosts[0]):
        return problem("origin")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not (
        method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    ):
        # Following a link from elsewhere is fine; asking from elsewhere is not.
        return problem("origin")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        return problem("bad-request", "Content-Length is no number.")
    return _too_long(most_bytes) if len(length) > 15 or int(length) > most_bytes else None


def as_response(told: Problem) -> Response:
    """A problem as a response."""
    return Response(told.to_json(), told.status, media_type=MEDIA_TYPE)


class _TooLong(Exception):
    """More came than was announced, or than is allowed."""


async def _body(receive: Receive, most_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most_bytes:
            raise _TooLong
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read again; afterwards only the end of the connection is left."""
    left: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again


def _too_long(most_bytes: int) -> Problem:
    return problem("too-long", f"A request takes {most_bytes >> 10} KiB at most.")


def _name_of(host: str) -> str:
    """The name in a Host header, without the port.

    >>> _name_of("[::1]:8765"), _name_of("LOCALHOST"), _name_of("localhost:8765.evil.example")
    ('[::1]', 'localhost', '')
    """
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not colon:
        return host.lower()
    return name.lower() if port.isascii() and port.isdecimal() else ""


def _same(origin: str, host: str) -> bool:
    """Whether an origin is that of this very server."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
