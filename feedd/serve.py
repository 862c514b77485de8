"""A read-only HTTP server for the served folder (RFC 9110, 9111): every feed comes from memory.

It reads nothing but that folder, so that any web server can take its place. ``respond`` answers
from a snapshot, ``Application`` is the ASGI face of it, ``run`` the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import re
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from feedd.errors import AddressError
from feedd.folders import Folders
from feedd.http1 import Http1, sweeping
from feedd.response import Response, plain
from feedd.rfc9110 import Request, choose_coding, evaluate
from feedd.snapshot import ANY_ORIGIN, CACHE_CONTROL, EMPTY, Resource, Snapshot, is_stale, load

logger = logging.getLogger("feedd.serve")

INTERVAL = 1.0  # seconds between two looks at the manifest
LOOKS = 3  # looks in a row at which a file must differ from its manifest before that is told
BACKLOG = 2048
GRACE = 0.8  # seconds that a slow reader gets at shutdown to take the rest of its answer

NO_STORE = (b"cache-control", b"no-store")


# The answer


def respond(snapshot: Snapshot, request: Request, *, now: datetime, found: Resource | None = None) -> Response:
    """Answer a request from the snapshot; ``now`` only settles the century of two-digit years.

    ``found`` is what stands at the path though the snapshot does not have it.
    """
    if request.method not in ("GET", "HEAD"):
        return plain(405, "method not allowed", ((b"allow", b"GET, HEAD"),))
    if request.path == "/healthz":
        return _health(snapshot)
    path = "/index.html" if request.path == "/" else request.path
    resource = snapshot.resources.get(path, found)
    if resource is None:
        return _absent(snapshot, path)
    coding = choose_coding(request.field(b"accept-encoding"), resource.coded)
    variant = resource.coded.get(coding, resource.identity)
    status = evaluate(request, variant.tag, modified=resource.modified, now=now)
    if status == 412:
        return plain(412, "precondition failed")
    return variant.fresh if status == 200 else variant.unchanged


def _absent(snapshot: Snapshot, path: str) -> Response:
    if not snapshot.loaded:  # what will be here is not known yet
        return plain(503, "nothing was published yet", ((b"retry-after", b"1"), NO_STORE))
    # Without a lifetime of its own a 301, 404 or 410 may be kept for ever (RFC 9111 §4.2.2).
    cached = (CACHE_CONTROL, ANY_ORIGIN)
    if path in snapshot.pending:  # it exists, but has not been seen whole yet
        return plain(503, "being published", ((b"retry-after", b"1"), NO_STORE))
    if location := snapshot.moved.get(path):
        return plain(301, "moved", ((b"location", location.encode()), *cached))
    return plain(410, "gone", cached) if path in snapshot.gone else plain(404, "not found", cached)


def _health(snapshot: Snapshot) -> Response:
    if not snapshot.loaded:
        return plain(503, "nothing was published yet", (NO_STORE,))
    return plain(200, f"ok {len(snapshot.resources)}", (NO_STORE,))


# The application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """The ASGI application over one served folder.

    Holds the current ``snapshot`` and follows the manifest from lifespan startup to shutdown.
    """

    def __init__(self, root: Path, *, interval: float = INTERVAL) -> None:
        self.snapshot = EMPTY
        self._root = root
        self._folders = Folders(root)
        self._interval = interval
        self._asked = asyncio.Event()
        self._unwhole = 0  # looks in a row at which something was not as the manifest says

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve a scope of type http or lifespan; a request's body is not read."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = Request(scope["method"], scope["path"], scope["headers"])
        status, headers, body, _ = self.at_once(request) or await self._answer(request)
        with contextlib.suppress(OSError, RuntimeError):  # the client went away; uvloop raises the latter
            await send({"type": "http.response.start", "status": status, "headers": list(headers)})
            await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})

    def at_once(self, request: Request) -> Response | None:
        """The answer from memory; None where a file must be read for it."""
        if self.snapshot.loaded and self._folders.may_hold(request.path):
            return None
        return self._respond(request)

    async def _answer(self, request: Request) -> Response:
        try:
            found = await asyncio.to_thread(self._folders.get, request.path)
        except Exception:  # noqa: BLE001 - it is told
            return self._mistaken(request)
        return self._respond(request, found)

    def _respond(self, request: Request, found: Resource | None = None) -> Response:
        try:
            return respond(self.snapshot, request, now=datetime.now(UTC), found=found)
        except Exception:  # noqa: BLE001 - it is told
            return self._mistaken(request)

    def _mistaken(self, request: Request) -> Response:
        """A mistake of ours harms one answer, and is seen."""
        logger.exception("no answer for %s %r", request.method, request.path)
        return plain(500, "internal error", (NO_STORE,))

    def look(self) -> None:
        """Have the manifest looked at now instead of with the next tick; returns at once."""
        self._asked.set()

    async def refresh(self) -> None:
        """Look at the manifest, and swap the snapshot when it tells something new; raises nothing."""
        try:
            now = await asyncio.to_thread(_look, self._root, self.snapshot)
        except Exception:  # whatever a look meets, what was loaded is served on
            logger.exception("%s can't be looked at", self._root)
            return
        before, self.snapshot = self.snapshot, now
        if now is not before:
            _report(before, now)
        # Files run ahead of their manifest while they are being published: only what stays so is told.
        self._unwhole = self._unwhole + 1 if now.pending else 0
        if self._unwhole == LOOKS:
            path, reason = next(iter(now.pending.items()))
            logger.warning("%d file(s) not as the manifest says, first %s: %s", len(now.pending), path, reason)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.refresh()
        follower = asyncio.create_task(self._follow())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        follower.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._asked.wait()
            self._asked.clear()
            await self.refresh()


def _look(root: Path, snapshot: Snapshot) -> Snapshot:
    return load(root, snapshot) if is_stale(root, snapshot) else snapshot


def _report(before: Snapshot, now: Snapshot) -> None:
    if now.problem and now.problem != before.problem:
        if before.loaded:
            logger.warning("%s; what was loaded before is served on", now.problem)
        else:
            logger.info("nothing to serve yet: %s", now.problem)
    # By value: a resource still incomplete is built anew with each look.
    changed = sum(before.resources.get(path) != resource for path, resource in now.resources.items())
    if changed or len(now.resources) != len(before.resources):
        logger.info("%d file(s), %d of them new or changed", len(now.resources), changed)


# The process


def listen(address: str, *, patience: float = 0.0, beside: socket.socket | None = None) -> socket.socket:
    """Give a listening TCP socket on ``host:port`` or ``[v6]:port``; port 0 takes a free one.

    A port in use is tried again for ``patience`` seconds. The socket ``beside`` which it is to stand for a
    while may have the same port, at an address that is or holds this one's. Raises AddressError.
    """
    family, place = _resolve(address)
    deadline = time.monotonic() + patience
    while True:
        try:
            return _listening(family, place, beside)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
                reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
                raise AddressError(f"{address}: {reason}") from error
        time.sleep(0.05)


_REASONS = {
    errno.EADDRINUSE: "the port is in use; another one can be set as [server] listen",
    errno.EADDRNOTAVAIL: "not an address of this machine",
    errno.EACCES: "no permission to listen on this port",
}


def _resolve(address: str) -> tuple[int, Any]:
    match = re.fullmatch(r"(?:\[([^][]+)\]|([^][:\s]+)):(\d{1,5})", address, re.ASCII)
    if match is None or int(match[3]) > 65535:
        raise AddressError(f"{address!r} is no host:port such as 127.0.0.1:8000 or [::1]:8000")
    try:
        found = socket.getaddrinfo(match[1] or match[2], int(match[3]), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError(f"{address}: this host name is not known") from error
    # localhost is both: IPv4 is what every client tries.
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, place


def _listening(family: int, place: Any, beside: socket.socket | None) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with _sharing(sock, beside) if beside is not None else contextlib.nullcontext():
            sock.bind(place)
            sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


@contextlib.contextmanager
def _sharing(*socks: socket.socket) -> Generator[None, None, None]:
    """Only within it: who else asks for the port afterwards is to be told that it is in use."""
    for sock in socks:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        yield
    finally:
        for sock in socks:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)


def run(root: Path, sock: socket.socket, *, interval: float = INTERVAL, watch_parent: int | None = None) -> None:
    """Serve ``root`` on a listening socket until SIGTERM, SIGINT or the end of file of ``watch_parent``.

    SIGUSR1 has the manifest looked at. Wants the main thread of a process of its own, and
    returns after a graceful shutdown, from when on these signals are ignored. Whoever starts the
    process may block them before: they are let in once they are handled.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(root, sock, interval=interval, watch_parent=watch_parent))


async def serve(
    root: Path, sock: socket.socket, *, interval: float = INTERVAL, watch_parent: int | None = None
) -> None:
    """Do what ``run`` does, inside a running loop of the main thread."""
    application = Application(root, interval=interval)
    server = _Server(_settings(application))
    loop = asyncio.get_running_loop()
    if watch_parent is not None:
        loop.add_reader(watch_parent, server.end_with, watch_parent)
    signal.signal(signal.SIGUSR1, lambda *_: loop.call_soon_threadsafe(application.look))
    logger.info("serving %s on %s port %s", root, *sock.getsockname()[:2])
    sweeper = asyncio.create_task(sweeping(lambda: server.server_state.connections))
    try:
        await server.serve(sockets=[sock])
    finally:
        sweeper.cancel()
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        if watch_parent is not None:
            loop.remove_reader(watch_parent)
    logger.info("stopped")


def _settings(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Http1,
        ws="none",
        interface="asgi3",
        lifespan="on",
        workers=1,  # when not told, uvicorn reads $WEB_CONCURRENCY
        log_config=None,
        log_level=logging.CRITICAL,  # or every client that goes away early leaves a traceback
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=2,  # never reached: see _Server.shutdown
    )


class _Server(uvicorn.Server):
    """uvicorn's server, but a signal ends it with exit code 0 and no client can delay that."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Let SIGTERM and SIGINT end the server; afterwards the process is ending and ignores them."""
        endings = (signal.SIGTERM, signal.SIGINT)
        for number in endings:
            signal.signal(number, lambda *_: self.end())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*endings, signal.SIGUSR1))
        try:
            yield
        finally:
            for number in endings:
                signal.signal(number, signal.SIG_IGN)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle, give answers under way ``GRACE`` seconds, and drop the rest."""
        # uvicorn's own timeout cancels requests, with a traceback for each, and leaves connections open.
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE / 2, self._drop_idle)
        loop.call_later(GRACE, self._drop)
        await super().shutdown(sockets)

    def _drop_idle(self) -> None:
        for connection in tuple(self.server_state.connections):
            connection.end_if_idle()  # type: ignore[union-attr]

    def _drop(self) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()

    def end(self) -> None:
        """Begin a graceful shutdown with the next turn of uvicorn's main loop, within 0.1 s."""
        self.should_exit = True

    def end_with(self, parent: int) -> None:
        """End when the descriptor is at its end; bytes that come from it mean nothing."""
        with contextlib.suppress(BlockingIOError):
            if not os.read(parent, 4096):
                asyncio.get_running_loop().remove_reader(parent)
                self.end()
