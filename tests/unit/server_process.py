"""feedd's server as a process of its own, and what tests ask of it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from feedd.application import PLAIN, Manners
from feedd.listening import listen

PROGRAM = """
import json, logging, socket, sys
from pathlib import Path
from feedd import http1
from feedd.application import Manners
from feedd.serve import run
logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(message)s")
root, sock, parent, interval, bounds, manners = sys.argv[1:]
vars(http1).update(json.loads(bounds))
run(Path(root), socket.socket(fileno=int(sock)), interval=float(interval), watch_parent=int(parent),
    manners=Manners.read(manners))
"""
WARY = {signal.SIGUSR1, signal.SIGTERM, signal.SIGINT}


@dataclass
class Server:
    process: subprocess.Popen[str]
    address: tuple[str, int]
    lifeline: int
    root: Path

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self.address, timeout=10)

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = self.connect()
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=sent)
            answer = connection.getresponse()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def ended(self) -> tuple[int, float, str]:
        """Wait for the end: exit code, seconds it took, what was logged."""
        start = time.monotonic()
        _, log = self.process.communicate(timeout=10)
        return self.process.returncode, time.monotonic() - start, log


@contextmanager
def serving(
    root: Path, interval: float = 3600, *, sock: socket.socket | None = None, manners: Manners = PLAIN, **bounds: float
) -> Iterator[Server]:
    """Start the server as a daemon would: its signals blocked until it can handle them.

    ``bounds`` are those of ``feedd.http1``. A socket that is given stays open for another server.
    """
    given = sock is not None
    sock = sock or listen("127.0.0.1:0")
    parent, lifeline = os.pipe()
    arguments = [sys.executable, "-W", "error", "-c", PROGRAM, root, sock.fileno(), parent, interval]
    arguments += [json.dumps(bounds), manners.written()]
    old = signal.pthread_sigmask(signal.SIG_BLOCK, WARY)
    try:
        process = subprocess.Popen(
            [str(argument) for argument in arguments],
            pass_fds=(sock.fileno(), parent),
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)
        os.close(parent)
    server = Server(process, sock.getsockname(), lifeline, root)
    if not given:
        sock.close()
    try:
        yield server
    finally:
        process.kill()
        process.communicate()
        os.close(server.lifeline)


def eventually(check: Callable[[], bool], seconds: float = 10) -> float:
    """Ask until it is so; gives the seconds it took."""
    start = time.monotonic()
    while not check():
        assert time.monotonic() - start < seconds
    return time.monotonic() - start
