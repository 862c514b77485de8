"""A server of upstream feeds that does what a test tells it to, down to the bytes, and notes what it was asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A request as it came in; names of fields are in lower case."""

    path: str
    headers: dict[str, str]


Answer = bytes | AsyncIterator[bytes]


@dataclass
class FeedServer:
    """``answers`` gives by path what is sent: bytes, a function of the request, or one that gives pieces in time."""

    port: int = 0
    answers: dict[str, bytes | Callable[[Request], Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """The requests for a path."""
        return [request for request in self.requests if request.path == path]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request after the other."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                named = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
                request = Request(head[0].split(" ")[1], {name.lower(): value for name, value in named.items()})
                self.requests.append(request)
                found = self.answers.get(request.path, response(b"nothing here", status="404 Not Found"))
                answer = found(request) if callable(found) else found
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    async for piece in answer:
                        writer.write(piece)
                        await writer.drain()
                await writer.drain()
                if not isinstance(answer, bytes) or b"Content-Length" not in answer:
                    break
        writer.close()


def response(body: bytes, *fields: str, status: str = "200 OK", type: str = "application/xml") -> bytes:  # noqa: A002
    """A whole response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {type}", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def redirect(target: str, status: int = 302) -> bytes:
    """A redirect."""
    return response(b"", f"Location: {target}", status=f"{status} Elsewhere")


def validated(body: bytes, etag: str, *fields: str) -> Callable[[Request], bytes]:
    """A feed with a validator: who tells it is answered 304."""

    def answer(request: Request) -> bytes:
        if request.headers.get("if-none-match") == etag:
            # A 304 has no body, whatever length it tells.
            return "\r\n".join(
                ["HTTP/1.1 304 Not Modified", f"ETag: {etag}", *fields, "Content-Length: 0", "", ""]
            ).encode()
        return response(body, f"ETag: {etag}", *fields)

    return answer


@contextmanager
def feed_server(*hosts: str) -> Iterator[FeedServer]:
    """Serves on these addresses of loopback, on one port, in a thread of its own."""
    server = FeedServer()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> list[asyncio.Server]:
        listening = []
        for host in hosts or ("127.0.0.1",):
            listening.append(await asyncio.start_server(server.handle, host, server.port))
            server.port = listening[0].sockets[0].getsockname()[1]
        return listening

    async def stop(listening: list[asyncio.Server]) -> None:
        for one in listening:
            one.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    listening = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(stop(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
