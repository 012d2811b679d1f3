"""Who may ask: only pages of this table, in a browser on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost")
"""What the machine calls itself."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'self'"
)
"""What a browser may load: nothing from elsewhere. The framework needs scripts in the page."""

LARGEST = 1_000_000
"""Bytes of a request or a message: nothing is uploaded, and an action at the table is much smaller."""


class Guard:
    """Refuses requests and sockets with a foreign Host or Origin, so that no other site can reach the table.

    A request with more than `LARGEST` bytes, or without saying how many, is refused before it is read.

    Parameters
    ----------
    app : callable
        What is guarded.
    port : int
        Where it listens.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app, self.port = app, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and _too_large(scope):
            await PlainTextResponse("Nothing is uploaded to a table.", 413)(scope, receive, send)
        elif self._ours(scope):
            await self.app(scope, receive, _strict(send))
        elif scope["type"] == "http":
            await PlainTextResponse("This table answers to its own page alone.", 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _ours(self, scope: Scope) -> bool:
        headers = [(name.lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value for name, value in headers if name == b"host"]
        origins = [value for name, value in headers if name == b"origin"]
        known = {f"{name}:{self.port}" for name in NAMES}
        return bool(hosts) and set(hosts) <= known and {urlsplit(each).netloc for each in origins} <= known


def _too_large(scope: Scope) -> bool:
    """Whether a request says that it has too much, or leaves open how much it has."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    size = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or not size.isdigit() or float(size) > LARGEST


def _strict(send: Send) -> Send:
    """Say with every answer what the page may load."""

    async def sent(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", []), (b"content-security-policy", POLICY.encode())]  # type: ignore[misc]
            message = {**message, "headers": [*headers, (b"referrer-policy", b"no-referrer")]}
        await send(message)

    return sent  # type: ignore[return-value]
