"""An answer to a request: status, headers and body (RFC 9110 §6)."""

from __future__ import annotations

import http
from collections.abc import Iterable
from typing import NamedTuple

Headers = tuple[tuple[bytes, bytes], ...]


class Response(NamedTuple):
    """Status, headers and body; where the request was a HEAD the body is not to be sent.

    ``wire`` is how status and headers are sent, for an answer that is made ahead.
    """

    status: int
    headers: Headers
    body: bytes = b""
    wire: bytes = b""

    def ahead(self) -> Response:
        """The same answer, which is going to be sent many times."""
        return self._replace(wire=wire(self.status, self.headers))


def plain(status: int, text: str, headers: Headers = ()) -> Response:
    """An answer in one line of text."""
    body = text.encode() + b"\n"
    kind = (b"content-type", b"text/plain; charset=utf-8")
    length = (b"content-length", b"%d" % len(body))
    return Response(status, (kind, length, (b"x-content-type-options", b"nosniff"), *headers), body)


def wire(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Status line and headers as they are sent (RFC 9112 §4), without their end."""
    lines = [b"HTTP/1.1 %d %s\r\n" % (status, http.HTTPStatus(status).phrase.encode())]
    lines += [b"%s: %s\r\n" % pair for pair in headers]
    return b"".join(lines)
