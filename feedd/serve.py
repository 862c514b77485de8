"""The process that serves the published folder over HTTP, by uvicorn: it starts, listens, drains and ends.

It reads nothing but that folder, so that any web server can take its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Generator
from pathlib import Path

import uvicorn
import uvloop

from feedd.application import INTERVAL, PLAIN, Application, Manners
from feedd.http1 import CONNECTIONS, Http1, sweeping
from feedd.listening import BACKLOG, address_of

logger = logging.getLogger("feedd.serve")

_SWITCH = 0.0005  # seconds
GRACE = 0.8  # seconds that a slow reader gets at shutdown to take the rest of its answer


def run(
    root: Path,
    sock: socket.socket,
    *,
    manners: Manners = PLAIN,
    interval: float = INTERVAL,
    watch_parent: int | None = None,
) -> None:
    """Serve ``root`` on a listening socket until SIGTERM, SIGINT or the end of file of ``watch_parent``.

    SIGUSR1 has the manifest looked at. Wants the main thread of a process of its own, and
    returns after a graceful shutdown, from when on these signals are ignored. Whoever starts the
    process may block them before: they are let in once they are handled.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(root, sock, manners=manners, interval=interval, watch_parent=watch_parent))


async def serve(
    root: Path,
    sock: socket.socket,
    *,
    manners: Manners = PLAIN,
    interval: float = INTERVAL,
    watch_parent: int | None = None,
) -> None:
    """Do what ``run`` does, inside a running loop of the main thread."""
    _have_descriptors()
    # A request doesn't wait longer for the thread that reads what was published.
    sys.setswitchinterval(_SWITCH)
    application = Application(root, interval=interval, manners=manners)
    server = _Server(_settings(application))
    loop = asyncio.get_running_loop()
    if watch_parent is not None:
        loop.add_reader(watch_parent, server.end_with, watch_parent)
    signal.signal(signal.SIGUSR1, lambda *_: loop.call_soon_threadsafe(application.look))
    logger.info("serving %s at %s", root, address_of(sock))
    sweeper = asyncio.create_task(sweeping(lambda: server.server_state.connections))
    try:
        await server.serve(sockets=[sock])
    finally:
        sweeper.cancel()
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        if watch_parent is not None:
            loop.remove_reader(watch_parent)
    logger.info("stopped")


def _have_descriptors() -> None:
    """Descriptors for all connections that may be held at once, as far as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 256
    if most != resource.RLIM_INFINITY and most < wanted:
        logger.warning("at most %d files may be open: so many connections at once would be too many", most)
        wanted = most
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


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
