"""HTTP/1.1 on a connection (RFC 9112): uvicorn's protocol, with bounds, and what needs no waiting answered at once.

uvicorn parses, drains and runs the ASGI application. Here a request that the application can answer in the same turn
gets its answer without a task of its own; and nobody holds a connection for nothing: a head that drips in, an answer
that isn't taken, silence, too many connections.
"""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Protocol

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feedd.response import Response, plain, wire
from feedd.rfc9110 import Request

TARGET = 8_000
"""Bytes of a request's target that are read (RFC 9110 §4.1 asks for 8,000 at least)."""
HEAD = 32_768
"""Bytes of a request's head that are read, and ``FIELDS`` of its lines."""
FIELDS = 100
SLOW = 10.0
"""Seconds that a head may take, and an answer of which ``PACE`` bytes are not taken."""
PACE = 10_000
IDLE = 75.0
"""Seconds of silence after which a connection is closed."""
CONNECTIONS = 4_000
"""At most so many at once: then one that has been silent for long gives way."""
SWEEP = 1.0
"""Seconds between two looks at the connections."""


class Answering(Protocol):
    """An application that answers what it can without waiting."""

    def at_once(self, request: Request) -> Response | None:
        """The answer; None where it must be waited for."""


_NO_BODY, _CODED = (None, "0"), b"transfer-encoding"
_REFUSALS = {
    400: plain(400, "this is no request of HTTP/1.1"),
    408: plain(408, "the request took too long"),
    414: plain(414, f"the address has more than {TARGET} bytes"),
    431: plain(431, f"the header has more than {FIELDS} lines or {HEAD} bytes"),
    503: plain(503, "too many connections", ((b"retry-after", b"10"),)),
}


class Http1(HttpToolsProtocol):
    """A connection."""

    app: Any

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        now = self.loop.time()
        self._waits: float | None = now  # since when a head is awaited that has begun; at first it has
        self._silent = now  # since when nothing is under way
        self._stuck: tuple[float, int] | None = None  # since when so much of an answer is not taken
        self._head = 0  # bytes of the head so far
        self._refusal = 400
        self._closing = False
        self._draining = False
        if len(self.connections) > CONNECTIONS:
            self._make_room()

    # --- reading a request ---

    def data_received(self, data: bytes) -> None:
        """Bytes came: the parser makes the calls below of them."""
        if self._closing:
            return
        if self._waits is None:
            self._waits = self.loop.time()
        self._head += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # it is answered all the same, and what follows would be of another protocol
        except httptools.HttpParserError:
            self._refuse(self._refusal)
        else:
            if self._head > HEAD:
                self._refuse(431 if self.headers else 414)

    def on_message_begin(self) -> None:
        """A request begins."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._bytes = 0

    def on_url(self, url: bytes) -> None:
        """A piece of its target."""
        self.url += url
        if len(self.url) > TARGET:
            self._stop(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A line of its header."""
        self.headers.append((name.lower(), value))
        self._bytes += len(name) + len(value)
        if self._bytes > HEAD or len(self.headers) > FIELDS:
            self._stop(431)

    def on_headers_complete(self) -> None:
        """Its head is there: it is answered, unless the one before it was the last."""
        if self._closing:
            raise _Refused
        self._waits = None
        self._head = 0
        parser = self.parser
        version, method = parser.get_http_version(), parser.get_method().decode()
        peer = self.client[0] if self.client else ""
        request = Request(method, _path(self.url), self.headers, target=self.url, version=version, peer=peer)
        # Its host is named, and no other one (RFC 9112 §3.2); several lines of one name are joined by commas.
        host = request.field(b"host")
        if (host is None and version != "1.0") or (host is not None and "," in host):
            self._stop(400)
        keeps = version == "1.1" and parser.should_keep_alive() and not self._draining
        if parser.should_upgrade() or request.field(b"content-length") not in _NO_BODY or request.field(_CODED):
            keeps = False  # nothing here takes a body, so none is read to find the next request behind it
        busy = self.cycle is not None and not self.cycle.response_complete
        response = None if busy or self.flow.write_paused else self.app.at_once(request)
        if response is None:
            self._hand_over(keeps)
        else:
            self._send(response, request, keeps=keeps)

    def _hand_over(self, keeps: bool) -> None:
        """Has the application answer in a task, in the order of the requests."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        self.headers.extend(headers)
        super().on_headers_complete()
        self.cycle.keep_alive = self.cycle.keep_alive and keeps

    def on_body(self, body: bytes) -> None:
        """What nobody reads is not kept."""

    def on_message_complete(self) -> None:
        """Its body has ended."""
        if self.cycle is not None and not self.cycle.response_complete:
            super().on_message_complete()

    # --- answering ---

    def _send(self, response: Response, request: Request, *, keeps: bool) -> None:
        parts = [response.wire or wire(response.status, response.headers)]
        for pair in self.server_state.default_headers:
            parts.append(b"%s: %s\r\n" % pair)
        parts.append(b"\r\n" if keeps else b"connection: close\r\n\r\n")
        if request.method != "HEAD":
            parts.append(response.body)
        self.transport.write(b"".join(parts))
        self.server_state.total_requests += 1
        self._silent = self.loop.time()
        if not keeps:
            self._close()

    def on_response_complete(self) -> None:
        """Called by uvicorn where a task has answered; here the next of those that wait is begun."""
        self._silent = self.loop.time()
        super().on_response_complete()
        self._unset_keepalive_if_required()  # sweep() sees to it

    def _stop(self, status: int) -> None:
        """Leaves the parser, which gives up with whatever is raised."""
        self._refusal = status
        raise _Refused

    def _refuse(self, status: int) -> None:
        if self._closing:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()  # an answer is under way: another one between would be taken for it
            return
        response = _REFUSALS[status]
        self._send(response, Request("GET", "", ()), keeps=False)

    def _close(self) -> None:
        self._closing = True
        self.transport.close()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has said all may want to hear the answer still."""
        if self.idle or self.cycle is None:
            return False
        self.cycle.keep_alive = False
        self._draining = True
        return True

    # --- bounds ---

    def sweep(self, now: float) -> None:
        """Called every ``SWEEP`` seconds: ends the connection where it is held for nothing."""
        left = self.transport.get_write_buffer_size()
        if left == 0:
            self._stuck = None
        elif self._stuck is None or left <= self._stuck[1] - PACE:
            self._stuck = now, left
        elif now - self._stuck[0] > SLOW:
            self.transport.abort()
            return
        if self._closing or left or (self.cycle is not None and not self.cycle.response_complete):
            return
        if self._waits is not None and now - self._waits > SLOW:
            self._refuse(408) if self._head else self._close()
        elif now - self._silent > IDLE:
            self._close()

    def _make_room(self) -> None:
        """Ends the one of some connections that has been silent for the longest; this one where all are at work."""
        some = islice(self.connections, 64)  # a set has no order that anyone could foresee
        idle = (one for one in some if one is not self and one.idle)  # type: ignore[union-attr]
        longest = min(idle, key=lambda one: one._silent, default=None)  # type: ignore[union-attr]
        if longest is None:
            self._refuse(503)
        else:
            longest._close()  # type: ignore[union-attr]

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return self._head == 0 and not self._closing and (self.cycle is None or self.cycle.response_complete)

    def shutdown(self) -> None:
        """Called by uvicorn to end gracefully: a request that is on its way is answered still."""
        self._draining = True
        if self.cycle is not None and not self.cycle.response_complete:
            super().shutdown()

    def end_if_idle(self) -> None:
        """Closes the connection where nothing is under way."""
        if self.idle:
            self._close()


class _Refused(Exception):
    """A request that is not read to its end."""


def _path(target: bytes) -> str:
    """The percent-decoded path of a request's target in any of its forms (RFC 9112 §3.2)."""
    if not target.startswith(b"/"):
        target = _absolute(target)
    path = target.partition(b"?")[0].partition(b"#")[0].decode("latin-1")
    return urllib.parse.unquote(path) if "%" in path else path


def _absolute(target: bytes) -> bytes:
    try:
        return httptools.parse_url(target).path or b"/"
    except httptools.HttpParserInvalidURLError:
        return b"*"


async def sweeping(connections: Callable[[], Iterable[Any]]) -> None:
    """Looks at the connections again and again, until it is cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(SWEEP)
        for connection in list(connections()):
            if connection.transport is not None and connection.parser is not None:
                connection.sweep(loop.time())
